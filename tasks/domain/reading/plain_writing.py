"""Whether a page is written so plainly that a reader of print reads it, too.

A hand that draws 7 like 1 deceives every reader at once, and the number itself says
nothing about it; the rest of the page does. Tesseract fails on most handwriting: where it
agrees on most other fields, the page is typed or as good as typed, and agreement there is
worth more. What it is worth is measured apart (docs/decisions/0011).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ocr.model import FieldKind

PLAIN_SHARE = 0.6
"""Of the other fields that both read alike. On pages for fitting 93 % of those printed
have it, 17 % of those by a careful hand, and none by a careless one."""
_LEAST_OTHERS = 4
_SHORTEST = 3
"""Characters: two readers may agree on one or two by chance."""
_FIRST, _OF_PRINT = "rapid", "tesseract"
_UNREAD = frozenset(
    {
        *(FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE, FieldKind.CHOICE),
        FieldKind.CODE,
    }
)


def read_alike(kind: str, keys: Mapping[str, str]) -> bool | None:
    """Return whether both readers read a field alike; None when it says nothing.

    Args:
        kind: Value of ocr.model.FieldKind.
        keys: Engine: comparison key of its usable value.

    Examples:
        >>> read_alike("name", {"rapid": "港太郎", "tesseract": "港太郎"})
        True
        >>> read_alike("digits", {"rapid": "7", "tesseract": "1"}) is None
        True
    """
    first = keys.get(_FIRST, "")
    if kind in _UNREAD or len(first) < _SHORTEST:
        return None
    return first == keys.get(_OF_PRINT, "")


def plain_for(alike: Sequence[bool | None]) -> tuple[bool, ...]:
    """Return, for each field of a page, whether the others are plainly written.

    Args:
        alike: Of each field, see `read_alike`.

    Examples:
        >>> plain_for([True, True, True, True, None, False])
        (True, True, True, True, True, True)
        >>> plain_for([True, True, True, True])
        (False, False, False, False)
    """
    saying = sum(one is not None for one in alike)
    same = sum(one is True for one in alike)
    return tuple(
        _is_plain(same - (one is True), saying - (one is not None)) for one in alike
    )


def _is_plain(same: int, others: int) -> bool:
    return others >= _LEAST_OTHERS and same >= PLAIN_SHARE * others
