"""Everything balances, or nothing is released: the three papers of a 滞納確認."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.domain.records import (
    Verdict,
)
from tasks.domain.runs.check_notes import run_notes
from tasks.domain.runs.check_report import (
    CheckReport,
    answer_counts,
    missing_taxes,
)
from tasks.domain.runs.conservation import (
    Balance,
    Outcome,
    balance,
    balance_sum,
    balance_taxes,
    outcome_of,
)
from tasks.domain.runs.requesting_sections import by_addressee
from tasks.domain.taxes.as_of import (
    behind,
)
from tasks.edges.finished_files import finished_before, set_aside, write_together
from tasks.edges.runs.answer_files import ANSWERS_FILE, answers_csv
from tasks.edges.runs.office_copy import OFFICE_COPY_FILE, office_copy
from tasks.edges.runs.reply_workbooks import REPLY, reply_letters, reply_names
from tasks.procedures.check_request import CheckRequest, CheckResult, Gathered, Matched
from tasks.procedures.keep_runs import since_earlier


def release(
    request: CheckRequest,
    gathered: Gathered,
    matched: Matched,
    verdicts: Sequence[Verdict],
) -> CheckResult:
    """Check that everything balances, then write the three papers together.

    Raises:
        NeedsPersonError: BALANCE-001, BALANCE-002: nothing is written; FILE-003.
    """
    outcomes = _outcomes(gathered, verdicts)
    came_in = (
        *(applicant.row_id for applicant in gathered.applicants),
        *gathered.errors,
        *gathered.excluded,
    )
    balances = (
        balance("受付から回答まで", came_in, outcomes),
        *balance_taxes(
            verdicts,
            matched.lines,
            totals=matched.totals,
            rules=request.rules,
            as_of=request.as_of,
        ),
        _letters_balance(request, verdicts),
    )
    missing = missing_taxes(matched.sources, request.rules)
    notes = (
        *gathered.notes,
        *matched.notes,
        *run_notes(
            verdicts,
            matched.lines,
            missing=missing,
            rules=request.rules,
            as_of=request.as_of,
        ),
        *_ledgers_behind(request, matched),
    )
    report = CheckReport(
        verdicts=tuple(verdicts),
        balances=balances,
        sources=(*gathered.sources, *matched.sources),
        notes=notes,
        rules=request.rules,
        municipality=request.municipality,
        as_of=request.as_of,
        now=request.now,
        who=request.who,
        program=request.program,
        letter=request.letter,
        said=request.said,
        run_id=request.run_id,
        since_earlier=since_earlier(
            request, (*gathered.sources, *matched.sources), verdicts
        ),
        column_uses=(*gathered.column_uses, *matched.column_uses),
    )
    paths = _papers(request, report)
    return CheckResult(
        verdicts=report.verdicts,
        counts=answer_counts(report.verdicts),
        outcomes={outcome: len(rows) for outcome, rows in outcomes.items()},
        balances=balances,
        sources=report.sources,
        notes=notes,
        answers_csv=paths[0],
        office_copy=paths[1],
        replies=paths[2:],
        missing_taxes=missing,
    )


def _letters_balance(request: CheckRequest, verdicts: Sequence[Verdict]) -> Balance:
    """Return that every answer stands in the letter of exactly one section."""
    groups = by_addressee(verdicts, addressed_to=request.letter.addressed_to)
    written = Counter(v.applicant.row_id for rows in groups.values() for v in rows)
    if written != Counter(verdict.applicant.row_id for verdict in verdicts):
        raise NeedsPersonError("BALANCE-001", "letters: rows lost or written twice")
    went_out: Counter[str] = Counter()
    for addressee, rows in groups.items():
        went_out[" ".join(filter(None, (addressee.name, addressee.file)))] += len(rows)
    return balance_sum("回答書への記載", "件", len(verdicts), went_out)


def _ledgers_behind(request: CheckRequest, matched: Matched) -> Iterator[InputNote]:
    lag_days = request.rules.lag_days
    for file in behind(matched.sources, request.as_of, lag_days=lag_days):
        message = (
            "この台帳の最後の収納日は、収納反映日よりかなり前です。"
            "書き出した日が古くないか確かめてください。"
        )
        yield InputNote(file, "収納日", "ledger_behind", message)


def _papers(request: CheckRequest, report: CheckReport) -> tuple[Path, ...]:
    """Return answers.csv, 税務課控え and the letters, written together."""
    names = (ANSWERS_FILE, OFFICE_COPY_FILE, *reply_names(report))
    if request.keep_finished:
        found = finished_before(request.out_folder, names)
        if found is not None:
            return found
    papers = {
        ANSWERS_FILE: answers_csv(report.verdicts),
        OFFICE_COPY_FILE: office_copy(report),
        **reply_letters(report),
    }
    written = write_together(request.out_folder, papers)
    # Letters of an earlier run to other sections must not be taken for this run's.
    set_aside(request.out_folder, f"{REPLY}*.xlsx", keep=names)
    return written


def _outcomes(
    gathered: Gathered, verdicts: Sequence[Verdict]
) -> dict[Outcome, list[str]]:
    outcomes: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for verdict in verdicts:
        outcomes[outcome_of(verdict.answer)].append(verdict.applicant.row_id)
    outcomes[Outcome.ERROR].extend(gathered.errors)
    outcomes[Outcome.EXCLUDED].extend(gathered.excluded)
    return outcomes
