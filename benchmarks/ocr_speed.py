"""How fast scans are read on two cores, beside the readers alone, and in what memory.

    python -m benchmarks.ocr_speed --pages 60 --memory-pages 2000 --seed 7

Pages are those of sample_docs/inbox, each time shifted, shaded and cut off a little
differently. In the same run, on the same pages:

- pipeline: ocr.read.read_document with the usual readers, two threads as the flow does
  it, and two processes;
- bare: only the readers' `read`, on exactly the snippets that the pipeline cut, two
  threads; and each reader alone on one core;
- memory: resident size of one worker over many pages, its slope after the first tenth.

Where the machine is not idle, seconds mean little; the share by CPU time still does.
Prints and writes benchmarks/results/ocr_speed.json with machine, load, commit, seed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from PIL import Image

from ocr.engines.base import Engine
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


def in_threads(work: Callable[[Any], Any], given: Sequence[Any]) -> tuple[float, list]:
    """Return the seconds and the results of two threads."""
    started = time.perf_counter()
    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(work, given))
    return time.perf_counter() - started, results


def pipeline(paths: Sequence[Path], forms: Sequence[FormDefinition]) -> dict[str, Any]:
    engines = default_engines()
    read_document(paths[0], forms, engines)  # blanks and models are loaded once
    before = cpu_seconds()
    seconds, documents = in_threads(
        lambda path: read_document(path, forms, engines), paths
    )
    spent = cpu_seconds() - before
    return figures(seconds, documents) | {"cpu_seconds": round(spent, 2)}


def cpu_seconds() -> float:
    """Return what this process and the programs it started have used of the cores."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def figures(seconds: float, documents: Sequence[DocumentReading]) -> dict[str, Any]:
    pages = [page for document in documents for page in document.pages]
    fields = sum(len(page.fields) for page in pages)
    marks = (FieldKind.CHECK, FieldKind.CHOICE, FieldKind.SEAL, FieldKind.SIGNATURE)
    read = sum(
        not one.blank and one.kind not in marks for page in pages for one in page.fields
    )
    return {
        "pages": len(pages),
        "troubled": sum(page.trouble is not None for page in pages),
        "fields": fields,
        "fields_with_writing": read,
        "seconds": round(seconds, 2),
        "pages_a_minute": round(60 * len(pages) / seconds, 1),
        "fifteen_field_pages_a_minute": round(60 * fields / seconds / FORM_FIELDS, 1),
        "fields_a_second": round(read / seconds, 2),
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
    seconds = max(part["seconds"] for part in parts)
    fields = sum(part["fields"] for part in parts)
    read = sum(part["fields_with_writing"] for part in parts)
    return {
        "seconds": seconds,
        "pages_a_minute": round(60 * len(paths) / seconds, 1),
        "fifteen_field_pages_a_minute": round(60 * fields / seconds / FORM_FIELDS, 1),
        "fields_a_second": round(read / seconds, 2),
    }


def _worker(paths: Sequence[Path], folder: Path, barrier: Any, results: Any) -> None:
    cv2.setNumThreads(1)
    forms, engines = load_forms(folder), default_engines()
    read_document(paths[0], forms, engines)
    barrier.wait(timeout=600)
    started = time.perf_counter()
    documents = [read_document(path, forms, engines) for path in paths]
    results.put(figures(time.perf_counter() - started, documents))


def bare(
    pages: Sequence[tuple[Snippet, ...]], readers: Sequence[Engine]
) -> dict[str, Any]:
    """Return what the readers alone allow on the pipeline's own snippets."""
    fields = sum(len(page) for page in pages)

    def every(page: tuple[Snippet, ...]) -> None:
        for reader in readers:
            reader.read(page)

    before = cpu_seconds()
    seconds, _ = in_threads(every, pages)
    spent = cpu_seconds() - before
    alone = {}
    for reader in readers:
        started = time.perf_counter()
        for page in pages:
            reader.read(page)
        spent = time.perf_counter() - started
        alone[reader.name] = round(1000 * spent / fields, 2)
    return {
        "fields": fields,
        "seconds": round(seconds, 2),
        "cpu_seconds": round(spent, 2),
        "fields_a_second": round(fields / seconds, 2),
        "ms_a_field_on_one_core": alone,
    }


def memory(
    paths: Sequence[Path], forms: Sequence[FormDefinition], pages: int
) -> dict[str, Any]:
    """Return the resident size of a worker of two threads over many pages."""
    engines = default_engines()
    sizes: list[tuple[int, float]] = []
    for done in range(0, pages, 20):
        batch = [paths[(done + step) % len(paths)] for step in range(20)]
        in_threads(lambda path: read_document(path, forms, engines).sha256, batch)
        sizes.append((done + 20, resident_mb()))
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


def measured(options: argparse.Namespace, folder: Path) -> dict[str, Any]:
    forms = load_forms(options.forms)
    paths = varied(options.inbox, folder, max(options.pages, 8), options.seed)
    paths = paths[: options.pages]
    collecting = Collecting()
    started = time.perf_counter()
    for path in paths:
        read_document(path, forms, Engines((collecting,)))
    without_readers = time.perf_counter() - started
    pages = [page for page in collecting.pages if page]
    found: dict[str, Any] = {
        "threads": pipeline(paths, forms),
        "processes": pipeline_in_processes(paths, options.forms),
        "bare": bare(pages, default_engines().readers),
        "ms_a_page_without_readers_on_one_core": round(
            1000 * without_readers / len(paths), 1
        ),
    }
    for way in ("threads", "processes"):
        found[f"share_of_bare_{way}"] = round(
            found[way]["fields_a_second"] / found["bare"]["fields_a_second"], 3
        )
    found["share_of_bare_by_cpu"] = round(
        found["bare"]["cpu_seconds"] / found["threads"]["cpu_seconds"], 3
    )
    if options.memory_pages:
        found["memory"] = memory(paths, forms, options.memory_pages)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=60)
    parser.add_argument(
        "--memory-pages", type=int, default=2000, help="0 leaves it out"
    )
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--inbox", type=Path, default=ROOT / "sample_docs/inbox")
    parser.add_argument("--forms", type=Path, default=ROOT / "configs/forms")
    parser.add_argument("--out", type=Path, default=RESULTS)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    load_before = os.getloadavg()[0]
    with tempfile.TemporaryDirectory() as temporary:
        found = measured(options, Path(temporary))
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    ).stdout.strip()
    found |= {
        "seed": options.seed,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "load_before": round(load_before, 2),
        "python": platform.python_version(),
        "commit": commit,
    }
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_text(
        json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    print(json.dumps(found, ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
