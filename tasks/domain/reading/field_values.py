"""From the text of one form field to its value, by kind, or the reason why not."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ocr.model import FieldKind
from tasks.domain.normal_forms.addresses import normalize_address
from tasks.domain.normal_forms.dates import normalize_date
from tasks.domain.normal_forms.identifiers import (
    normalize_corporate_number,
    normalize_my_number,
    normalize_postal,
)
from tasks.domain.normal_forms.kana import normalize_kana
from tasks.domain.normal_forms.money import normalize_amount
from tasks.domain.normal_forms.names import normalize_name
from tasks.domain.normal_forms.normal import Normal, NormalStatus
from tasks.domain.normal_forms.phone_numbers import normalize_phone
from tasks.domain.normal_forms.text import fold_blanks, legible

KIND_TITLES: dict[FieldKind, str] = {
    FieldKind.NAME: "氏名",
    FieldKind.KANA: "フリガナ",
    FieldKind.DATE: "日付",
    FieldKind.ADDRESS: "住所",
    FieldKind.POSTAL: "郵便番号",
    FieldKind.PHONE: "電話番号",
    FieldKind.AMOUNT: "金額",
    FieldKind.DIGITS: "数字",
    FieldKind.TEXT: "文字",
    FieldKind.CHECK: "チェック欄",
    FieldKind.CHOICE: "選択欄",
    FieldKind.SEAL: "押印",
    FieldKind.SIGNATURE: "署名",
    FieldKind.CODE: "コード",
}
"""What staff call a kind of field."""

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
CHECK_DIGIT_WRONG = "検査数字が合いません。番号のどこかが違います。"
BIRTH_IN_FUTURE = "生年月日が今日より後です。"
BIRTH_TOO_OLD = "生年月日が古すぎます。"
LATIN_KANA = "フリガナの欄にローマ字が書かれています。"
ODD_NUMBER = "桁の数や書き方がふつうと違います。"
ODD_DATE = "元号と年の組合せなど、日付の書き方がふつうと違います。"

BETWEEN_CHOICES = "・"
"""Joins the words of a choice of several."""
_PARTS = re.compile("[・;；、,，/／]+")


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
    doubt: str = ""
    """Usable when a person says so, but no reader's word for it is enough. Japanese."""


def is_birth_date(field_id: str) -> bool:
    """Return whether a field holds the day somebody was born.

    Examples:
        >>> is_birth_date("children_2_birth_date"), is_birth_date("start_date")
        (True, False)
    """
    return field_id == "birth_date" or field_id.endswith("_birth_date")


def value_of(
    kind: FieldKind,
    text: str,
    *,
    today: dt.date,
    oldest_birth_year: int | None = None,
    check_digit: str = "",
) -> FieldValue:
    """Return the value that a text means in a field of this kind.

    Args:
        kind: Kind of the field.
        text: As read or as typed by a clerk.
        today: For dates that cannot lie in the future.
        oldest_birth_year: Set for birth dates only: they must not lie before this
            year nor after today.
        check_digit: DIGITS only: my_number or corporate_number.

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
    if kind is FieldKind.DIGITS and check_digit:
        return _checked(text, _CHECKED[check_digit])
    return _PARSERS[kind](text)


def chosen_of(text: str, options: Sequence[str], *, several: bool) -> FieldValue:
    """Return the value of a choice that a person named; only printed words count.

    Args:
        text: One of the options, or some of them joined by ・.
        options: As printed on the form.
        several: More than one may be taken.

    Examples:
        >>> chosen_of("当座", ("普通", "当座"), several=False).value
        '当座'
        >>> chosen_of("普通・当座", ("普通", "当座"), several=False).usable
        False
    """
    words = [text] if text in options else [w for w in _PARTS.split(text) if w]
    known = bool(words) and set(words) <= set(options)
    if not known or (len(words) > 1 and not several):
        return _bad(text, PROBLEMS[FieldKind.CHOICE])
    ordered = [word for word in options if word in words]
    value = BETWEEN_CHOICES.join(ordered)
    return _good(value, _choice(value).key, value)


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
    doubt = ODD_DATE if normal.status is NormalStatus.WARN else ""
    return FieldValue(day.isoformat(), day.isoformat(), text, usable=True, doubt=doubt)


def _name(text: str) -> FieldValue:
    normal = normalize_name(text)
    if normal.value is None or not legible(text):
        return _bad(text, PROBLEMS[FieldKind.NAME])
    return _good(normal.value.display, normal.value.key, normal.value.display)


def _kana(text: str) -> FieldValue:
    normal = normalize_kana(text)
    if normal.value is None:
        return _bad(text, PROBLEMS[FieldKind.KANA])
    shown = normal.value.display
    doubt = LATIN_KANA if "latin" in normal.notes else ""
    return FieldValue(shown, normal.value.strict, shown, usable=True, doubt=doubt)


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
    value = str(normal.value)
    doubt = ODD_NUMBER if normal.notes else ""
    return FieldValue(value, value, f"{normal.value:,}", usable=True, doubt=doubt)


def _digits(text: str) -> FieldValue:
    plain = _DIGIT_MARKS.sub("", fold_blanks(text))
    if not (plain.isascii() and plain.isdigit()) or len(plain) > _LONGEST_NUMBER:
        return _bad(text, PROBLEMS[FieldKind.DIGITS])
    return _good(plain, plain, plain)


def _checked(text: str, normalize: Callable[[str], Normal[str]]) -> FieldValue:
    normal = normalize(text)
    if normal.value is None:
        wrong = "check_digit" in normal.notes
        return _bad(text, CHECK_DIGIT_WRONG if wrong else PROBLEMS[FieldKind.DIGITS])
    return _good(normal.value, normal.value, normal.value)


def _choice(text: str) -> FieldValue:
    """Return the words chosen; in which order they were written means nothing."""
    words = [word for word in _PARTS.split(text) if word]
    if not words or not legible(text):
        return _bad(text, PROBLEMS[FieldKind.CHOICE])
    value = BETWEEN_CHOICES.join(dict.fromkeys(words))
    return _good(value, BETWEEN_CHOICES.join(sorted(set(words))), value)


def _plain(
    normalize: Callable[[str], Normal[str]], kind: FieldKind
) -> Callable[[str], FieldValue]:
    def parse(text: str) -> FieldValue:
        normal = normalize(text)
        if normal.value is None:
            return _bad(text, PROBLEMS[kind])
        found = normal.value
        doubt = ODD_NUMBER if normal.notes else ""
        return FieldValue(found, found, found, usable=True, doubt=doubt)

    return parse


_DIGIT_MARKS = re.compile(r"[-‐‑‒–—―−ーｰ .・]")
_LONGEST_NUMBER = 30
_CHECKED: dict[str, Callable[[str], Normal[str]]] = {
    "my_number": normalize_my_number,
    "corporate_number": normalize_corporate_number,
}
_PARSERS: dict[FieldKind, Callable[[str], FieldValue]] = {
    FieldKind.NAME: _name,
    FieldKind.KANA: _kana,
    FieldKind.ADDRESS: _address,
    FieldKind.POSTAL: _plain(normalize_postal, FieldKind.POSTAL),
    FieldKind.PHONE: _plain(normalize_phone, FieldKind.PHONE),
    FieldKind.AMOUNT: _amount,
    FieldKind.DIGITS: _digits,
    FieldKind.TEXT: _text,
    FieldKind.CHOICE: _choice,
    FieldKind.CODE: _text,
}
