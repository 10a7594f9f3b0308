"""What a machine printed into a code proves the writing beside it, or contradicts it."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.model import BoxPx, ErrorClass, FieldKind, FieldReading, PageReading, Reading
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.acceptance import FieldStatus, Judgement, judge_page
from tasks.domain.reading.printed_codes import OTHER_THAN_CODE, held_by
from tasks.domain.reading.proofs import Proof

TODAY = dt.date(2026, 11, 20)
SAYS = "SLIP-{number}-{tax_yen}"


def a_field(name: str, kind: FieldKind, *texts: str, says: str = "") -> FieldReading:
    return FieldReading(
        field_id=name,
        label=name,
        kind=kind,
        error_class=ErrorClass.STRICT,
        required=True,
        box_px=BoxPx(0, 0, 1, 1),
        ink=0.1,
        blank=False,
        checked=None,
        readings=tuple(
            Reading(engine, text, 0.5)
            for engine, text in zip(("rapid", "mobile"), texts, strict=False)
        ),
        says=says,
    )


def judged(code: str, number: tuple[str, ...], yen: str) -> dict[str, Judgement]:
    page = PageReading(
        page=1,
        form="f",
        form_version="1",
        rotation_deg=0,
        residual_mm=0.1,
        born_digital=False,
        fields=(
            a_field("code", FieldKind.CODE, code, says=SAYS),
            a_field("number", FieldKind.DIGITS, *number),
            a_field("tax_yen", FieldKind.AMOUNT, yen),
        ),
    )
    found = judge_page(page, rules=AcceptanceRules(), today=TODAY)
    return {one.field_id: one for one in found}


def test_writing_that_says_what_the_code_says_is_proved():
    found = judged("SLIP-6803675440-00010800", ("6803675440",), "￥10,800")
    for name in ("number", "tax_yen"):
        assert found[name].status is FieldStatus.ACCEPTED
        assert found[name].proofs == (Proof.CODE_SAYS,)


def test_the_reader_that_saw_what_the_code_says_is_believed():
    found = judged("SLIP-71-00000001", ("11", "71"), "1")
    assert found["number"].value == "71"


def test_writing_that_says_something_else_is_asked_although_all_agree():
    found = judged("SLIP-71-00000001", ("11", "11"), "1")
    assert found["number"].status is FieldStatus.ASK
    assert found["number"].reason == OTHER_THAN_CODE


@pytest.mark.parametrize("code", ["OTHER-71-1", "SLIP-71", "SLIP-71-1-2", ""])
def test_a_code_of_another_kind_says_nothing(code: str):
    assert held_by(SAYS, code) == {}


@given(st.text(alphabet="0123456789", min_size=1, max_size=12))
def test_what_was_printed_into_a_code_comes_out_of_it(number: str):
    said = {"number": number, "tax_yen": "000"}
    assert held_by(SAYS, SAYS.format(**said)) == said


def test_words_of_a_code_are_no_pattern():
    assert held_by("A.C-{number}", "ABC-1") == {}
