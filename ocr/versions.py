"""Does a page bear all the print of its blank? Tells versions of a form apart.

Two versions of a form may differ by one moved box, and a page of either lies well on
both blanks. So every tile of print of the blank is looked for on the page by itself:
print that is not there means another version, known or not, or something that covers
the form. Writing, stamps and seals over print do not count as missing print.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.align import ALIGN_DPI, Alignment, Prepared, align, landmarks, prepared
from ocr.errors import ReadingError
from ocr.forms import FormDefinition
from ocr.preprocess import (
    MM_PER_INCH,
    Mask,
    Picture,
    as_bytes,
    blank_picture,
    evened,
    ink_mask,
    to_px,
)

_TILE_MM = 5.0
_SEARCH_MM = 0.7
_STEP_PX = 2
_SURELY_PRESENT = 0.85
_PRESENT = 0.6
"""Share of a tile's print from which it counts as being there."""
_FEWEST = 2
"""Tiles that must be missing side by side; one alone may be a flaw of the paper."""
_DARK_ENOUGH = 0.42
"""Of the darkness that the blank has there, copies paler as a whole considered."""
_SAME_SHAPE, _FAINTEST = 0.8, 12.0
"""Likeness of a tile's picture from which print too pale to count is there after all,
and the greys between its paper and its print that this takes."""
_LEAST_INK_PX = 22
"""Of a tile at ALIGN_DPI: a rule of 4 mm."""
_COPY_BLUR_PX, _COPY_DARKNESS, _KEPT_BY_A_COPY = 1.3, 0.7, 0.85
"""What copying takes from print, and the share of a tile that must outlive it."""
_PAGE_SOFT_PX = 0.8
"""Blur that takes the noise of a scan before shapes are compared."""
_BLACK, _SOLID_SHARE = 90, 0.6
"""Grey of print that is meant to be black, and how much of a tile must be."""
_SCAN_EDGE_PX = 1.5
"""Of the page at ALIGN_DPI: what is nearer to its edge was half scanned at most."""
_NO_PRINT = 255
"""Darkness that no page has: paper is 250 at most."""
_INK_DARKNESS = 60
"""Print of a blank that counts: below 250 by this much; light shades do not."""


@dataclass(frozen=True, slots=True)
class Tiles:
    """The print of one blank in small squares."""

    form: FormDefinition
    corners_px: NDArray[np.intp] = field(repr=False)
    """N x 2 (left, top) at ALIGN_DPI."""
    ink: Mask = field(repr=False)
    """N x side x side."""
    blank: Picture = field(repr=False)
    """The blank at ALIGN_DPI, evened."""
    darkness: Picture = field(init=False, repr=False)
    """N x side x side: of the blank, _NO_PRINT where there is no ink."""

    def __post_init__(self) -> None:
        side = to_px(_TILE_MM, ALIGN_DPI)
        dark = _cut(250 - np.minimum(self.blank, 250), self.corners_px, side)
        dark[~self.ink] = _NO_PRINT
        object.__setattr__(self, "darkness", dark)


def tiles(form: FormDefinition) -> Tiles:
    """Return the print of a form's blank in tiles."""
    blank = evened(blank_picture(form, ALIGN_DPI), ALIGN_DPI)
    ink = ink_mask(blank, 250 - _INK_DARKNESS)
    side, around = to_px(_TILE_MM, ALIGN_DPI), to_px(_SEARCH_MM, ALIGN_DPI)
    height, width = blank.shape
    lefts = np.arange(around, width - side - around, side)
    tops = np.arange(around, height - side - around, side)
    corners = np.array([(left, top) for top in tops for left in lefts], np.intp)
    if len(corners) == 0:
        return Tiles(
            form, corners.reshape(0, 2), np.zeros((0, side, side), bool), blank
        )
    cut = _cut(ink, corners, side)
    enough = cut.sum(axis=(1, 2)) >= _LEAST_INK_PX
    if enough.any():
        solid = _cut(_solid(form, blank.shape), corners, side) & cut
        enough &= solid.sum(axis=(1, 2)) >= _SOLID_SHARE * cut.sum(axis=(1, 2))
    every = Tiles(form, corners[enough], cut[enough], blank)
    return _lasting(every) if enough.any() else every


def _solid(form: FormDefinition, shape: tuple[int, ...]) -> Mask:
    """Return where there is black print, be it thin; a copier loses grey print."""
    stored = blank_picture(form, form.blank_dpi)
    reach = 2 * round(form.blank_dpi / ALIGN_DPI) + 1
    darkest = cv2.erode(stored, np.ones((reach, reach), np.uint8))
    size = (shape[1], shape[0])
    return cv2.resize(darkest, size, interpolation=cv2.INTER_NEAREST) < _BLACK


