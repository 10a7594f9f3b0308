"""A scanned file in, every field of every page out. No judgement: that is acceptance's."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.resources
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from ocr import align, sort
from ocr.engines.base import Engine
from ocr.engines.pdf_text import PdfTextEngine
from ocr.engines.rapid import RapidEngine
from ocr.engines.tesseract import TesseractEngine, tesseract_version
from ocr.errors import ReadingError
from ocr.fields.cut import FieldCut, cut_fields
from ocr.fields.window import LaidPage, Printing, is_printed, printing
from ocr.forms import FormDefinition
from ocr.model import DocumentReading, FieldReading, PageReading, Reading
from ocr.pages import Limits, Page, open_pages, sha256_of
from ocr.preprocess import Matrix, Picture, Snippet, grey_of, png_of, scaled

__all__ = [
    "Engines",
    "Limits",
    "default_engines",
    "read_document",
    "read_pages",
    "reading_rule_version",
]

_PAGE_PNG_BYTES = 200_000
_PAGE_PNG_LONG_PX = 1100
_CLEARLY_A_FORM = 0.12
"""Share of a blank's features on the page from which a bad fit is that form's fault."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The readers of scanned pages, first reader first. May be shared by threads."""

    readers: tuple[Engine, ...]


def default_engines() -> Engines:
    """Return RapidOCR as first and Tesseract as second reader.

    Raises:
        ReadingError: ENGINE-001 when one of them does not run on this PC.
    """
    return Engines((RapidEngine(), TesseractEngine()))


def reading_rule_version(forms: Sequence[FormDefinition] = ()) -> str:
    """Return what to keep readings under: it changes when they could come out otherwise.

    Args:
        forms: Definitions that were read with; their content and blanks count.

    Returns:
        32 hex digits over this package's code, the engines' versions and the forms.
    """
    digest = hashlib.sha256(_code_version().encode())
    try:
        digest.update(tesseract_version().encode())
    except ReadingError:
        digest.update(b"no tesseract")
    for form in forms:
        definition = form.model_dump_json(exclude={"blank"})
        digest.update(definition.encode())
        digest.update(form.blank.read_bytes())
    return digest.hexdigest()[:32]


def read_document(
    path: Path,
    forms: Sequence[FormDefinition],
    engines: Engines,
    *,
    limits: Limits | None = None,
) -> DocumentReading:
    """Return all pages of a file as the engines read them.

    Args:
        path: PDF, TIFF, PNG or JPEG.
        forms: Definitions of the forms that may come.
        engines: Readers, see `default_engines`.
        limits: Bounds on pixels and pages.

    Raises:
        ReadingError: PAGE-001 to PAGE-006 when the file as a whole cannot be read;
            PAGE-007 when it changed meanwhile: nothing read may be kept; ENGINE-001
            when a reader does not run. A single bad page is a page with `trouble`,
            never an error.
    """
    sha256 = _sha256_of_written(path)
    pages = tuple(_pages_of(path, sha256, forms, engines, limits))
    return DocumentReading(path.name, sha256, pages)


def read_pages(
    path: Path,
    forms: Sequence[FormDefinition],
    engines: Engines,
    *,
    limits: Limits | None = None,
) -> Iterator[PageReading]:
    """Yield the pages of a file one by one; see `read_document` for the arguments.

    Raises:
        ReadingError: PAGE-001 to PAGE-006 before or between pages when the file as a
            whole cannot be read; PAGE-007 at the latest after the last page, so keep
            no page before the end; ENGINE-001 when a reader does not run.
    """
    yield from _pages_of(path, _sha256_of_written(path), forms, engines, limits)


def _sha256_of_written(path: Path) -> str:
    if path.stat().st_size == 0:
        raise ReadingError("PAGE-005", "0 bytes")
    return sha256_of(path)


def _pages_of(
    path: Path,
    sha256: str,
    forms: Sequence[FormDefinition],
    engines: Engines,
    limits: Limits | None,
) -> Iterator[PageReading]:
    """Yield the pages, raising PAGE-007 when the file is not the one hashed before."""
    known = [_known_form(form, form.blank.stat().st_mtime_ns) for form in forms]
    try:
        for page in open_pages(path, limits):
            yield _page_or_trouble(path, sha256, page, known, engines)
    except (ReadingError, FileNotFoundError) as error:
        # A half-written file looks broken: say what happened, not what it looks like.
        if not isinstance(error, ReadingError) or error.code != "ENGINE-001":
            _refuse_changed(path, sha256)
        raise
    _refuse_changed(path, sha256)


def _refuse_changed(path: Path, sha256: str) -> None:
    try:
        unchanged = sha256_of(path) == sha256
    except FileNotFoundError as error:
        raise ReadingError("PAGE-007", "file went away while read") from error
    if not unchanged:
        raise ReadingError("PAGE-007", "SHA-256 differs before and after reading")


def _page_or_trouble(
    path: Path,
    sha256: str,
    page: Page,
    known: Sequence[_KnownForm],
    engines: Engines,
) -> PageReading:
    try:
        return _read_page(path, sha256, page, known, engines)
    except ReadingError as error:
        if error.code == "ENGINE-001":
            raise
        return _troubled(page, error.code)


