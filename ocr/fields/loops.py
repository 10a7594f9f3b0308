"""Which printed words a hand has drawn a loop around, and whether that is plain.

A loop that goes around one word, leaves it clean and leaves every other word outside
chooses it. Whatever else is there (a word struck out, a loop around two, a tick on a
word, a seal) makes the choice undecided, for a person to look at.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.fields.marks import is_on_its_way
from ocr.fields.window import FIELD_DPI, Box, Window
from ocr.preprocess import MM_PER_INCH, Mask, components, ink_bounds, to_px, widened

_FRAME_GAP_MM = 2.0
"""Ends of a stroke this near to each other are one stroke cut by print."""
_SECTORS = 40
_AROUND_SHARE = 0.7
"""Of the directions in which a loop is met from inside; a hand may leave it open."""
_NOT_AROUND_SHARE = 0.58
"""Of a word that is outside; a loop beside it fills half the directions."""
_MOST_OF_A_LOOP = 0.5
"""Of the directions: from here on what fills the others is the rest of it."""
_IN_THE_WAY = 0.4
"""Of a rest's directions in which there is ink of the loop already."""
_LEAST_REST, _DEEP = 3, 0.5
"""Directions that a rest fills at least, and how deep it is in each, in half words."""
_BESIDE_WORD_MM = 3.0
"""So far from the word lies the rest of a loop around it."""
_WHOLE_LOOP = 0.9
"""Of the directions: so plain a loop that a rim across another word changes nothing."""
_CLEAR_OF_WORD = 0.62
"""Half widths (and heights) of the word from its middle, from where ink may be a loop."""
_ON_WORD = 0.45
_ON_WORD_SHARE = 0.15
"""Of a loop's ink so near to the middle at most: more of it strikes the word out."""
_FILLED_SHARE = 0.12
"""Of the word's middle that ink may cover."""
_OTHER_HELD = 0.45
"""Of another word's box that a loop may overlap."""
_STRAY_MM2 = 0.3
"""Ink that belongs to no loop; more of it, near a word, has a meaning of its own."""
_DUST_MM2 = 0.25
_NEAR_MM = 0.8
_RIM_RADIUS_MM, _OFF_THE_RIM_MM, _LEAST_CORNERS = 8.5, 0.45, 8
"""Of a stamp's rim: its radius at least, larger than that of a hand's round loop, how
far it strays, corners of its outline."""
_PX_PER_MM2 = (FIELD_DPI / MM_PER_INCH) ** 2
_SEAL_MM, _CORRECTION_SEAL_MM = 8.5, 4.0
_SEAL_ROUND, _OVAL = 0.94, 0.55
"""Share of its enclosing circle: a loop drawn by hand fills less; small seals for
corrections are often oval."""


@dataclass(frozen=True, slots=True)
class Word:
    """A printed word in the window."""

    value: str
    box: Box

    @property
    def centre(self) -> tuple[float, float]:
        """Across and down, in pixels."""
        left, top, right, bottom = self.box
        return (left + right) / 2, (top + bottom) / 2


@dataclass(frozen=True, slots=True, eq=False)
class _Piece:
    """Ink that hangs together, and how it is seen from each word."""

    ink: Mask = field(repr=False)
    sectors: tuple[frozenset[int], ...]
    """Per word the directions in which this ink is met, outside the word."""
    clear: tuple[bool, ...]
    """Per word whether its middle is left clean."""

    def share(self, word: int) -> float:
        """Return how much of the way around a word this ink goes, 0.0-1.0."""
        return len(self.sectors[word]) / _SECTORS

    def inside(self) -> set[int] | None:
        """Return which words this ink goes around; None when that is unclear."""
        found: set[int] = set()
        for word, clear in enumerate(self.clear):
            share = self.share(word)
            if share <= _NOT_AROUND_SHARE and clear:
                continue
            if share < _AROUND_SHARE or not clear:
                return None
            found.add(word)
        return found


