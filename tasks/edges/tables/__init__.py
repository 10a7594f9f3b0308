"""Files of tables that come in: workbooks, delimited text, fixed width, request lists.

Every cell is kept as text, with what a file hides.
"""
