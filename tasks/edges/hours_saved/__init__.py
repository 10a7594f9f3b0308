"""The account of minutes saved, its time studies, and its reports.

The inventory (業務一覧) and manuals are read and written here too.
"""
