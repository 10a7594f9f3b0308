"""Which form a page is, where it lies on it, and the page turned upright."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np

from ocr import align, sort
from ocr.errors import ReadingError
from ocr.fields.window import Printing, printing
from ocr.forms import FormDefinition
from ocr.pages import Page
from ocr.preprocess import Matrix, Picture

_CLEARLY_A_FORM = 0.12
"""Share of a blank's features on the page from which a bad fit is that form's fault."""


@dataclass(frozen=True, slots=True)
class KnownForm:
    """What is kept of a blank in memory, so that it is looked at once."""

    fingerprint: sort.Fingerprint
    landmarks: align.Landmarks
    printing: Printing


@functools.lru_cache(maxsize=64)
def known_form(form: FormDefinition, blank_mtime_ns: int) -> KnownForm:
    """Return a form's blank prepared; a changed blank counts as another form."""
    del blank_mtime_ns
    return KnownForm(sort.fingerprint(form), align.landmarks(form), printing(form))


def find_form(
    page: Page, grey: Picture, known: Sequence[KnownForm]
) -> tuple[KnownForm, align.Alignment]:
    """Return the form that fits the page best, and where it lies."""
    by_name = {_name(one.fingerprint.form): one for one in known}
    likely = sort.likely_forms(grey, page.dpi, [one.fingerprint for one in known])
    refused: ReadingError | None = None
    best: tuple[KnownForm, align.Alignment] | None = None
    for likeness in likely:
        if best is not None and likeness.inliers < 0.5 * likely[0].inliers:
            break
        form = by_name[_name(likeness.form)]
        try:
            position = align.align(grey, likeness.px_to_mm, form.landmarks)
        except ReadingError as error:
            if likeness.share >= _CLEARLY_A_FORM:
                refused = refused or error
            continue
        if best is None or position.found_share > best[1].found_share:
            best = form, position
    if best is not None:
        return best
    raise refused or ReadingError(
        "FORM-001", f"page {page.number}: no blank is like it"
    )


def _name(form: FormDefinition) -> tuple[str, str]:
    return form.form, form.version


def turned_deg(px_to_mm: Matrix, picture: Picture) -> int:
    """Return how far clockwise the page must be turned to stand upright."""
    height, width = picture.shape[:2]
    middle = np.array([[[width / 2, height / 2], [width / 2 + 10, height / 2]]])
    start, end = cv2.perspectiveTransform(middle.astype(np.float64), px_to_mm)[0]
    across, down = end - start
    return int(round(float(np.degrees(np.arctan2(down, across))) / 90.0) % 4 * 90)


def upright(picture: Picture, px_to_mm: Matrix, by_deg: int) -> tuple[Picture, Matrix]:
    """Return the page turned clockwise by quarter turns, and where the form lies then."""
    height, width = picture.shape[:2]
    back = {
        0: np.eye(3),
        90: np.array([[0, 1, 0], [-1, 0, height - 1], [0, 0, 1.0]]),
        180: np.array([[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1.0]]),
        270: np.array([[0, -1, width - 1], [1, 0, 0], [0, 0, 1.0]]),
    }[by_deg]
    turned = np.ascontiguousarray(np.rot90(picture, -by_deg // 90))
    return turned, px_to_mm @ back
