"""Rules: pure functions on frozen values. No Prefect, IO, clock or log."""
