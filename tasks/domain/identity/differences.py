"""Which characters differ between what was requested and what the ledger says."""

from __future__ import annotations

import unicodedata
from difflib import SequenceMatcher
from typing import TypeAlias

Marked: TypeAlias = tuple[tuple[str, bool], ...]
"""Pieces of a text in order; True marks a piece that differs."""

_HYPHENS = frozenset("-‐‑‒–—―−－ー")
_SPACES = frozenset(" \u3000\t\n\r")


def differing(text: str, beside: str) -> Marked:
    r"""Return `text` in pieces, marking what `beside` does not have in that place.

    Width (１/1, ｱ/ア), hyphens and spaces are not differences; 髙/高 is one, because the
    clerk decides whether it matters.

    Examples:
        >>> differing("髙橋　一郎", "高橋一郎")
        (('髙', True), ('橋\u3000一郎', False))
        >>> differing("みなと町１－２", "みなと町1-2")
        (('みなと町１－２', False),)
    """
    folds = [_fold(character) for character in text]
    points = [(place, point) for place, fold in enumerate(folds) for point in fold]
    other = [point for character in beside for point in _fold(character)]
    letters = [point for _, point in points]
    matcher = SequenceMatcher(None, letters, other, autojunk=False)
    same = {
        block.a + step
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    }
    marked = {place for number, (place, _) in enumerate(points) if number not in same}
    pieces: list[tuple[str, bool]] = []
    for place, character in enumerate(text):
        differs = place in marked
        if pieces and (pieces[-1][1] == differs or not folds[place]):
            pieces[-1] = (pieces[-1][0] + character, pieces[-1][1])
        else:
            pieces.append((character, differs))
    return tuple(pieces)


def _fold(character: str) -> str:
    """Return the code points that are compared; none for a space.

    Taken apart (NFKD), because half-width ﾀﾞ is two characters where ダ is one.
    """
    if character in _SPACES:
        return ""
    if character in _HYPHENS:
        return "-"
    return unicodedata.normalize("NFKD", character).casefold()
