"""Cells, what is printed in them, and what stands beside and above them."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ocr.design.rules import Frames
from ocr.design.shapes import (
    Box,
    Cell,
    Rule,
    Word,
    around,
    overlap,
    shared_across,
    shared_down,
)
from ocr.design.vocabulary import DIGIT_UNITS

_DIGIT_WIDTH_MM = (2.6, 12.0)
_DIGIT_HEIGHT_MM = (3.2, 17.0)
_LEAST_DIGITS = 3
_BESIDE_MM = 1.7
_MANY_LINES = 5


@dataclass(frozen=True, slots=True)
class Digits:
    """Boxes side by side, one character in each."""

    box: Box
    cells: int
    even: bool = True
    """False when a gap keeps them from being equally wide."""
    units: str = ""
    """Words printed in them, like 千百十."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A cell with what is printed in it, or a part of the page without a frame."""

    box: Box
    words: tuple[Word, ...] = ()
    squares: tuple[Box, ...] = ()
    digits: tuple[Digits, ...] = ()
    framed: bool = True
    regular: bool = True

    @property
    def text(self) -> str:
        """All words, from top to bottom."""
        return "".join(word.text for word in in_reading_order(self.words))


@dataclass(frozen=True, slots=True)
class Layout:
    """A page in zones."""

    cells: tuple[Zone, ...]
    """Cells without others in them, but for boxes of digits."""
    open_words: tuple[Word, ...]
    """What is printed outside such cells."""
    open_squares: tuple[Box, ...]
    open_digits: tuple[Digits, ...]
    underlines: tuple[Rule, ...]
    frames: tuple[Box, ...]
    """Cells that hold other cells or much text."""


def layout_of(frames: Frames, words: Sequence[Word], squares: Sequence[Box]) -> Layout:
    """Return the page in zones.

    Args:
        frames: Rules and cells.
        words: Print.
        squares: Boxes to tick.
    """
    cells = _real_cells(frames.cells, squares)
    digits, digit_cells = _digits_of(cells, words)
    plain = [cell for cell in cells if cell not in digit_cells]
    holders = [cell for cell in plain if _holds_cells(cell, plain)]
    leaves = [cell for cell in plain if cell not in holders]
    by_cell = _by_place(leaves, words, squares, digits)
    lines = _underlines(frames.rules, [cell.box for cell in cells])
    crowded = [
        cell
        for cell in leaves
        if _is_crowded(by_cell[cell.box])
        or any(cell.box.holds(one.box) for one in lines)
    ]
    zones = tuple(by_cell[cell.box] for cell in leaves if cell not in crowded)
    inside = [zone.box for zone in zones]
    open_digits = [one for one in digits if not _is_in(one.box, inside)]
    taken = [*inside, *(one.box for one in digits)]
    return Layout(
        cells=zones,
        open_words=tuple(word for word in words if not _is_in(word.box, taken)),
        open_squares=tuple(box for box in squares if not _is_in(box, inside)),
        open_digits=tuple(open_digits),
        underlines=lines,
        frames=tuple(cell.box for cell in (*holders, *crowded)),
    )


def in_reading_order(words: Iterable[Word]) -> list[Word]:
    """Return words line by line."""
    return [word for line in word_lines(words) for word in line]


