"""Addresses: parts, and a key in which writings of one address meet.

By grammar first, so an unlisted city works; a list of towns, when given, protects names
such as 十二丁目 and 麻布十番 from being read as numbers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Set
from dataclasses import dataclass, field
from functools import lru_cache

from tasks.domain.normal_forms import lot_numbers
from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.normal import Normal, NormalStatus
from tasks.domain.normal_forms.places import (
    NAMED_CHOME,
    Home,
    Place,
    find_place,
    place_letters,
    without_gun,
)

__all__ = [
    "Address",
    "Home",
    "normalize_address",
    "settle_by_towns",
    "town_key",
]


@dataclass(frozen=True, slots=True)
class Address:
    """An address in its normal form."""

    prefecture: str = field(repr=False)
    city: str = field(repr=False)
    """With ward or 郡."""
    town: str = field(repr=False)
    """大字, 字 left out; without 丁目."""
    number: str = field(repr=False)
    """丁目, 番地, 号 and 枝番 joined by -; 無番地; empty when none is written."""
    building: str = field(repr=False)
    """Building, room, 方書."""
    key: str = field(repr=False)
    """Prefecture, city, town and number in comparable letters, parted by |."""
    aza: str = field(default="", repr=False)
    """小字, where 字 shows where it begins; also the end of `town`."""
    has_chome: bool = False
    """True when the first part of the number was written as 丁目."""
    has_lot: bool = False
    """True when 番地 or 番 was written."""

    @property
    def text(self) -> str:
        """The address in one line."""
        line = f"{self.prefecture}{self.city}{self.town}{self.number}"
        return f"{line} {self.building}".strip()


_POSTAL = re.compile(r"^(?:〒|〶)? ?[0-9]{3} ?[-‐‑‒–—―−ー] ?[0-9]{4} ?|^〒 ?[0-9]{7} ?")
_WORD = re.compile(r"[^\W\d_ー]|[〓\ufffd\ue000-\uf8ff]")
_AZA = re.compile(r"小字|大字|(?<![文八万小十和二])字(?=.)")
_ANY_AZA = re.compile(r"小字|(?<![文八万小十和二大])字(?=.)")
_STREET = re.compile(
    r"^.*(?:上[るルがガ]+る?|下[るルがガ]+る?|[東西]へ?入[るル]?)(?:[東西南北]側)?"
)
_STREET_CHOME = re.compile(
    rf"^(?:まで(?=[㐀-鿿])|[0-9{letters.KANJI_NUMERALS}]+(?:丁目|丁(?![町目])|筋目)(?=[^0-9 ]))"
)
_BRACKETED = re.compile(r"^[(\[](?P<inner>.*)[)\]]$")
_ORDINAL = re.compile(f"第(?=[{letters.KANJI_NUMERALS}]+(?:条|線|号|区|地割))")
_CHOME_ALONE = re.compile("^(?P<number>[1-9][0-9]?)(?=丁目)")
_LABEL = re.compile(r"^[(\[【][^()\[\]【】]*[)\]】] ?(?=.)")
_TOWN_BRACKET = re.compile(r"^(?P<before>[^0-9()]+)\([^0-9()]*\)")
_SUFFIX_NO = re.compile(
    r"^(?P<town>[^0-9]*[イロハニホヘト甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥])[のノ](?=[0-9])"
)
_HARMLESS = frozenset(
    {"home_assumed", "postal", "ivs", "kyoto_street", "no_prefecture"}
)


def normalize_address(text: str, *, home: Home | None = None) -> Normal[Address]:
    """Return the parts of an address.

    Args:
        text: As written, with or without prefecture, city and postal code.
        home: Municipality to assume where none is written, with its towns.

    Returns:
        Notes: home_assumed, no_prefecture, no_city, city_unlisted, no_town, no_number,
        postal (taken off), kyoto_street (taken off), bracket (taken off),
        ward_of_several_cities (北区 alone: ambiguous), gaiji, geta, replacement,
        question_mark, ivs, number_unread (1/2/3), ditto (同上), unknown (不明), empty,
        not_an_address, too_long.

    Examples:
        >>> normalize_address("汐見県みなと市本町一丁目２番３号　コーポ101").value.number
        '1-2-3'
        >>> home = Home("汐見県", "みなと市")
        >>> a = normalize_address("大字西浦字前田12番地の3", home=home).value
        >>> b = normalize_address("汐見県みなと市西浦前田１２－３").value
        >>> a.key == b.key
        True
    """
    if len(text) > letters.LONGEST:
        return Normal(text, None, NormalStatus.INVALID, ("too_long",))
    plain = letters.fold_blanks(text)
    if not plain:
        return Normal(text, None, NormalStatus.INVALID, ("empty",))
    if not _WORD.search(plain) or letters.stands_for_nothing(plain):
        note = letters.stands_for_nothing(plain) or "not_an_address"
        return Normal(text, None, NormalStatus.INVALID, (note,))
    notes = list(letters.gaiji_notes(text))
    plain = letters.without_selectors(plain)
    postal = _POSTAL.match(plain)
    if postal and postal.end() < len(plain):
        plain = plain[postal.end() :]
        notes.append("postal")
    plain = lot_numbers.plain_joints(letters.unify_digit_hyphens(plain))
    label = _LABEL.match(plain) if plain[0] in "([【" else None
    if label:
        plain = plain[label.end() :]
        notes.append("bracket")
    address, found, candidates = _parts(plain, home)
    if candidates:
        both = (*notes, *found)
        return Normal(text, None, NormalStatus.AMBIGUOUS, both, candidates)
    if not (address.city or address.town) and not _WORD.search(address.text):
        return Normal(text, None, NormalStatus.INVALID, (*notes, "not_an_address"))
    notes += found
    status = NormalStatus.OK if _HARMLESS.issuperset(notes) else NormalStatus.WARN
    return Normal(text, address, status, tuple(notes))


def _parts(
    plain: str, home: Home | None
) -> tuple[Address, list[str], tuple[Address, ...]]:
    """The address, its notes, and what else it may be."""
    plain = lot_numbers.town_digits_to_kanji(plain)
    begin = lot_numbers.number_start(plain)
    head = plain[:begin].replace(" ", "")
    place = _place(head, home)
    rest = head[place.end :] + plain[begin:]
    address, notes = _in_place(place, rest, home)
    candidates = tuple(_in_place(Place(*o, 0), rest, home)[0] for o in place.others)
    return address, notes, candidates


def _in_place(place: Place, rest: str, home: Home | None) -> tuple[Address, list[str]]:
    """The address whose prefecture and city are read, from what follows them."""
    rest, notes = _tidied(rest, place)
    known = _known_town(rest, home, place)
    if not known:
        rest, known = lot_numbers.chome_in_town(rest)
    rest = lot_numbers.kanji_to_digits(rest, town_ends=known)
    start = lot_numbers.number_start(rest, known)
    town, aza = _town(rest[:start])
    number = lot_numbers.read_number(rest[start:])
    notes += _number_notes(town, number)
    key = "|".join(
        (_place_key(place.prefecture, place.city), town_key(town), number.text)
    )
    address = Address(
        place.prefecture,
        place.city,
        town,
        number.text,
        _building(number.rest),
        key,
        aza,
        number.has_chome,
        number.has_lot,
    )
    return address, notes


def _tidied(rest: str, place: Place) -> tuple[str, list[str]]:
    """Without streets and brackets before the number, and what was taken off."""
    notes = list(place.notes)
    rest, street = _without_street(rest, place.city)
    if street:
        notes.append("kyoto_street")
    if rest[:1].isdigit() and place.city and "home_assumed" not in notes:
        rest = _CHOME_ALONE.sub(_named, rest)
    bare = _without_brackets(rest)
    if bare != rest:
        notes.append("bracket")
    if "の" in bare or "ノ" in bare:
        bare = _SUFFIX_NO.sub(r"\g<town>", bare)
    return bare, notes


def _number_notes(town: str, number: lot_numbers.LotNumber) -> list[str]:
    notes = []
    if not town and number.text[:1] not in lot_numbers.MARKS:
        notes.append("no_town")
    if not number.text:
        notes.append("no_number")
    if number.unread:
        notes.append("number_unread")
    return notes


def _without_brackets(rest: str) -> str:
    """Without what stands in brackets inside the town: 裏浜(南栄町)8."""
    if "(" not in rest:
        return rest
    before = ""
    while before != rest:
        before, rest = rest, _TOWN_BRACKET.sub(r"\g<before>", rest)
    return rest


def _named(chome: re.Match[str]) -> str:
    """In 漢数字: a 丁目 right behind the city counts nothing, it is a town's name."""
    return lot_numbers.in_kanji(int(chome["number"]))


