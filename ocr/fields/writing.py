"""What was written in a field: its ink, without print, seals and dust."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fields.fine_strokes import (
    Strokes,
    edges_of_print,
    inside_of,
    with_dashes,
    with_hairlines,
)
from ocr.fields.lighter_seals import lighter_seal
from ocr.fields.stamps import round_seals, seal_over_writing
from ocr.fields.window import FIELD_DPI, Box, Window
from ocr.preprocess import (
    MM_PER_INCH,
    SPECK_MM2,
    Mask,
    Picture,
    as_bytes,
    chosen_pieces,
    components,
    ink_bounds,
    ink_mask,
    to_px,
    whitened,
    widened,
    without_print,
)

TOLERANCE_MM = 0.22
"""The blank's print is taken out this much wider than drawn."""
_LEAST_INK_MM2 = 0.7
"""Less than this is no writing; a written 1 has about 2."""
_LONE_DOT_MM2 = 0.3
_LEAST_TRACE_PX = 3
_TRACES, _TRACES_MM2 = 5, 0.35
"""Dots in an empty field, or their area, from which it may be faintly written in."""
_BESIDE_SEAL_MM = 8.0
"""From a seal's rim to the next character at most, where it may stand on one: a given
name under it is a wide blank away from the family name."""
_ROUNDING_PX = 4.0
"""A disk of pixels is a circle within less than this."""
_RED_SHARE = 0.02
"""Of a field: from here on it is a seal, and may have hidden what is written."""
_NEAR_MM = 2.0
_TALL = 0.5
"""Of the height of the writing: lower pieces outside the box are no characters."""
_NEXT_MM = 2.5
"""From the writing inside to a character outside at most."""
_LOST_STROKE_MM, _LOST_MM2, _LOST_SHARE = 1.2, 0.75, 0.04
"""Strokes too faint for ink: their length and area at least, and their share of the ink
that was found. Grains of copied dust are shorter."""
_BESIDE_PRINT_MM = 0.5
_PAPER, _DARKER, _GRAIN_PX = 250, 3.0, 0.8
"""Faint writing is made so many times darker than evened paper, its grain smoothed."""
_FAINT_TOLERANCE_MM = 0.4
"""As TOLERANCE_MM: the soft edges of the print are made darker as well."""
PX_PER_MM2 = (FIELD_DPI / MM_PER_INCH) ** 2
"""Pixels of a field in a square millimetre."""


@dataclass(frozen=True, slots=True)
class Written:
    """What was written in a field."""

    ink: Mask = field(repr=False)
    covered: bool
    """A seal stands over the writing or so near that it may hide some."""
    faint: bool
    """Dots and broken strokes are there that are too little for writing."""
    cleaned: Picture = field(repr=False)
    """The window without the blank's print."""
    strokes: Strokes = field(repr=False)
    """The faintest ink of `cleaned` in pieces."""
    window: Window = field(repr=False)
    """As given, or with faint writing made darker or a seal made white."""


def written_in(window: Window) -> Written:
    """Return the ink that is not on the blank and belongs to this field.

    Where most of a pencil's strokes are too faint for ink, all are made darker first.
    """
    found = _written(window, TOLERANCE_MM)
    if not _is_faint(found, window):
        return found
    return _written(_darkened(found.window), _FAINT_TOLERANCE_MM)


def _without(window: Window, lifted: Mask) -> Window:
    """Return the window with a seal's ink made white."""
    grey = whitened(window.grey, lifted)
    return replace(window, grey=grey, ink=window.ink & ~lifted)


