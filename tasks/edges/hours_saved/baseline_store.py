"""The time study: samples and adopted baselines, append-only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.baseline_study import (
    BaselineSample,
    BaselineVersion,
    standing_samples,
    study_result,
)
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    BASELINE_SAMPLES,
    BASELINE_VERSIONS,
    SAVINGS_LINES,
)


@dataclass(frozen=True, slots=True)
class BaselineStore:
    """Samples of work by hand, and what was made of them."""

    database: Database

    def add(self, sample: BaselineSample) -> BaselineSample:
        """Append one sample and return it with its number.

        Raises:
            NeedsPersonError: STUDY-001 when it has no time or no items.
            TryAgainError: STORE-002.
        """
        if sample.duration_ms <= 0 or sample.items <= 0:
            raise NeedsPersonError("STUDY-001", "expected a time and items above 0")
        with self.database.writing() as connection:
            return append_sample(connection, sample)

    def cancel(
        self, seq: int, *, by_whom: str, at: dt.datetime, note: str
    ) -> BaselineSample:
        """Append a line that takes a sample back; nothing is changed.

        Raises:
            NeedsPersonError: STUDY-001 when there is no such sample, or it was taken
                back before.
        """
        with self.database.writing() as connection:
            row = connection.execute(
                sa.select(BASELINE_SAMPLES).where(BASELINE_SAMPLES.c.seq == seq)
            ).one_or_none()
            gone = connection.scalar(
                sa.select(sa.func.count()).where(BASELINE_SAMPLES.c.cancels == seq)
            )
            if row is None or gone or row.cancels is not None:
                raise NeedsPersonError("STUDY-001", f"no standing sample {seq}")
            return append_sample(
                connection,
                BaselineSample(
                    0,
                    row.job,
                    row.duration_ms,
                    row.items,
                    by_whom,
                    at,
                    row.method,
                    note,
                    seq,
                ),
            )

    def samples(self, job: str | None = None) -> tuple[BaselineSample, ...]:
        """Return every line of the study, oldest first, those taken back included."""
        query = sa.select(BASELINE_SAMPLES).order_by(BASELINE_SAMPLES.c.seq)
        if job is not None:
            query = query.where(BASELINE_SAMPLES.c.job == job)
        with self.database.reading() as connection:
            return tuple(_sample(row) for row in connection.execute(query))

    def adopt(
        self,
        job: str,
        *,
        valid_from: dt.date,
        measured_since: dt.date | None,
        by_whom: str,
        at: dt.datetime,
    ) -> BaselineVersion:
        """Make the samples of a job its baseline from a month on.

        Args:
            job: Whose.
            valid_from: First day of a month.
            measured_since: Older samples are left out; None takes all.
            by_whom: Who decides it.
            at: Now, in office time.

        Raises:
            NeedsPersonError: STUDY-002 when it is no first of a month, there is no
                sample, or items of that month or a later one are already counted: they
                keep the baseline that was in force.
        """
        if valid_from.day != 1:
            raise NeedsPersonError("STUDY-002", f"{valid_from}: expected a month")
        timed = [
            one
            for one in self.samples(job)
            if measured_since is None or _day(one, at) >= measured_since
        ]
        samples = standing_samples(timed)
        found = study_result(samples)
        if found is None:
            raise NeedsPersonError("STUDY-002", f"{job}: no samples")
        version = BaselineVersion(
            job=job,
            valid_from=valid_from,
            minutes_per_item=found.minutes_per_item,
            samples=found.samples,
            error_minutes=found.error_minutes,
            measured_by=_who(samples, since=measured_since, undone=_taken_back(timed)),
            measured_on=max(_day(one, at) for one in samples),
            adopted_by=by_whom,
            adopted_at=at,
        )
        with self.database.writing() as connection:
            _refuse_counted(connection, version)
            connection.execute(
                sa.insert(BASELINE_VERSIONS).values(
                    job=version.job,
                    valid_from=version.valid_from.isoformat(),
                    minutes_per_item=version.minutes_per_item,
                    samples=version.samples,
                    error_minutes=version.error_minutes,
                    measured_by=version.measured_by,
                    measured_on=version.measured_on.isoformat(),
                    adopted_by=version.adopted_by,
                    adopted_at=version.adopted_at,
                )
            )
        return version

    def counted_until(self, job: str) -> dt.date | None:
        """Return the last day on which items of a job were counted; None for none."""
        with self.database.reading() as connection:
            newest = _counted_until(connection, job)
        return None if newest is None else dt.date.fromisoformat(newest)

    def versions(self) -> tuple[BaselineVersion, ...]:
        """Return every adopted baseline, oldest first."""
        query = sa.select(BASELINE_VERSIONS).order_by(BASELINE_VERSIONS.c.seq)
        with self.database.reading() as connection:
            return tuple(_version(row) for row in connection.execute(query))


def _day(sample: BaselineSample, at: dt.datetime) -> dt.date:
    """Return the office's own day of a sample; the zone is that of `at`."""
    return sample.at.astimezone(at.tzinfo).date()


