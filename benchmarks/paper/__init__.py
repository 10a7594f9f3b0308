"""Filled forms from a seed, with what stands on them: paper to measure the readers on."""
