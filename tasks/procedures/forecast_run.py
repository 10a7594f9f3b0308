"""Before a run: what it is expected to cost, and whether it may go on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from ocr.errors import ReadingError
from ocr.pages import count_pages
from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.forecast import Forecast, ForecastOutcome, forecast
from tasks.domain.hours_saved.savings import baseline_in_force
from tasks.domain.office.settings import AcceptanceRules, SavingsRules
from tasks.domain.reading.accuracy import fallen_back
from tasks.edges.hours_saved.forecast_store import ForecastStore, KeptForecast
from tasks.edges.office_database.database import Database
from tasks.edges.reading.accuracy_store import AccuracyStore
from tasks.procedures.intake import InboxFile
from tasks.procedures.measured_rules import measured_rules

LOOKS_BACK_DAYS = 365
"""Older work says little of how the job runs now."""


def new_items(files: Sequence[InboxFile], *, job: str, database: Database) -> int:
    """Return how many pages lie in the inbox that no run has judged yet.

    A file whose pages cannot be counted is one: reading tells what is wrong with it. Once
    it was refused, it is no longer new.
    """
    keys = {
        file.sha256: (f"form:{file.sha256[:16]}:p1", f"file:{file.sha256[:16]}:1")
        for file in files
    }
    every = [key for both in keys.values() for key in both]
    known = ForecastStore(database).known_documents(job, every)
    new = {file.sha256: file for file in files if known.isdisjoint(keys[file.sha256])}
    return sum(_pages(file) for file in new.values())


def forecast_job(
    job: str,
    *,
    items: int,
    database: Database,
    rules: tuple[SavingsRules, AcceptanceRules],
    today: dt.date,
) -> Forecast | None:
    """Return what so many new items of a job are expected to cost.

    Args:
        job: As in baselines.
        items: New ones.
        database: Holds the past.
        rules: Baselines and margin; which error rates are allowed.
        today: For the baseline in force.

    Returns:
        None when the job has no baseline, or neither past nor expectation.
    """
    savings, acceptance = measured_rules(rules[0], database), rules[1]
    baseline = baseline_in_force(savings.baselines, job, today)
    if baseline is None:
        return None
    fallen = {
        (form, kind)
        for form, kind, _ in fallen_back(AccuracyStore(database).results(), acceptance)
    }
    since = today - dt.timedelta(days=LOOKS_BACK_DAYS)
    past = ForecastStore(database).past(job, since, fallen)
    return forecast(baseline, past, items=items, margin=savings.pays_margin)


@dataclass(frozen=True, slots=True)
class Start:
    """How a run was started."""

    job: str
    run_id: str
    at: dt.datetime
    who: str
    by_schedule: bool
    confirmed: bool
    """The clerk wants it even if typing would be faster."""


def decide(found: Forecast, start: Start, *, database: Database) -> ForecastOutcome:
    """Return what becomes of a run, having recorded it with its forecast.

    A run started by schedule goes on and is recorded; one started by hand that is not
    expected to pay goes on only when the clerk has said so.

    Raises:
        NeedsPersonError: FORECAST-001 when it must be confirmed first.
    """
    if found.pays:
        outcome = ForecastOutcome.RAN
    elif start.by_schedule:
        outcome = ForecastOutcome.NIGHT
    else:
        outcome = (
            ForecastOutcome.CONFIRMED if start.confirmed else ForecastOutcome.STOPPED
        )
    ForecastStore(database).keep(
        KeptForecast(
            job=start.job,
            run_id=start.run_id,
            at=start.at,
            items=found.items,
            by_hand_ms=found.by_hand_ms,
            expected_ms=found.expected_ms,
            pays=found.pays,
            outcome=outcome,
            by_whom=start.who,
        )
    )
    if outcome is ForecastOutcome.STOPPED:
        raise NeedsPersonError("FORECAST-001", found.words, (found.words,))
    return outcome


def _pages(file: InboxFile) -> int:
    try:
        return max(1, count_pages(file.path))
    except (ReadingError, OSError):
        return 1
