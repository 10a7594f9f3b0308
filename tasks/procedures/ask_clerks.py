"""Leave 要確認 of a run on the review page, and take away what is no longer asked."""

from __future__ import annotations

from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.person_question import Asking, questions_from
from tasks.edges.review.person_review import PersonReview
from tasks.edges.runs.run_history import RunHistory
from tasks.procedures.check_request import JOB, CheckRequest, CheckResult


def ask_clerks(
    history: RunHistory, request: CheckRequest, result: CheckResult
) -> tuple[int, int]:
    """Leave what a run asks of clerks; close what the run before over the request asked.

    Call it after the run is kept: its evidence then lies in the history, and a closed
    question keeps nothing about anybody.

    Returns:
        How many questions are asked, how many were closed.

    Raises:
        TryAgainError: STORE-002.
    """
    earlier = request.earlier.head.run_id if request.earlier else ""
    run_id = request.run_id
    if earlier and not _is_kept(history, run_id):
        run_id = earlier  # the same inputs once more: the papers are that run's
    asking = Asking(JOB, run_id, request.now, request.as_of, request.rules)
    questions = questions_from(result.verdicts, asking)
    return PersonReview(history.database).leave(
        questions, instead_of=tuple({earlier, run_id} - {""})
    )


def _is_kept(history: RunHistory, run_id: str) -> bool:
    try:
        history.find(run_id)
    except NeedsPersonError:
        return False
    return True
