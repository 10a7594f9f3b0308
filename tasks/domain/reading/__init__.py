"""What was read on paper: values of fields, proofs, and which of them nobody need look at.

What agreement of readers is worth is measured, and so is how often it was wrong.
"""
