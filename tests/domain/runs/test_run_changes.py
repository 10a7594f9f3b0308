"""Two runs over one request: whoever changed is named, with the cause that was planted."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import pytest

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
    Ruling,
    TaxLine,
    TaxStatus,
    Verdict,
)
from tasks.domain.runs.line_changes import Cause
from tasks.domain.runs.run_changes import ChangeKind, RunDifference, difference
from tasks.domain.runs.run_records import KeptRun, RunHead, pair_rows
from tasks.domain.taxes.verdicts import judge

OCTOBER, NOVEMBER = dt.date(2026, 10, 31), dt.date(2026, 11, 30)
RULES = DelinquencyRules(
    taxes=("軽自動車税", "固定資産税"),
    charge_rates={
        2025: (Decimal("2.4"), Decimal("8.7")),
        2026: (Decimal("2.8"), Decimal("9.1")),
    },
)
COUNTING_SUSPENDED = RULES.model_copy(update={"suspension_counts_as_owing": True})
CAR_ONLY = RULES.model_copy(update={"taxes": ("軽自動車税",)})
PERSON = Resident("0000000011", "検査　一郎", "", dt.date(1980, 3, 1), "検査町1番2号")
OTHER = Resident("0000000012", "検査　一朗", "", dt.date(1980, 3, 1), "検査町9番9号")
ASKED = Applicant(
    "list:1a:4",
    "名簿.xlsx!4行",
    "A-1",
    "検査 一郎",
    birth_date="昭和55年3月1日",
    address="検査町1-2",
    consent=Consent.YES,
)
CAR = TaxLine(
    "0000000011",
    "軽自動車税",
    2026,
    0,
    dt.date(2026, 6, 1),
    10_800,
    0,
    TaxStatus.NORMAL,
)


def head(as_of: dt.date = OCTOBER, rules: DelinquencyRules = RULES) -> RunHead:
    at = dt.datetime(2026, 12, 1, 9, 0, tzinfo=dt.UTC)
    return RunHead("0" * 12, at, "検査係", "1", "3", as_of, rules, (), (), "")


def same(person: Resident = PERSON) -> Match:
    return Match(ASKED.row_id, Identity.SAME, "一致", persons=(person,))


def asked_about(*residents: Resident) -> Match:
    levels = (Level.EQUAL, Level.MISSING, Level.EQUAL, Level.DIFFERS)
    candidates = tuple(Evidence(resident, *levels) for resident in residents)
    return Match(ASKED.row_id, Identity.ASK, "住所が相違", candidates=candidates)


NOBODY = Match(ASKED.row_id, Identity.NONE, "該当なし")


def run(
    lines: Sequence[TaxLine] = (),
    *,
    match: Match | None = None,
    applicant: Applicant = ASKED,
    as_of: dt.date = OCTOBER,
    rules: DelinquencyRules = RULES,
) -> KeptRun:
    found = replace(match or same(), row_id=applicant.row_id)
    verdict = judge(applicant, found, lines, rules=rules, as_of=as_of)
    return KeptRun(head(as_of, rules), (verdict,))


def causes(before: KeptRun, after: KeptRun) -> tuple[Cause, ...]:
    (change,) = difference(before, after).changes
    return change.causes


PAID = replace(CAR, paid_yen=10_800)
LINE_CASES = [
    pytest.param(run([CAR]), run([PAID]), Cause.PAYMENT, id="paid"),
    pytest.param(
        run([CAR]),
        run([replace(CAR, paid_yen=5_000)]),
        Cause.PAYMENT,
        id="paid in part",
    ),
    pytest.param(run([PAID]), run([CAR]), Cause.PAYMENT_GONE, id="taken back"),
    pytest.param(
        run([CAR]), run([replace(CAR, receipt_yen=10_800)]), Cause.RECEIPT, id="receipt"
    ),
    pytest.param(
        run([CAR]), run([replace(CAR, found=Answer.PAID)]), Cause.FINDING, id="found"
    ),
    pytest.param(
        run([CAR]), run([replace(CAR, assessed_yen=0)]), Cause.ASSESSMENT, id="reduced"
    ),
    pytest.param(
        run([CAR]),
        run([replace(CAR, status=TaxStatus.SUSPENDED)]),
        Cause.STATUS,
        id="suspended",
    ),
    pytest.param(
        run([CAR]),
        run([replace(CAR, due_date=dt.date(2026, 11, 25))]),
        Cause.DUE_DATE,
        id="due later",
    ),
    pytest.param(
        run([PAID]),
        run([PAID, replace(CAR, instalment=1)]),
        Cause.LINE_ADDED,
        id="assessed anew",
    ),
    pytest.param(run([CAR]), run([]), Cause.LINE_GONE, id="taken off"),
    pytest.param(run([]), run([PAID]), Cause.LINE_ADDED, id="assessed and paid"),
    pytest.param(
        run([replace(CAR, due_date=dt.date(2026, 10, 20))]),
        run([replace(CAR, due_date=dt.date(2026, 10, 20))], as_of=NOVEMBER),
        Cause.AS_OF,
        id="out of the lag window",
    ),
    pytest.param(
        run([replace(CAR, status=TaxStatus.SUSPENDED)]),
        run([replace(CAR, status=TaxStatus.SUSPENDED)], rules=COUNTING_SUSPENDED),
        Cause.RULES,
        id="rule of the ordinance",
    ),
    pytest.param(
        run([PAID], rules=CAR_ONLY),
        run([PAID, replace(CAR, tax="固定資産税")]),
        Cause.RULES,
        id="another tax looked at",
    ),
]


@pytest.mark.parametrize(("before", "after", "cause"), LINE_CASES)
def test_the_planted_cause_of_a_tax_line_is_the_one_named(
    before: KeptRun, after: KeptRun, cause: Cause
) -> None:
    assert causes(before, after) == (cause,)


def test_a_later_day_is_no_cause_where_a_payment_alone_explains() -> None:
    assert causes(run([CAR]), run([PAID], as_of=NOVEMBER)) == (Cause.PAYMENT,)


def test_a_payment_and_a_later_day_are_both_named_where_both_are_needed() -> None:
    due = replace(CAR, due_date=dt.date(2026, 11, 2))
    partly = replace(due, paid_yen=5_000)
    found = causes(run([due]), run([partly], as_of=dt.date(2026, 12, 31)))
    assert found == (Cause.PAYMENT, Cause.AS_OF)


PERSON_CASES = [
    pytest.param(
        run(match=asked_about(PERSON)),
        run([PAID], applicant=replace(ASKED, address="検査町1-2-3")),
        {Cause.REQUEST},
        id="address corrected by the section",
    ),
    pytest.param(
        run(match=asked_about(replace(PERSON, address="検査町8番8号"))),
        run([PAID]),
        {Cause.LEDGER_PERSON},
        id="address moved in the ledger",
    ),
    pytest.param(
        run(match=asked_about(PERSON, OTHER)),
        run(
            [PAID],
            match=replace(
                same(),
                rule="職員の判断により同一",
                ruling=Ruling("職員の判断により同一", 3, True),
            ),
        ),
        {Cause.DECISION},
        id="decision given",
    ),
    pytest.param(
        run(
            [PAID],
            match=replace(same(), ruling=Ruling("職員の判断により同一", 3, True)),
        ),
        run(
            match=replace(asked_about(PERSON), ruling=Ruling("候補の内容が変わった", 3))
        ),
        {Cause.DECISION_VOID},
        id="decision void",
    ),
    pytest.param(run(match=NOBODY), run([PAID]), {Cause.PERSON_FOUND}, id="moved in"),
    pytest.param(run([PAID]), run(match=NOBODY), {Cause.PERSON_GONE}, id="gone"),
    pytest.param(
        run(applicant=replace(ASKED, consent=Consent.NO)),
        run([PAID]),
        {Cause.CONSENT},
        id="consent came",
    ),
    pytest.param(
        run([CAR]),
        run(match=replace(NOBODY, protected=True)),
        {Cause.BY_OFFICER},
        id="protected since",
    ),
    pytest.param(
        run([PAID]),
        run([PAID], match=replace(same(), doubts=("世帯主が見つかりません",))),
        {Cause.OTHERS},
        id="somebody else cannot be looked at",
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), PERSON_CASES)
def test_the_planted_cause_of_another_person_is_the_one_named(
    before: KeptRun, after: KeptRun, expected: set[Cause]
) -> None:
    assert set(causes(before, after)) == expected


@pytest.mark.parametrize(("before", "after", "cause"), LINE_CASES)
def test_a_run_held_against_itself_has_no_change(
    before: KeptRun, after: KeptRun, cause: Cause
) -> None:
    for kept in (before, after):
        found = difference(kept, kept)
        assert (found.changes, found.unchanged) == ((), 1)


def test_a_growing_charge_is_no_change() -> None:
    assert difference(run([CAR]), run([CAR], as_of=NOVEMBER)).changes == ()


def test_details_tell_the_amounts_and_no_repr_does() -> None:
    (change,) = difference(run([CAR]), run([PAID])).changes
    assert "収納額 0円 → 10,800円" in change.reasons[0].detail
    assert "10,800" not in repr(change.reasons)


def test_a_change_nobody_can_explain_is_owned_up_to() -> None:
    before = run([CAR])
    verdict = replace(before.verdicts[0], answer=Answer.PAID)
    assert causes(before, KeptRun(before.head, (verdict,))) == (Cause.UNKNOWN,)


def asked(row: int, number: str, name: str, birth: str = "S55.3.1") -> Verdict:
    applicant = Applicant(
        f"list:{row}", f"名簿.xlsx!{row}行", number, name, birth_date=birth
    )
    return Verdict(applicant, None, Answer.OUT_OF_SCOPE)


def paired(before: list[Verdict], after: list[Verdict]) -> list[tuple[str, str]]:
    return [
        (
            pair.before.applicant.row_id if pair.before else "",
            pair.after.applicant.row_id if pair.after else "",
        )
        for pair in pair_rows(before, after)
    ]


def test_rows_of_a_corrected_list_are_found_again_by_number_and_name() -> None:
    before = [asked(4, "A-1", "検査 一郎"), asked(5, "A-2", "検査 花子")]
    after = [asked(14, "A-2", "検査　花子"), asked(15, "A-1", "検査 一郎", "S55.3.2")]
    assert paired(before, after) == [("list:5", "list:14"), ("list:4", "list:15")]


def test_a_list_numbered_anew_pairs_nobody_with_a_stranger() -> None:
    before = [
        asked(4, "1", "検査 一郎", "S55.3.1"),
        asked(5, "2", "検査 花子", "S60.1.1"),
    ]
    after = [
        asked(14, "1", "検査 花子", "S60.1.1"),
        asked(15, "2", "検査 新", "H2.2.2"),
    ]
    assert paired(before, after) == [
        ("list:5", "list:14"),
        ("", "list:15"),
        ("list:4", ""),
    ]


def test_two_of_one_name_and_birth_date_are_not_guessed_at() -> None:
    twins = [asked(4, "", "検査 一郎"), asked(5, "", "検査 一郎")]
    after = [asked(14, "", "検査 一郎")]
    assert paired(twins, after) == [("", "list:14"), ("list:4", ""), ("list:5", "")]


def test_rows_added_and_gone_are_counted_as_such() -> None:
    before = KeptRun(head(), (asked(4, "1", "検査 一郎"),))
    after = KeptRun(head(), (asked(14, "2", "検査 花子", "S60.1.1"),))
    found: RunDifference = difference(before, after)
    assert found.kinds[ChangeKind.ADDED] == found.kinds[ChangeKind.GONE] == 1
    assert dict(found.moves) == {
        ("", "同意なし・対象外"): 1,
        ("同意なし・対象外", ""): 1,
    }
