"""Help for drawing form definitions: a draft from a blank, faults, a picture."""
