"""Request lists and ledgers as tables: headers, columns, codes, 税目 as they name them.

What a cell means is settled here, and what was odd about a file is noted.
"""
