"""The account of minutes: append-only, each item and each answer counted once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.baseline_study import MS_PER_MINUTE
from tasks.domain.hours_saved.savings import (
    EntryKind,
    FieldCount,
    RunEffort,
    SavingsLine,
    TypedEntry,
)
from tasks.domain.office.settings import Baseline
from tasks.edges.hours_saved.counted_items import keep_baseline, mark_items, new_items
from tasks.edges.hours_saved.counted_seconds import mark_seconds, new_seconds
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    SAVINGS_FIELDS,
    SAVINGS_ITEMS,
    SAVINGS_LINES,
    TYPED_ENTRIES,
)

_BATCH = 500
AMOUNTS = (
    "items",
    "by_hand_items",
    "exception_items",
    "machine_ms",
    "attended_ms",
    "review_ms",
    "upkeep_ms",
    "exception_ms",
)
"""Columns that are added up, as in SavingsSum."""
_MOST_MINUTES = 100_000.0
_MOST_ITEMS = 1_000_000
"""More in one entry was a slip of the finger."""
_TYPED = frozenset(
    kind.value
    for kind in EntryKind
    if kind not in (EntryKind.RUN, EntryKind.STANDING_UPKEEP, EntryKind.CANCELLED)
)


@dataclass(frozen=True, slots=True)
class SavingsLedger:
    """Lines of minutes, one per run that did something new."""

    database: Database

    def record(self, effort: RunEffort, baseline: Baseline) -> SavingsLine | None:
        """Append one line, or nothing when the run brought nothing new.

        New are items that were never counted for the job, neither under their key nor,
        in the last weeks, in a file that came in again corrected; review answers whose
        seconds were never counted; and upkeep. The line and the marks of what it
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
            _count_fields(connection, effort)
            new = new_items(connection, effort)
            checked = new_seconds(connection, effort.job)
            if not (new.items or new.by_hand or checked or effort.upkeep_minutes):
                mark_items(connection, effort, new, None)
                return None
            keep_baseline(connection, baseline, effort.at)
            line = _append(
                connection,
                _values(effort.job, effort.run_id, effort.at, effort.at.date())
                | {
                    "items": len(new.items),
                    "by_hand_items": len(new.by_hand),
                    "minutes_per_item": baseline.minutes_per_item,
                    "samples": baseline.samples,
                    "machine_ms": round(effort.machine_minutes * MS_PER_MINUTE),
                    "attended_ms": round(effort.attended_minutes * MS_PER_MINUTE),
                    "review_ms": round(checked.seconds * 1000),
                    "upkeep_ms": round(effort.upkeep_minutes * MS_PER_MINUTE),
                    "note": effort.note,
                },
            )
            mark_items(connection, effort, new, line.line_id)
            mark_seconds(connection, checked, line.line_id)
            return line

    def enter(
        self, entry: TypedEntry, baseline: Baseline | None, *, entry_id: str = ""
    ) -> SavingsLine:
        """Append what the keeper of a job entered.

        Args:
            entry: Minutes of upkeep or exceptions, or items done by hand.
            baseline: In force on the day; needed where items were done by hand.
            entry_id: Of the form it was typed into: sent twice, it counts once.

        Raises:
            NeedsPersonError: ACCOUNT-001 when the entry holds nothing, or counts items
                by hand of a job without a baseline.
            TryAgainError: STORE-002.
        """
        by_hand = entry.items if entry.kind is EntryKind.BY_HAND else 0
        minutes = 0.0 if by_hand else entry.minutes
        if (
            not (0 < minutes <= _MOST_MINUTES or by_hand > 0)
            or not 0 <= entry.items <= _MOST_ITEMS
        ):
            raise NeedsPersonError("ACCOUNT-001", "expected minutes or items above 0")
        if by_hand and baseline is None:
            raise NeedsPersonError(
                "ACCOUNT-001", f"{entry.job}: no baseline in force on {entry.day}"
            )
        time_ms = round(minutes * MS_PER_MINUTE)
        exception = entry.kind is EntryKind.EXCEPTION
        attended = entry.kind is EntryKind.ATTENDED
        values = _values(entry.job, "", entry.at, entry.day) | {
            "by_hand_items": by_hand,
            "minutes_per_item": baseline.minutes_per_item if baseline else 0.0,
            "samples": baseline.samples if baseline else 0,
            "exception_items": entry.items if exception else 0,
            "exception_ms": time_ms if exception else 0,
            "attended_ms": time_ms if attended else 0,
            "upkeep_ms": 0 if exception or attended else time_ms,
            "kind": entry.kind.value,
            "by_whom": entry.by_whom,
            "note": entry.note,
        }
        with self.database.writing() as connection:
            earlier = _entered(connection, entry_id)
            if earlier is not None:
                return earlier
            if by_hand and baseline is not None:
                keep_baseline(connection, baseline, entry.at)
            line = _append(connection, values)
            if entry_id:
                connection.execute(
                    sa.insert(TYPED_ENTRIES).values(
                        entry_id=entry_id, line_id=line.line_id
                    )
                )
            return line

    def post_standing(self, job: str, month: dt.date, minutes: float) -> None:
        """Append a month's fixed upkeep of a job, once.

        Args:
            job: Whose.
            month: First day.
            minutes: As configured for the month.
        """
        run_id = f"standing-{month:%Y-%m}"
        with self.database.writing() as connection:
            known = connection.scalar(
                sa.select(sa.func.count()).where(
                    SAVINGS_LINES.c.job == job,
                    SAVINGS_LINES.c.day == month.isoformat(),
                    SAVINGS_LINES.c.run_id == run_id,
                )
            )
            if known:
                return
            at = dt.datetime.combine(month, dt.time(), tzinfo=dt.UTC)
            _append(
                connection,
                _values(job, run_id, at, month)
                | {
                    "upkeep_ms": round(minutes * MS_PER_MINUTE),
                    "kind": EntryKind.STANDING_UPKEEP.value,
                },
            )

    def cancel(
        self, line_id: int, *, by_whom: str, at: dt.datetime, note: str
    ) -> SavingsLine:
        """Append a line that takes back an entry of the keeper; nothing is changed.

        Args:
            line_id: Of the entry.
            by_whom: Who takes it back.
            at: Now; the line bears the day of the one it takes back.
            note: Why, in Japanese.

        Raises:
            NeedsPersonError: ACCOUNT-002 when there is no such line, it is a run's, or
                it was taken back before.
        """
        with self.database.writing() as connection:
            row = connection.execute(
                sa.select(SAVINGS_LINES).where(SAVINGS_LINES.c.line_id == line_id)
            ).one_or_none()
            gone = connection.scalar(
                sa.select(sa.func.count()).where(SAVINGS_LINES.c.cancels == line_id)
            )
            if row is None or gone or row.kind not in _TYPED:
                raise NeedsPersonError(
                    "ACCOUNT-002", f"line {line_id}: expected a standing typed entry"
                )
            values = _values(row.job, row.run_id, at, dt.date.fromisoformat(row.day))
            values |= {name: -getattr(row, name) for name in AMOUNTS}
            values |= {
                "minutes_per_item": row.minutes_per_item,
                "samples": row.samples,
                "kind": EntryKind.CANCELLED.value,
                "by_whom": by_whom,
                "note": note,
                "cancels": line_id,
            }
            return _append(connection, values)

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


