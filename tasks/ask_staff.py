"""Steps: put what is not proved before staff, and fetch what they answered."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from prefect import task

from ocr.model import DocumentReading
from ocr.read import reading_rule_version
from tasks.domain.clerks.clerk_word import ClerkWord
from tasks.domain.review_item import ReviewAnswer, ReviewItem
from tasks.policy import STEP
from tasks.procedures import take_clerks_word as clerks
from tasks.procedures.intake import with_pictures
from tasks.procedures.judge_forms import possible_questions
from tasks.procedures.workplace import Workplace


@task(name="職員の回答を集める", **STEP)
def collect_answers(
    documents: tuple[DocumentReading, ...], *, job: str, place: Workplace
) -> dict[str, ReviewAnswer]:
    """Return the newest answer to each question about these documents."""
    return place.review.answers(possible_questions(documents, job=job))


@task(name="職員に確認を依頼する", **STEP)
def ask(
    items: tuple[ReviewItem, ...],
    *,
    documents: tuple[DocumentReading, ...],
    job: str,
    place: Workplace,
    at: dt.datetime,
) -> int:
    """Return how many questions are new; those no longer needed are withdrawn."""
    possible = possible_questions(documents, job=job)
    rule = reading_rule_version(place.forms, place.words)
    kept = {item.item_id for item in items} | set(place.review.answers(possible))
    place.review.withdraw([key for key in possible if key not in kept])
    return sum(
        place.review.ask(batch, at=at)
        for batch in with_pictures(
            items, documents=documents, store=place.documents, rule=rule
        )
    )


@task(name="職員の判断と領収書を読み込む", **STEP)
def take_clerks_word(
    folder: Path | None, *, place: Workplace, now: dt.datetime, who: str
) -> ClerkWord:
    """Return what clerks ever decided, with what they wrote in the folder's workbooks."""
    files = clerks.filled_in(folder) if folder else ()
    return clerks.take_clerks_word(files, place.clerks, now=now, who=who, go_on=True)
