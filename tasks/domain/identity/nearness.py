"""How near a candidate is: who could be the person at all, and whom a clerk sees first.

Nothing here calls anybody the same person; that takes a rule of `matching`.
"""

from __future__ import annotations

from tasks.domain.identity.agreement import Agreement
from tasks.domain.identity.evidence import AGREES, strength_of
from tasks.domain.records import Identity, Level

_PLAUSIBLE = 3
"""Strength from which a candidate may be the person: one kind whole, another near."""


def _strength(found: Agreement) -> int:
    """Return how much agrees: 2 for each kind that agrees, 1 for each that is near.

    A name that cannot be read through may be the one. A reading that agrees supports a
    name; one that is clearly another shows that near letters are another name.
    """
    name = strength_of((found.name,))
    if found.name is Level.MISSING:
        name = 1
    if found.name not in AGREES and found.kana in AGREES:
        name = 1 if found.name is Level.DIFFERS else 2
    if found.name is Level.NEAR and found.kana is Level.DIFFERS:
        name = int(found.same_given)
    birth = strength_of((found.birth_date,))
    if found.birth_date is Level.MISSING:
        birth = int(name == 2)
    return name + birth + strength_of((found.address,))


def _one_is_whole(found: Agreement) -> bool:
    """Return False where name and birth date are both misread and the address differs.

    That takes three faults at once, and a large city has such a stranger for everybody.
    """
    return (
        found.name is not Level.NEAR
        or found.birth_date is Level.EQUAL
        or found.address in AGREES
    )


def plausible(found: Agreement) -> bool:
    """Return True when a candidate may be the person: one kind whole, another near.

    A corporation has only its name and its place, and may change either; two 法人番号
    that differ are two corporations.
    """
    if not found.both_corporate:
        points = _strength(found)
        return points > _PLAUSIBLE or (points == _PLAUSIBLE and _one_is_whole(found))
    if found.corporate_number is False:
        return False
    return found.name is Level.NEAR or found.address in AGREES


_NAME_WORTH = {
    Level.EQUAL: 8,
    Level.VARIANT: 7,
    Level.NEAR: 4,
    Level.MISSING: 2,
    Level.DIFFERS: 0,
}
_KANA_WORTH = {
    Level.EQUAL: 8,
    Level.VARIANT: 7,
    Level.NEAR: 2,
    Level.MISSING: 1,
    Level.DIFFERS: 0,
}
"""A kanji is misread three times as often as a katakana letter, so the reading of one
person beside the letters of his twin shows the former."""
_OTHER_WORTH = {
    Level.EQUAL: 16,
    Level.VARIANT: 14,
    Level.NEAR: 8,
    Level.MISSING: 2,
    Level.DIFFERS: 0,
}


def rank(found: Agreement, identity: Identity) -> tuple[int, ...]:
    """Return the order in which a clerk sees candidates, larger first.

    Who could be the person stands above everybody who could not: a namesake of another
    day is no nearer than somebody who married.
    """
    return (
        int(found.number is True or found.corporate_number is True),
        int(identity is not Identity.NONE),
        _NAME_WORTH[found.name]
        + _KANA_WORTH[found.kana]
        + _OTHER_WORTH[found.birth_date]
        + _OTHER_WORTH[found.address],
        int(not found.address_is_former),
    )
