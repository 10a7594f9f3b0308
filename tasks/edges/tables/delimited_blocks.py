"""A delimited file in blocks of columns, where it is plain enough to be certain.

csv reads a city's ledger row by row in Python; pyarrow reads it ten times as fast but
forgives what csv refuses. So the quotes of every block are first proved regular: each
one opens a cell at its start, closes it at its end, or is doubled inside. A block whose
rows have different widths is read by csv; a file that is not regular is not read at all.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from tasks.domain.lists_and_ledgers.tables import Row

_BLOCK_BYTES = 8 << 20
_ARROW_BLOCK_BYTES = 2 << 20
_LONGEST_ROW = 64 << 20
_QUOTE, _CR, _LF = 0x22, 0x0D, 0x0A
BLANKS = " \u3000\t\n\r\xa0"
"""Around the text of a cell."""


class NotPlainError(Exception):
    """The file must be read row by row; what was given out of it is void."""


@dataclass(frozen=True, slots=True)
class Block:
    """Rows that follow each other: columns of text where they are all of one width."""

    first: int
    """Number of the first row, 1-based."""
    columns: pa.Table | None
    """Named `0`, `1` and so on; None: the rows are of different widths."""
    rows: tuple[Row, ...] = field(default=(), repr=False)
    """Where columns is None."""


def read_blocks(
    path: Path, encoding: str, delimiter: str, *, after: int, width: int
) -> Iterator[Block]:
    """Yield the rows of a delimited file as csv would read them, in blocks.

    Args:
        path: The file; its encoding is certain.
        encoding: Of the file.
        delimiter: Between cells.
        after: Number of the last row not to be given out: the header's.
        width: Cells of a row; blank ones may follow.

    Raises:
        NotPlainError: Quotes are not regular, or the file has NUL bytes or lone
            carriage returns.
    """
    number = 1
    for data, ends in _whole_rows(path, encoding, delimiter):
        skipped = min(max(after + 1 - number, 0), len(ends))
        rest = data[ends[skipped - 1] :] if skipped else data
        first, count = number + skipped, len(ends) - skipped
        number += len(ends)
        if count:
            columns = _columns(rest, delimiter, count, width)
            rows = () if columns else _rows(rest, delimiter, first, count)
            yield Block(first, columns, rows)


def blank(cells: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return per cell whether there is nothing in it but blanks."""
    return pc.equal(pc.binary_length(pc.utf8_trim(cells, BLANKS)), 0)


def _whole_rows(
    path: Path, encoding: str, delimiter: str
) -> Iterator[tuple[bytes, npt.NDArray[np.int64]]]:
    """Yield UTF-8 of whole rows, and the place behind the end of each."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    rest = b""
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK_BYTES):
            rest += decoder.decode(block).encode()
            ends = _row_ends(rest)
            if len(ends):
                whole = rest[: ends[-1]]
                rest = rest[ends[-1] :]
                yield _proved(whole, delimiter), ends
            elif len(rest) > _LONGEST_ROW:
                raise NotPlainError
    rest += decoder.decode(b"", final=True).encode()
    if rest:
        ends = np.append(_row_ends(rest), len(rest))
        yield _proved(rest, delimiter), ends


def _row_ends(data: bytes) -> npt.NDArray[np.int64]:
    """Return the places behind every line feed outside quotes."""
    letters = np.frombuffer(data, dtype=np.uint8)
    feeds = np.flatnonzero(letters == _LF)
    quotes = np.flatnonzero(letters == _QUOTE)
    if len(quotes):
        feeds = feeds[np.searchsorted(quotes, feeds) % 2 == 0]
    return feeds + 1


def _proved(data: bytes, delimiter: str) -> bytes:
    """Return whole rows as they are, if their quotes are regular.

    Raises:
        NotPlainError: They are not.
    """
    if b"\x00" in data or data.count(b"\r") != data.count(b"\r\n"):
        raise NotPlainError
    letters = np.frombuffer(data, dtype=np.uint8)
    quotes = np.flatnonzero(letters == _QUOTE)
    if not len(quotes):
        return data
    edges = (ord(delimiter), _CR, _LF, _QUOTE)
    bounded = np.concatenate(([_LF], letters, [_LF]))
    # A quote before an opening one is the closing one of the same cell: both together
    # stand for one. So does a quote behind a closing one.
    opened = np.isin(bounded[quotes[0::2]], edges)
    closed = np.isin(bounded[quotes[1::2] + 2], edges)
    if len(quotes) % 2 or not (opened.all() and closed.all()):
        raise NotPlainError
    return data


def _columns(data: bytes, delimiter: str, count: int, width: int) -> pa.Table | None:
    """Return rows as columns, None when they are of different widths."""
    cells = len(next(csv.reader(io.StringIO(_first_row(data)), delimiter=delimiter)))
    if cells < width:
        return None
    names = [str(column) for column in range(cells)]
    quoted = b'"' in data
    try:
        table = pa.csv.read_csv(
            pa.BufferReader(data),
            pa.csv.ReadOptions(
                column_names=names,
                block_size=len(data) + 1 if quoted else _ARROW_BLOCK_BYTES,
                use_threads=False,
            ),
            pa.csv.ParseOptions(
                delimiter=delimiter,
                quote_char='"' if quoted else False,
                newlines_in_values=quoted,
                ignore_empty_lines=False,
            ),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                quoted_strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != count or not all(
        pc.all(blank(table[name])).as_py() for name in names[width:]
    ):
        return None
    return table.select(names[:width])


def _first_row(data: bytes) -> str:
    ends = _row_ends(data[: 1 << 16])
    return (data[: ends[0]] if len(ends) else data).decode()


def _rows(data: bytes, delimiter: str, first: int, count: int) -> tuple[Row, ...]:
    reader = csv.reader(
        io.StringIO(data.decode(), newline=""), delimiter=delimiter, strict=True
    )
    try:
        rows = tuple(Row(first + n, tuple(cells)) for n, cells in enumerate(reader))
    except csv.Error as error:
        raise NotPlainError from error
    if len(rows) != count:
        raise NotPlainError
    return rows
