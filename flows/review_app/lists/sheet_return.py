"""A workbook of questions back from a section, by the same rules as the page."""

from __future__ import annotations

import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from flows.review_app.fields.answering import settle_from
from flows.review_app.fields.wording import Question, question_of
from flows.review_app.lists.people import people_of
from flows.review_app.lists.sheet_export import seal_of
from flows.review_app.lists.sheet_options import said
from flows.review_app.office import Office
from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.accounts import normal_name
from tasks.domain.review.double_entry import Stage
from tasks.domain.review.question_sheet import (
    SURE_MARK,
    Fate,
    FilledBook,
    FilledRow,
    Place,
    SheetFault,
    content_of,
    minutes_from,
)
from tasks.domain.review_item import ReviewItem
from tasks.edges.review.filled_workbook import read_filled
from tasks.edges.review.question_exports import Export, Hand, QuestionExports, Sent
from tasks.edges.review.question_returns import Filled, QuestionReturns, Return
from tasks.edges.review.review_leases import Leased, Leases
from tasks.edges.review.review_store import ReviewStore

MAX_NAME = 40
_NUMBER = re.compile(r"[0-9a-f]{32}")
_MOVED_ROW = (
    "この行は、書き出した時の行と合いません。並べ替えや行の貼り付けをせず、"
    "書き出したままのシートに書いてください。"
)


@dataclass(frozen=True, slots=True)
class Fated:
    """What became of one row."""

    place: Place
    label: str
    item_id: str
    fate: Fate


@dataclass(frozen=True, slots=True)
class ReadBack:
    """What became of a workbook."""

    faults: tuple[SheetFault, ...]
    """When there is any, nothing was stored."""
    rows: tuple[Fated, ...] = ()
    empty: int = 0
    """Rows that were not filled in; they stay open."""
    minutes: float = 0.0

    def count(self, fate: Fate) -> int:
        """Return how many rows came to this."""
        return sum(row.fate is fate for row in self.rows)


def read_back(
    office: Office, path: Path, reader: Hand, *, jobs: frozenset[str] | None
) -> ReadBack:
    """Store what a workbook brings, or return every fault of it.

    Args:
        office: Whose questions.
        path: The workbook.
        reader: Who reads it in.
        jobs: Jobs the reader may see; None for all.

    Raises:
        NeedsPersonError: SHEET-001 to SHEET-004, TABLE-004, TABLE-008: the file as a
            whole cannot be used.
        TryAgainError: STORE-002.
    """
    book = read_filled(path)
    store = QuestionExports(office.database)
    known = _NUMBER.fullmatch(book.export_id)
    export = store.find(book.export_id) if known else None
    if export is None:
        raise NeedsPersonError("SHEET-001", "no such export")
    filled = [row for row in book.rows if not row.empty]
    faults = [*_head_faults(book), *_formula_faults(book), *_repeats(filled)]
    if not filled:
        faults.append(SheetFault(book.filled_by_at, "まだどの行にも答えがありません。"))
    good: list[tuple[FilledRow, ReviewItem, Filled | Fate]] = []
    reading = _Reading(office, export, jobs)
    for row in filled:
        item, found = reading.row(row)
        if isinstance(found, SheetFault):
            faults.append(found)
        elif item is not None:
            good.append((row, item, found))
    if faults:
        return ReadBack(tuple(faults))
    return _stored(office, book, reader, good)


def _stored(
    office: Office,
    book: FilledBook,
    reader: Hand,
    good: Sequence[tuple[FilledRow, ReviewItem, Filled | Fate]],
) -> ReadBack:
    minutes = minutes_from(book.minutes) or 0.0
    name, account = _filler(office, book)
    store = QuestionReturns(office.database, office.rules)
    fates = store.take_back(
        Return(
            export_id=book.export_id,
            sha256=book.sha256,
            filled_by=name,
            account=account,
            section=book.section,
            minutes=minutes,
            reader=reader,
            at=office.clock(),
            rows=tuple(found for _, _, found in good if isinstance(found, Filled)),
        )
    )
    rows = tuple(
        Fated(
            place=row.answer_at,
            label=item.label or "ページ",
            item_id=item.item_id,
            fate=found if isinstance(found, Fate) else fates[item.item_id],
        )
        for row, item, found in good
    )
    return ReadBack((), rows, len(book.rows) - len(rows), minutes)


