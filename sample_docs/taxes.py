"""Tax lines: what the city assessed, what was paid, planted to give a known answer."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterable
from dataclasses import dataclass, replace

from sample_docs.people import Person

AS_OF = dt.date(2026, 10, 31)
"""収納反映日 of the sample; the sample's today is 2026-11-20, lag_days 21."""
LAG_STARTS = dt.date(2026, 10, 10)

RESIDENT, PROPERTY, CAR, HEALTH = (
    "個人市県民税",
    "固定資産税",
    "軽自動車税",
    "国民健康保険税",
)


def _days(*texts: str) -> tuple[dt.date, ...]:
    return tuple(dt.date.fromisoformat(text) for text in texts)


DUE = {
    (RESIDENT, 2025): _days("2025-06-30", "2025-09-01", "2025-10-31", "2026-02-02"),
    (RESIDENT, 2026): _days("2026-06-30", "2026-08-31", "2026-11-02", "2027-02-01"),
    (PROPERTY, 2025): _days("2025-04-30", "2025-07-31", "2025-12-25", "2026-03-02"),
    (PROPERTY, 2026): _days("2026-04-30", "2026-07-31", "2026-12-25", "2027-03-01"),
    (CAR, 2025): _days("2025-06-02"),
    (CAR, 2026): _days("2026-06-01"),
    (HEALTH, 2025): _days(
        *("2025-07-25", "2025-08-25", "2025-09-25", "2025-10-27"),
        *("2025-11-25", "2025-12-25", "2026-01-26", "2026-02-25"),
    ),
    (HEALTH, 2026): _days(
        *("2026-07-27", "2026-08-25", "2026-09-25", "2026-10-26"),
        *("2026-11-25", "2026-12-25", "2027-01-25", "2027-02-25"),
    ),
}
"""納期限 of each instalment, by the city's invented ordinance."""


@dataclass(frozen=True, slots=True)
class Line:
    """One instalment of one tax of one 宛名番号."""

    addressee_no: str
    tax: str
    year: int
    instalment: int
    """1-based; 0 for a tax paid at once (全期)."""
    due: dt.date
    assessed: int
    paid: int
    paid_on: dt.date | None
    status: str = "通常"


@dataclass(frozen=True, slots=True)
class Plan:
    """What a person's tax lines shall look like.

    The plan names the truth; lines are made to fit it. Nothing is computed back.
    """

    taxes: tuple[tuple[str, int], ...] = ()
    """(tax, fiscal year) assessed; empty means 課税なし."""
    future_paid: bool = False
    """True when instalments after the as-of date are paid already."""
    faults: tuple[tuple[str, int, int, str, int], ...] = ()
    """(tax, year, instalment, status, yen paid) of lines not paid in full."""
    settled: tuple[tuple[str, int, int, str], ...] = ()
    """(tax, year, instalment, status) of special lines that are paid in full."""


def lines_of(person: Person, plan: Plan, rng: random.Random) -> list[Line]:
    """Return the tax lines of one 宛名番号, fitting its plan."""
    lines: list[Line] = []
    for tax, year in plan.taxes:
        amount = _yearly(tax, rng)
        dues = DUE[tax, year]
        each = amount // len(dues) // 100 * 100
        for place, due in enumerate(dues):
            assessed = each + (amount - each * len(dues) if place == 0 else 0)
            paid_on = due - dt.timedelta(days=rng.randint(0, 12))
            if due >= AS_OF:
                paid_on = dt.date(2026, 6, 30) - dt.timedelta(days=rng.randint(0, 9))
            open_ = due >= AS_OF and not plan.future_paid
            number = 0 if len(dues) == 1 else place + 1
            lines.append(
                Line(
                    person.addressee_no,
                    tax,
                    year,
                    number,
                    due,
                    assessed,
                    0 if open_ else assessed,
                    None if open_ else _posted(paid_on),
                )
            )
    return [_faulty(line, plan) for line in lines]


def _posted(day: dt.date) -> dt.date:
    """Move a payment back so that the ledger can know it by the as-of date."""
    return min(day, dt.date(2026, 10, 20))


def _yearly(tax: str, rng: random.Random) -> int:
    if tax == CAR:
        return rng.choice([10_800, 7_200, 12_900, 6_000, 2_400, 4_000])
    if tax == PROPERTY:
        return rng.randint(320, 2400) * 100
    if tax == HEALTH:
        return rng.randint(480, 5200) * 100
    return rng.randint(60, 4200) * 100


def _faulty(line: Line, plan: Plan) -> Line:
    for tax, year, instalment, status, paid in plan.faults:
        if (line.tax, line.year, line.instalment) == (tax, year, instalment):
            day = line.due + dt.timedelta(days=9) if paid else None
            return replace(line, status=status, paid=paid, paid_on=day)
    for tax, year, instalment, status in plan.settled:
        if (line.tax, line.year, line.instalment) == (tax, year, instalment):
            return replace(line, status=status)
    return line


BOTH_YEARS = ((RESIDENT, 2025), (RESIDENT, 2026))
HEALTH_BOTH = ((HEALTH, 2025), (HEALTH, 2026))

