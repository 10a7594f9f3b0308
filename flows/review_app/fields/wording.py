"""What the page says: questions as a clerk sees them."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Callable
from dataclasses import dataclass, field

from ocr.model import FieldKind
from tasks.domain.field_values import KIND_TITLES
from tasks.domain.review_item import Decision, QuestionKind, ReviewItem
from tasks.edges.review_store import QuestionCount

Checker = Callable[[ReviewItem, str, dt.date], "Checked"]

HINTS: dict[str, str] = {
    FieldKind.DATE: "例　令和5年4月1日、R5.4.1、2023/4/1",
    FieldKind.AMOUNT: "例　12000（円・カンマは不要）",
    FieldKind.POSTAL: "例　123-4567",
    FieldKind.PHONE: "例　03-1234-5678",
    FieldKind.KANA: "例　ヤマダ タロウ",
    FieldKind.NAME: "姓と名の間に空白。書かれた字のまま（異体字も）",
    FieldKind.ADDRESS: "書かれたとおり",
}

MARKS: dict[str, dict[str, str]] = {
    FieldKind.CHECK: {"yes": "チェックあり", "no": "チェックなし"},
    FieldKind.SEAL: {"yes": "押印あり", "no": "押印なし"},
    FieldKind.SIGNATURE: {"yes": "署名あり", "no": "署名なし"},
}
"""Answers to a question about a mark; with one key each."""

_NONE_CHOSEN = "どれも選ばれていない"
_PAGE_DECISIONS = (
    (Decision.EXCLUDE, "対象外（この業務の書類ではない）", "t"),
    (Decision.UNREADABLE, "読めない（手作業にする）", "y"),
    (Decision.ASK_APPLICANT, "本人に確認", "h"),
)
_FIELD_DECISIONS = (
    (Decision.BLANK, "空欄", "k"),
    (Decision.UNREADABLE, "読めない", "y"),
    (Decision.ASK_APPLICANT, "本人に確認", "h"),
)


_KINDS = frozenset(kind.value for kind in FieldKind)
_TITLES: dict[str, str] = {kind.value: title for kind, title in KIND_TITLES.items()}


@dataclass(frozen=True, slots=True)
class Checked:
    """What a typed text means."""

    problem: str
    """Japanese; empty when the text can be used."""
    meaning: str = field(default="", repr=False)
    """The normal form when it differs from what was typed."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading that can be taken with one key."""

    number: int
    value: str = field(repr=False)
    parts: tuple[tuple[str, bool], ...] = field(repr=False)
    """The text in pieces, True for what differs from the other readings."""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class DecisionButton:
    """One answer that is no value."""

    value: str
    title: str
    key: str


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one kind in the overview."""

    key: str
    title: str
    note: str
    open: int
    answered: int

    @property
    def total(self) -> int:
        """Return how many were ever asked."""
        return self.open + self.answered


@dataclass(frozen=True, slots=True)
class Question:
    """One question as drawn."""

    item: ReviewItem
    group: str
    heading: str
    reason: str
    place: str
    choices: tuple[Choice, ...]
    decisions: tuple[DecisionButton, ...]
    typed: bool
    """True when a value can be typed."""
    several: bool
    """True when more than one choice may be ticked before answering."""
    hint: str
    has_crop: bool

    @property
    def choosable(self) -> bool:
        """Return whether any reading can be taken as it is."""
        return any(not choice.problem for choice in self.choices)


def group_key(kind: QuestionKind, field_kind: str) -> str:
    """Return the name of a group in addresses; no personal data.

    Examples:
        >>> group_key(QuestionKind.FIELD, "date")
        'field-date'
    """
    return f"{kind.value}-{field_kind}" if field_kind else kind.value


def parse_group(key: str) -> tuple[QuestionKind, str] | None:
    """Return kind and kind of field of a group, or None for any other text."""
    kind, _, field_kind = key.partition("-")
    if kind not in set(QuestionKind) or (field_kind and field_kind not in _KINDS):
        return None
    return QuestionKind(kind), field_kind


def group_of(count: QuestionCount) -> Group:
    """Return a group of the overview."""
    return Group(
        key=group_key(count.kind, count.field_kind),
        title=group_title(count.kind, count.field_kind),
        note="読み取り値を見せずに確かめます"
        if count.kind is QuestionKind.BLIND
        else "",
        open=count.open,
        answered=count.answered,
    )


def group_title(kind: QuestionKind, field_kind: str) -> str:
    """Return a group's heading."""
    title = _TITLES.get(field_kind, field_kind)
    if kind is QuestionKind.PAGE:
        return "様式のわからないページ"
    return f"抜き取り確認（{title}）" if kind is QuestionKind.BLIND else title


def question_of(item: ReviewItem, check: Checker, today: dt.date) -> Question:
    """Return a question as drawn. A blind one shows nothing of what was read."""
    page = item.kind is QuestionKind.PAGE
    blind = item.kind is QuestionKind.BLIND
    mark = item.field_kind in MARKS
    choice = item.field_kind == FieldKind.CHOICE
    decisions = _PAGE_DECISIONS if page else _FIELD_DECISIONS
    return Question(
        item=item,
        group=group_key(item.kind, item.field_kind),
        heading="この紙は何ですか" if page else item.label,
        reason="抜き取り確認です。見えるとおりに入力してください。"
        if blind
        else item.reason,
        place=f"{item.file}　{item.page}ページ",
        choices=_choices(item, check, today),
        decisions=tuple(
            DecisionButton(decision.value, _NONE_CHOSEN if none else title, key)
            for decision, title, key in decisions
            for none in (choice and decision is Decision.BLANK,)
            if not (mark and decision is Decision.BLANK)
        ),
        typed=not (page or mark or choice),
        several=choice and item.several,
        hint=HINTS.get(item.field_kind, ""),
        has_crop=bool(item.crop_png),
    )


def _choices(item: ReviewItem, check: Checker, today: dt.date) -> tuple[Choice, ...]:
    marks = MARKS.get(item.field_kind)
    if marks:
        return tuple(
            Choice(number, value, ((shown, False),))
            for number, (value, shown) in enumerate(marks.items(), start=1)
        )
    if item.field_kind == FieldKind.CHOICE:
        return tuple(
            Choice(number, word, ((word, False),))
            for number, word in enumerate(item.choices, start=1)
        )
    if item.kind is not QuestionKind.FIELD:
        return ()
    readings = dict.fromkeys(text for text in (*item.choices, item.value_read) if text)
    problems = {text: check(item, text, today).problem for text in readings}
    usable = [text for text, problem in problems.items() if not problem]
    # When no reading makes sense the likeliest is shown, to be corrected.
    texts = usable[:9] or list(readings)[:1]
    return tuple(
        Choice(
            number,
            text,
            _parts(text, texts[1 if number == 1 else 0] if len(texts) > 1 else text),
            problems[text],
        )
        for number, text in enumerate(texts, start=1)
    )


def _parts(text: str, other: str) -> tuple[tuple[str, bool], ...]:
    """Return a text in pieces, marked where it differs from another reading."""
    steps = difflib.SequenceMatcher(None, other, text, autojunk=False).get_opcodes()
    return tuple(
        (text[start:end], what != "equal")
        for what, _, _, start, end in steps
        if start < end
    )
