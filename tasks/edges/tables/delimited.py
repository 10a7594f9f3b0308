"""Delimited text (csv, tsv): an encoding declared or proven, every cell kept as text."""

from __future__ import annotations

import codecs
import csv
import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.domain.lists_and_ledgers.tables import Row, Table

_BLOCK_BYTES = 1 << 20
_FIELD_LIMIT = 1 << 20
_LINES_LOOKED_AT = 50
_DELIMITERS = (",", "\t", ";")
"""Of as many the first one: a comma."""
_QUOTED = re.compile(r'"[^"]*"')
_PROVABLE = ("utf-8", "cp932")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
NOT_CP932 = frozenset("\x80\xa0\uf8f0\uf8f1\uf8f2\uf8f3")
"""Letters of bytes that Python's cp932 lets through although no Japanese system writes
them."""
_PRIVATE_USE = ((0xE000, 0xF8FF), (0xDB80, 0xDBFF))
"""外字 in UTF-16: letters of their own, and first halves of those of planes 15 and 16."""


@dataclass(frozen=True, slots=True)
class DelimitedFile:
    """A delimited file whose encoding is certain."""

    table: Table
    encoding: str
    delimiter: str
    notes: tuple[InputNote, ...]


def read_delimited(path: Path, *, declared: str = "") -> DelimitedFile:
    """Return a csv or tsv file as a table of text, decoded without substitution.

    Args:
        path: `.tsv` and `.tab` are separated by tabs, everything else by commas, tabs
            or semicolons, whichever there are most of in the first lines.
        declared: Encoding from the configuration; empty to have it proven: a byte
            order mark, else strict UTF-8, else strict cp932.

    Raises:
        NeedsPersonError: TABLE-003 with line and byte offset when the file does not
            fit the declared encoding or none can be proven.
    """
    encoding, gaiji = _certain_encoding(path, declared)
    delimiter = _delimiter(path, encoding)

    def rows() -> Iterator[Row]:
        csv.field_size_limit(_FIELD_LIMIT)
        with path.open(encoding=encoding, errors="strict", newline="") as stream:
            reader = csv.reader(stream, delimiter=delimiter, strict=True)
            try:
                for number, cells in enumerate(reader, start=1):
                    yield Row(number, tuple(cells))
            except csv.Error as error:
                raise NeedsPersonError(
                    "TABLE-008",
                    f"{path.name}: line {reader.line_num}: broken quoting or NUL",
                ) from error

    table = Table(path.name, "", rows)
    return DelimitedFile(table, encoding, delimiter, gaiji_notes(path, gaiji))


def gaiji_notes(path: Path, count: int) -> tuple[InputNote, ...]:
    """Return a note on the 外字 of a file when there are any."""
    message = "外字（私用領域の文字）があります。氏名の照合では証拠になりません。"
    return (InputNote(path.name, "", "gaiji", message, count),) if count else ()


def _certain_encoding(path: Path, declared: str) -> tuple[str, int]:
    """Return an encoding that decodes the whole file, and its count of 外字."""
    if declared:
        return _declared_encoding(path, declared)
    with path.open("rb") as stream:
        head = stream.read(4)
    for bom, encoding in _BOMS:
        if head.startswith(bom):
            return _declared_encoding(path, encoding)
    for encoding in _PROVABLE:
        try:
            gaiji, doubtful = _scan(path, encoding)
        except UnicodeDecodeError:
            continue
        if not doubtful:
            return encoding, gaiji
    raise NeedsPersonError(
        "TABLE-003",
        f"{path.name}: {_first_fault(path, 'cp932')}: neither UTF-8 nor cp932; "
        "declare its encoding in configs/columns.yaml (encodings)",
    )


def _declared_encoding(path: Path, declared: str) -> tuple[str, int]:
    try:
        codec = codecs.lookup(declared).name
    except LookupError as error:
        raise NeedsPersonError(
            "TABLE-003", f"{path.name}: unknown encoding {declared!r} declared"
        ) from error
    if codec == "utf-8":
        codec = "utf-8-sig"
    try:
        gaiji, _ = _scan(path, codec)
    except UnicodeError as error:
        raise NeedsPersonError(
            "TABLE-003",
            f"{path.name}: {_first_fault(path, codec)}: does not fit {declared}",
        ) from error
    return codec, gaiji


def _scan(path: Path, encoding: str) -> tuple[int, bool]:
    """Return the count of 外字 and whether characters appear that disprove cp932.

    Raises:
        UnicodeError: The file does not decode.
    """
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    gaiji = 0
    doubtful = False
    with path.open("rb") as stream:
        while True:
            block = stream.read(_BLOCK_BYTES)
            text = decoder.decode(block, final=not block)
            # Letters as numbers: ten times as fast as looking at each.
            units = np.frombuffer(text.encode("utf-16-le"), dtype=np.uint16)
            for low, high in _PRIVATE_USE:
                gaiji += int(np.count_nonzero((units >= low) & (units <= high)))
            doubtful |= "\x00" in text
            doubtful |= encoding == "cp932" and any(one in text for one in NOT_CP932)
            if not block:
                return gaiji, doubtful


def _first_fault(path: Path, encoding: str) -> str:
    """Return `line N, byte M` of the first byte that does not decode."""
    decoder = codecs.getincrementaldecoder(encoding)(errors="strict")
    offset = 0
    line = 1
    with path.open("rb") as stream:
        for part in stream:  # 0x0A is never the second byte of a cp932 character
            try:
                text = decoder.decode(part)
            except UnicodeDecodeError as error:
                return f"line {line}, byte {offset + error.start}"
            if encoding == "cp932" and not NOT_CP932.isdisjoint(text):
                return f"line {line}, byte {offset}"
            offset += len(part)
            line += 1
    return f"line {line}, byte {offset}"


def _delimiter(path: Path, encoding: str) -> str:
    if path.suffix.lower() in (".tsv", ".tab"):
        return "\t"
    with path.open(encoding=encoding, newline="") as stream:
        first = "".join(itertools.islice(stream, _LINES_LOOKED_AT))
    plain = _QUOTED.sub("", first)
    return max(_DELIMITERS, key=plain.count)
