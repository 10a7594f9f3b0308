"""What staff should know about one sheet of a request list: hidden, empty, unclear, lost."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

from tasks.domain.lists_and_ledgers.header_words import MY_NUMBER_HEADERS
from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.domain.lists_and_ledgers.tables import Row, Table, cell_place, column_letters
from tasks.edges.tables.request_sheets import RequestSheet, consent_said, long_numbers

_EXPECTED_FILLED = ("name", "kana", "birth_date", "address")
_MOST_PLACES = 10


def note(
    table: Table, place: str, code: str, message: str, count: int = 1
) -> InputNote:
    """Return a note on a place of a table."""
    where = "!".join(filter(None, (table.sheet, place)))
    return InputNote(table.file, where, code, message, count)


def sheet_notes(
    sheet: RequestSheet, data: Sequence[Row], serials: Sequence[int]
) -> Iterator[InputNote]:
    """Yield notes on a sheet.

    Args:
        sheet: As read.
        data: Its rows that are applicants.
        serials: Numbers of the rows whose birth date was a bare Excel serial.
    """
    told = (
        *_row_notes(sheet, data, serials),
        *_column_notes(sheet),
        *_cell_notes(sheet, data),
        *_blank_notes(sheet, data),
    )
    for place, code, message, count in told:
        if count:
            yield note(sheet.table, place, code, message, count)


_Told = tuple[str, str, str, int]
"""Place, code, message and how many."""


def _row_notes(
    sheet: RequestSheet, data: Sequence[Row], serials: Sequence[int]
) -> Iterator[_Told]:
    hidden = [row.number for row in data if row.hidden]
    yield _rows(hidden), "hidden_row", "非表示の行も読みました。", len(hidden)
    yield (
        _rows(serials),
        "serial_date",
        "数値の生年月日をExcelの日付（シリアル値）として読みました。",
        len(serials),
    )
    unclear = [
        row.number for row in data if consent_said(sheet, sheet.consent, row).unclear
    ]
    yield (
        _rows(unclear),
        "consent_unclear",
        "同意欄の記入が有無のどちらか分からないため、同意なしとして扱いました。",
        len(unclear),
    )
    # Two rows with one number make two answers that look alike.
    counts = Counter(sheet.header.text(row, "request_id") for row in data)
    repeated = sum(count for text, count in counts.items() if text and count > 1)
    message = "同じ番号の行が二つ以上あります。"
    yield "", "request_id_repeated", message, repeated


def _column_notes(sheet: RequestSheet) -> Iterator[_Told]:
    header = sheet.header
    for column in sorted(sheet.table.hidden_columns & set(range(len(header.labels)))):
        yield _column(column), "hidden_column", "非表示の列も読みました。", 1
    for column in sorted(header.my_number_columns):
        message = f"{min(MY_NUMBER_HEADERS, key=len)}の列は読み捨てました。"
        yield _column(column), "my_number_dropped", message, 1
    for column in sorted(sheet.masked):
        message = "個人番号とみられる12桁の数字があるため、伏せました。"
        yield _column(column), "my_number_masked", message, 1


def _cell_notes(sheet: RequestSheet, data: Sequence[Row]) -> Iterator[_Told]:
    read = set(sheet.header.columns.values())
    rows = {row.number for row in data}
    width = len(sheet.header.labels)
    kinds = (
        (
            "merged_cell",
            "上の行と結合されているセルは、同じ内容が書かれているものとして読みました。",
            list(sheet.merged),
        ),
        (
            "digits_lost",
            "15桁を超える数値は、Excelが16桁目から先を失っています。文字列として入れ直してください。",
            [place for place in long_numbers(sheet) if place[1] not in read],
        ),
        (
            "unsaved_formula",
            "計算結果が保存されていない式のため、空として写しました。",
            sorted(
                place
                for place in sheet.table.unsaved_formulas
                if place[0] in rows and place[1] not in read
            ),
        ),
        (
            "beyond_header",
            "見出しのない列の記入は、読まずにそのまま写しました。",
            [
                (row.number, column)
                for row in data
                for column, cell in enumerate(row.cells[width:], start=width)
                if cell.strip()
            ],
        ),
    )
    for code, message, places in kinds:
        yield _cells(places), code, message, len(places)


def _blank_notes(sheet: RequestSheet, data: Sequence[Row]) -> Iterator[_Told]:
    for name in _EXPECTED_FILLED:
        column = sheet.header.columns.get(name)
        if column is None:
            continue
        empty = [
            row.number
            for row in data
            if not sheet.header.text(sheet.as_read(row), name)
        ]
        message = f"「{sheet.header.labels[column]}」が空の行があります。"
        place = f"{_column(column)} {_rows(empty)}"
        yield place, "empty_cell", message, len(empty)


def _column(column: int) -> str:
    return f"{column_letters(column)}列"


def _rows(numbers: Sequence[int]) -> str:
    shown = "、".join(map(str, itertools.islice(numbers, _MOST_PLACES)))
    return f"{shown}行" + _and_more(numbers)


def _cells(places: Sequence[tuple[int, int]]) -> str:
    cells = (cell_place(*place) for place in itertools.islice(places, _MOST_PLACES))
    return "、".join(cells) + _and_more(places)


def _and_more(found: Sequence[object]) -> str:
    return "ほか" if len(found) > _MOST_PLACES else ""
