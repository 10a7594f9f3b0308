"""The page where staff settle doubtful fields. Imports no Prefect."""
