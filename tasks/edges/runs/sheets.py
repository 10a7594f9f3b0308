"""Workbooks for staff: pages that print on paper, and what their cells look like."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from tasks.domain.errors import NeedsPersonError
from tasks.edges.runs.cell_looks import STYLES, Cell, Look, Style
from tasks.edges.runs.sheet_rows import SheetRows, put_in, ways_of

A4 = 9
"""Paper that every office printer holds."""


class Page:
    """One sheet: `sheet` for what is set once, `row` for what it shows."""

    def __init__(self, sheet: Worksheet, rows: SheetRows) -> None:
        self.sheet = sheet
        self.rows = rows

    def row(
        self,
        row: int,
        cells: Sequence[Cell],
        looks: Sequence[Look],
        *,
        points: float | None = None,
    ) -> None:
        """Write a row below the last, from its first column on."""
        self.rows.write(row, cells, ways_of(looks), points=points)

    def merge(self, row: int, first: int, last: int) -> None:
        """Join the cells of a row, both ends included."""
        if last > first:
            self.sheet.merge.append([row, first, row, last])


class Book:
    """A workbook; its rows go through temporary files, so its size hardly matters.

    Args:
        font: Font name of every cell.
        footer: Printed at the foot of every page beside the page number.
        created: Written into the file's properties.
    """

    def __init__(self, *, font: str, footer: str, created: dt.datetime) -> None:
        self._font = font
        self._footer = footer.replace("&", "&&")
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._stream = io.BytesIO()
        self._folder = tempfile.TemporaryDirectory(prefix="yakuba-")
        self._rows: dict[str, SheetRows] = {}
        # Columns are measured in digits of the default font: let it be the cells' own.
        default = {"font_name": font, "font_size": 10}
        self.workbook = xlsxwriter.Workbook(
            self._stream, {"in_memory": True, "default_format_properties": default}
        )
        self.workbook.set_properties({"created": created.replace(tzinfo=None)})

    def close(self) -> bytes:
        """Return the finished file.

        Raises:
            NeedsPersonError: FILE-003 when there is no room for it.
        """
        try:
            for rows in self._rows.values():
                rows.close()
            self.workbook.close()
            return put_in(self._stream.getvalue(), self._rows)
        except (OSError, xlsxwriter.exceptions.FileCreateError) as error:
            raise NeedsPersonError("FILE-003", f"workbook: {error}") from error
        finally:
            self._folder.cleanup()

    def abandon(self) -> None:
        """Remove what was written so far."""
        self.workbook.fileclosed = True
        for rows in self._rows.values():
            rows.close()
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

    def page(self, name: str, *, landscape: bool) -> Page:
        """Return a new sheet that prints on A4, one page wide."""
        sheet = self.workbook.add_worksheet(name)
        sheet.set_paper(A4)
        if landscape:
            sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.7)
        font = f'&"{self._font},標準"&8'
        sheet.set_footer(f"&L{font}{self._footer}&R{font}&A　&P／&N")
        part = f"xl/worksheets/sheet{len(self._rows) + 1}.xml"
        rows = SheetRows(Path(self._folder.name) / f"{len(self._rows)}.xml")
        self._rows[part] = rows
        return Page(sheet, rows)

    def look(self, style: Style = "plain", **properties: Any) -> Look:
        """Return how cells of a style with further properties are drawn."""
        return Look(self.format, style, properties)


def draw(book: Book, pages: Sequence[Callable[[Book], object]]) -> bytes:
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
