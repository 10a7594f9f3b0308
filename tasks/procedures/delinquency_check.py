"""滞納確認: request lists and forms in, answers.csv, 税務課控え and 回答書 out.

`check` is the recipe; its steps can be run one by one, each takes and returns values.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tasks.domain.as_of import (
    behind,
    posted_until,
    refuse_another_time,
    refuse_day_to_come,
)
from tasks.domain.check_notes import run_notes
from tasks.domain.check_report import (
    CheckReport,
    Letter,
    answer_counts,
    missing_taxes,
)
from tasks.domain.conservation import (
    Balance,
    Outcome,
    balance,
    balance_taxes,
    outcome_of,
)
from tasks.domain.delinquency import judge, needs_search
from tasks.domain.errors import NeedsPersonError, SettingsError
from tasks.domain.records import (
    Answer,
    Applicant,
    Consent,
    Identity,
    Match,
    TaxLine,
    Verdict,
)
from tasks.domain.settings import ColumnNames, DelinquencyRules, Municipality
from tasks.domain.sources import InputNote, LedgerTotal, SourceFile
from tasks.edges.answer_files import ANSWERS_FILE, answers_csv
from tasks.edges.finished_files import finished_before, write_together
from tasks.edges.ledgers import Ledgers, open_ledgers
from tasks.edges.reply_workbooks import (
    OFFICE_COPY_FILE,
    REPLY_FILE,
    office_copy,
    reply_letter,
)
from tasks.edges.request_list import RequestList, read_request
from tasks.edges.towns import home_towns
from tasks.procedures.identify import identify


@dataclass(frozen=True, slots=True)
class FormsIn:
    """What the reading of scanned forms brings to the check."""

    applicants: tuple[Applicant, ...] = field(default=(), repr=False)
    """Including those with an open question."""
    open_questions: frozenset[str] = frozenset()
    """Row ids of applicants with a field that a clerk must settle first."""
    errors: tuple[str, ...] = ()
    """Ids of pages or files that nobody can read."""
    excluded: tuple[str, ...] = ()
    """Ids of pages or files that are no form, or came in twice."""
    sources: tuple[SourceFile, ...] = ()
    notes: tuple[InputNote, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckRequest:
    """What one check is made of."""

    request_files: tuple[Path, ...]
    persons: tuple[Path, ...]
    taxes: tuple[Path, ...]
    as_of: dt.date
    """収納反映日."""
    out_folder: Path
    cache_folder: Path
    """Of the ledgers as loaded."""
    rules: DelinquencyRules
    columns: ColumnNames
    municipality: Municipality
    now: dt.datetime
    """With time zone."""
    who: str
    program: str = ""
    """Version, printed on 税務課控え."""
    letter: Letter = field(default_factory=Letter)
    forms: FormsIn = FormsIn()
    keep_finished: bool = False
    """Leave papers alone that already lie whole in out_folder: staff may have written
    in them. Only for a folder that stands for exactly these inputs."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """Everybody asked about."""

    applicants: tuple[Applicant, ...] = field(repr=False)
    """Lists first, in their own order, then forms."""
    errors: tuple[str, ...]
    excluded: tuple[str, ...]
    sources: tuple[SourceFile, ...]
    notes: tuple[InputNote, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """Who they are, and what the ledger says of them."""

    matches: Mapping[str, Match] = field(repr=False)
    """By row id; only of those who may be searched for."""
    lines: Mapping[str, tuple[TaxLine, ...]] = field(repr=False)
    """By 宛名番号, of matched and unprotected persons."""
    sources: tuple[SourceFile, ...]
    notes: tuple[InputNote, ...]
    totals: Mapping[str, LedgerTotal] = field(default_factory=dict, repr=False)
    """By 宛名番号: what the ledgers themselves count, to balance against."""


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What one check came to."""

    verdicts: tuple[Verdict, ...] = field(repr=False)
    counts: Mapping[Answer, int]
    """Every answer, also those given to nobody."""
    outcomes: Mapping[Outcome, int]
    """answered, question, error, excluded: together all that came in."""
    balances: tuple[Balance, ...]
    sources: tuple[SourceFile, ...]
    notes: tuple[InputNote, ...]
    answers_csv: Path
    office_copy: Path
    reply: Path
    missing_taxes: tuple[str, ...] = ()
    """Configured 税目 that no ledger has a line of."""

    @property
    def came_in(self) -> int:
        """Rows, pages and files that came in."""
        return sum(self.outcomes.values())

    @property
    def needs_person(self) -> bool:
        """Whether something waits for a clerk: a question, an error, a ledger."""
        return bool(
            self.outcomes[Outcome.QUESTION]
            or self.outcomes[Outcome.ERROR]
            or self.missing_taxes
        )


