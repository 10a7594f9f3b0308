"""Seals and corrections in a field, known by their shape when colour does not help."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fields.window import FIELD_DPI, Window
from ocr.preprocess import Mask, as_bytes, components, to_px, widened

_SEAL_MM = (8.0, 21.0)
"""Width of a person's or office's round seal."""
_CORRECTION_SEAL_MM = 8.5
"""A smaller one beside writing is a 訂正印."""
_PRINT_MM = 0.3
_ROUND = 0.86
"""Share of its enclosing circle that a round outline fills; a square fills 0.64."""
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
