"""What happened to one field, in order: read, asked, shown, answered, held, asked again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from flows.review_app.fields.wording import MARKS
from flows.review_app.lists.people import People
from flows.review_app.lists.wording import DECISION_TITLES, MARK_TITLES, VIEW_TITLES
from tasks.domain.office.entry_rules import EntryRules
from tasks.domain.review.double_entry import Stage, corrected
from tasks.domain.review.question_list import Listed, State
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem
from tasks.edges.office_database.audit_log import AuditEntry
from tasks.edges.review.question_marks import Mark

_NO_DATA = ("list", "document")
_SAME_LOOK = dt.timedelta(minutes=10)
"""Views by one person so near to each other are one line."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the trail."""

    at: dt.datetime
    what: str
    who: str = ""
    value: str = field(default="", repr=False)
    """What was entered."""
    note: str = field(default="", repr=False)
    quiet: bool = False
    """Nothing changed: somebody looked."""


def hides_values(item: ReviewItem, one: Listed, rules: EntryRules) -> bool:
    """Return whether values must stay unseen by whoever may still enter the field.

    A second person must type without seeing what was read or typed, and a blind
    sample measures nothing once its reading is known.
    """
    if one.state in (State.DONE, State.WITHDRAWN):
        return False
    return (
        item.kind is QuestionKind.BLIND
        or one.stage in (Stage.SECOND, Stage.THIRD)
        or rules.needs_two(item)
    )


def value_shown(item: ReviewItem, text: str) -> str:
    """Return a value as staff read it: a mark by its words.

    Examples:
        >>> value_shown(_example("seal"), "yes"), value_shown(_example("name"), "yes")
        ('押印あり', 'yes')
    """
    return MARKS.get(item.field_kind, {}).get(text, text)


def steps_of_answers(
    item: ReviewItem,
    answers: Iterable[ReviewAnswer],
    people: People,
    *,
    two: bool,
    hidden: bool,
    sheets: Mapping[str, str],
) -> Iterator[Step]:
    """Yield a step for each entry; a later one by the same person puts it right.

    Args:
        item: The question.
        answers: Oldest first.
        people: Who is who.
        two: Two people enter this field.
        hidden: Leave values out.
        sheets: Who read the sheet in that brought an answer, by `answer_id`.
    """
    seen: dict[str, ReviewAnswer] = {}
    for answer in answers:
        earlier = seen.get(answer.person)
        reader = people.name(sheets.get(answer.answer_id, ""))
        seen[answer.person] = answer
        place = f"{list(seen).index(answer.person) + 1}人目の入力" if two else "回答"
        what = f"{place}を直した" if earlier else place
        yield Step(
            at=answer.at,
            what=what,
            who=people.name(answer.by),
            value="" if hidden else _said(item, answer),
            note=_note(item, answer, hidden=hidden, reader=reader),
        )


def steps_of_marks(marks: Iterable[Mark], people: People) -> Iterator[Step]:
    """Yield a step for each time the question was held, given back or asked again."""
    for mark in marks:
        yield Step(
            at=mark.at,
            what=MARK_TITLES[mark.action],
            who=people.name(mark.by),
            note=mark.reason,
        )


def steps_of_views(entries: Iterable[AuditEntry], people: People) -> Iterator[Step]:
    """Yield a step for each time somebody was shown the field's data.

    Lists show no data of people, so they do not count here; looks of one person that
    follow each other are one.
    """
    newest: dict[str, tuple[dt.datetime, set[str]]] = {}
    for entry in entries:
        what = _looked_at(entry)
        if not what:
            continue
        at, shown = newest.get(entry.who, (None, set()))
        if at is not None and entry.at - at < _SAME_LOOK and what in shown:
            newest[entry.who] = (entry.at, shown)
            continue
        near = at is not None and entry.at - at < _SAME_LOOK
        newest[entry.who] = (entry.at, (shown if near else set()) | {what})
        yield Step(
            at=entry.at,
            what=f"見た（{VIEW_TITLES.get(what, what)}）",
            who=people.name(entry.who),
            quiet=True,
        )


def _looked_at(entry: AuditEntry) -> str:
    """Return what an entry says was shown; empty when it is about something else."""
    if entry.action == "questions_exported":
        return "export"
    what = dict(entry.details).get("what", "")
    return what if entry.action == "viewed" and what not in _NO_DATA else ""


def in_order(*parts: Iterable[Step]) -> list[Step]:
    """Return steps by time; what came at the same moment stays in its order."""
    return sorted((step for part in parts for step in part), key=lambda step: step.at)


def _said(item: ReviewItem, answer: ReviewAnswer) -> str:
    if answer.decision is not Decision.VALUE:
        return DECISION_TITLES[answer.decision]
    return value_shown(item, answer.value)


def _note(item: ReviewItem, answer: ReviewAnswer, *, hidden: bool, reader: str) -> str:
    seconds = f"{answer.seconds:.0f}秒" if answer.seconds >= 1 else ""
    fields, characters = (0, 0) if hidden else corrected(item, answer)
    changed = f"読み取りと{characters}字違う" if fields else ""
    sheet = f"シートで回答（読み込み {reader}）" if reader else ""
    return "、".join(part for part in (changed, sheet, seconds) if part)


def _example(field_kind: str) -> ReviewItem:
    return ReviewItem(
        item_id="0" * 32,
        job="j",
        kind=QuestionKind.FIELD,
        document_sha256="",
        file="",
        page=1,
        field_id="f",
        label="",
        field_kind=field_kind,
        form="",
        reason="",
    )
