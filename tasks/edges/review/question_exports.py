"""Workbooks of questions that left the page."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from tasks.domain.review.double_entry import Stage
from tasks.edges.office_database.audit_log import SUBJECTS, AuditEvent, append_entry
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    QUESTION_EXPORT_ITEMS,
    QUESTION_EXPORTS,
    QUESTION_RETURNS,
    REVIEW_ITEMS,
)
from tasks.edges.review.review_rows import batches
from tasks.edges.review.review_settling import (
    entered,
)

_LISTED = 500
"""Ids in one entry of the audit log."""
ITEM = REVIEW_ITEMS.c


@dataclass(frozen=True, slots=True)
class Hand:
    """Somebody of the office."""

    who: str
    """Login; stands in the audit log."""
    person: str
    """Identifier of the account, by which entries of one person are known."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A question as it left."""

    content: str
    """See `question_sheet.content_of`."""
    seen: str
    """Identifier of its newest answer at that time; empty for none."""
    answer_id: str = ""
    """Of the answer that the workbook brought back before."""


@dataclass(frozen=True, slots=True)
class Export:
    """A workbook that left."""

    export_id: str
    at: dt.datetime
    by: Hand
    section: str
    items: Mapping[str, Sent]
    """By item_id."""


@dataclass(frozen=True, slots=True)
class ExportLine:
    """A workbook as listed."""

    export_id: str
    at: dt.datetime
    by: str
    section: str
    items: int
    returned: int
    """Questions it brought answers to."""
    returns: int
    """Times it was read back."""


@dataclass(frozen=True, slots=True)
class QuestionExports:
    """What left, and with whom."""

    database: Database

    def keep(self, export: Export) -> None:
        """Keep what left, with its entries in the audit log.

        Raises:
            TryAgainError: STORE-002; then the workbook must not be handed out.
        """
        keys = list(export.items)
        with self.database.writing() as connection:
            connection.execute(
                sa.insert(QUESTION_EXPORTS).values(
                    export_id=export.export_id,
                    at=export.at,
                    by_whom=export.by.who,
                    account=export.by.person,
                    section=export.section,
                    items=len(keys),
                    counted_ms=0,
                )
            )
            connection.execute(
                sa.insert(QUESTION_EXPORT_ITEMS),
                [
                    {
                        "export_id": export.export_id,
                        "item_id": key,
                        "content": sent.content,
                        "seen": sent.seen,
                        "answer_id": "",
                    }
                    for key, sent in export.items.items()
                ],
            )
            for start in range(0, len(keys), _LISTED):
                some = keys[start : start + _LISTED]
                details: dict[str, str | int] = {
                    "count": len(some),
                    SUBJECTS: " ".join(some),
                }
                append_entry(
                    connection,
                    AuditEvent(
                        "questions_exported",
                        who=export.by.who,
                        at=export.at,
                        subject=export.export_id,
                        details=details,
                    ),
                )

    def find(self, export_id: str) -> Export | None:
        """Return a workbook that left; None when there is none of this number."""
        with self.database.reading() as connection:
            return export_in(connection, export_id)

    def may_leave(self, item_ids: Iterable[str], by: Hand) -> frozenset[str]:
        """Return those questions whose second entry would not be by the same hands."""
        found: set[str] = set()
        with self.database.reading() as connection:
            for keys in batches(sorted(set(item_ids))):
                rows = connection.execute(
                    sa.select(ITEM.item_id, ITEM.stage, ITEM.entered_by).where(
                        ITEM.item_id.in_(keys), ITEM.is_open == 1
                    )
                )
                found.update(
                    row.item_id
                    for row in rows
                    if row.stage == Stage.FIRST
                    or entered(by.person) not in row.entered_by
                )
        return frozenset(found)

    def newest(self, most: int, *, by: str = "") -> tuple[ExportLine, ...]:
        """Return the newest workbooks; those of one login, or of all."""
        export, item = QUESTION_EXPORTS.c, QUESTION_EXPORT_ITEMS.c
        returned = (
            sa.select(sa.func.count())
            .where(item.export_id == export.export_id, item.answer_id != "")
            .scalar_subquery()
        )
        returns = (
            sa.select(sa.func.count())
            .where(QUESTION_RETURNS.c.export_id == export.export_id)
            .scalar_subquery()
        )
        query = (
            sa.select(QUESTION_EXPORTS, returned, returns)
            .order_by(export.at.desc())
            .limit(most)
        )
        if by:
            query = query.where(export.by_whom == by)
        with self.database.reading() as connection:
            return tuple(
                ExportLine(
                    export_id=row.export_id,
                    at=row.at,
                    by=row.by_whom,
                    section=row.section,
                    items=row.items,
                    returned=row[-2],
                    returns=row[-1],
                )
                for row in connection.execute(query)
            )


def export_in(connection: sa.Connection, export_id: str) -> Export | None:
    """Return a workbook that left, within a transaction; None when there is none."""
    export, item = QUESTION_EXPORTS.c, QUESTION_EXPORT_ITEMS.c
    head = connection.execute(
        sa.select(QUESTION_EXPORTS).where(export.export_id == export_id)
    ).first()
    if head is None:
        return None
    rows = connection.execute(
        sa.select(QUESTION_EXPORT_ITEMS).where(item.export_id == export_id)
    )
    return Export(
        export_id,
        head.at,
        Hand(head.by_whom, head.account),
        head.section,
        {row.item_id: Sent(row.content, row.seen, row.answer_id) for row in rows},
    )
