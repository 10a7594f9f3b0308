"""Questions to staff and their answers; the answers are append-only."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem
from tasks.edges.audit_log import AuditEvent, append_entry
from tasks.edges.database import Database
from tasks.edges.database_tables import REVIEW_ANSWERS, REVIEW_CROPS, REVIEW_ITEMS
from tasks.edges.review_rows import (
    CONTENT,
    answer_from,
    answer_values,
    group_place,
    item_from,
    item_values,
)

_BATCH = 500
"""Identifiers in one IN list: below the limit of every SQLite in use."""
_UPDATE = (
    sa.update(REVIEW_ITEMS)
    .where(REVIEW_ITEMS.c.item_id == sa.bindparam("b_item_id"))
    .values(
        {
            name: sa.bindparam(f"b_{name}")
            for name in (*CONTENT, "place", "is_open", "withdrawn")
            if name != "item_id"
        }
    )
)
_CONTENT_COLUMNS = [REVIEW_ITEMS.c[name] for name in CONTENT]


@dataclass(frozen=True, slots=True)
class QuestionCount:
    """Questions of one kind of field."""

    kind: QuestionKind
    field_kind: str
    open: int
    answered: int


@dataclass(frozen=True, slots=True)
class ReviewStore:
    """Questions by item_id; asking twice asks once."""

    database: Database

    def ask(self, items: Iterable[ReviewItem]) -> int:
        """Store questions; return how many were not known before.

        A known question that nobody has answered takes the new reading; an answered
        one stays as it was answered; a withdrawn one is asked again.

        Raises:
            TryAgainError: STORE-002.
        """
        asked = {item.item_id: item for item in items}
        if not asked:
            return 0
        keys = list(asked)
        with self.database.writing() as connection:
            known = _among(connection, REVIEW_ITEMS.c.item_id, keys)
            answered = _among(connection, REVIEW_ANSWERS.c.item_id, keys)
            new = [item for key, item in asked.items() if key not in known]
            stale = [
                item
                for key, item in asked.items()
                if key in known and key not in answered
            ]
            if new:
                connection.execute(
                    sa.insert(REVIEW_ITEMS), [item_values(item) for item in new]
                )
            if stale:
                connection.execute(_UPDATE, [_prefixed(item) for item in stale])
            _replace_crops(connection, [*new, *stale])
            for batch in _batches(sorted(answered)):
                connection.execute(
                    sa.update(REVIEW_ITEMS)
                    .where(REVIEW_ITEMS.c.item_id.in_(batch))
                    .values(withdrawn=0)
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
        query = sa.select(*_CONTENT_COLUMNS).where(REVIEW_ITEMS.c.item_id == item_id)
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else item_from(row, _crop(connection, item_id))

    def crop(self, item_id: str) -> bytes:
        """Return the picture of a question; empty when there is none."""
        with self.database.reading() as connection:
            return _crop(connection, item_id)

    def next_open(
        self,
        job: str | None = None,
        *,
        after: str = "",
        group: tuple[QuestionKind, str] | None = None,
    ) -> str | None:
        """Return the item_id of the next open question, or None when all is done.

        Args:
            job: Only this job's; None for all.
            after: The question just left; its successor comes next, and after the
                last one the first again. Empty to begin at the front.
            group: Only this kind of question and kind of field.
        """
        query = _open(job).order_by(REVIEW_ITEMS.c.place).limit(1)
        if group is not None:
            low = group_place(*group)
            query = query.where(
                REVIEW_ITEMS.c.place >= low, REVIEW_ITEMS.c.place < low + "\uffff"
            )
        with self.database.reading() as connection:
            here = connection.scalar(
                sa.select(REVIEW_ITEMS.c.place).where(REVIEW_ITEMS.c.item_id == after)
            )
            if here is not None:
                later = query.where(REVIEW_ITEMS.c.place > here)
                found = connection.execute(later).first()
                if found is not None:
                    return str(found.item_id)
            found = connection.execute(query).first()
            return None if found is None else str(found.item_id)

    def settle(self, answer: ReviewAnswer) -> None:
        """Append an answer and its audit entry; the newest answer counts.

        The audit entry says who and whether it differs from the reading, not the value.

        Raises:
            NeedsPersonError: REVIEW-001 when the question does not exist.
            TryAgainError: STORE-002.
        """
        item_is = REVIEW_ITEMS.c.item_id == answer.item_id
        with self.database.writing() as connection:
            asked = connection.execute(
                sa.select(REVIEW_ITEMS.c.value_read).where(item_is)
            ).first()
            if asked is None:
                raise NeedsPersonError("REVIEW-001", f"item {answer.item_id}")
            connection.execute(sa.insert(REVIEW_ANSWERS).values(answer_values(answer)))
            connection.execute(
                sa.update(REVIEW_ITEMS)
                .where(item_is)
                .values(is_open=0, leased_by=None, leased_until=None)
            )
            append_entry(connection, _event(answer, asked.value_read))

    def answers(self, item_ids: Iterable[str]) -> dict[str, ReviewAnswer]:
        """Return the newest answer of each question that has one."""
        found: dict[str, ReviewAnswer] = {}
        with self.database.reading() as connection:
            for keys in _batches(sorted(set(item_ids))):
                newest = (
                    sa.select(sa.func.max(REVIEW_ANSWERS.c.seq))
                    .where(REVIEW_ANSWERS.c.item_id.in_(keys))
                    .group_by(REVIEW_ANSWERS.c.item_id)
                )
                rows = connection.execute(
                    sa.select(REVIEW_ANSWERS).where(REVIEW_ANSWERS.c.seq.in_(newest))
                )
                found.update((row.item_id, answer_from(row)) for row in rows)
        return found

    def history(self, item_id: str) -> tuple[ReviewAnswer, ...]:
        """Return every answer ever given to a question, oldest first."""
        query = (
            sa.select(REVIEW_ANSWERS)
            .where(REVIEW_ANSWERS.c.item_id == item_id)
            .order_by(REVIEW_ANSWERS.c.seq)
        )
        with self.database.reading() as connection:
            return tuple(answer_from(row) for row in connection.execute(query))

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
            for keys in _batches(sorted(set(item_ids))):
                result = connection.execute(
                    sa.update(REVIEW_ITEMS)
                    .where(
                        REVIEW_ITEMS.c.item_id.in_(keys), REVIEW_ITEMS.c.withdrawn == 0
                    )
                    .values(withdrawn=1, is_open=0)
                )
                changed += result.rowcount
        return changed

    def count_questions(self, job: str | None = None) -> tuple[QuestionCount, ...]:
        """Return open and answered questions by kind, in the order of `open_items`."""
        kind, field_kind = REVIEW_ITEMS.c.kind, REVIEW_ITEMS.c.field_kind
        still_open = sa.func.sum(REVIEW_ITEMS.c.is_open)
        query = (
            sa.select(kind, field_kind, sa.func.count(), still_open)
            .where(REVIEW_ITEMS.c.withdrawn == 0)
            .group_by(kind, field_kind)
            .order_by(sa.func.min(REVIEW_ITEMS.c.place))
        )
        if job is not None:
            query = query.where(REVIEW_ITEMS.c.job == job)
        with self.database.reading() as connection:
            return tuple(
                QuestionCount(
                    kind=QuestionKind(row[0]),
                    field_kind=row[1],
                    open=int(row[3]),
                    answered=row[2] - int(row[3]),
                )
                for row in connection.execute(query)
            )

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
    query = sa.select(*_CONTENT_COLUMNS).where(REVIEW_ITEMS.c.is_open == 1)
    return query if job is None else query.where(REVIEW_ITEMS.c.job == job)


def _event(answer: ReviewAnswer, value_read: str) -> AuditEvent:
    kept = answer.decision is Decision.VALUE and answer.value == value_read
    return AuditEvent(
        "answer_given",
        who=answer.by,
        at=answer.at,
        subject=answer.item_id,
        details={
            "decision": answer.decision.value,
            "changed": "no" if kept else "yes",
        },
    )


def _crop(connection: sa.Connection, item_id: str) -> bytes:
    query = sa.select(REVIEW_CROPS.c.crop_png).where(REVIEW_CROPS.c.item_id == item_id)
    return bytes(connection.scalar(query) or b"")


def _replace_crops(connection: sa.Connection, items: Sequence[ReviewItem]) -> None:
    for batch in _batches([item.item_id for item in items]):
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


def _among(
    connection: sa.Connection, column: sa.Column[str], keys: Sequence[str]
) -> set[str]:
    found: set[str] = set()
    for batch in _batches(keys):
        found.update(connection.scalars(sa.select(column).where(column.in_(batch))))
    return found


def _batches(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))
