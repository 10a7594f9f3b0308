"""A field's surroundings, cut from the page and from its blank."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import cv2
import numpy as np

from ocr.fields.print_pieces import PrintPiece, best_place, pieces_of
from ocr.forms import FieldDefinition, FormDefinition
from ocr.model import BoxPx
from ocr.preprocess import (
    MM_PER_INCH,
    Mask,
    Matrix,
    Picture,
    blank_picture,
    evened,
    ink_mask,
    png_of,
    red_mask,
    rules_of,
    small_to_look_at,
    to_px,
    without_red,
)

FIELD_DPI = 300.0
_AROUND_MM = 2.5
"""Seen around a box, for strokes that leave it."""
_DRIFT_MM = 0.7
"""A field may lie this far off after the page was aligned (stretched paper)."""
_CROP_AROUND_MM = 4.0
_SHARED = 0.3
"""Of the lower one's height: from here on two fields stand beside each other."""
_INSET = 0.15
"""Of a box's height, at its top and bottom: rules along it are no end of it."""
_CROP_DPI = 130.0

Box = tuple[int, int, int, int]
"""Left, top, right, bottom in pixels."""


@dataclass(frozen=True, slots=True)
class Printing:
    """What is printed on one blank, at FIELD_DPI."""

    form: FormDefinition
    ink: Mask = field(repr=False)
    rules: Mask = field(repr=False)
    _pieces: dict[Box, tuple[PrintPiece, ...]] = field(
        default_factory=dict, init=False, repr=False
    )

    def pieces(self, region: Box) -> tuple[PrintPiece, ...]:
        """Return what is printed in a region in pieces, with little paper between.

        Kept: the regions of a form are few, and asked for on every page.
        """
        known = self._pieces.get(region)
        if known is None:
            left, top, right, bottom = region
            ink = self.ink[top:bottom, left:right]
            known = self._pieces.setdefault(region, tuple(pieces_of(ink)))
        return known


@dataclass(frozen=True, slots=True)
class LaidPage:
    """A page, upright, and where the form lies on it."""

    picture: Picture = field(repr=False)
    """In colour, or height x width when the page has none."""
    px_to_mm: Matrix = field(repr=False)
    scan_scale: float
    """Pixels of the scan per pixel of `picture`."""
    sha256: str
    page: int


@dataclass(frozen=True, slots=True)
class Window:
    """A field's surroundings, cut from page and blank at FIELD_DPI."""

    left: int
    top: int
    """Corner of the window on the form."""
    box: Box
    """The field inside the window."""
    reach: Box
    """The box and what is free beside it: writing that runs over still belongs here."""
    grey: Picture
    """Evened, red taken out."""
    ink: Mask
    red: Mask
    printed: Mask
    rules: Mask


def printing(form: FormDefinition) -> Printing:
    """Return the print of a form's blank."""
    ink = ink_mask(evened(blank_picture(form, FIELD_DPI), FIELD_DPI), 190)
    return Printing(form, ink, rules_of(ink, FIELD_DPI))


def is_printed(printed: Printing, box_mm: tuple[float, float, float, float]) -> bool:
    """Tell whether the blank itself has print at a place."""
    left, top, width, height = (to_px(side, FIELD_DPI) for side in box_mm)
    place = printed.ink[max(0, top) : top + height, max(0, left) : left + width]
    return bool(place.size and place.mean() > 0.06)


def window_of(
    laid: LaidPage,
    printed: Printing,
    entry: FieldDefinition,
    *,
    also_left_mm: float = 0.0,
) -> Window:
    """Return a field's surroundings from the page, settled on the blank's print.

    Args:
        laid: The page.
        printed: Of its form.
        entry: The field.
        also_left_mm: Seen to the left of it in addition.
    """
    left_mm, top_mm, width_mm, height_mm = entry.box_mm
    high, wide = printed.ink.shape
    around = to_px(_AROUND_MM, FIELD_DPI)
    box_left, box_top = to_px(left_mm, FIELD_DPI), to_px(top_mm, FIELD_DPI)
    box_right = to_px(left_mm + width_mm, FIELD_DPI)
    box_bottom = to_px(top_mm + height_mm, FIELD_DPI)
    left = max(0, box_left - around - to_px(also_left_mm, FIELD_DPI))
    top = max(0, box_top - around)
    right, bottom = min(wide, box_right + around), min(high, box_bottom + around)
    region = (left, top, right, bottom)
    ink = printed.ink[top:bottom, left:right]
    colour = _settled(laid, region, printed)
    grey = evened(without_red(colour), FIELD_DPI)
    box = (box_left - left, box_top - top, box_right - left, box_bottom - top)
    others = _beside(printed.form, entry)
    return Window(
        left=left,
        top=top,
        box=box,
        reach=_reach(ink, box, [_moved(other, left, top) for other in others]),
        grey=grey,
        ink=ink_mask(grey),
        red=red_mask(colour),
        printed=ink,
        rules=printed.rules[top:bottom, left:right],
    )


