"""滞納 or not: each answer, each boundary, each mixture, and the laws."""

import datetime as dt
from dataclasses import replace
from decimal import Decimal
from itertools import combinations, permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import (
    Answer,
    Applicant,
    Consent,
    Evidence,
    Identity,
    Level,
    Match,
    Resident,
    TaxLine,
    TaxStatus,
    Verdict,
)
from tasks.domain.taxes.delinquency import PRIORITY, judge_line, rules_version
from tasks.domain.taxes.verdicts import PROTECTED_REASON, judge, needs_search

AS_OF = dt.date(2026, 10, 31)
RULES = DelinquencyRules(
    taxes=("個人市県民税", "固定資産税", "軽自動車税"),
    charge_rates={
        2025: (Decimal("2.4"), Decimal("8.7")),
        2026: (Decimal("2.8"), Decimal("9.1")),
    },
)
PERSON = Resident("0000000011", "検査 一郎", "ケンサ イチロウ", None, "検査町1-1")
OTHER_NUMBER = Resident("0000000012", "検査 一郎", "ケンサ イチロウ", None, "検査町1-1")
NEAR = Evidence(
    PERSON, Level.EQUAL, Level.EQUAL, Level.EQUAL, Level.DIFFERS, rule="住所が相違"
)


def applicant(consent: Consent = Consent.YES) -> Applicant:
    return Applicant(
        "list:5",
        "名簿.xlsx!5行",
        "1",
        "検査 一郎",
        address="検査町1-1",
        consent=consent,
    )


def same(rule: str = "宛名番号が一致") -> Match:
    return Match("list:5", Identity.SAME, rule, persons=(PERSON, OTHER_NUMBER))


def line(
    assessed: int = 30_000,
    paid: int = 0,
    due: str = "2026-06-30",
    status: TaxStatus = TaxStatus.NORMAL,
    tax: str = "個人市県民税",
    number: str = "0000000011",
) -> TaxLine:
    day = dt.date.fromisoformat(due)
    return TaxLine(number, tax, day.year, 1, day, assessed, paid, status)


def verdict(*lines: TaxLine, rules: DelinquencyRules = RULES) -> Verdict:
    return judge(applicant(), same(), lines, rules=rules, as_of=AS_OF)


BY_STATE = {
    Answer.OWING: line(),
    Answer.SUSPENDED: line(status=TaxStatus.SUSPENDED),
    Answer.INSTALMENTS: line(status=TaxStatus.INSTALMENTS),
    Answer.GRACE: line(status=TaxStatus.GRACE),
    Answer.WAITING_FOR_POSTING: line(due="2026-10-20"),
    Answer.NOT_YET_DUE: line(due="2026-12-25"),
    Answer.PAID: line(paid=30_000),
    Answer.NO_TAX: line(assessed=0),
}


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        pytest.param(line(paid=30_000), Answer.PAID, id="all paid"),
        pytest.param(line(paid=29_999), Answer.OWING, id="one yen short"),
        pytest.param(line(paid=30_001), Answer.PAID, id="one yen too much"),
        pytest.param(line(assessed=0), Answer.NO_TAX, id="assessed at zero"),
        pytest.param(
            line(assessed=0, paid=500), Answer.PAID, id="reduced to zero after payment"
        ),
        pytest.param(line(due="2026-10-31"), Answer.NOT_YET_DUE, id="due today"),
        pytest.param(
            line(due="2026-10-30"), Answer.WAITING_FOR_POSTING, id="due yesterday"
        ),
        pytest.param(
            line(due="2026-10-10"), Answer.WAITING_FOR_POSTING, id="last day of the lag"
        ),
        pytest.param(line(due="2026-10-09"), Answer.OWING, id="a day before the lag"),
        pytest.param(
            line(due="2026-10-20", paid=10), Answer.WAITING_FOR_POSTING, id="part paid"
        ),
        pytest.param(line(status=TaxStatus.GRACE), Answer.GRACE, id="徴収猶予"),
        pytest.param(
            line(status=TaxStatus.CONVERSION_GRACE), Answer.GRACE, id="換価の猶予"
        ),
        pytest.param(
            line(status=TaxStatus.INSTALMENTS), Answer.INSTALMENTS, id="分納誓約"
        ),
        pytest.param(line(status=TaxStatus.SUSPENDED), Answer.SUSPENDED, id="執行停止"),
        pytest.param(
            line(status=TaxStatus.SUSPENDED, paid=30_000),
            Answer.PAID,
            id="執行停止 but paid",
        ),
        pytest.param(
            line(status=TaxStatus.INSTALMENTS, due="2026-11-30"),
            Answer.NOT_YET_DUE,
            id="分納誓約 before its due date",
        ),
    ],
)
def test_a_single_line_gives_its_answer(item: TaxLine, expected: Answer) -> None:
    assert verdict(item).answer is expected
    assert judge_line(item, rules=RULES, as_of=AS_OF).state is expected