def around_which(
    ink: Mask, window: Window, words: list[Word]
) -> tuple[str, ...] | None:
    """Return the words with a loop around each, in order; None when a person must look.

    Args:
        ink: That is not on the blank.
        window: Of the words.
        words: As printed.
    """
    # Strokes cut where they cross print are one stroke again once widened.
    pieces = [
        _seen(one, words) for one in _parts(_without_red_rims(ink, window, words))
    ]
    pieces = _made_whole(pieces, words)
    near = widened(places_of(ink.shape, words), _NEAR_MM, FIELD_DPI)
    chosen: set[int] = set()
    rests: list[_Piece] = []
    for piece in pieces:
        inside = piece.inside()
        if inside is None:
            return None
        if len(inside) == 1:
            if _is_spoilt(piece.ink, window) or _also_holds(piece.ink, words, *inside):
                return None
            chosen |= inside
        elif inside:
            return None
        elif piece.ink[near].sum() > _STRAY_MM2 * _PX_PER_MM2:
            rests.append(piece)
    plain = bool(chosen) and all(
        any(piece.share(word) >= _WHOLE_LOOP for piece in pieces) for word in chosen
    )
    taken = [words[one] for one in chosen] if plain else None
    if not all(_only_passes(rest.ink, taken) for rest in rests):
        return None
    return tuple(word.value for place, word in enumerate(words) if place in chosen)


def _parts(ink: Mask) -> list[Mask]:
    """Return what hangs together, and is more than dust or a rest of print."""
    labels, stats, _ = components(widened(ink, _FRAME_GAP_MM / 2, FIELD_DPI))
    parts = [(labels == one) & ink for one in range(1, len(stats))]
    return [one for one in parts if one.sum() > _DUST_MM2 * _PX_PER_MM2]


def _without_red_rims(ink: Mask, window: Window, words: Sequence[Word]) -> Mask:
    """Return the ink without red stamps that reach in from elsewhere.

    Their rims join loops of another colour that they cross. One that is around a word or
    on it may hide a mark, and stays.
    """
    red = ink & widened(window.red, 0.15, FIELD_DPI)
    if not red.any():
        return ink
    rims = np.zeros_like(ink)
    for part in _parts(red):
        if _is_rim(part) and _seen(part, words).inside() == set():
            rims |= part
    return ink & ~widened(rims, 0.1, FIELD_DPI) if rims.any() else ink


def _is_rim(part: Mask) -> bool:
    """Tell whether the outside of a piece lies on one circle, larger than a letter's."""
    found: Any = cv2.findNonZero(part.astype(np.uint8))
    outside = cv2.convexHull(found).reshape(-1, 2) * (MM_PER_INCH / FIELD_DPI)
    if len(outside) < _LEAST_CORNERS:
        return False
    equations = np.column_stack([outside, np.ones(len(outside))])
    squares = (outside**2).sum(axis=1)
    across, down, rest = np.linalg.lstsq(equations, squares, rcond=None)[0]
    centre = np.array([across, down]) / 2
    radius_mm = float(np.sqrt(max(0.0, rest + centre @ centre)))
    off = np.abs(np.hypot(*(outside - centre).T) - radius_mm)
    return bool(radius_mm >= _RIM_RADIUS_MM and off.max() <= _OFF_THE_RIM_MM)


def _only_passes(rest: Mask, taken: Sequence[Word] | None) -> bool:
    """Tell whether ink at a word is on its way to elsewhere: the rim of a stamp.

    That counts only where every loop is whole and apart from it.
    """
    if taken is None or not (is_on_its_way(rest) or _is_rim(rest)):
        return False
    near = widened(places_of(rest.shape, taken), _NEAR_MM, FIELD_DPI)
    return not (rest & near).any()


def _seen(ink: Mask, words: Sequence[Word]) -> _Piece:
    rows, columns = np.nonzero(ink)
    sectors: list[frozenset[int]] = []
    clear: list[bool] = []
    for word in words:
        angles, distances = _seen_from(word, rows, columns)
        all_around = np.floor((angles + np.pi) / (2 * np.pi) * _SECTORS).astype(int)
        outside = all_around[distances >= _CLEAR_OF_WORD] % _SECTORS
        sectors.append(frozenset(np.unique(outside).tolist()))
        on_word = distances < _ON_WORD
        clear.append(
            bool(
                on_word.mean() <= _ON_WORD_SHARE
                and on_word.sum() <= _FILLED_SHARE * _middle_area(word)
            )
        )
    return _Piece(ink, tuple(sectors), tuple(clear))


def _made_whole(pieces: list[_Piece], words: Sequence[Word]) -> list[_Piece]:
    """Return the pieces, what is left of one loop put together.

    A tight loop runs along the letters and goes with them where the print is taken out.
    What is left lies in directions of its own, between the ends of the loop; a seal or
    a tick beside it lies where the loop is, too.
    """
    for place, word in enumerate(words):
        most = max(pieces, key=lambda one: one.share(place), default=None)
        if most is None or not _MOST_OF_A_LOOP <= most.share(place) < _WHOLE_LOOP:
            continue
        others = [one for one in pieces if one is not most]
        rests = [one for one in others if _goes_on(most, one, place, word)]
        whole = functools.reduce(_joined, rests, most)
        pieces = [*(one for one in others if one not in rests), whole]
    return pieces


