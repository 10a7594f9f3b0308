"""What a page says of the applicant's household: proved by two, doubted by one letter."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.model import BoxPx, ErrorClass, FieldKind, FieldReading, Reading
from tasks.domain.reading.people_met import (
    ONE_LETTER_OFF,
    OTHER_POSTAL,
    Met,
    doubts_beside,
    met_beside,
)
from tasks.domain.reading.proofs import Proof
from tasks.domain.records import Resident

TODAY = dt.date(2026, 11, 20)


def resident(number: str, name: str, kana: str, birth: str, **more: str) -> Resident:
    day = dt.date.fromisoformat(birth)
    return Resident(number, name, kana, day, "本町1-2-3", household_no="7", **more)


MOTHER = resident("1", "港　葵", "ミナト　アオイ", "1990-01-02", postal="748-0001")
ELDER = resident("2", "港　陽太", "ミナト　ヨウタ", "2018-03-04")
YOUNGER = resident("3", "港　陽大", "ミナト　ヨウダイ", "2021-05-06")
TWIN = resident("4", "港　光", "ミナト　ヒカル", "2018-03-04")


def a_field(field_id: str, kind: FieldKind, *texts: str, row: int = 0) -> FieldReading:
    return FieldReading(
        field_id=field_id,
        label=field_id,
        kind=kind,
        error_class=ErrorClass.STRICT,
        required=False,
        box_px=BoxPx(0, 0, 1, 1),
        ink=0.1,
        blank=False,
        checked=None,
        readings=tuple(
            Reading(engine, text, 0.9)
            for engine, text in zip(("rapid", "mobile"), texts, strict=False)
        ),
        table="child" if row else "",
        row=row,
    )


def beside(*fields: FieldReading, members: tuple[Resident, ...]) -> dict[str, Met]:
    return met_beside(fields, (MOTHER,), members, own=(), today=TODAY)


def child(row: int, name: str, birth: str) -> tuple[FieldReading, FieldReading]:
    return (
        a_field(f"child_{row}_name", FieldKind.NAME, name, row=row),
        a_field(f"child_{row}_birth", FieldKind.DATE, birth, row=row),
    )


def test_a_row_with_name_and_birth_date_of_one_child_is_proved():
    met = beside(*child(1, "港 陽太", "平成30年3月4日"), members=(ELDER, YOUNGER))
    assert {name: one.proof for name, one in met.items()} == {
        "child_1_name": Proof.HOUSEHOLD,
        "child_1_birth": Proof.HOUSEHOLD,
    }


@pytest.mark.parametrize(
    ("name", "birth"),
    [
        pytest.param("港 陽大", "平成30年3月4日", id="name of one, day of the other"),
        pytest.param("港 陽犬", "平成30年3月4日", id="the day alone"),
        pytest.param("港 陽太", "平成30年3月5日", id="the name alone"),
    ],
)
def test_a_row_that_is_nobodys_is_not_proved(name: str, birth: str):
    assert beside(*child(1, name, birth), members=(ELDER, YOUNGER)) == {}


def test_rows_of_a_table_are_never_joined():
    name, _ = child(1, "港 陽太", "")
    _, birth = child(2, "", "平成30年3月4日")
    assert beside(name, birth, members=(ELDER,)) == {}


def test_twins_of_whom_a_row_says_what_both_have_are_not_proved():
    same_kana = resident("5", "港　輝", "ミナト　ヒカル", "2018-03-04")
    kana = a_field("child_1_kana", FieldKind.KANA, "ミナト ヒカル", row=1)
    other = a_field("child_1_name", FieldKind.NAME, "港 火", row=1)
    birth = a_field("child_1_birth", FieldKind.DATE, "平成30年3月4日", row=1)
    met = beside(kana, other, birth, members=(TWIN, same_kana))
    assert "child_1_name" not in met


def test_a_lone_name_of_a_member_counts_unless_another_member_has_one_like_it():
    head = a_field("head", FieldKind.NAME, "港 陽太")
    assert beside(head, members=(ELDER,))["head"].proof is Proof.HOUSEHOLD_NAME
    assert beside(head, members=(ELDER, YOUNGER)) == {}


def test_what_was_struck_out_meets_nobody():
    struck = [replace(one, struck_out=True) for one in child(1, "港 陽太", "H30.3.4")]
    assert beside(*struck, members=(ELDER,)) == {}


def test_a_kana_one_letter_off_the_applicants_is_doubted():
    holder = a_field("holder", FieldKind.KANA, "ミナト アオキ")
    found = doubts_beside([holder], {}, (MOTHER,), (), today=TODAY)
    assert found == {"holder": ONE_LETTER_OFF}


@pytest.mark.parametrize(
    ("met", "expected"),
    [
        pytest.param({"address": Met(Proof.TWO_OF_PERSON, "k")}, True, id="at home"),
        pytest.param({}, False, id="the address is another"),
    ],
)
def test_a_postal_code_is_doubted_only_where_the_address_was_met(
    met: dict[str, Met], expected: bool
):
    postal = a_field("postal", FieldKind.POSTAL, "148-0001")
    found = doubts_beside([postal], met, (MOTHER,), (), today=TODAY)
    assert (found == {"postal": OTHER_POSTAL}) is expected


@given(st.text(alphabet="港陽太大葵光", min_size=1, max_size=5))
def test_a_reading_that_is_no_members_name_never_meets(text: str):
    names = {"港葵", "港陽太", "港陽大"}
    met = beside(a_field("head", FieldKind.NAME, text), members=(ELDER, YOUNGER))
    assert not met or text in names


def test_nothing_personal_is_in_the_repr():
    (met, *_) = beside(*child(1, "港 陽太", "H30.3.4"), members=(ELDER,)).values()
    assert "港" not in repr(met)
