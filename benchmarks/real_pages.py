"""Read scans that no generator of ours made: `python -m benchmarks.real_pages FOLDER`.

Every file of FOLDER (PDF, TIFF, PNG, JPEG) is read against the definitions of
configs/forms and of benchmarks/paper. Pages of other origin are none of these forms: each
must be refused or dropped as blank, and no file may stop the others. Prints a line per
page and the counts; values are never printed. Exit code 3 when a page was taken for a form.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import cv2

from benchmarks.paper.deck import DESIGNS
from benchmarks.paper.design import write_design
from ocr.errors import ReadingError
from ocr.forms import FormDefinition, load_forms
from ocr.model import PageReading
from ocr.read import Engines, default_engines, read_document

ROOT = Path(__file__).resolve().parent.parent
SUFFIXES = (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg")


def happened(page: PageReading) -> str:
    if page.blank_page:
        return "dropped"
    return page.trouble or f"taken for {page.form}"


def read_all(
    folder: Path, forms: Sequence[FormDefinition], engines: Engines
) -> Iterator[str]:
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() not in SUFFIXES:
            continue
        started = time.perf_counter()
        try:
            pages = [happened(p) for p in read_document(path, forms, engines).pages]
        except ReadingError as error:
            pages = [error.code]
        seconds = time.perf_counter() - started
        print(f"{path.name}: {', '.join(pages)} ({seconds:.1f} s)")
        yield from pages


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    options = parser.parse_args()
    cv2.setNumThreads(1)
    with tempfile.TemporaryDirectory() as temporary:
        for design in DESIGNS:
            write_design(design, Path(temporary))
        forms = [*load_forms(ROOT / "configs/forms"), *load_forms(Path(temporary))]
        counts = Counter(read_all(options.folder, forms, default_engines()))
    for what, count in counts.most_common():
        print(f"{count:6} {what}")
    return 3 if any(what.startswith("taken for") for what in counts) else 0


if __name__ == "__main__":
    sys.exit(main())
