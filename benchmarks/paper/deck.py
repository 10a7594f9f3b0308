"""Which pages a run has: designs, levels and writers in fixed shares, from one seed.

Seeds: 1 to 999 are for fitting and tuning, 9000 and above are for reports. A reported
page is never looked at while anything is tuned.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from benchmarks.paper.bank_transfer import BANK_TRANSFER
from benchmarks.paper.chance import chance
from benchmarks.paper.child_allowance import CHILD_ALLOWANCE
from benchmarks.paper.design import Design
from benchmarks.paper.moving_in import MOVING_IN
from benchmarks.paper.noise import LEVELS
from benchmarks.paper.nursery import NURSERY
from benchmarks.paper.odd import ODD
from benchmarks.paper.payment_slip import PAYMENT_SLIP
from benchmarks.paper.road_use import ROAD_USE
from benchmarks.paper.strangers import (
    BANK_TRANSFER_OLD,
    CHILD_ALLOWANCE_OLD,
    OTHER_CITY,
)
from benchmarks.paper.survey import SURVEY, SURVEY_BACK

REPORTED_FROM = 9000
ODD_FROM = 100_000
"""Numbers of odd pages begin here, so that they share no chance with others."""
DESIGNS: tuple[Design, ...] = (
    *(CHILD_ALLOWANCE, BANK_TRANSFER, PAYMENT_SLIP, MOVING_IN, NURSERY, ROAD_USE),
    *(SURVEY, SURVEY_BACK),
)
OLD_AND_FOREIGN: tuple[Design, ...] = (
    *(CHILD_ALLOWANCE_OLD, BANK_TRANSFER_OLD, OTHER_CITY),
)
"""Not registered: an older version, and another city's form."""

WRITINGS = ("printed", "hand", "printed", "hand", "careless")
"""As often as they come."""


@dataclass(frozen=True, slots=True)
class PagePlan:
    """One page to make."""

    number: int
    design: str | None
    """Key of the design; None for a page that is no form."""
    other: str = ""
    """back, letter; or what the unregistered design is."""
    writing: str = ""
    seal_over: bool = False
    correct: bool = False
    quarter_turns: int = 0
    odd: str = ""
    case: int = 0
    """Who fills it; a second sheet has the case of the first."""


@dataclass(frozen=True, slots=True)
class FilePlan:
    """One scan of a stack."""

    name: str
    level: str
    pages: tuple[PagePlan, ...]
    dpi: tuple[float, float] = (300.0, 300.0)


def by_key(key: str) -> Design:
    """Return a design, registered or not."""
    return next(d for d in (*DESIGNS, *OLD_AND_FOREIGN) if d.key == key)


def deck(
    pages: int,
    seed: int,
    levels: Sequence[str] = LEVELS,
    *,
    people: bool = False,
) -> tuple[FilePlan, ...]:
    """Return the files of a run.

    Args:
        pages: How many, sheets that are no forms included.
        seed: Of all chance.
        levels: Of noise, in equal shares.
        people: Some careless writers write digits that real people wrote.
    """
    rng = chance(seed, "deck")
    plans = [_form_page(number, rng, people=people) for number in range(pages)]
    for place in range(7, pages, 12):
        plans[place] = _no_form(place, rng)
    files: list[FilePlan] = []
    begin = 0
    while begin < pages:
        end = min(pages, begin + rng.choice((3, 4, 5, 6)))
        level = levels[len(files) % len(levels)]
        suffix, dpi = _machine(level, rng)
        name = f"scan{seed}_{len(files):04d}{suffix}"
        stack = tuple(plans[begin:end])
        if level == "fax":  # its paper comes from a roll: never across
            stack = tuple(
                replace(p, quarter_turns=p.quarter_turns // 2 * 2) for p in stack
            )
        files.append(FilePlan(name, level, stack, dpi))
        begin = end
    return tuple(files)


def _machine(level: str, rng: random.Random) -> tuple[str, tuple[float, float]]:
    """Return the kind of file that a machine writes, and its dots per inch."""
    if level == "fax":
        if rng.random() < 0.6:
            return ".tif", (204.0, 196.0)
        return rng.choice((".tif", ".pdf")), (200.0, 200.0)
    dots = 200.0 if level == "copy" else 300.0
    return rng.choice((".pdf", ".pdf", ".tif")), (dots, dots)


def _form_page(number: int, rng: random.Random, *, people: bool) -> PagePlan:
    turned = rng.choices((0, 1, 2, 3), (88, 3, 6, 3))[0]
    writing = WRITINGS[(number + number // len(DESIGNS)) % len(WRITINGS)]
    if people and writing == "careless" and rng.random() < 0.5:
        writing = "people"
    design = DESIGNS[number % len(DESIGNS)]
    return PagePlan(
        number,
        design.key,
        case=number - (design is SURVEY_BACK),
        writing=writing,
        seal_over=rng.random() < 0.3,
        correct=rng.random() < 0.12,
        quarter_turns=turned,
    )


def _no_form(number: int, rng: random.Random) -> PagePlan:
    kinds = ["back", "back", "letter", *(d.key for d in OLD_AND_FOREIGN)]
    kind = rng.choice(kinds)
    if kind in ("back", "letter"):
        return PagePlan(number, None, other=kind)
    other = "old_version" if _is_older(kind) else "foreign"
    return PagePlan(number, kind, other=other, writing="hand", case=number)


def odd_deck(rounds: int, seed: int) -> tuple[FilePlan, ...]:
    """Return files of pages as they should not come, each kind once in a round."""
    rng = chance(seed, "odd")
    files = []
    for number in range(rounds * len(ODD)):
        kind = ODD[number % len(ODD)]
        page = _odd_page(ODD_FROM + number, kind, rng)
        level = rng.choice(("clean", "office", "office"))
        name = f"odd{seed}_{number:04d}.pdf"
        files.append(FilePlan(name, level, (page,), (300.0, 300.0)))
    return tuple(files)


def _odd_page(number: int, kind: str, rng: random.Random) -> PagePlan:
    writing = rng.choice(("printed", "hand"))
    if kind in ("old_version", "foreign"):
        able = [
            d.key for d in OLD_AND_FOREIGN if _is_older(d.key) == (kind != "foreign")
        ]
        key = rng.choice(able)
        return PagePlan(number, key, kind, writing, odd=kind, case=number)
    able = [d.key for d in DESIGNS if d.form not in ("survey", "survey_back")]
    if kind == "two_forms":
        able = [PAYMENT_SLIP.key]
    if kind == "latin":
        able = [d.key for d in (CHILD_ALLOWANCE, BANK_TRANSFER, NURSERY, ROAD_USE)]
    return PagePlan(number, rng.choice(able), "", writing, odd=kind, case=number)


def _is_older(key: str) -> bool:
    return any(d.form == by_key(key).form for d in DESIGNS)
