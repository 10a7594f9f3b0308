"""What the page says: questions as a clerk sees them."""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Sequence
from dataclasses import dataclass, field

from flows.review_app.fields.checking import Checker
from ocr.model import FieldKind
from tasks.domain.reading.acceptance import STRUCK_OUT
from tasks.domain.reading.field_values import KIND_TITLES
from tasks.domain.review.double_entry import Stage
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem
from tasks.edges.review.review_counts import QuestionCount

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
SECOND_ENTRY = (
    "二人で入力する項目です。前の人の入力と読み取りは見せずに、もう一度入力します。"
)
THIRD_LOOK = "二人の入力が違いました。紙のとおりの方を選んでください。"
BLIND = "抜き取り確認です。見えるとおりに入力してください。"


_KINDS = frozenset(kind.value for kind in FieldKind)
_TITLES: dict[str, str] = {kind.value: title for kind, title in KIND_TITLES.items()}


@dataclass(frozen=True, slots=True)
class Choice:
    """One reading that can be taken with one key."""

    number: int
    value: str = field(repr=False)
    parts: tuple[tuple[str, bool], ...] = field(repr=False)
    """The text in pieces, True for what differs from the other readings."""
    problem: str = ""
    doubt: str = ""
    decision: Decision = Decision.VALUE


@dataclass(frozen=True, slots=True)
class DecisionButton:
    """One answer that is no value."""

    value: str
    title: str
    key: str
    """KeyboardEvent.code of the key that presses it."""
    letter: str
    """With Alt, for keyboards and pages without the key above."""


_PAGE_DECISIONS = (
    DecisionButton(Decision.EXCLUDE, "対象外（この業務の書類ではない）", "Delete", "t"),
    DecisionButton(Decision.UNREADABLE, "読めない（手作業にする）", "F8", "y"),
    DecisionButton(Decision.ASK_APPLICANT, "本人に確認", "F9", "h"),
)
_BLANK = DecisionButton(Decision.BLANK, "空欄", "Delete", "k")
_NONE_CHOSEN_BUTTON = DecisionButton(Decision.BLANK, _NONE_CHOSEN, "Delete", "k")
_LATER_DECISIONS = (
    DecisionButton(Decision.UNREADABLE, "読めない", "F8", "y"),
    DecisionButton(Decision.ASK_APPLICANT, "本人に確認", "F9", "h"),
)


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of one kind in the overview."""

    key: str
    title: str
    note: str
    open: int
    answered: int
    held: int = 0
    second: int = 0
    field_kind: str = ""

    @property
    def total(self) -> int:
        """Return how many were ever asked."""
        return self.open + self.answered + self.held


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
    stage: Stage = Stage.FIRST

    @property
    def first(self) -> Choice | None:
        """Return what Enter takes: the likeliest reading.

        Never one side of a dispute, and nothing of a field with a correction: there the
        readers saw the struck-out writing and the new one as one.
        """
        if self.stage is not Stage.FIRST or not self.typed:
            return None
        if self.item.reason == STRUCK_OUT:
            return None
        return next((one for one in self.choices if not one.problem), None)


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
        held=count.held,
        second=count.second,
        field_kind=count.field_kind if count.kind is QuestionKind.FIELD else "",
    )


def group_title(kind: QuestionKind, field_kind: str) -> str:
    """Return a group's heading."""
    title = _TITLES.get(field_kind, field_kind)
    if kind is QuestionKind.PAGE:
        return "様式のわからないページ"
    return f"抜き取り確認（{title}）" if kind is QuestionKind.BLIND else title


def question_of(
    item: ReviewItem,
    check: Checker,
    today: dt.date,
    *,
    stage: Stage = Stage.FIRST,
    given: Sequence[ReviewAnswer] = (),
) -> Question:
    """Return a question as drawn.

    A blind one and a second entry show nothing of what was read; a third look shows
    both entries in an order that does not tell whose they are.

    Args:
        item: The question.
        check: Tells which readings make sense.
        today: For dates.
        stage: FIRST but where two people must enter the field.
        given: Entries so far; looked at for a third look only.
    """
    page = item.kind is QuestionKind.PAGE
    mark = item.field_kind in MARKS
    choice = item.field_kind == FieldKind.CHOICE
    unseen = item.kind is QuestionKind.BLIND or stage is Stage.SECOND
    if stage is Stage.THIRD and not (mark or choice):
        choices = _entered(given)
    else:
        choices = _choices(item, check, today, unseen=unseen)
    return Question(
        item=item,
        group=group_key(item.kind, item.field_kind),
        heading="この紙は何ですか" if page else item.label,
        reason=_reason(item, stage),
        place=f"{item.file}　{item.page}ページ",
        choices=choices,
        decisions=_decisions(item),
        typed=not (page or mark or choice),
        several=choice and item.several,
        hint=HINTS.get(item.field_kind, ""),
        has_crop=bool(item.crop_png),
        stage=stage,
    )


def _reason(item: ReviewItem, stage: Stage) -> str:
    if item.kind is QuestionKind.BLIND:
        return BLIND
    return {Stage.SECOND: SECOND_ENTRY, Stage.THIRD: THIRD_LOOK}.get(stage, item.reason)


def _decisions(item: ReviewItem) -> tuple[DecisionButton, ...]:
    if item.kind is QuestionKind.PAGE:
        return _PAGE_DECISIONS
    if item.field_kind in MARKS:
        return _LATER_DECISIONS
    none = item.field_kind == FieldKind.CHOICE
    return (_NONE_CHOSEN_BUTTON if none else _BLANK, *_LATER_DECISIONS)


def _entered(given: Sequence[ReviewAnswer]) -> tuple[Choice, ...]:
    texts = sorted({one.value for one in given if one.decision is Decision.VALUE})
    values = [
        Choice(number, text, _parts(text, texts[0 if text != texts[0] else -1]))
        for number, text in enumerate(texts, start=1)
    ]
    others = sorted({one.decision for one in given} - {Decision.VALUE})
    titles = {one.value: one.title for one in (_BLANK, *_LATER_DECISIONS)}
    return tuple(values) + tuple(
        Choice(number, "", ((titles[decision], False),), decision=decision)
        for number, decision in enumerate(others, start=len(values) + 1)
    )


def _choices(
    item: ReviewItem, check: Checker, today: dt.date, *, unseen: bool
) -> tuple[Choice, ...]:
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
    if unseen or item.kind is not QuestionKind.FIELD:
        return ()
    found = (" ".join(one.split()) for one in (*item.choices, item.value_read))
    # Two readings that differ in the width of a blank alone are one to the eye.
    readings = dict.fromkeys(text for text in found if text)
    checked = {text: check(item, text, today) for text in readings}
    usable = [text for text, found in checked.items() if not found.problem]
    # When no reading makes sense the likeliest is shown, to be corrected.
    texts = usable[:9] or list(readings)[:1]
    return tuple(
        Choice(
            number,
            text,
            _parts(text, texts[1 if number == 1 else 0] if len(texts) > 1 else text),
            checked[text].problem,
            checked[text].doubt,
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
