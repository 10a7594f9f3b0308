"""A table on its own sheet: header frozen, filtered and repeated, rows as they come."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

import xlsxwriter

from tasks.edges.runs.cell_looks import (
    RULE,
    Cell,
    Look,
    Style,
    cell_text,
    lines_of,
    text_width,
)
from tasks.edges.runs.sheet_rows import Way, ways_of
from tasks.edges.runs.sheets import Book, Page

ROWS_OF_A_SHEET = 1_000_000
"""Data rows before a table goes on in another sheet; Excel ends at 1,048,576."""
WIDEST = 40.0
"""Widest column in characters; longer text wraps."""

_HEAD_ROW = 1
_FIRST_ROW = 2
_MEASURED_ROWS = 500
_LINE_POINTS = 14.0
_TALLEST_POINTS = 400.0
_SMALLEST_PERCENT = 56
"""Print smaller than this is not read: ten points become six."""
_DIGIT_PX = 8.5
"""Widest that a digit of ten points is drawn where the font itself is missing."""
_PRINTED_PX = 10.89 * 96 * 0.97
"""Width of A4 on its side between the margins, less what programs disagree about."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    title: str
    width: float | None = None
    """In characters; None: as wide as its first rows, up to `widest`."""
    widest: float = WIDEST
    centred: bool = False
    head: Style = "head"
    """How its header looks."""


class TableRow(NamedTuple):
    """One row; `styles` beside `style` for single cells, by column number.

    A tuple, because a city's report has half a million. Its repr shows no cell.
    """

    cells: Sequence[Cell]
    style: Style = "plain"
    styles: Mapping[int, Style] = {}
    choices: Mapping[int, tuple[str, ...]] = {}
    """Drop-down lists, by column number."""

    def __repr__(self) -> str:
        return f"TableRow(cells={len(self.cells)}, style={self.style!r})"


@dataclass(frozen=True, slots=True)
class TableSheet:
    """What a table's sheet is called and how it prints."""

    name: str
    title: str
    """Above the table."""
    columns: Sequence[Column]
    frozen_columns: int = 0
    """Stay in sight, and are printed on every page where the table is cut."""
    parted_at: int = 0
    """Column before which paper is cut where the table is too wide for one page."""
    part_title: str = ""
    """Above that column."""
    unprinted: int = 0
    """Columns at the right that only the program reads."""


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
        drawn.say("該当はありません。")
    drawn.finish()
    return count


_Kind: TypeAlias = tuple[object, ...]
"""Style of a row, then of its single cells."""