@pytest.mark.parametrize(
    ("setting", "state"),
    [
        pytest.param("grace_counts_as_owing", Answer.GRACE, id="猶予"),
        pytest.param("instalments_count_as_owing", Answer.INSTALMENTS, id="分納"),
        pytest.param("suspension_counts_as_owing", Answer.SUSPENDED, id="執行停止"),
    ],
)
def test_the_ordinance_may_count_a_special_state_as_owing(
    setting: str, state: Answer
) -> None:
    rules = RULES.model_copy(update={setting: True})
    found = verdict(BY_STATE[state], rules=rules)
    assert found.answer is Answer.OWING
    assert "要綱により未納に数えます" in found.reason
    others = {Answer.GRACE, Answer.INSTALMENTS, Answer.SUSPENDED} - {state}
    for other in others:
        assert verdict(BY_STATE[other], rules=rules).answer is other


def test_without_a_lag_nothing_waits_for_posting() -> None:
    rules = RULES.model_copy(update={"lag_days": 0})
    assert verdict(line(due="2026-10-30"), rules=rules).answer is Answer.OWING


@pytest.mark.parametrize(
    ("first", "second"),
    [
        pytest.param(a, b, id=f"{a.value} before {b.value}")
        for a, b in combinations(PRIORITY, 2)
    ],
)
def test_the_weightier_state_is_the_answer(first: Answer, second: Answer) -> None:
    for pair in permutations((BY_STATE[first], BY_STATE[second])):
        assert verdict(*pair).answer is first


def test_no_lines_are_no_tax() -> None:
    found = verdict()
    assert (found.answer, found.taxes, found.lines) == (Answer.NO_TAX, (), ())


def test_only_the_taxes_of_the_ordinance_are_looked_at() -> None:
    found = verdict(line(tax="国民健康保険税"), line(paid=30_000))
    assert found.answer is Answer.PAID
    assert [item.tax for item in found.lines] == ["個人市県民税"]


def test_a_ledgers_own_name_of_a_tax_is_looked_at() -> None:
    found = verdict(line(tax="市県民税（普通徴収）"))
    assert (found.answer, found.taxes) == (Answer.OWING, ("個人市県民税",))
    assert found.lines[0].tax == "市県民税（普通徴収）"


def test_the_deciding_taxes_come_in_the_order_of_the_configuration() -> None:
    found = verdict(
        line(tax="軽自動車税"),
        line(tax="個人市県民税"),
        line(tax="固定資産税", paid=30_000),
    )
    assert found.taxes == ("個人市県民税", "軽自動車税")


def test_every_number_of_the_person_counts() -> None:
    found = verdict(line(paid=30_000), line(number="0000000012"))
    assert found.answer is Answer.OWING


def test_too_much_paid_on_one_line_never_pays_another() -> None:
    found = verdict(line(paid=90_000), line(due="2026-08-31"))
    assert found.answer is Answer.OWING
    assert found.arrears_yen == 30_000
    assert judge_line(line(paid=90_000), rules=RULES, as_of=AS_OF).overpaid_yen == (
        60_000
    )


@pytest.mark.parametrize(
    "item",
    [
        pytest.param(line(assessed=-5_000), id="reduction written as its own line"),
        pytest.param(line(paid=-5_000), id="refund written as a payment"),
    ],
)
def test_negative_amounts_are_never_judged_but_asked(item: TaxLine) -> None:
    found = verdict(item, line())
    assert found.answer is Answer.SEVERAL
    assert "負の金額" in found.reason
    assert found.arrears_yen == 0


@pytest.mark.parametrize(
    ("paid", "answer"),
    [
        pytest.param(0, Answer.SEVERAL, id="nothing entered"),
        pytest.param(29_999, Answer.SEVERAL, id="a yen short"),
        pytest.param(30_000, Answer.PAID, id="paid"),
        pytest.param(30_100, Answer.PAID, id="paid too much"),
    ],
)
def test_a_line_called_paid_up_that_is_not_is_asked_and_never_owing(
    paid: int, answer: Answer
) -> None:
    found = verdict(line(paid=paid, status=TaxStatus.PAID_UP))
    assert found.answer is answer
    assert found.arrears_yen == found.arrears_charge_yen == 0
    assert ("完納" in found.reason) is (answer is Answer.SEVERAL)


