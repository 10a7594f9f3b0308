"""Questions and answers as rows of the database, there and back."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa

from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem

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
)
"""Columns that hold a question, but for its picture."""

_KIND_ORDER = {QuestionKind.PAGE: "0", QuestionKind.FIELD: "1", QuestionKind.BLIND: "2"}
_BETWEEN = "\x1f"


def group_place(kind: QuestionKind, field_kind: str) -> str:
    """Return how the places of one group of questions begin."""
    return _KIND_ORDER[kind] + _BETWEEN + field_kind + _BETWEEN


def item_values(item: ReviewItem) -> dict[str, object]:
    """Return the row of a question that is open."""
    row: dict[str, object] = {name: getattr(item, name) for name in CONTENT}
    row["kind"] = item.kind.value
    row["choices"] = json.dumps(item.choices, ensure_ascii=False)
    row["several"] = int(item.several)
    row["withdrawn"] = 0
    row["is_open"] = 1
    # One kind after the other, so that the eye stays in one place.
    rest = (item.form, item.field_id, item.file, f"{item.page:05}", item.item_id)
    row["place"] = group_place(item.kind, item.field_kind) + _BETWEEN.join(rest)
    return row


def item_from(row: sa.RowMapping, crop_png: bytes) -> ReviewItem:
    """Return the question of a row."""
    values: dict[str, Any] = {name: row[name] for name in CONTENT}
    values["kind"] = QuestionKind(values["kind"])
    values["choices"] = tuple(json.loads(values["choices"]))
    values["several"] = bool(values["several"])
    return ReviewItem(**values, crop_png=crop_png)


def answer_values(answer: ReviewAnswer) -> dict[str, object]:
    """Return the row of an answer."""
    return {
        "item_id": answer.item_id,
        "decision": answer.decision.value,
        "value": answer.value,
        "by_whom": answer.by,
        "at": answer.at,
        "seconds": max(answer.seconds, 0.0),
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
    )
