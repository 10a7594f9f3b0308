"""What workbooks of questions brought back: stored once, and over nobody's head."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from tasks.domain.office.entry_rules import EntryRules
from tasks.domain.review.double_entry import Stage
from tasks.domain.review.question_sheet import Fate
from tasks.domain.review_item import Decision, ReviewAnswer
from tasks.edges.office_database.audit_log import AuditEvent, AuditFile, append_entry
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    QUESTION_EXPORT_ITEMS,
    QUESTION_EXPORTS,
    QUESTION_RETURNS,
    REVIEW_ITEMS,
)
from tasks.edges.review.question_exports import Export, Hand, export_in
from tasks.edges.review.review_rows import answers_of, item_from
from tasks.edges.review.review_settling import (
    Outcome,
    entered,
    leased_to_other,
    settle_in,
)

_SHORT = 16
"""Characters of a file's SHA-256 within the identifier of an answer it brought."""
ITEM = REVIEW_ITEMS.c


@dataclass(frozen=True, slots=True)
class Filled:
    """One answer of a workbook, found good."""

    item_id: str
    decision: Decision
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Return:
    """A workbook as it came back, found good as a whole."""

    export_id: str
    sha256: str
    filled_by: str
    """Stands as the giver of every answer."""
    account: str
    """Of that person; empty for somebody without one."""
    section: str
    minutes: float
    reader: Hand
    at: dt.datetime
    rows: tuple[Filled, ...]

    @property
    def person(self) -> str:
        """Return what tells who filled it in from others."""
        return self.account or self.filled_by


@dataclass(frozen=True, slots=True)
class QuestionReturns:
    """What came back."""

    database: Database
    rules: EntryRules
    """Who must enter a field how often."""

    def readers(self, answer_ids: Iterable[str]) -> dict[str, str]:
        """Return who read in the workbook that brought an answer, by its answer_id.

        Answers given on the page are left out.
        """
        brought = {one: one.split(":") for one in answer_ids if one.count(":") == 2}
        returned = QUESTION_RETURNS.c
        query = sa.select(returned.export_id, returned.sha256, returned.by_whom).where(
            returned.export_id.in_(sorted({parts[0] for parts in brought.values()}))
        )
        with self.database.reading() as connection:
            read_in = {
                (row.export_id, row.sha256[:_SHORT]): row.by_whom
                for row in connection.execute(query.order_by(returned.seq.desc()))
            }
        return {
            one: read_in[parts[0], parts[2]]
            for one, parts in brought.items()
            if (parts[0], parts[2]) in read_in
        }

    def take_back(self, given: Return) -> dict[str, Fate]:
        """Store what came back, in one transaction; return what became of each row.

        Nothing is overwritten that somebody else did since the workbook left. The
        minutes spread over the answers stored, so that they are counted once however
        often the workbook is read.

        Args:
            given: Its rows are those of its export, each once.

        Raises:
            TryAgainError: STORE-002; then nothing was stored.
        """
        with self.database.writing() as connection:
            export = export_in(connection, given.export_id)
            if export is None:
                return {}
            counted_ms = int(
                connection.scalar(
                    sa.select(QUESTION_EXPORTS.c.counted_ms).where(
                        QUESTION_EXPORTS.c.export_id == given.export_id
                    )
                )
                or 0
            )
            fates = {
                row.item_id: self._fate(connection, export, given, row)
                for row in given.rows
            }
            new = [row for row in given.rows if fates[row.item_id] is Fate.STORED]
            spent_ms = max(round(given.minutes * 60_000) - counted_ms, 0) if new else 0
            for row in new:
                seconds = spent_ms / 1000 / len(new)
                fates[row.item_id] = self._store(
                    connection, export, given, row, seconds=seconds
                )
            connection.execute(
                sa.update(QUESTION_EXPORTS)
                .where(QUESTION_EXPORTS.c.export_id == given.export_id)
                .values(counted_ms=counted_ms + spent_ms)
            )
            _note(connection, given, fates)
        return fates

    def _fate(
        self, connection: sa.Connection, export: Export, given: Return, row: Filled
    ) -> Fate:
        """Return what stands in the way of an answer; STORED when nothing does."""
        asked = _asked(connection, row.item_id)
        sent = export.items[row.item_id]
        newest = _newest(connection, asked)
        if sent.answer_id and newest is not None and newest.answer_id == sent.answer_id:
            same = (row.decision, row.value, given.person)
            if (newest.decision, newest.value, newest.person) == same:
                return Fate.AGAIN
        elif (newest.answer_id if newest else "") != sent.seen:
            return Fate.TAKEN
        if asked["withdrawn"]:
            return Fate.GONE
        if asked["held_by"] is not None:
            return Fate.HELD
        if leased_to_other(asked, given.person, given.at):
            return Fate.TAKEN
        hands = (export.by.person, given.reader.person, given.person)
        mine = newest is not None and newest.answer_id == sent.answer_id
        if not mine and self._same_hands(asked, hands):
            return Fate.SAME_HANDS
        return Fate.STORED

    def _same_hands(self, asked: sa.RowMapping, hands: Sequence[str]) -> bool:
        """Return whether a second entry would be by somebody who knows the first."""
        if asked["stage"] == Stage.FIRST:
            return False
        if not self.rules.needs_two(item_from(asked, b"")):
            return False
        return any(entered(one) in asked["entered_by"] for one in hands)

    def _store(
        self,
        connection: sa.Connection,
        export: Export,
        given: Return,
        row: Filled,
        *,
        seconds: float,
    ) -> Fate:
        asked = _asked(connection, row.item_id)
        newest = _newest(connection, asked)
        answer_id = f"{given.export_id}:{row.item_id}:{given.sha256[:_SHORT]}"
        settled = settle_in(
            connection,
            ReviewAnswer(
                item_id=row.item_id,
                decision=row.decision,
                value=row.value,
                by=given.filled_by,
                at=given.at,
                seconds=seconds,
                account=given.account,
                answer_id=answer_id,
            ),
            self.rules,
            newest.answer_id if newest else "",
        )
        if settled.outcome is not Outcome.STORED:
            again = settled.outcome is Outcome.AGAIN
            return Fate.AGAIN if again else Fate.TAKEN
        connection.execute(
            sa.update(QUESTION_EXPORT_ITEMS)
            .where(
                QUESTION_EXPORT_ITEMS.c.export_id == given.export_id,
                QUESTION_EXPORT_ITEMS.c.item_id == row.item_id,
            )
            .values(answer_id=answer_id)
        )
        if settled.stage is not Stage.SETTLED:
            # Both had the workbook in hand: neither may give the other entry.
            _mark(connection, row.item_id, (export.by.person, given.reader.person))
        return Fate.STORED


