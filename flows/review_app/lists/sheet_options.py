"""What a row of a workbook lets one choose, and what its three cells mean together."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flows.review_app.fields.answering import Sent
from flows.review_app.fields.wording import Question
from ocr.model import FieldKind
from tasks.domain.reading.field_values import BETWEEN_CHOICES
from tasks.domain.review.question_sheet import (
    SURE_MARK,
    TYPE_IT,
    FilledRow,
    Option,
    SheetFault,
)
from tasks.domain.review_item import Decision

UNUSUAL = "※珍しい値"
CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_SURE_MARKS = frozenset({SURE_MARK, "〇", "◯", "o", "O", "0"})


def said(row: FilledRow, question: Question) -> Sent | SheetFault:
    """Return the answer that three cells mean together."""
    options = {option.word: option for option in options_of(question)}
    option = options.get(row.answer)
    sure = _sure(row)
    if isinstance(sure, SheetFault):
        return sure
    if option is None and row.answer not in ("", TYPE_IT):
        told = "・".join(options)
        return SheetFault(
            row.answer_at, f"一覧にない答えです。選べるのは {told} です。"
        )
    if option is not None:
        if row.typed and row.typed != option.value:
            return SheetFault(
                row.typed_at, "「答え」と「入力」の両方に書いてあります。"
            )
        return Sent(option.decision.value, option.value, chosen=True)
    if not row.typed:
        return SheetFault(row.typed_at, "入力がありません。")
    if not (question.typed or question.several):
        return SheetFault(
            row.typed_at, "ここには入力できません。「答え」から選んでください。"
        )
    typed = _worded(row.typed, options) if question.several else row.typed
    return Sent(Decision.VALUE.value, typed, insisted=typed if sure else "")


def _sure(row: FilledRow) -> bool | SheetFault:
    if row.sure and row.sure not in _SURE_MARKS:
        return SheetFault(row.sure_at, f"{SURE_MARK}だけを入れます。")
    return bool(row.sure)


def _worded(typed: str, options: Mapping[str, Option]) -> str:
    """Return several choices by their words, given by words or by circled numbers."""
    parts = [one for one in re.split(r"[・、,，\s]+", typed) if one]
    words = [options[one].value if one in options else one for one in parts]
    return BETWEEN_CHOICES.join(words)


def options_of(question: Question) -> list[Option]:
    """Return what may be chosen: readings by number, marks and decisions by word."""
    mark = not question.typed and question.item.field_kind != FieldKind.CHOICE
    found = []
    for choice in question.choices:
        text = "".join(part for part, _ in choice.parts)
        note = f"{text}　{UNUSUAL}" if choice.doubt else text
        # Circled, so that nobody takes the number of a reading for a value or back.
        number = CIRCLED[choice.number - 1 : choice.number] or f"({choice.number})"
        word, shown = (text, "") if mark else (number, note)
        if not choice.problem:
            found.append(Option(word, shown, choice.decision, choice.value))
    words = {option.word for option in found}
    found += [
        Option(button.title, "", Decision(button.value))
        for button in question.decisions
        if button.title not in words
    ]
    return found
