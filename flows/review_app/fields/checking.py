"""What a typed text means, by the same rules as everything that was read."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, field

from ocr.model import FieldKind
from tasks.domain.normal_forms.addresses import normalize_address, town_key
from tasks.domain.normal_forms.places import Home
from tasks.domain.reading.field_values import (
    CHECK_DIGIT_WRONG,
    FieldValue,
    chosen_of,
    is_birth_date,
    value_of,
)
from tasks.domain.review_item import ReviewItem

_CHOME = re.compile("[0-9０-９一二三四五六七八九十]+丁目$")
UNKNOWN_TOWN = "この市の町名の一覧にない町名です。"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a typed text means."""

    problem: str
    """Japanese; empty when the text can be used."""
    meaning: str = field(default="", repr=False)
    """The normal form when it differs from what was typed."""
    doubt: str = ""
    """Japanese: usable, but so unusual that the clerk should look once more."""


Checker = Callable[[ReviewItem, str, dt.date], Checked]


def checker(
    *, oldest_birth_year: int | None = None, home: Home | None = None
) -> Checker:
    """Return the function that checks a text of a question.

    Args:
        oldest_birth_year: A birth date before this year is refused; None for no limit.
        home: Whose towns are known; an address of the city elsewhere is doubted.
    """
    towns = home.towns if home else frozenset()
    known = tuple(town_key(_CHOME.sub("", town)) for town in towns)

    def check(item: ReviewItem, text: str, today: dt.date) -> Checked:
        kind = FieldKind(item.field_kind)
        if kind is FieldKind.CHOICE:
            found = chosen_of(text, item.choices, several=item.several)
            return Checked(found.problem)
        oldest = oldest_birth_year if is_birth_date(item.field_id) else None
        found = value_of(kind, text, today=today, oldest_birth_year=oldest)
        if not found.usable:
            return Checked(found.problem)
        meaning = found.value if found.value != text else ""
        doubt = _doubt(item, found, text, today)
        if kind is FieldKind.ADDRESS and home and _unknown_town(text, home, known):
            doubt = UNKNOWN_TOWN
        return Checked("", meaning, doubt)

    return check


def _doubt(item: ReviewItem, found: FieldValue, text: str, today: dt.date) -> str:
    kind = FieldKind(item.field_kind)
    if kind is FieldKind.DIGITS and item.check_digit:
        # What is written may itself be wrong: the clerk may insist on it.
        proved = value_of(kind, text, today=today, check_digit=item.check_digit)
        return "" if proved.usable else proved.problem or CHECK_DIGIT_WRONG
    return found.doubt


def _unknown_town(text: str, home: Home, known: tuple[str, ...]) -> bool:
    """Return whether an address of the city has a town that its list lacks."""
    here = normalize_address(text, home=home).value
    if here is None or not known or not here.town or here.city != home.city:
        return False
    return not town_key(here.town).startswith(known)
