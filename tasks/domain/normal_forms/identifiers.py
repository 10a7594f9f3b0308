"""Numbers that name something: postal code, 個人番号, 法人番号, 宛名番号, account.

All are text: leading zeros are part of them. No note ever holds a digit of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.normal import Normal, NormalStatus

_HYPHENS = "-‐‑‒–—―−ーｰ"
_PARTING = re.compile(rf"[{_HYPHENS} .()・/のノ]")
_OK, _WARN, _INVALID = NormalStatus.OK, NormalStatus.WARN, NormalStatus.INVALID

MY_NUMBER_IN_TEXT = re.compile(r"(?<![0-9])[0-9]{4}[- ]?[0-9]{4}[- ]?[0-9]{4}(?![0-9])")
"""What may be an individual number inside running text."""


def _digits(text: str) -> str | None:
    """Digits of text without parting marks; None when anything else is in it."""
    plain = _PARTING.sub("", letters.fold_blanks(text[: letters.LONGEST]))
    return plain if plain.isascii() and plain.isdigit() else None


def _empty(text: str) -> bool:
    return not letters.fold_blanks(text)


def _result(
    text: str, value: str | None, status: NormalStatus, *notes: str
) -> Normal[str]:
    return Normal(text, value, status, notes)


def normalize_postal(text: str) -> Normal[str]:
    """Return a postal code as 123-4567.

    Returns:
        Notes: leading_zero_lost (put back), old_format (3 or 5 digits), wrong_length,
        not_a_number, empty.

    Examples:
        >>> normalize_postal("〒１２３ー４５６７").value
        '123-4567'
        >>> normalize_postal("600001").value, normalize_postal("600001").notes
        ('060-0001', ('leading_zero_lost',))
    """
    if _empty(text):
        return _result(text, None, _INVALID, "empty")
    digits = _digits(re.sub("^[〒〶\u3012] ?", "", letters.fold_blanks(text)))
    if digits is None:
        return _result(text, None, _INVALID, "not_a_number")
    if len(digits) in (3, 5):
        return _result(text, None, _INVALID, "old_format")
    if len(digits) == 6:
        return _result(text, f"0{digits[:2]}-{digits[2:]}", _WARN, "leading_zero_lost")
    if len(digits) != 7:
        return _result(text, None, _INVALID, "wrong_length")
    return _result(text, f"{digits[:3]}-{digits[3:]}", _OK)


def postal_agrees(
    postal: str,
    prefecture: str,
    city: str,
    town: str,
    towns: Mapping[str, frozenset[str]],
) -> bool | None:
    """Return whether a postal code belongs to a town; None when the list lacks the code.

    Args:
        postal: As `normalize_postal` gives it.
        prefecture: Empty when not written.
        city: Empty when not written.
        town: May be longer than the listed one (小字).
        towns: Postal code: joined names 「県市町」 it covers, from edges.towns.

    Examples:
        >>> towns = {"100-0001": frozenset({"東京都千代田区千代田"})}
        >>> postal_agrees("100-0001", "", "千代田区", "千代田", towns)
        True
        >>> postal_agrees("100-0001", "大阪府", "", "", towns)
        False
    """
    listed = towns.get(postal)
    if listed is None:
        return None
    written = prefecture + city
    for name in listed:
        place = name.find(written)
        if place < 0 or (prefecture and place):
            continue
        rest = name[place + len(written) :] if city else ""
        if not town or not rest or town.startswith(rest) or rest.startswith(town):
            return True
    return False


def my_number_check_digit(first_eleven: str) -> int:
    """Return the check digit of an individual number (総務省令第85号 2014, article 5).

    Args:
        first_eleven: Eleven ASCII digits.

    Examples:
        >>> my_number_check_digit("12345678901")
        8
    """
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    remainder = sum(int(d) * w for d, w in zip(first_eleven, weights, strict=True)) % 11
    return 0 if remainder <= 1 else 11 - remainder


def corporate_check_digit(last_twelve: str) -> int:
    """Return the check digit of a corporate number (財務省令第70号 2014, article 2).

    Args:
        last_twelve: Twelve ASCII digits.

    Examples:
        >>> corporate_check_digit("000012050002")  # 国税庁 7000012050002
        7
    """
    total = sum(int(d) * (1 + n % 2) for n, d in enumerate(reversed(last_twelve)))
    return 9 - total % 9


def normalize_my_number(text: str) -> Normal[str]:
    """Return an individual number (個人番号) of 12 digits; notes never hold a digit.

    Returns:
        Notes: check_digit, wrong_length, not_a_number, all_same, empty.

    Examples:
        >>> normalize_my_number("1234-5678-9018").status.value
        'ok'
        >>> normalize_my_number("123456789012").notes
        ('check_digit',)
    """
    return _checked(text, 12, lambda d: int(d[-1]) == my_number_check_digit(d[:-1]))


def normalize_corporate_number(text: str) -> Normal[str]:
    """Return a corporate number (法人番号) of 13 digits; T of an invoice number is taken off.

    Returns:
        Notes: invoice_number, check_digit, wrong_length, not_a_number, all_same, empty.

    Examples:
        >>> normalize_corporate_number("7000012050002").value
        '7000012050002'
        >>> normalize_corporate_number("T7000012050002").notes
        ('invoice_number',)
    """
    plain = letters.fold_blanks(text)
    bare = re.sub("^[Tt] ?-?(?=[0-9])", "", plain)
    found = _checked(bare, 13, lambda d: int(d[0]) == corporate_check_digit(d[1:]))
    notes = ("invoice_number", *found.notes) if bare != plain else found.notes
    return Normal(text, found.value, found.status, notes)


def _checked(text: str, length: int, valid: Callable[[str], bool]) -> Normal[str]:
    if _empty(text):
        return _result(text, None, _INVALID, "empty")
    digits = _digits(text)
    if digits is None:
        return _result(text, None, _INVALID, "not_a_number")
    if len(digits) != length:
        return _result(text, None, _INVALID, "wrong_length")
    if len(set(digits)) == 1:
        return _result(text, None, _INVALID, "all_same")
    if not valid(digits):
        return _result(text, None, _INVALID, "check_digit")
    return _result(text, digits, _OK)


_ADDRESSEE = re.compile(r"[0-9A-Z][0-9A-Z\-]*")


def normalize_addressee_no(text: str) -> Normal[str]:
    """Return 宛名番号 as text: one width, no blanks, leading zeros kept.

    Returns:
        Notes: decimal (a cell read as a number, such as `123.0`), not_a_number, empty.

    Examples:
        >>> normalize_addressee_no("０００１２３").value
        '000123'
    """
    plain = letters.fold_blanks(text).replace(" ", "").upper()
    if not plain:
        return _result(text, None, _INVALID, "empty")
    plain = letters.unify_digit_hyphens(plain)
    if re.fullmatch(r"[0-9]+\.0+", plain):
        return _result(text, None, _INVALID, "decimal")
    if not _ADDRESSEE.fullmatch(plain) or not re.search("[0-9]", plain):
        return _result(text, None, _INVALID, "not_a_number")
    return _result(text, plain, _OK)


def normalize_account_number(text: str) -> Normal[str]:
    """Return a bank account number of 7 digits, zeros put before a shorter one.

    ゆうちょ numbers of 8 digits are kept as they are.

    Returns:
        Notes: padded, postal_bank, wrong_length, not_a_number, empty.

    Examples:
        >>> normalize_account_number("１２３４５６７").value
        '1234567'
        >>> normalize_account_number("123456").notes
        ('padded',)
    """
    if _empty(text):
        return _result(text, None, _INVALID, "empty")
    digits = _digits(text)
    if digits is None:
        return _result(text, None, _INVALID, "not_a_number")
    if len(digits) == 8:
        return _result(text, digits, _WARN, "postal_bank")
    if len(digits) > 8 or len(digits) < 4 or not digits.strip("0"):
        return _result(text, None, _INVALID, "wrong_length")
    if len(digits) < 7:
        return _result(text, digits.zfill(7), _WARN, "padded")
    return _result(text, digits, _OK)


def mask_my_numbers(text: str) -> str:
    """Return text with whatever passes as an individual number masked.

    Examples:
        >>> mask_my_numbers("番号は1234-5678-9018です")
        '番号は************です'
    """
    return MY_NUMBER_IN_TEXT.sub(_masked, text)


def _masked(found: re.Match[str]) -> str:
    digits = re.sub("[^0-9]", "", found[0])
    valid = int(digits[-1]) == my_number_check_digit(digits[:-1])
    return "*" * 12 if valid else found[0]
