"""The lunar calendar of 明治1–5, before the Gregorian calendar of 明治6 (1873-01-01).

First days of the months of 天保暦. Recomputed for this table from the new moons in
Kyoto's apparent solar time (Meeus, Astronomical Algorithms, ch. 49), all 62 months agree, and they
meet dated events: 五箇条の御誓文 明治元.3.14 = 1868-04-06, 廃藩置県 明治4.7.14 = 1871-08-29, 新橋–横浜
明治5.9.12 = 1872-10-14, 明治5.12.2 = 1872-12-31.
"""

from __future__ import annotations

import datetime as dt

_MONTHS: dict[int, str] = {
    1: "1868-01-25 02-23 03-24 04-23 +05-22 06-20 07-20 08-18 09-16 10-16 11-14 12-14 1869-01-13",
    2: "1869-02-11 03-13 04-12 05-12 06-10 07-09 08-08 09-06 10-05 11-04 12-03 1870-01-02",
    3: "1870-02-01 03-02 04-01 05-01 05-30 06-29 07-28 08-27 09-25 10-25 +11-23 12-22 1871-01-21",
    4: "1871-02-19 03-21 04-20 05-19 06-18 07-18 08-16 09-15 10-14 11-13 12-12 1872-01-10",
    5: "1872-02-09 03-09 04-08 05-07 06-06 07-06 08-04 09-03 10-03 11-01 12-01 12-30",
}
"""Meiji year: first day of each month in turn; + marks the leap month (閏月)."""

_END = dt.date(1873, 1, 1)


def _starts() -> dict[tuple[int, int, bool], dt.date]:
    starts: dict[tuple[int, int, bool], dt.date] = {}
    for meiji, written in _MONTHS.items():
        western, month = 0, 0
        for word in written.split():
            leap = word.startswith("+")
            day = word.lstrip("+")
            if len(day) == len("1868-01-25"):
                western, day = int(day[:4]), day[5:]
            month += 0 if leap else 1
            starts[meiji, month, leap] = dt.date(western, int(day[:2]), int(day[3:]))
    return starts


_STARTS = _starts()
_ORDER = [*_STARTS.values(), _END]


def gregorian(
    meiji: int, month: int, day: int, *, leap: bool = False
) -> dt.date | None:
    """Return the Gregorian day of a lunar date of 明治1–5; None if there was no such day.

    Args:
        meiji: Year of 明治, 1 to 5 (慶応4 is 1).
        month: Lunar month, 1 to 12.
        day: Day of the lunar month, 1 to 30.
        leap: True for a leap month (閏4月 of 明治1, 閏10月 of 明治3).

    Examples:
        >>> gregorian(5, 12, 2), gregorian(5, 12, 3), gregorian(1, 9, 8)
        (datetime.date(1872, 12, 31), None, datetime.date(1868, 10, 23))
    """
    first = _STARTS.get((meiji, month, leap))
    if first is None or day < 1:
        return None
    found = first + dt.timedelta(days=day - 1)
    return found if found < _ORDER[_ORDER.index(first) + 1] else None
