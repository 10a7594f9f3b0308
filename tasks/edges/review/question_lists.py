"""Lists of questions, a page at a time, whatever their number.

A page begins where the last one ended, by a value that an index holds: the thousandth
page costs what the first one does.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from tasks.domain.review.double_entry import Stage
from tasks.domain.review.question_list import (
    Filter,
    JobProgress,
    Listed,
    Listing,
    State,
    state_of,
)
from tasks.domain.review_item import QuestionKind
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import REVIEW_ITEMS
from tasks.edges.review.review_rows import group_place

ITEM = REVIEW_ITEMS.c
SHOWN = [
    ITEM[name]
    for name in (
        *("item_id", "job", "kind", "field_kind", "label", "form", "file"),
        *("document_sha256", "page", "place", "reason", "stage", "is_open"),
        *("withdrawn", "asked_at", "held_by", "held_at", "held_reason"),
        *("settled_at", "settled_by", "leased_by", "leased_until"),
    )
]
_YES: sa.ColumnElement[int] = sa.literal_column("1")
_NO: sa.ColumnElement[int] = sa.literal_column("0")
"""In the statement itself: an index of some rows is not taken for a bound value."""
_STATES: dict[State, tuple[sa.ColumnElement[bool], ...]] = {
    State.OPEN: (ITEM.is_open == _YES,),
    State.HELD: (ITEM.held_by.is_not(None), ITEM.withdrawn == _NO),
    State.DONE: (ITEM.settled_at.is_not(None), ITEM.withdrawn == _NO),
    State.WITHDRAWN: (ITEM.withdrawn == _YES,),
}
MOST_COUNTED = 10_000
"""More than this many are said to be more than this many."""


@dataclass(frozen=True, slots=True)
class QuestionLists:
    """Reads lists; changes nothing."""

    database: Database

    def page(
        self,
        wanted: Filter,
        now: dt.datetime,
        *,
        size: int,
        after: str = "",
        before: str = "",
    ) -> Listing:
        """Return a page: done questions newest first, all others as staff see them.

        Args:
            wanted: Which questions.
            now: A question leased until later than this is somebody's.
            size: Most rows.
            after: item_id of the last row of the page before; empty for the first.
            before: item_id of the first row of the page after; then the page ends
                there. Taken when `after` is empty.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.reading() as connection:
            at = _place_of(connection, after or before, wanted.state)
            backwards = at is not None and not after
            rows = _rows(
                connection,
                wanted,
                now,
                size=size + 1,
                at=at,
                backwards=backwards,
            )
        more, rows = len(rows) > size, rows[:size]
        if backwards:
            rows.reverse()
        return Listing(
            tuple(_listed(row, now) for row in rows),
            earlier=more if backwards else at is not None,
            later=True if backwards else more,
        )

    def count(self, wanted: Filter, now: dt.datetime) -> int:
        """Return how many there are, `MOST_COUNTED` + 1 for more than can be told."""
        # Not a column: then the index alone is read.
        some = query_of(wanted, now, [_YES]).limit(MOST_COUNTED + 1).subquery()
        with self.database.reading() as connection:
            found = connection.scalar(sa.select(sa.func.count()).select_from(some))
        return int(found or 0)

    def progress(self, jobs: frozenset[str] | None) -> tuple[JobProgress, ...]:
        """Return how far each job has come; of some jobs, or of all."""
        query = (
            sa.select(ITEM.job, ITEM.is_open, ITEM.stage, sa.func.count())
            .where(ITEM.withdrawn == 0)
            .group_by(ITEM.job, ITEM.is_open, ITEM.stage)
        )
        if jobs is not None:
            query = query.where(ITEM.job.in_(sorted(jobs)))
        counts: dict[str, dict[tuple[int, int], int]] = {}
        with self.database.reading() as connection:
            for job, is_open, stage, count in connection.execute(query):
                counts.setdefault(job, {})[is_open, stage] = int(count)
        return tuple(_progress(job, counts[job]) for job in sorted(counts))

    def forms(self, jobs: frozenset[str] | None) -> tuple[str, ...]:
        """Return the forms that questions are about, each found by a step of an index."""
        newest: str | None = ""
        found: list[str] = []
        with self.database.reading() as connection:
            while newest is not None:
                query = (
                    sa.select(ITEM.form)
                    .where(ITEM.form > newest)
                    .order_by(ITEM.form)
                    .limit(1)
                )
                newest = connection.scalar(query)
                if newest is not None and self._has(connection, newest, jobs):
                    found.append(newest)
        return tuple(found)

    def documents(
        self, name: str, jobs: frozenset[str] | None, *, most: int
    ) -> tuple[tuple[str, str], ...]:
        """Return SHA-256 and name of the files whose name holds a text.

        Args:
            name: Part of a file name; not empty.
            jobs: Of these jobs; None for all.
            most: Files returned at most.
        """
        query = (
            sa.select(ITEM.document_sha256, sa.func.min(ITEM.file).label("file"))
            .where(ITEM.file.contains(name, autoescape=True))
            .group_by(ITEM.document_sha256)
            .order_by(sa.text("file"))
            .limit(most)
        )
        if jobs is not None:
            query = query.where(ITEM.job.in_(sorted(jobs)))
        with self.database.reading() as connection:
            return tuple((row[0], row[1]) for row in connection.execute(query))

    def of_document(
        self, sha256: str, now: dt.datetime, *, most: int
    ) -> tuple[Listed, ...]:
        """Return the questions about one file in every state, as staff see them."""
        query = (
            sa.select(*SHOWN)
            .where(ITEM.document_sha256 == sha256)
            .order_by(ITEM.place)
            .limit(most)
        )
        with self.database.reading() as connection:
            rows = connection.execute(query).mappings()
            return tuple(_listed(row, now) for row in rows)

    def listed(self, item_id: str, now: dt.datetime) -> Listed | None:
        """Return one question as a list shows it; None when there is none."""
        query = sa.select(*SHOWN).where(ITEM.item_id == item_id)
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else _listed(row, now)

    def _has(
        self, connection: sa.Connection, form: str, jobs: frozenset[str] | None
    ) -> bool:
        if jobs is None:
            return True
        query = sa.select(ITEM.item_id).where(
            ITEM.form == form, ITEM.job.in_(sorted(jobs))
        )
        return connection.execute(query.limit(1)).first() is not None


