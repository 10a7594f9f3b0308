"""Questions to staff and their answers; the answers are append-only."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem
from tasks.edges.audit_log import AuditEvent, append_entry
from tasks.edges.database import Database, serialise
from tasks.edges.database_tables import REVIEW_ANSWERS, REVIEW_ITEMS

_BATCH = 500
"""Identifiers in one IN list: below the limit of every SQLite in use."""
_CONTENT = tuple(
    column
    for column in REVIEW_ITEMS.c
    if column.name not in ("withdrawn", "leased_by", "leased_until")
)
_WITHOUT_CROP = tuple(column for column in _CONTENT if column.name != "crop_png")
_KIND_ORDER = sa.case(
    {QuestionKind.PAGE.value: 0, QuestionKind.FIELD.value: 1},
    value=REVIEW_ITEMS.c.kind,
    else_=2,
)
_ORDER = (
    _KIND_ORDER,
    REVIEW_ITEMS.c.field_kind,
    REVIEW_ITEMS.c.form,
    REVIEW_ITEMS.c.field_id,
    REVIEW_ITEMS.c.file,
    REVIEW_ITEMS.c.page,
    REVIEW_ITEMS.c.item_id,
)
"""One kind after the other, so that the eye stays in one place."""


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
        one stays as it was answered; a withdrawn one is open again.

        Raises:
            TryAgainError: STORE-002.
        """
        rows = {item.item_id: _row(item) for item in items}
        if not rows:
            return 0
        with self.database.writing() as connection:
            serialise(connection, "review")
            known = _known(connection, list(rows))
            answered = _answered(connection, list(rows))
            new = [row for key, row in rows.items() if key not in known]
            stale = [
                {f"b_{name}": value for name, value in row.items()}
                for key, row in rows.items()
                if key in known and key not in answered
            ]
            if new:
                connection.execute(sa.insert(REVIEW_ITEMS), new)
            if stale:
                connection.execute(_UPDATE, stale)
            for keys in _batches(sorted(answered)):
                connection.execute(
                    sa.update(REVIEW_ITEMS)
                    .where(REVIEW_ITEMS.c.item_id.in_(keys))
                    .values(withdrawn=0)
                )
            return len(new)

    def open_items(self, job: str | None = None) -> tuple[ReviewItem, ...]:
        """Return the questions without answer, without their pictures, by kind.

        Args:
            job: Only this job's; None for all.
        """
        with self.database.reading() as connection:
            query = _open(_WITHOUT_CROP, job).order_by(*_ORDER)
            return tuple(_item(row) for row in connection.execute(query).mappings())

    def item(self, item_id: str) -> ReviewItem | None:
        """Return one question with its picture, answered or not; None if unknown."""
        with self.database.reading() as connection:
            query = sa.select(*_CONTENT).where(REVIEW_ITEMS.c.item_id == item_id)
            row = connection.execute(query).mappings().first()
            return None if row is None else _item(row)

    def next_open(
        self, job: str | None = None, skip: Sequence[str] = ()
    ) -> ReviewItem | None:
        """Return the first open question with its picture, or None when all is done."""
        query = _open(_CONTENT, job).order_by(*_ORDER).limit(1)
        if skip:
            query = query.where(REVIEW_ITEMS.c.item_id.not_in(skip))
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
            return None if row is None else _item(row)

    def settle(self, answer: ReviewAnswer) -> None:
        """Append an answer and its audit entry; the newest answer counts.

        The audit entry says who and whether it differs from the reading, not the value.

        Raises:
            NeedsPersonError: REVIEW-001 when the question does not exist.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            asked = connection.execute(
                sa.select(REVIEW_ITEMS.c.value_read).where(
                    REVIEW_ITEMS.c.item_id == answer.item_id
                )
            ).first()
            if asked is None:
                raise NeedsPersonError("REVIEW-001", f"item {answer.item_id}")
            connection.execute(
                sa.insert(REVIEW_ANSWERS).values(
                    item_id=answer.item_id,
                    decision=answer.decision.value,
                    value=answer.value,
                    by_whom=answer.by,
                    at=answer.at,
                    seconds=max(answer.seconds, 0.0),
                )
            )
            kept = (
                answer.decision is Decision.VALUE and answer.value == asked.value_read
            )
            details = {
                "decision": answer.decision.value,
                "changed": "no" if kept else "yes",
            }
            append_entry(
                connection,
                AuditEvent(
                    "answer_given",
                    who=answer.by,
                    at=answer.at,
                    subject=answer.item_id,
                    details=details,
                ),
            )

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
                found.update((row.item_id, _answer(row)) for row in rows)
        return found

    def history(self, item_id: str) -> tuple[ReviewAnswer, ...]:
        """Return every answer ever given to a question, oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(
                sa.select(REVIEW_ANSWERS)
                .where(REVIEW_ANSWERS.c.item_id == item_id)
                .order_by(REVIEW_ANSWERS.c.seq)
            )
            return tuple(_answer(row) for row in rows)

    def withdraw(self, item_ids: Iterable[str]) -> int:
        """Close questions that became obsolete; return how many were open.

        The question and any answer stay; `ask` opens it again.

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
                    .values(withdrawn=1)
                )
                changed += result.rowcount
        return changed

    def count_questions(self, job: str | None = None) -> tuple[QuestionCount, ...]:
        """Return open and answered questions by kind, in the order of `open_items`."""
        answered = sa.exists().where(REVIEW_ANSWERS.c.item_id == REVIEW_ITEMS.c.item_id)
        done = sa.func.sum(sa.case((answered, 1), else_=0))
        kind, field_kind = REVIEW_ITEMS.c.kind, REVIEW_ITEMS.c.field_kind
        query = (
            sa.select(kind, field_kind, sa.func.count().label("asked"), done)
            .where(REVIEW_ITEMS.c.withdrawn == 0)
            .group_by(kind, field_kind)
            .order_by(_KIND_ORDER, field_kind)
        )
        if job is not None:
            query = query.where(REVIEW_ITEMS.c.job == job)
        with self.database.reading() as connection:
            return tuple(
                QuestionCount(
                    kind=QuestionKind(row[0]),
                    field_kind=row[1],
                    open=row[2] - int(row[3]),
                    answered=int(row[3]),
                )
                for row in connection.execute(query)
            )

    def seconds_total(self, job: str) -> float:
        """Return the seconds staff ever spent on a job's questions."""
        with self.database.reading() as connection:
            total = connection.scalar(
                sa.select(sa.func.sum(REVIEW_ANSWERS.c.seconds))
                .join_from(
                    REVIEW_ANSWERS,
                    REVIEW_ITEMS,
                    REVIEW_ANSWERS.c.item_id == REVIEW_ITEMS.c.item_id,
                )
                .where(REVIEW_ITEMS.c.job == job)
            )
            return float(total or 0.0)


