"""Rows that repeat: found among the cells as columns of equal cells under labels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ocr.design.layout import Zone, above, left_of, word_lines
from ocr.design.shapes import Box
from ocr.design.vocabulary import ORDINAL, plain

_SAME_MM = 0.9
_LEAST_ROWS = 2
_MOST_ROWS = 60
_MOST_PITCH_MM = 60.0
_FAR_MM = 60.0


@dataclass(frozen=True, slots=True)
class Column:
    """Cells of equal width, one in each row, and the label over them."""

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
    columns.sort(key=lambda one: (round(one.zones[0].box.left), one.zones[0].box.top))
    tables: list[list[Column]] = []
    for column in columns:
        for table in tables:
            if any(_is_beside(one, column) for one in table):
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
    """Return cells that come again at equal distances, two kinds in turn too."""
    rest = sorted(slots, key=lambda zone: zone.box.top)
    stacks = []
    while rest:
        stack = [rest.pop(0)]
        same = [zone for zone in rest if _is_like(stack[0], zone)]
        for zone in same:
            if len(stack) < _MOST_ROWS and _follows(stack, zone, slots):
                stack.append(zone)
        if len(stack) >= _LEAST_ROWS:
            stacks.append(stack)
            rest = [zone for zone in rest if zone not in stack]
    return stacks


def _is_like(first: Zone, zone: Zone) -> bool:
    one, other = first.box, zone.box
    return (
        abs(one.left - other.left) < _SAME_MM
        and abs(one.right - other.right) < _SAME_MM
        and abs(one.height - other.height) < _SAME_MM
        and bool(zone.words) == bool(first.words)
        and len(zone.digits) == len(first.digits)
        and len(zone.squares) == len(first.squares)
    )


def _follows(stack: Sequence[Zone], zone: Zone, slots: Sequence[Zone]) -> bool:
    last, box = stack[-1].box, zone.box
    step = box.top - last.top
    if len(stack) > 1:
        return abs(step - (last.top - stack[-2].box.top)) < _SAME_MM
    if -0.2 <= box.top - last.bottom < 1.3:
        return True
    # Between two rows only others of the same column, or the air around boxes.
    between = [
        other
        for other in slots
        if last.bottom - 0.5 < other.box.down < box.top + 0.5
        and abs(other.box.left - box.left) < _SAME_MM
        and abs(other.box.right - box.right) < _SAME_MM
    ]
    gap = step - last.height - sum(other.box.height for other in between)
    return step < _MOST_PITCH_MM and gap < 1.3 * (len(between) + 1)


def _column(
    stack: Sequence[Zone], cells: Sequence[Zone], is_label: Callable[[Zone], bool]
) -> Column | None:
    depth = 0
    over = above(stack[0], cells)
    while over is not None and not is_label(over) and depth < 3:
        depth += 1
        over = above(over, cells)
    if over is None or not is_label(over):
        return None
    lines = word_lines(over.words)
    if depth < len(lines) and (
        depth or _has_another_beneath(stack[0], cells, is_label)
    ):
        return Column(tuple(stack), "".join(word.text for word in lines[depth]))
    return Column(tuple(stack), over.text)


def _has_another_beneath(
    zone: Zone, cells: Sequence[Zone], is_label: Callable[[Zone], bool]
) -> bool:
    """Tell whether a row's column is two cells, as フリガナ over 氏名."""
    return any(
        abs(other.box.top - zone.box.bottom) < 1.5
        and abs(other.box.left - zone.box.left) < _SAME_MM
        and abs(other.box.right - zone.box.right) < _SAME_MM
        and abs(other.box.height - zone.box.height) > 1.5
        and not is_label(other)
        for other in cells
    )


def _is_beside(one: Column, other: Column) -> bool:
    first, second = one.zones[0].box, other.zones[0].box
    return (
        len(one.zones) == len(other.zones)
        and abs(first.top - second.top) < 0.8 * one.pitch
        and abs(one.pitch - other.pitch) < 0.4
        and second.left - first.right < _FAR_MM
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
