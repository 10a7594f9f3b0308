"""A request and a candidate side by side: what is shown of each, and what differs.

The sheet 要確認 and the review page show the same, from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.domain.identity.differences import Marked, differing
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.records import Applicant, Evidence, Level

MARKS = {
    Level.EQUAL: "◎",
    Level.VARIANT: "○",
    Level.NEAR: "△",
    Level.DIFFERS: "×",
    Level.MISSING: "－",
}
MARKS_EXPLAINED = "　".join(f"{mark} {level.value}" for level, mark in MARKS.items())
"""Legend for staff."""


@dataclass(frozen=True, slots=True)
class Side:
    """What the ledger says of a candidate, in pieces; True marks what differs."""

    name: Marked = field(repr=False)
    kana: Marked = field(repr=False)
    birth_date: Marked = field(repr=False)
    address: Marked = field(repr=False)
    former_address: Marked = field(repr=False)


def side_of(applicant: Applicant, evidence: Evidence) -> Side:
    """Return a candidate as it is shown beside the request.

    The address that was compared is marked: the former one where that one agreed.
    """
    person = evidence.resident
    born = (
        f"{letter_date(person.birth_date)}\n{person.birth_date.isoformat()}"
        if person.birth_date
        else ""
    )
    other_day = evidence.birth_date in (Level.DIFFERS, Level.NEAR)
    former = evidence.address_is_former
    return Side(
        name=_beside(person.name, applicant.name, evidence.name),
        kana=_beside(person.kana, applicant.kana, evidence.kana),
        birth_date=((born, other_day),),
        address=_whole(person.address)
        if former
        else _beside(person.address, applicant.address, evidence.address),
        former_address=_beside(
            person.former_address, applicant.address, evidence.address
        )
        if former
        else _whole(person.former_address),
    )


def _beside(ledger: str, requested: str, level: Level) -> Marked:
    if level in (Level.EQUAL, Level.MISSING):
        return _whole(ledger)
    return differing(ledger, requested)


def _whole(text: str) -> Marked:
    return ((text, False),) if text else ()