def word_lines(words: Iterable[Word]) -> list[list[Word]]:
    """Return words by lines from top to bottom, each from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (-one.box.height, one.box.top)):
        for line in lines:
            if shared_down(word.box, line[0].box) > 0.5:
                line.append(word)
                break
        else:
            lines.append([word])
    lines.sort(key=lambda line: line[0].box.down)
    return [sorted(line, key=lambda one: one.box.left) for line in lines]


def _is_in(box: Box, places: Iterable[Box]) -> bool:
    return any(place.holds(box) for place in places)


def _real_cells(cells: Sequence[Cell], squares: Sequence[Box]) -> list[Cell]:
    return [
        cell
        for cell in cells
        if not any(overlap(cell.box, box) > 0.6 * cell.box.area for box in squares)
    ]


def _holds_cells(cell: Cell, cells: Sequence[Cell]) -> bool:
    return any(
        other is not cell
        and other.box.area < cell.box.area
        and overlap(cell.box, other.box) > 0.9 * other.box.area
        for other in cells
    )


def _by_place(
    leaves: Sequence[Cell],
    words: Sequence[Word],
    squares: Sequence[Box],
    digits: Sequence[Digits],
) -> dict[Box, Zone]:
    """Return each cell with what is in it; cells come smallest first."""
    zones = {cell.box: Zone(cell.box, regular=cell.regular) for cell in leaves}
    boxes = [one.box for one in digits]
    for one in digits:
        if (box := _holder(one.box, leaves)) is not None:
            zones[box] = replace(zones[box], digits=(*zones[box].digits, one))
    for square in squares:
        if (box := _holder(square, leaves)) is not None:
            zones[box] = replace(zones[box], squares=(*zones[box].squares, square))
    for word in words:
        box = _holder(word.box, leaves)
        if box is not None and not _is_in(word.box, boxes):
            zones[box] = replace(zones[box], words=(*zones[box].words, word))
    return zones


def _holder(box: Box, cells: Sequence[Cell]) -> Box | None:
    """Return the smallest cell that a box is in; cells come smallest first."""
    return next((cell.box for cell in cells if cell.box.holds(box)), None)


def _is_crowded(zone: Zone) -> bool:
    """Tell whether a cell is rather a frame around text and fields."""
    lines = word_lines(zone.words)
    return len(lines) >= _MANY_LINES and zone.box.width > 60 and zone.box.height > 25


# --- one character per box --------------------------------------------------------


def _digits_of(
    cells: Sequence[Cell], words: Sequence[Word]
) -> tuple[list[Digits], list[Cell]]:
    small = [cell for cell in cells if _may_be_digit(cell, words)]
    small.sort(key=lambda cell: (round(cell.box.top), cell.box.left))
    found: list[Digits] = []
    used: list[Cell] = []
    while small:
        run = _run_from(small[0], small)
        small = [cell for cell in small if cell not in run]
        if len(run) < _LEAST_DIGITS and not _stands_alone(run, cells):
            continue
        if _has_own_headers(run, cells, words):
            continue
        found.append(_digits(run, words))
        used += run
    return _joined(found), used


def _stands_alone(run: Sequence[Cell], cells: Sequence[Cell]) -> bool:
    """Tell whether two boxes are a pair with nothing beside them: □□ 人."""
    if len(run) != 2 or not all(
        0.5 < one.box.width / one.box.height < 1.5 for one in run
    ):
        return False
    near = around(one.box for one in run).grown(1.5)
    return not any(
        overlap(near, other.box) > 0.5
        and other not in run
        and overlap(near, other.box) < 0.9 * near.area
        for other in cells
    )


def _may_be_digit(cell: Cell, words: Sequence[Word]) -> bool:
    box = cell.box
    if not _DIGIT_WIDTH_MM[0] <= box.width <= _DIGIT_WIDTH_MM[1]:
        return False
    if not _DIGIT_HEIGHT_MM[0] <= box.height <= _DIGIT_HEIGHT_MM[1]:
        return False
    printed = "".join(word.text for word in words if box.holds(word.box))
    return all(letter in DIGIT_UNITS for letter in printed) and len(printed) <= 1


def _run_from(first: Cell, cells: Sequence[Cell]) -> list[Cell]:
    run = [first]
    for cell in sorted(cells, key=lambda cell: cell.box.left):
        last = run[-1].box
        beside = -0.3 <= cell.box.left - last.right <= 1.3
        level = abs(cell.box.top - last.top) < 0.8
        alike = abs(cell.box.width - first.box.width) < max(0.7, 0.14 * last.width)
        as_tall = abs(cell.box.height - first.box.height) < 1.0
        if cell is not first and beside and level and alike and as_tall:
            run.append(cell)
    return run


def _has_own_headers(
    run: Sequence[Cell], cells: Sequence[Cell], words: Sequence[Word]
) -> bool:
    """Tell whether most boxes of a run have a label of their own above them."""
    count = 0
    for cell in run:
        above = _above(cell.box, [other.box for other in cells])
        for _ in range(40):
            if above is None or any(above.holds(word.box) for word in words):
                break
            above = _above(above, [other.box for other in cells])
        same = above is not None and abs(above.width - cell.box.width) < 1.5
        if same and above is not None:
            text = "".join(word.text for word in words if above.holds(word.box))
            count += bool(text) and not set(text) <= DIGIT_UNITS
    return count > 0.6 * len(run)


def _above(box: Box, cells: Sequence[Box]) -> Box | None:
    for other in cells:
        if abs(other.bottom - box.top) < _BESIDE_MM and shared_across(other, box) > 0.6:
            return other
    return None


def _digits(run: Sequence[Cell], words: Sequence[Word]) -> Digits:
    box = around(cell.box for cell in run)
    inside = [word for word in words if box.holds(word.box)]
    units = "".join(word.text for word in in_reading_order(inside))
    low = max((word.box.bottom for word in inside), default=box.top)
    if low - box.top < 0.5 * box.height:
        box = Box(box.left, max(box.top, low), box.right, box.bottom)
    return Digits(box, len(run), units=units)


def _joined(found: list[Digits]) -> list[Digits]:
    """Return digits with groups joined that only a hyphen keeps apart (〒)."""
    joined: list[Digits] = []
    for one in sorted(found, key=lambda one: (round(one.box.top), one.box.left)):
        last = joined[-1] if joined else None
        if last is not None and _continues(last, one):
            joined[-1] = _with_gap(last, one)
        else:
            joined.append(one)
    return joined


def _continues(last: Digits, one: Digits) -> bool:
    gap = one.box.left - last.box.right
    return (
        1.3 < gap < 6.5
        and abs(one.box.top - last.box.top) < 0.8
        and abs(one.box.height - last.box.height) < 0.8
        and abs(one.box.width / one.cells - last.box.width / last.cells) < 0.7
    )


def _with_gap(last: Digits, one: Digits) -> Digits:
    box = around((last.box, one.box))
    pitch = last.box.width / last.cells
    skipped = (one.box.left - last.box.right) / pitch
    if abs(skipped - round(skipped)) < 0.15 and round(skipped) >= 1:
        return Digits(box, last.cells + one.cells + round(skipped))
    return Digits(box, last.cells + one.cells, even=False)


def _underlines(rules: Sequence[Rule], cells: Sequence[Box]) -> tuple[Rule, ...]:
    """Return the level rules that are no side of a cell."""
    edges = [(cell, side) for cell in cells for side in (cell.top, cell.bottom)]
    upright = [rule.box for rule in rules if not rule.level]
    found = []
    for rule in rules:
        box = rule.box
        if not rule.level or box.width < 12.0:
            continue
        is_edge = any(
            abs(side - box.down) < 1.0
            and min(cell.right, box.right) - max(cell.left, box.left) > 3.0
            for cell, side in edges
        )
        crossed = any(overlap(box.grown(0.6), other) > 0 for other in upright)
        if not is_edge and not crossed:
            found.append(rule)
    return _one_per_line(found)


def _one_per_line(rules: list[Rule]) -> tuple[Rule, ...]:
    """Return rules without double lines."""
    kept: list[Rule] = []
    for rule in sorted(rules, key=lambda rule: rule.box.top):
        if not any(
            abs(rule.box.down - other.box.down) < 2.0
            and shared_across(rule.box, other.box) > 0.6
            for other in kept
        ):
            kept.append(rule)
    return tuple(kept)


# --- neighbours -------------------------------------------------------------------


def left_of(zone: Zone, zones: Sequence[Zone]) -> Zone | None:
    """Return the cell that shares most of this one's left side."""
    return _nearest(
        zone,
        (
            other
            for other in zones
            if abs(zone.box.left - other.box.right) < _BESIDE_MM
            and shared_down(zone.box, other.box) > 0.6
        ),
        level=True,
    )


