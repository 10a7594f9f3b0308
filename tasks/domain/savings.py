"""Minutes of staff saved: what one run adds to the account, and how it is added up."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tasks.domain.settings import Baseline, SavingsRules


def minutes_saved(
    baseline: Baseline,
    *,
    items: int,
    review_minutes: float,
    attended_minutes: float = 0.0,
    upkeep_minutes: float = 0.0,
) -> float:
    """Return staff minutes saved by one run; negative if it cost time.

    Items done by hand are left out: they cost after what they cost before.

    Args:
        baseline: Manual effort for one item, as measured.
        items: Items finished without being redone by hand.
        review_minutes: Staff minutes spent checking this run.
        attended_minutes: Staff minutes spent starting and watching this run.
        upkeep_minutes: Staff minutes spent on keeping the job going.

    Examples:
        >>> timed = Baseline(
        ...     job="tax_delinquency",
        ...     title="滞納確認",
        ...     section="税務課",
        ...     minutes_per_item=6.0,
        ...     samples=40,
        ...     measured_by="税務課",
        ...     measured_on=dt.date(2026, 4, 10),
        ...     valid_from=dt.date(2026, 4, 1),
        ... )
        >>> minutes_saved(timed, items=10, review_minutes=12.0)
        48.0
    """
    spent = review_minutes + attended_minutes + upkeep_minutes
    return baseline.minutes_per_item * items - spent


def baseline_in_force(
    baselines: Iterable[Baseline], job: str, day: dt.date
) -> Baseline | None:
    """Return the newest baseline of a job that was valid on a day, or None.

    An old month so keeps the measurement that was in force then.
    """
    valid = [one for one in baselines if one.job == job and one.valid_from <= day]
    return max(valid, key=lambda one: one.valid_from, default=None)


@dataclass(frozen=True, slots=True)
class RunEffort:
    """What one run did and what it cost, as the flow saw it."""

    job: str
    run_id: str
    at: dt.datetime
    """With the office's time zone: its date is the day of the line."""
    items: tuple[str, ...] = ()
    """Keys of all items finished by machine, free of personal data."""
    by_hand: tuple[str, ...] = ()
    """Keys of items that had to be done by hand."""
    machine_minutes: float = 0.0
    """The machine's own time; nobody waits for it, so it costs nothing."""
    attended_minutes: float = 0.0
    """Staff time spent on starting and watching the run."""
    upkeep_minutes: float = 0.0
    """Staff time on form definitions, scripts, meetings."""
    note: str = ""
    """Japanese, what the upkeep was; no personal data."""


