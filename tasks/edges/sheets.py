"""Workbooks for staff: how a cell, a table and a printed page are drawn."""

from __future__ import annotations

import datetime as dt
import io
import math
import tempfile
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from typing import Any, TypeAlias

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tasks.domain.differences import Marked
from tasks.domain.errors import NeedsPersonError
from tasks.edges.answer_files import starts_formula

Cell: TypeAlias = str | int | Decimal | dt.date | Marked | None
"""Text, a whole number, a percentage, a day, text with marked pieces, or nothing."""

Style: TypeAlias = str
"""A key of STYLES."""

PAPER_A3 = 8
PAPER_A4 = 9
LONGEST_TEXT = 32_000
"""Characters of a cell; Excel ends at 32,767."""
_FIRST_YEAR_OF_EXCEL = 1900

RED = "#C00000"
RULE = "#A6A6A6"
_DIFFERS: dict[str, Any] = {"font_color": RED, "bold": True}
STYLES: Mapping[Style, dict[str, Any]] = {
    "plain": {},
    "bold": {"bold": True},
    "centre": {"align": "center"},
    "head": {
        "bold": True,
        "bg_color": "#1F3864",
        "font_color": "#FFFFFF",
        "align": "center",
        "valign": "vcenter",
    },
    "letter_head": {"bold": True, "bg_color": "#E7E6E6"},
    "request": {"bold": True, "bg_color": "#DDEBF7"},
    "fill_in": {"bg_color": "#FFF2CC"},
    "good": {"bg_color": "#E2EFDA"},
    "bad": {"bg_color": "#FCE4D6", "font_color": RED},
    "wait": {"bg_color": "#FFF2CC"},
    "pale": {"font_color": "#7F7F7F"},
}


