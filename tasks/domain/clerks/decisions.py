"""What clerks decided about who is who: applied, void when what they saw has changed.

A decision binds the request row and the candidate as they stood before the clerk's
eyes. Nothing is carried over to other data: a row corrected, a candidate moved, or a new
candidate nearer than the one chosen makes it void, and the clerk is asked again. Decisions
are never erased; a later one replaces an earlier one only when it was made in knowledge
of it, else the two contradict each other and a person decides.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from tasks.domain.clerks.decision_columns import Decision, DecisionKey, key_text
from tasks.domain.clerks.decision_prints import (
    candidate_print,
    place_print,
    request_print,
)
from tasks.domain.clerks.decision_record import (
    IdentityDecision,
    decisions_about,
    own_words,
    standing,
)
from tasks.domain.clerks.second_clerk import SECOND_AWAITED, needs_second
from tasks.domain.records import (
    Applicant,
    Identity,
    Match,
    Resident,
    Ruling,
    Verdict,
)

SAME_BY_CLERK = "職員の判断により同一"
NOBODY_BY_CLERK = "職員の判断により該当なし"
CONTRADICTORY = "職員の判断が互いに食い違う"
AGAINST_EVIDENCE = "職員の判断と照合の結果が食い違う"
REQUEST_CHANGED = "以前の職員の判断は、依頼の内容が変わったため使っていません"
CANDIDATE_CHANGED = "以前の職員の判断は、候補の内容が変わったため使っていません"
KEY_MISPLACED = "職員の判断は、行の宛名番号と照合キーが合わないため使っていません"
NEW_CANDIDATE = "以前の職員の判断は、そのときなかった候補がいるため使っていません"


def key_of(verdict: Verdict, rank: int = 0) -> str:
    """Return 照合キー of a candidate's row, or of the request's own (rank 0)."""
    match = verdict.match
    candidate = candidate_print(match.candidates[rank - 1]) if match and rank else ""
    ruling = match.ruling if match else None
    return key_text(
        DecisionKey(
            request_print(verdict.applicant),
            place_print(verdict.applicant),
            rank,
            candidate,
            ruling.seen_until if ruling else 0,
        )
    )


def rule_on(
    applicant: Applicant,
    match: Match,
    decisions: Sequence[IdentityDecision],
    second: Collection[str] = (),
) -> Match:
    """Return the match with what clerks decided about it applied, or why it is not.

    Somebody under 支援措置 is never decided on by a sheet. Whoever the evidence table
    settles stays settled, unless a clerk said otherwise: then a person is asked.

    Args:
        applicant: The request.
        match: The evidence table's decision.
        decisions: Every decision recorded of this request row or of its place, in the
            order of their numbers.
        second: Classes of questions that two clerks must agree on, see second_clerk.

    Returns:
        SAME with the rows chosen (other 宛名番号 of the person not yet added), NONE, or
        ASK; `ruling` is set when there is any decision.
    """
    if match.protected or not decisions:
        return match
    newest = max(decision.seq for decision in decisions)
    ours = decisions_about(applicant, decisions)
    if not ours:
        return _of_other_row(match, decisions)
    of_row = standing(ours)
    said = [d for d in of_row if d.choice is not Decision.LATER]
    if not said:
        return replace(match, ruling=Ruling("", newest))
    if _contradict(said):
        return _asked(match, CONTRADICTORY, newest)
    if match.identity is not Identity.ASK:
        return _beside_evidence(match, said, newest)
    return _with_voices(match, _decided(match, said, newest), ours, second)


def _with_voices(
    match: Match,
    decided: Match,
    decisions: Sequence[IdentityDecision],
    second: Collection[str],
) -> Match:
    """Return what was decided, once as many agree as must; else the match, waiting.

    Everybody's own last word counts: whoever replaced another's decision with the same
    one agrees with it.

    Args:
        match: As the evidence table left it.
        decided: With the decisions that stand.
        decisions: All on this request.
        second: See `rule_on`.
    """
    ruling = decided.ruling
    if ruling is None or not ruling.applied:
        return decided
    voices = sum(
        _outcome(_decided(match, said, 0)) == _outcome(decided)
        for said in own_words(decisions).values()
        if not _contradict(said)
    )
    if voices < 2 and needs_second(match, decided, second):
        return replace(match, ruling=Ruling(SECOND_AWAITED, ruling.seen_until))
    return replace(decided, ruling=replace(ruling, voices=voices))


def _outcome(match: Match) -> tuple[bool, Identity, frozenset[str]]:
    applied = match.ruling is not None and match.ruling.applied
    chosen = frozenset(person.addressee_no for person in match.persons)
    return applied, match.identity, chosen


def _of_other_row(match: Match, decisions: Sequence[IdentityDecision]) -> Match:
    """Return the match, telling of a decision on the same person for a row since changed."""
    listed = {entry.resident.addressee_no for entry in match.candidates}
    if match.identity is Identity.ASK and any(
        decision.addressee_no in listed for decision in decisions
    ):
        return replace(match, ruling=Ruling(REQUEST_CHANGED, 0))
    return match


def one_person(persons: Sequence[Resident]) -> bool:
    """Tell whether rows chosen together may be one person with several 宛名番号."""
    if len(persons) == 1:
        return True
    births = {person.birth_date for person in persons}
    corporations = {person.corporate_number for person in persons}
    return (len(births) == 1 and None not in births) or (
        len(corporations) == 1 and "" not in corporations
    )


def _beside_evidence(
    match: Match, said: Sequence[IdentityDecision], newest: int
) -> Match:
    """Return a match that the table settles; a decision against it is asked."""
    numbers = {person.addressee_no for person in match.persons}
    for decision in said:
        chosen = decision.addressee_no in numbers
        if decision.choice is Decision.SAME and not chosen:
            return _asked(match, AGAINST_EVIDENCE, newest)
        if decision.choice is Decision.OTHER and chosen:
            return _asked(match, AGAINST_EVIDENCE, newest)
        if decision.choice is Decision.NOBODY and numbers:
            return _asked(match, AGAINST_EVIDENCE, newest)
    return replace(match, ruling=Ruling("", newest))


def _decided(match: Match, said: Sequence[IdentityDecision], newest: int) -> Match:
    listed = {candidate_print(entry): entry.resident for entry in match.candidates}
    void = _void(said, listed)
    if void:
        return replace(match, ruling=Ruling(void, newest))
    same = [d for d in said if d.choice is Decision.SAME]
    if same:
        persons = tuple(
            {d.key.candidate: listed[d.key.candidate] for d in same}.values()
        )
        if not one_person(persons):
            return _asked(match, CONTRADICTORY, newest)
        ruling = Ruling(SAME_BY_CLERK, newest, applied=True)
        return replace(
            match,
            identity=Identity.SAME,
            rule=SAME_BY_CLERK,
            persons=persons,
            ruling=ruling,
        )
    others = {d.key.candidate for d in said if d.choice is Decision.OTHER}
    nobody = any(d.choice is Decision.NOBODY for d in said)
    if nobody or (listed and set(listed) <= others):
        ruling = Ruling(NOBODY_BY_CLERK, newest, applied=True)
        return replace(
            match, identity=Identity.NONE, rule=NOBODY_BY_CLERK, ruling=ruling
        )
    return replace(match, ruling=Ruling("", newest))


def _void(said: Sequence[IdentityDecision], listed: Mapping[str, Resident]) -> str:
    """Return why decisions no longer hold; empty when they do."""
    prints = list(listed)
    numbers = {person.addressee_no for person in listed.values()}
    for decision in said:
        if decision.choice is Decision.NOBODY:
            if not set(prints) <= set(decision.seen):
                return NEW_CANDIDATE
            continue
        if decision.key.candidate not in listed:
            gone = decision.addressee_no not in numbers
            if decision.choice is Decision.OTHER and gone:
                continue
            return CANDIDATE_CHANGED
        shown = listed[decision.key.candidate].addressee_no
        if shown.lstrip("0") != decision.addressee_no.lstrip("0"):
            return KEY_MISPLACED  # columns sorted apart from each other
        before = prints[: prints.index(decision.key.candidate)]
        if decision.choice is Decision.SAME and not set(before) <= set(decision.seen):
            return NEW_CANDIDATE
    return ""


def _contradict(said: Sequence[IdentityDecision]) -> bool:
    same = {d.addressee_no for d in said if d.choice is Decision.SAME}
    others = {d.addressee_no for d in said if d.choice is Decision.OTHER}
    nobody = any(d.choice is Decision.NOBODY for d in said)
    batches = {(d.file, d.at, d.by_whom) for d in said if d.choice is Decision.SAME}
    return bool(
        same & others or (same and nobody) or (len(same) > 1 and len(batches) > 1)
    )


def _asked(match: Match, why: str, newest: int) -> Match:
    return replace(
        match,
        identity=Identity.ASK,
        rule=why,
        persons=(),
        ruling=Ruling(why, newest),
    )
