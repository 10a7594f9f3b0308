"""Words circled, ticked and struck out on a blank of shapes; what is told of them."""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.fields.cut import cut_fields
from ocr.fields.window import LaidPage, printing
from ocr.forms import FormDefinition
from ocr.preprocess import MM_PER_INCH, to_px

DPI = 300
BLACK, BLUE, RED = (35, 35, 35), (120, 50, 30), (60, 50, 205)
WORDS = {"普通": 40.0, "当座": 62.0, "貯蓄": 84.0}
TOP, HIGH, WIDE = 60.0, 4.0, 9.0


def options(top=TOP):
    return [
        {"value": value, "box_mm": [left, top, WIDE, HIGH]}
        for value, left in WORDS.items()
    ]


@pytest.fixture(scope="module")
def form(tmp_path_factory, pen):
    page = np.full((to_px(297, DPI), to_px(210, DPI)), 255, np.uint8)
    for left in WORDS.values():
        for step in range(4):
            x = left + 0.4 + step * 2.2
            pen.line(page, x, TOP + 0.3, x + 1.4, TOP + HIGH - 0.3, thick=4)
            pen.line(page, x + 1.4, TOP + 0.3, x, TOP + 2.5, thick=4)
    for row in range(3):
        for mark, left in enumerate((40.0, 52.0)):
            pen.line(page, left, 112 + row * 10, left + 8, 112 + row * 10)
            del mark
    path = tmp_path_factory.mktemp("choices") / "choices.png"
    cv2.imwrite(str(path), page)
    fields = [
        {
            "id": "account_kind",
            "label": "預金種目",
            "kind": "choice",
            "box_mm": [38, 56, 62, 12],
            "options": options(),
        }
    ]
    table = {
        "id": "child",
        "label": "児童",
        "rows": 3,
        "row_height_mm": 10,
        "columns": [
            {
                "id": "name",
                "label": "氏名",
                "kind": "name",
                "box_mm": [40, 104, 60, 7],
                "required": True,
            }
        ],
    }
    return FormDefinition(
        form="choices",
        title="選択",
        version="1",
        page_mm=(210, 297),
        blank=Path(path),
        blank_dpi=DPI,
        fields=fields,
        tables=[table],
    )


@pytest.fixture
def page(form):
    return cv2.cvtColor(cv2.imread(str(form.blank), cv2.IMREAD_GRAYSCALE), 8)


def spot(across, down):
    return to_px(across, DPI), to_px(down, DPI)


def loop(page, left, wide, *, colour=BLACK, turns=1.05, shift=0.0, around=1.2):
    """Draw a loop like a hand's around a place of the row of words."""
    middle = (left + wide / 2 + shift, TOP + HIGH / 2)
    dots = [
        spot(
            middle[0] + (wide / 2 + around) * (1 + 0.03 * a) * math.cos(a + 1),
            middle[1] + (HIGH / 2 + around) * (1 + 0.03 * a) * math.sin(a + 1),
        )
        for a in np.linspace(0, turns * 2 * math.pi, 40)
    ]
    cv2.polylines(page, [np.array(dots)], False, colour, 5, cv2.LINE_AA)


def strike(page, left, wide, offset=0.0, colour=BLACK):
    down = TOP + HIGH / 2 + offset
    cv2.line(page, spot(left - 1, down), spot(left + wide + 1, down), colour, 4)


def chosen(form, page):
    to_mm = np.diag([MM_PER_INCH / DPI, MM_PER_INCH / DPI, 1.0])
    cuts = cut_fields(LaidPage(page, to_mm, 1.0, "0", 1), printing(form))
    return cuts[0].chosen


def test_nothing_drawn_chooses_nothing(form, page):
    assert chosen(form, page) == ()


@pytest.mark.parametrize("word", list(WORDS), ids=["first", "middle", "last"])
@pytest.mark.parametrize(
    "colour", [BLACK, BLUE, RED], ids=["black pen", "blue pen", "red pen"]
)
@pytest.mark.parametrize("turns", [0.88, 1.0, 1.9], ids=["open", "closed", "double"])
def test_a_loop_around_one_word_chooses_it(form, page, word, colour, turns):
    loop(page, WORDS[word], WIDE, colour=colour, turns=turns)
    assert chosen(form, page) == (word,)


