"""Scanned files opened page by page: PDF, multi-page TIFF, PNG, JPEG.

A file is known by its content, never by its name. Sizes are checked in the header
before anything is decoded, and one page at a time is in memory.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from ocr.errors import ReadingError
from ocr.page import FULL_DPI, Limits, Page, broken_page
from ocr.pdf_pages import count_pdf_pages, pdf_pages
from ocr.picture_pages import PictureKind, count_pictures, picture_pages

__all__ = [
    "FULL_DPI",
    "Limits",
    "Page",
    "broken_page",
    "count_pages",
    "open_pages",
    "sha256_of",
]


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
        yield from pdf_pages(path, bounds, first)
    else:
        yield from picture_pages(path, kind, bounds, first)


def count_pages(path: Path, limits: Limits | None = None) -> int:
    """Return how many pages a file has, without decoding any.

    Raises:
        ReadingError: As `open_pages`.
    """
    bounds = limits or Limits()
    kind = _kind_of(path)
    if kind == "PDF":
        return count_pdf_pages(path, bounds)
    return count_pictures(path, kind, bounds)


Kind = PictureKind | Literal["PDF"]
_SIGNATURES: tuple[tuple[bytes, PictureKind], ...] = (
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
