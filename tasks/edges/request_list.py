"""A section's request list (依頼名簿): workbook or csv in, applicants as written out."""

from __future__ import annotations

import datetime as dt
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tasks.domain.column_uses import column_uses
from tasks.domain.columns import (
    SEARCHED_ROWS,
    Header,
    RowKind,
    find_header,
    header_key,
    row_kind,
)
from tasks.domain.consent_columns import (
    ConsentRead,
    consent_column,
    of_others,
    read_consent,
    telling_columns,
)
from tasks.domain.errors import NeedsPersonError
from tasks.domain.header_words import (
    CORPORATE_NAME_HEADERS,
    MY_NUMBER_HEADERS,
    REQUEST_HEADERS,
    columns_of,
    dictionary,
)
from tasks.domain.records import Applicant, Consent, WrittenCell
from tasks.domain.related_persons import party_titles
from tasks.domain.settings import ColumnNames
from tasks.domain.sources import ColumnUse, InputNote, Role, SourceFile
from tasks.domain.tables import Row, Table, cell_place, column_letters, serial_date
from tasks.edges.table_files import TableFile, open_tables

_EXAMPLE_SHEETS = ("記入例", "記載例", "見本", "サンプル", "入力例")
_EXACT_DIGITS = 15
_OLDEST = dt.date(1880, 1, 1)
_MOST_FAULTS = 200
_EXPECTED_FILLED = ("name", "kana", "birth_date", "address")
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
class _Sheet:
    table: Table
    header: Header
    rows: tuple[Row, ...] = field(repr=False)
    """Below the header, trailing blank rows left out."""
    consent: tuple[int, ...] | None = ()
    """Columns that tell of consent; None when they cannot go together."""
    others_consent: tuple[int, ...] = ()
    """Columns that tell of the consent of others: 世帯員, 代表者."""
    uses: tuple[ColumnUse, ...] = ()


