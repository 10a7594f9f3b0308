"""Candidate search in DuckDB: equal keys bring rows up, the evidence table judges them.

Every block compares with one kind of key (番号, 氏名, カナ, 生年月日, 住所). What else must
be possible, and a rough count of what agrees, keep the few rows per applicant that could
matter; they decide nothing. DuckDB counts edits in bytes, so near spellings are judged in tasks.domain.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from tasks.domain.identity.person_keys import ApplicantKeys, PersonKeys, ResidentKeys
from tasks.edges.city_ledgers.ledger_rows import load_columns, read_rows

_KEPT_PER_APPLICANT = 10
_KEPT_ANYWAY = 2
"""Nearest rows shown to a clerk even if hardly anything agrees."""

_NUMBER_BLOCKS = (
    "a.number <> '' AND a.number = r.number_key",
    "a.corporate <> '' AND a.corporate = r.corporate_number",
)
_NAME_BLOCKS = (
    "a.name <> '' AND a.name = r.n_key",
    "a.other_name <> '' AND a.other_name = r.n_key",
    "a.name <> '' AND a.name = r.c_key",
)
_KANA_BLOCK = "a.kana <> '' AND a.kana = r.k_search"
_BIRTH_BLOCK = "b.birth = r.birth_date"
_PLACE_BLOCKS = (
    "a.place <> '' AND a.place = r.a_place",
    "a.place <> '' AND a.place = r.f_place",
)
_DAY_OR_TOWN_COULD_BE = """
    (a.birth IS NULL OR r.birth_date IS NULL OR len(a.births) > 1
     OR year(r.birth_date) = year(a.birth)
     OR (day(r.birth_date) = day(a.birth)
         AND month(r.birth_date) % 10 = month(a.birth) % 10)
     OR (a.town <> '' AND a.town IN (r.a_town_key, r.f_town_key)))
"""
"""A namesake of a wholly other day in another town can be nobody but the nearest one."""
_NAME_OR_TOWN_COULD_BE = """
    (NOT r.n_legible OR NOT a.legible
     OR left(r.n_key, 1) = left(a.name, 1) OR right(r.n_key, 1) = right(a.name, 1)
     OR (a.kana <> '' AND right(r.k_search, 2) = right(a.kana, 2))
     OR (a.kana <> '' AND left(r.k_search, 2) = left(a.kana, 2))
     OR r.c_key <> '' OR contains(r.n_key, ' ')
     OR (a.town <> '' AND a.town IN (r.a_town_key, r.f_town_key)))
"""
"""One misread letter leaves the first or the last one; Latin words change their order."""

_NUMBERED = """
    (a.number <> '' AND a.number = r.number_key)
    OR (a.corporate <> '' AND a.corporate = r.corporate_number)
"""
_POINTS = """
    CASE WHEN r.n_key <> '' AND r.n_key IN (a.name, a.other_name) THEN 3
         WHEN r.c_key <> '' AND r.c_key IN (a.name, a.other_name) THEN 3
         WHEN a.kana <> '' AND a.kana = r.k_search THEN 3
         WHEN r.n_given <> '' AND r.n_given = a.given THEN 2
         WHEN r.n_family <> '' AND r.n_family = a.family THEN 2
         WHEN a.family = '' AND r.n_family <> '' AND starts_with(a.name, r.n_family)
         THEN 2
         WHEN a.family = '' AND length(r.n_given) > 1 AND ends_with(a.name, r.n_given)
         THEN 2
         WHEN NOT r.n_legible OR NOT a.legible THEN 1
         WHEN left(r.n_key, 1) = left(a.name, 1) THEN 1
         WHEN right(r.n_key, 1) = right(a.name, 1) THEN 1
         WHEN a.kana <> '' AND left(r.k_search, 2) = left(a.kana, 2) THEN 1
         WHEN a.kana <> '' AND right(r.k_search, 2) = right(a.kana, 2) THEN 1
         ELSE 0 END
  + CASE WHEN a.birth IS NULL OR r.birth_date IS NULL THEN 1
         WHEN list_contains(a.births, r.birth_date) THEN 3
         WHEN (year(r.birth_date) = year(a.birth))::INT
            + (month(r.birth_date) = month(a.birth))::INT
            + (day(r.birth_date) = day(a.birth))::INT >= 2 THEN 2
         WHEN year(r.birth_date) = year(a.birth)
          AND month(r.birth_date) = day(a.birth) THEN 2
         ELSE 0 END
  + CASE WHEN a.place <> '' AND a.place IN (r.a_place, r.f_place) THEN 3
         WHEN a.town <> '' AND a.town IN (r.a_town_key, r.f_town_key) THEN 1
         ELSE 0 END
