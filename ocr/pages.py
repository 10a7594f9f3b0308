"""Scanned files opened page by page: PDF, multi-page TIFF, PNG, JPEG.

A file is known by its content, never by its name. Sizes are checked in the header
before anything is decoded, and one page at a time is in memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import math
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Literal, cast

import cv2
import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ocr.errors import ReadingError

Picture = NDArray[np.uint8]

FULL_DPI = 300.0
MM_PER_INCH = 25.4
_A4_LONG_MM = 297.0
_BORN_DIGITAL_MIN_CHARS = 20
_PDFIUM_LOCK = threading.Lock()
"""PDFium keeps process-wide state: only one thread may be inside it at a time."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is opened."""

    max_pixels: int = 80_000_000
    """Of one page as stored; A3 at 600 dpi has 70 million."""
    max_pages: int = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page as scanned, or the reason why there is none."""

    number: int
    """1-based."""
    picture: Picture = field(repr=False)
    """Height x width x 3, blue-green-red; at most about 300 dpi."""
    dpi: float
    """Pixels of `picture` per inch of paper, estimated when the file does not say."""
    scan_scale: float = 1.0
    """Pixels of the scan per pixel of `picture`."""
    born_digital: bool = False
    """PDF with its own text and without a scan under it."""
    pdf_size: tuple[float, float] | None = None
    """Width and height in PDF points, for born-digital pages."""
    error: ReadingError | None = None


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def open_pages(
    path: Path, limits: Limits | None = None, *, first: int = 1
) -> Iterator[Page]:
    """Yield the pages of a scanned file in order, one in memory at a time.

    A page that cannot be decoded is yielded with its `error`; the others follow.

    Args:
        path: The file.
        limits: Bounds on pixels and pages.
        first: 1-based page to begin with; those before it are not decoded.

    Raises:
        ReadingError: PAGE-001 broken or cut off, PAGE-002 password, PAGE-003 too many
            pixels, PAGE-004 no such kind of file, PAGE-005 empty, PAGE-006 too many
            pages.
    """
    bounds = limits or Limits()
    kind = _kind_of(path)
    if kind == "PDF":
        yield from _pdf_pages(path, bounds, first)
    else:
        yield from _image_pages(path, kind, bounds, first)


def count_pages(path: Path, limits: Limits | None = None) -> int:
    """Return how many pages a file has, without decoding any.

    Raises:
        ReadingError: As `open_pages`.
    """
    bounds = limits or Limits()
    kind = _kind_of(path)
    if kind != "PDF":
        with path.open("rb") as stream:
            return _frame_count(_open_image(stream, kind), bounds)
    _refuse_cut_off_pdf(path)
    with _PDFIUM_LOCK:
        document = _open_pdf(path)
        try:
            return _pdf_page_count(document, bounds)
        finally:
            document.close()


def broken_page(number: int, error: ReadingError) -> Page:
    """Return a page without a picture, with the reason."""
    return Page(number, np.zeros((0, 0, 3), np.uint8), FULL_DPI, error=error)


Kind = Literal["PDF", "TIFF", "PNG", "JPEG"]
_SIGNATURES: tuple[tuple[bytes, Kind], ...] = (
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
)


def _kind_of(path: Path) -> Kind:
    with path.open("rb") as stream:
        head = stream.read(1024)
    if not head:
        raise ReadingError("PAGE-005", "0 bytes")
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            return kind
    if b"%PDF-" in head:
        return "PDF"
    raise ReadingError("PAGE-004", "first bytes are of no PDF, TIFF, PNG or JPEG")


# --- TIFF, PNG, JPEG --------------------------------------------------------------


def _image_pages(path: Path, kind: Kind, limits: Limits, first: int) -> Iterator[Page]:
    with path.open("rb") as stream:
        image = _open_image(stream, kind)
        frames = _frame_count(image, limits)
        if frames == 1:
            if first == 1:
                yield _image_page(image, 1, limits)
            return
        for number in range(first, frames + 1):
            try:
                with _decoder_faults(f"page {number}"):
                    image.seek(number - 1)
                page = _image_page(image, number, limits)
            except ReadingError as error:
                page = broken_page(number, error)
            yield page


def _open_image(stream: BinaryIO, kind: Kind) -> Image.Image:
    with _decoder_faults("header"):
        return Image.open(stream, formats=[kind])


@contextlib.contextmanager
def _decoder_faults(place: str) -> Iterator[None]:
    """Turn whatever a decoder raises on bad bytes into a ReadingError."""
    try:
        yield
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise ReadingError("PAGE-003", f"{place}: too many pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError, TypeError, KeyError) as error:
        # Pillow's plugins raise any of these on malformed files.
        raise ReadingError("PAGE-001", f"{place}: {type(error).__name__}") from error
    except (IndexError, ArithmeticError, MemoryError, UserWarning) as error:
        raise ReadingError("PAGE-001", f"{place}: {type(error).__name__}") from error


def _frame_count(image: Image.Image, limits: Limits) -> int:
    if image.format != "TIFF":
        return 1  # animated PNG and MPO previews: the first picture is the page
    count = 1
    while count <= limits.max_pages:
        try:
            with _decoder_faults(f"page {count + 1}"):
                image.seek(count)
        except ReadingError as error:
            if isinstance(error.__cause__, EOFError):
                break
            if error.code == "PAGE-003":  # the directory is whole, go on behind it
                count += 1
                continue
            count += 1  # a broken directory: that page is lost and ends the chain
            break
        count += 1
    if count > limits.max_pages:
        raise ReadingError("PAGE-006", f"more than {limits.max_pages} pages")
    with _decoder_faults("page 1"):
        image.seek(0)
    return count


def _image_page(image: Image.Image, number: int, limits: Limits) -> Page:
    width, height = image.size
    if width * height > limits.max_pixels:
        raise ReadingError("PAGE-003", f"page {number}: {width} x {height} px")
    with _decoder_faults(f"page {number}"):
        resolution = _stated_dpi(image)
        picture = _to_colour(image)
    return _at_most_full_dpi(number, picture, resolution)


def _stated_dpi(image: Image.Image) -> tuple[float, float] | None:
    stated = image.info.get("dpi")
    if not isinstance(stated, tuple) or len(stated) != 2:
        return None
    across, down = float(stated[0]), float(stated[1])
    if image.getexif().get(0x0112, 1) in (5, 6, 7, 8):  # stored on its side
        across, down = down, across
    return across, down


def _to_colour(image: Image.Image) -> Picture:
    upright = ImageOps.exif_transpose(image)
    if upright.mode.startswith("I;16"):
        grey = (np.asarray(upright) >> 8).astype(np.uint8)
        return cast("Picture", cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR))
    if upright.has_transparency_data:
        layer = upright.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        upright = Image.alpha_composite(paper, layer)
    rgb = np.asarray(upright.convert("RGB"))
    return cast("Picture", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))


def _at_most_full_dpi(
    number: int, picture: Picture, stated: tuple[float, float] | None
) -> Page:
    height, width = picture.shape[:2]
    if min(height, width) < 16:
        raise ReadingError("PAGE-001", f"page {number}: {width} x {height} px")
    across, down = _plausible_dpi(width, height, stated)
    if not 0.95 < across / down < 1.05:  # FAX: 204 x 98 dots per inch
        finest = max(across, down)
        size = (round(width * finest / across), round(height * finest / down))
        picture = cast("Picture", cv2.resize(picture, size))
        across = down = finest
    dpi, scale = across, 1.0
    if dpi > FULL_DPI * 1.1:
        scale = dpi / FULL_DPI
        smaller = (round(picture.shape[1] / scale), round(picture.shape[0] / scale))
        picture = cast(
            "Picture", cv2.resize(picture, smaller, interpolation=cv2.INTER_AREA)
        )
        dpi = FULL_DPI
    return Page(number, picture, dpi, scan_scale=scale)


def _plausible_dpi(
    width: int, height: int, stated: tuple[float, float] | None
) -> tuple[float, float]:
    """Return the stated resolution when a sheet of paper can have it, else A4's."""
    if stated is not None and min(stated) > 0 and all(map(math.isfinite, stated)):
        long_mm = max(width / stated[0], height / stated[1]) * MM_PER_INCH
        if min(stated) >= 90 and 120 <= long_mm <= 600:
            return stated
    guess = max(width, height) / (_A4_LONG_MM / MM_PER_INCH)
    return guess, guess


