"""Questions to staff and their answers; the answers are append-only."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from tasks.domain.office.entry_rules import EntryRules
from tasks.domain.review_item import ReviewAnswer, ReviewItem
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    REVIEW_ANSWERS,
    REVIEW_CROPS,
    REVIEW_ITEMS,
)
from tasks.edges.review.question_marks import Action, Mark, mark_in
from tasks.edges.review.review_counts import QuestionCount, count_in
from tasks.edges.review.review_rows import (
    CONTENT,
    CONTENT_COLUMNS,
    among,
    answer_from,
    answers_of,
    batches,
    crops_of,
    item_from,
    item_values,
    new_values,
)
from tasks.edges.review.review_settling import FREE, NOT_HELD, Settlement, settle_in

_WAITS = sa.and_(REVIEW_ITEMS.c.stage > 0, REVIEW_ITEMS.c.held_by.is_(None))
_OF_ITEM = REVIEW_ITEMS.c.item_id == REVIEW_ANSWERS.c.item_id
_OPEN_AGAIN = {"withdrawn": 0, "is_open": sa.case((_WAITS, 1), else_=0)}
_UPDATE = (
    sa.update(REVIEW_ITEMS)
    .where(REVIEW_ITEMS.c.item_id == sa.bindparam("b_item_id"))
    .values(
        {
            name: sa.bindparam(f"b_{name}")
            for name in (*CONTENT, "place")
            if name != "item_id"
        }
        | _OPEN_AGAIN
    )
)


@dataclass(frozen=True, slots=True)
class ReviewStore:
    """Questions by item_id; asking twice asks once."""

    database: Database
    rules: EntryRules = field(default_factory=EntryRules)
    """Who must enter a field how often."""

    def ask(self, items: Iterable[ReviewItem], *, at: dt.datetime | None = None) -> int:
        """Store questions; return how many were not known before.

        A known question that nobody has answered takes the new reading; an answered
        one stays as it was answered; a withdrawn one is asked again.

        Args:
            items: With their pictures.
            at: When, with time zone; kept for those that are new.

        Raises:
            TryAgainError: STORE-002.
        """
        asked = {item.item_id: item for item in items}
        if not asked:
            return 0
        keys = list(asked)
        with self.database.writing() as connection:
            known = among(connection, REVIEW_ITEMS.c.item_id, keys)
            answered = among(connection, REVIEW_ANSWERS.c.item_id, keys)
            new = [item for key, item in asked.items() if key not in known]
            stale = [
                item
                for key, item in asked.items()
                if key in known and key not in answered
            ]
            if new:
                connection.execute(
                    sa.insert(REVIEW_ITEMS),
                    [new_values(item) | {"asked_at": at} for item in new],
                )
            if stale:
                connection.execute(_UPDATE, [_prefixed(item) for item in stale])
            _replace_crops(connection, [*new, *stale])
            for batch in batches(sorted(answered)):
                connection.execute(
                    sa.update(REVIEW_ITEMS)
                    .where(REVIEW_ITEMS.c.item_id.in_(batch))
                    .values(**_OPEN_AGAIN)
                )
            return len(new)

    def open_items(self, job: str | None = None) -> tuple[ReviewItem, ...]:
        """Return the questions without answer, without their pictures, by kind.

        Args:
            job: Only this job's; None for all.
        """
        query = _open(job).order_by(REVIEW_ITEMS.c.place)
        with self.database.reading() as connection:
            return tuple(
                item_from(row, b"") for row in connection.execute(query).mappings()
            )

    def item(self, item_id: str) -> ReviewItem | None:
        """Return one question with its picture, answered or not; None if unknown."""
        query = sa.select(*CONTENT_COLUMNS).where(REVIEW_ITEMS.c.item_id == item_id)
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else item_from(row, _crop(connection, item_id))

    def items(self, item_ids: Iterable[str]) -> dict[str, ReviewItem]:
        """Return questions without their pictures; unknown ones are left out."""
        found: dict[str, ReviewItem] = {}
        with self.database.reading() as connection:
            for keys in batches(sorted(set(item_ids))):
                rows = connection.execute(
                    sa.select(*CONTENT_COLUMNS).where(REVIEW_ITEMS.c.item_id.in_(keys))
                )
                found.update(
                    (row["item_id"], item_from(row, b"")) for row in rows.mappings()
                )
        return found

    def crop(self, item_id: str) -> bytes:
        """Return the picture of a question; empty when there is none."""
        with self.database.reading() as connection:
            return _crop(connection, item_id)

    def settle(self, answer: ReviewAnswer, seen: str | None = None) -> Settlement:
        """Append an answer and its audit entry; the newest answer counts.

        The audit entry says who and whether it differs from the reading, not the value.

        Args:
            answer: With `answer_id` when it may be sent twice.
            seen: Identifier of the newest answer its giver knew of; see `settle_in`.

        Raises:
            NeedsPersonError: REVIEW-001 when the question does not exist.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            return settle_in(connection, answer, self.rules, seen)

    def settle_all(
        self, answers: Sequence[tuple[ReviewAnswer, str | None]]
    ) -> tuple[Settlement, ...]:
        """Append answers as `settle` does, in one transaction: all of them, or none.

        Raises:
            NeedsPersonError: REVIEW-001 when a question does not exist.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            return tuple(
                settle_in(connection, answer, self.rules, seen)
                for answer, seen in answers
            )

    def hold(self, item_id: str, *, reason: str, by: str, at: dt.datetime) -> bool:
        """Keep an open question back until `release`; return whether it was open.

        Args:
            item_id: Of the question.
            reason: Japanese, as the clerk gave it; kept beside the question.
            by: Who.
            at: With time zone.

        Raises:
            TryAgainError: STORE-002.
        """
        held = {"held_by": by, "held_at": at, "held_reason": reason, "is_open": 0}
        with self.database.writing() as connection:
            changed = connection.execute(
                sa.update(REVIEW_ITEMS)
                .where(REVIEW_ITEMS.c.item_id == item_id, REVIEW_ITEMS.c.is_open == 1)
                .values(**held, **FREE)
            ).rowcount
            if changed:
                mark_in(connection, item_id, Mark(Action.HELD, by, at, reason))
            return bool(changed)

    def release(self, item_id: str, *, by: str, at: dt.datetime) -> bool:
        """Let a held question be asked again; return whether it was held.

        Raises:
            TryAgainError: STORE-002.
        """
        item = REVIEW_ITEMS.c
        with self.database.writing() as connection:
            changed = connection.execute(
                sa.update(REVIEW_ITEMS)
                .where(item.item_id == item_id, item.held_by.is_not(None))
                .values(
                    is_open=sa.case(
                        (sa.and_(item.stage > 0, item.withdrawn == 0), 1), else_=0
                    ),
                    **NOT_HELD,
                )
            ).rowcount
            if changed:
                mark_in(connection, item_id, Mark(Action.RELEASED, by, at, ""))
            return bool(changed)

    def answers(self, item_ids: Iterable[str]) -> dict[str, ReviewAnswer]:
        """Return the newest answer of each question that it settles.

        What waits for a second person or a third look has no answer yet.
        """
        found: dict[str, ReviewAnswer] = {}
        with self.database.reading() as connection:
            for keys in batches(sorted(set(item_ids))):
                newest = (
                    sa.select(sa.func.max(REVIEW_ANSWERS.c.seq))
                    .join(REVIEW_ITEMS, _OF_ITEM)
                    .where(
                        REVIEW_ANSWERS.c.item_id.in_(keys),
                        REVIEW_ANSWERS.c.seq > REVIEW_ITEMS.c.reopened_after,
                    )
                    .group_by(REVIEW_ANSWERS.c.item_id)
                )
                rows = connection.execute(
                    sa.select(REVIEW_ANSWERS).where(
                        REVIEW_ANSWERS.c.seq.in_(newest), REVIEW_ANSWERS.c.settles == 1
                    )
                )
                found.update((row.item_id, answer_from(row)) for row in rows)
        return found

    def history(self, item_id: str) -> tuple[ReviewAnswer, ...]:
        """Return every answer ever given to a question, oldest first."""
        with self.database.reading() as connection:
            return answers_of(connection, item_id)

    def previous(self, by: str, item_id: str) -> str | None:
        """Return the question a person answered before this one, for going back.

        Args:
            by: Who goes back.
            item_id: The question shown; when the person never answered it, the newest
                answer of all is meant.
        """
        newest = (
            sa.select(
                REVIEW_ANSWERS.c.item_id, sa.func.max(REVIEW_ANSWERS.c.seq).label("seq")
            )
            .where(REVIEW_ANSWERS.c.by_whom == by)
            .group_by(REVIEW_ANSWERS.c.item_id)
            .subquery()
        )
        here = sa.select(newest.c.seq).where(newest.c.item_id == item_id)
        query = (
            sa.select(newest.c.item_id)
            .where(newest.c.item_id != item_id)
            .order_by(newest.c.seq.desc())
            .limit(1)
        )
        with self.database.reading() as connection:
            seq = connection.scalar(here)
            if seq is not None:
                query = query.where(newest.c.seq < seq)
            return connection.scalar(query)

    def withdraw(self, item_ids: Iterable[str]) -> int:
        """Close questions that became obsolete; return how many were not yet closed.

        The question and any answer stay; `ask` asks it again.

        Raises:
            TryAgainError: STORE-002.
        """
        changed = 0
        with self.database.writing() as connection:
            for keys in batches(sorted(set(item_ids))):
                result = connection.execute(
                    sa.update(REVIEW_ITEMS)
                    .where(
                        REVIEW_ITEMS.c.item_id.in_(keys), REVIEW_ITEMS.c.withdrawn == 0
                    )
                    .values(withdrawn=1, is_open=0)
                )
                changed += result.rowcount
        return changed

    def count_questions(
        self, job: str | None = None, *, jobs: Collection[str] | None = None
    ) -> tuple[QuestionCount, ...]:
        """Return open, settled and held questions by kind, as `open_items` sorts them.

        Args:
            job: Only this job's; None for all.
            jobs: Only these jobs'; None for all.
        """
        wanted = {job} if job is not None else jobs
        with self.database.reading() as connection:
            return count_in(connection, wanted)

    def seconds_total(self, job: str) -> float:
        """Return the seconds staff ever spent on a job's questions."""
        query = (
            sa.select(sa.func.sum(REVIEW_ANSWERS.c.seconds))
            .join_from(
                REVIEW_ANSWERS,
                REVIEW_ITEMS,
                REVIEW_ANSWERS.c.item_id == REVIEW_ITEMS.c.item_id,
            )
            .where(REVIEW_ITEMS.c.job == job)
        )
        with self.database.reading() as connection:
            return float(connection.scalar(query) or 0.0)


def _open(job: str | None) -> sa.Select[tuple[object, ...]]:
    query = sa.select(*CONTENT_COLUMNS).where(REVIEW_ITEMS.c.is_open == 1)
    return query if job is None else query.where(REVIEW_ITEMS.c.job == job)


def _crop(connection: sa.Connection, item_id: str) -> bytes:
    return crops_of(connection, [item_id]).get(item_id, b"")


def _replace_crops(connection: sa.Connection, items: Sequence[ReviewItem]) -> None:
    for batch in batches([item.item_id for item in items]):
        connection.execute(
            sa.delete(REVIEW_CROPS).where(REVIEW_CROPS.c.item_id.in_(batch))
        )
    rows = [
        {"item_id": item.item_id, "crop_png": item.crop_png}
        for item in items
        if item.crop_png
    ]
    if rows:
        connection.execute(sa.insert(REVIEW_CROPS), rows)


def _prefixed(item: ReviewItem) -> dict[str, object]:
    return {f"b_{name}": value for name, value in item_values(item).items()}