def _beside(form: FormDefinition, entry: FieldDefinition) -> list[Box]:
    """Return the other fields that share rows with this one, in pixels of the form."""
    _, top, _, height = entry.box_mm
    found = []
    for other in form.every_field:
        other_left, other_top, other_wide, other_high = other.box_mm
        shared = min(top + height, other_top + other_high) - max(top, other_top)
        if other.id != entry.id and shared > _SHARED * min(height, other_high):
            found.append(
                (
                    to_px(other_left, FIELD_DPI),
                    to_px(other_top, FIELD_DPI),
                    to_px(other_left + other_wide, FIELD_DPI),
                    to_px(other_top + other_high, FIELD_DPI),
                )
            )
    return found


def _moved(box: Box, left: int, top: int) -> Box:
    return (box[0] - left, box[1] - top, box[2] - left, box[3] - top)


def _reach(printed: Mask, box: Box, others: list[Box]) -> Box:
    """Return the box made wider up to the next print or field, at most to the edges."""
    left, top, right, bottom = box
    inset = round((bottom - top) * _INSET)
    rows = printed[max(0, top + inset) : bottom - inset]
    columns = np.asarray(rows.any(axis=0), np.bool_)
    for first, _, last, _ in others:
        columns[max(0, first) : max(0, last)] = True
    before, behind = columns[:left], columns[right:]
    free_left = int(np.argmax(before[::-1])) if before.any() else len(before)
    free_right = int(np.argmax(behind)) if behind.any() else len(behind)
    return (left - free_left, top, right + free_right, bottom)


def picture_of(laid: LaidPage, entry: FieldDefinition) -> Picture:
    """Return a field with its surroundings in colour, upright, at FIELD_DPI."""
    left, top, wide, high = (to_px(side, FIELD_DPI) for side in entry.box_mm)
    around = to_px(_AROUND_MM, FIELD_DPI)
    return _warped(
        laid, (left - around, top - around, left + wide + around, top + high + around)
    )


def _settled(laid: LaidPage, region: Box, printed: Printing) -> Picture:
    """Return the region in colour, moved by up to _DRIFT_MM so that the print fits."""
    drift = to_px(_DRIFT_MM, FIELD_DPI)
    left, top, right, bottom = region
    wide = _warped(laid, (left - drift, top - drift, right + drift, bottom + drift))
    pieces = printed.pieces(region)
    if sum(np.count_nonzero(one.ink) for one in pieces) < to_px(5.0, FIELD_DPI) * 2:
        return wide[drift:-drift, drift:-drift]
    paper = evened(without_red(wide), FIELD_DPI)
    across, down = best_place(paper, pieces, drift)
    height, width = bottom - top, right - left
    return wide[down : down + height, across : across + width]


def _warped(laid: LaidPage, region: Box) -> Picture:
    """Return a region of the form, given in pixels at FIELD_DPI, from the page."""
    left, top, right, bottom = region
    scale = FIELD_DPI / MM_PER_INCH
    to_region = np.array([[scale, 0, -left], [0, scale, -top], [0, 0, 1.0]])
    return cast(
        "Picture",
        cv2.warpPerspective(
            laid.picture,
            to_region @ laid.px_to_mm,
            (right - left, bottom - top),
            flags=cv2.INTER_CUBIC,
            borderMode=cv2.BORDER_REPLICATE,
        ),
    )


def box_on_page(laid: LaidPage, entry: FieldDefinition) -> BoxPx:
    """Return where the field is on the upright page as scanned."""
    corners = _on_page(laid, entry, 0.0) * laid.scan_scale
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return BoxPx(int(left), int(top), int(np.ceil(right)), int(np.ceil(bottom)))


def _on_page(laid: LaidPage, entry: FieldDefinition, around_mm: float) -> Matrix:
    left, top, width, height = entry.box_mm
    corners = np.array(
        [
            [left - around_mm, top - around_mm],
            [left + width + around_mm, top - around_mm],
            [left + width + around_mm, top + height + around_mm],
            [left - around_mm, top + height + around_mm],
        ]
    )
    to_page: Any = np.linalg.inv(laid.px_to_mm)
    return cast("Matrix", cv2.perspectiveTransform(corners[None], to_page)[0])


def crop_for_a_person(laid: LaidPage, entry: FieldDefinition) -> bytes:
    """Return the field with its surroundings as scanned, small, as PNG."""
    corners = _on_page(laid, entry, _CROP_AROUND_MM)
    height, width = laid.picture.shape[:2]
    left, top = np.clip(np.floor(corners.min(axis=0)), 0, [width - 1, height - 1])
    right, bottom = np.clip(np.ceil(corners.max(axis=0)), 1, [width, height])
    crop = laid.picture[int(top) : int(bottom), int(left) : int(right)]
    if crop.size == 0:
        return b""
    across_mm = entry.box_mm[2] + 2 * _CROP_AROUND_MM
    dpi = (corners[1, 0] - corners[0, 0]) / across_mm * MM_PER_INCH
    return png_of(
        _few_colours(small_to_look_at(crop, min(1.0, _CROP_DPI / max(dpi, 1.0))))
    )


def _few_colours(picture: Picture) -> Picture:
    """Return the picture with noise rounded away, so that its PNG is small."""
    return picture // 16 * 16 + 8
