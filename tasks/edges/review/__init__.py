"""Questions to staff and their answers: stored, listed, leased, settled, sent out and back.

Answers and decisions of clerks are appended, never changed.
"""
