"""Steps: who ran what, the minutes it saved, and the report of a period."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from prefect import task

from tasks.domain.errors import SettingsError
from tasks.domain.hours_saved.forecast import Forecast
from tasks.domain.hours_saved.savings import RunEffort, SavingsLine, baseline_in_force
from tasks.domain.office.periods import Period
from tasks.edges.office_database.audit_log import AuditFile
from tasks.policy import STEP
from tasks.procedures.check_request import CheckRequest, Gathered, Matched
from tasks.procedures.forecast_run import (
    Start,
    decide,
    forecast_job,
    new_items,
)
from tasks.procedures.intake import InboxFile
from tasks.procedures.measured_rules import measured_rules
from tasks.procedures.run_results import RunSummary
from tasks.procedures.savings_report import SavingsReport, make_report
from tasks.procedures.workplace import Workplace


@task(name="実行の始まりを記録する", **STEP)
def open_run(
    request: CheckRequest,
    gathered: Gathered,
    matched: Matched,
    *,
    run_id: str,
    place: Workplace,
) -> None:
    """Write into the audit log who started what on which files."""
    place.audit.append(
        "run_started",
        who=request.who,
        at=request.now,
        subject=run_id,
        files=tuple(
            AuditFile(source.file, source.sha256)
            for source in (*gathered.sources, *matched.sources)
        ),
        details={"as_of": request.as_of.isoformat(), "program": request.program},
    )


@task(name="実行の終わりを記録する", **STEP)
def close_run(
    summary: RunSummary, *, who: str, at: dt.datetime, place: Workplace
) -> None:
    """Write into the audit log what the run came to, in counts."""
    place.audit.append(
        "run_finished",
        who=who,
        at=at,
        subject=summary.run_id,
        details=dict(summary.outcomes),
    )


@task(name="削減時間を記録する", **STEP)
def record_minutes(effort: RunEffort, *, place: Workplace) -> SavingsLine | None:
    """Append the run to the account of minutes; None when it brought nothing new.

    Raises:
        SettingsError: When the job has no baseline in force on that day.
    """
    rules = measured_rules(place.settings.savings, place.database)
    baseline = baseline_in_force(rules.baselines, effort.job, effort.at.date())
    if baseline is None:
        raise SettingsError(
            (
                f"baselines.yaml: {effort.job}: {effort.at.date()} に有効な基準がありません",
            )
        )
    attended = effort.attended_minutes or baseline.attended_minutes_per_run
    return place.savings.record(replace(effort, attended_minutes=attended), baseline)


@task(name="削減時間の報告を作る", **STEP)
def report_minutes(
    period: Period, *, folder: Path, now: dt.datetime, place: Workplace
) -> SavingsReport:
    """Return the report of a period, written in all its forms."""
    return make_report(
        period,
        database=place.database,
        rules=place.settings.savings,
        folder=folder,
        now=now,
        city=place.settings.municipality.city,
    )


@task(name="手作業と比べる", **STEP)
def weigh_run(
    files: Sequence[InboxFile], start: Start, *, place: Workplace
) -> Forecast | None:
    """Return what the run is expected to cost; None when nothing new is in the inbox.

    Raises:
        NeedsPersonError: FORECAST-001 when typing by hand would be faster and the
            clerk who started the run has not said to go on.
    """
    items = new_items(files, job=start.job, database=place.database)
    found = forecast_job(
        start.job,
        items=items,
        database=place.database,
        rules=(place.settings.savings, place.settings.acceptance),
        today=start.at.date(),
    )
    if found is not None:
        decide(found, start, database=place.database)
    return found
