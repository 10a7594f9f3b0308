"""Who did what on which files: append-only, each entry sealed by the one after it.

An entry holds the SHA-256 of the entry before it, so a change, a removal or an entry
slipped in breaks the chain from there on. Cutting off the end leaves a whole chain:
print `head()` on a report that leaves the office and give it to `verify` later.

No names of applicants and no values: rows and questions are told by their ids.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.normal_forms.masking import mask_my_numbers
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import AUDIT_ENTRIES, AUDIT_SUBJECTS

SUBJECTS = "subjects"
"""Key of the details that name several ids, between blanks."""
START = "0" * 64
"""What the first entry holds in place of an earlier hash."""


_AT_ONCE = 5_000
"""Entries in memory while all are looked at."""


@dataclass(frozen=True, slots=True)
class AuditFile:
    """A file that took part."""

    file: str
    """Name without folders."""
    sha256: str


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """What happened, before it has its place in the chain."""

    action: str
    """Stable English word: run_started, run_finished, answer_given, ..."""
    who: str
    """Account or name of the member of staff, or the deployment at night."""
    at: dt.datetime
    """With time zone."""
    subject: str = ""
    """Run id, item id; empty when there is none."""
    files: tuple[AuditFile, ...] = ()
    details: Mapping[str, str | int] = field(default_factory=dict)
    """Counts and ids; never a name or a value of a person."""


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One entry of the log."""

    seq: int
    """1, 2, 3 ... without gaps."""
    at: dt.datetime
    who: str
    action: str
    subject: str
    files: tuple[AuditFile, ...]
    details: tuple[tuple[str, str], ...]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditHead:
    """The newest entry, to be kept outside."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class AuditLog:
    """The chain of entries."""

    database: Database

    def append(
        self,
        action: str,
        *,
        who: str,
        at: dt.datetime,
        subject: str = "",
        files: tuple[AuditFile, ...] = (),
        details: Mapping[str, str | int] | None = None,
    ) -> AuditHead:
        """Append an entry; numbers of twelve digits are struck out of every text.

        Args:
            action: Stable English word.
            who: Who started or did it.
            at: With time zone.
            subject: Id of the run or question.
            files: Names and SHA-256.
            details: Counts and ids; never a name or a value of a person.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            return append_entry(
                connection,
                AuditEvent(action, who, at, subject, files, details or {}),
            )

    def entries(self, after: int = 0, limit: int = 1000) -> tuple[AuditEntry, ...]:
        """Return entries in order, beginning after a number."""
        with self.database.reading() as connection:
            rows = connection.execute(
                sa.select(AUDIT_ENTRIES)
                .where(AUDIT_ENTRIES.c.seq > after)
                .order_by(AUDIT_ENTRIES.c.seq)
                .limit(limit)
            )
            return tuple(entry_from(row) for row in rows)

    def head(self) -> AuditHead:
        """Return number and hash of the newest entry; 0 when there is none."""
        with self.database.reading() as connection:
            return _head(connection)

    def verify(self, anchor: AuditHead | None = None) -> int:
        """Return how many entries there are when none was touched.

        Args:
            anchor: A head that was kept outside; its entry must still be there.

        Raises:
            NeedsPersonError: STORE-003 with the number of the first entry that does
                not fit.
        """
        return self.verified_head(anchor).seq

    def verified_head(self, anchor: AuditHead | None = None) -> AuditHead:
        """Return the newest entry, to be kept outside, when none was touched.

        Args:
            anchor: See `verify`.

        Raises:
            NeedsPersonError: See `verify`.
        """
        previous, count = START, 0
        with self.database.reading() as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(
                sa.select(AUDIT_ENTRIES).order_by(AUDIT_ENTRIES.c.seq)
            ):
                count += 1
                values = dict(row._asdict())
                sealed = values.pop("hash")
                if (
                    row.seq != count
                    or row.previous != previous
                    or _seal(values) != sealed
                ):
                    raise NeedsPersonError("STORE-003", f"audit entry {row.seq}")
                if anchor and anchor.seq == count and anchor.hash != sealed:
                    raise NeedsPersonError("STORE-003", f"audit entry {row.seq}")
                previous = sealed
        if anchor and anchor.seq > count:
            detail = f"audit entries {count + 1} to {anchor.seq} are gone"
            raise NeedsPersonError("STORE-003", detail)
        return AuditHead(count, previous)


def append_entry(connection: sa.Connection, event: AuditEvent) -> AuditHead:
    """Append inside a transaction of `Database.writing`, so both happen or neither."""
    head = _head(connection)
    files = [[mask_my_numbers(one.file), one.sha256] for one in event.files]
    details = {key: mask_my_numbers(str(value)) for key, value in event.details.items()}
    values = {
        "seq": head.seq + 1,
        "at": event.at.astimezone(dt.UTC),
        "who": mask_my_numbers(event.who),
        "action": event.action,
        "subject": mask_my_numbers(event.subject),
        "files": _dump(files),
        "details": _dump(details),
        "previous": head.hash,
    }
    sealed = _seal(values)
    connection.execute(sa.insert(AUDIT_ENTRIES).values(**values, hash=sealed))
    subjects = dict.fromkeys((values["subject"], *details.get(SUBJECTS, "").split()))
    rows = [{"subject": one, "seq": head.seq + 1} for one in subjects if one]
    if rows:
        connection.execute(sa.insert(AUDIT_SUBJECTS), rows)
    return AuditHead(head.seq + 1, sealed)


def _head(connection: sa.Connection) -> AuditHead:
    row = connection.execute(
        sa.select(AUDIT_ENTRIES.c.seq, AUDIT_ENTRIES.c.hash)
        .order_by(AUDIT_ENTRIES.c.seq.desc())
        .limit(1)
    ).first()
    return AuditHead(0, START) if row is None else AuditHead(row.seq, row.hash)


def _seal(values: Mapping[str, Any]) -> str:
    at = values["at"].isoformat(timespec="microseconds")
    return hashlib.sha256(_dump({**values, "at": at}).encode()).hexdigest()


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def entry_from(row: sa.Row[Any]) -> AuditEntry:
    """Return the entry of a row."""
    return AuditEntry(
        seq=row.seq,
        at=row.at,
        who=row.who,
        action=row.action,
        subject=row.subject,
        files=tuple(AuditFile(file, sha) for file, sha in json.loads(row.files)),
        details=tuple(json.loads(row.details).items()),
        previous=row.previous,
        hash=row.hash,
    )