def _count_fields(connection: sa.Connection, effort: RunEffort) -> None:
    """Keep how many fields of each new document were asked."""
    new: dict[str, FieldCount] = {one.key: one for one in effort.fields}
    keys = list(new)
    for start in range(0, len(keys), _BATCH):
        for known in connection.scalars(
            sa.select(SAVINGS_FIELDS.c.item_key).where(
                SAVINGS_FIELDS.c.job == effort.job,
                SAVINGS_FIELDS.c.item_key.in_(keys[start : start + _BATCH]),
            )
        ):
            del new[known]
    if new:
        connection.execute(
            sa.insert(SAVINGS_FIELDS),
            [
                {
                    "job": effort.job,
                    "item_key": one.key,
                    "day": effort.at.date().isoformat(),
                    "accepted": one.accepted,
                    "asked": one.asked,
                }
                for one in new.values()
            ],
        )


def _values(job: str, run_id: str, at: dt.datetime, day: dt.date) -> dict[str, Any]:
    """Return the columns of a line in which nothing happened."""
    return {
        "job": job,
        "run_id": run_id,
        "at": at,
        "day": day.isoformat(),
        "minutes_per_item": 0.0,
        "samples": 0,
        "kind": EntryKind.RUN.value,
        "by_whom": "",
        "note": "",
        "cancels": None,
        **dict.fromkeys(AMOUNTS, 0),
    }


def _append(connection: sa.Connection, values: dict[str, Any]) -> SavingsLine:
    line_id = connection.scalar(
        sa.insert(SAVINGS_LINES).values(values).returning(SAVINGS_LINES.c.line_id)
    )
    row = connection.execute(
        sa.select(SAVINGS_LINES).where(SAVINGS_LINES.c.line_id == line_id)
    ).one()
    return _line(row)


def _entered(connection: sa.Connection, entry_id: str) -> SavingsLine | None:
    """Return the line that a form made when it was sent before."""
    if not entry_id:
        return None
    row = connection.execute(
        sa.select(SAVINGS_LINES)
        .join(TYPED_ENTRIES, TYPED_ENTRIES.c.line_id == SAVINGS_LINES.c.line_id)
        .where(TYPED_ENTRIES.c.entry_id == entry_id)
    ).one_or_none()
    return None if row is None else _line(row)


def _line(row: sa.Row[Any]) -> SavingsLine:
    return SavingsLine(
        line_id=row.line_id,
        job=row.job,
        run_id=row.run_id,
        at=row.at,
        day=dt.date.fromisoformat(row.day),
        minutes_per_item=row.minutes_per_item,
        samples=row.samples,
        kind=EntryKind(row.kind),
        by_whom=row.by_whom,
        note=row.note,
        cancels=row.cancels,
        **{name: getattr(row, name) for name in AMOUNTS},
    )