@dataclass(frozen=True, slots=True)
class SavingsLine:
    """One line of the account. Never changed once written."""

    line_id: int
    job: str
    run_id: str
    at: dt.datetime
    day: dt.date
    items: int
    """Items finished by machine that no earlier line counted."""
    by_hand_items: int
    minutes_per_item: float
    """Of the baseline in force on the day."""
    samples: int
    """Of that baseline; 0 means an estimate."""
    machine_minutes: float
    attended_minutes: float
    review_minutes: float
    upkeep_minutes: float
    note: str = ""

    @property
    def before_minutes(self) -> float:
        """Return 導入前: what all items would have taken by hand."""
        return self.minutes_per_item * (self.items + self.by_hand_items)

    @property
    def after_minutes(self) -> float:
        """Return 導入後: what staff spent, items done by hand included."""
        return (
            self.attended_minutes
            + self.review_minutes
            + self.upkeep_minutes
            + self.minutes_per_item * self.by_hand_items
        )

    @property
    def saved_minutes(self) -> float:
        """Return 削減: negative when the run cost time."""
        return self.before_minutes - self.after_minutes


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a report, both ends included."""

    first: dt.date
    last: dt.date

    @classmethod
    def month(cls, day: dt.date) -> Period:
        """Return the calendar month of a day.

        Examples:
            >>> Period.month(dt.date(2026, 12, 5))
            Period(first=datetime.date(2026, 12, 1), last=datetime.date(2026, 12, 31))
        """
        first = day.replace(day=1)
        return cls(first, _next_month(first) - dt.timedelta(days=1))

    @classmethod
    def fiscal_year(cls, year: int) -> Period:
        """Return 年度: April of the year to March of the next.

        Examples:
            >>> Period.fiscal_year(2026).last
            datetime.date(2027, 3, 31)
        """
        return cls(dt.date(year, 4, 1), dt.date(year + 1, 3, 31))

    @classmethod
    def fiscal_year_with(cls, day: dt.date) -> Period:
        """Return the 年度 that a day lies in.

        Examples:
            >>> Period.fiscal_year_with(dt.date(2027, 3, 31)).first
            datetime.date(2026, 4, 1)
        """
        return cls.fiscal_year(day.year if day.month >= 4 else day.year - 1)

    def months(self) -> tuple[dt.date, ...]:
        """Return the first day of each calendar month touched.

        Examples:
            >>> len(Period.fiscal_year(2026).months())
            12
        """
        found = [self.first.replace(day=1)]
        while _next_month(found[-1]) <= self.last:
            found.append(_next_month(found[-1]))
        return tuple(found)


@dataclass(frozen=True, slots=True)
class JobSavings:
    """One row of the table managers know."""

    section: str
    title: str
    """業務名."""
    contents: str
    """内容: items and how many of them by hand."""
    items: int
    by_hand_items: int
    before_minutes: float
    after_minutes: float
    review_minutes: float
    estimate: bool
    """True when any baseline had no samples: printed as 仮, and no yen."""
    yen: int | None
    """Worth of the minutes saved; None for an estimate."""

    @property
    def saved_minutes(self) -> float:
        """Return 削減 in minutes; may be negative."""
        return self.before_minutes - self.after_minutes

    @property
    def share(self) -> float | None:
        """Return 削減率, 1.0 for everything; None when nothing was done before."""
        if not self.before_minutes:
            return None
        return self.saved_minutes / self.before_minutes


def summarise(
    lines: Iterable[SavingsLine], rules: SavingsRules, period: Period
) -> tuple[JobSavings, ...]:
    """Return one row per job with lines or upkeep in the period, by section and title.

    Monthly upkeep of the baseline counts for each month in which the baseline was in
    force, whether or not the job ran: a robot that stands idle still costs.
    """
    by_job: dict[str, list[SavingsLine]] = {}
    for line in lines:
        by_job.setdefault(line.job, []).append(line)
    for baseline in rules.baselines:
        if _monthly_upkeep(rules, baseline.job, period):
            by_job.setdefault(baseline.job, [])
    rows = [_row(job, own, rules, period) for job, own in by_job.items()]
    return tuple(sorted(rows, key=lambda row: (row.section, row.title)))


def _row(
    job: str, lines: Sequence[SavingsLine], rules: SavingsRules, period: Period
) -> JobSavings:
    baseline = baseline_in_force(rules.baselines, job, period.last)
    before = sum(line.before_minutes for line in lines)
    after = sum(line.after_minutes for line in lines)
    after += _monthly_upkeep(rules, job, period)
    items = sum(line.items for line in lines)
    by_hand = sum(line.by_hand_items for line in lines)
    estimate = any(line.samples == 0 for line in lines) or (
        not lines and (baseline is None or baseline.samples == 0)
    )
    contents = f"{items + by_hand:,}件"
    if by_hand:
        contents += f"（うち手作業 {by_hand:,}件）"
    return JobSavings(
        section=baseline.section if baseline else "",
        title=baseline.title if baseline else job,
        contents=contents,
        items=items,
        by_hand_items=by_hand,
        before_minutes=before,
        after_minutes=after,
        review_minutes=sum(line.review_minutes for line in lines),
        estimate=estimate,
        yen=None if estimate else round((before - after) / 60 * rules.yen_per_hour),
    )


def _monthly_upkeep(rules: SavingsRules, job: str, period: Period) -> float:
    minutes = 0.0
    for month in period.months():
        last_day = _next_month(month) - dt.timedelta(days=1)
        baseline = baseline_in_force(rules.baselines, job, min(last_day, period.last))
        if baseline is not None:
            minutes += baseline.upkeep_minutes_per_month
    return minutes


def _next_month(first: dt.date) -> dt.date:
    return (first + dt.timedelta(days=31)).replace(day=1)
