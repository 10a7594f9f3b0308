"""Whether a check box is marked. Only a plain mark says yes; the unclear is asked."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fields.window import FIELD_DPI, Box, Window
from ocr.preprocess import (
    MM_PER_INCH,
    Mask,
    components,
    ink_mask,
    to_px,
    touching,
    widened,
    without_print,
    without_specks,
)

Point = NDArray[np.float64]
"""Across, down in millimetres; or N of them."""

_MM_PER_PX = MM_PER_INCH / FIELD_DPI
_TOLERANCE_MM = 0.3
"""The box's own frame is taken out this much wider than drawn."""
_CLOSER_MM = (0.25, 0.2, 0.12)
"""And this much, where an arm may have gone with the frame."""
_UNMENDED_MM = 0.2
"""No more may be missing of strokes that are not mended: a ring would lose its roof."""
_ONE_PLACE_MM = 1.5
"""Along the window's edge: ink this near to other ink leaves the window with it."""
MOST_GROWN_PX = 3
_GROWN_SHARE = 0.3
"""Of a line of pixels around the print: where so much is inked the print is bold, or off
its place; a mark crosses less."""
_FRAME_GAP_MM = 1.4
"""Strokes on both sides of the frame's place may be one."""
_AT_BOX_MM = 0.9
"""Ink that does not come this near to the box has nothing to do with it."""
_EMPTY_SHARE = 0.012
_MARKED_SHARE = 0.035
_BLACKED_OUT_SHARE = 0.5
_LONE_SHARE = 0.9
"""Of the ink in the box that one mark must be: a second stroke may take it back."""
_SAMPLED = 300
"""Points of a mark that are looked at."""
_LEAST_ARM_MM = 0.9
_LEAST_RISE = 0.37
"""Sine of the flattest arm; strike-through lines lie flatter."""
_FOOT_MM = 1.0
"""The foot is this near to the lowest ink."""
_INKED_SHARE = 0.7
_OFF_THE_ARMS_MM = 0.3
"""A hand bends its strokes; measured from the stroke's edge."""
_ON_THE_ARMS_SHARE = 0.95
_TICK_DEG = (15.0, 125.0)
_OPEN_DEG = 35.0
"""From here on the arms of V: between the ends of 7 no ink is where an arm would be."""
_AROUND_BOX_MM = 1.0
"""The foot of a tick is in the box or this near to it."""
_FOOT_BELOW = 0.5
"""In heights of the box: how far below it the foot of a large tick may stand."""
_SHORT_FROM = 0.25
"""In heights of the box, from its top: there or lower begins the first arm of such."""
_RUNS_THROUGH = 0.6
"""Of the box's rows that such a tick crosses; the end of a tick below crosses few."""
_LEAST_BEND_MM = 0.65
"""Two arms reach this far out of a line; a rim cut off by the frame does not."""
_RIM_RADIUS_MM = 2.8
"""Of the smallest seal's rim; a small tick lies near a smaller circle."""
_FILLED_SHARE = 0.75
"""Of its convex hull that a filled spot fills; a ring or cross fills less."""
_LEAST_SPOT_MM = 1.2
_LONGEST_SPOT = 2.0
"""Its length in widths; a longer one is a line."""


def check_mark(window: Window) -> tuple[float, bool | None]:
    """Return the inked share of a check box, 0.0-1.0, and what the ink says.

    Returns:
        True for a tick (✓ レ) or a small filled mark and nothing else in the box, False
        for an empty box. None for a person to look at: a box that is blacked out,
        crossed (×), struck through or crossed by something on its way, or in which
        only a red seal or pen has left ink.
    """
    ink = _ink_beside_frame(window, _TOLERANCE_MM)
    red = without_specks(window.red & ~window.printed, FIELD_DPI, area_mm2=0.1)
    place = _inside(ink.shape, window.box)
    share = _share(ink, place)
    if share <= _EMPTY_SHARE:
        return share, False if _share(red, place) <= _EMPTY_SHARE else None
    if not _MARKED_SHARE <= share <= _BLACKED_OUT_SHARE:
        return share, None
    if _is_plain_mark(ink, place, window.box):
        return share, True
    plain = any(
        _is_plain_mark(closer, place, window.box) for closer in _closer_looks(window)
    )
    return share, True if plain else None


def _closer_looks(window: Window) -> Iterator[Mask]:
    """Yield the ink with less of the frame's surroundings taken out.

    Never closer than this page's print is bold: what is left of a frame looks like an
    arm, and would make a tick of a single stroke.
    """
    grown_px = print_grown_px(window)
    for closer_mm in _CLOSER_MM:
        if to_px(closer_mm, FIELD_DPI) > grown_px:
            yield _ink_beside_frame(window, closer_mm)
            # Mending runs along the frame where two strokes touch one side of it.
            if closer_mm <= _UNMENDED_MM:
                yield _ink_off_frame(window, closer_mm)


