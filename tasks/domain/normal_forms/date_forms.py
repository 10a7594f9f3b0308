"""The written forms of dates: from letters to era, year, month and day, without judging."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass, replace

from tasks.domain.normal_forms import text as letters
from tasks.domain.normal_forms.date_tails import without_tail


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read the letters; the day may not exist."""

    era: str
    """明治 to 令和, empty for Western years."""
    year: int
    month: int = 0
    """0: not written."""
    day: int = 0
    leap_month: bool = False
    """閏."""
    weekday: str = ""
    """One of 月火水木金土日 when written."""


_ERA_OF = {
    "明治": "明治", "明": "明治", "M": "明治", "1": "明治", "慶応": "明治", "慶應": "明治",
    "大正": "大正", "大": "大正", "T": "大正", "2": "大正",
    "昭和": "昭和", "昭": "昭和", "S": "昭和", "3": "昭和",
    "平成": "平成", "平": "平成", "H": "平成", "4": "平成",
    "令和": "令和", "令": "令和", "R": "令和", "5": "令和",
}  # fmt: skip
_ERA = r"(?:明治|大正|昭和|平成|令和|慶[応應]|[明大昭平令MTSHR])"
_KANJI = "〇零一二三四五六七八九十廿卅百千壱壹弐貳参參拾元"
_NUMBER = rf"(?:[0-9]+|[{_KANJI}]+)"
_MONTH_END = "(?:末|晦)(?=日)"
_SEP = r"[./・･,、\-‐‑‒–—―−ー~]"

_ERA_FORM = re.compile(
    rf"(?P<era>{_ERA})\.?(?P<year>{_NUMBER})(?P<s1>年|{_SEP})"
    rf"(?:(?P<leap>閏)?(?P<month>{_NUMBER})(?:(?P<s2>月|{_SEP})(?:(?P<day>{_NUMBER}|{_MONTH_END})日?)?)?)?"
)
_ERA_COMPACT = re.compile(rf"(?P<era>{_ERA})\.?(?P<digits>[0-9]{{6}})")
_ERA_YEAR = re.compile(rf"(?P<era>明治|大正|昭和|平成|令和)(?P<year>{_NUMBER})")
_WESTERN_FORM = re.compile(
    rf"(?:西暦)?(?P<year>[0-9]{{4}}|[{_KANJI}]{{4,}})(?P<s1>年|{_SEP})"
    rf"(?:(?P<month>{_NUMBER})(?:(?P<s2>月|{_SEP})(?:(?P<day>{_NUMBER}|{_MONTH_END})日?)?)?)?"
)
_SHORT_FORM = re.compile(
    rf"(?P<quote>')?(?P<year>[0-9]{{1,2}}|[{_KANJI}]{{1,3}})(?P<s1>年|{_SEP})"
    rf"(?P<month>{_NUMBER})(?P<s2>月|{_SEP})(?P<day>{_NUMBER})日?"
)
_YEAR_LAST = re.compile(
    r"(?P<a>[0-9]{1,2})([./\-])(?P<b>[0-9]{1,2})\2(?P<year>[0-9]{4})"
)
_ENGLISH = re.compile(
    r"(?:(?P<d1>[0-9]{1,2})[ \-./]?)?(?P<name>[A-Z]{3,9})\.?[ \-./]?"
    r"(?:(?P<d2>[0-9]{1,2}),? ?)?(?P<year>[0-9]{4})"
)
_MONTHS = (
    "JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE", "JULY", "AUGUST",
    "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER",
)  # fmt: skip
_ENGLISH_MONTHS = {
    name: number
    for number, full in enumerate(_MONTHS, start=1)
    for name in (full, full[:3], full[:4])
}
_BOTH_YEARS = re.compile(
    rf"^(?P<a>(?:{_ERA})? ?{_NUMBER}) ?年? ?[(\[/／](?P<b>(?:{_ERA})? ?{_NUMBER})(?: ?年 ?[)\]]? ?年?| ?[)\]] ?年?)(?=[ 0-9{_KANJI}]|$)"
)
_YEAR_REPEATED = re.compile(
    rf"(?P<date>.+日) ?[(\[](?P<year>(?:{_ERA})? ?{_NUMBER}) ?年?[)\]]"
)
_NO_DAY = (
    (re.compile(rf"(?:{_ERA})?{_NUMBER}年度"), "fiscal_year"),
    (re.compile(rf"{_NUMBER}月{_NUMBER}日|[0-9]{{1,2}}/[0-9]{{1,2}}"), "no_year"),
    (re.compile(r"[0-9]{5}(?:\.[0-9]+)?"), "serial_undeclared"),
)
"""Forms that are no date by themselves, and what they are."""
_BLANK_PARTED = re.compile(
    rf"(?P<y>(?:{_ERA})? ?[0-9]{{1,4}}) (?P<m>[0-9]{{1,2}}) (?P<d>[0-9]{{1,2}})"
)