class Book:
    """A workbook in memory, written row by row.

    Args:
        font: Font name of every cell.
        footer: Printed at the foot of every page beside the page number.
        created: Written into the file's properties.
        large: Too large for memory: rows go through temporary files while writing.
    """

    def __init__(
        self, *, font: str, footer: str, created: dt.datetime, large: bool = False
    ) -> None:
        self._font = font
        self._footer = footer
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._stream = io.BytesIO()
        self._folder = tempfile.TemporaryDirectory(prefix="yakuba-")
        self.workbook = xlsxwriter.Workbook(
            self._stream,
            {
                "constant_memory": large,
                "in_memory": not large,
                "tmpdir": self._folder.name,
                "strings_to_formulas": False,
                "strings_to_urls": False,
                "strings_to_numbers": False,
            },
        )
        self.workbook.set_properties({"created": created.replace(tzinfo=None)})

    def close(self) -> bytes:
        """Return the finished file.

        Raises:
            NeedsPersonError: FILE-003 when there is no room for it.
        """
        try:
            self.workbook.close()
        except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
            raise NeedsPersonError("FILE-003", f"workbook: {error}") from error
        finally:
            self._folder.cleanup()
        return self._stream.getvalue()

    def abandon(self) -> None:
        """Remove what was written so far."""
        self.workbook.fileclosed = True
        self._folder.cleanup()

    def format(self, style: Style = "plain", **properties: Any) -> Format:
        """Return the format of a style with further xlsxwriter properties."""
        wanted = {
            "font_name": self._font,
            "font_size": 10,
            "valign": "top",
            **STYLES[style],
            **properties,
        }
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self.workbook.add_format(wanted)
        return self._formats[key]

    def sheet(self, name: str, *, landscape: bool, paper: int = PAPER_A4) -> Worksheet:
        """Return a new sheet that prints one page wide."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(paper)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.7)
        font = f'&"{self._font},標準"&8'
        sheet.set_footer(f"&L{font}{self._footer}&R{font}&A　&P／&N")
        return sheet

    def look(self, style: Style = "plain", **properties: Any) -> Look:
        """Return how cells of a style with further properties are drawn."""
        return Look(self, style, properties)

    def write(
        self,
        sheet: Worksheet,
        row: int,
        column: int,
        value: Cell,
        style: Style = "plain",
        **properties: Any,
    ) -> None:
        """Write one cell as what it is: text stays text whatever it looks like."""
        self.look(style, **properties).write(sheet, row, column, value)


class Look:
    """How some cells are drawn; the format of each kind of value is made once."""

    def __init__(self, book: Book, style: Style, properties: dict[str, Any]) -> None:
        self._book = book
        self._style = style
        self._properties = properties

    def write(self, sheet: Worksheet, row: int, column: int, value: Cell) -> None:
        """Write one cell as what it is: text stays text whatever it looks like."""
        if not value and value != 0:
            sheet.write_blank(row, column, None, self._blank)
        elif isinstance(value, str):
            self._write_text(sheet, row, column, value)
        elif isinstance(value, int):
            sheet.write_number(row, column, value, self._number)
        elif isinstance(value, tuple):
            self._write_marked(sheet, row, column, value)
        elif isinstance(value, Decimal):
            sheet.write_number(row, column, float(value), self._percent)
        elif value.year < _FIRST_YEAR_OF_EXCEL:
            self._write_text(sheet, row, column, value.isoformat())
        else:
            sheet.write_datetime(row, column, _midnight(value), self._day)

    def _write_text(self, sheet: Worksheet, row: int, column: int, text: str) -> None:
        form = self._quoted if starts_formula(text) else self._text
        sheet.write_string(row, column, _fitting(text), form)

    def _write_marked(
        self, sheet: Worksheet, row: int, column: int, marked: Marked
    ) -> None:
        text = "".join(piece for piece, _ in marked)
        if len(marked) > 1 and len(text) <= LONGEST_TEXT:
            pieces: list[str | Format] = []
            for piece, differs in marked:
                pieces += [self._red_piece if differs else self._piece, piece]
            form = self._quoted if starts_formula(text) else self._text
            sheet.write_rich_string(row, column, *pieces, form)
        elif any(differs for _, differs in marked):
            red = self._book.look(self._style, **(self._properties | _DIFFERS))
            red.write(sheet, row, column, text)
        else:
            self._write_text(sheet, row, column, text)

    def _format(self, **kind: Any) -> Format:
        return self._book.format(self._style, **(kind | self._properties))

    @cached_property
    def _blank(self) -> Format:
        return self._format()

    @cached_property
    def _text(self) -> Format:
        return self._format(text_wrap=True, num_format="@")

    @cached_property
    def _quoted(self) -> Format:
        return self._format(text_wrap=True, num_format="@", quote_prefix=True)

    @cached_property
    def _number(self) -> Format:
        return self._format(num_format="#,##0")

    @cached_property
    def _percent(self) -> Format:
        return self._format(num_format='0.0#"％"')

    @cached_property
    def _day(self) -> Format:
        return self._format(num_format="yyyy-mm-dd", align="center")

    @cached_property
    def _piece(self) -> Format:
        return self._book.format(self._style)

    @cached_property
    def _red_piece(self) -> Format:
        return self._book.format(self._style, **_DIFFERS)


def draw(book: Book, pages: Sequence[Callable[[Book], None]]) -> bytes:
    """Return the file that the pages drew in order; nothing is left when one fails.

    Raises:
        NeedsPersonError: FILE-003 when there is no room for it.
    """
    try:
        for page in pages:
            page(book)
    except OSError as error:
        book.abandon()
        raise NeedsPersonError("FILE-003", f"workbook: {error.strerror}") from error
    except BaseException:
        book.abandon()
        raise
    return book.close()


def text_width(text: str) -> float:
    r"""Return the width of a text's longest line, full-width characters counting two.

    Examples:
        >>> text_width("税目"), text_width("tax"), text_width("税\n調定額")
        (4.0, 3.0, 6.0)
    """
    return max(map(_line_width, text.split("\n")))


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text takes in a column `width` characters wide.

    Examples:
        >>> lines_of("税目", 4.0), lines_of("税目", 3.0), lines_of("", 3.0)
        (1, 2, 1)
    """
    if len(text) * 2 <= width and "\n" not in text:
        return 1
    return sum(
        max(1, math.ceil(_line_width(line) / width)) for line in text.split("\n")
    )


def cell_text(value: Cell) -> str:
    """Return a cell roughly as it is shown."""
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, tuple):
        return "".join(piece for piece, _ in value)
    return str(value or "")


def _line_width(line: str) -> float:
    if line.isascii():
        return float(len(line))
    return float(
        sum(2 if unicodedata.east_asian_width(c) in "FWA" else 1 for c in line)
    )


def _fitting(text: str) -> str:
    if len(text) <= LONGEST_TEXT:
        return text
    return f"{text[:LONGEST_TEXT]}…（長いため以下省略）"


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day)  # noqa: DTZ001 a day has no zone
