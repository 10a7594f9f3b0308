"""The text a born-digital PDF carries, taken from where the fields are."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np
import pdfplumber

from ocr.decode.grammars import tidied
from ocr.errors import ReadingError
from ocr.model import FieldKind, Reading
from ocr.preprocess import Matrix, Snippet

BoxMm = tuple[float, float, float, float]
_SPACE_FROM = 0.45
"""Gap between characters, in their heights, that counts as a space."""


@dataclass(frozen=True, slots=True)
class _Character:
    """One character on the form, in millimetres."""

    text: str = field(repr=False)
    left: float
    top: float
    width: float
    height: float

    @property
    def middle(self) -> tuple[float, float]:
        return self.left + self.width / 2, self.top + self.height / 2


class PdfTextEngine:
    """Reads one page of one PDF; made for each born-digital page."""

    name = "pdf_text"

    def __init__(
        self,
        path: Path,
        page: int,
        points_to_mm: Matrix,
        is_printed: Callable[[BoxMm], bool],
    ) -> None:
        """Load the characters of a page.

        Args:
            path: The PDF.
            page: 1-based.
            points_to_mm: 3 x 3, points of the visible page (from its upper left
                corner, as it is shown) to millimetres of the form.
            is_printed: Tells whether the blank itself has print at a place, so that
                its own words are not taken for what was filled in.

        Raises:
            ReadingError: PAGE-001 when the page's text cannot be taken out.
        """
        self._is_printed = is_printed
        self._characters = tuple(_on_form(path, page, points_to_mm))

    @property
    def version(self) -> str:
        """Of pdfplumber."""
        return importlib.metadata.version("pdfplumber")

    def read(self, snippets: Sequence[Snippet]) -> tuple[Reading | None, ...]:
        """Return the text inside each field's box, its confidence 1.0."""
        return tuple(self._read(snippet) for snippet in snippets)

    def _read(self, snippet: Snippet) -> Reading | None:
        left, top, width, height = snippet.box_mm
        inside = [
            one
            for one in self._characters
            if left <= one.middle[0] <= left + width
            and top <= one.middle[1] <= top + height
            and (snippet.kind is FieldKind.DATE or not self._printed(one))
        ]
        text = tidied(
            snippet.kind, "".join(_line_text(line) for line in _lines(inside))
        )
        return Reading(self.name, text, 1.0) if text else None

    def _printed(self, one: _Character) -> bool:
        return self._is_printed((one.left, one.top, one.width, one.height))


def _on_form(path: Path, page: int, points_to_mm: Matrix) -> list[_Character]:
    try:
        with pdfplumber.open(path, pages=[page]) as document:
            sheet = document.pages[0]
            origin_x, origin_top = sheet.cropbox[0], sheet.cropbox[1]
            found = [
                (
                    str(one["text"]),
                    [one["x0"] - origin_x, one["top"] - origin_top],
                    [one["x1"] - origin_x, one["bottom"] - origin_top],
                )
                for one in sheet.chars
            ]
    except Exception as error:  # pdfminer raises untyped errors on odd files
        raise ReadingError(
            "PAGE-001",
            f"page {page}: text cannot be taken out ({type(error).__name__})",
        ) from error
    characters = []
    for text, upper_left, lower_right in found:
        corners = np.array([[upper_left, lower_right]], np.float64)
        placed: Any = cv2.perspectiveTransform(corners, points_to_mm)[0]
        (x0, y0), (x1, y1) = cast("Matrix", placed).tolist()
        characters.append(
            _Character(text, min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))
        )
    return characters


def _lines(characters: list[_Character]) -> list[list[_Character]]:
    """Return the characters line by line, each from left to right."""
    lines: list[list[_Character]] = []
    for one in sorted(characters, key=lambda one: one.middle[1]):
        if lines and one.middle[1] - lines[-1][-1].middle[1] < one.height * 0.6:
            lines[-1].append(one)
        else:
            lines.append([one])
    return [sorted(line, key=lambda one: one.left) for line in lines]


def _line_text(line: list[_Character]) -> str:
    text, end = "", None
    for one in line:
        if end is not None and one.left - end > _SPACE_FROM * one.height:
            text += " "
        text += one.text
        end = one.left + one.width
    return text
