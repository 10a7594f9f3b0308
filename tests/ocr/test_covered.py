"""Writing that a seal may hide, or a FAX has nearly lost: never taken for what is left."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.fields.cut import cut_fields
from ocr.fields.window import LaidPage, printing
from ocr.forms import load_forms
from ocr.preprocess import MM_PER_INCH, to_px
from ocr.read import Engines, read_document

ROOT = Path(__file__).resolve().parents[2]
DPI = 300
TO_MM = np.diag([MM_PER_INCH / DPI, MM_PER_INCH / DPI, 1.0])
BLACK, RED = (40, 40, 40), (50, 40, 205)


def ring(page, across_mm, down_mm, colour=BLACK):
    centre = (to_px(across_mm, DPI), to_px(down_mm, DPI))
    cv2.circle(page, centre, to_px(5.0, DPI), colour, 5)


def name_of(form, page):
    cuts = cut_fields(LaidPage(page, TO_MM, 1.0, "0", 1), printing(form))
    return next(cut for cut in cuts if cut.definition.id == "name")


def test_a_colourless_seal_on_the_last_character_hides_writing(shapes, blank, pen):
    page = pen.scan_of(blank)
    for left in (65, 71, 79):
        pen.write(page, left, 123)
    ring(page, 81.5, 126)
    assert name_of(shapes, page).covered


def test_a_colourless_seal_well_beside_the_writing_hides_nothing(shapes, blank, pen):
    page = pen.scan_of(blank)
    for left in (65, 71):
        pen.write(page, left, 123)
    ring(page, 100, 126)
    found = name_of(shapes, page)
    assert not found.covered
    assert not found.blank


def test_a_field_with_nothing_but_a_red_seal_is_not_taken_for_empty(shapes, blank, pen):
    page = pen.scan_of(blank)
    pen.stamp(page, 85, 126)
    assert name_of(shapes, page).covered


def test_an_empty_field_hides_nothing(shapes, blank, pen):
    found = name_of(shapes, pen.scan_of(blank))
    assert found.blank
    assert not found.covered
    assert not found.faint


def test_dots_left_of_faint_writing_are_not_taken_for_an_empty_field(
    shapes, blank, pen
):
    page = pen.scan_of(blank)
    for left in range(64, 90, 3):
        centre = (to_px(left, DPI), to_px(124 + left % 4, DPI))
        cv2.circle(page, centre, 1, BLACK, -1)
    found = name_of(shapes, page)
    assert found.blank
    assert found.faint


def stamped(page):
    """Put a date stamp as a grey scan shows red ink, with what is inside of it."""
    centre = (to_px(82, DPI), to_px(126, DPI))
    layer = np.full_like(page, 255)
    cv2.circle(layer, centre, to_px(11.0, DPI), (140, 140, 140), 6)
    for off in (-3, 3):
        ends = [(to_px(82 + side, DPI), to_px(126 + off, DPI)) for side in (-10, 10)]
        cv2.line(layer, *ends, (140, 140, 140), 6)
    np.minimum(page, layer, out=page)


def test_writing_is_lifted_from_under_a_grey_stamp_and_counts_as_covered(
    shapes, blank, pen
):
    page = pen.scan_of(blank)
    for left in (65, 72, 79, 86):
        pen.write(page, left, 124)
    bare = name_of(shapes, page).snippet.lines[0]
    stamped(page)
    found = name_of(shapes, page)
    assert found.covered
    lifted = found.snippet.lines[0]
    assert abs(lifted.shape[1] - bare.shape[1]) < 12
    assert abs(lifted.shape[0] - bare.shape[0]) < 12
    assert 0.85 < (lifted < 150).sum() / (bare < 150).sum() < 1.15


def test_a_pale_stroke_among_darker_ones_is_no_seal(shapes, blank, pen):
    page = pen.scan_of(blank)
    pen.write(page, 65, 124)
    pen.line(page, 72, 122, 86, 128, (140, 140, 140), 6)
    found = name_of(shapes, page)
    assert not found.covered
    assert found.snippet.lines[0].shape[1] > to_px(18, DPI)


@pytest.mark.slow
@pytest.mark.parametrize(
    "scan",
    [
        pytest.param("scan_20261104_002.pdf", id="a red seal crosses a blue letter"),
        pytest.param("scan_20261110_001.pdf", id="a grey seal stands by itself"),
        pytest.param("scan_20261111_003.jpg", id="a red seal leaves pale remains"),
    ],
)
def test_seals_of_the_samples_neither_hide_nor_strike_the_name(scan: str):
    forms = load_forms(ROOT / "configs" / "forms")
    path = ROOT / "sample_docs" / "inbox" / scan
    page = read_document(path, forms, Engines(())).pages[0]
    name = next(one for one in page.fields if one.field_id == "name")
    assert not name.covered
    assert not name.struck_out
    assert not name.blank
