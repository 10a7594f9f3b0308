"""Paper that nobody here made: its transcription is proved, and what was read is told."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from benchmarks.figures import RESULTS
from benchmarks.people_digits import archive
from benchmarks.real_lines import boxed_digits, runs
from benchmarks.real_numbers import ruled, sums, typewritten

NUMERALS = ("amount", "date", "digits", "phone", "postal")


def measured(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize(
    "column", sums(), ids=lambda column: f"{column[0]}-{column[-1]}"
)
def test_transcribed_columns_add_up_to_the_total_printed_below(
    column: tuple[int, ...],
) -> None:
    assert sum(column[:-1]) == column[-1]


def test_the_underlined_summand_alone_is_not_read() -> None:
    for whole, column in zip(sums(), typewritten(), strict=True):
        read = [int(text) for text in column.texts]
        assert read == [*whole[:-2], whole[-1]]


def test_columns_of_one_page_do_not_share_paper() -> None:
    boxes = [
        (one.file, one.left, one.right, top, bottom)
        for one in (*ruled(), *typewritten())
        for top, bottom in one.bands
    ]
    for place, (file, left, right, top, bottom) in enumerate(boxes):
        for other in boxes[:place]:
            beside = right <= other[1] or other[2] <= left
            below = bottom <= other[3] or other[4] <= top
            assert file != other[0] or beside or below


def test_runs_of_ink_shorter_than_a_character_are_specks() -> None:
    filled = np.zeros(40, bool)
    filled[3:5] = filled[10:20] = filled[30:40] = True

    assert list(runs(filled)) == [(10, 20), (30, 40)]


def test_every_digit_that_people_wrote_is_in_the_archive_as_large_as_its_square() -> (
    None
):
    pictures = archive()

    assert sum(map(len, pictures.values())) == 1797
    for shown in pictures.values():
        assert shown.shape[1:] == (28, 28)
        assert shown.dtype == np.uint8
        assert shown[:, :4].max() == 0
        assert shown.max() == 255


def test_each_number_shows_as_many_boxes_as_it_has_digits() -> None:
    lines = list(boxed_digits())

    assert len(lines) == 1797 // 7
    assert {len(line.snippet.cells) for line in lines} == {7}
    assert all(len(line.text) == 7 for line in lines)


def test_no_page_of_other_origin_was_taken_for_a_form() -> None:
    for folder in measured("real_pages")["folders"].values():
        assert all(
            what == "dropped" or what.startswith(("FORM-", "PAGE-"))
            for what in folder["became"]
        )


def test_the_page_on_reading_shows_the_figures_measured(
    reading_page: str,
) -> None:
    for row, found in measured("real_lines")["rows"].items():
        shares = " | ".join(
            f"{found[name]['numbers_right']} / {found[name]['characters_right_percent']}"
            for name in ("rapid", "mobile", "shapes", "tesseract")
        )
        agreed = f"{found['two_agree']} | {found['two_agree_on_wrong']}"
        taken = f"{found['ordinary']['accepted']} | {found['ordinary']['wrong']}"
        line = f"| {row} | {found['numbers']} | {shares} | {agreed} | {taken} |"
        assert line in reading_page


@pytest.mark.parametrize("writing", ["people", "careless", "hand", "printed"])
def test_the_page_on_reading_shows_numerals_in_the_digits_that_people_wrote(
    writing: str, reading_page: str
) -> None:
    found = [
        cell
        for seed in (8101, 8103)
        for cell in measured(f"score_ocr-people-{seed}")["cells"]
        if cell["writing"] == writing and cell["kind"] in NUMERALS
    ]
    fields = sum(cell["fields"] for cell in found)
    right = sum(round(cell["exact"] * cell["fields"]) for cell in found)
    taken, wrong = (sum(cell[key] for cell in found) for key in ("settled", "wrong"))
    shares = f"{100 * right / fields:.1f} | {100 * taken / fields:.1f}"
    line = f"| {writing} | {fields} | {shares} | {wrong} of {taken} |"
    assert line in reading_page


@pytest.fixture
def reading_page() -> str:
    page = RESULTS.parent.parent / "docs" / "reading.md"
    return page.read_text(encoding="utf-8")
