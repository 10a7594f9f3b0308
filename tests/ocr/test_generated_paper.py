"""The generator of filled forms and the scoring on it: planted truth, found again."""

from __future__ import annotations

import importlib
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.paper import report, tables
from benchmarks.paper.cast import Cast
from benchmarks.paper.chance import chance
from benchmarks.paper.compare import field_outcome, is_same, value
from benchmarks.paper.deck import DESIGNS, OLD_AND_FOREIGN, by_key, deck, odd_deck
from benchmarks.paper.design import write_design
from benchmarks.paper.hand import letter_ink, people_digits, writer
from benchmarks.paper.laid import worst_corner_mm
from benchmarks.paper.noise import LEVELS, scan
from benchmarks.paper.odd import ODD
from benchmarks.paper.strokes import kana_strokes
from benchmarks.paper.truth import FieldTruth, PageTruth
from benchmarks.score_cleaning import STEPS
from ocr.decode.grammars import KATAKANA
from ocr.forms import load_form
from ocr.model import (
    BoxPx,
    ErrorClass,
    FieldKind,
    FieldReading,
    PageReading,
    Reading,
)
from sample_docs.fonts import FontsMissingError, font_files
from tasks.domain.reading.acceptance import FieldStatus, Judgement


def _fonts_are_here() -> bool:
    try:
        font_files()
    except FontsMissingError:
        return False
    return True


needs_fonts = pytest.mark.skipif(
    not _fonts_are_here(), reason="the fonts that paper is made with"
)


@pytest.fixture(scope="module")
def cast() -> Cast:
    return Cast(1, people=300)


@needs_fonts
@pytest.mark.parametrize("key", [design.key for design in DESIGNS])
def test_every_design_becomes_a_definition_that_loads(key: str, tmp_path: Path) -> None:
    design = by_key(key)
    form = load_form(write_design(design, tmp_path))
    assert (form.form, form.version) == (design.form, design.version)
    assert {entry.id for entry in form.every_field} == set(design.places())


@needs_fonts
@pytest.mark.parametrize("design", DESIGNS, ids=lambda design: design.form)
def test_what_a_case_writes_has_a_place_on_the_form(design, cast: Cast) -> None:
    for number in range(12):
        case = cast.case(number, family=design.family)
        entries = design.fill(case, chance(1, number))
        places = design.places()
        assert set(entries) <= set(places)
        for name, entry in entries.items():
            options = {option.value for option in places[name].field.options}
            assert set(entry.chosen) <= options, name


def test_the_same_seed_plans_the_same_deck_and_another_seed_another() -> None:
    assert deck(60, 5) == deck(60, 5)
    assert deck(60, 5) != deck(60, 6)


def test_a_deck_has_every_design_level_and_writing() -> None:
    files = deck(240, 3)
    pages = [page for file in files for page in file.pages]
    assert len(pages) == 240
    assert {file.level for file in files} == set(LEVELS)
    keys = {page.design for page in pages if page.design and not page.other}
    assert keys == {design.key for design in DESIGNS}
    for design in DESIGNS:
        writings = {page.writing for page in pages if page.design == design.key}
        assert writings >= {"printed", "hand", "careless"}


def test_odd_pages_come_once_each_in_a_round() -> None:
    kinds = [page.odd for file in odd_deck(2, 9) for page in file.pages]
    assert sorted(kinds) == sorted(ODD * 2)


@needs_fonts
def test_an_older_version_has_the_same_fields_elsewhere() -> None:
    old = next(one for one in OLD_AND_FOREIGN if one.form == "child_allowance")
    new = next(one for one in DESIGNS if one.form == "child_allowance")
    assert set(old.places()) == set(new.places())
    before = new.places()["name"].field.box_mm
    after = old.places()["name"].field.box_mm
    assert after[1] == pytest.approx(before[1] + 7.0)


