"""The world: files, databases, screens. No Prefect, no rules."""
