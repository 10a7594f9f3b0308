"""Seals and corrections in a field, known by their shape when colour does not help."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fields.window import FIELD_DPI, Window
from ocr.preprocess import (
    Mask,
    Picture,
    as_bytes,
    components,
    ink_mask,
    to_px,
    whitened,
    widened,
    without_print,
)

_SEAL_MM = (8.0, 21.0)
"""Width of a person's or office's round seal."""
_CORRECTION_SEAL_MM = 8.5
"""A smaller one beside writing is a 訂正印."""
_PRINT_MM = 0.3
_ROUND = 0.86
"""Share of its enclosing circle that a round outline fills; a square fills 0.64."""
_RIM_MM = (3.8, 10.5)
"""Radius of a round seal."""
_RIM_SHARE = 0.72
"""Of the directions in which a rim is met; writing across it hides none of them."""
_LIGHTER = 28
"""Grey by which a seal's ink is lighter than the pen, to be told from it."""
_RIM_GREY = 205
_DIRECTIONS = 72
_RIM_PRINT_MM = 0.22
_CIRCLES = 6
_NUDGES_PX = (-2, 0, 2)
"""A circle is found to within so much; its middle is settled on the rim."""
_RIM_PX = 2
_BESIDE_RIM_PX = (6, 9)
"""So far inside and outside of a rim there is paper; in a blot there is ink."""
_LIKE_A_RIM, _SURELY_A_RIM = 0.4, 0.6
"""Of a rim's directions. Of 168 surroundings without a seal none had more than 0.30, of
455 with one, grey or bilevel, one in a hundred less than 0.6 (tuning seeds 301, 302)."""
_LETTERS_SHARE = 0.04
"""Of what is inside a rim; a ring drawn by hand around print has none of its own."""
_STRUCK_MM = 9.0
"""A straight line this long through writing strikes it out; ー has at most 6."""


