"""Normal forms: letters, names, kana, dates, addresses, numbers, amounts of money.

Each keeps what was written and says how sure it is; see docs/normal-forms.md.
"""
