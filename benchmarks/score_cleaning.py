"""What each step of cleaning is worth: the same pages read with one step left out.

Run: python -m benchmarks.score_cleaning --pages 96 --seed 9101 \
         --json benchmarks/results/score_cleaning.json --docs

A step is left out by putting a function that does nothing in its place, by name; a step
that was renamed stops the run. What counts is the share of written fields that each reader
alone has right, on the same crops otherwise. Pages, seeds and truth are those of
benchmarks/score_ocr.py.
"""

from __future__ import annotations

import argparse
import functools
import importlib
import json
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.paper import report, tables
from benchmarks.paper.compare import Outcome
from benchmarks.paper.deck import REPORTED_FROM, deck
from benchmarks.paper.noise import LEVELS
from benchmarks.score_ocr import DOCS, field_outcomes, machine, read_deck, start
from ocr.preprocess import grey_of

BEGIN, END = "<!-- score_cleaning: begin -->", "<!-- score_cleaning: end -->"


def _same(picture: Any, *_: object, **__: object) -> Any:
    return picture


def _unsettled(laid: Any, region: Any, ink: object) -> Any:
    del ink
    window = importlib.import_module("ocr.fields.window")
    return window._warped(laid, region)  # noqa: SLF001 - the step without its search


def _print_stays(grey: Any, *_: object, **__: object) -> Any:
    return grey


def _none_of(*given: Any) -> Any:
    return given[-1] & False


def _nothing(*_: object) -> None:
    return None


def _no_dashes(_: object, ink: Any, __: object) -> Any:
    return ink


@dataclass(frozen=True)
class Step:
    """A step of cleaning: what it is, and the names that stand for it."""

    title: str
    places: tuple[tuple[str, str], ...]
    """Module and attribute."""
    instead: Any


STEPS = {
    "paper": Step(
        "paper evened (tint, shade)", (("ocr.fields.window", "evened"),), _same
    ),
    "red": Step("red taken out", (("ocr.fields.window", "without_red"),), grey_of),
    "settled": Step(
        "field settled on its print", (("ocr.fields.window", "_settled"),), _unsettled
    ),
    "print": Step(
        "rules and print taken out",
        (
            ("ocr.fields.writing", "without_print"),
            ("ocr.fields.pictures", "without_print"),
        ),
        _print_stays,
    ),
    "seals": Step(
        "round seals told from writing",
        (("ocr.fields.writing", "round_seals"),),
        _none_of,
    ),
    "lighter": Step(
        "grey seals lifted off the writing",
        (("ocr.fields.writing", "lighter_seal"),),
        _nothing,
    ),
    "faint": Step(
        "faint pencil made darker", (("ocr.fields.writing", "_is_faint"),), _nothing
    ),
    "edges": Step(
        "edges of widened rules taken out",
        (("ocr.fields.writing", "edges_of_print"),),
        _none_of,
    ),
    "dashes": Step(
        "pale dashes kept", (("ocr.fields.writing", "with_dashes"),), _no_dashes
    ),
    "specks": Step("specks taken out", (("ocr.fields.writing", "SPECK_MM2"),), 0.0),
    "gaps": Step(
        "wide gaps closed", (("ocr.fields.pictures", "without_wide_gaps"),), _same
    ),
    "margin": Step(
        "margin around the crop", (("ocr.fields.pictures", "padded"),), _same
    ),
}


def start_without(name: str) -> None:
    """Start a process that reads without one step; with all of them for ''."""
    if name:
        step = STEPS[name]
        for module_name, attribute in step.places:
            module = importlib.import_module(module_name)
            if not hasattr(module, attribute):
                raise AttributeError(f"{module_name}.{attribute}: renamed? see STEPS")
            setattr(module, attribute, step.instead)
    start()


def row_of(outcomes: Sequence[Outcome]) -> dict[str, object]:
    written = [
        one
        for one in report.ordinary(outcomes)
        if one.written and not report.is_mark(one.kind)
    ]
    plain = [one for one in written if not one.sealed]
    groups = {level: [o for o in plain if o.level == level] for level in LEVELS}
    groups["under a seal"] = [one for one in written if one.sealed]
    groups["all"] = written
    return {name: report.cell(group) for name, group in groups.items()}


def table_of(result: dict[str, Any]) -> str:
    groups = [*LEVELS, "under a seal", "all"]
    rows = []
    for name, row in result["steps"].items():
        title = STEPS[name].title if name else "all steps"
        shown = [
            " / ".join(
                tables.percent(row[group]["alone"].get(e)) for e in tables.ENGINES
            )
            for group in groups
        ]
        rows.append([f"without: {title}" if name else title, *shown])
    count = result["steps"][""]["all"]["fields"]
    head = (
        f"{result['pages']} pages, {count} written fields, seed {result['seed']}, commit "
        f"{result['commit']}. Fields right, %: {' / '.join(tables.ENGINES)}."
    )
    return head + "\n\n" + tables.table(["", *groups], rows)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=96)
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--steps", nargs="+", choices=STEPS, default=list(STEPS))
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--docs", action="store_true", help="write docs/reading.md")
    options = parser.parse_args()
    if options.docs and options.seed < REPORTED_FROM:
        parser.error(f"seeds below {REPORTED_FROM} are for tuning, never reported")
    options.digits = None
    plans = deck(options.pages, options.seed)
    steps: dict[str, dict[str, object]] = {}
    with tempfile.TemporaryDirectory() as temporary:
        for name in ("", *options.steps):
            begin = functools.partial(start_without, name)
            reads = read_deck(plans, options, Path(temporary), begin)
            steps[name] = row_of(field_outcomes(reads, {}, options.seed))
            print(name or "all steps", json.dumps(steps[name]["all"]))
    result = {"seed": options.seed, "pages": options.pages, **machine(), "steps": steps}
    if options.json:
        text = json.dumps(result, ensure_ascii=False, indent=1)
        options.json.write_text(text + "\n", encoding="utf-8")
    if options.docs:
        tables.put_into(DOCS, table_of(result), (BEGIN, END))
    print(table_of(result))


if __name__ == "__main__":
    main()
