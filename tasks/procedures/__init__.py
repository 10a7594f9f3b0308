"""Whole pieces of office work in plain Python: rules and places joined, no Prefect."""
