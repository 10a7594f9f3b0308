from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.normal_forms import lunar
from tasks.domain.normal_forms.dates import (
    ERAS,
    Precision,
    check_birth_date,
    from_excel_serial,
    normalize_date,
)
from tasks.domain.normal_forms.normal import Normal, NormalStatus

TODAY = dt.date(2026, 4, 1)
FIRST, LAST = dt.date(1873, 1, 1), dt.date(2100, 12, 31)


def read(text: str) -> Normal:
    return normalize_date(text, today=TODAY)


def iso(text: str) -> str | None:
    value = read(text).value
    return value.iso if value else None


WIDE = str.maketrans("0123456789.-/", "０１２３４５６７８９．－／")
KANJI = "〇一二三四五六七八九"


def kanji(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if not tens else ("" if tens == 1 else KANJI[tens]) + "十"
    return head + (KANJI[ones] if ones or not tens else "")


def era_of(day: dt.date):
    return next(era for era in reversed(ERAS) if era.first <= day)


def forms_of(day: dt.date) -> list[str]:
    era = era_of(day)
    y, m, d = day.year - era.first.year + 1, day.month, day.day
    letter = dict(zip("明大昭平令", "MTSHR", strict=True))[era.name[0]]
    square = {"明治": "㍾", "大正": "㍽", "昭和": "㍼", "平成": "㍻", "令和": "㋿"}[
        era.name
    ]
    positional = "".join(KANJI[int(c)] for c in str(day.year))
    first = "元" if y == 1 else str(y)
    western = [
        day.isoformat(),
        f"{day:%Y/%m/%d}",
        f"{day.year}/{m}/{d}",
        f"{day.year}.{m}.{d}",
        f"{day.year}年{m}月{d}日",
        f"{day:%Y%m%d}",
        f"{day:%Y年%m月%d日}".translate(WIDE),
        f"{positional}年{kanji(m)}月{kanji(d)}日",
        f"{day.isoformat()} 00:00:00",
        f"{day.isoformat()}T00:00:00",
        f"{day.year} 年 {m} 月 {d} 日",
        f"{day.year}年{m}月{d}日（{'月火水木金土日'[day.weekday()]}）",
        f"{day.year} {m} {d}",
        f"{day:%d-%b-%Y}",
    ]
    if y > 99:
        return western
    return [
        *western,
        f"{era.name}{first}年{m}月{d}日",
        f"{era.name}{first}年{m}月{d}日生",
        f"{era.name}{y}年{m}月{d}日".translate(WIDE),
        f"{era.name}{kanji(y)}年{kanji(m)}月{kanji(d)}日",
        f"{era.name[0]}{y}・{m}・{d}",
        f"{letter}{y}.{m}.{d}",
        f"{letter}{y:02}/{m:02}/{d:02}",
        f"{letter}{y}-{m}-{d}".lower(),
        f"{letter}.{y}.{m}.{d}",
        f"{letter}{y:02}{m:02}{d:02}",
        f"{letter}{y:02}{m:02}{d:02}".translate(WIDE),
        f"{letter} {y} {m} {d}",
        f"{era.code}{y:02}{m:02}{d:02}",
        f"{square}{y}年{m}月{d}日",
        f"{era.name} {y:02} 年 {m:02} 月 {d:02} 日",
        f"{era.name}{y}年（{day.year}年）{m}月{d}日",
        f"{day.year}({letter}{y})年{m}月{d}日",
    ]


def test_every_day_of_1873_to_2100_reads_back_from_a_form() -> None:
    for ordinal in range(FIRST.toordinal(), LAST.toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        forms = forms_of(day)
        text = forms[ordinal % len(forms)]
        value = read(text).value
        assert value is not None, text
        assert (value.date, value.precision) == (day, Precision.DAY), text


@pytest.mark.slow
def test_every_day_of_1873_to_2100_reads_back_from_every_form() -> None:
    for ordinal in range(FIRST.toordinal(), LAST.toordinal() + 1):
        day = dt.date.fromordinal(ordinal)
        for text in forms_of(day):
            value = read(text).value
            assert value is not None, text
            assert value.date == day, text


@given(st.dates(FIRST, LAST))
def test_every_form_of_a_day_means_that_day(day: dt.date) -> None:
    assert {iso(text) for text in forms_of(day)} == {day.isoformat()}


@given(st.integers(1, 99), st.integers(0, 99), st.integers(0, 99))
def test_a_day_that_is_not_is_never_rolled_over(y: int, m: int, d: int) -> None:
    for era in ERAS:
        normal = read(f"{era.name}{y}年{m}月{d}日")
        if normal.value is not None:
            day = normal.value.date
            assert (day.year, day.month, day.day) == (era.first.year + y - 1, m, d)


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    normal = read(text)
    assert normal.input == text
    assert (normal.value is not None) == normal.usable


@given(
    st.text(
        alphabet="令和平成昭大明治RHSTM元年月日閏0123456789０５.-/・, 一二十()（）生度",
        max_size=16,
    )
)
def test_any_text_like_a_date_is_read_the_same_twice(text: str) -> None:
    value = read(text).value
    if value is not None:
        again = read(value.iso)
        assert again.value is not None
        assert (again.value.date, again.value.precision) == (
            value.date,
            value.precision,
        )


@pytest.mark.parametrize(
    ("text", "expected", "status", "note"),
    [
        pytest.param("平成31年5月1日", "2019-05-01", "warn", "era_overrun", id="past 平成"),
        pytest.param("平成32年", "2020", "warn", "era_overrun", id="year past 平成"),
        pytest.param("昭和64年1月8日", "1989-01-08", "warn", "era_overrun", id="past 昭和"),
        pytest.param("昭和64年1月7日", "1989-01-07", "ok", None, id="last of 昭和"),
        pytest.param("大正15.12.25", "1926-12-25", "ok", "two_eras", id="大正 or 昭和"),
        pytest.param("昭和元年12月25日", "1926-12-25", "ok", "two_eras", id="昭和 or 大正"),
        pytest.param("明治45.7.30", "1912-07-30", "ok", "two_eras", id="明治 or 大正"),
        pytest.param("大正15.12.26", "1926-12-26", "warn", "era_overrun", id="past 大正"),
        pytest.param("明治6年1月1日", "1873-01-01", "ok", None, id="first Gregorian day"),
        pytest.param("令和元年5月1日", "2019-05-01", "ok", None, id="first of 令和"),
        pytest.param("㋿元年５月１日", "2019-05-01", "ok", None, id="squared era"),
        pytest.param("５０５０４０１", "2023-04-01", "ok", None, id="era code, full width"),
        pytest.param("3600401", "1985-04-01", "ok", None, id="era code"),
        pytest.param("R050401", "2023-04-01", "ok", None, id="compact with letter"),
        pytest.param("令5・4・1", "2023-04-01", "ok", None, id="short era name"),
        pytest.param("令和五年四月一日", "2023-04-01", "ok", None, id="漢数字"),
        pytest.param("平成二十三年十一月二十三日", "2011-11-23", "ok", None, id="long 漢数字"),
        pytest.param("昭和廿三年一月卅日", "1948-01-30", "ok", None, id="廿 and 卅"),
        pytest.param("令和 0 5 年 0 4 月 0 1 日", "2023-04-01", "ok", None, id="one per box"),
        pytest.param("２０２３年４月", "2023-04", "ok", None, id="month only"),
        pytest.param("令和5年", "2023", "ok", None, id="year only"),
        pytest.param("R5.4", "2023-04", "ok", None, id="month with letter"),
        pytest.param("2023/4.1", "2023-04-01", "warn", "mixed_separators", id="two marks"),
        pytest.param("13/4/2023", "2023-04-13", "warn", "month_day_order", id="day first"),
        pytest.param("2023年4月2日(土)", "2023-04-02", "warn", "weekday_differs", id="weekday"),
        pytest.param("2023-04-01 09:30", "2023-04-01", "ok", "time_dropped", id="time"),
        pytest.param("1868-01-25", "1868-01-25", "warn", "before_gregorian", id="Western, 1868"),
        pytest.param("9999-12-31", "9999-12-31", "warn", "far_future", id="no end"),
    ],
)  # fmt: skip
def test_read_as_one_day(
    text: str, expected: str, status: str, note: str | None
) -> None:
    normal = read(text)
    assert iso(text) == expected
    assert normal.status == status
    assert list(normal.notes) == ([note] if note else [])


@pytest.mark.parametrize(
    ("text", "note"),
    [
        pytest.param("令和元年4月30日", "before_era", id="day before 令和"),
        pytest.param("令和元年4月", "before_era", id="month before 令和"),
        pytest.param("平成元年1月7日", "before_era", id="day before 平成"),
        pytest.param("昭和元年12月24日", "before_era", id="day before 昭和"),
        pytest.param("令和5年4月31日", "no_such_day", id="April 31"),
        pytest.param("昭和60年2月29日", "no_such_day", id="no leap year"),
        pytest.param("2023-02-29", "no_such_day", id="Western, no leap year"),
        pytest.param("20231301", "no_such_day", id="month 13"),
        pytest.param("5050431", "no_such_day", id="era code, April 31"),
        pytest.param("令和5年13月1日", "no_such_day", id="month 13 of 令和"),
        pytest.param("令和0年1月1日", "no_such_year", id="year 0"),
        pytest.param("45017", "serial_undeclared", id="bare serial"),
        pytest.param("令和5年度", "fiscal_year", id="fiscal year"),
        pytest.param("不明", "not_a_date", id="unknown"),
        pytest.param("", "empty", id="empty"),
        pytest.param("　", "empty", id="blank"),
        pytest.param("明治5年12月3日", "no_such_day", id="day the reform left out"),
        pytest.param("明治2年閏4月1日", "no_such_day", id="no such leap month"),
    ],
)
def test_means_no_day(text: str, note: str) -> None:
    normal = read(text)
    assert normal.status is NormalStatus.INVALID
    assert note in normal.notes
    assert normal.value is None


@pytest.mark.parametrize(
    ("text", "gregorian"),
    [
        pytest.param("明治元年1月1日", "1868-01-25", id="first of 明治"),
        pytest.param("慶応4年閏4月21日", "1868-06-11", id="leap month, 慶応"),
        pytest.param("明治3年閏10月1日", "1870-11-23", id="leap month"),
        pytest.param("明治4年7月14日", "1871-08-29", id="廃藩置県"),
        pytest.param("明治五年九月十二日", "1872-10-14", id="first railway"),
        pytest.param("M5.12.2", "1872-12-31", id="last lunar day"),
        pytest.param("1041206", "1872-01-15", id="era code"),
    ],
)
def test_lunar_day_is_invalid_and_notes_its_gregorian_day(
    text: str, gregorian: str
) -> None:
    normal = read(text)
    assert normal.status is NormalStatus.INVALID
    assert normal.notes == ("lunar", f"gregorian:{gregorian}")


def test_lunar_days_follow_each_other_from_1868_to_1872() -> None:
    days = [
        found
        for year in range(1, 6)
        for month in range(1, 13)
        for leap in (False, True)
        for day in range(1, 31)
        if (found := lunar.gregorian(year, month, day, leap=leap))
    ]
    first = dt.date(1868, 1, 25)
    assert days == [first + dt.timedelta(days=n) for n in range(len(days))]
    assert days[-1] == dt.date(1872, 12, 31)


@pytest.mark.parametrize(
    ("text", "candidates"),
    [
        pytest.param(
            "5.4.1",
            ["2023-04-01", "2005-04-01", "1993-04-01", "1930-04-01", "1916-04-01", "1905-04-01"],
            id="era left out",
        ),
        pytest.param(
            "050401",
            ["2023-04-01", "2005-04-01", "1993-04-01", "1930-04-01", "1916-04-01", "1905-04-01"],
            id="six digits",
        ),
        pytest.param("1/4/2023", ["2023-04-01", "2023-01-04"], id="day or month first"),
        pytest.param("'70/4/1", ["2070-04-01", "1970-04-01"], id="century left out"),
        pytest.param("令和5(2022)年4月1日", ["2023-04-01", "2022-04-01"], id="two years"),
    ],
)  # fmt: skip
def test_two_meanings_are_listed_and_none_is_picked(
    text: str, candidates: list[str]
) -> None:
    normal = read(text)
    assert normal.status is NormalStatus.AMBIGUOUS
    assert normal.value is None
    assert [value.iso for value in normal.candidates] == candidates


@given(st.dates(dt.date(1900, 3, 1), dt.date(9999, 12, 31)))
def test_excel_serial_gives_the_day_excel_shows(day: dt.date) -> None:
    normal = from_excel_serial((day - dt.date(1899, 12, 30)).days)
    assert normal.value is not None
    assert normal.value.date == day


@pytest.mark.parametrize(
    ("serial", "expected"),
    [
        pytest.param(1, dt.date(1900, 1, 1), id="first"),
        pytest.param(59, dt.date(1900, 2, 28), id="before the day that never was"),
        pytest.param(61, dt.date(1900, 3, 1), id="after it"),
        pytest.param(45017.99, dt.date(2023, 4, 1), id="with a time"),
    ],
)
def test_excel_serial_around_its_false_leap_year(
    serial: float, expected: dt.date
) -> None:
    normal = from_excel_serial(serial)
    assert normal.value is not None
    assert normal.value.date == expected


@given(st.floats())
def test_any_number_as_serial_gets_an_answer(serial: float) -> None:
    assert from_excel_serial(serial).status in NormalStatus
    assert from_excel_serial(serial, date1904=True).status in NormalStatus


def test_birth_date_is_flagged_only_in_the_future_or_past_130_years() -> None:
    assert check_birth_date(TODAY, TODAY) == ()
    assert check_birth_date(TODAY + dt.timedelta(days=1), TODAY) == ("future",)
    assert check_birth_date(dt.date(1896, 4, 1), TODAY) == ()
    assert check_birth_date(dt.date(1895, 4, 1), TODAY) == ("over_130_years",)


@pytest.mark.parametrize(
    ("written", "iso", "notes"),
    [
        pytest.param("20260401093000", "2026-04-01", ("time_dropped",), id="stamp"),
        pytest.param("202604010930", "2026-04-01", ("time_dropped",), id="minutes"),
        pytest.param("20260401000000", "2026-04-01", (), id="midnight_stamp"),
        pytest.param(
            "令和8年4月1日 午前9時30分", "2026-04-01", ("time_dropped",), id="words"
        ),
        pytest.param(
            "2026/4/1(水) 9:30", "2026-04-01", ("time_dropped",), id="weekday_and_time"
        ),
        pytest.param("西暦2023年4月1日", "2023-04-01", (), id="western_named"),
        pytest.param("令和5年3月末日", "2023-03-31", (), id="last_day"),
        pytest.param("平成十二年二月晦日", "2000-02-29", (), id="last_day_of_leap"),
        pytest.param("令和5年4月1日付", "2023-04-01", (), id="dated"),
        pytest.param("昭和60年4月1日（1985年）", "1985-04-01", (), id="year_again"),
        pytest.param(
            "昭和60年4月日不詳", "1985-04", ("day_unknown",), id="day_unknown"
        ),
        pytest.param("昭和60年月日不詳", "1985", ("day_unknown",), id="month_unknown"),
    ],
)
def test_what_stands_beside_a_date_is_read_for_what_it_is(
    written: str, iso: str, notes: tuple[str, ...]
) -> None:
    normal = normalize_date(written, today=TODAY)
    assert normal.value is not None
    assert (normal.value.iso, normal.notes) == (iso, notes)


@pytest.mark.parametrize(
    ("written", "note"),
    [
        pytest.param("20260401250000", "not_a_date", id="no_such_hour"),
        pytest.param("20260431093000", "no_such_day", id="no_such_day_with_time"),
        pytest.param("8月22日", "no_year", id="no_year"),
        pytest.param("4/1", "no_year", id="no_year_slash"),
        pytest.param("45017.5", "serial_undeclared", id="serial_with_time"),
        pytest.param("明治5年12月晦日", "not_a_date", id="last_day_of_a_lunar_month"),
    ],
)
def test_what_is_no_date_says_why(written: str, note: str) -> None:
    normal = normalize_date(written, today=TODAY)
    assert normal.value is None
    assert normal.notes[-1] == note


def test_a_year_repeated_differently_leaves_both_days() -> None:
    normal = normalize_date("昭和60年4月1日（1986年）", today=TODAY)
    assert [one.iso for one in normal.candidates] == ["1986-04-01", "1985-04-01"]
    assert normal.notes == ("years_differ",)
