"""What must not be believed of a tax ledger, though every cell of it can be read."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence

import duckdb

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.columns import header_key
from tasks.domain.lists_and_ledgers.sources import LedgerTotal
from tasks.domain.lists_and_ledgers.tables import cell_place
from tasks.domain.taxes.delinquency import BOOKS_CLOSED
from tasks.edges.city_ledgers.ledger_staging import Faults, LedgerSheet
from tasks.edges.tables.table_files import TableFile

_YEARS_ASSESSED_BACK = 7
_FURTHEST_DAYS_AHEAD = 400
_FEWEST_LINES = 20
"""Of fewer instalments nothing is said about the whole year."""


def collect_unpaid_left_out(
    database: duckdb.DuckDBPyConnection, sheets: Sequence[LedgerSheet], faults: Faults
) -> None:
    """Add a fault for each empty 未納額 that alone would tell what was paid: not 0 yen."""
    for sheet in sheets:
        columns = sheet.header.columns
        if "paid_yen" in columns or "unpaid_yen" not in columns:
            continue
        empty = database.execute(
            "SELECT row FROM raw WHERE sheet = ? AND unpaid_yen = '' ORDER BY ALL",
            [sheet.table.sheet],
        )
        for (row,) in empty.fetchall():
            place = cell_place(row, columns["unpaid_yen"], sheet.table.sheet)
            faults.add(f"{place}: expected 未納額, found nothing")


def refuse_amounts_of_a_year(
    database: duckdb.DuckDBPyConnection, file: TableFile, sheets: Sequence[LedgerSheet]
) -> None:
    """Refuse 年税額 of instalments: it is due only where the year is paid at once.

    Raises:
        NeedsPersonError: TABLE-002 with the header's cell.
    """
    for sheet in sheets:
        column = sheet.header.columns["assessed_yen"]
        label = header_key(sheet.header.labels[column])
        if "年税額" not in label:
            continue
        parted = database.execute(
            "SELECT count(*) FROM raw JOIN instalment_forms AS forms "
            "ON raw.instalment = forms.text WHERE raw.sheet = ? AND forms.value <> 0",
            [sheet.table.sheet],
        ).fetchall()[0][0]
        if parted:
            place = cell_place(sheet.header.last_row, column, sheet.table.sheet)
            raise NeedsPersonError(
                "TABLE-002",
                f"{file.path.name}: {place}: 年税額 of {parted} instalments; expected a "
                "column for 調定額 of each 期別, such as 期別税額",
            )


def check_due_dates(
    database: duckdb.DuckDBPyConnection,
    sheets: Sequence[LedgerSheet],
    faults: Faults,
    *,
    today: dt.date,
) -> None:
    """Check each 納期限 against its 年度: 令和01 typed as 令和10 must stop here.

    Taxes may be assessed up to seven years back (地方税法17条の5), but nothing is billed
    more than a year ahead. 調定年度 is the year booked, not the year taxed, and says
    nothing about 納期限. A single instalment that falls due after the year of its tax may
    be an assessment made late, and is asked where it matters (tasks.domain.taxes.delinquency);
    where most of a year's do, the year is wrong.

    Raises:
        NeedsPersonError: TABLE-005 with every cell, or with every 税目 and 年度.
    """
    columns = {
        sheet.table.sheet: sheet.header.columns["due_date"]
        for sheet in sheets
        if "調定年度"
        not in header_key(sheet.header.labels[sheet.header.columns["fiscal_year"]])
    }
    wrong = database.execute(
        f"""
        SELECT sheet, row FROM tax_lines
        WHERE due_date NOT BETWEEN make_date(fiscal_year, 4, 1)
              AND make_date(fiscal_year + {_YEARS_ASSESSED_BACK}, 3, 31)
        ORDER BY ALL
        """  # noqa: S608
    )
    for sheet_name, row in wrong.fetchall():
        if sheet_name in columns:
            place = cell_place(row, columns[sheet_name], sheet_name)
            faults.add(f"{place}: 納期限 does not fit 年度")
    far = database.execute(
        "SELECT sheet, row FROM tax_lines WHERE due_date > ? ORDER BY ALL",
        [today + dt.timedelta(days=_FURTHEST_DAYS_AHEAD)],
    )
    for sheet_name, row in far.fetchall():
        column = columns.get(sheet_name)
        if column is not None:
            place = cell_place(row, column, sheet_name)
            faults.add(f"{place}: 納期限 lies more than a year ahead")
    faults.stop("TABLE-005", "due dates that do not fit their fiscal year")
    _check_years(database, list(columns), faults)


def _check_years(
    database: duckdb.DuckDBPyConnection, sheets: Sequence[str], faults: Faults
) -> None:
    month, day = BOOKS_CLOSED
    late = f"due_date > make_date(fiscal_year + 1, {month}, {day})"
    found = database.execute(
        f"""
        SELECT sheet, tax, fiscal_year, count(*) FILTER ({late}), count(*)
        FROM tax_lines WHERE instalment > 0 AND list_contains(?, sheet)
        GROUP BY ALL
        HAVING count(*) >= {_FEWEST_LINES} AND count(*) FILTER ({late}) * 2 > count(*)
        ORDER BY ALL
        """,  # noqa: S608
        [list(sheets)],
    )
    for sheet, tax, year, wrong, lines in found.fetchall():
        place = f"{sheet}!" if sheet else ""
        faults.add(
            f"{place}{tax} {year}年度: 納期限 of {wrong} of {lines} 期別 lie after the "
            "year; expected 随時 as 期別, or 調定年度 as header, if they are right"
        )
    faults.stop("TABLE-005", "fiscal years whose due dates lie after them")


def check_unpaid(database: duckdb.DuckDBPyConnection, faults: Faults) -> None:
    """Check that 収納額 and 未納額, where a ledger gives both, add up to 調定額.

    Raises:
        NeedsPersonError: TABLE-005 with every row.
    """
    have = database.execute(
        "SELECT count(*) FROM duckdb_tables() WHERE table_name = 'unpaid_yen_forms'"
    ).fetchall()[0][0]
    if not have:
        return
    wrong = database.execute(
        """
        SELECT lines.sheet, lines.row FROM tax_lines AS lines
        JOIN raw ON raw.sheet = lines.sheet AND raw.row = lines.row
        JOIN unpaid_yen_forms AS unpaid ON unpaid.text = raw.unpaid_yen
        WHERE raw.unpaid_yen <> ''
          AND lines.assessed_yen - lines.paid_yen <> unpaid.value
        ORDER BY ALL
        """
    ).fetchall()
    for sheet_name, row in wrong:
        faults.add(f"{_row(sheet_name, row)}: 調定額 - 収納額 is not 未納額")
    faults.stop("TABLE-005", "rows whose amounts contradict each other")


def ledger_totals(
    database: duckdb.DuckDBPyConnection,
    schemas: Sequence[str],
    addressee_nos: Iterable[str],
) -> dict[str, LedgerTotal]:
    """Return what the ledgers hold of each 宛名番号 given, for conservation.

    Counted apart from the reading of lines, so that a line lost or doubled there shows.

    Args:
        database: A cursor with the caches attached.
        schemas: Of the tax ledgers.
        addressee_nos: Leading zeros do not part them.
    """
    asked = {number: number.lstrip("0") for number in addressee_nos}
    sums: dict[str, Counter[str]] = {key: Counter() for key in asked.values()}
    for schema in schemas:
        rows = database.execute(
            f"""
            SELECT number_key, count(*), sum(assessed_yen), sum(paid_yen)
            FROM {schema}.tax_lines WHERE number_key IN (SELECT unnest($keys))
            GROUP BY number_key
            """,  # noqa: S608
            {"keys": list(sums)},
        ).fetchall()
        for key, lines, assessed, paid in rows:
            sums[key]["lines"] += lines
            sums[key]["assessed"] += int(assessed)
            sums[key]["paid"] += int(paid)
    return {
        number: LedgerTotal(
            sums[key]["lines"],
            sums[key]["assessed"],
            sums[key]["assessed"] - sums[key]["paid"],
        )
        for number, key in asked.items()
    }


def _row(sheet: str, row: int) -> str:
    return f"{sheet}!{row}行" if sheet else f"{row}行"
