"""Pages of PDF files, drawn by PDFium: scans, born-digital pages, and mixtures."""

from __future__ import annotations

import ctypes
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from ocr.errors import ReadingError
from ocr.page import FULL_DPI, Limits, Page, a4_dpi, broken_page, is_a_sheet
from ocr.preprocess import MM_PER_INCH, Picture

_POINTS_PER_INCH = 72.0
_BORN_DIGITAL_MIN_CHARS = 20
_SCAN_SHARE = 0.3
"""Of the page covered by pictures, from which it is a scan: forms bear small ones."""
_MOST_LETTERS_SEEN = 400
_NESTED = 15
"""Depth to which pictures are looked for in forms within forms."""
_LAYERS = 3
"""Mask, foreground and background: a compressed scan is so many pictures deep."""
_LONGEST_PX = 5000
_LEAST_PX = 16
_PDFIUM_LOCK = threading.Lock()
"""PDFium keeps process-wide state: only one thread may be inside it at a time."""


def pdf_pages(path: Path, limits: Limits, first: int) -> Iterator[Page]:
    """Yield the pages of a PDF; see `ocr.pages.open_pages`."""
    _refuse_cut_off(path)
    with _PDFIUM_LOCK:
        document = _open_pdf(path)
    try:
        with _PDFIUM_LOCK:
            count = _page_count(document, limits)
            has_entries = document.get_formtype() != pdfium_c.FORMTYPE_NONE
            if has_entries:
                document.init_forms()
        for index in range(first - 1, count):
            try:
                with _PDFIUM_LOCK:
                    page = _page(document, index, limits, has_entries=has_entries)
            except ReadingError as error:
                page = broken_page(index + 1, error)
            yield page
    finally:
        with _PDFIUM_LOCK:
            document.close()


def count_pdf_pages(path: Path, limits: Limits) -> int:
    """Return how many pages a PDF has, without drawing any."""
    _refuse_cut_off(path)
    with _PDFIUM_LOCK:
        document = _open_pdf(path)
        try:
            return _page_count(document, limits)
        finally:
            document.close()


def _page_count(document: Any, limits: Limits) -> int:
    count = len(document)
    if count > limits.max_pages:
        raise ReadingError("PAGE-006", f"{count} pages")
    if count == 0:
        raise ReadingError("PAGE-001", "PDF without pages")
    return count


