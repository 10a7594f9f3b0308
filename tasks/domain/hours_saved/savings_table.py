"""The table managers know: 業務名 | 内容 | 導入前 | 導入後 | 削減 | 削減率, and its months."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from tasks.domain.hours_saved.known_baselines import KnownBaselines, measure_of
from tasks.domain.hours_saved.savings import MS_PER_HOUR, SavingsSum, item_ms
from tasks.domain.office.periods import Period
from tasks.domain.office.settings import Baseline, HourRate
from tasks.domain.reading.error_bounds import upper_bound


@dataclass(frozen=True, slots=True)
class Effort:
    """Times added up, in whole milliseconds."""

    items: int = 0
    by_hand_items: int = 0
    exception_items: int = 0
    before_ms: int = 0
    attended_ms: int = 0
    review_ms: int = 0
    by_hand_ms: int = 0
    exception_ms: int = 0
    upkeep_ms: int = 0
    machine_ms: int = 0

    @property
    def after_ms(self) -> int:
        """Return 導入後."""
        return (
            self.attended_ms
            + self.review_ms
            + self.by_hand_ms
            + self.exception_ms
            + self.upkeep_ms
        )

    @property
    def saved_ms(self) -> int:
        """Return 削減; negative when it cost time."""
        return self.before_ms - self.after_ms

    @property
    def share_permyriad(self) -> int | None:
        """Return 削減率 in 1/10,000, cut off: never more than was saved.

        None without 導入前.
        """
        return self.saved_ms * 10_000 // self.before_ms if self.before_ms else None


@dataclass(frozen=True, slots=True)
class Quality:
    """What the blind sample and the questions of one job showed in a period."""

    blind_checked: int = 0
    blind_wrong: int = 0
    fields_accepted: int = 0
    fields_asked: int = 0
    corrected_fields: int = 0
    """Of those asked: what the clerk said was not the likeliest reading."""
    corrected_characters: int = 0

    @property
    def accuracy(self) -> float | None:
        """Return the share of accepted values that were right, as sampled."""
        if not self.blind_checked:
            return None
        return 1 - self.blind_wrong / self.blind_checked

    @property
    def worst_error(self) -> float | None:
        """Return the 95 % upper bound of the error rate; None without a sample."""
        if not self.blind_checked:
            return None
        return upper_bound(self.blind_wrong, self.blind_checked)

    @property
    def asked_share(self) -> float | None:
        """Return the share of fields that staff were asked about."""
        fields = self.fields_accepted + self.fields_asked
        return self.fields_asked / fields if fields else None


@dataclass(frozen=True, slots=True)
class JobSavings:
    """One row of the table managers know."""

    job: str
    section: str
    title: str
    """業務名."""
    contents: str
    """内容."""
    effort: Effort
    estimate: bool
    """True when all its items were counted at a guess: printed as 仮, and no yen."""
    partly: bool
    """True when those of some months were: these months bear no yen."""
    yen: int | None
    """Worth of the time saved in the months that were measured; None for an estimate."""
    rates: tuple[HourRate, ...]
    """By which the yen were reckoned."""
    baselines: tuple[Baseline, ...]
    """In force in the period, oldest first."""
    error_ms: int | None
    """How far 導入前 may be off with 95 % confidence; None when not known."""
    quality: Quality = Quality()
    removed: bool = False
    """True when the configuration no longer knows the job."""
    changed: bool = False
    """True when items were counted at a baseline that is no longer configured so."""

    @property
    def minutes_per_item_after(self) -> float | None:
        """Return staff minutes that an item takes now; None without items."""
        items = self.effort.items + self.effort.by_hand_items
        return self.effort.after_ms / 60_000 / items if items else None


@dataclass(frozen=True, slots=True)
class MonthSavings:
    """One month of all jobs."""

    month: dt.date
    effort: Effort
    yen: int
    """Without the jobs whose items were counted at a guess in this month."""


@dataclass(frozen=True, slots=True)
class SavingsTable:
    """A period's account, read in every way that a report shows it."""

    period: Period
    jobs: tuple[JobSavings, ...]
    """By section, then title."""
    months: tuple[MonthSavings, ...]
    """Every month of the period, also without lines."""
    total: Effort
    yen: int | None
    """Sum of the rows' yen; None when no row has any."""
    lines: int
    """Of the account, behind the report."""
    guessed: Effort = Effort()
    """The part of the total that rests on guesses: no yen are reckoned of it."""

    @property
    def sections(self) -> tuple[tuple[str, tuple[JobSavings, ...]], ...]:
        """Return the rows by section, in their order."""
        found: dict[str, list[JobSavings]] = {}
        for row in self.jobs:
            found.setdefault(row.section, []).append(row)
        return tuple((section, tuple(rows)) for section, rows in found.items())

    @property
    def estimates(self) -> tuple[JobSavings, ...]:
        """Return the rows that rest on guesses, wholly or in some months."""
        return tuple(row for row in self.jobs if row.estimate or row.partly)

    @property
    def losing(self) -> tuple[JobSavings, ...]:
        """Return the rows that cost time, the worst first."""
        rows = (row for row in self.jobs if row.effort.saved_ms < 0)
        return tuple(sorted(rows, key=lambda row: row.effort.saved_ms))