def print_grown_px(window: Window) -> int:
    """Return how far the print of the page reaches beyond the blank's."""
    within = window.printed
    for grown in range(1, MOST_GROWN_PX + 1):
        wider = widened(window.printed, grown * _MM_PER_PX, FIELD_DPI)
        if float(window.ink[wider & ~within].mean()) < _GROWN_SHARE:
            return grown - 1
        within = wider
    return MOST_GROWN_PX


def _ink_beside_frame(window: Window, tolerance_mm: float) -> Mask:
    tolerant = widened(window.printed, tolerance_mm, FIELD_DPI)
    cleaned = without_print(window.grey, window.ink, tolerant, FIELD_DPI)
    return without_specks(ink_mask(cleaned), FIELD_DPI, area_mm2=0.1)


def _ink_off_frame(window: Window, tolerance_mm: float) -> Mask:
    """Return the ink beside the print alone; strokes end where the frame begins."""
    tolerant = widened(window.printed, tolerance_mm, FIELD_DPI)
    return without_specks(window.ink & ~tolerant, FIELD_DPI, area_mm2=0.1)


def _inside(shape: tuple[int, ...], box: Box) -> Mask:
    place = np.zeros(shape, np.bool_)
    left, top, right, bottom = box
    place[max(0, top) : bottom, max(0, left) : right] = True
    return place


def _share(ink: Mask, place: Mask) -> float:
    return float(ink[place].mean()) if place.any() else 0.0


def _is_plain_mark(ink: Mask, place: Mask, box: Box) -> bool:
    """Tell whether the ink in the box is one mark and nothing else."""
    # Strokes that meet on the frame lie apart once it is taken out.
    at_box = widened(place, _AT_BOX_MM, FIELD_DPI)
    ink = touching(ink, ink & at_box)
    labels, stats, _ = components(widened(ink, _FRAME_GAP_MM / 2, FIELD_DPI))
    in_box = np.bincount(labels[place & ink], minlength=len(stats))
    if not in_box.any():
        return False
    mark = int(np.argmax(in_box))
    if in_box[mark] < _LONE_SHARE * in_box.sum():
        return False
    piece = (labels == mark) & ink
    if is_on_its_way(piece):
        return False
    return _is_tick(piece, box) or _is_small_and_filled(piece, place)


def is_on_its_way(piece: Mask) -> bool:
    """Tell whether a piece enters and leaves the window, as a line or a rim does.

    A long arm that ends in the window's corner meets two of its sides at one place.
    """
    around = np.concatenate(
        [piece[0], piece[1:, -1], piece[-1, -2::-1], piece[-2:0:-1, 0]]
    )
    met = np.flatnonzero(around)
    gaps = np.diff(met, append=met[:1] + len(around))
    return int((gaps > to_px(_ONE_PLACE_MM, FIELD_DPI)).sum()) >= 2


