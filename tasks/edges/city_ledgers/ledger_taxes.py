"""A tax ledger (税台帳) into its cache: strict integers, real dates, known states."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import duckdb

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.header_words import (
    TAX_HEADERS,
    columns_of,
    dictionary,
)
from tasks.domain.lists_and_ledgers.ledger_values import (
    fiscal_year_of,
    instalment_of,
    is_no_day,
    tax_status_of,
)
from tasks.domain.lists_and_ledgers.sources import InputNote, Role, SourceFile
from tasks.domain.lists_and_ledgers.tables import column_letters
from tasks.domain.lists_and_ledgers.tax_kinds import tax_named_in
from tasks.domain.normal_forms.dates import Precision, normalize_date
from tasks.domain.normal_forms.identifiers import normalize_addressee_no
from tasks.domain.normal_forms.money import normalize_amount
from tasks.domain.office.settings import ColumnNames
from tasks.edges.city_ledgers.ledger_repeats import refuse_repeated_lines
from tasks.edges.city_ledgers.ledger_staging import (
    Faults,
    LedgerSheet,
    ledger_sheets,
    load_forms,
    refuse_empty,
    stage,
)
from tasks.edges.city_ledgers.ledger_tax_checks import (
    check_due_dates,
    check_unpaid,
    collect_unpaid_left_out,
    refuse_amounts_of_a_year,
)
from tasks.edges.tables.table_files import TableFile

_NEEDS = (
    ("addressee_no",),
    ("fiscal_year",),
    ("due_date",),
    ("assessed_yen",),
    ("paid_yen", "unpaid_yen"),
)
_NAMES = tuple(TAX_HEADERS)
_NO_DAY = "DATE '0001-01-01'"
"""Stands for an empty cell, where NULL stands for one that cannot be read."""
_POSTED = columns_of("posted_on")
_NOTICES = columns_of("notice_no")


@dataclass(frozen=True, slots=True)
class _Column:
    """How one column of text becomes values."""

    name: str
    kind: str
    """DuckDB type of the value."""
    read: Callable[[str], object]
    """Returns None for a text that is wrong."""
    expected: str
    """What a fault says was expected."""
    of_digits: str = ""
    """As `load_forms` wants it."""


def load_taxes(
    database: duckdb.DuckDBPyConnection,
    file: TableFile,
    *,
    columns: ColumnNames,
    today: dt.date,
) -> tuple[SourceFile, list[InputNote]]:
    """Fill an empty database with the table `tax_lines` of one file.

    Args:
        database: Open for writing.
        file: The ledger.
        columns: Header names of the configuration.
        today: For dates.

    Raises:
        NeedsPersonError: TABLE-001, TABLE-002, TABLE-006 as in `stage`; TABLE-002 when
            年税額 stands for instalments; TABLE-005 with the place of every cell that is
            no amount, date, year, 期別 or state, and of every 納期限 that cannot belong
            to its 年度; TABLE-007 when an instalment stands twice; TABLE-009 when there is no line.
    """
    words = dictionary(TAX_HEADERS, columns.taxes, "taxes")
    sheets, notes = ledger_sheets(file, words, _NEEDS)
    further = [
        name
        for field in ("posted_on", "notice_no")
        for name in columns_of(field)[1:]
        if any(name in sheet.header.columns for sheet in sheets)
    ]
    notes += stage(database, file, sheets, (*_NAMES, *further), stored=("tax",))
    refuse_empty(database, file)
    _name_taxes(database, file, sheets)
    faults = Faults(file.path.name)
    for column in _columns(sheets, today):
        load_forms(
            database,
            f"{column.name}_forms",
            {"value": column.kind},
            f"SELECT DISTINCT {column.name} AS text FROM raw",  # noqa: S608
            _only(column.read),
            of_digits=column.of_digits,
        )
        _collect_faults(database, column, sheets, faults)
    collect_unpaid_left_out(database, sheets, faults)
    faults.stop("TABLE-005", "cells that cannot be read")
    refuse_amounts_of_a_year(database, file, sheets)
    _make_lines(database, [name for name in further if name in _NOTICES])
    check_due_dates(database, sheets, faults, today=today)
    check_unpaid(database, faults)
    refuse_repeated_lines(database, [("main", file.path.name)])
    notes += _notes(database, file)
    posted = [name for name in (*_NAMES, *further) if name in _POSTED]
    return _source(database, file, _posted_until(database, posted, today)), notes


def _source(
    database: duckdb.DuckDBPyConnection, file: TableFile, posted: dt.date | None
) -> SourceFile:
    rows, yen, taxes, newest_due = database.execute(
        """
        SELECT count(*), coalesce(sum(assessed_yen - paid_yen), 0),
               list(DISTINCT tax ORDER BY tax), max(due_date)
        FROM tax_lines
        """
    ).fetchall()[0]
    return SourceFile(
        role=Role.TAXES,
        file=file.path.name,
        sha256=file.sha256,
        rows=rows,
        encoding=file.encoding,
        yen=int(yen),
        taxes=tuple(taxes),
        posted_until=posted,
        newest_due=newest_due,
    )


def _posted_until(
    database: duckdb.DuckDBPyConnection, columns: Sequence[str], today: dt.date
) -> dt.date | None:
    """Return the newest 収納日 of the file; days that have not come are misprints."""
    union = " UNION ".join(f"SELECT DISTINCT {name} FROM raw" for name in columns)  # noqa: S608
    days = [_day(text, today) for (text,) in database.execute(union).fetchall() if text]
    return max((day for day in days if day and day <= today), default=None)


def _day(text: str, today: dt.date) -> dt.date | None:
    found = normalize_date(text, today=today)
    if found.value is None or found.value.precision is not Precision.DAY:
        return None
    return found.value.date


def _columns(sheets: Sequence[LedgerSheet], today: dt.date) -> tuple[_Column, ...]:
    def day(text: str) -> dt.date | None:
        return _day(text, today)

    def day_or_none(text: str) -> dt.date | None:
        return dt.date.min if is_no_day(text) else _day(text, today)

    def number(text: str) -> str | None:
        found = normalize_addressee_no(text)
        return found.value if found.usable else None

    def yen(text: str) -> int | None:
        found = normalize_amount(text)
        return found.value if found.usable else None

    def paid(text: str) -> int | None:
        return yen(text) if text else 0

    def status(text: str) -> str | None:
        found = tax_status_of(text)
        return found.value if found else None

    amounts = [
        _Column(name, "BIGINT", read, "whole yen")
        for name, read in (
            ("assessed_yen", yen),
            ("paid_yen", paid),
            ("unpaid_yen", paid),
        )
        if any(name in sheet.header.columns for sheet in sheets)
    ]
    return (
        _Column("addressee_no", "VARCHAR", number, "宛名番号", of_digits="text"),
        _Column("fiscal_year", "INTEGER", fiscal_year_of, "a year such as 令和8年度"),
        _Column("instalment", "INTEGER", instalment_of, "期別"),
        _Column("due_date", "DATE", day, "a date"),
        _Column("status", "VARCHAR", status, "a known state such as 徴収猶予"),
        _Column("status_from", "DATE", day_or_none, "a date or nothing"),
        _Column("status_until", "DATE", day_or_none, "a date or nothing"),
        *amounts,
    )


def _name_taxes(
    database: duckdb.DuckDBPyConnection, file: TableFile, sheets: Sequence[LedgerSheet]
) -> None:
    """Give every row its 税目: from its column, else the sheet's or the file's name."""
    for sheet in sheets:
        tax = tax_named_in(sheet.table.sheet) or tax_named_in(file.path.stem)
        if "tax" not in sheet.header.columns and not tax:
            raise NeedsPersonError(
                "TABLE-002",
                f"{file.path.name}: expected a column for 税目, or a 税目 in the name "
                "of the file or sheet",
            )
        database.execute(
            "UPDATE staged SET tax = ? WHERE sheet = ? AND tax = ''",
            [tax, sheet.table.sheet],
        )
    empty = database.execute(
        "SELECT sheet, row FROM raw WHERE tax = '' ORDER BY ALL LIMIT 200"
    ).fetchall()
    faults = Faults(file.path.name)
    for sheet_name, row in empty:
        faults.add(f"{sheet_name}!{row}行: expected 税目".lstrip("!"))
    faults.stop("TABLE-005", "rows without 税目")


def _only(read: Callable[[str], object]) -> Callable[[str], tuple[object, ...]]:
    return lambda text: (read(text),)


def _collect_faults(
    database: duckdb.DuckDBPyConnection,
    column: _Column,
    sheets: Sequence[LedgerSheet],
    faults: Faults,
) -> None:
    letters = {
        sheet.table.sheet: column_letters(sheet.header.columns[column.name])
        for sheet in sheets
        if column.name in sheet.header.columns
    }
    bad = database.execute(
        f"SELECT sheet, row FROM raw JOIN {column.name}_forms AS forms "  # noqa: S608
        f"ON raw.{column.name} = forms.text WHERE forms.value IS NULL ORDER BY ALL"
    )
    for sheet_name, row in bad.fetchall():
        if sheet_name in letters:
            place = f"{sheet_name}!{letters[sheet_name]}{row}".lstrip("!")
            faults.add(f"{place}: expected {column.expected}")


def _make_lines(
    database: duckdb.DuckDBPyConnection, further_notices: Sequence[str]
) -> None:
    notices = ", ".join(f"raw.{name}" for name in ("notice_no", *further_notices))
    have = {
        name
        for (name,) in database.execute(
            "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE '%_yen_forms'"
        ).fetchall()
    }
    joins = "".join(
        f" JOIN {name} ON raw.{name.removesuffix('_forms')} = {name}.text"
        for name in sorted(have)
    )
    unpaid = "assessed_yen_forms.value - unpaid_yen_forms.value"
    if {"paid_yen_forms", "unpaid_yen_forms"} <= have:
        # A sheet without one of the two columns left it empty.
        paid = f"CASE WHEN raw.paid_yen = '' AND raw.unpaid_yen <> '' THEN {unpaid} "
        paid += "ELSE paid_yen_forms.value END"
    else:
        paid = "paid_yen_forms.value" if "paid_yen_forms" in have else unpaid
    database.execute(
        f"""
        CREATE TABLE tax_lines AS
        SELECT ltrim(addressee_no_forms.value, '0') AS number_key,
               addressee_no_forms.value AS addressee_no,
               regexp_replace(tax, '\\s|\u3000', '', 'g') AS tax,
               fiscal_year_forms.value AS fiscal_year,
               instalment_forms.value AS instalment,
               due_date_forms.value AS due_date,
               assessed_yen_forms.value AS assessed_yen,
               {paid} AS paid_yen,
               status_forms.value AS status,
               nullif(status_from_forms.value, {_NO_DAY}) AS status_from,
               nullif(status_until_forms.value, {_NO_DAY}) AS status_until,
               concat_ws('|', {notices}) AS notice_no,
               sheet, row
        FROM raw
        JOIN addressee_no_forms ON raw.addressee_no = addressee_no_forms.text
        JOIN fiscal_year_forms ON raw.fiscal_year = fiscal_year_forms.text
        JOIN instalment_forms ON raw.instalment = instalment_forms.text
        JOIN due_date_forms ON raw.due_date = due_date_forms.text
        JOIN status_forms ON raw.status = status_forms.text
        JOIN status_from_forms ON raw.status_from = status_from_forms.text
        JOIN status_until_forms ON raw.status_until = status_until_forms.text
        {joins}
        ORDER BY number_key, tax, fiscal_year, instalment, due_date, sheet, row
        """  # noqa: S608
    )
    lost = database.execute(
        "SELECT (SELECT count(*) FROM raw) - (SELECT count(*) FROM tax_lines)"
    ).fetchall()[0][0]
    if lost:
        raise NeedsPersonError("BALANCE-001", f"{lost} rows lost while loading")


def _notes(database: duckdb.DuckDBPyConnection, file: TableFile) -> Iterator[InputNote]:
    empty = database.execute(
        "SELECT count(*) FROM raw WHERE paid_yen = '' AND unpaid_yen = ''"
    ).fetchall()[0][0]
    if empty:
        message = "収納額が空の行は0円として読みました。"
        yield InputNote(file.path.name, "収納額", "paid_empty", message, empty)