def _rows(
    connection: sa.Connection,
    wanted: Filter,
    now: dt.datetime,
    *,
    size: int,
    at: tuple[str, ...] | None,
    backwards: bool,
) -> list[sa.RowMapping]:
    """Return rows in the list's order, or in the opposite one when backwards.

    Of some jobs, each is read by the index of its own and the best are taken.
    """
    newest_first = (wanted.state is State.DONE) != backwards
    keys = keys_of(wanted.state)
    order = [key.desc() if newest_first else key for key in keys]
    apart = wanted.jobs is not None and not wanted.document
    one_by_one = replace(wanted, jobs=None) if apart else wanted
    query = query_of(one_by_one, now, SHOWN).order_by(*order).limit(size)
    if at is not None:
        here, there = sa.tuple_(*keys), sa.tuple_(*map(sa.literal, at))
        query = query.where(here < there if newest_first else here > there)
    if not apart:
        return list(connection.execute(query).mappings())
    rows = [
        row
        for job in sorted(wanted.jobs or ())
        for row in connection.execute(query.where(ITEM.job == job)).mappings()
    ]
    rows.sort(key=lambda row: _values(row, wanted.state))
    return (rows[::-1] if newest_first else rows)[:size]


def keys_of(state: State) -> list[sa.ColumnElement[Any]]:
    """Return the columns that sort a list; together they are of one question only."""
    if state is State.DONE:
        # As text: the type of moments takes no part of a pair.
        return [sa.type_coerce(ITEM.settled_at, sa.Text), ITEM.item_id]
    return [ITEM.place]