def _is_faint(found: Written, window: Window) -> bool:
    """Tell whether strokes were left out because no ink in them is dark enough.

    Dust is shorter; what is left of rules and guides lies along the blank's print, and
    what is left of a red seal where the red was.
    """
    labels, stats = found.strokes.pieces
    areas = stats[:, cv2.CC_STAT_AREA]
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]].max(axis=1)
    lost = sides >= to_px(_LOST_STROKE_MM, FIELD_DPI)
    lost[labels[found.ink]] = False
    lost[0] = False
    least = max(_LOST_MM2 * PX_PER_MM2, _LOST_SHARE * np.count_nonzero(found.ink))
    if areas[lost].sum() < least:
        return False
    lost &= inside_of(labels, stats, window.box) * 2 > areas
    if areas[lost].sum() < least:
        return False
    beside = widened(window.printed | window.red, _BESIDE_PRINT_MM, FIELD_DPI)
    lost &= np.bincount(labels[beside], minlength=len(stats)) * 2 < areas
    return bool(areas[lost].sum() >= least and lost.sum() > 1)


def _darkened(window: Window) -> Window:
    """Return the window with everything lighter than black darker, its grain less."""
    levels = _PAPER - (_PAPER - np.arange(256)) * _DARKER
    table = np.clip(levels, 0, 255).astype(np.uint8)
    soft = cv2.GaussianBlur(window.grey, (0, 0), _GRAIN_PX)
    grey = cast("Picture", cv2.LUT(soft, table))
    return replace(window, grey=grey, ink=ink_mask(grey))


def _written(window: Window, tolerance_mm: float) -> Written:
    """Return the ink of a field.

    Specks, pieces that lie mostly outside the box, free-standing round seals and lone
    dots are left out; all are told from one labelling of the ink.
    """
    tolerant = widened(window.printed, tolerance_mm, FIELD_DPI)
    cleaned = without_print(window.grey, window.ink, tolerant, FIELD_DPI)
    labels, stats, _ = components(ink_mask(cleaned))
    over = _seal_over(window, cleaned, labels, stats)
    if over is not None:
        window = _without(window, over[1] != cleaned)
        cleaned = over[1]
        labels, stats, _ = components(ink_mask(cleaned))
    areas = stats[:, cv2.CC_STAT_AREA]
    keep = areas >= SPECK_MM2 * PX_PER_MM2
    keep[0] = False
    large = keep.copy()
    keep &= inside_of(labels, stats, window.box) * 2 > areas
    edges = edges_of_print(labels, stats, tolerant, keep)
    if edges.any():
        keep &= ~edges
        cleaned = whitened(cleaned, chosen_pieces(edges, labels))
    keep |= _run_over(labels, stats, window, keep, large)
    seals = round_seals(labels, stats, keep)
    keep &= ~seals
    dots = keep & (areas < _LONE_DOT_MM2 * PX_PER_MM2)
    lone = dots.any()
    ink = _without_lone(labels, keep, dots) if lone else chosen_pieces(keep, labels)
    strokes = Strokes(cleaned)
    ink = with_hairlines(cleaned, strokes, ink, window.box)
    ink = with_dashes(strokes, ink, window.box)
    blank = is_blank(ink)
    hull = chosen_pieces(seals, labels) if seals.any() else None
    if over is not None:
        hull = over[0] if hull is None else hull | over[0]
    covered = _is_covered(window, hull, ink, blank=blank)
    faint = blank and _has_traces(labels, stats, window.box)
    return Written(ink, covered, faint, cleaned, strokes, window)


def _seal_over(
    window: Window,
    cleaned: Picture,
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
) -> tuple[Mask, Picture] | None:
    """Return where a seal stands on writing, and the field without it.

    A red one was taken out by its colour, one far from all writing goes by its shape.
    """
    areas = stats[:, cv2.CC_STAT_AREA]
    keep = areas >= SPECK_MM2 * PX_PER_MM2
    keep &= inside_of(labels, stats, window.box) * 2 > areas
    seals = round_seals(labels, stats, keep)
    rest = keep & ~seals
    free = bool(seals.any() and rest.any())
    if free:
        seal, writing = chosen_pieces(seals, labels), chosen_pieces(rest, labels)
        free = not _is_beside(seal, writing)
    if not (free or _has_red(window)):
        found = lighter_seal(cleaned, stats, window.box)
        if found is not None:
            return found
    return seal_over_writing(cleaned, stats)


