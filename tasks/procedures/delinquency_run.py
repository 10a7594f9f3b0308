"""One run of 滞納確認 over an inbox, lists and ledgers: what joins the steps."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from ocr.errors import ReadingError
from ocr.model import DocumentReading
from tasks.domain.acceptance import FieldStatus
from tasks.domain.check_report import Letter
from tasks.domain.conservation import Outcome, outcome_of
from tasks.domain.delinquency import rules_version
from tasks.domain.errors import NeedsPersonError, YakubaError
from tasks.domain.records import Answer, Verdict
from tasks.domain.review_item import QuestionKind, ReviewItem
from tasks.domain.savings import RunEffort, SavingsLine
from tasks.domain.sources import InputNote, Role, SourceFile
from tasks.procedures.delinquency_check import (
    CheckRequest,
    CheckResult,
    FormsIn,
    Gathered,
    Matched,
)
from tasks.procedures.intake import Inbox, Refused
from tasks.procedures.judge_forms import FormPage, PageState
from tasks.procedures.workplace import Workplace

TABLES = (".csv", ".tsv", ".txt", ".xlsx", ".xlsm", ".xls")
"""Endings of files taken from the list and ledger folders."""

JOB = "tax_delinquency"
"""Name of the job in baselines, questions and the savings account."""

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


@dataclass(frozen=True, slots=True)
class RunSummary:
    """What a run came to, in counts: no name, no value of a person."""

    run_id: str
    as_of: dt.date
    counts: tuple[tuple[str, int], ...]
    """回答 and how often, only those given."""
    outcomes: tuple[tuple[str, int], ...]
    """Where everything that came in stands; sums up to came_in."""
    came_in: int
    questions: tuple[tuple[str, int], ...]
    """What waits for a person, by label, most first."""
    fields_accepted: int
    """Fields of forms that nobody needs to look at."""
    fields_asked: int
    blind_checked: int
    blind_wrong: int
    notes: int
    """Remarks on the quality of the input."""
    saved_minutes: float | None
    """Of this run's line in the account; None when it brought nothing new."""
    paths: tuple[tuple[str, str], ...]
    """What and where."""

    @property
    def needs_person(self) -> bool:
        """Whether something waits for a person."""
        standing = dict(self.outcomes)
        return bool(
            self.questions
            or standing.get(Outcome.QUESTION.value)
            or standing.get(Outcome.ERROR.value)
        )


def base_request(
    place: Workplace,
    *,
    folders: Folders,
    as_of: dt.date,
    now: dt.datetime,
    who: str,
    addressed_to: str,
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
        letter=Letter(addressed_to=addressed_to),
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
    for name in papers.inbox.folders:
        yield InputNote(name, "", "subfolder", "中のフォルダーは見ていません。")
    for name in papers.arriving:
        yield InputNote(name, "", "FILE-004", ARRIVING)
    for page in pages:
        if page.state in (PageState.ERROR, PageState.EXCLUDED):
            yield InputNote(
                page.applicant.source, "", page.state.value, page.reason or UNREADABLE
            )


UNREADABLE = "判定に必要な項目が読めないため、本人への確認が必要です。"


def with_folder(
    request: CheckRequest,
    gathered: Gathered,
    matched: Matched,
    verdicts: Sequence[Verdict],
    *,
    papers: Papers,
) -> CheckRequest:
    """Return the request with the folder that stands for exactly this outcome.

    The same inputs, rules and verdicts always give the same folder, so a run repeated
    or started again after a crash makes no second set of papers, and a changed one
    never writes over the first.
    """
    digest = hashlib.sha256()
    sources = (*gathered.sources, *matched.sources)
    parts = [
        *sorted(f"{source.file}:{source.sha256}" for source in sources),
        *sorted(f"{item.file}:{item.sha256}" for item in papers.refused),
        *sorted(f"{name}=" for name, _ in papers.inbox.duplicates),
        *(str(astuple(verdict)) for verdict in verdicts),
        request.as_of.isoformat(),
        rules_version(request.rules),
        request.program,
    ]
    for part in parts:
        digest.update(f"{part}\x1e".encode())
    name = f"滞納確認_{request.as_of:%Y%m%d}現在_{digest.hexdigest()[:8]}"
    return replace(request, out_folder=request.out_folder / name, keep_finished=True)


def run_effort(
    result: CheckResult, *, run_id: str, at: dt.datetime, machine_minutes: float
) -> RunEffort:
    """Return what the run did for the account of minutes.

    An applicant answered counts as done by the machine; one whose identity a clerk
    must decide is done by hand. Open questions count when they are settled.
    """
    done: list[str] = []
    by_hand: list[str] = []
    for verdict in result.verdicts:
        if verdict.answer is Answer.SEVERAL:
            by_hand.append(verdict.applicant.row_id)
        elif outcome_of(verdict.answer) is Outcome.ANSWERED:
            done.append(verdict.applicant.row_id)
    return RunEffort(
        job=JOB,
        run_id=run_id,
        at=at,
        items=tuple(done),
        by_hand=tuple(by_hand),
        machine_minutes=machine_minutes,
    )


def result_paths(
    result: CheckResult, papers: Papers, place: Workplace
) -> dict[str, Path]:
    """Return what to open, by what it is called."""
    paths = {
        "回答書": result.reply,
        "税務課控え": result.office_copy,
        "回答一覧": result.answers_csv,
    }
    if papers.refused:
        paths["読めなかったファイル"] = aside_folder(place)
    return paths


def open_questions(pages: Sequence[FormPage]) -> tuple[ReviewItem, ...]:
    """Return every question that these pages still ask."""
    return tuple(item for page in pages for item in page.asked)


def summarise(
    result: CheckResult,
    pages: Sequence[FormPage],
    *,
    run_id: str,
    as_of: dt.date,
    line: SavingsLine | None,
    paths: Mapping[str, Path],
) -> RunSummary:
    """Return the run in counts."""
    judged = [item for page in pages for item in page.judgements]
    asked = Counter(_question_label(item) for page in pages for item in page.asked)
    several = result.counts[Answer.SEVERAL]
    if several:
        asked["本人の特定（控えの「要確認」）"] = several
    return RunSummary(
        run_id=run_id,
        as_of=as_of,
        counts=tuple((a.value, n) for a, n in result.counts.items() if n),
        outcomes=tuple((o.value, result.outcomes[o]) for o in Outcome),
        came_in=result.came_in,
        questions=tuple(asked.most_common()),
        fields_accepted=sum(i.status is FieldStatus.ACCEPTED for i in judged),
        fields_asked=sum(i.status is FieldStatus.ASK for i in judged),
        blind_checked=sum(page.blind_checked for page in pages),
        blind_wrong=sum(page.blind_wrong for page in pages),
        notes=len(result.notes),
        saved_minutes=None if line is None else line.saved_minutes,
        paths=tuple((title, str(path)) for title, path in paths.items()),
    )


def _question_label(item: ReviewItem) -> str:
    if item.kind is QuestionKind.PAGE:
        return "ページ（様式不明など）"
    if item.kind is QuestionKind.BLIND:
        return "抜き取り検査"
    return item.label
