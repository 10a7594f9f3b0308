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
from ocr.preprocess import MM_PER_INCH, Matrix, Picture, blank_picture, evened, to_px

ALIGN_DPI = 150.0
_LANDMARKS = 90
_APART_MM = 8.0
_HALF_MM = 4.0
_SEARCH_MM = (4.0, 1.5, 1.0)
"""How far each round looks for a landmark."""
_LIKE_ENOUGH = 0.55
"""Correlation from which a landmark counts as found."""
_MAX_RESIDUAL_MM = 0.45
_MIN_FOUND_SHARE = 0.6
_MIN_QUARTER_SHARE = 0.35
"""Of the landmarks of each quarter of the form: a hand or a fold may hide some."""


@dataclass(frozen=True, slots=True)
class Landmarks:
    """Pieces of one blank that are easy to find again."""

    form: FormDefinition
    blank: Picture = field(repr=False)
    """Blurred blank at ALIGN_DPI."""
    centres_px: NDArray[np.float64] = field(repr=False)
    """N x 2 (across, down) at ALIGN_DPI."""


@dataclass(frozen=True, slots=True)
class Alignment:
    """Where the form lies on the page."""

    form: FormDefinition
    px_to_mm: Matrix = field(repr=False)
    """3 x 3: pixels of the page, as given to `align`, to millimetres of the form."""
    residual_mm: float
    """Median distance of the landmarks between blank and page after alignment."""
    found_share: float
    """Share of the landmarks found within a millimetre."""


def landmarks(form: FormDefinition) -> Landmarks:
    """Return the landmarks of a form's blank: corners of frames and of print.

    Raises:
        ValueError: The blank is not a picture, or has too little print to align to.
    """
    blank = cv2.GaussianBlur(blank_picture(form, ALIGN_DPI), (0, 0), 1.2)
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
    if corners is None or len(corners) < 12:
        raise ValueError(f"{form.form}: blank has too little print to align a page to")
    centres = np.round(corners.reshape(-1, 2)).astype(np.float64)
    return Landmarks(form, cast("Picture", blank), centres)


def align(grey: Picture, px_to_mm: Matrix, marks: Landmarks) -> Alignment:
    """Return the exact position of the form on the page.

    Args:
        grey: The page.
        px_to_mm: Rough position, within about 4 mm, from the sorter.
        marks: Of the form that the page is taken to be.

    Raises:
        ReadingError: FORM-002 when the page does not fit its blank.
    """
    to_canvas = np.diag([ALIGN_DPI / MM_PER_INCH, ALIGN_DPI / MM_PER_INCH, 1.0])
    page_to_canvas = to_canvas @ px_to_mm
    for search_mm in _SEARCH_MM:
        offsets, alike = _look_up(grey, page_to_canvas, marks, search_mm)
        if alike.sum() < 12:
            raise _does_not_fit(marks.form, float(alike.mean()), None)
        correction = _fit(marks.centres_px + offsets, marks.centres_px, alike)
        if correction is None:
            raise _does_not_fit(marks.form, float(alike.mean()), None)
        page_to_canvas = correction @ page_to_canvas
    offsets, alike = _look_up(grey, page_to_canvas, marks, 1.5)
    return _judge(marks, page_to_canvas, offsets, alike)


def _judge(
    marks: Landmarks, page_to_canvas: Matrix, offsets: Matrix, alike: NDArray[np.bool_]
) -> Alignment:
    distance_mm = np.linalg.norm(offsets, axis=1) / ALIGN_DPI * MM_PER_INCH
    found = alike & (distance_mm < 1.0)
    share = float(found.mean())
    if not alike.any():
        raise _does_not_fit(marks.form, share, None)
    residual_mm = float(np.median(distance_mm[alike]))
    if residual_mm > _MAX_RESIDUAL_MM or share < _MIN_FOUND_SHARE:
        raise _does_not_fit(marks.form, share, residual_mm)
    if _weakest_quarter(marks, found) < _MIN_QUARTER_SHARE:
        raise _does_not_fit(marks.form, share, residual_mm)
    canvas_to_mm = np.diag([MM_PER_INCH / ALIGN_DPI, MM_PER_INCH / ALIGN_DPI, 1.0])
    return Alignment(marks.form, canvas_to_mm @ page_to_canvas, residual_mm, share)


