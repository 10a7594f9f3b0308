"""Whom a run could not settle, as a clerk is asked on the review page.

What is shown is what the run compared, and no more. What clerks said of it since is not
part of the question: `situation_of` puts the two together by the very rules that the next
run follows, so the page and the run never disagree about what is decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from tasks.domain.clerks.clerk_view import Clerk, view_of
from tasks.domain.clerks.decision_columns import Decision
from tasks.domain.clerks.decision_prints import digest, place_print, request_print
from tasks.domain.clerks.decision_record import (
    IdentityDecision,
    decisions_about,
    standing,
)
from tasks.domain.clerks.decisions import AGAINST_EVIDENCE, CONTRADICTORY, rule_on
from tasks.domain.clerks.second_clerk import SECOND_AWAITED, Class
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import (
    Answer,
    Applicant,
    Identity,
    Match,
    Verdict,
)
from tasks.domain.review.to_find import Thing, things_of


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
    things: tuple[Thing, ...] = field(default=(), repr=False)
    """What is to be found out where it is settled who is meant."""
    as_of: dt.date | None = None
    """収納反映日 of the run, for `things`."""
    oldest: dt.datetime | None = None
    """What was found out about others before it holds no more."""

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


@dataclass(frozen=True, slots=True)
class Asking:
    """The run that asks."""

    job: str
    """Whose clerks are asked."""
    run_id: str
    now: dt.datetime
    """With time zone."""
    as_of: dt.date
    """収納反映日."""
    rules: DelinquencyRules


def questions_from(
    verdicts: Iterable[Verdict], asking: Asking
) -> tuple[PersonQuestion, ...]:
    """Return what a run asks of clerks; nothing of a person under 支援措置."""
    return tuple(filter(None, (_question(verdict, asking) for verdict in verdicts)))


def _question(verdict: Verdict, asking: Asking) -> PersonQuestion | None:
    match = verdict.match
    if verdict.answer is not Answer.SEVERAL or match is None or match.protected:
        return None
    things = things_of(verdict, rules=asking.rules, as_of=asking.as_of)
    if match.identity is not Identity.ASK and not things:
        return None
    return PersonQuestion(
        question_id=question_id(verdict.applicant),
        job=asking.job,
        run_id=asking.run_id,
        asked_at=asking.now,
        verdict=_least(verdict, match),
        second=asking.rules.second_clerk,
        things=things,
        as_of=asking.as_of,
        oldest=asking.now - dt.timedelta(days=asking.rules.valid_days),
    )


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
    view = view_of(
        about,
        clerk,
        blind=stage is Stage.SECOND,
        says=lambda one: one.choice is not Decision.LATER,
    )
    return Situation(
        stage=stage,
        told=ruled.ruling.told if ruled.ruling else "",
        shown=view.shown,
        seen_until=view.seen_until,
        mine=view.mine,
        may_decide=not (view.spoke and needs_another(stage, question.second)),
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


def needs_another(stage: Stage, second: Collection[str]) -> bool:
    """Tell whether who has spoken must leave a thing to somebody else."""
    return stage is Stage.SECOND or (stage is Stage.DISPUTED and bool(second))


def _least(verdict: Verdict, match: Match) -> Verdict:
    """Return a verdict with what a clerk must see to decide, and nothing else."""
    candidates = tuple(
        replace(
            entry,
            resident=replace(entry.resident, postal="", household_no=""),
        )
        for entry in match.candidates
        if match.identity is Identity.ASK
    )
    least = replace(
        match, candidates=candidates, related=(), persons=(), to_find=(), doubts=()
    )
    return Verdict(
        applicant=replace(verdict.applicant, written=(), postal="", phone=""),
        match=least,
        answer=verdict.answer,
        reason=verdict.reason,
    )