def check(request: CheckRequest) -> CheckResult:
    """Answer everybody in the request and release the papers.

    Raises:
        NeedsPersonError: A file cannot be used (FILE-…, TABLE-…), the result does not
            balance (BALANCE-001, BALANCE-002) or cannot be written (FILE-003).
        SettingsError: The ordinance's rules ask for what is not possible.
    """
    gathered = gather(request)
    matched = match(request, gathered)
    verdicts = judge_all(request, gathered, matched)
    return release(request, gathered, matched, verdicts)


def gather(request: CheckRequest) -> Gathered:
    """Return everybody asked about: request lists in their order, then forms.

    A list with the same content as an earlier one is counted as excluded.

    Raises:
        NeedsPersonError: FILE-007 when there is nothing to read; DATE-003 when the
            as-of date has not come; the fault of a list, or of all lists together
            when several are faulty.
        SettingsError: household_counts is set.
    """
    refuse_day_to_come(request.as_of, today=request.now.date())
    if request.rules.household_counts:
        raise SettingsError(
            ("household_counts: 同じ世帯の人の未納を見る設定にはまだ対応していません",)
        )
    if not request.request_files and not request.forms.applicants:
        _refuse_nothing(request.forms)
    lists, repeated = _read_lists(request)
    forms = request.forms
    return Gathered(
        applicants=(*(a for each in lists for a in each.applicants), *forms.applicants),
        errors=forms.errors,
        excluded=(
            *(
                _excluded_id(each, place)
                for each in lists
                for place, _ in each.excluded
            ),
            *(f"repeated list {number}" for number, _ in enumerate(repeated, start=1)),
            *forms.excluded,
        ),
        sources=(*(each.source for each in lists), *forms.sources),
        notes=(
            *(note for each in lists for note in each.notes),
            *_consent_assumed(lists, request.rules),
            *repeated,
            *forms.notes,
        ),
    )


def open_books(request: CheckRequest) -> Ledgers:
    """Return the ledgers of a check, opened; a context manager.

    Raises:
        NeedsPersonError: A ledger cannot be used (FILE-…, TABLE-…).
    """
    return open_ledgers(
        request.persons,
        request.taxes,
        cache_folder=request.cache_folder,
        columns=request.columns,
        today=request.now.date(),
        home=home_towns(request.municipality.prefecture, request.municipality.city),
    )


def day_of_books(request: CheckRequest) -> dt.date:
    """Return the day up to which payments are posted, as the tax ledgers tell it.

    Raises:
        NeedsPersonError: DATE-004 when no tax ledger has a 収納日; what opening raises.
    """
    with open_books(request) as ledgers:
        found = posted_until(ledgers.sources)
    if found is None:
        raise NeedsPersonError("DATE-004", "no tax ledger has a column 収納日")
    return found


def match(request: CheckRequest, gathered: Gathered) -> Matched:
    """Return who everybody is, and the tax lines of those who are settled.

    Nobody is looked for without consent, or while a question about the form is open;
    of a protected person no tax line is fetched.

    Raises:
        NeedsPersonError: A ledger cannot be used (FILE-…, TABLE-…); DATE-003 when
            the as-of date lies a year before the ledgers.
    """
    today = request.now.date()
    wanted = [a for a in gathered.applicants if _is_searched(request, a)]
    with open_books(request) as ledgers:
        refuse_another_time(request.as_of, ledgers.sources)
        matches = identify(wanted, ledgers, today=today)
        settled = {
            person.addressee_no
            for found in matches.values()
            if found.identity is Identity.SAME and not found.protected
            for person in found.persons
        }
        lines = ledgers.tax_lines(sorted(settled))
        return Matched(
            matches,
            lines,
            tuple(ledgers.sources),
            tuple(ledgers.notes),
            ledgers.totals(sorted(settled)),
        )


