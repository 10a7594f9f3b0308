"""How fast scans are read on two cores, beside the engines alone, and in what memory.

    python -m benchmarks.ocr_speed --pages 60 --rounds 3 --seed 7
    python -m benchmarks.ocr_speed --only memory --memory-pages 2000 --seed 7

Pages are those of sample_docs/inbox, each time shifted, shaded and cut off a little
differently. In turns, on the same pages, so that a busy machine slows all alike:

- pipeline: ocr.read.read_document with the usual readers, two threads as the flow does
  it; once more with two processes;
- readers: their `read` alone on exactly the snippets that the pipeline cut, two threads;
- engines: still less, only the runs of the two networks on lines made ready before,
  the starts of Tesseract, and our own reader of shapes, two threads;
- memory: resident size of one worker over many pages, its slope after the first tenth.

Where the machine is not idle, seconds mean little; the share by CPU time still does.
Prints and writes benchmarks/results/ocr_speed.json, each part with machine, load,
commit and seed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from ocr.engines import rapid
from ocr.engines.base import Engine
from ocr.engines.rapid import RapidEngine
from ocr.engines.tesseract import TesseractEngine
from ocr.forms import FormDefinition, load_forms
from ocr.model import DocumentReading, FieldKind, Reading
from ocr.pages import open_pages
from ocr.preprocess import Snippet
from ocr.read import Engines, default_engines, read_document

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results" / "ocr_speed.json"
FORM_FIELDS = 15
"""Fields of the page that the aim of 60 pages a minute speaks of."""
STATUS = Path("/proc/self/status")


class Collecting:
    """Reads nothing; keeps the snippets of each page."""

    name, version = "collecting", "1"

    def __init__(self) -> None:
        self.pages: list[tuple[Snippet, ...]] = []

    def read(self, snippets: Sequence[Snippet]) -> tuple[Reading | None, ...]:
        self.pages.append(tuple(snippets))
        return (None,) * len(snippets)


def varied(inbox: Path, folder: Path, count: int, seed: int) -> list[Path]:
    """Return one-page scans: the inbox's filled forms in turn, none like another."""
    rng = np.random.default_rng(seed)
    sources: list[tuple[np.ndarray, float]] = []
    for path in sorted(inbox.iterdir()):
        sources += [
            (page.picture, page.dpi)
            for page in open_pages(path)
            if not page.born_digital and float(np.std(page.picture)) > 12
        ]
    paths = []
    for number in range(count):
        picture, dpi = sources[number % len(sources)]
        cut = rng.integers(0, 12, 4)
        shade = rng.uniform(0.93, 1.0)
        height, width = picture.shape[:2]
        part = picture[cut[0] : height - cut[1], cut[2] : width - cut[3]]
        shaded = np.clip(part.astype(np.float32) * shade, 0, 255).astype(np.uint8)
        path = folder / f"scan-{number:04}.jpg"
        Image.fromarray(cv2.cvtColor(shaded, cv2.COLOR_BGR2RGB)).save(
            path, quality=88, dpi=(dpi, dpi)
        )
        paths.append(path)
    return paths


def in_threads(
    work: Callable[[Any], Any], given: Sequence[Any]
) -> tuple[float, list[Any]]:
    """Return the seconds and the results of two threads."""
    started = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(work, given))
    return time.perf_counter() - started, results


@dataclass
class Spent:
    """What one way of working took, over all rounds."""

    seconds: float = 0.0
    cpu_seconds: float = 0.0

    def add(self, work: Callable[[Any], Any], given: Sequence[Any]) -> list[Any]:
        before = cpu_seconds()
        seconds, results = in_threads(work, given)
        self.cpu_seconds += cpu_seconds() - before
        self.seconds += seconds
        return results

    def figures(self) -> dict[str, float]:
        return {
            "seconds": round(self.seconds, 2),
            "cpu_seconds": round(self.cpu_seconds, 2),
        }


