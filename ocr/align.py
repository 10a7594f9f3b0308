"""The page laid exactly onto its blank, and how well it fits, in millimetres.

Small pieces of the blank's print (landmarks) are looked up on the page around the
place where the sorter put them; a homography is fitted to what was found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.errors import ReadingError
from ocr.forms import FormDefinition
from ocr.preprocess import (
    MM_PER_INCH,
    Matrix,
    Picture,
    blank_picture,
    evened,
    scaled,
    to_px,
)

ALIGN_DPI = 150.0
_COARSE_DPI = 75.0
_LANDMARKS = 140
_APART_MM = 6.5
_HALF_MM = 4.0
_ROUNDS = ((_COARSE_DPI, 4.0), (ALIGN_DPI, 1.2))
"""Resolution of each round, and how far from its place it looks for a landmark."""
_LAST_SEARCH_MM = 1.2
_LIKE_ENOUGH = 0.55
"""Correlation from which a landmark counts as found."""
_MAX_RESIDUAL_MM = 0.45
_ONCE_MORE_MM = 0.15
_MAX_BEND_MM = 0.3
"""Curled paper bends further; flat paper on a good scanner a tenth of it."""
_STRAY_MM = 0.9
"""A landmark this far from the smooth surface met a look-alike."""
_SMOOTHINGS = 5
_MIN_FOUND_SHARE = 0.6
_MIN_QUARTER_SHARE = 0.35
"""Of the landmarks of each quarter of the form: a hand or a fold may hide some."""
_FEWEST = 12
_CORNERS = np.array([[0, 0], [1, 0], [1, 1], [0, 1]], np.float64)
_OWN_PLACE_MM = 0.7
_COMES_AGAIN = 0.8
"""Likeness to itself, moved a little, from which a landmark would be mistaken."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Pieces of one blank that are easy to find again."""

    form: FormDefinition
    blanks: dict[float, Picture] = field(repr=False)
    """Blurred blank at each resolution of the rounds."""
    centres_mm: NDArray[np.float64] = field(repr=False)
    """N x 2: across, down."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A page made ready once, to be laid onto as many blanks as it may be of."""

    picture: Picture = field(repr=False)
    """Grey at about ALIGN_DPI, its paper evenly white."""
    from_page: Matrix = field(repr=False)
    """3 x 3: pixels of the page as scanned to pixels of `picture`."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where the form lies on the page."""

    form: FormDefinition
    px_to_mm: Matrix = field(repr=False)
    """3 x 3: pixels of the page as scanned to millimetres of the form."""
    residual_mm: float
    """Median distance of the landmarks between blank and page after alignment."""
    bend_mm: float
    """How far a field may lie off because the paper is not flat."""
    found_share: float
    """Share of the landmarks found within a millimetre."""
    laid: Picture = field(repr=False)
    """The page on the form at ALIGN_DPI, white where nothing was scanned."""


def prepared(grey: Picture, dpi: float) -> Prepared:
    """Return a page ready to be laid onto blanks.

    Args:
        grey: The page, any way round.
        dpi: Its resolution, roughly.
    """
    factor = min(1.0, ALIGN_DPI / dpi)
    small = evened(scaled(grey, factor), ALIGN_DPI)
    # Pixel centres: the middle of the first pixel is at (factor - 1) / 2 of the small.
    middle = (factor - 1.0) / 2.0
    from_page = np.array([[factor, 0, middle], [0, factor, middle], [0, 0, 1.0]])
    return Prepared(small, from_page)


def landmarks(form: FormDefinition) -> Landmarks:
    """Return the landmarks of a form's blank: corners of frames and of print.

    Raises:
        ValueError: The blank is not a picture, or has too little print to align to.
    """
    blanks = {
        dpi: cast("Picture", cv2.GaussianBlur(blank_picture(form, dpi), (0, 0), blur))
        for dpi, blur in ((_COARSE_DPI, 0.8), (ALIGN_DPI, 1.2))
    }
    blank = blanks[ALIGN_DPI]
    margin = to_px(_HALF_MM + 1.0, ALIGN_DPI)
    inside = np.zeros(blank.shape, np.uint8)
    inside[margin:-margin, margin:-margin] = 255
    corners: Any = cv2.goodFeaturesToTrack(
        blank,
        maxCorners=_LANDMARKS,
        qualityLevel=0.05,
        minDistance=to_px(_APART_MM, ALIGN_DPI),
        mask=inside,
        blockSize=7,
    )
    if corners is None or len(corners) < _FEWEST:
        raise ValueError(f"{form.form}: blank has too little print to align a page to")
    places = _unmistakable(blank, corners.reshape(-1, 2))
    centres = places.astype(np.float64) * MM_PER_INCH / ALIGN_DPI
    return Landmarks(form, blanks, centres)


