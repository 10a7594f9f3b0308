"""Who looks at which question: taken for a while, renewed, given back by silence."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from tasks.domain.office.entry_rules import EntryRules
from tasks.domain.review.double_entry import Stage, entries
from tasks.domain.review_item import QuestionKind, ReviewAnswer, ReviewItem
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import REVIEW_ANSWERS, REVIEW_ITEMS
from tasks.edges.review.review_rows import (
    CONTENT_COLUMNS,
    answer_from,
    batches,
    crops_of,
    group_place,
    item_from,
)
from tasks.edges.review.review_settling import FREE, entered, leased_to_other

ITEMS = REVIEW_ITEMS.c
_STATE = [
    ITEMS.place,
    ITEMS.stage,
    ITEMS.entered_by,
    ITEMS.leased_by,
    ITEMS.leased_tab,
    ITEMS.leased_until,
    ITEMS.leased_at,
]


@dataclass(frozen=True, slots=True)
class Desk:
    """Who sits where: a person, and one of his windows."""

    person: str
    """Identifier of the account."""
    tab: str = ""
    """Made by the browser's window; empty for pages without JavaScript."""
    jobs: frozenset[str] | None = None
    """Jobs the person may see; None for all."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions come next."""

    count: int
    after: str = ""
    """The place just left; what follows comes first, and after the last the first."""
    group: tuple[QuestionKind, str] | None = None
    have: tuple[str, ...] = ()
    """Questions the window holds already: renewed, and not given again."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A question with everything needed to show and answer it."""

    item: ReviewItem
    """With its picture."""
    place: str
    stage: Stage
    seen: str
    """Identifier of its newest answer, to be sent back with the next one."""
    leased_at: dt.datetime | None
    given: tuple[ReviewAnswer, ...] = field(default=(), repr=False)
    """Each person's newest answer, in the order in which people came."""


