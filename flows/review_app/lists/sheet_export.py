"""Open questions out on a workbook."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from flows.review_app.fields.wording import group_title, question_of
from flows.review_app.lists.sheet_options import options_of
from flows.review_app.office import Office
from tasks.domain.review.question_list import Filter, State
from tasks.domain.review.question_sheet import (
    MOST_QUESTIONS,
    AskedBook,
    AskedRow,
    AskedSheet,
    content_of,
)
from tasks.domain.review_item import QuestionKind
from tasks.edges.review.question_exports import Export, Hand, QuestionExports, Sent
from tasks.edges.review.question_lists import QuestionLists
from tasks.edges.review.question_workbook import question_workbook
from tasks.edges.review.review_leases import Leased, Leases

_PAGE = 200


@dataclass(frozen=True, slots=True)
class Made:
    """A workbook to hand out."""

    name: str
    """Of the file; no personal data."""
    content: bytes = field(repr=False)
    export_id: str
    count: int


def export_open(
    office: Office, wanted: Filter, hand: Hand, *, section: str, most: int
) -> Made | None:
    """Return a workbook of open questions, noted down as left; None without any.

    Left out is what somebody looks at now, and the second entry of what the exporter
    entered.

    Args:
        office: Whose questions.
        wanted: Which; only open ones are taken.
        hand: Who exports.
        section: Who shall fill it in; may be empty.
        most: Questions at most, up to `MOST_QUESTIONS`.

    Raises:
        NeedsPersonError: FILE-003 when there is no room for the file.
        TryAgainError: STORE-002.
    """
    now = office.clock()
    store = QuestionExports(office.database)
    asked = _asked(office, wanted, hand, min(most, MOST_QUESTIONS), now)
    if not asked:
        return None
    export_id = uuid.uuid4().hex
    contents = {one.item.item_id: content_of(one.item) for one in asked}
    book = AskedBook(
        export_id=export_id,
        city=office.city,
        section=section,
        sheets=_sheets(office, asked, export_id, contents),
    )
    content = question_workbook(book, now=now, footer=office.city)
    sent = {
        one.item.item_id: Sent(contents[one.item.item_id], one.seen) for one in asked
    }
    store.keep(Export(export_id, now, hand, section, sent))
    name = f"確認シート_{now:%Y%m%d-%H%M}_{export_id[:6]}.xlsx"
    return Made(name, content, export_id, len(asked))


def _asked(
    office: Office, wanted: Filter, hand: Hand, most: int, now: dt.datetime
) -> list[Leased]:
    """Return the first questions that may leave, with pictures and entries so far."""
    lists = QuestionLists(office.database)
    exports = QuestionExports(office.database)
    leases = Leases(office.database, office.rules)
    found: list[Leased] = []
    after, later = "", True
    while later and len(found) < most:
        page = lists.page(
            replace(wanted, state=State.OPEN), now, size=_PAGE, after=after
        )
        later = page.later
        after = page.rows[-1].item_id if page.rows else ""
        free = [row.item_id for row in page.rows if not row.person]
        may = exports.may_leave(free, hand)
        for key in free:
            one = leases.look(key, now) if key in may and len(found) < most else None
            if one is not None:
                found.append(one)
    return found


def _sheets(
    office: Office,
    asked: Sequence[Leased],
    export_id: str,
    contents: Mapping[str, str],
) -> tuple[AskedSheet, ...]:
    today = office.clock().date()
    groups: dict[tuple[QuestionKind, str], list[AskedRow]] = {}
    for one in asked:
        item = one.item
        question = question_of(
            item, office.check, today, stage=one.stage, given=one.given
        )
        groups.setdefault((item.kind, item.field_kind), []).append(
            AskedRow(
                item_id=item.item_id,
                seal=seal_of(office, export_id, item.item_id, contents[item.item_id]),
                label=item.label or "この紙は何ですか",
                place=question.place,
                reason=question.reason,
                options=tuple(options_of(question)),
                typed=question.typed,
                several=question.several,
                hint=question.hint,
                crop_png=item.crop_png,
            )
        )
    return tuple(
        AskedSheet(group_title(*group), tuple(rows), group[0] is QuestionKind.PAGE)
        for group, rows in groups.items()
    )


def seal_of(office: Office, export_id: str, item_id: str, content: str) -> str:
    """Return the mark of a row: SHA-256 of its content, keyed.

    Without the key it would let somebody who fills in a second entry try out which
    value the first one was.
    """
    text = f"question sheet\x1f{export_id}\x1f{item_id}\x1f{content}"
    return hmac.new(office.secret, text.encode(), hashlib.sha256).hexdigest()
