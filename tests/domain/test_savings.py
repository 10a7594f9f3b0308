"""Minutes saved: the arithmetic managers rely on."""

import datetime as dt
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.savings import (
    JobSavings,
    Period,
    SavingsLine,
    baseline_in_force,
    minutes_saved,
    summarise,
)
from tasks.domain.settings import Baseline, SavingsRules

APRIL = Period(dt.date(2026, 4, 1), dt.date(2026, 4, 30))


def baseline(
    job: str = "tax_delinquency",
    *,
    minutes: float = 6.0,
    samples: int = 40,
    valid_from: dt.date = dt.date(2026, 4, 1),
    upkeep: float = 0.0,
) -> Baseline:
    return Baseline(
        job=job,
        title="滞納確認",
        section="税務課",
        minutes_per_item=minutes,
        samples=samples,
        measured_by="税務課",
        measured_on=dt.date(2026, 4, 10),
        valid_from=valid_from,
        upkeep_minutes_per_month=upkeep,
    )


def rules(*baselines: Baseline) -> SavingsRules:
    return SavingsRules(
        yen_per_hour=3000, yen_basis="平均人件費", baselines=baselines or (baseline(),)
    )


def line(
    *,
    job: str = "tax_delinquency",
    items: int = 10,
    by_hand: int = 0,
    review: float = 0.0,
    attended: float = 0.0,
    upkeep: float = 0.0,
    samples: int = 40,
) -> SavingsLine:
    return SavingsLine(
        line_id=1,
        job=job,
        run_id="r",
        at=dt.datetime(2026, 4, 15, tzinfo=dt.UTC),
        day=dt.date(2026, 4, 15),
        items=items,
        by_hand_items=by_hand,
        minutes_per_item=6.0,
        samples=samples,
        machine_minutes=99.0,
        attended_minutes=attended,
        review_minutes=review,
        upkeep_minutes=upkeep,
    )


def only(*lines: SavingsLine, by: SavingsRules | None = None) -> JobSavings:
    (row,) = summarise(lines, by or rules(), APRIL)
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
    )
    assert saved == 50


def test_an_item_done_by_hand_saves_nothing_and_costs_nothing() -> None:
    with_hand, without = line(by_hand=7, review=4.0), line(review=4.0)
    assert with_hand.saved_minutes == without.saved_minutes == 56.0
    assert with_hand.before_minutes == 102.0


def test_machine_time_costs_nobody() -> None:
    assert line().after_minutes == 0.0


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
    assert (row.before_minutes, row.after_minutes) == (750.0, 70.0)
    assert row.saved_minutes == 680.0
    assert row.share == pytest.approx(680 / 750)
    assert row.yen == 34_000
    assert row.contents == "125件（うち手作業 5件）"


def test_an_estimated_baseline_gets_no_yen() -> None:
    row = only(line(samples=0))
    assert (row.estimate, row.yen) == (True, None)


def test_one_estimated_line_makes_the_whole_row_an_estimate() -> None:
    assert only(line(), line(samples=0)).yen is None


def test_monthly_upkeep_counts_for_every_month_even_without_a_run() -> None:
    costly = rules(baseline(upkeep=30.0))
    year = Period.fiscal_year(2026)
    (row,) = summarise((), costly, year)
    assert (row.before_minutes, row.after_minutes, row.yen) == (0.0, 360.0, -18_000)
    assert row.share is None


def test_upkeep_begins_with_its_baseline() -> None:
    later = rules(baseline(upkeep=30.0, valid_from=dt.date(2026, 10, 1)))
    (row,) = summarise((), later, Period.fiscal_year(2026))
    assert row.after_minutes == 180.0


def test_a_job_without_lines_or_upkeep_has_no_row() -> None:
    assert summarise((), rules(), APRIL) == ()


@given(st.lists(st.integers(0, 500), min_size=1, max_size=20), st.integers(0, 2**32))
def test_the_order_of_lines_changes_nothing(items: list[int], seed: int) -> None:
    lines = [line(items=number, review=number / 4) for number in items]
    shuffled = list(lines)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - no secret
    assert only(*lines) == only(*shuffled)


def test_periods_of_one_day_touch_one_month() -> None:
    day = dt.date(2027, 2, 28)
    assert Period(day, day).months() == (dt.date(2027, 2, 1),)
    assert Period.month(dt.date(2028, 2, 1)).last == dt.date(2028, 2, 29)
