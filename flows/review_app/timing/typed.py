"""What staff typed into the forms of this room, or what is wrong with it."""

from __future__ import annotations

import datetime as dt
import math
import unicodedata

from tasks.domain.normal_forms.dates import normalize_date

MAX_NOTE = 200


class Problem(Exception):  # noqa: N818 - a sentence for staff, no failure
    """A Japanese sentence about what was typed."""


def number_of(text: str, what: str, *, least: float, most: float = 1e9) -> float:
    """Return a number that was typed; wide digits and commas are known.

    Raises:
        Problem: It is no number, or lies outside.

    Examples:
        >>> number_of("１２．５", "分", least=0)
        12.5
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").strip()
    try:
        number = float(plain)
    except ValueError:
        number = math.nan
    if not least <= number <= most:
        raise Problem(f"{what}を数字で入れてください。")
    return number


def whole_of(text: str, what: str, *, least: int = 1, most: int) -> int:
    """Return a whole number that was typed.

    Raises:
        Problem: It is none, or lies outside.
    """
    number = number_of(text, what, least=least, most=most)
    if number != int(number):
        raise Problem(f"{what}を整数で入れてください。")
    return int(number)


def text_of(text: str, what: str, *, most: int) -> str:
    """Return a text on one line.

    Raises:
        Problem: It is too long.
    """
    plain = " ".join(text.split())
    if len(plain) > most:
        raise Problem(f"{what}は{most}字までにしてください。")
    return plain


def day_of(text: str, *, today: dt.date | None) -> dt.date:
    """Return a day that was typed: 2026-11-21 or 令和8年11月21日; empty means today.

    Args:
        text: As typed.
        today: Days after it are refused; None lets any day pass.

    Raises:
        Problem: It is no day, or has not come yet.
    """
    if not text.strip() and today is not None:
        return today
    try:
        day = dt.date.fromisoformat(text.strip())
    except ValueError:
        day = _written_day(text, today)
    if today is not None and day > today:
        raise Problem("これからの日は入れられません。")
    return day


def _written_day(text: str, today: dt.date | None) -> dt.date:
    found = normalize_date(text, today=today or dt.date(2100, 1, 1))
    if not found.usable or found.value is None:
        raise Problem("日付を 2026-11-21 や 令和8年11月21日 のように入れてください。")
    return found.value.date
