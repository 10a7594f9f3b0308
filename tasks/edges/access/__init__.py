"""Accounts of the review page: passwords, invitations, sessions, failed sign-ins.

Secrets of one installation and of one browser lie here too.
"""
