"""Is nothing on this page? Only then it is dropped without a question."""

from __future__ import annotations

import cv2
import numpy as np

from ocr.preprocess import (
    Mask,
    Picture,
    components,
    evened,
    ink_mask,
    scaled,
    to_px,
)

_DPI = 100.0
_LIT_PAPER = 150
"""Grey of the darkest sheet (recycled or coloured paper) under a working lamp."""
_EVEN_PAPER = 12.0
"""Standard deviation of the grey of an empty sheet, at most."""
_EDGE_MM = 6.0
_HOLES_FROM_EDGE_MM = 22.0
_HOLE_MM = (4.0, 9.0)
_STROKE_MM, _FAINT_STROKE_MM = 2.0, 2.8
"""Extent from which a mark may be somebody's; dust is smaller."""
_MOST_DUST = 150


def is_empty_sheet(grey: Picture, dpi: float) -> bool:
    """Tell whether nothing is on the page: a back side, perhaps with show-through.

    Dust, punched holes, a shadow along an edge and print shining through from the
    other side do not count as something; a single stroke of a pencil does. An empty
    sheet is dropped without a question, so a dark or noisy picture, which may be a
    failed scan, is never one.
    """
    if _is_surely_filled(grey, dpi):
        return False
    small = scaled(grey, _DPI / dpi)
    edge = to_px(_EDGE_MM, _DPI)
    if min(small.shape) < 4 * edge:
        return False
    paper = evened(small, _DPI)
    inner = paper[edge:-edge, edge:-edge]
    # The spread first: it tells every page that is not empty, and costs less.
    if float(cv2.meanStdDev(inner)[1].item()) > _EVEN_PAPER:
        return False
    if np.median(small) < _LIT_PAPER:
        return False
    # What noise does to single pixels a little blur takes back; pencil stays.
    soft = cv2.GaussianBlur(inner, (0, 0), 1.0)
    return not (
        _has_mark(ink_mask(inner, 185), _STROKE_MM)
        or _has_mark(ink_mask(soft.astype(np.uint8), 222), _FAINT_STROKE_MM)
    )


def _is_surely_filled(grey: Picture, dpi: float) -> bool:
    """Tell most filled pages at a tenth of the cost, from half and quarter dots.

    Where these vary so much, the dots that they are the means of vary more.
    """
    factor = 0.25 if dpi > 2 * _DPI else 0.5
    half = scaled(grey, 0.5)
    small = half if factor == 0.5 else scaled(half, 0.5)
    edge = to_px(_EDGE_MM, dpi * factor)
    if min(small.shape) < 4 * edge:
        return False
    inner = evened(small, dpi * factor)[edge:-edge, edge:-edge]
    return float(cv2.meanStdDev(inner)[1].item()) > 1.5 * _EVEN_PAPER


def _has_mark(ink: Mask, stroke_mm: float) -> bool:
    """Tell whether there is a mark longer than dust, or dust that lies in lines."""
    _, stats, _ = components(ink)
    sizes = stats[1:, cv2.CC_STAT_WIDTH : cv2.CC_STAT_HEIGHT + 1].max(axis=1)
    long = sizes >= to_px(stroke_mm, _DPI)
    if any(not _is_hole(stat, ink.shape) for stat in stats[1:][long]):
        return True
    dust = stats[1:][~long]
    dust = dust[dust[:, cv2.CC_STAT_AREA] >= 3]
    if len(dust) > _MOST_DUST:
        return True
    return _lies_in_lines(dust, ink.shape)


def _is_hole(stat: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Tell whether a mark is a punched hole: a disc near an edge of the sheet."""
    left, top, width, height, area = (int(number) for number in stat)
    shortest, longest = (to_px(mm, _DPI) for mm in _HOLE_MM)
    is_disc = (
        shortest <= min(width, height)
        and max(width, height) <= longest
        and max(width, height) < 1.3 * min(width, height)
        and area > 0.62 * width * height
    )
    reach = to_px(_HOLES_FROM_EDGE_MM - _EDGE_MM, _DPI)
    to_edge = min(left, top, shape[1] - left - width, shape[0] - top - height)
    return is_disc and to_edge < reach


def _lies_in_lines(dust: np.ndarray, shape: tuple[int, ...]) -> bool:
    """Tell whether specks are dotted lines or letters too faint to be whole."""
    if len(dust) < 5:
        return False
    canvas = np.zeros(shape, np.uint8)
    centres = dust[:, :2] + dust[:, 2:4] // 2
    canvas[centres[:, 1], centres[:, 0]] = 1
    near = to_px(2.5, _DPI)
    joined = cv2.dilate(canvas, np.ones((near, near), np.uint8)) > 0
    labels, stats, _ = components(joined)
    members = np.bincount(labels[centres[:, 1], centres[:, 0]], minlength=len(stats))
    return bool((members[1:] >= 5).any())