def round_seals(
    labels: NDArray[np.int32], stats: NDArray[np.int32], among: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Return which pieces are round seals that stand free, or lie inside one.

    For grey and bilevel scans. A seal over writing hangs together with it and stays:
    the reading will be poor, and is asked about.

    Args:
        labels: Pieces of ink, see `ocr.preprocess.components`.
        stats: Of the pieces.
        among: Pieces to look at.
    """
    left, top, wide, high = (stats[:, column] for column in range(4))
    least, most = (to_px(side, FIELD_DPI) for side in _SEAL_MM)
    sized = (np.minimum(wide, high) >= least) & (np.maximum(wide, high) <= most)
    drop = np.zeros(len(stats), np.bool_)
    for ring in np.flatnonzero(sized & among):
        if not _is_round(labels == ring):
            continue
        inside = (left >= left[ring]) & (left + wide <= left[ring] + wide[ring])
        inside &= (top >= top[ring]) & (top + high <= top[ring] + high[ring])
        drop |= inside
    return drop


def seal_over_writing(
    cleaned: Picture, stats: NDArray[np.int32]
) -> tuple[Mask, Picture] | None:
    """Return where a colourless seal stands over writing, and the field without it.

    The seal's ink is taken out where it is lighter than the pen; in a bilevel scan, or
    with a pale pen, the picture stays as it is.

    Args:
        cleaned: The field without the blank's print.
        stats: Of its pieces of ink; one must be as large as a seal.

    Returns:
        None when there is no such seal.
    """
    sides = stats[1:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].min(axis=1)
    if not (sides >= to_px(2 * _RIM_MM[0], FIELD_DPI) * _ROUND).any():
        return None
    circle = _circle_in(cleaned)
    if circle is None:
        return None
    disc, rim_grey = circle
    pen = cleaned[ink_mask(cleaned) & ~disc]
    if not pen.size:
        pen = cleaned[disc]
    pen_grey = float(np.percentile(pen, 20))
    if rim_grey - pen_grey < _LIGHTER:
        return disc, cleaned
    lighter = disc & (cleaned > (rim_grey + pen_grey) / 2)
    return disc, whitened(cleaned, lighter)


def _circle_in(cleaned: Picture) -> tuple[Mask, float] | None:
    """Return the disc of the clearest circle and the usual grey of its rim."""
    least, most = (to_px(radius, FIELD_DPI) for radius in _RIM_MM)
    soft = cv2.GaussianBlur(cleaned, (0, 0), 1.5)
    found: Any = cv2.HoughCircles(
        soft,
        cv2.HOUGH_GRADIENT,
        dp=1,
        minDist=2 * least,
        param1=100,
        param2=22,
        minRadius=least,
        maxRadius=most,
    )
    if found is None:
        return None
    angles = np.linspace(0, 2 * np.pi, _DIRECTIONS, endpoint=False)
    for across, down, radius in found.reshape(-1, 3)[:4]:
        reach = np.arange(-4, 5)[:, None] + radius
        columns = np.rint(across + reach * np.cos(angles)).astype(int)
        rows = np.rint(down + reach * np.sin(angles)).astype(int)
        high, wide = cleaned.shape
        seen = (columns >= 0) & (columns < wide) & (rows >= 0) & (rows < high)
        greys = np.where(
            seen, cleaned[rows.clip(0, high - 1), columns.clip(0, wide - 1)], 255
        )
        darkest = greys.min(axis=0)
        met = darkest < _RIM_GREY
        if met.mean() >= _RIM_SHARE:
            disc = np.zeros(cleaned.shape, np.uint8)
            centre = (round(float(across)), round(float(down)))
            cv2.circle(disc, centre, round(float(radius)) + 5, (1,), -1)
            return disc > 0, float(np.median(darkest[met]))
    return None


def has_rim(window: Window) -> bool | None:
    """Tell whether a round seal is there, known by its rim; for scans without colour.

    Returns:
        True when most of a rim is seen with letters inside of it. None when it may be
        one: worn, hidden by writing, or a ring with nothing in it.
    """
    tolerant = widened(window.printed, _RIM_PRINT_MM, FIELD_DPI)
    cleaned = without_print(window.grey, window.ink, tolerant, FIELD_DPI)
    least, most = (to_px(radius, FIELD_DPI) for radius in _RIM_MM)
    found: Any = cv2.HoughCircles(
        cv2.GaussianBlur(cleaned, (0, 0), 1.5),
        cv2.HOUGH_GRADIENT,
        dp=1,
        minDist=least,
        param1=100,
        param2=18,
        minRadius=least,
        maxRadius=most,
    )
    if found is None:
        return False
    ink = as_bytes(ink_mask(cleaned, _RIM_GREY))
    share, letters = max(
        _rim_around(ink, (across + x, down + y), radius)
        for across, down, radius in found.reshape(-1, 3)[:_CIRCLES].tolist()
        for x in _NUDGES_PX
        for y in _NUDGES_PX
    )
    if share >= _SURELY_A_RIM and letters >= _LETTERS_SHARE:
        return True
    return None if share >= _LIKE_A_RIM else False


def _rim_around(
    ink: Picture, middle: tuple[float, float], radius: float
) -> tuple[float, float]:
    """Return how much of a rim is around a place, and how much is inked inside of it.

    Each direction counts by half when there is paper inside, and by half when there is
    paper outside of the rim, so that no blot and no dense writing is one.
    """
    near, far = _BESIDE_RIM_PX
    reach = round(radius) + 2 * far
    size = (reach, _DIRECTIONS)
    polar = cv2.warpPolar(ink, size, middle, reach, cv2.INTER_NEAREST) > 0
    best = 0.0
    for nudge in _NUDGES_PX:
        at = round(radius) + nudge
        rim = polar[:, at - _RIM_PX : at + _RIM_PX + 1].any(axis=1)
        inside = polar[:, at - far : at - near + 1].any(axis=1)
        outside = polar[:, at + near : at + far + 1].any(axis=1)
        best = max(best, float((rim & ~inside).mean() + (rim & ~outside).mean()) / 2)
    return best, float(polar[:, : round(radius) - far - near].mean())


def is_struck_out(written: Mask) -> bool:
    """Tell whether a straight line is drawn through writing (a correction)."""
    thick = as_bytes(widened(written, 0.12, FIELD_DPI))
    length = to_px(_STRUCK_MM, FIELD_DPI)
    return bool(cv2.erode(thick, np.ones((1, length), np.uint8)).any())


def has_seal_nearby(window: Window) -> bool:
    """Tell whether a red seal stands in the window, in its place or beside it."""
    joined = widened(window.red, 0.4, FIELD_DPI)
    _, stats, _ = components(joined)
    least = to_px(_CORRECTION_SEAL_MM, FIELD_DPI)
    most = to_px(_SEAL_MM[1] + 2.0, FIELD_DPI)
    sides = stats[1:, 2:4]
    return bool(((sides.min(axis=1) >= least) & (sides.max(axis=1) <= most)).any())


def may_hold_a_seal(window: Window) -> bool:
    """Tell whether a piece of ink as large as a seal is there that is not printed.

    Without colour a seal over writing hangs together with it and is no ring any more.
    """
    tolerant = widened(window.printed, _PRINT_MM, FIELD_DPI)
    _, stats, _ = components(widened(window.ink & ~tolerant, 0.3, FIELD_DPI))
    least, most = (to_px(side, FIELD_DPI) for side in _SEAL_MM)
    sides = stats[1:, 2:4]
    return bool(((sides.min(axis=1) >= least) & (sides.max(axis=1) <= 3 * most)).any())


def _is_round(piece: Mask) -> bool:
    found: Any = cv2.findContours(
        piece.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
    )
    outline = max(found[0], key=len)
    _, radius = cv2.minEnclosingCircle(outline)
    return bool(cv2.contourArea(outline) >= _ROUND * np.pi * radius**2)
