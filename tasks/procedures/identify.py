"""Find each applicant in the residents' ledger: search, evidence table, all numbers."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace

from tasks.domain.identity.matching import (
    decide,
    with_all_numbers,
    with_candidates_numbers,
)
from tasks.domain.identity.person_keys import ApplicantKeys, PersonKeys, applicant_keys
from tasks.domain.normal_forms.addresses import Home
from tasks.domain.records import Applicant, Identity, Match, Resident
from tasks.edges.city_ledgers.ledgers import Ledgers


def identify(
    applicants: Sequence[Applicant],
    ledgers: Ledgers,
    *,
    today: dt.date,
    home: Home | None = None,
) -> dict[str, Match]:
    """Return who each applicant is, by row_id.

    Applicants with equal keys are searched for once: a list may hold one row many
    times.

    Args:
        applicants: Rows of requests and forms, each with its own row_id.
        ledgers: Open ledgers.
        today: For dates.
        home: Municipality of addresses without one; None for that of the ledgers.

    Raises:
        ValueError: Two applicants share a row_id: a fault of the program.
    """
    home = home or ledgers.home
    keys = {
        applicant.row_id: applicant_keys(applicant, today=today, home=home)
        for applicant in applicants
    }
    if len(keys) < len(applicants):
        raise ValueError("two applicants share a row_id")
    first: dict[tuple[PersonKeys, tuple[str, ...]], str] = {}
    alike = {
        row_id: first.setdefault((entry.keys, entry.unread_numbers), row_id)
        for row_id, entry in keys.items()
    }
    distinct = [keys[row_id] for row_id in first.values()]
    with _no_search_for_cycles():
        matches = _matches(distinct, ledgers)
    return {
        row_id: matches[one] if one == row_id else replace(matches[one], row_id=row_id)
        for row_id, one in alike.items()
    }


def _matches(distinct: Sequence[ApplicantKeys], ledgers: Ledgers) -> dict[str, Match]:
    """Return the decisions, by row_id, with every 宛名番号 of who is settled."""
    candidates = ledgers.candidates(distinct)
    matches = {
        entry.row_id: decide(entry, candidates[entry.row_id]) for entry in distinct
    }
    rows = ledgers.expand(
        person for match in matches.values() for person in _told_whole(match)
    )
    for match in list(matches.values()):
        if match.identity is Identity.SAME:
            every = [row for one in match.persons for row in rows[one.addressee_no]]
            matches[match.row_id] = with_all_numbers(match, every)
        elif match.identity is Identity.ASK:
            matches[match.row_id] = with_candidates_numbers(match, rows)
    return matches


def _told_whole(match: Match) -> Iterator[Resident]:
    """Yield the persons of whom every 宛名番号 is told: those found, those asked about."""
    yield from match.persons
    if match.identity is Identity.ASK:
        yield from (entry.resident for entry in match.candidates)


@contextmanager
def _no_search_for_cycles() -> Iterator[None]:
    """Let Python not look for cycles: a hundred thousand values come up, none has one."""
    running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if running:
            gc.enable()
