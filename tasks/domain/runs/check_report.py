"""Everything that the papers of one 滞納確認 show, before it is drawn."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.domain.clerks.clerk_word import ClerkWord
from tasks.domain.lists_and_ledgers.sources import ColumnUse, InputNote, SourceFile
from tasks.domain.lists_and_ledgers.tax_kinds import configured_tax
from tasks.domain.office.settings import DelinquencyRules, Municipality
from tasks.domain.records import Answer, Identity, Verdict
from tasks.domain.runs.conservation import Balance
from tasks.domain.runs.run_changes import RunDifference
from tasks.domain.taxes.delinquency import rules_version


@dataclass(frozen=True, slots=True)
class Letter:
    """What only the section knows of its letter; all of it may be empty."""

    addressed_to: str = ""
    """宛先: a section (子育て支援課) or its head (子育て支援課長); empty: 依頼課."""
    number: str = ""
    """文書番号, e.g. みなと税第123号."""
    requested_on: dt.date | None = None
    """Day of the request letter."""


@dataclass(frozen=True, slots=True)
class CheckReport:
    """One run of 滞納確認 as it is reported."""

    verdicts: tuple[Verdict, ...] = field(repr=False)
    """In the order of the request."""
    balances: tuple[Balance, ...]
    sources: tuple[SourceFile, ...]
    notes: tuple[InputNote, ...]
    rules: DelinquencyRules
    municipality: Municipality
    as_of: dt.date
    """収納反映日."""
    now: dt.datetime
    """When the run was made, in the office's time zone."""
    who: str
    """Who started it."""
    program: str = ""
    """Version of the program."""
    letter: Letter = Letter()
    said: ClerkWord = field(default_factory=ClerkWord)
    """What clerks decided and noted before."""
    run_id: str = ""
    """By which `yakuba history` finds the run again."""
    since_earlier: RunDifference | None = field(default=None, repr=False)
    """Who changed since the run before over the same request; None: there was none."""
    column_uses: tuple[ColumnUse, ...] = ()
    """What each column of the lists and ledgers was taken for."""

    @property
    def held_taxes(self) -> tuple[str, ...]:
        """The configured 税目 that some ledger has lines of: those looked at."""
        missing = missing_taxes(self.sources, self.rules)
        return tuple(tax for tax in self.rules.taxes if tax not in missing)

    @property
    def missing_taxes(self) -> tuple[str, ...]:
        """The configured 税目 that no ledger has a line of: nobody looked at them."""
        return missing_taxes(self.sources, self.rules)

    @property
    def rules_version(self) -> str:
        """The version of the ordinance's rules: 12 hex digits."""
        return rules_version(self.rules)

    @property
    def valid_until(self) -> dt.date:
        """Last day on which the answers hold."""
        return self.now.date() + dt.timedelta(days=self.rules.valid_days)


def missing_taxes(
    sources: Iterable[SourceFile], rules: DelinquencyRules
) -> tuple[str, ...]:
    """Return the configured 税目 that no tax ledger of the run has a line of.

    Examples:
        >>> from tasks.domain.lists_and_ledgers.sources import Role
        >>> rules = DelinquencyRules(taxes=("軽自動車税", "固定資産税"), charge_rates={})
        >>> missing_taxes([SourceFile(Role.TAXES, "a", "", 1, taxes=("軽自",))], rules)
        ('固定資産税',)
    """
    held = {
        configured_tax(tax, rules.taxes) for source in sources for tax in source.taxes
    }
    return tuple(tax for tax in rules.taxes if tax not in held)


def answer_counts(verdicts: Sequence[Verdict]) -> Mapping[Answer, int]:
    """Return how often each answer was given; every answer is named.

    Examples:
        >>> answer_counts([])[Answer.PAID]
        0
    """
    found = Counter(verdict.answer for verdict in verdicts)
    return {answer: found[answer] for answer in Answer}


def addressee_numbers(verdict: Verdict) -> tuple[str, ...]:
    """Return all 宛名番号 of the person answered for; none unless it is settled."""
    match = verdict.match
    if match is None or match.identity is not Identity.SAME or match.protected:
        return ()
    return tuple(dict.fromkeys(person.addressee_no for person in match.persons))


def number_shown(verdict: Verdict) -> str:
    """Return the section's own number of the row, or its place when it has none."""
    applicant = verdict.applicant
    if applicant.request_id in ("", applicant.row_id):
        return applicant.source
    return applicant.request_id