def test_arrears_are_what_is_overdue_and_unpaid() -> None:
    found = verdict(
        line(paid=10_000),
        line(status=TaxStatus.SUSPENDED),
        line(due="2026-10-20"),
        line(due="2026-12-25"),
        line(paid=40_000),
    )
    assert found.arrears_yen == 20_000 + 30_000 + 30_000


def test_the_charge_is_counted_per_instalment_to_the_as_of_date() -> None:
    found = verdict(
        line(assessed=200_000, due="2025-06-30"),
        line(assessed=200_000, due="2025-08-31"),
    )
    per_line = [judge_line(i, rules=RULES, as_of=AS_OF).charge for i in found.lines]
    assert [charge.yen for charge in per_line if charge] == [22_800, 19_900]
    assert found.arrears_charge_yen == 42_700


@pytest.mark.parametrize(
    ("item", "note"),
    [
        pytest.param(
            line(assessed=900_000, due="2024-06-30"), "割合が未登録", id="no rate"
        ),
        pytest.param(
            line(assessed=900_000, due="2025-06-30", status=TaxStatus.SUSPENDED),
            "",
            id="執行停止 bears none",
        ),
        pytest.param(
            line(assessed=900_000, due="2026-10-20"), "", id="may be on its way"
        ),
    ],
)
def test_a_charge_that_cannot_be_told_is_left_out_and_the_answer_stands(
    item: TaxLine, note: str
) -> None:
    judged = judge_line(item, rules=RULES, as_of=AS_OF)
    assert judged.charge is None
    assert judged.charge_note.startswith(note)
    assert verdict(item).arrears_charge_yen == 0


def test_a_suspended_line_counted_as_owing_bears_no_charge_without_its_dates() -> None:
    rules = RULES.model_copy(update={"suspension_counts_as_owing": True})
    judged = judge_line(
        line(assessed=900_000, status=TaxStatus.SUSPENDED), rules=rules, as_of=AS_OF
    )
    assert (judged.state, judged.charge) == (Answer.OWING, None)
    assert "停止の期間" in judged.charge_note


@pytest.mark.parametrize(
    ("consent", "settings", "searched"),
    [
        pytest.param(Consent.YES, {}, True, id="consent"),
        pytest.param(Consent.NO, {}, False, id="refused"),
        pytest.param(
            Consent.NO, {"consent_required": False}, False, id="refused though needless"
        ),
        pytest.param(Consent.UNKNOWN, {}, True, id="papers at the section"),
        pytest.param(
            Consent.UNKNOWN,
            {"missing_consent_column_means_consent": False},
            False,
            id="not written",
        ),
        pytest.param(
            Consent.UNKNOWN,
            {
                "consent_required": False,
                "missing_consent_column_means_consent": False,
            },
            True,
            id="needs none",
        ),
    ],
)
def test_without_consent_nobody_is_looked_for(
    consent: Consent, settings: dict[str, bool], searched: bool
) -> None:
    rules = RULES.model_copy(update=settings)
    asked = applicant(consent)
    assert needs_search(asked, rules=rules) is searched
    match = same() if searched else None
    found = judge(asked, match, [], rules=rules, as_of=AS_OF)
    assert (found.answer is Answer.OUT_OF_SCOPE) is not searched
    assert (found.match is None) is not searched


def test_a_match_made_without_consent_is_not_kept() -> None:
    found = judge(applicant(Consent.NO), same(), [line()], rules=RULES, as_of=AS_OF)
    assert (found.answer, found.match, found.lines) == (Answer.OUT_OF_SCOPE, None, ())


