from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.fields.cut import FieldCut, cut_fields
from ocr.fields.window import LaidPage, printing
from ocr.preprocess import MM_PER_INCH, ink_mask

DPI = 300
TO_MM = np.diag([MM_PER_INCH / DPI, MM_PER_INCH / DPI, 1.0])


@pytest.fixture(scope="module")
def printed(shapes):
    return printing(shapes)


def cut(page, printed, px_to_mm=TO_MM) -> dict[str, FieldCut]:
    laid = LaidPage(page, px_to_mm, 1.0, "0" * 64, 1)
    return {one.definition.id: one for one in cut_fields(laid, printed)}


def test_empty_form_has_only_blank_fields_and_no_marks(pen, blank, printed):
    fields = cut(pen.scan_of(blank), printed)
    assert [one.blank for one in fields.values()] == [True] * 5
    assert fields["consent"].checked is False
    assert fields["seal"].checked is False
    assert all(one.snippet is None for one in fields.values())


@pytest.mark.parametrize("off_mm", [(0.5, 0.4), (-0.5, 0.3)], ids=["right", "left"])
def test_frame_a_little_off_its_place_is_no_writing(pen, blank, printed, off_mm):
    moved = TO_MM.copy()
    moved[:2, 2] += off_mm
    fields = cut(pen.scan_of(blank), printed, moved)
    assert [one.blank for one in fields.values()] == [True] * 5


def test_writing_is_found_cut_tightly_and_without_its_frame(pen, blank, printed):
    page = pen.scan_of(blank)
    for left in (62, 69, 76):
        pen.write(page, left, 62)
    found = cut(page, printed)["amount_yen"]
    assert not found.blank
    picture = found.snippet.lines[0]
    ink = ink_mask(picture, 190)
    assert not ink[[0, 1, -1, -2]].any()
    assert 0.5 < np.flatnonzero(ink.any(axis=1)).size / picture.shape[0] < 0.95
    assert ink.sum() < 0.25 * ink.size


def test_stroke_through_the_frame_is_mended_where_the_frame_was_taken_out(
    pen, blank, printed
):
    page = pen.scan_of(blank)
    pen.line(page, 80, 63, 80, 72.5, (20, 20, 20), 8)
    picture = cut(page, printed)["amount_yen"].snippet.lines[0]
    rows = ink_mask(picture, 190).any(axis=1)
    written = np.flatnonzero(rows)
    assert rows[written[0] : written[-1] + 1].all()
    assert written.size > 9 / MM_PER_INCH * DPI


def test_writing_of_the_neighbour_does_not_get_in(pen, blank, printed):
    page = pen.scan_of(blank)
    pen.write(page, 70, 71.5)
    assert cut(page, printed)["amount_yen"].blank


def test_pale_hairline_beside_darker_strokes_stays(pen, blank, printed):
    page = pen.scan_of(blank)
    pen.line(page, 64, 63, 64, 68, (40, 40, 40), 6)
    pen.line(page, 64, 65.5, 70, 65.5, (205, 205, 205), 3)
    wide = cut(page, printed)["amount_yen"].snippet.lines[0].shape[1]
    assert wide > 6 / MM_PER_INCH * DPI


def test_dust_is_no_writing(pen, blank, printed):
    page = pen.scan_of(blank)
    for left in (65, 90, 120):
        cv2.circle(
            page,
            (round(left / MM_PER_INCH * DPI), round(65 / MM_PER_INCH * DPI)),
            2,
            (0, 0, 0),
            -1,
        )
    assert cut(page, printed)["amount_yen"].blank


@pytest.mark.parametrize(
    "filled", [(0, 1, 2, 3, 4, 5, 6), (2, 3, 6), (6,)], ids=["all", "some", "last"]
)
def test_each_filled_box_is_one_picture_and_empty_boxes_none(
    pen, blank, printed, filled
):
    page = pen.scan_of(blank)
    for cell in filled:
        pen.write(page, 62.5 + 10 * cell, 92)
    snippet = cut(page, printed)["account"].snippet
    assert len(snippet.cells) == len(filled)
    assert len(snippet.lines) == 1


@pytest.mark.parametrize(
    "mark",
    [
        pytest.param(
            [(30.5, 153, 32, 155.5), (32, 155.5, 37, 148.5)], id="tick leaving the box"
        ),
        pytest.param([(31.5, 151, 32, 155), (32, 155, 36, 151)], id="small レ"),
    ],
)
def test_mark_in_the_box_is_seen(pen, blank, printed, mark):
    page = pen.scan_of(blank)
    for ends in mark:
        pen.line(page, *ends, (90, 40, 30), 5)
    assert cut(page, printed)["consent"].checked is True


