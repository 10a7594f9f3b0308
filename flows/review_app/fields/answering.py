"""From what was sent to the answer that is stored, or to what is wrong with it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.review_app.fields.checking import Checker
from flows.review_app.fields.wording import MARKS
from ocr.model import FieldKind
from tasks.domain.review_item import Decision, QuestionKind, ReviewItem

IDLE_SECONDS = 120.0
"""Longest time counted for one question when the browser does not measure."""
MAX_VALUE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer as it came in."""

    decision: str
    value: str = field(repr=False)
    attended: str = ""
    """Seconds attended as the browser measured them; empty without JavaScript."""
    insisted: str = field(default="", repr=False)
    """The unusual text that the clerk was asked about and means all the same."""
    chosen: bool = False
    """A reading was taken as shown, with its doubt beside it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An answer that can be stored, or the problem in Japanese."""

    decision: Decision
    value: str = field(repr=False)
    problem: str = ""
    doubt: str = ""
    """The same answer once more, insisted on, is stored."""


def sent_from(form: Mapping[str, str]) -> Sent:
    """Return what a form holds; a pressed reading counts before the typed text."""
    choice = form.get("choice")
    return Sent(
        decision="value" if choice is not None else form.get("decision", "value"),
        value=(form.get("value", "") if choice is None else choice).strip(),
        attended=form.get("attended", ""),
        insisted=form.get("insisted", "").strip(),
        chosen=choice is not None,
    )


def settle_from(
    item: ReviewItem, sent: Sent, check: Checker, today: dt.date
) -> Settled:
    """Return the decision and value of an answer, or what must be put right."""
    allowed = _allowed(item)
    decision = Decision(sent.decision) if sent.decision in set(Decision) else None
    if decision not in allowed:
        return Settled(Decision.VALUE, sent.value, "この質問にその答えは選べません。")
    if decision is not Decision.VALUE:
        return Settled(decision, "")
    missing = _missing(item, sent.value)
    if missing:
        return Settled(decision, sent.value, missing)
    found = check(item, sent.value, today)
    sure = sent.chosen or sent.insisted == sent.value
    return Settled(decision, sent.value, found.problem, "" if sure else found.doubt)


def seconds_attended(attended: str, shown_at: dt.datetime, now: dt.datetime) -> float:
    """Return seconds of attention: as the browser measured, never more than passed.

    Without the browser's measure the time since the question was shown counts, up to
    `IDLE_SECONDS`.

    Args:
        attended: As sent.
        shown_at: When the question was handed out.
        now: When its answer came.
    """
    passed = max((now - shown_at).total_seconds(), 0.0)
    try:
        measured = float(attended)
    except ValueError:
        return min(passed, IDLE_SECONDS)
    if not math.isfinite(measured) or measured < 0:
        return min(passed, IDLE_SECONDS)
    return min(measured, passed)


def _allowed(item: ReviewItem) -> frozenset[Decision]:
    later = {Decision.UNREADABLE, Decision.ASK_APPLICANT}
    if item.kind is QuestionKind.PAGE:
        return frozenset({Decision.EXCLUDE, *later})
    if item.field_kind in MARKS:
        return frozenset({Decision.VALUE, *later})
    return frozenset({Decision.VALUE, Decision.BLANK, *later})


def _missing(item: ReviewItem, value: str) -> str:
    if not value and item.field_kind == FieldKind.CHOICE:
        return "選ばれていません。どれにも印がないときは「どれも選ばれていない」を選んでください。"
    if not value:
        return "入力がありません。何も書かれていないときは「空欄」を選んでください。"
    return "長すぎます。" if len(value) > MAX_VALUE_LENGTH else ""
