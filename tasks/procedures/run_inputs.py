"""What one run of 滞納確認 takes in: folders, papers, and the forms among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ocr.errors import ReadingError
from ocr.model import DocumentReading
from tasks.domain.errors import NeedsPersonError, YakubaError
from tasks.domain.lists_and_ledgers.sources import InputNote, Role, SourceFile
from tasks.domain.runs.check_report import Letter
from tasks.procedures.check_request import (
    CheckRequest,
    FormsIn,
)
from tasks.procedures.form_pages import FormPage, PageState
from tasks.procedures.intake import Inbox, Refused
from tasks.procedures.workplace import Workplace

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls")
"""Endings of files taken from the list and ledger folders."""

ARRIVING = "まだコピー中のため、次回の実行で読み取ります。"


@dataclass(frozen=True, slots=True)
class Papers:
    """Everything that came in on paper, read or not."""

    inbox: Inbox
    documents: tuple[DocumentReading, ...]
    refused: tuple[Refused, ...]
    arriving: tuple[str, ...] = ()
    """Names of files left for the next run."""


@dataclass(frozen=True, slots=True)
class Folders:
    """Where a run looks, and where its papers go."""

    inbox: Path | None
    requests: Path | None
    persons: Path
    taxes: Path
    out: Path


def base_request(
    place: Workplace,
    *,
    folders: Folders,
    as_of: dt.date,
    now: dt.datetime,
    who: str,
    letter: Letter,
) -> CheckRequest:
    """Return the check of what lies in the folders, forms not yet read.

    Raises:
        NeedsPersonError: FILE-001 when a folder is missing, FILE-007 when there is no
            ledger in its folder; all of them together.
    """
    faults: list[str] = []
    tables = {
        name: _tables_in(folder, name, faults, may_be_empty=name == "requests")
        for name, folder in (
            ("requests", folders.requests),
            ("persons", folders.persons),
            ("taxes", folders.taxes),
        )
        if folder is not None
    }
    if faults:
        raise NeedsPersonError("FILE-001", "; ".join(faults), tuple(faults))
    settings = place.settings
    return CheckRequest(
        request_files=tables.get("requests", ()),
        persons=tables["persons"],
        taxes=tuple(p for p in tables["taxes"] if p not in tables["persons"]),
        as_of=as_of,
        out_folder=folders.out,
        cache_folder=place.ledger_cache,
        rules=settings.delinquency,
        columns=settings.columns,
        municipality=settings.municipality,
        now=now,
        who=who,
        program=place.program,
        letter=letter,
    )


def _tables_in(
    folder: Path, name: str, faults: list[str], *, may_be_empty: bool
) -> tuple[Path, ...]:
    if folder.is_file():
        return (folder,)
    if not folder.is_dir():
        faults.append(f"{name}: {folder.name}: no such folder")
        return ()
    found = tuple(
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in TABLES and not path.name.startswith((".", "~$"))
    )
    if not found and not may_be_empty:
        faults.append(f"{name}: {folder.name}: no file ({', '.join(TABLES)})")
    return found


def papers_from(inbox: Inbox, outcomes: Sequence[object]) -> Papers:
    """Return what reading the inbox came to; a reader that broke refuses its file.

    Args:
        inbox: As surveyed.
        outcomes: One per file of the inbox: a reading, a refusal, None for a file
            still arriving, or the exception that its reading ended with.

    Raises:
        ReadingError: ENGINE-001, when it ended a reading: no file could be read.
        YakubaError: When the store, not the file, was at fault.
    """
    documents: list[DocumentReading] = []
    refused: list[Refused] = []
    arriving = list(inbox.arriving)
    for file, outcome in zip(inbox.files, outcomes, strict=True):
        if isinstance(outcome, YakubaError) or (
            isinstance(outcome, ReadingError) and outcome.code == "ENGINE-001"
        ):
            raise outcome
        if isinstance(outcome, DocumentReading):
            documents.append(replace(outcome, file=file.path.name))
        elif isinstance(outcome, Refused):
            refused.append(replace(outcome, file=file.path.name))
        elif outcome is None:
            arriving.append(file.path.name)
        else:
            refused.append(Refused(file.path.name, file.sha256, "READ-001"))
    return Papers(inbox, tuple(documents), tuple(refused), tuple(arriving))


def aside_folder(place: Workplace) -> Path:
    """Return the folder of files that cannot be read."""
    return place.work / "要確認"


def forms_in(papers: Papers, pages: Sequence[FormPage]) -> FormsIn:
    """Return what the forms bring to the check, every page and file exactly once."""
    by_state: dict[PageState, list[FormPage]] = {state: [] for state in PageState}
    for page in pages:
        by_state[page.state].append(page)
    waiting = by_state[PageState.QUESTION]
    return FormsIn(
        applicants=tuple(
            page.applicant
            for page in pages
            if page.state in (PageState.READY, PageState.QUESTION)
        ),
        open_questions=frozenset(page.row_id for page in waiting),
        errors=(
            *(page.row_id for page in by_state[PageState.ERROR]),
            *(f"file:{item.sha256[:8]}:{item.file}" for item in papers.refused),
        ),
        excluded=(
            *(page.row_id for page in by_state[PageState.EXCLUDED]),
            *(f"duplicate:{name}" for name, _ in papers.inbox.duplicates),
        ),
        sources=tuple(
            SourceFile(Role.FORM, document.file, document.sha256, len(document.pages))
            for document in papers.documents
        ),
        notes=tuple(_notes(papers, pages)),
    )


def _notes(papers: Papers, pages: Sequence[FormPage]) -> Iterator[InputNote]:
    for item in papers.refused:
        yield InputNote(item.file, "", item.code, item.sentence)
    for name, earlier in papers.inbox.duplicates:
        yield InputNote(
            name, "", "FILE-005", f"「{earlier}」と同じ内容のため、数えませんでした。"
        )
    for name, count in papers.inbox.folders:
        message = (
            f"取込フォルダーの中のフォルダーは見ていません（中のファイル {count}件）。"
            "読むものは取込フォルダーのすぐ下に置いてください。"
        )
        yield InputNote(name, "", "subfolder", message, max(count, 1))
    for name in papers.arriving:
        yield InputNote(name, "", "FILE-004", ARRIVING)
    for page in pages:
        if page.state in (PageState.ERROR, PageState.EXCLUDED):
            yield InputNote(
                page.applicant.source, "", page.state.value, page.reason or UNREADABLE
            )


UNREADABLE = "判定に必要な項目が読めないため、本人への確認が必要です。"
