"""What clerks found out where the ledger cannot tell: households, representatives, lines.

A finding is bound to what the run asked: the request row and what the ledger said of it,
or the very tax line as it stood. Once either has changed it is not used, and a clerk is
asked again. What passes with time holds only for a time. Findings are never erased.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from tasks.domain.clerks.decision_prints import digest, place_print, request_print
from tasks.domain.clerks.decision_record import person_of, standing, words_by_person
from tasks.domain.clerks.receipts import line_key
from tasks.domain.clerks.second_clerk import SECOND_AWAITED, Class
from tasks.domain.records import Answer, Applicant, TaxLine, ToFind, Whose

CONTRADICTORY = "職員の確認が互いに食い違います"
CHANGED = "職員の確認の後で台帳か依頼の内容が変わったため、その確認は使っていません"
NOT_IN_LEDGER = "職員が確認した宛名番号と氏名の人が台帳にいません"
EXPIRED = "職員の確認の期限が過ぎています"

_KEY = re.compile(r"([A-Z]+)\|([0-9a-f]{16})\|([0-9a-f]{16})\|([0-9]{1,9})")
_NAMED = re.compile(r"([0-9]{1,15})[ \u3000:：]+([^0-9].{0,59})")
_BETWEEN_NAMED = re.compile(r"[\n;；、,，]+")
LINE = "LINE"
"""Kind of a finding about a tax line; the other kinds are names of Whose."""


class Found(StrEnum):
    """What a clerk can find out about whoever is looked at beside the applicant."""

    THESE = "この人たち"
    """Whoever bears the numbers given, and nobody else."""
    NOBODY = "いない"
    """No further member, or nobody of this city."""
    LATER = "保留"


LINE_RESULTS = (
    Answer.PAID,
    Answer.OWING,
    Answer.NOT_YET_DUE,
    Answer.GRACE,
    Answer.INSTALMENTS,
    Answer.SUSPENDED,
    Answer.NO_TAX,
)
"""What a clerk can find a contradictory tax line to be."""
PASSING = frozenset(
    {Answer.NOT_YET_DUE, Answer.GRACE, Answer.INSTALMENTS, Answer.SUSPENDED}
)
"""States that end: they need the last day on which they hold."""


@dataclass(frozen=True, slots=True)
class FindingKey:
    """What was asked, and what the ledger said when it was."""

    kind: str
    """LINE, HOUSEHOLD, REPRESENTATIVE or CORPORATION."""
    about: str
    """Print of the request row and its place, or of the tax line."""
    facts: str
    """Print of what the ledger said."""
    seen_until: int = 0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody whom a clerk names by number; the name guards against a slip."""

    number: str = field(repr=False)
    name: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a clerk found out, as recorded."""

    key: FindingKey
    result: str
    """One of Found, or of LINE_RESULTS."""
    reason: str = field(repr=False)
    by_whom: str
    at: dt.datetime
    persons: tuple[Person, ...] = field(default=(), repr=False)
    """Of THESE."""
    until: dt.date | None = None
    """Last day, for PASSING."""
    file: str = ""
    account: str = ""
    takes_back: int = 0
    seq: int = 0

    @property
    def finding_id(self) -> str:
        """32 hex digits, equal when the same cell is read in twice."""
        return digest(
            finding_key_text(self.key),
            *self.says,
            self.reason,
            self.by_whom,
            str(self.takes_back),
            length=32,
        )

    @property
    def says(self) -> tuple[str, ...]:
        """What two clerks must agree on."""
        named = sorted(one.number.lstrip("0") for one in self.persons)
        return (self.result, self.until.isoformat() if self.until else "", *named)

    @property
    def person(self) -> str:
        """Who found it, as far as two names can be told apart."""
        return person_of(self.by_whom)


@dataclass(frozen=True, slots=True)
class Use:
    """What becomes of the findings on one thing."""

    found: Finding | None
    """To be applied; None when nothing is."""
    told: str = ""
    """Why not: Japanese; empty when nothing was ever found."""
    voices: int = 0
    newest: int = 0
    """Number of the newest finding on it."""


def finding_key_text(key: FindingKey) -> str:
    """Return what stands in the column 確認キー.

    Examples:
        >>> finding_key_text(FindingKey("LINE", "0" * 16, "1" * 16, 3))
        'LINE|0000000000000000|1111111111111111|3'
    """
    return "|".join((key.kind, key.about, key.facts, str(key.seen_until)))


def read_finding_key(text: str) -> FindingKey | None:
    """Return what a row is about; None when the cell was written over.

    Examples:
        >>> read_finding_key("LINE|0000000000000000|1111111111111111|3").seen_until
        3
        >>> read_finding_key("SOMEBODY|0000000000000000|1111111111111111|3")
    """
    found = _KEY.fullmatch(text.strip())
    if found is None or found.group(1) not in (LINE, *Whose.__members__):
        return None
    kind, about, facts, seen = found.groups()
    return FindingKey(kind, about, facts, int(seen))


def read_persons(text: str) -> tuple[Person, ...] | None:
    """Return the people named as 宛名番号 and 氏名; None when it is not so.

    Examples:
        >>> read_persons("0000000013 別当 花子").__len__()
        1
        >>> read_persons("0000000013") is None
        True
    """
    found: list[Person] = []
    for part in filter(None, map(str.strip, _BETWEEN_NAMED.split(text))):
        named = _NAMED.fullmatch(unicodedata.normalize("NFKC", part))
        if named is None:
            return None
        found.append(Person(named.group(1), named.group(2).strip()))
    return tuple(found)


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are written alike but for width and spaces.

    Examples:
        >>> same_name("別当　花子", "別当花子"), same_name("別当花子", "別当 和子")
        (True, False)
    """
    return _folded(one) == _folded(other) != ""


