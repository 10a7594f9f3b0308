"""When is a question settled: one person's word, two that agree, or a third look."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from enum import IntEnum

from rapidfuzz.distance import OSA

from ocr.model import FieldKind
from tasks.domain.reading.field_values import chosen_of, value_of
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem


class Stage(IntEnum):
    """What a question waits for. Kept in the database: never renumber."""

    SETTLED = 0
    FIRST = 1
    """Anybody's entry."""
    SECOND = 2
    """Another person's, who sees neither the first one nor what was read."""
    THIRD = 3
    """A third person's, who sees both entries, not whose they are."""


_NO_VALUE = (Decision.UNREADABLE, Decision.ASK_APPLICANT, Decision.EXCLUDE)


def stage_after(
    given: Sequence[ReviewAnswer], new: ReviewAnswer, item: ReviewItem, *, two: bool
) -> Stage:
    """Return what a question waits for once an answer is added.

    An answer by somebody who gave the newest one replaces it. "Cannot be read" and
    "ask the applicant" let no value through, so one person may say so at first.

    Args:
        given: Every answer so far, oldest first.
        new: The one being added.
        item: The question.
        two: Two people must enter this field (`EntryRules.needs_two`).
    """
    if not two:
        return Stage.SETTLED
    others = entries(given, but=new.person)
    if not others:
        return Stage.SETTLED if new.decision in _NO_VALUE else Stage.SECOND
    if len(others) > 1 or same_entry(others[0], new, item):
        return Stage.SETTLED
    return Stage.THIRD


def entries(given: Sequence[ReviewAnswer], *, but: str = "") -> list[ReviewAnswer]:
    """Return each person's newest answer, in the order in which people came.

    Args:
        given: Answers, oldest first.
        but: Leave this person out.
    """
    newest = {answer.person: answer for answer in given}
    return [answer for person, answer in newest.items() if person != but]


def same_entry(one: ReviewAnswer, other: ReviewAnswer, item: ReviewItem) -> bool:
    """Return whether two answers say the same: normal forms count, not spelling.

    A variant of a kanji (髙 and 高) is a difference: the paper has one of them.
    """
    if one.decision is not other.decision:
        return False
    if one.decision is not Decision.VALUE:
        return True
    today = max(one.at, other.at).date()
    return _normal(one.value, item, today) == _normal(other.value, item, today)


def _normal(text: str, item: ReviewItem, today: dt.date) -> str:
    kind = FieldKind(item.field_kind)
    found = (
        chosen_of(text, item.choices, several=item.several)
        if kind is FieldKind.CHOICE
        else value_of(kind, text, today=today)
    )
    return found.value if found.usable else text


def corrected(item: ReviewItem, answer: ReviewAnswer) -> tuple[int, int]:
    """Return whether a field was corrected (1 or 0), and how many of its characters.

    Characters are counted by the fewest changes that lead from what was read to what
    the clerk says; spaces do not count. A blind sample shows no reading to correct, a
    question about a page has none.
    """
    if item.kind is not QuestionKind.FIELD or answer.decision in _NO_VALUE:
        return 0, 0
    said = answer.value if answer.decision is Decision.VALUE else ""
    read = item.value_read
    if _bare(said) == _bare(read) or (
        said and read and _same_value(item, said, answer)
    ):
        return 0, 0
    return 1, max(1, OSA.distance(_bare(read), _bare(said)))


def _same_value(item: ReviewItem, said: str, answer: ReviewAnswer) -> bool:
    today = answer.at.date()
    return _normal(said, item, today) == _normal(item.value_read, item, today)


def _bare(text: str) -> str:
    return "".join(text.split())
