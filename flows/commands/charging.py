"""`yakuba charge`: 延滞金 and how it comes about."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path

from flows.commands import terminal
from tasks.domain.arrears_charge import arrears_charge, charge_as_json
from tasks.domain.letter_dates import letter_date
from tasks.edges.config_files import load_settings


def show_charge(
    *, tax_yen: int, due: dt.date, paid: dt.date, home: Path, as_json: bool
) -> None:
    """Print the charge on one tax paid late, with its spans.

    Raises:
        NeedsPersonError: RATE-001 when a year has no rate.
        SettingsError: When the configuration is wrong.
    """
    rules = load_settings(home / "configs").delinquency
    charge = arrears_charge(
        tax_yen=tax_yen,
        due=due,
        paid=paid,
        rates=rules.charge_rates,
        first_months=rules.charge_first_months,
    )
    if as_json:
        sys.stdout.write(json.dumps(charge_as_json(charge), ensure_ascii=False) + "\n")
        return
    terminal.say(f"延滞金 {charge.yen:,} 円")
    if not charge.spans:
        terminal.say("延滞金はかかりません（期限内の納付、または税額2,000円未満）。")
        return
    terminal.show_table(
        "計算の区間",
        ("期間", "日数", "基礎（円）", "割合", "金額（円）"),
        [
            (
                f"{letter_date(span.first_day)}〜{letter_date(span.last_day)}",
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
