"""延滞金: the published example, each boundary, and the laws."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.errors import NeedsPersonError
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.taxes.arrears_charge import (
    Charge,
    Relief,
    ReliefKind,
    arrears_charge,
    charge_as_json,
    first_months_end,
)

PUBLISHED = {
    2014: ("2.9", "9.2"),
    2015: ("2.8", "9.1"),
    2016: ("2.8", "9.1"),
    2017: ("2.7", "9.0"),
    2018: ("2.6", "8.9"),
    2019: ("2.6", "8.9"),
    2020: ("2.6", "8.9"),
    2021: ("2.5", "8.8"),
    2022: ("2.4", "8.7"),
    2023: ("2.4", "8.7"),
    2024: ("2.4", "8.7"),
    2025: ("2.4", "8.7"),
    2026: ("2.8", "9.1"),
}
RATES = {year: (Decimal(a), Decimal(b)) for year, (a, b) in PUBLISHED.items()}


def charged(tax_yen: int, due: str, paid: str, months: int = 1) -> Charge:
    return arrears_charge(
        tax_yen=tax_yen,
        due=dt.date.fromisoformat(due),
        paid=dt.date.fromisoformat(paid),
        rates=RATES,
        first_months=3 if months == 3 else 1,
    )


def test_the_published_example_gives_1300_yen() -> None:
    charge = charged(56_400, "2026-02-02", "2026-05-29")

    assert [
        (span.first_day.isoformat(), span.last_day.isoformat(), span.days, span.yen)
        for span in charge.spans
    ] == [
        ("2026-02-03", "2026-03-02", 28, 120),
        ("2026-03-03", "2026-05-29", 88, 1_228),
    ]
    assert [span.base_yen for span in charge.spans] == [56_000, 56_000]
    assert [str(span.percent) for span in charge.spans] == ["2.8", "9.1"]
    assert (charge.yen_before_cut, charge.yen) == (1_348, 1_300)


@pytest.mark.parametrize(
    ("due", "last_day", "months"),
    [
        pytest.param("2026-02-02", "2026-03-02", 1, id="same day of the next month"),
        pytest.param("2026-06-30", "2026-07-31", 1, id="a month from its first day"),
        pytest.param("2026-01-31", "2026-02-28", 1, id="whole of February"),
        pytest.param("2028-01-31", "2028-02-29", 1, id="whole of a leap February"),
        pytest.param("2026-01-30", "2026-02-28", 1, id="February has no 31st"),
        pytest.param("2026-01-28", "2026-02-28", 1, id="February has no 29th"),
        pytest.param("2028-01-28", "2028-02-28", 1, id="leap February has a 29th"),
        pytest.param("2026-01-27", "2026-02-27", 1, id="February has a 28th"),
        pytest.param("2026-02-28", "2026-03-31", 1, id="whole of March"),
        pytest.param("2026-12-01", "2027-01-01", 1, id="over the end of a year"),
        pytest.param("2026-11-30", "2026-12-31", 1, id="whole of December"),
        pytest.param("2025-12-25", "2026-01-25", 1, id="due in December"),
        pytest.param("2026-07-31", "2026-10-31", 3, id="three whole months"),
        pytest.param("2025-11-29", "2026-02-28", 3, id="three months to February"),
    ],
)
def test_the_first_months_end_as_the_civil_code_counts(
    due: str, last_day: str, months: int
) -> None:
    found = first_months_end(dt.date.fromisoformat(due), 3 if months == 3 else 1)
    assert found.isoformat() == last_day


@pytest.mark.parametrize(
    ("paid", "days"),
    [
        pytest.param("2026-02-02", [], id="paid on 納期限"),
        pytest.param("2026-01-05", [], id="paid before 納期限"),
        pytest.param("2026-02-03", [1], id="one day late"),
        pytest.param("2026-03-02", [28], id="last day of the first month"),
        pytest.param("2026-03-03", [28, 1], id="first day after the first month"),
    ],
)
def test_days_are_counted_from_the_day_after_the_due_date(
    paid: str, days: list[int]
) -> None:
    charge = charged(1_000_000, "2026-02-02", paid)
    assert [span.days for span in charge.spans] == days


def test_each_calendar_year_bears_its_own_rate() -> None:
    charge = charged(500_000, "2024-12-15", "2026-01-10")

    assert [
        (span.first_day.isoformat(), span.days, str(span.percent), span.yen)
        for span in charge.spans
    ] == [
        ("2024-12-16", 16, "2.4", 526),
        ("2025-01-01", 15, "2.4", 493),
        ("2025-01-16", 350, "8.7", 41_712),
        ("2026-01-01", 10, "9.1", 1_246),
    ]
    assert charge.yen == 43_900


def test_the_first_month_changes_rate_at_the_end_of_a_year() -> None:
    charge = charged(500_000, "2025-12-15", "2026-01-20")
    assert [(span.days, str(span.percent)) for span in charge.spans] == [
        (16, "2.4"),
        (15, "2.8"),
        (5, "9.1"),
    ]


@pytest.mark.parametrize(
    ("year", "lower", "higher"),
    [pytest.param(y, *r, id=str(y)) for y, r in PUBLISHED.items()],
)
def test_a_year_bears_its_published_rates(year: int, lower: str, higher: str) -> None:
    charge = charged(365_000_000, f"{year}-01-31", f"{year}-03-01")
    first, second = charge.spans
    assert first.yen == int(Decimal(lower) * 10_000) * first.days
    assert second.yen == int(Decimal(higher) * 10_000)


def test_leap_years_are_counted_over_365_days_too() -> None:
    charge = charged(365_000_000, "2023-11-30", "2024-12-31")
    assert sum(s.days for s in charge.spans if s.first_day.year == 2024) == 366
    assert charge.spans[-1].yen == 366 * 87_000


@pytest.mark.parametrize(
    ("tax_yen", "base_yen"),
    [
        pytest.param(0, None, id="nothing owed"),
        pytest.param(1_999, None, id="1,999 bears nothing"),
        pytest.param(2_000, 2_000, id="2,000 bears a charge"),
        pytest.param(2_999, 2_000, id="cut down to 2,000"),
        pytest.param(3_000, 3_000, id="3,000 stays"),
    ],
)
def test_the_base_is_cut_to_1000_yen_and_below_2000_bears_nothing(
    tax_yen: int, base_yen: int | None
) -> None:
    charge = charged(tax_yen, "2020-01-31", "2025-12-31")
    assert {span.base_yen for span in charge.spans} == (
        set() if base_yen is None else {base_yen}
    )


@pytest.mark.parametrize(
    ("paid", "before_cut", "yen"),
    [
        pytest.param("2026-04-02", 986, 0, id="below 1,000 is not collected"),
        pytest.param("2026-04-03", 1_011, 1_000, id="1,000 and cut to 100"),
        pytest.param("2026-04-06", 1_086, 1_000, id="99 are cut"),
        pytest.param("2026-04-07", 1_111, 1_100, id="next hundred"),
    ],
)
def test_the_charge_is_cut_to_100_yen_and_below_1000_is_none(
    paid: str, before_cut: int, yen: int
) -> None:
    charge = charged(100_000, "2026-02-02", paid)
    assert (charge.yen_before_cut, charge.yen) == (before_cut, yen)


def test_a_charge_of_exactly_1000_yen_is_collected() -> None:
    rates = {2026: (Decimal("3.65"), Decimal("9.1"))}
    charge = arrears_charge(
        tax_yen=1_000_000,
        due=dt.date(2026, 2, 2),
        paid=dt.date(2026, 2, 12),
        rates=rates,
    )
    assert (charge.yen_before_cut, charge.yen) == (1_000, 1_000)


def test_three_months_may_bear_the_lower_rate() -> None:
    charge = charged(100_000, "2026-07-31", "2026-11-30", months=3)
    assert [(span.days, str(span.percent)) for span in charge.spans] == [
        (92, "2.8"),
        (30, "9.1"),
    ]


def test_a_year_without_a_rate_goes_to_a_person_and_names_the_year() -> None:
    with pytest.raises(NeedsPersonError, match=r"RATE-001.*2027"):
        charged(50_000, "2026-11-30", "2027-01-01")


def test_a_year_without_a_rate_does_not_matter_when_nothing_is_charged() -> None:
    assert charged(1_999, "2027-01-31", "2027-12-31").yen == 0


def test_a_negative_tax_is_refused() -> None:
    with pytest.raises(ValueError, match="tax_yen"):
        charged(-1, "2026-01-31", "2026-12-31")


def test_the_json_shape_names_each_span() -> None:
    assert charge_as_json(charged(56_400, "2026-02-02", "2026-05-29")) == {
        "charge_yen": 1_300,
        "charge_yen_before_cut": 1_348,
        "spans": [
            {
                "from": "2026-02-03",
                "to": "2026-03-02",
                "days": 28,
                "base_yen": 56_000,
                "percent": "2.8",
                "yen": 120,
            },
            {
                "from": "2026-03-03",
                "to": "2026-05-29",
                "days": 88,
                "base_yen": 56_000,
                "percent": "9.1",
                "yen": 1_228,
            },
        ],
    }


def test_amounts_stay_out_of_repr() -> None:
    assert "1228" not in repr(charged(56_400, "2026-02-02", "2026-05-29"))


days = st.dates(dt.date(2014, 1, 1), dt.date(2026, 12, 31))
taxes = st.integers(0, 10**10)


@given(tax_yen=taxes, due=days, paid=days)
def test_spans_join_without_gap_and_stay_inside_a_year(
    tax_yen: int, due: dt.date, paid: dt.date
) -> None:
    charge = arrears_charge(tax_yen=tax_yen, due=due, paid=paid, rates=RATES)
    reached = due
    for span in charge.spans:
        assert (span.first_day - reached).days == 1
        assert span.first_day.year == span.last_day.year
        assert span.days == (span.last_day - span.first_day).days + 1 >= 1
        reached = span.last_day
    assert reached == (paid if charge.spans else due)


@given(tax_yen=taxes, due=days, paid=days)
def test_paying_a_day_later_never_costs_less(
    tax_yen: int, due: dt.date, paid: dt.date
) -> None:
    earlier = paid - dt.timedelta(days=1)
    costs = [
        arrears_charge(tax_yen=tax_yen, due=due, paid=day, rates=RATES).yen
        for day in (earlier, paid)
        if day >= dt.date(2014, 1, 1)
    ]
    assert costs == sorted(costs)
    assert all(yen % 100 == 0 and (yen == 0 or yen >= 1_000) for yen in costs)


@given(due=st.dates(dt.date(2014, 1, 1), dt.date(2060, 1, 1)))
def test_a_month_is_28_to_31_days_and_later_due_dates_end_no_earlier(
    due: dt.date,
) -> None:
    end = first_months_end(due, 1)
    assert 28 <= (end - due).days <= 31
    assert end <= first_months_end(due + dt.timedelta(days=1), 1)


@pytest.mark.parametrize(
    ("tax_yen", "due", "paid", "spans", "yen"),
    [
        # Printed by 豊橋市 as its example: 133 + 2,883 + 480 yen.
        pytest.param(
            65_000, "2021-05-31", "2022-01-31", [133, 2_883, 480], 3_400, id="豊橋市"
        ),
        # The amount and days that 福岡市 works out, by the rules printed there.
        pytest.param(
            152_500, "2025-09-01", "2026-02-05", [299, 3_296, 1_364], 4_900, id="福岡市"
        ),
        # The amount and days of 大府市, which prints 197.260 yen for the first month.
        pytest.param(
            100_000, "2023-08-31", "2024-02-10", [197, 2_192, 977], 3_300, id="大府市"
        ),
    ],
)
def test_examples_that_cities_publish(
    tax_yen: int, due: str, paid: str, spans: list[int], yen: int
) -> None:
    charge = charged(tax_yen, due, paid)
    assert [span.yen for span in charge.spans] == spans
    assert charge.yen == yen


def relieved(kind: ReliefKind, first: str, last: str) -> Charge:
    return arrears_charge(
        tax_yen=100_000,
        due=dt.date(2026, 1, 31),
        paid=dt.date(2026, 6, 30),
        rates=RATES,
        reliefs=[
            Relief(
                dt.date.fromisoformat(first),
                dt.date.fromisoformat(last),
                kind,
                "徴収猶予",
                {2026: Decimal("1.3")},
            )
        ],
    )


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        pytest.param("none", ("0", 0), id="none"),
        pytest.param("half", ("4.55", 760), id="half"),
        pytest.param("rate", ("1.3", 217), id="rate"),
        pytest.param("full", ("9.1", 1_520), id="full"),
    ],
)
def test_days_of_grace_bear_what_is_configured(
    kind: ReliefKind, expected: tuple[str, int]
) -> None:
    charge = relieved(kind, "2026-03-01", "2026-04-30")
    assert [(str(s.percent), s.yen) for s in charge.spans] == [
        ("2.8", 214),
        expected,
        ("9.1", 1_520),
    ]
    assert [s.relief for s in charge.spans] == ["", "徴収猶予", ""]


def test_half_leaves_the_first_month_whole() -> None:
    charge = relieved("half", "2026-02-10", "2026-03-31")
    assert [(s.days, str(s.percent)) for s in charge.spans] == [
        (9, "2.8"),
        (19, "2.8"),
        (31, "4.55"),
        (91, "9.1"),
    ]


def test_a_stop_over_the_whole_time_leaves_nothing_to_pay() -> None:
    assert relieved("none", "2026-01-01", "2026-12-31").yen == 0


def test_a_special_rate_that_is_not_entered_goes_to_a_person() -> None:
    with pytest.raises(NeedsPersonError, match=r"RATE-001.*charge_grace_rates"):
        arrears_charge(
            tax_yen=100_000,
            due=dt.date(2025, 1, 31),
            paid=dt.date(2025, 6, 30),
            rates=RATES,
            reliefs=[Relief(dt.date(2025, 3, 1), dt.date(2025, 4, 30), "rate")],
        )


def test_a_relief_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(ValueError, match="reliefs"):
        relieved("none", "2026-04-30", "2026-03-01")


@given(tax_yen=taxes, due=days, paid=days, first=days, last=days)
def test_relief_never_costs_and_moves_no_day(
    tax_yen: int, due: dt.date, paid: dt.date, first: dt.date, last: dt.date
) -> None:
    plain = arrears_charge(tax_yen=tax_yen, due=due, paid=paid, rates=RATES)
    relief = Relief(min(first, last), max(first, last), "half")
    found = arrears_charge(
        tax_yen=tax_yen, due=due, paid=paid, rates=RATES, reliefs=[relief]
    )
    assert sum(s.days for s in found.spans) == sum(s.days for s in plain.spans)
    assert found.yen_before_cut <= plain.yen_before_cut
    for one, other in zip(found.spans, found.spans[1:], strict=False):
        assert other.first_day - one.last_day == dt.timedelta(days=1)


def test_the_grace_rates_shipped_follow_from_the_rates_of_the_charge() -> None:
    """平均貸付割合 + 0.5 %, where the first month bears 平均貸付割合 + 2 %; before 2021
    特例基準割合, where it bore that + 1 %."""
    path = Path(__file__).parents[3] / "configs" / "delinquency.yaml"
    shipped = yaml.safe_load(path.read_text(encoding="utf-8"))
    rules = DelinquencyRules.model_validate(shipped)
    assert rules.charge_rates == RATES
    assert rules.charge_grace_rates == {
        year: first - (Decimal("1.5") if year > 2020 else Decimal(1))
        for year, (first, _) in RATES.items()
    }
