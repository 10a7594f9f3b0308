"""The report before a sceptical finance officer: it never claims more than is true."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.known_baselines import KnownBaselines
from tasks.domain.hours_saved.savings import SavingsLine, item_ms, sums_of
from tasks.domain.hours_saved.savings_statement import (
    SavingsStatement,
    net_words,
    notes,
    pay_back_words,
    savings_statement,
    share_words,
)
from tasks.domain.hours_saved.savings_table import Effort
from tasks.domain.hours_saved.savings_worth import PayBack, pay_back
from tasks.domain.office.periods import Period, months_after, report_period
from tasks.domain.office.settings import Baseline, HourRate, SavingsRules, YearCost

MINUTE = 60_000
YEAR = Period.fiscal_year(2026)
END = YEAR.last
APRIL = dt.date(2026, 4, 1)
PART_TIME = HourRate(name="会計年度任用職員", yen_per_hour=1000, yen_basis="予算")


def baseline(job: str = "a", **more: object) -> Baseline:
    return Baseline.model_validate(
        {
            "job": job,
            "title": f"業務{job}",
            "section": "課",
            "minutes_per_item": 6.0,
            "samples": 40,
            "measured_by": "課",
            "measured_on": APRIL,
            "valid_from": APRIL,
            **more,
        }
    )


def rules(*baselines: Baseline, costs: tuple[YearCost, ...] = ()) -> SavingsRules:
    return SavingsRules(
        yen_per_hour=3000,
        yen_basis="決算",
        rates=(PART_TIME,),
        baselines=baselines,
        costs=costs,
    )


def line(job: str = "a", month: int = 4, **more: object) -> SavingsLine:
    day = dt.date(2026 if month >= 4 else 2027, month, 15)
    values: dict[str, object] = {
        "line_id": 1,
        "job": job,
        "run_id": "r",
        "at": dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC),
        "day": day,
        "items": 10,
        "by_hand_items": 0,
        "minutes_per_item": 6.0,
        "samples": 40,
        **more,
    }
    return SavingsLine(**values)  # type: ignore[arg-type]


def stated(
    by: SavingsRules,
    *lines: SavingsLine,
    former: tuple[Baseline, ...] = (),
    period: Period = YEAR,
    today: dt.date = END,
) -> SavingsStatement:
    sums = sums_of(lines)
    within = sums_of([x for x in lines if period.first <= x.day <= period.last])
    return savings_statement(
        within,
        sums,
        known=KnownBaselines(by, former),
        period=period,
        quality={},
        today=today,
    )


def told(statement: SavingsStatement) -> str:
    return "\n".join(notes(statement))


def test_months_before_a_job_was_measured_bear_no_yen_and_later_ones_do() -> None:
    by = rules(
        baseline(samples=0), baseline(samples=40, valid_from=dt.date(2026, 7, 1))
    )
    found = stated(by, line(samples=0), line(month=8), line(month=9))
    (row,) = found.table.jobs
    assert (row.estimate, row.partly, row.yen) == (False, True, 6000)
    assert [m.yen for m in found.table.months][:6] == [0, 0, 0, 0, 3000, 3000]
    assert found.table.guessed.saved_ms == 60 * MINUTE
    assert "業務aを" not in told(found)
    assert "削減の時間のうち 1.0時間" in told(found)


def test_what_a_guessed_month_cost_is_left_out_with_it_and_said() -> None:
    by = rules(baseline(samples=0), baseline("b"))
    found = stated(
        by,
        line(samples=0, review_ms=90 * MINUTE),
        line(items=0, samples=0, minutes_per_item=0.0, upkeep_ms=30 * MINUTE),
        line("b"),
    )
    assert found.table.yen == 3000
    assert "職員が使った時間（2.0時間）" in told(found)


def test_a_job_that_only_cost_time_is_worth_less_than_nothing() -> None:
    # Forms were defined for it, and it never ran: that was paid, whatever is guessed.
    by = rules(baseline(samples=0))
    spent = line(items=0, samples=0, minutes_per_item=0.0, upkeep_ms=60 * MINUTE)
    assert stated(by, spent).table.yen == -3000


def test_every_figure_of_a_report_follows_one_rule_on_what_is_measured() -> None:
    costs = (YearCost(year=2026, what="x", running_yen=1200),)
    by = rules(baseline(samples=0), baseline("b"), costs=costs)
    found = stated(by, line(samples=0), line(month=8), line("b", month=2))
    (year,) = found.years
    assert found.table.yen == 6000 == year.worth_yen
    assert sum(one.yen for one in found.table.months) == 6000


def test_a_baseline_rewritten_later_changes_no_figure_and_is_told() -> None:
    was = baseline(minutes_per_item=6.0)
    now = rules(baseline(minutes_per_item=60.0))
    found = stated(now, line(), former=(was,))
    (row,) = found.table.jobs
    assert row.effort.saved_ms == 60 * MINUTE
    assert row.baselines == (was,)
    assert "書き換えられている業務: 業務a" in told(found)


def test_a_job_taken_out_of_the_configuration_keeps_name_rate_and_loss() -> None:
    was = baseline("gone", rate=PART_TIME.name)
    found = stated(
        rules(baseline()), line("gone", review_ms=3 * 60 * MINUTE), former=(was,)
    )
    (row,) = found.table.jobs
    assert (row.title, row.section, row.yen) == ("業務gone", "課", -2000)
    assert "いまは設定にない業務: 業務gone" in told(found)
    assert "手作業より時間がかかった業務: 業務gone" in told(found)


def test_a_rate_whose_name_was_taken_out_is_the_usual_one() -> None:
    was = baseline("gone", rate="なくなった単価")
    found = stated(rules(baseline()), line("gone"), former=(was,))
    assert found.table.yen == 3000


def test_without_costs_written_down_nothing_is_called_net() -> None:
    found = stated(rules(baseline()), line())
    assert found.net_yen is None
    assert net_words(found) == "経費の記入がありません"
    assert "差引と投資の回収は出していません" in told(found)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        pytest.param(100_000, 1, "99.9%", id="nearly all is not all"),
        pytest.param(100_000, 100_000, "0.0%", id="nothing"),
        pytest.param(100_000, 100_001, "-0.1%", id="a little loss is a loss"),
        pytest.param(100_000, 900_000, "-800.0%", id="a large loss"),
    ],
)
def test_a_share_is_cut_off_and_never_rounded_up(
    before: int, after: int, words: str
) -> None:
    assert share_words(Effort(before_ms=before, review_ms=after)) == words


@given(st.integers(1, 10**12), st.integers(0, 10**12))
def test_a_share_as_printed_is_never_more_than_was_saved(
    before: int, after: int
) -> None:
    effort = Effort(before_ms=before, review_ms=after)
    printed = float(share_words(effort).rstrip("%").replace(",", "")) / 100
    assert printed <= effort.saved_ms / before + 1e-9


def test_a_period_cut_in_the_middle_of_a_month_says_so() -> None:
    half = Period(dt.date(2026, 4, 10), dt.date(2026, 6, 20))
    assert "月の途中で区切った期間です" in told(stated(rules(baseline()), period=half))
    assert "月の途中" not in told(stated(rules(baseline())))


def test_a_year_that_goes_on_says_until_when() -> None:
    found = stated(rules(baseline()), line(), today=dt.date(2026, 11, 21))
    assert "令和8年11月21日までの記録" in told(found)
    assert "まだ終わっていない" not in told(stated(rules(baseline()), line()))


def test_the_last_second_of_march_and_the_first_of_april_are_of_two_years() -> None:
    lines = (line(month=3), line(month=4))
    for year, yen in ((2026, 6000), (2027, 0), (2025, 0)):
        found = stated(rules(baseline()), *lines, period=Period.fiscal_year(year))
        assert (found.table.yen or 0) == yen
    edge = line(day=dt.date(2027, 4, 1))
    found = stated(rules(baseline()), *lines, edge)
    assert found.table.yen == 6000


def test_days_the_wrong_way_round_are_no_period() -> None:
    with pytest.raises(NeedsPersonError, match="DATE-005"):
        report_period(
            first=dt.date(2026, 5, 1),
            last=dt.date(2026, 4, 30),
            until_last_month=False,
            today=END,
        )


def test_few_samples_and_missing_entries_are_named() -> None:
    found = stated(rules(baseline(samples=3)), line(samples=3))
    assert "計測が10件に満たず、まだ確かでない業務: 業務a" in told(found)
    assert "立会い（スキャン・開始・結果の受け取り）の記入がない業務: 業務a" in told(
        found
    )


def months(yen: int, *numbers: int) -> dict[dt.date, int]:
    return {months_after(APRIL, number): yen for number in numbers}


def test_one_busy_month_a_year_is_no_pay_back_within_months() -> None:
    # Saves 1.2 M each April and nothing else; costs 20,000 a month and 5 M once.
    plan = [
        YearCost(year=2026, what="x", introduction_yen=5_000_000, running_yen=240_000)
    ]
    found = pay_back(months(1_200_000, 0), plan, today=dt.date(2027, 3, 31))
    # In March 4.04 M are missing; 100,000 - 20,000 a month: 51 months more.
    assert found == PayBack(months_after(dt.date(2027, 3, 1), 51), expected=True)


def test_worth_before_the_purchase_has_not_paid_for_it() -> None:
    plan = [
        YearCost(
            year=2026,
            what="x",
            introduction_yen=1000,
            introduced_in=10,
            running_yen=120,
        )
    ]
    found = pay_back(months(50, *range(24)), plan, today=dt.date(2028, 3, 31))
    # 1,000 ÷ (50 - 10) = 25 months; April alone, before October, had 40 left over.
    assert pay_back_words(found) == "令和10年4月（見込み）"


def test_a_second_purchase_that_is_known_puts_the_pay_back_off() -> None:
    plan = [
        YearCost(year=2026, what="x", introduction_yen=100),
        YearCost(year=2027, what="y", introduction_yen=2000),
    ]
    found = pay_back(months(100, *range(24)), plan, today=dt.date(2028, 3, 31))
    # 2,100 spent, 100 a month saved: in the 21st month, not in the first.
    assert found == PayBack(dt.date(2027, 12, 1), expected=False)


def test_half_a_millisecond_an_item_is_not_lost_over_many() -> None:
    assert item_ms(0.37) * 1_000_000 == 22_200_000_000
