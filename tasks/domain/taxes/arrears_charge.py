"""延滞金 (arrears charge) of one tax, one 期別, to the yen, with its spans.

Source: 地方税法附則3条の2, 15条の9 and 20条の4の2; a month by 民法143条.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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

ReliefKind = Literal["full", "half", "rate", "none"]
"""What the days of 猶予 or 停止 bear: all of it, half of what comes after the first
months (地方税法15条の9), the special rate of grace, or nothing."""

FirstMonths = Literal[1, 3]
"""Months at the lower rate: one, or three for 後期高齢者医療 and 介護 where so ordained."""


@dataclass(frozen=True, slots=True)
class Relief:
    """Days of 猶予 or 停止, and what they bear."""

    first_day: dt.date
    last_day: dt.date
    """Counted too."""
    kind: ReliefKind
    label: str = ""
    """Japanese, e.g. 執行停止; shown beside the span."""
    percents: Mapping[int, Decimal] = field(default_factory=dict)
    """Western year: 猶予特例基準割合; only for kind `rate`."""


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
    relief: str = ""
    """Label of the 猶予 or 停止 that these days fall into."""


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
    reliefs: Sequence[Relief] = (),
) -> Charge:
    """Return the 延滞金 on a tax paid late, or not yet paid by the day `paid`.

    Days are counted from the day after 納期限 to the day of payment, always over 365.
    A span ends with the first month (or three), with each calendar year, and where a
    猶予 or 停止 begins or ends.

    Args:
        tax_yen: Tax unpaid at 納期限, in yen.
        due: 納期限, already moved to a working day where it fell on a holiday.
        paid: Day of payment, or the day up to which the charge is shown.
        rates: Western year: percent in the first month(s), percent after.
        first_months: Length of the lower rate in calendar months.
        reliefs: Days of 猶予 and 停止; where two overlap, the first one counts.

    Raises:
        NeedsPersonError: RATE-001 when a year that bears a charge has no rate.
        ValueError: When the tax is negative, or a relief ends before it begins.

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
    if any(relief.last_day < relief.first_day for relief in reliefs):
        raise ValueError("reliefs: expected last_day on or after first_day")
    lower_until = first_months_end(due, first_months)
    spans = tuple(
        _relieved(
            _Days(first_day, last_day, first_day <= lower_until),
            base_yen,
            rates,
            reliefs,
        )
        for first_day, last_day in _days_in_a_row(due, paid, lower_until, reliefs)
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
                **({"relief": span.relief} if span.relief else {}),
            }
            for span in charge.spans
        ],
    }


@dataclass(frozen=True, slots=True)
class _Days:
    """Days in a row that bear one rate."""

    first_day: dt.date
    last_day: dt.date
    lower: bool


def _days_in_a_row(
    due: dt.date, paid: dt.date, lower_until: dt.date, reliefs: Sequence[Relief]
) -> Iterator[tuple[dt.date, dt.date]]:
    day = dt.timedelta(days=1)
    ends = {lower_until}
    ends |= {relief.first_day - day for relief in reliefs}
    ends |= {relief.last_day for relief in reliefs}
    first_day = due + day
    while first_day <= paid:
        last_day = min(
            paid,
            dt.date(first_day.year, 12, 31),
            *(end for end in ends if end >= first_day),
        )
        yield first_day, last_day
        first_day = last_day + day


def _relieved(
    days: _Days,
    base_yen: int,
    rates: Mapping[int, tuple[Decimal, Decimal]],
    reliefs: Sequence[Relief],
) -> ChargeSpan:
    """Return the span of some days with the relief that holds on them."""
    within = (r for r in reliefs if r.first_day <= days.first_day <= r.last_day)
    relief = next(within, None)
    if relief is None:
        return _span(days, base_yen, _percent(days, rates))
    percent = _percent_of_relief(days, rates, relief)
    return replace(_span(days, base_yen, percent), relief=relief.label)


def _percent_of_relief(
    days: _Days, rates: Mapping[int, tuple[Decimal, Decimal]], relief: Relief
) -> Decimal:
    if relief.kind == "none":
        return Decimal(0)
    percent = _percent(days, rates)
    if relief.kind == "half" and not days.lower:
        return percent / 2
    if relief.kind != "rate":
        return percent
    if days.first_day.year not in relief.percents:
        raise NeedsPersonError(
            "RATE-001", f"charge_grace_rates: no entry for {days.first_day.year}"
        )
    return min(percent, relief.percents[days.first_day.year])


def _percent(days: _Days, rates: Mapping[int, tuple[Decimal, Decimal]]) -> Decimal:
    year = days.first_day.year
    if year not in rates:
        raise NeedsPersonError(
            "RATE-001", f"charge_rates: no entry for {year}; enter both percentages"
        )
    lower, higher = rates[year]
    return lower if days.lower else higher


def _span(days: _Days, base_yen: int, percent: Decimal) -> ChargeSpan:
    number = (days.last_day - days.first_day).days + 1
    numerator, denominator = percent.as_integer_ratio()
    yen = base_yen * number * numerator // (denominator * 100 * DAYS_OF_A_YEAR)
    return ChargeSpan(days.first_day, days.last_day, number, base_yen, percent, yen)


def _cut(yen: int) -> int:
    return 0 if yen < SMALLEST_CHARGE_YEN else yen - yen % CHARGE_STEP_YEN
