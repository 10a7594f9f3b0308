"""Questions about persons as rows of the database, there and back."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from tasks.domain.clerks.clerk_view import Clerk
from tasks.domain.clerks.decision_columns import Decision
from tasks.domain.clerks.decision_prints import request_print
from tasks.domain.clerks.decision_record import IdentityDecision, accounts_of, standing
from tasks.domain.clerks.findings import Finding, Found
from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.finding_question import parts_of, stage_of
from tasks.domain.review.person_question import PersonQuestion, Stage, situation_of
from tasks.edges.office_database.database_tables import PERSON_QUESTIONS
from tasks.edges.review.clerk_record import decisions_on, findings_on
from tasks.edges.review.review_rows import among

ASKED = PERSON_QUESTIONS.c
FREE: dict[str, object] = {"leased_by": "", "leased_until": None}
"""Columns of a question that nobody looks at."""
CLOSED: dict[str, object] = {"stage": Stage.WITHDRAWN.value, "body": None, **FREE}
"""Columns of a question that no run asks any more: nothing about anybody is left."""
_BODY = TypeAdapter(PersonQuestion)
_UPDATE = (
    sa.update(PERSON_QUESTIONS)
    .where(ASKED.question_id == sa.bindparam("b_question_id"))
    .values(
        {
            name: sa.bindparam(f"b_{name}")
            for name in (
                *("job", "run_id", "asked_at", "place"),
                *("stage", "voices", "body", "body_print"),
            )
        }
    )
)


def put(connection: sa.Connection, questions: Sequence[PersonQuestion]) -> None:
    """Store questions; one that is asked again keeps its lease."""
    said = words_on(connection, questions)
    rows = [_values(one, said) for one in questions]
    known = among(connection, ASKED.question_id, [one.question_id for one in questions])
    new = [row | FREE for row in rows if row["question_id"] not in known]
    old = [
        {f"b_{name}": value for name, value in row.items()}
        for row in rows
        if row["question_id"] in known
    ]
    if new:
        connection.execute(sa.insert(PERSON_QUESTIONS), new)
    if old:
        connection.execute(_UPDATE, old)


@dataclass(frozen=True, slots=True)
class Words:
    """What clerks said of some questions, oldest first."""

    decisions: Mapping[str, tuple[IdentityDecision, ...]] = field(repr=False)
    """By request print."""
    findings: Mapping[str, tuple[Finding, ...]] = field(repr=False)
    """By what they are about."""

    def of(self, question: PersonQuestion) -> tuple[IdentityDecision, ...]:
        """Return the decisions on the request row of a question."""
        return self.decisions.get(request_print(question.verdict.applicant), ())


def words_on(connection: sa.Connection, questions: Sequence[PersonQuestion]) -> Words:
    """Return everything that was recorded of some questions."""
    requests = [request_print(one.verdict.applicant) for one in questions]
    things = [thing.key.about for one in questions for thing in one.things]
    return Words(
        decisions_on(connection, requests),
        findings_on(connection, things) if things else {},
    )


def state_of(question: PersonQuestion, said: Words) -> dict[str, str]:
    """Return the columns that follow from what clerks said."""
    if question.asks_who:
        decisions = said.of(question)
        stage = situation_of(question, decisions).stage
        speakers = accounts_of(
            one for one in standing(decisions) if one.choice is not Decision.LATER
        )
    else:
        parts = parts_of(question, said.findings)
        stage = stage_of(parts)
        speakers = accounts_of(
            one
            for part in parts
            for one in standing(part.shown)
            if one.result != Found.LATER
        )
    return {"stage": stage.value, "voices": json.dumps(speakers)}


def _values(question: PersonQuestion, said: Words) -> dict[str, object]:
    return {
        "question_id": question.question_id,
        "job": question.job,
        "run_id": question.run_id,
        "asked_at": question.asked_at,
        "place": _place(question),
        "body": zlib.compress(_BODY.dump_json(question)),
        "body_print": _print(question),
        **state_of(question, said),
    }


def row_of(connection: sa.Connection, question_id: str) -> sa.Row[Any] | None:
    """Return the row of a question."""
    return connection.execute(
        sa.select(PERSON_QUESTIONS).where(ASKED.question_id == question_id)
    ).first()


def leased_to_other(row: sa.Row[Any], clerk: Clerk, now: dt.datetime) -> bool:
    """Return whether another clerk has a question at this moment."""
    until = row.leased_until
    return until is not None and until > now and row.leased_by != clerk.account


def lease(
    connection: sa.Connection, question_id: str, clerk: Clerk, until: dt.datetime
) -> None:
    """Keep a question for a clerk until then."""
    connection.execute(
        sa.update(PERSON_QUESTIONS)
        .where(ASKED.question_id == question_id)
        .values(leased_by=clerk.account, leased_until=until)
    )


def _place(question: PersonQuestion) -> str:
    """Return what sorts questions: their list, then their row in it."""
    file, _, row = question.verdict.applicant.source.rpartition("!")
    digits = "".join(filter(str.isdecimal, row)) or "0"
    return "\x1f".join((file, f"{int(digits):09}", question.question_id))


def _print(question: PersonQuestion) -> str:
    ever = dt.datetime.min.replace(tzinfo=dt.UTC)
    same = replace(question, run_id="", asked_at=ever, oldest=ever)
    return hashlib.sha256(_BODY.dump_json(same)).hexdigest()[:32]


def question_from(body: bytes | None) -> PersonQuestion:
    """Return what is asked.

    Raises:
        NeedsPersonError: STORE-003 when it cannot be read.
    """
    try:
        return _BODY.validate_json(zlib.decompress(body or b""))
    except (ValidationError, zlib.error) as error:
        # Values never enter messages.
        raise NeedsPersonError("STORE-003", "person_questions") from error.__cause__
