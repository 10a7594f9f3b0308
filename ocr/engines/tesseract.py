"""Tesseract through pytesseract: the second, independent reader.

Starting the program costs more than a line of writing, so a page's fields go to it
together, as the pages of one TIFF: numerals to eng, words to jpn (measured with
benchmarks/score_samples.py: jpn alone reads 58 of 66 printed numbers, eng all).
"""

from __future__ import annotations

import os
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import Any, cast

import cv2
import pytesseract
from PIL import Image

from ocr.decode.grammars import tidied
from ocr.decode.settle import corrected
from ocr.errors import ReadingError
from ocr.model import FieldKind, Reading
from ocr.preprocess import Picture, Snippet, padded

_MARGIN_PX = 6
_NEEDED_LANGUAGES = frozenset({"jpn", "eng"})


_NUMERALS = frozenset(
    {FieldKind.DIGITS, FieldKind.POSTAL, FieldKind.PHONE, FieldKind.AMOUNT}
)
_HEIGHT_PX = 32
_DATE_HEIGHT_PX = 40
"""Heights of the line that it reads best; larger lines are read worse."""


class TesseractEngine:
    """The second reader. Holds no state: may be shared between threads."""

    name = "tesseract"

    def __init__(self, timeout_seconds: float = 120.0) -> None:
        """Find the program and its language data.

        Args:
            timeout_seconds: For one start of the program, which reads a page's fields.

        Raises:
            ReadingError: ENGINE-001 when the program or jpn, eng are missing.
        """
        # Its own threads slow short lines down; pytesseract passes on os.environ only.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        self._timeout_seconds = timeout_seconds
        self._version = tesseract_version()

    @property
    def version(self) -> str:
        """Of the program."""
        return self._version

    def read(self, snippets: Sequence[Snippet]) -> tuple[Reading | None, ...]:
        """Return the text of each snippet; spaces are left out, it adds too many."""
        lines: defaultdict[str, list[tuple[int, Picture]]] = defaultdict(list)
        for number, snippet in enumerate(snippets):
            language = "eng" if snippet.kind in _NUMERALS else "jpn"
            dated = snippet.kind is FieldKind.DATE
            height_px = _DATE_HEIGHT_PX if dated else _HEIGHT_PX
            lines[language].extend(
                (number, _prepared(line, height_px)) for line in snippet.lines
            )
        words: defaultdict[int, list[tuple[str, float]]] = defaultdict(list)
        for language, numbered in lines.items():
            texts = self._run(language, [line for _, line in numbered])
            for (number, _), found in zip(numbered, texts, strict=True):
                words[number].extend(found)
        return tuple(
            self._reading(snippet.kind, words[number])
            for number, snippet in enumerate(snippets)
        )

    def _reading(
        self, kind: FieldKind, words: list[tuple[str, float]]
    ) -> Reading | None:
        text = corrected(kind, tidied(kind, "".join(word for word, _ in words)))
        if not text:
            return None
        letters = sum(len(word) for word, _ in words)
        sure = sum(len(word) * confidence for word, confidence in words) / letters
        return Reading(self.name, text, min(1.0, max(0.0, sure / 100.0)))

    def _run(
        self, language: str, lines: list[Picture]
    ) -> list[list[tuple[str, float]]]:
        """Return the words of each line with their confidences in percent."""
        pages = [Image.fromarray(line) for line in lines]
        with tempfile.TemporaryDirectory(prefix="yakuba-") as folder:
            path = Path(folder) / "fields.tif"
            pages[0].save(path, save_all=True, append_images=pages[1:])
            try:
                table: dict[str, list[Any]] = pytesseract.image_to_data(
                    str(path),
                    lang=language,
                    config="--psm 7",
                    timeout=self._timeout_seconds,
                    output_type=pytesseract.Output.DICT,
                )
            except (pytesseract.TesseractError, RuntimeError, OSError) as error:
                # RuntimeError is pytesseract's word for a timeout.
                raise ReadingError(
                    "ENGINE-001", f"tesseract: {type(error).__name__}"
                ) from error
        found: list[list[tuple[str, float]]] = [[] for _ in lines]
        for page, text, confidence in zip(
            table["page_num"], table["text"], table["conf"], strict=True
        ):
            word = str(text).strip()
            if word and float(confidence) >= 0:
                found[int(page) - 1].append((word, float(confidence)))
        return found


def tesseract_version() -> str:
    """Return the version of the Tesseract on this PC.

    Raises:
        ReadingError: ENGINE-001 when the program or jpn, eng are missing.
    """
    try:
        version = str(pytesseract.get_tesseract_version())
        missing = _NEEDED_LANGUAGES - set(pytesseract.get_languages())
    except (pytesseract.TesseractNotFoundError, OSError, SystemExit) as error:
        raise ReadingError("ENGINE-001", "tesseract is not installed") from error
    if missing:
        raise ReadingError(
            "ENGINE-001",
            f"tesseract language data missing: {', '.join(sorted(missing))}",
        )
    return version


def _prepared(line: Picture, height_px: int) -> Picture:
    factor = height_px / line.shape[0]
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    size = (max(8, round(line.shape[1] * factor)), height_px)
    return padded(
        cast("Picture", cv2.resize(line, size, interpolation=how)),
        _MARGIN_PX,
        _MARGIN_PX,
    )
