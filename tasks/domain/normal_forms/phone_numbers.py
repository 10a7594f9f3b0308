"""Phone numbers of Japan, by the numbering plan: length and leading digits.

Which exchanges behind an area code exist changes every month and is not known here, nor is
where an area code ends: values are digits without hyphens.
"""

from __future__ import annotations

import re

from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.normal import Normal, NormalStatus

_PARTING = re.compile(r"[-‐‑‒–—―−ーｰ .()・/のノ]")
_EXTENSION = re.compile(r"[ (]*(?:内線|内|EXT\.?|X)[: ]*[0-9\-]+\)?$", re.IGNORECASE)
_SEVERAL = re.compile(r"[,、;/\n]| または |又は|もしくは")
_MAIN_LINE = re.compile(r" ?\((?:代表?|直通?|自宅|携帯|勤務先)\)$")
_LABEL = re.compile(r"^(?:TEL|FAX|電話|携帯|自宅|勤務先|℡|☎|📞|Tel|tel)[:. ]*")
_COUNTRY = re.compile(r"^(?:\+|00|010)81 ?-?(?:\(0\))?")
_ELEVEN_DIGITS = re.compile(r"0(?:20|50|60|70|80|90)[0-9]{8}|0800[0-9]{7}")
_TEN_DIGITS = re.compile(r"0(?!(?:20|50|60|70|80|90)[1-9])[1-9][0-9]{8}")

_IN_USE = (
    "112-113 115-118 123-126 133-139 142-146 152-158 162-167 172-179 182-188 191-199 "
    "220-299 310-399 420-460 462-468 470-489 492-495 499 520-559 561-569 572-578 "
    "580-599 610-699 720-729 734-740 742-799 820-829 832-839 845-849 851-880 883-899 "
    "920-959 961-969 971-989 991-999 120 180 570"
)
"""The three digits behind the 0 of fixed lines and services (電気通信番号計画, 2026)."""


def _numbers_of(spans: str) -> frozenset[str]:
    found: set[int] = set()
    for span in spans.split():
        first, _, last = span.partition("-")
        found.update(range(int(first), int(last or first) + 1))
    return frozenset(map(str, found))


_ASSIGNED = _numbers_of(_IN_USE) | {"990"}


def _assigned(digits: str) -> bool:
    """True when the numbering plan has given away numbers that begin so.

    Which exchanges behind an area code exist is not known here.
    """
    if len(digits) == 11:
        return digits.startswith("0800") or digits[3] != "0"
    return digits[1:4] in _ASSIGNED


def normalize_phone(text: str) -> Normal[str]:
    """Return a Japanese phone number as digits with its leading 0.

    Returns:
        Notes: extension (left out), leading_zero_lost (put back: a cell read as a
        number), unassigned (no area code or service begins so), several_numbers
        (ambiguous), wrong_length, no_area_code, not_a_number, empty.

    Examples:
        >>> normalize_phone("０３（１２３４）５６７８").value
        '0312345678'
        >>> normalize_phone("+81 90-1234-5678").value
        '09012345678'
        >>> normalize_phone("12-3456").notes
        ('no_area_code',)
    """
    plain = _LABEL.sub("", letters.fold_blanks(text[: letters.LONGEST]))
    if not plain:
        return Normal(text, None, NormalStatus.INVALID, ("empty",))
    parts = [part for part in _SEVERAL.split(plain) if len(_PARTING.sub("", part)) >= 9]
    if len(parts) > 1:
        found = tuple(dict.fromkeys(v for v in (_phone(p)[0] for p in parts) if v))
        if len(found) > 1:
            return Normal(
                text, None, NormalStatus.AMBIGUOUS, ("several_numbers",), found
            )
    value, notes = _phone(plain)
    if value is None:
        return Normal(text, None, NormalStatus.INVALID, notes)
    return Normal(text, value, NormalStatus.WARN if notes else NormalStatus.OK, notes)


def _phone(plain: str) -> tuple[str | None, tuple[str, ...]]:
    plain = _MAIN_LINE.sub("", plain)
    local = _EXTENSION.sub("", plain)
    notes = ("extension",) if local != plain else ()
    country = _COUNTRY.match(local)
    rest = local[country.end() :] if country else local
    digits = _PARTING.sub("", rest)
    if not (digits.isascii() and digits.isdigit()):
        return None, ("not_a_number",)
    if country:
        digits = digits if digits.startswith("0") else f"0{digits}"
    if not digits.startswith("0") and len(digits) in (9, 10):
        digits, notes = f"0{digits}", (*notes, "leading_zero_lost")
    pattern = _ELEVEN_DIGITS if len(digits) == 11 else _TEN_DIGITS
    if pattern.fullmatch(digits):
        return digits, notes if _assigned(digits) else (*notes, "unassigned")
    return None, ("no_area_code" if 5 <= len(digits) <= 8 else "wrong_length",)
