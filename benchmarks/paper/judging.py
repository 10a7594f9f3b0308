"""Pages judged as the program judges them: proofs, the ledger's person, calibration."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from benchmarks.paper.cast import Cast
from ocr.model import DocumentReading
from tasks.domain.acceptance import Judgement, judge_page
from tasks.domain.settings import AcceptanceRules, ColumnNames
from tasks.edges.ledgers import open_ledgers
from tasks.procedures.prove_person import ScannedPage, prove_by_person

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
    rules = AcceptanceRules()
    pages = [ScannedPage(doc, page) for doc in documents for page in doc.pages]
    with open_ledgers(
        [persons],
        [taxes],
        cache_folder=folder / "cache",
        columns=ColumnNames(),
        today=today,
    ) as ledgers:
        proved = prove_by_person(pages, ledgers=ledgers, rules=rules, today=today)
    return {
        (entry.document.file, entry.page.page): {
            one.field_id: one
            for one in judge_page(
                entry.page.fields,
                rules=rules,
                today=today,
                proved_by_master=proved.get(entry.row_id, {}),
                born_digital=entry.page.born_digital,
            )
        }
        for entry in pages
        if entry.page.form is not None
    }