class _Reading:
    """Looks at the rows of one workbook."""

    def __init__(
        self, office: Office, export: Export, jobs: frozenset[str] | None
    ) -> None:
        self._office = office
        self._export = export
        self._jobs = jobs
        self._store = ReviewStore(office.database, office.rules)
        self._leases = Leases(office.database, office.rules)
        self._now = office.clock()

    def row(
        self, row: FilledRow
    ) -> tuple[ReviewItem | None, Filled | Fate | SheetFault]:
        """Return the question of a row and its answer, its fate, or what is wrong."""
        sent = self._export.items.get(row.item_id)
        item = self._store.item(row.item_id) if sent else None
        if sent is None or item is None or not self._is_sealed(row, sent):
            return None, SheetFault(row.answer_at, _MOVED_ROW)
        if self._jobs is not None and item.job not in self._jobs:
            return None, SheetFault(row.answer_at, "担当していない業務の質問です。")
        if content_of(item) != sent.content:
            return item, Fate.CHANGED
        asked = self._leases.look(item.item_id, self._now)
        if asked is None or asked.seen not in (sent.seen, sent.answer_id):
            return item, Fate.TAKEN
        return item, self._answer(row, item, self._as_it_left(asked, sent))

    def _as_it_left(self, asked: Leased, sent: Sent) -> Question:
        """Return a question as the workbook shows it, before its own answer if any."""
        stage, given = asked.stage, asked.given
        if asked.seen != sent.seen:
            given = tuple(one for one in given if one.answer_id != sent.answer_id)
            two = self._office.rules.needs_two(asked.item)
            stage = Stage(min(len(given) + 1, Stage.THIRD)) if two else Stage.FIRST
        return question_of(
            asked.item,
            self._office.check,
            self._now.date(),
            stage=stage,
            given=given,
        )

    def _is_sealed(self, row: FilledRow, sent: Sent) -> bool:
        wanted = seal_of(
            self._office, self._export.export_id, row.item_id, sent.content
        )
        return hmac.compare_digest(row.seal.encode(), wanted.encode())

    def _answer(
        self, row: FilledRow, item: ReviewItem, question: Question
    ) -> Filled | SheetFault:
        found = said(row, question)
        if isinstance(found, SheetFault):
            return found
        settled = settle_from(item, found, self._office.check, self._now.date())
        at = row.answer_at if found.chosen else row.typed_at
        if settled.problem:
            return SheetFault(at, settled.problem)
        if settled.doubt:
            more = f"紙のとおりなら「念押し」に{SURE_MARK}を入れてください。"
            return SheetFault(at, f"{settled.doubt}{more}")
        return Filled(item.item_id, settled.decision, settled.value)


def _filler(office: Office, book: FilledBook) -> tuple[str, str]:
    """Return who filled it in: a colleague by login and account, others by name."""
    name = normal_name(book.filled_by)
    for account in people_of(office.database).accounts:
        if normal_name(account.name) == name:
            return account.login, account.account_id
    return f"{book.filled_by}（{book.section}）", ""


def _head_faults(book: FilledBook) -> list[SheetFault]:
    faults = []
    for text, place, what in (
        (book.filled_by, book.filled_by_at, "記入した人の氏名"),
        (book.section, book.section_at, "所属"),
    ):
        if not text or len(text) > MAX_NAME:
            faults.append(
                SheetFault(place, f"{what}を{MAX_NAME}字までで入れてください。")
            )
    if minutes_from(book.minutes) is None:
        faults.append(
            SheetFault(
                book.minutes_at, "かかった時間を分の数で入れてください（例　45）。"
            )
        )
    return faults


def _formula_faults(book: FilledBook) -> list[SheetFault]:
    return [
        SheetFault(place, "式は使えません。値を入れてください。")
        for place in book.formulas
    ]


def _repeats(filled: Sequence[FilledRow]) -> list[SheetFault]:
    seen: set[str] = set()
    faults = []
    for row in filled:
        if row.item_id and row.item_id in seen:
            faults.append(SheetFault(row.answer_at, "同じ質問の行が二つあります。"))
        seen.add(row.item_id)
    return faults