def test_seal_is_seen_in_its_place_and_over_the_name_and_leaves_no_writing(
    pen, blank, printed
):
    for across in (168.0, 140.0):
        page = pen.scan_of(blank)
        pen.stamp(page, across, 126)
        fields = cut(page, printed)
        assert fields["seal"].checked is True
        assert fields["name"].blank


def test_seal_over_writing_leaves_the_writing(pen, blank, printed):
    page, plain = pen.scan_of(blank), pen.scan_of(blank)
    for left in (64, 72, 80):
        pen.write(page, left, 123.5)
        pen.write(plain, left, 123.5)
    pen.stamp(page, 80, 126)
    sealed = ink_mask(cut(page, printed)["name"].snippet.lines[0], 150)
    unsealed = ink_mask(cut(plain, printed)["name"].snippet.lines[0], 150)
    assert sealed.sum() == pytest.approx(unsealed.sum(), rel=0.15)


def test_free_round_seal_is_left_out_of_the_name_on_a_grey_scan(pen, blank, printed):
    page = pen.scan_of(blank)
    for left in (64, 72, 80):
        pen.write(page, left, 123.5)
    width = cut(page, printed)["name"].snippet.lines[0].shape[1]
    pen.stamp(page, 135, 126)
    grey = cv2.cvtColor(cv2.cvtColor(page, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    assert cut(grey, printed)["name"].snippet.lines[0].shape[1] == pytest.approx(
        width, abs=8
    )


def test_square_sign_as_large_as_a_seal_is_writing(pen, blank, printed):
    page = pen.scan_of(blank)
    corners = ((100, 121.5), (109, 121.5), (109, 130.5), (100, 130.5))
    for start, end in zip(corners, corners[1:] + corners[:1], strict=True):
        pen.line(page, *start, *end, (30, 30, 30), 6)
    assert not cut(page, printed)["name"].blank


def test_line_drawn_through_writing_is_reported(pen, blank, printed):
    page = pen.scan_of(blank)
    for left in (64, 72, 80):
        pen.write(page, left, 123.5)
    assert not cut(page, printed)["name"].struck_out
    pen.line(page, 63, 126.5, 86, 126.2, (20, 20, 20), 5)
    assert cut(page, printed)["name"].struck_out


def test_crop_for_a_person_shows_the_page_as_scanned_and_is_small(pen, blank, printed):
    page = pen.scan_of(blank)
    pen.stamp(page, 168, 126)
    found = cut(page, printed)["seal"]
    picture = cv2.imdecode(np.frombuffer(found.crop_png, np.uint8), cv2.IMREAD_COLOR)
    assert (picture[:, :, 2].astype(int) - picture[:, :, 1] > 80).any()
    assert len(found.crop_png) < 20_000
    assert found.box_px.left == pytest.approx(160 / MM_PER_INCH * DPI, abs=2)


def test_strokes_of_a_pale_pencil_stay_beside_its_darker_ones(pen, blank, printed):
    page = pen.scan_of(blank)
    pen.line(page, 64, 63, 64, 68, (120, 120, 120), 4)
    for left in (70, 76, 82, 88):
        pen.line(page, left, 63, left, 68, (215, 215, 215), 4)
    wide = cut(page, printed)["amount_yen"].snippet.lines[0].shape[1]
    assert wide > 10 / MM_PER_INCH * DPI


def test_a_form_that_shines_through_faintly_is_no_writing(pen, blank, printed):
    page = pen.scan_of(blank)
    for left in (64, 70, 76, 82, 88):
        pen.line(page, left, 63, left, 68, (238, 238, 238), 4)
    assert cut(page, printed)["amount_yen"].blank


def test_small_pale_dash_between_numbers_stays_and_dust_elsewhere_does_not(
    pen, blank, printed
):
    page = pen.scan_of(blank)
    for left in (64, 66.6):
        pen.line(page, left, 63, left, 67, (40, 40, 40), 6)
    bare = cut(page, printed)["amount_yen"].snippet.lines[0]
    pen.line(page, 64.9, 65, 65.7, 65, (200, 200, 200), 3)
    dashed = cut(page, printed)["amount_yen"].snippet.lines[0]
    assert dashed.shape == bare.shape
    assert ink_mask(dashed, 225).sum() > ink_mask(bare, 225).sum() + 10
    pen.line(page, 72, 63.2, 72.9, 63.2, (200, 200, 200), 3)
    assert cut(page, printed)["amount_yen"].snippet.lines[0].shape == bare.shape


def test_frame_that_a_copier_made_wider_is_no_writing_in_a_box(pen, blank, printed):
    page = pen.scan_of(cv2.erode(blank, np.ones((1, 8), np.uint8)))
    pen.write(page, 62.5, 92)
    assert len(cut(page, printed)["account"].snippet.cells) == 1