@lru_cache(maxsize=65536)
def _place(head: str, home: Home | None) -> Place:
    return find_place(head, place_letters(head), home)


@lru_cache(maxsize=8192)
def _place_key(prefecture: str, city: str) -> str:
    return f"{prefecture}|{place_letters(without_gun(city))}"


def _without_street(rest: str, city: str) -> tuple[str, bool]:
    """The rest without Kyoto's street names (寺町通御池上る)."""
    if not city.startswith("京都市"):
        return rest, False
    street = _STREET.match(rest)
    if not street:
        return rest, False
    town = _STREET_CHOME.sub("", rest[street.end() :])
    return (town, True) if town and not town[0].isdigit() else (rest, False)


def settle_by_towns(
    normal: Normal[Address], towns_of: Callable[[str, str], Set[str]]
) -> Normal[Address]:
    """Return the one candidate whose town is listed for its city; else normal as it is.

    Args:
        normal: Of `normalize_address`, perhaps ambiguous: 「北区本町1-2」.
        towns_of: Towns of a prefecture's city, as edges.towns has them.

    Examples:
        >>> wards = {"北区": {"赤羽"}, "大阪市北区": {"中津"}}
        >>> asked = normalize_address("北区中津1-2-3")
        >>> def towns_of(prefecture, city):
        ...     return wards.get(city, set())
        >>> settled = settle_by_towns(asked, towns_of)
        >>> settled.value.city, settled.notes
        ('大阪市北区', ('town_list',))
    """
    if "ward_of_several_cities" not in normal.notes:
        return normal
    lengths = [
        _town_length(one.town, frozenset(towns_of(one.prefecture, one.city)))
        for one in normal.candidates
    ]
    longest = max(lengths)
    if not longest or lengths.count(longest) > 1:
        return normal
    settled = normal.candidates[lengths.index(longest)]
    rest = [note for note in normal.notes if note != "ward_of_several_cities"]
    status = NormalStatus.OK if _HARMLESS.issuperset(rest) else NormalStatus.WARN
    return Normal(normal.input, settled, status, (*rest, "town_list"))


