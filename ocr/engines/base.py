"""What an engine is: one outside program that reads cleaned fields."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ocr.model import Reading
from ocr.preprocess import Snippet


class Engine(Protocol):
    """One way to read fields. Safe to share between threads."""

    @property
    def name(self) -> str:
        """Short stable name: rapid, shapes, tesseract, pdf_text or replay."""

    @property
    def version(self) -> str:
        """Changes whenever the same snippet may be read differently."""

    def read(self, snippets: Sequence[Snippet]) -> tuple[Reading | None, ...]:
        """Return one reading per snippet of a page, None where nothing was legible.

        Raises:
            ReadingError: ENGINE-001 when the program does not run.
        """
