"""Pages judged as the program judges them: proofs, the ledger's person, calibration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from benchmarks.paper.cast import Cast
from benchmarks.paper.lists import LISTS
from ocr.model import DocumentReading
from tasks.domain.office.settings import AcceptanceRules, ColumnNames
from tasks.domain.reading.acceptance import Judgement, Known, judge_page
from tasks.domain.reading.people_met import Proved
from tasks.edges.city_ledgers.ledgers import open_ledgers
from tasks.procedures.measure_accuracy import grounds_of
from tasks.procedures.person_trials import ScannedPage
from tasks.procedures.prove_person import prove_by_person

Judged = dict[tuple[str, int], dict[str, Judgement]]
"""File and page: field identifier to judgement."""


def judged_pages(
    documents: Sequence[DocumentReading], cast: Cast, folder: Path, today: dt.date
) -> Judged:
    """Return the judgement of every field of every page that was read.

    Args:
        documents: Readings.
        cast: The residents that the ledger holds.
        folder: For the ledger's files and cache.
        today: For plausible dates.
    """
    persons, taxes = cast.write_ledger(folder)
    grounds = grounds_of(AcceptanceRules(), documents, LISTS)
    pages = [ScannedPage(doc, page) for doc in documents for page in doc.pages]
    with open_ledgers(
        [persons],
        [taxes],
        cache_folder=folder / "cache",
        columns=ColumnNames(),
        today=today,
    ) as ledgers:
        proved = prove_by_person(
            pages, ledgers=ledgers, rules=grounds.rules, today=today
        )
    return {
        (entry.document.file, entry.page.page): {
            one.field_id: one
            for one in judge_page(
                entry.page,
                rules=grounds.rules,
                today=today,
                known=Known(
                    people=proved.get(entry.row_id, Proved()),
                    calibration=grounds.calibration,
                    postal_towns=grounds.postal_towns,
                    words=grounds.words,
                ),
            )
        }
        for entry in pages
        if entry.page.form is not None
    }
