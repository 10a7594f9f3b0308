"""The tables of docs/matching.md, made from benchmarks/results.

    python -m benchmarks.matching_page

A test holds the page against the same tables.
"""

from __future__ import annotations

import json
import statistics
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from benchmarks.figures import RESULTS

PAGE = Path(__file__).parents[1] / "docs" / "matching.md"
SEEDS = (3201, 3202, 3203, 3204, 3205)
"""Reported: a million residents, ten thousand applicants each."""
LARGE_SEED = 3206
"""Reported: four million residents."""
HARD_SEED = 3207
"""Reported: nothing but hard cases."""
_BEGIN, _END = "<!-- {}: begin -->", "<!-- {}: end -->"


def main() -> None:
    """Write the tables into the page."""
    page = PAGE.read_text(encoding="utf-8")
    for name, text in sections().items():
        page = replaced(page, name, text)
    PAGE.write_text(page, encoding="utf-8")


def sections() -> dict[str, str]:
    """Return the text of each marked section of the page."""
    return {
        "cities": cities(),
        "splink": splink(),
        "hard": hard_cases(),
        "febrl4": febrl4(),
    }


def replaced(page: str, name: str, text: str) -> str:
    """Return the page with one section replaced."""
    begin, end = _BEGIN.format(name), _END.format(name)
    before, rest = page.split(begin)
    _, after = rest.split(end)
    return f"{before}{begin}\n\n{text}\n\n{end}{after}"


def cities() -> str:
    """Return a row per seed, the five together, and four million residents."""
    runs = [_read(f"matching-1000000x10000-{seed}") for seed in SEEDS]
    large = _read(f"matching-4000000x10000-{LARGE_SEED}")
    head = (
        *("seed", "residents", "seconds", "of processor", "MB", "wrong person"),
        *("wrong 該当者なし", "numbers missed", "asked", "true person first"),
        "within three",
    )
    rows = [_city(run) for run in (*runs, large)]
    first = min(run["quality"]["true_person_first"] for run in runs)
    wrong = max(_wrong(run) for run in runs)
    asked = sum(run["quality"]["asked_share"] for run in runs) / len(runs)
    accusing = sum(run["quality"]["wrong_person"] for run in runs)
    seconds = statistics.median(run["match"]["identify_seconds"] for run in runs)
    said = (
        f"Over the five seeds of a million: {sum(_applicants(runs)):,} applicants, "
        f"{accusing} told another person's tax, at most {wrong} wrong answer(s) in 10,000, "
        f"{asked:.1%} asked, the true person first in at least {first:.1%}; "
        f"{seconds:.1f} s in the middle, with other work on the machine."
    )
    return f"{_table(head, rows)}\n\n{said}"


def _applicants(runs: Iterable[dict[str, Any]]) -> list[int]:
    return [run["run"]["applicants"] for run in runs]


def _wrong(run: dict[str, Any]) -> int:
    kinds = ("wrong_person", "wrong_nobody", "wrong_numbers")
    return sum(run["quality"][kind] for kind in kinds)


def _city(run: dict[str, Any]) -> tuple[str, ...]:
    found, match = run["quality"], run["match"]
    return (
        str(run["run"]["seed"]),
        f"{run['run']['residents']:,}",
        f"{match['identify_seconds']:.1f}",
        f"{match['identify_cpu_seconds']:.1f}",
        f"{match['peak_mb']:,}",
        str(found["wrong_person"]),
        str(found["wrong_nobody"]),
        str(found["wrong_numbers"]),
        f"{found['asked_share']:.1%}",
        f"{found['true_person_first']:.1%}",
        f"{found['true_person_within_three']:.1%}",
    )


def splink() -> str:
    """Return ours and Splink at its thresholds, from the run that has both."""
    run = _read(f"matching-1000000x10000-{SEEDS[0]}")
    ours, theirs, found = run["match"], run["splink"], run["quality"]
    seconds = theirs["train_seconds"] + theirs["predict_seconds"]
    version = theirs["version"]
    asked = found["asked"] + found.get("asked_protected", 0)
    head = ("", "seconds", "MB", "links", "wrong links", "wrong 該当者なし", "asked")
    rows = [
        (
            "yakuba",
            f"{ours['identify_seconds']:.1f}",
            f"{ours['peak_mb']:,}",
            str(found["right_person"] + found["wrong_person"]),
            str(found["wrong_person"]),
            str(found["wrong_nobody"]),
            str(asked),
        )
    ]
    rows += [
        (
            f"Splink {version}, probability from {threshold}",
            f"{seconds:.1f}",
            f"{theirs['peak_mb']:,}",
            *(str(at[kind]) for kind in ("links", "wrong_links", "wrong_nobody")),
            "–",
        )
        for threshold, at in theirs["at"].items()
    ]
    return _table(head, rows)


def hard_cases() -> str:
    """Return what each hard case was answered."""
    run = _read(f"matching-hard-200000-{HARD_SEED}")
    head = ("case", "right", "asked", "wrong")
    rows = []
    for kind, found in run["quality"]["by_kind"].items():
        right = found.get("right_person", 0) + found.get("right_nobody", 0)
        asked = found.get("asked", 0) + found.get("asked_protected", 0)
        wrong = sum(found.values()) - right - asked
        rows.append((kind.replace("_", " "), str(right), str(asked), str(wrong)))
    return _table(head, rows)


def febrl4() -> str:
    """Return the figures of FEBRL 4."""
    found = _read("febrl4")["febrl4"]
    head = (
        "true pairs",
        "links",
        "wrong links",
        "precision",
        "recall",
        "F1",
        "seconds",
    )
    keys = (
        "true_pairs",
        "links",
        "wrong_links",
        "precision",
        "recall",
        "f1",
        "seconds",
    )
    return _table(head, [tuple(str(found[key]) for key in keys)])


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _read(name: str) -> dict[str, Any]:
    text = (RESULTS / f"{name}.json").read_text(encoding="utf-8")
    found: dict[str, Any] = json.loads(text)
    return found


if __name__ == "__main__":
    main()
