"""Proof by the ledger's own people: what was read meets in exactly one resident."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from ocr.model import PageReading
from tasks.domain.identity.households import PROTECTED, Household
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.acceptance import PERSON_FIELDS
from tasks.domain.reading.ledger_spelling import registered_near
from tasks.domain.reading.people_met import (
    Met,
    Proved,
    doubts_beside,
    met_beside,
    met_in,
    postal_codes,
    values_read,
)
from tasks.domain.reading.proofs import Proof
from tasks.edges.city_ledgers.ledgers import Ledgers
from tasks.procedures.find_households import find_households
from tasks.procedures.identify import identify
from tasks.procedures.person_trials import PersonFound, PersonTrials, ScannedPage

_BESIDE = ("kana", "postal")
_OWN = frozenset((*PERSON_FIELDS, *_BESIDE))
"""Fields that hold the applicant's own data."""
_WHERE = frozenset({"address", "postal"})


def prove_by_person(
    pages: Sequence[ScannedPage],
    *,
    ledgers: Ledgers,
    rules: AcceptanceRules,
    today: dt.date,
) -> dict[str, Proved]:
    """Return what each page's readings meet in the ledger.

    Args:
        pages: Pages of forms; others prove nothing.
        ledgers: Residents.
        rules: Oldest plausible birth year.
        today: For plausible dates.

    Returns:
        By row id. Nothing for a page of which no two of name, birth date and address
        meet in exactly one person. All three prove the person, two only each other as
        readings: what is written there, not who it is.
    """
    tried = PersonTrials(pages, rules=rules, today=today)
    matches = identify(tried.trials, ledgers, today=today) if tried.trials else {}
    found = {
        entry.row_id: person
        for entry in pages
        if (person := tried.person(entry, matches)) is not None
    }
    households = find_households(
        {row_id: person.match for row_id, person in found.items()}, ledgers
    )
    postals = ledgers.postals_among(postal_codes(entry.page for entry in pages))
    proved: dict[str, Proved] = {}
    for entry in pages:
        person = found.get(entry.row_id)
        if person is None:
            proved[entry.row_id] = Proved(postals=postals)
            continue
        household = households[entry.row_id]
        one = _proved(entry.page, person, household, today=today)
        proved[entry.row_id] = replace(one, postals=postals)
    return proved


def _proved(
    page: PageReading,
    found: PersonFound,
    household: Household,
    *,
    today: dt.date,
) -> Proved:
    persons = found.match.persons
    members = () if household.doubt else household.members
    met = {**found.met, **_own(page, found, today=today)}
    beside = met_beside(page.fields, persons, members, own=met, today=today)
    met = {**beside, **met}
    doubts = doubts_beside(page.fields, met, persons, members, today=today)
    if found.match.protected or household.doubt == PROTECTED:
        return Proved(met, doubts)  # nothing of a protected household is shown
    # Candidates bear no address that would betray somebody protected who lives there;
    # a person who is settled bears it.
    settled = found.proof is Proof.MASTER_PERSON
    own = _OWN - _WHERE if settled else _OWN
    near = registered_near(page.fields, persons, members, own=own, met=met, today=today)
    return Proved(met, doubts, near)


def _own(page: PageReading, found: PersonFound, *, today: dt.date) -> dict[str, Met]:
    """Return kana and postal code where they are those of the person met."""
    own: dict[str, Met] = {}
    for one in page.fields:
        if one.field_id not in _BESIDE:
            continue
        for person in found.match.persons:
            for met in met_in(person, one.kind, found.proof, today=today):
                if any(met.is_met_by(v) for v in values_read(one, today=today)):
                    own.setdefault(one.field_id, met)
    return own
