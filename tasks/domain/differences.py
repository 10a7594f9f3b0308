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

    Width (１/1), hyphens and spaces are not differences; 髙/高 is one, because the
    clerk decides whether it matters.

    Examples:
        >>> differing("髙橋　一郎", "高橋一郎")
        (('髙', True), ('橋\u3000一郎', False))
        >>> differing("みなと町１－２", "みなと町1-2")
        (('みなと町１－２', False),)
    """
    folded = [_fold(character) for character in text]
    other = [fold for fold in map(_fold, beside) if fold]
    places = [place for place, fold in enumerate(folded) if fold]
    matcher = SequenceMatcher(None, [folded[p] for p in places], other, autojunk=False)
    same = {
        places[block.a + step]
        for block in matcher.get_matching_blocks()
        for step in range(block.size)
    }
    pieces: list[tuple[str, bool]] = []
    for place, character in enumerate(text):
        differs = bool(folded[place]) and place not in same
        if pieces and (pieces[-1][1] == differs or not folded[place]):
            pieces[-1] = (pieces[-1][0] + character, pieces[-1][1])
        else:
            pieces.append((character, differs))
    return tuple(pieces)


def _fold(character: str) -> str:
    """Return what is compared; empty for a space."""
    if character in _SPACES:
        return ""
    if character in _HYPHENS:
        return "-"
    return unicodedata.normalize("NFKC", character).casefold()
