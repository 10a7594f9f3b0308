"""A filled page read by a definition that is still being drawn: what would come out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ocr.engines.base import Engine
from ocr.errors import ReadingError
from ocr.forms import FormDefinition
from ocr.lay import find_form, known_form
from ocr.model import PageReading
from ocr.pages import Limits, Page, open_pages, sha256_of
from ocr.preprocess import grey_of, png_of
from ocr.read_page import read_page, troubled


@dataclass(frozen=True, slots=True)
class TriedPage:
    """One page of the scan."""

    reading: PageReading
    laid_png: bytes = field(default=b"", repr=False)
    """The page laid onto the form; empty when it is none of it."""


def tried_pages(
    path: Path,
    form: FormDefinition,
    readers: Sequence[Engine],
    limits: Limits,
) -> Iterator[TriedPage]:
    """Yield the pages of a scan as this one form; nothing is kept.

    Args:
        path: PDF, TIFF, PNG or JPEG.
        form: The definition.
        readers: First reader first.
        limits: Bounds on pixels and pages.

    Raises:
        ReadingError: PAGE-001 to PAGE-006, ENGINE-001.
    """
    if path.stat().st_size == 0:
        raise ReadingError("PAGE-005", "0 bytes")
    sha256 = sha256_of(path)
    for page in open_pages(path, limits):
        yield _tried(path, sha256, page, form, readers)


def _tried(
    path: Path,
    sha256: str,
    page: Page,
    form: FormDefinition,
    readers: Sequence[Engine],
) -> TriedPage:
    known = known_form(form, form.blank.stat().st_mtime_ns)
    try:
        reading = read_page(path, sha256, page, [known], readers)
        if reading.form is None:
            return TriedPage(reading)
        _, position = find_form(page, grey_of(page.picture), [known])
    except ReadingError as error:
        if error.code == "ENGINE-001":
            raise
        return TriedPage(troubled(page, error.code))
    return TriedPage(reading, png_of(position.laid))
