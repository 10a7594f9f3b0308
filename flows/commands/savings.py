"""`yakuba savings`: the report of minutes saved."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from flows.commands import terminal
from tasks.domain.savings import Period
from tasks.procedures.savings_report import make_report
from tasks.procedures.workplace import open_workplace


def report_savings(
    *, first: dt.date | None, last: dt.date, out: Path, home: Path, work: Path | None
) -> None:
    """Write the report of a period and print its table.

    Args:
        first: None means 1 April of the fiscal year of `last`.
        last: Last day, counted too.
        out: Folder of the workbook.
        home: Folder that holds configs/.
        work: Work folder in place of the configured one.
    """
    period = Period(first or Period.fiscal_year_with(last).first, last)
    place = open_workplace(home, work=work)
    report = make_report(
        period,
        database=place.database,
        rules=place.settings.savings,
        folder=place.path(str(out)),
    )
    if report.table:
        headers = tuple(report.table[0])
        terminal.show_table(
            "削減時間", headers, [tuple(row.values()) for row in report.table]
        )
    else:
        terminal.say("この期間の記録はありません。")
    terminal.show_paths({"報告": report.workbook})
