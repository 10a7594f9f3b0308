"""Makes the files of a deck: each page filled, scanned, packed, and its key."""

from __future__ import annotations

import functools
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from benchmarks.paper.cast import Cast
from benchmarks.paper.chance import chance
from benchmarks.paper.deck import FilePlan, PagePlan, by_key
from benchmarks.paper.draft import Draft
from benchmarks.paper.filling import DPI, Troubles, fill_page
from benchmarks.paper.hand import Writer, people_digits, writer
from benchmarks.paper.ink import Paper
from benchmarks.paper.noise import Scanned, scan
from benchmarks.paper.truth import PageTruth
from sample_docs.packing import save_pages

A4 = (210.0, 297.0)
_LETTER = (
    "担当者様",
    "",
    "　先日お送りした書類に不備があったとのことで、お電話をいただき",
    "ありがとうございました。下記のとおり書き直したものを同封します。",
    "",
    "　・申込書　一通",
    "　・通帳の写し　一枚",
    "",
    "　お手数をおかけしますが、よろしくお願いいたします。",
)


@functools.lru_cache(maxsize=2)
def cast_of(seed: int) -> Cast:
    """Return the city of a seed."""
    return Cast(seed)


def write_file(
    plan: FilePlan, seed: int, folder: Path, *, digits: Path | None = None
) -> tuple[PageTruth, ...]:
    """Write one file and return the key of its pages.

    Args:
        plan: Of the file.
        seed: Of the run.
        folder: To write it into.
        digits: Archive of digits that people wrote, see hand.people_digits.
    """
    scans: list[Scanned] = []
    truths: list[PageTruth] = []
    for number, page in enumerate(plan.pages, start=1):
        rng = np.random.default_rng([seed, page.number, 77])
        scanned, truth = _page(page, plan, seed, rng, digits)
        scans.append(scanned)
        truths.append(replace(truth, file=plan.name, page=number))
    folder.mkdir(parents=True, exist_ok=True)
    _save(scans, folder / plan.name, plan.level)
    return tuple(truths)


def _page(
    plan: PagePlan,
    file: FilePlan,
    seed: int,
    rng: np.random.Generator,
    digits: Path | None,
) -> tuple[Scanned, PageTruth]:
    truth = PageTruth(
        number=plan.number,
        file="",
        page=0,
        form=None,
        version=None,
        other=plan.other,
        level=file.level,
        writing=plan.writing,
        sealed=plan.seal_over,
        odd=plan.odd,
        quarter_turns=plan.quarter_turns,
    )
    if plan.design is None:
        paper = _no_form(plan, rng)
    else:
        design = by_key(plan.design)
        drawn = chance(seed, plan.number, "entries")
        case = cast_of(seed).case(plan.number, family=design.family)
        who = _writer(plan, seed, digits)
        troubles = Troubles(plan.seal_over, plan.correct)
        entries = design.fill(case, drawn)
        paper, fields = fill_page(design, entries, who, troubles, rng)
        if not plan.other:
            truth = replace(
                truth, form=design.form, version=design.version, fields=fields
            )
    pixels = paper.pixels
    scanned = scan(
        pixels, DPI, file.level, rng, dpi=file.dpi, quarter_turns=plan.quarter_turns
    )
    return scanned, replace(
        truth,
        mm_to_px=scanned.mm_to_px,
        size_px=scanned.picture.size,
        dpi=scanned.dpi,
    )


def _writer(plan: PagePlan, seed: int, digits: Path | None) -> Writer:
    who = writer(plan.writing, chance(seed, plan.number, "writer"))
    if plan.writing != "people":
        return who
    if digits is None:
        raise ValueError("a people's writer needs the archive of digits")
    known = people_digits(digits)
    return replace(who, dots=tuple(known[digit] for digit in "0123456789"))


def _no_form(plan: PagePlan, rng: np.random.Generator) -> Paper:
    """Return a back side, perhaps with show-through, or a letter."""
    sheet = Draft(A4, DPI)
    paper = Paper(sheet.sheet.image, DPI, rng)
    if plan.other == "letter":
        who = writer("hand", chance(plan.number, "letter"))
        for number, line in enumerate(_LETTER):
            if line:
                paper.write(line, (28, 50 + number * 11, 160, 10), who)
        return paper
    if rng.random() < 0.6:  # print of the front shines through
        front = by_key("child_allowance_202604").blank(DPI)
        mirrored = np.asarray(front.transpose(Image.Transpose.FLIP_LEFT_RIGHT))
        depth = rng.uniform(0.01, 0.05)
        paper.pixels -= (255.0 - mirrored[:, :, None].astype(np.float32)) * depth
    return paper


def _save(scans: list[Scanned], path: Path, level: str) -> None:
    """Write the pages into one file as a scanner does."""
    packing = "g4" if level == "fax" else "deflate"
    first = scans[0]
    if path.suffix == ".tif" and first.dpi[0] != first.dpi[1]:
        pictures = [one.picture for one in scans]
        pictures[0].save(
            path,
            save_all=True,
            append_images=pictures[1:],
            compression="group4",
            dpi=first.dpi,
        )
        return
    save_pages(
        [one.picture for one in scans],
        path,
        dpi=round(first.dpi[0]),
        quality=first.quality or 60,
        packing=packing,
    )
