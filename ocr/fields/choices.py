"""Which of the printed words is chosen: circled by hand, or its box ticked.

Nothing is read. Ink that is not on the blank is followed around each word, see
`ocr.fields.loops`, or looked for in its box, see `ocr.fields.marks`.
"""

from __future__ import annotations

import cv2
import numpy as np

from ocr.fields.loops import Word, around_which, places_of
from ocr.fields.marks import MOST_GROWN_PX, check_mark, print_grown_px
from ocr.fields.window import FIELD_DPI, Box, LaidPage, Printing, Window, window_of
from ocr.forms import BoxMm, FieldDefinition, OptionDefinition
from ocr.preprocess import (
    Mask,
    ink_mask,
    to_px,
    widened,
    without_print,
    without_specks,
)

_AROUND_MM = 3.5
"""Seen around the words: a loop stands this far off at most."""
_TOLERANCE_MM, _BOLD_TOLERANCE_MM = 0.28, 0.42
"""The blank's print is taken out this much wider than drawn, the more where a copier
made it bold."""
_PEN = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3))


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
    words = [Word(option.value, _placed(window, option)) for option in entry.options]
    ink = _written_around(window)
    share = _share_at_words(ink, words)
    if not ink.any():
        return share, ()
    return share, around_which(ink, window, words)


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
    bold = print_grown_px(window) >= MOST_GROWN_PX
    tolerance_mm = _BOLD_TOLERANCE_MM if bold else _TOLERANCE_MM
    tolerant = widened(window.printed, tolerance_mm, FIELD_DPI)
    dark = ink_mask(without_print(window.grey, window.ink, tolerant, FIELD_DPI))
    red = window.red & ~tolerant
    # Copying makes print bolder; what it grows by is thinner than any pen.
    thick = cv2.morphologyEx((dark | red).astype(np.uint8), cv2.MORPH_OPEN, _PEN)
    return without_specks(thick > 0, FIELD_DPI, area_mm2=0.12)


def _share_at_words(ink: Mask, words: list[Word]) -> float:
    places = places_of(ink.shape, words)
    return float(ink[places].mean()) if places.any() else 0.0
