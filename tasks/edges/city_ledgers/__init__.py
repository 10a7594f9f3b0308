"""The city's ledgers: loaded once into DuckDB, checked, searched.

Normal forms of whole columns are reckoned and kept here.
"""