def test_two_loops_are_left_to_a_person_unless_several_may_be_chosen(form, page):
    loop(page, WORDS["普通"], WIDE)
    loop(page, WORDS["貯蓄"], WIDE)
    assert chosen(form, page) is None
    several = form.fields[0].model_copy(update={"several": True})
    both = form.model_copy(update={"fields": (several,)})
    assert chosen(both, page) == ("普通", "貯蓄")


def _around_two(page):
    loop(page, WORDS["普通"], WORDS["当座"] + WIDE - WORDS["普通"])


def _struck_once(page):
    strike(page, WORDS["普通"], WIDE)


def _struck_twice(page):
    strike(page, WORDS["普通"], WIDE, -0.6)
    strike(page, WORDS["普通"], WIDE, 0.6)


def _circled_and_struck(page):
    loop(page, WORDS["普通"], WIDE)
    _struck_twice(page)


def _half_a_loop(page):
    loop(page, WORDS["普通"], WIDE, turns=0.6)


def _between_two(page):
    loop(page, (WORDS["普通"] + WORDS["当座"]) / 2, WIDE)


def _ticked_on_the_word(page):
    left = WORDS["普通"]
    dots = [spot(left + 2, TOP + 1), spot(left + 4, TOP + 4), spot(left + 10, TOP - 3)]
    cv2.polylines(page, [np.array(dots)], False, BLACK, 5)


def _one_circled_another_struck(page):
    loop(page, WORDS["普通"], WIDE)
    strike(page, WORDS["当座"], WIDE)


@pytest.mark.parametrize(
    "drawn",
    [
        pytest.param(_around_two, id="a loop around two words"),
        pytest.param(_struck_once, id="a word struck out"),
        pytest.param(_struck_twice, id="a word struck out with two lines"),
        pytest.param(_circled_and_struck, id="a word circled and struck out"),
        pytest.param(_half_a_loop, id="half a loop"),
        pytest.param(_between_two, id="a loop between two words"),
        pytest.param(_ticked_on_the_word, id="a tick on a word"),
        pytest.param(_one_circled_another_struck, id="one circled, another struck out"),
    ],
)
def test_what_is_unclear_is_left_to_a_person(form, page, drawn):
    drawn(page)
    assert chosen(form, page) is None


def arc(page, left, start_deg, end_deg, around=0.8):
    """Draw part of a loop around a word; angles run clockwise from its right end."""
    middle = left + WIDE / 2, TOP + HIGH / 2
    dots = [
        spot(
            middle[0] + (WIDE / 2 + around) * math.cos(a),
            middle[1] + (HIGH / 2 + around) * math.sin(a),
        )
        for a in np.linspace(math.radians(start_deg), math.radians(end_deg), 30)
    ]
    cv2.polylines(page, [np.array(dots)], False, BLACK, 5, cv2.LINE_AA)


def _across_the_page(page, offset, colour):
    down = TOP + HIGH / 2 + offset
    cv2.line(page, spot(0, down), spot(209, down), colour, 4)


def _cross(page, left, top):
    cv2.line(page, spot(left, top), spot(left + 2, top + 2), BLACK, 4)
    cv2.line(page, spot(left + 2, top), spot(left, top + 2), BLACK, 4)


def _red_line_through_a_loop(page):
    loop(page, WORDS["普通"], WIDE)
    _across_the_page(page, 1.4, RED)


def _two_red_lines_through_a_loop(page):
    loop(page, WORDS["普通"], WIDE)
    _across_the_page(page, -0.6, RED)
    _across_the_page(page, 0.6, RED)


def _two_red_lines_through_the_words(page):
    _across_the_page(page, -0.6, RED)
    _across_the_page(page, 0.6, RED)


def _loop_and_half_a_round_one(page):
    loop(page, WORDS["普通"], WIDE)
    middle = spot(WORDS["貯蓄"] + WIDE / 2, TOP + HIGH / 2)
    reach = to_px(5.5, DPI)
    cv2.ellipse(page, middle, (reach, reach), 0, 90, 270, BLACK, 5, cv2.LINE_AA)