class _Drawn:
    """A sheet of a table while its rows arrive; the first rows wait to be measured."""

    def __init__(self, book: Book, page: TableSheet, number: int) -> None:
        self._book = book
        self._table = page
        self._columns = page.columns
        self._page = _headed(book, page, number)
        self._next_row = _FIRST_ROW
        self._waiting: list[TableRow] = []
        self._widths: list[float] = []
        self._fitting: list[int] = []
        self._looks: dict[Style, list[Look]] = {}
        self._ways: dict[_Kind, tuple[Way, ...]] = {}
        self._to_choose: dict[tuple[int, tuple[str, ...]], list[int]] = {}

    def add(self, row: TableRow) -> None:
        if self._widths:
            self._write(row)
            return
        self._waiting.append(row)
        if len(self._waiting) == _MEASURED_ROWS:
            self._flush()

    def say(self, words: str) -> None:
        """Write a sentence across the columns where there are no rows."""
        self._flush()
        look = self._book.look("pale", text_wrap=False)
        self._page.row(self._next_row, [words], [look])
        self._next_row += 1

    def _flush(self) -> None:
        if self._widths:
            return
        printed = len(self._columns) - self._table.unprinted
        for number, column in enumerate(self._columns):
            width = column.width or self._measured(number)
            self._widths.append(width)
            # So many letters fit, even if all of them are of full width.
            self._fitting.append(int(width / 2) if number < printed else 0)
            self._page.sheet.set_column(number, number, width)
        for row in self._waiting:
            self._write(row)
        self._waiting.clear()

    def _measured(self, number: int) -> float:
        texts = [cell_text(r.cells[number]) for r in self._waiting if _has(r, number)]
        widest = max(map(text_width, (self._columns[number].title, *texts)))
        return min(widest + 2, self._columns[number].widest)

    def _write(self, row: TableRow) -> None:
        lines = self._lines(row.cells)
        kind = (row.style, *row.styles.items()) if row.styles else (row.style,)
        ways = self._ways.get(kind) or self._ways_of(kind, row)
        for chosen_from in row.choices.items():
            self._to_choose.setdefault(chosen_from, []).append(self._next_row)
        points = min(_LINE_POINTS * lines + 3, _TALLEST_POINTS)
        self._page.rows.write(self._next_row, row.cells, ways, points=points)
        self._next_row += 1

    def _lines(self, cells: Sequence[Cell]) -> int:
        """Return how many lines the tallest cell takes."""
        lines = 1
        for value, fits, width in zip(cells, self._fitting, self._widths, strict=False):
            if not fits:
                continue
            if value.__class__ is str:
                text = str(value)
                if len(text) > fits or "\n" in text:
                    taken = lines_of(text, width)
                    lines = taken if taken > lines else lines
            elif value.__class__ is tuple:
                lines = max(lines, lines_of(cell_text(value), width))
        return lines

    def _ways_of(self, kind: _Kind, row: TableRow) -> tuple[Way, ...]:
        looks = list(self._looks_of(row.style))
        for number, style in row.styles.items():
            looks[number] = self._looks_of(style)[number]
        self._ways[kind] = ways_of(looks)
        return self._ways[kind]

    def _looks_of(self, style: Style) -> list[Look]:
        if style not in self._looks:
            sides = [
                self._book.look(
                    style,
                    border=1,
                    border_color=RULE,
                    **({"align": "center"} if centred else {}),
                )
                for centred in (False, True)
            ]
            self._looks[style] = [sides[column.centred] for column in self._columns]
        return self._looks[style]

    def finish(self) -> None:
        self._flush()
        sheet = self._page.sheet
        last_row, last_column = self._next_row - 1, len(self._columns) - 1
        for (number, choices), rows in self._to_choose.items():
            self._offer_choices(number, choices, rows)
        sheet.autofilter(_HEAD_ROW, 0, last_row, last_column)
        sheet.print_area(0, 0, last_row, last_column - self._table.unprinted)
        corner = xlsxwriter.utility.xl_rowcol_to_cell(last_row, last_column)
        sheet.ignore_errors({"number_stored_as_text": f"A1:{corner}"})
        self._lay_on_paper()

    def _lay_on_paper(self) -> None:
        """Cut a table too wide for one sheet of paper, instead of printing it tiny."""
        printed = len(self._widths) - self._table.unprinted
        widths_px = [width * _DIGIT_PX + 5 for width in self._widths[:printed]]
        if _PRINTED_PX / sum(widths_px) * 100 >= _SMALLEST_PERCENT:
            return
        frozen = self._table.frozen_columns
        by_percent = {
            percent: list(
                page_breaks(
                    widths_px,
                    frozen,
                    self._table.parted_at,
                    capacity_px=_PRINTED_PX * 100 / percent,
                )
            )
            for percent in range(100, _SMALLEST_PERCENT - 1, -1)
        }
        fewest = min(map(len, by_percent.values()))
        largest = next(p for p, breaks in by_percent.items() if len(breaks) == fewest)
        self._page.sheet.set_print_scale(largest)
        self._page.sheet.set_v_pagebreaks(by_percent[largest])
        self._page.sheet.print_across()
        if frozen:
            self._page.sheet.repeat_columns(0, frozen - 1)

    def _offer_choices(
        self, number: int, choices: Sequence[str], rows: Sequence[int]
    ) -> None:
        self._page.sheet.data_validation(
            rows[0],
            number,
            rows[0],
            number,
            {
                "validate": "list",
                "source": list(choices),
                "other_cells": [(row, number, row, number) for row in rows[1:]],
                "error_title": "選択してください",
                "error_message": "一覧から選んでください。",
            },
        )


def page_breaks(
    widths_px: Sequence[float], frozen: int, parted_at: int, *, capacity_px: float
) -> Iterator[int]:
    """Yield the columns before which paper is cut.

    Args:
        widths_px: Of the columns.
        frozen: Columns at the left that every page repeats.
        parted_at: Column before which there is a cut in any case; 0: nowhere.
        capacity_px: Of one page.

    Examples:
        >>> list(page_breaks([10] * 9, 2, 5, capacity_px=50))
        [5, 8]
    """
    repeated = sum(widths_px[:frozen])
    used = repeated
    for column in range(frozen, len(widths_px)):
        is_first = used == repeated
        too_wide = used + widths_px[column] > capacity_px and not is_first
        if too_wide or (column == parted_at and not is_first):
            yield column
            used = repeated
        used += widths_px[column]


def _headed(book: Book, table: TableSheet, number: int) -> Page:
    name = table.name if number == 1 else f"{table.name} ({number})"
    page = book.page(name, landscape=True)
    title = book.look("bold", font_size=13, text_wrap=False)
    above: list[Cell] = [table.title]
    if table.part_title:
        above += [None] * (table.parted_at - 1) + [table.part_title]
    page.row(0, above, [title] * len(above), points=22)
    looks = [book.look(column.head, border=1) for column in table.columns]
    titles = [column.title for column in table.columns]
    page.row(_HEAD_ROW, titles, looks, points=32)
    page.sheet.freeze_panes(_FIRST_ROW, table.frozen_columns)
    page.sheet.repeat_rows(_HEAD_ROW)
    return page


def _has(row: TableRow, number: int) -> bool:
    return number < len(row.cells)
