"""Rows of the residents' ledgers as keys, and which of them are one person.

Two things only all ledgers together can say are marked once: 名寄せ番号 that join people
of different birth dates, and the addresses of protected people.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import duckdb
import numpy as np

from tasks.domain.identity.person_keys import (
    ADDRESS_COLUMNS,
    NAME_COLUMNS,
    PersonKeys,
    ResidentKeys,
    address_of,
    names_of,
)
from tasks.domain.identity.rivals import same_person
from tasks.domain.records import Resident

RESIDENT_COLUMNS = (
    "addressee_no",
    "name",
    "kana",
    "birth_date",
    "address",
    "former_address",
    "common_name",
    "postal",
    "household_no",
    "person_group",
    "corporate_number",
    "protected",
    "deceased",
    "moved_out",
)
"""Columns of `residents` in the order of the fields of Resident."""

_KEY_COLUMNS = (
    *(f"n_{name}" for name in NAME_COLUMNS),
    *(f"c_{name}" for name in NAME_COLUMNS),
    "k_strict",
    "k_search",
    *(f"a_{name}" for name in ADDRESS_COLUMNS),
    *(f"f_{name}" for name in ADDRESS_COLUMNS),
    "birth_written",
    "number_key",
)
_SELECTED = ", ".join((*RESIDENT_COLUMNS, *_KEY_COLUMNS))

_GROUP = """
    CASE WHEN EXISTS (SELECT 1 FROM memory.parted_groups AS parted
                      WHERE parted.group_key = r.group_key)
         THEN '' ELSE r.group_key END
"""
_HIDES_ADDRESS = """
    EXISTS (SELECT 1 FROM memory.hidden AS h WHERE h.place = r.a_key
            AND (h.room = '' OR r.a_building = '' OR h.room = r.a_building))
    OR EXISTS (SELECT 1 FROM memory.hidden AS h WHERE h.place = r.f_key
               AND (h.room = '' OR r.f_building = '' OR h.room = r.f_building))
    OR EXISTS (SELECT 1 FROM memory.hidden AS h WHERE h.address = r.address)
    OR EXISTS (SELECT 1 FROM memory.hidden AS h
               WHERE h.household = ltrim(r.household_no, '0'))