def _is_tick(piece: Mask, box: Box) -> bool:
    """Tell whether a piece is two strokes that rise from a foot, as in ✓ and レ."""
    rows, columns = np.nonzero(piece)
    every = max(1, rows.size // _SAMPLED)
    points: Point = np.column_stack([columns, rows])[::every] * np.float64(_MM_PER_PX)
    half_stroke_mm = _half_stroke_mm(piece)
    near_mm = half_stroke_mm + _OFF_THE_ARMS_MM
    if _is_nearly_straight(piece, half_stroke_mm) or _is_rim(points, near_mm):
        return False
    large = _runs_through(piece, box)
    for foot, start, end in _feet_and_ends(piece, points):
        apart_deg = _apart_deg(foot, start, end, half_stroke_mm)
        if apart_deg is None:
            continue
        off = np.minimum(_away(points, foot, start), _away(points, foot, end))
        fits = (off <= near_mm).mean() >= _ON_THE_ARMS_SHARE
        open_ = apart_deg >= _OPEN_DEG
        below = large and _is_below(foot, start, box, open_=open_)
        fits = fits and (_is_at(foot, box) or below)
        if fits and all(_is_inked(points, foot, tip, near_mm) for tip in (start, end)):
            return True
    return False


def _feet_and_ends(piece: Mask, points: Point) -> Iterator[tuple[Point, Point, Point]]:
    """Yield what may be the foot and the ends of a tick, in millimetres."""
    corners: Any = cv2.approxPolyDP(_hull(piece), to_px(0.15, FIELD_DPI), closed=True)
    tips = corners.reshape(-1, 2) * _MM_PER_PX
    lowest = points[:, 1].max()
    low = points[points[:, 1] > lowest - _FOOT_MM, 0]
    for across in np.arange(low.min(), low.max() + 0.2, 0.3):
        # The foot itself may have gone with the frame.
        for below in (-0.2, 0.15, 0.5):
            foot = np.array([across, lowest + below])
            for start, end in itertools.permutations(tips, 2):
                yield foot, start, end


def _apart_deg(
    foot: Point, start: Point, end: Point, half_stroke_mm: float
) -> float | None:
    """Return how far two arms spread that rise from a foot; None if they are no tick's.

    The first one is on the left, as in ✓ and レ.
    """
    arms = np.array([start - foot, end - foot])
    lengths = np.hypot(arms[:, 0], arms[:, 1])
    if lengths.min() < max(_LEAST_ARM_MM, 3 * half_stroke_mm):
        return None
    rises = -arms[:, 1] / lengths
    if rises.min() < _LEAST_RISE or arms[0, 0] >= arms[1, 0]:
        return None
    cosine = float(arms[0] @ arms[1] / lengths.prod())
    apart_deg = float(np.degrees(np.arccos(np.clip(cosine, -1.0, 1.0))))
    return apart_deg if _TICK_DEG[0] <= apart_deg <= _TICK_DEG[1] else None


def _is_nearly_straight(piece: Mask, half_stroke_mm: float) -> bool:
    """Tell whether a piece is a line, or as much of a rim as a frame leaves over."""
    _, sides, _ = cv2.minAreaRect(_hull(piece))
    bent_mm = min(sides) * _MM_PER_PX - 2 * half_stroke_mm
    return bool(bent_mm < max(_LEAST_BEND_MM, 0.1 * max(sides) * _MM_PER_PX))


def _is_rim(points: Point, near_mm: float) -> bool:
    """Tell whether the ink lies on a circle, as a seal's rim does; a tick has a kink."""
    equations = np.column_stack([points, np.ones(len(points))])
    squares = (points**2).sum(axis=1)
    across, down, rest = np.linalg.lstsq(equations, squares, rcond=None)[0]
    centre = np.array([across, down]) / 2
    radius_mm = float(np.sqrt(max(0.0, rest + centre @ centre)))
    away = np.abs(np.hypot(*(points - centre).T) - radius_mm)
    on_circle = (away <= near_mm).mean() >= _ON_THE_ARMS_SHARE
    return bool(on_circle and radius_mm >= _RIM_RADIUS_MM)


def _is_inked(points: Point, foot: Point, tip: Point, near_mm: float) -> bool:
    """Tell whether there is ink along an arm, the frame's place left out."""
    steps = np.linspace(0.0, 1.0, 16)[:, None]
    along = foot + steps * (tip - foot)
    gaps = along[:, None, :] - points[None, :, :]
    nearest = np.hypot(gaps[:, :, 0], gaps[:, :, 1]).min(axis=1)
    return bool((nearest <= near_mm).mean() >= _INKED_SHARE)


def _is_at(foot: Point, box: Box, below_mm: float = _AROUND_BOX_MM) -> bool:
    left, top, right, bottom = (side * _MM_PER_PX for side in box)
    return bool(
        left - _AROUND_BOX_MM <= foot[0] <= right + _AROUND_BOX_MM
        and top <= foot[1] <= bottom + below_mm
    )


def _is_below(foot: Point, start: Point, box: Box, *, open_: bool) -> bool:
    """Tell whether this may be a large tick's foot.

    Its first arm is short, unlike that of 7, or its arms are far apart.
    """
    top_mm, high_mm = box[1] * _MM_PER_PX, (box[3] - box[1]) * _MM_PER_PX
    short = start[1] >= top_mm + _SHORT_FROM * high_mm
    return bool(short or open_) and _is_at(foot, box, _FOOT_BELOW * high_mm)


def _runs_through(piece: Mask, box: Box) -> bool:
    left, top, right, bottom = box
    crossed = piece[max(0, top) : bottom, max(0, left) : right].any(axis=1)
    return bool(crossed.size and crossed.mean() >= _RUNS_THROUGH)


def _away(points: Point, one: Point, other: Point) -> Point:
    """Return the distance of each point from the line between two, in millimetres."""
    arm = other - one
    along = np.clip((points - one) @ arm / float(arm @ arm), 0.0, 1.0)
    gap = points - one - along[:, None] * arm
    return np.hypot(gap[:, 0], gap[:, 1])


def _half_stroke_mm(piece: Mask) -> float:
    """Return half the usual width of the strokes."""
    # Over a stroke the distance to its edge runs evenly from 0 to half its width.
    to_edge = cv2.distanceTransform(piece.astype(np.uint8), cv2.DIST_L2, 5)
    return 2 * float(np.median(to_edge[piece])) * _MM_PER_PX


def _is_small_and_filled(piece: Mask, place: Mask) -> bool:
    """Tell whether a piece is a spot inside the box (■ ●), no line and no ring."""
    hull = _hull(piece)
    _, sides, _ = cv2.minAreaRect(hull)
    return bool(
        min(sides) * _MM_PER_PX >= _LEAST_SPOT_MM
        and max(sides) <= _LONGEST_SPOT * min(sides)
        and piece.sum() >= _FILLED_SHARE * max(1.0, cv2.contourArea(hull))
        and piece[place].sum() >= 0.98 * piece.sum()
    )


def _hull(piece: Mask) -> Any:
    found: Any = cv2.findNonZero(piece.astype(np.uint8))
    return cv2.convexHull(found)
