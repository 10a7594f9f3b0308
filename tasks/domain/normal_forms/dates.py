"""Dates as offices write them: 和暦 and 西暦 in every form, never rolled over, never guessed.

The forms are read by `date_forms`; here they get a meaning: which calendar day, how
precise, and what is odd about it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise

from tasks.domain.normal_forms import lunar
from tasks.domain.normal_forms.date_forms import Reading, readings
from tasks.domain.normal_forms.normal import Normal, NormalStatus

OLDEST_AGE_YEARS = 130


class Precision(StrEnum):
    """How much of a date was written."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


@dataclass(frozen=True, slots=True)
class DateValue:
    """A Gregorian date."""

    date: dt.date = field(repr=False)
    """The first day of the month or year when only that was written."""
    precision: Precision = Precision.DAY
    era: str = ""
    """Era as written, 明治 to 令和; empty for Western dates."""

    @property
    def iso(self) -> str:
        """ISO 8601 text as precise as what was written.

        Examples:
            >>> DateValue(dt.date(2023, 4, 1), Precision.MONTH).iso
            '2023-04'
        """
        lengths = {Precision.DAY: 10, Precision.MONTH: 7, Precision.YEAR: 4}
        return self.date.isoformat()[: lengths[self.precision]]


@dataclass(frozen=True, slots=True)
class Era:
    """An era of the Japanese calendar."""

    name: str
    code: str
    """The digit of 7-digit dates: 1 明治 to 5 令和."""
    first: dt.date
    last: dt.date


ERAS: tuple[Era, ...] = (
    Era("明治", "1", dt.date(1868, 1, 25), dt.date(1912, 7, 30)),
    Era("大正", "2", dt.date(1912, 7, 30), dt.date(1926, 12, 25)),
    Era("昭和", "3", dt.date(1926, 12, 25), dt.date(1989, 1, 7)),
    Era("平成", "4", dt.date(1989, 1, 8), dt.date(2019, 4, 30)),
    Era("令和", "5", dt.date(2019, 5, 1), dt.date.max),
)
"""明治 to 昭和 began on the day the last one ended: that day bears two names."""
_BY_NAME = {era.name: era for era in ERAS}
_TWO_NAMES = {
    later.first for earlier, later in pairwise(ERAS) if earlier.last == later.first
}
_GREGORIAN_SINCE = dt.date(1873, 1, 1)
_WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class _Meaning:
    """One reading with its value, or why it has none."""

    value: DateValue | None
    notes: tuple[str, ...] = ()


def normalize_date(text: str, *, today: dt.date) -> Normal[DateValue]:
    """Return the date written in text.

    Args:
        text: Any written form; Excel serial numbers go through `from_excel_serial`.
        today: For what is far in the future; nothing is guessed from it.

    Returns:
        Notes: era_overrun (past the end of its era, value is the day meant), before_era,
        two_eras, lunar with gregorian:YYYY-MM-DD, no_such_day, undecided_era,
        month_day_order, weekday_differs, years_differ, time_dropped, mixed_separators,
        before_gregorian, far_future, fiscal_year, no_year, day_unknown (不詳: as precise as
        what is known), serial_undeclared, not_a_date, empty.

    Examples:
        >>> today = dt.date(2026, 4, 1)
        >>> normalize_date("令和５年４月１日", today=today).value.iso
        '2023-04-01'
        >>> normalize_date("平成32年4月1日", today=today).notes
        ('era_overrun',)
        >>> [v.iso for v in normalize_date("5.4.1", today=today).candidates]
        ['2023-04-01', '2005-04-01', '1993-04-01', '1930-04-01', '1916-04-01', '1905-04-01']
        >>> normalize_date("明治5年12月2日", today=today).notes
        ('lunar', 'gregorian:1872-12-31')
    """
    found, notes = readings(text)
    if not found:
        return Normal(text, None, NormalStatus.INVALID, notes or ("not_a_date",))
    meanings = [_meaning(reading, today) for reading in found]
    if len(found) == 1:
        return _single(text, meanings[0], notes)
    plausible = [m for m in meanings if m.value and "era_overrun" not in m.notes]
    values = _distinct(m.value for m in plausible if m.value)
    if len(values) > 1:
        return Normal(text, None, NormalStatus.AMBIGUOUS, notes, values)
    return _single(text, (plausible or meanings)[0], notes)


def _distinct(values: Iterable[DateValue]) -> tuple[DateValue, ...]:
    """Each day once, newest first."""
    by_text = {value.iso: value for value in values}
    return tuple(by_text[iso] for iso in sorted(by_text, reverse=True))


_HARMLESS = frozenset({"two_eras", "time_dropped"})


def _single(text: str, meaning: _Meaning, notes: tuple[str, ...]) -> Normal[DateValue]:
    both = (*notes, *meaning.notes)
    if meaning.value is None:
        return Normal(text, None, NormalStatus.INVALID, both)
    harmless = _HARMLESS.issuperset(both)
    status = NormalStatus.OK if harmless else NormalStatus.WARN
    return Normal(text, meaning.value, status, both)


