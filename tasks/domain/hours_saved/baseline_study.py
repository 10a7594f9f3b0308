"""The time study behind 導入前: samples, their mean, and how sure it is."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from tasks.domain.office.settings import Baseline

MS_PER_MINUTE = 60_000
CONFIDENCE = 0.95
FEW_SAMPLES = 10
"""Below this the report tells that more should be timed."""
SHORTEST_MS = 1_000
"""What takes less was a slip of the finger."""
WANTED_SHARE = 0.1
"""A study is good enough when the interval reaches a tenth of the mean either way."""
_MOST_SAMPLES = 1_000


@dataclass(frozen=True, slots=True)
class BaselineSample:
    """One stretch of work by hand, timed. Never changed once written."""

    seq: int
    job: str
    duration_ms: int
    items: int
    """Items finished in that time; mostly 1."""
    by_whom: str
    """Section or number of the clerk who did the work; no name of a resident."""
    at: dt.datetime
    method: str
    """How it was timed, e.g. ストップウォッチ."""
    note: str = ""
    cancels: int | None = None
    """Number of an earlier sample that this line takes back."""


@dataclass(frozen=True, slots=True)
class StudyResult:
    """What the samples of a job say about one item."""

    samples: int
    items: int
    minutes_per_item: float
    error_minutes: float | None
    """Half width of the 95 % confidence interval; None below two samples."""

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95 % confidence interval in minutes."""
        if self.error_minutes is None:
            return None
        low = max(0.0, self.minutes_per_item - self.error_minutes)
        return low, self.minutes_per_item + self.error_minutes


@dataclass(frozen=True, slots=True)
class BaselineVersion:
    """A measured baseline, adopted from a month on. Never changed once written."""

    job: str
    valid_from: dt.date
    """First day of a month; older months keep what was in force."""
    minutes_per_item: float
    samples: int
    error_minutes: float | None
    measured_by: str
    measured_on: dt.date
    adopted_by: str
    adopted_at: dt.datetime


class MeasuredBaseline(Baseline):
    """A baseline adopted from samples that were kept one by one."""


def standing_samples(
    samples: Sequence[BaselineSample],
) -> tuple[BaselineSample, ...]:
    """Return the samples that were not taken back, without the lines that do so."""
    gone = {one.cancels for one in samples if one.cancels is not None}
    return tuple(one for one in samples if one.cancels is None and one.seq not in gone)


def study_result(samples: Sequence[BaselineSample]) -> StudyResult | None:
    """Return the mean time of one item and its confidence interval; None for none.

    A sample of several items weighs as many: the mean is all time over all items, its
    error that of a ratio (Cochran, Sampling Techniques, 3rd ed., 6.4), which is
    Student's t interval when every sample is one item.

    Args:
        samples: Of one job, those that stand.

    Examples:
        >>> at = dt.datetime(2026, 4, 10, 10, 0, tzinfo=dt.UTC)
        >>> timed = [
        ...     BaselineSample(n, "j", minutes * 60_000, 1, "税務課", at, "時計")
        ...     for n, minutes in enumerate((5, 6, 7))
        ... ]
        >>> found = study_result(timed)
        >>> found.minutes_per_item, round(found.error_minutes, 3)
        (6.0, 2.484)
    """
    if not samples:
        return None
    items = sum(one.items for one in samples)
    minutes = [one.duration_ms / MS_PER_MINUTE for one in samples]
    mean = math.fsum(minutes) / items
    count = len(samples)
    if count < 2:
        return StudyResult(count, items, mean, None)
    off = (time - mean * one.items for time, one in zip(minutes, samples, strict=True))
    spread = math.fsum(value * value for value in off) / (count - 1)
    error = student_t(count - 1) * math.sqrt(spread / count) / (items / count)
    return StudyResult(count, items, mean, error)