def right_of(zone: Zone, zones: Sequence[Zone]) -> Zone | None:
    """Return the cell that shares most of this one's right side."""
    return _nearest(
        zone,
        (
            other
            for other in zones
            if abs(other.box.left - zone.box.right) < _BESIDE_MM
            and shared_down(zone.box, other.box) > 0.6
        ),
        level=True,
    )


def above(zone: Zone, zones: Sequence[Zone]) -> Zone | None:
    """Return the cell that shares most of this one's upper side."""
    return _nearest(
        zone,
        (
            other
            for other in zones
            if abs(zone.box.top - other.box.bottom) < _BESIDE_MM
            and shared_across(zone.box, other.box) > 0.6
        ),
        level=False,
    )


def below(zone: Zone, zones: Sequence[Zone]) -> Zone | None:
    """Return the cell that shares most of this one's lower side."""
    return _nearest(
        zone,
        (
            other
            for other in zones
            if abs(other.box.top - zone.box.bottom) < _BESIDE_MM
            and shared_across(zone.box, other.box) > 0.6
        ),
        level=False,
    )


def _nearest(zone: Zone, others: Iterable[Zone], *, level: bool) -> Zone | None:
    def shared(other: Zone) -> float:
        one, two = zone.box, other.box
        if level:
            return min(one.bottom, two.bottom) - max(one.top, two.top)
        return min(one.right, two.right) - max(one.left, two.left)

    return max(others, key=shared, default=None)


def pairwise_gaps(words: Sequence[Word]) -> list[float]:
    """Return the gaps between neighbouring words of a line, in millimetres."""
    return [
        after.box.left - before.box.right for before, after in itertools.pairwise(words)
    ]