def _lasting(every: Tiles) -> Tiles:
    """Return the tiles whose print a poor copy keeps; dotted guides tell nothing."""
    keep = np.ones(len(every.ink), np.bool_)
    for shift in (0.0, 0.5):
        moved = cv2.warpAffine(
            every.blank,
            np.array([[1.0, 0.0, shift], [0.0, 1.0, shift]]),
            every.blank.shape[::-1],
            borderValue=(250,),
        )
        soft = cv2.GaussianBlur(moved, (0, 0), _COPY_BLUR_PX).astype(np.float32)
        copied = 250 - (250 - np.minimum(soft, 250)) * _COPY_DARKNESS
        keep &= print_found(every, copied.astype(np.uint8)) >= _KEPT_BY_A_COPY
    return Tiles(every.form, every.corners_px[keep], every.ink[keep], every.blank)


def _cut(picture: NDArray[Any], corners: NDArray[np.intp], side: int) -> NDArray[Any]:
    """Return squares of a picture, N x side x side."""
    windows = np.lib.stride_tricks.sliding_window_view(picture, (side, side))
    return windows[corners[:, 1], corners[:, 0]]


def print_found(
    tiled: Tiles, laid: Picture, seen: Mask | None = None
) -> NDArray[np.float32]:
    """Return which share of each tile's print is on a page, 0-1; -1 off the scan.

    Args:
        tiled: Of the form.
        laid: The page on the form at ALIGN_DPI.
        seen: Which tiles are wholly on the scan; None for all.
    """
    side, around = to_px(_TILE_MM, ALIGN_DPI), to_px(_SEARCH_MM, ALIGN_DPI)
    # A stroke may be a pixel thinner or lie half a pixel beside.
    paper: Any = 250
    darkest: Any = cv2.min(cv2.erode(laid, np.ones((3, 3), np.uint8)), paper)
    dark = 250 - darkest
    count = len(tiled.ink)
    wide = _cut(dark, tiled.corners_px - around, side + 2 * around)
    here = wide[:, around : around + side, around : around + side][tiled.ink]
    usual = float(np.median(tiled.darkness[tiled.ink]))
    paler = np.median(here) / max(1.0, usual)
    levels = np.arange(256) * (_DARK_ENOUGH * min(1.0, float(paler)))
    faintest = np.clip(levels, 25, 255).astype(np.uint8)
    # Where the blank has no print, nothing is dark enough.
    faintest[_NO_PRINT] = _NO_PRINT
    least = np.take(faintest, tiled.darkness).reshape(count, -1)
    total = tiled.ink.sum(axis=(1, 2)).astype(np.float32)
    best = _hits(wide, least, around, around, side) / total
    # Most print is where it should be; only what is not is looked for around.
    left = np.flatnonzero(best < _SURELY_PRESENT)
    wide, least, total = wide[left], least[left], total[left]
    for down in range(0, 2 * around + 1, _STEP_PX):
        for across in range(0, 2 * around + 1, _STEP_PX):
            hits = _hits(wide, least, across, down, side)
            best[left] = np.maximum(best[left], hits / total)
    for index in np.flatnonzero(best < _PRESENT):
        if _is_there_faintly(tiled, laid, tiled.corners_px[index]):
            best[index] = _PRESENT
    if seen is not None:
        best[~seen] = -1.0
    return np.asarray(best, np.float32)


def _is_there_faintly(tiled: Tiles, laid: Picture, corner_px: NDArray[np.intp]) -> bool:
    """Tell whether a tile's print is on the page, however pale.

    A copy of a copy takes the darkness of thin rules and small print, not their shape; where
    another version has nothing, or other print, no shape is like it.
    """
    side, around = to_px(_TILE_MM, ALIGN_DPI), to_px(_SEARCH_MM, ALIGN_DPI)
    left, top = int(corner_px[0]), int(corner_px[1])
    wide = laid[
        top - around : top + side + around, left - around : left + side + around
    ]
    soft = cv2.GaussianBlur(np.minimum(wide, 250), (0, 0), _PAGE_SOFT_PX)
    wanted = cv2.GaussianBlur(
        tiled.blank[top : top + side, left : left + side], (0, 0), _COPY_BLUR_PX
    )
    if float(np.ptp(soft)) < _FAINTEST:
        return False
    likeness = cv2.matchTemplate(soft, wanted, cv2.TM_CCOEFF_NORMED)
    return bool(likeness.max() >= _SAME_SHAPE)


