"""Who changed between two runs over the same request, and why.

Nothing is guessed: a cause is named only where it was looked up in what both runs kept,
or where judging again with that one thing as it was before gives the earlier answer.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from tasks.domain.records import Verdict
from tasks.domain.runs.line_changes import Cause, Reason, line_reasons
from tasks.domain.runs.person_changes import person_reasons
from tasks.domain.runs.run_records import KeptRun, Pair, RunHead, pair_rows


class ChangeKind(StrEnum):
    """What became of a row."""

    ANSWER = "回答が変わった"
    CONTENT = "回答は同じで、内容が変わった"
    ADDED = "今回だけにある"
    GONE = "前回だけにある"


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row that is not as it was."""

    kind: ChangeKind
    before: Verdict | None
    after: Verdict | None
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def verdict(self) -> Verdict:
        """The newer of the two."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change without a row")
        return found

    @property
    def causes(self) -> tuple[Cause, ...]:
        """Why, each cause once."""
        return tuple(dict.fromkeys(reason.cause for reason in self.reasons))

    @property
    def answers(self) -> tuple[str, str]:
        """回答 before and after; empty where there was no row."""
        return (
            self.before.answer.value if self.before else "",
            self.after.answer.value if self.after else "",
        )


@dataclass(frozen=True, slots=True)
class RunDifference:
    """Two runs held against each other."""

    before: RunHead
    after: RunHead
    changes: tuple[RowChange, ...] = field(repr=False)
    """In the order of the newer run; rows that only the earlier had come last."""
    unchanged: int

    @property
    def kinds(self) -> Mapping[ChangeKind, int]:
        """How many rows of each kind, every kind named."""
        found = Counter(change.kind for change in self.changes)
        return {kind: found[kind] for kind in ChangeKind}

    @property
    def moves(self) -> Mapping[tuple[str, str], int]:
        """回答 before and after: how many, most first."""
        found = Counter(change.answers for change in self.changes)
        return dict(found.most_common())

    @property
    def causes(self) -> Mapping[Cause, int]:
        """Cause: how many rows, most first."""
        found = Counter(cause for change in self.changes for cause in change.causes)
        return dict(found.most_common())


def difference(before: KeptRun, after: KeptRun) -> RunDifference:
    """Return who changed from one run to another, and why.

    A row counts as changed when its answer, the 税目 that decided it, who was found or
    the unpaid amount differ. 延滞金 grows by the day and makes no change.
    """
    changes: list[RowChange] = []
    unchanged = 0
    for pair in pair_rows(before.verdicts, after.verdicts):
        change = _change(pair, before.head, after.head)
        if change is None:
            unchanged += 1
        else:
            changes.append(change)
    return RunDifference(before.head, after.head, tuple(changes), unchanged)


def _change(pair: Pair, before: RunHead, after: RunHead) -> RowChange | None:
    if pair.before is None:
        reason = Reason(Cause.ROW_ADDED)
        return RowChange(ChangeKind.ADDED, None, pair.after, (reason,))
    if pair.after is None:
        reason = Reason(Cause.ROW_GONE)
        return RowChange(ChangeKind.GONE, pair.before, None, (reason,))
    if _told(pair.before) == _told(pair.after):
        return None
    same_answer = pair.before.answer is pair.after.answer
    kind = ChangeKind.CONTENT if same_answer else ChangeKind.ANSWER
    reasons = tuple(_reasons(pair.before, pair.after, before, after))
    reasons = reasons or (Reason(Cause.UNKNOWN),)
    return RowChange(kind, pair.before, pair.after, reasons)


def _reasons(
    old: Verdict, new: Verdict, before: RunHead, after: RunHead
) -> Iterator[Reason]:
    """Yield why a row changed; lines are compared only of one and the same people."""
    about_person = tuple(person_reasons(old, new))
    yield from about_person
    if _numbers(old) == _numbers(new):
        yield from line_reasons(old.lines, new.lines, before, after)
    elif not about_person:
        if before.rules != after.rules:
            yield Reason(Cause.RULES)
        if before.matching_rules != after.matching_rules:
            yield Reason(Cause.MATCHING)


def _told(verdict: Verdict) -> tuple[object, ...]:
    return (
        verdict.answer,
        frozenset(verdict.taxes),
        _numbers(verdict),
        verdict.arrears_yen,
    )


def _numbers(verdict: Verdict) -> frozenset[str]:
    match = verdict.match
    return (
        frozenset(n.lstrip("0") for n in match.addressee_nos) if match else frozenset()
    )
