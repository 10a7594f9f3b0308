"""Score the readers on sample_docs/inbox against the answer key.

Run: python benchmarks/score_samples.py [--json results.json] [--misses] [--inbox D --key F --forms D]

Exact rate per kind of field, kind of writing and reader; marks, empty fields, sorting,
turning and residuals; seconds by wall clock on one thread. Misses print the value of
invented people only: use --misses on sample documents, never on real ones.
"""

from __future__ import annotations

import argparse
import json
import platform
import re
import statistics
import sys
import time
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import cv2

from ocr.forms import load_forms
from ocr.model import FieldKind, FieldReading, PageReading
from ocr.read import default_engines, read_document

ROOT = Path(__file__).resolve().parent.parent
NUMERALS = (FieldKind.DIGITS, FieldKind.POSTAL, FieldKind.PHONE, FieldKind.AMOUNT)


@dataclass
class Tally:
    """Counts of right and all, by row and column of the table."""

    right: defaultdict[tuple[str, str], int] = field(
        default_factory=lambda: defaultdict(int)
    )
    all: defaultdict[tuple[str, str], int] = field(
        default_factory=lambda: defaultdict(int)
    )
    misses: list[str] = field(default_factory=list)
    residuals_mm: list[float] = field(default_factory=list)

    def add(self, row: str, column: str, *, right: bool, miss: str = "") -> None:
        self.all[row, column] += 1
        self.right[row, column] += right
        if not right and miss:
            self.misses.append(f"{row} {column}: {miss}")


def plain(kind: FieldKind, text: str) -> str:
    """Return a text with what normal forms ignore taken out."""
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    if kind in NUMERALS:
        return re.sub(r"\D", "", folded)
    if kind is FieldKind.DATE:
        return "/".join(re.findall(r"\d+|元|[^\W\d]", folded)[:1] + _numbers(folded))
    if kind is FieldKind.ADDRESS:
        return re.sub(r"[-‐−–ー一](?=\d)", "-", folded)
    return folded


def _numbers(text: str) -> list[str]:
    return [number.lstrip("0") for number in re.findall(r"\d+|元", text)]


def score_page(tally: Tally, page: PageReading, key: dict, place: str) -> None:
    if key["form"] is None:
        refused = (
            page.blank_page if key["other"] == "back" else page.trouble is not None
        )
        tally.add("page", f"refused: {key['other']}", right=refused, miss=place)
        return
    tally.add(
        "page", "sorted", right=page.form == key["form"], miss=f"{place} {page.trouble}"
    )
    if page.form != key["form"]:
        for name in key["fields"]:
            tally.add(key["writing"], name + " lost", right=False)
        return
    turned = page.rotation_deg == key["rotation_deg"]
    tally.add("page", "turned", right=turned, miss=f"{place} {page.rotation_deg}")
    if page.residual_mm is not None:
        tally.residuals_mm.append(page.residual_mm)
    group = (
        "digital"
        if page.born_digital
        else f"{key['writing']} {key['mode']}{key['dpi']}"
    )
    if key.get("seal_over_text"):
        group += " sealed"
    for one in page.fields:
        score_field(tally, one, key, group, place)


def score_field(
    tally: Tally, one: FieldReading, key: dict, group: str, place: str
) -> None:
    want = key["fields"].get(one.field_id)
    if want is None:
        return
    where = f"{place} {one.field_id}"
    if one.kind in (FieldKind.CHECK, FieldKind.SEAL):
        # A seal over the name is a seal too; the key's value says "in its place".
        marked = key["sealed"] if one.kind is FieldKind.SEAL else want["value"]
        right = one.checked is marked
        miss = f"{where}: {one.checked} want {marked} ink {one.ink:.3f}"
        tally.add(group, one.kind.value, right=right, miss=miss)
        return
    written = bool(want["text"])
    if one.struck_out:
        tally.misses.append(f"struck out: {where}")
    tally.add(
        group, "blank?", right=one.blank is not written, miss=f"{where} ink {one.ink}"
    )
    if not written or one.blank:
        return
    by_engine = {reading.engine: reading for reading in one.readings}
    for engine in ("pdf_text",) if "pdf_text" in by_engine else ("rapid", "tesseract"):
        reading = by_engine.get(engine)
        got = reading.text if reading else ""
        right = plain(one.kind, got) == plain(one.kind, want["text"])
        sure = f" ({reading.confidence:.2f})" if reading else ""
        miss = f"{where}: {got}{sure} want {want['text']}"
        tally.add(group, f"{one.kind.value} {engine[:5]}", right=right, miss=miss)


def print_table(tally: Tally) -> None:
    rows = sorted({row for row, _ in tally.all})
    for row in rows:
        columns = sorted(column for where, column in tally.all if where == row)
        print(f"{row}:")
        for column in columns:
            right, count = tally.right[row, column], tally.all[row, column]
            print(f"  {column:22} {right:4}/{count:<4} {right / count:.3f}")
    for engine in ("rapid", "tesse", "pdf_t"):
        for writing in ("printed", "hand", "digital"):
            cells = [
                cell
                for cell in tally.all
                if cell[1].endswith(" " + engine) and cell[0].startswith(writing)
            ]
            count = sum(tally.all[cell] for cell in cells)
            if count:
                right = sum(tally.right[cell] for cell in cells)
                print(f"{engine} {writing}: {right}/{count} {right / count:.3f}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inbox", type=Path, default=ROOT / "sample_docs/inbox")
    parser.add_argument(
        "--key", type=Path, default=ROOT / "sample_docs/keys/forms.jsonl"
    )
    parser.add_argument("--forms", type=Path, default=ROOT / "configs/forms")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--misses", action="store_true")
    options = parser.parse_args()
    cv2.setNumThreads(1)
    lines = options.key.read_text(encoding="utf-8").splitlines()
    keys: dict[str, dict[int, dict]] = defaultdict(dict)
    for entry in map(json.loads, lines):
        keys[entry["file"]][entry["page"]] = entry
    forms, tally = load_forms(options.forms), Tally()
    started = time.perf_counter()
    engines = default_engines()
    pages = 0
    for file, expected in keys.items():
        document = read_document(options.inbox / file, forms, engines)
        if options.misses:
            print(f"{file} {time.perf_counter() - started:.1f} s", file=sys.stderr)
        tally.add(
            "page", "counted", right=len(document.pages) == len(expected), miss=file
        )
        for page in document.pages:
            pages += 1
            score_page(tally, page, expected[page.page], f"{file} p{page.page}")
    seconds = time.perf_counter() - started
    if options.misses:
        print("\n".join(tally.misses))
    print_table(tally)
    residual = statistics.median(tally.residuals_mm)
    print(
        f"{pages} pages, {seconds:.1f} s; residual median {residual:.3f} mm, worst {max(tally.residuals_mm):.3f} mm"
    )
    if options.json:
        options.json.parent.mkdir(parents=True, exist_ok=True)
        options.json.write_text(
            json.dumps(
                {
                    "pages": pages,
                    "seconds": round(seconds, 1),
                    "machine": platform.machine(),
                    "python": platform.python_version(),
                    "residual_mm_median": round(residual, 4),
                    "residual_mm_worst": round(max(tally.residuals_mm), 4),
                    "cells": [
                        {
                            "row": row,
                            "column": column,
                            "right": tally.right[row, column],
                            "all": count,
                        }
                        for (row, column), count in sorted(tally.all.items())
                    ],
                },
                ensure_ascii=False,
                indent=1,
            )
            + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    sys.exit(main())