def readings(text: str) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
    """Return every way to read text as a date, and notes on the writing.

    Examples:
        >>> readings("R5.4.1")[0]
        (Reading(era='令和', year=5, month=4, day=1, leap_month=False, weekday=''),)
        >>> readings("西暦のない日")
        ((), ('not_a_date',))
    """
    plain = letters.fold_blanks(letters.without_selectors(text)).upper()
    if not plain:
        return (), ("empty",)
    if len(plain) > 60:
        return (), ("not_a_date",)
    plain, weekday, notes = without_tail(plain)
    both = _BOTH_YEARS.match(plain)
    if both:
        return _both_years(both, plain[both.end() :], weekday, notes)
    repeated = _YEAR_REPEATED.fullmatch(plain)
    if repeated:
        return _year_repeated(repeated, weekday, notes)
    found, more = _readings(_without_blanks(plain))
    dated = tuple(replace(reading, weekday=weekday) for reading in found)
    return dated, (*notes, *more)


def _without_blanks(plain: str) -> str:
    """Blanks gone, or turned into separators where they part year, month and day."""
    parted = _BLANK_PARTED.fullmatch(plain)
    if parted and " " not in parted["y"].strip():
        return f"{parted['y']}.{parted['m']}.{parted['d']}"
    if parted and not parted["y"][0].isdigit():
        return f"{parted['y'].replace(' ', '')}.{parted['m']}.{parted['d']}"
    return plain.replace(" ", "")


def _both_years(
    both: re.Match[str], rest: str, weekday: str, notes: tuple[str, ...]
) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
    """A date with its year in both calendars: 2023(令和5)年4月1日."""
    rest = rest.strip().replace(" ", "")
    found: list[Reading] = []
    for year in (both["a"], both["b"]):
        one, more = _readings(f"{year.replace(' ', '')}年{rest}")
        if len(one) != 1:
            return (), more or ("not_a_date",)
        found.append(replace(one[0], weekday=weekday))
    years = {western_year(reading) for reading in found}
    if len(years) > 1:
        return tuple(found), (*notes, "years_differ")
    lunar = [one for one in found if one.era == "明治" and one.year <= _LAST_LUNAR_YEAR]
    return tuple(lunar or found), notes


def _year_repeated(
    repeated: re.Match[str], weekday: str, notes: tuple[str, ...]
) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
    """A date with its year again behind it: 令和5年4月1日(2023年)."""
    found, more = _readings(_without_blanks(repeated["date"]))
    years, _ = _readings(f"{repeated['year'].replace(' ', '')}年")
    if len(found) != 1 or len(years) != 1:
        return (), more or ("not_a_date",)
    dated = replace(found[0], weekday=weekday)
    if western_year(found[0]) == western_year(years[0]):
        return (dated,), (*notes, *more)
    other = replace(dated, era=years[0].era, year=years[0].year)
    return (dated, other), (*notes, *more, "years_differ")


_LAST_LUNAR_YEAR = 5
_FIRST_YEAR = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}


def western_year(reading: Reading) -> int:
    """Return the Western year of a reading.

    Examples:
        >>> western_year(Reading("令和", 5))
        2023
    """
    return _FIRST_YEAR[reading.era] + reading.year - 1 if reading.era else reading.year


_Found = tuple[tuple[Reading, ...], tuple[str, ...]]


def _readings(plain: str) -> _Found:
    why = [note for no_day, note in _NO_DAY if no_day.fullmatch(plain)]
    if why:
        return (), (why[0],)
    if plain.isascii() and plain.isdigit():
        return _digits(plain)
    form = _ERA_FORM.fullmatch(plain)
    if form:
        return _with_era(form)
    compact = _ERA_COMPACT.fullmatch(plain)
    if compact:
        return (_six(_ERA_OF[compact["era"]], compact["digits"]),), ()
    form = _WESTERN_FORM.fullmatch(plain)
    if form:
        return _numbered("", form["year"], form["month"], form["day"], _mixed(form))
    form = _SHORT_FORM.fullmatch(plain)
    if form and not _YEAR_LAST.fullmatch(plain):
        return _short(form)
    return _other(plain)


def _mixed(form: re.Match[str]) -> tuple[str, ...]:
    """A note when year and month end in different marks, as in 2023/4.1."""
    first, second = form["s1"], form["s2"]
    usual = second is None or first == second or (first, second) == ("年", "月")
    return () if usual else ("mixed_separators",)