def _half_a_round_red_one(page):
    middle = spot(WORDS["貯蓄"] + WIDE / 2, TOP + HIGH / 2)
    reach = to_px(5.5, DPI)
    cv2.ellipse(page, middle, (reach, reach), 0, 90, 270, RED, 5, cv2.LINE_AA)


def _cross_in_the_gap_of_a_loop(page):
    arc(page, WORDS["普通"], -20, 190)
    _cross(page, WORDS["普通"] + 3, TOP - 1.4)


def _ring_in_the_gap_of_a_loop(page):
    arc(page, WORDS["普通"], -20, 190)
    middle = spot(WORDS["普通"] + 4, TOP - 0.6)
    cv2.circle(page, middle, to_px(1, DPI), BLACK, 4, cv2.LINE_AA)


def _finely_crossed_out_in_a_loop(page):
    loop(page, WORDS["普通"], WIDE)
    left = WORDS["普通"]
    ends = [
        (left, TOP),
        (left + WIDE, TOP + HIGH),
        (left, TOP + HIGH),
        (left + WIDE, TOP),
    ]
    for start, end in (ends[:2], ends[2:]):
        cv2.line(page, spot(*start), spot(*end), BLACK, 2, cv2.LINE_AA)


@pytest.mark.parametrize(
    "drawn",
    [
        *(_red_line_through_a_loop, _two_red_lines_through_a_loop),
        *(_two_red_lines_through_the_words, _loop_and_half_a_round_one),
        *(_half_a_round_red_one, _cross_in_the_gap_of_a_loop),
        *(_ring_in_the_gap_of_a_loop, _finely_crossed_out_in_a_loop),
    ],
    ids=lambda drawn: drawn.__name__.strip("_").replace("_", " "),
)
def test_what_may_take_a_loop_back_is_left_to_a_person(form, page, drawn):
    drawn(page)
    assert chosen(form, page) is None


def test_a_loop_that_the_letters_cut_in_two_is_one_loop(form, page):
    arc(page, WORDS["普通"], -20, 190)
    arc(page, WORDS["普通"], 225, 310)
    assert chosen(form, page) == ("普通",)


def test_a_tick_beside_half_a_loop_is_not_the_rest_of_it(form, page):
    arc(page, WORDS["普通"], -20, 190)
    left = WORDS["普通"] - 5
    dots = [spot(left, TOP + 4), spot(left + 1, TOP + 6), spot(left + 3, TOP + 3)]
    cv2.polylines(page, [np.array(dots)], False, BLACK, 5)
    assert chosen(form, page) is None


@pytest.mark.parametrize("colour", [BLACK, RED], ids=["black", "red"])
def test_the_rim_of_a_stamp_across_another_word_leaves_a_whole_loop(form, page, colour):
    loop(page, WORDS["普通"], WIDE)
    across = WORDS["貯蓄"] + WIDE + 7
    cv2.circle(page, spot(across, TOP + 8), to_px(10, DPI), colour, 4, cv2.LINE_AA)
    assert chosen(form, page) == ("普通",)


def test_a_correction_seal_on_a_loop_is_left_to_a_person(form, page):
    loop(page, WORDS["普通"], WIDE)
    middle = spot(WORDS["普通"] + WIDE + 1, TOP + HIGH + 1)
    cv2.circle(page, middle, to_px(3, DPI), RED, 5, cv2.LINE_AA)
    assert chosen(form, page) is None


def test_a_seal_over_the_words_is_no_circle(form, page, pen):
    pen.stamp(page, WORDS["当座"] + WIDE / 2, TOP + HIGH / 2)
    assert chosen(form, page) is None


def test_a_column_is_required_only_in_rows_with_writing(form, page, pen):
    pen.write(page, 45, 105)
    to_mm = np.diag([MM_PER_INCH / DPI, MM_PER_INCH / DPI, 1.0])
    cuts = cut_fields(LaidPage(page, to_mm, 1.0, "0", 1), printing(form))
    rows = [cut for cut in cuts if cut.definition.table == "child"]
    assert [cut.definition.row for cut in rows] == [1, 2, 3]
    assert [cut.blank for cut in rows] == [False, True, True]
    assert [cut.definition.required for cut in rows] == [True, False, False]
