"""Office days: when a city hall works."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from functools import lru_cache

import holidays


def is_office_day(day: dt.date, closed: Collection[dt.date] = ()) -> bool:
    """Return whether the office works on a day.

    Closed are Saturdays, Sundays, national holidays (国民の祝日に関する法律, with
    振替休日 and 国民の休日) and 29 December to 3 January (地方自治法4条の2).

    Args:
        day: In the office's own time zone.
        closed: More days on which this office is closed.

    Examples:
        >>> is_office_day(dt.date(2026, 5, 6))  # 振替休日
        False
        >>> is_office_day(dt.date(2026, 5, 7))
        True
        >>> is_office_day(dt.date(2026, 12, 29))
        False
    """
    weekend = day.weekday() >= 5
    new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return not (weekend or new_year or day in closed or day in _holidays(day.year))


def next_office_day(day: dt.date, closed: Collection[dt.date] = ()) -> dt.date:
    """Return the day itself when the office works, else the first one after it.

    Examples:
        >>> next_office_day(dt.date(2026, 12, 29))
        datetime.date(2027, 1, 4)
    """
    while not is_office_day(day, closed):
        day += dt.timedelta(days=1)
    return day


@lru_cache(maxsize=64)
def _holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("JP", years=year))
