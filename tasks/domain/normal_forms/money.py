"""Amounts of money: whole yen, read by a strict grammar. Nothing is ever a float.

A tax office once read `8302000` as `83e2000`; here that is invalid, and so is every amount
whose separators do not stand where they belong.
"""

from __future__ import annotations

import re
from typing import Literal

from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.normal import Normal, NormalStatus

_PLAIN = re.compile(r"[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+")
_FORM = re.compile(
    r"(?P<sign>[-−‐–△▲]?) ?(?P<prefix>[¥\\金]?) ?(?P<sign2>[-−△▲]?)(?P<number>[^円圓¥\\]+?)"
    r" ?(?P<thousand>千)?(?P<yen>円|圓)?(?P<end>也|整|[-−ー*]|\.-)?"
)
_MIXED = re.compile(r"(?P<group>[0-9]+(?:,[0-9]{3})*)(?P<unit>[千百十万億兆])?")
_FACTOR = {"千": 10**3, "百": 100, "十": 10, "万": 10**4, "億": 10**8, "兆": 10**12}
_LARGE = re.compile(r"(?P<group>[0-9,]+)(?P<unit>[十百千][万億])")
"""3千万 and 1,234百万, where the unit counts another unit."""
_ALL_KANJI = re.compile(f"[{letters.KANJI_NUMERALS}]+")
_LONGEST = 18
"""Digits; more is no amount of a city."""


def normalize_amount(text: str, *, unit: Literal[1, 1000] = 1) -> Normal[int]:
    """Return an amount in yen.

    Args:
        text: 「￥１２，３４５」「△1,000」「(1,000)」「金壱万弐千円也」「3万2千円」「1,234千円」.
        unit: 1000 when the column's header says 千円; a cell that then says 円 itself
            has two meanings.

    Returns:
        Notes: negative, leading_zeros, thousands (multiplied), separators, exponent,
        decimal, blank_inside, not_an_amount, too_large, unit_conflict, empty.

    Examples:
        >>> normalize_amount("￥１２，３４５").value, normalize_amount("△1,000").value
        (12345, -1000)
        >>> normalize_amount("1,23,456").notes, normalize_amount("8.3e7").notes
        (('separators',), ('exponent',))
        >>> normalize_amount("1,234", unit=1000).value
        1234000
    """
    plain = letters.fold_blanks(text)
    if not plain:
        return _invalid(text, "empty")
    if len(plain) > 60:
        return _invalid(text, "too_large")
    bracketed = re.fullmatch(r"\((?P<inner>.+)\)", plain)
    form = _FORM.fullmatch(bracketed["inner"] if bracketed else plain)
    if form is None or not _end_fits(form):
        return _invalid(text, _why(plain))
    signs = [bool(bracketed), bool(form["sign"]), bool(form["sign2"])]
    number = _number(form["number"], thousand=bool(form["thousand"]))
    if number is None or sum(signs) > 1:
        return _invalid(text, _why(plain))
    return _scaled(text, form, -number if any(signs) else number, unit)


def _end_fits(form: re.Match[str]) -> bool:
    """A closing - belongs to ¥ or 円, 也 to 円 or 金."""
    if form["end"] in ("也", "整"):
        return bool(form["yen"]) or form["prefix"] == "金"
    return not form["end"] or bool(form["prefix"] or form["yen"])


def _scaled(text: str, form: re.Match[str], yen: int, unit: int) -> Normal[int]:
    notes = []
    written = form["number"]
    says_yen = bool(form["yen"] or form["prefix"])
    if form["thousand"] and form["yen"]:
        notes.append("thousands")
    elif unit != 1 and says_yen:
        return Normal(
            text, None, NormalStatus.AMBIGUOUS, ("unit_conflict",), (yen, yen * unit)
        )
    elif unit != 1:
        yen *= unit
        notes.append("thousands")
    if abs(yen) >= 10**_LONGEST:
        return _invalid(text, "too_large")
    if written.startswith("0") and len(written) > 1:
        notes.append("leading_zeros")
    if yen < 0:
        notes.append("negative")
    warned = "leading_zeros" in notes
    status = NormalStatus.WARN if warned else NormalStatus.OK
    return Normal(text, yen, status, tuple(notes))


def _number(written: str, *, thousand: bool) -> int | None:
    """The number before 円; thousand when 千 stands between them."""
    if _PLAIN.fullmatch(written):
        return int(written.replace(",", "")) * (1000 if thousand else 1)
    if thousand:
        written += "千"
    if _ALL_KANJI.fullmatch(written):
        return letters.kanji_number(written)
    large = _LARGE.fullmatch(written)
    if large and _PLAIN.fullmatch(large["group"]):
        count = int(large["group"].replace(",", ""))
        return count * _FACTOR[large["unit"][0]] * _FACTOR[large["unit"][1]]
    return _mixed(written)


def _mixed(written: str) -> int | None:
    """ASCII digits with units: 3万2千, 1億2,345万."""
    total, lowest, position = 0, 10**_LONGEST, 0
    while position < len(written):
        part = _MIXED.match(written, position)
        if not part or not _PLAIN.fullmatch(part["group"]):
            return None
        factor = _FACTOR.get(part["unit"] or "", 1)
        value = int(part["group"].replace(",", "")) * factor
        if factor >= lowest or value >= lowest or not value:
            return None
        total, lowest, position = total + value, factor, part.end()
    return total or None


def _why(plain: str) -> str:
    """The likeliest reason that an amount is none, as a note."""
    if re.search(r"[0-9][eE][+\-]?[0-9]", plain):
        return "exponent"
    if re.search(r"[0-9] [0-9]", plain):
        return "blank_inside"
    if re.fullmatch(r"[^0-9]*[0-9,]*\.[0-9]*[^0-9.]*", plain):
        return "decimal"
    if re.fullmatch(r"[^0-9]*[0-9][0-9,.'、]*[^0-9]*", plain) and re.search(
        "[,.'、]", plain
    ):
        return "separators"
    return "not_an_amount"


def _invalid(text: str, note: str) -> Normal[int]:
    return Normal(text, None, NormalStatus.INVALID, (note,))
