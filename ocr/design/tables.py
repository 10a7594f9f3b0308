"""Rows that repeat: found among the cells as columns of equal cells under labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ocr.design.layout import Zone, above, left_of
from ocr.design.shapes import Box
from ocr.design.vocabulary import ORDINAL, plain

_SAME_MM = 0.9
_LEAST_ROWS = 2
_MOST_ROWS = 60


@dataclass(frozen=True, slots=True)
class Column:
    """Cells of equal width, one under the other, and the label over them."""

    zones: tuple[Zone, ...]
    label: str

    @property
    def pitch(self) -> float:
        """From one row to the next, in millimetres."""
        first, last = self.zones[0].box, self.zones[-1].box
        return (last.top - first.top) / (len(self.zones) - 1)


@dataclass(frozen=True, slots=True)
class Rows:
    """Columns that make a table."""

    columns: tuple[Column, ...]
    box: Box

    @property
    def count(self) -> int:
        """Number of rows."""
        return len(self.columns[0].zones)


def tables_of(
    slots: Sequence[Zone], cells: Sequence[Zone], is_label: Callable[[Zone], bool]
) -> list[Rows]:
    """Return the tables that places to write in make.

    Args:
        slots: Zones that are filled in.
        cells: All zones.
        is_label: Tells zones that only name others.
    """
    columns = [
        column
        for stack in _stacks(slots)
        if (column := _column(stack, cells, is_label)) is not None
    ]
    columns.sort(key=lambda one: (round(one.zones[0].box.top), one.zones[0].box.left))
    tables: list[list[Column]] = []
    for column in columns:
        for table in tables:
            if _is_beside(table[-1], column):
                table.append(column)
                break
        else:
            tables.append([column])
    return [
        Rows(tuple(table), table[0].zones[0].box)
        for table in tables
        if _is_table(table, cells, is_label)
    ]


def _stacks(slots: Sequence[Zone]) -> list[list[Zone]]:
    rest = sorted(slots, key=lambda zone: zone.box.top)
    stacks = []
    while rest:
        stack = [rest.pop(0)]
        while following := next((zone for zone in rest if _follows(stack, zone)), None):
            stack.append(following)
            rest.remove(following)
        if len(stack) >= _LEAST_ROWS:
            stacks.append(stack[:_MOST_ROWS])
    return stacks


def _follows(stack: Sequence[Zone], zone: Zone) -> bool:
    last, box = stack[-1].box, zone.box
    same = (
        abs(last.left - box.left) < _SAME_MM and abs(last.right - box.right) < _SAME_MM
    )
    beneath = -0.2 <= box.top - last.bottom < 1.3
    as_tall = abs(last.height - box.height) < _SAME_MM
    alike = bool(zone.words) == bool(stack[0].words)
    as_many = len(zone.digits) == len(stack[0].digits)
    return same and beneath and as_tall and alike and as_many


def _column(
    stack: Sequence[Zone], cells: Sequence[Zone], is_label: Callable[[Zone], bool]
) -> Column | None:
    over = above(stack[0], cells)
    if over is None or not is_label(over):
        return None
    return Column(tuple(stack), over.text)


def _is_beside(one: Column, other: Column) -> bool:
    return (
        len(one.zones) == len(other.zones)
        and abs(one.zones[0].box.top - other.zones[0].box.top) < _SAME_MM
        and abs(one.pitch - other.pitch) < 0.4
        and -1.0 < other.zones[0].box.left - one.zones[0].box.right < 40.0
    )


def _is_table(
    columns: Sequence[Column],
    cells: Sequence[Zone],
    is_label: Callable[[Zone], bool],
) -> bool:
    """Refuse rows that have labels of their own: those are single fields."""
    named = 0
    for zone in columns[0].zones:
        left = left_of(zone, cells)
        if left is None or not is_label(left):
            continue
        named += not ORDINAL.match(plain(left.text) or left.text)
    return named <= len(columns[0].zones) / 3