def _values(row: sa.RowMapping, state: State) -> tuple[Any, ...]:
    """Return what `keys_of` are of a row, so that Python sorts as the database does."""
    if state is State.DONE:
        return row["settled_at"], row["item_id"]
    return (row["place"].encode(),)


def query_of(
    wanted: Filter, now: dt.datetime, columns: Sequence[sa.ColumnElement[Any]]
) -> sa.Select[Any]:
    """Return the statement of a whole list, not yet sorted."""
    query = sa.select(*columns).where(*_STATES[wanted.state])
    if wanted.jobs is not None:
        query = query.where(ITEM.job.in_(sorted(wanted.jobs)))
    if wanted.form:
        query = query.where(ITEM.form == wanted.form)
    if wanted.document:
        query = query.where(ITEM.document_sha256 == wanted.document)
    if wanted.person:
        query = query.where(*_of_person(wanted, now))
    query = _of_group(query, wanted)
    if wanted.state is State.DONE and wanted.since is not None:
        query = query.where(ITEM.settled_at >= wanted.since)
    if wanted.state is State.DONE and wanted.until is not None:
        query = query.where(ITEM.settled_at < wanted.until)
    return query


def _of_group(query: sa.Select[Any], wanted: Filter) -> sa.Select[Any]:
    if wanted.group is None:
        return query
    kind, field_kind = wanted.group
    if wanted.state is State.DONE:
        return query.where(ITEM.kind == kind.value, ITEM.field_kind == field_kind)
    low = group_place(kind, field_kind)
    return query.where(ITEM.place >= low, ITEM.place < low + "\uffff")


def _of_person(wanted: Filter, now: dt.datetime) -> list[sa.ColumnElement[bool]]:
    if wanted.state is State.OPEN:
        return [ITEM.leased_by == wanted.person, ITEM.leased_until > now]
    column = ITEM.held_by if wanted.state is State.HELD else ITEM.settled_by
    return [column == wanted.person]


def _place_of(
    connection: sa.Connection, item_id: str, state: State
) -> tuple[str, ...] | None:
    """Return what sorts a question, by which the next page begins; None for no such."""
    if not item_id:
        return None
    query = sa.select(*keys_of(state)).where(ITEM.item_id == item_id)
    row = connection.execute(query).first()
    return None if row is None or row[0] is None else tuple(map(str, row))


def _progress(job: str, counts: dict[tuple[int, int], int]) -> JobProgress:
    waiting = {stage: counts.get((1, int(stage)), 0) for stage in Stage}
    done = counts.get((0, int(Stage.SETTLED)), 0)
    return JobProgress(
        job=job,
        open=waiting[Stage.FIRST],
        second=waiting[Stage.SECOND],
        third=waiting[Stage.THIRD],
        held=sum(counts.values()) - sum(waiting.values()) - done,
        done=done,
    )


def _listed(row: sa.RowMapping, now: dt.datetime) -> Listed:
    state = state_of(
        is_open=bool(row["is_open"]),
        held=row["held_by"] is not None,
        withdrawn=bool(row["withdrawn"]),
    )
    person, at = _who_and_when(row, state, now)
    return Listed(
        item_id=row["item_id"],
        job=row["job"],
        kind=QuestionKind(row["kind"]),
        field_kind=row["field_kind"],
        label=row["label"],
        form=row["form"],
        file=row["file"],
        document=row["document_sha256"],
        page=row["page"],
        state=state,
        stage=Stage(row["stage"]),
        reason=row["reason"],
        asked_at=row["asked_at"],
        person=person,
        at=at,
        held_reason=row["held_reason"],
    )


def _who_and_when(
    row: sa.RowMapping, state: State, now: dt.datetime
) -> tuple[str, dt.datetime | None]:
    if state is State.HELD:
        return row["held_by"], row["held_at"]
    if state is State.DONE:
        return row["settled_by"], row["settled_at"]
    until = row["leased_until"]
    if state is State.OPEN and until is not None and until > now:
        return row["leased_by"], until
    return "", None
