"""What clerks decided about one request, as recorded: which of it stands, and whose it is."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from tasks.domain.clerks.decision_columns import Decision, DecisionKey, key_text
from tasks.domain.clerks.decision_prints import digest, place_print, request_print
from tasks.domain.records import Applicant

ON_PAGE = "確認画面"
"""Where a decision was made that came in no workbook."""


@dataclass(frozen=True, slots=True)
class IdentityDecision:
    """One decision of a clerk, as recorded."""

    key: DecisionKey
    choice: Decision
    addressee_no: str = field(repr=False)
    """宛名番号 of the candidate; empty on the row of the request itself."""
    reason: str = field(repr=False)
    by_whom: str
    at: dt.datetime
    """When it was read in, with time zone."""
    seen: tuple[str, ...] = ()
    """Prints of the candidates on the sheet, best first."""
    file: str = ""
    """Name of the workbook it came in, or ON_PAGE."""
    account: str = ""
    """Login of who decided on the review page; empty in a workbook, where the name is
    only written."""
    takes_back: int = 0
    """Number of the decision that this one undoes, and no other; 0 for none."""
    seq: int = 0
    """Number in the record; 0 before it is recorded."""

    @property
    def decision_id(self) -> str:
        """32 hex digits, equal when the same cell is read in twice."""
        undone = (str(self.takes_back),) if self.takes_back else ()
        return digest(
            key_text(self.key),
            self.choice.value,
            self.reason,
            self.by_whom,
            *undone,
            length=32,
        )

    @property
    def person(self) -> str:
        """Who decided, as far as two names can be told apart."""
        return person_of(self.by_whom)


class _Seen(Protocol):
    @property
    def seen_until(self) -> int: ...


class Word(Protocol):
    """What a clerk said and is recorded: a decision, or a finding."""

    @property
    def key(self) -> _Seen: ...  # noqa: D102
    @property
    def seq(self) -> int: ...  # noqa: D102
    @property
    def takes_back(self) -> int: ...  # noqa: D102
    @property
    def account(self) -> str: ...  # noqa: D102
    @property
    def person(self) -> str: ...  # noqa: D102


W = TypeVar("W", bound=Word)


def person_of(name: str) -> str:
    """Return a name so that two ways to write it are one.

    Examples:
        >>> person_of("税務　太郎") == person_of("税務太郎")
        True
    """
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()


def standing(words: Iterable[W]) -> tuple[W, ...]:
    """Return what was said of one request and none said in knowledge of it replaces.

    Whoever takes back a word of his own takes back nobody else's.

    Args:
        words: Of one request, in the order of their numbers.
    """
    left: list[W] = []
    for word in words:
        left = [
            one
            for one in left
            if one.seq > word.key.seen_until
            and not (one.seq == word.takes_back and one.person == word.person)
        ]
        if not word.takes_back:
            left.append(word)
    return tuple(left)


def words_by_person(words: Iterable[W]) -> dict[str, tuple[W, ...]]:
    """Return by person what each one said last, whatever others said."""
    each: dict[str, list[W]] = defaultdict(list)
    known: dict[str, str] = {}
    for word in words:
        # Whoever is called otherwise in the same account is still the same person.
        person = known.setdefault(word.account, word.person)
        each[person if word.account else word.person].append(word)
    return {person: standing(its) for person, its in each.items()}


def accounts_of(words: Iterable[Word]) -> tuple[str, ...]:
    """Return the logins of those who said something, each once."""
    return tuple(sorted({word.account for word in words if word.account}))


def own_words(
    decisions: Iterable[IdentityDecision],
) -> dict[str, tuple[IdentityDecision, ...]]:
    """Return by person what each one decided last of a request; nobody who did not."""
    last = {
        person: tuple(one for one in its if one.choice is not Decision.LATER)
        for person, its in words_by_person(decisions).items()
    }
    return {person: said for person, said in last.items() if said}


def decisions_about(
    applicant: Applicant, decisions: Iterable[IdentityDecision]
) -> tuple[IdentityDecision, ...]:
    """Return the decisions that were made on this very request."""
    return tuple(one for one in decisions if is_about(one, applicant))


def is_about(decision: IdentityDecision, applicant: Applicant) -> bool:
    """Tell whether a decision was made on this very request.

    A row that says all of a person is that person wherever it stands. One that says less
    may be about somebody else in another list: the clerk knew more than the row.
    """
    if decision.key.request != request_print(applicant):
        return False
    whole = applicant.name and applicant.birth_date and _has_number(applicant.address)
    numbered = applicant.addressee_no or applicant.corporate_number
    return bool(whole or numbered) or decision.key.place == place_print(applicant)


def _has_number(address: str) -> bool:
    folded = unicodedata.normalize("NFKC", address)
    return any(
        letter.isdecimal() or letter in "一二三四五六七八九十" for letter in folded
    )
