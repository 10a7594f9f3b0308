"""Fit what agreement of readers is worth, and freeze it in ocr/calibration.json.

Run: python -m benchmarks.fit_calibration LINES.jsonl... [--out ocr/calibration.json]

Takes lines as `benchmarks/paper_lines.py` describes them, of seeds that are used for
nothing else. Prints, per kind of field and per who agreed, how many values there were,
how many of them wrong, and the 95 % upper bound. Counts alone are kept, no value.
"""

from __future__ import annotations

import argparse
import datetime as dt
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks.paper_lines import ScoredField, ScoredReader, read_lines
from ocr.model import FieldKind
from tasks.domain.reading.acceptance import UNKNOWN_POSTAL
from tasks.domain.reading.calibration import (
    BLANK,
    MARK,
    Agreement,
    Witness,
    agreement_on,
    fit,
)
from tasks.edges.reading.calibration_file import write_calibration

ROOT = Path(__file__).resolve().parent.parent
OUT = ROOT / "ocr" / "calibration.json"
INK = {FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE, FieldKind.CHOICE}

Seen = tuple[str, Agreement, str, bool]


def seen_in(field: ScoredField) -> Iterator[Seen]:
    """Yield what one field says about agreement: the value acceptance would take."""
    if field.kind in INK:
        # An undecided mark is asked; only decided ones say how good deciding is.
        if field.status != "ask":
            yield field.kind, Agreement(MARK, 0, 1.0), field.writing, field.right
        return
    if field.spoilt or field.reason.startswith(UNKNOWN_POSTAL):
        # Asked whatever agrees, on every form.
        return
    if field.blank:
        right = not field.written
        yield field.kind, Agreement(BLANK, 0, 1.0), field.writing, right
        return
    chosen = chosen_reader(field.readers)
    if chosen is not None:
        witnesses = [
            Witness(one.engine, one.value, one.confidence)
            for one in field.readers
            if one.value
        ]
        found = agreement_on(chosen.value, witnesses)
        yield field.kind, found, field.writing, chosen.right


def chosen_reader(readers: tuple[ScoredReader, ...]) -> ScoredReader | None:
    """Return the reading that acceptance takes: see `tasks.domain.reading.considered`."""
    usable = [one for one in readers if one.value]
    if not usable:
        return None
    return max(
        usable,
        key=lambda one: (
            len({other.engine for other in usable if other.value == one.value}),
            -usable.index(one),
        ),
    )


def commit() -> str:
    found = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    return found.stdout.strip()


def provenance(fields: Iterable[ScoredField], day: dt.date) -> dict[str, object]:
    fields = list(fields)
    seeds = sorted({field.seed for field in fields})
    pages = len({(field.form, field.page) for field in fields})
    spans = f"{seeds[0]}-{seeds[-1]}"
    return {
        "command": "python -m benchmarks.fit_calibration LINES.jsonl",
        "fitted": f"{day.isoformat()}、作った{pages}枚（{len(fields)}項目）で測定",
        "day": day.isoformat(),
        "commit": commit(),
        "seeds": spans,
        "pages": pages,
        "fields": len(fields),
        "forms": sorted({field.form for field in fields}),
        "writings": sorted({field.writing for field in fields}),
        "levels": sorted({field.level for field in fields}),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("lines", type=Path, nargs="+")
    parser.add_argument("--out", type=Path, default=OUT)
    parser.add_argument("--day", type=dt.date.fromisoformat, required=True)
    options = parser.parse_args()
    fields = list(read_lines(options.lines))
    if not fields:
        sys.exit("no lines")
    rungs = fit(one for field in fields for one in seen_in(field))
    write_calibration(options.out, rungs, provenance(fields, options.day))
    for (kind, pattern), found in rungs.items():
        cells = "  ".join(
            f"≥{rung.confidence:g}: {rung.wrong}/{rung.samples} ≤{rung.bound():.4f}"
            for rung in found
        )
        print(f"{kind:10} {pattern:32} {cells}")


if __name__ == "__main__":
    main()