@pytest.mark.parametrize(
    "letter", [kana for kana in KATAKANA if kana not in "ヰヱヵヶ"]
)
def test_every_katakana_can_be_drawn(letter: str) -> None:
    assert kana_strokes(letter)


@needs_fonts
@pytest.mark.parametrize("style", ["hand", "careless"])
def test_no_letter_is_written_twice_alike(style: str) -> None:
    who = writer(style, chance("a", style))
    rng = np.random.default_rng(4)
    first, second = (letter_ink(who, "7", 50, 11.8, rng) for _ in range(2))
    assert not np.array_equal(first, second)


@needs_fonts
def test_digits_that_people_wrote_come_from_the_archive_given(tmp_path: Path) -> None:
    path = tmp_path / "digits.npz"
    bar = np.zeros((1, 28, 28), np.uint8)
    bar[:, 4:24, 12:16] = 255
    np.savez(path, **dict.fromkeys("0123456789", bar))
    dots = tuple(people_digits(path)[digit] for digit in "0123456789")
    who = replace(writer("people", chance("p")), dots=dots, broken=0.0, starved=0.0)
    rng = np.random.default_rng(1)
    inked = letter_ink(who, "8", 50, 11.8, rng) > 0.5
    columns = np.nonzero(inked.any(axis=0))[0]
    assert 4 < len(columns) < 14
    assert abs(columns.mean() - 50) < 4


@needs_fonts
@pytest.mark.slow
@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("turns", [0, 1, 2], ids="turned{}".format)
def test_a_scan_says_where_the_form_lies_in_it(level: str, turns: int) -> None:
    page = np.full((1748, 2480, 3), 255, np.float32)
    spots = [(40.0, 30.0), (180.0, 40.0), (100.0, 120.0)]
    for x, y in spots:
        centre = (round(x / 25.4 * 300), round(y / 25.4 * 300))
        cv2.circle(page, centre, 24, (0, 0, 0), -1)
    dpi = (204.0, 196.0) if level == "fax" else (300.0, 300.0)
    rng = np.random.default_rng(8)
    done = scan(page, 300, level, rng, dpi=dpi, quarter_turns=turns)
    dark = np.asarray(done.picture.convert("L")) < 110
    _, _, stats, centres = cv2.connectedComponentsWithStats(dark.astype(np.uint8))
    large = centres[1:][stats[1:, cv2.CC_STAT_AREA] > 300]
    for x, y in spots:
        there = (done.mm_to_px @ [x, y, 1.0])[:2]
        nearest = np.linalg.norm(large - there, axis=1).min()
        assert nearest < 2.5


def a_reading(text: str, *, blank: bool = False) -> FieldReading:
    return FieldReading(
        field_id="account",
        label="口座番号",
        kind=FieldKind.AMOUNT,
        error_class=ErrorClass.STRICT,
        required=True,
        box_px=BoxPx(0, 0, 1, 1),
        ink=0.0 if blank else 0.1,
        blank=blank,
        checked=None,
        readings=() if blank else (Reading("rapid", text, 0.9),),
    )


def a_judgement(value_taken: str, status: FieldStatus) -> Judgement:
    return Judgement(
        field_id="account",
        label="口座番号",
        kind=FieldKind.AMOUNT,
        status=status,
        value=value_taken,
        text=value_taken,
        confidence=0.9,
    )


PAGE = PageTruth(0, "a.pdf", 1, "f", "1", "", "office", "hand", False, "", 0)


@pytest.mark.parametrize(
    ("written", "read", "status", "exact", "wrong"),
    [
        pytest.param("1,200", "1200", FieldStatus.ACCEPTED, True, False, id="right"),
        pytest.param("1,200", "7200", FieldStatus.ACCEPTED, False, True, id="wrong"),
        pytest.param("1,200", "7200", FieldStatus.ASK, False, False, id="asked"),
        pytest.param("1,200", "", FieldStatus.BLANK, False, True, id="lost"),
        pytest.param("", "", FieldStatus.BLANK, True, False, id="empty"),
        pytest.param("", "7", FieldStatus.ACCEPTED, False, True, id="invented"),
    ],
)
def test_an_outcome_says_whether_a_person_would_have_been_needed(
    written: str, read: str, status: FieldStatus, exact: bool, wrong: bool
) -> None:
    truth = FieldTruth(FieldKind.AMOUNT, written, written.replace(",", ""))
    reading = a_reading(read, blank=not read)
    found = field_outcome(truth, reading, a_judgement(read, status), PAGE, seed=1)
    assert (found.exact, found.wrong) == (exact, wrong)


