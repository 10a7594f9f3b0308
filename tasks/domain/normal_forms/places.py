"""Prefecture and city at the head of an address, and the key in which place names meet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from tasks.domain.normal_forms.municipalities import CITIES
from tasks.domain.normal_forms.text import to_katakana
from tasks.domain.normal_forms.variants import fold_variants

NAMED_CHOME = frozenset(
    {
        ("花巻市", "東十二丁目"),
        ("郡山市", "日和田町八丁目"),
        ("潟上市", "昭和八丁目"),
        ("京都市上京区", "元四丁目"),
        ("京都市中京区", "三本木五丁目"),
        ("二本松市", "平石三丁目"),
        ("岐阜市", "忠節三丁目南町"),
        ("岐阜市", "西野町六丁目北町"),
        ("岐阜市", "西野町七丁目北町"),
    }
)
"""(city, town) whose name holds a 丁目 that counts nothing."""


@dataclass(frozen=True, slots=True)
class Home:
    """The municipality whose addresses may be written without its name."""

    prefecture: str
    city: str
    towns: frozenset[str] = frozenset()
    """Its towns as the ledger or the postal list writes them; may be empty."""


@dataclass(frozen=True, slots=True)
class Place:
    """The head of an address."""

    prefecture: str
    city: str
    """With ward or 郡, as listed; as written when unlisted."""
    end: int
    """Letters of the address that it takes."""
    notes: tuple[str, ...] = ()
    others: tuple[tuple[str, str], ...] = ()
    """Prefecture and city of each that is meant, when a ward stands alone: 北区."""


_LETTERS = str.maketrans(
    "ァィゥェォッャュョヮ之乃竈竃籔祗麸碕", "アイウエオツヤユヨワノノ釜釜藪祇麩崎"
)
_KE = re.compile(r"(?<=.)[ヶケガヵカ](?=[㐀-鿿豈-﫿])")
_GUN = re.compile(r"^(?:.{1,4}郡|.{2}島)(?=.+[町村]$)")
_UNLISTED_PREFECTURE = re.compile(r"[^0-9都道府県市区町村郡 ]{1,4}県(?![市郡町])")
_UNLISTED_CITY = re.compile(
    r"[^0-9市区町村郡 ]{1,5}郡[^0-9 ]{1,6}?[町村](?!市)|[^0-9 ]{1,7}?市(?!市)(?:場町|原市|川市)?"
)
_TOKYO_WARD_OR_TOWN = re.compile(r"[^0-9市町村 ]{1,4}?[区町村]")
_LONGEST = max(len(city) for cities in CITIES.values() for city in cities)


def place_letters(text: str) -> str:
    """Return text letter by letter as place names compare: same length, variants folded.

    Examples:
        >>> place_letters("龍ヶ崎"), place_letters("溝の口"), place_letters("ひばりが丘")
        ('竜ケ崎', '溝ノ口', 'ヒバリケ丘')
    """
    folded = to_katakana(fold_variants(text)).translate(_LETTERS)
    return _KE.sub("ケ", folded).replace("鍛治", "鍛冶")


def without_gun(city: str) -> str:
    """Return a city without its 郡 (or island, in 東京都), which is often left out.

    Examples:
        >>> without_gun("赤穂郡上郡町"), without_gun("郡山市")
        ('上郡町', '郡山市')
    """
    return _GUN.sub("", city)


@cache
def _cities_of(prefecture: str) -> dict[str, str]:
    """Key of each way to write a city of a prefecture: the city as listed."""
    known: dict[str, str] = {}
    for city in CITIES[prefecture]:
        known.setdefault(place_letters(without_gun(city)), city)
    known.update({place_letters(city): city for city in CITIES[prefecture]})
    return known


@cache
def _places_alone() -> dict[str, tuple[tuple[str, str], ...]]:
    """Key of each city or ward that may stand without its prefecture: where it is.

    Towns and villages may not: 朝日町 is a town of many cities too.
    """
    cities: dict[str, list[tuple[str, str]]] = {}
    wards: dict[str, list[tuple[str, str]]] = {}
    for prefecture, names in CITIES.items():
        for city in names:
            if not city.endswith(("町", "村")) or "郡" in city:
                cities.setdefault(place_letters(city), []).append((prefecture, city))
            ward = city.partition("市")[2] if city.endswith("区") else ""
            if ward:
                wards.setdefault(place_letters(ward), []).append((prefecture, city))
    found = {key: tuple(where) for key, where in cities.items() if len(where) == 1}
    for key, where in wards.items():
        found[key] = (*found.get(key, ()), *where)
    return found


def _longest(letters: str, start: int, known: Iterable[str]) -> str:
    """The longest key of known that letters has at start; empty when none."""
    for length in range(min(_LONGEST, len(letters) - start), 1, -1):
        if letters[start : start + length] in known:
            return letters[start : start + length]
    return ""


def find_place(text: str, letters: str, home: Home | None) -> Place:
    """Return prefecture and city at the head of an address.

    Args:
        text: Folded, without blanks before its number.
        letters: `place_letters(text)`.
        home: Fills in what an address inside the municipality leaves out.

    Examples:
        >>> text = "福岡県上毛町東下1"
        >>> find_place(text, place_letters(text), None).city
        '築上郡上毛町'
        >>> text = "本町1-2"
        >>> find_place(text, text, Home("汐見県", "みなと市")).notes
        ('home_assumed',)
    """
    prefecture = _prefecture(text)
    start = len(prefecture)
    if home is not None:
        at_home = _at_home(letters, prefecture, start, home)
        if at_home is not None:
            return at_home
    if prefecture in CITIES:
        key = _longest(letters, start, _cities_of(prefecture))
        if key:
            city = _cities_of(prefecture)[key]
            return Place(prefecture, city, start + len(key))
    elif not prefecture:
        key = _longest(letters, 0, _places_alone())
        if key:
            return _alone(text[: len(key)], _places_alone()[key])
        short = _short_prefecture(text, letters)
        if short is not None:
            return short
    return _by_grammar(text, prefecture, start, home)


@cache
def _short_prefectures() -> dict[str, str]:
    return {
        prefecture[:-1]: prefecture
        for prefecture in CITIES
        if prefecture[-1] in "都府県"
    }


def _short_prefecture(text: str, letters: str) -> Place | None:
    """岩手花巻市: a prefecture without its 県 before one of its cities."""
    for length in (2, 3):
        prefecture = _short_prefectures().get(text[:length])
        key = _longest(letters, length, _cities_of(prefecture)) if prefecture else ""
        if prefecture and key:
            city = _cities_of(prefecture)[key]
            return Place(prefecture, city, length + len(key), ("short_prefecture",))
    return None


def _alone(written: str, where: tuple[tuple[str, str], ...]) -> Place:
    """A city or ward without its prefecture; several wards bear the name 北区."""
    if len(where) == 1:
        return Place(*where[0], len(written))
    return Place("", written, len(written), ("ward_of_several_cities",), where)


def _prefecture(text: str) -> str:
    for length in (3, 4):
        if text[:length] in CITIES:
            return text[:length]
    unlisted = _UNLISTED_PREFECTURE.match(text)
    if unlisted and not _longest(place_letters(text), 0, _places_alone()):
        return unlisted[0]
    return ""


def _at_home(letters: str, prefecture: str, start: int, home: Home) -> Place | None:
    """The home municipality, when its name or one of its towns comes next."""
    if prefecture not in ("", home.prefecture):
        return None
    ward = home.city.partition("市")[2]
    for name in filter(None, (home.city, without_gun(home.city), ward)):
        if letters.startswith(place_letters(name), start):
            return Place(home.prefecture, home.city, start + len(name))
    if not prefecture and _starts_with_town(letters, home.towns):
        return Place(home.prefecture, home.city, 0, ("home_assumed",))
    return None


def _starts_with_town(letters: str, towns: frozenset[str]) -> bool:
    bare = letters.removeprefix("大字").removeprefix("字")
    return any(bare.startswith(key) for key in _town_letters(towns))


@cache
def _town_letters(towns: frozenset[str]) -> tuple[str, ...]:
    return tuple(
        place_letters(town).removeprefix("大字").removeprefix("字")
        for town in towns
        if town
    )


def _by_grammar(text: str, prefecture: str, start: int, home: Home | None) -> Place:
    """An unlisted city, by its last letter."""
    found = _UNLISTED_CITY.match(text, start)
    if found is None and prefecture:
        found = _TOKYO_WARD_OR_TOWN.match(text, start)
    if found and (prefecture or found.end() < len(text)):
        notes = ("city_unlisted",) if prefecture in CITIES else ()
        if not prefecture:
            notes = ("no_prefecture",)
        return Place(prefecture, found[0], found.end(), notes)
    if not prefecture and home is not None:
        return Place(home.prefecture, home.city, 0, ("home_assumed",))
    missing = ("no_city",) if prefecture else ("no_prefecture", "no_city")
    return Place(prefecture, "", start, missing)
