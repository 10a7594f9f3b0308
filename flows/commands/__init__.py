"""What each `yakuba` command does, in plain Python."""
