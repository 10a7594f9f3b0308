"""Days of 猶予 and 停止, and numbers of notices, as a tax ledger gives them."""

from __future__ import annotations

import csv
import datetime as dt
from pathlib import Path

import pytest

from tasks.domain.errors import NeedsPersonError
from tasks.domain.office.settings import ColumnNames
from tasks.domain.records import TaxLine
from tasks.edges.city_ledgers.ledgers import open_ledgers

TODAY = dt.date(2026, 11, 20)
HEADER = ["宛名番号", "税目", "賦課年度", "期別", "納期限", "調定額", "収納額", "状態"]
LINE = ["0001", "固定資産税", "令和8年度", "1", "R8.4.30", "53000", "0", "執行停止"]


def line(folder: Path, headers: list[str], cells: list[str]) -> TaxLine:
    path = folder / "税.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([[*HEADER, *headers], [*LINE, *cells]])
    with open_ledgers(
        [], [path], cache_folder=folder / "c", columns=ColumnNames(), today=TODAY
    ) as found:
        return found.tax_lines(["0001"])["0001"][0]


@pytest.mark.parametrize(
    ("headers", "cells", "first", "last"),
    [
        pytest.param([], [], None, None, id="no such columns"),
        pytest.param(["停止日"], ["R8.6.1"], dt.date(2026, 6, 1), None, id="since"),
        pytest.param(
            ["猶予期間(自)", "猶予期間(至)"],
            ["2026/6/1", "令和9年5月31日"],
            dt.date(2026, 6, 1),
            dt.date(2027, 5, 31),
            id="from and until",
        ),
        pytest.param(["停止開始日", "停止終了日"], ["", ""], None, None, id="empty"),
        pytest.param(
            ["停止開始日", "停止終了日"],
            ["20260601", "99999999"],
            dt.date(2026, 6, 1),
            None,
            id="without end",
        ),
        pytest.param(
            ["停止開始日", "停止終了日"],
            ["R8.6.1", "9999/12/31"],
            dt.date(2026, 6, 1),
            None,
            id="without end, written as a day",
        ),
    ],
)
def test_the_days_of_a_state_are_read(
    tmp_path: Path,
    headers: list[str],
    cells: list[str],
    first: dt.date | None,
    last: dt.date | None,
) -> None:
    found = line(tmp_path, headers, cells)
    assert (found.status_from, found.status_until) == (first, last)


def test_a_day_of_a_state_that_cannot_be_read_is_named_by_its_cell(
    tmp_path: Path,
) -> None:
    with pytest.raises(NeedsPersonError, match=r"TABLE-005.*I2: expected a date"):
        line(tmp_path, ["停止日"], ["去年の夏"])


def test_the_number_of_the_notice_comes_with_the_line(tmp_path: Path) -> None:
    assert (
        "みなと 500 あ 12-34"
        in line(tmp_path, ["標識番号"], ["みなと 500 あ 12-34"]).notice_no
    )
