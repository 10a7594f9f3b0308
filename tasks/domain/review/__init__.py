"""The review page: who may do what, which questions are open, when one is settled.

Questions about fields, about who is meant, and about what a clerk must find out.
"""
