"""Questions and answers as rows of the database, there and back."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa

from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem
from tasks.edges.office_database.database_tables import (
    REVIEW_ANSWERS,
    REVIEW_CROPS,
    REVIEW_ITEMS,
)

CONTENT = (
    "item_id",
    "job",
    "kind",
    "document_sha256",
    "file",
    "page",
    "field_id",
    "label",
    "field_kind",
    "form",
    "reason",
    "value_read",
    "choices",
    "several",
    "error_class",
    "check_digit",
)
"""Columns that hold a question, but for its picture."""
CONTENT_COLUMNS = [REVIEW_ITEMS.c[name] for name in CONTENT]

BATCH = 500
"""Identifiers in one IN list: below the limit of every SQLite in use."""
_KIND_ORDER = {QuestionKind.PAGE: "0", QuestionKind.FIELD: "1", QuestionKind.BLIND: "2"}
_BETWEEN = "\x1f"


def group_place(kind: QuestionKind, field_kind: str) -> str:
    """Return how the places of one group of questions begin."""
    return _KIND_ORDER[kind] + _BETWEEN + field_kind + _BETWEEN


def item_values(item: ReviewItem) -> dict[str, object]:
    """Return the row of a question, but for what happens to it."""
    row: dict[str, object] = {name: getattr(item, name) for name in CONTENT}
    row["kind"] = item.kind.value
    row["choices"] = json.dumps(item.choices, ensure_ascii=False)
    row["several"] = int(item.several)
    # One kind after the other, so that the eye stays in one place.
    rest = (item.form, item.field_id, item.file, f"{item.page:05}", item.item_id)
    row["place"] = group_place(item.kind, item.field_kind) + _BETWEEN.join(rest)
    return row


def new_values(item: ReviewItem) -> dict[str, object]:
    """Return the row of a question nobody has seen."""
    return item_values(item) | {
        "withdrawn": 0,
        "is_open": 1,
        "stage": 1,
        "entered_by": "",
        "leased_tab": "",
        "held_reason": "",
    }


def item_from(row: sa.RowMapping, crop_png: bytes) -> ReviewItem:
    """Return the question of a row."""
    values: dict[str, Any] = {name: row[name] for name in CONTENT}
    values["kind"] = QuestionKind(values["kind"])
    values["choices"] = tuple(json.loads(values["choices"]))
    values["several"] = bool(values["several"])
    return ReviewItem(**values, crop_png=crop_png)


def answer_values(answer: ReviewAnswer) -> dict[str, object]:
    """Return the row of an answer, but for what it settles and corrects."""
    return {
        "item_id": answer.item_id,
        "decision": answer.decision.value,
        "value": answer.value,
        "by_whom": answer.by,
        "at": answer.at,
        "seconds": max(answer.seconds, 0.0),
        "account": answer.account,
        "answer_id": answer.answer_id or str(uuid.uuid4()),
    }


def answer_from(row: sa.Row[Any]) -> ReviewAnswer:
    """Return the answer of a row."""
    return ReviewAnswer(
        item_id=row.item_id,
        decision=Decision(row.decision),
        value=row.value,
        by=row.by_whom,
        at=row.at,
        seconds=row.seconds,
        account=row.account,
        answer_id=row.answer_id,
    )


def answers_of(
    connection: sa.Connection, item_id: str, *, after: int = 0
) -> tuple[ReviewAnswer, ...]:
    """Return the answers given to a question, oldest first.

    Args:
        connection: Of `Database.reading` or `writing`.
        item_id: Of the question.
        after: Leave out what was given up to this seq.
    """
    query = (
        sa.select(REVIEW_ANSWERS)
        .where(REVIEW_ANSWERS.c.item_id == item_id, REVIEW_ANSWERS.c.seq > after)
        .order_by(REVIEW_ANSWERS.c.seq)
    )
    return tuple(answer_from(row) for row in connection.execute(query))


def crops_of(connection: sa.Connection, item_ids: Sequence[str]) -> dict[str, bytes]:
    """Return the pictures of some questions; those without one are left out."""
    found: dict[str, bytes] = {}
    for keys in batches(item_ids):
        rows = connection.execute(
            sa.select(REVIEW_CROPS).where(REVIEW_CROPS.c.item_id.in_(keys))
        )
        found.update((row.item_id, bytes(row.crop_png)) for row in rows)
    return found


def among(
    connection: sa.Connection, column: sa.Column[str], keys: Sequence[str]
) -> set[str]:
    """Return those of the keys that stand in a column."""
    found: set[str] = set()
    for some in batches(keys):
        found.update(connection.scalars(sa.select(column).where(column.in_(some))))
    return found


def batches(keys: Sequence[str]) -> Iterable[Sequence[str]]:
    """Return the keys in lists short enough for one statement."""
    return (keys[start : start + BATCH] for start in range(0, len(keys), BATCH))
