"""A word of the form's list is a proof only when read without the list and near no other."""

from __future__ import annotations

import datetime as dt

import pytest

from ocr.model import BoxPx, ErrorClass, FieldKind, FieldReading, PageReading, Reading
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.acceptance import FieldStatus, Judgement, Known, judge_page
from tasks.domain.reading.proofs import Proof

TODAY = dt.date(2026, 11, 20)
LISTS = {"banks": frozenset({"汐見銀行", "北汐信用金庫", "第一会館", "第二会館"})}


def judged(rapid: str, mobile: str, error_class: ErrorClass) -> Judgement:
    entry = FieldReading(
        field_id="bank",
        label="金融機関",
        kind=FieldKind.TEXT,
        error_class=error_class,
        required=True,
        box_px=BoxPx(0, 0, 1, 1),
        ink=0.1,
        blank=False,
        checked=None,
        readings=(Reading("rapid", rapid, 0.9), Reading("mobile", mobile, 0.3)),
        words="banks",
    )
    page = PageReading(
        page=1,
        form="f",
        form_version="1",
        rotation_deg=0,
        residual_mm=0.1,
        born_digital=False,
        fields=(entry,),
    )
    (found,) = judge_page(
        page, rules=AcceptanceRules(), today=TODAY, known=Known(words=LISTS)
    )
    return found


def test_a_listed_word_read_without_the_list_is_accepted_in_an_ordinary_field():
    found = judged("汐見銀行", "汐見銀行", ErrorClass.ORDINARY)
    assert found.status is FieldStatus.ACCEPTED
    assert found.proofs == (Proof.LISTED,)


def test_the_only_listed_word_is_proposed_but_not_proved_against_who_knows_the_list():
    found = judged("汐見娘行", "汐見銀行", ErrorClass.ORDINARY)
    assert found.value == "汐見銀行"
    assert found.status is FieldStatus.ASK


def test_two_listed_words_for_one_writing_are_asked():
    found = judged("北汐信用金庫", "汐見銀行", ErrorClass.ORDINARY)
    assert found.value == "北汐信用金庫"
    assert found.status is FieldStatus.ASK


@pytest.mark.parametrize(
    ("rapid", "mobile"),
    [
        pytest.param("汐見銀行", "汐見娘行", id="only the reader that knows the list"),
        pytest.param("汐風銀行", "汐風銀行", id="a word that is not in the list"),
        pytest.param("第一会館", "第一会館", id="a word with one like it in the list"),
    ],
)
def test_the_list_proves_nothing_otherwise(rapid: str, mobile: str):
    found = judged(rapid, mobile, ErrorClass.ORDINARY)
    assert Proof.LISTED not in found.proofs
    assert found.status is FieldStatus.ASK


def test_the_list_alone_is_not_enough_for_a_strict_field():
    assert judged("汐見銀行", "汐見銀行", ErrorClass.STRICT).status is FieldStatus.ASK
