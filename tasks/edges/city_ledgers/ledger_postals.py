"""Which postal codes occur in the residents' ledgers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from tasks.edges.city_ledgers.ledger_rows import load_columns


def postals_among(
    database: duckdb.DuckDBPyConnection, codes: Iterable[str], schemas: Sequence[str]
) -> frozenset[str]:
    """Return those of the codes that some resident has.

    Args:
        database: A cursor of its own.
        codes: As 123-4567.
        schemas: Of all residents' ledgers.
    """
    wanted = sorted({(code, code.replace("-", "")) for code in codes})
    if not wanted:
        return frozenset()
    columns = {"code": "VARCHAR", "figures": "VARCHAR"}
    load_columns(database, "asked_postals", columns, wanted)
    found: set[str] = set()
    for schema in schemas:
        rows = database.execute(
            f"""
            SELECT DISTINCT a.code FROM {schema}.residents AS r
            JOIN asked_postals AS a
              ON regexp_replace(r.postal, '[^0-9]', '', 'g') = a.figures
            """  # noqa: S608
        ).fetchall()
        found.update(code for (code,) in rows)
    return frozenset(found)
