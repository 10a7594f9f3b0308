"""Score the readers on generated pages of forms they were never tuned on.

Run: python -m benchmarks.score_ocr --pages 640 --seed 9001 \
         --json benchmarks/results/score_ocr.json --docs

Pages are made (benchmarks/paper), read by ocr.read in two processes, and judged by
tasks.domain.reading.acceptance with the proof by the planted residents' ledger, as the program
does. Seeds 1 to 999 are for fitting and tuning, 9000 and above for reports: pages of
reported seeds are never looked at while anything is tuned. `--misses` prints values of
invented people.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import multiprocessing
import os
import pickle
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from benchmarks.paper import report, tables
from benchmarks.paper.cast import TODAY
from benchmarks.paper.compare import Outcome, field_outcome
from benchmarks.paper.deck import DESIGNS, REPORTED_FROM, FilePlan, deck, odd_deck
from benchmarks.paper.design import write_design
from benchmarks.paper.judging import Judged, judged_pages
from benchmarks.paper.laid import PageOutcome, page_outcome
from benchmarks.paper.lists import LISTS
from benchmarks.paper.noise import LEVELS
from benchmarks.paper.render import cast_of, write_file
from benchmarks.paper.truth import PageTruth
from benchmarks.paper_lines import write_lines
from ocr.forms import load_forms
from ocr.model import DocumentReading, PageReading
from ocr.read import Engines, default_engines, read_document

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs" / "reading.md"


@dataclass(frozen=True)
class Job:
    """What a process needs to make and read one file."""

    plan: FilePlan
    seed: int
    folder: Path
    digits: Path | None


@dataclass(frozen=True)
class Read:
    """One file made and read."""

    truths: tuple[PageTruth, ...]
    document: DocumentReading
    seconds: float
    """Of reading alone, by wall clock, with the other process busy too."""


_engines: list[Engines] = []


def start() -> None:
    cv2.setNumThreads(1)
    _engines.append(default_engines(LISTS))


def _work(job: Job) -> Read:
    truths = write_file(job.plan, job.seed, job.folder / "scans", digits=job.digits)
    path = job.folder / "scans" / job.plan.name
    forms = load_forms(job.folder / "forms")
    started = time.perf_counter()
    document = read_document(path, forms, _engines[0])
    seconds = time.perf_counter() - started
    path.unlink()
    return Read(truths, _without_pictures(document), seconds)


def _without_pictures(document: DocumentReading) -> DocumentReading:
    pages = tuple(
        replace(
            page,
            page_png=b"",
            fields=tuple(replace(entry, crop_png=b"") for entry in page.fields),
        )
        for page in document.pages
    )
    return replace(document, pages=pages)


def read_deck(
    plans: Sequence[FilePlan],
    options: argparse.Namespace,
    folder: Path,
    begin: Callable[[], None] = start,
) -> list[Read]:
    """Return every file made and read; `begin` prepares each process."""
    for design in DESIGNS:
        write_design(design, folder / "forms")
    jobs = [Job(plan, options.seed, folder, options.digits) for plan in plans]
    context = multiprocessing.get_context("spawn")
    done: list[Read] = []
    with context.Pool(options.processes, initializer=begin) as pool:
        for read in pool.imap_unordered(_work, jobs):
            done.append(read)
            pages = sum(len(one.truths) for one in done)
            print(f"\r{pages} pages", end="", file=sys.stderr)
    print(file=sys.stderr)
    return sorted(done, key=lambda one: one.document.file)


def _read_pages(reads: Sequence[Read]) -> Iterator[tuple[PageTruth, PageReading, str]]:
    for one in reads:
        for truth, page in zip(one.truths, one.document.pages, strict=True):
            yield truth, page, one.document.file


def page_outcomes(reads: Sequence[Read]) -> list[PageOutcome]:
    return [
        page_outcome(truth, page, Path(file).suffix)
        for truth, page, file in _read_pages(reads)
    ]


def field_outcomes(reads: Sequence[Read], judged: Judged, seed: int) -> list[Outcome]:
    """Return the fields of all pages that were sorted right.

    Args:
        reads: Files made and read.
        judged: By file and page; pages that are missing are taken as all asked.
        seed: Of the run.
    """
    fields: list[Outcome] = []
    for truth, page, file in _read_pages(reads):
        known = (page.form, page.form_version) == (truth.form, truth.version)
        if page.trouble is not None or not known:
            continue
        by_id = judged.get((file, page.page), {})
        fields += [
            field_outcome(
                truth.fields[entry.field_id],
                entry,
                by_id.get(entry.field_id),
                truth,
                seed=seed,
            )
            for entry in page.fields
        ]
    return fields


def summary(
    fields: Sequence[Outcome], pages: Sequence[PageOutcome], reads: Sequence[Read]
) -> dict[str, object]:
    seconds = sum(one.seconds for one in reads)
    count = sum(len(one.truths) for one in reads)
    written = report.ordinary(fields)
    texts = [one for one in written if not report.is_mark(one.kind)]
    marks = [one for one in written if report.is_mark(one.kind)]
    by_level = report.grouped(
        texts, lambda one: (one.writing, one.level, str(one.sealed))
    )
    corrected = [one for one in fields if one.corrected and not one.odd]
    return {
        "pages": count,
        "fields": len(fields),
        "reading_seconds_a_page": round(seconds / count, 3),
        "page": report.page_row(pages),
        "seconds_by_level": _seconds_by_level(reads),
        "asked": report.asked_rows(fields),
        "odd": report.odd_rows(pages, fields),
        "aims": [
            dataclasses.asdict(one)
            for one in report.aims(fields, report.page_row(pages))
        ],
        "page_by_level": {
            level: report.page_row([one for one in pages if one.level == level])
            for level in LEVELS
        },
        "text": {" ".join(key): report.cell(group) for key, group in by_level.items()},
        "marks": {
            " ".join(key): report.cell(group)
            for key, group in report.grouped(
                marks, lambda one: (one.kind.value, one.level)
            ).items()
        },
        "corrected": report.cell(corrected),
        "all": {
            **{
                f"{key[0]}, written": report.cell(group)
                for key, group in report.grouped(texts, lambda o: (o.writing,)).items()
            },
            "all written": report.cell(texts),
            "all marks, choices, codes": report.cell(marks),
            "everything": report.cell(written),
        },
        "cells": report.cells(fields),
    }


def _kept(path: Path | None, plans: Sequence[FilePlan]) -> list[Read]:
    """Return the readings of an earlier run of the same deck, to judge them anew."""
    if path is None or not path.is_file():
        return []
    kept: list[Read] = pickle.loads(path.read_bytes())  # noqa: S301 - our own file
    if {one.document.file for one in kept} != {plan.name for plan in plans}:
        raise SystemExit(f"{path.name}: readings of another deck; delete it")
    return kept


def _seconds_by_level(reads: Sequence[Read]) -> dict[str, float]:
    found: dict[str, float] = {}
    for level in LEVELS:
        some = [one for one in reads if one.truths[0].level == level]
        count = sum(len(one.truths) for one in some)
        if count:
            found[level] = round(sum(one.seconds for one in some) / count, 3)
    return found


def machine() -> dict[str, object]:
    found = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,  # a copy without its history has no commit to name
    )
    commit = found.stdout.strip() or "unknown"
    return {
        "commit": commit,
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=640)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--levels", nargs="+", choices=LEVELS, default=list(LEVELS))
    parser.add_argument("--odd", type=int, default=6, help="of each kind of bad page")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--digits", type=Path, help="archive of people's digits")
    parser.add_argument("--lines", type=Path, help="write a JSON line per field")
    parser.add_argument("--misses", type=Path, help="write what was misread")
    parser.add_argument("--readings", type=Path, help="keep readings, to judge again")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--docs", action="store_true", help="write docs/reading.md")
    options = parser.parse_args()
    if options.docs and options.seed < REPORTED_FROM:
        parser.error(f"seeds below {REPORTED_FROM} are for tuning, never reported")
    people = options.digits is not None
    plans = [
        *deck(options.pages, options.seed, options.levels, people=people),
        *odd_deck(options.odd, options.seed),
    ]
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        reads = _kept(options.readings, plans) or read_deck(plans, options, folder)
        if options.readings:
            options.readings.write_bytes(pickle.dumps(reads))
        documents = [one.document for one in reads]
        cast = cast_of(options.seed)
        judged = judged_pages(documents, cast, folder / "ledger", TODAY)
    pages = page_outcomes(reads)
    fields = field_outcomes(reads, judged, options.seed)
    result = {
        "seed": options.seed,
        **machine(),
        **summary(fields, pages, reads),
    }
    if options.lines:
        write_lines(options.lines, [one.line for one in fields if one.line])
    if options.misses:
        options.misses.write_text(report.confusions(fields, pages), encoding="utf-8")
    if options.json:
        text = json.dumps(result, ensure_ascii=False, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    if options.docs:
        tables.put_into(DOCS, tables.document(result))
    print(tables.document(result))


if __name__ == "__main__":
    main()
