"""Forms and what was read with them: definitions, blanks, readings, pictures of pages.

No page is read twice under one rule.
"""
