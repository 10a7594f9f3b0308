"""From readings to applicants: what the ledger proves, what is asked, what answers do."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ocr.model import (
    BoxPx,
    DocumentReading,
    ErrorClass,
    FieldKind,
    FieldReading,
    PageReading,
    Reading,
)
from tasks.domain.office.settings import AcceptanceRules, ColumnNames
from tasks.domain.reading.acceptance import FieldStatus, Judgement, Proof
from tasks.domain.records import Consent
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer
from tasks.edges.city_ledgers.ledgers import Ledgers, open_ledgers
from tasks.procedures.form_pages import FormPage, Grounds, PageState
from tasks.procedures.judge_forms import judge_forms, possible_questions
from tasks.procedures.person_trials import ScannedPage
from tasks.procedures.prove_person import prove_by_person

TODAY = dt.date(2026, 11, 20)
NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
JOB = "tax_delinquency"
NO_SAMPLE = AcceptanceRules(blind_sample_share=0.0)

RESIDENTS = """宛名番号,氏名,氏名カナ,生年月日,郵便番号,住所
0000000001,港　一郎,ミナト　イチロウ,1980-04-01,7480001,みなと市本町1-2-3
0000000002,森　大,モリ　ダイ,2000-05-06,7480002,みなと市浜町4-5-6
0000000003,森　太,モリ　フトシ,2000-05-06,7480002,みなと市浜町4-5-6
"""
TAXES = """宛名番号,税目,賦課年度,期別,納期限,調定額,収納額
0000000001,軽自動車税,2026,1,2026-06-01,10800,10800
"""


@pytest.fixture(scope="module")
def ledgers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ledgers]:
    folder = tmp_path_factory.mktemp("ledgers")
    persons, taxes = folder / "住民台帳.csv", folder / "税台帳.csv"
    persons.write_text(RESIDENTS, encoding="utf-8")
    taxes.write_text(TAXES, encoding="utf-8")
    with open_ledgers(
        [persons],
        [taxes],
        cache_folder=folder / "cache",
        columns=ColumnNames(),
        today=TODAY,
    ) as opened:
        yield opened


KINDS = {
    "name": FieldKind.NAME,
    "kana": FieldKind.KANA,
    "birth_date": FieldKind.DATE,
    "address": FieldKind.ADDRESS,
    "postal": FieldKind.POSTAL,
}


def a_form(
    *, consent: bool | None = True, version: str = "1", **texts: tuple[str, ...]
) -> DocumentReading:
    fields = [
        FieldReading(
            field_id=name,
            label=name,
            kind=kind,
            error_class=ErrorClass.STRICT,
            required=name != "postal",
            box_px=BoxPx(0, 0, 1, 1),
            ink=0.1,
            blank=False,
            checked=None,
            readings=tuple(
                Reading(engine, text, 0.9)
                for engine, text in zip(
                    ("rapid", "tesseract"), texts[name], strict=False
                )
            ),
        )
        for name, kind in KINDS.items()
        if name in texts
    ]
    tick = FieldReading(
        field_id="consent",
        label="同意",
        kind=FieldKind.CHECK,
        error_class=ErrorClass.STRICT,
        required=True,
        box_px=BoxPx(0, 0, 1, 1),
        ink=0.1,
        blank=consent is False,
        checked=consent,
    )
    page = PageReading(
        page=1,
        form="f",
        form_version=version,
        rotation_deg=0,
        residual_mm=0.1,
        born_digital=False,
        fields=(*fields, tick),
    )
    return DocumentReading("scan.pdf", "ab" * 32, (page,))


MINATO = {
    "name": ("港 一郎",),
    "kana": ("ミナト イチロウ",),
    "birth_date": ("昭和55年4月1日",),
    "address": ("みなと市本町一丁目2番3号",),
}


def judge(
    document: DocumentReading,
    ledgers: Ledgers,
    *,
    rules: AcceptanceRules = NO_SAMPLE,
    answers: Mapping[str, ReviewAnswer] | None = None,
    fallen_back: frozenset[tuple[str, str, str]] = frozenset(),
) -> FormPage:
    (page,) = judge_forms(
        [document],
        job=JOB,
        ledgers=ledgers,
        grounds=Grounds(rules, fallen_back=fallen_back),
        answers=answers or {},
        today=TODAY,
    )
    return page


def field(page: FormPage, name: str) -> Judgement:
    return next(item for item in page.judgements if item.field_id == name)


def answer(
    page: FormPage, name: str, decision: Decision, value: str = ""
) -> dict[str, ReviewAnswer]:
    asked = next(item for item in page.asked if item.field_id == name)
    given = ReviewAnswer(asked.item_id, decision, value, "職員", NOW, 2.0)
    return {asked.item_id: given}


def test_one_reader_is_enough_when_three_fields_meet_one_person(ledgers: Ledgers):
    page = judge(a_form(**MINATO), ledgers)
    assert page.state is PageState.READY
    assert field(page, "name").proofs == (Proof.MASTER_PERSON,)
    assert field(page, "kana").proofs == (Proof.MASTER_PERSON,)
    assert page.applicant.consent is Consent.YES


def test_one_misread_letter_of_a_name_leaves_the_whole_person_to_staff(
    ledgers: Ledgers,
):
    page = judge(a_form(**{**MINATO, "name": ("港 二郎",)}), ledgers)
    assert page.state is PageState.QUESTION
    assert {item.field_id for item in page.asked} >= {"name", "birth_date", "address"}


def test_the_second_reader_may_give_one_of_the_three_fields(ledgers: Ledgers):
    page = judge(a_form(**{**MINATO, "name": ("港 二郎", "港 一郎")}), ledgers)
    assert page.state is PageState.READY
    assert field(page, "name").value.endswith("一郎")


def test_fields_gathered_from_both_readers_do_not_prove_each_other(ledgers: Ledgers):
    mixed = {
        **MINATO,
        "name": ("港 二郎", "港 一郎"),
        "birth_date": ("昭和56年4月1日", "昭和55年4月1日"),
    }
    assert judge(a_form(**mixed), ledgers).state is PageState.QUESTION


def test_a_name_misread_as_the_twins_is_caught_by_the_kana(ledgers: Ledgers):
    """The paper says 森大; 大 is read as 太, who lives in the same house."""
    page = judge(
        a_form(
            name=("森 太",),
            kana=("モリ ダイ",),
            birth_date=("平成12年5月6日",),
            address=("みなと市浜町4-5-6",),
        ),
        ledgers,
    )
    assert page.state is PageState.QUESTION
    assert field(page, "name").status is FieldStatus.ASK


def test_two_fields_that_meet_one_person_prove_each_other_but_not_the_third(
    ledgers: Ledgers,
):
    page = judge(a_form(**{**MINATO, "birth_date": ("昭和65年4月1日",)}), ledgers)
    assert field(page, "name").proofs == (Proof.TWO_OF_PERSON,)
    assert field(page, "address").proofs == (Proof.TWO_OF_PERSON,)
    assert field(page, "birth_date").status is FieldStatus.ASK
    assert page.state is PageState.QUESTION


def test_a_form_without_birth_date_proves_the_payer_by_name_and_address(
    ledgers: Ledgers,
):
    said = {name: MINATO[name] for name in ("name", "address")}
    met = prove_by_person(
        [ScannedPage(document, document.pages[0]) for document in [a_form(**said)]],
        ledgers=ledgers,
        rules=NO_SAMPLE,
        today=TODAY,
    )
    (proved,) = met.values()
    assert {name: one.proof for name, one in proved.met.items()} == {
        "name": Proof.TWO_OF_PERSON,
        "address": Proof.TWO_OF_PERSON,
    }


def test_a_misread_name_is_asked_with_the_registered_one_behind_what_was_read(
    ledgers: Ledgers,
):
    page = judge(a_form(**{**MINATO, "name": ("巷 一郎",)}), ledgers)
    name = field(page, "name")
    assert name.status is FieldStatus.ASK
    assert [one.replace("　", " ") for one in name.choices] == ["巷 一郎", "港 一郎"]


PROTECTED_AT_HOME = {
    "the applicant": ("7,1", "7,"),
    "of the household": ("7,", "7,1"),
    "of another household": ("7,", "8,1"),
    "without household numbers": (",", ",1"),
}


@pytest.mark.parametrize("marks", PROTECTED_AT_HOME.values(), ids=PROTECTED_AT_HOME)
@pytest.mark.parametrize("misread", ["address", "postal", "name"])
def test_where_somebody_protected_lives_is_never_offered(
    tmp_path: Path, marks: tuple[str, str], misread: str
):
    persons, taxes = tmp_path / "住民台帳.csv", tmp_path / "税台帳.csv"
    rows = (
        "宛名番号,氏名,氏名カナ,生年月日,郵便番号,住所,世帯番号,支援措置",
        f"01,港　一郎,ミナト　イチロウ,1980-04-01,7480001,みなと市本町1-2-3,{marks[0]}",
        f"02,港　花,ミナト　ハナ,1982-05-02,7480001,みなと市本町1-2-3,{marks[1]}",
    )
    persons.write_text("\n".join(rows) + "\n", encoding="utf-8")
    taxes.write_text(TAXES, encoding="utf-8")
    wrong = {"address": "みなと市木町1-2-3", "postal": "748-0007", "name": "巷 一郎"}
    form = a_form(**{**MINATO, misread: (wrong[misread],)})
    with open_ledgers(
        [persons],
        [taxes],
        cache_folder=tmp_path / "cache",
        columns=ColumnNames(),
        today=TODAY,
    ) as opened:
        page = judge(form, opened)
    written = {text for texts in MINATO.values() for text in texts}
    offered = {one for item in page.judgements for one in item.choices} - written
    assert wrong[misread] in offered
    assert not {one for one in offered if "本町" in one or "花" in one or "0001" in one}


def test_where_twins_live_birth_date_and_address_prove_nothing(ledgers: Ledgers):
    page = judge(
        a_form(
            name=("森 犬",),
            birth_date=("平成12年5月6日",),
            address=("みなと市浜町4-5-6",),
        ),
        ledgers,
    )
    assert all(field(page, name).proofs == () for name in ("birth_date", "address"))


def test_a_postal_code_of_no_place_is_asked_although_it_could_be_one(ledgers: Ledgers):
    page = judge(a_form(**MINATO, postal=("148-0032", "148-0032")), ledgers)
    assert field(page, "postal").status is FieldStatus.ASK


def test_nobody_is_looked_for_without_consent(ledgers: Ledgers):
    page = judge(a_form(consent=False, **MINATO), ledgers)
    assert page.applicant.consent is Consent.NO
    assert field(page, "name").proofs == ()


def test_consent_that_staff_call_blank_is_no_consent(ledgers: Ledgers):
    document = a_form(consent=None, **MINATO)
    first = judge(document, ledgers)
    assert first.state is PageState.QUESTION
    given = answer(first, "consent", Decision.BLANK)
    assert judge(document, ledgers, answers=given).applicant.consent is Consent.NO


@pytest.mark.parametrize("typed", ["×", "なし", "はい", ""])
def test_a_typed_mark_without_meaning_is_never_consent(ledgers: Ledgers, typed: str):
    document = a_form(consent=None, **MINATO)
    given = answer(judge(document, ledgers), "consent", Decision.VALUE, typed)
    page = judge(document, ledgers, answers=given)
    assert page.applicant.consent is Consent.NO
    assert page.state is PageState.ERROR


def test_answers_of_staff_make_an_applicant_ready(ledgers: Ledgers):
    document = a_form(**{**MINATO, "name": ("？？",)})
    page = judge(document, ledgers)
    answers: dict[str, ReviewAnswer] = {}
    for name, text in (
        ("name", "港 一郎"),
        ("kana", "ミナト イチロウ"),
        ("birth_date", "S55.4.1"),
        ("address", "みなと市本町1-2-3"),
    ):
        answers |= answer(page, name, Decision.VALUE, text)
    done = judge(document, ledgers, answers=answers)
    assert done.state is PageState.READY
    assert done.asked == ()
    assert done.applicant.birth_date == "1980-04-01"
    assert field(done, "name").proofs == (Proof.STAFF,)


@pytest.mark.parametrize(
    "decision",
    [Decision.UNREADABLE, Decision.ASK_APPLICANT],
    ids=lambda decision: decision.value,
)
def test_a_needed_field_nobody_can_read_is_an_error_and_not_a_question(
    ledgers: Ledgers, decision: Decision
):
    document = a_form(**{**MINATO, "name": ("？？",)})
    given = answer(judge(document, ledgers), "name", decision)
    assert judge(document, ledgers, answers=given).state is PageState.ERROR


def without_form(trouble: str | None, *, blank_page: bool = False) -> DocumentReading:
    (page,) = a_form(**MINATO).pages
    bare = replace(page, form=None, fields=(), trouble=trouble, blank_page=blank_page)
    return DocumentReading("scan.pdf", "cd" * 32, (bare,))


def test_an_empty_sheet_is_excluded_without_a_question(ledgers: Ledgers):
    page = judge(without_form(None, blank_page=True), ledgers)
    assert (page.state, page.asked) == (PageState.EXCLUDED, ())


@pytest.mark.parametrize(
    ("decision", "state"),
    [
        pytest.param(Decision.EXCLUDE, PageState.EXCLUDED, id="no form of this job"),
        pytest.param(Decision.UNREADABLE, PageState.ERROR, id="cannot be read"),
        pytest.param(Decision.ASK_APPLICANT, PageState.ERROR, id="ask the applicant"),
    ],
)
def test_a_page_of_no_known_form_is_asked_until_staff_decide(
    ledgers: Ledgers, decision: Decision, state: PageState
):
    document = without_form("FORM-001")
    page = judge(document, ledgers)
    assert page.state is PageState.QUESTION
    (question,) = page.asked
    assert question.kind is QuestionKind.PAGE
    given = answer(page, "", decision)
    assert judge(document, ledgers, answers=given).state is state


def test_a_form_of_another_job_is_asked_about_as_a_page(ledgers: Ledgers):
    texts = {name: text for name, text in MINATO.items() if name != "birth_date"}
    page = judge(a_form(**texts), ledgers)
    assert page.state is PageState.QUESTION
    assert "この業務に必要な項目" in page.reason


def test_a_blind_sample_does_not_hold_up_the_applicant_and_shows_no_value(
    ledgers: Ledgers,
):
    everything = AcceptanceRules(blind_sample_share=1.0)
    page = judge(a_form(**MINATO), ledgers, rules=everything)
    assert page.state is PageState.READY
    assert {item.kind for item in page.asked} == {QuestionKind.BLIND}
    assert {(item.value_read, item.choices) for item in page.asked} == {("", ())}


EVERYTHING = AcceptanceRules(blind_sample_share=1.0)


def sampled(
    ledgers: Ledgers,
    document: DocumentReading,
    *given: tuple[str, str],
    fallen_back: frozenset[tuple[str, str, str]] = frozenset(),
) -> FormPage:
    """Return the page after staff answered about fields, in this order."""
    answers: dict[str, ReviewAnswer] = {}
    for name, text in given:
        page = judge(
            document,
            ledgers,
            rules=EVERYTHING,
            answers=answers,
            fallen_back=fallen_back,
        )
        answers |= answer(page, name, Decision.VALUE, text)
    return judge(
        document, ledgers, rules=EVERYTHING, answers=answers, fallen_back=fallen_back
    )


def test_a_blind_answer_that_means_the_same_counts_as_right(ledgers: Ledgers):
    page = sampled(ledgers, a_form(**MINATO), ("address", "みなと市本町１－２－３"))
    (result,) = page.blind
    assert (result.kind, result.form, result.wrong) == ("address", "f", False)


def test_a_blind_answer_that_differs_is_asked_once_more_and_holds_up_the_page(
    ledgers: Ledgers,
):
    """People mistype more often than agreeing readers err."""
    page = sampled(ledgers, a_form(**MINATO), ("address", "みなと市本町1-2-8"))
    assert (page.blind, page.state) == ((), PageState.QUESTION)
    again = next(item for item in page.asked if item.field_id == "address")
    assert again.kind is QuestionKind.FIELD
    assert len(again.choices) == 2


@pytest.mark.parametrize(
    ("second", "wrong"),
    [
        pytest.param("みなと市本町1-2-3", 0, id="the clerk had mistyped"),
        pytest.param("みなと市本町1-2-8", 1, id="the reading was wrong"),
    ],
)
def test_the_second_look_decides_whether_the_reading_was_wrong(
    ledgers: Ledgers, second: str, wrong: int
):
    page = sampled(
        ledgers,
        a_form(**MINATO),
        ("address", "みなと市本町1-2-8"),
        ("address", second),
    )
    assert (page.blind_checked, page.blind_wrong) == (1, wrong)
    assert page.applicant.address == second
    assert page.state is PageState.READY


def test_a_kind_that_fell_back_is_asked_and_still_measured_blind(ledgers: Ledgers):
    fallen = frozenset({("f", "address", "strict"), ("other", "name", "strict")})
    asked = judge(a_form(**MINATO), ledgers, fallen_back=fallen)
    assert field(asked, "address").status is FieldStatus.ASK
    assert "抜き取り検査" in field(asked, "address").reason
    assert field(asked, "name").status is FieldStatus.ACCEPTED
    blind = sampled(ledgers, a_form(**MINATO), fallen_back=fallen)
    (question,) = (item for item in blind.asked if item.field_id == "address")
    assert (question.kind, question.choices) == (QuestionKind.BLIND, ())
    assert blind.state is PageState.QUESTION
    done = sampled(
        ledgers,
        a_form(**MINATO),
        ("address", "みなと市本町1-2-3"),
        fallen_back=fallen,
    )
    assert done.state is PageState.READY
    assert [one.wrong for one in done.blind] == [False]


def test_an_answer_about_an_older_version_of_the_form_is_no_answer(ledgers: Ledgers):
    hard = {**MINATO, "name": ("？？",)}
    given = answer(judge(a_form(**hard), ledgers), "name", Decision.VALUE, "港 一郎")
    moved = judge(a_form(version="2", **hard), ledgers, answers=given)
    assert field(moved, "name").status is FieldStatus.ASK


def test_every_question_asked_is_among_the_possible_ones(ledgers: Ledgers):
    everything = AcceptanceRules(blind_sample_share=1.0)
    for document in (
        a_form(**MINATO),
        a_form(**{**MINATO, "name": ("？？",)}),
        without_form("FORM-002"),
    ):
        page = judge(document, ledgers, rules=everything)
        possible = set(possible_questions([document], job=JOB))
        assert {item.item_id for item in page.asked} <= possible


def test_no_question_and_no_page_shows_a_person_in_its_repr(ledgers: Ledgers):
    page = judge(a_form(**{**MINATO, "name": ("港 二郎",)}), ledgers)
    assert "港" not in repr(page)
    assert "本町" not in repr(page)