def samples_needed(samples: Sequence[BaselineSample]) -> int | None:
    """Return how many more samples make the interval narrow enough.

    Reckoned as if those to come were like those so far; never fewer than
    `FEW_SAMPLES` altogether.

    Args:
        samples: Of one job, those that stand.

    Returns:
        0 when there are enough; None where two samples do not yet tell.

    Examples:
        >>> at = dt.datetime(2026, 4, 10, 10, 0, tzinfo=dt.UTC)
        >>> timed = [
        ...     BaselineSample(n, "j", minutes * 60_000, 1, "税務課", at, "時計")
        ...     for n, minutes in enumerate((4, 5, 6, 7, 8))
        ... ]
        >>> samples_needed(timed)
        25
    """
    found = study_result(samples)
    if found is None or found.error_minutes is None:
        return None
    count = found.samples
    # The error at n samples is t(n - 1) / sqrt(n) times what one sample's spread makes.
    spread = found.error_minutes * math.sqrt(count) / student_t(count - 1)
    wanted = WANTED_SHARE * found.minutes_per_item
    for total in range(max(count, FEW_SAMPLES), _MOST_SAMPLES):
        if student_t(total - 1) * spread / math.sqrt(total) <= wanted:
            return total - count
    return _MOST_SAMPLES - count


def student_t(freedom: int) -> float:
    """Return the two-sided 95 % point of Student's t.

    Exact for one and two degrees of freedom; from three on Hill's expansion
    (Algorithm 396, CACM 1970), right to four digits.

    Examples:
        >>> [round(student_t(n), 3) for n in (1, 2, 5, 9, 30, 1000)]
        [12.706, 4.303, 2.571, 2.262, 2.042, 1.962]
    """
    doubt = 1 - CONFIDENCE
    if freedom == 1:
        return 1 / math.tan(doubt * math.pi / 2)
    if freedom == 2:
        return math.sqrt(2 / (doubt * (2 - doubt)) - 2)
    a = 1 / (freedom - 0.5)
    b = 48 / a**2
    c = ((20_700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * math.sqrt(a * math.pi / 2) * freedom
    y = (d * doubt) ** (2 / freedom)
    if y > 0.05 + a:
        x = NormalDist().inv_cdf(doubt / 2)
        y = x**2
        if freedom < 5:
            c += 0.3 * (freedom - 4.5) * (x + 0.6)
        c = (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b + c
        y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
        y = math.expm1(a * y**2)
    else:
        y = (
            (
                1
                / (
                    ((freedom + 6) / (freedom * y) - 0.089 * d - 0.822)
                    * (freedom + 2)
                    * 3
                )
                + 0.5 / (freedom + 4)
            )
            * y
            - 1
        ) * (freedom + 1) / (freedom + 2) + 1 / y
    return math.sqrt(freedom * y)


def with_versions(
    baselines: Sequence[Baseline], versions: Sequence[BaselineVersion]
) -> tuple[Baseline, ...]:
    """Return the configured baselines and, after them, the measured versions.

    A version takes title, section and rate from the configured baseline in force on
    its first day, or else the job's first one. For one day the measured one counts.

    Args:
        baselines: configs/baselines.yaml.
        versions: Of any jobs; one whose job is not configured is left out.
    """
    found = {(one.job, one.valid_from): one for one in baselines}
    for version in sorted(versions, key=lambda one: one.adopted_at):
        own = sorted(
            (one for one in baselines if one.job == version.job),
            key=lambda one: one.valid_from,
        )
        if not own:
            continue
        before = [one for one in own if one.valid_from <= version.valid_from]
        model = before[-1] if before else own[0]
        found[version.job, version.valid_from] = MeasuredBaseline.model_validate(
            model.model_dump()
            | {
                "minutes_per_item": version.minutes_per_item,
                "samples": version.samples,
                "error_minutes": version.error_minutes,
                "measured_by": version.measured_by,
                "measured_on": version.measured_on,
                "valid_from": version.valid_from,
            }
        )
    return tuple(found.values())
