"""滞納確認: scanned forms and request lists in, answers or questions for staff out."""

from __future__ import annotations

import datetime as dt
import os
import time
import uuid
from dataclasses import replace
from pathlib import Path

from prefect import flow, get_run_logger, unmapped
from prefect.task_runners import ThreadPoolTaskRunner

from flows.arguments import read_day
from flows.clock import now
from flows.offline import end_quietly
from flows.parameters import BY_SCHEDULE, TaxDelinquencyParameters
from ocr.errors import ReadingError
from ocr.read import default_engines, reading_rule_version
from tasks.ask_staff import ask, collect_answers, take_clerks_word
from tasks.domain.errors import NeedsPersonError, SettingsError, YakubaError
from tasks.domain.office.calendar import is_office_day
from tasks.domain.runs.check_report import Letter
from tasks.policy import READERS_AT_ONCE
from tasks.procedures import run_inputs, run_results
from tasks.procedures.check_request import JOB, CheckRequest
from tasks.procedures.forecast_run import Start
from tasks.procedures.intake import Inbox
from tasks.procedures.workplace import (
    Workplace,
    find_home,
    find_work,
    open_workplace,
)
from tasks.read_forms import read_document, set_aside, survey_inbox
from tasks.reconcile_ledgers import (
    ask_clerks,
    day_of_books,
    find_earlier,
    gather,
    judge,
    judge_forms,
    keep_run,
    match,
    release,
)
from tasks.record_savings import close_run, open_run, record_minutes, weigh_run
from tasks.show_results import show_error, show_forecast, show_run


@flow(
    name="滞納確認",
    flow_run_name=lambda: f"滞納確認 {now():%Y-%m-%d %H:%M}",
    task_runner=ThreadPoolTaskRunner(max_workers=READERS_AT_ONCE),  # type: ignore[arg-type]  # Prefect's own runner does not fit its own annotation
    log_prints=False,
    persist_result=False,
)
def tax_delinquency(
    条件: TaxDelinquencyParameters = TaxDelinquencyParameters(),
) -> run_results.RunSummary | None:
    """申請書と依頼名簿の全員について、滞納の有無を台帳で確かめ、回答を作ります。

    Args:
        条件: 空欄のままで実行できます。
    """
    end_quietly()
    conditions = 条件
    started = now()
    if conditions.office_days_only and not is_office_day(started.date()):
        get_run_logger().info("no office day: nothing done")
        return None
    place = open_workplace(
        find_home(os.environ, Path.cwd()), work=find_work(os.environ)
    )
    try:
        return _run(conditions, place, started)
    except (YakubaError, ReadingError) as error:
        places = (
            error.faults if isinstance(error, NeedsPersonError | SettingsError) else ()
        )
        show_error(error.sentence, error.code, places or (error.detail,))
        raise
    finally:
        place.database.close()


def _run(
    conditions: TaxDelinquencyParameters, place: Workplace, started: dt.datetime
) -> run_results.RunSummary:
    run_id = uuid.uuid4().hex[:12]
    clock = time.monotonic()
    request = run_inputs.base_request(
        place,
        folders=_folders(conditions, place),
        as_of=_written_day(conditions, started.date()),
        now=started,
        who=conditions.started_by,
        letter=_letter(conditions, started.date()),
    )
    request = replace(request, run_id=run_id)
    if not conditions.as_of:
        request = replace(request, as_of=day_of_books(request))
    said = take_clerks_word(
        place.path(conditions.decisions_folder)
        if conditions.decisions_folder
        else None,
        place=place,
        now=started,
        who=conditions.started_by,
    )
    request = replace(request, said=said)
    papers = _read_papers(request, conditions, place)
    answers = collect_answers(papers.documents, job=JOB, place=place)
    pages = judge_forms(
        papers.documents,
        ledgers=request,
        answers=answers,
        place=place,
        today=started.date(),
    )
    ask(
        run_results.open_questions(pages),
        documents=papers.documents,
        job=JOB,
        place=place,
        at=started,
    )
    request = replace(request, forms=run_inputs.forms_in(papers, pages))
    gathered = gather(request)
    matched = match(request, gathered)
    open_run(request, gathered, matched, run_id=run_id, place=place)
    verdicts = judge(request, gathered, matched)
    request = run_results.with_folder(
        request, gathered, matched, verdicts, papers=papers
    )
    request = find_earlier(request, gathered, place=place)
    result = release(request, gathered, matched, verdicts)
    keep_run(request, result, place=place)
    ask_clerks(request, result, place=place)
    minutes = (time.monotonic() - clock) / 60
    effort = run_results.run_effort(
        result, pages, papers, run_id=run_id, at=started, machine_minutes=minutes
    )
    line = record_minutes(effort, place=place)
    summary = run_results.summarise(
        result,
        pages,
        run_id=run_id,
        as_of=request.as_of,
        line=line,
        paths=run_results.result_paths(result, papers, place),
    )
    close_run(summary, who=request.who, at=now(), place=place)
    show_run(summary)
    return summary


def _folders(
    conditions: TaxDelinquencyParameters, place: Workplace
) -> run_inputs.Folders:
    return run_inputs.Folders(
        inbox=place.path(conditions.inbox) if conditions.inbox else None,
        requests=place.path(conditions.request_folder)
        if conditions.request_folder
        else None,
        persons=place.path(conditions.persons_folder),
        taxes=place.path(conditions.taxes_folder),
        out=place.path(conditions.out),
    )


def _letter(conditions: TaxDelinquencyParameters, today: dt.date) -> Letter:
    """Return what the run form says of the letters."""
    asked_on = conditions.requested_on
    return Letter(
        addressed_to=conditions.requesting_section,
        number=conditions.letter_number,
        requested_on=read_day(asked_on, today=today, what="requested_on")
        if asked_on
        else None,
    )


def _written_day(conditions: TaxDelinquencyParameters, today: dt.date) -> dt.date:
    """Return 収納反映日 as written; today stands in until the ledgers tell it."""
    if not conditions.as_of:
        return today
    return read_day(conditions.as_of, today=today, what="as_of")


def _start(request: CheckRequest, conditions: TaxDelinquencyParameters) -> Start:
    """Return how the run was started, for the forecast."""
    return Start(
        job=JOB,
        run_id=request.run_id,
        at=request.now,
        who=conditions.started_by,
        by_schedule=conditions.started_by == BY_SCHEDULE,
        confirmed=conditions.even_if_slower,
    )


def _read_papers(
    request: CheckRequest, conditions: TaxDelinquencyParameters, place: Workplace
) -> run_inputs.Papers:
    folder = _folders(conditions, place).inbox
    if folder is None:
        return run_inputs.Papers(Inbox(()), (), ())
    inbox = survey_inbox(folder, may_be_empty=bool(request.request_files))
    if not inbox.files:
        return run_inputs.Papers(inbox, (), (), inbox.arriving)
    expected = weigh_run(inbox.files, _start(request, conditions), place=place)
    if expected is not None:
        show_forecast(expected)
    read = read_document.map(
        list(inbox.files),
        place=unmapped(place),
        engines=unmapped(default_engines(place.words)),
        rule=unmapped(reading_rule_version(place.forms, place.words)),
        now=unmapped(request.now),
    )
    outcomes = [future.result(raise_on_failure=False) for future in read]
    papers = run_inputs.papers_from(inbox, outcomes)
    set_aside(papers.refused, inbox=folder, folder=run_inputs.aside_folder(place))
    return papers
