"""Whoever else the ordinance looks at: the household, the representative, the corporation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tasks.domain.person_keys import applicant_keys
from tasks.domain.records import Applicant, Identity, Match, Whose
from tasks.domain.related_persons import (
    looks_at_others,
    party_named,
    with_household,
    with_party,
    without_others_consent,
)
from tasks.edges.ledgers import Ledgers
from tasks.procedures.check_request import CheckRequest
from tasks.procedures.find_households import find_households
from tasks.procedures.identify import identify


def find_related(
    request: CheckRequest,
    applicants: Sequence[Applicant],
    matches: Mapping[str, Match],
    ledgers: Ledgers,
) -> dict[str, Match]:
    """Return the matches with everybody else whose taxes count, or why they are unknown.

    Args:
        request: For the rules and header names.
        applicants: Everybody searched for.
        matches: By row id, of each of them.
        ledgers: Open ledgers.
    """
    found = dict(matches)
    if not looks_at_others(request.rules):
        return found
    settled = [
        applicant
        for applicant in applicants
        if found[applicant.row_id].identity is Identity.SAME
    ]
    corporate = {
        applicant.row_id
        for applicant in settled
        if _is_corporate(request, applicant, found[applicant.row_id], ledgers)
    }
    if request.rules.representative_counts:
        asked = [a for a in settled if a.row_id in corporate]
        _add_parties(request, asked, Whose.REPRESENTATIVE, found, ledgers)
    persons = [a for a in settled if a.row_id not in corporate]
    if request.rules.corporation_counts:
        _add_parties(request, persons, Whose.CORPORATION, found, ledgers)
    if request.rules.household_counts:
        own = {a.row_id: found[a.row_id] for a in persons}
        for row_id, household in find_households(own, ledgers).items():
            found[row_id] = with_household(found[row_id], household)
    for applicant in settled:
        found[applicant.row_id] = without_others_consent(
            found[applicant.row_id], applicant.others_consent, request.rules
        )
    return found


def _is_corporate(
    request: CheckRequest, applicant: Applicant, match: Match, ledgers: Ledgers
) -> bool:
    if any(person.corporate_number for person in match.persons):
        return True
    keys = applicant_keys(applicant, today=request.now.date(), home=ledgers.home)
    return keys.keys.corporate


def _add_parties(
    request: CheckRequest,
    applicants: Sequence[Applicant],
    whose: Whose,
    found: dict[str, Match],
    ledgers: Ledgers,
) -> None:
    """Look for whom each row names; a person need not run any corporation."""
    named = {a.row_id: party_named(a, whose, request.columns) for a in applicants}
    parties = [party for party in named.values() if party is not None]
    matches = identify(parties, ledgers, today=request.now.date()) if parties else {}
    for row_id, party in named.items():
        if party is None and whose is Whose.CORPORATION:
            continue
        its = matches[party.row_id] if party is not None else None
        found[row_id] = with_party(found[row_id], whose, its)