def savings_table(
    sums: Sequence[SavingsSum],
    known: KnownBaselines,
    period: Period,
    quality: Mapping[str, Quality] | None = None,
) -> SavingsTable:
    """Return the account of a period as a table.

    A job's month in which items were counted at a baseline that nobody measured bears
    no yen: neither its savings nor its costs.

    Args:
        sums: All lines of the period, added up in any way.
        known: Baselines and rates; measured versions among the baselines.
        period: Days of the report.
        quality: By job.
    """
    guesses = guessed_months(sums)
    worth = measured(sums)
    by_job = _grouped(sums, lambda one: one.job)
    jobs = sorted(
        (
            _row(own, known, period, (quality or {}).get(job, Quality()))
            for job, own in by_job.items()
        ),
        key=lambda row: (row.section, row.title, row.job),
    )
    by_month = _grouped(sums, lambda one: one.month)
    worth_by_month = _grouped(worth, lambda one: one.month)
    yen = [row.yen for row in jobs if row.yen is not None]
    return SavingsTable(
        period=period,
        jobs=tuple(jobs),
        months=tuple(
            MonthSavings(
                month,
                added(by_month.get(month, [])),
                worth_yen(worth_by_month.get(month, []), known),
            )
            for month in period.months()
        ),
        total=added(sums),
        yen=sum(yen) if yen else None,
        lines=sum(one.lines for one in sums),
        guessed=added(one for one in sums if (one.job, one.month) in guesses),
    )


def guessed_months(sums: Iterable[SavingsSum]) -> set[tuple[str, dt.date]]:
    """Return job and month of items counted at a baseline that nobody measured."""
    return {(one.job, one.month) for one in sums if one.estimated}


def measured(sums: Sequence[SavingsSum]) -> list[SavingsSum]:
    """Return the sums that yen may be reckoned of.

    Left out is every month of a job whose items were counted at a guess, with all
    that was spent in it.
    """
    guesses = guessed_months(sums)
    return [one for one in sums if (one.job, one.month) not in guesses]


def added(sums: Iterable[SavingsSum]) -> Effort:
    """Return sums added up; exact."""
    listed = list(sums)
    return Effort(
        items=sum(one.items for one in listed),
        by_hand_items=sum(one.by_hand_items for one in listed),
        exception_items=sum(one.exception_items for one in listed),
        before_ms=sum(one.before_ms for one in listed),
        attended_ms=sum(one.attended_ms for one in listed),
        review_ms=sum(one.review_ms for one in listed),
        by_hand_ms=sum(one.by_hand_ms for one in listed),
        exception_ms=sum(one.exception_ms for one in listed),
        upkeep_ms=sum(one.upkeep_ms for one in listed),
        machine_ms=sum(one.machine_ms for one in listed),
    )


def worth_yen(sums: Iterable[SavingsSum], known: KnownBaselines) -> int:
    """Return what the time saved is worth, each month at its own rate.

    Rounded by job and month, half a yen away from zero: rows, months and the total of
    a report so add up to the yen.
    """
    weighed: dict[tuple[str, dt.date], int] = {}
    for one in sums:
        key = (one.job, one.month)
        weighed[key] = weighed.get(key, 0) + one.saved_ms
    return sum(
        rounded(saved * known.rate(job, month).yen_per_hour, MS_PER_HOUR)
        for (job, month), saved in weighed.items()
    )


def rounded(numerator: int, denominator: int) -> int:
    """Return a quotient as a whole number, halves away from zero.

    Examples:
        >>> rounded(5, 2), rounded(-5, 2), rounded(7, 3)
        (3, -3, 2)
    """
    whole = (2 * abs(numerator) + denominator) // (2 * denominator)
    return whole if numerator >= 0 else -whole


def _row(
    sums: Sequence[SavingsSum], known: KnownBaselines, period: Period, quality: Quality
) -> JobSavings:
    """Return the row of one job."""
    job = sums[0].job
    newest = known.newest(job, period.last)
    worth = measured(sums)
    guessed = len(worth) < len(sums)
    yen = worth_yen(worth, known) if worth else None
    baselines = known.counted_at(sums)
    removed = all(one.job != job for one in known.rules.baselines)
    return JobSavings(
        job=job,
        section=newest.section if newest else "",
        title=newest.title if newest else job,
        contents=newest.contents if newest else "",
        effort=added(sums),
        estimate=yen is None,
        partly=guessed and yen is not None,
        yen=yen,
        rates=tuple(
            {known.rate(job, month): None for month in sorted({x.month for x in sums})}
        ),
        baselines=baselines,
        error_ms=_error_ms(sums, baselines),
        quality=quality,
        removed=removed,
        changed=not removed and known.changed(sums),
    )


def _error_ms(sums: Sequence[SavingsSum], baselines: Sequence[Baseline]) -> int | None:
    """Return how far 導入前 may be off; None when any of its baselines does not tell.

    One baseline's error moves all its items together, so its share is added, not
    squared. Items done by hand cancel out: before and after move together.
    """
    errors = {measure_of(one): one.error_minutes for one in baselines}
    total = 0
    for one in sums:
        if not one.items:
            continue
        error = errors.get((one.job, one.minutes_per_item, one.samples))
        if error is None:
            return None
        total += item_ms(error) * one.items
    return total


_Key = TypeVar("_Key")


def _grouped(
    sums: Iterable[SavingsSum], key: Callable[[SavingsSum], _Key]
) -> dict[_Key, list[SavingsSum]]:
    found: dict[_Key, list[SavingsSum]] = {}
    for one in sums:
        found.setdefault(key(one), []).append(one)
    return found