def _asked(connection: sa.Connection, item_id: str) -> sa.RowMapping:
    query = sa.select(REVIEW_ITEMS).where(ITEM.item_id == item_id)
    return connection.execute(query).mappings().one()


def _newest(connection: sa.Connection, asked: sa.RowMapping) -> ReviewAnswer | None:
    given = answers_of(connection, asked["item_id"], after=asked["reopened_after"])
    return given[-1] if given else None


def _mark(connection: sa.Connection, item_id: str, people: Sequence[str]) -> None:
    marks = _asked(connection, item_id)["entered_by"]
    for person in people:
        if entered(person) not in marks:
            marks += entered(person)
    connection.execute(
        sa.update(REVIEW_ITEMS).where(ITEM.item_id == item_id).values(entered_by=marks)
    )


def _note(connection: sa.Connection, given: Return, fates: Mapping[str, Fate]) -> None:
    stored = sum(fate is Fate.STORED for fate in fates.values())
    again = sum(fate is Fate.AGAIN for fate in fates.values())
    taken = len(fates) - stored - again
    connection.execute(
        sa.insert(QUESTION_RETURNS).values(
            export_id=given.export_id,
            at=given.at,
            by_whom=given.reader.who,
            filled_by=given.filled_by,
            section=given.section,
            sha256=given.sha256,
            stored=stored,
            taken=taken,
            minutes=given.minutes,
        )
    )
    append_entry(
        connection,
        AuditEvent(
            "questions_returned",
            who=given.reader.who,
            at=given.at,
            subject=given.export_id,
            files=(AuditFile("xlsx", given.sha256),),
            details={
                "filled_by": given.filled_by,
                "stored": stored,
                "again": again,
                "taken": taken,
            },
        ),
    )
