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
from benchmarks.paper.noise import Colours, Matrix, Scanned, scan
from benchmarks.paper.odd import cut_off, in_latin, latin_truths, two_at_once, with_hand
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
        case = cast_of(seed).case(plan.case, family=design.family)
        who = _writer(plan, seed, digits)
        troubles = Troubles(plan.seal_over, plan.correct)
        entries = {} if plan.odd == "empty" else design.fill(case, drawn)
        if plan.odd == "latin":
            entries = in_latin(entries, plan.number)
        paper, fields = fill_page(design, entries, who, troubles, rng)
        if plan.odd == "latin":
            fields = latin_truths(fields)
        if not plan.other:
            truth = replace(
                truth, form=design.form, version=design.version, fields=fields
            )
    pixels, moved = _mishap(plan, paper.pixels, seed, rng)
    scanned = scan(
        pixels, DPI, file.level, rng, dpi=file.dpi, quarter_turns=plan.quarter_turns
    )
    return scanned, replace(
        truth,
        mm_to_px=scanned.mm_to_px @ moved,
        size_px=scanned.picture.size,
        dpi=scanned.dpi,
    )


def _mishap(
    plan: PagePlan, pixels: Colours, seed: int, rng: np.random.Generator
) -> tuple[Colours, Matrix]:
    """Return what lies on the glass of an odd page, and how the form moved in mm."""
    still = np.eye(3)
    if plan.odd == "cut_off":
        return cut_off(pixels, DPI, rng)
    if plan.odd == "hand_over":
        return with_hand(pixels, rng), still
    if plan.odd == "two_forms":
        design = by_key(plan.design or "")
        case = cast_of(seed).case(plan.case + 1)
        entries = design.fill(case, chance(seed, plan.number, "second"))
        who = writer("hand", chance(seed, plan.number, "other writer"))
        second, _ = fill_page(design, entries, who, Troubles(), rng)
        return two_at_once(pixels, second.pixels), still
    return pixels, still


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
    first, *others = [one.picture for one in scans]
    how = scans[0]
    if level == "fax" and path.suffix == ".tif":
        first.save(
            path,
            save_all=True,
            append_images=others,
            compression="group4",
            dpi=how.dpi,
        )
    elif level == "fax":  # bilevel pictures know no JPEG quality
        first.save(path, save_all=True, append_images=others, resolution=how.dpi[0])
    else:
        save_pages(
            [first, *others],
            path,
            dpi=round(how.dpi[0]),
            quality=how.quality,
            packing="deflate",
        )
