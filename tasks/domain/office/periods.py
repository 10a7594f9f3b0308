"""Days, months and fiscal years of a report."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tasks.domain.errors import NeedsPersonError
from tasks.domain.normal_forms.letter_dates import letter_date, letter_fiscal_year

MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class Period:
    """Days of a report, both ends included."""

    first: dt.date
    last: dt.date

    @classmethod
    def month(cls, day: dt.date) -> Period:
        """Return the calendar month of a day.

        Examples:
            >>> Period.month(dt.date(2026, 12, 5))
            Period(first=datetime.date(2026, 12, 1), last=datetime.date(2026, 12, 31))
        """
        first = day.replace(day=1)
        return cls(first, next_month(first) - dt.timedelta(days=1))

    @classmethod
    def fiscal_year(cls, year: int) -> Period:
        """Return 年度: April of the year to March of the next.

        Examples:
            >>> Period.fiscal_year(2026).last
            datetime.date(2027, 3, 31)
        """
        return cls(dt.date(year, 4, 1), dt.date(year + 1, 3, 31))

    @classmethod
    def fiscal_year_with(cls, day: dt.date) -> Period:
        """Return the 年度 that a day lies in.

        Examples:
            >>> Period.fiscal_year_with(dt.date(2027, 3, 31)).first
            datetime.date(2026, 4, 1)
        """
        return cls.fiscal_year(fiscal_year_of(day))

    def months(self) -> tuple[dt.date, ...]:
        """Return the first day of each calendar month touched.

        Examples:
            >>> len(Period.fiscal_year(2026).months())
            12
        """
        found = [self.first.replace(day=1)]
        while next_month(found[-1]) <= self.last:
            found.append(next_month(found[-1]))
        return tuple(found)

    @property
    def whole_months(self) -> bool:
        """Return whether the period begins and ends with a month.

        Examples:
            >>> Period.fiscal_year(2026).whole_months
            True
            >>> Period(dt.date(2026, 4, 10), dt.date(2026, 4, 30)).whole_months
            False
        """
        return self.first.day == 1 and self.last == Period.month(self.last).last

    @property
    def title(self) -> str:
        """Return the days in Japanese, a whole fiscal year by its name.

        Examples:
            >>> Period.fiscal_year(2026).title
            '令和8年度'
            >>> Period.month(dt.date(2026, 4, 1)).title
            '令和8年4月1日～令和8年4月30日'
        """
        year = fiscal_year_of(self.first)
        if self == Period.fiscal_year(year):
            return letter_fiscal_year(year)
        return f"{letter_date(self.first)}～{letter_date(self.last)}"


def next_month(first: dt.date) -> dt.date:
    """Return the first day of the month after one.

    Examples:
        >>> next_month(dt.date(2026, 12, 1))
        datetime.date(2027, 1, 1)
    """
    return (first.replace(day=1) + dt.timedelta(days=31)).replace(day=1)


def months_after(first: dt.date, count: int) -> dt.date:
    """Return the first day of the month so many months later.

    Examples:
        >>> months_after(dt.date(2026, 4, 1), 22)
        datetime.date(2028, 2, 1)
    """
    months = first.year * MONTHS_A_YEAR + first.month - 1 + count
    return dt.date(months // MONTHS_A_YEAR, months % MONTHS_A_YEAR + 1, 1)


def fiscal_year_of(day: dt.date) -> int:
    """Return the western year in whose April the fiscal year of a day began.

    Examples:
        >>> fiscal_year_of(dt.date(2027, 3, 31)), fiscal_year_of(dt.date(2027, 4, 1))
        (2026, 2027)
    """
    return day.year if day.month >= 4 else day.year - 1


def month_title(first: dt.date) -> str:
    """Return a month as headings bear it.

    Examples:
        >>> month_title(dt.date(2026, 4, 1))
        '令和8年4月'
    """
    return letter_date(first).rpartition("月")[0] + "月"


def report_period(
    *,
    first: dt.date | None,
    last: dt.date | None,
    until_last_month: bool,
    today: dt.date,
) -> Period:
    """Return the days of a report from what staff wrote.

    Args:
        first: Empty means 1 April of the fiscal year of the last day.
        last: Empty means today, or the last day of the month before.
        until_last_month: Which of the two; for reports made by schedule.
        today: The present day.

    Raises:
        NeedsPersonError: DATE-005 when the first day is after the last.

    Examples:
        On 1 April the report by schedule shows the whole year that has ended.

        >>> day = dt.date(2027, 4, 1)
        >>> report_period(first=None, last=None, until_last_month=True, today=day).title
        '令和8年度'
    """
    if last is None:
        before = today.replace(day=1) - dt.timedelta(days=1)
        last = before if until_last_month else today
    first = first or Period.fiscal_year_with(last).first
    if first > last:
        raise NeedsPersonError("DATE-005", f"{first} is after {last}")
    return Period(first, last)
