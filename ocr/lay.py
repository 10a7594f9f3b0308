"""Which form a page is, where it lies on it, and the page turned upright.

A form is taken only when nothing speaks against it: the page fits its blank, bears
all of its print and none that only another version has, is wholly on the scan where
fields are, and is alone on the scan. Otherwise a person is asked, with the reason.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import align, sort, versions
from ocr.errors import ReadingError
from ocr.fields.codes import codes_on
from ocr.fields.window import Printing, printing
from ocr.forms import BoxMm, FieldDefinition, FormDefinition
from ocr.model import FieldKind
from ocr.pages import Page
from ocr.preprocess import Mask, Matrix, Picture, scaled

_CLEARLY_A_FORM = 0.12
"""Share of a blank's features on the page from which a bad fit is that form's fault."""
_RIVAL_SHARE = 0.5
"""Of the features of the best form, from which another is laid onto the page, too."""
_MOST_MISSING = 0.6
"""Weight of missing print from which the page is of another version, or covered."""
_OWN_PRINT, _FOREIGN_PRINT, _BETWEEN = 0.7, 0.5, 0.25
"""A version's own print is there, its rival's is not, and by so much less."""
_CODE_DPI = 150.0
_SQUARE = 1.3
"""Longer side of a square code in shorter ones, at most."""
_SECOND_SHEET_FEATURES, _SECOND_SHEET_SHARE = 120, 0.035
"""Features beside a form from which another is looked for, and how much of a blank must
be found there: half of the page's features are the first sheet's, and a chance position
is agreed on by none so many."""
_SAME_PLACE = 0.3
"""Overlap of two forms' sheets, from which they are readings of one sheet."""


@dataclass(frozen=True, slots=True, eq=False)
class KnownForm:
    """What is kept of a blank in memory, so that it is looked at once."""

    fingerprint: sort.Fingerprint
    landmarks: align.Landmarks
    tiles: versions.Tiles
    printing: Printing

    @property
    def form(self) -> FormDefinition:
        """The definition."""
        return self.fingerprint.form


@functools.lru_cache(maxsize=256)
def known_form(form: FormDefinition, blank_mtime_ns: int) -> KnownForm:
    """Return a form's blank prepared; a changed blank counts as another form."""
    del blank_mtime_ns
    return KnownForm(
        sort.fingerprint(form),
        align.landmarks(form),
        versions.tiles(form),
        printing(form),
    )


@functools.lru_cache(maxsize=1024)
def _own_print(one: KnownForm, other: KnownForm) -> Mask | None:
    """Return which tiles of a form are not on another's blank; None: nothing alike."""
    return versions.print_of_its_own(one.tiles, other.form)


@dataclass(frozen=True, slots=True)
class _Fit:
    """One form laid onto the page."""

    known: KnownForm
    position: align.Alignment
    shares: NDArray[np.float32] = field(repr=False)
    """See `versions.print_found`."""

    @property
    def gap(self) -> versions.Gap:
        return versions.worst_gap(self.known.tiles, self.shares)


def find_form(
    page: Page, grey: Picture, known: Sequence[KnownForm]
) -> tuple[KnownForm, align.Alignment]:
    """Return the form that the page is, and where it lies.

    Args:
        page: One page of a file.
        grey: Its picture in grey.
        known: Forms and versions that it may be.

    Raises:
        ReadingError: FORM-001 no form is like it, FORM-002 it does not fit its blank,
            FORM-004 the version cannot be told, or print of the form is missing,
            FORM-005 a part of the form is not on the scan, FORM-006 two sheets.
    """
    features = sort.features(grey, page.dpi)
    fits = _fits(page, grey, features, known)
    _refuse_two_places(page, fits)
    named = _named_by_code(page, grey, fits, known)
    chosen = _told_apart(fits, named, page.number)
    _refuse_incomplete(page, chosen)
    _refuse_second_sheet(page, features, chosen, known)
    return chosen.known, chosen.position


def _fits(
    page: Page, grey: Picture, features: sort.Features, known: Sequence[KnownForm]
) -> list[_Fit]:
    """Return the forms that lie on the page, most agreeing features first."""
    by_name = {_name(one.form): one for one in known}
    likely = sort.likely_forms(features, [one.fingerprint for one in known])
    if not likely:
        raise ReadingError("FORM-001", f"page {page.number}: no blank is like it")
    ready = align.prepared(grey, page.dpi)
    refused: ReadingError | None = None
    fits: list[_Fit] = []
    for likeness in likely:
        if fits and likeness.inliers < _RIVAL_SHARE * likely[0].inliers:
            break
        form = by_name[_name(likeness.form)]
        try:
            position = align.align(ready, likeness.px_to_mm, form.landmarks)
        except ReadingError as error:
            if likeness.share >= _CLEARLY_A_FORM:
                refused = refused or error
            continue
        seen = versions.tiles_seen(form.tiles, ready, position)
        shares = versions.print_found(form.tiles, position.laid, seen)
        fits.append(_Fit(form, position, shares))
    if fits:
        return fits
    raise refused or ReadingError(
        "FORM-001", f"page {page.number}: no blank is like it"
    )


def _name(form: FormDefinition) -> tuple[str, str]:
    return form.form, form.version


# --- which version ----------------------------------------------------------------


