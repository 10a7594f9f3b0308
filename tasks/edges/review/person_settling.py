"""What a clerk says on the review page becomes a record: checked and written in one.

It goes into the same record as what a workbook brings (clerk_record), and only while the
question, and what others said of it, are as the clerk saw them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from tasks.domain.clerks.clerk_view import Clerk
from tasks.domain.clerks.decision_record import IdentityDecision, Word
from tasks.domain.clerks.findings import Finding
from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.finding_question import (
    FoundChoice,
    Part,
    findings_for,
    findings_taken_back,
    parts_of,
    stage_of,
)
from tasks.domain.review.person_choice import Choice, decisions_for, taken_back
from tasks.domain.review.person_question import (
    PersonQuestion,
    Situation,
    Stage,
    situation_of,
)
from tasks.edges.office_database.audit_log import AuditEvent, append_entry
from tasks.edges.office_database.database_tables import PERSON_QUESTIONS, PERSON_TIMES
from tasks.edges.review.clerk_record import append_decisions, append_findings
from tasks.edges.review.person_rows import (
    ASKED,
    FREE,
    leased_to_other,
    question_from,
    row_of,
    state_of,
    words_on,
)
from tasks.edges.review.review_settling import Outcome


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it lies before a clerk."""

    question: PersonQuestion
    situation: Situation | None
    """Of a question who is meant."""
    parts: tuple[Part, ...]
    """Of one about what is to be found out."""
    body_print: str
    """Changes whenever what is shown does."""
    leased_to: str = ""
    """Login of another clerk who has it at this moment; empty when free."""

    @property
    def stage(self) -> Stage:
        """How far it has come."""
        return self.situation.stage if self.situation else stage_of(self.parts)

    @property
    def seen(self) -> tuple[int, ...]:
        """Numbers of the newest words that the clerk sees."""
        if self.situation:
            return (self.situation.seen_until,)
        return tuple(part.thing.key.seen_until for part in self.parts)

    @property
    def may_decide(self) -> bool:
        """Whether anything is left for this clerk to say."""
        if self.situation:
            return self.situation.may_decide
        return any(part.may_decide for part in self.parts)

    @property
    def has_mine(self) -> bool:
        """Whether this clerk has said anything that stands."""
        if self.situation:
            return bool(self.situation.mine)
        return any(part.mine for part in self.parts)


@dataclass(frozen=True, slots=True)
class Given:
    """A decision as it came from the page."""

    question_id: str
    clerk: Clerk
    chosen: Choice = field(repr=False)
    """With the reason; who is meant, where that is asked."""
    found: tuple[FoundChoice, ...] = field(repr=False)
    """What was found out, where that is asked."""
    body_print: str
    """Of what was shown."""
    seen: tuple[int, ...]
    """Of what was shown."""
    answer_id: str
    """Made when the page was shown, so that sending twice counts once."""
    seconds: float
    now: dt.datetime


def decide_in(connection: sa.Connection, given: Given) -> Outcome:
    """Record what was said, or nothing when anything was not as the clerk saw it.

    Args:
        connection: Of `Database.writing`.
        given: As it came.

    Raises:
        NeedsPersonError: REVIEW-001 when no run asks the question any more.
    """
    if _arrived(connection, given.answer_id):
        return Outcome.AGAIN
    row, shown = _present(connection, given)
    if (
        (shown.body_print, shown.seen) != (given.body_print, given.seen)
        or not _may(shown, given)
        or leased_to_other(row, given.clerk, given.now)
    ):
        return Outcome.TAKEN
    _record(connection, shown.question, _said(shown, given), given)
    return Outcome.STORED


def take_back_in(connection: sa.Connection, given: Given) -> Outcome:
    """Take back what a clerk said himself; see `decide_in`."""
    if _arrived(connection, given.answer_id):
        return Outcome.AGAIN
    _, shown = _present(connection, given)
    if not shown.has_mine:
        return Outcome.TAKEN
    _record(connection, shown.question, _undone(shown, given.now), given)
    return Outcome.STORED


def _present(connection: sa.Connection, given: Given) -> tuple[sa.Row[Any], Shown]:
    row = row_of(connection, given.question_id)
    if row is None or row.body is None:
        raise NeedsPersonError("REVIEW-001", f"item {given.question_id}")
    return row, shown_of(connection, row, given.clerk, "")


@dataclass(frozen=True, slots=True)
class _Said:
    decisions: tuple[IdentityDecision, ...] = ()
    findings: tuple[Finding, ...] = ()


def _may(shown: Shown, given: Given) -> bool:
    """Tell whether this clerk may say this: not twice where others must speak."""
    if shown.situation:
        return shown.situation.may_decide
    places = {one.place for one in given.found}
    return all(
        place < len(shown.parts) and shown.parts[place].may_decide for place in places
    )


def _said(shown: Shown, given: Given) -> _Said:
    if shown.situation:
        return _Said(
            decisions=decisions_for(
                shown.question,
                given.chosen,
                given.clerk,
                seen_until=shown.situation.seen_until,
                now=given.now,
            )
        )
    return _Said(
        findings=findings_for(
            shown.parts,
            given.found,
            given.clerk,
            reason=given.chosen.reason,
            now=given.now,
        )
    )


def _undone(shown: Shown, now: dt.datetime) -> _Said:
    if shown.situation:
        return _Said(decisions=taken_back(shown.situation.mine, now))
    mine = [one for part in shown.parts for one in part.mine]
    return _Said(findings=findings_taken_back(mine, now))


def _record(
    connection: sa.Connection, question: PersonQuestion, said: _Said, given: Given
) -> None:
    """Append what was said, the time it took and the audit entry; bring the stage up."""
    first = (
        append_decisions(connection, said.decisions, given.answer_id)
        if said.decisions
        else append_findings(connection, said.findings, given.answer_id)
    )
    connection.execute(
        sa.insert(PERSON_TIMES).values(
            answer_id=given.answer_id,
            question_id=given.question_id,
            job=question.job,
            account=given.clerk.account,
            at=given.now,
            seconds=max(given.seconds, 0.0),
            record_seq=first,
        )
    )
    state = state_of(question, words_on(connection, [question]))
    connection.execute(
        sa.update(PERSON_QUESTIONS)
        .where(ASKED.question_id == given.question_id)
        .values(**state, **FREE)
    )
    words: tuple[Word, ...] = (*said.decisions, *said.findings)
    append_entry(
        connection,
        AuditEvent(
            "person_decided" if said.decisions else "findings_given",
            who=given.clerk.account,
            at=given.now,
            subject=given.question_id,
            details={
                "stage": Stage(state["stage"]).name.lower(),
                "record": first,
                "count": len(words),
                "taken_back": sum(bool(one.takes_back) for one in words),
            },
        ),
    )


def shown_of(
    connection: sa.Connection, row: sa.Row[Any], clerk: Clerk | None, leased_to: str
) -> Shown:
    """Return the question of a row as a clerk may see it; None sees everything."""
    question = question_from(row.body)
    said = words_on(connection, [question])
    if question.asks_who:
        situation = situation_of(question, said.of(question), clerk)
        return Shown(question, situation, (), row.body_print, leased_to)
    parts = parts_of(question, said.findings, clerk)
    return Shown(question, None, parts, row.body_print, leased_to)


def _arrived(connection: sa.Connection, answer_id: str) -> bool:
    query = sa.select(PERSON_TIMES.c.seq).where(PERSON_TIMES.c.answer_id == answer_id)
    return connection.scalar(query) is not None
