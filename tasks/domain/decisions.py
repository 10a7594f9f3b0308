"""What clerks decided about who is who: applied, void when what they saw has changed.

A decision binds the request row and the candidate as they stood before the clerk's
eyes. Nothing is carried over to other data: a row corrected, a candidate moved, or a new
candidate nearer than the one chosen makes it void, and the clerk is asked again. Decisions
are never erased; a later one replaces an earlier one only when it was made in knowledge
of it, else the two contradict each other and a person decides.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from tasks.domain.decision_columns import Decision, DecisionKey, key_text
from tasks.domain.records import (
    Applicant,
    Evidence,
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


@dataclass(frozen=True, slots=True)
class IdentityDecision:
    """One decision of a clerk, as recorded."""

    key: DecisionKey
    choice: Decision
    addressee_no: str = field(repr=False)
    """宛名番号 of the candidate; empty on the row of the request itself."""
    reason: str = field(repr=False)
    by_whom: str
    at: dt.datetime
    """When it was read in, with time zone."""
    seen: tuple[str, ...] = ()
    """Prints of the candidates on the sheet, best first."""
    file: str = ""
    """Name of the workbook it came in."""
    seq: int = 0
    """Number in the record; 0 before it is recorded."""

    @property
    def decision_id(self) -> str:
        """32 hex digits, equal when the same cell is read in twice."""
        return _digest(
            key_text(self.key), self.choice.value, self.reason, self.by_whom, length=32
        )


def request_print(applicant: Applicant) -> str:
    """Return 16 hex digits that change whenever what identifies the applicant does."""
    return _digest(
        applicant.name,
        applicant.kana,
        applicant.birth_date,
        applicant.address,
        applicant.addressee_no,
        applicant.corporate_number,
    )


def place_print(applicant: Applicant) -> str:
    """Return 16 hex digits of where a request stands: its file and its own number."""
    numbered = applicant.request_id not in ("", applicant.row_id, applicant.source)
    if not numbered:
        return _digest(applicant.source)
    return _digest(applicant.source.rpartition("!")[0], applicant.request_id)


def candidate_print(evidence: Evidence) -> str:
    """Return 16 hex digits that change whenever what was shown of a candidate does."""
    person = evidence.resident
    return _digest(
        person.addressee_no,
        person.name,
        person.kana,
        person.birth_date.isoformat() if person.birth_date else "",
        person.address,
        person.former_address,
        person.common_name,
        person.corporate_number,
        "deceased" if person.deceased else "",
    )


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


def standing(decisions: Iterable[IdentityDecision]) -> tuple[IdentityDecision, ...]:
    """Return the decisions of one request that none made in knowledge of them replaces.

    Args:
        decisions: Of one request, in the order of their numbers.
    """
    left: list[IdentityDecision] = []
    for decision in decisions:
        left = [one for one in left if one.seq > decision.key.seen_until]
        left.append(decision)
    return tuple(left)


def rule_on(
    applicant: Applicant, match: Match, decisions: Sequence[IdentityDecision]
) -> Match:
    """Return the match with what clerks decided about it applied, or why it is not.

    Somebody under 支援措置 is never decided on by a sheet. Whoever the evidence table
    settles stays settled, unless a clerk said otherwise: then a person is asked.

    Args:
        applicant: The request.
        match: The evidence table's decision.
        decisions: Every decision recorded of this request row or of its place, in the
            order of their numbers.

    Returns:
        SAME with the rows chosen (other 宛名番号 of the person not yet added), NONE, or
        ASK; `ruling` is set when there is any decision.
    """
    if match.protected or not decisions:
        return match
    newest = max(decision.seq for decision in decisions)
    of_row = standing(d for d in decisions if _is_about(d, applicant))
    if not of_row:
        return _of_other_row(match, decisions)
    said = [d for d in of_row if d.choice is not Decision.LATER]
    if not said:
        return replace(match, ruling=Ruling("", newest))
    if _contradict(said):
        return _asked(match, CONTRADICTORY, newest)
    if match.identity is not Identity.ASK:
        return _beside_evidence(match, said, newest)
    return _decided(match, said, newest)


def _is_about(decision: IdentityDecision, applicant: Applicant) -> bool:
    """Tell whether a decision was made on this very request.

    A row that says all of a person is that person wherever it stands. One that says less
    may be about somebody else in another list: the clerk knew more than the row.
    """
    if decision.key.request != request_print(applicant):
        return False
    whole = applicant.name and applicant.birth_date and _has_number(applicant.address)
    numbered = applicant.addressee_no or applicant.corporate_number
    return bool(whole or numbered) or decision.key.place == place_print(applicant)


def _has_number(address: str) -> bool:
    folded = unicodedata.normalize("NFKC", address)
    return any(
        letter.isdecimal() or letter in "一二三四五六七八九十" for letter in folded
    )


def _of_other_row(match: Match, decisions: Sequence[IdentityDecision]) -> Match:
    """Return the match, telling of a decision on the same person for a row since changed."""
    listed = {entry.resident.addressee_no for entry in match.candidates}
    if match.identity is Identity.ASK and any(
        decision.addressee_no in listed for decision in decisions
    ):
        return replace(match, ruling=Ruling(REQUEST_CHANGED, 0))
    return match


def _one_person(persons: Sequence[Resident]) -> bool:
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
        if not _one_person(persons):
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


def _digest(*texts: str, length: int = 16) -> str:
    joined = "\x1f".join(texts)
    return hashlib.sha256(joined.encode()).hexdigest()[:length]