@dataclass(frozen=True, slots=True)
class _KnownForm:
    """What is kept of a blank in memory, so that it is looked at once."""

    fingerprint: sort.Fingerprint
    landmarks: align.Landmarks
    printing: Printing


@functools.lru_cache(maxsize=64)
def _known_form(form: FormDefinition, blank_mtime_ns: int) -> _KnownForm:
    """Return a form's blank prepared; a changed blank counts as another form."""
    del blank_mtime_ns
    return _KnownForm(sort.fingerprint(form), align.landmarks(form), printing(form))


def _read_page(
    path: Path,
    sha256: str,
    page: Page,
    known: Sequence[_KnownForm],
    engines: Engines,
) -> PageReading:
    if page.error is not None:
        raise page.error
    grey = grey_of(page.picture)
    if not page.born_digital and sort.is_empty_sheet(grey, page.dpi):
        return _without_fields(page, blank_page=True)
    form, position = _find_form(page, grey, known)
    turned_deg = _turned_deg(position.px_to_mm, page.picture)
    picture, px_to_mm = _upright(page.picture, position.px_to_mm, turned_deg)
    laid = LaidPage(picture, px_to_mm, page.scan_scale, sha256, page.number)
    cuts = cut_fields(laid, form.printing)
    readers = engines.readers
    if page.born_digital:
        readers = (_text_reader(path, page, position, form),)
    readings = _readings(readers, [cut.snippet for cut in cuts if cut.snippet])
    return PageReading(
        page=page.number,
        form=position.form.form,
        form_version=position.form.version,
        rotation_deg=turned_deg,
        residual_mm=round(position.residual_mm, 4),
        born_digital=page.born_digital,
        fields=tuple(
            _field_reading(cut, readings.get(cut.definition.id, ())) for cut in cuts
        ),
    )


def _find_form(
    page: Page, grey: Picture, known: Sequence[_KnownForm]
) -> tuple[_KnownForm, align.Alignment]:
    """Return the form that fits the page best, and where it lies."""
    by_name = {one.fingerprint.form.form: one for one in known}
    likely = sort.likely_forms(grey, page.dpi, [one.fingerprint for one in known])
    refused: ReadingError | None = None
    best: tuple[_KnownForm, align.Alignment] | None = None
    for likeness in likely:
        if best is not None and likeness.inliers < 0.5 * likely[0].inliers:
            break
        form = by_name[likeness.form.form]
        try:
            position = align.align(grey, likeness.px_to_mm, form.landmarks)
        except ReadingError as error:
            if likeness.share >= _CLEARLY_A_FORM:
                refused = refused or error
            continue
        if best is None or position.found_share > best[1].found_share:
            best = form, position
    if best is not None:
        return best
    raise refused or ReadingError(
        "FORM-001", f"page {page.number}: no blank is like it"
    )


def _turned_deg(px_to_mm: Matrix, picture: Picture) -> int:
    """Return how far clockwise the page must be turned to stand upright."""
    height, width = picture.shape[:2]
    middle = np.array([[[width / 2, height / 2], [width / 2 + 10, height / 2]]])
    start, end = cv2.perspectiveTransform(middle.astype(np.float64), px_to_mm)[0]
    across, down = end - start
    return int(round(float(np.degrees(np.arctan2(down, across))) / 90.0) % 4 * 90)


def _upright(
    picture: Picture, px_to_mm: Matrix, turned_deg: int
) -> tuple[Picture, Matrix]:
    height, width = picture.shape[:2]
    back = {
        0: np.eye(3),
        90: np.array([[0, 1, 0], [-1, 0, height - 1], [0, 0, 1.0]]),
        180: np.array([[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1.0]]),
        270: np.array([[0, -1, width - 1], [1, 0, 0], [0, 0, 1.0]]),
    }[turned_deg]
    turned = np.ascontiguousarray(np.rot90(picture, -turned_deg // 90))
    return turned, px_to_mm @ back


def _text_reader(
    path: Path, page: Page, position: align.Alignment, form: _KnownForm
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
    )


def _troubled(page: Page, code: str) -> PageReading:
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
        small = scaled(grey, min(1.0, long_px / max(grey.shape)))
        encoded = png_of(small // 32 * 32 + 16)
        if len(encoded) <= _PAGE_PNG_BYTES:
            return encoded
        long_px = long_px * 4 // 5


@functools.lru_cache(maxsize=1)
def _code_version() -> str:
    """Return a digest of this package's code and of the libraries that decide."""
    digest = hashlib.sha256()
    root = importlib.resources.files("ocr")
    for source in sorted(Path(str(root)).rglob("*.py")):
        digest.update(source.relative_to(str(root)).as_posix().encode())
        digest.update(source.read_bytes())
    for package in ("rapidocr", "onnxruntime", "opencv-python-headless", "pdfplumber"):
        digest.update(importlib.metadata.version(package).encode())
    return digest.hexdigest()
