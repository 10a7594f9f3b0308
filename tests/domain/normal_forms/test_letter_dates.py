"""Days as letters print them: one rule for every paper, with each era's edges."""

import datetime as dt
from decimal import Decimal

import pytest

from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.office import calendar
from tasks.domain.taxes.arrears_charge import arrears_charge


@pytest.mark.parametrize(
    ("day", "printed"),
    [
        pytest.param("2019-05-01", "令和元年5月1日", id="first day of 令和"),
        pytest.param("2019-04-30", "平成31年4月30日", id="last day of 平成"),
        pytest.param("1989-01-07", "昭和64年1月7日", id="last day of 昭和"),
        pytest.param("1926-12-24", "大正15年12月24日", id="last day of 大正"),
        pytest.param("2026-11-20", "令和8年11月20日", id="today"),
    ],
)
def test_a_day_is_printed_in_its_own_era(day: str, printed: str) -> None:
    assert letter_date(dt.date.fromisoformat(day)) == printed


def test_spans_of_an_arrears_charge_before_reiwa_are_printed_in_their_era() -> None:
    charge = arrears_charge(
        tax_yen=56_400,
        due=dt.date(2019, 3, 31),
        paid=dt.date(2019, 4, 30),
        rates={2019: (Decimal("2.6"), Decimal("8.9"))},
    )
    assert letter_date(charge.spans[-1].last_day) == "平成31年4月30日"
    assert not hasattr(calendar, "era_date")