def key_of_line(line: TaxLine) -> FindingKey:
    """Return how a finding names a tax line as the ledger has it now."""
    return FindingKey(
        LINE,
        line_key(line).line,
        digest(
            str(line.assessed_yen),
            str(line.paid_yen),
            line.status.value,
            line.status_from.isoformat() if line.status_from else "",
            line.status_until.isoformat() if line.status_until else "",
        ),
    )


def key_of_related(applicant: Applicant, asked: ToFind) -> FindingKey:
    """Return how a finding names whoever is looked at beside an applicant."""
    about = digest(request_print(applicant), place_print(applicant), asked.whose.name)
    return FindingKey(asked.whose.name, about, digest(asked.doubt, asked.facts))


def by_about(findings: Iterable[Finding]) -> dict[str, tuple[Finding, ...]]:
    """Return findings by what they are about, oldest first."""
    found: dict[str, list[Finding]] = defaultdict(list)
    for one in findings:
        found[one.key.about].append(one)
    return {about: tuple(its) for about, its in found.items()}


def use_of(
    key: FindingKey,
    findings: Sequence[Finding],
    *,
    last_day: dt.date,
    oldest: dt.datetime | None = None,
    second: Collection[str] = (),
) -> Use:
    """Return the finding on one thing that is applied, or why none is.

    Args:
        key: What is asked, as the ledger has it now.
        findings: All recorded about it, in the order of their numbers.
        last_day: Day for which the answer is: what ended before does not hold.
        oldest: What was found before it holds no more; None for no limit.
        second: Classes that two clerks must agree on.
    """
    ours = [one for one in findings if one.key.kind == key.kind]
    newest = max((one.seq for one in ours), default=0)
    said = [one for one in standing(ours) if one.result != Found.LATER]
    if not said:
        return Use(None, newest=newest)
    told = _void(key, said, last_day, oldest)
    if not told and len({one.says for one in said}) > 1:
        told = CONTRADICTORY
    if told:
        return Use(None, told, newest=newest)
    voices = sum(
        any(_agrees(one, said[-1]) for one in its if one.result != Found.LATER)
        for its in words_by_person(ours).values()
    )
    if voices < 2 and Class.ALL in second:
        return Use(None, SECOND_AWAITED, voices, newest)
    return Use(said[-1], "", voices, newest)


def _void(
    key: FindingKey,
    said: Sequence[Finding],
    last_day: dt.date,
    oldest: dt.datetime | None,
) -> str:
    if any(one.key.facts != key.facts for one in said):
        return CHANGED
    if any(one.until is not None and one.until < last_day for one in said):
        return EXPIRED
    return EXPIRED if oldest and any(one.at < oldest for one in said) else ""


def _agrees(one: Finding, other: Finding) -> bool:
    return one.says == other.says and one.key.facts == other.key.facts


def _folded(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split())
