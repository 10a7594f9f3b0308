"""Nothing is lost and nothing counted twice: in rows and in yen, at every step."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.sources import LedgerTotal
from tasks.domain.lists_and_ledgers.tax_kinds import configured_tax
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import Answer, Identity, TaxLine, Verdict
from tasks.domain.taxes.delinquency import PRIORITY, judge_line

OTHER_TAXES = "対象にしない税目"
CONTRADICTION = "要確認（台帳の矛盾）"
_PLACES_SHOWN = 5


class Outcome(StrEnum):
    """What became of one input row."""

    ANSWERED = "回答済み"
    QUESTION = "要確認"
    ERROR = "エラー"
    EXCLUDED = "対象外の行"


@dataclass(frozen=True, slots=True)
class Balance:
    """One step whose input equals its output."""

    step: str
    """Japanese, for staff."""
    unit: str
    """件, 行 or 円."""
    came_in: int = field(repr=False)
    went_out: tuple[tuple[str, int], ...] = field(repr=False)
    """Where it went; sums up to came_in."""


def outcome_of(answer: Answer) -> Outcome:
    """Return how an answer counts: settled, or waiting for a person.

    Examples:
        >>> outcome_of(Answer.SEVERAL).value
        '要確認'
    """
    if answer in (Answer.SEVERAL, Answer.QUESTION_OPEN):
        return Outcome.QUESTION
    return Outcome.ANSWERED


def balance(
    step: str, inputs: Iterable[str], outputs: Mapping[Outcome, Iterable[str]]
) -> Balance:
    """Return the balance of a step in rows: every row came out exactly once.

    Row ids are compared, not only their number: a row lost and another counted twice
    do not make up for each other.

    Args:
        step: Name of the step in Japanese.
        inputs: Row id of everything that came in.
        outputs: Row ids by what became of them.

    Raises:
        NeedsPersonError: BALANCE-001 naming the rows lost, doubled or unknown.

    Examples:
        >>> done = balance("照合", ["a", "b"], {Outcome.ANSWERED: ["b", "a"]})
        >>> done.came_in, done.went_out[0]
        (2, ('回答済み', 2))
    """
    expected = Counter(inputs)
    by_outcome = {outcome: tuple(outputs.get(outcome, ())) for outcome in Outcome}
    found = Counter(row for rows in by_outcome.values() for row in rows)
    faults = (
        *(f"came in twice: {row}" for row, times in expected.items() if times > 1),
        *(f"lost: {row}" for row in expected if row not in found),
        *(f"counted twice: {row}" for row, times in found.items() if times > 1),
        *(f"from nowhere: {row}" for row in found if row not in expected),
    )
    if faults:
        raise NeedsPersonError("BALANCE-001", f"{step}: {_shown(faults)}", faults)
    went_out = tuple((outcome.value, len(by_outcome[outcome])) for outcome in Outcome)
    return Balance(step, "件", expected.total(), went_out)


def balance_sum(
    step: str, unit: str, came_in: int, went_out: Mapping[str, int]
) -> Balance:
    """Return the balance of a step in lines or in yen.

    Args:
        step: Name of the step in Japanese.
        unit: 行 or 円.
        came_in: Total before the step.
        went_out: Total by what became of it.

    Raises:
        NeedsPersonError: BALANCE-002 for yen, BALANCE-001 for anything else.

    Examples:
        >>> balance_sum("判定", "円", 300, {"完納": 100, "未納あり": 200}).came_in
        300
    """
    difference = sum(went_out.values()) - came_in
    if difference:
        raise NeedsPersonError(
            "BALANCE-002" if unit == "円" else "BALANCE-001",
            f"{step}: what went out differs from what came in by {difference:+d}",
        )
    return Balance(step, unit, came_in, tuple(went_out.items()))


def balance_taxes(
    verdicts: Sequence[Verdict],
    ledger_lines: Mapping[str, Sequence[TaxLine]],
    *,
    totals: Mapping[str, LedgerTotal],
    rules: DelinquencyRules,
    as_of: dt.date,
) -> tuple[Balance, ...]:
    """Return the balances of judging: in lines, in 調定額, in 差引未納額.

    Every tax line of every matched person is found in exactly one state. What comes
    in is what the ledger itself counts, what goes out is summed from the verdicts.

    Args:
        verdicts: All answers of the run.
        ledger_lines: 宛名番号: every line that was read of it.
        totals: 宛名番号: what the ledger counts of it.
        rules: What the verdicts were judged by.
        as_of: 収納反映日.

    Raises:
        NeedsPersonError: BALANCE-001 or BALANCE-002 when a line is lost or doubled.
    """
    ledger = [
        line
        for verdict in verdicts
        for person in _matched_persons(verdict)
        for line in ledger_lines.get(person, ())
    ]
    came_in = _Sums()
    for verdict in verdicts:
        for person in _matched_persons(verdict):
            came_in.add_total(totals.get(person, LedgerTotal()))
    by_state = {state.value: _Sums() for state in PRIORITY}
    by_state[CONTRADICTION] = _Sums()
    for verdict in verdicts:
        for line in verdict.lines:
            by_state[_state(verdict, line, rules, as_of)].add(line)
    by_state[OTHER_TAXES] = _Sums.of(
        line for line in ledger if configured_tax(line.tax, rules.taxes) is None
    )
    return tuple(
        balance_sum(
            f"税額の判定（{title}）",
            unit,
            getattr(came_in, attribute),
            {state: getattr(sums, attribute) for state, sums in by_state.items()},
        )
        for title, unit, attribute in (
            ("明細行", "行", "lines"),
            ("調定額", "円", "assessed_yen"),
            ("調定額−収納額", "円", "unpaid_yen"),
        )
    )


@dataclass(slots=True)
class _Sums:
    lines: int = 0
    assessed_yen: int = 0
    unpaid_yen: int = 0

    @classmethod
    def of(cls, lines: Iterable[TaxLine]) -> _Sums:
        sums = cls()
        for line in lines:
            sums.add(line)
        return sums

    def add(self, line: TaxLine) -> None:
        self.lines += 1
        self.assessed_yen += line.assessed_yen
        self.unpaid_yen += line.assessed_yen - line.paid_yen

    def add_total(self, total: LedgerTotal) -> None:
        self.lines += total.lines
        self.assessed_yen += total.assessed_yen
        self.unpaid_yen += total.unpaid_yen


def _matched_persons(verdict: Verdict) -> tuple[str, ...]:
    match = verdict.match
    if match is None or match.identity is not Identity.SAME:
        return ()
    return tuple({no.lstrip("0"): no for no in match.addressee_nos}.values())


def _state(
    verdict: Verdict, line: TaxLine, rules: DelinquencyRules, as_of: dt.date
) -> str:
    if verdict.answer is Answer.SEVERAL:
        return CONTRADICTION
    return judge_line(line, rules=rules, as_of=as_of).state.value


def _shown(faults: tuple[str, ...]) -> str:
    more = len(faults) - _PLACES_SHOWN
    shown = "; ".join(faults[:_PLACES_SHOWN])
    return f"{shown}; and {more} more" if more > 0 else shown
