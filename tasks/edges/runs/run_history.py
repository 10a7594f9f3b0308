"""The runs of 滞納確認 that released their papers, with every answer; append-only.

Nothing is changed; what has been kept for its years is deleted (`RunHistory.forget`).

The answers hold names, addresses and amounts, as the review store does: the database
stays in the tax section.
"""

from __future__ import annotations

import datetime as dt
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import sqlalchemy as sa
from pydantic import TypeAdapter, ValidationError

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.sources import SourceFile
from tasks.domain.records import Applicant, Verdict
from tasks.domain.runs.run_records import (
    KeptRun,
    RunHead,
    mostly_same_people,
    same_request,
    to_keep,
)
from tasks.edges.office_database.audit_log import AuditEvent, AuditFile, append_entry
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import CHECK_ANSWERS, CHECK_RUNS

_ROWS_OF_A_PART = 1_000
_COMPRESSION = 3
_LOOKED_BACK = 500
"""Runs looked through for one over the same request."""
_OPENED = 5
"""Runs with a list of the same name that are opened to see whom they asked about."""
_SHORTEST_ID = 4

_HEAD = TypeAdapter(RunHead)
_ANSWERS = TypeAdapter(tuple[Verdict, ...])


@dataclass(frozen=True, slots=True)
class OldRun:
    """A kept run by its number and time alone: its head may not be readable any more."""

    run_id: str
    at: dt.datetime
    """With time zone."""


