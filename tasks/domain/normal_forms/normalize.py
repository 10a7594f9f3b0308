"""One door to every normal form: kind and text in, the JSON shape of `yakuba normalize` out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence, Set
from typing import Any

from tasks.domain.normal_forms.addresses import (
    Address,
    Home,
    normalize_address,
    settle_by_towns,
)
from tasks.domain.normal_forms.dates import DateValue, normalize_date
from tasks.domain.normal_forms.identifiers import (
    normalize_account_number,
    normalize_addressee_no,
    normalize_corporate_number,
    normalize_my_number,
    normalize_postal,
)
from tasks.domain.normal_forms.kana import Kana, normalize_kana
from tasks.domain.normal_forms.money import normalize_amount
from tasks.domain.normal_forms.names import PersonName, normalize_name
from tasks.domain.normal_forms.normal import Normal
from tasks.domain.normal_forms.phone_numbers import normalize_phone

RULE_VERSION = "2026-11-21.11"
"""Raised with every change of a result: results on disk are kept per version."""

_SIMPLE: Mapping[str, Callable[[str], Normal[Any]]] = {
    "name": normalize_name,
    "kana": normalize_kana,
    "phone": normalize_phone,
    "postal": normalize_postal,
    "amount": normalize_amount,
    "my_number": normalize_my_number,
    "corporate_number": normalize_corporate_number,
    "addressee_no": normalize_addressee_no,
    "account_number": normalize_account_number,
}
KINDS: tuple[str, ...] = ("date", "address", *_SIMPLE)
"""What `normalize` takes as kind."""

FIELDS: Mapping[str, tuple[str, ...]] = {
    "name": ("key", "family", "given"),
    "kana": ("strict", "search"),
    "address": ("key", "town", "number"),
}
"""What columns hold of a kind whose value has several parts; the others have `value`."""

Json = str | int | dict[str, str] | None


def normalize(
    kind: str,
    text: str,
    *,
    today: dt.date,
    home: Home | None = None,
    towns_of: Callable[[str, str], Set[str]] | None = None,
) -> dict[str, Any]:
    """Return the normal form of text as `yakuba normalize` prints it.

    Args:
        kind: One of `KINDS`.
        text: As written.
        today: For dates.
        home: For addresses written without their city.
        towns_of: Settles in which city a ward lies that stands without it.

    Returns:
        input, value (a list of candidates when ambiguous, None when invalid), status,
        notes.

    Raises:
        KeyError: kind is none of `KINDS`.

    Examples:
        >>> normalize("amount", "△1,000", today=dt.date(2026, 4, 1))
        {'input': '△1,000', 'value': -1000, 'status': 'ok', 'notes': ['negative']}
    """
    normal = _normal(kind, text, today, home)
    if kind == "address" and towns_of is not None:
        normal = settle_by_towns(normal, towns_of)
    value: object = None
    if normal.candidates:
        value = [_json(candidate) for candidate in normal.candidates]
    elif normal.value is not None:
        value = _json(normal.value)
    return {
        "input": text,
        "value": value,
        "status": normal.status.value,
        "notes": list(normal.notes),
    }


def _normal(kind: str, text: str, today: dt.date, home: Home | None) -> Normal[Any]:
    if kind == "date":
        return normalize_date(text, today=today)
    if kind == "address":
        return normalize_address(text, home=home)
    return _SIMPLE[kind](text)


def _json(value: object) -> Json:
    match value:
        case DateValue():
            return value.iso
        case PersonName():
            return _fields(value, "display", "key", "family", "given")
        case Kana():
            return _fields(value, "display", "strict", "search")
        case Address():
            return _fields(
                value, "prefecture", "city", "town", "number", "building", "key"
            )
        case int() | str():
            return value
        case _:
            return None


def _fields(value: object, *names: str) -> dict[str, str]:
    return {name: getattr(value, name) for name in names}


def fields_of(kind: str) -> tuple[str, ...]:
    """Return the names of the columns a kind gives.

    Examples:
        >>> fields_of("kana"), fields_of("date")
        (('strict', 'search', 'status', 'notes'), ('value', 'status', 'notes'))
    """
    return (*FIELDS.get(kind, ("value",)), "status", "notes")


def normal_rows(
    kind: str, texts: Sequence[str], *, today: dt.date, home: Home | None = None
) -> list[tuple[str, ...]]:
    """Return one tuple of text per input, in the order of `fields_of`.

    Empty where there is no value; candidates of an ambiguous value and notes are joined
    by `;`.

    Examples:
        >>> normal_rows("amount", ["1,000", "8.3e7"], today=dt.date(2026, 4, 1))
        [('1000', 'ok', ''), ('', 'invalid', 'exponent')]
    """
    parts = FIELDS.get(kind, ())
    rows: list[tuple[str, ...]] = []
    for text in texts:
        normal = _normal(kind, text, today, home)
        value = normal.value
        if parts and value is None:
            row: tuple[str, ...] = ("",) * len(parts)
        elif parts:
            row = tuple([getattr(value, part) for part in parts])
        elif normal.candidates:
            row = (";".join(str(_json(one)) for one in normal.candidates),)
        else:
            row = ("" if value is None else str(_json(value)),)
        rows.append((*row, normal.status.value, ";".join(normal.notes)))
    return rows
