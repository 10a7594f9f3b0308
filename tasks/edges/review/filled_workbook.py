"""A workbook of questions as it came back from outside: looked at before it is opened."""

from __future__ import annotations

import hashlib
import re
import struct
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.tables import Row, Table, column_letters
from tasks.domain.review.question_sheet import (
    ANSWER,
    FIRST_SHEET,
    ITEM,
    SEAL,
    SURE,
    TYPED,
    FilledBook,
    FilledRow,
    Place,
)
from tasks.edges.review.question_workbook import FILLED_BY, MINUTES, NUMBER, SECTION
from tasks.edges.tables.workbooks import read_workbook
from tasks.edges.tables.xlsx_marks import sheet_parts

MAX_BYTES = 60 << 20
"""Of an uploaded workbook; five hundred pictures take about a quarter of it."""
_MAX_UNPACKED = 300 << 20
_MAX_PARTS = 5_000
_MAX_RATIO = 200
"""Times that a part may grow when unpacked; our own sheets grow about tenfold."""
_SMALL = 1 << 12
_MAX_SHEET_BYTES = 80 << 20
_SHEETS = "xl/worksheets/"
_ZIP = b"PK\x03\x04"
_CODE = re.compile(r"vbaProject|macrosheets|activeX|embeddings|externalLinks", re.I)
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\s[^>]*?\br=\"([A-Z]{1,3}[0-9]{1,7})\"[^>]*>\s*<(?:\w+:)?f[\s>/]"
)
_BROKEN = (
    *(zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError),
    *(RuntimeError, struct.error, UnicodeDecodeError, ValueError),
)
"""What zipfile raises for archives that are none, are cut off or lie."""
_NO_CELL = "―"
_HEAD_ROWS = 10


def read_filled(path: Path) -> FilledBook:
    """Return what a section filled in.

    The file is refused before it is opened when it is no plain xlsx: too large packed
    or unpacked, with macros, embedded objects or links to other files.

    Args:
        path: The workbook.

    Raises:
        NeedsPersonError: SHEET-001 no workbook of this page, SHEET-002 too large,
            SHEET-003 macros or links, SHEET-004 no xlsx, TABLE-004 password,
            TABLE-008 broken.
    """
    content = _looked_at(path)
    with tempfile.TemporaryDirectory(prefix="yakuba-") as folder:
        honest = Path(folder) / "sheets.xlsx"
        _repacked(path, honest)
        formulas = tuple(_formulas(honest))
        tables = {table.sheet: table for table in read_workbook(honest)}
        return _book(content, tables, formulas)


def _book(
    content: bytes, tables: dict[str, Table], formulas: tuple[Place, ...]
) -> FilledBook:
    first = tables.pop(FIRST_SHEET, None)
    if first is None:
        raise NeedsPersonError("SHEET-001", "no first sheet")
    cells = _labelled(first)
    if NUMBER not in cells:
        raise NeedsPersonError("SHEET-001", "no number of a workbook")
    rows = tuple(row for table in tables.values() for row in _rows(table))
    if not rows:
        raise NeedsPersonError("SHEET-001", "no sheet of questions")
    nothing = ("", Place(FIRST_SHEET, "B4"))
    filled_by, section, minutes = (
        cells.get(word, nothing) for word in (FILLED_BY, SECTION, MINUTES)
    )
    return FilledBook(
        export_id=cells[NUMBER][0],
        sha256=hashlib.sha256(content).hexdigest(),
        filled_by=" ".join(filled_by[0].split()),
        section=" ".join(section[0].split()),
        minutes=minutes[0],
        filled_by_at=filled_by[1],
        section_at=section[1],
        minutes_at=minutes[1],
        rows=rows,
        formulas=formulas,
    )


def _looked_at(path: Path) -> bytes:
    """Return the file's bytes when it may be opened."""
    if path.stat().st_size > MAX_BYTES:
        raise NeedsPersonError("SHEET-002", f"more than {MAX_BYTES} bytes")
    content = path.read_bytes()
    if not content.startswith(_ZIP):
        if content.startswith(b"\xd0\xcf\x11\xe0"):
            # An xls, or an xlsx under a password: opening says which.
            read_workbook(path)
        raise NeedsPersonError("SHEET-004", "not a zip archive")
    return content


