"""Find each applicant in the residents' ledger: search, evidence table, all numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from tasks.domain.matching import decide, with_all_numbers
from tasks.domain.person_keys import applicant_keys
from tasks.domain.records import Applicant, Identity, Match
from tasks.edges.ledgers import Ledgers


def identify(
    applicants: Sequence[Applicant], ledgers: Ledgers, *, today: dt.date
) -> dict[str, Match]:
    """Return who each applicant is, by row_id.

    Args:
        applicants: Rows of requests and forms, each with its own row_id.
        ledgers: Open ledgers.
        today: For dates.

    Raises:
        ValueError: Two applicants share a row_id: a fault of the program.
    """
    keys = [applicant_keys(applicant, today=today) for applicant in applicants]
    if len({entry.row_id for entry in keys}) < len(keys):
        raise ValueError("two applicants share a row_id")
    candidates = ledgers.candidates(keys)
    matches = {entry.row_id: decide(entry, candidates[entry.row_id]) for entry in keys}
    same = [match for match in matches.values() if match.identity is Identity.SAME]
    rows = ledgers.expand(person for match in same for person in match.persons)
    for match in same:
        persons = [row for found in match.persons for row in rows[found.addressee_no]]
        matches[match.row_id] = with_all_numbers(match, persons)
    return matches
