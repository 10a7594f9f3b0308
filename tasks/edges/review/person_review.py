"""要確認 on the review page: questions that runs leave, leases, decisions of clerks.

A decision goes into the same record as one from a workbook (clerk_record). What is looked
at and what is written is one transaction, so of two clerks at once one is told.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks.domain.clerks.clerk_view import Clerk
from tasks.domain.review.person_question import (
    WAITING,
    PersonQuestion,
    Stage,
)
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import PERSON_QUESTIONS, PERSON_TIMES
from tasks.edges.review.person_rows import (
    ASKED,
    CLOSED,
    FREE,
    lease,
    leased_to_other,
    put,
    question_from,
    row_of,
)
from tasks.edges.review.person_settling import (
    Given,
    Shown,
    decide_in,
    shown_of,
    take_back_in,
)
from tasks.edges.review.review_rows import batches
from tasks.edges.review.review_settling import Outcome


@dataclass(frozen=True, slots=True)
class PersonReview:
    """Questions about persons."""

    database: Database
    leased_for: dt.timedelta = dt.timedelta(minutes=10)
    """How long a question that is shown is kept from others."""

    def leave(
        self,
        questions: Iterable[PersonQuestion],
        *,
        instead_of: Collection[str] = (),
        older_than: dt.datetime | None = None,
    ) -> tuple[int, int]:
        """Store what a run asks; close what it no longer asks.

        What is closed keeps nothing about anybody: the run that asked is kept with its
        evidence as long as the office keeps runs.

        Args:
            questions: Of one run, all with its run_id.
            instead_of: Earlier runs over the same request.
            older_than: Questions last asked before are closed, whoever asked.

        Returns:
            How many are asked, how many were closed.

        Raises:
            TryAgainError: STORE-002.
        """
        asked = {one.question_id: one for one in questions}
        with self.database.writing() as connection:
            put(connection, list(asked.values()))
            gone = sa.or_(
                ASKED.run_id.in_(list(instead_of)),
                ASKED.asked_at < older_than if older_than else sa.false(),
            )
            open_ones = connection.execute(
                sa.select(ASKED.question_id).where(
                    gone, ASKED.stage != Stage.WITHDRAWN.value
                )
            )
            closed = [row[0] for row in open_ones if row[0] not in asked]
            for some in batches(closed):
                connection.execute(
                    sa.update(PERSON_QUESTIONS)
                    .where(ASKED.question_id.in_(some))
                    .values(**CLOSED)
                )
        return len(asked), len(closed)

    def counts(self, jobs: Collection[str] | None) -> dict[Stage, int]:
        """Return how many questions are in each stage.

        Args:
            jobs: Only of these; None for all.
        """
        query = sa.select(ASKED.stage, sa.func.count()).group_by(ASKED.stage)
        with self.database.reading() as connection:
            found = {row[0]: row[1] for row in connection.execute(_of(query, jobs))}
        return {stage: found.get(stage.value, 0) for stage in Stage}

    def listed(
        self, jobs: Collection[str] | None, stage: Stage, limit: int = 200
    ) -> tuple[PersonQuestion, ...]:
        """Return questions of one stage in their order."""
        query = (
            sa.select(ASKED.body)
            .where(ASKED.stage == stage.value, ASKED.body.is_not(None))
            .order_by(ASKED.place)
            .limit(limit)
        )
        with self.database.reading() as connection:
            return tuple(map(question_from, connection.scalars(_of(query, jobs))))

    def take_next(
        self,
        clerk: Clerk,
        jobs: Collection[str] | None,
        *,
        after: str = "",
        now: dt.datetime,
    ) -> str | None:
        """Return the next question for a clerk, his for a while; None when none waits.

        Questions on which he has said his part are left to others.

        Args:
            clerk: Who asks.
            jobs: Only of these; None for all.
            after: The question just left; what follows comes first.
            now: With time zone.

        Raises:
            TryAgainError: STORE-002.
        """
        free = sa.or_(
            ASKED.leased_until.is_(None),
            ASKED.leased_until <= now,
            ASKED.leased_by == clerk.account,
        )
        mine = ASKED.voices.contains(json.dumps(clerk.account), autoescape=True)
        with self.database.writing() as connection:
            connection.execute(
                sa.update(PERSON_QUESTIONS)
                .where(ASKED.leased_by == clerk.account)
                .values(**FREE)
            )
            query = _of(sa.select(ASKED.question_id), jobs).where(
                ASKED.stage.in_([stage.value for stage in WAITING]),
                free,
                sa.or_(ASKED.stage == Stage.OPEN.value, sa.not_(mine)),
                ASKED.question_id != after,
            )
            here = connection.scalar(
                sa.select(ASKED.place).where(ASKED.question_id == after)
            )
            order: list[sa.ColumnElement[Any]] = [ASKED.place, ASKED.question_id]
            if here is not None:
                order = [sa.case((ASKED.place > here, 0), else_=1), *order]
            found: str | None = connection.scalar(query.order_by(*order).limit(1))
            if found is not None:
                lease(connection, found, clerk, now + self.leased_for)
            return found

    def open_one(
        self,
        question_id: str,
        clerk: Clerk | None,
        jobs: Collection[str] | None,
        *,
        now: dt.datetime | None = None,
    ) -> Shown | None:
        """Return a question as a clerk may see it.

        Args:
            question_id: Of the question.
            clerk: Who looks; None for an auditor, who sees what everybody said.
            jobs: Only of these; None for all.
            now: With time zone: keep it from others for a while from now on, unless
                one of them has it. None: only look.

        Returns:
            None when no run asks it any more, or it is of another job.

        Raises:
            TryAgainError: STORE-002.
        """
        if now is None or clerk is None:
            with self.database.reading() as connection:
                row = _allowed(connection, question_id, jobs)
                return None if row is None else shown_of(connection, row, clerk, "")
        with self.database.writing() as connection:
            row = _allowed(connection, question_id, jobs)
            if row is None:
                return None
            other = leased_to_other(row, clerk, now)
            shown = shown_of(connection, row, clerk, row.leased_by if other else "")
            # Who has said his part only looks: another clerk must get at it.
            if shown.may_decide and not other:
                lease(connection, question_id, clerk, now + self.leased_for)
            return shown

    def release(self, question_id: str, clerk: Clerk) -> None:
        """Let others have a question at once."""
        with self.database.writing() as connection:
            connection.execute(
                sa.update(PERSON_QUESTIONS)
                .where(
                    ASKED.question_id == question_id,
                    ASKED.leased_by == clerk.account,
                )
                .values(**FREE)
            )

    def decide(self, given: Given) -> Outcome:
        """Record a decision, or nothing when anything was not as the clerk saw it.

        Raises:
            NeedsPersonError: REVIEW-001 when no run asks the question any more.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            return decide_in(connection, given)

    def take_back(self, given: Given) -> Outcome:
        """Take back what a clerk said himself; nobody else's word is touched.

        `chosen` and `found` of what is given do not matter.

        Raises:
            NeedsPersonError: REVIEW-001 when no run asks the question any more.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            return take_back_in(connection, given)

    def previous(self, clerk: Clerk, question_id: str) -> str | None:
        """Return the question a clerk settled before this one, while it is still asked.

        Args:
            clerk: Who goes back.
            question_id: The question shown; when he never settled it, his newest is
                meant.
        """
        newest = (
            sa.select(
                PERSON_TIMES.c.question_id, sa.func.max(PERSON_TIMES.c.seq).label("seq")
            )
            .where(PERSON_TIMES.c.account == clerk.account)
            .group_by(PERSON_TIMES.c.question_id)
            .subquery()
        )
        query = (
            sa.select(newest.c.question_id)
            .join_from(
                newest, PERSON_QUESTIONS, newest.c.question_id == ASKED.question_id
            )
            .where(newest.c.question_id != question_id, ASKED.body.is_not(None))
            .order_by(newest.c.seq.desc())
            .limit(1)
        )
        with self.database.reading() as connection:
            here = connection.scalar(
                sa.select(newest.c.seq).where(newest.c.question_id == question_id)
            )
            if here is not None:
                query = query.where(newest.c.seq < here)
            return connection.scalar(query)


def _allowed(
    connection: sa.Connection, question_id: str, jobs: Collection[str] | None
) -> sa.Row[Any] | None:
    row = row_of(connection, question_id)
    if row is None or row.body is None:
        return None
    return row if jobs is None or row.job in jobs else None


def _of(query: sa.Select[Any], jobs: Collection[str] | None) -> sa.Select[Any]:
    return query if jobs is None else query.where(ASKED.job.in_(sorted(jobs)))
