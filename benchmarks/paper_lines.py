"""Readings with the truth beside them: one JSON line per field, for scoring and fitting.

`benchmarks/score_ocr.py` and `python -m benchmarks.sample_lines` write such lines;
`python -m benchmarks.fit_calibration` reads them. A line:

    {"form": "child_allowance", "field": "birth_date", "kind": "date",
     "error_class": "strict", "writing": "printed", "level": "office", "sealed": false,
     "seed": 41, "page": "41-17", "written": true, "blank": false,
     "readers": [{"engine": "rapid", "value": "1986-01-13", "confidence": 0.9981,
                  "margin": 0.9932, "right": true}, ...],
     "status": "accepted", "right": true}

Every field of every page that was sorted as the right form is one line: also those
left empty, and marks (whose `readers` is empty). Values are of invented people alone.
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class ScoredReader:
    """What one reader made of a field."""

    engine: str
    """As in ocr.model.Reading."""
    value: str
    """Comparison key (`FieldValue.key`) when the text is usable, else empty. Two
    readers agree when these are equal and not empty."""
    confidence: float
    """0.0-1.0, as in ocr.model.Reading."""
    margin: float
    """Confidence less that of the first runner-up with another text; the confidence
    itself when there is no runner-up."""
    right: bool
    """The value is that of the truth."""


@dataclass(frozen=True, slots=True)
class ScoredField:
    """One field of one generated page, as read and as written."""

    form: str
    field: str
    kind: str
    """Value of ocr.model.FieldKind."""
    error_class: str
    writing: str
    """printed, hand (handwriting-like) or real (people's own writing)."""
    level: str
    """clean, office, copy or fax; other words for levels of their own."""
    sealed: bool
    """A seal lies over this field."""
    seed: int
    """Of the page. Seeds used for fitting are never reported on."""
    page: str
    """Names the page among all lines: fields of one page are not independent."""
    written: bool
    """Something stands there."""
    blank: bool
    """The reading says that nothing does."""
    readers: tuple[ScoredReader, ...] = ()
    """In the order of the readings."""
    status: str = ""
    """accepted, ask or blank, as acceptance judged the page; empty if not judged."""
    right: bool = False
    """The value that acceptance took (or would propose) is the true one."""
    spoilt: bool = False
    """Covered or struck out as the reading itself says: asked whatever agrees."""
    reason: str = ""
    """Why it was asked, Japanese without the value; empty when it was not, or not judged."""


def write_lines(path: Path, fields: Iterable[ScoredField]) -> None:
    """Write the fields, one JSON line each."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        for one in fields:
            file.write(json.dumps(dataclasses.asdict(one), ensure_ascii=False) + "\n")


def read_lines(paths: Iterable[Path]) -> Iterator[ScoredField]:
    """Yield the fields of all files.

    Raises:
        TypeError: A line has other keys than `ScoredField`.
    """
    for path in paths:
        with path.open(encoding="utf-8") as file:
            for line in file:
                raw = json.loads(line)
                raw["readers"] = tuple(ScoredReader(**one) for one in raw["readers"])
                yield ScoredField(**raw)
