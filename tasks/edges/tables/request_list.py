"""A section's request list (依頼名簿): workbook or csv in, applicants as written out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.columns import SEARCHED_ROWS, Header, RowKind
from tasks.domain.lists_and_ledgers.header_words import REQUEST_HEADERS, dictionary
from tasks.domain.lists_and_ledgers.sources import (
    ColumnUse,
    InputNote,
    Role,
    SourceFile,
)
from tasks.domain.lists_and_ledgers.tables import (
    Row,
    Table,
    column_letters,
    serial_date,
)
from tasks.domain.normal_forms.identifiers import mask_my_numbers
from tasks.domain.office.settings import ColumnNames
from tasks.domain.records import Applicant, WrittenCell
from tasks.edges.tables.request_notes import note, sheet_notes
from tasks.edges.tables.request_sheets import (
    RequestSheet,
    consent_said,
    looks_like_rows_of,
    read_sheet,
    refuse_faults,
)
from tasks.edges.tables.table_files import TableFile, open_tables

_EXAMPLE_SHEETS = ("記入例", "記載例", "見本", "サンプル", "入力例")
_OLDEST = dt.date(1880, 1, 1)
_PARTS = {
    "name": ("family_name", "given_name"),
    "kana": ("family_kana", "given_kana"),
}


@dataclass(frozen=True, slots=True)
class RequestList:
    """One request list as read: every row is an applicant or excluded, never lost."""

    source: SourceFile
    headers: tuple[str, ...]
    """Headers of the (first) table as staff wrote them."""
    applicants: tuple[Applicant, ...]
    excluded: tuple[tuple[str, str], ...]
    """Rows below the header that are no applicant: (place, reason in Japanese)."""
    notes: tuple[InputNote, ...]
    column_uses: tuple[ColumnUse, ...] = ()


@dataclass(frozen=True, slots=True)
class _Context:
    file: TableFile
    sheet: RequestSheet
    prefix: str
    """Start of every row_id of the sheet."""
    today: dt.date


def read_request(path: Path, *, columns: ColumnNames, today: dt.date) -> RequestList:
    """Return the applicants of a request list, values as written.

    Title rows above, headers of up to three rows, notes, totals and blank rows are
    recognised; hidden rows are read like others and noted. Sheets with examples
    (記入例) and hidden sheets are passed over with a note.

    Args:
        path: xlsx, xls, csv or tsv.
        columns: Header names and encodings of the configuration.
        today: Bare numbers in a birth date column that are Excel serials of a day
            before it are turned into dates, with a note.

    Raises:
        NeedsPersonError: FILE-001, FILE-002, FILE-006, TABLE-003, TABLE-004, TABLE-008
            for the file; TABLE-001 no header, or none above rows on a further sheet; TABLE-002 a column missing or claimed
            twice, TABLE-006 formulas without result, TABLE-005 damaged numbers, TABLE-009
            no applicant beneath the header; the error carries
            every fault of the file.
        SettingsError: The configuration names an unknown field.
    """
    words = dictionary(REQUEST_HEADERS, columns.request, "request")
    file = open_tables(path, columns=columns)
    notes = list(file.notes)
    sheets: list[RequestSheet] = []
    without_header: list[Table] = []
    for table in file.tables:
        skipped = _skipped(table)
        if skipped:
            notes.append(note(table, "", "sheet_skipped", skipped))
            continue
        sheet = read_sheet(table, words, columns)
        if sheet:
            sheets.append(sheet)
        elif len(file.tables) > 1:
            without_header.append(table)
    if not sheets:
        raise NeedsPersonError(
            "TABLE-001",
            f"{path.name}: no header row with 氏名 and 生年月日 in its first "
            f"{SEARCHED_ROWS} rows; sheets: {_sheet_names(file)}",
        )
    _refuse_lost_rows(file, without_header, sheets, today=today)
    refuse_faults(file, sheets)
    notes += [
        note(table, "", "sheet_skipped", "見出し行のないシートです。")
        for table in without_header
    ]
    return _collect(file, sheets, notes, today)


def _skipped(table: Table) -> str:
    if table.hidden:
        return "非表示のシートのため読んでいません。"
    if any(word in table.sheet for word in _EXAMPLE_SHEETS):
        return "記入例のシートのため読んでいません。"
    return ""


def _refuse_lost_rows(
    file: TableFile,
    tables: Sequence[Table],
    sheets: Sequence[RequestSheet],
    *,
    today: dt.date,
) -> None:
    """Refuse sheets without a header on which the list goes on.

    Raises:
        NeedsPersonError: TABLE-001 with the sheets' names.
    """
    lost = [
        table.sheet
        for table in tables
        if any(looks_like_rows_of(table, sheet, today=today) for sheet in sheets)
    ]
    if lost:
        raise NeedsPersonError(
            "TABLE-001",
            f"{file.path.name}: no header row above the applicants of sheet "
            f"{', '.join(lost)}",
            tuple(f"{sheet}: no header row" for sheet in lost),
        )


def _sheet_names(file: TableFile) -> str:
    return ", ".join(table.sheet or "(text)" for table in file.tables)


def _collect(
    file: TableFile,
    sheets: Sequence[RequestSheet],
    notes: list[InputNote],
    today: dt.date,
) -> RequestList:
    applicants: list[Applicant] = []
    excluded: list[tuple[str, str]] = []
    for number, sheet in enumerate(sheets, start=1):
        place = "" if number == 1 else f"{number}-"
        context = _Context(file, sheet, f"list:{file.sha256[:8]}:{place}", today)
        data = []
        for row in sheet.rows:
            kind = sheet.kind(row)
            if kind is RowKind.DATA:
                data.append(row)
                applicants.append(_applicant(context, row))
            else:
                excluded.append((_row_place(sheet.table, row), kind.value))
        serials = [row.number for row in data if _birth_date(context, row)[1]]
        notes.extend(sheet_notes(sheet, data, serials))
    if not applicants:
        raise NeedsPersonError("TABLE-009", f"{file.path.name}: no applicant's row")
    source = SourceFile(
        role=Role.REQUEST,
        file=file.path.name,
        sha256=file.sha256,
        rows=len(applicants),
        encoding=file.encoding,
    )
    headers = tuple(
        label
        for column, label in enumerate(sheets[0].header.labels)
        if column not in sheets[0].header.my_number_columns
    )
    return RequestList(
        source,
        headers,
        tuple(applicants),
        tuple(excluded),
        tuple(notes),
        tuple(use for sheet in sheets for use in sheet.uses),
    )


def _row_place(table: Table, row: Row) -> str:
    return f"{table.sheet}!{row.number}行" if table.sheet else f"{row.number}行"


def _applicant(context: _Context, written: Row) -> Applicant:
    sheet = context.sheet
    row = sheet.as_read(written)
    row_id = f"{context.prefix}{row.number}"

    def text(name: str) -> str:
        return sheet.header.text(row, name)

    return Applicant(
        row_id=row_id,
        source=f"{context.file.path.name}!{_row_place(sheet.table, row)}",
        request_id=text("request_id") or row_id,
        name=_joined(sheet.header, row, "name"),
        kana=_joined(sheet.header, row, "kana"),
        birth_date=_birth_date(context, row)[0],
        address=" ".join(filter(None, (text("address"), text("address_tail")))),
        postal=text("postal"),
        phone=text("phone"),
        addressee_no=text("addressee_no"),
        corporate_number=text("corporate_number"),
        consent=consent_said(sheet, sheet.consent, row).consent,
        others_consent=consent_said(sheet, sheet.others_consent, row).consent,
        written=tuple(_written(sheet, written)),
    )


def _written(sheet: RequestSheet, row: Row) -> Iterator[WrittenCell]:
    """Yield the row as its section wrote it, but for 個人番号."""
    labels = sheet.header.labels
    for column in range(sheet.width):
        if column in sheet.header.my_number_columns:
            continue
        text = row.cells[column] if column < len(row.cells) else ""
        yield WrittenCell(
            (labels[column] if column < len(labels) else "") or column_letters(column),
            mask_my_numbers(text) if column in sheet.masked else text,
            row.is_number(column),
            row.is_date(column),
        )


def _joined(header: Header, row: Row, name: str) -> str:
    """Return a field, put together from family and given name when it is split."""
    whole = header.text(row, name)
    if whole or name in header.columns:
        return whole
    return "　".join(filter(None, (header.text(row, part) for part in _PARTS[name])))


def _birth_date(context: _Context, row: Row) -> tuple[str, bool]:
    """Return the birth date as written, and whether it was a bare Excel serial."""
    header = context.sheet.header
    text = header.text(row, "birth_date")
    column = header.columns.get("birth_date")
    if column is None or not row.is_number(column) or not text.isascii():
        return text, False
    if not (text.isdigit() and len(text) <= 5):
        return text, False
    day = serial_date(int(text), date_1904=context.sheet.table.date_1904)
    plausible = bool(day) and _OLDEST <= dt.date.fromisoformat(day) <= context.today
    return (day, True) if plausible else (text, False)
