"""Scored lines from the two sample forms, on pages of seeds of their own.

Run: python -m benchmarks.sample_lines OUT.jsonl --first 41 --pages 100

Each page has an invented applicant, a hand and a scan drawn from its seed; the readers
that the program uses read it, and every field is written down as
`benchmarks/paper_lines.py` says. For fitting; what is reported is measured elsewhere.
"""

from __future__ import annotations

import argparse
import datetime as dt
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from benchmarks.paper_lines import ScoredField, ScoredReader, write_lines
from ocr.forms import FormDefinition, load_forms
from ocr.model import FieldKind, FieldReading
from ocr.read import Engines, default_engines, read_document
from sample_docs.cases import Asked, Case, written
from sample_docs.cases_forms import FormCase
from sample_docs.city import make_city
from sample_docs.filling import DPI, Fields, Filling, fill
from sample_docs.form_2019 import FORM_2019
from sample_docs.form_2026 import FORM_2026
from sample_docs.pen import BLACK, BLUE, PENCIL, Hand
from sample_docs.people import Person
from sample_docs.scanner import Scan, add_specks, scan
from tasks.domain.reading.field_values import value_of

ROOT = Path(__file__).resolve().parent.parent
TODAY = dt.date(2026, 11, 20)
MARKS = (FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE, FieldKind.CHOICE)
PRINT = ("gothic", "mincho", "sans")
HANDS = ("seto", "kiloji", "yoz", "yoz_bold", "maru")
LEVELS = ("clean", "office", "office", "copy", "fax")


def scan_of(level: str, rng: np.random.Generator) -> Scan:
    skew = float(rng.normal(0, 0.8))
    if level == "clean":
        return Scan(dpi=300, skew_deg=skew / 4, noise=1.0)
    if level == "office":
        colour = rng.random() < 0.5
        return Scan(dpi=300, mode="colour" if colour else "grey", skew_deg=skew)
    if level == "copy":
        blur = float(rng.uniform(0.5, 1.2))
        white = int(rng.integers(222, 250))
        return Scan(dpi=200, skew_deg=skew, blur_px=blur, noise=6.0, white=white)
    return Scan(dpi=200, mode="bilevel", skew_deg=skew)


def applicant(person: Person, rng: np.random.Generator) -> FormCase:
    phone = f"0399-{rng.integers(20, 99)}-{rng.integers(1000, 9999)}"
    if rng.random() < 0.4:
        phone = f"090-{rng.integers(1000, 9999)}-{rng.integers(1000, 9999)}"
    asked = Asked(
        person.name,
        person.kana,
        person.birth,
        written(person.address, str(rng.choice(["arabic", "hyphen"]))),
        person.address.area.postal,
        phone,
    )
    base = int(rng.integers(1, 999)) * int(rng.choice([100, 1000]))
    extra = int(rng.integers(0, 200)) * int(rng.choice([100, 500, 1000]))
    account = f"{rng.integers(0, 10**7):07d}"
    case = Case("", "", (), asked)
    return FormCase(case, base, extra, base + extra, account, person.kana)


def page_lines(
    seed: int, forms: list[FormDefinition], engines: Engines, people: list[Person]
) -> Iterator[ScoredField]:
    rng = np.random.default_rng([seed, 7])
    form = applicant(people[int(rng.integers(len(people)))], rng)
    printed = rng.random() < 0.5
    ink = (BLACK, BLUE, PENCIL)[int(rng.integers(3))]
    face = str(rng.choice(PRINT if printed else HANDS))
    hand = Hand(face, BLACK if printed else ink, 0 if printed else rng.uniform(0.7, 2))
    seal = "" if rng.random() < 0.6 else str(rng.choice(["apart", "over"]))
    how = Filling(hand, seal, commas=bool(rng.random() < 0.7))
    design = FORM_2026 if rng.random() < 0.6 else FORM_2019
    level = LEVELS[int(rng.integers(len(LEVELS)))]
    page, truth = fill(design, form, how, rng)
    plan = scan_of(level, rng)
    picture = scan(page.picture(), DPI, plan, rng)
    if level == "fax":
        picture = add_specks(picture, 60, rng)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "page.png"
        picture.save(path, dpi=(plan.dpi, plan.dpi))
        document = read_document(path, forms, engines)
    for reading in document.pages[0].fields:
        yield scored(
            reading,
            truth,
            form=design.form,
            writing="printed" if printed else "hand",
            level=level,
            sealed=seal == "over" and reading.field_id == "name",
            # A seal over the name is a seal as well as one in its place.
            marked=bool(seal) if reading.kind is FieldKind.SEAL else None,
            seed=seed,
        )


def scored(
    reading: FieldReading, truth: Fields, *, marked: bool | None, **where: object
) -> ScoredField:
    text = str(truth[reading.field_id]["text"])
    right = value_of(reading.kind, text, today=TODAY)
    readers = []
    for one in reading.readings:
        found = value_of(reading.kind, one.text, today=TODAY)
        second = [o.confidence for o in one.runners_up if o.text != one.text]
        readers.append(
            ScoredReader(
                engine=one.engine,
                value=found.key if found.usable else "",
                confidence=round(one.confidence, 5),
                margin=round(one.confidence - max(second, default=0.0), 5),
                right=found.usable and found.key == right.key,
            )
        )
    if marked is None:
        marked = bool(truth[reading.field_id]["value"])
    mark = reading.kind in MARKS
    return ScoredField(
        field=reading.field_id,
        kind=reading.kind.value,
        error_class=reading.error_class.value,
        page=str(where["seed"]),
        written=marked if mark else bool(text),
        blank=reading.blank,
        readers=tuple(readers),
        status="ask" if mark and reading.checked is None else "",
        right=mark and reading.checked is marked,
        spoilt=reading.covered or reading.struck_out,
        **where,  # type: ignore[arg-type]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--first", type=int, required=True, help="first seed")
    parser.add_argument("--pages", type=int, default=100)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    forms = list(load_forms(ROOT / "configs/forms"))
    engines = default_engines()
    city = make_city(options.first, 1500)
    people = [one for one in city.people if one.birth and one.kind == "住登内"]
    lines: list[ScoredField] = []
    started = time.perf_counter()
    for seed in range(options.first, options.first + options.pages):
        lines.extend(page_lines(seed, forms, engines, people))
        if seed % 10 == 0:
            write_lines(options.out, lines)
            seconds = time.perf_counter() - started
            print(f"{seed} {len(lines)} fields {seconds:.0f} s", file=sys.stderr)
    write_lines(options.out, lines)


if __name__ == "__main__":
    main()
