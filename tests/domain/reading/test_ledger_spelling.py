"""What the ledger offers beside a reading that comes near it."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from ocr.model import BoxPx, ErrorClass, FieldKind, FieldReading, Reading
from tasks.domain.reading.ledger_spelling import registered_near
from tasks.domain.records import Resident

TODAY = dt.date(2026, 11, 20)
OWN = frozenset({"name", "kana", "birth_date", "address", "postal"})


def resident(number: str, name: str, kana: str, birth: str) -> Resident:
    day = dt.date.fromisoformat(birth)
    home = "汐見県みなと市汐見町三丁目９番２２号"
    return Resident(number, name, kana, day, home, household_no="7", postal="748-0001")


MOTHER = resident("1", "山口　崇子", "ヤマグチ　タカコ", "1990-01-02")
ELDER = resident("2", "山口　陽太", "ヤマグチ　ヨウタ", "2018-03-04")
YOUNGER = resident("3", "山口　陽大", "ヤマグチ　ヨウダイ", "2021-05-06")


def a_field(field_id: str, kind: FieldKind, text: str, row: int = 0) -> FieldReading:
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
        readings=(Reading("rapid", text, 0.9),),
        table="child" if row else "",
        row=row,
    )


def offered(
    *fields: FieldReading, members: tuple[Resident, ...] = ()
) -> dict[str, str]:
    return registered_near(fields, (MOTHER,), members, own=OWN, met=(), today=TODAY)


def test_a_name_that_lost_a_letter_is_offered_as_registered():
    assert offered(a_field("name", FieldKind.NAME, "山 崇子")) == {"name": "山口　崇子"}


def test_an_address_that_lost_its_level_strokes_is_offered_as_registered():
    near = offered(a_field("address", FieldKind.ADDRESS, "みなと市汐見町 丁119番22号"))
    assert list(near) == ["address"]


def test_another_persons_name_is_not_replaced_by_the_registered_one():
    assert offered(a_field("name", FieldKind.NAME, "鈴木 一郎")) == {}


def test_half_a_name_is_none():
    assert offered(a_field("name", FieldKind.NAME, "山")) == {}


def test_a_child_is_offered_only_where_the_row_has_something_of_it_to_the_letter():
    name = a_field("child_1_name", FieldKind.NAME, "山口 陽犬", row=1)
    born = a_field("child_1_birth", FieldKind.DATE, "令和3年5月6日", row=1)
    other = replace(born, readings=(Reading("rapid", "令和3年5月7日", 0.9),))
    members = (ELDER, YOUNGER)
    assert offered(name, born, members=members)["child_1_name"] == "山口　陽大"
    assert "child_1_name" not in offered(name, other, members=members)


def test_nothing_is_offered_where_two_of_the_household_are_as_near():
    head = a_field("head", FieldKind.NAME, "山口 陽犬")
    assert offered(head, members=(ELDER, YOUNGER)) == {}


def test_what_was_struck_out_is_offered_nothing():
    struck = replace(a_field("name", FieldKind.NAME, "山 崇子"), struck_out=True)
    assert offered(struck) == {}


@given(st.text(alphabet="山口崇子陽太大一", min_size=1, max_size=6))
def test_only_a_name_of_the_ledger_is_ever_offered(text: str):
    name = a_field("name", FieldKind.NAME, text)
    assert set(offered(name).values()) <= {"山口　崇子"}
    plain = text.replace(" ", "")
    if len(set(plain) & set("山口崇子")) < 2:
        assert offered(name) == {}
