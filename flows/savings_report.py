"""削減時間報告: the minutes saved in a period, as managers know the table."""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

from prefect import flow

from flows.arguments import read_day
from flows.clock import now, today
from flows.parameters import SavingsReportParameters
from tasks.domain.office.periods import report_period
from tasks.procedures.workplace import find_home, find_work, open_workplace
from tasks.record_savings import report_minutes
from tasks.show_results import show_report


@flow(
    name="削減時間報告",
    flow_run_name=lambda: f"削減時間報告 {today()}",
    log_prints=False,
    persist_result=False,
)
def savings_report(条件: SavingsReportParameters = SavingsReportParameters()) -> str:
    """業務ごとの導入前・導入後・削減の時間を、Excelと画面に出します。

    Args:
        条件: 空欄のままで今年度の報告になります。
    """
    conditions = 条件
    moment = now()
    day = moment.date()
    period = report_period(
        first=_written(conditions.first_day, day, "first_day"),
        last=_written(conditions.last_day, day, "last_day"),
        until_last_month=conditions.until_last_month,
        today=day,
    )
    place = open_workplace(
        find_home(os.environ, Path.cwd()), work=find_work(os.environ)
    )
    report = report_minutes(
        period, folder=place.path(conditions.out), now=moment, place=place
    )
    show_report(report)
    return str(report.workbook)


def _written(text: str, day: dt.date, what: str) -> dt.date | None:
    return read_day(text, today=day, what=what) if text else None