_UPDATE = (
    sa.update(REVIEW_ITEMS)
    .where(REVIEW_ITEMS.c.item_id == sa.bindparam("b_item_id"))
    .values(
        withdrawn=0,
        **{
            column.name: sa.bindparam(f"b_{column.name}")
            for column in _CONTENT
            if column.name != "item_id"
        },
    )
)


def _open(columns: Sequence[sa.Column[Any]], job: str | None) -> sa.Select[Any]:
    query = sa.select(*columns).where(
        REVIEW_ITEMS.c.withdrawn == 0,
        ~sa.exists().where(REVIEW_ANSWERS.c.item_id == REVIEW_ITEMS.c.item_id),
    )
    return query if job is None else query.where(REVIEW_ITEMS.c.job == job)


def _known(connection: sa.Connection, item_ids: Sequence[str]) -> set[str]:
    return _among(connection, REVIEW_ITEMS.c.item_id, item_ids)


def _answered(connection: sa.Connection, item_ids: Sequence[str]) -> set[str]:
    return _among(connection, REVIEW_ANSWERS.c.item_id, item_ids)


def _among(
    connection: sa.Connection, column: sa.Column[str], keys: Sequence[str]
) -> set[str]:
    found: set[str] = set()
    for batch in _batches(keys):
        found.update(connection.scalars(sa.select(column).where(column.in_(batch))))
    return found


def _batches(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    return (keys[start : start + _BATCH] for start in range(0, len(keys), _BATCH))


def _row(item: ReviewItem) -> dict[str, Any]:
    row = {column.name: getattr(item, column.name) for column in _CONTENT}
    row["kind"] = item.kind.value
    row["choices"] = json.dumps(item.choices, ensure_ascii=False)
    row["withdrawn"] = 0
    return row


def _item(row: sa.RowMapping) -> ReviewItem:
    values: dict[str, Any] = {str(name): value for name, value in row.items()}
    values["kind"] = QuestionKind(values["kind"])
    values["choices"] = tuple(json.loads(values["choices"]))
    return ReviewItem(**values)


def _answer(row: sa.Row[Any]) -> ReviewAnswer:
    return ReviewAnswer(
        item_id=row.item_id,
        decision=Decision(row.decision),
        value=row.value,
        by=row.by_whom,
        at=row.at,
        seconds=row.seconds,
    )
