"""What one run of 滞納確認 came to: its folder, its minutes, its counts."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from tasks.domain.hours_saved.savings import FieldCount, RunEffort, SavingsLine
from tasks.domain.hours_saved.sent_again import item_prints
from tasks.domain.reading.acceptance import FieldStatus
from tasks.domain.records import Answer, Verdict
from tasks.domain.review_item import QuestionKind, ReviewItem
from tasks.domain.runs.conservation import Outcome, outcome_of
from tasks.domain.taxes.delinquency import rules_version
from tasks.procedures.check_request import (
    JOB,
    CheckRequest,
    CheckResult,
    Gathered,
    Matched,
)
from tasks.procedures.form_pages import FormPage, PageState
from tasks.procedures.run_inputs import Papers, aside_folder
from tasks.procedures.workplace import Workplace


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
        str(request.letter),
    ]
    for part in parts:
        digest.update(f"{part}\x1e".encode())
    name = f"滞納確認_{request.as_of:%Y%m%d}現在_{digest.hexdigest()[:8]}"
    return replace(request, out_folder=request.out_folder / name, keep_finished=True)


def run_effort(
    result: CheckResult,
    pages: Sequence[FormPage],
    papers: Papers,
    *,
    run_id: str,
    at: dt.datetime,
    machine_minutes: float,
) -> RunEffort:
    """Return what the run did for the account of minutes.

    An applicant answered counts as done by the machine; one whose identity a clerk
    must decide is done by hand, and so are pages that only the applicant can settle
    and files that nobody can read. Open questions count when they are settled.
    """
    done: list[str] = []
    by_hand = [page.row_id for page in pages if page.state is PageState.ERROR]
    # The digest alone: a file's name may be somebody's.
    by_hand += [f"file:{one.sha256[:16]}:1" for one in papers.refused]
    for verdict in result.verdicts:
        if verdict.answer is Answer.SEVERAL:
            by_hand.append(verdict.applicant.row_id)
        elif outcome_of(verdict.answer) is Outcome.ANSWERED:
            done.append(verdict.applicant.row_id)
    forms = _form_of_page(papers)
    return RunEffort(
        job=JOB,
        run_id=run_id,
        at=at,
        items=tuple(done),
        by_hand=tuple(by_hand),
        machine_minutes=machine_minutes,
        fields=tuple(
            FieldCount(
                page.row_id,
                sum(one.status is FieldStatus.ACCEPTED for one in page.judgements),
                sum(one.status is FieldStatus.ASK for one in page.judgements),
            )
            for page in pages
        ),
        prints=tuple(
            item_prints(one.applicant, forms.get(one.applicant.row_id, ""))
            for one in result.verdicts
        ),
    )


def _form_of_page(papers: Papers) -> dict[str, str]:
    """Return the form of each page by its row id."""
    return {
        f"form:{document.sha256[:16]}:p{page.page}": page.form or ""
        for document in papers.documents
        for page in document.pages
    }


def result_paths(
    result: CheckResult, papers: Papers, place: Workplace
) -> dict[str, Path]:
    """Return what to open, by what it is called."""
    paths = {
        **reply_paths(result),
        "税務課控え": result.office_copy,
        "回答一覧": result.answers_csv,
    }
    if papers.refused:
        paths["読めなかったファイル"] = aside_folder(place)
    return paths


def reply_paths(result: CheckResult) -> dict[str, Path]:
    """Return the letters by what they are called; several bear their file's name."""
    if len(result.replies) == 1:
        return {"回答書": result.replies[0]}
    return {path.stem: path for path in result.replies}


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
