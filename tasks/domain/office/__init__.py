"""What an office fixes beforehand: settings, office days, fiscal years, years of keeping.

The settings are those of configs/, frozen once they are read.
"""
