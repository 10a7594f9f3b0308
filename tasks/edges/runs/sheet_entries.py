"""Rows of a sheet that staff filled in: cells by their headers, faults by their place."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from tasks.domain.lists_and_ledgers.columns import header_key
from tasks.domain.lists_and_ledgers.tables import Row, Table, cell_place, serial_date
from tasks.domain.normal_forms.dates import Precision, normalize_date

Header: TypeAlias = tuple[int, dict[str, int]]
"""1-based row, and header: 0-based column."""

_HEADER_ROWS = 10
"""The header stands among the first rows, under a title."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of a sheet that can be filled in."""

    table: Table
    row: Row
    columns: Mapping[str, int]
    """Header as `header_key` writes it: 0-based column."""
    faults: list[str]

    def text(self, name: str) -> str:
        """Return what stands under a header; empty where there is no such column."""
        column = self.columns.get(header_key(name))
        if column is None or column >= len(self.row.cells):
            return ""
        return self.row.cells[column].strip()

    def is_number(self, name: str) -> bool:
        """Return whether the cell holds a number, not text."""
        column = self.columns.get(header_key(name))
        return column is not None and self.row.is_number(column)

    def fault(self, name: str, expected: str) -> None:
        """Note that a cell is not as it should be."""
        column = self.columns.get(header_key(name), 0)
        place = cell_place(self.row.number, column, self.table.sheet)
        self.faults.append(f"{place}: expected {expected}")

    def written(self, *names: str) -> bool:
        """Return whether all of these are filled in; a fault for each that is not."""
        empty = [name for name in names if not self.text(name)]
        for name in empty:
            self.fault(name, name)
        return not empty


def header_of(table: Table, needed: Sequence[str]) -> Header | None:
    """Return the row that bears all these headers, and the columns of that row."""
    wanted = {header_key(name) for name in needed}
    for row in itertools.islice(table.rows(), _HEADER_ROWS):
        labels = [header_key(cell) for cell in row.cells]
        if wanted <= set(labels):
            return row.number, {label: place for place, label in enumerate(labels)}
    return None


def entries_of(table: Table, header: Header, faults: list[str]) -> Iterator[Entry]:
    """Yield the rows below a header that hold anything."""
    number, columns = header
    for row in table.rows():
        if row.number > number and any(cell.strip() for cell in row.cells):
            yield Entry(table, row, columns, faults)


def day_of(entry: Entry, name: str, today: dt.date) -> dt.date | None:
    """Return the day under a header: text in any usual form, or Excel's number."""
    text = entry.text(name)
    if entry.is_number(name) and text.isdecimal():
        text = serial_date(int(text), date_1904=entry.table.date_1904) or text
    found = normalize_date(text, today=today)
    if found.value is None or found.value.precision is not Precision.DAY:
        return None
    return found.value.date
