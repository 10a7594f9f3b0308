"""Where the print of a blank lies on a page, looked for where there is print alone."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.preprocess import Mask, Picture

_RULE_SHARE = 0.4
"""Of a region's width, from which a row of print is a rule."""
_APART_PX = 24
"""Print further apart is compared with the page piece by piece."""
_NEARER = 0.06
"""What a place as far off as possible must fit better by than one that is not off."""


@dataclass(frozen=True, slots=True)
class PrintPiece:
    """Print of a blank that lies together."""

    left: int
    top: int
    """Corner in its region."""
    ink: Mask = field(repr=False)


def pieces_of(ink: Mask) -> Iterator[PrintPiece]:
    """Yield the print: long rules across by themselves, what is left column by column.

    Every dot of print is in exactly one piece.
    """
    counts = np.count_nonzero(ink, axis=1)
    rest = ink.copy()
    for top, bottom in _runs(counts > _RULE_SHARE * ink.shape[1], 0):
        rest[top:bottom] = False
        yield PrintPiece(0, top, ink[top:bottom])
    for left, right in _runs(np.asarray(rest.any(axis=0)), _APART_PX):
        column = rest[:, left:right]
        for top, bottom in _runs(np.asarray(column.any(axis=1)), _APART_PX):
            yield PrintPiece(left, top, column[top:bottom].copy())


def _runs(there: NDArray[np.bool_], gap: int) -> list[tuple[int, int]]:
    """Return where something is, first and end, gaps of up to so many left out."""
    places = np.flatnonzero(there)
    if not places.size:
        return []
    ends = np.flatnonzero(np.diff(places) > gap + 1)
    firsts = places[np.concatenate(([0], ends + 1))]
    lasts = places[np.concatenate((ends, [len(places) - 1]))]
    return [
        (int(one), int(other) + 1) for one, other in zip(firsts, lasts, strict=True)
    ]


def best_place(
    paper: Picture, pieces: Sequence[PrintPiece], drift: int
) -> tuple[int, int]:
    """Return how far across and down the print fits best, each 0 to 2 x drift.

    Args:
        paper: Evened, larger than the region of the pieces by `drift` on every side.
        pieces: See `pieces_of`.
        drift: In pixels; in the middle nothing has moved.
    """
    dark = (255 - paper).astype(np.float32)
    fit: Any = np.zeros((2 * drift + 1, 2 * drift + 1), np.float32)
    # Paper adds nothing: looking at the print alone is a third of the work.
    for one in pieces:
        high, wide = one.ink.shape
        part = dark[
            one.top : one.top + high + 2 * drift,
            one.left : one.left + wide + 2 * drift,
        ]
        fit += cv2.matchTemplate(part, one.ink.astype(np.float32), cv2.TM_CCORR)
    # Among equally good places the nearest wins: a lone rule fits all along itself.
    offsets = np.arange(-drift, drift + 1, dtype=np.float32)
    away = offsets[:, None] ** 2 + offsets[None, :] ** 2
    _, _, _, (across, down) = cv2.minMaxLoc(fit * (1.0 - _NEARER * away / drift**2))
    return across, down
