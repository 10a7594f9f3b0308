"""Whom a run could not settle, as a clerk is asked on the review page.

What is shown is what the run compared, and no more. What clerks said of it since is not
part of the question: `situation_of` puts the two together by the very rules that the next
run follows, so the page and the run never disagree about what is decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tasks.domain.decision_columns import Decision
from tasks.domain.decision_prints import digest, place_print, request_print
from tasks.domain.decision_record import (
    IdentityDecision,
    decisions_about,
    own_words,
    standing,
)
from tasks.domain.decisions import AGAINST_EVIDENCE, CONTRADICTORY, rule_on
from tasks.domain.records import (
    Answer,
    Applicant,
    Identity,
    Match,
    Verdict,
)
from tasks.domain.second_clerk import SECOND_AWAITED, Class


class Stage(StrEnum):
    """How far a question has come."""

    OPEN = "未確認"
    SECOND = "二人目待ち"
    """One clerk has decided; another must say the same without seeing it."""
    DISPUTED = "食い違い"
    """Clerks said different things; a third one looks, and sees both."""
    HELD = "保留"
    DECIDED = "決定"
    """The next run applies it."""
    WITHDRAWN = "終了"
    """No run asks any more."""


WAITING = (Stage.DISPUTED, Stage.SECOND, Stage.OPEN)
"""Stages in which somebody must decide, in the order in which they are shown."""


@dataclass(frozen=True, slots=True)
class PersonQuestion:
    """One request row whose person is not settled."""

    question_id: str
    job: str
    run_id: str
    """Of the newest run that asks."""
    asked_at: dt.datetime
    verdict: Verdict = field(repr=False)
    """Request, candidates and why asked; nothing else of anybody."""
    second: tuple[str, ...] = ()
    """Classes that two clerks must agree on, as configured in that run."""

    @property
    def match(self) -> Match:
        """What the run compared."""
        found = self.verdict.match
        if found is None:
            raise ValueError("a question without candidates or anything to find out")
        return found

    @property
    def asks_who(self) -> bool:
        """Whether it asks who is meant; else what is to be found out about him."""
        return self.match.identity is Identity.ASK


@dataclass(frozen=True, slots=True)
class Clerk:
    """Who looks at a question."""

    name: str
    account: str
    """Login."""


@dataclass(frozen=True, slots=True)
class Situation:
    """A question with what clerks said of it, as one clerk may see it."""

    stage: Stage
    told: str
    """Why what was said is not applied: Japanese; empty where there is nothing to tell."""
    shown: tuple[IdentityDecision, ...] = field(repr=False)
    """What this clerk may see of what was said, oldest first."""
    seen_until: int
    """Number that a decision of this clerk bears: it replaces all he could see."""
    mine: tuple[IdentityDecision, ...] = field(default=(), repr=False)
    """This clerk's own decisions that stand: he may take them back."""
    may_decide: bool = True
    """False for who has said his part where others must speak."""


def questions_from(
    verdicts: Iterable[Verdict],
    *,
    job: str,
    run_id: str,
    now: dt.datetime,
    second: tuple[str, ...],
) -> tuple[PersonQuestion, ...]:
    """Return what a run asks of clerks; nothing of a person under 支援措置.

    Args:
        verdicts: All answers of the run.
        job: Whose clerks are asked.
        run_id: Of the run.
        now: With time zone.
        second: `second_clerk` of the ordinance's rules.
    """
    return tuple(
        PersonQuestion(
            question_id=question_id(verdict.applicant),
            job=job,
            run_id=run_id,
            asked_at=now,
            verdict=_least(verdict),
            second=second,
        )
        for verdict in verdicts
        if is_asked(verdict)
    )


def is_asked(verdict: Verdict) -> bool:
    """Tell whether a clerk can settle a verdict on the review page."""
    match = verdict.match
    if verdict.answer is not Answer.SEVERAL or match is None or match.protected:
        return False
    return match.identity is Identity.ASK


def question_id(applicant: Applicant) -> str:
    """Return 32 hex digits: the same row of the same list always has the same."""
    return digest(request_print(applicant), place_print(applicant), length=32)


