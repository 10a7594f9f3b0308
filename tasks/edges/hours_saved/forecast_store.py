"""What a job's past says of its next run, and what was forecast."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks.domain.hours_saved.forecast import ForecastOutcome, PastWork
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    BLIND_RESULTS,
    FORECASTS,
    REVIEW_ITEMS,
    SAVINGS_ANSWERS,
    SAVINGS_FIELDS,
    SAVINGS_ITEMS,
    SAVINGS_LINES,
)


@dataclass(frozen=True, slots=True)
class KeptForecast:
    """A forecast as it was recorded."""

    job: str
    run_id: str
    at: dt.datetime
    items: int
    by_hand_ms: int
    expected_ms: int
    pays: bool
    outcome: ForecastOutcome
    by_whom: str


@dataclass(frozen=True, slots=True)
class ForecastStore:
    """The past of jobs, and forecasts, append-only."""

    database: Database

    def past(
        self, job: str, since: dt.date, fallen: Iterable[tuple[str, str]]
    ) -> PastWork:
        """Return what runs and blind sample of a job showed since a day.

        Args:
            job: Whose.
            since: First day that counts.
            fallen: Form and kind of fields that fell back to being asked.
        """
        lines, fields = SAVINGS_LINES.c, SAVINGS_FIELDS.c
        first = since.isoformat()
        names = ("items", "by_hand_items", "review_ms", "attended_ms", "exception_ms")
        with self.database.reading() as connection:
            total = connection.execute(
                sa.select(
                    *(sa.func.sum(lines[name]).label(name) for name in names)
                ).where(lines.job == job, lines.day >= first)
            ).one()
            questions = connection.scalar(
                sa.select(sa.func.count())
                .select_from(SAVINGS_ANSWERS)
                .join(SAVINGS_LINES, lines.line_id == SAVINGS_ANSWERS.c.line_id)
                .where(lines.job == job, lines.day >= first)
            )
            seen = connection.execute(
                sa.select(
                    sa.func.count().label("documents"),
                    sa.func.sum(fields.accepted).label("accepted"),
                    sa.func.sum(fields.asked).label("asked"),
                ).where(fields.job == job, fields.day >= first)
            ).one()
            kinds = connection.execute(
                sa.select(
                    BLIND_RESULTS.c.form,
                    BLIND_RESULTS.c.field_kind,
                    sa.func.count().label("checked"),
                )
                .join(REVIEW_ITEMS, REVIEW_ITEMS.c.item_id == BLIND_RESULTS.c.item_id)
                .where(REVIEW_ITEMS.c.job == job)
                .group_by(BLIND_RESULTS.c.form, BLIND_RESULTS.c.field_kind)
            ).all()
        bad = set(fallen)
        return PastWork(
            **{name: int(getattr(total, name) or 0) for name in names},
            questions=questions or 0,
            documents=int(seen.documents),
            fields_accepted=int(seen.accepted or 0),
            fields_asked=int(seen.asked or 0),
            blind_checked=sum(int(row.checked) for row in kinds),
            blind_fallen=sum(
                int(row.checked) for row in kinds if (row.form, row.field_kind) in bad
            ),
        )

    def known_documents(self, job: str, keys: Iterable[str]) -> frozenset[str]:
        """Return which documents of a job were judged, or counted by hand, before."""
        wanted = list(keys)
        found: set[str] = set()
        with self.database.reading() as connection:
            for table in (SAVINGS_FIELDS.c, SAVINGS_ITEMS.c):
                for start in range(0, len(wanted), 500):
                    found.update(
                        connection.scalars(
                            sa.select(table.item_key).where(
                                table.job == job,
                                table.item_key.in_(wanted[start : start + 500]),
                            )
                        )
                    )
        return frozenset(found)

    def keep(self, kept: KeptForecast) -> None:
        """Append a forecast and what became of the run."""
        with self.database.writing() as connection:
            connection.execute(
                sa.insert(FORECASTS).values(
                    job=kept.job,
                    run_id=kept.run_id,
                    at=kept.at,
                    items=kept.items,
                    by_hand_ms=kept.by_hand_ms,
                    expected_ms=kept.expected_ms,
                    pays=int(kept.pays),
                    outcome=kept.outcome.value,
                    by_whom=kept.by_whom,
                )
            )

    def forecasts(self, job: str) -> tuple[KeptForecast, ...]:
        """Return every forecast of a job, oldest first."""
        query = (
            sa.select(FORECASTS).where(FORECASTS.c.job == job).order_by(FORECASTS.c.seq)
        )
        with self.database.reading() as connection:
            return tuple(_kept(row) for row in connection.execute(query))


def _kept(row: sa.Row[Any]) -> KeptForecast:
    return KeptForecast(
        job=row.job,
        run_id=row.run_id,
        at=row.at,
        items=row.items,
        by_hand_ms=row.by_hand_ms,
        expected_ms=row.expected_ms,
        pays=bool(row.pays),
        outcome=ForecastOutcome(row.outcome),
        by_whom=row.by_whom,
    )
