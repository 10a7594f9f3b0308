"""The account of minutes: append-only, each item and each answer counted once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks.domain.savings import RunEffort, SavingsLine
from tasks.domain.settings import Baseline
from tasks.edges.database import Database
from tasks.edges.database_tables import (
    REVIEW_ANSWERS,
    REVIEW_ITEMS,
    SAVINGS_ANSWERS,
    SAVINGS_ITEMS,
    SAVINGS_LINES,
)

_BATCH = 500
_MS_PER_MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class SavingsLedger:
    """Lines of minutes, one per run that did something new."""

    database: Database

    def record(self, effort: RunEffort, baseline: Baseline) -> SavingsLine | None:
        """Append one line, or nothing when the run brought nothing new.

        New are items whose key was never counted for the job, review answers whose
        seconds were never counted, and upkeep. The line and the marks of what it
        counted are one transaction, so a run that died and is started again, or two
        at once, never count anything twice.

        Args:
            effort: What the run did; all its items, counted before or not.
            baseline: In force on the day of the run, of the same job.

        Raises:
            ValueError: An item is both done by machine and by hand, or the baseline
                is of another job: a fault of the caller.
            TryAgainError: STORE-002.
        """
        both = set(effort.items) & set(effort.by_hand)
        if both or baseline.job != effort.job:
            msg = f"{effort.job}: {len(both)} items both ways, or a foreign baseline"
            raise ValueError(msg)
        with self.database.writing() as connection:
            items = _uncounted(connection, effort.job, effort.items)
            by_hand = _uncounted(connection, effort.job, effort.by_hand)
            answers = _uncounted_answers(connection, effort.job)
            if not (items or by_hand or answers or effort.upkeep_minutes):
                return None
            review_seconds = sum(seconds for _, seconds in answers)
            values = {
                "job": effort.job,
                "run_id": effort.run_id,
                "at": effort.at,
                "day": effort.at.date().isoformat(),
                "items": len(items),
                "by_hand_items": len(by_hand),
                "minutes_per_item": baseline.minutes_per_item,
                "samples": baseline.samples,
                "machine_ms": round(effort.machine_minutes * _MS_PER_MINUTE),
                "attended_ms": round(effort.attended_minutes * _MS_PER_MINUTE),
                "review_ms": round(review_seconds * 1000),
                "upkeep_ms": round(effort.upkeep_minutes * _MS_PER_MINUTE),
                "note": effort.note,
            }
            line_id = connection.scalar(
                sa.insert(SAVINGS_LINES)
                .values(values)
                .returning(SAVINGS_LINES.c.line_id)
            )
            _mark(connection, effort.job, [*items, *by_hand], line_id)
            if answers:
                connection.execute(
                    sa.insert(SAVINGS_ANSWERS),
                    [{"answer_seq": seq, "line_id": line_id} for seq, _ in answers],
                )
            row = connection.execute(
                sa.select(SAVINGS_LINES).where(SAVINGS_LINES.c.line_id == line_id)
            ).one()
            return _line(row)

    def lines(
        self, first: dt.date, last: dt.date, job: str | None = None
    ) -> tuple[SavingsLine, ...]:
        """Return the lines of some days, both ends included, oldest first."""
        query = (
            sa.select(SAVINGS_LINES)
            .where(SAVINGS_LINES.c.day.between(first.isoformat(), last.isoformat()))
            .order_by(SAVINGS_LINES.c.line_id)
        )
        if job is not None:
            query = query.where(SAVINGS_LINES.c.job == job)
        with self.database.reading() as connection:
            return tuple(_line(row) for row in connection.execute(query))

    def counted_items(self, job: str) -> int:
        """Return how many items of a job were ever counted."""
        with self.database.reading() as connection:
            return (
                connection.scalar(
                    sa.select(sa.func.count()).where(SAVINGS_ITEMS.c.job == job)
                )
                or 0
            )


def _uncounted(connection: sa.Connection, job: str, keys: Sequence[str]) -> list[str]:
    """Return the keys that no line has counted, each once, in their order."""
    unique = list(dict.fromkeys(keys))
    counted: set[str] = set()
    for start in range(0, len(unique), _BATCH):
        counted.update(
            connection.scalars(
                sa.select(SAVINGS_ITEMS.c.item_key).where(
                    SAVINGS_ITEMS.c.job == job,
                    SAVINGS_ITEMS.c.item_key.in_(unique[start : start + _BATCH]),
                )
            )
        )
    return [key for key in unique if key not in counted]


def _uncounted_answers(connection: sa.Connection, job: str) -> list[tuple[int, float]]:
    """Return number and seconds of each answer that no line has counted."""
    rows = connection.execute(
        sa.select(REVIEW_ANSWERS.c.seq, REVIEW_ANSWERS.c.seconds)
        .join_from(
            REVIEW_ANSWERS,
            REVIEW_ITEMS,
            REVIEW_ANSWERS.c.item_id == REVIEW_ITEMS.c.item_id,
        )
        .where(
            REVIEW_ITEMS.c.job == job,
            ~sa.exists().where(SAVINGS_ANSWERS.c.answer_seq == REVIEW_ANSWERS.c.seq),
        )
        .order_by(REVIEW_ANSWERS.c.seq)
    )
    return [(row.seq, row.seconds) for row in rows]


def _mark(
    connection: sa.Connection, job: str, keys: Sequence[str], line_id: int | None
) -> None:
    if keys:
        connection.execute(
            sa.insert(SAVINGS_ITEMS),
            [{"job": job, "item_key": key, "line_id": line_id} for key in keys],
        )


def _line(row: sa.Row[Any]) -> SavingsLine:
    return SavingsLine(
        line_id=row.line_id,
        job=row.job,
        run_id=row.run_id,
        at=row.at,
        day=dt.date.fromisoformat(row.day),
        items=row.items,
        by_hand_items=row.by_hand_items,
        minutes_per_item=row.minutes_per_item,
        samples=row.samples,
        machine_minutes=row.machine_ms / _MS_PER_MINUTE,
        attended_minutes=row.attended_ms / _MS_PER_MINUTE,
        review_minutes=row.review_ms / _MS_PER_MINUTE,
        upkeep_minutes=row.upkeep_ms / _MS_PER_MINUTE,
        note=row.note,
    )
