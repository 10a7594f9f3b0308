"""Receipts against lines that change: counted once, never lost, taken back for good."""

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from tasks.domain.clerks.receipts import Receipt, line_key, with_receipts
from tasks.domain.records import TaxLine

AS_OF = dt.date(2026, 10, 31)
AT = dt.datetime(2026, 11, 5, 9, tzinfo=dt.UTC)
LINE = TaxLine("0013", "軽自動車税", 2026, 0, dt.date(2026, 6, 1), 10_800, 0)
SHOWN = Receipt(
    line_key(LINE), "0013 軽自動車税 令和8年度 全期・随時 2026-06-01", 3_000,
    dt.date(2026, 10, 30), "窓口で確認", "検査係", AT, seq=1,
)  # fmt: skip


def applied(line: TaxLine, *receipts: Receipt) -> TaxLine:
    lines, _ = with_receipts({"0013": [line]}, receipts, as_of=AS_OF, lag_days=21)
    return lines["0013"][0]


def test_a_receipt_counts_on_the_line_as_it_was() -> None:
    assert applied(LINE, SHOWN).receipt_yen == 3_000


def test_a_receipt_that_the_ledger_has_posted_counts_no_more() -> None:
    found = applied(replace(LINE, paid_yen=3_000), SHOWN)
    assert (found.receipt_yen, found.receipt_unclear) == (0, False)


def test_a_receipt_of_an_amount_assessed_anew_is_unclear_until_it_is_taken_back() -> (
    None
):
    anew = replace(LINE, assessed_yen=9_000)
    assert applied(anew, SHOWN).receipt_unclear
    back = replace(SHOWN, key=line_key(anew), withdrawn=True, seq=2)
    assert not applied(anew, SHOWN, back).receipt_unclear


@pytest.mark.parametrize(
    "other",
    [
        pytest.param({"tax": "固定資産税"}, id="tax"),
        pytest.param({"due_date": dt.date(2025, 6, 2)}, id="due date"),
    ],
)
def test_a_receipt_makes_no_other_line_unclear(other: dict[str, Any]) -> None:
    anew = replace(LINE, assessed_yen=9_000, **other)
    assert not applied(anew, SHOWN).receipt_unclear


def test_a_line_paid_in_full_is_never_unclear() -> None:
    anew = replace(LINE, assessed_yen=9_000, paid_yen=9_000)
    assert not applied(anew, SHOWN).receipt_unclear