"""
_ENOUGH_POINTS = 4
_FEWEST_POINTS = 3
_REACH_POINTS = 3
"""A row this far behind the best one can be neither the person nor a rival: where the
best agrees in all kinds (9 points), a rival within reach has at least 7."""

_ASKED = {
    "id": "INTEGER",
    "number": "VARCHAR",
    "corporate": "VARCHAR",
    "name": "VARCHAR",
    "other_name": "VARCHAR",
    "family": "VARCHAR",
    "given": "VARCHAR",
    "legible": "BOOLEAN",
    "kana": "VARCHAR",
    "place": "VARCHAR",
    "town": "VARCHAR",
}


def search(
    database: duckdb.DuckDBPyConnection,
    applicants: Sequence[ApplicantKeys],
    schemas: Sequence[str],
) -> dict[str, tuple[ResidentKeys, ...]]:
    """Return the residents that could be each applicant, by row_id.

    Args:
        database: A cursor of its own; temporary tables are made in it.
        applicants: Keys of the request rows.
        schemas: Attached ledger caches with a table `residents` each.
    """
    _load_asked(database, applicants)
    for part, schema in enumerate(schemas):
        _find_pairs(database, part, schema)
    kept = database.execute(
        f"""
        SELECT id, part, rid FROM pairs
        WINDOW best AS (
            PARTITION BY id ORDER BY numbered DESC, points DESC, part, rid)
        QUALIFY numbered OR (
            row_number() OVER best <= CASE WHEN points >= {_ENOUGH_POINTS}
                THEN {_KEPT_PER_APPLICANT} ELSE {_KEPT_ANYWAY} END
            AND points >= max(points) OVER (PARTITION BY id) - {_REACH_POINTS})
        ORDER BY id, numbered DESC, points DESC, part, rid
        """  # noqa: S608
    ).fetchall()
    rows: dict[tuple[int, int], ResidentKeys] = {}
    for part, schema in enumerate(schemas):
        wanted = sorted({rid for _, its, rid in kept if its == part})
        rows |= {
            (part, rid): entry for rid, entry in read_rows(database, schema, wanted)
        }
    found: dict[str, list[ResidentKeys]] = {entry.row_id: [] for entry in applicants}
    for number, part, rid in kept:
        found[applicants[number].row_id].append(rows[part, rid])
    return {row_id: tuple(entries) for row_id, entries in found.items()}


def _load_asked(
    database: duckdb.DuckDBPyConnection, applicants: Sequence[ApplicantKeys]
) -> None:
    births = [
        (number, day)
        for number, entry in enumerate(applicants)
        for day in entry.keys.birth_dates
    ]
    load_columns(database, "asked_births", {"id": "INTEGER", "birth": "DATE"}, births)
    rows = [_asked_row(number, entry.keys) for number, entry in enumerate(applicants)]
    load_columns(database, "asked_keys", _ASKED, rows)
    database.execute(
        """
        CREATE OR REPLACE TEMP TABLE asked AS
        SELECT asked_keys.*, min(birth) AS birth,
               list(birth) FILTER (birth IS NOT NULL) AS births
        FROM asked_keys LEFT JOIN asked_births USING (id) GROUP BY ALL
        """
    )
    database.execute(
        "CREATE OR REPLACE TEMP TABLE pairs "
        "(id INTEGER, part INTEGER, rid BIGINT, points INTEGER, numbered BOOLEAN)"
    )


def _asked_row(number: int, keys: PersonKeys) -> tuple[object, ...]:
    names = [name.key for name in keys.names] + ["", ""]
    place = keys.addresses[0].key.split("|") if keys.addresses else ["", "", "", ""]
    return (
        number,
        keys.number,
        keys.corporate_number,
        names[0],
        names[1],
        keys.names[0].family if keys.names else "",
        keys.names[0].given if keys.names else "",
        all(name.legible for name in keys.names),
        keys.kana_search,
        f"{place[2]}|{place[3]}" if place[3] else "",
        place[2],
    )


def _find_pairs(database: duckdb.DuckDBPyConnection, part: int, schema: str) -> None:
    """Bring rows up block by block and keep those where enough else agrees.

    Beside those that could be the person, each applicant gets the first namesake and
    the first of his birth date: a clerk is shown the nearest of all.
    """
    people = f"{schema}.residents AS r"
    asked = f"{people} JOIN asked AS a ON"
    born = (
        f"{people} JOIN asked_births AS b ON {_BIRTH_BLOCK} JOIN asked AS a USING (id)"
    )
    every = "SELECT a.id, r.rowid AS rid FROM"
    first = "SELECT a.id, min(r.rowid) AS rid FROM"
    blocks = [
        *(f"{every} {asked} {block}" for block in (*_NUMBER_BLOCKS, *_PLACE_BLOCKS)),
        *(
            f"{every} {asked} {block} AND {_DAY_OR_TOWN_COULD_BE}"
            for block in (*_NAME_BLOCKS, _KANA_BLOCK)
        ),
        *(f"{first} {asked} {block} GROUP BY a.id" for block in _NAME_BLOCKS),
        f"{every} {born} WHERE {_NAME_OR_TOWN_COULD_BE}",
        f"{first} {born} GROUP BY a.id",
    ]
    database.execute(f"CREATE OR REPLACE TEMP TABLE met AS {' UNION '.join(blocks)}")
    database.execute(
        f"""
        INSERT INTO pairs
        SELECT a.id, {part}, r.rowid, {_POINTS} AS points, {_NUMBERED} AS numbered
        FROM met JOIN asked AS a USING (id)
        JOIN {people} ON r.rowid = met.rid
        WHERE points >= {_FEWEST_POINTS} OR numbered
        """  # noqa: S608
    )
