"""Which of the printed words is chosen: circled by hand, or its box ticked.

Nothing is read. Ink that is not on the blank is followed around each word: a loop that
goes around one word, leaves it clean and leaves every other word outside chooses it.
Whatever else is there (a word struck out, a loop around two, a tick on a word, a seal)
makes the choice undecided, for a person to look at.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fields.marks import check_mark
from ocr.fields.window import FIELD_DPI, Box, LaidPage, Printing, Window, window_of
from ocr.forms import BoxMm, FieldDefinition, OptionDefinition
from ocr.preprocess import (
    MM_PER_INCH,
    Mask,
    components,
    ink_mask,
    to_px,
    widened,
    without_print,
    without_specks,
)

_AROUND_MM = 3.5
"""Seen around the words: a loop stands this far off at most."""
_TOLERANCE_MM = 0.28
_FRAME_GAP_MM = 2.0
"""Ends of a stroke this near to each other are one stroke cut by print."""
_SECTORS = 40
_AROUND_SHARE = 0.7
"""Of the directions in which a loop is met from inside; a hand may leave it open."""
_NOT_AROUND_SHARE = 0.58
"""Of a word that is outside; a loop beside it fills half the directions."""
_CLEAR_OF_WORD = 0.62
"""Half widths (and heights) of the word from its middle, from where ink may be a loop."""
_ON_WORD = 0.45
_ON_WORD_SHARE = 0.15
"""Of a loop's ink so near to the middle at most: more of it strikes the word out."""
_FILLED_SHARE = 0.12
"""Of the word's middle that ink may cover."""
_OTHER_HELD = 0.45
"""Of another word's box that a loop may overlap."""
_STRAY_MM2 = 0.3
"""Ink that belongs to no loop; more of it, near a word, has a meaning of its own."""
_PEN = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))
_NEAR_MM = 0.8
_PX_PER_MM2 = (FIELD_DPI / MM_PER_INCH) ** 2
_SEAL_MM = 8.5
_SEAL_ROUND = 0.94
"""Share of its enclosing circle; a loop drawn by hand fills less."""


@dataclass(frozen=True, slots=True)
class _Word:
    """A printed word in the window."""

    value: str
    box: Box

    @property
    def centre(self) -> tuple[float, float]:
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


def chosen_options(
    laid: LaidPage, printed: Printing, entry: FieldDefinition
) -> tuple[float, tuple[str, ...] | None]:
    """Return the inked share of the words' places, and the words chosen.

    Returns:
        The values of the options marked beyond doubt, in the form's order; empty when
        there is no mark. None when a person must look, also when more than one is
        marked and the field is not of several.
    """
    if entry.marked_by == "tick":
        share, chosen = _ticked(laid, printed, entry)
    else:
        share, chosen = _circled(laid, printed, entry)
    if chosen is not None and len(chosen) > 1 and not entry.several:
        return share, None
    return share, chosen


def _ticked(
    laid: LaidPage, printed: Printing, entry: FieldDefinition
) -> tuple[float, tuple[str, ...] | None]:
    shares: list[float] = []
    chosen: list[str] = []
    undecided = False
    for option in entry.options:
        share, marked = check_mark(window_of(laid, printed, _at(entry, option.box_mm)))
        shares.append(share)
        undecided = undecided or marked is None
        if marked:
            chosen.append(option.value)
    return max(shares), None if undecided else tuple(chosen)


def _circled(
    laid: LaidPage, printed: Printing, entry: FieldDefinition
) -> tuple[float, tuple[str, ...] | None]:
    around = _around(entry.options)
    window = window_of(laid, printed, _at(entry, around))
    words = [_Word(option.value, _placed(window, option)) for option in entry.options]
    ink = _written_around(window)
    share = _share_at_words(ink, words)
    if not ink.any():
        return share, ()
    return share, _around_which(ink, window, words)


def _at(entry: FieldDefinition, box_mm: BoxMm) -> FieldDefinition:
    return entry.model_copy(update={"box_mm": box_mm})


def _around(options: tuple[OptionDefinition, ...]) -> BoxMm:
    boxes = np.array([option.box_mm for option in options])
    low = np.maximum(boxes[:, :2].min(axis=0) - _AROUND_MM, 0.0)
    high = (boxes[:, :2] + boxes[:, 2:]).max(axis=0) + _AROUND_MM
    return (
        float(low[0]),
        float(low[1]),
        float(high[0] - low[0]),
        float(high[1] - low[1]),
    )


def _placed(window: Window, option: OptionDefinition) -> Box:
    left, top, wide, high = (to_px(side, FIELD_DPI) for side in option.box_mm)
    left, top = left - window.left, top - window.top
    return left, top, left + wide, top + high