def judge_all(
    request: CheckRequest, gathered: Gathered, matched: Matched
) -> tuple[Verdict, ...]:
    """Return one verdict for each applicant, in their order."""
    return tuple(
        judge(
            applicant,
            matched.matches.get(applicant.row_id),
            _lines_of(matched, applicant),
            rules=request.rules,
            as_of=request.as_of,
            question_open=applicant.row_id in request.forms.open_questions,
        )
        for applicant in gathered.applicants
    )


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
        reply=paths[2],
        missing_taxes=missing,
    )


def _ledgers_behind(request: CheckRequest, matched: Matched) -> Iterator[InputNote]:
    lag_days = request.rules.lag_days
    for file in behind(matched.sources, request.as_of, lag_days=lag_days):
        message = (
            "この台帳の最後の収納日は、収納反映日よりかなり前です。"
            "書き出した日が古くないか確かめてください。"
        )
        yield InputNote(file, "収納日", "ledger_behind", message)


def _papers(request: CheckRequest, report: CheckReport) -> tuple[Path, ...]:
    if request.keep_finished:
        found = finished_before(
            request.out_folder, (ANSWERS_FILE, OFFICE_COPY_FILE, REPLY_FILE)
        )
        if found is not None:
            return found
    return write_together(
        request.out_folder,
        {
            ANSWERS_FILE: answers_csv(report.verdicts),
            OFFICE_COPY_FILE: office_copy(report),
            REPLY_FILE: reply_letter(report),
        },
    )


def _refuse_nothing(forms: FormsIn) -> None:
    if not forms.errors and not forms.excluded:
        raise NeedsPersonError("FILE-007", "no request list and no form to check")


def _read_lists(
    request: CheckRequest,
) -> tuple[list[RequestList], tuple[InputNote, ...]]:
    lists: dict[str, RequestList] = {}
    repeated: list[InputNote] = []
    refused: list[NeedsPersonError] = []
    for path in request.request_files:
        try:
            found = read_request(
                path, columns=request.columns, today=request.now.date()
            )
        except NeedsPersonError as error:
            refused.append(error)
            continue
        sha256 = found.source.sha256
        if sha256 in lists:
            earlier = lists[sha256].source.file
            message = f"「{earlier}」と同じ内容のため、数えませんでした。"
            repeated.append(InputNote(path.name, "", "FILE-005", message))
        else:
            lists[sha256] = found
    _raise_together(refused)
    return list(lists.values()), tuple(repeated)


def _consent_assumed(
    lists: Sequence[RequestList], rules: DelinquencyRules
) -> Iterator[InputNote]:
    """Name the lists that say nothing about consent where the rules take it as given."""
    if not (rules.consent_required and rules.missing_consent_column_means_consent):
        return
    for each in lists:
        silent = sum(a.consent is Consent.UNKNOWN for a in each.applicants)
        if silent:
            message = (
                "同意の列がないため、担当課が全員の同意書を預かっているものとして"
                "調べました。同意書があることを確かめてください。"
            )
            yield InputNote(each.source.file, "", "consent_assumed", message, silent)


def _raise_together(refused: Sequence[NeedsPersonError]) -> None:
    if len(refused) == 1:
        raise refused[0]
    if refused:
        faults = tuple(
            line
            for error in refused
            for line in (error.detail, *(f"  {fault}" for fault in error.faults))
        )
        raise NeedsPersonError(
            refused[0].code, f"{len(refused)} request lists are faulty", faults
        )


def _excluded_id(source: RequestList, place: str) -> str:
    return f"{source.source.sha256[:8]}!{place}"


def _is_searched(request: CheckRequest, applicant: Applicant) -> bool:
    return needs_search(
        applicant,
        rules=request.rules,
        question_open=applicant.row_id in request.forms.open_questions,
    )


def _lines_of(matched: Matched, applicant: Applicant) -> tuple[TaxLine, ...]:
    found = matched.matches.get(applicant.row_id)
    if found is None or found.identity is not Identity.SAME or found.protected:
        return ()
    numbers = dict.fromkeys(person.addressee_no for person in found.persons)
    return tuple(line for no in numbers for line in matched.lines.get(no, ()))


def _outcomes(
    gathered: Gathered, verdicts: Sequence[Verdict]
) -> dict[Outcome, list[str]]:
    outcomes: dict[Outcome, list[str]] = {outcome: [] for outcome in Outcome}
    for verdict in verdicts:
        outcomes[outcome_of(verdict.answer)].append(verdict.applicant.row_id)
    outcomes[Outcome.ERROR].extend(gathered.errors)
    outcomes[Outcome.EXCLUDED].extend(gathered.excluded)
    return outcomes
