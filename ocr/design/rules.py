"""The rules, cells and small squares of a blank, from its picture."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.design.shapes import Box, Cell, Rule, overlap
from ocr.design.sheet import SHEET_DPI
from ocr.preprocess import MM_PER_INCH, Mask, components, to_px, touching

_THICKEST_MM = 1.6
_SURE_MM = 12.0
"""A line this long is a rule whatever is around it."""
_SHORTEST_MM = 2.4
_DASH_GAP_MM = 1.3
_LEAST_DASHED_MM = 18.0
_MEETS_MM = 0.7
_CORNER_MM = 0.35
"""Rules are lengthened by this, so that corners close."""
_LEAST_CELL_MM = 2.2
_REGULAR = 0.9
"""Share of its surrounding rectangle that a cell fills."""
_SQUARE_MM = (2.0, 8.5)
_EMPTY_INSIDE = 0.03
"""Ink in the middle of a box to tick, at most: dust."""
_HOLLOW = 0.42
"""Share of a small square that is empty, at least; print letters have strokes in it."""


@dataclass(frozen=True, slots=True)
class Frames:
    """What rules make of a page."""

    rules: tuple[Rule, ...]
    cells: tuple[Cell, ...]
    """Smallest first."""
    squares: tuple[Box, ...]
    """Small hollow squares outside tables: inner side of their frames."""
    barrier: Mask = field(repr=False)
    """Ink of rules and frames, at SHEET_DPI."""


def frames_of(ink: Mask, letters: tuple[Box, ...] = ()) -> Frames:
    """Return rules, cells and small squares.

    Args:
        ink: Of the page at SHEET_DPI.
        letters: Where print is known to be text (born-digital pages).
    """
    lines = _without(ink, letters)
    candidates = [*_runs(lines, level=True), *_runs(lines, level=False)]
    rules = _kept(candidates)
    drawn = _drawn(ink.shape, rules)
    barrier = touching(_without(ink, letters), drawn & ink) | drawn
    squares = _squares(ink)
    cells = _cells(barrier)
    return Frames(rules, cells, _apart(squares, cells), barrier)


def _without(ink: Mask, letters: tuple[Box, ...]) -> Mask:
    if not letters:
        return ink
    rest = ink.copy()
    for box in letters:
        left, top, right, bottom = (
            to_px(side, SHEET_DPI)
            for side in (box.left, box.top, box.right, box.bottom)
        )
        rest[max(0, top) : bottom, max(0, left) : right] = False
    return rest


def _runs(ink: Mask, *, level: bool) -> list[Rule]:
    """Return straight pieces of ink in one direction, solid and dashed."""
    solid = _opened(ink, _SHORTEST_MM, level=level)
    found = [_rule(box, level=level) for box in _slim(solid, level=level)]
    gap = to_px(_DASH_GAP_MM, SHEET_DPI)
    across = (1, gap) if level else (gap, 1)
    thin = ink & ~_opened(ink, _THICKEST_MM / 2, level=not level)
    joined: Any = cv2.morphologyEx(
        thin.astype(np.uint8), cv2.MORPH_CLOSE, np.ones(across, np.uint8)
    )
    long = _opened(joined > 0, _LEAST_DASHED_MM, level=level) & ~solid
    for box in _slim(long, level=level):
        length = box.width if level else box.height
        if length >= _LEAST_DASHED_MM:
            found.append(_rule(box, level=level, dashed=True))
    return found


def _opened(ink: Mask, mm: float, *, level: bool) -> Mask:
    length = max(2, to_px(mm, SHEET_DPI))
    shape = (1, length) if level else (length, 1)
    opened: Any = cv2.morphologyEx(
        ink.astype(np.uint8), cv2.MORPH_OPEN, np.ones(shape, np.uint8)
    )
    return cast("Mask", opened > 0)


def _slim(ink: Mask, *, level: bool) -> list[Box]:
    """Return the boxes of pieces that are no thicker than a rule may be."""
    _, stats, _ = components(ink)
    boxes = []
    for left, top, width, height, _ in stats[1:].tolist():
        thick, long = (height, width) if level else (width, height)
        if thick <= to_px(_THICKEST_MM, SHEET_DPI) and long >= 3 * thick:
            boxes.append(_box(left, top, width, height))
    return boxes


def _box(left: float, top: float, width: float, height: float) -> Box:
    sides = (left, top, left + width, top + height)
    return Box(*(float(side) * MM_PER_INCH / SHEET_DPI for side in sides))


def _rule(box: Box, *, level: bool, dashed: bool = False) -> Rule:
    return Rule(box, level, dashed)


def _length(rule: Rule) -> float:
    return rule.box.width if rule.level else rule.box.height


def _kept(candidates: list[Rule]) -> tuple[Rule, ...]:
    """Return the long ones, and the short ones that end on others: strokes do not."""
    kept = [one for one in candidates if _length(one) >= _SURE_MM]
    rest = [one for one in candidates if _length(one) < _SURE_MM]
    for _ in range(4):
        added = [one for one in rest if _ends_on(one, kept)]
        if not added:
            break
        kept += added
        rest = [one for one in rest if one not in added]
    return tuple(kept)


def _ends_on(rule: Rule, others: list[Rule]) -> bool:
    box = rule.box
    if rule.level:
        ends = (
            Box(box.left, box.down, box.left, box.down),
            Box(box.right, box.down, box.right, box.down),
        )
    else:
        ends = (
            Box(box.across, box.top, box.across, box.top),
            Box(box.across, box.bottom, box.across, box.bottom),
        )
    crossing = [one.box for one in others if one.level != rule.level]
    return all(
        any(overlap(end.grown(_MEETS_MM), one.grown(0.05)) > 0 for one in crossing)
        for end in ends
    )


def _drawn(shape: tuple[int, ...], rules: tuple[Rule, ...]) -> Mask:
    """Return the rules as ink, lengthened a little so that corners close."""
    canvas = np.zeros(shape, np.uint8)
    for rule in rules:
        more = _CORNER_MM
        box = rule.box
        left, right = box.left, box.right
        top, bottom = box.top, box.bottom
        if rule.level:
            left, right = left - more, right + more
        else:
            top, bottom = top - more, bottom + more
        canvas[
            max(0, to_px(top, SHEET_DPI)) : max(1, to_px(bottom, SHEET_DPI)),
            max(0, to_px(left, SHEET_DPI)) : max(1, to_px(right, SHEET_DPI)),
        ] = 1
    return canvas > 0


def _cells(barrier: Mask) -> tuple[Cell, ...]:
    found: Any = cv2.connectedComponentsWithStats(
        (~barrier).astype(np.uint8), connectivity=4
    )
    _, labels, stats, _ = found
    high, wide = barrier.shape
    cells = []
    for label, (left, top, width, height, _) in enumerate(stats.tolist()):
        if label == 0 or min(width, height) < to_px(_LEAST_CELL_MM, SHEET_DPI):
            continue
        if left == 0 or top == 0 or left + width == wide or top + height == high:
            continue
        part = labels[top : top + height, left : left + width] == label
        cells += _cells_of(part, left, top)
    return tuple(sorted(cells, key=lambda cell: cell.box.area))


def _cells_of(part: Mask, left: int, top: int) -> list[Cell]:
    """Return the cell that a white region is, or the rectangles it is made of."""
    filled = _filled(part)
    height, width = part.shape
    if filled.mean() >= _REGULAR:
        return [Cell(_box(left, top, width, height))]
    pieces = []
    for _ in range(3):
        x, y, wide, high = _largest_rectangle(filled)
        box = _box(left + x, top + y, wide, high)
        if min(box.width, box.height) < 4.0:
            break
        pieces.append(Cell(box, regular=False))
        filled = filled.copy()
        filled[y : y + high, x : x + wide] = False
    return pieces


def _filled(part: Mask) -> Mask:
    """Return a region with its holes closed."""
    edged = np.pad(part, 1).astype(np.uint8)
    cv2.floodFill(edged, None, (0, 0), (2,))
    return cast("Mask", (edged != 2)[1:-1, 1:-1])


def _largest_rectangle(part: Mask) -> tuple[int, int, int, int]:
    """Return left, top, width, height of the largest rectangle inside a region."""
    step = 4
    small = part[::step, ::step]
    heights: NDArray[np.int64] = np.zeros(small.shape[1] + 1, np.int64)
    best, where = 0, (0, 0, 0, 0)
    for row in range(small.shape[0]):
        heights[:-1] = np.where(small[row], heights[:-1] + 1, 0)
        stack: list[int] = []
        for column in range(len(heights)):
            while stack and heights[stack[-1]] >= heights[column]:
                high = int(heights[stack.pop()])
                start = stack[-1] + 1 if stack else 0
                area = high * (column - start)
                if area > best:
                    best = area
                    where = (start, row - high + 1, column - start, high)
            stack.append(column)
    left, top, width, height = (side * step for side in where)
    return left, top, width, height


def _squares(ink: Mask) -> list[Box]:
    """Return the inner sides of small hollow squares."""
    contours, tree = cv2.findContours(
        ink.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_SIMPLE
    )
    if tree is None:
        return []
    found = []
    for contour, (_, _, inner, _) in zip(
        contours, cast("Any", tree)[0].tolist(), strict=True
    ):
        outer = cv2.boundingRect(contour)
        if inner < 0 or not _is_squarish(outer[2], outer[3]):
            continue
        hole = contours[inner]
        left, top, width, height = cv2.boundingRect(hole)
        hollow = width * height / (outer[2] * outer[3])
        full = cv2.contourArea(hole) / max(1.0, (width - 1.0) * (height - 1.0))
        ring = cv2.contourArea(contour) / ((outer[2] - 1.0) * (outer[3] - 1.0))
        edge = max(2, width // 6)
        inside = ink[
            top + edge : top + height - edge, left + edge : left + width - edge
        ]
        if inside.size == 0 or inside.mean() > _EMPTY_INSIDE:
            continue  # 回, 国
        if hollow >= _HOLLOW and full >= 0.9 and ring >= 0.9:
            found.append(_box(left, top, width, height))
    return found


def _is_squarish(width: int, height: int) -> bool:
    least, most = (to_px(side, SHEET_DPI) for side in _SQUARE_MM)
    return (
        least <= width <= most
        and least <= height <= most
        and 0.78 < width / height < 1.28
    )


def _apart(squares: list[Box], cells: tuple[Cell, ...]) -> tuple[Box, ...]:
    """Return the squares that are not cells of a table."""
    return tuple(
        box
        for box in squares
        if not any(
            overlap(box, cell.box) > 0.8 * cell.box.area
            and cell.box.area < 2 * box.area
            and _has_neighbours(cell, cells)
            for cell in cells
        )
    )


def _has_neighbours(cell: Cell, cells: tuple[Cell, ...]) -> bool:
    near = cell.box.grown(1.2)
    return any(
        other is not cell
        and overlap(near, other.box) > 0
        and overlap(cell.box, other.box) == 0
        for other in cells
    )
