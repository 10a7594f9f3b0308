"""Only proof lets a value pass; confidence never does."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.model import (
    BoxPx,
    ErrorClass,
    FieldKind,
    FieldReading,
    PageReading,
    Reading,
    Total,
)
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.acceptance import (
    FieldStatus,
    Known,
    Proof,
    in_blind_sample,
    judge_page,
)
from tasks.domain.reading.calibration import Calibration, Rung
from tasks.domain.reading.field_values import value_of
from tasks.domain.reading.people_met import ONE_LETTER_OFF, Met, Proved

TODAY = dt.date(2026, 11, 20)
RULES = AcceptanceRules()
AGREED = "rapid+tesseract"
SUM = (Total(("base_yen", "extra_yen"), "amount_yen"),)
GOOD = Calibration(
    rungs={
        (kind.value, pattern): (Rung(0.0, 0, 2000),)
        for kind in FieldKind
        for pattern in (AGREED, "rapid+shapes+tesseract")
    }
)
"""Agreement of 2,000 generated values without an error: bound 1 in 668."""


def a_field(
    field_id: str,
    kind: FieldKind,
    *texts: str,
    error_class: ErrorClass = ErrorClass.STRICT,
    required: bool = True,
    blank: bool = False,
    checked: bool | None = None,
) -> FieldReading:
    return FieldReading(
        field_id=field_id,
        label=field_id,
        kind=kind,
        error_class=error_class,
        required=required,
        box_px=BoxPx(0, 0, 10, 10),
        ink=0.0 if blank else 0.1,
        blank=blank,
        checked=checked,
        readings=tuple(
            Reading(engine, text, 0.999)
            for engine, text in zip(
                ("rapid", "tesseract", "shapes"), texts, strict=False
            )
        ),
    )


def a_met_name(text: str) -> Proved:
    value = value_of(FieldKind.NAME, text, today=TODAY)
    return Proved({"name": Met(Proof.MASTER_PERSON, value.key, value)})


def judge(
    *fields: FieldReading,
    rules: AcceptanceRules = RULES,
    born_digital: bool = False,
    totals: tuple[Total, ...] = SUM,
    calibration: Calibration = GOOD,
    **known,
):
    page = PageReading(
        page=1,
        form="f",
        form_version="1",
        rotation_deg=0,
        residual_mm=0.1,
        born_digital=born_digital,
        fields=fields,
        totals=totals,
    )
    return judge_page(
        page, rules=rules, today=TODAY, known=Known(calibration=calibration, **known)
    )


def test_a_confident_single_reading_of_an_identity_is_asked():
    (judged,) = judge(a_field("name", FieldKind.NAME, "港太郎"))
    assert judged.status is FieldStatus.ASK
    assert judged.proofs == ()


def test_the_ledgers_spelling_is_offered_behind_what_was_read():
    near = Proved(near={"name": "港　太郎"})
    (judged,) = judge(a_field("name", FieldKind.NAME, "港太朗", "湊太郎"), people=near)
    assert judged.status is FieldStatus.ASK
    assert judged.value == "港太朗"
    assert judged.choices == ("港太朗", "湊太郎", "港　太郎")
    assert judged.reason.endswith("候補の最後は台帳の表記です。")


def test_the_ledgers_spelling_is_not_offered_where_no_reading_makes_sense():
    near = Proved(near={"birth": "平成2年1月3日"})
    (judged,) = judge(a_field("birth", FieldKind.DATE, "平成2年1月33日"), people=near)
    assert "平成2年1月3日" not in judged.choices
    assert "台帳" not in judged.reason


def test_the_ledgers_spelling_is_offered_once():
    near = Proved(near={"name": "港　太郎"})
    (judged,) = judge(a_field("name", FieldKind.NAME, "港太郎"), people=near)
    assert judged.choices == ("港太郎",)


def test_two_agreeing_readers_are_enough_for_an_ordinary_field():
    (judged,) = judge(
        a_field(
            "phone",
            FieldKind.PHONE,
            "090-1234-5678",
            "09012345678",
            error_class=ErrorClass.ORDINARY,
        )
    )
    assert judged.status is FieldStatus.ACCEPTED
    assert judged.proofs == (Proof.TWO_READERS,)


def test_two_agreeing_readers_are_not_enough_for_an_account_number():
    (judged,) = judge(a_field("account", FieldKind.DIGITS, "1234567", "1234567"))
    assert judged.status is FieldStatus.ASK
    assert "裏付け" in judged.reason


def test_readers_that_differ_are_asked_with_both_readings_to_choose_from():
    (judged,) = judge(
        a_field(
            "phone",
            FieldKind.PHONE,
            "090-1234-5678",
            "090-1234-5673",
            error_class=ErrorClass.ORDINARY,
        )
    )
    assert judged.status is FieldStatus.ASK
    assert len(judged.choices) >= 2


def amounts(*pairs: tuple[str, str]) -> list[FieldReading]:
    names = ("base_yen", "extra_yen", "amount_yen")
    return [
        a_field(name, FieldKind.AMOUNT, *texts)
        for name, texts in zip(names, pairs, strict=True)
    ]


def test_amounts_that_add_up_and_two_readers_that_agree_are_accepted():
    judged = judge(
        *amounts(("10,000", "10000"), ("5,000", "5000"), ("15,000", "15000"))
    )
    assert {item.status for item in judged} == {FieldStatus.ACCEPTED}
    assert judged[2].value == "15000"


def test_amounts_that_add_up_in_one_reader_alone_are_asked():
    """A hand whose 1 looks like 7 errs in the part and in the total alike."""
    judged = judge(*amounts(("70,000", "?"), ("5,000", "?"), ("75,000", "?")))
    assert {item.status for item in judged} == {FieldStatus.ASK}


def test_amounts_that_do_not_add_up_are_asked_though_the_readers_agree():
    judged = judge(
        *amounts(("10,000", "10000"), ("5,000", "5000"), ("16,000", "16000"))
    )
    assert {item.status for item in judged} == {FieldStatus.ASK}


def test_a_blank_extra_amount_counts_as_nothing_in_the_total():
    base, _, total = amounts(("10,000", "10000"), ("0", "0"), ("10,000", "10000"))
    extra = a_field("extra_yen", FieldKind.AMOUNT, blank=True, required=False)
    judged = judge(base, extra, total)
    assert [item.status for item in judged] == [
        FieldStatus.ACCEPTED,
        FieldStatus.BLANK,
        FieldStatus.ACCEPTED,
    ]


def test_born_digital_text_needs_no_second_reader():
    (judged,) = judge(
        a_field("account", FieldKind.DIGITS, "1234567"), born_digital=True
    )
    assert judged.status is FieldStatus.ACCEPTED


def test_born_digital_text_that_is_no_date_is_asked_all_the_same():
    (judged,) = judge(
        a_field("birth_date", FieldKind.DATE, "昭和60年2月30日"), born_digital=True
    )
    assert judged.status is FieldStatus.ASK


@pytest.mark.parametrize(
    ("text", "word"),
    [
        pytest.param("令和9年1月1日", "後", id="in the future"),
        pytest.param("明治20年1月1日", "古", id="too long ago"),
    ],
)
def test_a_birth_date_nobody_alive_can_have_is_asked_whatever_the_readers_say(
    text: str, word: str
):
    (judged,) = judge(a_field("birth_date", FieldKind.DATE, text, text))
    assert judged.status is FieldStatus.ASK
    assert word in judged.reason


def test_the_reading_that_meets_the_person_of_the_ledger_is_taken():
    met = a_met_name("港太郎")
    (judged,) = judge(
        a_field("name", FieldKind.NAME, "港大郎", "港太郎"),
        people=met,
    )
    assert judged.status is FieldStatus.ACCEPTED
    assert judged.value == "港太郎"
    assert Proof.MASTER_PERSON in judged.proofs


def test_the_ledger_never_corrects_a_reading_towards_itself():
    met = a_met_name("港太郎")
    (judged,) = judge(
        a_field("name", FieldKind.NAME, "港大郎", "港犬郎"),
        people=met,
    )
    assert judged.status is FieldStatus.ASK
    assert judged.proofs == ()


def test_a_name_met_by_a_variant_is_handed_on_in_its_registered_letters():
    (judged,) = judge(
        a_field("name", FieldKind.NAME, "中野　凜"), people=a_met_name("中野　凛")
    )
    assert judged.status is FieldStatus.ACCEPTED
    assert judged.value == "中野　凛"
    assert judged.text == "中野　凜"


def test_what_nearly_is_in_the_ledger_is_asked_although_all_readers_agree():
    (judged,) = judge(
        a_field(
            "holder",
            FieldKind.KANA,
            "ナカムラ イッキ",
            "ナカムラ イッキ",
            "ナカムラ イッキ",
            error_class=ErrorClass.ORDINARY,
        ),
        people=Proved(doubts={"holder": ONE_LETTER_OFF}),
    )
    assert judged.status is FieldStatus.ASK
    assert judged.reason == ONE_LETTER_OFF


def test_a_required_field_left_empty_is_asked_and_an_optional_one_is_blank():
    judged = judge(
        a_field("name", FieldKind.NAME, blank=True),
        a_field("kana", FieldKind.KANA, blank=True, required=False),
    )
    assert [item.status for item in judged] == [FieldStatus.ASK, FieldStatus.BLANK]


@pytest.mark.parametrize(
    ("checked", "status", "value"),
    [
        pytest.param(True, FieldStatus.ACCEPTED, "yes", id="ticked"),
        pytest.param(False, FieldStatus.ACCEPTED, "no", id="empty"),
        pytest.param(None, FieldStatus.ASK, "", id="undecided"),
    ],
)
def test_a_tick_box_is_accepted_only_when_its_ink_is_clear(
    checked: bool | None, status: FieldStatus, value: str
):
    (judged,) = judge(a_field("consent", FieldKind.CHECK, checked=checked))
    assert (judged.status, judged.value) == (status, value)


def test_a_field_with_a_line_through_it_is_asked_whatever_its_proofs():
    field = replace(
        a_field("name", FieldKind.NAME, "港太郎", "港太郎"), struck_out=True
    )
    met = a_met_name("港太郎")
    (judged,) = judge(field, people=met, born_digital=True)
    assert judged.status is FieldStatus.ASK
    assert "取り消し線" in judged.reason


def test_judgements_keep_what_was_read_out_of_their_repr():
    (judged,) = judge(a_field("name", FieldKind.NAME, "港太郎"))
    assert "港" not in repr(judged)


@given(
    kind=st.sampled_from(list(FieldKind)),
    texts=st.lists(st.text(max_size=12), min_size=1, max_size=2),
)
def test_no_text_at_all_makes_a_judgement_fail(kind: FieldKind, texts: list[str]):
    (judged,) = judge(a_field("x", kind, *texts, checked=False))
    assert judged.status in FieldStatus


@given(texts=st.lists(st.text(max_size=12), min_size=1, max_size=2))
def test_a_strict_field_without_master_or_total_is_never_accepted(texts: list[str]):
    (judged,) = judge(a_field("account", FieldKind.DIGITS, *texts))
    assert judged.status is not FieldStatus.ACCEPTED


@given(st.integers(min_value=0, max_value=10**9))
def test_the_blind_sample_chooses_the_same_every_time(number: int):
    key = f"{number:032x}"
    assert in_blind_sample(key, 0.5) == in_blind_sample(key, 0.5)


def test_the_blind_sample_takes_about_its_share():
    taken = sum(in_blind_sample(f"{n:032x}", 0.02) for n in range(20_000))
    assert 300 < taken < 500