def _known_town(rest: str, home: Home | None, place: Place) -> int:
    """Letters of rest that are a town by list; a 甲 before digits is the number's."""
    known = _named_chome(rest, place.city)
    if home is not None and home.towns and place.city == home.city:
        begin = lot_numbers.number_start(rest)
        known = max(known, _town_length(rest[: min(begin + 1, 24)], home.towns))
    marked = known and rest[known - 1] in lot_numbers.MARKS
    return known - 1 if marked and rest[known : known + 1].isdigit() else known


def _named_chome(rest: str, city: str) -> int:
    """Letters of a town such as 東十二丁目 in 花巻市."""
    if "丁目" not in rest:
        return 0
    bare = rest.removeprefix("大字")
    for named_city, town in NAMED_CHOME:
        if city == named_city and bare.startswith(town):
            return len(rest) - len(bare) + len(town)
    return 0


@lru_cache(maxsize=65536)
def _town_length(rest: str, towns: frozenset[str]) -> int:
    bare = rest.removeprefix("大字").removeprefix("字")
    skipped = len(rest) - len(bare)
    plain = place_letters(bare)
    listed = _listed(towns)
    for length in range(min(20, len(plain)), 0, -1):
        if plain[:length] in listed:
            return skipped + length
    return 0


@lru_cache(maxsize=16)
def _listed(towns: frozenset[str]) -> frozenset[str]:
    folded = (lot_numbers.town_digits_to_kanji(letters.fold_blanks(t)) for t in towns)
    return frozenset(
        place_letters(town).removeprefix("大字").removeprefix("字") for town in folded
    )


@lru_cache(maxsize=65536)
def _town(written: str) -> tuple[str, str]:
    """Town without 大字 and 字, and its 小字 where 字 shows it."""
    plain = written.replace(" ", "")
    parts = _ANY_AZA.split(plain)
    town = _AZA.sub("", plain)
    aza = _AZA.sub("", parts[-1]) if len(parts) > 1 and parts[0] else ""
    return town, aza


@lru_cache(maxsize=65536)
def town_key(town: str) -> str:
    """Return a town's name in comparable letters.

    Examples:
        >>> town_key("大字松ヶ丘") == town_key("松が丘") == town_key("松ケ丘")
        True
    """
    return place_letters(_ORDINAL.sub("", _AZA.sub("", town)))


@lru_cache(maxsize=65536)
def _building(rest: str) -> str:
    bracketed = _BRACKETED.match(rest)
    return letters.fold_blanks(bracketed["inner"] if bracketed else rest)
