"""Rows of a sheet as the file holds them, kept aside until the workbook is closed.

xlsxwriter draws everything about a sheet but its rows: see docs/decisions/0012.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import IO, TypeAlias

from tasks.domain.lists_and_ledgers.tables import column_letters
from tasks.edges.runs.cell_looks import Cell, Look

_COMPRESSION = 1
"""Of 9: twice the size of 6 and four times as fast."""
_CHUNK = 1 << 20
_DIMENSION = re.compile(rb'<dimension ref="[^"]*"/>')
_NO_ROWS = b"<sheetData/>"
_LETTERS = tuple(map(column_letters, range(16_384)))
"""Of every column that a sheet can have."""


Way: TypeAlias = tuple[str, Callable[[Cell], str | None], Callable[[Cell], str]]
"""How a column is written: its letters, cells drawn before, how any other is drawn."""


def ways_of(looks: Sequence[Look]) -> tuple[Way, ...]:
    """Return how the columns of a row are written, from the first on."""
    return tuple(
        (letters, look.known.get, look.xml)
        for letters, look in zip(_LETTERS, looks, strict=False)
    )


class SheetRows:
    """The rows of one sheet; each is written once, from the top down."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self._stream: IO[str] = file.open("w", encoding="utf-8", buffering=_CHUNK)
        self._last_row = -1
        self._columns = 1

    def write(
        self,
        row: int,
        cells: Sequence[Cell],
        ways: Sequence[Way],
        *,
        points: float | None = None,
    ) -> None:
        """Write a row from its first column on.

        Args:
            row: 0-based; below every row written before.
            cells: What they show.
            ways: `ways_of` their looks; as many as there are cells, or more.
            points: Height of the row; None: as the program that opens it likes.

        Raises:
            ValueError: A fault of the program: a row above one already written.
        """
        if row <= self._last_row:
            raise ValueError(f"row {row} comes after row {self._last_row}")
        self._last_row = row
        number = row + 1
        height = _height(points)
        self._columns = max(self._columns, len(cells))
        drawn = "".join(
            [
                f'<c r="{letters}{number}"{known(value) or xml(value)}'
                for (letters, known, xml), value in zip(ways, cells, strict=False)
            ]
        )
        self._stream.write(f'<row r="{number}"{height}>{drawn}</row>')

    @property
    def reach(self) -> str:
        """The block that the rows fill, `A1:N200`."""
        return f"A1:{_LETTERS[self._columns - 1]}{max(self._last_row, 0) + 1}"

    def close(self) -> None:
        """Finish the file of rows."""
        self._stream.close()


@lru_cache(maxsize=256)
def _height(points: float | None) -> str:
    return f' ht="{points:g}" customHeight="1"' if points else ""


def put_in(template: bytes, rows: Mapping[str, SheetRows]) -> bytes:
    """Return a workbook with the rows put into its empty sheets.

    Args:
        template: Drawn by xlsxwriter without a single cell.
        rows: Name of the sheet's part inside the file: its rows.
    """
    finished = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(template)) as drawn,
        zipfile.ZipFile(
            finished, "w", zipfile.ZIP_DEFLATED, compresslevel=_COMPRESSION
        ) as whole,
    ):
        for name in drawn.namelist():
            content = drawn.read(name)
            if name not in rows:
                whole.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
                continue
            _put_in(whole, name, content, rows[name])
    return finished.getvalue()


def _put_in(whole: zipfile.ZipFile, name: str, content: bytes, rows: SheetRows) -> None:
    content = _DIMENSION.sub(f'<dimension ref="{rows.reach}"/>'.encode(), content)
    before, empty, after = content.partition(_NO_ROWS)
    if not empty:
        raise ValueError(f"{name}: drawn with cells that are not ours")
    with whole.open(name, "w", force_zip64=True) as part, rows.file.open("rb") as kept:
        part.write(before + b"<sheetData>")
        while chunk := kept.read(_CHUNK):
            part.write(chunk)
        part.write(b"</sheetData>" + after)
