"""Marks drawn on the committed blanks' check boxes, and what is told of them."""

from __future__ import annotations

import itertools
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.fields.cut import cut_fields
from ocr.fields.window import LaidPage, printing
from ocr.forms import load_forms
from ocr.model import FieldKind
from ocr.preprocess import MM_PER_INCH, blank_picture

DPI = 300.0
BLACK, BLUE, RED = (35, 35, 35), (120, 50, 30), (60, 50, 205)
TO_MM = np.diag([MM_PER_INCH / DPI, MM_PER_INCH / DPI, 1.0])
FORMS = load_forms(Path(__file__).resolve().parents[2] / "configs/forms")
BLANKS = {form.form: blank_picture(form, DPI) for form in FORMS}
PRINTED = {form.form: printing(form) for form in FORMS}

TICK = [(0.1, 0.5), (0.4, 0.9), (1.2, -0.2)]
SMALL_TICK = [(0.25, 0.5), (0.45, 0.75), (0.8, 0.3)]
RE = [(0.25, 0.05), (0.3, 0.9), (1.05, 0.25)]
LOW_TICK = [(-0.1, 0.6), (0.25, 1.25), (1.3, -0.4)]
STRIKE = [(-0.4, 0.5), (1.4, 0.52)]


class Sheet:
    """A scanned blank to draw on; places in widths of its check box."""

    def __init__(self, form, seed=0):
        self.form = form
        self.random = np.random.default_rng(seed)
        self.page = cv2.cvtColor(BLANKS[form.form], cv2.COLOR_GRAY2BGR)
        self.box = next(
            entry.box_mm for entry in form.fields if entry.kind is FieldKind.CHECK
        )

    def spot(self, across, down):
        left, top, wide, high = self.box
        place = (left + across * wide, top + down * high)
        return tuple(round(mm / MM_PER_INCH * DPI) for mm in place)

    def stroke(self, *places, colour=BLACK, wide_mm=0.5, shake=0.0):
        """Draw a stroke through the places; a shaky hand misses and bends it."""
        ends = [np.add(place, self.random.normal(0, shake, 2)) for place in places]
        for start, end in itertools.pairwise(ends):
            bend = self.random.normal(0, shake / 2, 2)
            middle = np.add(start, end) / 2 + bend
            dots = [
                self.spot(
                    *((1 - t) ** 2 * start + 2 * t * (1 - t) * middle + t**2 * end)
                )
                for t in np.linspace(0, 1, 12)
            ]
            thick = max(1, round(wide_mm / MM_PER_INCH * DPI))
            cv2.polylines(
                self.page, [np.array(dots)], False, colour, thick, cv2.LINE_AA
            )

    def fill(self, left, top, right, bottom, colour=BLACK):
        corners = self.spot(left, top), self.spot(right, bottom)
        cv2.rectangle(self.page, *corners, colour, -1)

    def ring(self, across, down, radius_mm, colour=BLACK, wide_mm=0.45):
        layer = np.full_like(self.page, 255)
        radius = round(radius_mm / MM_PER_INCH * DPI)
        thick = max(1, round(wide_mm / MM_PER_INCH * DPI))
        cv2.circle(layer, self.spot(across, down), radius, colour, thick, cv2.LINE_AA)
        np.minimum(self.page, layer, out=self.page)

    def told(self):
        """Return what is said of the box after a scanner saw the page."""
        (left, top), (right, bottom) = self.spot(-2, -2), self.spot(3, 3)
        seen = self.page[top:bottom, left:right]
        noisy = cv2.GaussianBlur(seen, (0, 0), 0.8) + self.random.normal(
            0, 5, seen.shape
        )
        scan = self.page.copy()
        scan[top:bottom, left:right] = np.clip(noisy, 0, 255)
        shifted = TO_MM.copy()
        shifted[:2, 2] += self.random.uniform(-0.15, 0.15, 2)
        laid = LaidPage(scan, shifted, 1.0, "0" * 64, 1)
        box = [entry for entry in self.form.fields if entry.kind is FieldKind.CHECK]
        only = self.form.model_copy(update={"fields": tuple(box)})
        printed = PRINTED[self.form.form]
        (one,) = cut_fields(laid, type(printed)(only, printed.ink, printed.rules))
        return one.checked


forms = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.form)


@forms
def test_empty_box_is_not_marked(form):
    assert [Sheet(form, seed).told() for seed in range(5)] == [False] * 5


@forms
@pytest.mark.parametrize(
    "places",
    [
        pytest.param(TICK, id="tick larger than the box"),
        pytest.param(SMALL_TICK, id="small tick"),
        pytest.param(RE, id="katakana re"),
        pytest.param(LOW_TICK, id="tick with its foot below the box"),
    ],
)
@pytest.mark.parametrize(
    ("colour", "wide_mm"),
    [
        pytest.param(BLACK, 0.35, id="thin black"),
        pytest.param(BLUE, 0.6, id="blue"),
        pytest.param(BLACK, 0.9, id="thick black"),
    ],
)
def test_tick_is_a_mark(form, places, colour, wide_mm):
    sheet = Sheet(form)
    sheet.stroke(*places, colour=colour, wide_mm=wide_mm)
    assert sheet.told() is True


