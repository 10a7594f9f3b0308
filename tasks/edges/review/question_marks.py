"""Why a question was held back, given back or asked once more: kept, never changed."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

import sqlalchemy as sa

from tasks.domain.review.double_entry import Stage
from tasks.domain.review_item import QuestionKind
from tasks.edges.office_database.audit_log import AuditEvent, append_entry
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    REVIEW_ANSWERS,
    REVIEW_ITEMS,
    REVIEW_MARKS,
)


class Action(StrEnum):
    """What was done to a question besides answering it."""

    HELD = "held"
    RELEASED = "released"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Mark:
    """One such act."""

    action: Action
    by: str
    at: dt.datetime
    reason: str = field(repr=False)
    """Japanese, as the clerk gave it; empty where none is asked for."""


@dataclass(frozen=True, slots=True)
class QuestionMarks:
    """The marks of questions."""

    database: Database

    def of(self, item_id: str) -> tuple[Mark, ...]:
        """Return the marks of a question, oldest first."""
        query = (
            sa.select(REVIEW_MARKS)
            .where(REVIEW_MARKS.c.item_id == item_id)
            .order_by(REVIEW_MARKS.c.seq)
        )
        with self.database.reading() as connection:
            return tuple(
                Mark(Action(row.action), row.by_whom, row.at, row.reason)
                for row in connection.execute(query)
            )

    def reopen(self, item_id: str, *, reason: str, by: str, at: dt.datetime) -> bool:
        """Ask a settled question once more; return whether it was settled.

        Its answers stay but no longer count, neither for the next run nor as one of
        two entries. A blind sample is not asked again: its result was counted.

        Args:
            item_id: Of the question.
            reason: Japanese, why the answer is not trusted any more.
            by: Who.
            at: With time zone.

        Raises:
            TryAgainError: STORE-002.
        """
        item = REVIEW_ITEMS.c
        newest = (
            sa.select(sa.func.coalesce(sa.func.max(REVIEW_ANSWERS.c.seq), 0))
            .where(REVIEW_ANSWERS.c.item_id == item_id)
            .scalar_subquery()
        )
        with self.database.writing() as connection:
            changed = connection.execute(
                sa.update(REVIEW_ITEMS)
                .where(
                    item.item_id == item_id,
                    item.stage == int(Stage.SETTLED),
                    item.withdrawn == 0,
                    item.kind != QuestionKind.BLIND.value,
                )
                .values(
                    stage=int(Stage.FIRST),
                    is_open=1,
                    entered_by="",
                    settled_at=None,
                    settled_by="",
                    reopened_after=newest,
                )
            ).rowcount
            if changed:
                mark_in(connection, item_id, Mark(Action.REOPENED, by, at, reason))
            return bool(changed)


def mark_in(connection: sa.Connection, item_id: str, mark: Mark) -> None:
    """Append a mark and its audit entry, which does not hold the reason."""
    connection.execute(
        sa.insert(REVIEW_MARKS).values(
            item_id=item_id,
            action=mark.action.value,
            by_whom=mark.by,
            at=mark.at,
            reason=mark.reason,
        )
    )
    append_entry(
        connection,
        AuditEvent(f"question_{mark.action}", mark.by, mark.at, subject=item_id),
    )