def test_a_value_lost_without_a_question_counts_among_the_errors() -> None:
    truth = FieldTruth(FieldKind.AMOUNT, "1,200", "1200")
    lost = field_outcome(
        truth,
        a_reading("", blank=True),
        a_judgement("", FieldStatus.BLANK),
        PAGE,
        seed=1,
    )
    cell = report.cell([lost])
    assert (cell["wrong"], cell["settled"]) == (1, 1)


@pytest.mark.parametrize(
    ("kind", "got", "text", "meaning", "same"),
    [
        pytest.param(
            FieldKind.DATE, "昭和60年4月1日", "", "1985-04-01", True, id="date"
        ),
        pytest.param(
            FieldKind.DATE, "昭和60年4月7日", "", "1985-04-01", False, id="day"
        ),
        pytest.param(
            FieldKind.NAME, "山田花子", "山田　花子", "山田　花子", True, id="name"
        ),
        pytest.param(FieldKind.KANA, "ヤマダ", "ヤマタ", "ヤマタ", False, id="voiced"),
        pytest.param(
            FieldKind.ADDRESS, "本町１－２", "本町1-2", "本町1-2", True, id="address"
        ),
    ],
)
def test_values_are_the_same_when_they_mean_the_same(
    kind: FieldKind, got: str, text: str, meaning: str, same: bool
) -> None:
    assert is_same(kind, value(kind, got), FieldTruth(kind, text, meaning)) is same


@needs_fonts
def test_a_page_read_crooked_is_found_out_by_its_fields_corners() -> None:
    design = by_key("payment_slip_202604")
    to_px = np.diag([300 / 25.4, 300 / 25.4, 1.0])
    truth = replace(
        PAGE,
        form=design.form,
        version=design.version,
        mm_to_px=to_px,
        size_px=(2480, 1748),
    )

    def seen(shift_px: int) -> PageReading:
        fields = []
        for name, place in design.places().items():
            left, top, wide, high = (x * 300 / 25.4 for x in place.field.box_mm)
            box = BoxPx(
                round(left) + shift_px,
                round(top),
                round(left + wide) + shift_px,
                round(top + high),
            )
            fields.append(replace(a_reading("1"), field_id=name, box_px=box))
        return PageReading(
            1,
            design.form,
            design.version,
            0,
            0.1,
            born_digital=False,
            fields=tuple(fields),
        )

    assert worst_corner_mm(truth, seen(0), ".pdf") < 0.2
    assert worst_corner_mm(truth, seen(24), ".pdf") == pytest.approx(2.0, abs=0.2)


def test_tables_go_between_their_marks_and_nowhere_else(tmp_path: Path) -> None:
    path = tmp_path / "reading.md"
    path.write_text(f"before\n{tables.BEGIN}\nold\n{tables.END}\nafter\n", "utf-8")
    tables.put_into(path, "new")
    text = path.read_text("utf-8")
    assert text == f"before\n{tables.BEGIN}\n\nnew\n\n{tables.END}\nafter\n"
    path.write_text("no marks", "utf-8")
    with pytest.raises(ValueError, match="score_ocr: begin"):
        tables.put_into(path, "new")


@pytest.mark.parametrize("name", STEPS)
def test_every_step_of_cleaning_that_is_left_out_exists(name: str) -> None:
    for module, attribute in STEPS[name].places:
        assert hasattr(importlib.import_module(module), attribute)
