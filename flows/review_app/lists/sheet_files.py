"""Workbooks of questions as files, for the command line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flows.review_app.lists.sheet_export import export_open
from flows.review_app.lists.sheet_return import ReadBack, read_back
from flows.review_app.office import Office
from tasks.domain.errors import SENTENCES, NeedsPersonError
from tasks.domain.review.question_list import Filter
from tasks.domain.review.question_sheet import FATE_TITLES, Fate
from tasks.edges.review.question_exports import Hand


@dataclass(frozen=True, slots=True)
class ExportAsked:
    """What to write, and where."""

    out: Path
    section: str
    job: str
    form: str
    most: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What to say about a workbook that was read in."""

    lines: tuple[str, ...]
    needs_person: bool
    """Something in it must be put right, or was not taken."""


def export_file(office: Office, asked: ExportAsked, *, who: str) -> int:
    """Write a workbook of open questions; return how many, 0 for none and no file.

    Args:
        office: Whose questions.
        asked: What and where.
        who: Account of this PC.

    Raises:
        NeedsPersonError: FILE-003 when it cannot be written.
        TryAgainError: STORE-002.
    """
    jobs = frozenset({asked.job}) if asked.job else None
    wanted = Filter(jobs=jobs, form=asked.form)
    made = export_open(
        office, wanted, hand_of(who), section=asked.section, most=asked.most
    )
    if made is None:
        return 0
    try:
        with asked.out.open("xb") as file:
            file.write(made.content)
    except OSError as error:
        detail = f"{asked.out.name}: {error.strerror}"
        raise NeedsPersonError("FILE-003", detail) from error
    return made.count


def import_file(office: Office, sheet: Path, *, who: str) -> Imported:
    """Store what a workbook brings; return what to say about it.

    Args:
        office: Whose questions.
        sheet: The workbook.
        who: Account of this PC.

    Raises:
        NeedsPersonError: FILE-001 when it is not there; see `read_back`.
        TryAgainError: STORE-002.
    """
    if not sheet.is_file():
        raise NeedsPersonError("FILE-001", sheet.name)
    found = read_back(office, sheet, hand_of(who), jobs=None)
    if found.faults:
        places = [
            f"  {fault.place.sheet}!{fault.place.cell}　{fault.what}"
            for fault in found.faults
        ]
        return Imported((SENTENCES["SHEET-005"], *places), needs_person=True)
    fine = (Fate.STORED, Fate.AGAIN)
    left_out = any(row.fate not in fine for row in found.rows)
    return Imported(tuple(_told(found)), needs_person=left_out)


def hand_of(who: str) -> Hand:
    """Return whose hands a workbook goes through that is handled on this PC."""
    return Hand(who, f"pc:{who}")


def _told(found: ReadBack) -> list[str]:
    counts = [(found.count(fate), title) for fate, title in FATE_TITLES.items()]
    lines = [f"{count}件　{title}" for count, title in counts if count]
    if found.empty:
        lines.append(f"{found.empty}件　空のままでした。未回答のままです")
    return lines
