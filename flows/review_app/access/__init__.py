"""Who may: signing in, roles, and what every page goes through."""
