"""From what a form sent to the answer that is stored, or to what is wrong with it."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field

from flows.review_app.fields.wording import MARKS, Checker
from ocr.model import FieldKind
from tasks.domain.review_item import Decision, QuestionKind, ReviewItem

IDLE_SECONDS = 120.0
"""Longest time counted for one question when the browser does not measure."""
MAX_VALUE_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Sent:
    """A form as it came in."""

    decision: str
    value: str = field(repr=False)
    attended: str
    """Seconds attended as the browser measured them; empty without JavaScript."""
    shown_at: dt.datetime
    """When the question was shown, from the sealed field."""


@dataclass(frozen=True, slots=True)
class Settled:
    """A form that can be stored, or the problem in Japanese."""

    decision: Decision
    value: str = field(repr=False)
    problem: str = ""


def sent_from(form: Mapping[str, str], shown_at: dt.datetime) -> Sent:
    """Return what a form holds; a pressed reading counts before the typed text."""
    choice = form.get("choice")
    return Sent(
        decision="value" if choice is not None else form.get("decision", "value"),
        value=(form.get("value", "") if choice is None else choice).strip(),
        attended=form.get("attended", ""),
        shown_at=shown_at,
    )


def settle_from(
    item: ReviewItem, sent: Sent, check: Checker, today: dt.date
) -> Settled:
    """Return the decision and value of a form, or what must be put right."""
    allowed = _allowed(item)
    decision = Decision(sent.decision) if sent.decision in set(Decision) else None
    if decision not in allowed:
        return Settled(Decision.VALUE, sent.value, "この質問にその答えは選べません。")
    if decision is not Decision.VALUE:
        return Settled(decision, "")
    return Settled(decision, sent.value, _problem(item, sent.value, check, today))


def seconds_attended(sent: Sent, now: dt.datetime) -> float:
    """Return seconds of attention: as the browser measured, never more than passed.

    Without the browser's measure the time since the question was shown counts, up to
    `IDLE_SECONDS`.
    """
    passed = max((now - sent.shown_at).total_seconds(), 0.0)
    try:
        measured = float(sent.attended)
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


def _problem(item: ReviewItem, value: str, check: Checker, today: dt.date) -> str:
    if not value and item.field_kind == FieldKind.CHOICE:
        return "選ばれていません。どれにも印がないときは「どれも選ばれていない」を選んでください。"
    if not value:
        return "入力がありません。何も書かれていないときは「空欄」を選んでください。"
    if len(value) > MAX_VALUE_LENGTH:
        return "長すぎます。"
    return check(item, value, today).problem
