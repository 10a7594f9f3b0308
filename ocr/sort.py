"""Which form is this page? Features of the page against those of every blank."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.forms import FormDefinition
from ocr.preprocess import (
    MM_PER_INCH,
    Matrix,
    Picture,
    blank_picture,
    components,
    evened,
    ink_mask,
    scaled,
    to_px,
)

SORT_DPI = 120.0
_MIN_INLIERS = 25
_MIN_INLIER_SHARE = 0.12
_FEATURES = 1800
_TOLERANCE_MM = 2.0
_LIT_PAPER = 150
"""Grey of the darkest sheet (recycled or coloured paper) under a working lamp."""
_EVEN_PAPER = 12.0
"""Standard deviation of the grey of an empty sheet at 100 dpi, at most."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The features of one blank."""

    form: FormDefinition
    places_mm: NDArray[np.float32] = field(repr=False)
    descriptors: Picture = field(repr=False)


@dataclass(frozen=True, slots=True)
class Likeness:
    """How one form lies on the page, roughly."""

    form: FormDefinition
    px_to_mm: Matrix = field(repr=False)
    """3 x 3: pixels of the page to millimetres of the form."""
    inliers: int
    """Features that agree on this position."""
    share: float
    """Of the blank's features."""


def fingerprint(form: FormDefinition) -> Fingerprint:
    """Return the features of a form's blank."""
    blank = blank_picture(form, SORT_DPI)
    points, descriptors = _features(blank)
    places = np.asarray([point.pt for point in points], np.float32).reshape(-1, 2)
    return Fingerprint(form, places * np.float32(MM_PER_INCH / SORT_DPI), descriptors)


def likely_forms(
    grey: Picture, dpi: float, fingerprints: Sequence[Fingerprint]
) -> tuple[Likeness, ...]:
    """Return the forms that the page may be, most agreeing features first.

    Args:
        grey: The page, any way round.
        dpi: Its resolution.
        fingerprints: One per form.
    """
    points, descriptors = _features(scaled(grey, SORT_DPI / dpi))
    if len(points) < _MIN_INLIERS:
        return ()
    places_px = np.asarray([point.pt for point in points], np.float32) * np.float32(
        dpi / SORT_DPI
    )
    found = []
    for one in fingerprints:
        likeness = _compare(places_px, descriptors, one)
        if likeness is not None:
            found.append(likeness)
    return tuple(sorted(found, key=lambda likeness: -likeness.inliers))


def is_empty_sheet(grey: Picture, dpi: float) -> bool:
    """Tell whether nothing is on the page: a back side, perhaps with show-through.

    Dust, a shadow along an edge and print shining through from the other side do
    not count as something. An empty sheet is dropped without a question, so a dark
    or noisy picture, which may be a failed scan, is never one.
    """
    small = scaled(grey, 100.0 / dpi)
    edge = to_px(6.0, 100.0)
    paper = evened(small, 100.0)[edge:-edge, edge:-edge]
    if np.median(small) < _LIT_PAPER or float(paper.std()) > _EVEN_PAPER:
        return False
    inner = ink_mask(paper, darker_than=185)
    _, stats, _ = components(inner)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    marks = sizes[sizes >= 6]
    return bool(marks.size <= 4 and marks.sum() < 120)


def _features(grey: Picture) -> tuple[Sequence[Any], Picture]:
    finder = cv2.ORB_create(nfeatures=_FEATURES, fastThreshold=12)  # type: ignore[attr-defined]
    # A light blur makes features of a 200 dpi copy those of a clean blank.
    points, descriptors = finder.detectAndCompute(
        cv2.GaussianBlur(grey, (0, 0), 1.0), None
    )
    if descriptors is None:
        return (), np.zeros((0, 32), np.uint8)
    return points, descriptors


def _compare(
    places_px: NDArray[np.float32], descriptors: Picture, one: Fingerprint
) -> Likeness | None:
    pairs = cv2.BFMatcher(cv2.NORM_HAMMING).knnMatch(descriptors, one.descriptors, k=2)
    good = [
        pair[0]
        for pair in pairs
        if len(pair) == 2 and pair[0].distance < 0.85 * pair[1].distance
    ]
    if len(good) < _MIN_INLIERS:
        return None
    source = places_px[[match.queryIdx for match in good]]
    target = one.places_mm[[match.trainIdx for match in good]]
    best: Likeness | None = None
    for position in (_as_scanned, _as_photographed):
        px_to_mm = position(source, target)
        if px_to_mm is None or not _is_a_sheet(px_to_mm, one.form):
            continue
        inliers = int(_agreeing(px_to_mm, source, target).sum())
        if inliers >= max(_MIN_INLIERS, _MIN_INLIER_SHARE * len(good)):
            share = inliers / max(1, len(one.descriptors))
            best = Likeness(one.form, px_to_mm, inliers, share)
            break
    return best


def _as_scanned(
    source: NDArray[np.float32], target: NDArray[np.float32]
) -> Matrix | None:
    """Return the position of a flat sheet: turned, shifted, scaled, a little skewed.

    Two pairs fix a similarity, so that chance agreement of repeated print is rarer
    than with the four of a homography.
    """
    turned: Any
    turned, _ = cv2.estimateAffinePartial2D(
        source,
        target,
        method=cv2.RANSAC,
        ransacReprojThreshold=_TOLERANCE_MM * 1.5,
        maxIters=5000,
        confidence=0.999,
    )
    if turned is None or not np.isfinite(turned).all():
        return None
    rough = np.vstack([turned, [0.0, 0.0, 1.0]]).astype(np.float64)
    near = _agreeing(rough, source, target, _TOLERANCE_MM * 2)
    if near.sum() < _MIN_INLIERS:
        return None
    matrix, _ = cv2.findHomography(
        source[near], target[near], cv2.RANSAC, _TOLERANCE_MM / 2
    )
    return _finite(matrix)


def _as_photographed(
    source: NDArray[np.float32], target: NDArray[np.float32]
) -> Matrix | None:
    """Return the position of a sheet seen at a slant."""
    matrix, _ = cv2.findHomography(
        source, target, cv2.USAC_MAGSAC, _TOLERANCE_MM, maxIters=10000
    )
    return _finite(matrix)


def _finite(matrix: object) -> Matrix | None:
    if not isinstance(matrix, np.ndarray) or not np.isfinite(matrix).all():
        return None
    return matrix.astype(np.float64)


def _agreeing(
    px_to_mm: Matrix,
    source: NDArray[np.float32],
    target: NDArray[np.float32],
    within_mm: float = _TOLERANCE_MM,
) -> NDArray[np.bool_]:
    moved = cv2.perspectiveTransform(source[None].astype(np.float64), px_to_mm)[0]
    return cast("NDArray[np.bool_]", np.linalg.norm(moved - target, axis=1) < within_mm)


def _is_a_sheet(px_to_mm: Matrix, form: FormDefinition) -> bool:
    """Refuse positions that no sheet of paper can take: mirrored, folded, stretched."""
    width, height = form.page_mm
    corners = np.asarray(
        [[[0, 0], [width, 0], [width, height], [0, height]]], np.float64
    )
    try:
        on_page = cv2.perspectiveTransform(corners, np.linalg.inv(px_to_mm))[0]
    except np.linalg.LinAlgError:
        return False
    if not np.isfinite(on_page).all():
        return False
    sides = np.roll(on_page, -1, axis=0) - on_page
    turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1] - (
        sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    )
    if not (turns > 0).all():
        return False
    lengths = np.linalg.norm(sides, axis=1) / (width, height, width, height)
    return bool(lengths.max() < 1.6 * lengths.min())