@dataclass(frozen=True, slots=True)
class _Context:
    file: TableFile
    sheet: _Sheet
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
            for the file; TABLE-001 no header, TABLE-002 a column missing or claimed
            twice, TABLE-006 formulas without result, TABLE-005 damaged numbers, TABLE-009
            no applicant beneath the header; the error carries
            every fault of the file.
        SettingsError: The configuration names an unknown field.
    """
    words = dictionary(REQUEST_HEADERS, columns.request, "request")
    file = open_tables(path, columns=columns)
    notes = list(file.notes)
    sheets = []
    for table in file.tables:
        skipped = _skipped(table)
        if skipped:
            notes.append(_note(table, "", "sheet_skipped", skipped))
            continue
        sheet = _read_sheet(table, words, columns)
        if sheet:
            sheets.append(sheet)
        elif len(file.tables) > 1:
            notes.append(
                _note(table, "", "sheet_skipped", "見出し行のないシートです。")
            )
    if not sheets:
        raise NeedsPersonError(
            "TABLE-001",
            f"{path.name}: no header row with 氏名 and 生年月日 in its first "
            f"{SEARCHED_ROWS} rows; sheets: {_sheet_names(file)}",
        )
    _check(file, sheets)
    return _collect(file, sheets, notes, today)


def _skipped(table: Table) -> str:
    if table.hidden:
        return "非表示のシートのため読んでいません。"
    if any(word in table.sheet for word in _EXAMPLE_SHEETS):
        return "記入例のシートのため読んでいません。"
    return ""


def _read_sheet(
    table: Table, words: dict[str, tuple[str, ...]], columns: ColumnNames
) -> _Sheet | None:
    rows = list(table.rows())
    header = find_header(rows, words, merged=table.merged)
    if header is None:
        return None
    below = [row for row in rows if row.number > header.last_row]
    while below and not any(cell.strip() for cell in below[-1].cells):
        below.pop()
    return _Sheet(
        table,
        header,
        tuple(below),
        _telling(header, columns.request.get("consent", ())),
        tuple(c for c in _consent_columns(header) if of_others(header.labels[c])),
        column_uses(table, header, words, further=party_titles(columns)),
    )


def _telling(header: Header, configured: Sequence[str]) -> tuple[int, ...] | None:
    """Return the columns that tell of consent; one named by the city goes first.

    A column about others (世帯員同意) tells of the applicant only where no other does.
    """
    every = _consent_columns(header)
    found = [c for c in every if not of_others(header.labels[c])] or every
    keys = {header_key(word) for word in configured}
    named = [column for column in every if header_key(header.labels[column]) in keys]
    found = named or found
    telling = telling_columns([header.labels[column] for column in found])
    return None if telling is None else tuple(found[place] for place in telling)


def _consent_columns(header: Header) -> list[int]:
    names = columns_of("consent")
    return [header.columns[name] for name in names if name in header.columns]


def _sheet_names(file: TableFile) -> str:
    return ", ".join(table.sheet or "(text)" for table in file.tables)


def _check(file: TableFile, sheets: Sequence[_Sheet]) -> None:
    """Check headers and damaged cells of all sheets; raise with every fault at once."""
    missing = [fault for sheet in sheets for fault in _column_faults(sheet)]
    if missing:
        raise NeedsPersonError(
            "TABLE-002",
            "; ".join(f"{file.path.name}: {fault}" for fault in missing),
            tuple(missing),
        )
    unsaved = [place for sheet in sheets for place in _unsaved_places(sheet)]
    if unsaved:
        raise NeedsPersonError(
            "TABLE-006",
            f"{file.path.name}: {len(unsaved)} formulas without a saved result, first "
            f"at {unsaved[0]}",
            tuple(unsaved[:_MOST_FAULTS]),
        )
    damaged = [place for sheet in sheets for place in _damaged_numbers(sheet)]
    if damaged:
        raise NeedsPersonError(
            "TABLE-005",
            f"{file.path.name}: {len(damaged)} numbers of more than {_EXACT_DIGITS} "
            f"digits (Excel has dropped the rest; enter them as text), first at "
            f"{damaged[0]}",
            tuple(damaged[:_MOST_FAULTS]),
        )


def _column_faults(sheet: _Sheet) -> Iterator[str]:
    header = sheet.header
    found = "、".join(label for label in header.labels if label)
    where = f"{sheet.table.sheet + '!' if sheet.table.sheet else ''}{header.last_row}行"
    for name, claimed in header.ambiguous:
        letters = ", ".join(column_letters(column) for column in claimed)
        yield f"{where}: {name} is claimed by columns {letters}; headers: {found}"
    if sheet.consent is None:
        letters = ", ".join(map(column_letters, _consent_columns(header)))
        yield (
            f"{where}: 同意 is claimed by columns {letters}; name the right one in "
            f"configs/columns.yaml (request: consent); headers: {found}"
        )
    claimed_twice = {name for name, _ in header.ambiguous}
    for name, wanted in _needs(header):
        if name not in claimed_twice:
            yield f"{where}: expected a column for {wanted}; headers: {found}"


def _needs(header: Header) -> Iterator[tuple[str, str]]:
    """Yield each field that a list needs and does not have, with words for it."""
    have = set(header.columns)
    if "name" not in have and not {"family_name", "given_name"} <= have:
        yield "name", "氏名"
    if "birth_date" in have:
        return
    label = header.labels[header.columns["name"]] if "name" in have else ""
    words = label.split(" ")
    if "corporate_number" in have or not CORPORATE_NAME_HEADERS.isdisjoint(words):
        if have.isdisjoint(("corporate_number", "address")):
            yield "corporate_number", "法人番号 or 所在地"
    else:
        yield "birth_date", "生年月日"


def _unsaved_places(sheet: _Sheet) -> Iterator[str]:
    used = {sheet.header.columns[name] for name in sheet.header.columns}
    below = {row.number for row in sheet.rows}
    for row, column in sorted(sheet.table.unsaved_formulas):
        if row in below and column in used:
            yield cell_place(row, column, sheet.table.sheet)


def _damaged_numbers(sheet: _Sheet) -> Iterator[str]:
    used = sorted(set(sheet.header.columns.values()))
    for row in sheet.rows:
        for column in used:
            if row.numeric and row.is_number(column):
                digits = row.cells[column].lstrip("-").replace(".", "")
                if len(digits) > _EXACT_DIGITS:
                    yield cell_place(row.number, column, sheet.table.sheet)


def _collect(
    file: TableFile, sheets: Sequence[_Sheet], notes: list[InputNote], today: dt.date
) -> RequestList:
    applicants: list[Applicant] = []
    excluded: list[tuple[str, str]] = []
    for number, sheet in enumerate(sheets, start=1):
        place = "" if number == 1 else f"{number}-"
        context = _Context(file, sheet, f"list:{file.sha256[:8]}:{place}", today)
        data = []
        for row in sheet.rows:
            kind = row_kind(row, sheet.header)
            if kind is RowKind.DATA:
                data.append(row)
                applicants.append(_applicant(context, row))
            else:
                excluded.append((_row_place(sheet.table, row), kind.value))
        notes.extend(_sheet_notes(context, data))
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


def _applicant(context: _Context, row: Row) -> Applicant:
    header = context.sheet.header
    row_id = f"{context.prefix}{row.number}"

    def text(name: str) -> str:
        return header.text(row, name)

    return Applicant(
        row_id=row_id,
        source=f"{context.file.path.name}!{_row_place(context.sheet.table, row)}",
        request_id=text("request_id") or row_id,
        name=_joined(header, row, "name"),
        kana=_joined(header, row, "kana"),
        birth_date=_birth_date(context, row)[0],
        address=" ".join(filter(None, (text("address"), text("address_tail")))),
        postal=text("postal"),
        phone=text("phone"),
        addressee_no=text("addressee_no"),
        corporate_number=text("corporate_number"),
        consent=_consent(context.sheet, context.sheet.consent, row).consent,
        others_consent=_consent(
            context.sheet, context.sheet.others_consent, row
        ).consent,
        written=tuple(
            WrittenCell(
                header.labels[column] or column_letters(column),
                row.cells[column] if column < len(row.cells) else "",
                row.is_number(column),
            )
            for column in range(len(header.labels))
            if column not in header.my_number_columns
        ),
    )


def _joined(header: Header, row: Row, name: str) -> str:
    """Return a field, put together from family and given name when it is split."""
    whole = header.text(row, name)
    if whole or name in header.columns:
        return whole
    return "　".join(filter(None, (header.text(row, part) for part in _PARTS[name])))


def _consent(sheet: _Sheet, columns: tuple[int, ...] | None, row: Row) -> ConsentRead:
    if not columns:
        return ConsentRead(Consent.UNKNOWN)
    return read_consent(
        [
            (consent_column(sheet.header.labels[column]), _cell(row, column))
            for column in columns
        ]
    )


def _cell(row: Row, column: int) -> str:
    return row.cells[column].strip() if column < len(row.cells) else ""


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


def _note(
    table: Table, place: str, code: str, message: str, count: int = 1
) -> InputNote:
    where = "!".join(filter(None, (table.sheet, place)))
    return InputNote(table.file, where, code, message, count)


def _sheet_notes(context: _Context, data: Sequence[Row]) -> Iterator[InputNote]:
    sheet = context.sheet
    table, header = sheet.table, sheet.header
    hidden = [row.number for row in data if row.hidden]
    if hidden:
        yield _note(
            table,
            _numbers(hidden),
            "hidden_row",
            "非表示の行も読みました。",
            len(hidden),
        )
    for column in sorted(table.hidden_columns & set(range(len(header.labels)))):
        yield _note(
            table,
            f"{column_letters(column)}列",
            "hidden_column",
            "非表示の列も読みました。",
        )
    for column in sorted(header.my_number_columns):
        yield _note(
            table,
            f"{column_letters(column)}列",
            "my_number_dropped",
            f"{min(MY_NUMBER_HEADERS, key=len)}の列は読み捨てました。",
        )
    serials = [row.number for row in data if _birth_date(context, row)[1]]
    if serials:
        yield _note(
            table,
            _numbers(serials),
            "serial_date",
            "数値の生年月日をExcelの日付（シリアル値）として読みました。",
            len(serials),
        )
    yield from _consent_notes(sheet, data)
    yield from _blank_notes(sheet, data)
    yield from _repeated_ids(sheet, data)


def _numbers(rows: Sequence[int]) -> str:
    shown = "、".join(str(number) for number in itertools.islice(rows, 10))
    return f"{shown}行" + ("ほか" if len(rows) > 10 else "")


def _consent_notes(sheet: _Sheet, data: Sequence[Row]) -> Iterator[InputNote]:
    unclear = [
        row.number for row in data if _consent(sheet, sheet.consent, row).unclear
    ]
    if unclear:
        yield _note(
            sheet.table,
            _numbers(unclear),
            "consent_unclear",
            "同意欄の記入が有無のどちらか分からないため、同意なしとして扱いました。",
            len(unclear),
        )


def _blank_notes(sheet: _Sheet, data: Sequence[Row]) -> Iterator[InputNote]:
    for name in _EXPECTED_FILLED:
        column = sheet.header.columns.get(name)
        if column is None:
            continue
        empty = [row.number for row in data if not sheet.header.text(row, name)]
        if empty:
            yield _note(
                sheet.table,
                f"{column_letters(column)}列 {_numbers(empty)}",
                "empty_cell",
                f"「{sheet.header.labels[column]}」が空の行があります。",
                len(empty),
            )


def _repeated_ids(sheet: _Sheet, data: Sequence[Row]) -> Iterator[InputNote]:
    """Two rows with one number make two answers that look alike: say so."""
    counts = Counter(sheet.header.text(row, "request_id") for row in data)
    repeated = sum(count for text, count in counts.items() if text and count > 1)
    if repeated:
        yield _note(
            sheet.table,
            "",
            "request_id_repeated",
            "同じ番号の行が二つ以上あります。",
            repeated,
        )
