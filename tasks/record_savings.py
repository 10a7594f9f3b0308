"""Steps: count the minutes of a run, and report those of a period."""

from __future__ import annotations

from pathlib import Path

from prefect import task
from prefect.artifacts import create_markdown_artifact, create_table_artifact

from tasks.domain.errors import SettingsError
from tasks.domain.savings import Period, RunEffort, SavingsLine, baseline_in_force
from tasks.policy import STEP
from tasks.procedures.savings_report import SavingsReport, make_report
from tasks.procedures.workplace import Workplace


@task(name="削減時間を記録する", **STEP)
def record_minutes(effort: RunEffort, *, place: Workplace) -> SavingsLine | None:
    """Append the run to the account of minutes; None when it brought nothing new.

    Raises:
        SettingsError: When the job has no baseline in force on that day.
    """
    baseline = baseline_in_force(
        place.settings.savings.baselines, effort.job, effort.at.date()
    )
    if baseline is None:
        raise SettingsError(
            (
                f"baselines.yaml: {effort.job}: {effort.at.date()} に有効な基準がありません",
            )
        )
    return place.savings.record(effort, baseline)


@task(name="削減時間の報告を作る", **STEP)
def report_minutes(period: Period, *, folder: Path, place: Workplace) -> SavingsReport:
    """Return the report of a period, written as a workbook."""
    return make_report(
        period,
        database=place.database,
        rules=place.settings.savings,
        folder=folder,
    )


@task(name="報告を画面に出す", **STEP)
def show_report(report: SavingsReport) -> None:
    """Publish the report as Prefect artifacts."""
    create_table_artifact(
        key="sakugen-jikan",
        table=[dict(row) for row in report.table],
        description="# 削減時間\n導入前・導入後・削減の時間（業務別）",
    )
    create_markdown_artifact(key="sakugen-jikan-hokoku", markdown=report.markdown)
