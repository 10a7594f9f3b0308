"""Signatures and seals on a blank of shapes, and what is told of their places."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
import pytest

from ocr.fields.cut import cut_fields
from ocr.fields.window import LaidPage, printing
from ocr.forms import FieldDefinition, FormDefinition
from ocr.preprocess import MM_PER_INCH, to_px

DPI = 300
TO_MM = np.diag([MM_PER_INCH / DPI, MM_PER_INCH / DPI, 1.0])
BLACK = (35, 35, 35)
SIGNED = FieldDefinition.model_validate(
    {"id": "signed", "label": "署名", "kind": "signature", "box_mm": [61, 230, 90, 12]}
)


@pytest.fixture(scope="module")
def form(shapes: FormDefinition) -> FormDefinition:
    seal = next(entry for entry in shapes.fields if entry.id == "seal")
    return shapes.model_copy(update={"fields": (SIGNED, seal)})


@pytest.fixture
def page(form, pen):
    page = pen.scan_of(cv2.imread(str(form.blank), cv2.IMREAD_GRAYSCALE))
    # A white strip to sign on.
    page[to_px(228, DPI) : to_px(244, DPI), to_px(60, DPI) : to_px(155, DPI)] = 255
    return page


@pytest.fixture
def printed(form, page):
    empty = printing(form)
    ink = empty.ink.copy()
    ink[to_px(228, DPI) : to_px(244, DPI), to_px(60, DPI) : to_px(155, DPI)] = False
    return type(empty)(form, ink, empty.rules & ink)


def told(page, printed, field="signed"):
    cuts = cut_fields(LaidPage(page, TO_MM, 1.0, "0", 1), printed)
    return next(cut.checked for cut in cuts if cut.definition.id == field)


def joined(page, pen):
    """Write letters whose level strokes run into each other, not quite end to end."""
    for number, lower in enumerate((0.0, 0.42, 1.7, 1.28)):
        left, top = 66 + number * 6.0, 231.5 + lower
        pen.line(page, left, top + 1.6, left + 6.2, top + 1.6, BLACK, 6)
        pen.line(page, left + 3, top, left + 0.4, top + 7, BLACK, 6)
        pen.line(page, left + 3, top + 2, left + 5.6, top + 7, BLACK, 6)


def copied(page):
    """Return the page as a copier makes it: bolder, and soft."""
    return cv2.GaussianBlur(cv2.erode(page, np.ones((3, 3), np.uint8)), (0, 0), 1.0)


def test_an_empty_place_is_not_signed(page, printed):
    assert told(page, printed) is False


def test_letters_that_run_together_are_a_signature(page, printed, pen):
    joined(page, pen)
    assert told(page, printed) is True


def test_letters_that_a_copier_made_bold_are_a_signature(page, printed, pen):
    joined(page, pen)
    assert told(copied(page), printed) is True


@pytest.mark.parametrize("rise_mm", [0.0, 1.5, -1.5, 2.6], ids=str)
@pytest.mark.parametrize("thick", [3, 6], ids=["thin", "as thick as the pen"])
def test_a_struck_out_signature_is_asked_about(page, printed, pen, rise_mm, thick):
    joined(page, pen)
    pen.line(page, 65, 236.5 + rise_mm / 2, 92, 236.5 - rise_mm / 2, BLACK, thick)
    assert told(page, printed) is None
    assert told(copied(page), printed) is None


def test_a_lone_sign_is_no_signature(page, printed, pen):
    pen.write(page, 70, 233)
    assert told(page, printed) is None


def seal(page, pen, across, down, *, radius=5.0, rim=5, letters=True):
    """Put a seal on a page without colour."""
    middle = (to_px(across, DPI), to_px(down, DPI))
    cv2.circle(page, middle, to_px(radius, DPI), (90, 90, 90), rim)
    if letters:
        for left, top in itertools.product((-2.2, 0.3), (-2.2, 0.2)):
            x, y = across + left, down + top
            pen.line(page, x, y, x + 1.8, y, (90, 90, 90), 5)
            pen.line(page, x + 0.9, y, x + 0.9, y + 1.8, (90, 90, 90), 5)


def as_a_fax(page, seed):
    """Return the page bilevel at 200 dpi, faint ink broken into dots."""
    grey = cv2.cvtColor(page, cv2.COLOR_BGR2GRAY).astype(np.float32)
    small = cv2.resize(grey, None, fx=2 / 3, fy=2 / 3, interpolation=cv2.INTER_AREA)
    noisy = small + np.random.default_rng(seed).normal(0, 25, small.shape)
    high, wide = grey.shape
    return cv2.resize(
        np.where(noisy < 125, 0, 255).astype(np.uint8),
        (wide, high),
        interpolation=cv2.INTER_CUBIC,
    )


@pytest.mark.parametrize("across", [168.0, 140.0], ids=["in its place", "beside it"])
def test_a_seal_without_colour_is_known_by_its_rim(page, printed, pen, across):
    seal(page, pen, across, 126)
    assert told(page, printed, "seal") is True


@pytest.mark.parametrize("seed", range(4))
def test_a_seal_that_a_fax_broke_into_dots_is_known_by_its_rim(
    page, printed, pen, seed
):
    seal(page, pen, 168, 126)
    assert told(as_a_fax(page, seed), printed, "seal") is True


def test_a_seal_over_writing_beside_its_place_is_seen(page, printed, pen):
    for left in (128, 134, 140):
        pen.write(page, left, 123)
    seal(page, pen, 143, 126)
    assert told(page, printed, "seal") is True


def test_a_ring_around_nothing_beside_the_place_is_asked_about(page, printed, pen):
    seal(page, pen, 140, 126, letters=False)
    assert told(page, printed, "seal") is None


def test_half_a_rim_beside_the_place_is_asked_about(page, printed, pen):
    seal(page, pen, 140, 126)
    page[to_px(126, DPI) : to_px(131.5, DPI), to_px(134, DPI) : to_px(146, DPI)] = 255
    assert told(page, printed, "seal") is None


def test_writing_beside_the_place_is_no_seal(page, printed, pen):
    for left in np.arange(110, 150, 6.0):
        pen.write(page, left, 123)
    assert told(page, printed, "seal") is False
