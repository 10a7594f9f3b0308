"""Doubtful fields, one glance at a time."""
