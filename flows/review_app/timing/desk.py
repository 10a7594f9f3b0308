"""What the pages about timing show: jobs, studies, and what is in force."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from starlette.exceptions import HTTPException
from starlette.requests import Request

from flows.review_app.access.gate import Role, Visitor, demand
from flows.review_app.office import Office
from tasks.domain.hours_saved.baseline_study import (
    FEW_SAMPLES,
    MS_PER_MINUTE,
    BaselineSample,
    StudyResult,
    samples_needed,
    standing_samples,
    study_result,
    with_versions,
)
from tasks.domain.hours_saved.savings import baseline_in_force
from tasks.domain.hours_saved.savings_statement import baseline_words
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.office.periods import months_after, next_month
from tasks.domain.office.settings import Baseline, SavingsRules
from tasks.edges.config_files import load_file
from tasks.edges.hours_saved.baseline_store import BaselineStore
from tasks.edges.hours_saved.chart_shapes import svg
from tasks.edges.hours_saved.study_chart import study_chart

READERS = (Role.CLERK, Role.DESIGNER, Role.AUDITOR)
WORKERS = (Role.CLERK, Role.DESIGNER)
_SHOWN = 30
"""Newest lines of a study on the page."""


@dataclass(frozen=True, slots=True)
class SampleLine:
    """One line of the study as it is shown."""

    seq: int
    when: str
    minutes: str
    items: int
    by_whom: str
    method: str
    note: str
    state: str
    """Empty while it counts; else why it does not."""
    mine: bool
    """Taken by who looks at it."""


@dataclass(frozen=True, slots=True)
class Study:
    """What is known of one job by now."""

    result: StudyResult | None
    needed: int | None
    chart: str
    """SVG; empty without samples."""
    lines: tuple[SampleLine, ...]
    more: int
    """Older lines that are not shown."""

    @property
    def clock(self) -> str:
        """Return the mean of an item as minutes and seconds."""
        return "" if self.result is None else minutes_words(self.result)

    @property
    def interval(self) -> str:
        """Return the 95 % interval in Japanese."""
        if self.result is None or self.result.interval is None:
            return "2回測ると出ます"
        low, high = self.result.interval
        return f"{low:.2f}～{high:.2f}分"

    @property
    def progress(self) -> str:
        """Return in Japanese how many samples are still wanted."""
        if self.needed is None:
            return f"まず{FEW_SAMPLES}回を目安に測ってください。"
        if self.needed == 0:
            return "十分に測れました（誤差が平均の1割以内）。"
        return (
            f"あと{self.needed:,}回ほどで十分です（誤差が平均の1割以内になる見込み）。"
        )


@dataclass(frozen=True, slots=True)
class JobStudy:
    """A job in the list."""

    job: str
    title: str
    section: str
    study: Study
    in_force: str
    """The baseline of today, in Japanese."""


@dataclass(frozen=True, slots=True)
class TimingDesk:
    """Reads for the pages; nothing here writes."""

    office: Office

    @property
    def store(self) -> BaselineStore:
        """Return the time study."""
        return BaselineStore(self.office.database)

    def rules(self) -> SavingsRules:
        """Return configs/baselines.yaml as it is now.

        Raises:
            SettingsError: It is faulty.
        """
        return load_file(self.office.configs / "baselines.yaml", SavingsRules)

    def baselines(self) -> tuple[Baseline, ...]:
        """Return the configured baselines and those adopted from samples."""
        return with_versions(self.rules().baselines, self.store.versions())

    def titles(self, visitor: Visitor) -> dict[str, str]:
        """Return the jobs that a visitor may time, by name, with their titles."""
        return {
            one.job: one.title
            for one in sorted(self.rules().baselines, key=lambda one: one.valid_from)
            if visitor.may_see(one.job)
        }

    def job_of(self, request: Request, *roles: Role) -> tuple[Visitor, str]:
        """Return who asks, and the job of the path.

        Raises:
            HTTPException: 403 without a role, 404 for a job that is not the visitor's.
        """
        visitor = demand(request, *roles)
        job = request.path_params["job"]
        if job not in self.titles(visitor):
            raise HTTPException(404)
        return visitor, job

    def jobs(self, visitor: Visitor) -> tuple[JobStudy, ...]:
        """Return every job of a visitor with its study."""
        today = self.office.clock().date()
        baselines = self.baselines()
        samples = self.store.samples()
        found = []
        for job, title in self.titles(visitor).items():
            now = baseline_in_force(baselines, job, today)
            own = [one for one in samples if one.job == job]
            section = next(one.section for one in baselines if one.job == job)
            words = baseline_words(now) if now else "まだ使い始めていません"
            found.append(
                JobStudy(job, title, section, self._study(own, visitor), words)
            )
        return tuple(found)

    def study(self, job: str, visitor: Visitor) -> Study:
        """Return what is known of one job."""
        return self._study(self.store.samples(job), visitor)

    def _study(
        self, samples: tuple[BaselineSample, ...] | list[BaselineSample], who: Visitor
    ) -> Study:
        standing = standing_samples(samples)
        counts = {one.seq for one in standing}
        taken = {one.cancels: one for one in samples if one.cancels is not None}
        first = [one for one in samples if one.cancels is None]
        lines = tuple(
            self._line(one, who, taken.get(one.seq) if one.seq not in counts else None)
            for one in reversed(first[-_SHOWN:])
        )
        return Study(
            result=study_result(standing),
            needed=samples_needed(standing),
            chart=svg(study_chart(standing)) if standing else "",
            lines=lines,
            more=len(first) - len(lines),
        )

    def _line(
        self, one: BaselineSample, who: Visitor, taken_by: BaselineSample | None
    ) -> SampleLine:
        at = one.at.astimezone(self.office.clock().tzinfo)
        state = ""
        if taken_by is not None:
            state = " ".join(
                word for word in ("取消", taken_by.by_whom, taken_by.note) if word
            )
        return SampleLine(
            seq=one.seq,
            when=f"{letter_date(at.date())} {at:%H:%M}",
            minutes=clock_of(one.duration_ms),
            items=one.items,
            by_whom=one.by_whom,
            method=one.method,
            note=one.note,
            state=state,
            mine=one.by_whom == who.login,
        )


def minutes_words(result: StudyResult) -> str:
    """Return the mean of an item, e.g. 5.92分（5分55秒）."""
    mean = result.minutes_per_item
    return f"{mean:.2f}分（{clock_of(round(mean * MS_PER_MINUTE))}）"


def clock_of(duration_ms: int) -> str:
    """Return a time as staff say it.

    Examples:
        >>> clock_of(355_000), clock_of(3_725_000)
        ('5分55秒', '1時間02分05秒')
    """
    seconds = (duration_ms + 500) // 1000
    hours, rest = divmod(seconds, 3600)
    if hours:
        return f"{hours}時間{rest // 60:02d}分{rest % 60:02d}秒"
    return f"{rest // 60}分{rest % 60:02d}秒"


def months_to_begin(
    today: dt.date, counted_until: dt.date | None
) -> tuple[dt.date, ...]:
    """Return the months from which a new baseline may count, the next one first."""
    first = months_after(today.replace(day=1), -12)
    if counted_until is not None:
        first = max(first, next_month(counted_until.replace(day=1)))
    last = months_after(today.replace(day=1), 12)
    found = []
    while first <= last:
        found.append(first)
        first = next_month(first)
    return tuple(found)