def _meaning(reading: Reading, today: dt.date) -> _Meaning:
    if reading.era:
        return _of_era(reading)
    try:
        day = dt.date(reading.year, reading.month or 1, reading.day or 1)
    except ValueError:
        return _Meaning(None, ("no_such_day",))
    value = DateValue(day, _precision(reading))
    notes: tuple[str, ...] = ()
    if day < _GREGORIAN_SINCE:
        notes = ("before_gregorian",)
    elif reading.year > today.year + 100:
        notes = ("far_future",)
    return _Meaning(value, (*notes, *_weekday_note(reading, value)))


def _precision(reading: Reading) -> Precision:
    if reading.day:
        return Precision.DAY
    return Precision.MONTH if reading.month else Precision.YEAR


def _weekday_note(reading: Reading, value: DateValue) -> tuple[str, ...]:
    if not reading.weekday or value.precision is not Precision.DAY:
        return ()
    agrees = _WEEKDAYS[value.date.weekday()] == reading.weekday
    return () if agrees else ("weekday_differs",)


def _of_era(reading: Reading) -> _Meaning:
    era = _BY_NAME[reading.era]
    if reading.year < 1:
        return _Meaning(None, ("no_such_year",))
    if era.name == "明治" and reading.year <= 5:
        return _of_lunar(reading)
    if reading.leap_month:
        return _Meaning(None, ("no_such_day",))
    try:
        day = dt.date(
            era.first.year + reading.year - 1, reading.month or 1, reading.day or 1
        )
    except ValueError:
        return _Meaning(None, ("no_such_day",))
    value = DateValue(day, _precision(reading), era.name)
    if _end(value) < era.first:
        return _Meaning(None, ("before_era",))
    notes = _weekday_note(reading, value)
    if day > era.last:
        return _Meaning(value, ("era_overrun", *notes))
    if value.precision is Precision.DAY and day in _TWO_NAMES:
        return _Meaning(value, ("two_eras", *notes))
    return _Meaning(value, notes)


def _end(value: DateValue) -> dt.date:
    """The last day a value may mean."""
    if value.precision is Precision.DAY:
        return value.date
    if value.precision is Precision.YEAR:
        return value.date.replace(month=12, day=31)
    next_month = value.date.replace(day=28) + dt.timedelta(days=4)
    return next_month - dt.timedelta(days=next_month.day)


def _of_lunar(reading: Reading) -> _Meaning:
    if not reading.day or not reading.month:
        return _Meaning(None, ("lunar",))
    day = lunar.gregorian(
        reading.year, reading.month, reading.day, leap=reading.leap_month
    )
    if day is None:
        return _Meaning(None, ("lunar", "no_such_day"))
    return _Meaning(None, ("lunar", f"gregorian:{day.isoformat()}"))


def from_excel_serial(serial: float, *, date1904: bool = False) -> Normal[DateValue]:
    """Return the day of a number from a cell that is formatted as a date.

    Excel counts a 1900-02-29 that never was: serial 60 is invalid, lower ones shift.

    Args:
        serial: Days; a fraction is the time of day.
        date1904: True for workbooks with the 1904 date system.

    Examples:
        >>> from_excel_serial(45017).value.iso
        '2023-04-01'
        >>> from_excel_serial(60).notes
        ('no_such_day',)
    """
    written = f"{serial:g}" if abs(serial) < 1e6 else "serial"
    if serial != serial or not 0 <= serial < 2958466:
        return Normal(written, None, NormalStatus.INVALID, ("serial_out_of_range",))
    days = int(serial)
    if date1904:
        first = dt.date(1904, 1, 1)
        if days > (dt.date.max - first).days:
            return Normal(written, None, NormalStatus.INVALID, ("serial_out_of_range",))
    elif days in (0, 60):
        return Normal(written, None, NormalStatus.INVALID, ("no_such_day",))
    else:
        first = dt.date(1899, 12, 31 if days < 60 else 30)
    notes = ("time_dropped",) if serial != days else ()
    day = first + dt.timedelta(days=days)
    return Normal(written, DateValue(day), NormalStatus.OK, notes)


def check_birth_date(date: dt.date, today: dt.date) -> tuple[str, ...]:
    """Return what speaks against a date of birth: future or over_130_years; else nothing.

    Examples:
        >>> check_birth_date(dt.date(2030, 1, 1), dt.date(2026, 4, 1))
        ('future',)
        >>> check_birth_date(dt.date(1890, 1, 1), dt.date(2026, 4, 1))
        ('over_130_years',)
    """
    if date > today:
        return ("future",)
    birthday = (date.month, date.day)
    age = today.year - date.year - ((today.month, today.day) < birthday)
    return ("over_130_years",) if age > OLDEST_AGE_YEARS else ()
