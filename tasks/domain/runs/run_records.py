"""Runs of 滞納確認 as they are kept: who ran what, and everything that was answered."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from tasks.domain.lists_and_ledgers.sources import Role, SourceFile
from tasks.domain.office.settings import DelinquencyRules
from tasks.domain.records import Applicant, Verdict

_ASKING = frozenset({Role.REQUEST, Role.FORM})
_ENOUGH = 0.5
"""Share of rows that must be the same people, where only the list's name is the same."""

_KeysOf: TypeAlias = Callable[[Applicant], tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RunHead:
    """One run, without a word about anybody."""

    run_id: str
    """Hex digits; what `yakuba history` shows."""
    at: dt.datetime
    """With time zone."""
    who: str
    program: str
    matching_rules: str
    """Version of the evidence table."""
    as_of: dt.date
    """収納反映日."""
    rules: DelinquencyRules
    sources: tuple[SourceFile, ...]
    counts: tuple[tuple[str, int], ...]
    """回答 and how often, only those given."""
    folder: str
    """Where its papers lie."""

    @property
    def asked_in(self) -> tuple[SourceFile, ...]:
        """The lists and forms among the sources."""
        return tuple(source for source in self.sources if source.role in _ASKING)

    @property
    def request_words(self) -> str:
        """The lists by name; forms in number alone, a scan may bear somebody's name."""
        lists = [s.file for s in self.asked_in if s.role is Role.REQUEST]
        forms = sum(source.role is Role.FORM for source in self.asked_in)
        words = [*dict.fromkeys(lists), *([f"申請書{forms}件"] if forms else [])]
        return "、".join(words)


@dataclass(frozen=True, slots=True)
class KeptRun:
    """A run with its answers."""

    head: RunHead
    verdicts: tuple[Verdict, ...] = field(repr=False)
    """In the order of the request; the rows as written are not kept."""


@dataclass(frozen=True, slots=True)
class Pair:
    """The same request row in two runs; one side is None when it is in one only."""

    before: Verdict | None
    after: Verdict | None


def to_keep(verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
    """Yield the verdicts without the request rows, which their own files hold."""
    for verdict in verdicts:
        yield replace(verdict, applicant=replace(verdict.applicant, written=()))


def same_request(head: RunHead, sources: Sequence[SourceFile]) -> int:
    """Return how surely a run was about the same request: 2 by content, 1 by name.

    Examples:
        >>> from tasks.domain.office.settings import DelinquencyRules
        >>> asked = SourceFile(Role.REQUEST, "名簿.xlsx", "ab", 3)
        >>> head = RunHead("1", dt.datetime(2026, 1, 1, tzinfo=dt.UTC), "", "", "",
        ...     dt.date(2026, 1, 1), DelinquencyRules(taxes=("軽自動車税",),
        ...     charge_rates={}), (asked,), (), "")
        >>> corrected = SourceFile(Role.REQUEST, "名簿.xlsx", "cd", 3)
        >>> same_request(head, [asked]), same_request(head, [corrected])
        (2, 1)
    """
    asked = [source for source in sources if source.role in _ASKING]
    if {s.sha256 for s in asked} & {s.sha256 for s in head.asked_in}:
        return 2
    names = {s.file for s in asked if s.role is Role.REQUEST}
    lists = {s.file for s in head.asked_in if s.role is Role.REQUEST}
    return int(bool(names & lists))


def mostly_same_people(
    before: Sequence[Verdict], applicants: Sequence[Applicant]
) -> bool:
    """Tell whether a list of the same name asks about the same people as before."""
    asked = (
        [Verdict(one, None, before[0].answer) for one in applicants] if before else []
    )
    paired = sum(bool(p.before and p.after) for p in pair_rows(before, asked))
    return bool(asked) and paired >= _ENOUGH * min(len(asked), len(before))


def pair_rows(before: Sequence[Verdict], after: Sequence[Verdict]) -> Iterator[Pair]:
    """Yield the rows of two runs, the same request together, in the newer run's order.

    A row is the same when its id is (the list was not touched); else when the section's
    own number is the same and the name or the birth date as well; else when both name
    and birth date are. A number alone is never enough: lists number anew.
    """
    left = {verdict.applicant.row_id: verdict for verdict in before}
    found: dict[str, Verdict] = {}
    for verdict in after:
        row_id = verdict.applicant.row_id
        if row_id in left:
            found[row_id] = left.pop(row_id)
    for keys_of in (_numbered, _named):
        _pair_by(keys_of, left, after, found)
    for verdict in after:
        yield Pair(found.get(verdict.applicant.row_id), verdict)
    for verdict in left.values():
        yield Pair(verdict, None)


def _pair_by(
    keys_of: _KeysOf,
    left: dict[str, Verdict],
    after: Sequence[Verdict],
    found: dict[str, Verdict],
) -> None:
    """Pair what is left by keys that only one row on each side has."""
    waiting = [v for v in after if v.applicant.row_id not in found]
    old = _only_once(left.values(), keys_of)
    for key, verdict in _only_once(waiting, keys_of).items():
        row_id = verdict.applicant.row_id
        if key in old and row_id not in found:
            earlier = old[key].applicant.row_id
            if earlier in left:
                found[row_id] = left.pop(earlier)


def _only_once(verdicts: Iterable[Verdict], keys_of: _KeysOf) -> dict[str, Verdict]:
    found: dict[str, Verdict | None] = {}
    for verdict in verdicts:
        for key in keys_of(verdict.applicant):
            found[key] = None if key in found else verdict
    return {key: verdict for key, verdict in found.items() if verdict is not None}


def row_keys(applicant: Applicant) -> tuple[str, ...]:
    """Return by what a request row is known again in another file, surest first."""
    return (*_numbered(applicant), *_named(applicant))


def _numbered(applicant: Applicant) -> tuple[str, ...]:
    if applicant.request_id in ("", applicant.row_id):
        return ()
    name, birth = _folded(applicant.name), _folded(applicant.birth_date)
    return tuple(
        f"{_folded(applicant.request_id)}\x1f{kind}{what}"
        for kind, what in (("n", name), ("b", birth))
        if what
    )


def _named(applicant: Applicant) -> tuple[str, ...]:
    name, birth = _folded(applicant.name), _folded(applicant.birth_date)
    if name and birth:
        return (f"{name}\x1f{birth}",)
    address = _folded(applicant.address)
    return (f"{name}\x1f{address}",) if name and address else ()


def _folded(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())