@pytest.mark.parametrize(
    ("consent", "expected"),
    [
        pytest.param(Consent.YES, Answer.QUESTION_OPEN, id="consent"),
        pytest.param(Consent.UNKNOWN, Answer.QUESTION_OPEN, id="consent not yet read"),
        pytest.param(Consent.NO, Answer.OUT_OF_SCOPE, id="refused anyway"),
    ],
)
def test_an_open_question_waits(consent: Consent, expected: Answer) -> None:
    rules = RULES.model_copy(update={"missing_consent_column_means_consent": False})
    asked = applicant(consent)
    assert needs_search(asked, rules=rules, question_open=True) is False
    found = judge(asked, None, [], rules=rules, as_of=AS_OF, question_open=True)
    assert found.answer is expected


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        pytest.param(Identity.ASK, Answer.SEVERAL, id="要確認"),
        pytest.param(Identity.NONE, Answer.NOT_FOUND, id="該当なし"),
    ],
)
def test_without_proof_of_identity_no_tax_is_looked_at(
    identity: Identity, expected: Answer
) -> None:
    match = Match("list:5", identity, "住所が相違", candidates=(NEAR,))
    found = judge(applicant(), match, [], rules=RULES, as_of=AS_OF)
    assert found.answer is expected
    assert "住所が相違" in found.reason
    assert (found.arrears_yen, found.taxes, found.lines) == (0, (), ())


@pytest.mark.parametrize("identity", [pytest.param(i, id=i.value) for i in Identity])
def test_of_a_protected_person_nothing_is_disclosed(identity: Identity) -> None:
    match = Match(
        "list:5",
        identity,
        "宛名番号が一致",
        persons=(PERSON,) if identity is Identity.SAME else (),
        candidates=(NEAR,),
        protected=True,
    )
    found = judge(applicant(), match, [line()], rules=RULES, as_of=AS_OF)
    assert (found.answer, found.reason) == (Answer.SEVERAL, PROTECTED_REASON)
    assert found.match is not None
    assert (found.match.persons, found.match.candidates) == ((), ())
    assert found.match.rule == PROTECTED_REASON
    assert (found.lines, found.arrears_yen, found.taxes) == ((), 0, ())


def test_a_line_of_another_person_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="another person"):
        verdict(line(number="0000000099"))


@pytest.mark.parametrize(
    "match",
    [
        pytest.param(None, id="not searched"),
        pytest.param(Match("list:6", Identity.NONE, ""), id="of another row"),
    ],
)
def test_a_missing_match_is_a_fault_of_the_program(match: Match | None) -> None:
    with pytest.raises(ValueError, match="list:5"):
        judge(applicant(), match, [], rules=RULES, as_of=AS_OF)


@pytest.mark.parametrize(
    "state", [pytest.param(state, id=state.value) for state in PRIORITY]
)
def test_the_reason_is_one_sentence_without_amounts_or_names(state: Answer) -> None:
    reason = verdict(BY_STATE[state]).reason
    assert reason.count("。") == 1
    assert reason.endswith("（宛名番号が一致）。")
    assert not any(word in reason for word in ("30,000", "30000", "円", "検査"))


def test_the_rules_version_follows_every_rule() -> None:
    versions = {
        rules_version(RULES),
        rules_version(RULES.model_copy(update={"lag_days": 20})),
        rules_version(RULES.model_copy(update={"taxes": ("個人市県民税",)})),
    }
    assert len(versions) == 3
    assert rules_version(RULES) == rules_version(RULES.model_copy())


tax_lines = st.builds(
    line,
    assessed=st.integers(0, 10**9),
    paid=st.integers(0, 10**9),
    due=st.dates(dt.date(2023, 1, 1), dt.date(2027, 12, 31)).map(dt.date.isoformat),
    status=st.sampled_from(
        [s for s in TaxStatus if s not in (TaxStatus.PAID_UP, TaxStatus.WRITTEN_OFF)]
    ),
    tax=st.sampled_from((*RULES.taxes, "国民健康保険税")),
    number=st.sampled_from(("0000000011", "0000000012")),
)


@given(
    orders=st.lists(tax_lines, max_size=8).flatmap(
        lambda lines: st.tuples(st.just(lines), st.permutations(lines))
    )
)
def test_the_order_of_lines_never_changes_the_answer(
    orders: tuple[list[TaxLine], list[TaxLine]],
) -> None:
    first, second = verdict(*orders[0]), verdict(*orders[1])
    assert (first.answer, first.taxes, first.arrears_yen) == (
        second.answer,
        second.taxes,
        second.arrears_yen,
    )


@given(lines=st.lists(tax_lines, max_size=8))
def test_nobody_is_accused_without_an_overdue_unpaid_line(
    lines: list[TaxLine],
) -> None:
    oldest = AS_OF - dt.timedelta(days=RULES.lag_days)
    accusing = [
        item
        for item in lines
        if item.tax in RULES.taxes
        and item.due_date < oldest
        and item.paid_yen < item.assessed_yen
        and item.status is TaxStatus.NORMAL
    ]
    assert (verdict(*lines).answer is Answer.OWING) is bool(accusing)


