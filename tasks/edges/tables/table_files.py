"""Any file of tables: what it is by name and content, its SHA-256, its tables."""

from __future__ import annotations

import fnmatch
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.fixed_layout import FixedLayout
from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.domain.lists_and_ledgers.tables import Table
from tasks.domain.office.settings import ColumnNames
from tasks.edges.tables.delimited import gaiji_notes, read_delimited
from tasks.edges.tables.fixed_width import read_fixed_width
from tasks.edges.tables.workbooks import read_workbook

_DELIMITED = (".csv", ".tsv", ".tab", ".txt")
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STARTS: dict[str, tuple[bytes, ...]] = {
    ".xlsx": (_ZIP, _OLE),  # OLE: an encrypted workbook, told apart on opening
    ".xlsm": (_ZIP, _OLE),
    ".xls": (_OLE,),
}
_NEVER_TEXT = (_ZIP, _OLE, b"%PDF", b"MZ", b"\x89PNG", b"\xff\xd8\xff", b"Rar!")


@dataclass(frozen=True, slots=True)
class TableFile:
    """A readable file of tables."""

    path: Path
    sha256: str
    encoding: str
    """Empty for workbooks."""
    tables: tuple[Table, ...]
    notes: tuple[InputNote, ...]
    delimiter: str = ""
    """Between the cells of a delimited file; empty for others."""


def open_tables(path: Path, *, columns: ColumnNames) -> TableFile:
    """Return the tables of a csv, tsv, xlsx, xls or declared fixed-width file.

    Args:
        path: The file; its suffix must agree with its first bytes.
        columns: Declared encodings and fixed-width layouts by file name pattern.

    Raises:
        NeedsPersonError: FILE-001 missing, FILE-002 empty, FILE-006 wrong type,
            TABLE-003 encoding, TABLE-004 password, TABLE-008 broken.
    """
    check_type(path, columns=columns)
    sha256 = file_sha256(path)
    layout = declared_layout(path, columns)
    if layout:
        fixed = read_fixed_width(path, layout)
        notes = gaiji_notes(path, fixed.gaiji)
        return TableFile(path, sha256, layout.encoding, (fixed.table,), notes)
    if path.suffix.lower() in _DELIMITED:
        file = read_delimited(path, declared=declared_encoding(path, columns))
        return TableFile(
            path, sha256, file.encoding, (file.table,), file.notes, file.delimiter
        )
    tables = read_workbook(path)
    return TableFile(path, sha256, "", tables, _unmarked(path, tables))


def _unmarked(path: Path, tables: Sequence[Table]) -> tuple[InputNote, ...]:
    """Return a note on what an old workbook does not show."""
    if path.suffix.lower() != ".xls" or all(table.marks_known for table in tables):
        return ()
    message = (
        "古い形式（xls）のため、非表示の行・列があるかどうかは分かりません。"
        "非表示のものも含めて全部読みました。"
    )
    return (InputNote(path.name, "", "hidden_unknown", message),)


def check_type(path: Path, *, columns: ColumnNames) -> None:
    """Check that a file exists, holds something and is what its name says.

    Raises:
        NeedsPersonError: FILE-001, FILE-002 or FILE-006.
    """
    if not path.is_file():
        raise NeedsPersonError("FILE-001", f"{path.name}: no such file")
    with path.open("rb") as stream:
        head = stream.read(8)
    if not head:
        raise NeedsPersonError("FILE-002", f"{path.name}: 0 bytes")
    suffix = path.suffix.lower()
    if suffix in _DELIMITED or declared_layout(path, columns):
        fits = not head.startswith(_NEVER_TEXT)
    else:
        fits = head.startswith(_STARTS.get(suffix, ()))
    if not fits:
        raise NeedsPersonError(
            "FILE-006",
            f"{path.name}: content is not {suffix or 'a known type'}; "
            "expected xlsx, xls, csv, tsv or a declared fixed-width file",
        )


def declared_encoding(path: Path, columns: ColumnNames) -> str:
    """Return the encoding declared for a file name, or an empty text."""
    for pattern, encoding in columns.encodings.items():
        if fnmatch.fnmatch(path.name, pattern):
            return encoding
    return ""


def declared_layout(path: Path, columns: ColumnNames) -> FixedLayout | None:
    """Return the fixed-width layout declared for a file name, or None."""
    fitting = (
        layout
        for layout in columns.fixed_width
        if fnmatch.fnmatch(path.name, layout.files)
    )
    return next(fitting, None)


def file_sha256(path: Path) -> str:
    """Return the SHA-256 of a file as 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
