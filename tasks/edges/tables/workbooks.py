"""Excel workbooks (xlsx, xls) as tables of text: values by calamine, marks from the XML.

calamine reads values fast but shows neither hidden rows nor number formats; the
second pass (xlsx_marks) adds those. Every cell comes out as text: whole numbers
without `.0`, dates as ISO, leading zeros that a number format shows.
"""

from __future__ import annotations

import datetime as dt
import struct
import sys
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import msoffcrypto
import msoffcrypto.exceptions
import python_calamine as calamine

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.tables import MergedCells, Row, Table, serial_date
from tasks.edges.tables.xls_marks import read_xls_marks
from tasks.edges.tables.xlsx_marks import FormatRun, SheetMarks, read_marks

_ZIP_SUFFIXES = (".xlsx", ".xlsm")
_BROKEN = (
    calamine.CalamineError,
    calamine.XmlError,
    calamine.ZipError,
    zipfile.BadZipFile,
    KeyError,
    OSError,
    UnicodeDecodeError,
    ValueError,
)
_EXACT_DIGITS = 15
_NO_MORE = FormatRun(sys.maxsize, sys.maxsize, "")


def read_workbook(path: Path) -> tuple[Table, ...]:
    """Return every worksheet of an xlsx or xls file, hidden ones marked as such.

    Raises:
        NeedsPersonError: TABLE-004 protected by a password, TABLE-008 broken.
    """
    _check_password(path)
    try:
        # calamine works outside Python's lock: both passes at once, on two processors.
        with ThreadPoolExecutor(1) as other:
            marked = other.submit(_marks, path)
            book = calamine.CalamineWorkbook.from_path(str(path))
            sheets = [
                (entry, book.get_sheet_by_name(entry.name))
                for entry in book.sheets_metadata
                if entry.typ == calamine.SheetTypeEnum.WorkSheet
            ]
            marks = marked.result()
        return tuple(
            _table(path, entry, sheet, (marks or {}).get(entry.name))
            for entry, sheet in sheets
        )
    except calamine.PasswordError as error:
        raise NeedsPersonError("TABLE-004", f"{path.name}: password") from error
    except _BROKEN as error:
        raise NeedsPersonError(
            "TABLE-008", f"{path.name}: not a whole workbook ({type(error).__name__})"
        ) from error


def _marks(path: Path) -> dict[str, SheetMarks] | None:
    """Return the marks by sheet; None for an old file that does not show them."""
    if path.suffix.lower() in _ZIP_SUFFIXES:
        return read_marks(path)
    try:
        return read_xls_marks(path)
    except (OSError, ValueError, IndexError, struct.error):
        return None


def _check_password(path: Path) -> None:
    with path.open("rb") as stream:
        try:
            encrypted = msoffcrypto.OfficeFile(stream).is_encrypted()
        except (msoffcrypto.exceptions.FileFormatError, OSError, ValueError):
            return  # broken or unknown: calamine says so next
    if encrypted:
        raise NeedsPersonError(
            "TABLE-004", f"{path.name}: encrypted; save it without a password"
        )


def _table(
    path: Path,
    entry: calamine.SheetMetadata,
    sheet: calamine.CalamineSheet,
    found: SheetMarks | None,
) -> Table:
    marks = found or SheetMarks()
    return Table(
        file=path.name,
        sheet=entry.name,
        rows=_rows(sheet, marks),
        hidden=entry.visible != calamine.SheetVisibleEnum.Visible,
        marks_known=found is not None,
        hidden_columns=marks.hidden_columns,
        merged=tuple(
            MergedCells(top + 1, left, bottom + 1, right)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        ),
        unsaved_formulas=marks.unsaved_formulas,
        date_1904=marks.date_1904,
    )


def _rows(
    sheet: calamine.CalamineSheet, marks: SheetMarks
) -> Callable[[], Iterator[Row]]:
    left = sheet.start[1] if sheet.start else 0
    margin = ("",) * left
    formatted = marks.formats.keys()

    def rows() -> Iterator[Row]:
        formats = _Formats(marks)
        for number, values in enumerate(sheet.iter_rows(), start=1):
            numeric = dates = 0
            cells = []
            for column, value in enumerate(values, start=left):
                if isinstance(value, str):
                    cells.append(value)
                    continue
                pattern = formats.at(number, column) if column in formatted else ""
                cells.append(cell_text(value, pattern, date_1904=marks.date_1904))
                if type(value) in (float, int) and not pattern:  # no bool
                    numeric |= 1 << column
                elif pattern == "date" or isinstance(value, dt.date):
                    dates |= _is_day(cells[-1]) << column
            hidden = number in marks.hidden_rows
            yield Row(number, margin + tuple(cells), numeric, hidden, dates)

    return rows


def _is_day(text: str) -> bool:
    """Return True for an ISO day; a number that is none keeps its digits."""
    return len(text) == len("2026-11-21") and text[4] == "-"


class _Formats:
    """The formats of a sheet that is read downwards."""

    def __init__(self, marks: SheetMarks) -> None:
        self._runs = {column: iter(runs) for column, runs in marks.formats.items()}
        self._now = {column: next(runs) for column, runs in self._runs.items()}

    def at(self, row: int, column: int) -> str:
        """Return a cell's pattern; rows must not come upwards."""
        now = self._now.get(column, _NO_MORE)
        while now.last < row:
            now = self._now[column] = next(self._runs[column], _NO_MORE)
        return now.pattern if now.first <= row else ""


def cell_text(value: Any, pattern: str = "", *, date_1904: bool = False) -> str:
    """Return the text of a cell's value, exact and without float artefacts.

    Args:
        value: What calamine gives: text, number, bool, date, time.
        pattern: `date` when the cell's format makes a number a date, or zeros and
            hyphens (`000-0000`) when it pads; empty otherwise.
        date_1904: The workbook counts days from 1904.

    Examples:
        >>> cell_text(1234567.0), cell_text(0.1 + 0.2), cell_text(7.0, "0000000")
        ('1234567', '0.3', '0000007')
    """
    if type(value) is float and not pattern and value.is_integer():
        return str(int(value))  # most cells of a ledger
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number_text(value, pattern, date_1904=date_1904)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)


def _number_text(value: float, pattern: str, *, date_1904: bool) -> str:
    whole = float(value).is_integer()
    if not whole:
        return f"{value:.{_EXACT_DIGITS}g}"
    digits = str(int(value))
    if pattern == "date":
        return serial_date(int(value), date_1904=date_1904) or digits
    if not pattern or value < 0:
        return digits
    padded = digits.zfill(pattern.count("0"))
    for place, sign in enumerate(reversed(pattern)):
        if sign == "-":
            padded = f"{padded[: len(padded) - place]}-{padded[len(padded) - place :]}"
    return padded
