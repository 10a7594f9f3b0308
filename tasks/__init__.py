"""What a step does: thin Prefect tasks, and below them plain Python."""