def _goes_on(loop: _Piece, rest: _Piece, place: int, word: Word) -> bool:
    """Tell whether a rest lies near the word, in directions where the loop is not."""
    there = rest.sectors[place]
    if not there or len(there & loop.sectors[place]) > _IN_THE_WAY * len(there):
        return False
    bounds = ink_bounds(rest.ink)
    if bounds is None:
        return False
    beside = to_px(_BESIDE_WORD_MM, FIELD_DPI)
    left, top, right, bottom = word.box
    low = bounds[0] >= left - beside and bounds[1] >= top - beside
    high = bounds[2] <= right + beside and bounds[3] <= bottom + beside
    return low and high and _is_one_stroke(rest.ink, word)


def _is_one_stroke(rest: Mask, word: Word) -> bool:
    """Tell whether ink runs around a word as one thin line: no cross, tick or ring."""
    angles, distances = _seen_from(word, *np.nonzero(rest))
    sectors = np.floor((angles + np.pi) / (2 * np.pi) * _SECTORS).astype(int)
    deep = [np.ptp(distances[sectors == one]) for one in np.unique(sectors)]
    return len(deep) >= _LEAST_REST and float(np.max(deep)) <= _DEEP


def _joined(one: _Piece, other: _Piece) -> _Piece:
    return replace(
        one,
        ink=one.ink | other.ink,
        sectors=tuple(a | b for a, b in zip(one.sectors, other.sectors, strict=True)),
        clear=tuple(a and b for a, b in zip(one.clear, other.clear, strict=True)),
    )


def places_of(shape: tuple[int, ...], words: Sequence[Word]) -> Mask:
    """Return where the words are printed."""
    places = np.zeros(shape, np.bool_)
    for word in words:
        left, top, right, bottom = word.box
        places[max(0, top) : bottom, max(0, left) : right] = True
    return places


def _middle_area(word: Word) -> float:
    """Return the pixels of a word's middle, as `_ON_WORD` bounds it."""
    left, top, right, bottom = word.box
    return math.pi * _ON_WORD**2 * (right - left) * (bottom - top) / 4


def _also_holds(piece: Mask, words: list[Word], around: int) -> bool:
    """Tell whether a loop holds much of another word besides the one it is around."""
    found: Any = cv2.findNonZero(piece.astype(np.uint8))
    held = np.zeros(piece.shape, np.uint8)
    cv2.fillConvexPoly(held, cv2.convexHull(found), (1,))
    for place, word in enumerate(words):
        left, top, right, bottom = word.box
        share = held[max(0, top) : bottom, max(0, left) : right].mean()
        if place != around and share > _OTHER_HELD:
            return True
    return False


def _seen_from(
    word: Word, rows: NDArray[np.intp], columns: NDArray[np.intp]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return direction and distance of ink from a word's middle.

    The word's box is taken as a square with sides of 2, so that a line through a long
    word is met in few directions.
    """
    left, top, right, bottom = word.box
    across, down = word.centre
    x = (columns - across) / ((right - left) / 2)
    y = (rows - down) / ((bottom - top) / 2)
    return np.arctan2(y, x), np.hypot(x, y)


def _is_spoilt(loop: Mask, window: Window) -> bool:
    """Tell whether a loop is a seal, or bears one that takes it back (訂正印)."""
    if _is_red(loop, window):
        return _is_round(loop, _SEAL_MM, _SEAL_ROUND)
    red = loop & widened(window.red, 0.15, FIELD_DPI)
    return any(_is_round(part, _CORRECTION_SEAL_MM, _OVAL) for part in _parts(red))


def _is_round(part: Mask, least_mm: float, least_share: float) -> bool:
    """Tell whether a piece is this wide and fills this much of a circle around it."""
    found: Any = cv2.findNonZero(part.astype(np.uint8))
    hull = cv2.convexHull(found)
    _, radius = cv2.minEnclosingCircle(hull)
    round_share = cv2.contourArea(hull) / max(1.0, np.pi * radius**2)
    return bool(2 * radius >= to_px(least_mm, FIELD_DPI) and round_share >= least_share)


def _is_red(piece: Mask, window: Window) -> bool:
    red = widened(window.red, 0.15, FIELD_DPI)
    return bool(piece[red].sum() >= 0.5 * piece.sum())
