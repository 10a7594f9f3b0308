"""The finest strokes of a field: told from dust, and from the edges of its print."""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fields.window import FIELD_DPI, Box
from ocr.preprocess import (
    MM_PER_INCH,
    Mask,
    Picture,
    as_bytes,
    chosen_pieces,
    components,
    ink_bounds,
    ink_mask,
    to_px,
)

_EDGE_MM, _EDGE_LONG_MM, _EDGE_SHARE = 0.26, 1.2, 0.9
"""Width at most and length at least of a printed rule's edge, and how much of it lies
at the rule; the finest pen is wider."""
_HAIRLINE_MM = (1.2, 7.0)
"""Length of a lone thin stroke, the 一 of a thin face."""
_SPOTS = 200
"""Grey of its darkest spots at most."""
_HAIRLINE_FLAT = 0.3
"""Its other side in lengths at most."""
_DASH_MM, _DASH_REACH_MM, _DASH_LINE_MM = (0.5, 2.5), 1.5, 3.0
"""Width of a dash, how near characters stand on both sides of it, and how far above and
below it they may reach."""
_DASH_PLACE = (0.25, 0.75)
"""Between the top and the bottom of its neighbours."""
_REST_MM2, _REST_MM = 0.02, 2.5
"""Area at least and sides at most of what a copier leaves of a thin stroke."""
FAINT = 225
"""Grey of the faintest stroke on evened paper."""