@given(lines=st.lists(tax_lines, max_size=6), extra=tax_lines)
def test_another_line_never_makes_the_answer_lighter(
    lines: list[TaxLine], extra: TaxLine
) -> None:
    before = PRIORITY.index(verdict(*lines).answer)
    after = PRIORITY.index(verdict(*lines, extra).answer)
    assert after <= before


THREE_STATES = {
    TaxStatus.GRACE: "half",
    TaxStatus.CONVERSION_GRACE: "half",
    TaxStatus.SUSPENDED: "none",
}


@pytest.mark.parametrize(
    ("status", "percents"),
    [
        pytest.param(TaxStatus.SUSPENDED, ["2.8", "9.1", "0"], id="執行停止 (萩市)"),
        pytest.param(TaxStatus.GRACE, ["2.8", "9.1", "4.55"], id="徴収猶予"),
        pytest.param(TaxStatus.CONVERSION_GRACE, ["2.8", "9.1", "4.55"], id="換価"),
        pytest.param(TaxStatus.INSTALMENTS, ["2.8", "9.1"], id="分納誓約 bears all"),
    ],
)
def test_days_of_a_special_state_are_lifted_from_the_charge(
    status: TaxStatus, percents: list[str]
) -> None:
    item = replace(line(status=status), status_from=dt.date(2026, 9, 1))
    charge = judge_line(item, rules=RULES, as_of=AS_OF).charge
    assert charge is not None
    assert [str(span.percent) for span in charge.spans] == percents


@pytest.mark.parametrize("status", [pytest.param(s, id=s.value) for s in THREE_STATES])
def test_a_state_without_its_first_day_bears_no_charge_but_a_note(
    status: TaxStatus,
) -> None:
    found = judge_line(line(status=status), rules=RULES, as_of=AS_OF)
    assert found.charge is None
    assert found.charge_note == "猶予・停止の期間を確かめて計算"


@pytest.mark.parametrize(
    ("first", "last"),
    [
        pytest.param("2026-04-01", "2026-09-30", id="over"),
        pytest.param("2026-11-01", "2027-03-31", id="not yet begun"),
        pytest.param("2026-09-01", "2026-04-01", id="ends before it begins"),
    ],
)
def test_a_state_that_its_own_days_deny_is_asked(first: str, last: str) -> None:
    item = replace(
        line(status=TaxStatus.GRACE),
        status_from=dt.date.fromisoformat(first),
        status_until=dt.date.fromisoformat(last),
    )
    found = verdict(item)
    assert found.answer is Answer.SEVERAL
    assert "期間と状態が合わない" in found.reason
    paid = verdict(replace(item, paid_yen=item.assessed_yen))
    assert paid.answer is Answer.PAID


def test_some_taxes_bear_the_lower_rate_for_three_months() -> None:
    rules = RULES.model_copy(
        update={
            "taxes": ("後期高齢者医療保険料",),
            "charge_three_month_taxes": ("後期高齢者医療保険料",),
        }
    )
    item = line(tax="後期高齢者医療")
    charge = judge_line(item, rules=rules, as_of=AS_OF).charge
    assert charge is not None
    assert [span.days for span in charge.spans] == [92, 31]


def instalment(due: str, number: int = 1, year: int = 2026, paid: int = 0) -> TaxLine:
    day = dt.date.fromisoformat(due)
    return TaxLine("0000000011", "固定資産税", year, number, day, 30_000, paid)


@pytest.mark.parametrize(
    ("item", "months", "asked"),
    [
        pytest.param(instalment("2028-06-30"), (), True, id="令和10 for 令和8"),
        pytest.param(instalment("2027-06-07"), (), True, id="after the books closed"),
        pytest.param(instalment("2027-05-31"), (), True, id="令和9 for 令和8"),
        pytest.param(instalment("2028-06-30", paid=30_000), (), False, id="paid"),
        pytest.param(
            instalment("2027-05-31", number=0), (), True, id="全期, a year on"
        ),
        pytest.param(
            instalment("2026-12-25", number=0, year=2023), (), False, id="billed late"
        ),
        pytest.param(
            instalment("2026-07-31", number=0, year=2025),
            (7,),
            True,
            id="全期 in its month, a year on",
        ),
        pytest.param(instalment("2026-04-30"), (4, 7, 12, 2), False, id="in its month"),
        pytest.param(
            instalment("2026-05-01"), (4, 7, 12, 2), False, id="after holidays"
        ),
        pytest.param(instalment("2026-07-31"), (4, 7, 12, 2), True, id="another month"),
        pytest.param(
            instalment("2027-03-01", number=4), (4, 7, 12, 2), False, id="February"
        ),
        pytest.param(
            instalment("2023-02-28", number=4), (4, 7, 12, 2), False, id="booked later"
        ),
        pytest.param(
            instalment("2026-09-30", number=5), (4, 7, 12, 2), False, id="beyond"
        ),
    ],
)
def test_a_due_date_that_does_not_fit_year_and_instalment_is_asked_where_unpaid(
    item: TaxLine, months: tuple[int, ...], asked: bool
) -> None:
    rules = RULES.model_copy(update={"due_months": {"固定資産税": months}})
    found = verdict(item, rules=rules)
    assert (found.answer is Answer.SEVERAL) is asked
    assert ("納期限が" in found.reason) is asked