def _written_around(window: Window) -> Mask:
    """Return the ink that is not on the blank; red counts, pens are red too."""
    tolerant = widened(window.printed, _TOLERANCE_MM, FIELD_DPI)
    dark = ink_mask(without_print(window.grey, window.ink, tolerant, FIELD_DPI))
    red = window.red & ~tolerant
    # Copying makes print bolder; what it grows by is thinner than any pen.
    thick = cv2.morphologyEx((dark | red).astype(np.uint8), cv2.MORPH_OPEN, _PEN)
    return without_specks(thick > 0, FIELD_DPI, area_mm2=0.12)


def _share_at_words(ink: Mask, words: list[_Word]) -> float:
    places = np.zeros(ink.shape, np.bool_)
    for word in words:
        left, top, right, bottom = word.box
        places[max(0, top) : bottom, max(0, left) : right] = True
    return float(ink[places].mean()) if places.any() else 0.0


def _around_which(
    ink: Mask, window: Window, words: list[_Word]
) -> tuple[str, ...] | None:
    # Strokes cut where they cross print are one stroke again once widened.
    labels, stats, _ = components(widened(ink, _FRAME_GAP_MM / 2, FIELD_DPI))
    near = widened(_places(ink.shape, words), _NEAR_MM, FIELD_DPI)
    chosen: set[int] = set()
    for number in range(1, len(stats)):
        piece = (labels == number) & ink
        inside = _words_inside(piece, words)
        if inside is None:
            return None
        if len(inside) == 1:
            if _is_seal(piece, window) or _also_holds(piece, words, *inside):
                return None
            chosen |= inside
        elif inside or piece[near].sum() > _STRAY_MM2 * _PX_PER_MM2:
            return None
    return tuple(word.value for place, word in enumerate(words) if place in chosen)


def _places(shape: tuple[int, ...], words: list[_Word]) -> Mask:
    places = np.zeros(shape, np.bool_)
    for word in words:
        left, top, right, bottom = word.box
        places[max(0, top) : bottom, max(0, left) : right] = True
    return places


def _words_inside(piece: Mask, words: list[_Word]) -> set[int] | None:
    """Return which words a piece of ink goes around; None when that is unclear."""
    rows, columns = np.nonzero(piece)
    found: set[int] = set()
    for place, word in enumerate(words):
        angles, distances = _seen_from(word, rows, columns)
        sectors = np.floor((angles + np.pi) / (2 * np.pi) * _SECTORS).astype(int)
        outside = distances >= _CLEAR_OF_WORD
        share = len(np.unique(sectors[outside] % _SECTORS)) / _SECTORS
        on_word = distances < _ON_WORD
        clear = (
            on_word.mean() <= _ON_WORD_SHARE
            and on_word.sum() <= _FILLED_SHARE * _middle_area(word)
        )
        if share <= _NOT_AROUND_SHARE and clear:
            continue
        if share < _AROUND_SHARE or not clear:
            return None
        found.add(place)
    return found


def _middle_area(word: _Word) -> float:
    """Return the pixels of a word's middle, as `_ON_WORD` bounds it."""
    left, top, right, bottom = word.box
    return math.pi * _ON_WORD**2 * (right - left) * (bottom - top) / 4


def _also_holds(piece: Mask, words: list[_Word], around: int) -> bool:
    """Tell whether a loop holds much of another word besides the one it is around."""
    found: Any = cv2.findNonZero(piece.astype(np.uint8))
    held = np.zeros(piece.shape, np.uint8)
    cv2.fillConvexPoly(held, cv2.convexHull(found), (1,))
    for place, word in enumerate(words):
        left, top, right, bottom = word.box
        share = held[max(0, top) : bottom, max(0, left) : right].mean()
        if place != around and share > _OTHER_HELD:
            return True
    return False


def _seen_from(
    word: _Word, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return direction and distance of ink from a word's middle.

    The word's box is taken as a square with sides of 2, so that a line through a long
    word is met in few directions.
    """
    left, top, right, bottom = word.box
    across, down = word.centre
    x = (columns - across) / ((right - left) / 2)
    y = (rows - down) / ((bottom - top) / 2)
    return np.arctan2(y, x), np.hypot(x, y)


def _is_seal(piece: Mask, window: Window) -> bool:
    """Tell whether a piece is a seal: as round as a die, mostly red and large."""
    red = widened(window.red, 0.15, FIELD_DPI)
    if piece[red].sum() < 0.5 * piece.sum():
        return False
    found: Any = cv2.findNonZero(piece.astype(np.uint8))
    hull = cv2.convexHull(found)
    _, radius = cv2.minEnclosingCircle(hull)
    round_share = cv2.contourArea(hull) / max(1.0, np.pi * radius**2)
    return bool(2 * radius >= to_px(_SEAL_MM, FIELD_DPI) and round_share >= _SEAL_ROUND)
