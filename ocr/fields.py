"""Fields cut from an aligned page: ink against the blank, marks, pictures to read."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.forms import FieldDefinition, FormDefinition
from ocr.model import BoxPx, FieldKind
from ocr.preprocess import (
    MM_PER_INCH,
    Mask,
    Matrix,
    Picture,
    Snippet,
    blank_picture,
    components,
    evened,
    ink_bounds,
    ink_mask,
    padded,
    png_of,
    red_mask,
    rules_of,
    scaled,
    to_px,
    widened,
    without_print,
    without_red,
    without_specks,
)

FIELD_DPI = 300.0
_AROUND_MM = 2.5
"""Seen around a box, for strokes that leave it."""
_TOLERANCE_MM = 0.22
"""The blank's print is taken out this much wider than drawn."""
_DRIFT_MM = 0.7
"""A field may lie this far off after the page was aligned (stretched paper)."""
_CROP_AROUND_MM = 4.0
_CROP_DPI = 130.0
_LEAST_INK_MM2 = 0.7
"""Less than this is no writing; a written 1 has about 2."""


@dataclass(frozen=True, slots=True)
class Printing:
    """What is printed on one blank, at FIELD_DPI."""

    form: FormDefinition
    ink: Mask = field(repr=False)
    rules: Mask = field(repr=False)


@dataclass(frozen=True, slots=True)
class LaidPage:
    """A page, upright, and where the form lies on it."""

    picture: Picture = field(repr=False)
    px_to_mm: Matrix = field(repr=False)
    scan_scale: float
    """Pixels of the scan per pixel of `picture`."""
    sha256: str
    page: int


@dataclass(frozen=True, slots=True)
class FieldCut:
    """One field as measured and cleaned, before any reading."""

    definition: FieldDefinition
    box_px: BoxPx
    ink: float
    blank: bool
    checked: bool | None
    snippet: Snippet | None
    """None for marks and for blank fields."""
    crop_png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Window:
    """A field's surroundings, cut from page and blank at FIELD_DPI."""

    left: int
    top: int
    """Corner of the window on the form."""
    box: tuple[int, int, int, int]
    """Left, top, right, bottom of the field inside the window."""
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


def cut_fields(laid: LaidPage, printed: Printing) -> tuple[FieldCut, ...]:
    """Return every field of the form, cut from the page."""
    return tuple(_cut(laid, printed, entry) for entry in printed.form.fields)


def _cut(laid: LaidPage, printed: Printing, entry: FieldDefinition) -> FieldCut:
    window = _window(laid, printed, entry)
    crop = _crop_for_a_person(laid, entry)
    box = _box_on_page(laid, entry)
    if entry.kind in (FieldKind.CHECK, FieldKind.SEAL):
        share, checked = _mark(window, entry.kind)
        return FieldCut(entry, box, share, checked is False, checked, None, crop)
    written = _written(window)
    share = _share(written, window.box)
    if _is_blank(written):
        return FieldCut(
            entry, box, share, blank=True, checked=None, snippet=None, crop_png=crop
        )
    snippet = _snippet(laid, window, written, entry)
    return FieldCut(entry, box, share, snippet is None, None, snippet, crop)


# --- Where the field is -----------------------------------------------------------


def _window(laid: LaidPage, printed: Printing, entry: FieldDefinition) -> _Window:
    left_mm, top_mm, width_mm, height_mm = entry.box_mm
    high, wide = printed.ink.shape
    around = to_px(_AROUND_MM, FIELD_DPI)
    box_left, box_top = to_px(left_mm, FIELD_DPI), to_px(top_mm, FIELD_DPI)
    box_right = to_px(left_mm + width_mm, FIELD_DPI)
    box_bottom = to_px(top_mm + height_mm, FIELD_DPI)
    left, top = max(0, box_left - around), max(0, box_top - around)
    right, bottom = min(wide, box_right + around), min(high, box_bottom + around)
    region = (left, top, right, bottom)
    ink = printed.ink[top:bottom, left:right]
    colour = _settled(laid, region, ink)
    grey = evened(without_red(colour), FIELD_DPI)
    return _Window(
        left=left,
        top=top,
        box=(box_left - left, box_top - top, box_right - left, box_bottom - top),
        grey=grey,
        ink=ink_mask(grey),
        red=red_mask(colour),
        printed=ink,
        rules=printed.rules[top:bottom, left:right],
    )


def _settled(laid: LaidPage, region: tuple[int, int, int, int], ink: Mask) -> Picture:
    """Return the region in colour, moved by up to _DRIFT_MM so that the print fits."""
    drift = to_px(_DRIFT_MM, FIELD_DPI)
    left, top, right, bottom = region
    wide = _warped(laid, (left - drift, top - drift, right + drift, bottom + drift))
    if ink.sum() < to_px(5.0, FIELD_DPI) * 2:
        return wide[drift:-drift, drift:-drift]
    seen = 255 - evened(without_red(wide), FIELD_DPI)
    fit = cv2.matchTemplate(
        seen.astype(np.float32), ink.astype(np.float32), cv2.TM_CCORR
    )
    # Among equally good places the nearest wins: a lone rule fits all along itself.
    offsets = np.arange(-drift, drift + 1, dtype=np.float32)
    away = offsets[:, None] ** 2 + offsets[None, :] ** 2
    fit = fit * (1.0 - 0.06 * away / drift**2)
    _, _, _, (across, down) = cv2.minMaxLoc(fit)
    height, width = ink.shape
    return wide[down : down + height, across : across + width]


