"""From the text of one form field to its value, by kind, or the reason why not."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field

from ocr.model import FieldKind
from tasks.domain.addresses import normalize_address
from tasks.domain.dates import normalize_date
from tasks.domain.identifiers import (
    normalize_account_number,
    normalize_postal,
)
from tasks.domain.kana import normalize_kana
from tasks.domain.money import normalize_amount
from tasks.domain.names import normalize_name
from tasks.domain.normal import Normal, NormalStatus
from tasks.domain.phone_numbers import normalize_phone
from tasks.domain.text import legible

PROBLEMS: dict[FieldKind, str] = {
    FieldKind.NAME: "氏名として読めない文字があります。",
    FieldKind.KANA: "カタカナとして読めません。",
    FieldKind.DATE: "日付として正しくありません。",
    FieldKind.ADDRESS: "住所として読めません。",
    FieldKind.POSTAL: "郵便番号は7桁の数字です。",
    FieldKind.PHONE: "電話番号として正しくありません。",
    FieldKind.AMOUNT: "金額として読めません。",
    FieldKind.DIGITS: "数字として読めません。",
    FieldKind.TEXT: "文字を読み取れませんでした。",
    FieldKind.CHECK: "「yes」か「no」を選んでください。",
    FieldKind.SEAL: "「yes」か「no」を選んでください。",
    FieldKind.SIGNATURE: "「yes」か「no」を選んでください。",
    FieldKind.CHOICE: "どれが選ばれているか判別できません。",
    FieldKind.CODE: "コードを読み取れませんでした。",
}
"""Shown to staff when a value of the kind makes no sense."""

AMBIGUOUS_DATE = "日付の元号が書かれておらず、一つに決まりません。"
BIRTH_IN_FUTURE = "生年月日が今日より後です。"
BIRTH_TOO_OLD = "生年月日が古すぎます。"


@dataclass(frozen=True, slots=True)
class FieldValue:
    """A field's text as a value; unusable ones carry the problem."""

    value: str = field(repr=False)
    """Normal form as text."""
    key: str = field(repr=False)
    """Equal for two readings that mean the same."""
    shown: str = field(repr=False)
    """As a clerk would write it."""
    usable: bool
    problem: str = ""
    """Japanese, without the value."""


def value_of(
    kind: FieldKind,
    text: str,
    *,
    today: dt.date,
    oldest_birth_year: int | None = None,
) -> FieldValue:
    """Return the value that a text means in a field of this kind.

    Args:
        kind: Kind of the field.
        text: As read or as typed by a clerk.
        today: For dates that cannot lie in the future.
        oldest_birth_year: Set for birth dates only: they must not lie before this
            year nor after today.

    Examples:
        >>> value_of(FieldKind.AMOUNT, "￥12,000", today=dt.date(2026, 11, 20)).value
        '12000'
        >>> value_of(FieldKind.CHECK, "?", today=dt.date(2026, 11, 20)).usable
        False
    """
    if kind is FieldKind.DATE:
        return _date(text, today=today, oldest=oldest_birth_year)
    if kind in (FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE):
        return _mark(text, kind)
    return _PARSERS[kind](text)


def _bad(text: str, problem: str) -> FieldValue:
    return FieldValue(value="", key=text, shown=text, usable=False, problem=problem)


def _good(value: str, key: str, shown: str) -> FieldValue:
    return FieldValue(value=value, key=key, shown=shown, usable=True)


def _mark(text: str, kind: FieldKind) -> FieldValue:
    if text in ("yes", "no"):
        return _good(text, text, text)
    return _bad(text, PROBLEMS[kind])


def _date(text: str, *, today: dt.date, oldest: int | None) -> FieldValue:
    normal = normalize_date(text, today=today)
    if normal.status is NormalStatus.AMBIGUOUS:
        return _bad(text, AMBIGUOUS_DATE)
    if normal.value is None or normal.value.precision != "day":
        return _bad(text, PROBLEMS[FieldKind.DATE])
    day = normal.value.date
    if oldest is not None and day > today:
        return _bad(text, BIRTH_IN_FUTURE)
    if oldest is not None and day.year < oldest:
        return _bad(text, BIRTH_TOO_OLD)
    return _good(day.isoformat(), day.isoformat(), text)


def _name(text: str) -> FieldValue:
    normal = normalize_name(text)
    if normal.value is None or not legible(text):
        return _bad(text, PROBLEMS[FieldKind.NAME])
    return _good(normal.value.display, normal.value.key, normal.value.display)


def _kana(text: str) -> FieldValue:
    normal = normalize_kana(text)
    if normal.value is None:
        return _bad(text, PROBLEMS[FieldKind.KANA])
    return _good(normal.value.display, normal.value.strict, normal.value.display)


def _address(text: str) -> FieldValue:
    normal = normalize_address(text)
    if normal.value is None or not legible(text):
        return _bad(text, PROBLEMS[FieldKind.ADDRESS])
    return _good(text, normal.value.key, text)


def _text(text: str) -> FieldValue:
    if not text.strip() or not legible(text):
        return _bad(text, PROBLEMS[FieldKind.TEXT])
    return _good(text.strip(), text.strip(), text.strip())


def _amount(text: str) -> FieldValue:
    normal = normalize_amount(text)
    if normal.value is None:
        return _bad(text, PROBLEMS[FieldKind.AMOUNT])
    return _good(str(normal.value), str(normal.value), f"{normal.value:,}")


def _plain(
    normalize: Callable[[str], Normal[str]], kind: FieldKind
) -> Callable[[str], FieldValue]:
    def parse(text: str) -> FieldValue:
        normal = normalize(text)
        if normal.value is None:
            return _bad(text, PROBLEMS[kind])
        return _good(normal.value, normal.value, normal.value)

    return parse


_PARSERS: dict[FieldKind, Callable[[str], FieldValue]] = {
    FieldKind.NAME: _name,
    FieldKind.KANA: _kana,
    FieldKind.ADDRESS: _address,
    FieldKind.POSTAL: _plain(normalize_postal, FieldKind.POSTAL),
    FieldKind.PHONE: _plain(normalize_phone, FieldKind.PHONE),
    FieldKind.AMOUNT: _amount,
    FieldKind.DIGITS: _plain(normalize_account_number, FieldKind.DIGITS),
    FieldKind.TEXT: _text,
    FieldKind.CHOICE: _text,
    FieldKind.CODE: _text,
}
