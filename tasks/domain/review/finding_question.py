"""What a clerk is asked to find out, with what was found out of it so far."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from tasks.domain.clerks.clerk_view import Clerk, view_of
from tasks.domain.clerks.decision_record import ON_PAGE, standing
from tasks.domain.clerks.findings import (
    CONTRADICTORY,
    Finding,
    Found,
    Person,
    Use,
    use_of,
)
from tasks.domain.clerks.second_clerk import SECOND_AWAITED
from tasks.domain.normal_forms.masking import mask_my_numbers
from tasks.domain.review.person_question import PersonQuestion, Stage, needs_another
from tasks.domain.review.to_find import Thing, problem_with

_WORST_FIRST = (
    Stage.DISPUTED,
    Stage.OPEN,
    Stage.SECOND,
    Stage.HELD,
    Stage.DECIDED,
)
_PROBLEMS = {
    "result": "選べない結果です。開き直してください。",
    "reason": "確かめた方法・理由を入れてください。",
    "persons": "見る人を「宛名番号 氏名」の形で入れてください（例 0000000012 検査花子）。"
    "ほかの結果のときは空にします。",
    "until": "猶予中・分納中・執行停止中・納期未到来のみ のときは、いつまでかを入れてください。"
    "ほかの結果のときは空にします。",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One thing to find out, as one clerk may see it."""

    thing: Thing
    """Its key bears what this clerk could see."""
    stage: Stage
    told: str
    """Why what was found is not applied: Japanese."""
    shown: tuple[Finding, ...] = field(repr=False)
    mine: tuple[Finding, ...] = field(default=(), repr=False)
    may_decide: bool = True


@dataclass(frozen=True, slots=True)
class FoundChoice:
    """What was typed of one thing."""

    place: int
    """0-based, among the things of the question."""
    result: str
    persons: tuple[Person, ...] = field(default=(), repr=False)
    until: dt.date | None = None


def parts_of(
    question: PersonQuestion,
    findings: Mapping[str, Sequence[Finding]],
    clerk: Clerk | None = None,
) -> tuple[Part, ...]:
    """Return what is to be found out, by the rules that the next run follows.

    Args:
        question: As the run left it.
        findings: All recorded, by what they are about, oldest first.
        clerk: Who looks; None sees everything.
    """
    return tuple(
        _part(question, thing, findings.get(thing.key.about, ()), clerk)
        for thing in question.things
    )


def stage_of(parts: Sequence[Part]) -> Stage:
    """Return how far a question has come: as far as what is furthest behind."""
    stages = {part.stage for part in parts}
    return next((stage for stage in _WORST_FIRST if stage in stages), Stage.OPEN)


def findings_for(
    parts: Sequence[Part],
    chosen: Sequence[FoundChoice],
    clerk: Clerk,
    *,
    reason: str,
    now: dt.datetime,
) -> tuple[Finding, ...]:
    """Return the record of what was found out on the page, as a workbook would bring it."""
    return tuple(
        Finding(
            key=parts[one.place].thing.key,
            result=one.result,
            reason=mask_my_numbers(reason),
            by_whom=clerk.name,
            at=now,
            persons=one.persons,
            until=one.until,
            file=ON_PAGE,
            account=clerk.account,
        )
        for one in chosen
    )


def problem_in(findings: Sequence[Finding]) -> str:
    """Return why findings cannot be recorded: Japanese; empty when they can."""
    if not findings:
        return "確かめた結果を一つ以上選んでください。"
    if not all(finding.reason for finding in findings):
        return _PROBLEMS["reason"]
    faults = filter(None, map(problem_with, findings))
    return next((_PROBLEMS[fault] for fault in faults), "")


def findings_taken_back(
    findings: Sequence[Finding], now: dt.datetime
) -> tuple[Finding, ...]:
    """Return the record of taking back findings; nobody else's are touched."""
    return tuple(
        replace(
            one,
            result=Found.LATER.value,
            persons=(),
            until=None,
            reason="取り消し",
            at=now,
            file=ON_PAGE,
            takes_back=one.seq,
            seq=0,
        )
        for one in findings
    )


def _part(
    question: PersonQuestion,
    thing: Thing,
    findings: Sequence[Finding],
    clerk: Clerk | None,
) -> Part:
    ours = [one for one in findings if one.key.kind == thing.key.kind]
    use = use_of(
        thing.key,
        ours,
        last_day=question.as_of or question.asked_at.date(),
        oldest=None if thing.of_line else question.oldest,
        second=question.second,
    )
    stage = _stage(thing, use, ours)
    view = view_of(
        ours,
        clerk,
        blind=stage is Stage.SECOND,
        says=lambda one: one.result != Found.LATER,
    )
    return Part(
        thing=replace(thing, key=replace(thing.key, seen_until=view.seen_until)),
        stage=stage,
        told=use.told,
        shown=view.shown,
        mine=view.mine,
        may_decide=not (view.spoke and needs_another(stage, question.second)),
    )


def _stage(thing: Thing, use: Use, findings: Sequence[Finding]) -> Stage:
    if use.found is not None:
        alone = thing.awaits_second and use.voices < 2
        return Stage.SECOND if alone else Stage.DECIDED
    by_told = {SECOND_AWAITED: Stage.SECOND, CONTRADICTORY: Stage.DISPUTED}
    held = bool(standing(findings)) and not use.told
    return by_told.get(use.told, Stage.HELD if held else Stage.OPEN)
