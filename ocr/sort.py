"""Which form is this page? Features of the page against those of every blank.

A few strong features say which blanks are worth a closer look; only those are laid
onto the page with all features, so that ten known forms cost little more than one.
"""

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
    scaled,
    to_px,
)

SORT_DPI = 120.0
_MIN_INLIERS = 25
_MIN_INLIER_SHARE = 0.12
_FEATURES = 1800
_CANDIDATES = 6000
_SQUARE_MM = 7.0
"""Side of the squares whose strongest features are taken in turn."""
_FIRST_LOOK, _FIRST_LOOK_BLANK = 350, 900
"""Features of page and blank that vote on which blanks are looked at closely."""
_LEVELS = 8
_SECOND_LOOK = 1200
_WORTH_A_LOOK = 0.4
"""Of the votes of the form with most, from which another is looked at, too."""
_TOLERANCE_MM = 2.0
_ROWS_AT_ONCE = 32
_MORE_THAN_ALL_BITS = 1000


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The features of one blank."""

    form: FormDefinition
    places_mm: NDArray[np.float32] = field(repr=False)
    descriptors: Picture = field(repr=False)
    """Strongest first."""
    turns_deg: NDArray[np.float32] = field(repr=False)
    """Direction of each feature."""
    levels: NDArray[np.int64] = field(repr=False)
    """Of the picture made smaller step by step, on which each was found."""


@dataclass(frozen=True, slots=True)
class Features:
    """What was found on a page."""

    places_px: NDArray[np.float32] = field(repr=False)
    """On the page as scanned."""
    descriptors: Picture = field(repr=False)
    """Strongest first."""
    turns_deg: NDArray[np.float32] = field(repr=False)
    levels: NDArray[np.int64] = field(repr=False)
    """Of the picture made smaller step by step, on which each was found."""

    def __len__(self) -> int:
        return len(self.places_px)

    def where(self, keep: NDArray[np.bool_]) -> Features:
        """Return some of the features."""
        return Features(
            self.places_px[keep],
            self.descriptors[keep],
            self.turns_deg[keep],
            self.levels[keep],
        )


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
    found = _features(blank_picture(form, SORT_DPI))
    places = found.places_px * np.float32(MM_PER_INCH / SORT_DPI)
    return Fingerprint(form, places, found.descriptors, found.turns_deg, found.levels)


def features(grey: Picture, dpi: float) -> Features:
    """Return the features of a page.

    Args:
        grey: The page, any way round.
        dpi: Its resolution, roughly.
    """
    found = _features(scaled(grey, SORT_DPI / dpi))
    places = found.places_px * np.float32(dpi / SORT_DPI)
    return Features(places, found.descriptors, found.turns_deg, found.levels)


def likely_forms(
    page: Features, fingerprints: Sequence[Fingerprint]
) -> tuple[Likeness, ...]:
    """Return the forms that the page may be, most agreeing features first.

    Args:
        page: See `features`.
        fingerprints: One per form and version.
    """
    if len(page) < _MIN_INLIERS:
        return ()
    votes = [_votes(page, one) for one in fingerprints]
    least = _WORTH_A_LOOK * max(votes, default=0)
    found = [
        likeness
        for one, count in zip(fingerprints, votes, strict=True)
        if count >= least and (likeness := _compare(page, one)) is not None
    ]
    return tuple(sorted(found, key=lambda likeness: -likeness.inliers))


def _features(grey: Picture) -> Features:
    finder = cv2.ORB_create(nfeatures=_CANDIDATES, fastThreshold=12)  # type: ignore[attr-defined]
    # A light blur makes features of a 200 dpi copy those of a clean blank.
    soft = cv2.GaussianBlur(grey, (0, 0), 1.0)
    points: Any = finder.detect(soft, None)
    points, descriptors = finder.compute(soft, _spread(points))
    if descriptors is None:
        empty = np.zeros((0, 2), np.float32)
        none = np.zeros(0, np.int64)
        return Features(empty, np.zeros((0, 32), np.uint8), empty[:, 0], none)
    places = np.asarray(cv2.KeyPoint.convert(points), np.float32)
    turns = np.asarray([point.angle for point in points], np.float32)
    levels = np.asarray([point.octave for point in points], np.int64)
    # `compute` sorts by size; class_id carries the rank that `_spread` gave.
    best = np.argsort([point.class_id for point in points], kind="stable")
    return Features(places[best], descriptors[best], turns[best], levels[best])


def _spread(points: Sequence[Any]) -> list[Any]:
    """Return the strongest points, and those of every place in turn, half and half.

    Strong ones are found again most surely, but thick writing makes many of them: thin
    print elsewhere must have a say.
    """
    if not points:
        return []
    places = np.asarray(cv2.KeyPoint.convert(points), np.float32)
    strength = np.asarray([point.response for point in points], np.float32)
    square = to_px(_SQUARE_MM, SORT_DPI)
    columns, rows = (places // square).astype(np.int64).T
    square_of = rows * 4096 + columns
    order = np.lexsort((-strength, square_of))
    first_of = np.searchsorted(square_of[order], square_of[order], side="left")
    rank = np.empty(len(points), np.int64)
    rank[order] = np.arange(len(points)) - first_of
    in_turn = np.lexsort((-strength, rank))
    strongest = np.argsort(-strength, kind="stable")
    both = np.stack([strongest, in_turn], axis=1)[:_FEATURES].ravel()
    # None is twice among the strongest: so many pairs hold as many points.
    _, first = np.unique(both, return_index=True)
    chosen = both[np.sort(first)][:_FEATURES]
    for place, index in enumerate(chosen):
        points[index].class_id = place
    return [points[index] for index in chosen]


def _votes(page: Features, one: Fingerprint) -> int:
    """Return how many strong features agree on how the page is turned and scaled."""
    query, train, _ = _pairs(
        page.descriptors[:_FIRST_LOOK], one.descriptors[:_FIRST_LOOK_BLANK], 0.85
    )
    if query.size == 0:
        return 0
    turned = (page.turns_deg[query] - one.turns_deg[train]) % 360.0 // 15.0
    larger = page.levels[query] - one.levels[train] + _LEVELS
    counts = np.zeros((24, 2 * _LEVELS + 1), np.int64)
    # A hair under a whole turn is rounded up to one.
    np.add.at(counts, (turned.astype(int) % 24, larger), 1)
    near = counts + np.roll(counts, -1, axis=0)
    return int((near[:, 1:] + near[:, :-1]).max())


def _pairs(
    query: Picture, train: Picture, ratio: float
) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.float32]]:
    """Return indices of features that are alike, clearly more so than the next best."""
    if len(query) == 0 or len(train) < 2:
        none = np.zeros(0, np.intp)
        return none, none, np.zeros(0, np.float32)
    nearest, first, second = two_nearest(query, train)
    good = np.flatnonzero(first < ratio * second)
    return good, nearest[good], first[good].astype(np.float32)


def two_nearest(
    query: Picture, train: Picture
) -> tuple[NDArray[np.intp], NDArray[np.float64], NDArray[np.float64]]:
    """Return the nearest feature of each, in how many bits it differs, and the next best.

    As cv2.batchDistance, in two thirds of its time: few rows at once stay at hand.
    """
    asked, words = query.view(np.uint64), np.ascontiguousarray(train.view(np.uint64).T)
    nearest = np.empty(len(asked), np.intp)
    bits = np.empty((2, len(asked)))
    apart = np.empty((_ROWS_AT_ONCE, len(train)), np.uint64)
    counts = np.empty(apart.shape, np.uint8)
    for top in range(0, len(asked), _ROWS_AT_ONCE):
        rows = asked[top : top + _ROWS_AT_ONCE]
        some = slice(top, top + len(rows))
        total = np.zeros((len(rows), len(train)), np.uint16)
        for word, others in zip(rows.T, words, strict=True):
            np.bitwise_xor(word[:, None], others, out=apart[: len(rows)])
            total += np.bitwise_count(apart[: len(rows)], out=counts[: len(rows)])
        each = np.arange(len(rows))
        nearest[some] = best = total.argmin(axis=1)
        bits[0, some] = total[each, best]
        total[each, best] = _MORE_THAN_ALL_BITS
        bits[1, some] = total.min(axis=1)
    return nearest, bits[0], bits[1]


def _compare(page: Features, one: Fingerprint) -> Likeness | None:
    query, train, _ = _pairs(page.descriptors[:_SECOND_LOOK], one.descriptors, 0.85)
    if len(query) < _MIN_INLIERS:
        return None
    source, target = page.places_px[query], one.places_mm[train]
    for position in (_as_scanned, _as_photographed):
        px_to_mm = position(source, target)
        if px_to_mm is None or not _is_a_sheet(px_to_mm, one.form):
            continue
        inliers = int(_agreeing(px_to_mm, source, target).sum())
        if inliers >= max(_MIN_INLIERS, _MIN_INLIER_SHARE * len(query)):
            share = inliers / max(1, min(len(one.descriptors), _SECOND_LOOK))
            return Likeness(one.form, px_to_mm, inliers, share)
    return None


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


def corners_on_page(px_to_mm: Matrix, form: FormDefinition) -> Matrix | None:
    """Return the corners of the form on the page in pixels, clockwise; 4 x 2."""
    width, height = form.page_mm
    corners = np.asarray(
        [[[0, 0], [width, 0], [width, height], [0, height]]], np.float64
    )
    try:
        on_page = cv2.perspectiveTransform(corners, np.linalg.inv(px_to_mm))[0]
    except np.linalg.LinAlgError:
        return None
    return on_page if np.isfinite(on_page).all() else None


def _is_a_sheet(px_to_mm: Matrix, form: FormDefinition) -> bool:
    """Refuse positions that no sheet of paper can take: mirrored, folded, stretched."""
    on_page = corners_on_page(px_to_mm, form)
    if on_page is None:
        return False
    width, height = form.page_mm
    sides = np.roll(on_page, -1, axis=0) - on_page
    turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1] - (
        sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    )
    if not (turns > 0).all():
        return False
    lengths = np.linalg.norm(sides, axis=1) / (width, height, width, height)
    return bool(lengths.max() < 1.6 * lengths.min())
