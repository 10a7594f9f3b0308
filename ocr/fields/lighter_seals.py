"""Seals on grey scans: taken off the writing where their ink is lighter than the pen's."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fields.window import FIELD_DPI, Box
from ocr.preprocess import Mask, Picture, components, ink_mask, to_px, whitened, widened

_CORE = np.ones((5, 5), np.uint8)
_SEAL_INK = 215
"""Grey of the palest stroke of a seal."""
_APART = 45
"""Grey between a seal and the pen at least, for the seal to be taken out."""
_LEAST_SHARE = 0.06
"""Of the ink of a field: its own writing at least."""
_JOINED_MM = 0.25
_ARC_MM = (3.0, 6.0)
"""Smaller and larger side of the largest stroke of a seal that a window shows."""
_AT_EDGE_MM = 0.4
_RIM_MM = (3.8, 18.0)
"""Radius of a round seal or of an office's date stamp."""
_DIRECTIONS, _RIM_SHARE, _LEAST_ARC_MM = 180, 0.6, 8.0
"""Of the directions in which the window shows a circle, how many must meet a stroke,
and how long what is shown must be."""
_WHOLE_RIM_MM = (3.3, 10.5)
"""Radius of a seal that a window may show whole."""


def lighter_seal(
    cleaned: Picture, stats: NDArray[np.int32], box: Box
) -> tuple[Mask, Picture] | None:
    """Return where a seal far lighter than the pen stands, and the field without it.

    Its own level lies between pen and paper. Each dot counts as dark as the darkest
    beside it, so that the soft edge of the pen stays the pen's. A pale stroke of a pen
    is no seal: a seal has a rim, and darker writing in the box beside or under it.

    Args:
        cleaned: The field without the blank's print.
        stats: Of its pieces of ink; one must be as large as an arc of a rim.
        box: The field inside of the picture.

    Returns:
        None when there is no such seal; a bilevel scan never shows one.
    """
    sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    if not (sides.max(axis=1) >= to_px(_ARC_MM[1], FIELD_DPI)).any():
        return None
    core = cv2.erode(cleaned, _CORE)
    ink = ink_mask(cleaned, _SEAL_INK)
    greys = core[ink]
    level, _ = cv2.threshold(greys.reshape(1, -1), 0, 255, cv2.THRESH_OTSU)
    seal = core > level
    pen, pale = greys[greys <= level], greys[greys > level]
    least = _LEAST_SHARE * greys.size
    if min(pen.size, pale.size) < max(1.0, least):
        return None
    if float(np.median(pale)) - float(np.median(pen)) < _APART:
        return None
    left, top, right, bottom = (max(0, side) for side in box)
    writing = np.count_nonzero((ink & ~seal)[top:bottom, left:right])
    if writing < least:
        return None
    region = _seal_region(widened(ink & seal, _JOINED_MM, FIELD_DPI))
    if region is None or not _is_round(ink & seal):
        return None
    return region, whitened(cleaned, region & seal)


def _is_round(strokes: Mask) -> bool:
    """Tell whether strokes make up most of what the window shows of a circle."""
    soft = cv2.GaussianBlur(np.where(strokes, 0, 255).astype(np.uint8), (0, 0), 1.5)
    least, most = (to_px(radius, FIELD_DPI) for radius in _RIM_MM)
    found: Any = cv2.HoughCircles(
        soft,
        cv2.HOUGH_GRADIENT,
        dp=1.5,
        minDist=20,
        param1=100,
        param2=14,
        minRadius=least,
        maxRadius=most,
    )
    if found is None:
        return False
    angles = np.linspace(0, 2 * np.pi, _DIRECTIONS, endpoint=False)
    high, wide = strokes.shape
    near = widened(strokes, 0.12, FIELD_DPI)
    for across, down, radius in found.reshape(-1, 3)[:6]:
        reach = np.arange(-4, 5)[:, None] + radius
        columns = np.rint(across + reach * np.cos(angles)).astype(int)
        rows = np.rint(down + reach * np.sin(angles)).astype(int)
        seen = (columns >= 0) & (columns < wide) & (rows >= 0) & (rows < high)
        met = near[rows.clip(0, high - 1), columns.clip(0, wide - 1)].any(axis=0)
        whole = seen.all(axis=0)
        arc = np.count_nonzero(whole) / _DIRECTIONS * 2 * np.pi * radius
        if arc >= to_px(_LEAST_ARC_MM, FIELD_DPI) and met[whole].mean() >= _RIM_SHARE:
            return True
    return False


def _seal_region(strokes: Mask) -> Mask | None:
    """Return what large strokes enclose, and the smaller ones in there or at its edge."""
    labels, stats, _ = components(strokes)
    sides = np.sort(stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]], axis=1)
    least = [to_px(side, FIELD_DPI) for side in _ARC_MM]
    seals: Mask = np.asarray((sides >= least).all(axis=1), np.bool_)
    seals[0] = False
    if not seals.any():
        return None
    enclosed = np.zeros(strokes.shape, np.uint8)
    for _ in range(2):
        for piece in np.flatnonzero(seals):
            _fill_around(labels == piece, enclosed)
        near = widened(enclosed > 0, _AT_EDGE_MM, FIELD_DPI)
        seals[labels[near]] = True
        seals[0] = False
    for piece in np.flatnonzero(seals):
        _fill_around(labels == piece, enclosed)
    return enclosed > 0


def _fill_around(piece: Mask, enclosed: Picture) -> None:
    """Fill what a stroke goes around, and the circle that it is an arc of."""
    rows, columns = np.nonzero(piece)
    points = np.stack([columns, rows], axis=1).astype(np.int32)
    cv2.fillConvexPoly(enclosed, cv2.convexHull(points), (1,))
    (across, down), radius = cv2.minEnclosingCircle(points)
    least, most = (to_px(side, FIELD_DPI) for side in _WHOLE_RIM_MM)
    if least <= radius <= most:
        cv2.circle(enclosed, (round(across), round(down)), round(radius), (1,), -1)
