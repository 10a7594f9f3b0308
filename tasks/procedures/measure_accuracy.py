"""What acceptance rests on, and the judging that learns from the blind sample."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from ocr.model import DocumentReading, PageReading
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.acceptance import Known
from tasks.domain.reading.accuracy import fallen_back
from tasks.domain.reading.people_met import postal_codes
from tasks.edges.reading.accuracy_store import AccuracyStore
from tasks.edges.reading.calibration_file import load_calibration
from tasks.edges.towns import towns_by_postal
from tasks.procedures.form_pages import FormPage, Grounds


def grounds_of(
    rules: AcceptanceRules,
    documents: Sequence[DocumentReading],
    words: Mapping[str, frozenset[str]],
) -> Grounds:
    """Return what accepting the fields of these documents rests on.

    Args:
        rules: As configured.
        documents: As read; their postal codes are looked up.
        words: What fields usually hold, by the name of the list.
    """
    pages = (page for document in documents for page in document.pages)
    return Grounds(
        rules=rules,
        calibration=load_calibration(),
        postal_towns=towns_by_postal(postal_codes(pages)),
        words=words,
    )


def known_of(page: PageReading) -> Known:
    """Return what is known beside one page where there is no ledger and no history."""
    return Known(
        calibration=load_calibration(),
        postal_towns=towns_by_postal(postal_codes([page])),
    )


def judge_measured(
    judge: Callable[[Grounds], tuple[FormPage, ...]],
    grounds: Grounds,
    store: AccuracyStore,
) -> tuple[FormPage, ...]:
    """Return pages judged by everything that staff ever settled blind, these included.

    Args:
        judge: Judges the pages of a run.
        grounds: Without what the blind sample showed.
        store: Keeps what it showed.

    Raises:
        TryAgainError: STORE-002.
    """
    history = store.results()
    fallen = fallen_back(history, grounds.rules)
    pages = judge(replace(grounds, fallen_back=fallen))
    known = set(history)
    new = [one for page in pages for one in page.blind if one not in known]
    if not new:
        return pages
    store.record(new)
    fallen_now = fallen_back(store.results(), grounds.rules)
    if fallen_now == fallen:
        return pages
    return judge(replace(grounds, fallen_back=fallen_now))