def test_the_last_day_of_the_books_is_a_due_date_when_it_is_near() -> None:
    found = judge(
        applicant(),
        same(),
        [instalment("2027-05-31")],
        rules=RULES,
        as_of=dt.date(2027, 3, 31),
    )
    assert found.answer is Answer.NOT_YET_DUE


@pytest.mark.parametrize(
    ("due", "posted_until", "asked"),
    [
        pytest.param("2026-09-30", "2026-09-15", True, id="due after its last 収納日"),
        pytest.param("2026-09-10", "2026-09-15", True, id="due within its lag"),
        pytest.param("2026-06-30", "2026-09-15", False, id="due long before"),
        pytest.param("2026-09-30", "2026-10-20", False, id="posted nearly to the day"),
        pytest.param("2026-12-25", "2026-09-15", False, id="not yet due"),
    ],
)
def test_nobody_is_accused_by_a_ledger_older_than_the_as_of_date(
    due: str, posted_until: str, asked: bool
) -> None:
    day = dt.date.fromisoformat(posted_until)
    found = verdict(replace(line(due=due), fiscal_year=2026, posted_until=day))
    assert (found.answer is Answer.SEVERAL) is asked
    assert ("最後の収納日" in found.reason) is asked


def test_what_waits_beside_a_special_state_is_told() -> None:
    found = verdict(BY_STATE[Answer.INSTALMENTS], BY_STATE[Answer.WAITING_FOR_POSTING])
    assert (found.answer, found.waits_too) == (Answer.INSTALMENTS, True)
    assert "まだ台帳に載っていない" in found.reason
    assert not verdict(BY_STATE[Answer.INSTALMENTS]).waits_too


def test_an_amount_written_off_is_asked_about_and_never_owing() -> None:
    found = verdict(line(status=TaxStatus.WRITTEN_OFF))
    assert (found.answer, "不納欠損" in found.reason) == (Answer.SEVERAL, True)
    assert (
        verdict(line(paid=30_000, status=TaxStatus.WRITTEN_OFF)).answer is Answer.PAID
    )


@pytest.mark.parametrize(
    ("tax", "due", "left_out", "answer"),
    [
        pytest.param(
            "固定資産税土地分", "2026-06-30", (), Answer.SEVERAL, id="may be meant"
        ),
        pytest.param(
            "固定資産税土地分",
            "2026-06-30",
            ("固定資産税土地分",),
            Answer.NO_TAX,
            id="the city says that it is not",
        ),
        pytest.param("固定資産税土地分", "2027-01-31", (), Answer.NO_TAX, id="not due"),
        pytest.param("法人市民税均等割", "2026-06-30", (), Answer.NO_TAX, id="another"),
        pytest.param(
            "市県民税・森林環境税", "2026-06-30", (), Answer.OWING, id="with it"
        ),
    ],
)
def test_nobody_is_cleared_because_a_ledger_has_its_own_word_for_a_tax(
    tax: str, due: str, left_out: tuple[str, ...], answer: Answer
) -> None:
    rules = RULES.model_copy(update={"taxes_left_out": left_out})
    assert verdict(line(tax=tax, due=due), rules=rules).answer is answer


def test_a_receipt_pays_a_line_and_keeps_the_ledgers_own_amounts() -> None:
    item = replace(line(), receipt_yen=30_000)
    found = judge_line(item, rules=RULES, as_of=AS_OF)
    assert (found.state, found.remark) == (Answer.PAID, "領収書で納付を確認")
    assert found.line.paid_yen == 0
    part = judge_line(replace(line(), receipt_yen=1), rules=RULES, as_of=AS_OF)
    assert (part.state, part.unpaid_yen) == (Answer.OWING, 29_999)
