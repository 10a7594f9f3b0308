"""Seconds of checking, each counted once: answers about fields, and about who is meant."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from tasks.edges.office_database.database_tables import (
    PERSON_TIMES,
    REVIEW_ANSWERS,
    REVIEW_ITEMS,
    SAVINGS_ANSWERS,
    SAVINGS_PERSON_TIMES,
)


@dataclass(frozen=True, slots=True)
class NewSeconds:
    """Checking of a job that no line has counted."""

    answers: tuple[int, ...]
    """Numbers of the answers about fields and pages."""
    persons: tuple[int, ...]
    """Numbers of the answers about who is meant."""
    seconds: float

    def __bool__(self) -> bool:
        """Return whether there is anything to count."""
        return bool(self.answers or self.persons)


def new_seconds(connection: sa.Connection, job: str) -> NewSeconds:
    """Return the answers of a job that no line has counted, and what they took."""
    answers = connection.execute(
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
    ).all()
    counted = sa.exists().where(SAVINGS_PERSON_TIMES.c.time_seq == PERSON_TIMES.c.seq)
    persons = connection.execute(
        sa.select(PERSON_TIMES.c.seq, PERSON_TIMES.c.seconds)
        .where(PERSON_TIMES.c.job == job, ~counted)
        .order_by(PERSON_TIMES.c.seq)
    ).all()
    return NewSeconds(
        tuple(row.seq for row in answers),
        tuple(row.seq for row in persons),
        sum(row.seconds for row in (*answers, *persons)),
    )


def mark_seconds(connection: sa.Connection, found: NewSeconds, line_id: int) -> None:
    """Mark answers as counted in a line."""
    if found.answers:
        connection.execute(
            sa.insert(SAVINGS_ANSWERS),
            [{"answer_seq": seq, "line_id": line_id} for seq in found.answers],
        )
    if found.persons:
        connection.execute(
            sa.insert(SAVINGS_PERSON_TIMES),
            [{"time_seq": seq, "line_id": line_id} for seq in found.persons],
        )
