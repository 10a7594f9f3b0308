"""Whether somebody signed, and whether somebody sealed; the unclear is asked."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np

from ocr.fields.stamps import has_rim, has_seal_nearby, may_hold_a_seal
from ocr.fields.window import FIELD_DPI, Window
from ocr.fields.writing import TOLERANCE_MM, is_blank, share_of, written_in
from ocr.preprocess import (
    Mask,
    Picture,
    as_bytes,
    ink_bounds,
    ink_mask,
    to_px,
    widened,
    without_specks,
)

_UNSEALED_SHARE, _SEALED_SHARE = 0.002, 0.025
_LEAST_SIGNATURE_MM = 8.0
_STRUCK_MM = 9.0
"""A line this long, and as thick all along as half a stroke, strikes something out.
Strokes of letters that run into each other are seldom one line so far."""
_STRUCK_SHARE = 0.8
"""Of a signature's width: so long a line strikes it out, however thin."""
_CORE = 0.5
"""Of a stroke's thickness."""
_SLANTS_DEG = range(-8, 9, 2)


def signature_mark(window: Window) -> tuple[float, bool | None]:
    """Return the inked share of the place, and whether somebody signed.

    Returns:
        True for writing as wide as a name that is not struck out, False for an empty
        place, None for a person to look at: also a seal alone.
    """
    written = written_in(window).ink
    share = share_of(written, window.box)
    if is_blank(written):
        return share, False if share <= _UNSEALED_SHARE else None
    bounds = ink_bounds(written)
    if bounds is None or _is_struck_out(written, bounds[2] - bounds[0]):
        return share, None
    wide = bounds[2] - bounds[0]
    return share, True if wide >= to_px(_LEAST_SIGNATURE_MM, FIELD_DPI) else None


def seal_mark(window: Window) -> tuple[float, bool | None]:
    """Return the inked share of a place for a seal, and whether one stands in it."""
    tolerant = widened(window.printed, TOLERANCE_MM + 0.08, FIELD_DPI)
    dark = ink_mask(window.grey) | widened(window.red, 0.1, FIELD_DPI)
    new = without_specks(dark & ~tolerant, FIELD_DPI, area_mm2=0.1)
    left, top, right, bottom = window.box
    inside = new[top:bottom, left:right]
    share = float(inside.mean()) if inside.size else 0.0
    if share >= _SEALED_SHARE or has_rim(window):
        return share, True
    return share, False if share <= _UNSEALED_SHARE else None


def seal_around(window: Window) -> bool | None:
    """Tell whether a seal stands anywhere in a window; None when there may be one."""
    rim = has_rim(window)
    if has_seal_nearby(window) or rim:
        return True
    return None if rim is None or may_hold_a_seal(window) else False


def _is_struck_out(written: Mask, wide: int) -> bool:
    """Tell whether a line is drawn through a signature, level or a little slanting.

    A signature's letters run together, and their level strokes may lie end to end. A
    pen's line is one stroke of even thickness, or goes on from end to end.
    """
    ink = as_bytes(written)
    to_edge = cv2.distanceTransform(ink, cv2.DIST_L2, 5)
    # Over a stroke the distance to its edge runs evenly from 0 to half its width.
    stroke_px = 4 * float(np.median(to_edge[written]))
    thick = np.ones((max(1, round(_CORE * stroke_px)), 1), np.uint8)
    core = cast("Picture", cv2.erode(ink, thick))
    least = to_px(_STRUCK_MM, FIELD_DPI)
    most = max(least, round(_STRUCK_SHARE * wide))
    return any(
        _holds_level_line(_slanted(core, slant), least)
        or _holds_level_line(_slanted(ink, slant), most)
        for slant in _SLANTS_DEG
    )


def _slanted(ink: Picture, slant_deg: int) -> Picture:
    """Return the ink sheared, so that lines of this slant are level."""
    high, wide = ink.shape
    rise = float(np.tan(np.radians(slant_deg)))
    spare = int(abs(rise) * wide / 2) + 2
    shear = np.array([[1, 0, 0], [rise, 1, spare - rise * wide / 2]])
    size = (wide, high + 2 * spare)
    return cast("Picture", cv2.warpAffine(ink, shear, size, flags=cv2.INTER_NEAREST))


def _holds_level_line(ink: Picture, length_px: int) -> bool:
    return bool(cv2.erode(ink, np.ones((1, length_px), np.uint8)).any())
