"""How far two addresses agree: equal, the same to 番地, the same town, differs, missing."""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from tasks.domain.normal_forms.addresses import Address, town_key
from tasks.domain.normal_forms.places import place_letters, without_gun


class AddressAgreement(StrEnum):
    """How far two addresses agree."""

    EQUAL = "equal"
    SAME_NUMBER = "same_number"
    """To 番地 (or 番): another 号, room or 小字, or one of them not written."""
    SAME_TOWN = "same_town"
    DIFFERS = "differs"
    MISSING = "missing"


def compare_addresses(a: Address | None, b: Address | None) -> AddressAgreement:
    """Return how far two addresses agree.

    Prefecture and city are compared where both are written. A building written on one
    side only does not part two addresses; two different rooms do.

    Examples:
        >>> from tasks.domain.normal_forms.addresses import normalize_address
        >>> def address(text):
        ...     return normalize_address(text).value
        >>> compare_addresses(
        ...     address("汐見県みなと市本町1-2-3"), address("汐見県みなと市本町一丁目2番3号")
        ... ).value
        'equal'
        >>> compare_addresses(
        ...     address("汐見県みなと市本町1丁目2-3"), address("汐見県みなと市本町1丁目2-4")
        ... ).value
        'same_number'
    """
    if a is None or b is None or not (a.town or a.number) or not (b.town or b.number):
        return AddressAgreement.MISSING
    if not _same_city(a, b):
        return AddressAgreement.DIFFERS
    town_a, town_b = town_key(a.town), town_key(b.town)
    if town_a != town_b:
        return _beside_aza(a, b)
    if not a.number or not b.number:
        return AddressAgreement.SAME_TOWN
    return _same_town_numbers(a, b)


def _same_city(a: Address, b: Address) -> bool:
    if a.prefecture and b.prefecture and a.prefecture != b.prefecture:
        return False
    city_a, city_b = (
        place_letters(without_gun(a.city)),
        place_letters(without_gun(b.city)),
    )
    return not city_a or not city_b or city_a == city_b


def _beside_aza(a: Address, b: Address) -> AddressAgreement:
    """Towns that differ: only a 小字 left out on one side keeps them together."""
    for long, short in ((a, b), (b, a)):
        if long.aza and not short.aza:
            whole = long.town.removesuffix(long.aza)
            if town_key(whole) == town_key(short.town):
                same = long.number == short.number and bool(long.number)
                return (
                    AddressAgreement.SAME_NUMBER if same else AddressAgreement.SAME_TOWN
                )
    return AddressAgreement.DIFFERS


def _same_town_numbers(a: Address, b: Address) -> AddressAgreement:
    room_a, room_b = _room(a.building), _room(b.building)
    for one, other, room in ((a, b, room_b), (b, a, room_a)):
        if room and not one.building and one.number == f"{other.number}-{room}":
            return AddressAgreement.EQUAL
    if a.number == b.number:
        apart = bool(room_a) and bool(room_b) and room_a != room_b
        return AddressAgreement.SAME_NUMBER if apart else AddressAgreement.EQUAL
    parts_a, parts_b = a.number.split("-"), b.number.split("-")
    depth = _lot_depth(a, b, max(len(parts_a), len(parts_b)))
    if min(len(parts_a), len(parts_b)) >= depth and parts_a[:depth] == parts_b[:depth]:
        return AddressAgreement.SAME_NUMBER
    return AddressAgreement.SAME_TOWN


def _lot_depth(a: Address, b: Address, longest: int) -> int:
    """How many parts of the numbers make up 丁目 and 番地."""
    if a.has_chome or b.has_chome or longest >= 3:
        return 2
    return 1 if a.has_lot or b.has_lot else 2


_ROOM = re.compile(r"(?P<room>[0-9A-Za-z]*[0-9]+)(?:号室|号|室)?$")


@lru_cache(maxsize=65536)
def _room(building: str) -> str:
    found = _ROOM.search(building)
    return found["room"].upper() if found else ""
