"""Steps: survey the inbox, read each document once, judge what was read."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from prefect import task

from ocr.read import Engines
from tasks.policy import STEP
from tasks.procedures import intake
from tasks.procedures.workplace import Workplace


@task(name="受付箱を見る", **STEP)
def survey_inbox(folder: Path, *, may_be_empty: bool) -> intake.Inbox:
    """Return what lies in the inbox; it may be empty when there are lists."""
    return intake.survey(folder, may_be_empty=may_be_empty)


@task(name="申請書を読む", tags=["ocr"], **STEP)
def read_document(
    file: intake.InboxFile,
    *,
    place: Workplace,
    engines: Engines,
    rule: str,
    now: dt.datetime,
) -> intake.Outcome | None:
    """Return one document's readings; None while it is still arriving."""
    return intake.read_once(
        file,
        forms=place.forms,
        engines=engines,
        store=place.documents,
        rule=rule,
        now=now,
    )


@task(name="読めないファイルを分ける", **STEP)
def set_aside(
    refused: tuple[intake.Refused, ...], *, inbox: Path, folder: Path
) -> tuple[Path, ...]:
    """Return where the copies lie, each with its reason beside it."""
    return tuple(intake.set_aside(item, inbox=inbox, folder=folder) for item in refused)
