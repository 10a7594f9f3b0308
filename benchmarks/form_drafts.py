"""How much of a form `yakuba form new` finds by itself.

Run: .venv/bin/python -m benchmarks.form_drafts [--json FILE] [--tuning] [--misses]

Reported are forms of benchmarks/paper that nothing in ocr/design was tuned on (four
others of that package, and blank_designs.py, were): each as a clean picture, and as a bilevel scan that lies crooked and has dust. A field
is found when a drafted box shares 70 % with the true one (intersection over union);
its kind is right when the drafted kind is the true one. A choice is found when it has
as many options and they lie where the printed words are (within 2 mm). The column of a table counts
once, and only when the number of its rows is right too. `--tuning` scores the
blanks that were used for tuning and the sample forms instead.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import platform
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import yaml
from PIL import Image

from benchmarks.blank_designs import (
    DRAWN,
    True_,
    crooked,
    drawn_pdf,
    drawn_picture,
    drawn_truth,
    office_pdf,
    office_truth,
)
from benchmarks.paper.design import Design
from ocr.design.definition_faults import read_definition
from ocr.design.draft import draft_of
from ocr.design.faults import findings_of
from ocr.design.shapes import Box, around, box_of_mm, overlap
from ocr.design.sheet import blank_png, open_sheet
from ocr.design.yaml_text import Heading, definition_text
from ocr.forms import FieldDefinition, FormDefinition, load_forms

ROOT = Path(__file__).resolve().parent.parent
SEED = 7101
"""Of the scans that are reported."""
TUNING_SEED = 7001
TUNED_ON = ("child_allowance", "moving_in", "survey", "payment_slip")
FOUND_IOU = 0.7
NEAR_IOU = 0.3


@dataclass(frozen=True, slots=True)
class Blank:
    """A file to draft from and what is on it."""

    name: str
    variant: str
    path: Path
    truth: tuple[True_, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """What came of one blank."""

    name: str
    variant: str
    fields: int
    boxes: int
    kinds: int
    covered: int
    """Fields whose true place is nine tenths inside the drafted box, found or not."""
    extra: int
    """Drafted where nothing is written."""
    faults: int
    seconds: float
    misses: tuple[str, ...]


def truth_of(form: FormDefinition) -> tuple[True_, ...]:
    """Return the fields of a definition, a table's column once."""
    single = [
        True_(
            entry.id,
            entry.kind.value,
            _marked(entry),
            entry.cells,
            options=_options(entry),
        )
        for entry in form.fields
    ]
    columns = [
        True_(
            f"{table.id}.{column.id}",
            column.kind.value,
            _marked(column),
            column.cells,
            table.rows,
            _options(column),
        )
        for table in form.tables
        for column in table.columns
    ]
    return tuple(single + columns)


def _options(entry: FieldDefinition) -> int:
    return len(entry.options) if entry.kind.value == "choice" else 0


def _marked(entry: FieldDefinition) -> tuple[float, float, float, float]:
    """Return where a field is filled in: for a choice, around its options."""
    if entry.kind.value != "choice":
        return entry.box_mm
    boxes = [box_of_mm(option.box_mm) for option in entry.options]
    whole = around(boxes)
    return whole.left, whole.top, whole.width, whole.height


def tuning_blanks(folder: Path) -> Iterator[Blank]:
    """Yield the blanks that ocr/design may be tuned on."""
    for name in DRAWN:
        truth = tuple(drawn_truth(name))
        yield Blank(name, "PDF", drawn_pdf(name, folder), truth)
        path = folder / f"{name}_scan.tif"
        crooked(drawn_picture(name, 300), 300, TUNING_SEED).save(path, dpi=(300, 300))
        yield Blank(name, "crooked scan", path, truth)
    yield Blank("office", "PDF", office_pdf(folder), tuple(office_truth()))
    from benchmarks.paper.deck import DESIGNS

    for design in DESIGNS:
        if design.form in TUNED_ON:
            yield from _of_paper(design, folder, TUNING_SEED)
    for form in load_forms(ROOT / "configs/forms"):
        yield Blank(form.form, "picture", form.blank, truth_of(form))


