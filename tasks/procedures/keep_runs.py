"""Keep what a run released, and hold it against the run before over the same request."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from tasks.domain.identity.matching import RULES_VERSION
from tasks.domain.lists_and_ledgers.sources import SourceFile
from tasks.domain.records import Verdict
from tasks.domain.runs.run_changes import RunDifference, difference
from tasks.domain.runs.run_records import KeptRun, RunHead
from tasks.edges.finished_files import write_together
from tasks.edges.runs.difference_sheets import DIFFERENCE_FILE, difference_workbook
from tasks.edges.runs.run_history import RunHistory
from tasks.procedures.check_request import CheckRequest, CheckResult, Gathered


def earlier_run(history: RunHistory, gathered: Gathered) -> KeptRun | None:
    """Return the newest run over the same request, or None."""
    return history.previous(gathered.sources, gathered.applicants)


def run_head(
    request: CheckRequest,
    sources: Sequence[SourceFile],
    counts: Sequence[tuple[str, int]],
) -> RunHead:
    """Return a run as it is listed."""
    return RunHead(
        run_id=request.run_id,
        at=request.now,
        who=request.who,
        program=request.program,
        matching_rules=RULES_VERSION,
        as_of=request.as_of,
        rules=request.rules,
        sources=tuple(sources),
        counts=tuple(counts),
        folder=str(request.out_folder),
    )


def since_earlier(
    request: CheckRequest,
    sources: Sequence[SourceFile],
    verdicts: Sequence[Verdict],
) -> RunDifference | None:
    """Return who changed since the run before; None when there was none."""
    if request.earlier is None:
        return None
    now = KeptRun(run_head(request, sources, ()), tuple(verdicts))
    return difference(request.earlier, now)


def keep_run(
    history: RunHistory, request: CheckRequest, result: CheckResult
) -> RunHead | None:
    """Keep a run whose papers are released; return its head.

    Returns:
        None where the papers already stand for a run that is kept: the same inputs
        gave the same answers again, and nothing was released.

    Raises:
        TryAgainError: STORE-002.
        NeedsPersonError: FILE-003 when the disk is full.
    """
    counts = [(answer.value, n) for answer, n in result.counts.items() if n]
    head = run_head(request, result.sources, counts)
    if request.keep_finished and history.holds_folder(head.folder):
        return None
    history.keep(head, result.verdicts)
    return head


def compare_runs(
    history: RunHistory, before: str, after: str, *, folder: Path, now: dt.datetime
) -> tuple[RunDifference, Path]:
    """Return two runs held against each other, and 差分.xlsx written of it.

    Args:
        history: Where they are kept.
        before: Beginning of the earlier run's id.
        after: Beginning of the later run's id.
        folder: Where the workbook goes.
        now: With time zone.

    Raises:
        NeedsPersonError: RUN-001, RUN-002, FILE-003.
    """
    heads = sorted((history.find(before), history.find(after)), key=lambda h: h.at)
    found = difference(*(history.load(head) for head in heads))
    content = difference_workbook(found, now=now)
    (path,) = write_together(folder, {DIFFERENCE_FILE: content})
    return found, path