def _told_apart(fits: Sequence[_Fit], named: KnownForm | None, page: int) -> _Fit:
    """Return the one form whose print is on the page and no rival's is.

    A code on the page decides between versions that print leaves open; against the
    print it is not believed.
    """
    clear = [one for one in fits if all(_beats(one, other) for other in fits)]
    if len(clear) == 1 and (named is None or clear[0].known is named):
        return clear[0]
    if not clear and named is not None:
        for one in fits:
            lost = any(_beats(other, one) for other in fits if other is not one)
            if one.known is named and not lost:
                return one
    raise ReadingError(
        "FORM-004", f"page {page}: one of {len(fits)} versions, not told which"
    )


def _beats(one: _Fit, other: _Fit) -> bool:
    """Tell whether the page is clearly the one form rather than the other."""
    if one is other:
        return True
    own = _own_print(one.known, other.known)
    foreign = _own_print(other.known, one.known)
    if own is None or foreign is None:
        return one.gap.weight + _MOST_MISSING < other.gap.weight
    mine = versions.share_present(one.shares, own)
    theirs = versions.share_present(other.shares, foreign)
    if mine is None:
        return theirs is not None and theirs <= _FOREIGN_PRINT
    if theirs is None:
        return mine >= _OWN_PRINT
    return mine >= _OWN_PRINT and theirs <= mine - _BETWEEN


def _named_by_code(
    page: Page, grey: Picture, fits: Sequence[_Fit], known: Sequence[KnownForm]
) -> KnownForm | None:
    """Return the form that a code on the page names; None without such a code."""
    if not any(one.form.code_begins for one in known):
        return None
    # Half the resolution shows most codes in a quarter of the time.
    named = _named(scaled(grey, min(1.0, _CODE_DPI / page.dpi)), known)
    if named is None and any(one.known.form.code_begins for one in fits):
        return _named(grey, known)
    return named


def _named(picture: Picture, known: Sequence[KnownForm]) -> KnownForm | None:
    texts = [code.text for code in codes_on(picture)]
    named = [
        one
        for one in known
        if one.form.code_begins
        and any(text.startswith(one.form.code_begins) for text in texts)
    ]
    return max(named, key=lambda one: len(one.form.code_begins), default=None)


# --- is it wholly there, and alone ------------------------------------------------


def _refuse_incomplete(page: Page, fit: _Fit) -> None:
    """Raise when fields are off the scan, or print of the form is missing."""
    lost = _fields_off_the_scan(page.picture, fit)
    if lost:
        raise ReadingError(
            "FORM-005", f"page {page.number}: {lost} fields are not on the scan"
        )
    gap = fit.gap
    if gap.weight >= _MOST_MISSING:
        code = "FORM-005" if gap.along_edge else "FORM-004"
        raise ReadingError(
            code, f"page {page.number}: print missing, weight {gap.weight:.1f}"
        )


def _fields_off_the_scan(picture: Picture, fit: _Fit) -> int:
    height, width = picture.shape[:2]
    boxes = [
        box
        for entry in fit.known.form.every_field
        for box in (_needed(entry), *(option.box_mm for option in entry.options))
    ]
    corners = np.array(
        [
            [
                [left, top],
                [left + wide, top],
                [left, top + high],
                [left + wide, top + high],
            ]
            for left, top, wide, high in boxes
        ],
        np.float64,
    )
    on_page = cv2.perspectiveTransform(
        corners.reshape(1, -1, 2), np.linalg.inv(fit.position.px_to_mm)
    ).reshape(-1, 4, 2)
    inside = (on_page >= -1.0) & (on_page <= np.array([width, height]))
    return int((~inside.all(axis=(1, 2))).sum())


def _needed(entry: FieldDefinition) -> BoxMm:
    """Return what of a field must be on the scan.

    Of a square code (QR, Data Matrix) the middle: its margin is empty, and one that is
    cut is never misread. A bar code that is cut may be another, shorter one.
    """
    left, top, wide, high = entry.box_mm
    square = max(wide, high) <= _SQUARE * min(wide, high)
    if entry.kind is not FieldKind.CODE or not square:
        return entry.box_mm
    return (left + wide / 4, top + high / 4, wide / 2, high / 2)


def _refuse_two_places(page: Page, fits: Sequence[_Fit]) -> None:
    """Raise when two forms lie beside each other on the scan."""
    sheets = [_sheet(one.position) for one in fits]
    for number, sheet in enumerate(sheets):
        for other in sheets[:number]:
            shared, _ = cv2.intersectConvexConvex(sheet, other)
            smaller = min(cv2.contourArea(sheet), cv2.contourArea(other))
            if shared < _SAME_PLACE * smaller:
                raise ReadingError("FORM-006", f"page {page.number}: two forms")


def _refuse_second_sheet(
    page: Page, features: sort.Features, fit: _Fit, known: Sequence[KnownForm]
) -> None:
    """Raise when beside the form lies another sheet of any known form."""
    places_mm = cv2.perspectiveTransform(
        features.places_px[None].astype(np.float64), fit.position.px_to_mm
    )[0]
    beside = ((places_mm < 0) | (places_mm > fit.known.form.page_mm)).any(axis=1)
    if beside.sum() < _SECOND_SHEET_FEATURES:
        return
    likely = sort.likely_forms(
        features.where(beside), [one.fingerprint for one in known]
    )
    if likely and likely[0].share >= _SECOND_SHEET_SHARE:
        raise ReadingError("FORM-006", f"page {page.number}: a second sheet")


def _sheet(position: align.Alignment) -> NDArray[np.float32]:
    """Return the corners of the form's sheet on the page, in pixels."""
    corners = sort.corners_on_page(position.px_to_mm, position.form)
    if corners is None:
        raise ReadingError("FORM-002", f"{position.form.form}: no sheet lies so")
    return corners.astype(np.float32)


# --- upright ----------------------------------------------------------------------


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
