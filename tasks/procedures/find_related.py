"""Whoever else the ordinance looks at: the household, the representative, the corporation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

from tasks.domain.clerks.findings import (
    NOT_IN_LEDGER,
    Use,
    by_about,
    key_of_related,
    same_name,
    use_of,
)
from tasks.domain.identity.person_keys import applicant_keys
from tasks.domain.records import (
    Applicant,
    Identity,
    Match,
    Resident,
    ToFind,
    Whose,
)
from tasks.domain.taxes.related_persons import (
    looks_at_others,
    party_named,
    with_found,
    with_household,
    with_party,
    without_others_consent,
)
from tasks.edges.city_ledgers.ledgers import Ledgers
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
    _apply_findings(request, settled, found, ledgers)
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
        found[row_id] = with_party(found[row_id], whose, its, party)


def _apply_findings(
    request: CheckRequest,
    applicants: Sequence[Applicant],
    found: dict[str, Match],
    ledgers: Ledgers,
) -> None:
    """Take over what clerks found out about whom the ledger does not tell."""
    about = by_about(request.said.findings)
    uses: list[tuple[str, ToFind, Use]] = []
    for applicant in applicants:
        for asked in found[applicant.row_id].to_find:
            key = key_of_related(applicant, asked)
            use = use_of(
                key,
                about.get(key.about, ()),
                last_day=request.as_of,
                oldest=request.now - dt.timedelta(days=request.rules.valid_days),
                second=request.rules.second_clerk,
            )
            uses.append((applicant.row_id, asked, use))
    named = {
        one.number
        for _, _, use in uses
        if use.found is not None
        for one in use.found.persons
    }
    rows = ledgers.by_number(named)
    every = ledgers.expand(rows.values())
    for row_id, asked, use in uses:
        usable, persons = _with_persons(use, rows, every)
        found[row_id] = with_found(found[row_id], asked, usable, persons)


def _with_persons(
    use: Use,
    rows: Mapping[str, Resident],
    every: Mapping[str, Sequence[Resident]],
) -> tuple[Use, list[Resident]]:
    """Return the rows of whom a finding names; not used when one is not who is named."""
    persons: dict[str, Resident] = {}
    for one in use.found.persons if use.found else ():
        row = rows.get(one.number)
        if row is None or not any(
            same_name(name, one.name) for name in (row.name, row.common_name)
        ):
            return replace(use, found=None, told=NOT_IN_LEDGER), []
        for each in (row, *every.get(row.addressee_no, ())):
            persons[each.addressee_no] = each
    return use, list(persons.values())
