"""Cuts a line of writing where characters may begin and end.

Nobody knows where one character ends before it is read: more cuts are made than there
are characters, and whoever reads decides which neighbours belong together.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.engines.glyphs import Ink
from ocr.preprocess import Mask, Picture, components

Box = tuple[int, int, int, int]
"""Left, top, right, bottom."""

_INK_BELOW = 150
_SPECK_SHARE = 0.0004
"""Of the squared height of the line."""
_MOST_PIECES = 5
_MOST_CUTS = 7
_SLANTS = np.arange(-0.15, 0.56, 0.07)
_SLANT_PENALTY = 0.3
_SLANT_HEIGHT_PX = 40


@dataclass(frozen=True, slots=True)
class Style:
    """How wide characters of a kind of field are, in heights of the line."""

    cut_above: float
    """Connected ink wider than this may be several characters."""
    widest: float
    """Pieces further apart than this are no one character."""
    numeric: bool
    """Only numerals and signs: may lean, no character is of parts that overlap."""


@dataclass(frozen=True, slots=True)
class Segment:
    """Neighbouring pieces that may be one character."""

    first: int
    end: int
    """Pieces first to end - 1."""
    height: float
    """In heights of the line, as `width` and `gap`."""
    width: float
    gap: float
    """Widest gap inside."""
    middle: float
    """0.0 at the top of the line's ink, 1.0 at its bottom."""
    ink: Ink = field(repr=False)


def segments_of(line: Picture, style: Style) -> tuple[Segment, ...]:
    """Return every stretch of a line of writing that may be one character."""
    line = _upright(line) if style.numeric else line
    pieces = _Pieces(line, style)
    found: list[Segment] = []
    for first in range(len(pieces.boxes)):
        for end in range(first + 1, min(first + _MOST_PIECES, len(pieces.boxes)) + 1):
            box = _around(pieces.boxes[first:end])
            if end - first > 1 and box[2] - box[0] > style.widest * pieces.height:
                break
            found.append(pieces.segment(first, end, box))
    return tuple(found)


def segments_of_cells(cells: tuple[Picture, ...]) -> tuple[Segment, ...]:
    """Return the characters that were written one in each box."""
    tallest = max(cell.shape[0] for cell in cells)
    return tuple(
        Segment(
            number,
            number + 1,
            height=cell.shape[0] / tallest,
            width=cell.shape[1] / tallest,
            gap=0.0,
            middle=0.5,
            ink=_ink_of(cell),
        )
        for number, cell in enumerate(cells)
    )