@dataclass(frozen=True, slots=True)
class RunHistory:
    """Every run that was kept."""

    database: Database

    def keep(self, head: RunHead, verdicts: Sequence[Verdict]) -> None:
        """Keep a run with its answers, and say so in the audit log; all or nothing.

        Raises:
            TryAgainError: STORE-002.
            NeedsPersonError: FILE-003 when the disk is full.
        """
        with self.database.writing() as connection:
            connection.execute(
                sa.insert(CHECK_RUNS).values(
                    run_id=head.run_id,
                    at=head.at,
                    head=_HEAD.dump_json(head).decode(),
                )
            )
            for part, rows in enumerate(_parts(to_keep(verdicts))):
                body = zlib.compress(_ANSWERS.dump_json(rows), _COMPRESSION)
                connection.execute(
                    sa.insert(CHECK_ANSWERS).values(
                        run_id=head.run_id, part=part, body=body
                    )
                )
            append_entry(connection, _event(head))

    def heads(self, limit: int = 50) -> tuple[RunHead, ...]:
        """Return the newest runs, newest first.

        Raises:
            NeedsPersonError: RUN-002 when one was kept in a way no longer understood.
        """
        with self.database.reading() as connection:
            rows = connection.scalars(
                sa.select(CHECK_RUNS.c.head)
                .order_by(CHECK_RUNS.c.seq.desc())
                .limit(limit)
            )
            return tuple(map(_head, rows))

    def holds_folder(self, folder: str) -> bool:
        """Tell whether a run's papers in this folder are kept already."""
        return any(head.folder == folder for head in self._readable())

    def find(self, run_id: str) -> RunHead:
        """Return the run whose id begins so.

        Args:
            run_id: At least four of its hex digits.

        Raises:
            NeedsPersonError: RUN-001 when there is none or more than one; RUN-002.
        """
        wanted = run_id.strip().lower()
        if len(wanted) < _SHORTEST_ID:
            raise NeedsPersonError(
                "RUN-001", f"{run_id}: at least {_SHORTEST_ID} digits"
            )
        with self.database.reading() as connection:
            found = list(
                connection.scalars(
                    sa.select(CHECK_RUNS.c.head).where(
                        CHECK_RUNS.c.run_id.startswith(wanted, autoescape=True)
                    )
                )
            )
        if len(found) != 1:
            raise NeedsPersonError("RUN-001", f"{run_id}: {len(found)} runs")
        return _head(found[0])

    def load(self, head: RunHead) -> KeptRun:
        """Return a run with its answers.

        Raises:
            NeedsPersonError: RUN-002 when they cannot be read any more.
        """
        with self.database.reading() as connection:
            bodies = connection.scalars(
                sa.select(CHECK_ANSWERS.c.body)
                .where(CHECK_ANSWERS.c.run_id == head.run_id)
                .order_by(CHECK_ANSWERS.c.part)
            )
            try:
                return KeptRun(head, tuple(v for body in bodies for v in _read(body)))
            except (ValidationError, zlib.error) as error:
                # Values never enter messages.
                raise NeedsPersonError("RUN-002", head.run_id) from error.__cause__

    def previous(
        self, sources: Sequence[SourceFile], applicants: Sequence[Applicant]
    ) -> KeptRun | None:
        """Return the newest run over the same request, or None.

        The same request has a list or form of the same content; else a list of the same
        name that asks about mostly the same people: 申請者名簿.xlsx is what many call it.
        What cannot be read any more is passed over.
        """
        by_name: list[RunHead] = []
        for head in self._readable():
            surely = same_request(head, sources)
            if surely > 1:
                return self._loaded(head)
            if surely:
                by_name.append(head)
        for head in by_name[:_OPENED]:
            run = self._loaded(head)
            if run and mostly_same_people(run.verdicts, applicants):
                return run
        return None

    def before(self, moment: dt.datetime) -> tuple[OldRun, ...]:
        """Return the runs kept before a moment, oldest first."""
        with self.database.reading() as connection:
            return _before(connection, moment)

    def forget(
        self, moment: dt.datetime, *, now: dt.datetime, who: str
    ) -> tuple[OldRun, ...]:
        """Delete the runs kept before a moment, and say so in the audit log.

        All or nothing. The audit log keeps who ran what on which files, and in counts
        what was answered; of the answers themselves nothing is left.

        Args:
            moment: With time zone.
            now: With time zone; goes into the audit log.
            who: Who deletes; goes into the audit log.

        Returns:
            The runs that are gone, oldest first.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            gone = _before(connection, moment)
            if connection.dialect.name == "sqlite":
                # Else the pages let go of would hold the answers until written over.
                connection.exec_driver_sql("PRAGMA secure_delete = ON")
            for run in gone:
                for table in (CHECK_ANSWERS, CHECK_RUNS):
                    connection.execute(
                        sa.delete(table).where(table.c.run_id == run.run_id)
                    )
                made = {"made": run.at.isoformat()}
                event = AuditEvent("answers_deleted", who, now, run.run_id, (), made)
                append_entry(connection, event)
        if gone and self.database.engine.dialect.name == "sqlite":
            with self.database.reading() as connection:
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
        return gone

    def _readable(self) -> Iterator[RunHead]:
        with self.database.reading() as connection:
            rows = connection.scalars(
                sa.select(CHECK_RUNS.c.head)
                .order_by(CHECK_RUNS.c.seq.desc())
                .limit(_LOOKED_BACK)
            ).all()
        for row in rows:
            try:
                yield _head(row)
            except NeedsPersonError:
                continue

    def _loaded(self, head: RunHead) -> KeptRun | None:
        try:
            return self.load(head)
        except NeedsPersonError:
            return None


def _before(connection: sa.Connection, moment: dt.datetime) -> tuple[OldRun, ...]:
    rows = connection.execute(
        sa.select(CHECK_RUNS.c.run_id, CHECK_RUNS.c.at)
        .where(CHECK_RUNS.c.at < moment)
        .order_by(CHECK_RUNS.c.seq)
    )
    return tuple(OldRun(row.run_id, row.at) for row in rows)


def _event(head: RunHead) -> AuditEvent:
    return AuditEvent(
        action="answers_kept",
        who=head.who,
        at=head.at,
        subject=head.run_id,
        files=tuple(AuditFile(one.file, one.sha256) for one in head.sources),
        details={"as_of": head.as_of.isoformat(), **dict(head.counts)},
    )


def _head(text: str) -> RunHead:
    try:
        return _HEAD.validate_json(text)
    except ValidationError as error:
        raise NeedsPersonError("RUN-002", "head of a run") from error.__cause__


def _read(body: bytes) -> tuple[Verdict, ...]:
    return _ANSWERS.validate_json(zlib.decompress(body))


def _parts(verdicts: Iterable[Verdict]) -> Iterator[tuple[Verdict, ...]]:
    rows = iter(verdicts)
    while part := tuple(islice(rows, _ROWS_OF_A_PART)):
        yield part
