"""Steps: judge forms by the ledger, match everybody, judge 滞納, release the papers."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from prefect import task

from ocr.model import DocumentReading
from tasks.domain.records import Verdict
from tasks.domain.review_item import ReviewAnswer
from tasks.policy import STEP
from tasks.procedures import (
    delinquency_check,
    gather_requests,
    keep_runs,
    match_ledgers,
    release_papers,
)
from tasks.procedures.ask_clerks import ask_clerks as leave_questions
from tasks.procedures.check_request import (
    JOB,
    CheckRequest,
    CheckResult,
    Gathered,
    Matched,
)
from tasks.procedures.form_pages import FormPage
from tasks.procedures.judge_forms import judge_forms as judge_pages
from tasks.procedures.measure_accuracy import grounds_of, judge_measured
from tasks.procedures.workplace import Workplace


@task(name="読み取りを判定する", **STEP)
def judge_forms(
    documents: tuple[DocumentReading, ...],
    *,
    ledgers: CheckRequest,
    answers: dict[str, ReviewAnswer],
    place: Workplace,
    today: dt.date,
) -> tuple[FormPage, ...]:
    """Return every page judged; `ledgers` names the ledger files.

    What staff settled of the blind sample is kept, and counts at once.
    """
    if not documents:
        return ()
    with match_ledgers.open_books(ledgers) as opened:
        return judge_measured(
            lambda grounds: judge_pages(
                documents,
                job=JOB,
                ledgers=opened,
                grounds=grounds,
                answers=answers,
                today=today,
            ),
            grounds_of(place.settings.acceptance, documents, place.words),
            place.accuracy,
        )


@task(name="収納反映日を台帳で確かめる", **STEP)
def day_of_books(request: CheckRequest) -> dt.date:
    """Return the day up to which payments are posted, as the ledgers tell it."""
    return match_ledgers.day_of_books(request)


@task(name="依頼名簿を読む", **STEP)
def gather(request: CheckRequest) -> Gathered:
    """Return everybody asked about."""
    return gather_requests.gather(request)


@task(name="台帳と照合する", **STEP)
def match(request: CheckRequest, gathered: Gathered) -> Matched:
    """Return who everybody is, and the tax lines of those who are settled."""
    return match_ledgers.match(request, gathered)


@task(name="滞納を判定する", **STEP)
def judge(
    request: CheckRequest, gathered: Gathered, matched: Matched
) -> tuple[Verdict, ...]:
    """Return one verdict for each applicant."""
    return delinquency_check.judge_all(request, gathered, matched)


@task(name="前の実行を探す", **STEP)
def find_earlier(
    request: CheckRequest, gathered: Gathered, *, place: Workplace
) -> CheckRequest:
    """Return the request with the run before over the same people, if there was one."""
    return replace(request, earlier=keep_runs.earlier_run(place.history, gathered))


@task(name="実行を履歴に残す", **STEP)
def keep_run(request: CheckRequest, result: CheckResult, *, place: Workplace) -> None:
    """Keep a run whose papers are released."""
    keep_runs.keep_run(place.history, request, result)


@task(name="要確認を確認画面に出す", **STEP)
def ask_clerks(request: CheckRequest, result: CheckResult, *, place: Workplace) -> None:
    """Leave what a clerk must settle, and take away what is settled."""
    leave_questions(place.history, request, result)


@task(name="件数を確かめて回答を出す", **STEP)
def release(
    request: CheckRequest,
    gathered: Gathered,
    matched: Matched,
    verdicts: tuple[Verdict, ...],
) -> CheckResult:
    """Return the result; papers are written only when everything balances."""
    return release_papers.release(request, gathered, matched, verdicts)
