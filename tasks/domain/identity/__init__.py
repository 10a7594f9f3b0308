"""Who is who: keys of people, levels of agreement, the evidence table, rivals.

No score decides; see docs/matching.md.
"""
