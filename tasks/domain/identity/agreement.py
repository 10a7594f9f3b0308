"""Levels of agreement between an applicant and one resident, kind by kind."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from tasks.domain.identity.address_agreement import AddressAgreement, compare_addresses
from tasks.domain.identity.evidence import AGREES, BEST_FIRST, best_level, few_edits
from tasks.domain.identity.person_keys import NameKey, PersonKeys
from tasks.domain.normal_forms.addresses import Address
from tasks.domain.normal_forms.text import legible
from tasks.domain.records import Level

_ERA_BASES = (1867, 1911, 1925, 1988, 2018)


@dataclass(frozen=True, slots=True)
class Agreement:
    """The levels of one comparison."""

    name: Level
    kana: Level
    birth_date: Level
    address: Level
    address_is_former: bool = False
    same_given: bool = False
    """Of a near name: only the family name differs, and its reading by right."""
    number: bool | None = None
    """宛名番号 equal, not equal, or None when the request has none."""
    corporate_number: bool | None = None
    """法人番号 equal, not equal, or None when either side has none."""
    both_corporate: bool = False


def agreement(applicant: PersonKeys, resident: PersonKeys) -> Agreement:
    """Return how far each kind of evidence agrees."""
    address, former = address_level(applicant, resident)
    name = name_level(applicant.names, resident.names)
    return Agreement(
        name=name,
        kana=_kana_of_the_name(applicant, resident),
        birth_date=birth_level(applicant, resident),
        address=address,
        address_is_former=former,
        same_given=name is Level.NEAR
        and any(
            _same_given(one, other)
            for one in applicant.names
            for other in resident.names
        ),
        number=_equal(applicant.number, resident.number, needs_both=False),
        corporate_number=_equal(
            applicant.corporate_number, resident.corporate_number, needs_both=True
        ),
        both_corporate=applicant.corporate and resident.corporate,
    )


def _equal(ours: str, theirs: str, *, needs_both: bool) -> bool | None:
    if not ours or (needs_both and not theirs):
        return None
    return ours == theirs


def name_level(ours: Sequence[NameKey], theirs: Sequence[NameKey]) -> Level:
    """Return the best level between any names of the two sides (通称名 is a name).

    EQUAL as written, VARIANT after folding variants, NEAR one misread letter or
    another family name with the same given name, MISSING when a letter is illegible and
    the others fit, DIFFERS otherwise.
    """
    return best_level(_one_name(one, other) for one in ours for other in theirs)


def _one_name(one: NameKey, other: NameKey) -> Level:
    if not one.key or not other.key:
        return Level.MISSING
    if not (one.legible and other.legible):
        return Level.MISSING if _holes_fit(one.key, other.key) else Level.DIFFERS
    if one.key == other.key:
        return Level.EQUAL if one.plain == other.plain else Level.VARIANT
    near = (
        few_edits(one.key, other.key)
        or _same_given(one, other)
        or _some_words(one.key, other.key)
    )
    return Level.NEAR if near else Level.DIFFERS


def _holes_fit(one: str, other: str) -> bool:
    """Return True when at most one letter differs beside those that cannot be read."""
    holes = sum(not legible(letter) for letter in one + other)
    most = holes + 1
    return OSA.distance(one, other, score_cutoff=most) <= most


def _same_given(one: NameKey, other: NameKey) -> bool:
    """Return True when the given names are equal and only the family name differs."""
    if one.corporate or other.corporate:
        return False
    if one.given and other.given:
        return one.given == other.given
    given, whole = (one.given, other.key) if one.given else (other.given, one.key)
    return len(given) > 1 and whole.endswith(given)


def _some_words(one: str, other: str) -> bool:
    """Return True when one Latin name has all words of the other and more."""
    if " " not in one or " " not in other:
        return False
    ours, theirs = set(one.split()), set(other.split())
    return ours < theirs or theirs < ours


def _kana_of_the_name(applicant: PersonKeys, resident: PersonKeys) -> Level:
    """Return the level of the readings; MISSING when the ledger's reads another name.

    A ledger has one reading and may have two names: for who goes by the 通称名 a reading
    of the other one neither agrees nor contradicts.
    """
    level = kana_level(applicant, resident)
    if level in AGREES or len(resident.names) < 2:
        return level
    first = name_level(applicant.names, resident.names[:1])
    return level if first in AGREES else Level.MISSING


def kana_level(ours: PersonKeys, theirs: PersonKeys) -> Level:
    """Return EQUAL as read, VARIANT as it sounds, NEAR at one edit of the sound."""
    if not ours.kana_search or not theirs.kana_search:
        return Level.MISSING
    if ours.kana_strict == theirs.kana_strict:
        return Level.EQUAL
    one, other = ours.kana_search, theirs.kana_search
    if one == other:
        return Level.VARIANT
    return Level.NEAR if few_edits(one, other) else Level.DIFFERS


def birth_level(ours: PersonKeys, theirs: PersonKeys) -> Level:
    """Return EQUAL, NEAR at one misreading (or one of several meanings), or DIFFERS."""
    if not ours.birth_dates or not theirs.birth_dates:
        return Level.MISSING
    true = theirs.birth_dates[0]
    if ours.birth_dates == (true,):
        return Level.EQUAL
    if true in ours.birth_dates or len(ours.birth_dates) > 1:
        return Level.NEAR if true in ours.birth_dates else Level.DIFFERS
    return Level.NEAR if _one_misreading(ours.birth_dates[0], true) else Level.DIFFERS


def _one_misreading(one: dt.date, other: dt.date) -> bool:
    """Return True for one digit, two swapped digits, day for month, or a wrong era."""
    for ours, theirs in zip(_writings(one), _writings(other), strict=True):
        if ours and theirs and OSA.distance(ours, theirs, score_cutoff=1) <= 1:
            return True
    if (one.month, one.day) == (other.month, other.day):
        return any(
            one.year - base == other.year - other_base
            for base in _ERA_BASES
            for other_base in _ERA_BASES
            if one.year > base and other.year > other_base
        )
    return one.year == other.year and (one.month, one.day) == (other.day, other.month)


def _writings(day: dt.date) -> tuple[str, str]:
    """Return the digits of a date in Western years and in its era."""
    base = max((base for base in _ERA_BASES if day.year > base), default=0)
    month_day = f"{day.month:02d}{day.day:02d}"
    return f"{day.year}{month_day}", f"{base % 10}{day.year - base:02d}{month_day}"


def address_level(ours: PersonKeys, theirs: PersonKeys) -> tuple[Level, bool]:
    """Return the best level against present and former address; True for a former one.

    EQUAL to the number and room (a room on one side only does not part them), NEAR in
    the same 番地, one letter of the number off or without a number, DIFFERS otherwise.
    """
    if not ours.addresses or not theirs.addresses:
        return Level.MISSING, False
    best, former = Level.DIFFERS, False
    for place, address in enumerate(theirs.addresses):
        level = _one_address(ours.addresses[0], address)
        if BEST_FIRST.index(level) < BEST_FIRST.index(best):
            best = level
            former = place > 0 or not theirs.present_address
    return best, former


def _one_address(one: Address, other: Address) -> Level:
    found = compare_addresses(one, other)
    if found is AddressAgreement.EQUAL:
        whole = bool(one.town and one.number)
        return Level.EQUAL if whole else Level.NEAR
    if found is AddressAgreement.MISSING:
        return Level.MISSING
    if found is AddressAgreement.SAME_NUMBER:
        return Level.NEAR
    if found is AddressAgreement.SAME_TOWN and _number_is_near(
        one.number, other.number
    ):
        return Level.NEAR
    return Level.DIFFERS


def _number_is_near(one: str, other: str) -> bool:
    return not one or not other or OSA.distance(one, other, score_cutoff=1) <= 1
