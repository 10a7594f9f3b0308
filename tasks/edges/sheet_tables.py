"""A table on its own sheet: header frozen, filtered and repeated, rows as they come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from tasks.edges.sheets import (
    PAPER_A4,
    RULE,
    Book,
    Cell,
    Look,
    Style,
    cell_text,
    lines_of,
    text_width,
)

ROWS_OF_A_SHEET = 1_000_000
"""Data rows before a table goes on in another sheet; Excel ends at 1,048,576."""
WIDEST = 40.0
"""Widest column in characters; longer text wraps."""

_HEAD_ROW = 1
_FIRST_ROW = 2
_MEASURED_ROWS = 500
_LINE_POINTS = 14.0
_TALLEST_POINTS = 400.0


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    width: float | None = None
    """In characters; None: as wide as its first rows, up to WIDEST."""
    choices: tuple[str, ...] = ()
    """A drop-down list, shown where the cell's style is fill_in."""
    centred: bool = False


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row; `styles` beside `style` for single cells, by column number."""

    cells: Sequence[Cell] = field(repr=False)
    style: Style = "plain"
    styles: Mapping[int, Style] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TableSheet:
    """What a table's sheet is called and how it prints."""

    name: str
    title: str
    """Above the table."""
    columns: Sequence[Column]
    frozen_columns: int = 0
    paper: int = PAPER_A4


def write_table(book: Book, page: TableSheet, rows: Iterable[TableRow]) -> int:
    """Write a table and return its number of rows.

    A table longer than a sheet goes on in `name (2)`.
    """
    count = 0
    drawn: _Drawn | None = None
    for row in rows:
        if drawn is None or count % ROWS_OF_A_SHEET == 0:
            if drawn is not None:
                drawn.finish()
            drawn = _Drawn(book, page, count // ROWS_OF_A_SHEET + 1)
        drawn.add(row)
        count += 1
    if drawn is None:
        drawn = _Drawn(book, page, 1)
        drawn.add(TableRow(("", "該当はありません。"), "pale"))
    drawn.finish()
    return count


class _Drawn:
    """A sheet of a table while its rows arrive; the first rows wait to be measured."""

    def __init__(self, book: Book, page: TableSheet, number: int) -> None:
        self._book = book
        self._columns = page.columns
        self._sheet = _headed(book, page, number)
        self._next_row = _FIRST_ROW
        self._waiting: list[TableRow] = []
        self._widths: list[float] = []
        self._looks: dict[tuple[Style, bool], Look] = {}
        self._to_choose: dict[int, list[int]] = {}

    def add(self, row: TableRow) -> None:
        if self._widths:
            self._write(row)
            return
        self._waiting.append(row)
        if len(self._waiting) == _MEASURED_ROWS:
            self._flush()

    def _flush(self) -> None:
        if self._widths:
            return
        for number, column in enumerate(self._columns):
            width = column.width or self._measured(number)
            self._widths.append(width)
            self._sheet.set_column(number, number, width)
        for row in self._waiting:
            self._write(row)
        self._waiting.clear()

    def _measured(self, number: int) -> float:
        texts = [cell_text(r.cells[number]) for r in self._waiting if _has(r, number)]
        widest = max(map(text_width, (self._columns[number].title, *texts)))
        return min(widest + 2, WIDEST)

    def _write(self, row: TableRow) -> None:
        lines = 1
        for value, width in zip(row.cells, self._widths, strict=False):
            if isinstance(value, str | tuple) and value:
                lines = max(lines, lines_of(cell_text(value), width))
        height = min(_LINE_POINTS * lines + 3, _TALLEST_POINTS)
        self._sheet.set_row(self._next_row, height)
        for number, value in enumerate(row.cells):
            style = row.styles.get(number, row.style)
            self._look(style, number).write(self._sheet, self._next_row, number, value)
            if style == "fill_in" and self._columns[number].choices:
                self._to_choose.setdefault(number, []).append(self._next_row)
        self._next_row += 1

    def _look(self, style: Style, number: int) -> Look:
        centred = self._columns[number].centred
        if (style, centred) not in self._looks:
            more = {"align": "center"} if centred else {}
            look = self._book.look(style, border=1, border_color=RULE, **more)
            self._looks[style, centred] = look
        return self._looks[style, centred]

    def finish(self) -> None:
        self._flush()
        last_row, last_column = self._next_row - 1, len(self._columns) - 1
        for number, rows in self._to_choose.items():
            self._offer_choices(number, rows)
        self._sheet.autofilter(_HEAD_ROW, 0, last_row, last_column)
        self._sheet.print_area(0, 0, last_row, last_column)
        corner = xlsxwriter.utility.xl_rowcol_to_cell(last_row, last_column)
        self._sheet.ignore_errors({"number_stored_as_text": f"A1:{corner}"})

    def _offer_choices(self, number: int, rows: Sequence[int]) -> None:
        self._sheet.data_validation(
            rows[0],
            number,
            rows[0],
            number,
            {
                "validate": "list",
                "source": list(self._columns[number].choices),
                "other_cells": [(row, number, row, number) for row in rows[1:]],
                "error_title": "選択してください",
                "error_message": "一覧から選んでください。",
            },
        )


def _headed(book: Book, page: TableSheet, number: int) -> Worksheet:
    name = page.name if number == 1 else f"{page.name} ({number})"
    sheet = book.sheet(name, landscape=True, paper=page.paper)
    sheet.set_row(0, 22)
    book.write(sheet, 0, 0, page.title, "bold", font_size=13, text_wrap=False)
    sheet.set_row(_HEAD_ROW, 32)
    for place, column in enumerate(page.columns):
        book.write(sheet, _HEAD_ROW, place, column.title, "head", border=1)
    sheet.freeze_panes(_FIRST_ROW, page.frozen_columns)
    sheet.repeat_rows(_HEAD_ROW)
    return sheet


def _has(row: TableRow, number: int) -> bool:
    return number < len(row.cells)
