"""Entries of the audit log by person, act, day or id; newest first, by index."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks.edges.office_database.audit_log import AuditEntry, entry_from
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import AUDIT_ENTRIES, AUDIT_SUBJECTS

ENTRY = AUDIT_ENTRIES.c
LAST_NUMBER = 2**31 - 1
"""The greatest that the column of numbers holds in every database."""


@dataclass(frozen=True, slots=True)
class AuditFilter:
    """Which entries; what is empty or None does not matter."""

    who: str = ""
    action: str = ""
    subject: str = ""
    """Id that an entry speaks of, alone or among others."""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    """Before this moment."""


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some entries, newest first."""

    entries: tuple[AuditEntry, ...]
    earlier: bool
    """Older entries follow."""
    later: bool
    """Newer entries come before."""


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """Looks entries up; changes nothing."""

    database: Database

    def page(
        self, wanted: AuditFilter, *, size: int, before: int = 0, after: int = 0
    ) -> AuditPage:
        """Return entries that fit, newest first.

        Args:
            wanted: Which.
            size: Most entries.
            before: Only entries older than this number; 0 begins with the newest.
            after: Only the nearest that are newer than this number; taken when
                `before` is 0.

        Raises:
            TryAgainError: STORE-002.
        """
        upwards = bool(after) and not before
        with self.database.reading() as connection:
            bounds = _bounds(connection, wanted)
            if bounds is None:
                return AuditPage((), earlier=False, later=False)
            query = _query(wanted).where(ENTRY.seq.between(*bounds))
            if before:
                query = query.where(ENTRY.seq < before)
            if upwards:
                query = query.where(ENTRY.seq > after)
            order = ENTRY.seq if upwards else ENTRY.seq.desc()
            rows = list(connection.execute(query.order_by(order).limit(size + 1)))
        more, rows = len(rows) > size, rows[:size]
        if upwards:
            rows.reverse()
        return AuditPage(
            tuple(map(entry_from, rows)),
            earlier=True if upwards else more,
            later=more if upwards else bool(before),
        )

    def about(self, subject: str, *, most: int) -> tuple[AuditEntry, ...]:
        """Return the newest entries that speak of an id, oldest of them first."""
        found = self.page(AuditFilter(subject=subject), size=most).entries
        return tuple(reversed(found))

    def actions(self) -> tuple[str, ...]:
        """Return every act that the log knows, each found by a step of an index."""
        return self._distinct(ENTRY.action)

    def people(self) -> tuple[str, ...]:
        """Return everybody whom the log knows."""
        return self._distinct(ENTRY.who)

    def _distinct(self, column: sa.ColumnElement[str]) -> tuple[str, ...]:
        found: list[str] = []
        query = sa.select(sa.func.min(column))
        with self.database.reading() as connection:
            newest = connection.scalar(query)
            while newest is not None:
                found.append(str(newest))
                newest = connection.scalar(query.where(column > newest))
        return tuple(found)


def _query(wanted: AuditFilter) -> sa.Select[Any]:
    query = sa.select(AUDIT_ENTRIES)
    if wanted.subject:
        query = query.join(AUDIT_SUBJECTS, AUDIT_SUBJECTS.c.seq == ENTRY.seq).where(
            AUDIT_SUBJECTS.c.subject == wanted.subject
        )
    if wanted.who:
        query = query.where(ENTRY.who == wanted.who)
    if wanted.action:
        query = query.where(ENTRY.action == wanted.action)
    if wanted.since is not None:
        query = query.where(ENTRY.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(ENTRY.at < wanted.until)
    return query


def _bounds(connection: sa.Connection, wanted: AuditFilter) -> tuple[int, int] | None:
    """Return the numbers between which the days lie, so that no other is looked at."""
    if wanted.since is None and wanted.until is None:
        return 1, LAST_NUMBER
    query = sa.select(sa.func.min(ENTRY.seq), sa.func.max(ENTRY.seq))
    if wanted.since is not None:
        query = query.where(ENTRY.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(ENTRY.at < wanted.until)
    first, last = connection.execute(query).one()
    return None if first is None else (int(first), int(last))