def _number(written: str | None) -> int | None:
    if not written:
        return 0
    if written == "元":
        return 1
    if written.isascii():
        return int(written) if len(written) <= 4 else None
    return letters.kanji_number(written)


def _numbered(
    era: str,
    year: str,
    month: str | None = None,
    day: str | None = None,
    notes: tuple[str, ...] = (),
) -> _Found:
    y, m = _number(year), _number(month)
    d = _last_day(era, y, m) if day in ("末", "晦") else _number(day)
    if y is None or m is None or d is None:
        return (), ("not_a_date",)
    if (month and m == 0) or (day and d == 0) or (era and y > 99):
        return (), ("no_such_day",)
    return (Reading(era, y, m, d),), notes


def _last_day(era: str, year: int | None, month: int | None) -> int | None:
    """The last day of a month since 明治6; the lunar months of before are not known here."""
    if not year or not month or month > 12:
        return None
    western = western_year(Reading(era, year))
    return monthrange(western, month)[1] if 1872 < western < 10000 else None


def _with_era(form: re.Match[str]) -> _Found:
    if form["s1"] != "年" and form["month"] is None:
        return (), ("not_a_date",)
    if form["era"].startswith("慶") and form["year"] not in ("4", "四"):
        return (), ("lunar",)
    year = "元" if form["era"].startswith("慶") else form["year"]
    found, notes = _numbered(
        _ERA_OF[form["era"]], year, form["month"], form["day"], _mixed(form)
    )
    if form["leap"]:
        found = tuple(replace(reading, leap_month=True) for reading in found)
    return found, notes


def _six(era: str, digits: str) -> Reading:
    """YyMmDd; a zero month or day becomes 99, which never exists."""
    year, month, day = int(digits[:2]), int(digits[2:4]), int(digits[4:])
    return Reading(era, year, month or 99, day or 99)


_CLOCK = re.compile("(?:[01][0-9]|2[0-3])[0-5][0-9](?:[0-5][0-9])?")


def _digits(plain: str) -> _Found:
    if len(plain) == 8:
        year, month, day = int(plain[:4]), int(plain[4:6]), int(plain[6:])
        return (Reading("", year, month or 99, day or 99),), ()
    if len(plain) == 7 and plain[0] in _ERA_OF:
        return (_six(_ERA_OF[plain[0]], plain[1:]),), ()
    if len(plain) == 6:
        return _undecided(plain[:2], plain[2:4], plain[4:], year_month=plain)
    if len(plain) == 4 and 1868 <= int(plain) <= 2200:
        return (Reading("", int(plain)),), ()
    if len(plain) in (12, 14) and _CLOCK.fullmatch(plain[8:]):
        found, notes = _digits(plain[:8])
        return found, (*notes, "time_dropped") if plain[8:].strip("0") else notes
    return (), ("not_a_date",)


def _short(form: re.Match[str]) -> _Found:
    """A year of one or two digits without era."""
    if form["year"] == "元":
        return _undecided("1", form["month"], form["day"], eras_only=True)
    year = _number(form["year"])
    if year is None:
        return (), ("not_a_date",)
    return _undecided(str(year), form["month"], form["day"], quoted=bool(form["quote"]))


def _undecided(
    year: str,
    month: str,
    day: str,
    *,
    quoted: bool = False,
    eras_only: bool = False,
    year_month: str = "",
) -> _Found:
    """Every era and century in which the day is real and inside its era."""
    y, m, d = int(year), _number(month), _number(day)
    if not m or not d:
        m, d = 99, 99
    found = [] if eras_only else [Reading("", c + y, m, d) for c in (2000, 1900)]
    if not quoted:
        found += [Reading(era, y, m, d) for era in _FIRST_YEAR if y > 0]
    if year_month and 1873 <= int(year_month[:4]) <= 2200:
        found.append(Reading("", int(year_month[:4]), int(year_month[4:]) or 99))
    return tuple(found), ("undecided_era",)


def _other(plain: str) -> _Found:
    """1/4/2023, 1-Apr-2023 and 令和5."""
    form = _ERA_YEAR.fullmatch(plain)
    if form:
        return _numbered(_ERA_OF[form["era"]], form["year"])
    form = _YEAR_LAST.fullmatch(plain)
    if form:
        a, b, year = int(form["a"]) or 99, int(form["b"]) or 99, int(form["year"])
        return (Reading("", year, a, b), Reading("", year, b, a)), ("month_day_order",)
    form = _ENGLISH.fullmatch(plain)
    if form and form["name"] in _ENGLISH_MONTHS and not (form["d1"] and form["d2"]):
        day = int(form["d1"] or form["d2"] or 0)
        month = _ENGLISH_MONTHS[form["name"]]
        return (Reading("", int(form["year"]), month, day),), ()
    return (), ("not_a_date",)