PLANS = {
    "完納": Plan((*BOTH_YEARS, (CAR, 2026)), future_paid=True),
    "完納_軽自のみ": Plan(((CAR, 2025), (CAR, 2026))),
    "完納_分納誓約済": Plan(
        (*BOTH_YEARS, (PROPERTY, 2025)),
        future_paid=True,
        settled=((PROPERTY, 2025, 3, "分納誓約"),),
    ),
    "未納_当年度": Plan(BOTH_YEARS, faults=((RESIDENT, 2026, 1, "通常", 0),)),
    "未納_過年度国保": Plan(
        (*HEALTH_BOTH, (CAR, 2026)), faults=((HEALTH, 2025, 6, "通常", 0),)
    ),
    "未納_軽自": Plan(
        ((CAR, 2025), (CAR, 2026), *BOTH_YEARS), faults=((CAR, 2026, 0, "通常", 0),)
    ),
    "未納_一部納付": Plan(
        ((PROPERTY, 2025), (PROPERTY, 2026)),
        faults=((PROPERTY, 2026, 2, "通常", 5000),),
    ),
    "未納_分納もあり": Plan(
        (*BOTH_YEARS, *HEALTH_BOTH),
        faults=((HEALTH, 2025, 3, "分納誓約", 0), (RESIDENT, 2026, 2, "通常", 0)),
    ),
    "納期未到来": Plan(BOTH_YEARS),
    "納期未到来_固定": Plan(((PROPERTY, 2025), (PROPERTY, 2026), (CAR, 2026))),
    "納期未到来_国保": Plan(HEALTH_BOTH),
    "反映待ち": Plan(
        (*HEALTH_BOTH, *BOTH_YEARS), faults=((HEALTH, 2026, 4, "通常", 0),)
    ),
    "反映待ち_国保のみ": Plan(HEALTH_BOTH, faults=((HEALTH, 2026, 4, "通常", 0),)),
    "猶予中_徴収": Plan(
        ((PROPERTY, 2025), (PROPERTY, 2026)),
        faults=((PROPERTY, 2026, 1, "徴収猶予", 0),),
    ),
    "猶予中_換価": Plan(BOTH_YEARS, faults=((RESIDENT, 2025, 4, "換価の猶予", 0),)),
    "猶予中_反映待ちもあり": Plan(
        HEALTH_BOTH,
        faults=((HEALTH, 2026, 4, "通常", 0), (HEALTH, 2026, 1, "徴収猶予", 0)),
    ),
    "分納中": Plan(BOTH_YEARS, faults=((RESIDENT, 2025, 3, "分納誓約", 1000),)),
    "分納中_反映待ちもあり": Plan(
        HEALTH_BOTH,
        faults=((HEALTH, 2025, 8, "分納誓約", 0), (HEALTH, 2026, 4, "通常", 0)),
    ),
    "執行停止中": Plan(HEALTH_BOTH, faults=((HEALTH, 2025, 2, "執行停止", 0),)),
    "執行停止中_猶予もあり": Plan(
        (*BOTH_YEARS, (CAR, 2025)),
        faults=((CAR, 2025, 0, "執行停止", 0), (RESIDENT, 2026, 1, "徴収猶予", 0)),
    ),
    "課税なし": Plan(),
    "未納_固定": Plan(
        ((PROPERTY, 2025), (PROPERTY, 2026)), faults=((PROPERTY, 2025, 4, "通常", 0),)
    ),
    "完納_固定": Plan(((PROPERTY, 2026),), future_paid=True),
}
"""The plans that planted cases name; the part before _ is the answer's word."""

ORDINARY = (
    *[("納期未到来", 22), ("納期未到来_固定", 12), ("納期未到来_国保", 14)],
    *[("完納", 14), ("完納_軽自のみ", 7), ("完納_固定", 5), ("完納_分納誓約済", 2)],
    *[
        ("未納_当年度", 3),
        ("未納_過年度国保", 2),
        ("未納_一部納付", 1),
        ("未納_軽自", 2),
    ],
    *[("反映待ち", 3), ("反映待ち_国保のみ", 3), ("猶予中_徴収", 1), ("分納中", 2)],
    *[("執行停止中", 1), ("課税なし", 6)],
)


def everyone(
    people: Iterable[Person], planted: dict[str, Plan], rng: random.Random
) -> list[Line]:
    """Return all tax lines of the city.

    Args:
        people: Every row of the residents' ledger.
        planted: Plan by 宛名番号 of planted people; the rest draw an ordinary one.
        rng: Source of chance.
    """
    names, weights = zip(*ORDINARY, strict=True)
    lines: list[Line] = []
    for person in people:
        plan = planted.get(person.addressee_no)
        if plan is None:
            word = rng.choices(names, weights)[0]
            plan = PLANS[word] if person.age >= 20 else Plan()
            if person.kind != "住登内":
                plan = PLANS["納期未到来_固定"]
        lines.extend(lines_of(person, plan, rng))
    return lines
