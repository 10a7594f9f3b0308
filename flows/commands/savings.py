"""`yakuba savings`: the report of minutes saved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flows.commands import terminal
from tasks.domain.hours_saved.savings_statement import (
    clock_words,
    net_words,
    notes,
    pay_back_words,
)
from tasks.domain.office.periods import Period
from tasks.procedures.savings_report import make_report
from tasks.procedures.workplace import open_workplace

_SHOWN = ("業務名", "件数", "導入前 h", "導入後 h", "削減 h", "削減率", "金額")
"""Columns that a terminal has room for; the files have all."""


def report_savings(
    period: Period, *, out: Path, home: Path, work: Path | None, now: dt.datetime
) -> None:
    """Write the report of a period and print its table.

    Args:
        period: Days of the report.
        out: Folder of the files.
        home: Folder that holds configs/.
        work: Work folder in place of the configured one.
        now: In office time.
    """
    place = open_workplace(home, work=work)
    report = make_report(
        period,
        database=place.database,
        rules=place.settings.savings,
        folder=place.path(str(out)),
        now=now,
        city=place.settings.municipality.city,
    )
    if report.table:
        terminal.show_table(
            f"削減時間　{period.title}",
            _SHOWN,
            [tuple(row[heading] for heading in _SHOWN) for row in report.table],
        )
        statement = report.statement
        terminal.say(
            f"削減 {clock_words(statement.table.total.saved_ms)}、"
            f"経費を引いた差引 {net_words(statement)}、"
            f"投資の回収 {pay_back_words(statement.pay_back)}"
        )
        for note in notes(statement):
            terminal.say(f"・{note}")
    else:
        terminal.say("この期間の記録はありません。")
    paths = {"報告（Excel）": report.workbook, "ページ": report.page, "CSV": report.csv}
    if report.picture is None:
        terminal.say(
            "日本語の書体が見つからないため、スライド用の画像は作りませんでした。"
        )
    else:
        paths["スライド用の画像"] = report.picture
    terminal.show_paths(paths)
