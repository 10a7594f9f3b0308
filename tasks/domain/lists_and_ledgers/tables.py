"""A table as it came in: rows of text with their places, before any meaning."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

_EPOCH = dt.date(1899, 12, 30)
_LEAP_DAY_OF_1900 = 60
_DAYS_1904 = 1462


class Row(NamedTuple):
    """One row of text cells. Its repr shows the place only."""

    number: int
    """1-based row, as the spreadsheet shows it."""
    cells: tuple[str, ...]
    numeric: int = 0
    """Bit n is set when the cell in column n was a number, not text."""
    hidden: bool = False
    dates: int = 0
    """Bit n is set when the cell in column n was a day of the workbook's own, not text."""

    def __repr__(self) -> str:
        return f"Row(number={self.number}, cells={len(self.cells)})"

    def is_number(self, column: int) -> bool:
        """Return True when the cell in this 0-based column was a number.

        Examples:
            >>> Row(1, ("7", "7"), numeric=0b10).is_number(1)
            True
        """
        return bool(self.numeric >> column & 1)

    def is_date(self, column: int) -> bool:
        """Return True when the cell in this 0-based column was a day, not text."""
        return bool(self.dates >> column & 1)


@dataclass(frozen=True, slots=True)
class MergedCells:
    """A merged block, 1-based rows and 0-based columns, ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Table:
    """One sheet or one delimited file, read again each time rows() is called."""

    file: str
    """Name without folders."""
    sheet: str
    """Empty for delimited files."""
    rows: Callable[[], Iterator[Row]] = field(repr=False)
    hidden: bool = False
    """The whole sheet is hidden."""
    marks_known: bool = True
    """False where nobody can tell which rows and columns are hidden."""
    hidden_columns: frozenset[int] = frozenset()
    """0-based."""
    merged: tuple[MergedCells, ...] = ()
    unsaved_formulas: frozenset[tuple[int, int]] = frozenset()
    """(1-based row, 0-based column) of formulas without a saved result."""
    date_1904: bool = False
    """Numbers in date columns count days from 1904, not 1900."""


def column_letters(column: int) -> str:
    """Return the spreadsheet's letters for a 0-based column.

    Examples:
        >>> column_letters(0), column_letters(25), column_letters(26)
        ('A', 'Z', 'AA')
    """
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_number(letters: str) -> int:
    """Return the 0-based column for a spreadsheet's letters.

    Examples:
        >>> column_number("A"), column_number("AA")
        (0, 26)
    """
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1


def cell_place(row: int, column: int, sheet: str = "") -> str:
    """Return how staff find a cell: `B14`, with the sheet's name when there is one.

    Args:
        row: 1-based.
        column: 0-based.
        sheet: Sheet name or empty.

    Examples:
        >>> cell_place(14, 1), cell_place(14, 1, "名簿")
        ('B14', '名簿!B14')
    """
    place = f"{column_letters(column)}{row}"
    return f"{sheet}!{place}" if sheet else place


def serial_date(serial: int, *, date_1904: bool = False) -> str:
    """Return the ISO date of an Excel serial, or an empty text.

    Args:
        serial: Days; 61 is 1900-03-01. Excel's 29 February 1900 is no date.
        date_1904: Count from 1904, as old Macintosh workbooks do.

    Examples:
        >>> serial_date(32874), serial_date(60), serial_date(31412, date_1904=True)
        ('1990-01-01', '', '1990-01-01')
    """
    days = serial + _DAYS_1904 if date_1904 else serial
    latest = (dt.date(9999, 12, 31) - _EPOCH).days
    if not 1 <= days <= latest or days == _LEAP_DAY_OF_1900:
        return ""
    if days < _LEAP_DAY_OF_1900:
        days += 1
    return (_EPOCH + dt.timedelta(days=days)).isoformat()
