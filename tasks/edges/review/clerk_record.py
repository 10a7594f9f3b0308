"""What clerks decided and noted on 税務課控え: appended, never changed, never erased."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from tasks.domain.clerks.clerk_word import ClerkWord
from tasks.domain.clerks.decision_columns import (
    Decision,
    DecisionKey,
    key_text,
    read_key,
)
from tasks.domain.clerks.decision_prints import digest
from tasks.domain.clerks.decision_record import IdentityDecision
from tasks.domain.clerks.findings import (
    Finding,
    Person,
    by_about,
    finding_key_text,
    read_finding_key,
)
from tasks.domain.clerks.receipts import (
    Receipt,
    ReceiptKey,
    read_receipt_key,
    receipt_key_text,
)
from tasks.domain.errors import NeedsPersonError
from tasks.edges.office_database.audit_log import AuditEvent, append_entry
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    CLERK_FINDINGS,
    IDENTITY_DECISIONS,
    RECEIPTS,
)
from tasks.edges.review.review_rows import among, batches


@dataclass(frozen=True, slots=True)
class ClerkRecord:
    """Decisions about persons, receipts and findings, in the order they came in."""

    database: Database

    def append(
        self,
        decisions: Sequence[IdentityDecision],
        receipts: Sequence[Receipt],
        event: AuditEvent,
        findings: Sequence[Finding] = (),
    ) -> int:
        """Append what is new and its audit entry; return how many there were.

        The same cell read in again is not new, so a workbook may be read any number
        of times. With nothing new, nothing is written.

        Args:
            decisions: As read.
            receipts: As read.
            event: Who read in which files; gets the number of what is new.
            findings: As read.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            rows = _new(connection, IDENTITY_DECISIONS, map(_decision_row, decisions))
            notes = _new(connection, RECEIPTS, map(_receipt_row, receipts))
            found = _new(connection, CLERK_FINDINGS, map(_finding_row, findings))
            for table, new in (
                (IDENTITY_DECISIONS, rows),
                (RECEIPTS, notes),
                (CLERK_FINDINGS, found),
            ):
                if new:
                    connection.execute(sa.insert(table), new)
            if rows or notes or found:
                counts = {
                    "decisions": len(rows),
                    "receipts": len(notes),
                    "findings": len(found),
                }
                append_entry(
                    connection, replace(event, details={**event.details, **counts})
                )
        return len(rows) + len(notes) + len(found)

    def everything(self) -> ClerkWord:
        """Return all that was ever recorded, oldest first."""
        with self.database.reading() as connection:
            decisions = connection.execute(
                sa.select(IDENTITY_DECISIONS).order_by(IDENTITY_DECISIONS.c.seq)
            )
            receipts = connection.execute(sa.select(RECEIPTS).order_by(RECEIPTS.c.seq))
            return ClerkWord(
                tuple(_decision(row) for row in decisions),
                tuple(_receipt(row) for row in receipts),
                tuple(
                    _finding(row)
                    for row in connection.execute(
                        sa.select(CLERK_FINDINGS).order_by(CLERK_FINDINGS.c.seq)
                    )
                ),
            )


def decisions_on(
    connection: sa.Connection, requests: Sequence[str]
) -> dict[str, tuple[IdentityDecision, ...]]:
    """Return by request print every decision recorded on that row, oldest first."""
    found: dict[str, list[IdentityDecision]] = defaultdict(list)
    request = sa.func.substr(IDENTITY_DECISIONS.c.row_key, 1, 16)
    for some in batches(sorted(set(requests))):
        rows = connection.execute(
            sa.select(IDENTITY_DECISIONS)
            .where(request.in_(some))
            .order_by(IDENTITY_DECISIONS.c.seq)
        )
        for row in rows:
            decision = _decision(row)
            found[decision.key.request].append(decision)
    return {one: tuple(its) for one, its in found.items()}


def append_decisions(
    connection: sa.Connection, decisions: Sequence[IdentityDecision], answer_id: str
) -> int:
    """Append decisions made on the review page; return the number of the first.

    Args:
        connection: Of `Database.writing`.
        decisions: Not empty.
        answer_id: Of the page sent; it is new, so each decision is recorded anew, also
            one that says again what was taken back.
    """
    rows = list(map(_decision_row, decisions))
    return _append_anew(connection, IDENTITY_DECISIONS, rows, answer_id)


def findings_on(
    connection: sa.Connection, about: Sequence[str]
) -> dict[str, tuple[Finding, ...]]:
    """Return every finding by what it is about, oldest first."""
    found: list[Finding] = []
    for some in batches(sorted(set(about))):
        rows = connection.execute(
            sa.select(CLERK_FINDINGS)
            .where(CLERK_FINDINGS.c.about.in_(some))
            .order_by(CLERK_FINDINGS.c.seq)
        )
        found.extend(map(_finding, rows))
    return by_about(found)


