"""One answer becomes a row: checked against what others did, in one transaction."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.office.entry_rules import EntryRules
from tasks.domain.review.double_entry import Stage, corrected, stage_after
from tasks.domain.review_item import Decision, ReviewAnswer, ReviewItem
from tasks.edges.office_database.audit_log import AuditEvent, append_entry
from tasks.edges.office_database.database_tables import REVIEW_ANSWERS, REVIEW_ITEMS
from tasks.edges.review.review_rows import answer_values, answers_of, item_from

_BETWEEN = "\x1f"


class Outcome(StrEnum):
    """What became of an answer that was sent."""

    STORED = "stored"
    AGAIN = "again"
    """It had arrived before; it counts once."""
    TAKEN = "taken"
    """Somebody else answered, or is looking at it; nothing was stored."""


@dataclass(frozen=True, slots=True)
class Settlement:
    """An answer's fate."""

    outcome: Outcome
    stage: Stage = Stage.SETTLED
    """What the question waits for now."""
    answer_id: str = ""


def settle_in(
    connection: sa.Connection,
    answer: ReviewAnswer,
    rules: EntryRules,
    seen: str | None,
) -> Settlement:
    """Append an answer and its audit entry, or store nothing and say why.

    Must run in a writing transaction: what others did is looked at and changed in one.

    Args:
        connection: Of `Database.writing`.
        answer: By somebody, now.
        rules: Who must enter a field how often.
        seen: Identifier of the newest answer that its giver knew of, empty for none.
            When another came since, nothing is stored. None: does not matter.

    Raises:
        NeedsPersonError: REVIEW-001 when the question does not exist.
    """
    row = (
        connection.execute(
            sa.select(REVIEW_ITEMS).where(REVIEW_ITEMS.c.item_id == answer.item_id)
        )
        .mappings()
        .first()
    )
    if row is None:
        raise NeedsPersonError("REVIEW-001", f"item {answer.item_id}")
    item = item_from(row, b"")
    ever = answers_of(connection, answer.item_id)
    if answer.answer_id in {one.answer_id for one in ever if one.answer_id}:
        return Settlement(Outcome.AGAIN, Stage(row["stage"]), answer.answer_id)
    given = answers_of(connection, answer.item_id, after=row["reopened_after"])
    two = rules.needs_two(item)
    if _taken(row, given, answer, seen=seen, two=two):
        return Settlement(Outcome.TAKEN, Stage(row["stage"]))
    stage = stage_after(given, answer, item, two=two)
    values = answer_values(answer) | _corrections(connection, item, answer, stage)
    connection.execute(
        sa.insert(REVIEW_ANSWERS).values(**values, settles=int(stage is Stage.SETTLED))
    )
    connection.execute(
        sa.update(REVIEW_ITEMS)
        .where(REVIEW_ITEMS.c.item_id == answer.item_id)
        .values(
            stage=int(stage),
            is_open=int(stage is not Stage.SETTLED and not row["withdrawn"]),
            entered_by=_with(row["entered_by"], answer.person),
            settled_at=answer.at if stage is Stage.SETTLED else None,
            settled_by=answer.by if stage is Stage.SETTLED else "",
            **FREE,
            **NOT_HELD,
        )
    )
    append_entry(connection, _event(answer, item, stage))
    return Settlement(Outcome.STORED, stage, str(values["answer_id"]))


FREE = {"leased_by": None, "leased_until": None, "leased_tab": "", "leased_at": None}
"""Columns of a question that nobody looks at."""
NOT_HELD = {"held_by": None, "held_at": None, "held_reason": ""}
"""Columns of a question that nobody holds back."""


def entered(person: str) -> str:
    """Return how a person stands in the column entered_by."""
    return _BETWEEN + person + _BETWEEN


def leased_to_other(row: sa.RowMapping, person: str, now: dt.datetime) -> bool:
    """Return whether somebody else looks at a question at this moment."""
    until = row["leased_until"]
    return until is not None and until > now and row["leased_by"] != person


def _taken(
    row: sa.RowMapping,
    given: tuple[ReviewAnswer, ...],
    answer: ReviewAnswer,
    *,
    seen: str | None,
    two: bool,
) -> bool:
    newest = given[-1] if given else None
    if two and newest is not None and newest.person != answer.person:
        # Never the same person twice, and nobody alone overrules two.
        came_before = entered(answer.person) in row["entered_by"]
        if came_before or row["stage"] == Stage.SETTLED:
            return True
    if seen is None:
        return False
    if seen != (newest.answer_id if newest else ""):
        return True
    return leased_to_other(row, answer.person, answer.at)


def _corrections(
    connection: sa.Connection, item: ReviewItem, answer: ReviewAnswer, stage: Stage
) -> dict[str, int]:
    """Return by how much this answer changes what the item's answers correct."""
    columns = (REVIEW_ANSWERS.c.corrected_fields, REVIEW_ANSWERS.c.corrected_characters)
    before = connection.execute(
        sa.select(*(sa.func.coalesce(sa.func.sum(one), 0) for one in columns)).where(
            REVIEW_ANSWERS.c.item_id == item.item_id
        )
    ).one()
    now = corrected(item, answer) if stage is Stage.SETTLED else (0, 0)
    return {
        column.name: count - int(earlier)
        for column, count, earlier in zip(columns, now, before, strict=True)
    }


def _with(entered_by: str, person: str) -> str:
    mark = entered(person)
    return entered_by if mark in entered_by else entered_by + mark


def _event(answer: ReviewAnswer, item: ReviewItem, stage: Stage) -> AuditEvent:
    kept = answer.decision is Decision.VALUE and answer.value == item.value_read
    details = {
        "decision": answer.decision.value,
        "changed": "no" if kept else "yes",
    }
    if stage is not Stage.SETTLED:
        details["waits_for"] = stage.name.lower()
    return AuditEvent(
        "answer_given",
        who=answer.by,
        at=answer.at,
        subject=answer.item_id,
        details=details,
    )