class _Pieces:
    """The ink of a line in pieces from left to right, none wider than a character."""

    def __init__(self, line: Picture, style: Style) -> None:
        self._line = line
        self._style = style
        ink = line < _INK_BELOW
        labels, stats, _ = components(ink)
        self._labels = labels.copy()
        least = max(6.0, _SPECK_SHARE * line.shape[0] ** 2)
        kept = [one for one in range(1, len(stats)) if stats[one, 4] >= least]
        self.height = _height_of(stats[kept], style) if kept else 1.0
        self._stroke_px = _stroke_of(ink)
        self._boxes: dict[int, Box] = {}
        self._next = len(stats)
        for one in kept:
            left, top, width, height = (int(value) for value in stats[one, :4])
            self._take(one, (left, top, left + width, top + height))
        around = _around(list(self._boxes.values())) if kept else (0, 0, 1, 1)
        self.top, self.bottom = around[1], around[3]
        self._groups = self._joined()
        self.boxes = [
            _around([self._boxes[one] for one in group]) for group in self._groups
        ]

    def segment(self, first: int, end: int, box: Box) -> Segment:
        """Return the pieces from `first` to before `end` with their ink alone."""
        left, top, right, bottom = box
        members = [one for group in self._groups[first:end] for one in group]
        own = np.isin(self._labels[top:bottom, left:right], members)
        near = cv2.dilate(own.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        ink = np.where(near, _ink_of(self._line[top:bottom, left:right]), np.float32(0))
        middle = ((top + bottom) / 2 - self.top) / max(1, self.bottom - self.top)
        return Segment(
            first,
            end,
            height=(bottom - top) / self.height,
            width=(right - left) / self.height,
            gap=_widest_gap(self.boxes[first:end]) / self.height,
            middle=middle,
            ink=ink.astype(np.float32),
        )

    def _take(self, label: int, box: Box) -> None:
        left, top, right, bottom = box
        wide = right - left > self._style.cut_above * self.height
        if not wide or bottom - top <= 0.4 * self.height:
            self._boxes[label] = box
            return
        own = self._labels[top:bottom, left:right] == label
        edges = [0, *self._cuts(own), right - left]
        for start, end in itertools.pairwise(edges):
            part = own[:, start:end]
            if not part.any():
                continue
            self._labels[top:bottom, left + start : left + end][part] = self._next
            rows = np.flatnonzero(part.any(axis=1))
            columns = np.flatnonzero(part.any(axis=0))
            self._boxes[self._next] = (
                left + start + int(columns[0]),
                top + int(rows[0]),
                left + start + int(columns[-1]) + 1,
                top + int(rows[-1]) + 1,
            )
            self._next += 1

    def _cuts(self, own: Mask) -> list[int]:
        """Return the columns where touching characters may part: thin places first."""
        width, unit = own.shape[1], self.height
        weight: Any = cv2.GaussianBlur(
            own.sum(axis=0).astype(np.float32)[None], (0, 0), max(1.0, 0.02 * unit)
        )[0]
        low, high = int(0.15 * unit), int(width - 0.15 * unit)
        cuts: list[int] = []

        def add(column: int) -> None:
            if all(abs(column - other) > 0.14 * unit for other in cuts):
                cuts.append(column)

        for column in sorted(
            _valleys(weight, low, high, max(2, int(0.07 * unit))),
            key=lambda column: weight[column],
        ):
            if weight[column] <= 3.2 * self._stroke_px:
                add(column)
        likely = round(width / (0.55 * unit))
        for part in range(1, likely if width > 0.8 * unit else 0):
            near = width * part // likely
            start = max(low, near - int(0.15 * unit))
            end = min(high, near + int(0.15 * unit))
            if start < end:
                add(start + int(weight[start:end].argmin()))
        return sorted(cuts)[:_MOST_CUTS]

    def _joined(self) -> list[list[int]]:
        """Return the pieces that stand above each other together, left to right."""
        groups: list[list[int]] = []
        by_middle = sorted(
            self._boxes, key=lambda one: self._boxes[one][0] + self._boxes[one][2]
        )
        for one in by_middle:
            if groups and self._above(groups[-1], one):
                groups[-1].append(one)
            else:
                groups.append([one])
        return groups

    def _above(self, group: list[int], one: int) -> bool:
        box, other = _around([self._boxes[each] for each in group]), self._boxes[one]
        common = min(box[2], other[2]) - max(box[0], other[0])
        narrower = min(box[2] - box[0], other[2] - other[0])
        if not self._style.numeric:
            return common > 0.5 * narrower
        is_comma = self._is_comma(other) or self._is_comma(box)
        return common > 0.75 * narrower and not is_comma

    def _is_comma(self, box: Box) -> bool:
        middle = (box[1] + box[3]) / 2 - self.top
        low = middle > 0.6 * (self.bottom - self.top)
        return low and box[3] - box[1] < 0.5 * self.height


def _ink_of(picture: Picture) -> Ink:
    darkness = (255.0 - picture.astype(np.float32)) / 255.0 * 1.15
    return cast("Ink", np.clip(darkness, 0.0, 1.0))


def _around(boxes: list[Box]) -> Box:
    return (
        min(box[0] for box in boxes),
        min(box[1] for box in boxes),
        max(box[2] for box in boxes),
        max(box[3] for box in boxes),
    )


def _widest_gap(boxes: list[Box]) -> float:
    widest, end = 0, boxes[0][2]
    for box in boxes[1:]:
        widest, end = max(widest, box[0] - end), max(end, box[2])
    return float(widest)


def _height_of(stats: NDArray[np.int32], style: Style) -> float:
    heights = stats[:, 3]
    usual = float(np.percentile(heights, 80) if len(heights) > 2 else heights.max())
    if style.numeric:
        return usual
    # The strokes of one kanji or kana are apart: no single piece is as high as it is.
    whole = float((stats[:, 1] + heights).max() - stats[:, 1].min())
    return max(usual, 0.75 * whole)


def _stroke_of(ink: Mask) -> float:
    """Return about the width of the strokes in pixels."""
    if not ink.any():
        return 3.0
    depth: Any = cv2.distanceTransform(ink.astype(np.uint8), cv2.DIST_L2, 3)
    # Without any paper in the picture the distance to it is endless.
    return max(2.0, 3.2 * float(np.median(np.minimum(depth[ink], ink.shape[0]))))


def _valleys(weight: NDArray[np.float32], low: int, high: int, reach: int) -> list[int]:
    return [
        column
        for column in range(low, high)
        if weight[column]
        <= weight[max(0, column - reach) : column + reach + 1].min() + 1e-6
    ]


def _upright(line: Picture) -> Picture:
    """Return slanting numerals upright: sheared so that their columns part best."""
    factor = min(1.0, _SLANT_HEIGHT_PX / line.shape[0])
    small: Any = 255 - cv2.resize(
        line, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA
    )
    best, slant = -1.0, 0.0
    for tried in _SLANTS:
        columns = _sheared(small.astype(np.float32), float(tried), 0.0).sum(axis=0)
        sharp = float((columns**2).sum()) * (1 - _SLANT_PENALTY * abs(float(tried)))
        if sharp > best:
            best, slant = sharp, float(tried)
    if abs(slant) < 0.05:
        return line
    margin = int(abs(slant) * line.shape[0] / 2) + 2
    wider = cv2.copyMakeBorder(
        line, 0, 0, margin, margin, cv2.BORDER_CONSTANT, value=(255,)
    )
    return cast("Picture", _sheared(wider, slant, 255.0))


def _sheared(picture: NDArray[Any], slant: float, around: float) -> NDArray[Any]:
    height, width = picture.shape
    matrix = np.array([[1, slant, -slant * height / 2], [0, 1, 0]], np.float64)
    return cast(
        "NDArray[Any]",
        cv2.warpAffine(picture, matrix, (width, height), borderValue=(around,)),
    )