"""
"""The same household, or the same house unless two rooms are written; the former
address too: the candidate may just have moved out."""


def mark_rows(database: duckdb.DuckDBPyConnection, schemas: Sequence[str]) -> int:
    """Make the tables that `read_rows` needs; return how many 名寄せ番号 join nobody.

    A 名寄せ番号 whose rows have different birth dates or 法人番号 is a mistake or a
    filler: it joins nobody, rather than a stranger. Most are one person's alone, so
    only those whose hash comes twice are held in memory.

    Args:
        database: With the caches attached.
        schemas: Of all residents' ledgers.
    """
    if not schemas:
        return 0
    everybody = union_all("SELECT * FROM {schema}.residents", schemas)
    database.execute(
        f"""
        CREATE TABLE memory.parted_groups AS
        WITH everybody AS ({everybody}),
        shared AS (SELECT hash(group_key) AS mark FROM everybody
                   WHERE group_key <> '' GROUP BY mark HAVING count(*) > 1)
        SELECT group_key FROM everybody
        WHERE group_key <> '' AND hash(group_key) IN (SELECT mark FROM shared)
        GROUP BY group_key
        HAVING count(DISTINCT birth_date) > 1
            OR count(DISTINCT nullif(corporate_number, '')) > 1
        """  # noqa: S608
    )
    database.execute(
        f"""
        CREATE TABLE memory.hidden AS
        SELECT nullif(a_key, '') AS place, a_building AS room,
               nullif(address, '') AS address,
               CASE WHEN regexp_matches(household_no, '[1-9]')
                    THEN ltrim(household_no, '0') END AS household
        FROM ({everybody}) WHERE protected
        """  # noqa: S608
    )
    found = database.execute("SELECT count(*) FROM memory.parted_groups").fetchall()
    return int(found[0][0])


def rows_of_persons(
    database: duckdb.DuckDBPyConnection,
    residents: Iterable[Resident],
    schemas: Sequence[str],
) -> dict[str, tuple[Resident, ...]]:
    """Return all rows of each one's person, by the 宛名番号 given, his own among them.

    DuckDB brings up who else could be one person; `same_person` decides.

    Args:
        database: A cursor of its own, after `mark_rows`.
        residents: Rows of these ledgers.
        schemas: Of all residents' ledgers.
    """
    given = {resident.addressee_no: resident for resident in residents}
    load_columns(database, "asked", {"addressee_no": "VARCHAR"}, [(n,) for n in given])
    if not (given and schemas):
        return {}
    asked_rows = " UNION ALL ".join(
        f"""SELECT {part} AS part, r.rowid AS rid, addressee_no, {_GROUP} AS joined,
            corporate_number, n_plain, birth_date, a_key, a_place
            FROM {schema}.residents AS r JOIN asked USING (addressee_no)"""  # noqa: S608
        for part, schema in enumerate(schemas)
    )
    database.execute(f"CREATE OR REPLACE TEMP TABLE known AS {asked_rows}")
    same = (
        "known.joined <> '' AND r.group_key = known.joined",
        """known.corporate_number <> ''
           AND r.corporate_number = known.corporate_number""",
        """known.a_place <> '' AND r.n_plain = known.n_plain
           AND r.birth_date = known.birth_date AND r.a_key = known.a_key""",
    )
    pairs = database.execute(
        " UNION ".join(
            f"""SELECT known.addressee_no, known.part, known.rid, {part}, r.rowid
                FROM known JOIN {schema}.residents AS r ON {condition}
                WHERE r.addressee_no <> known.addressee_no"""  # noqa: S608
            for part, schema in enumerate(schemas)
            for condition in same
        )
    ).fetchall()
    wanted = {place for row in pairs for place in (row[1:3], row[3:5])}
    rows: dict[tuple[int, int], ResidentKeys] = {}
    for part, schema in enumerate(schemas):
        rids = sorted(rid for its, rid in wanted if its == part)
        rows |= {(part, rid): keys for rid, keys in read_rows(database, schema, rids)}
    found = {number: {number: resident} for number, resident in given.items()}
    for row in pairs:
        known, other = rows[row[1:3]], rows[row[3:5]]
        if same_person(known, other):
            found[row[0]][other.resident.addressee_no] = other.resident
    return {
        number: tuple(persons[key] for key in sorted(persons))
        for number, persons in found.items()
    }


def rows_of_numbers(
    database: duckdb.DuckDBPyConnection,
    addressee_nos: Iterable[str],
    schemas: Sequence[str],
) -> dict[str, Resident]:
    """Return the resident of each 宛名番号, by the number as it was given.

    Args:
        database: A cursor of its own, after `mark_rows`.
        addressee_nos: With or without zeros before them.
        schemas: Of all residents' ledgers.
    """
    asked = sorted({(number, number.lstrip("0")) for number in addressee_nos})
    found: dict[str, Resident] = {}
    if not asked:
        return found
    columns = {"written": "VARCHAR", "number_key": "VARCHAR"}
    for schema in schemas:
        load_columns(database, "asked_numbers", columns, asked)
        pairs = database.execute(
            f"SELECT a.written, r.rowid FROM {schema}.residents AS r "  # noqa: S608
            "JOIN asked_numbers AS a USING (number_key)"
        ).fetchall()
        rows = dict(read_rows(database, schema, sorted({rid for _, rid in pairs})))
        found |= {written: rows[rid].resident for written, rid in pairs}
    return found


def union_all(select: str, schemas: Sequence[str]) -> str:
    """Return one SELECT over several ledgers.

    Args:
        select: With `{schema}` where the name of each is to stand.
        schemas: Names the caches are attached under.
    """
    return " UNION ALL ".join(select.format(schema=schema) for schema in schemas)


def load_columns(
    database: duckdb.DuckDBPyConnection,
    table: str,
    columns: Mapping[str, str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """Create a temporary table from rows.

    Args:
        database: Open.
        table: Replaced when it exists.
        columns: Column name: DuckDB type.
        rows: Values in the order of the columns.
    """
    types = ", ".join(f"{name} {kind}" for name, kind in columns.items())
    database.execute(f"CREATE OR REPLACE TEMP TABLE {table} ({types})")
    if not rows:
        return
    values = zip(*rows, strict=True)
    batch = {
        name: np.array(value, dtype=object)
        for name, value in zip(columns, values, strict=True)
    }
    casts = ", ".join(f"{name}::{kind}" for name, kind in columns.items())
    database.execute(f"INSERT INTO {table} SELECT {casts} FROM batch")  # noqa: S608
    del batch


def read_rows(
    database: duckdb.DuckDBPyConnection, schema: str, wanted: Sequence[int]
) -> Iterator[tuple[int, ResidentKeys]]:
    """Yield (rowid, keys) of the rows wanted of one ledger.

    Args:
        database: A cursor of its own, after `mark_rows`.
        schema: Name the cache is attached under.
        wanted: Row ids.
    """
    load_columns(database, "wanted", {"rid": "BIGINT"}, [(rid,) for rid in wanted])
    found = database.execute(
        f"SELECT r.rowid, {_HIDES_ADDRESS}, {_GROUP}, {_SELECTED} "  # noqa: S608
        f"FROM {schema}.residents AS r JOIN wanted ON r.rowid = wanted.rid"
    )
    while part := found.fetchmany(10_000):
        for row in part:
            yield row[0], _keys_of(row[3:], group=row[2], hides_address=row[1])


def _keys_of(row: tuple[Any, ...], *, group: str, hides_address: bool) -> ResidentKeys:
    """Return the keys in a row of `RESIDENT_COLUMNS` and `_KEY_COLUMNS`."""
    start = len(RESIDENT_COLUMNS)
    ends = [start]
    for columns in (NAME_COLUMNS, NAME_COLUMNS, ("k", "k")):
        ends.append(ends[-1] + len(columns))
    ends += [ends[-1] + len(ADDRESS_COLUMNS), ends[-1] + 2 * len(ADDRESS_COLUMNS)]
    name, common, kana, present, former = (
        row[begin:end] for begin, end in pairwise(ends)
    )
    birth_written, number_key = row[ends[-1] :]
    resident = Resident(*row[:start])
    present_address, former_address = address_of(present), address_of(former)
    return ResidentKeys(
        resident,
        PersonKeys(
            names=names_of(name, common),
            kana_strict=kana[0],
            kana_search=kana[1],
            birth_dates=(resident.birth_date,) if resident.birth_date else (),
            birth_written=birth_written,
            addresses=tuple(filter(None, (present_address, former_address))),
            present_address=present_address is not None,
            number=number_key,
            corporate_number=resident.corporate_number,
            group=group,
        ),
        hides_address,
    )
