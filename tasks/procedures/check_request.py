"""What one 滞納確認 takes in, hands on from step to step, and comes to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from tasks.domain.clerks.clerk_word import ClerkWord
from tasks.domain.lists_and_ledgers.sources import (
    ColumnUse,
    InputNote,
    LedgerTotal,
    SourceFile,
)
from tasks.domain.office.settings import ColumnNames, DelinquencyRules, Municipality
from tasks.domain.records import (
    Answer,
    Applicant,
    Match,
    TaxLine,
    Verdict,
)
from tasks.domain.runs.check_report import (
    Letter,
)
from tasks.domain.runs.conservation import (
    Balance,
    Outcome,
)
from tasks.domain.runs.run_records import KeptRun

JOB = "tax_delinquency"
"""Name of the job in baselines, questions and the savings account."""


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
    run_id: str = ""
    """Hex digits by which the run is kept and found again."""
    earlier: KeptRun | None = field(default=None, repr=False)
    """The run before over the same request."""
    letter: Letter = field(default_factory=Letter)
    forms: FormsIn = FormsIn()
    said: ClerkWord = field(default_factory=ClerkWord)
    """What clerks decided and noted on earlier copies, ever."""
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
    column_uses: tuple[ColumnUse, ...] = ()


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
    column_uses: tuple[ColumnUse, ...] = ()


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
    replies: tuple[Path, ...]
    """A letter for each requesting section."""
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
