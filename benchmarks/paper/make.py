"""Writes generated pages to look at: `python -m benchmarks.paper.make OUT --pages 24 --seed 1`.

OUT/forms holds the definitions with their blanks, OUT/scans the files, OUT/key.jsonl
what stands on each page (invented people).
"""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path

from benchmarks.paper.deck import DESIGNS, deck
from benchmarks.paper.design import write_design
from benchmarks.paper.noise import LEVELS
from benchmarks.paper.render import write_file
from benchmarks.paper.truth import PageTruth


def key_line(truth: PageTruth) -> str:
    """Return the key of a page as a JSON line."""
    raw = dataclasses.asdict(truth)
    raw["mm_to_px"] = None if truth.mm_to_px is None else truth.mm_to_px.tolist()
    return json.dumps(raw, ensure_ascii=False)


def main() -> None:
    """Write the forms, the files of a deck, and their key."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=24)
    parser.add_argument("--seed", type=int, default=1, help="1 to 999: never reported")
    parser.add_argument("--levels", nargs="+", choices=LEVELS, default=list(LEVELS))
    options = parser.parse_args()
    for design in DESIGNS:
        write_design(design, options.out / "forms")
    with (options.out / "key.jsonl").open("w", encoding="utf-8") as key:
        for plan in deck(options.pages, options.seed, options.levels):
            for truth in write_file(plan, options.seed, options.out / "scans"):
                key.write(key_line(truth) + "\n")


if __name__ == "__main__":
    main()
