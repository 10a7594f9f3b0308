"""延滞金 (arrears charge) of one tax, one 期別, to the yen, with its spans.

Source: 地方税法附則3条の2 and 20条の4の2; a month by 民法143条.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Literal

from tasks.domain.errors import NeedsPersonError

SMALLEST_BASE_YEN = 2_000
"""A tax below this bears no charge."""
BASE_STEP_YEN = 1_000
"""The tax is cut down to a multiple of this before the charge is counted."""
SMALLEST_CHARGE_YEN = 1_000
"""A charge below this is not collected."""
CHARGE_STEP_YEN = 100
"""The charge is cut down to a multiple of this."""
DAYS_OF_A_YEAR = 365
"""Also in leap years."""

FirstMonths = Literal[1, 3]
"""Months at the lower rate: one, or three for 後期高齢者医療 and 介護 where so ordained."""


@dataclass(frozen=True, slots=True)
class ChargeSpan:
    """Days in a row that bear one rate."""

    first_day: dt.date
    last_day: dt.date
    """Counted too."""
    days: int
    base_yen: int = field(repr=False)
    """Tax that bears the charge, cut to ¥1,000."""
    percent: Decimal
    """Per year."""
    yen: int = field(repr=False)
    """Fractions of a yen dropped."""


@dataclass(frozen=True, slots=True)
class Charge:
    """延滞金 of one tax of one 期別."""

    yen: int = field(repr=False)
    """What is asked for: cut to ¥100, 0 below ¥1,000."""
    yen_before_cut: int = field(repr=False)
    """Sum of the spans."""
    spans: tuple[ChargeSpan, ...]
    """Empty when paid in time or when the tax is too small."""


def arrears_charge(
    *,
    tax_yen: int,
    due: dt.date,
    paid: dt.date,
    rates: Mapping[int, tuple[Decimal, Decimal]],
    first_months: FirstMonths = 1,
) -> Charge:
    """Return the 延滞金 on a tax paid late, or not yet paid by the day `paid`.

    Days are counted from the day after 納期限 to the day of payment, always over 365.
    A span ends with the first month (or three) and with each calendar year.

    Args:
        tax_yen: Tax unpaid at 納期限, in yen.
        due: 納期限, already moved to a working day where it fell on a holiday.
        paid: Day of payment, or the day up to which the charge is shown.
        rates: Western year: percent in the first month(s), percent after.
        first_months: Length of the lower rate in calendar months.

    Raises:
        NeedsPersonError: RATE-001 when a year that bears a charge has no rate.
        ValueError: When the tax is negative: no such thing is owed.

    Examples:
        The example printed in municipal notices: 28 days at 2.8 %, 88 days at 9.1 %.

        >>> r8 = {2026: (Decimal("2.8"), Decimal("9.1"))}
        >>> charge = arrears_charge(
        ...     tax_yen=56_400,
        ...     due=dt.date(2026, 2, 2),
        ...     paid=dt.date(2026, 5, 29),
        ...     rates=r8,
        ... )
        >>> [(span.days, span.yen) for span in charge.spans], charge.yen
        ([(28, 120), (88, 1228)], 1300)
    """
    if tax_yen < 0:
        raise ValueError("tax_yen: expected 0 or more")
    base_yen = 0 if tax_yen < SMALLEST_BASE_YEN else tax_yen - tax_yen % BASE_STEP_YEN
    if base_yen == 0 or paid <= due:
        return Charge(yen=0, yen_before_cut=0, spans=())
    lower_until = first_months_end(due, first_months)
    spans = tuple(
        _span(first_day, last_day, base_yen, _percent(first_day, lower_until, rates))
        for first_day, last_day in _days_in_a_row(due, paid, lower_until)
    )
    total_yen = sum(span.yen for span in spans)
    return Charge(yen=_cut(total_yen), yen_before_cut=total_yen, spans=spans)


def first_months_end(due: dt.date, months: FirstMonths) -> dt.date:
    """Return the last day that bears the lower rate.

    A month that begins on the first of a month ends with that month; any other ends
    the day before the same day of the next one, or with the month when it has no such
    day (民法143条2項). The month begins on the day after 納期限.

    Examples:
        >>> first_months_end(dt.date(2026, 2, 2), 1).isoformat()
        '2026-03-02'
        >>> first_months_end(dt.date(2026, 2, 28), 1).isoformat()
        '2026-03-31'
        >>> first_months_end(dt.date(2026, 1, 30), 1).isoformat()
        '2026-02-28'
    """
    begins = due + dt.timedelta(days=1)
    year, month_before = divmod(begins.month - 1 + months, 12)
    year, month = begins.year + year, month_before + 1
    month_days = calendar.monthrange(year, month)[1]
    if begins.day > month_days:
        return dt.date(year, month, month_days)
    return dt.date(year, month, begins.day) - dt.timedelta(days=1)


def charge_as_json(charge: Charge) -> dict[str, object]:
    """Return the shape that `yakuba charge` prints: 延滞金 in yen and its spans.

    Percent is text, so that 2.8 stays 2.8.

    Examples:
        >>> charge_as_json(Charge(yen=0, yen_before_cut=0, spans=()))
        {'charge_yen': 0, 'charge_yen_before_cut': 0, 'spans': []}
    """
    return {
        "charge_yen": charge.yen,
        "charge_yen_before_cut": charge.yen_before_cut,
        "spans": [
            {
                "from": span.first_day.isoformat(),
                "to": span.last_day.isoformat(),
                "days": span.days,
                "base_yen": span.base_yen,
                "percent": str(span.percent),
                "yen": span.yen,
            }
            for span in charge.spans
        ],
    }


def _days_in_a_row(
    due: dt.date, paid: dt.date, lower_until: dt.date
) -> Iterator[tuple[dt.date, dt.date]]:
    first_day = due + dt.timedelta(days=1)
    while first_day <= paid:
        last_day = min(paid, dt.date(first_day.year, 12, 31))
        if first_day <= lower_until:
            last_day = min(last_day, lower_until)
        yield first_day, last_day
        first_day = last_day + dt.timedelta(days=1)


def _percent(
    first_day: dt.date,
    lower_until: dt.date,
    rates: Mapping[int, tuple[Decimal, Decimal]],
) -> Decimal:
    if first_day.year not in rates:
        raise NeedsPersonError(
            "RATE-001",
            f"charge_rates: no entry for {first_day.year}; enter both percentages",
        )
    lower, higher = rates[first_day.year]
    return lower if first_day <= lower_until else higher


def _span(
    first_day: dt.date, last_day: dt.date, base_yen: int, percent: Decimal
) -> ChargeSpan:
    days = (last_day - first_day).days + 1
    numerator, denominator = percent.as_integer_ratio()
    yen = base_yen * days * numerator // (denominator * 100 * DAYS_OF_A_YEAR)
    return ChargeSpan(first_day, last_day, days, base_yen, percent, yen)


def _cut(yen: int) -> int:
    return 0 if yen < SMALLEST_CHARGE_YEN else yen - yen % CHARGE_STEP_YEN