# --- PDF --------------------------------------------------------------------------


def _pdf_pages(path: Path, limits: Limits, first: int) -> Iterator[Page]:
    _refuse_cut_off_pdf(path)
    with _PDFIUM_LOCK:
        document = _open_pdf(path)
    try:
        with _PDFIUM_LOCK:
            count = _pdf_page_count(document, limits)
            has_entries = document.get_formtype() != pdfium_c.FORMTYPE_NONE
            if has_entries:
                document.init_forms()
        for index in range(first - 1, count):
            try:
                with _PDFIUM_LOCK:
                    page = _pdf_page(document, index, limits, has_entries=has_entries)
            except ReadingError as error:
                page = broken_page(index + 1, error)
            yield page
    finally:
        with _PDFIUM_LOCK:
            document.close()


def _pdf_page_count(document: Any, limits: Limits) -> int:
    count = len(document)
    if count > limits.max_pages:
        raise ReadingError("PAGE-006", f"{count} pages")
    if count == 0:
        raise ReadingError("PAGE-001", "PDF without pages")
    return count


def _refuse_cut_off_pdf(path: Path) -> None:
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


def _pdf_page(document: Any, index: int, limits: Limits, *, has_entries: bool) -> Page:
    number = index + 1
    try:
        page = document[index]
    except pdfium.PdfiumError as error:
        raise ReadingError("PAGE-001", f"page {number} cannot be opened") from error
    try:
        images = list(
            page.get_objects(filter=(pdfium_c.FPDF_PAGEOBJ_IMAGE,), max_depth=3)
        )
        for image in images:
            across, down = image.get_px_size()
            if across * down > limits.max_pixels:
                raise ReadingError("PAGE-003", f"page {number}: {across} x {down} px")
        dpi = _render_dpi(*page.get_size())
        bitmap = page.render(scale=dpi / 72.0, rev_byteorder=False)
        picture = _bitmap_to_colour(bitmap.to_numpy())
        bitmap.close()
        if images and bool((picture == 255).all()):
            images[0].get_bitmap()  # raises when the scan inside cannot be decoded
        born = not has_entries and _has_own_text(page, images)
        size = page.get_size() if born else None
    except pdfium.PdfiumError as error:
        raise ReadingError("PAGE-001", f"page {number} cannot be drawn") from error
    finally:
        page.close()
    return Page(number, picture, dpi, born_digital=born, pdf_size=size)


def _render_dpi(width_pt: float, height_pt: float) -> float:
    """Return 300, or less for a sheet beyond A3 (scans put into a PDF at 72 dpi)."""
    long_inch = max(width_pt, height_pt) / 72.0
    return min(FULL_DPI, 16.6 * FULL_DPI / max(long_inch, 0.1))


def _bitmap_to_colour(pixels: Picture) -> Picture:
    if pixels.ndim == 2:
        return cast("Picture", cv2.cvtColor(pixels, cv2.COLOR_GRAY2BGR))
    if pixels.shape[2] == 1:
        return cast("Picture", cv2.cvtColor(pixels[:, :, 0], cv2.COLOR_GRAY2BGR))
    return np.ascontiguousarray(pixels[:, :, :3])


def _has_own_text(page: Any, images: list[Any]) -> bool:
    """Tell a born-digital page from a scan, also one with a text layer beneath."""
    width, height = page.get_size()
    for image in images:
        left, bottom, right, top = image.get_bounds()
        if (right - left) * (top - bottom) > 0.5 * width * height:
            return False
    text = page.get_textpage()
    try:
        return bool(text.count_chars() >= _BORN_DIGITAL_MIN_CHARS)
    finally:
        text.close()
