"""Every field of an aligned page: measured against the blank, cut, made readable."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ocr.fields.choices import chosen_options
from ocr.fields.codes import codes_on
from ocr.fields.marks import check_mark
from ocr.fields.pictures import cells_of, lines_of, readable, side_by_side
from ocr.fields.signed import seal_around, seal_mark, signature_mark
from ocr.fields.stamps import is_struck_out
from ocr.fields.window import (
    LaidPage,
    Printing,
    Window,
    box_on_page,
    crop_for_a_person,
    picture_of,
    window_of,
)
from ocr.fields.writing import Written, is_blank, share_of, written_in
from ocr.forms import FieldDefinition
from ocr.model import TOWNS, BoxPx, FieldKind, Reading
from ocr.preprocess import (
    Picture,
    Snippet,
)

_SEAL_LEFT_MM = 60.0
"""Many stamp over or behind their name, left of the place for the seal."""
"""List of words of an address, unless the form names another."""


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
    faint: bool = False
    """Seems empty, with traces of ink."""
    covered: bool = False
    """A seal may hide writing."""
    code: Reading | None = None
    """CODE: what a machine printed there."""


def cut_fields(laid: LaidPage, printed: Printing) -> tuple[FieldCut, ...]:
    """Return every field of the form, cut from the page.

    In a table, `required` holds for the rows in which something is written.
    """
    cuts = [_cut(laid, printed, entry) for entry in printed.form.every_field]
    cuts = _asked_if_sealed_elsewhere(laid, printed, cuts)
    written = {
        (cut.definition.table, cut.definition.row) for cut in cuts if _has_writing(cut)
    }
    return tuple(
        _not_required(cut)
        if cut.definition.table
        and (cut.definition.table, cut.definition.row) not in written
        else cut
        for cut in cuts
    )


def _asked_if_sealed_elsewhere(
    laid: LaidPage, printed: Printing, cuts: list[FieldCut]
) -> list[FieldCut]:
    """Return the places for seals undecided where a seal stands over a name instead."""
    unsealed = [
        cut.definition.kind is FieldKind.SEAL and cut.checked is False for cut in cuts
    ]
    if not any(unsealed) or not any(
        _is_sealed_name(laid, printed, cut) for cut in cuts
    ):
        return cuts
    return [
        replace(cut, blank=False, checked=None) if bare else cut
        for cut, bare in zip(cuts, unsealed, strict=True)
    ]


def _is_sealed_name(laid: LaidPage, printed: Printing, cut: FieldCut) -> bool:
    if cut.definition.kind is not FieldKind.NAME:
        return False
    if cut.covered:
        return True
    return seal_around(window_of(laid, printed, cut.definition)) is not False


def _has_writing(cut: FieldCut) -> bool:
    return not cut.blank or bool(cut.chosen)


def _not_required(cut: FieldCut) -> FieldCut:
    definition = cut.definition.model_copy(update={"required": False})
    return replace(cut, definition=definition)


def _cut(laid: LaidPage, printed: Printing, entry: FieldDefinition) -> FieldCut:
    crop = crop_for_a_person(laid, entry)
    box = box_on_page(laid, entry)
    if entry.kind is FieldKind.CHOICE:
        share, chosen = chosen_options(laid, printed, entry)
        empty = FieldCut(entry, box, share, chosen == (), None, None, crop)
        return replace(empty, chosen=chosen)
    if entry.kind is FieldKind.CODE:
        return _code(laid, entry, box, crop)
    window = window_of(laid, printed, entry)
    if entry.kind in (FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE):
        return _marked(
            laid,
            printed,
            window,
            FieldCut(
                entry, box, 0.0, blank=False, checked=None, snippet=None, crop_png=crop
            ),
        )
    found = written_in(window)
    written = found.ink
    share = share_of(written, window.box)
    chosen = chosen_options(laid, printed, entry)[1] if entry.options else None
    if is_blank(written):
        cut = FieldCut(
            entry, box, share, blank=True, checked=None, snippet=None, crop_png=crop
        )
        return replace(cut, chosen=chosen, covered=found.covered, faint=found.faint)
    snippet = _snippet(laid, window, found, entry)
    struck_out = is_struck_out(written)
    cut = FieldCut(entry, box, share, snippet is None, None, snippet, crop, struck_out)
    return replace(cut, chosen=chosen, covered=found.covered)


def _marked(
    laid: LaidPage, printed: Printing, window: Window, cut: FieldCut
) -> FieldCut:
    entry = cut.definition
    share, checked = _mark(window, entry.kind)
    if entry.kind is FieldKind.SEAL and checked is not True:
        beside = window_of(laid, printed, entry, also_left_mm=_SEAL_LEFT_MM)
        around = seal_around(beside)
        checked = around if around is not False else checked
    return replace(cut, ink=share, blank=checked is False, checked=checked)


def _code(laid: LaidPage, entry: FieldDefinition, box: BoxPx, crop: bytes) -> FieldCut:
    found = codes_on(picture_of(laid, entry))
    blank = FieldCut(entry, box, 0.0, not found, None, None, crop)
    if len({code.text for code in found}) != 1:
        return blank
    return replace(blank, code=Reading("code", found[0].text, 1.0))


def _mark(window: Window, kind: FieldKind) -> tuple[float, bool | None]:
    """Return the share of the box that is inked beyond the blank, and what it says."""
    if kind is FieldKind.CHECK:
        return check_mark(window)
    return seal_mark(window) if kind is FieldKind.SEAL else signature_mark(window)


def _snippet(
    laid: LaidPage, window: Window, found: Written, entry: FieldDefinition
) -> Snippet | None:
    grey, written = readable(found, entry.kind), found.ink
    cells: tuple[Picture, ...] = ()
    if entry.cells is not None:
        cells = cells_of(grey, written, window.box, entry.cells)
        lines: tuple[Picture, ...] = (side_by_side(cells),) if cells else ()
    else:
        lines = lines_of(grey, written, entry.lines)
    if not lines:
        return None
    usual = TOWNS if entry.kind is FieldKind.ADDRESS else ""
    return Snippet(
        laid.sha256,
        laid.page,
        entry.id,
        entry.kind,
        entry.box_mm,
        lines,
        cells,
        entry.words or usual,
    )
