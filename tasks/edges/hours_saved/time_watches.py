"""The stopwatches that run: one for each account, whatever becomes of browser or server."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks.domain.hours_saved.baseline_study import BaselineSample
from tasks.domain.hours_saved.time_watch import Turn, Watch, WatchKey, turn
from tasks.edges.hours_saved.baseline_store import append_sample
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import TIME_PRESSES, TIME_WATCHES


@dataclass(frozen=True, slots=True)
class Press:
    """A key pressed on the page of a job."""

    press_id: str
    """Made by the browser: a press sent twice counts once."""
    key: WatchKey
    job: str
    at: dt.datetime
    """With time zone."""
    by_whom: str
    """Account, as it stands in the time study."""
    items: int = 1
    """Done in this stretch."""
    note: str = ""


METHOD = "ストップウォッチ（画面）"


@dataclass(frozen=True, slots=True)
class TimeWatches:
    """Running stopwatches, and the samples that they make."""

    database: Database

    def watch(self, account: str) -> Watch | None:
        """Return the stopwatch of an account; None when it times nothing."""
        with self.database.reading() as connection:
            return _watch(connection, account)

    def press(self, account: str, press: Press) -> Turn:
        """Apply a press and append the sample that it ends, in one transaction.

        A press that came in before changes nothing. One that comes in late, because
        the connection was lost, counts from when it was pressed, but never before the
        press before it.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            before = _watch(connection, account)
            if _known(connection, press.press_id):
                return Turn(before)
            at = press.at if before is None else max(press.at, before.since)
            found = turn(before, press.key, job=press.job, at=at)
            seq = None
            if found.timed_ms:
                seq = append_sample(connection, _sample(press, found.timed_ms, at)).seq
            connection.execute(
                sa.insert(TIME_PRESSES).values(
                    press_id=press.press_id, account=account, at=at, sample_seq=seq
                )
            )
            _keep(connection, account, found.watch)
            return found

    def write_in(self, press_id: str, account: str, sample: BaselineSample) -> None:
        """Append a sample timed on paper; a form sent twice counts once.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            if press_id and _known(connection, press_id):
                return
            seq = append_sample(connection, sample).seq
            if press_id:
                connection.execute(
                    sa.insert(TIME_PRESSES).values(
                        press_id=press_id,
                        account=account,
                        at=sample.at,
                        sample_seq=seq,
                    )
                )


def _known(connection: sa.Connection, press_id: str) -> bool:
    query = sa.select(TIME_PRESSES.c.press_id).where(
        TIME_PRESSES.c.press_id == press_id
    )
    return connection.scalar(query) is not None


def _sample(press: Press, timed_ms: int, at: dt.datetime) -> BaselineSample:
    return BaselineSample(
        0, press.job, timed_ms, press.items, press.by_whom, at, METHOD, press.note
    )


def _watch(connection: sa.Connection, account: str) -> Watch | None:
    row: sa.Row[Any] | None = connection.execute(
        sa.select(TIME_WATCHES).where(TIME_WATCHES.c.account == account)
    ).one_or_none()
    if row is None:
        return None
    return Watch(
        job=row.job,
        since=row.since,
        counted_ms=row.counted_ms,
        running=bool(row.running),
        asked=bool(row.asked),
    )


def _keep(connection: sa.Connection, account: str, watch: Watch | None) -> None:
    connection.execute(sa.delete(TIME_WATCHES).where(TIME_WATCHES.c.account == account))
    if watch is not None:
        connection.execute(
            sa.insert(TIME_WATCHES).values(
                account=account,
                job=watch.job,
                since=watch.since,
                counted_ms=watch.counted_ms,
                running=int(watch.running),
                asked=int(watch.asked),
            )
        )
