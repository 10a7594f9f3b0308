"""What values alone do not show of an old workbook (xls): hidden rows, columns, formulas.

The records of the binary format are walked over by their lengths ([MS-XLS] 2.3); only
those that say something about visibility or a formula's result are looked into.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

import olefile

from tasks.edges.tables.xlsx_marks import SheetMarks

_STREAMS = ("Workbook", "Book")
"""From Excel 97 on, and before."""
_END = 0x000A
_FORMULA = 0x0006
_COLUMN = 0x007D
_SHEET = 0x0085
_ROW = 0x0208
_ROW_HIDDEN = 0x20
_LONGEST_COLUMN = 256
_NOTHING_SAVED = (3, 0xFFFF)
"""First byte and last two of a result that is an empty text."""


def read_xls_marks(path: Path) -> dict[str, SheetMarks]:
    """Return the marks of every worksheet of an xls file by sheet name.

    Raises:
        OSError: The file is no such workbook.
        ValueError: It has no workbook inside, or ends within a record.
    """
    with olefile.OleFileIO(path) as container:
        stream = next((name for name in _STREAMS if container.exists(name)), "")
        if not stream:
            raise ValueError("no workbook inside")
        data = container.openstream(stream).read()
    wide = stream == _STREAMS[0]
    return {
        _name(body, wide=wide): _sheet_marks(data, struct.unpack_from("<I", body)[0])
        for kind, body in _records(data, 0)
        if kind == _SHEET
    }


def _records(data: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """Yield kind and body of each record up to the end of a sheet or of the globals."""
    place = start
    while place + 4 <= len(data):
        kind, length = struct.unpack_from("<HH", data, place)
        body = data[place + 4 : place + 4 + length]
        if len(body) < length:
            raise ValueError("ends within a record")
        if kind == _END:
            return
        yield kind, body
        place += 4 + length


def _name(body: bytes, *, wide: bool) -> str:
    """Return the name in a sheet's entry; before Excel 97 it is in the PC's encoding."""
    count = body[6]
    if not wide:
        return body[7 : 7 + count].decode("cp932", "replace")
    if body[7] & 1:
        return body[8 : 8 + 2 * count].decode("utf-16-le")
    return body[8 : 8 + count].decode("latin-1")


def _sheet_marks(data: bytes, start: int) -> SheetMarks:
    rows: set[int] = set()
    columns: set[int] = set()
    unsaved: set[tuple[int, int]] = set()
    for kind, body in _records(data, start):
        if kind == _ROW and body[12] & _ROW_HIDDEN:
            rows.add(struct.unpack_from("<H", body)[0] + 1)
        elif kind == _COLUMN and body[8] & 1:
            first, last = struct.unpack_from("<HH", body)
            columns.update(range(first, min(last, _LONGEST_COLUMN - 1) + 1))
        elif kind == _FORMULA:
            row, column = struct.unpack_from("<HH", body)
            if (body[6], struct.unpack_from("<H", body, 12)[0]) == _NOTHING_SAVED:
                unsaved.add((row + 1, column))
    return SheetMarks(frozenset(rows), frozenset(columns), frozenset(unsaved))