def _unmistakable(
    blank: Picture, places_px: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return the places whose print does not come again close by, as dotted lines do.

    All of them when too few are left: a form of nothing but lines is laid as it may.
    """
    half, reach = to_px(_HALF_MM, ALIGN_DPI), to_px(_LAST_SEARCH_MM, ALIGN_DPI)
    own = to_px(_OWN_PLACE_MM, ALIGN_DPI)
    wide = cv2.copyMakeBorder(blank, *(reach,) * 4, cv2.BORDER_REPLICATE)
    keep = np.ones(len(places_px), np.bool_)
    for index, (across, down) in enumerate(np.round(places_px).astype(int)):
        piece = blank[down - half : down + half, across - half : across + half]
        around = wide[
            down - half : down + half + 2 * reach,
            across - half : across + half + 2 * reach,
        ]
        alike: Any = cv2.matchTemplate(around, piece, cv2.TM_CCOEFF_NORMED)
        alike[reach - own : reach + own + 1, reach - own : reach + own + 1] = -1.0
        keep[index] = float(alike.max()) < _COMES_AGAIN
    return places_px[keep] if keep.sum() >= 2 * _FEWEST else places_px


def align(page: Prepared, px_to_mm: Matrix, marks: Landmarks) -> Alignment:
    """Return the exact position of the form on the page.

    Args:
        page: See `prepared`.
        px_to_mm: Rough position of the page as scanned, within about 4 mm, from the
            sorter.
        marks: Of the form that the page is taken to be.

    Raises:
        ReadingError: FORM-002 when the page does not fit its blank.
    """
    to_mm = px_to_mm @ np.linalg.inv(page.from_page)
    on_page = np.ones(len(marks.centres_mm), np.bool_)
    for dpi, search_mm in _ROUNDS:
        on_page = _scanned(page, to_mm, marks.centres_mm)
        _, offsets_mm, alike = _look_up(page, to_mm, marks, dpi, search_mm)
        alike &= on_page
        if alike.sum() < _FEWEST:
            raise _does_not_fit(marks.form, float(alike.mean()), None)
        correction = _fit(marks.centres_mm + offsets_mm, marks.centres_mm, alike)
        if correction is None:
            raise _does_not_fit(marks.form, float(alike.mean()), None)
        to_mm = correction @ to_mm
    laid, offsets_mm, alike = _look_up(page, to_mm, marks, ALIGN_DPI, _LAST_SEARCH_MM)
    if _bend_mm(marks, offsets_mm, alike & on_page) > _ONCE_MORE_MM:
        correction = _fit(
            marks.centres_mm + offsets_mm, marks.centres_mm, alike & on_page
        )
        if correction is not None:
            to_mm = correction @ to_mm
        laid, offsets_mm, alike = _look_up(
            page, to_mm, marks, ALIGN_DPI, _LAST_SEARCH_MM
        )
    on_page = _scanned(page, to_mm, marks.centres_mm)
    return _judge(
        Alignment(marks.form, to_mm @ page.from_page, 0.0, 0.0, 0.0, laid),
        marks,
        offsets_mm,
        alike & on_page,
        on_page,
    )


def _judge(
    found: Alignment,
    marks: Landmarks,
    offsets_mm: NDArray[np.float64],
    alike: NDArray[np.bool_],
    on_page: NDArray[np.bool_],
) -> Alignment:
    distance_mm = np.linalg.norm(offsets_mm, axis=1)
    near = alike & (distance_mm < 1.0)
    share = float(near.sum() / max(1, on_page.sum()))
    if alike.sum() < _FEWEST or on_page.mean() < _MIN_FOUND_SHARE:
        raise _does_not_fit(marks.form, share, None)
    residual_mm = float(np.median(distance_mm[alike]))
    if residual_mm > _MAX_RESIDUAL_MM or share < _MIN_FOUND_SHARE:
        raise _does_not_fit(marks.form, share, residual_mm)
    for quarter in _quarters(marks):
        seen = quarter & on_page
        if seen.sum() >= 4 and near[seen].mean() < _MIN_QUARTER_SHARE:
            raise _does_not_fit(marks.form, share, residual_mm)
    bend_mm = _bend_mm(marks, offsets_mm, alike)
    if bend_mm > _MAX_BEND_MM:
        raise _does_not_fit(marks.form, share, residual_mm)
    return Alignment(
        marks.form, found.px_to_mm, residual_mm, bend_mm, share, found.laid
    )


def _bend_mm(
    marks: Landmarks, offsets_mm: NDArray[np.float64], alike: NDArray[np.bool_]
) -> float:
    """Return how far a field may lie off because the paper is not flat.

    A smooth surface is laid through the landmarks' offsets; single landmarks that met
    a look-alike do not pull it. It is looked at in the fields' corners.
    """
    terms = _cubic(marks.centres_mm[alike], marks.form)
    offsets = offsets_mm[alike]
    weights: NDArray[np.float64] = np.ones(len(offsets))
    surface: NDArray[Any] = np.zeros((terms.shape[1], 2))
    for _ in range(_SMOOTHINGS):
        # A little ridge keeps the surface quiet where no landmark is.
        weighted = terms * weights[:, None]
        surface = np.linalg.solve(
            weighted.T @ terms + 0.05 * np.eye(terms.shape[1]), weighted.T @ offsets
        )
        left = np.linalg.norm(offsets - terms @ surface, axis=1)
        nearness = np.clip(1.0 - np.square(left / _STRAY_MM), 0.0, 1.0)
        weights = np.square(nearness)
    places = _field_corners(marks.form)
    return float(np.linalg.norm(_cubic(places, marks.form) @ surface, axis=1).max())


def _cubic(places_mm: NDArray[np.float64], form: FormDefinition) -> Matrix:
    """Return the terms of a surface of third degree at places of the form."""
    across, down = (places_mm / form.page_mm * 2.0 - 1.0).T
    terms = [across**i * down**j for i in range(4) for j in range(4 - i)]
    return np.stack(terms, axis=1)


def _field_corners(form: FormDefinition) -> NDArray[np.float64]:
    boxes = np.array([entry.box_mm for entry in form.every_field], np.float64)
    places, sizes = boxes[:, :2], boxes[:, 2:]
    return np.concatenate([places + sizes * part for part in _CORNERS])


def _quarters(marks: Landmarks) -> tuple[NDArray[np.bool_], ...]:
    """Return which landmarks are in each quarter of the form."""
    middle = np.median(marks.centres_mm, axis=0)
    right, low = (marks.centres_mm > middle).T
    return tuple(side & half for side in (right, ~right) for half in (low, ~low))


def _scanned(
    page: Prepared, to_mm: Matrix, places_mm: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Return which places of the form lie inside the picture, with what is around."""
    height, width = page.picture.shape
    places = cv2.perspectiveTransform(places_mm[None], np.linalg.inv(to_mm))[0]
    around = to_px(_HALF_MM, ALIGN_DPI) / 2
    return cast(
        "NDArray[np.bool_]",
        (places > around).all(axis=1)
        & (places < np.array([width, height]) - around).all(axis=1),
    )


def _look_up(
    page: Prepared, to_mm: Matrix, marks: Landmarks, dpi: float, search_mm: float
) -> tuple[Picture, NDArray[np.float64], NDArray[np.bool_]]:
    """Return the page laid down, each landmark's offset in mm, and which were found."""
    blank = marks.blanks[dpi]
    height, width = blank.shape
    to_canvas = np.diag([dpi / MM_PER_INCH, dpi / MM_PER_INCH, 1.0]) @ to_mm
    laid = cast(
        "Picture",
        cv2.warpPerspective(
            page.picture,
            to_canvas,
            (width, height),
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(255,),
        ),
    )
    half, reach = to_px(_HALF_MM, dpi), to_px(search_mm, dpi)
    wide = cv2.copyMakeBorder(
        cv2.GaussianBlur(laid, (0, 0), 1.0),
        *(reach,) * 4,
        cv2.BORDER_CONSTANT,
        value=(255,),
    )
    centres = marks.centres_mm * dpi / MM_PER_INCH
    whole = np.round(centres).astype(int)
    alike = np.zeros(len(centres), np.bool_)
    peaks = np.zeros((len(centres), 2), np.intp)
    around_peaks = np.zeros((len(centres), 2, 3))
    for index, (across, down) in enumerate(whole.tolist()):
        piece = blank[down - half : down + half, across - half : across + half]
        around = wide[
            down - half : down + half + 2 * reach,
            across - half : across + half + 2 * reach,
        ]
        likeness = cv2.matchTemplate(around, piece, cv2.TM_CCOEFF_NORMED)
        _, best, _, (left, top) = cv2.minMaxLoc(likeness)
        peaks[index] = left, top
        # A likeness that grows up to the edge of the search is a line sliding along.
        inside_across, inside_down = 0 < left < 2 * reach, 0 < top < 2 * reach
        alike[index] = best >= _LIKE_ENOUGH and inside_across and inside_down
        if inside_across:
            around_peaks[index, 0] = likeness[top, left - 1 : left + 2]
        if inside_down:
            around_peaks[index, 1] = likeness[top - 1 : top + 2, left]
    offsets = peaks + _between_pixels(around_peaks) - reach
    return laid, offsets * MM_PER_INCH / dpi, alike


def _between_pixels(around_peaks: NDArray[np.float64]) -> Matrix:
    """Return how far each peak lies beside its pixel, across and down, in pixels.

    Args:
        around_peaks: N x 2 x 3: the likeness before, at and behind the peak.
    """
    before, peak, behind = np.moveaxis(around_peaks, 2, 0)
    bend = before - 2 * peak + behind
    flat = np.abs(bend) < 1e-9
    return np.where(flat, 0.0, 0.5 * (before - behind) / np.where(flat, 1.0, bend))


def _fit(
    source_mm: Matrix, target_mm: Matrix, alike: NDArray[np.bool_]
) -> Matrix | None:
    matrix: Any
    matrix, _ = cv2.findHomography(source_mm[alike], target_mm[alike], cv2.RANSAC, 0.8)
    return None if matrix is None else cast("Matrix", matrix.astype(np.float64))


def _does_not_fit(
    form: FormDefinition, share: float, residual_mm: float | None
) -> ReadingError:
    measured = "" if residual_mm is None else f", residual {residual_mm:.2f} mm"
    return ReadingError(
        "FORM-002", f"{form.form}: {share:.0%} of the landmarks found{measured}"
    )