def _has_red(window: Window) -> bool:
    """Tell whether there is as much red as a seal has."""
    left, top, right, bottom = window.box
    red = window.red[max(0, top) : bottom, max(0, left) : right]
    return bool(red.size and red.mean() > _RED_SHARE)


def _run_over(
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    window: Window,
    keep: NDArray[np.bool_],
    large: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return the characters that go on where the box ends, with nothing in between.

    Somebody who starts too far right writes the last figure behind the box; without it
    the amount would be another one.
    """
    found = np.zeros_like(keep)
    inside = np.flatnonzero(keep)
    if not inside.size:
        return found
    first, top, wide, high = (stats[:, column] for column in range(4))
    end, low = first + wide, top + high
    upper, lower = int(top[inside].min()), int(low[inside].max())
    tall = high >= _TALL * (lower - upper)
    level = np.minimum(low, lower) - np.maximum(top, upper) > high // 2
    likely = large & ~keep & tall & level
    if likely.any():
        likely &= (
            inside_of(labels, stats, window.reach) * 2 > stats[:, cv2.CC_STAT_AREA]
        )
    for piece in np.flatnonzero(likely):
        gaps = np.maximum(first[inside] - end[piece], first[piece] - end[inside])
        found[piece] = gaps.min() <= to_px(_NEXT_MM, FIELD_DPI)
    return found


def _has_traces(labels: NDArray[np.int32], stats: NDArray[np.int32], box: Box) -> bool:
    """Tell whether ink in the box looks like what a FAX leaves of faint writing."""
    inside = inside_of(labels, stats, box)[1:]
    pieces = inside[inside >= _LEAST_TRACE_PX]
    return bool(pieces.size >= _TRACES or pieces.sum() >= _TRACES_MM2 * PX_PER_MM2)


def _is_covered(window: Window, sealed: Mask | None, ink: Mask, *, blank: bool) -> bool:
    """Tell whether a seal may hide writing: without colour, or with nothing else there.

    What lies inside a seal's rim is taken out with it, and may be a character.
    """
    if sealed is not None:
        return _is_beside(sealed, ink) or not ink.any()
    return blank and _has_red(window)


def _is_beside(sealed: Mask, ink: Mask) -> bool:
    """Tell whether there is ink up to _BESIDE_SEAL_MM from a seal."""
    away: Any = cv2.distanceTransform(
        as_bytes(~sealed), cv2.DIST_L2, cv2.DIST_MASK_PRECISE
    )
    nearest = float(away[ink].min(initial=np.inf))
    reach = to_px(_BESIDE_SEAL_MM, FIELD_DPI)
    if abs(nearest - reach) > _ROUNDING_PX:
        return nearest < reach
    # Widening costs fifty times as much: only where a pixel decides.
    return bool((widened(sealed, _BESIDE_SEAL_MM, FIELD_DPI) & ink).any())


def _without_lone(
    labels: NDArray[np.int32], keep: NDArray[np.bool_], dots: NDArray[np.bool_]
) -> Mask:
    """Return the ink without small dots that no stroke is near."""
    strokes = chosen_pieces(keep & ~dots, labels)
    # The distance to the nearest stroke costs a third of widening every stroke.
    away: Any = cv2.distanceTransform(as_bytes(~strokes), cv2.DIST_L2, 5)
    near = away <= to_px(_NEAR_MM, FIELD_DPI)
    return cast("Mask", chosen_pieces(keep, labels) & near)


def share_of(ink: Mask, box: Box) -> float:
    """Return the inked share of the box, 0.0-1.0."""
    left, top, right, bottom = box
    area = max(1, (right - left) * (bottom - top))
    return float(min(1.0, np.count_nonzero(ink) / area))


def is_blank(written: Mask) -> bool:
    """Tell whether the ink is too little for writing."""
    if np.count_nonzero(written) < _LEAST_INK_MM2 * PX_PER_MM2:
        return True
    bounds = ink_bounds(written)
    if bounds is None:
        return True
    left, top, right, bottom = bounds
    return max(right - left, bottom - top) < to_px(1.2, FIELD_DPI)
