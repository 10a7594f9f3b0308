"""Time studies of the work by hand."""