def situation_of(
    question: PersonQuestion,
    decisions: Sequence[IdentityDecision],
    clerk: Clerk | None = None,
) -> Situation:
    """Return how a question stands, by the rules that the next run follows.

    Args:
        question: As the run left it.
        decisions: Everything recorded of the request row, in the order of its numbers.
        clerk: Who looks: what another clerk said alone is hidden from a second one.
            None sees everything.
    """
    about = decisions_about(question.verdict.applicant, decisions)
    ruled, stage = _stage(question, about)
    told = ruled.ruling.told if ruled.ruling else ""
    if clerk is None:
        return Situation(stage, told, about, _newest(about))
    own = {one.seq for one in about if _is_of(one, clerk)}
    stands = standing(about)
    mine = tuple(one for one in stands if one.seq in own)
    said = [one for one in stands if one.choice is not Decision.LATER]
    spoke = any(one.seq in own for one in said)
    hidden = {one.seq for one in said} - own if stage is Stage.SECOND else set()
    shown = tuple(one for one in about if one.seq not in hidden)
    # A decision replaces what its clerk saw, and never what was hidden from him.
    seen_until = min(hidden) - 1 if hidden else _newest(about)
    return Situation(
        stage=stage,
        told=told,
        shown=shown,
        seen_until=seen_until,
        mine=mine,
        may_decide=not (spoke and _needs_another(stage, question)),
    )


def _stage(
    question: PersonQuestion, about: Sequence[IdentityDecision]
) -> tuple[Match, Stage]:
    asked = replace(question.match, ruling=None)
    before = question.match.ruling
    if before is not None and before.told == AGAINST_EVIDENCE:
        # Only the next run can hold a decision against the evidence.
        new = [one for one in standing(about) if one.seq > before.seen_until]
        return question.match, Stage.DECIDED if _says(new) else Stage.OPEN
    ruled = rule_on(question.verdict.applicant, asked, about, question.second)
    ruling = ruled.ruling
    if ruling is None:
        return asked, Stage.OPEN
    if ruling.applied:
        owes = before is not None and before.told == SECOND_AWAITED
        alone = owes and Class.OWING in question.second and ruling.voices < 2
        return ruled, Stage.SECOND if alone else Stage.DECIDED
    by_told = {SECOND_AWAITED: Stage.SECOND, CONTRADICTORY: Stage.DISPUTED}
    if ruling.told in by_told:
        return ruled, by_told[ruling.told]
    held = bool(standing(about)) and not _says(standing(about))
    return ruled, Stage.HELD if held else Stage.OPEN


def _says(decisions: Iterable[IdentityDecision]) -> bool:
    return any(one.choice is not Decision.LATER for one in decisions)


def _needs_another(stage: Stage, question: PersonQuestion) -> bool:
    """Tell whether who has spoken must leave the question to somebody else."""
    return stage is Stage.SECOND or (stage is Stage.DISPUTED and bool(question.second))


def speakers(decisions: Iterable[IdentityDecision]) -> tuple[str, ...]:
    """Return the logins of all whose word stands, to leave them out of what is next."""
    said = own_words(decisions).values()
    return tuple(sorted({one.account for its in said for one in its if one.account}))


def _is_of(decision: IdentityDecision, clerk: Clerk) -> bool:
    if decision.account and decision.account == clerk.account:
        return True
    own = replace(decision, by_whom=clerk.name)
    return decision.person == own.person


def _newest(decisions: Iterable[IdentityDecision]) -> int:
    return max((one.seq for one in decisions), default=0)


def _least(verdict: Verdict) -> Verdict:
    """Return a verdict with what a clerk must see to decide, and nothing else."""
    match = verdict.match
    if match is None:
        return verdict
    candidates = tuple(
        replace(
            entry,
            resident=replace(entry.resident, postal="", household_no=""),
        )
        for entry in match.candidates
    )
    return Verdict(
        applicant=replace(verdict.applicant, written=(), postal="", phone=""),
        match=replace(match, candidates=candidates, related=(), persons=()),
        answer=verdict.answer,
        reason=verdict.reason,
    )
