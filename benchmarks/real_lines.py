"""Read print and digits that people made: `python -m benchmarks.real_lines FOLDER`.

FOLDER is prog of Leptonica 1.82.0's source (BSD-2-Clause; Debian's source package
leptonlib 1.82.0-3 holds it), for its two scanned tables of numbers, see real_numbers.
The handwritten digits are scikit-learn's, see people_digits, seven a number, each in a
box of its own. Numbers are cut and read as those of a form's field of digits; signs
between digits do not count, as in score_ocr. No page of these is Japanese, and nothing
here was tuned on them: it says how the readers do on paper that nobody here made.

Writes benchmarks/results/real_lines.json: of each row and reader the numbers and the
share of characters read right, how often two readers agree and on what is wrong, and
what would be accepted without a person in a field of digits that nothing else proves.
`--misses` prints what was misread.
"""

from __future__ import annotations

import argparse
import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from benchmarks.figures import machine, publish
from benchmarks.paper.cast import TODAY
from benchmarks.people_digits import archive
from benchmarks.real_numbers import Column, ruled, typewritten
from benchmarks.score_samples import plain
from ocr.engines.base import Engine
from ocr.fields.pictures import lines_of, side_by_side
from ocr.fields.window import FIELD_DPI
from ocr.model import BoxPx, ErrorClass, FieldKind, FieldReading, PageReading
from ocr.pages import open_pages
from ocr.preprocess import (
    MM_PER_INCH,
    Picture,
    Snippet,
    grey_of,
    ink_mask,
    padded,
    scaled,
)
from ocr.read import default_engines
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.acceptance import FieldStatus, Known, judge_page
from tasks.domain.reading.error_bounds import upper_bound
from tasks.edges.reading.calibration_file import load_calibration

SEED = 8102
"""Of the order in which digits are put together; nothing else is drawn by chance."""
BOXES = 7
CELL_PX = 56
"""Height of a digit, 4.7 mm at 300 dpi."""
PAGE = 20
CLASSES = (ErrorClass.ORDINARY, ErrorClass.STRICT)


@dataclass(frozen=True, slots=True)
class Line:
    """One number as it is shown to the readers."""

    snippet: Snippet
    text: str


def numbers_of(column: Column, folder: Path) -> Iterator[Line]:
    """Yield the numbers of a column, cut where the paper between them is white."""
    page = next(iter(open_pages(folder / column.file)))
    texts = list(column.texts)
    for top, bottom in column.bands:
        band = grey_of(page.picture[top:bottom, column.left : column.right])
        for begin, end in runs(np.asarray(ink_mask(band).any(axis=1))):
            cut = padded(band[begin:end], 4, 4)
            grey = scaled(cut, FIELD_DPI / page.dpi)
            lines = lines_of(grey, ink_mask(grey), 1)
            yield Line(snippet_of(column.file, lines, page.dpi), texts.pop(0))
    if texts:
        raise ValueError(f"{column.file}: {len(texts)} numbers are not where they were")