def reported_blanks(folder: Path) -> Iterator[Blank]:
    """Yield the blanks that it was not tuned on."""
    from benchmarks.paper.deck import DESIGNS, OLD_AND_FOREIGN

    for design in (*DESIGNS, *OLD_AND_FOREIGN):
        if design.form not in TUNED_ON:
            yield from _of_paper(design, folder, SEED)


def _of_paper(design: Design, folder: Path, seed: int) -> Iterator[Blank]:
    path = folder / f"{design.key}.png"
    design.blank(200).save(path, dpi=(200, 200))
    truth = truth_of(design.definition(path))
    yield Blank(design.key, "picture", path, truth)
    scanned = folder / f"{design.key}_scan.tif"
    own_seed = seed + sum(map(ord, design.key))
    crooked(design.blank(300), 300, own_seed).save(scanned, dpi=(300, 300))
    yield Blank(design.key, "crooked scan", scanned, truth)


def score(blank: Blank, folder: Path) -> Score:
    """Draft from a blank and compare."""
    started = time.perf_counter()
    sheet = open_sheet(blank.path)
    draft = draft_of(sheet)
    seconds = time.perf_counter() - started
    name = f"draft_{blank.path.stem}"
    (folder / f"{name}.png").write_bytes(blank_png(sheet))
    path = folder / f"{name}.yaml"
    heading = Heading("draft", draft.title or name, "1", f"{name}.png")
    path.write_text(definition_text(draft, heading), encoding="utf-8")
    form, broken = read_definition(path)
    if form is None:
        listed = tuple(f"{one.place}: {one.what}" for one in broken)
        return Score(
            blank.name,
            blank.variant,
            len(blank.truth),
            0,
            0,
            0,
            0,
            len(broken),
            seconds,
            listed,
        )
    found = findings_of(form)
    shift = _shift(blank, sheet.grey)
    return _compared(blank, truth_of(form), shift, found, seconds)


def _shift(blank: Blank, grey: np.ndarray) -> tuple[float, float]:
    """Return how far print lies from where it was drawn: a scan moves it a little."""
    if blank.variant != "crooked scan":
        return 0.0, 0.0
    import cv2

    straight = blank.path.with_name(f"{blank.path.stem.removesuffix('_scan')}.png")
    drawn = (
        Image.open(straight).convert("L")
        if straight.exists()
        else drawn_picture(blank.name, 200)
    )
    high, wide = (round(side * 100 / 300) for side in grey.shape)
    one = cv2.resize(np.asarray(drawn), (wide, high), interpolation=cv2.INTER_AREA)
    two = cv2.resize(grey, (wide, high), interpolation=cv2.INTER_AREA)
    (across, down), _ = cv2.phaseCorrelate(
        255.0 - one.astype(np.float64), 255.0 - two.astype(np.float64)
    )
    return across * 25.4 / 100, down * 25.4 / 100


