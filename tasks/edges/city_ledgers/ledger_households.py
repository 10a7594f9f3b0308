"""The rows of the residents' ledgers that bear a 世帯番号."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import duckdb

from tasks.domain.identity.person_keys import group_form
from tasks.domain.records import Resident
from tasks.edges.city_ledgers.ledger_rows import load_columns, read_rows


def rows_of_households(
    database: duckdb.DuckDBPyConnection,
    household_nos: Iterable[str],
    schemas: Sequence[str],
) -> dict[str, tuple[Resident, ...]]:
    """Return the residents under each 世帯番号, as `group_form` writes it.

    Args:
        database: A cursor of its own, after `mark_rows`.
        household_nos: As the ledger writes them; those that join nobody are left out.
        schemas: Of all residents' ledgers.
    """
    asked = {(number, group_form(number)) for number in household_nos}
    found: dict[str, dict[str, Resident]] = {key: {} for _, key in asked if key}
    wanted = sorted(pair for pair in asked if pair[1])
    if not wanted:
        return {}
    columns = {"written": "VARCHAR", "number_key": "VARCHAR"}
    load_columns(database, "asked_households", columns, wanted)
    for schema in schemas:
        rids = database.execute(
            f"""
            SELECT DISTINCT r.rowid FROM {schema}.residents AS r
            JOIN asked_households AS a
              ON ltrim(r.household_no, '0') = ltrim(a.written, '0')
            UNION
            SELECT DISTINCT r.rowid FROM {schema}.residents AS r
            JOIN asked_households AS a ON ltrim(r.household_no, '0') = a.number_key
            """  # noqa: S608
        ).fetchall()
        for _, entry in read_rows(database, schema, sorted(rid for (rid,) in rids)):
            resident = entry.resident
            members = found.get(group_form(resident.household_no))
            if members is not None:
                members[resident.addressee_no] = resident
    return {
        key: tuple(members[number] for number in sorted(members))
        for key, members in found.items()
    }