def runs(filled: np.ndarray, least: int = 8) -> Iterator[tuple[int, int]]:
    """Yield from and to where values are true for at least so long."""
    edges = np.flatnonzero(np.diff(np.pad(filled.astype(np.int8), 1)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if end - begin >= least:
            yield int(begin), int(end)


def snippet_of(name: str, lines: tuple[Picture, ...], dpi: float) -> Snippet:
    high, wide = lines[0].shape
    box = (0.0, 0.0, wide / dpi * MM_PER_INCH, high / dpi * MM_PER_INCH)
    return Snippet("0" * 64, 1, name, FieldKind.DIGITS, box, lines)


def boxed_digits() -> Iterator[Line]:
    """Yield people's digits, each once, in numbers of seven."""
    every = [(digit, one) for digit, shown in archive().items() for one in shown]
    np.random.default_rng(SEED).shuffle(every)
    for first in range(0, len(every) - BOXES + 1, BOXES):
        some = every[first : first + BOXES]
        cells = tuple(cell_of(picture) for _, picture in some)
        box = (0.0, 0.0, 10.0 * BOXES, 10.0)
        lines = (side_by_side(cells),)
        one = Snippet("0" * 64, 1, "boxes", FieldKind.DIGITS, box, lines, cells)
        yield Line(one, "".join(digit for digit, _ in some))


def cell_of(picture: Picture) -> Picture:
    """Return a digit as large and as dark as a pen writes it, cut to its ink."""
    side = round(CELL_PX * picture.shape[0] / 20)
    ink = cv2.resize(picture, (side, side), interpolation=cv2.INTER_CUBIC) / 255
    grey = (255 * (1 - np.clip((ink - 0.3) * 2.4, 0, 0.88))).astype(np.uint8)
    near = cv2.dilate(ink_mask(grey).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    return grey[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


def read_by(readers: Sequence[Engine], lines: Sequence[Line]) -> list[FieldReading]:
    """Return the lines as fields that every reader read."""
    fields: list[FieldReading] = []
    for first in range(0, len(lines), PAGE):
        page = [line.snippet for line in lines[first : first + PAGE]]
        said = zip(*(reader.read(page) for reader in readers), strict=True)
        fields += [
            FieldReading(
                field_id=str(first + place),
                label="",
                kind=FieldKind.DIGITS,
                error_class=ErrorClass.ORDINARY,
                required=True,
                box_px=BoxPx(0, 0, 1, 1),
                ink=1.0,
                blank=False,
                checked=None,
                readings=tuple(one for one in readings if one),
            )
            for place, readings in enumerate(said)
        ]
    return fields


def scored(
    row: str, lines: Sequence[Line], readers: Sequence[Engine], *, misses: bool
) -> dict[str, Any]:
    """Return what the readers made of the numbers of a row, and what was accepted."""
    fields = read_by(readers, lines)
    truth = [digits_of(line.text) for line in lines]
    found: dict[str, Any] = {"numbers": len(lines), "characters": sum(map(len, truth))}
    said = {reader.name: said_by(reader.name, fields) for reader in readers}
    for name, texts in said.items():
        pairs = list(zip(texts, truth, strict=True))
        if misses:
            print(*(f"{row} {name}: {a} for {b}" for a, b in pairs if a != b), sep="\n")
        slips = sum(Levenshtein.distance(text, true) for text, true in pairs)
        found[name] = {
            "legible": sum(map(bool, texts)),
            "numbers_right": sum(text == true for text, true in pairs),
            "characters_right_percent": round(
                100 - 100 * slips / found["characters"], 1
            ),
        }
    found |= agreement(list(zip(*said.values(), strict=True)), truth)
    return found | {name: accepted(fields, truth, name) for name in CLASSES}


def digits_of(text: str) -> str:
    return plain(FieldKind.DIGITS, text)


def said_by(name: str, fields: Sequence[FieldReading]) -> list[str]:
    texts = [{one.engine: one.text for one in entry.readings} for entry in fields]
    return [digits_of(by_name.get(name, "")) for by_name in texts]


def agreement(said: Sequence[tuple[str, ...]], truth: Sequence[str]) -> dict[str, int]:
    """Return how often two readers say the same, and how often that is wrong."""
    agreed = [
        {a for a, b in itertools.combinations(texts, 2) if a and a == b}
        for texts in said
    ]
    return {
        "two_agree": sum(map(bool, agreed)),
        "two_agree_on_wrong": sum(
            bool(texts - {true}) for texts, true in zip(agreed, truth, strict=True)
        ),
    }


def accepted(
    fields: Sequence[FieldReading], truth: Sequence[str], error_class: ErrorClass
) -> dict[str, Any]:
    """Return what no person would be asked about, were the field of this class.

    The readers' agreement is all the proof there is: no ledger, sum or check digit.
    """
    classed = tuple(replace(entry, error_class=error_class) for entry in fields)
    page = PageReading(1, "numbers", "1", 0, 0.0, born_digital=False, fields=classed)
    judged = judge_page(
        page,
        rules=AcceptanceRules(),
        today=TODAY,
        known=Known(calibration=load_calibration()),
    )
    taken = [
        digits_of(one.value) == true
        for one, true in zip(judged, truth, strict=True)
        if one.status is FieldStatus.ACCEPTED
    ]
    wrong = len(taken) - sum(taken)
    return {
        "accepted": len(taken),
        "wrong": wrong,
        "wrong_percent_at_most": round(100 * upper_bound(wrong, len(taken)), 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    readers = default_engines().readers
    tables = [line for column in ruled() for line in numbers_of(column, options.folder)]
    rows = {
        "print, whole numbers": [line for line in tables if "." not in line.text],
        "print, with a point": [line for line in tables if "." in line.text],
        "print, typewriter": [
            line
            for column in typewritten()
            for line in numbers_of(column, options.folder)
        ],
        "hand, digits in boxes": list(boxed_digits()),
    }
    figures = {
        row: scored(row, lines, readers, misses=options.misses)
        for row, lines in rows.items()
    }
    publish("real_lines", {**machine(), "seed": SEED, "rows": figures})
    return 0


if __name__ == "__main__":
    sys.exit(main())
