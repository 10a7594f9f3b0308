"""Open questions on a workbook for a section without access to the page, and back."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from enum import StrEnum

from tasks.domain.review_item import Decision, QuestionKind, ReviewItem

ANSWER, TYPED, SURE = "答え", "入力", "念押し"
"""Heads of the columns that are filled in."""
ITEM, SEAL = "質問の番号", "内容の印"
"""Heads of the hidden columns."""
FIRST_SHEET = "はじめに"
TYPE_IT = "右に入力"
"""Chosen when no reading is right; may be left out, for a typed text says as much."""
SURE_MARK = "○"
MOST_QUESTIONS = 500
"""Of one workbook; a clerk is busy with them for half a day."""
MOST_MINUTES = 10_000.0


@dataclass(frozen=True, slots=True)
class Option:
    """One answer that can be chosen from the list of a cell."""

    word: str
    """In the list: `①`, `空欄` ..."""
    shown: str = field(repr=False)
    """What it stands for, shown beside; empty when the word says it."""
    decision: Decision
    value: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class AskedRow:
    """One question as its row shows it."""

    item_id: str
    seal: str
    """Of what was shown; see `content_of`."""
    label: str
    place: str = field(repr=False)
    """File and page."""
    reason: str
    options: tuple[Option, ...] = field(repr=False)
    typed: bool
    """A text can be typed."""
    several: bool
    """More than one option may be given, as words joined by ・."""
    hint: str
    crop_png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class AskedSheet:
    """Questions of one kind."""

    title: str
    rows: tuple[AskedRow, ...]
    whole_page: bool
    """Pictures of whole pages, not of fields."""


@dataclass(frozen=True, slots=True)
class AskedBook:
    """A workbook before it is drawn."""

    export_id: str
    city: str
    section: str
    """Who fills it in; empty when not said."""
    sheets: tuple[AskedSheet, ...]

    @property
    def count(self) -> int:
        """Return how many questions there are."""
        return sum(len(sheet.rows) for sheet in self.sheets)


@dataclass(frozen=True, slots=True)
class Place:
    """A cell."""

    sheet: str
    cell: str


@dataclass(frozen=True, slots=True)
class SheetFault:
    """What must be put right, and where."""

    place: Place
    what: str
    """Japanese, without the value."""


@dataclass(frozen=True, slots=True)
class FilledRow:
    """One row as it came back; places are of its three cells."""

    item_id: str
    seal: str
    answer: str = field(repr=False)
    typed: str = field(repr=False)
    sure: str
    answer_at: Place
    typed_at: Place
    sure_at: Place

    @property
    def empty(self) -> bool:
        """Return whether nothing was filled in."""
        return not (self.answer or self.typed or self.sure)


@dataclass(frozen=True, slots=True)
class FilledBook:
    """A workbook as it came back."""

    export_id: str
    sha256: str
    filled_by: str = field(repr=False)
    section: str
    minutes: str
    filled_by_at: Place
    section_at: Place
    minutes_at: Place
    rows: tuple[FilledRow, ...]
    formulas: tuple[Place, ...]
    """Cells that hold a formula, wherever they are."""


class Fate(StrEnum):
    """What became of a row that was filled in."""

    STORED = "stored"
    AGAIN = "again"
    """The same answer from the same workbook was there already."""
    TAKEN = "taken"
    """Somebody else answered meanwhile, or is looking at it."""
    HELD = "held"
    GONE = "gone"
    """Withdrawn."""
    CHANGED = "changed"
    """Read anew since; what was shown is not what is asked now."""
    SAME_HANDS = "same_hands"
    """Two people must enter it, and one of those concerned entered it already."""


FATE_TITLES: dict[Fate, str] = {
    Fate.STORED: "取り込みました",
    Fate.AGAIN: "前に取り込んだものと同じです",
    Fate.TAKEN: "ほかの人が回答したか、確認中です。上書きしていません",
    Fate.HELD: "確認ページで保留になっています。上書きしていません",
    Fate.GONE: "質問が取り下げられました",
    Fate.CHANGED: "書き出した後に読み取り直されました。もう一度書き出してください",
    Fate.SAME_HANDS: (
        "二人で入力する項目です。書き出した人・読み込む人・記入した人のだれかが"
        "一人目なので、別の職員が確認ページで入力してください"
    ),
}
"""As staff read them."""


def content_of(item: ReviewItem) -> str:
    """Return the SHA-256 of all that a question shows, its picture too.

    Examples:
        >>> one, other = _example("a"), _example("b")
        >>> content_of(one) == content_of(_example("a")), content_of(one) == content_of(other)
        (True, False)
    """
    parts = [
        *(item.item_id, item.job, item.kind.value, item.document_sha256, item.page),
        *(item.field_id, item.label, item.field_kind, item.form, item.value_read),
        *(list(item.choices), item.several, item.error_class, item.check_digit),
        hashlib.sha256(item.crop_png).hexdigest(),
    ]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()


def minutes_from(text: str) -> float | None:
    """Return the minutes somebody wrote, or None when it is no sensible number.

    Examples:
        >>> minutes_from("12.5"), minutes_from("０"), minutes_from("一時間")
        (12.5, None, None)
    """
    try:
        minutes = float(text.strip().removesuffix("分"))
    except ValueError:
        return None
    return minutes if 0 < minutes <= MOST_MINUTES else None


def _example(read: str) -> ReviewItem:
    return ReviewItem(
        item_id="0" * 32,
        job="j",
        kind=QuestionKind.FIELD,
        document_sha256="",
        file="",
        page=1,
        field_id="f",
        label="",
        field_kind="name",
        form="",
        reason="",
        value_read=read,
    )
