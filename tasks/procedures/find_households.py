"""Find who lives with the applicants that are settled, every 宛名番号 of each."""

from __future__ import annotations

from collections.abc import Mapping

from tasks.domain.identity.households import Household, household_of
from tasks.domain.records import Identity, Match
from tasks.edges.city_ledgers.ledgers import Ledgers


def find_households(
    matches: Mapping[str, Match], ledgers: Ledgers
) -> dict[str, Household]:
    """Return the household of everybody who is settled, by row_id.

    Args:
        matches: As `identify` found them; those that are not 同一 have no household.
        ledgers: Open ledgers.
    """
    settled = [
        match
        for match in matches.values()
        if match.identity is Identity.SAME and not match.protected
    ]
    numbers = {person.household_no for match in settled for person in match.persons}
    under = ledgers.under_household(numbers)
    rows = ledgers.expand(one for members in under.values() for one in members)
    return {match.row_id: household_of(match, under, rows) for match in settled}
