from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.align import align, landmarks, prepared
from ocr.empty_sheet import is_empty_sheet
from ocr.errors import ReadingError
from ocr.forms import load_forms
from ocr.preprocess import MM_PER_INCH, blank_picture
from ocr.sort import features, fingerprint, likely_forms

ROOT = Path(__file__).resolve().parents[2]
FORMS = load_forms(ROOT / "configs/forms")
PRINTS = [fingerprint(form) for form in FORMS]
MARKS = {form.form: landmarks(form) for form in FORMS}
DPI = 200.0


def laid(
    form,
    *,
    turned_deg=0.0,
    shift_mm=(0.0, 0.0),
    stretch=(1.0, 1.0),
    slant=0.0,
    noise=4.0,
):
    """Return a scan of the blank, and the planted page-to-form matrix."""
    blank = blank_picture(form, DPI)
    height, width = blank.shape
    turn = np.vstack(
        [cv2.getRotationMatrix2D((width / 2, height / 2), turned_deg, 1.0), [0, 0, 1]]
    )
    size = (width, height)
    if round(turned_deg / 90) % 2:
        turn = (
            np.array(
                [
                    [1, 0, (height - width) / 2],
                    [0, 1, (width - height) / 2],
                    [0, 0, 1.0],
                ]
            )
            @ turn
        )
        size = (height, width)
    move = np.array(
        [
            [stretch[0], 0, shift_mm[0] * DPI / MM_PER_INCH],
            [0, stretch[1], shift_mm[1] * DPI / MM_PER_INCH],
            [slant, 0, 1.0],
        ]
    )
    to_page = move @ turn
    page = cv2.warpPerspective(blank, to_page, size, borderValue=(255,)).astype(
        np.float32
    )
    page += np.random.default_rng(3).normal(0, noise, page.shape)
    to_mm = np.diag([MM_PER_INCH / DPI, MM_PER_INCH / DPI, 1.0]) @ np.linalg.inv(
        to_page
    )
    return np.clip(page, 0, 255).astype(np.uint8), to_mm


def worst_distance_mm(found, planted, form):
    """Return how far the field corners are off, in millimetres."""
    corners = np.array(
        [
            [[box[0], box[1]], [box[0] + box[2], box[1] + box[3]]]
            for box in (one.box_mm for one in form.fields)
        ]
    ).reshape(1, -1, 2)
    on_page = cv2.perspectiveTransform(corners, np.linalg.inv(planted))
    return float(
        np.linalg.norm(cv2.perspectiveTransform(on_page, found) - corners, axis=2).max()
    )


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.form)
@pytest.mark.parametrize(
    "how",
    [
        pytest.param({}, id="straight"),
        pytest.param({"turned_deg": 2.5, "shift_mm": (4, -6)}, id="skewed and shifted"),
        pytest.param({"turned_deg": 180}, id="upside down"),
        pytest.param({"turned_deg": 90}, id="on its left side"),
        pytest.param({"turned_deg": 271}, id="on its right side"),
        pytest.param({"stretch": (1.02, 0.99)}, id="stretched by a fax"),
        pytest.param({"slant": 4e-5}, id="photographed at a slant"),
        pytest.param({"noise": 25.0, "turned_deg": -1.0}, id="noisy"),
    ],
)
def test_planted_position_is_recovered_within_a_quarter_millimetre(form, how):
    page, planted = laid(form, **how)
    best = likely_forms(features(page, DPI), PRINTS)[0]
    assert best.form.form == form.form
    position = align(prepared(page, DPI), best.px_to_mm, MARKS[form.form])
    assert worst_distance_mm(position.px_to_mm, planted, form) < 0.25
    assert position.residual_mm < 0.1


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.form)
def test_crumpled_page_is_refused_not_read_crooked(form):
    page, planted = laid(form)
    height, width = page.shape
    down, across = np.mgrid[0:height, 0:width].astype(np.float32)
    waves = 14 * np.sin(down / 90).astype(np.float32) * np.cos(across / 70)
    crumpled = cv2.remap(
        page, across + waves, down + waves, cv2.INTER_LINEAR, borderValue=(255,)
    )
    with pytest.raises(ReadingError, match="FORM-002"):
        align(prepared(crumpled, DPI), planted, MARKS[form.form])


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.form)
def test_page_cut_off_at_the_edge_is_refused(form):
    page, planted = laid(form)
    page[:, : page.shape[1] * 45 // 100] = 255
    with pytest.raises(ReadingError, match="FORM-002"):
        align(prepared(page, DPI), planted, MARKS[form.form])


def test_wrong_form_is_not_laid_onto_the_page():
    page, planted = laid(FORMS[0])
    with pytest.raises(ReadingError, match="FORM-002"):
        align(prepared(page, DPI), planted, MARKS[FORMS[1].form])


def test_page_of_something_else_is_like_no_form():
    random = np.random.default_rng(11)
    page = np.full((2339, 1654), 255, np.uint8)
    for _ in range(900):
        x0, y0 = random.integers(60, 1500), random.integers(60, 2250)
        x1, y1 = random.integers(-40, 40, 2)
        cv2.line(page, (int(x0), int(y0)), (int(x0 + x1), int(y0 + y1)), 0, 3)
    found = likely_forms(features(page, DPI), PRINTS)
    assert all(one.share < 0.12 for one in found)
    for one in found:
        with pytest.raises(ReadingError, match="FORM-002"):
            align(prepared(page, DPI), one.px_to_mm, MARKS[one.form.form])


def test_dust_and_show_through_do_not_make_a_back_side_a_page():
    random = np.random.default_rng(5)
    page = random.normal(246, 3, (2339, 1654))
    back = cv2.flip(blank_picture(FORMS[0], DPI), 1)
    page -= (255 - back.astype(np.float64)) * 0.08
    page = np.clip(page, 0, 255).astype(np.uint8)
    for left, top in random.integers(100, 1500, (3, 2)):
        page[top : top + 2, left : left + 2] = 60
    assert is_empty_sheet(page, DPI)


@pytest.mark.parametrize("shade", [0, 90, 128], ids=["black", "dark", "grey"])
def test_failed_dark_scan_is_not_dropped_as_an_empty_sheet(shade):
    assert not is_empty_sheet(np.full((2339, 1654), shade, np.uint8), DPI)


def test_page_written_in_pale_pencil_is_not_dropped_as_an_empty_sheet():
    page = np.full((2339, 1654), 250, np.uint8)
    for top in range(400, 1200, 80):
        for left in range(300, 1100, 60):
            cv2.line(page, (left, top), (left + 30, top + 40), 165, 4)
    assert not is_empty_sheet(page, DPI)


def test_sheet_with_one_written_line_is_not_empty():
    page = np.full((2339, 1654), 250, np.uint8)
    for left in range(300, 700, 60):
        cv2.line(page, (left, 500), (left + 30, 540), 40, 4)
    assert not is_empty_sheet(page, DPI)