def _repacked(path: Path, copy: Path) -> None:
    """Write a copy with the texts alone, each unpacked no further than it says.

    A part that is longer than its entry says is cut there: the next reader, which is
    not as careful, meets an honest archive.
    """
    try:
        with (
            zipfile.ZipFile(path) as archive,
            zipfile.ZipFile(copy, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as plain,
        ):
            _refuse(archive)
            for part in archive.infolist():
                if part.filename.endswith((".xml", ".rels")):
                    plain.writestr(part.filename, archive.read(part))
    except _BROKEN as error:
        raise NeedsPersonError("TABLE-008", type(error).__name__) from error


def _refuse(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    _refuse_large(parts)
    _refuse_odd(parts)
    if b"macroEnabled" in archive.read("[Content_Types].xml"):
        raise NeedsPersonError("SHEET-003", "macro-enabled")


def _refuse_large(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse what would fill the memory, by what the archive says of itself."""
    sheets = [one.file_size for one in parts if one.filename.startswith(_SHEETS)]
    grown = [one.file_size / max(one.compress_size, _SMALL) for one in parts]
    problems = {
        "too many parts": len(parts) > _MAX_PARTS,
        "too many bytes unpacked": sum(one.file_size for one in parts) > _MAX_UNPACKED,
        "a sheet too large": max(sheets, default=0) > _MAX_SHEET_BYTES,
        "a part that grows too much": max(grown, default=0.0) > _MAX_RATIO,
    }
    for problem, found in problems.items():
        if found:
            raise NeedsPersonError("SHEET-002", problem)


def _refuse_odd(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse what is no plain workbook, by the names of its parts."""
    names = [part.filename for part in parts]
    if any(map(_CODE.search, names)):
        raise NeedsPersonError("SHEET-003", "macros, objects or links")
    if len(set(names)) != len(names):
        raise NeedsPersonError("SHEET-004", "two parts of one name")
    if any(name.startswith("/") or ".." in name or "\\" in name for name in names):
        raise NeedsPersonError("SHEET-004", "a part with an odd name")
    if not {"[Content_Types].xml", "xl/workbook.xml"} <= set(names):
        raise NeedsPersonError("SHEET-004", "not a workbook")


def _formulas(path: Path) -> Iterator[Place]:
    with zipfile.ZipFile(path) as archive:
        for name, part in sheet_parts(archive):
            for cell in _FORMULA.findall(archive.read(part)):
                yield Place(name, cell.decode())


def _labelled(table: Table) -> dict[str, tuple[str, Place]]:
    """Return what stands right of each word in the first column."""
    return {
        row.cells[0].strip(): (
            row.cells[1].strip() if len(row.cells) > 1 else "",
            Place(table.sheet, f"B{row.number}"),
        )
        for row in table.rows()
        if row.cells and row.cells[0].strip()
    }


def _rows(table: Table) -> Iterator[FilledRow]:
    heads: dict[str, int] = {}
    for row in table.rows():
        if not heads:
            heads = _heads(row)
            if not heads and row.number >= _HEAD_ROWS:
                return
            continue
        found = _filled(table.sheet, row, heads)
        if found is not None:
            yield found


def _heads(row: Row) -> dict[str, int]:
    columns = {text.strip(): column for column, text in enumerate(row.cells)}
    wanted = (ANSWER, TYPED, SURE, ITEM, SEAL)
    if not all(word in columns for word in wanted):
        return {}
    return {word: columns[word] for word in wanted}


def _filled(sheet: str, row: Row, heads: dict[str, int]) -> FilledRow | None:
    def text(word: str) -> str:
        column = heads[word]
        cell = row.cells[column].strip() if column < len(row.cells) else ""
        return "" if cell == _NO_CELL else cell

    def place(word: str) -> Place:
        return Place(sheet, f"{column_letters(heads[word])}{row.number}")

    if not any(text(word) for word in heads):
        return None
    return FilledRow(
        item_id=text(ITEM),
        seal=text(SEAL),
        answer=text(ANSWER),
        typed=text(TYPED),
        sure=text(SURE),
        answer_at=place(ANSWER),
        typed_at=place(TYPED),
        sure_at=place(SURE),
    )
