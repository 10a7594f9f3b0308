"""One character's picture in, a vector of its stroke directions out. Pure functions.

The classical feature of Japanese handwriting recognition: gradient directions counted
in a coarse grid (H. Liu, X. Ding, "Handwritten character recognition using gradient
feature", ICDAR 2005; aspect-adaptive normalisation after C.-L. Liu et al., 2003).
"""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

Ink = NDArray[np.float32]
"""0.0 paper to 1.0 ink."""

_SIDE = 48
_MARGIN = 3
_GRID = 7
_DIRECTIONS = 8
FEATURES = _DIRECTIONS * _GRID * _GRID
_INKED = 0.35
_CENTRES = (np.arange(_GRID) + 0.5) * _SIDE / _GRID - 0.5
_WEIGHTS = np.exp(
    -0.5 * ((np.arange(_SIDE)[None] - _CENTRES[:, None]) / (_SIDE / _GRID / 1.8)) ** 2
).astype(np.float32)
_ROWS, _COLUMNS = np.indices((_SIDE, _SIDE))


def stroke_features(ink: Ink) -> NDArray[np.float32] | None:
    """Return the stroke directions of one character, or None when there is no ink.

    Args:
        ink: The character, with any margin.

    Examples:
        >>> bar = np.zeros((20, 20), np.float32)
        >>> stroke_features(bar) is None
        True
        >>> bar[4:16, 9:12] = 1.0
        >>> stroke_features(bar).shape
        (392,)
    """
    placed = _placed(ink)
    return None if placed is None else _directions(placed)


def _placed(ink: Ink) -> Ink | None:
    """Return the character in the middle of a square, thin ones kept thin."""
    inked = ink > _INKED
    rows, columns = np.flatnonzero(inked.any(axis=1)), np.flatnonzero(inked.any(axis=0))
    if rows.size == 0:
        return None
    cut = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    height, width = cut.shape
    long = _SIDE - 2 * _MARGIN
    ratio = min(height, width) / max(height, width)
    short = max(3, round(long * float(np.sqrt(np.sin(np.pi / 2 * ratio)))))
    size = (long, short) if width >= height else (short, long)
    how = cv2.INTER_AREA if size[0] < width else cv2.INTER_LINEAR
    placed = np.zeros((_SIDE, _SIDE), np.float32)
    top, left = (_SIDE - size[1]) // 2, (_SIDE - size[0]) // 2
    placed[top : top + size[1], left : left + size[0]] = cv2.resize(
        cut, size, interpolation=how
    )
    return cast("Ink", cv2.GaussianBlur(placed, (0, 0), 0.8))


def _directions(placed: Ink) -> NDArray[np.float32]:
    across = cv2.Sobel(placed, cv2.CV_32F, 1, 0)
    down = cv2.Sobel(placed, cv2.CV_32F, 0, 1)
    strength, angle = cv2.cartToPolar(across, down)
    turn = angle * (_DIRECTIONS / (2 * np.pi))
    whole = turn.astype(np.int32)
    part = turn - whole
    whole %= _DIRECTIONS
    maps = np.zeros((_DIRECTIONS, _SIDE, _SIDE), np.float32)
    maps[whole, _ROWS, _COLUMNS] = strength * (1 - part)
    maps[(whole + 1) % _DIRECTIONS, _ROWS, _COLUMNS] += strength * part
    pooled = _WEIGHTS @ maps @ _WEIGHTS.T
    return cast("NDArray[np.float32]", np.sqrt(np.maximum(pooled, 0.0)).ravel())
