"""What a clerk filled in on 税務課控え.xlsx, read back: decisions, receipts, findings."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from tasks.domain.clerks.decision_columns import (
    ADDRESSEE_NO,
    DECIDED_BY,
    DECISION,
    FINDING_KEY,
    FINDING_RESULT,
    FINDING_TO_FILL_IN,
    KEY,
    ON_CANDIDATE,
    ON_REQUEST,
    REASON,
    RECEIPT_KEY,
    RECEIPT_LINE,
    RECEIPT_REASON,
    RECEIPT_STATE,
    RECEIPT_TO_FILL_IN,
    RECEIPT_WITHDRAWN,
    RECEIVED_BY,
    RECEIVED_ON,
    RECEIVED_YEN,
    RECORDED,
    Decision,
    DecisionKey,
    read_key,
)
from tasks.domain.clerks.decision_record import IdentityDecision
from tasks.domain.clerks.findings import Finding
from tasks.domain.clerks.receipts import Receipt, read_receipt_key
from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.tables import Table
from tasks.domain.normal_forms.masking import mask_my_numbers
from tasks.domain.normal_forms.money import normalize_amount
from tasks.domain.office.settings import ColumnNames
from tasks.edges.runs.finding_sheet import finding_from
from tasks.edges.runs.sheet_entries import Entry, day_of, entries_of, header_of
from tasks.edges.tables.table_files import open_tables

_MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class ClerkSheets:
    """One workbook as a clerk left it."""

    file: str
    """Name without folders."""
    sha256: str
    decisions: tuple[IdentityDecision, ...] = field(repr=False)
    receipts: tuple[Receipt, ...] = field(repr=False)
    findings: tuple[Finding, ...] = field(default=(), repr=False)


def read_clerk_sheets(path: Path, *, now: dt.datetime) -> ClerkSheets:
    """Return what a clerk decided and noted on a copy of 税務課控え.xlsx.

    Rows without any entry are passed over. Sheets are known by their headers, so one
    that was renamed or sorted is read all the same.

    Args:
        path: The workbook.
        now: Becomes the time of every entry; days after it are refused.

    Raises:
        NeedsPersonError: CLERK-002 when no sheet can be filled in, CLERK-001 with the
            cell of every entry that is not whole; what opening a workbook raises.
    """
    file = open_tables(path, columns=ColumnNames())
    reader = _Reader(path.name, now)
    known = [reader.sheet(table) for table in file.tables]
    if not any(known):
        raise NeedsPersonError(
            "CLERK-002", f"{path.name}: no sheet with {KEY} or {RECEIPT_KEY}"
        )
    if reader.faults:
        raise NeedsPersonError(
            "CLERK-001",
            f"{path.name}: {len(reader.faults)} entries, first: {reader.faults[0]}",
            tuple(reader.faults[:_MOST_FAULTS]),
        )
    return ClerkSheets(
        path.name,
        file.sha256,
        tuple(reader.decisions),
        tuple(reader.receipts),
        tuple(reader.findings),
    )


@dataclass(frozen=True, slots=True)
class _Choice:
    key: DecisionKey
    choice: Decision


class _Reader:
    """Collects entries and faults of all sheets of a workbook."""

    def __init__(self, file: str, now: dt.datetime) -> None:
        self._file = file
        self._now = now
        self.faults: list[str] = []
        self.decisions: list[IdentityDecision] = []
        self.receipts: list[Receipt] = []
        self.findings: list[Finding] = []

    def sheet(self, table: Table) -> bool:
        """Read a sheet; return whether it is one that can be filled in."""
        for needed, read in (
            ((KEY, DECISION), self._read_decisions),
            ((RECEIPT_KEY, RECEIVED_YEN), self._read_receipts),
            ((FINDING_KEY, FINDING_RESULT), self._read_findings),
        ):
            header = header_of(table, needed)
            if header is not None:
                read(list(entries_of(table, header, self.faults)))
                return True
        return False

    def _read_decisions(self, entries: list[Entry]) -> None:
        seen: dict[str, dict[int, str]] = defaultdict(dict)
        for entry in entries:
            key = read_key(entry.text(KEY))
            if key is not None and key.candidate:
                seen[key.request][key.rank] = key.candidate
        for entry in entries:
            found = _choice(entry)
            if found is None:
                continue
            ranked = seen[found.key.request]
            on_candidate = bool(found.key.candidate)
            self.decisions.append(
                IdentityDecision(
                    key=found.key,
                    choice=found.choice,
                    addressee_no=entry.text(ADDRESSEE_NO) if on_candidate else "",
                    reason=mask_my_numbers(entry.text(REASON)),
                    by_whom=mask_my_numbers(entry.text(DECIDED_BY)),
                    at=self._now,
                    seen=tuple(ranked[rank] for rank in sorted(ranked)),
                    file=self._file,
                )
            )

    def _read_receipts(self, entries: list[Entry]) -> None:
        for entry in entries:
            if _says_something(entry) and entry.written(*RECEIPT_TO_FILL_IN):
                receipt = self._receipt(entry)
                if receipt is not None:
                    self.receipts.append(receipt)

    def _read_findings(self, entries: list[Entry]) -> None:
        for entry in entries:
            if any(entry.text(name) for name in FINDING_TO_FILL_IN):
                finding = finding_from(entry, self._file, self._now)
                if finding is not None:
                    self.findings.append(finding)

    def _receipt(self, entry: Entry) -> Receipt | None:
        key = read_receipt_key(entry.text(RECEIPT_KEY))
        if key is None:
            entry.fault(RECEIPT_KEY, f"{RECEIPT_KEY} as it was written")
            return None
        day = day_of(entry, RECEIVED_ON, self._now.date())
        if day is None or day > self._now.date():
            entry.fault(RECEIVED_ON, "a day that has come")
            return None
        yen = normalize_amount(entry.text(RECEIVED_YEN))
        if not yen.usable or yen.value is None or yen.value <= 0:
            entry.fault(RECEIVED_YEN, "whole yen above 0")
            return None
        return Receipt(
            key=key,
            line=" ".join(entry.text(name) for name in RECEIPT_LINE),
            received_yen=yen.value,
            received_on=day,
            reason=mask_my_numbers(entry.text(RECEIPT_REASON)),
            by_whom=mask_my_numbers(entry.text(RECEIVED_BY)),
            at=self._now,
            withdrawn=bool(entry.text(RECEIPT_WITHDRAWN)),
            file=self._file,
        )


def _choice(entry: Entry) -> _Choice | None:
    """Return what is decided in a row; None for nothing, or after a fault."""
    written = entry.text(DECISION)
    if not written:
        for name in (REASON, DECIDED_BY):
            if entry.text(name):
                entry.fault(DECISION, f"{DECISION}, because {name} is filled in")
        return None
    key = read_key(entry.text(KEY))
    if key is None:
        entry.fault(KEY, f"{KEY} as it was written; it must not be changed")
        return None
    choices = ON_CANDIDATE if key.candidate else ON_REQUEST
    if written not in choices:
        entry.fault(DECISION, " or ".join(choices))
        return None
    choice = Decision(written)
    needed = (DECIDED_BY,) if choice is Decision.LATER else (REASON, DECIDED_BY)
    return _Choice(key, choice) if entry.written(*needed) else None


def _says_something(entry: Entry) -> bool:
    """Return whether a row of receipts was filled in; one recorded before was not."""
    if entry.text(RECEIPT_WITHDRAWN):
        return True
    if entry.text(RECEIPT_STATE) == RECORDED:
        return False
    return any(entry.text(name) for name in RECEIPT_TO_FILL_IN)
