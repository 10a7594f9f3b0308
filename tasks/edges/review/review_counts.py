"""How many questions of each kind are open, settled or held."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from tasks.domain.review.double_entry import Stage
from tasks.domain.review_item import QuestionKind
from tasks.edges.office_database.database_tables import REVIEW_ITEMS
from tasks.edges.review.review_rows import group_place


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """Questions of one kind of field."""

    kind: QuestionKind
    field_kind: str
    open: int
    """Waiting for somebody's entry, the second ones included."""
    answered: int
    """Settled."""
    held: int = 0
    second: int = 0
    """Of the open ones: waiting for another person's entry, or for a third look."""


def count_in(
    connection: sa.Connection, jobs: Collection[str] | None
) -> tuple[QuestionCount, ...]:
    """Return the counts, kind by kind as staff see them.

    The index review_items_counted holds all that is read.

    Args:
        connection: Of the database.
        jobs: Only these jobs'; None for all.
    """
    item = REVIEW_ITEMS.c
    settled = sa.case((item.stage == int(Stage.SETTLED), 1), else_=0)
    second = sa.case((item.stage > int(Stage.FIRST), item.is_open), else_=0)
    query = (
        sa.select(
            item.kind,
            item.field_kind,
            sa.func.count(),
            sa.func.sum(item.is_open),
            sa.func.sum(settled),
            sa.func.sum(second),
        )
        .where(item.withdrawn == 0)
        .group_by(item.kind, item.field_kind)
    )
    if jobs is not None:
        query = query.where(item.job.in_(sorted(jobs)))
    counts = [
        QuestionCount(
            kind=QuestionKind(row[0]),
            field_kind=row[1],
            open=int(row[3]),
            answered=int(row[4]),
            held=row[2] - int(row[3]) - int(row[4]),
            second=int(row[5]),
        )
        for row in connection.execute(query)
    ]
    return tuple(sorted(counts, key=lambda one: group_place(one.kind, one.field_kind)))
