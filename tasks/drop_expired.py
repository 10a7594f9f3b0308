"""Steps: delete records whose years are over."""

from __future__ import annotations

import datetime as dt

from prefect import task

from tasks.edges.runs.run_history import RunHistory
from tasks.policy import STEP
from tasks.procedures.expired_runs import Expired, drop_expired
from tasks.procedures.workplace import Workplace


@task(name="保存期間の過ぎた記録を消す", **STEP)
def drop_expired_runs(
    place: Workplace, *, now: dt.datetime, who: str, dry_run: bool
) -> Expired:
    """Return the kept runs whose years are over, deleted unless it is a dry run."""
    return drop_expired(
        RunHistory(place.database),
        keep_years=place.settings.municipality.keep_years,
        now=now,
        who=who,
        dry_run=dry_run,
    )
