"""Records of one length (全銀-style) as a table of text, by a layout that is declared.

Nothing is guessed: length, kind and letters of every record are checked before the
first row is given out, and the trailer's count and sums are held against the records.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.fixed_layout import (
    FixedLayout,
    Place,
    TrailerLayout,
)
from tasks.domain.lists_and_ledgers.tables import Row, Table
from tasks.edges.tables.delimited import NOT_CP932

_MOST_FAULTS = 200
_END_OF_FILE = b"\x1a"
_JIS8 = frozenset((*range(0x20, 0x7F), *range(0xA1, 0xE0)))
_CONTROLS = frozenset((*range(0x20), 0x7F))
_PADDING = " \u3000"


@dataclass(frozen=True, slots=True)
class FixedWidthFile:
    """A file of fixed-width records, wholly checked."""

    table: Table
    """Its first row, number 0, holds the names of the fields; row n is record n."""
    gaiji: int
    """外字 in its fields."""


@dataclass(slots=True)
class _Found:
    """What the check of a file comes to."""

    faults: list[tuple[str, str]] = field(default_factory=list)
    """(code, place and what was expected)."""
    count: int = 0
    gaiji: int = 0
    records: int = 0
    """Since the last trailer, as are the sums: a file may hold several deliveries."""
    sums: Counter[str] = field(default_factory=Counter)
    trailers: int = 0

    def add(self, code: str, number: int, column: int, what: str) -> None:
        self.count += 1
        if len(self.faults) < _MOST_FAULTS:
            self.faults.append((code, f"{number}行 {column}桁: {what}"))


def read_fixed_width(path: Path, layout: FixedLayout) -> FixedWidthFile:
    """Return a file of fixed-width records as a table of text.

    Records may stand behind each other or on lines of their own (LF or CRLF); one
    0x1A at the end of the file is no record. Blanks around a field are taken off.

    Args:
        path: The file.
        layout: From configs/columns.yaml (fixed_width).

    Raises:
        NeedsPersonError: TABLE-008 records of another length or of no known kind, or
            a trailer that is missing or contradicts the records; TABLE-003 bytes that
            are no letters of the encoding, or a letter cut in two; with line and
            column (byte) of every fault.
    """
    found = _check(path, layout)
    if found.count:
        code, first = found.faults[0]
        raise NeedsPersonError(
            code,
            f"{path.name}: {found.count} faults of {layout.record_bytes}-byte records, "
            f"first: {first}",
            tuple(fault for _, fault in found.faults),
        )

    def rows() -> Iterator[Row]:
        yield Row(0, tuple(layout.fields))
        places = [_slice(place) for place in layout.fields.values()]
        data = layout.data.encode()
        for number, record in _records(path, layout):
            if record.startswith(data):
                yield Row(
                    number,
                    tuple(
                        record[place].decode("cp932").strip(_PADDING)
                        for place in places
                    ),
                )

    return FixedWidthFile(Table(path.name, "", rows), found.gaiji)


def _slice(place: Place) -> slice:
    start, size = place
    return slice(start - 1, start - 1 + size)


def _records(path: Path, layout: FixedLayout) -> Iterator[tuple[int, bytes]]:
    """Yield (number from 1, record without its line end); the last may be short."""
    size = layout.record_bytes
    with path.open("rb") as stream:
        # No letter of either encoding holds the byte of a line feed.
        on_lines = b"\n" in stream.read(size + 2)
        stream.seek(0)
        parts = iter(stream) if on_lines else iter(lambda: stream.read(size), b"")
        for number, part in enumerate(parts, start=1):
            record = part.removesuffix(b"\n").removesuffix(b"\r") if on_lines else part
            if record == _END_OF_FILE and not stream.read(1):
                return
            yield number, record


def _check(path: Path, layout: FixedLayout) -> _Found:
    found = _Found()
    data = layout.data.encode()
    others = tuple(text.encode() for text in layout.others)
    trailer = layout.trailer.starts.encode() if layout.trailer else None
    number = 0
    for number, record in _records(path, layout):
        if len(record) != layout.record_bytes:
            column = min(len(record), layout.record_bytes) + 1
            found.add("TABLE-008", number, column, f"{len(record)} bytes")
        elif record.startswith(data):
            found.records += 1
            _check_fields(found, layout, number, record)
        elif layout.trailer and trailer and record.startswith(trailer):
            _check_trailer(found, layout.trailer, number, record)
        elif not record.startswith(others):
            found.add("TABLE-008", number, 1, "a record of no declared kind")
    if layout.trailer and (found.records or not found.trailers):
        found.add("TABLE-008", number + 1, 1, "expected the trailer record")
    return found


def _check_fields(
    found: _Found, layout: FixedLayout, number: int, record: bytes
) -> None:
    for place in layout.fields.values():
        fault = _undecodable(record[_slice(place)], layout.encoding)
        if fault is not None:
            column = place[0] + fault
            found.add("TABLE-003", number, column, f"no letter of {layout.encoding}")
        elif not record.isascii():
            text = record[_slice(place)].decode("cp932")
            found.gaiji += sum("\ue000" <= letter <= "\uf8ff" for letter in text)
    for name in layout.trailer.sums if layout.trailer else ():
        value = _number(record[_slice(layout.fields[name])])
        if value is None:
            found.add("TABLE-005", number, layout.fields[name][0], "expected digits")
        else:
            found.sums[name] += value


def _undecodable(field_bytes: bytes, encoding: str) -> int | None:
    """Return the place of the first byte that is no letter, or None."""
    if encoding == "jis8":
        wrong = (n for n, byte in enumerate(field_bytes) if byte not in _JIS8)
        return next(wrong, None)
    # No second byte of a cp932 letter is a control byte.
    control = next((n for n, byte in enumerate(field_bytes) if byte in _CONTROLS), None)
    try:
        text = field_bytes.decode("cp932")
    except UnicodeDecodeError as error:
        return error.start
    if control is None and not NOT_CP932.isdisjoint(text):
        return 0
    return control


def _check_trailer(
    found: _Found, trailer: TrailerLayout, number: int, record: bytes
) -> None:
    found.trailers += 1
    if trailer.count:
        _compare(found, number, trailer.count, record, found.records)
    for name, place in trailer.sums.items():
        _compare(found, number, place, record, found.sums[name])
    found.records = 0
    found.sums.clear()


def _compare(
    found: _Found, number: int, place: Place, record: bytes, counted: int
) -> None:
    told = _number(record[_slice(place)])
    if told != counted:
        what = "a total that the records above do not come to"
        found.add("TABLE-008", number, place[0], what)


def _number(field_bytes: bytes) -> int | None:
    digits = field_bytes.strip()
    return int(digits) if digits.isdigit() else None
