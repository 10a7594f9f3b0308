"""Minutes saved: the arithmetic managers rely on."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.hours_saved.known_baselines import KnownBaselines
from tasks.domain.hours_saved.savings import (
    SavingsLine,
    baseline_in_force,
    minutes_saved,
    sums_of,
)
from tasks.domain.hours_saved.savings_statement import notes, savings_statement
from tasks.domain.hours_saved.savings_table import (
    JobSavings,
    SavingsTable,
    savings_table,
)
from tasks.domain.office.periods import Period
from tasks.domain.office.settings import Baseline, HourRate, SavingsRules, YearCost

MINUTE = 60_000
APRIL = Period(dt.date(2026, 4, 1), dt.date(2026, 4, 30))


def baseline(
    job: str = "tax_delinquency",
    *,
    minutes: float = 6.0,
    samples: int = 40,
    valid_from: dt.date = dt.date(2026, 4, 1),
    error: float | None = None,
    rate: str = "",
) -> Baseline:
    return Baseline(
        job=job,
        title="滞納確認" if job == "tax_delinquency" else job,
        section="税務課",
        minutes_per_item=minutes,
        samples=samples,
        error_minutes=error,
        rate=rate,
        measured_by="税務課",
        measured_on=dt.date(2026, 4, 10),
        valid_from=valid_from,
    )


def rules(*baselines: Baseline, **more: object) -> SavingsRules:
    return SavingsRules.model_validate(
        {
            "yen_per_hour": 3000,
            "yen_basis": "令和7年度決算",
            "baselines": baselines or (baseline(),),
            **more,
        }
    )


def line(
    *,
    job: str = "tax_delinquency",
    day: dt.date = dt.date(2026, 4, 15),
    items: int = 10,
    by_hand: int = 0,
    review: float = 0.0,
    attended: float = 0.0,
    upkeep: float = 0.0,
    exception: float = 0.0,
    samples: int = 40,
    minutes: float = 6.0,
) -> SavingsLine:
    return SavingsLine(
        line_id=1,
        job=job,
        run_id="r",
        at=dt.datetime(2026, 4, 15, tzinfo=dt.UTC),
        day=day,
        items=items,
        by_hand_items=by_hand,
        minutes_per_item=minutes,
        samples=samples,
        machine_ms=99 * MINUTE,
        attended_ms=round(attended * MINUTE),
        review_ms=round(review * MINUTE),
        upkeep_ms=round(upkeep * MINUTE),
        exception_ms=round(exception * MINUTE),
    )


def table_of(
    *lines: SavingsLine, by: SavingsRules | None = None, period: Period = APRIL
) -> SavingsTable:
    return savings_table(sums_of(lines), KnownBaselines(by or rules()), period)


def only(*lines: SavingsLine, by: SavingsRules | None = None) -> JobSavings:
    (row,) = table_of(*lines, by=by).jobs
    return row


def test_a_job_that_checks_longer_than_it_types_is_negative() -> None:
    # 久慈市's tax slips: every field checked by eye.
    assert minutes_saved(baseline(minutes=1.0), items=96, review_minutes=972.0) == -876


def test_everything_staff_spent_is_taken_off() -> None:
    saved = minutes_saved(
        baseline(),
        items=10,
        review_minutes=5,
        attended_minutes=3,
        upkeep_minutes=2,
        exception_minutes=4,
    )
    assert saved == 46
    row = only(line(review=5, attended=3, upkeep=2, exception=4))
    assert row.effort.saved_ms == 46 * MINUTE


def test_an_item_done_by_hand_saves_nothing_and_costs_nothing() -> None:
    with_hand, without = line(by_hand=7, review=4.0), line(review=4.0)
    assert with_hand.saved_minutes == without.saved_minutes == 56.0
    assert only(with_hand).effort.before_ms == 102 * MINUTE


def test_machine_time_costs_nobody() -> None:
    assert only(line()).effort.after_ms == 0


@given(
    items=st.integers(0, 10_000),
    by_hand=st.integers(0, 1000),
    review=st.integers(0, 10_000),
    attended=st.integers(0, 1000),
)
def test_a_line_saves_what_the_rule_says(
    items: int, by_hand: int, review: int, attended: int
) -> None:
    one = line(items=items, by_hand=by_hand, review=review, attended=attended)
    assert one.saved_minutes == minutes_saved(
        baseline(), items=items, review_minutes=review, attended_minutes=attended
    )


def test_an_old_month_keeps_the_baseline_that_was_in_force() -> None:
    old = baseline(minutes=8.0)
    new = baseline(minutes=5.0, valid_from=dt.date(2026, 10, 1))
    both = (new, old)
    found = baseline_in_force(both, "tax_delinquency", dt.date(2026, 9, 30))
    assert found is old
    found = baseline_in_force(both, "tax_delinquency", dt.date(2026, 10, 1))
    assert found is new
    assert baseline_in_force(both, "tax_delinquency", dt.date(2026, 3, 31)) is None
    assert baseline_in_force(both, "another", dt.date(2026, 10, 1)) is None


def test_a_row_adds_up_by_hand() -> None:
    row = only(line(items=100, review=30.0, attended=10.0), line(items=20, by_hand=5))
    # 125 items x 6 before; 40 spent and 5 x 6 by hand after.
    assert row.effort.before_ms == 750 * MINUTE
    assert row.effort.after_ms == 70 * MINUTE
    assert row.effort.saved_ms == 680 * MINUTE
    assert row.effort.share_permyriad == 9066
    assert row.yen == 34_000
    assert row.minutes_per_item_after == pytest.approx(70 / 125)


def test_an_estimated_baseline_gets_no_yen() -> None:
    row = only(line(samples=0), by=rules(baseline(samples=0)))
    assert (row.estimate, row.yen) == (True, None)


def test_one_estimated_line_makes_the_whole_row_an_estimate() -> None:
    assert only(line(), line(samples=0)).yen is None


def test_upkeep_without_items_is_no_estimate_when_the_baseline_was_measured() -> None:
    row = only(line(items=0, upkeep=60, samples=0, minutes=0.0))
    assert (row.estimate, row.yen) == (False, -3_000)
    assert row.effort.share_permyriad is None


def test_a_job_without_lines_has_no_row() -> None:
    assert table_of().jobs == ()


def test_a_month_is_reckoned_at_the_rate_that_was_in_force() -> None:
    by = rules(
        baseline(rate="会計年度任用職員"),
        rates=(
            HourRate(name="会計年度任用職員", yen_per_hour=1200, yen_basis="a"),
            HourRate(
                name="会計年度任用職員",
                yen_per_hour=1300,
                yen_basis="b",
                valid_from=dt.date(2026, 5, 1),
            ),
        ),
    )
    period = Period(dt.date(2026, 4, 1), dt.date(2026, 5, 31))
    table = table_of(line(), line(day=dt.date(2026, 5, 2)), by=by, period=period)
    assert [one.yen for one in table.months] == [1200, 1300]
    assert table.jobs[0].yen == table.yen == 2500
    assert [one.yen_basis for one in table.jobs[0].rates] == ["a", "b"]


def test_the_error_of_a_baseline_moves_all_its_items_together() -> None:
    assert only(line(by_hand=5), by=rules(baseline(error=0.5))).error_ms == 5 * MINUTE
    assert only(line()).error_ms is None


@given(st.lists(st.integers(0, 500), min_size=1, max_size=20), st.integers(0, 2**32))
def test_the_order_of_lines_changes_nothing(items: list[int], seed: int) -> None:
    lines = [line(items=number, review=number / 4) for number in items]
    shuffled = list(lines)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - no secret
    assert only(*lines) == only(*shuffled)


LINES = st.lists(
    st.builds(
        line,
        job=st.sampled_from(["tax_delinquency", "b", "c"]),
        day=st.dates(dt.date(2026, 4, 1), dt.date(2027, 3, 31)),
        items=st.integers(0, 5000),
        by_hand=st.integers(0, 50),
        review=st.floats(0, 5000),
        attended=st.floats(0, 100),
        upkeep=st.floats(0, 900),
        exception=st.floats(0, 900),
        samples=st.sampled_from([0, 12]),
        minutes=st.sampled_from([0.37, 4.35, 6.0]),
    ),
    max_size=40,
)


@given(LINES)
def test_rows_and_months_and_the_total_are_the_lines_to_the_millisecond(
    lines: list[SavingsLine],
) -> None:
    by = rules(baseline(), baseline("b"), baseline("c"))
    table = table_of(*lines, by=by, period=Period.fiscal_year(2026))
    by_line = 0
    for one in lines:
        spent = one.attended_ms + one.review_ms + one.upkeep_ms + one.exception_ms
        by_line += round(one.minutes_per_item * MINUTE) * one.items - spent
    assert table.total.saved_ms == by_line
    assert sum(row.effort.saved_ms for row in table.jobs) == by_line
    assert sum(one.effort.saved_ms for one in table.months) == by_line
    assert table.lines == len(lines)
    assert sum(row.yen or 0 for row in table.jobs) == (table.yen or 0)
    assert sum(one.yen for one in table.months) == (table.yen or 0)


def test_costs_are_taken_from_the_worth_month_by_month() -> None:
    by = rules(
        costs=(
            YearCost(
                year=2026,
                what="x",
                introduction_yen=10_000,
                introduced_in=5,
                running_yen=1_200,
            ),
        )
    )
    sums = sums_of([line(items=100)])
    statement = savings_statement(
        sums,
        sums,
        known=KnownBaselines(by),
        period=APRIL,
        quality={},
        today=dt.date(2026, 6, 2),
    )
    assert statement.table.yen == 30_000
    assert (statement.spent_yen, statement.net_yen) == (100, 29_900)
    assert statement.per_item is not None
    assert (statement.per_item.before_yen, statement.per_item.after_yen) == (300, 1)


def test_notes_name_rate_losers_estimates_and_missing_upkeep() -> None:
    by = rules(baseline(), baseline("遅い"), baseline("見込", samples=0))
    sums = sums_of([line(), line(job="遅い", review=99), line(job="見込", samples=0)])
    statement = savings_statement(
        sums, sums, known=KnownBaselines(by), period=APRIL, quality={}, today=APRIL.last
    )
    text = "\n".join(notes(statement))
    assert "1時間 3,000円（平均人件費）で換算。根拠: 令和7年度決算" in text
    assert "手作業より時間がかかった業務: 遅い" in text
    assert "導入前の時間を測っていない業務を見込みで数えた分です（見込）" in text
    assert "削減の時間のうち 1.0時間" in text
    assert "立会い（スキャン・開始・結果の受け取り）の記入がない業務: 滞納確認" in text
    assert "維持の手間の記入がない業務: 滞納確認、見込、遅い" in text


def test_periods_of_one_day_touch_one_month() -> None:
    day = dt.date(2027, 2, 28)
    assert Period(day, day).months() == (dt.date(2027, 2, 1),)
    assert Period.month(dt.date(2028, 2, 1)).last == dt.date(2028, 2, 29)
