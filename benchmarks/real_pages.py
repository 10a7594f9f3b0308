"""Read scans that no generator of ours made: `python -m benchmarks.real_pages FOLDER...`.

Every file of the folders (PDF, TIFF, PNG, JPEG) is read against the definitions of
configs/forms and of benchmarks/paper. Pages of other origin are none of these forms: each
must be refused or dropped as blank, and no file may stop the others. Prints a line per
file and the counts; values are never printed. Exit code 3 when a page was taken for a
form or the program broke off. `--json FILE` writes the counts by the folders' names.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2

from benchmarks.figures import machine
from benchmarks.paper.deck import DESIGNS
from benchmarks.paper.design import write_design
from ocr.errors import ReadingError
from ocr.forms import FormDefinition, load_forms
from ocr.lay import known_form
from ocr.model import PageReading
from ocr.read import Engines, default_engines, read_document

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg")
WRONG = ("taken for", "broke off")


@dataclass(frozen=True, slots=True)
class FileRead:
    """What became of one file."""

    pages: tuple[str, ...]
    """dropped, an error code, or what is wrong, of each page; of a refused file one."""
    seconds: float


def happened(page: PageReading) -> str:
    if page.blank_page:
        return "dropped"
    return page.trouble or f"taken for {page.form}"


def read_file(
    path: Path, forms: Sequence[FormDefinition], engines: Engines
) -> FileRead:
    started = time.perf_counter()
    try:
        document = read_document(path, forms, engines)
        pages = tuple(happened(page) for page in document.pages)
    except ReadingError as error:
        pages = (error.code,)
    except Exception as error:  # noqa: BLE001 - this is what is looked for
        pages = (f"broke off: {type(error).__name__}",)
    return FileRead(pages, time.perf_counter() - started)


def read_all(
    folder: Path, forms: Sequence[FormDefinition], engines: Engines
) -> Iterator[FileRead]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in SUFFIXES:
            continue
        read = read_file(path, forms, engines)
        print(f"{path.name}: {', '.join(read.pages)} ({read.seconds:.1f} s)")
        yield read


def summary(reads: Sequence[FileRead]) -> dict[str, Any]:
    """Return what became of a folder's pages, and in which time."""
    pages = Counter(page for read in reads for page in read.pages)
    each = [read.seconds / max(1, len(read.pages)) for read in reads]
    return {
        "files": len(reads),
        "pages": pages.total(),
        "became": dict(pages.most_common()),
        "seconds_a_page_median": round(statistics.median(each), 2),
        "seconds_a_page_worst": round(max(each), 2),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as temporary:
        for design in DESIGNS:
            write_design(design, Path(temporary))
        forms = [*load_forms(ROOT / "configs/forms"), *load_forms(Path(temporary))]
        engines = default_engines()
        for form in forms:
            known_form(
                form, form.blank.stat().st_mtime_ns
            )  # once a process, so that no page's time holds it
        found = {
            folder.name: summary(list(read_all(folder, forms, engines)))
            for folder in options.folders
        }
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    figures = {**machine(), "memory_mib": memory, "folders": found}
    text = json.dumps(figures, ensure_ascii=False, indent=2)
    print(text)
    if options.json:
        options.json.write_text(text + "\n", encoding="utf-8")
    became = {what for one in found.values() for what in one["became"]}
    return 3 if any(what.startswith(WRONG) for what in became) else 0


if __name__ == "__main__":
    sys.exit(main())