@pytest.mark.slow
@forms
def test_shaky_ticks_are_told_nearly_always_and_never_taken_for_an_empty_box(form):
    told = []
    for seed in range(60):
        sheet = Sheet(form, seed)
        sheet.stroke(*(TICK, RE)[seed % 2], shake=0.06)
        told.append(sheet.told())
    assert False not in told
    assert told.count(True) >= 54


@forms
@pytest.mark.parametrize("half", [0.2, 0.3], ids=["third", "half as wide"])
def test_small_filled_square_is_a_mark(form, half):
    sheet = Sheet(form)
    sheet.fill(0.5 - half, 0.5 - half, 0.5 + half, 0.5 + half)
    assert sheet.told() is True


def strike(sheet):
    sheet.stroke(*STRIKE)


def two_lines(sheet):
    sheet.stroke((-0.3, 0.4), (1.3, 0.42), wide_mm=0.25)
    sheet.stroke((-0.3, 0.6), (1.3, 0.62), wide_mm=0.25)


def short_line(sheet):
    sheet.stroke((-0.05, 0.45), (1.05, 0.55))


def slash(sheet):
    sheet.stroke((0.0, 1.0), (1.0, 0.0))


def falling_line(sheet):
    sheet.stroke((-0.2, -0.2), (1.2, 1.2))


def line_from_above(sheet):
    sheet.stroke((0.5, -0.5), (0.45, 1.5))


def cross(sheet):
    sheet.stroke((0.2, 0.2), (0.8, 0.8))
    sheet.stroke((0.8, 0.2), (0.2, 0.8))


def wide_cross(sheet):
    sheet.stroke((-0.15, -0.1), (1.1, 1.1))
    sheet.stroke((1.15, -0.1), (-0.1, 1.15))


def blacked_out(sheet):
    sheet.fill(0, 0, 1, 1)


def nearly_blacked_out(sheet):
    sheet.fill(0.1, 0.1, 0.9, 0.9)


def ring(sheet):
    sheet.ring(0.5, 0.5, 1.8)


def roof(sheet):
    sheet.stroke((0.15, 0.85), (0.5, 0.2), (0.85, 0.85))


def tick_struck_through(sheet):
    sheet.stroke(*TICK)
    sheet.stroke(*STRIKE)


def tick_struck_twice(sheet):
    sheet.stroke(*TICK)
    two_lines(sheet)


def tick_and_a_cross(sheet):
    sheet.stroke(*TICK)
    wide_cross(sheet)


def tick_scribbled_over(sheet):
    sheet.stroke(*TICK)
    zigzag = [(x, 0.15 if n % 2 else 0.85) for n, x in enumerate(np.linspace(0, 1, 9))]
    sheet.stroke(*zigzag)


def red_rim(sheet):
    sheet.ring(1.2, 0.6, 4.5, RED)


def red_rim_from_below(sheet):
    sheet.ring(0.4, 1.4, 5.2, RED)


def red_seal_in_the_box(sheet):
    sheet.ring(0.5, 0.5, 2.0, RED)


def grey_rim(sheet):
    sheet.ring(1.3, 0.5, 4.5, (110, 110, 110))


def black_rim_from_above(sheet):
    sheet.ring(0.4, -0.4, 5.2)


def red_tick(sheet):
    sheet.stroke(*TICK, colour=RED)


@forms
@pytest.mark.parametrize(
    "draw",
    [
        *(strike, two_lines, short_line, slash, falling_line, line_from_above),
        *(cross, wide_cross, blacked_out, nearly_blacked_out, ring, roof),
        *(tick_struck_through, tick_struck_twice, tick_and_a_cross),
        *(tick_scribbled_over, red_rim, red_rim_from_below, red_seal_in_the_box),
        *(grey_rim, black_rim_from_above, red_tick),
    ],
    ids=lambda draw: draw.__name__.replace("_", " "),
)
def test_unclear_box_is_asked_about(form, draw):
    sheet = Sheet(form)
    draw(sheet)
    assert sheet.told() is None


@forms
@pytest.mark.parametrize("seed", range(6))
def test_slash_in_a_frame_that_a_copier_made_bold_is_no_tick(form, seed):
    sheet = Sheet(form, seed)
    slash(sheet)
    sheet.page = cv2.erode(sheet.page, np.ones((4, 4), np.uint8))
    assert sheet.told() is None


@forms
def test_tick_of_the_box_below_does_not_mark_the_box_above(form):
    sheet = Sheet(form)
    sheet.stroke(*[(across, down + 1.5) for across, down in LOW_TICK])
    assert sheet.told() is not True


@pytest.mark.slow
@forms
def test_rim_of_a_seal_is_never_taken_for_a_mark_wherever_it_crosses(form):
    for seed in range(300):
        sheet = Sheet(form, seed)
        angle = sheet.random.uniform(0, 2 * np.pi)
        away = sheet.random.uniform(0.4, 1.6)
        colour = (RED, (110, 110, 110), BLACK)[seed % 3]
        place = 0.5 + away * np.cos(angle), 0.5 + away * np.sin(angle)
        sheet.ring(*place, sheet.random.uniform(3.1, 8.0), colour)
        assert sheet.told() is not True


@forms
def test_tick_beside_the_rim_of_a_red_seal_is_still_a_mark(form):
    sheet = Sheet(form)
    sheet.stroke(*TICK)
    sheet.ring(1.2, 0.6, 4.5, RED)
    assert sheet.told() is True
