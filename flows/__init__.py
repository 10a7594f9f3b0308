"""What starts: Prefect flows, the yakuba command, the review page. No rules here."""
