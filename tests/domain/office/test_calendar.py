"""Office days of 令和8年度, planted by hand."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.office.calendar import is_office_day, next_office_day


@pytest.mark.parametrize(
    ("day", "works"),
    [
        pytest.param("2026-04-01", True, id="first of the fiscal year"),
        pytest.param("2026-04-04", False, id="saturday"),
        pytest.param("2026-04-05", False, id="sunday"),
        pytest.param("2026-04-29", False, id="昭和の日"),
        pytest.param("2026-05-06", False, id="振替休日 of 憲法記念日"),
        pytest.param("2026-09-21", False, id="敬老の日"),
        pytest.param("2026-09-22", False, id="国民の休日 between two holidays"),
        pytest.param("2026-09-23", False, id="秋分の日"),
        pytest.param("2026-12-28", True, id="御用納め"),
        pytest.param("2026-12-29", False, id="年末"),
        pytest.param("2026-12-31", False, id="大晦日"),
        pytest.param("2027-01-01", False, id="元日"),
        pytest.param("2028-01-03", False, id="monday the third"),
        pytest.param("2027-01-04", True, id="御用始め"),
        pytest.param("2027-03-22", False, id="振替休日 of 春分の日"),
    ],
)
def test_office_days(day: str, *, works: bool) -> None:
    assert is_office_day(dt.date.fromisoformat(day)) is works


def test_an_office_may_close_on_more_days() -> None:
    day = dt.date(2026, 4, 1)
    assert not is_office_day(day, closed={day})
    assert next_office_day(day, closed={day}) == dt.date(2026, 4, 2)


DAYS = st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31))


@given(DAYS)
def test_the_next_office_day_is_one_and_within_two_weeks(day: dt.date) -> None:
    found = next_office_day(day)
    assert is_office_day(found)
    assert day <= found < day + dt.timedelta(days=14)
    assert next_office_day(found) == found
