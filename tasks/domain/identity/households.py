"""Who lives in one household (世帯), as far as the residents' ledger proves it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tasks.domain.identity.person_keys import group_form
from tasks.domain.records import Match, Resident

PROTECTED = "支援措置の対象者が関係する"
"""A doubt that must not be told further: the officer named for it looks."""

MOST_MEMBERS = 30
"""More 宛名番号 under one 世帯番号 are a facility or a filler, not a household."""


@dataclass(frozen=True, slots=True)
class Household:
    """The other members of the household of one applicant who is settled."""

    row_id: str
    members: tuple[Resident, ...] = field(default=(), repr=False)
    """Every 宛名番号 of every member but the applicant's own; never a protected person."""
    doubt: str = ""
    """Why these may not be all, or not one household, in Japanese: a clerk decides."""


def household_of(
    match: Match,
    under: Mapping[str, Iterable[Resident]],
    rows: Mapping[str, Iterable[Resident]],
) -> Household:
    """Return the household of a person who is settled.

    Nothing is guessed from a shared address: two households of one house are two.

    Args:
        match: SAME, with every 宛名番号 of the person.
        under: By 世帯番号 as `group_form` writes it: the rows that bear it.
        rows: By 宛名番号 of each of those: all rows of that person.
    """
    numbers = {group_form(person.household_no) for person in match.persons} - {""}
    if not numbers:
        return Household(match.row_id, doubt="台帳に世帯番号がない")
    if len(numbers) > 1:
        return Household(match.row_id, doubt="宛名番号により世帯番号が異なる")
    own = {person.addressee_no for person in match.persons}
    bearing = [
        one for one in under.get(numbers.pop(), ()) if one.addressee_no not in own
    ]
    if len(bearing) > MOST_MEMBERS:
        doubt = f"同じ世帯番号の人が{MOST_MEMBERS}人を超える"
        return Household(match.row_id, doubt=doubt)
    everybody = {
        row.addressee_no: row
        for one in bearing
        for row in (one, *rows.get(one.addressee_no, ()))
        if row.addressee_no not in own
    }
    if any(row.protected for row in everybody.values()):
        return Household(match.row_id, doubt=PROTECTED)
    return Household(match.row_id, tuple(everybody[no] for no in sorted(everybody)))
