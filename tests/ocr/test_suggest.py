"""What the designer is told of a place: from the print around it."""

from __future__ import annotations

import pytest

from ocr.design.naming import DraftField
from ocr.design.shapes import Box, Letter, Word
from ocr.design.suggest import BlankPrint, suggested, suggested_at
from ocr.model import FieldKind


def word(text: str, left: float, top: float) -> Word:
    """Letters of 4 mm, side by side."""
    return Word(
        tuple(
            Letter(one, Box(left + 4 * place, top, left + 4 * place + 4, top + 4))
            for place, one in enumerate(text)
        )
    )


DRAFTED = DraftField(
    "account", "口座番号", FieldKind.DIGITS, Box(60, 50, 116, 58), cells=7
)
PRINTED = BlankPrint(
    fields=(DRAFTED,),
    words=(
        word("氏名", 20, 22),
        word("生年月日", 70, 12),
        word("備考", 20, 82),
        word("ください", 150, 22),
    ),
    cells=(Box(40, 20, 90, 28), Box(18, 20, 40, 28), Box(10, 10, 200, 100)),
)


@pytest.mark.parametrize(
    ("box", "label", "kind"),
    [
        pytest.param(
            Box(40, 20, 90, 28), "氏名", FieldKind.NAME, id="print to the left"
        ),
        pytest.param(
            Box(68, 18, 110, 26),
            "生年月日",
            FieldKind.DATE,
            id="nearer above than left",
        ),
        pytest.param(Box(62, 17, 82, 20), "生年月日", FieldKind.DATE, id="print above"),
        pytest.param(
            Box(140, 80, 190, 88), "（不明）", FieldKind.TEXT, id="too far away"
        ),
        pytest.param(
            Box(140, 60, 170, 90), "コード", FieldKind.CODE, id="a bare square"
        ),
    ],
)
def test_the_nearest_print_names_a_drawn_box(box, label, kind):
    found = suggested(PRINTED, box)
    assert (found.label, found.kind, found.box) == (label, kind, box)


def test_a_box_drawn_over_a_drafted_field_is_that_field_where_it_was_drawn():
    drawn = Box(61, 50, 117, 58)
    found = suggested(PRINTED, drawn)
    assert (found.id, found.cells, found.box) == ("account", 7, drawn)


def test_a_point_means_the_drafted_field_or_else_the_smallest_cell_around_it():
    assert suggested_at(PRINTED, 70, 54) == DRAFTED
    found = suggested_at(PRINTED, 60, 24)
    assert found is not None
    assert found.label == "氏名"
    assert found.box.width == pytest.approx(48.8)
    assert suggested_at(PRINTED, 205, 24) is None