def _hits(
    wide: Picture, least: Picture, across: int, down: int, side: int
) -> NDArray[np.float32]:
    """Return how many dots of each tile's print are dark enough, moved so far."""
    moved = wide[:, down : down + side, across : across + side]
    dark = as_bytes(moved.reshape(len(least), least.shape[1]) >= least)
    if not len(dark):
        return np.zeros(0, np.float32)
    hits: Any = cv2.reduce(dark, 1, cv2.REDUCE_SUM, dtype=cv2.CV_32S)
    return np.asarray(hits[:, 0], np.float32)


def tiles_seen(tiled: Tiles, page: Prepared, position: Alignment) -> Mask:
    """Return which tiles of a form lie wholly on the scan.

    A sheet is flat: what lies between corners that are on the scan is on it, too.
    """
    to_page = page.from_page @ np.linalg.inv(position.px_to_mm)
    last = to_px(_TILE_MM, ALIGN_DPI) - 1
    corners = tiled.corners_px[:, None] + np.array(
        [[0, 0], [last, 0], [0, last], [last, last]]
    )
    places_mm = corners.reshape(1, -1, 2) * (MM_PER_INCH / ALIGN_DPI)
    places = cv2.perspectiveTransform(places_mm, to_page).reshape(-1, 4, 2)
    height, width = page.picture.shape
    inside = (places > _SCAN_EDGE_PX) & (
        places < np.array([width, height]) - 1 - _SCAN_EDGE_PX
    )
    return np.asarray(inside.all(axis=(1, 2)), np.bool_)


def _groups(tiled: Tiles, missing: NDArray[np.bool_]) -> tuple[NDArray[np.intp], ...]:
    """Return the missing tiles that lie together, largest group first."""
    side = to_px(_TILE_MM, ALIGN_DPI)
    places = tiled.corners_px[missing] // side
    if len(places) == 0:
        return ()
    grid = np.zeros(places.max(axis=0)[::-1] + 3, np.uint8)
    grid[places[:, 1] + 1, places[:, 0] + 1] = 1
    near = cv2.dilate(grid, np.ones((2, 2), np.uint8))
    _, labels = cv2.connectedComponents(near, connectivity=8)
    of_tile = labels[places[:, 1] + 1, places[:, 0] + 1]
    indices = np.flatnonzero(missing)
    found = [indices[of_tile == label] for label in np.unique(of_tile)]
    return tuple(sorted(found, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Gap:
    """Print of the blank that is not on the page, in one place."""

    weight: float
    """Tiles missing, each by how much of it is missing."""
    along_edge: bool
    """It runs along an edge of the form: the page was cut off there."""


def worst_gap(tiled: Tiles, shares: NDArray[np.float32]) -> Gap:
    """Return the place where most print is missing; weight 0 when none is.

    Args:
        tiled: Of the form.
        shares: See `print_found`.
    """
    missing = (shares >= 0) & (shares < _PRESENT)
    together = [group for group in _groups(tiled, missing) if len(group) >= _FEWEST]
    if not together:
        return Gap(0.0, along_edge=False)
    weights = [float((_PRESENT - shares[group]).sum()) for group in together]
    worst = int(np.argmax(weights))
    return Gap(weights[worst], _along_edge(tiled, together[worst]))


def _along_edge(tiled: Tiles, group: NDArray[np.intp]) -> bool:
    side = to_px(_TILE_MM, ALIGN_DPI)
    first, last = tiled.corners_px.min(axis=0), tiled.corners_px.max(axis=0)
    low, high = (find(tiled.corners_px[group], axis=0) for find in (np.min, np.max))
    touches = (low <= first + side) | (high >= last - side)
    long = (high - low) >= 0.3 * (last - first)
    return bool((touches & long[::-1]).any())


def print_of_its_own(tiled: Tiles, other: FormDefinition) -> Mask | None:
    """Return which tiles of a blank are not printed on another blank.

    Returns:
        None when the other blank does not lie on this one at all: the two are no
        versions of one form, and a page of one does not pass for the other.
    """
    page = prepared(blank_picture(other, ALIGN_DPI), ALIGN_DPI)
    as_it_is = np.diag([MM_PER_INCH / ALIGN_DPI, MM_PER_INCH / ALIGN_DPI, 1.0])
    try:
        position = align(page, as_it_is, landmarks(tiled.form))
    except ReadingError:
        return None
    shares = print_found(tiled, position.laid)
    return shares < _PRESENT


def share_present(shares: NDArray[np.float32], own: Mask) -> float | None:
    """Return how much of the given tiles' print is on a page; None when none is seen."""
    seen = own & (shares >= 0)
    return float(shares[seen].mean()) if seen.any() else None
