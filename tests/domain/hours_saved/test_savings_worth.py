"""Costs, pay-back, and the published plan of 笠間市 as a worked example."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.hours_saved.savings_worth import (
    PayBack,
    cost_per_item,
    monthly_costs,
    pay_back,
    year_worths,
)
from tasks.domain.office.periods import months_after
from tasks.domain.office.settings import YearCost

APRIL = dt.date(2026, 4, 1)


def months(yen: int, count: int = 12) -> dict[dt.date, int]:
    return {months_after(APRIL, number): yen for number in range(count)}


def cost(
    year: int = 2026, introduction: int = 0, running: int = 0, month: int = 4
) -> YearCost:
    return YearCost(
        year=year,
        what="x",
        introduction_yen=introduction,
        running_yen=running,
        introduced_in=month,
    )


KASAMA = (
    cost(introduction=22_000_000, running=20_000_000),
    cost(2027, running=20_000_000),
)
"""15,000 h at ¥3,000 an hour: ¥45 M a year against ¥22 M once and ¥20 M a year."""


def test_kasama_s_plan_is_in_the_black_in_its_eleventh_month() -> None:
    worth = 15_000 * 3_000
    assert worth == 45_000_000
    monthly = months(worth // 12, 24)
    first, second = year_worths(monthly, KASAMA, until=dt.date(2028, 3, 31))
    assert (first.worth_yen, first.cost_yen, first.net_yen) == (
        45_000_000,
        42_000_000,
        3_000_000,
    )
    assert second.net_yen == 25_000_000
    # 22 M / (3.75 M - 1.667 M) = 10.56 months.
    found = pay_back(monthly, KASAMA, today=dt.date(2028, 3, 31))
    assert found == PayBack(dt.date(2027, 2, 1), expected=False)


def test_a_pay_back_that_lies_ahead_is_expected() -> None:
    found = pay_back(months(3_750_000, 3), KASAMA, today=dt.date(2026, 6, 30))
    assert found == PayBack(dt.date(2027, 2, 1), expected=True)


def test_running_costs_go_on_after_the_last_year_that_is_configured() -> None:
    # 120,000 a year of running costs, 9,000 a month saved: never.
    found = pay_back(
        months(9_000),
        [cost(introduction=1, running=120_000)],
        today=dt.date(2027, 3, 1),
    )
    assert found == PayBack(None, expected=True)


def test_without_costs_there_is_nothing_to_pay_back() -> None:
    assert pay_back(months(1), [], today=APRIL) is None


def test_worth_saved_before_the_introduction_is_no_pay_back() -> None:
    plan = [cost(introduction=100, month=10)]
    found = pay_back(months(40), plan, today=dt.date(2027, 3, 31))
    # By October 7 x 40 = 280 have been saved against 100.
    assert found == PayBack(dt.date(2026, 10, 1), expected=False)


def test_a_running_year_bears_the_costs_of_its_months_so_far() -> None:
    (year,) = year_worths(
        months(10, 2), [cost(running=1_200)], until=dt.date(2026, 5, 31)
    )
    assert (year.worth_yen, year.running_yen) == (20, 200)


@given(st.integers(0, 10**9), st.integers(1, 12))
def test_the_months_of_a_year_add_up_to_it_to_the_yen(running: int, month: int) -> None:
    spent = monthly_costs([cost(introduction=7, running=running, month=month)])
    assert sum(one[1] for one in spent.values()) == running
    assert sum(one[0] for one in spent.values()) == 7
    assert all(APRIL <= one <= dt.date(2027, 3, 1) for one in spent)


@pytest.mark.parametrize("month", [pytest.param(m, id=str(m)) for m in (1, 3, 4, 12)])
def test_an_introduction_is_paid_in_its_month_of_the_fiscal_year(month: int) -> None:
    (paid,) = monthly_costs([cost(introduction=5, month=month)])
    assert (paid.month, paid.year) == (month, 2026 if month >= 4 else 2027)


def test_no_items_have_no_cost() -> None:
    assert cost_per_item(items=0, before_yen=1, after_yen=1, money_yen=1) is None