@dataclass(frozen=True, slots=True)
class Leases:
    """Questions given out to desks."""

    database: Database
    rules: EntryRules = field(default_factory=EntryRules)

    def take(self, desk: Desk, wanted: Wanted, now: dt.datetime) -> tuple[Leased, ...]:
        """Return open questions that are this desk's from now on, in their order.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            self._renew(connection, desk, wanted.have, now)
            rows = self._free(connection, desk, wanted, now)
            keys = [row["item_id"] for row in rows]
            self._lease(connection, desk, keys, now)
        return self._with_pictures(rows, now)

    def take_some(
        self,
        desk: Desk,
        wanted: Wanted,
        now: dt.datetime,
        *,
        look: int,
        choose: Callable[[Sequence[sa.RowMapping]], Sequence[sa.RowMapping]],
    ) -> tuple[Leased, ...]:
        """Return open questions chosen among those after the place left, and lease them.

        Args:
            desk: For whom.
            wanted: Place and group; nothing before the place is looked at.
            now: With time zone.
            look: Rows to choose from.
            choose: Returns those wanted.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            query = self._open_to(desk, wanted, now).where(ITEMS.place > wanted.after)
            rows = choose(_first(connection, query, desk.jobs, look))
            self._lease(connection, desk, [row["item_id"] for row in rows], now)
        return self._with_pictures(rows, now)

    def look(self, item_id: str, now: dt.datetime) -> Leased | None:
        """Return one question without taking it; None when there is none."""
        with self.database.reading() as connection:
            row = _row(connection, item_id)
        return None if row is None else self._with_pictures([row], now)[0]

    def is_held(self, desk: Desk, item_id: str, now: dt.datetime) -> bool:
        """Return whether a question is this person's at this moment."""
        query = sa.select(
            sa.exists().where(
                ITEMS.item_id == item_id,
                ITEMS.leased_by == desk.person,
                ITEMS.leased_until > now,
            )
        )
        with self.database.reading() as connection:
            return bool(connection.scalar(query))

    def place_of(self, item_id: str) -> str:
        """Return where a question stands among the others; empty when there is none."""
        query = sa.select(ITEMS.place).where(ITEMS.item_id == item_id)
        with self.database.reading() as connection:
            return connection.scalar(query) or ""

    def open_one(self, desk: Desk, item_id: str, now: dt.datetime) -> Leased | None:
        """Return one question, leased when it is open; None when somebody else has it.

        A settled one is returned without lease, to be looked at or answered anew.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            row = _row(connection, item_id)
            if row is None or leased_to_other(row, desk.person, now):
                return None
            if row["is_open"]:
                self._lease(connection, desk, [item_id], now)
        return self._with_pictures([row], now)[0]

    def renew(self, desk: Desk, item_ids: Sequence[str], now: dt.datetime) -> None:
        """Keep questions for longer; those that somebody else has by now are not.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            self._renew(connection, desk, item_ids, now)

    def give_back(self, desk: Desk, item_ids: Sequence[str]) -> None:
        """Let others have questions at once.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            for keys in batches(item_ids):
                connection.execute(
                    sa.update(REVIEW_ITEMS)
                    .where(
                        ITEMS.item_id.in_(keys),
                        ITEMS.leased_by == desk.person,
                        ITEMS.leased_tab == desk.tab,
                    )
                    .values(**FREE)
                )

    def _free(
        self, connection: sa.Connection, desk: Desk, wanted: Wanted, now: dt.datetime
    ) -> list[sa.RowMapping]:
        """Return rows that the desk may have: after the place left, then from the front."""
        query = self._open_to(desk, wanted, now)
        found: list[sa.RowMapping] = []
        parts = [ITEMS.place > wanted.after, ITEMS.place <= wanted.after]
        for part in parts if wanted.after else [sa.true()]:
            missing = wanted.count - len(found)
            if missing > 0:
                found += _first(connection, query.where(part), desk.jobs, missing)
        return found

    def _open_to(
        self, desk: Desk, wanted: Wanted, now: dt.datetime
    ) -> sa.Select[tuple[object, ...]]:
        query = (
            sa.select(*CONTENT_COLUMNS, *_STATE)
            .where(
                ITEMS.is_open == 1,
                sa.or_(
                    ITEMS.leased_until.is_(None),
                    ITEMS.leased_until <= now,
                    sa.and_(
                        ITEMS.leased_by == desk.person, ITEMS.leased_tab == desk.tab
                    ),
                ),
            )
            .order_by(ITEMS.place)
        )
        if wanted.have:
            query = query.where(ITEMS.item_id.not_in(wanted.have))
        if wanted.group is not None:
            low = group_place(*wanted.group)
            query = query.where(ITEMS.place >= low, ITEMS.place < low + "\uffff")
        if self.rules.double_entry.enabled:
            came_before = ITEMS.entered_by.contains(
                entered(desk.person), autoescape=True
            )
            query = query.where(sa.not_(sa.and_(ITEMS.stage > 1, came_before)))
        return query

    def _lease(
        self,
        connection: sa.Connection,
        desk: Desk,
        keys: Sequence[str],
        now: dt.datetime,
    ) -> None:
        if keys:
            connection.execute(
                sa.update(REVIEW_ITEMS)
                .where(ITEMS.item_id.in_(keys))
                .values(
                    leased_by=desk.person,
                    leased_tab=desk.tab,
                    leased_at=now,
                    leased_until=self._until(now),
                )
            )

    def _renew(
        self,
        connection: sa.Connection,
        desk: Desk,
        item_ids: Sequence[str],
        now: dt.datetime,
    ) -> None:
        for keys in batches(item_ids):
            connection.execute(
                sa.update(REVIEW_ITEMS)
                .where(
                    ITEMS.item_id.in_(keys),
                    ITEMS.is_open == 1,
                    # Silence alone gives nothing up: only another's lease does.
                    ITEMS.leased_by == desk.person,
                )
                .values(
                    leased_by=desk.person,
                    leased_tab=desk.tab,
                    leased_until=self._until(now),
                )
            )

    def _until(self, now: dt.datetime) -> dt.datetime:
        return now + dt.timedelta(minutes=self.rules.lease_minutes)

    def _with_pictures(
        self, rows: Sequence[sa.RowMapping], now: dt.datetime
    ) -> tuple[Leased, ...]:
        keys = [row["item_id"] for row in rows]
        answered = [row["item_id"] for row in rows if row["entered_by"]]
        with self.database.reading() as connection:
            crops = crops_of(connection, keys)
            given = _answers(connection, answered)
        return tuple(
            Leased(
                item=item_from(row, crops.get(row["item_id"], b"")),
                place=row["place"],
                stage=Stage(row["stage"]),
                seen=_newest(given.get(row["item_id"], [])),
                leased_at=now,
                given=tuple(entries(given.get(row["item_id"], []))),
            )
            for row in rows
        )


def _row(connection: sa.Connection, item_id: str) -> sa.RowMapping | None:
    query = sa.select(*CONTENT_COLUMNS, *_STATE, ITEMS.is_open)
    found = connection.execute(query.where(ITEMS.item_id == item_id))
    return found.mappings().first()


def _first(
    connection: sa.Connection,
    query: sa.Select[tuple[object, ...]],
    jobs: Collection[str] | None,
    count: int,
) -> list[sa.RowMapping]:
    """Return the first rows; of some jobs, each by the index of its own."""
    limited = query.limit(count)
    if jobs is None:
        return list(connection.execute(limited).mappings())
    rows = [
        row
        for job in sorted(jobs)
        for row in connection.execute(limited.where(ITEMS.job == job)).mappings()
    ]
    return sorted(rows, key=lambda row: str(row["place"]))[:count]


def _answers(
    connection: sa.Connection, item_ids: Sequence[str]
) -> dict[str, list[ReviewAnswer]]:
    found: dict[str, list[ReviewAnswer]] = {}
    for keys in batches(item_ids):
        rows = connection.execute(
            sa.select(REVIEW_ANSWERS)
            .join(REVIEW_ITEMS, ITEMS.item_id == REVIEW_ANSWERS.c.item_id)
            .where(
                REVIEW_ANSWERS.c.item_id.in_(keys),
                REVIEW_ANSWERS.c.seq > ITEMS.reopened_after,
            )
            .order_by(REVIEW_ANSWERS.c.seq)
        )
        for row in rows:
            found.setdefault(row.item_id, []).append(answer_from(row))
    return found


def _newest(given: Sequence[ReviewAnswer]) -> str:
    return given[-1].answer_id if given else ""
