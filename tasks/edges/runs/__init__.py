"""The papers of a run: answers.csv, 税務課控え, 回答書, 差分, and what clerks filled in.

The runs that released their papers are kept here too.
"""