def cpu_seconds() -> float:
    """Return what this process and the programs it started have used of the cores."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def count(documents: Sequence[DocumentReading]) -> dict[str, int]:
    pages = [page for document in documents for page in document.pages]
    marks = (FieldKind.CHECK, FieldKind.CHOICE, FieldKind.SEAL, FieldKind.SIGNATURE)
    return {
        "pages": len(pages),
        "troubled": sum(page.trouble is not None for page in pages),
        "fields": sum(len(page.fields) for page in pages),
        "fields_with_writing": sum(
            not one.blank and one.kind not in marks
            for page in pages
            for one in page.fields
        ),
    }


def rates(counted: dict[str, int], seconds: float) -> dict[str, float]:
    """Return what was read per time; all three look at the same pages."""
    return {
        "pages_a_minute": round(60 * counted["pages"] / seconds, 1),
        "fifteen_field_pages_a_minute": round(
            60 * counted["fields"] / seconds / FORM_FIELDS, 1
        ),
        "fields_a_second": round(counted["fields_with_writing"] / seconds, 2),
    }


def pipeline_in_processes(paths: Sequence[Path], folder: Path) -> dict[str, Any]:
    """Return the same with two processes of one thread each."""
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(2)
    results = context.Queue()
    workers = [
        context.Process(target=_worker, args=(paths[half::2], folder, barrier, results))
        for half in (0, 1)
    ]
    for worker in workers:
        worker.start()
    parts = [results.get(timeout=3600) for _ in workers]
    for worker in workers:
        worker.join()
    seconds = max(seconds for seconds, _ in parts)
    counted = [counts for _, counts in parts]
    total = {key: sum(one[key] for one in counted) for key in counted[0]}
    return {"seconds": round(seconds, 2)} | rates(total, seconds)


def _worker(paths: Sequence[Path], folder: Path, barrier: Any, results: Any) -> None:
    cv2.setNumThreads(1)
    forms, engines = load_forms(folder), default_engines()
    read_document(paths[0], forms, engines)
    barrier.wait(timeout=600)
    started = time.perf_counter()
    documents = [read_document(path, forms, engines) for path in paths]
    results.put((time.perf_counter() - started, count(documents)))


Call = tuple[Callable[..., Any], tuple[Any, ...]]


def engine_calls(page: tuple[Snippet, ...], readers: Sequence[Engine]) -> list[Call]:
    """Return the calls of the engines for a page, all that they are given made ready."""
    calls: list[Call] = []
    for reader in readers:
        if isinstance(reader, RapidEngine):
            calls += [
                (reader._session.run, (None, {reader._input: rapid._prepared(line)}))  # noqa: SLF001
                for snippet in page
                for line in snippet.lines
            ]
        elif isinstance(reader, TesseractEngine):
            starts = _Starts()
            starts.read(page)
            calls += [(reader._started, given) for given in starts.given]  # noqa: SLF001
        else:
            calls.append((reader.read, (page,)))
    return calls


class _Starts(TesseractEngine):
    """Tesseract that is not started; keeps what it would be given."""

    def __init__(self) -> None:
        super().__init__()
        self.given: list[tuple[str, list[Any]]] = []

    def _started(self, language: str, lines: list[Any]) -> list[list[Any]]:
        self.given.append((language, lines))
        return [[] for _ in lines]


def _call(calls: list[Call]) -> None:
    for call, given in calls:
        call(*given)


def speed(
    paths: Sequence[Path], forms: Sequence[FormDefinition], options: argparse.Namespace
) -> dict[str, Any]:
    collecting = Collecting()
    started = time.process_time()
    for path in paths:
        read_document(path, forms, Engines((collecting,)))
    without_readers = time.process_time() - started
    pages = [page for page in collecting.pages if page]
    engines = default_engines()
    calls = [engine_calls(page, engines.readers) for page in pages]
    read_document(paths[0], forms, engines)  # blanks and models are loaded once

    def read(page: tuple[Snippet, ...]) -> None:
        for reader in engines.readers:
            reader.read(page)

    whole, readers, alone = Spent(), Spent(), Spent()
    documents: list[DocumentReading] = []
    for _ in range(options.rounds):
        documents = whole.add(lambda path: read_document(path, forms, engines), paths)
        readers.add(read, pages)
        alone.add(_call, calls)
    counted = count(documents)
    every = {key: value * options.rounds for key, value in counted.items()}
    return {
        "rounds": options.rounds,
        **counted,
        "threads": whole.figures() | rates(every, whole.seconds),
        "processes": pipeline_in_processes(paths, options.forms),
        "readers": readers.figures() | rates(every, readers.seconds),
        "engines": alone.figures() | rates(every, alone.seconds),
        "cpu_ms_a_page_without_readers": round(1000 * without_readers / len(paths), 1),
        "cpu_ms_a_page": {
            reader.name: round(1000 * _cpu_of(reader, pages) / len(paths), 1)
            for reader in engines.readers
        },
        "share_of_readers": round(readers.seconds / whole.seconds, 3),
        "share_of_readers_by_cpu": round(readers.cpu_seconds / whole.cpu_seconds, 3),
        "share_of_engines": round(alone.seconds / whole.seconds, 3),
        "share_of_engines_by_cpu": round(alone.cpu_seconds / whole.cpu_seconds, 3),
    }


def _cpu_of(reader: Engine, pages: Sequence[tuple[Snippet, ...]]) -> float:
    before = cpu_seconds()
    for page in pages:
        reader.read(page)
    return cpu_seconds() - before


def memory(paths: Sequence[Path], folder: Path, pages: int) -> dict[str, Any]:
    """Return the resident size of a worker of two threads over many pages.

    In a process of its own: making the pages leaves half a gigabyte in the heap.
    """
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_remembering, (paths, folder, pages))


def _remembering(paths: Sequence[Path], folder: Path, pages: int) -> dict[str, Any]:
    cv2.setNumThreads(1)
    forms, engines = load_forms(folder), default_engines()
    sizes: list[tuple[int, float]] = []
    for done in range(0, pages, 20):
        batch = [paths[(done + step) % len(paths)] for step in range(20)]
        in_threads(lambda path: read_document(path, forms, engines).sha256, batch)
        sizes.append((done + 20, resident_mb()))
        print(f"{done + 20} pages, {sizes[-1][1]:.0f} MB", file=sys.stderr)
    settled = np.array(sizes[max(1, len(sizes) // 10) :])
    slope = float(np.polyfit(settled[:, 0], settled[:, 1], 1)[0]) if len(settled) else 0
    return {
        "pages": pages,
        "peak_mb": round(max(size for _, size in sizes), 1),
        "first_mb": round(sizes[0][1], 1),
        "last_mb": round(sizes[-1][1], 1),
        "slope_mb_per_1000_pages": round(1000 * slope, 2),
        "mb_by_page": [
            [page, round(size, 1)] for page, size in sizes[:: max(1, len(sizes) // 20)]
        ],
    }


def resident_mb() -> float:
    for line in STATUS.read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise OSError("no VmRSS")


def part(name: str, options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    load = round(os.getloadavg()[0], 2)
    forms = load_forms(options.forms)
    paths = varied(options.inbox, folder, options.pages, options.seed)
    if name == "speed":
        found = speed(paths, forms, options)
    else:
        found = memory(paths, options.forms, options.memory_pages)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    ).stdout.strip()
    return found | {
        "seed": options.seed,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_before": load,
        "load_after": round(os.getloadavg()[0], 2),
        "python": platform.python_version(),
        "commit": commit,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory-pages", type=int, default=2000)
    parser.add_argument("--only", choices=("speed", "memory"))
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--inbox", type=Path, default=ROOT / "sample_docs/inbox")
    parser.add_argument("--forms", type=Path, default=ROOT / "configs/forms")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    known = json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    for name in (options.only,) if options.only else ("speed", "memory"):
        with tempfile.TemporaryDirectory() as temporary:
            known[name] = part(name, options, Path(temporary))
    options.out.parent.mkdir(parents=True, exist_ok=True)
    shown = json.dumps(known, ensure_ascii=False, indent=1) + "\n"
    options.out.write_text(shown, encoding="utf-8")
    print(shown)


if __name__ == "__main__":
    main()