def _refuse_cut_off(path: Path) -> None:
    """Raise PAGE-001 for a PDF without its end; PDFium would repair it, losing pages."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - 2048))
        if b"%%EOF" not in stream.read():
            raise ReadingError("PAGE-001", "no %%EOF at the end of the PDF")


def _open_pdf(path: Path) -> Any:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as error:
        if error.err_code in (pdfium_c.FPDF_ERR_PASSWORD, pdfium_c.FPDF_ERR_SECURITY):
            raise ReadingError("PAGE-002", "PDF wants a password") from error
        raise ReadingError("PAGE-001", "PDF structure is broken") from error


def _page(document: Any, index: int, limits: Limits, *, has_entries: bool) -> Page:
    number = index + 1
    try:
        page = document[index]
    except pdfium.PdfiumError as error:
        raise ReadingError("PAGE-001", f"page {number} cannot be opened") from error
    try:
        images = list(
            page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=_NESTED)
        )
        _refuse_too_many_pixels(images, number, limits)
        wide_pt, high_pt = page.get_size()
        scale, dpi = _drawing(wide_pt, high_pt, number)
        bitmap = page.render(scale=scale, rev_byteorder=False)
        picture = _bitmap_to_colour(bitmap.to_numpy())
        bitmap.close()
        if images and bool((picture == 255).all()):
            images[0].get_bitmap()  # raises when the scan inside cannot be decoded
        born = not has_entries and not _is_scan(page, images) and _has_text(page)
        size = (wide_pt, high_pt) if born else None
    except pdfium.PdfiumError as error:
        raise ReadingError("PAGE-001", f"page {number} cannot be drawn") from error
    finally:
        page.close()
    return Page(number, picture, dpi, born_digital=born, pdf_size=size)


def _refuse_too_many_pixels(images: list[Any], number: int, limits: Limits) -> None:
    total = 0
    for image in images:
        across, down = image.get_px_size()
        total += across * down
        if across * down > limits.max_pixels or total > _LAYERS * limits.max_pixels:
            raise ReadingError("PAGE-003", f"page {number}: {across} x {down} px")


def _drawing(width_pt: float, height_pt: float, number: int) -> tuple[float, float]:
    """Return dots per point to draw at, and dots per inch of paper that makes.

    A page that no sheet of paper has the size of is a scan put in at 72 or 96 dots
    per inch, or a thumbnail: it is taken to be A4.
    """
    long_pt = max(width_pt, height_pt)
    if not 0 < long_pt < float("inf") or min(width_pt, height_pt) <= 0:
        raise ReadingError("PAGE-001", f"page {number} has no size")
    dpi = FULL_DPI
    if not is_a_sheet(long_pt / _POINTS_PER_INCH * MM_PER_INCH):
        long_px = FULL_DPI / a4_dpi(1.0)
        scale = long_px / long_pt
    else:
        scale = min(FULL_DPI / _POINTS_PER_INCH, _LONGEST_PX / long_pt)
        dpi = scale * _POINTS_PER_INCH
    if min(width_pt, height_pt) * scale < _LEAST_PX:
        raise ReadingError("PAGE-001", f"page {number} is a strip, no sheet")
    return scale, dpi


def _bitmap_to_colour(pixels: Picture) -> Picture:
    if pixels.ndim == 2:
        return cast("Picture", cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR))
    if pixels.shape[2] == 1:
        return cast("Picture", cv2.cvtColor(pixels[:, :, 0], cv2.COLOR_GRAY2BGR))
    return np.ascontiguousarray(pixels[:, :, :3])


def _is_scan(page: Any, images: list[Any]) -> bool:
    """Tell whether pictures make up the page, in one piece or in strips and tiles."""
    left, bottom, right, top = page.get_cropbox()
    wide, high = right - left, top - bottom
    if wide <= 0 or high <= 0:
        return True
    grid = np.zeros((100, 100), np.bool_)
    for image in images:
        x0, y0, x1, y1 = image.get_bounds()
        columns = _cells((x0 - left) / wide, (x1 - left) / wide)
        rows = _cells((y0 - bottom) / high, (y1 - bottom) / high)
        grid[rows, columns] = True
    return bool(grid.mean() > _SCAN_SHARE)


def _cells(start: float, end: float) -> slice:
    low, high = sorted(min(max(side, 0.0), 1.0) * 100 for side in (start, end))
    return slice(int(low), int(np.ceil(high)))


def _has_text(page: Any) -> bool:
    """Tell whether the page has text of its own that is drawn, not laid under a scan."""
    text = page.get_textpage()
    try:
        count = text.count_chars()
        step = max(1, count // _MOST_LETTERS_SEEN)
        looked_at = range(0, count, step)
        drawn = sum(_is_drawn(text, index) for index in looked_at)
        return bool(drawn * step >= _BORN_DIGITAL_MIN_CHARS)
    finally:
        text.close()


def _is_drawn(text: Any, index: int) -> bool:
    """Tell whether a letter can be seen: what OCR programs add cannot."""
    owner = pdfium_c.FPDFText_GetTextObject(text, index)
    if not owner:
        return True
    mode = pdfium_c.FPDFTextObj_GetTextRenderMode(owner)
    if mode == pdfium_c.FPDF_TEXTRENDERMODE_INVISIBLE:
        return False
    colour = [ctypes.c_uint() for _ in range(4)]
    known = pdfium_c.FPDFText_GetFillColor(text, index, *colour)
    return not known or colour[3].value > 0
