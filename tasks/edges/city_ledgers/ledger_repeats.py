"""One instalment on two lines, in one tax ledger or in two: it would be owed twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import duckdb

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.sources import Role, SourceFile
from tasks.domain.lists_and_ledgers.tax_kinds import tax_and_part
from tasks.edges.city_ledgers.ledger_rows import load_columns, union_all
from tasks.edges.city_ledgers.ledger_staging import MOST_FAULTS

_PLACES_OF_A_LINE = 5
_INSTALMENT = (
    "number_key, kind, detail, fiscal_year, instalment, due_date, "
    "CASE WHEN instalment = 0 THEN assessed_yen END"
)
"""What parts one instalment from another, beside the number of the notice."""
_TWICE = """
    count(*) > count(DISTINCT notice)
    OR (count(DISTINCT part) > 1 AND count(*) > count(DISTINCT nullif(notice, '')))
"""
"""The number of the notice or car parts lines; none in another file parts nothing."""
_INSTALMENT_OF_WHOLE = (
    "number_key, kind, fiscal_year, instalment, due_date, assessed_yen"
)
_WHOLE_BESIDE_PART = """
    count(DISTINCT part) > 1 AND count(DISTINCT detail) > 1 AND bool_or(detail = '')
    AND assessed_yen > 0
"""
"""固定資産税 in one file and 固定資産税・都市計画税 in the other, of one amount."""


def refuse_repeated_lines(
    database: duckdb.DuckDBPyConnection,
    ledgers: Sequence[tuple[str, str]],
    taxes: Sequence[str] | None = None,
) -> None:
    """Refuse what would be owed twice: the same instalment on two lines.

    Lines of one 宛名番号 are the same when 税目 (however it is spelt), 年度, 期別, 納期限
    and (where the ledger has it) the number of the notice or car are; 随時 and yearly
    ones also by 調定額. In two files a number that only one of them has does not part
    them, nor does the name of a part beside that of the whole tax, if the amounts are
    equal. An old ledger beside the new one of the same tax is the usual cause.

    Args:
        database: With the ledgers' caches attached.
        ledgers: Schema and file name of each tax ledger.
        taxes: Look at these 税目 only, as the ledgers spell them; None: at all.

    Raises:
        NeedsPersonError: TABLE-007 with the places of the lines, all at once.
    """
    if taxes is None:
        taxes = _taxes_in(database, [schema for schema, _ in ledgers])
    load_columns(
        database,
        "tax_parts",
        {"tax": "VARCHAR", "kind": "VARCHAR", "detail": "VARCHAR"},
        [(tax, *tax_and_part(tax)) for tax in taxes],
    )
    lines = " UNION ALL ".join(
        f"SELECT {place} AS part, * FROM {schema}.tax_lines"  # noqa: S608
        for place, (schema, _) in enumerate(ledgers)
    )
    rules = [(_INSTALMENT, _TWICE)]
    if len(ledgers) > 1:
        rules.append((_INSTALMENT_OF_WHOLE, _WHOLE_BESIDE_PART))
    twice = [
        found
        for key, condition in rules
        for found in _groups_of_lines(database, lines, key, condition)
    ]
    if not twice:
        return
    faults = tuple(
        ", ".join(
            f"{ledgers[at['part']][1]}!{_row(at['sheet'], at['row'])}" for at in places
        )
        + ": one 期別"
        for places, _ in twice
    )
    raise NeedsPersonError(
        "TABLE-007",
        f"{max(total for _, total in twice)} instalments stand on several lines, "
        f"first: {faults[0]}",
        faults[:MOST_FAULTS],
    )


def _taxes_in(
    database: duckdb.DuckDBPyConnection, schemas: Sequence[str]
) -> tuple[str, ...]:
    lines = union_all("SELECT DISTINCT tax FROM {schema}.tax_lines", schemas)
    return tuple(tax for (tax,) in database.execute(lines).fetchall())


def _groups_of_lines(
    database: duckdb.DuckDBPyConnection, lines: str, key: str, condition: str
) -> list[tuple[list[dict[str, Any]], int]]:
    """Return the places of lines that are one instalment, and how many there are.

    Hashes first: twenty million groups of numbers take little room.
    """
    return database.execute(
        f"""
        WITH lines AS (
            SELECT *, trim(notice_no, '|') AS notice, hash({key}) AS mark
            FROM ({lines}) JOIN tax_parts USING (tax)),
        marks AS (SELECT mark FROM lines GROUP BY mark HAVING count(*) > 1)
        SELECT list({{'part': part, 'sheet': sheet, 'row': row}}
                    ORDER BY part, sheet, row)[:{_PLACES_OF_A_LINE}] AS places,
               count(*) OVER () AS total
        FROM lines WHERE mark IN (FROM marks)
        GROUP BY {key} HAVING {condition}
        ORDER BY places LIMIT {MOST_FAULTS}
        """  # noqa: S608
    ).fetchall()


def refuse_lines_in_two_files(
    database: duckdb.DuckDBPyConnection,
    schemas: Sequence[str],
    sources: Sequence[SourceFile],
) -> None:
    """Refuse instalments that stand in two tax ledgers of a run, however 税目 is spelt.

    Args:
        database: With the caches attached.
        schemas: Of the tax ledgers, in the order of `sources`.
        sources: Of the run; only tax ledgers are looked at.

    Raises:
        NeedsPersonError: TABLE-007 as `refuse_repeated_lines`.
    """
    ledgers = [source for source in sources if source.role is Role.TAXES]
    counts = Counter(
        kind
        for ledger in ledgers
        for kind in {tax_and_part(tax)[0] for tax in ledger.taxes}
    )
    shared = sorted(
        {
            tax
            for ledger in ledgers
            for tax in ledger.taxes
            if counts[tax_and_part(tax)[0]] > 1
        }
    )
    if shared:
        named = [
            (schema, ledger.file)
            for schema, ledger in zip(schemas, ledgers, strict=True)
        ]
        refuse_repeated_lines(database, named, shared)


def _row(sheet: str, row: int) -> str:
    return f"{sheet}!{row}行" if sheet else f"{row}行"
