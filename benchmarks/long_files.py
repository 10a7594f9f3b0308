"""Ten thousand pages in one PDF: seconds, memory, and going on after kills.

    python -m benchmarks.long_files --pages 10000 --kills 3

One PDF of small cheap sheets is made (half of them empty, a share of them forms of
configs/forms), read page by page into a store by child processes, and each child but
the last is killed with -9 at a moment of chance. Readers are left out: what is measured
is opening, sorting, laying, cutting and keeping. The resident memory of the last child
after its first 50 pages and at its end says whether memory is flat.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from ocr.forms import load_forms
from ocr.pages import sha256_of
from ocr.preprocess import blank_picture
from ocr.read import Engines, Resume, read_pages, reading_rule_version
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.reading.document_store import DocumentStore

ROOT = Path(__file__).resolve().parents[1]
RESULT = ROOT / "benchmarks/results/long_files.json"
_EVERY_FORM = 10
_STEADY_AFTER = 50


def sheets(pages: int, seed: int) -> Iterator[Image.Image]:
    """Yield small pages: a form now and then, else empty or a few strokes."""
    forms = load_forms(ROOT / "configs/forms")
    blanks = [Image.fromarray(blank_picture(form, 150.0)) for form in forms]
    grain = np.random.default_rng(seed)
    for number in range(pages):
        if number % _EVERY_FORM == 0:
            yield blanks[number // _EVERY_FORM % len(blanks)]
            continue
        page = np.full((351, 248), 250, np.uint8)
        if number % 2:
            for left, top in grain.integers(30, 200, (5, 2)):
                page[top : top + 4, left : left + 14] = 20
        yield Image.fromarray(page)


def write_pdf(path: Path, pages: int, seed: int) -> None:
    """Write the pages as A6 and A4 sheets, in pieces so that few are in memory."""
    held = list(sheets(min(pages, 20 * _EVERY_FORM), seed))
    # The same 200 sheets come again and again: making them is not what is measured.
    repeated = (held[number % len(held)] for number in range(1, pages))
    held[0].save(
        path, "PDF", save_all=True, append_images=repeated, resolution=150.0, quality=60
    )


def rss_mb() -> float:
    """Return the resident memory of this process now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("no VmRSS")


def child(path: Path, url: str) -> None:
    """Read on, telling memory and pages as lines of JSON."""
    forms = load_forms(ROOT / "configs/forms")
    database = open_database(url)
    store = DocumentStore(database)
    sha256, rule = sha256_of(path), reading_rule_version(forms)
    before = store.kept_pages(sha256, rule)
    print(json.dumps({"begin": before}), flush=True)
    steady = 0.0
    pages = read_pages(path, forms, Engines(()), resume=Resume(sha256, before))
    count = before
    for count, page in enumerate(pages, start=before + 1):
        store.keep_page(sha256, rule, count - 1, page)
        if count - before == _STEADY_AFTER:
            steady = rss_mb()
    store.finish(sha256, rule, path.name)
    end = {"end": count, "steady_mb": steady, "end_mb": rss_mb()}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({**end, "peak_mb": peak}), flush=True)
    database.close()


def measure(pages: int, kills: int, seed: int) -> dict[str, object]:
    """Return what reading a file of so many pages took."""
    chance = random.Random(seed)  # noqa: S311 - moments of kills
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "long.pdf"
        write_pdf(path, pages, seed)
        url = sqlite_url(Path(folder) / "store.sqlite3")
        command = [sys.executable, "-m", "benchmarks.long_files", "--child"]
        begins: list[int] = []
        started = time.perf_counter()
        for number in range(kills + 1):
            process = subprocess.Popen(
                [*command, str(path), url], stdout=subprocess.PIPE, text=True, cwd=ROOT
            )
            assert process.stdout is not None
            begins.append(json.loads(process.stdout.readline())["begin"])
            if number < kills:
                time.sleep(chance.uniform(3.0, 8.0))
                process.send_signal(signal.SIGKILL)
                process.wait()
                process.stdout.close()
        last = json.loads(process.stdout.readline())
        process.wait()
        process.stdout.close()
        seconds = time.perf_counter() - started
        return {
            "pages": pages,
            "file_mb": round(path.stat().st_size / 1e6, 1),
            "pages_kept_at_each_start": begins,
            "seconds": round(seconds, 1),
            "pages_per_minute": round(60 * last["end"] / seconds),
            "steady_mb": round(last["steady_mb"]),
            "end_mb": round(last["end_mb"]),
            "peak_mb": round(last["peak_mb"]),
            "seed": seed,
        }


def main() -> int:
    """Measure, print, and with --write keep the result."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--seed", type=int, default=9001)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--child", nargs=2, metavar=("FILE", "URL"))
    asked = parser.parse_args()
    if asked.child:
        child(Path(asked.child[0]), asked.child[1])
        return 0
    found = measure(asked.pages, asked.kills, asked.seed)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    ).stdout.strip()
    result = {
        **found,
        "commit": commit,
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
    }
    text = json.dumps(result, ensure_ascii=False, indent=2)
    print(text)
    if asked.write:
        RESULT.write_text(text + "\n", encoding="utf-8")
    flat = float(str(result["end_mb"])) < 1.25 * float(str(result["steady_mb"])) + 50
    return 0 if flat else 1


if __name__ == "__main__":
    raise SystemExit(main())
