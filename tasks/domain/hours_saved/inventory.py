"""業務一覧: every job that could be automated, what it would save, and what is done.

御前崎市 lists every job and aims at 100 % of those found feasible (KGI); 新潟県 found 60
procedures to be 94 % of the volume, so begin there (Pareto).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from tasks.domain.hours_saved.forecast import Forecast, PastWork, forecast
from tasks.domain.office.periods import months_after, next_month
from tasks.domain.office.settings import Baseline, ClassName

EXPECTED_QUESTIONS: dict[ClassName, float] = {
    "strict": 6.0,
    "ordinary": 2.0,
    "statistics": 0.5,
}
"""Of an item on paper, until somebody knows better: the heavier an error, the more."""
EXPECTED_OF_DATA = 0.2
"""Of an item that arrives as data."""
EXPECTED_BY_HAND = {"不要": 0.0, "一部": 0.15, "要": 0.6}
"""Share of items that stay with people, by how much judgement is needed."""


class InventoryJob(BaseModel):
    """One job of the list."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    section: str
    title: str
    volume_per_year: Annotated[int, Field(ge=0)]
    minutes_per_item: Annotated[float, Field(gt=0)]
    """By hand; an estimate until it is timed."""
    medium: Literal["紙", "データ", "紙とデータ"]
    judgement: Literal["不要", "一部", "要"]
    error_class: ClassName
    feasible: bool | None = None
    """None: nobody has looked yet."""
    feasible_on: dt.date | None = None
    """When that was decided; empty: before the first month shown."""
    done_on: dt.date | None = None
    """When it was put to work."""
    questions_per_item: Annotated[float, Field(ge=0)] | None = None
    """Expected; empty: by medium and error class."""
    minutes_per_question: Annotated[float, Field(gt=0)] = 0.25
    who: str = ""
    inputs: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    """As done today, in order; for 業務手順書."""
    by_hand: tuple[str, ...] = ()
    """What to do when the machine stops."""

    @model_validator(mode="after")
    def _done_is_feasible(self) -> Self:
        if self.done_on is not None and self.feasible is False:
            msg = f"{self.title}: 導入日があるのに feasible が false です"
            raise ValueError(msg)
        return self

    @property
    def hours_by_hand(self) -> float:
        """Return hours a year by hand."""
        return self.volume_per_year * self.minutes_per_item / 60


class Inventory(BaseModel):
    """The list (YAML, or a workbook with the same columns in Japanese)."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    jobs: tuple[InventoryJob, ...]

    @model_validator(mode="after")
    def _titles_differ(self) -> Self:
        keys = [(one.section, one.title) for one in self.jobs]
        twice = sorted(
            {title for key in keys if keys.count(key) > 1 for title in key[1:]}
        )
        if twice:
            msg = f"同じ課の同じ業務が二度あります: {', '.join(twice)}"
            raise ValueError(msg)
        return self


@dataclass(frozen=True, slots=True)
class Prospect:
    """What a job would save in a year."""

    job: InventoryJob
    expected: Forecast
    items_share: float
    """Of the volume of all jobs, this one and those before it, 0.0-1.0."""
    hours_share: float
    """Of the hours by hand of all jobs, this one and those before it."""

    @property
    def saved_hours(self) -> float:
        """Return hours a year expected to be saved; negative when it would cost."""
        return (self.expected.by_hand_ms - self.expected.expected_ms) / 3_600_000

    @property
    def state(self) -> str:
        """Return where the job stands, in Japanese."""
        if self.job.done_on is not None:
            return "導入済み"
        if self.job.feasible is None:
            return "未検討"
        if not self.job.feasible:
            return "対象外"
        return "候補" if self.expected.pays else "手作業の方が早い見込み"


@dataclass(frozen=True, slots=True)
class GoalMonth:
    """KGI at the end of a month: implemented ÷ feasible."""

    month: dt.date
    feasible: int
    done: int

    @property
    def share(self) -> float | None:
        """Return the share, None while nothing was found feasible."""
        return self.done / self.feasible if self.feasible else None


def prospects(
    jobs: Sequence[InventoryJob], *, margin: float, by: Literal["items", "hours"]
) -> tuple[Prospect, ...]:
    """Return every job with what it would save, the largest first.

    Args:
        jobs: The list.
        margin: Share of the time by hand that must be saved to pay.
        by: Order of the Pareto chart: volume, or hours by hand.
    """
    ordered = sorted(
        jobs,
        key=lambda one: (
            -(one.volume_per_year if by == "items" else one.hours_by_hand),
            one.section,
            one.title,
        ),
    )
    all_items = sum(one.volume_per_year for one in jobs) or 1
    all_hours = sum(one.hours_by_hand for one in jobs) or 1.0
    found: list[Prospect] = []
    items, hours = 0, 0.0
    for one in ordered:
        items += one.volume_per_year
        hours += one.hours_by_hand
        found.append(
            Prospect(one, expected(one, margin), items / all_items, hours / all_hours)
        )
    return tuple(found)


def expected(one: InventoryJob, margin: float) -> Forecast:
    """Return a year of the job as the forecast before a run would reckon it.

    Args:
        one: The job; items that need judgement stay with people at the time by hand.
        margin: Share of the time by hand that must be saved to pay.
    """
    questions = one.questions_per_item
    if questions is None:
        questions = EXPECTED_QUESTIONS[one.error_class]
        if one.medium == "データ":
            questions = EXPECTED_OF_DATA
    by_hand = round(one.volume_per_year * EXPECTED_BY_HAND[one.judgement])
    baseline = Baseline(
        job="",
        title=one.title,
        section=one.section,
        minutes_per_item=one.minutes_per_item,
        samples=0,
        measured_by="",
        measured_on=dt.date(1989, 1, 8),
        valid_from=dt.date(1989, 1, 8),
        questions_expected_per_item=questions,
        review_minutes_expected_per_question=one.minutes_per_question,
    )
    found = forecast(
        baseline, PastWork(), items=one.volume_per_year - by_hand, margin=margin
    )
    by_hand_ms = round(by_hand * one.minutes_per_item * 60_000)
    if found is None:
        return Forecast(
            one.volume_per_year, by_hand_ms, 0, by_hand_ms, margin, from_past=False
        )
    return Forecast(
        one.volume_per_year,
        found.by_hand_ms + by_hand_ms,
        found.review_ms,
        by_hand_ms,
        margin,
        from_past=False,
    )


def covering(rows: Sequence[Prospect], share: float) -> int:
    """Return how many jobs, the largest first, are so much of the volume.

    Args:
        rows: By items, from `prospects`.
        share: 0.0-1.0, e.g. 0.94.
    """
    for number, row in enumerate(rows, start=1):
        if row.items_share >= share - 1e-12:
            return number
    return len(rows)


def goal_by_month(
    jobs: Sequence[InventoryJob], *, first: dt.date, last: dt.date
) -> tuple[GoalMonth, ...]:
    """Return the KGI at the end of every month.

    A job done counts as feasible from that day at the latest.

    Args:
        jobs: The list.
        first: Any day of the first month.
        last: Any day of the last month.
    """
    found: list[GoalMonth] = []
    month = first.replace(day=1)
    while month <= last:
        end = next_month(month)
        done = [one for one in jobs if one.done_on is not None and one.done_on < end]
        feasible = [
            one
            for one in jobs
            if one in done
            or (one.feasible and (one.feasible_on is None or one.feasible_on < end))
        ]
        found.append(GoalMonth(month, len(feasible), len(done)))
        month = months_after(month, 1)
    return tuple(found)