def _warped(laid: LaidPage, region: tuple[int, int, int, int]) -> Picture:
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


def _box_on_page(laid: LaidPage, entry: FieldDefinition) -> BoxPx:
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


def _crop_for_a_person(laid: LaidPage, entry: FieldDefinition) -> bytes:
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
    return png_of(_few_colours(scaled(crop, min(1.0, _CROP_DPI / max(dpi, 1.0)))))


def _few_colours(picture: Picture) -> Picture:
    """Return the picture with noise rounded away, so that its PNG is small."""
    return (picture & 0xF0) | 0x08


# --- What is written --------------------------------------------------------------


def _written(window: _Window) -> Mask:
    """Return the ink that is not on the blank and belongs to this field."""
    tolerant = widened(window.printed, _TOLERANCE_MM, FIELD_DPI)
    cleaned = without_print(window.grey, window.ink, tolerant, FIELD_DPI)
    ink = without_specks(ink_mask(cleaned), FIELD_DPI)
    return _belonging(ink, window.box)


def _belonging(ink: Mask, box: tuple[int, int, int, int]) -> Mask:
    """Return the pieces of ink of which most lies inside the box."""
    labels, stats, _ = components(ink)
    left, top, right, bottom = box
    inside = np.bincount(
        labels[max(0, top) : bottom, max(0, left) : right].ravel(), minlength=len(stats)
    )
    keep = inside * 2 > stats[:, cv2.CC_STAT_AREA]
    keep[0] = False
    return cast("Mask", keep[labels])


def _share(ink: Mask, box: tuple[int, int, int, int]) -> float:
    left, top, right, bottom = box
    area = max(1, (right - left) * (bottom - top))
    return min(1.0, float(ink.sum()) / area)


def _is_blank(written: Mask) -> bool:
    px_per_mm2 = (FIELD_DPI / MM_PER_INCH) ** 2
    if written.sum() < _LEAST_INK_MM2 * px_per_mm2:
        return True
    bounds = ink_bounds(written)
    if bounds is None:
        return True
    left, top, right, bottom = bounds
    return max(right - left, bottom - top) < to_px(1.2, FIELD_DPI)


def _mark(window: _Window, kind: FieldKind) -> tuple[float, bool | None]:
    """Return the share of the box that is inked beyond the blank, and what it says."""
    tolerant = widened(window.printed, _TOLERANCE_MM + 0.08, FIELD_DPI)
    dark = ink_mask(window.grey) | widened(window.red, 0.1, FIELD_DPI)
    new = without_specks(dark & ~tolerant, FIELD_DPI, area_mm2=0.1)
    left, top, right, bottom = window.box
    inside = new[top:bottom, left:right]
    share = float(inside.mean()) if inside.size else 0.0
    low, high = (0.012, 0.035) if kind is FieldKind.CHECK else (0.01, 0.025)
    if share >= high:
        return share, True
    return share, False if share <= low else None


# --- The picture to read ----------------------------------------------------------


def _snippet(
    laid: LaidPage, window: _Window, written: Mask, entry: FieldDefinition
) -> Snippet | None:
    grey = _readable(window, written, entry.kind)
    cells: tuple[Picture, ...] = ()
    if entry.cells is not None:
        cells = _cells(grey, written, window.box, entry.cells)
        lines = (_side_by_side(cells),) if cells else ()
    else:
        lines = _lines(grey, written, entry.lines)
    if not lines:
        return None
    return Snippet(
        laid.sha256, laid.page, entry.id, entry.kind, entry.box_mm, lines, cells
    )


def _readable(window: _Window, written: Mask, kind: FieldKind) -> Picture:
    """Return the field's own writing on white; a date keeps its printed 年 月 日."""
    if kind is FieldKind.DATE:
        tolerant = widened(window.rules, _TOLERANCE_MM, FIELD_DPI)
        left, top, right, bottom = window.box
        own = written.copy()
        own[top:bottom, left:right] |= (window.ink & window.printed)[
            top:bottom, left:right
        ]
    else:
        tolerant = widened(window.printed, _TOLERANCE_MM, FIELD_DPI)
        own = written
    cleaned = without_print(window.grey, window.ink, tolerant, FIELD_DPI)
    near = widened(own, 0.25, FIELD_DPI)
    return np.where(near, cleaned, np.uint8(255)).astype(np.uint8)


def _lines(grey: Picture, written: Mask, most: int) -> tuple[Picture, ...]:
    ink = ink_mask(grey, 190)
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
        written.sum(axis=1).astype(np.float32)[:, None], (1, 0 + 9), 0
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
    margin = max(4, round(0.18 * cut.shape[0]))
    return [padded(cut, margin, margin)]


def _cells(
    grey: Picture, written: Mask, box: tuple[int, int, int, int], count: int
) -> tuple[Picture, ...]:
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
        ink.sum() < 0.35 * (FIELD_DPI / MM_PER_INCH) ** 2
        or max(tall, bounds[2] - bounds[0]) < to_px(1.0, FIELD_DPI)
    )


def _side_by_side(cells: tuple[Picture, ...]) -> Picture:
    """Return the characters set as one line with the spacing of print."""
    height = max(cell.shape[0] for cell in cells)
    gap = max(4, round(0.22 * height))
    pieces: list[NDArray[np.uint8]] = []
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
