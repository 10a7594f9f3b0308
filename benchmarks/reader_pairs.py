"""What the agreement of two readers is worth: `python -m benchmarks.reader_pairs`.

    python -m benchmarks.reader_pairs --seeds 501 502 503 --work /tmp/pages
    python -m benchmarks.reader_pairs --seeds 521 522 523 --wild --work /tmp/pages
    python -m benchmarks.reader_pairs --seeds 901 --boxes 400

Makes sample pages from seeds, lets every reader read the snippets that the pipeline
cuts, and counts per kind and kind of writing: how often each reader is right, how often
two of them say the same, how often any two do, and how often that is wrong. `--wild`
bends every stroke and shakes letters half as much again as the samples do. `--boxes`
writes seven digits in boxes as careless people draw them, stroke by stroke, without
any font (benchmarks/paper).
Writes benchmarks/results/reader_pairs[-wild|-boxes].json.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import subprocess
from collections import Counter, defaultdict
from collections.abc import Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from benchmarks.ocr_speed import Collecting
from benchmarks.paper.hand import Writer, letter_ink, writer
from benchmarks.score_samples import plain
from ocr.engines.base import Engine
from ocr.fields.pictures import side_by_side
from ocr.forms import load_forms
from ocr.model import FieldKind
from ocr.preprocess import Snippet
from ocr.read import Engines, default_engines, read_document
from sample_docs import make
from sample_docs.city import make_city
from sample_docs.form_2019 import FORM_2019
from sample_docs.form_2026 import FORM_2026
from sample_docs.pen import Page

RESULTS = Path(__file__).parent / "results"
Truth = tuple[Snippet, str, str]
"""A field, what was written there, and printed or hand."""


@contextmanager
def wilder_hand() -> Any:
    """Let every letter written by hand lean, swell and wave more than usual."""
    usual = Page._shake  # noqa: SLF001 - the samples have no knob for it

    def shaken(self: Page, alpha: Any, wild: float) -> Any:
        letter = usual(self, alpha, wild * 1.5)
        side = letter.shape[0]
        waves = []
        for _ in range(2):
            wave = self.rng.normal(0, 1, (side, side)).astype(np.float32)
            wave = cv2.GaussianBlur(wave, (0, 0), side / 14)
            reach = side * 0.035 * self.rng.uniform(0.4, 1.2)
            waves.append(wave / (np.abs(wave).max() + 1e-6) * reach)
        rows, columns = np.mgrid[0:side, 0:side].astype(np.float32)
        bent = cv2.remap(letter, columns + waves[0], rows + waves[1], cv2.INTER_LINEAR)
        return np.clip(bent, 0, 1)

    Page._shake = shaken  # type: ignore[method-assign]  # noqa: SLF001
    try:
        yield
    finally:
        Page._shake = usual  # type: ignore[method-assign]  # noqa: SLF001


def made(seed: int, folder: Path) -> None:
    """Write the inbox, its key and the forms of a seed, unless they are there."""
    if (folder / "keys" / "forms.jsonl").exists():
        return
    city = make_city(seed)
    for design in (FORM_2026, FORM_2019):
        make.write_design(design, folder / "forms")
    make.write_paper(city, folder, seed, lambda _: None)


def fields_of(folder: Path) -> list[list[Truth]]:
    """Return the written fields of each page, cut as the pipeline cuts them."""
    forms = load_forms(folder / "forms")
    pages: list[list[Truth]] = []
    keys: dict[str, dict[int, Any]] = defaultdict(dict)
    lines = (folder / "keys" / "forms.jsonl").read_text(encoding="utf-8").splitlines()
    for entry in map(json.loads, lines):
        keys[entry["file"]][entry["page"]] = entry
    for file, expected in keys.items():
        collecting = Collecting()
        read_document(folder / "inbox" / file, forms, Engines((collecting,)))
        for snippets in collecting.pages:
            found = []
            for one in snippets:
                key = expected[one.page]
                text = key["fields"].get(one.field_id, {}).get("text")
                if key["form"] and text:
                    found.append((one, text, key["writing"]))
            pages.append(found)
    return pages


def tallied(
    pages: Sequence[Sequence[Truth]], readers: Sequence[Engine]
) -> dict[str, Counter[str]]:
    tally: dict[str, Counter[str]] = defaultdict(Counter)
    for page in pages:
        by_reader = [reader.read([one for one, _, _ in page]) for reader in readers]
        for (one, text, writing), *readings in zip(page, *by_reader, strict=True):
            said = {
                reader.name: plain(one.kind, reading.text)
                for reader, reading in zip(readers, readings, strict=True)
                if reading
            }
            cells = (f"{writing} {one.kind.value}", f"{writing} all")
            if one.kind in NUMERALS:
                cells = (*cells, f"{writing} numerals and kana")
            for cell in cells:
                count(tally[cell], said, plain(one.kind, text))
    return tally


def boxed(seed: int, count: int) -> list[list[Truth]]:
    """Return numbers of seven digits, one a box, drawn by careless writers."""
    draw = random.Random(seed)  # noqa: S311 - reproducible
    rng = np.random.default_rng(seed)
    pages: list[list[Truth]] = []
    for number in range(count):
        who = writer("careless", draw)
        text = "".join(draw.choices("0123456789", k=7))
        cells = tuple(_cell(who, digit, rng) for digit in text)
        lines = (side_by_side(cells),)
        box = (0.0, 0.0, 70.0, 10.0)
        one = Snippet(
            "0" * 64, 1, f"boxes {number}", FieldKind.DIGITS, box, lines, cells
        )
        if number % 20 == 0:
            pages.append([])
        pages[-1].append((one, text, "careless"))
    return pages


def _cell(who: Writer, digit: str, rng: np.random.Generator) -> Any:
    """Return a digit as a scanner shows it, cut as the pipeline cuts boxes."""
    ink = np.asarray(letter_ink(who, digit, 60, 11.8, rng), np.float32)
    soft = cv2.GaussianBlur(ink, (0, 0), 0.7)
    grey = 255 * (1 - 0.88 * soft) + rng.normal(0, 3, ink.shape)
    near = cv2.dilate((ink > 0.2).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    rows, columns = np.flatnonzero(near.any(axis=1)), np.flatnonzero(near.any(axis=0))
    clean = np.where(near, grey.clip(0, 255), 255).astype(np.uint8)
    return clean[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


NUMERALS = frozenset(FieldKind) - {FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT}


def count(cell: Counter[str], said: dict[str, str], truth: str) -> None:
    cell["fields"] += 1
    for name, text in said.items():
        cell[f"{name} right"] += text == truth
    agreed = set()
    for one, other in itertools.combinations(said, 2):
        if said[one] and said[one] == said[other]:
            cell[f"{one}+{other} agree"] += 1
            cell[f"{one}+{other} wrong"] += said[one] != truth
            agreed.add(said[one])
    for text in agreed - {truth}:
        if len(text) == len(truth):
            cell.update(
                f"agreed on {seen} for {meant}"
                for seen, meant in zip(text, truth, strict=True)
                if seen != meant
            )
    cell["all agree"] += len(said) > 2 and len(set(said.values())) == 1
    cell["all wrong"] += len(said) > 2 and set(said.values()) == agreed - {truth}
    cell["any two agree"] += bool(agreed)
    cell["any two wrong"] += bool(agreed) and agreed != {truth}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, nargs="+", required=True)
    parser.add_argument("--wild", action="store_true")
    parser.add_argument("--boxes", type=int, default=0, help="numbers to draw instead")
    parser.add_argument("--work", type=Path, help="keeps the pages; needed for pages")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    readers = default_engines().readers
    total: dict[str, Counter[str]] = defaultdict(Counter)
    if not options.boxes and options.work is None:
        parser.error("--work is needed for pages")
    for seed in options.seeds:
        if options.boxes:
            for cell, counts in tallied(boxed(seed, options.boxes), readers).items():
                total[cell].update(counts)
            continue
        folder = options.work / f"{seed}{'-wild' if options.wild else ''}"
        if options.wild:
            with wilder_hand():
                made(seed, folder)
        else:
            made(seed, folder)
        for cell, counts in tallied(fields_of(folder), readers).items():
            total[cell].update(counts)
    for cell in sorted(total):
        shares = {
            name: number
            if name.endswith("wrong") or name.startswith("agreed on")
            else round(number / total[cell]["fields"], 3)
            for name, number in total[cell].items()
            if name != "fields"
        }
        print(f"{cell:28} {total[cell]['fields']:5}", shares)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
    ).stdout.strip()
    way = "-boxes" if options.boxes else "-wild" if options.wild else ""
    out = RESULTS / f"reader_pairs{way}.json"
    found = {
        "seeds": options.seeds,
        "wild": options.wild,
        "commit": commit,
        "cells": {cell: dict(counts) for cell, counts in sorted(total.items())},
    }
    out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
