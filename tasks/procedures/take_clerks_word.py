"""Take in what clerks wrote on copies of 税務課控え, and recall all of it ever written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tasks.domain.clerks.clerk_word import ClerkWord
from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.edges.office_database.audit_log import AuditEvent, AuditFile
from tasks.edges.review.clerk_record import ClerkRecord
from tasks.edges.runs.clerk_sheets import ClerkSheets, read_clerk_sheets

_MOST_CELLS = 10


def filled_in(folder: Path) -> tuple[Path, ...]:
    """Return the workbooks of a folder; none where there is no such folder."""
    if not folder.is_dir():
        return ()
    return tuple(
        path
        for path in sorted(folder.iterdir())
        if path.suffix.lower() in (".xlsx", ".xlsm", ".xls")
        and not path.name.startswith((".", "~$"))
    )


def take_clerks_word(
    files: Sequence[Path],
    record: ClerkRecord,
    *,
    now: dt.datetime,
    who: str,
    go_on: bool = False,
) -> ClerkWord:
    """Record what is new in the workbooks, and return everything ever recorded.

    A workbook is taken in whole or not at all; what was recorded before is not recorded
    twice.

    Args:
        files: Copies of 税務課控え.xlsx as clerks left them; may be empty.
        record: Where decisions and receipts are kept.
        now: With time zone.
        who: Who read them in.
        go_on: Pass over a faulty workbook with a note, as a run at night must; else
            nothing at all is recorded.

    Raises:
        NeedsPersonError: CLERK-001 with every faulty cell of every workbook, CLERK-002
            when one is no 税務課控え; what opening a workbook raises.
    """
    sheets: list[ClerkSheets] = []
    refused: list[tuple[Path, NeedsPersonError]] = []
    for path in files:
        try:
            sheets.append(read_clerk_sheets(path, now=now))
        except NeedsPersonError as error:
            refused.append((path, error))
    if refused and not go_on:
        raise _together([error for _, error in refused])
    if sheets:
        event = AuditEvent(
            "clerk_sheets_read",
            who,
            now,
            files=tuple(AuditFile(sheet.file, sheet.sha256) for sheet in sheets),
        )
        record.append(
            [decision for sheet in sheets for decision in sheet.decisions],
            [receipt for sheet in sheets for receipt in sheet.receipts],
            event,
            [finding for sheet in sheets for finding in sheet.findings],
        )
    notes = (*map(_read, sheets), *(_passed_over(*entry) for entry in refused))
    return replace(record.everything(), notes=notes)


def _together(refused: Sequence[NeedsPersonError]) -> NeedsPersonError:
    if len(refused) == 1:
        return refused[0]
    faults = tuple(line for error in refused for line in (error.detail, *error.faults))
    return NeedsPersonError(refused[0].code, f"{len(refused)} workbooks", faults)


def _read(sheets: ClerkSheets) -> InputNote:
    message = "職員の判断・確認事項・領収書の記入を読み込みました。"
    entries = len(sheets.decisions) + len(sheets.receipts) + len(sheets.findings)
    return InputNote(sheets.file, "", "clerk_sheet_read", message, entries)


def _passed_over(path: Path, error: NeedsPersonError) -> InputNote:
    cells = "、".join(fault.partition(":")[0] for fault in error.faults[:_MOST_CELLS])
    message = f"職員の記入を読み込みませんでした。{error.sentence}"
    return InputNote(path.name, cells, error.code, message, len(error.faults) or 1)
