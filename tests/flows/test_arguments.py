"""Arguments as staff write them."""

from __future__ import annotations

import datetime as dt

import pytest
import typer

from flows.arguments import read_day, read_state, spread
from tasks.domain.errors import NeedsPersonError

TODAY = dt.date(2026, 11, 20)
MANY = frozenset({"--persons", "--taxes"})


def test_several_files_after_one_option_each_get_the_option():
    words = ["check", "--persons", "a", "b", "--taxes", "c", "d", "e", "--out", "o"]
    assert spread(words, options=MANY) == [
        *("check", "--persons", "a", "--persons", "b"),
        *("--taxes", "c", "--taxes", "d", "--taxes", "e", "--out", "o"),
    ]


def test_an_option_repeated_by_hand_stays_as_it_is():
    words = ["check", "--persons", "a", "--persons", "b"]
    assert spread(words, options=MANY) == words


@pytest.mark.parametrize(
    "text", ["2026-10-31", "R8.10.31", "令和8年10月31日", "2026/10/31"]
)
def test_a_day_may_be_written_as_staff_write_it(text: str):
    assert read_day(text, today=TODAY, what="as_of") == dt.date(2026, 10, 31)


@pytest.mark.parametrize("text", ["", "きのう", "2026-02-30", "5.4.1", "令和8年10月"])
def test_what_is_no_single_day_is_refused_by_name(text: str):
    with pytest.raises(NeedsPersonError, match="DATE-001: as_of"):
        read_day(text, today=TODAY, what="as_of")


@pytest.mark.parametrize("state", ["通常", "完納", "不納欠損", "？"])
def test_only_a_state_that_may_lift_a_charge_is_one_of_a_period(state: str) -> None:
    with pytest.raises(typer.BadParameter):
        read_state(f"{state}:R8.4.1", until=TODAY, today=TODAY)
