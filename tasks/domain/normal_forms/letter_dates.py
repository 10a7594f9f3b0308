"""Days as letters and clerks write them: 令和8年11月20日."""

from __future__ import annotations

import datetime as dt
from functools import cache

_ERAS = (
    (dt.date(2019, 5, 1), "令和"),
    (dt.date(1989, 1, 8), "平成"),
    (dt.date(1926, 12, 25), "昭和"),
    (dt.date(1912, 7, 30), "大正"),
    (dt.date(1868, 1, 25), "明治"),
)


def letter_date(day: dt.date) -> str:
    """Return a day in Japanese reckoning.

    Examples:
        >>> letter_date(dt.date(2026, 11, 20)), letter_date(dt.date(2019, 5, 1))
        ('令和8年11月20日', '令和元年5月1日')
        >>> letter_date(dt.date(2019, 4, 30))
        '平成31年4月30日'
    """
    return f"{_era_year(day, day.year)}年{day.month}月{day.day}日"


@cache
def letter_fiscal_year(year: int) -> str:
    """Return a fiscal year, which bears the name that its 1 April bears.

    Examples:
        >>> letter_fiscal_year(2026), letter_fiscal_year(2019), letter_fiscal_year(2018)
        ('令和8年度', '平成31年度', '平成30年度')
    """
    return f"{_era_year(dt.date(year, 4, 1), year)}年度"


def _era_year(day: dt.date, year: int) -> str:
    for begins, era in _ERAS:
        if day >= begins:
            number = year - begins.year + 1
            return f"{era}{'元' if number == 1 else number}"
    return str(year)
