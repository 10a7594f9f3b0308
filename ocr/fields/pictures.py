"""Clean pictures of what was written in a field, for the readers: lines and cells."""

from __future__ import annotations

import itertools
from typing import cast

import cv2
import numpy as np

from ocr.fields.fine_strokes import FAINT, Strokes, rests_among
from ocr.fields.window import FIELD_DPI, Box
from ocr.fields.writing import PX_PER_MM2, TOLERANCE_MM, Written
from ocr.model import FieldKind
from ocr.preprocess import (
    Mask,
    Picture,
    ink_bounds,
    ink_mask,
    padded,
    to_px,
    whitened,
    widened,
    without_print,
    without_wide_gaps,
)

_WIDEST_GAP = 0.7
"""Between characters, in heights of the line; readers see characters in wider ones."""
_OF_WORDS = (FieldKind.NAME, FieldKind.KANA, FieldKind.ADDRESS, FieldKind.TEXT)
"""Kinds where a reader knows dust from what is left of a stroke; beside figures, any
speck may be a point or a dash."""


def readable(written: Written, kind: FieldKind) -> Picture:
    """Return the field's own writing on white; a date keeps its printed 年 月 日."""
    window = written.window
    own, cleaned, strokes = written.ink, written.cleaned, written.strokes
    if kind is FieldKind.DATE:
        left, top, right, bottom = window.box
        own = own.copy()
        own[top:bottom, left:right] |= (window.ink & window.printed)[
            top:bottom, left:right
        ]
        tolerant = widened(window.rules, TOLERANCE_MM, FIELD_DPI)
        cleaned = without_print(window.grey, window.ink, tolerant, FIELD_DPI)
        strokes = Strokes(cleaned)
    # Hairlines of print are too faint for ink on their own, not beside darker strokes.
    shown = strokes.touching(own)
    if kind in _OF_WORDS:
        shown |= rests_among(strokes, own)
    near = widened(shown, 0.2, FIELD_DPI)
    return whitened(cleaned, ~near)


def lines_of(grey: Picture, written: Mask, most: int) -> tuple[Picture, ...]:
    """Return the lines of writing, at most `most`, tightly cut."""
    ink = ink_mask(grey, FAINT)
    if most == 1:
        return tuple(_tight(grey, ink, None))
    found: list[Picture] = []
    for top, bottom in _bands(written, most):
        found.extend(_tight(grey, ink, (top, bottom)))
    return tuple(found)


def _bands(written: Mask, most: int) -> list[tuple[int, int]]:
    """Return the rows of each line of writing, split at the emptiest rows."""
    bounds = ink_bounds(written)
    if bounds is None:
        return []
    _, top, _, bottom = bounds
    height = bottom - top
    count = min(most, max(1, round(height / to_px(6.5, FIELD_DPI))))
    weight = cv2.GaussianBlur(
        written.sum(axis=1).astype(np.float32)[:, None], (1, 9), 0
    ).ravel()
    cuts = [top]
    for number in range(1, count):
        middle = top + height * number // count
        reach = height // (count * 3)
        low = middle - reach
        cuts.append(low + int(np.argmin(weight[low : middle + reach + 1])))
    cuts.append(bottom)
    return list(itertools.pairwise(cuts))


def _tight(grey: Picture, ink: Mask, rows: tuple[int, int] | None) -> list[Picture]:
    top_row, bottom_row = rows or (0, grey.shape[0])
    bounds = ink_bounds(ink[top_row:bottom_row])
    if bounds is None:
        return []
    left, top, right, bottom = bounds
    cut = grey[top_row + top : top_row + bottom, left:right]
    cut = without_wide_gaps(cut, round(_WIDEST_GAP * cut.shape[0]))
    margin = max(4, round(0.18 * cut.shape[0]))
    return [padded(cut, margin, margin)]


def cells_of(grey: Picture, written: Mask, box: Box, count: int) -> tuple[Picture, ...]:
    """Return the filled boxes' characters, tightly cut, left to right."""
    left, _, right, _ = box
    found: list[Picture] = []
    for number in range(count):
        start = round(left + (right - left) * number / count)
        end = round(left + (right - left) * (number + 1) / count)
        ink = written[:, start:end]
        if _is_blank_cell(ink):
            continue
        bounds = ink_bounds(widened(ink, 0.15, FIELD_DPI))
        if bounds is not None:
            found.append(
                grey[bounds[1] : bounds[3], start + bounds[0] : start + bounds[2]]
            )
    return tuple(found)


def _is_blank_cell(ink: Mask) -> bool:
    bounds = ink_bounds(ink)
    if bounds is None:
        return True
    tall = bounds[3] - bounds[1]
    return bool(
        np.count_nonzero(ink) < 0.35 * PX_PER_MM2
        or max(tall, bounds[2] - bounds[0]) < to_px(1.0, FIELD_DPI)
    )


def side_by_side(cells: tuple[Picture, ...]) -> Picture:
    """Return the characters set as one line with the spacing of print."""
    height = max(cell.shape[0] for cell in cells)
    gap = max(4, round(0.22 * height))
    pieces: list[Picture] = []
    for cell in cells:
        spare = height - cell.shape[0]
        above = spare // 2
        pieces.append(
            cv2.copyMakeBorder(
                cell,
                above,
                spare - above,
                gap // 2,
                gap - gap // 2,
                cv2.BORDER_CONSTANT,
                value=(255,),
            ).astype(np.uint8)
        )
    return padded(cast("Picture", np.hstack(pieces)), gap, max(4, round(0.18 * height)))