def _compared(
    blank: Blank,
    drafted: tuple[True_, ...],
    shift: tuple[float, float],
    found: tuple[object, ...],
    seconds: float,
) -> Score:
    boxes = kinds = covered = 0
    misses: list[str] = []
    for true in blank.truth:
        place = _moved(box_of_mm(true.box_mm), shift)
        if true.kind == "choice":
            chosen = [one for one in drafted if _same_words(place, true, one)]
            boxes += bool(chosen)
            kinds += any(one.kind == "choice" for one in chosen)
            covered += bool(chosen)
            if not chosen:
                misses.append(f"{true.id} choice: not found")
            continue
        best = max(
            drafted, key=lambda one: _iou(place, box_of_mm(one.box_mm)), default=None
        )
        iou = _iou(place, box_of_mm(best.box_mm)) if best else 0.0
        covered += any(
            overlap(place, box_of_mm(one.box_mm)) > 0.9 * place.area for one in drafted
        )
        right_rows = best is not None and best.rows == true.rows
        if best is None or iou < FOUND_IOU or not right_rows:
            misses.append(
                f"{true.id} {true.kind}: best {iou:.2f} {best and best.id} rows {best and best.rows}"
            )
            continue
        boxes += 1
        kinds += best.kind == true.kind
        if best.kind != true.kind:
            misses.append(f"{true.id} {true.kind}: drafted as {best.kind}")
    extra = sum(
        all(
            _iou(_moved(box_of_mm(true.box_mm), shift), box_of_mm(one.box_mm))
            < NEAR_IOU
            for true in blank.truth
        )
        for one in drafted
    )
    faults = sum(bool(getattr(one, "fault", False)) for one in found)
    return Score(
        blank.name,
        blank.variant,
        len(blank.truth),
        boxes,
        kinds,
        covered,
        extra,
        faults,
        seconds,
        tuple(misses),
    )


def _same_words(place: Box, true: True_, one: True_) -> bool:
    """Tell whether a choice was drafted around the same printed words."""
    box = box_of_mm(one.box_mm)
    return (
        one.options == true.options
        and one.rows == true.rows
        and overlap(box, place.grown(2.0)) > 0.98 * box.area
        and abs(box.across - place.across) < 3.0
    )


def _moved(box: Box, by: tuple[float, float]) -> Box:
    return Box(box.left + by[0], box.top + by[1], box.right + by[0], box.bottom + by[1])


def _iou(one: Box, other: Box) -> float:
    both = overlap(one, other)
    return both / max(0.01, one.area + other.area - both)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--tuning", action="store_true")
    parser.add_argument("--misses", action="store_true")
    parser.add_argument("--keep", type=Path, help="folder for blanks and drafts")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = options.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        blanks = tuning_blanks(folder) if options.tuning else reported_blanks(folder)
        scores = []
        for blank in blanks:
            one = score(blank, folder)
            scores.append(one)
            print(
                f"{one.name:28} {one.variant:13} boxes {one.boxes}/{one.fields} kinds {one.kinds}"
                f" covered {one.covered} extra {one.extra} faults {one.faults} {one.seconds:.1f} s"
            )
            if options.misses:
                for miss in one.misses:
                    print("    ", miss)
    _report(scores, options.json, tuning=options.tuning)


def _report(scores: list[Score], target: Path | None, *, tuning: bool) -> None:
    table = {}
    for variant in [*sorted({one.variant for one in scores}), "all"]:
        part = [one for one in scores if variant in (one.variant, "all")]
        fields = sum(one.fields for one in part)
        table[variant] = {
            "forms": len(part),
            "fields": fields,
            "boxes": round(sum(one.boxes for one in part) / fields, 4),
            "kinds": round(sum(one.kinds for one in part) / fields, 4),
            "covered": round(sum(one.covered for one in part) / fields, 4),
            "extra_per_form": round(sum(one.extra for one in part) / len(part), 2),
            "with_faults": sum(one.faults > 0 for one in part),
            "seconds_per_form": round(sum(one.seconds for one in part) / len(part), 2),
        }
    print(yaml.safe_dump(table, sort_keys=False))
    if target is not None:
        commit = subprocess.run(
            ["git", "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=True,
            cwd=ROOT,
        ).stdout.strip()
        head = {
            "when": dt.datetime.now(tz=dt.UTC).isoformat(timespec="seconds"),  # noqa: TID251 - a record
            "machine": platform.processor() or platform.machine(),
            "commit": commit,
            "seed": TUNING_SEED if tuning else SEED,
            "forms": "tuning" if tuning else "reported",
        }
        target.write_text(
            json.dumps({**head, "scores": table}, ensure_ascii=False, indent=2) + "\n",
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
