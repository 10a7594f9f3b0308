"""Check digits of 個人番号 and 法人番号, written from the ordinances."""

from __future__ import annotations


def my_number(digits: str) -> str:
    """Return eleven digits with the check digit of 個人番号 added (総務省令第85号 第5条).

    Examples:
        >>> my_number("12345678901")
        '123456789018'
    """
    total = sum(
        int(digit) * (n + 1 if n <= 6 else n - 5)
        for n, digit in enumerate(reversed(digits), start=1)
    )
    rest = total % 11
    return digits + str(0 if rest <= 1 else 11 - rest)


def corporate_number(digits: str) -> str:
    """Return twelve digits led by the check digit of 法人番号 (財務省令第70号 第2条).

    Examples:
        >>> corporate_number("700110005901")
        '8700110005901'
    """
    total = sum(
        int(digit) * (1 if n % 2 else 2)
        for n, digit in enumerate(reversed(digits), start=1)
    )
    return str(9 - total % 9) + digits