def _refuse_counted(connection: sa.Connection, version: BaselineVersion) -> None:
    newest = _counted_until(connection, version.job)
    if newest is not None and newest >= version.valid_from.isoformat():
        detail = f"{version.job}: items are counted up to {newest}; begin later"
        raise NeedsPersonError("STUDY-002", detail)


def _counted_until(connection: sa.Connection, job: str) -> str | None:
    newest: str | None = connection.scalar(
        sa.select(sa.func.max(SAVINGS_LINES.c.day)).where(
            SAVINGS_LINES.c.job == job,
            (SAVINGS_LINES.c["items"] != 0) | (SAVINGS_LINES.c.by_hand_items != 0),
        )
    )
    return newest


def _taken_back(samples: Sequence[BaselineSample]) -> int:
    return sum(one.cancels is not None for one in samples)


def _who(
    samples: Sequence[BaselineSample], *, since: dt.date | None, undone: int
) -> str:
    """Return who timed how, and what was left out: 税務課（ストップウォッチ）、取消2回."""
    found = list(dict.fromkeys(f"{one.by_whom}（{one.method}）" for one in samples))
    if since is not None:
        found.append(f"{letter_date(since)}以後の計測だけ")
    if undone:
        found.append(f"取消{undone}回")
    return "、".join(found)


def append_sample(connection: sa.Connection, sample: BaselineSample) -> BaselineSample:
    """Append one line of the study in a transaction; return it with its number."""
    seq = connection.scalar(
        sa.insert(BASELINE_SAMPLES)
        .values(
            job=sample.job,
            duration_ms=sample.duration_ms,
            items=sample.items,
            by_whom=sample.by_whom,
            at=sample.at,
            method=sample.method,
            note=sample.note,
            cancels=sample.cancels,
        )
        .returning(BASELINE_SAMPLES.c.seq)
    )
    row = connection.execute(
        sa.select(BASELINE_SAMPLES).where(BASELINE_SAMPLES.c.seq == seq)
    ).one()
    return _sample(row)


def _sample(row: sa.Row[Any]) -> BaselineSample:
    return BaselineSample(
        seq=row.seq,
        job=row.job,
        duration_ms=row.duration_ms,
        items=row.items,
        by_whom=row.by_whom,
        at=row.at,
        method=row.method,
        note=row.note,
        cancels=row.cancels,
    )


def _version(row: sa.Row[Any]) -> BaselineVersion:
    return BaselineVersion(
        job=row.job,
        valid_from=dt.date.fromisoformat(row.valid_from),
        minutes_per_item=row.minutes_per_item,
        samples=row.samples,
        error_minutes=row.error_minutes,
        measured_by=row.measured_by,
        measured_on=dt.date.fromisoformat(row.measured_on),
        adopted_by=row.adopted_by,
        adopted_at=row.adopted_at,
    )
