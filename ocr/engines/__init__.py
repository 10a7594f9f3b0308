"""One outside reading program per file."""