def append_findings(
    connection: sa.Connection, findings: Sequence[Finding], answer_id: str
) -> int:
    """Append findings made on the review page; see `append_decisions`."""
    rows = list(map(_finding_row, findings))
    return _append_anew(connection, CLERK_FINDINGS, rows, answer_id)


def _append_anew(
    connection: sa.Connection,
    table: sa.Table,
    rows: list[dict[str, object]],
    answer_id: str,
) -> int:
    ids = [str(row["record_id"]) for row in rows]
    known = among(connection, table.c.record_id, ids)
    for row, record_id in zip(rows, ids, strict=True):
        if record_id in known:
            row["record_id"] = digest(record_id, answer_id, length=32)
    connection.execute(sa.insert(table), rows)
    kept = [str(row["record_id"]) for row in rows]
    first = sa.select(sa.func.min(table.c.seq)).where(table.c.record_id.in_(kept))
    return int(connection.scalar(first) or 0)


def _new(
    connection: sa.Connection, table: sa.Table, rows: Iterable[dict[str, object]]
) -> list[dict[str, object]]:
    """Return the rows not yet in a table, each once, in their order."""
    found = {str(row["record_id"]): row for row in rows}
    known = among(connection, table.c.record_id, list(found))
    return [row for record_id, row in found.items() if record_id not in known]


def _decision_row(one: IdentityDecision) -> dict[str, object]:
    return {
        "record_id": one.decision_id,
        "row_key": key_text(one.key),
        "choice": one.choice.value,
        "addressee_no": one.addressee_no,
        "reason": one.reason,
        "by_whom": one.by_whom,
        "at": one.at,
        "seen": json.dumps(one.seen),
        "file": one.file,
        "account": one.account,
        "takes_back": one.takes_back,
    }


def _decision(row: sa.Row[Any]) -> IdentityDecision:
    return IdentityDecision(
        key=_known(read_key(row.row_key)),
        choice=Decision(row.choice),
        addressee_no=row.addressee_no,
        reason=row.reason,
        by_whom=row.by_whom,
        at=row.at,
        seen=tuple(json.loads(row.seen)),
        file=row.file,
        account=row.account,
        takes_back=row.takes_back,
        seq=row.seq,
    )


def _receipt_row(one: Receipt) -> dict[str, object]:
    return {
        "record_id": one.receipt_id,
        "line_key": receipt_key_text(one.key),
        "line": one.line,
        "received_yen": one.received_yen,
        "received_on": one.received_on.isoformat(),
        "reason": one.reason,
        "by_whom": one.by_whom,
        "at": one.at,
        "withdrawn": int(one.withdrawn),
        "file": one.file,
    }


def _receipt(row: sa.Row[Any]) -> Receipt:
    return Receipt(
        key=_known_receipt(read_receipt_key(row.line_key)),
        line=row.line,
        received_yen=row.received_yen,
        received_on=dt.date.fromisoformat(row.received_on),
        reason=row.reason,
        by_whom=row.by_whom,
        at=row.at,
        withdrawn=bool(row.withdrawn),
        file=row.file,
        seq=row.seq,
    )


def _known(key: DecisionKey | None) -> DecisionKey:
    if key is None:
        raise NeedsPersonError("STORE-003", "identity_decisions: a key that is none")
    return key


def _known_receipt(key: ReceiptKey | None) -> ReceiptKey:
    if key is None:
        raise NeedsPersonError("STORE-003", "receipts: a key that is none")
    return key


def _finding_row(one: Finding) -> dict[str, object]:
    return {
        "record_id": one.finding_id,
        "about": one.key.about,
        "finding_key": finding_key_text(one.key),
        "result": one.result,
        "persons": json.dumps(
            [[p.number, p.name] for p in one.persons], ensure_ascii=False
        ),
        "until": one.until.isoformat() if one.until else "",
        "reason": one.reason,
        "by_whom": one.by_whom,
        "at": one.at,
        "file": one.file,
        "account": one.account,
        "takes_back": one.takes_back,
    }


def _finding(row: sa.Row[Any]) -> Finding:
    key = read_finding_key(row.finding_key)
    if key is None:
        raise NeedsPersonError("STORE-003", "clerk_findings: a key that is none")
    return Finding(
        key=key,
        result=row.result,
        reason=row.reason,
        by_whom=row.by_whom,
        at=row.at,
        persons=tuple(Person(*pair) for pair in json.loads(row.persons)),
        until=dt.date.fromisoformat(row.until) if row.until else None,
        file=row.file,
        account=row.account,
        takes_back=row.takes_back,
        seq=row.seq,
    )
