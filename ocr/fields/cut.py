"""Every field of an aligned page: measured against the blank, cut, made readable."""

from __future__ import annotations

from dataclasses import dataclass, field

from ocr.fields.marks import check_mark
from ocr.fields.stamps import has_seal_nearby, is_struck_out
from ocr.fields.window import (
    FIELD_DPI,
    LaidPage,
    Printing,
    Window,
    box_on_page,
    crop_for_a_person,
    window_of,
)
from ocr.fields.writing import (
    TOLERANCE_MM,
    cells_of,
    is_blank,
    lines_of,
    readable,
    share_of,
    side_by_side,
    written_in,
)
from ocr.forms import FieldDefinition
from ocr.model import BoxPx, FieldKind
from ocr.preprocess import Mask, Picture, Snippet, ink_mask, widened, without_specks

_SEAL_LEFT_MM = 60.0
"""Many stamp over or behind their name, left of the place for the seal."""
_UNSEALED_SHARE, _SEALED_SHARE = 0.01, 0.025


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
    struck_out: bool = False
    """A line is drawn through the writing."""
    chosen: tuple[str, ...] | None = None
    """Options marked beyond doubt; None when undecided or without options."""


def cut_fields(laid: LaidPage, printed: Printing) -> tuple[FieldCut, ...]:
    """Return every field of the form, cut from the page."""
    return tuple(_cut(laid, printed, entry) for entry in printed.form.every_field)


def _cut(laid: LaidPage, printed: Printing, entry: FieldDefinition) -> FieldCut:
    window = window_of(laid, printed, entry)
    crop = crop_for_a_person(laid, entry)
    box = box_on_page(laid, entry)
    if entry.kind in (FieldKind.CHECK, FieldKind.SEAL):
        share, checked = _mark(window, entry.kind)
        if entry.kind is FieldKind.SEAL and checked is not True:
            beside = window_of(laid, printed, entry, also_left_mm=_SEAL_LEFT_MM)
            checked = True if has_seal_nearby(beside) else checked
        return FieldCut(entry, box, share, checked is False, checked, None, crop)
    written = written_in(window)
    share = share_of(written, window.box)
    if is_blank(written):
        return FieldCut(
            entry, box, share, blank=True, checked=None, snippet=None, crop_png=crop
        )
    snippet = _snippet(laid, window, written, entry)
    struck_out = is_struck_out(written)
    return FieldCut(entry, box, share, snippet is None, None, snippet, crop, struck_out)


def _mark(window: Window, kind: FieldKind) -> tuple[float, bool | None]:
    """Return the share of the box that is inked beyond the blank, and what it says."""
    return check_mark(window) if kind is FieldKind.CHECK else _seal_mark(window)


def _seal_mark(window: Window) -> tuple[float, bool | None]:
    tolerant = widened(window.printed, TOLERANCE_MM + 0.08, FIELD_DPI)
    dark = ink_mask(window.grey) | widened(window.red, 0.1, FIELD_DPI)
    new = without_specks(dark & ~tolerant, FIELD_DPI, area_mm2=0.1)
    left, top, right, bottom = window.box
    inside = new[top:bottom, left:right]
    share = float(inside.mean()) if inside.size else 0.0
    if share >= _SEALED_SHARE:
        return share, True
    return share, False if share <= _UNSEALED_SHARE else None


def _snippet(
    laid: LaidPage, window: Window, written: Mask, entry: FieldDefinition
) -> Snippet | None:
    grey = readable(window, written, entry.kind)
    cells: tuple[Picture, ...] = ()
    if entry.cells is not None:
        cells = cells_of(grey, written, window.box, entry.cells)
        lines: tuple[Picture, ...] = (side_by_side(cells),) if cells else ()
    else:
        lines = lines_of(grey, written, entry.lines)
    if not lines:
        return None
    return Snippet(
        laid.sha256, laid.page, entry.id, entry.kind, entry.box_mm, lines, cells
    )
