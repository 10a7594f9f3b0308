"""Tesseract through pytesseract: the second, independent reader.

Starting the program costs more than a line of writing, so a page's fields go to it
together, as the pages of one TIFF: numerals to eng, words to jpn (measured with
benchmarks/score_samples.py: jpn alone reads 58 of 66 printed numbers, eng all).
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import cast

import cv2
import numpy as np
import pytesseract
from PIL import Image

from ocr.decode.grammars import tidied
from ocr.decode.settle import corrected
from ocr.errors import ReadingError
from ocr.model import FieldKind, Reading
from ocr.preprocess import Picture, Snippet, padded

_LOGGER = logging.getLogger(__name__)

Word = tuple[str, float]
"""Text and its confidence in percent."""

_COLUMNS = ("level", "page_num", "conf", "text")
_MARGIN_PX = 6
_NEEDED_LANGUAGES = frozenset({"jpn", "eng"})


_NUMERALS = frozenset(
    {FieldKind.DIGITS, FieldKind.POSTAL, FieldKind.PHONE, FieldKind.AMOUNT}
)
_HEIGHT_PX = 32
_DATE_HEIGHT_PX = 40
"""Heights of the line that it reads best; larger lines are read worse."""


class _FailedError(Exception):
    """One start of the program came to nothing; carries why, without what was read."""


class TesseractEngine:
    """The second reader. Holds no state: may be shared between threads."""

    name = "tesseract"

    def __init__(
        self, timeout_seconds: float = 20.0, timeout_seconds_a_line: float = 1.0
    ) -> None:
        """Find the program and its language data.

        Args:
            timeout_seconds: For one start of the program.
            timeout_seconds_a_line: On top of it, for each line that it is given.

        Raises:
            ReadingError: ENGINE-001 when the program or jpn, eng are missing.
        """
        # Its own threads slow short lines down; pytesseract passes on os.environ only.
        os.environ.setdefault("OMP_THREAD_LIMIT", "1")
        self._timeout_seconds = timeout_seconds
        self._timeout_seconds_a_line = timeout_seconds_a_line
        self._version = tesseract_version()

    @property
    def version(self) -> str:
        """Of the program."""
        return self._version

    def read(self, snippets: Sequence[Snippet]) -> tuple[Reading | None, ...]:
        """Return the text of each snippet; spaces are left out, it adds too many.

        A line on which the program dies, hangs or talks nonsense has no reading, the
        other lines keep theirs.

        Raises:
            ReadingError: ENGINE-001 when it does not even read an empty line.
        """
        lines: defaultdict[str, list[tuple[int, Picture]]] = defaultdict(list)
        for number, snippet in enumerate(snippets):
            language = "eng" if snippet.kind in _NUMERALS else "jpn"
            dated = snippet.kind is FieldKind.DATE
            height_px = _DATE_HEIGHT_PX if dated else _HEIGHT_PX
            lines[language].extend(
                (number, _prepared(line, height_px)) for line in snippet.lines
            )
        words: defaultdict[int, list[Word]] = defaultdict(list)
        unread: set[int] = set()
        for language, numbered in lines.items():
            texts = self._run(language, [line for _, line in numbered])
            for (number, _), found in zip(numbered, texts, strict=True):
                if found is None:
                    unread.add(number)
                else:
                    words[number].extend(found)
        return tuple(
            None if number in unread else self._reading(snippet.kind, words[number])
            for number, snippet in enumerate(snippets)
        )

    def _reading(self, kind: FieldKind, words: list[Word]) -> Reading | None:
        text = corrected(kind, tidied(kind, "".join(word for word, _ in words)))
        if not text:
            return None
        letters = sum(len(word) for word, _ in words)
        sure = sum(len(word) * confidence for word, confidence in words) / letters
        return Reading(self.name, text, min(1.0, max(0.0, sure / 100.0)))

    def _run(self, language: str, lines: list[Picture]) -> list[list[Word] | None]:
        """Return the words of each line; None for those it cannot cope with."""
        try:
            return list(self._started(language, lines))
        except _FailedError as error:
            self._refuse_if_broken(language, str(error))
            if len(lines) == 1:
                _LOGGER.warning("tesseract: one line left unread (%s)", error)
                return [None]
        half = len(lines) // 2
        return [
            *self._run(language, lines[:half]),
            *self._run(language, lines[half:]),
        ]

    def _refuse_if_broken(self, language: str, reason: str) -> None:
        """Tell a program that does not work at all from one that met a bad line."""
        try:
            self._started(language, [np.full((44, 96), 255, np.uint8)])
        except _FailedError:
            raise ReadingError("ENGINE-001", f"tesseract: {reason}") from None

    def _started(self, language: str, lines: list[Picture]) -> list[list[Word]]:
        """Start the program once and return the words of each line.

        Raises:
            _FailedError: It died, hung, or said something else than a table.
            ReadingError: ENGINE-001 when it cannot be started.
        """
        pages = [Image.fromarray(line) for line in lines]
        timeout = self._timeout_seconds + self._timeout_seconds_a_line * len(lines)
        try:
            with tempfile.TemporaryDirectory(prefix="yakuba-") as folder:
                path = Path(folder) / "fields.tif"
                pages[0].save(path, save_all=True, append_images=pages[1:])
                table = pytesseract.image_to_data(
                    str(path),
                    lang=language,
                    config="--psm 7",
                    timeout=timeout,
                    output_type=pytesseract.Output.STRING,
                )
            return _words_of(cast("str", table), len(lines))
        except (pytesseract.TesseractNotFoundError, PermissionError) as error:
            raise ReadingError(
                "ENGINE-001", f"tesseract: {type(error).__name__}"
            ) from error
        except (RuntimeError, ValueError, OSError) as error:
            # RuntimeError is pytesseract's word for a timeout, ValueError a bad table.
            raise _FailedError(type(error).__name__) from None


def _words_of(table: str, count: int) -> list[list[Word]]:
    """Return the words of each page with their confidences in percent.

    Raises:
        ValueError: It is not the table of so many pages.
    """
    header, *rows = table.split("\n")
    level, page, sure, text = (header.split("\t").index(name) for name in _COLUMNS)
    found: list[list[Word]] = [[] for _ in range(count)]
    pages: list[int] = []
    for row in filter(None, rows):
        cells = row.split("\t")
        if len(cells) < text:
            raise ValueError("row too short")
        number = int(cells[page])
        if cells[level] == "1":
            pages.append(number)
        if len(pages) > count:
            raise ValueError("more pages than were given")
        word = cells[text].strip() if len(cells) > text else ""
        if word and float(cells[sure]) >= 0:
            found[pages.index(number)].append((word, float(cells[sure])))
    if pages != list(range(1, count + 1)):
        raise ValueError("not the pages that were given")
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