class Strokes:
    """Even the faintest ink of a picture, put into pieces once it is asked for."""

    def __init__(self, cleaned: Picture) -> None:
        self.ink = ink_mask(cleaned, FAINT)

    @functools.cached_property
    def pieces(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Labels and statistics, see `ocr.preprocess.components`."""
        return components(self.ink)[:2]

    def touching(self, seeds: Mask) -> Mask:
        """Return the pieces that touch a seed, and the seeds."""
        labels, stats = self.pieces
        keep = np.zeros(len(stats), np.bool_)
        keep[labels[seeds]] = True
        keep[0] = False
        return chosen_pieces(keep, labels) | seeds


def edges_of_print(
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    tolerant: Mask,
    among: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return the pieces that are the edge of a rule which a copier's toner made wider.

    They are far thinner than any pen and lie all along what was taken out.
    """
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    area = stats[:, cv2.CC_STAT_AREA]
    thin: NDArray[np.bool_] = area <= to_px(_EDGE_MM, FIELD_DPI) * sides.sum(axis=1)
    edges = np.logical_and(among, thin)
    edges &= sides.max(axis=1) >= to_px(_EDGE_LONG_MM, FIELD_DPI)
    for piece in np.flatnonzero(edges).tolist():
        left, top, wide, high, _ = stats[piece].tolist()
        rows = slice(max(0, top - 2), top + high + 2)
        around = (rows, slice(max(0, left - 2), left + wide + 2))
        beside = cv2.dilate(as_bytes(tolerant[around]), np.ones((5, 5), np.uint8)) > 0
        along = np.count_nonzero((labels[around] == piece) & beside)
        edges[piece] = along >= _EDGE_SHARE * area[piece]
    return edges


def with_hairlines(cleaned: Picture, strokes: Strokes, ink: Mask, box: Box) -> Mask:
    """Return the ink with thin strokes that are dark only here and there, 一 or 二.

    Their dark spots alone look like dust; the faint ink between them shows a stroke.
    """
    left, top, right, bottom = (max(0, side) for side in box)
    lost = ink_mask(cleaned, _SPOTS) & ~ink
    if not ink.any() or not lost[top:bottom, left:right].any():
        return ink
    faint, stats = strokes.pieces
    sides = stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    long, short = sides.max(axis=1), sides.min(axis=1)
    least, most = (to_px(side, FIELD_DPI) for side in _HAIRLINE_MM)
    stroke = (long >= least) & (long <= most) & (short <= _HAIRLINE_FLAT * long)
    stroke[0] = False
    spots = np.zeros(len(stats), np.bool_)
    spots[faint[top:bottom, left:right][lost[top:bottom, left:right]]] = True
    stroke &= spots
    if stroke.any():
        stroke &= inside_of(faint, stats, box) * 2 > stats[:, cv2.CC_STAT_AREA]
    return ink | chosen_pieces(stroke, faint) if stroke.any() else ink


def with_dashes(strokes: Strokes, ink: Mask, box: Box) -> Mask:
    """Return the ink with the short strokes between its characters, as in 2-22-8.

    On a poor copy they are as small and pale as dust, which nobody takes for writing
    anywhere else.
    """
    labels, stats = strokes.pieces
    left, top, wide, high, area = stats.T
    least, most = (to_px(side, FIELD_DPI) for side in _DASH_MM)
    dash = (wide >= least) & (wide <= most) & (wide > high) & (area * 2 > wide * high)
    dash[0] = False
    dash[labels[ink]] = False
    for piece in np.flatnonzero(dash):
        first, upper = int(left[piece]), int(top[piece])
        ends = first + int(wide[piece]), upper + int(high[piece])
        dash[piece] = _joins(ink, (first, upper, *ends))
    if dash.any():
        dash &= inside_of(labels, stats, box) * 2 > area
    return ink | chosen_pieces(dash, labels) if dash.any() else ink


def rests_among(strokes: Strokes, ink: Mask) -> Mask:
    """Return the small pieces between the outermost ink: rests of strokes, and dust.

    Of a thin 三 a copier leaves three dots, of ベ often one. Nobody can tell them from
    dust by themselves; a recogniser of words can, from what stands beside them.
    """
    bounds = ink_bounds(ink)
    if bounds is None:
        return ink
    labels, stats = strokes.pieces
    left, top, wide, high, area = stats.T
    across, down = left + wide / 2, top + high / 2
    rests = (across > bounds[0]) & (across < bounds[2])
    rests &= (down > bounds[1]) & (down < bounds[3])
    rests &= area >= _REST_MM2 * (FIELD_DPI / MM_PER_INCH) ** 2
    rests &= np.maximum(wide, high) < to_px(_REST_MM, FIELD_DPI)
    rests[0] = False
    return chosen_pieces(rests, labels)


def _joins(ink: Mask, piece: Box) -> bool:
    """Tell whether a piece lies between characters, half way up."""
    left, top, right, bottom = piece
    reach = to_px(_DASH_REACH_MM, FIELD_DPI)
    tall = to_px(_DASH_LINE_MM, FIELD_DPI)
    upper = max(0, top - tall)
    for columns in (slice(max(0, left - reach), left), slice(right, right + reach)):
        rows = np.flatnonzero(ink[upper : bottom + tall, columns].any(axis=1))
        if rows.size == 0:
            return False
        place = ((top + bottom) / 2 - upper - rows[0]) / (rows[-1] - rows[0] + 1)
        if not _DASH_PLACE[0] <= place <= _DASH_PLACE[1]:
            return False
    return True


def inside_of(
    labels: NDArray[np.int32], stats: NDArray[np.int32], box: Box
) -> NDArray[np.int64]:
    """Return the pixels of each piece that lie in the box; of the paper none."""
    left, top, right, bottom = max(0, box[0]), max(0, box[1]), box[2], box[3]
    first, upper, wide, high, area = stats.astype(np.int64).T
    end, lower = first + wide, upper + high
    apart = (end <= left) | (first >= right) | (lower <= top) | (upper >= bottom)
    whole = (first >= left) & (end <= right) & (upper >= top) & (lower <= bottom)
    inside = np.where(whole, area, 0)
    inside[0], apart[0] = 0, True
    # Only what crosses the edge of the box has to be counted.
    for piece in np.flatnonzero(~apart & ~whole):
        part = labels[
            max(top, upper[piece]) : min(bottom, lower[piece]),
            max(left, first[piece]) : min(right, end[piece]),
        ]
        inside[piece] = np.count_nonzero(part == piece)
    return inside
