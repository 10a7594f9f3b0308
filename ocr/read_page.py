"""One page in, its fields as every reader saw them."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from ocr import align
from ocr.empty_sheet import is_empty_sheet
from ocr.engines.base import Engine
from ocr.engines.pdf_text import PdfTextEngine
from ocr.fields.cut import FieldCut, cut_fields
from ocr.fields.window import LaidPage, is_printed
from ocr.forms import FormDefinition
from ocr.lay import KnownForm, find_form, turned_deg, upright
from ocr.model import FieldKind, FieldReading, PageReading, Reading
from ocr.pages import Page
from ocr.preprocess import (
    Picture,
    Snippet,
    grey_of,
    png_of,
    small_to_look_at,
    without_colour,
)

_PAGE_PNG_BYTES = 200_000
_PAGE_PNG_LONG_PX = 1100


def read_page(
    path: Path,
    sha256: str,
    page: Page,
    known: Sequence[KnownForm],
    readers: Sequence[Engine],
) -> PageReading:
    """Return one page's form and fields as the readers saw them.

    Args:
        path: The file; born-digital pages take their text from it.
        sha256: Of the file.
        page: One of its pages.
        known: Forms that it may be.
        readers: First reader first.

    Raises:
        ReadingError: The page's own fault (PAGE-, FORM-), or ENGINE-001.
    """
    if page.error is not None:
        raise page.error
    grey = grey_of(page.picture)
    if not page.born_digital and is_empty_sheet(grey, page.dpi):
        return _without_fields(page, blank_page=True)
    form, position = find_form(page, grey, known)
    by_deg = turned_deg(position.px_to_mm, page.picture)
    plain = without_colour(page.picture, grey)
    picture, px_to_mm = upright(plain, position.px_to_mm, by_deg)
    laid = LaidPage(picture, px_to_mm, page.scan_scale, sha256, page.number)
    cuts = cut_fields(laid, form.printing)
    if page.born_digital:
        readers = (_text_reader(path, page, position, form),)
    readings = _readings(readers, [cut.snippet for cut in cuts if cut.snippet])
    fields = tuple(
        _field_reading(cut, readings.get(cut.definition.id, ())) for cut in cuts
    )
    return PageReading(
        page=page.number,
        form=position.form.form,
        form_version=position.form.version,
        rotation_deg=by_deg,
        residual_mm=round(position.residual_mm, 4),
        worst_residual_mm=round(position.bend_mm, 4),
        born_digital=page.born_digital,
        fields=fields,
        totals=position.form.totals,
        continues=position.form.continues,
        bound_by=_bound_by(position.form, fields),
        page_png=_small_png(upright(grey, position.px_to_mm, by_deg)[0]),
        size_px=(picture.shape[1], picture.shape[0]),
    )


def _bound_by(form: FormDefinition, fields: Sequence[FieldReading]) -> str:
    """Return what joins this page to others; empty unless all readers agree on it."""
    for entry in fields:
        if entry.field_id == form.bound_by and entry.readings and not entry.struck_out:
            texts = {reading.text for reading in entry.readings}
            by_machine = entry.kind is FieldKind.CODE
            if len(texts) == 1 and (by_machine or len(entry.readings) > 1):
                return texts.pop()
    return ""


def _text_reader(
    path: Path, page: Page, position: align.Alignment, form: KnownForm
) -> PdfTextEngine:
    points_to_px = np.diag([page.dpi / 72.0, page.dpi / 72.0, 1.0])
    return PdfTextEngine(
        path,
        page.number,
        position.px_to_mm @ points_to_px,
        functools.partial(is_printed, form.printing),
    )


def _readings(
    readers: Sequence[Engine], snippets: Sequence[Snippet]
) -> dict[str, tuple[Reading, ...]]:
    if not snippets:
        return {}
    by_reader = [reader.read(snippets) for reader in readers]
    return {
        snippet.field_id: tuple(reading for reading in found if reading is not None)
        for snippet, *found in zip(snippets, *by_reader, strict=True)
    }


def _field_reading(cut: FieldCut, readings: tuple[Reading, ...]) -> FieldReading:
    if cut.code is not None:
        readings = (cut.code,)
    readings = tuple(_with_era(cut, reading) for reading in readings)
    return FieldReading(
        field_id=cut.definition.id,
        label=cut.definition.label,
        kind=cut.definition.kind,
        error_class=cut.definition.error_class,
        required=cut.definition.required,
        box_px=cut.box_px,
        ink=round(cut.ink, 5),
        blank=cut.blank,
        checked=cut.checked,
        readings=readings,
        crop_png=cut.crop_png,
        struck_out=cut.struck_out,
        covered=cut.covered,
        faint=cut.faint,
        options=tuple(option.value for option in cut.definition.options),
        chosen=cut.chosen,
        several=cut.definition.several,
        check_digit=cut.definition.check_digit or "",
        table=cut.definition.table,
        row=cut.definition.row,
        words=cut.definition.words or "",
        says=cut.definition.says,
    )


def _with_era(cut: FieldCut, reading: Reading) -> Reading:
    """Return a date with the era that is circled beside it."""
    if cut.definition.kind is not FieldKind.DATE or not cut.chosen:
        return reading
    era = cut.chosen[0]
    if era == "西暦":
        return reading
    return replace(
        reading,
        text=era + reading.text,
        runners_up=tuple(
            replace(other, text=era + other.text) for other in reading.runners_up
        ),
    )


def troubled(page: Page, code: str) -> PageReading:
    """Return a page without fields that a person must look at, with the reason."""
    return _without_fields(page, blank_page=False, trouble=code)


def _without_fields(
    page: Page, *, blank_page: bool, trouble: str | None = None
) -> PageReading:
    return PageReading(
        page=page.number,
        form=None,
        form_version=None,
        rotation_deg=0,
        residual_mm=None,
        born_digital=page.born_digital,
        fields=(),
        trouble=trouble,
        blank_page=blank_page,
        page_png=b"" if blank_page else _small_png(page.picture),
    )


def _small_png(picture: Picture) -> bytes:
    """Return the page in grey as PNG of at most 200 kB; empty when there is none."""
    if picture.size == 0:
        return b""
    grey = grey_of(picture)
    long_px = _PAGE_PNG_LONG_PX
    while True:
        small = small_to_look_at(grey, min(1.0, long_px / max(grey.shape)))
        encoded = png_of(small // 32 * 32 + 16)
        if len(encoded) <= _PAGE_PNG_BYTES:
            return encoded
        long_px = long_px * 4 // 5
