"""Takes 個人番号 out of text that is kept."""

from __future__ import annotations

import re

_DIGEST_OR_NUMBER = re.compile(
    r"(?P<digest>\b(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32})\b)"
    r"|(?<!\d)\d{4}[ 　\-‐－―ー]?\d{4}[ 　\-‐－―ー]?\d{4}(?!\d)"
)
MASK = "************"


def mask_my_numbers(text: str) -> str:
    """Return text with every number of twelve digits struck out.

    Whether the check digit holds is not looked at: a mistyped number is still somebody's.
    Digests (32, 40 or 64 hexadecimal digits) stay; they may hold twelve digits by chance.

    Examples:
        >>> mask_my_numbers("番号１２３４ ５６７８ ９０１２の件")
        '番号************の件'
        >>> mask_my_numbers("法人番号1234567890123")
        '法人番号1234567890123'
    """
    return _DIGEST_OR_NUMBER.sub(
        lambda found: found.group() if found.group("digest") else MASK, text
    )
