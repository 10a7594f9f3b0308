"""Baselines as configured now, beside those that lines were counted at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.domain.hours_saved.savings import SavingsSum, baseline_in_force
from tasks.domain.office.periods import Period
from tasks.domain.office.settings import Baseline, HourRate, SavingsRules


@dataclass(frozen=True, slots=True)
class KnownBaselines:
    """Baselines as configured now, and as lines were counted at."""

    rules: SavingsRules
    former: tuple[Baseline, ...] = ()
    """As they were when lines were counted at them; of any jobs."""

    def newest(self, job: str, day: dt.date) -> Baseline | None:
        """Return what names a job on a day; of a job taken out, what named it last."""
        return (
            baseline_in_force(self.rules.baselines, job, day)
            or next((one for one in self.rules.baselines if one.job == job), None)
            or baseline_in_force(self.former, job, day)
        )

    def rate(self, job: str, month: dt.date) -> HourRate:
        """Return the hourly rate of a job in a month."""
        baseline = self.newest(job, Period.month(month).last)
        name = baseline.rate if baseline else ""
        if name not in {"", self.rules.yen_name, *(r.name for r in self.rules.rates)}:
            name = ""
        return self.rules.rate_on(name, month)

    def counted_at(self, sums: Sequence[SavingsSum]) -> tuple[Baseline, ...]:
        """Return the baselines that one job's lines were counted at, oldest first."""
        used = {
            (one.job, one.minutes_per_item, one.samples)
            for one in sums
            if one.items or one.by_hand_items
        }
        found = {measure_of(one): one for one in self.former}
        found |= {measure_of(one): one for one in self.rules.baselines}
        return tuple(
            sorted(
                (one for key, one in found.items() if key in used),
                key=lambda one: one.valid_from,
            )
        )

    def changed(self, sums: Sequence[SavingsSum]) -> bool:
        """Return whether one job's lines were counted at what is configured no more."""
        present = {measure_of(one) for one in self.rules.baselines}
        return any(
            (one.job, one.minutes_per_item, one.samples) not in present
            for one in sums
            if one.items or one.by_hand_items
        )


def measure_of(one: Baseline) -> tuple[str, float, int]:
    """Return what a line of the account keeps of its baseline."""
    return one.job, one.minutes_per_item, one.samples