def _weakest_quarter(marks: Landmarks, found: NDArray[np.bool_]) -> float:
    """Return the lowest share of landmarks found in a quarter of the form."""
    middle = np.median(marks.centres_px, axis=0)
    right, low = (marks.centres_px > middle).T
    shares = []
    for side in (right, ~right):
        for half in (low, ~low):
            quarter = side & half
            if quarter.sum() >= 4:
                shares.append(float(found[quarter].mean()))
    return min(shares, default=0.0)


def _look_up(
    grey: Picture, page_to_canvas: Matrix, marks: Landmarks, search_mm: float
) -> tuple[Matrix, NDArray[np.bool_]]:
    """Return each landmark's offset in canvas pixels, and whether it was found."""
    height, width = marks.blank.shape
    laid = cv2.warpPerspective(
        grey,
        page_to_canvas,
        (width, height),
        flags=cv2.INTER_AREA,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    laid = cv2.GaussianBlur(evened(cast("Picture", laid), ALIGN_DPI), (0, 0), 1.0)
    half = to_px(_HALF_MM, ALIGN_DPI)
    reach = to_px(search_mm, ALIGN_DPI)
    wide = cv2.copyMakeBorder(
        laid, reach, reach, reach, reach, cv2.BORDER_CONSTANT, value=(255,)
    )
    offsets = np.zeros((len(marks.centres_px), 2))
    alike = np.zeros(len(marks.centres_px), np.bool_)
    for index, (across, down) in enumerate(marks.centres_px.astype(int)):
        piece = marks.blank[down - half : down + half, across - half : across + half]
        around = wide[
            down - half : down + half + 2 * reach,
            across - half : across + half + 2 * reach,
        ]
        likeness = cv2.matchTemplate(around, piece, cv2.TM_CCOEFF_NORMED)
        _, best, _, (left, top) = cv2.minMaxLoc(likeness)
        alike[index] = best >= _LIKE_ENOUGH
        offsets[index] = _between_pixels(cast("Any", likeness), left, top) - reach
    return offsets, alike


def _between_pixels(likeness: NDArray[np.float32], left: int, top: int) -> Matrix:
    """Return the place of the peak to a fraction of a pixel."""
    place = np.array([left, top], np.float64)
    height, width = likeness.shape
    if 0 < left < width - 1:
        before, peak, after = likeness[top, left - 1 : left + 2].astype(np.float64)
        place[0] += _vertex(before, peak, after)
    if 0 < top < height - 1:
        before, peak, after = likeness[top - 1 : top + 2, left].astype(np.float64)
        place[1] += _vertex(before, peak, after)
    return place


def _vertex(before: float, peak: float, after: float) -> float:
    bend = before - 2 * peak + after
    return 0.0 if abs(bend) < 1e-9 else float(0.5 * (before - after) / bend)


def _fit(source: Matrix, target: Matrix, alike: NDArray[np.bool_]) -> Matrix | None:
    matrix: Any
    matrix, _ = cv2.findHomography(
        source[alike], target[alike], cv2.RANSAC, to_px(0.8, ALIGN_DPI)
    )
    return None if matrix is None else cast("Matrix", matrix.astype(np.float64))


def _does_not_fit(
    form: FormDefinition, share: float, residual_mm: float | None
) -> ReadingError:
    measured = "" if residual_mm is None else f", residual {residual_mm:.2f} mm"
    return ReadingError(
        "FORM-002", f"{form.form}: {share:.0%} of the landmarks found{measured}"
    )
