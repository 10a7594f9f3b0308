"""`yakuba charge`: 延滞金 and how it comes about."""

from __future__ import annotations

import datetime as dt
import json
import sys
from dataclasses import dataclass
from pathlib import Path

from flows.commands import terminal
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.records import TaxStatus
from tasks.domain.taxes.arrears_charge import Charge, arrears_charge, charge_as_json
from tasks.domain.taxes.delinquency import months_at_lower_rate, relief_of
from tasks.edges.config_files import load_settings


@dataclass(frozen=True, slots=True)
class LatePayment:
    """A tax paid late, as the command line tells it."""

    tax_yen: int
    due: dt.date
    paid: dt.date
    tax: str = ""
    """税目; it may bear the lower rate for three months."""
    during: tuple[tuple[TaxStatus, dt.date, dt.date], ...] = ()
    """Special states with their first and last day."""


def show_charge(payment: LatePayment, *, home: Path, as_json: bool) -> None:
    """Print the charge on one tax paid late, with its spans.

    Raises:
        NeedsPersonError: RATE-001 when a year has no rate.
        SettingsError: When the configuration is wrong.
    """
    rules = load_settings(home / "configs").delinquency
    reliefs = (
        relief_of(state, first, last, rules=rules)
        for state, first, last in payment.during
    )
    charge = arrears_charge(
        tax_yen=payment.tax_yen,
        due=payment.due,
        paid=payment.paid,
        rates=rules.charge_rates,
        first_months=months_at_lower_rate(payment.tax, rules),
        reliefs=[relief for relief in reliefs if relief is not None],
    )
    if as_json:
        sys.stdout.write(json.dumps(charge_as_json(charge), ensure_ascii=False) + "\n")
        return
    terminal.say(f"延滞金 {charge.yen:,} 円")
    if not charge.spans:
        terminal.say("延滞金はかかりません（期限内の納付、または税額2,000円未満）。")
        return
    _show_spans(charge)


def _show_spans(charge: Charge) -> None:
    terminal.show_table(
        "計算の区間",
        ("期間", "日数", "基礎（円）", "割合", "金額（円）"),
        [
            (
                f"{letter_date(span.first_day)}〜{letter_date(span.last_day)}"
                + (f"（{span.relief}）" if span.relief else ""),
                str(span.days),
                f"{span.base_yen:,}",
                f"{span.percent}%",
                f"{span.yen:,}",
            )
            for span in charge.spans
        ],
    )
    terminal.say(
        f"合計 {charge.yen_before_cut:,} 円（1,000円未満は0円、100円未満は切捨て）"
    )
