"""Delete what kept runs say about people once their years are over."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from tasks.domain.office.retention import first_kept_day
from tasks.edges.review.person_review import PersonReview
from tasks.edges.runs.run_history import OldRun, RunHistory


@dataclass(frozen=True, slots=True)
class Expired:
    """The runs whose years are over."""

    kept_from: dt.date
    """First day whose runs are kept."""
    runs: tuple[OldRun, ...]
    """Oldest first."""
    deleted: bool
    """False when they were only looked for."""


def drop_expired(
    history: RunHistory,
    *,
    keep_years: int,
    now: dt.datetime,
    who: str,
    dry_run: bool = True,
) -> Expired:
    """Return the kept runs whose years are over, deleted unless it is a dry run.

    The papers in their result folders are the office's own files and stay.

    Args:
        history: Where runs are kept.
        keep_years: 保存年数.
        now: With time zone of the office.
        who: Goes into the audit log.
        dry_run: Look only.

    Raises:
        TryAgainError: STORE-002.
    """
    kept_from = first_kept_day(now.date(), keep_years=keep_years)
    midnight = dt.datetime.combine(kept_from, dt.time(), tzinfo=now.tzinfo)
    if dry_run:
        return Expired(kept_from, history.before(midnight), deleted=False)
    runs = history.forget(midnight, now=now, who=who)
    # What the review page still asks because of them goes with them.
    PersonReview(history.database).leave([], older_than=midnight)
    return Expired(kept_from, runs, deleted=True)
