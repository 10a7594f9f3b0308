"""Nothing is lost and nothing counted twice."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.sources import LedgerTotal
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import (
    Answer,
    Applicant,
    Identity,
    Match,
    Resident,
    TaxLine,
    Verdict,
)
from tasks.domain.runs.conservation import (
    CONTRADICTION,
    OTHER_TAXES,
    Balance,
    Outcome,
    balance,
    balance_sum,
    balance_taxes,
    outcome_of,
)
from tasks.domain.taxes.verdicts import judge

AS_OF = dt.date(2026, 10, 31)
RULES = DelinquencyRules(taxes=("個人市県民税", "軽自動車税"), charge_rates={})


@pytest.mark.parametrize(
    ("inputs", "outputs", "fault"),
    [
        pytest.param(
            ["a", "b"], {Outcome.ANSWERED: ["a"]}, "lost: b", id="a row is lost"
        ),
        pytest.param(
            ["a"],
            {Outcome.ANSWERED: ["a"], Outcome.QUESTION: ["a"]},
            "counted twice: a",
            id="answered and asked",
        ),
        pytest.param(
            ["a"],
            {Outcome.ANSWERED: ["a", "c"]},
            "from nowhere: c",
            id="a row from nowhere",
        ),
        pytest.param(
            ["a", "b"],
            {Outcome.ANSWERED: ["a"], Outcome.ERROR: ["a"]},
            "lost: b; counted twice: a",
            id="equal numbers do not balance",
        ),
        pytest.param(
            ["a", "a"],
            {Outcome.EXCLUDED: ["a"]},
            "came in twice: a",
            id="two rows with one id",
        ),
    ],
)
def test_rows_that_do_not_balance_stop_the_release(
    inputs: Sequence[str], outputs: dict[Outcome, Sequence[str]], fault: str
) -> None:
    with pytest.raises(NeedsPersonError, match=f"BALANCE-001: 照合: {fault}"):
        balance("照合", inputs, outputs)


def test_many_faults_are_counted_and_kept() -> None:
    rows = [f"list:{n}" for n in range(40)]
    with pytest.raises(NeedsPersonError, match="and 35 more") as caught:
        balance("照合", rows, {})
    assert len(caught.value.faults) == 40


def test_rows_that_balance_are_shown_by_outcome() -> None:
    found = balance(
        "照合", ["a", "b", "c"], {Outcome.ANSWERED: ["c", "a"], Outcome.ERROR: ["b"]}
    )
    assert found == Balance(
        "照合",
        "件",
        3,
        (("回答済み", 2), ("要確認", 0), ("エラー", 1), ("対象外の行", 0)),
    )


@pytest.mark.parametrize(
    ("unit", "code"),
    [
        pytest.param("円", "BALANCE-002", id="yen"),
        pytest.param("行", "BALANCE-001", id="lines"),
    ],
)
def test_sums_that_differ_by_one_stop_the_release(unit: str, code: str) -> None:
    with pytest.raises(NeedsPersonError, match=rf"{code}.*by -1$"):
        balance_sum("判定", unit, 100, {"完納": 99})


@pytest.mark.parametrize("answer", [pytest.param(a, id=a.value) for a in Answer])
def test_every_answer_has_an_outcome(answer: Answer) -> None:
    asks = answer.value in ("複数候補 (要確認)", "確認待ち")
    assert outcome_of(answer) is (Outcome.QUESTION if asks else Outcome.ANSWERED)


def line(number: str, tax: str, assessed: int, paid: int, due: dt.date) -> TaxLine:
    return TaxLine(number, tax, due.year, 1, due, assessed, paid)


def verdict(row_id: str, number: str, lines: Sequence[TaxLine]) -> Verdict:
    person = Resident(number, "検査 一郎", "", None, "検査町1-1")
    asked = Applicant(row_id, "名簿.xlsx!5行", "1", "検査 一郎")
    match = Match(row_id, Identity.SAME, "宛名番号が一致", persons=(person,))
    return judge(asked, match, lines, rules=RULES, as_of=AS_OF)


OWED = line("01", "個人市県民税", 30_000, 10_000, dt.date(2026, 6, 30))
SETTLED = line("01", "軽自動車税", 10_800, 10_900, dt.date(2026, 5, 31))
OTHER = line("01", "国民健康保険税", 70_000, 0, dt.date(2026, 7, 31))
LEDGER = {"01": (OWED, SETTLED, OTHER)}


def balanced(
    verdicts: Sequence[Verdict],
    ledger: Mapping[str, Sequence[TaxLine]],
    *,
    counted: Mapping[str, Sequence[TaxLine]] | None = None,
) -> tuple[Balance, ...]:
    """Balance against what the ledger counts; None: just what was read of it."""
    totals = {
        number: LedgerTotal(
            len(lines),
            sum(item.assessed_yen for item in lines),
            sum(item.assessed_yen - item.paid_yen for item in lines),
        )
        for number, lines in (counted or ledger).items()
    }
    return balance_taxes(verdicts, ledger, totals=totals, rules=RULES, as_of=AS_OF)


@pytest.mark.parametrize(
    ("read", "code"),
    [
        pytest.param((OWED, OTHER), "BALANCE-001", id="a line is lost on reading"),
        pytest.param(
            (OWED, OWED, SETTLED, OTHER), "BALANCE-001", id="a line is read twice"
        ),
        pytest.param(
            (replace(OWED, paid_yen=30_000), SETTLED, OTHER),
            "BALANCE-002",
            id="an amount is read wrong",
        ),
    ],
)
def test_lines_that_differ_from_the_ledgers_own_count_stop_the_release(
    read: tuple[TaxLine, ...], code: str
) -> None:
    found = verdict("list:5", "01", read)
    with pytest.raises(NeedsPersonError, match=code):
        balanced([found], {"01": read}, counted=LEDGER)


def test_each_line_of_a_matched_person_is_in_one_state() -> None:
    found = balanced([verdict("list:5", "01", LEDGER["01"])], LEDGER)
    lines, assessed, unpaid = ({k: v for k, v in b.went_out if v} for b in found)
    assert lines == {"未納あり": 1, "完納": 1, OTHER_TAXES: 1}
    assert assessed == {"未納あり": 30_000, "完納": 10_800, OTHER_TAXES: 70_000}
    assert unpaid == {"未納あり": 20_000, "完納": -100, OTHER_TAXES: 70_000}
    assert [b.came_in for b in found] == [3, 110_800, 89_900]


def test_a_person_asked_about_twice_is_judged_twice() -> None:
    twice = [verdict(row, "01", LEDGER["01"]) for row in ("list:5", "list:9")]
    found = balanced(twice, LEDGER)
    assert found[0].came_in == 6


def test_lines_with_negative_amounts_are_asked_and_still_balance() -> None:
    minus = line("01", "軽自動車税", -500, 0, dt.date(2026, 5, 31))
    ledger = {"01": (OWED, minus)}
    found = balanced([verdict("list:5", "01", ledger["01"])], ledger)
    assert dict(found[0].went_out)[CONTRADICTION] == 2


def test_nobody_matched_is_nothing_judged() -> None:
    asked = Applicant("list:5", "名簿.xlsx!5行", "1", "検査 一郎")
    unsearched = Verdict(asked, None, Answer.OUT_OF_SCOPE)
    found = balanced([unsearched], LEDGER)
    assert [b.came_in for b in found] == [0, 0, 0]


@pytest.mark.parametrize(
    ("kept", "code"),
    [
        pytest.param((SETTLED,), "BALANCE-001", id="a line is lost"),
        pytest.param((OWED, OWED, SETTLED), "BALANCE-001", id="a line is doubled"),
        pytest.param(
            (replace(OWED, assessed_yen=30_001), SETTLED),
            "BALANCE-002",
            id="a yen is added",
        ),
        pytest.param(
            (replace(OWED, paid_yen=9_999), SETTLED),
            "BALANCE-002",
            id="a yen is unpaid",
        ),
    ],
)
def test_a_verdict_that_lost_or_changed_a_line_stops_the_release(
    kept: tuple[TaxLine, ...], code: str
) -> None:
    broken = replace(verdict("list:5", "01", LEDGER["01"]), lines=kept)
    with pytest.raises(NeedsPersonError, match=code):
        balanced([broken], LEDGER)


@given(rows=st.lists(st.text(min_size=1), unique=True), split=st.integers(0, 3))
def test_any_split_of_the_rows_balances_and_dropping_one_never_does(
    rows: list[str], split: int
) -> None:
    outcomes = list(Outcome)
    outputs: dict[Outcome, list[str]] = {}
    for place, row in enumerate(rows):
        outputs.setdefault(outcomes[(place + split) % 4], []).append(row)
    assert balance("照合", rows, outputs).came_in == len(rows)
    if rows:
        next(kept for kept in outputs.values() if rows[0] in kept).remove(rows[0])
        with pytest.raises(NeedsPersonError, match="BALANCE-001"):
            balance("照合", rows, outputs)
