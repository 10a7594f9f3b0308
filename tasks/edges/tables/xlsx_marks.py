"""What values alone do not show of an xlsx sheet: a light pass over its XML.

Hidden rows and columns, formulas without a saved result, and cells whose number
format adds leading zeros or makes an era date. The XML is scanned as bytes and never
parsed as a document, so entities cannot expand and a million rows stay cheap.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import starmap
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias
from xml.sax.saxutils import unescape

from tasks.domain.lists_and_ledgers.tables import column_number

_BLOCK_BYTES = 4 << 20
_HEAD_BYTES = 64 << 10
_P = rb"<(?:\w+:)?"
_ROOT = re.compile(rb"<(\w+:)?worksheet[\s>]")
_TAG_SHEET = re.compile(_P + rb"sheet\s([^>]*)>")
_TAG_RELATION = re.compile(_P + rb"Relationship\s([^>]*)>")
_TAG_FORMAT = re.compile(_P + rb"numFmt\s([^>]*)>")
_CELL_FORMATS = re.compile(_P + rb"cellXfs[\s>].*?</(?:\w+:)?cellXfs>", re.DOTALL)
_TAG_XF = re.compile(_P + rb"xf\s([^>]*)>")
_ATTRIBUTE = re.compile(rb"([\w:]+)\s*=\s*([\"'])(.*?)\2", re.DOTALL)
_QUOTES = {"&quot;": '"', "&apos;": "'"}
_REFERENCE = re.compile(r"([A-Z]+)([0-9]+)")
# Built-in formats that only Japanese Excel shows as dates (ECMA-376 18.8.30).
_JAPANESE_DATES = frozenset({*range(27, 32), *range(34, 37), *range(50, 59)})
_SINCE_1904 = re.compile(rb"date1904\s*=\s*[\"'](?:1|true)[\"']")
_PADDED = re.compile(r"0[0-]*0")


class FormatRun(NamedTuple):
    """Cells of one column below each other that have the same format."""

    first: int
    last: int
    pattern: str
    """`date`, or a pattern of zeros and hyphens such as `000-0000`."""


_Run: TypeAlias = list[Any]
"""A FormatRun that is still growing."""


@dataclass(frozen=True, slots=True)
class SheetMarks:
    """What the pass found; rows are 1-based, columns 0-based."""

    hidden_rows: frozenset[int] = frozenset()
    hidden_columns: frozenset[int] = frozenset()
    unsaved_formulas: frozenset[tuple[int, int]] = frozenset()
    formats: dict[int, list[FormatRun]] = field(default_factory=dict)
    """Column: its runs of rows with a format that matters, downwards. A million cells
    of one format are one run."""
    date_1904: bool = False
    """The workbook counts days from 1904."""


def read_marks(path: Path) -> dict[str, SheetMarks]:
    """Return the marks of every worksheet of an xlsx file by sheet name.

    Raises:
        zipfile.BadZipFile: The file is no zip archive.
        KeyError: A part that every workbook has is missing.
    """
    marks = {}
    with zipfile.ZipFile(path) as archive:
        styles = _styles(archive)
        since_1904 = bool(_SINCE_1904.search(archive.read("xl/workbook.xml")))
        for name, part in sheet_parts(archive):
            found = _sheet_marks(archive, part, styles)
            marks[name] = replace(found, date_1904=since_1904)
    return marks


def _attributes(raw: bytes) -> dict[str, str]:
    return {
        key.decode(): unescape(value.decode("utf-8", "strict"), _QUOTES)
        for key, _, value in _ATTRIBUTE.findall(raw)
    }


def sheet_parts(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """Yield the name of every worksheet and that of its part in the file."""
    targets = {}
    for raw in _TAG_RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        relation = _attributes(raw)
        target = posixpath.join("/xl", relation.get("Target", ""))
        targets[relation.get("Id", "")] = posixpath.normpath(target).lstrip("/")
    names = set(archive.namelist())
    for raw in _TAG_SHEET.findall(archive.read("xl/workbook.xml")):
        sheet = _attributes(raw)
        identifier = next((sheet[key] for key in sheet if key.endswith(":id")), "")
        part = targets.get(identifier, "")
        if part in names and "worksheets" in part:
            yield sheet.get("name", ""), part


def _styles(archive: zipfile.ZipFile) -> dict[str, str]:
    """Return style index: `date` or zero pattern, for the styles that matter."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    xml = archive.read("xl/styles.xml")
    patterns = {str(number): "date" for number in _JAPANESE_DATES}
    for raw in _TAG_FORMAT.findall(xml):
        entry = _attributes(raw)
        pattern = _zero_pattern(entry.get("formatCode", ""))
        if pattern:
            patterns[entry.get("numFmtId", "")] = pattern
    block = _CELL_FORMATS.search(xml)
    if block is None:
        return {}
    formats = [_attributes(raw) for raw in _TAG_XF.findall(block.group())]
    return {
        str(index): patterns[entry["numFmtId"]]
        for index, entry in enumerate(formats)
        if entry.get("numFmtId", "") in patterns
    }


def _zero_pattern(code: str) -> str:
    r"""Return `0000000` or `000-0000` for formats that only pad with zeros.

    Examples:
        >>> _zero_pattern('000\-0000;@'), _zero_pattern("0.00"), _zero_pattern("0")
        ('000-0000', '', '')
    """
    first = code.split(";")[0].replace("\\", "").replace('"', "")
    return first if _PADDED.fullmatch(first) else ""


def _sheet_marks(
    archive: zipfile.ZipFile, part: str, styles: dict[str, str]
) -> SheetMarks:
    hidden_rows: set[int] = set()
    hidden_columns: set[int] = set()
    unsaved: set[tuple[int, int]] = set()
    runs: dict[int, list[_Run]] = {}
    with archive.open(part) as stream:
        tags = _Tags(_prefix(stream.read(_HEAD_BYTES)), styles)
    for block in _blocks(archive, part, tags.end_of_row):
        if b"hidden" in block:
            hidden_rows.update(_hidden_rows(tags.hidden_row.findall(block)))
            hidden_columns.update(_hidden_columns(tags.hidden_column.findall(block)))
        if tags.formula in block:
            cells = map(_attributes, tags.unsaved_formula.findall(block))
            unsaved.update(filter(None, (_cell(cell) for cell in cells)))
        if styles:
            _add_formats(runs, tags, block, styles)
    return SheetMarks(
        frozenset(hidden_rows),
        frozenset(hidden_columns),
        frozenset(unsaved),
        {column: sorted(starmap(FormatRun, its)) for column, its in runs.items()},
    )


class _Tags:
    """What finds the tags of one sheet.

    The elements of a sheet have one prefix or none. With it known every pattern begins
    with fixed letters, and `re` passes over the rest of half a gigabyte at a glance.
    """

    def __init__(self, prefix: bytes, styles: dict[str, str]) -> None:
        tag = b"<" + re.escape(prefix)
        value = rb"\s*=\s*[\"'](" + b"|".join(map(str.encode, styles)) + rb")[\"']"
        self.end_of_row = b"</" + prefix + b"row>"
        self.formula = b"<" + prefix + b"f"
        self.hidden_row = re.compile(tag + rb"row\s([^>]*\bhidden\b[^>]*)>")
        self.hidden_column = re.compile(tag + rb"col\s([^>]*\bhidden\b[^>]*)>")
        self.unsaved_formula = re.compile(
            tag + rb"c\s([^>]*)>\s*" + tag + rb"f(?:\s[^>]*)?"
            rb"(?:/>|>[^<]*</" + re.escape(prefix) + rb"f>)\s*"
            rb"(?=</" + re.escape(prefix) + rb"c>|"
            + tag + rb"v\s*/>|" + tag + rb"v>\s*</)"
        )  # fmt: skip
        self.usual_cell = re.compile(
            tag + rb"c r=\"([A-Z]+)([0-9]+)\"([^>]*?)\ss" + value + rb"([^>/]*)>"
        )
        """With its place first, as programs write it: letters, row, rest, style, rest."""
        self.unusual_cell = re.compile(
            tag + rb"c\s(?!r=\"[A-Z]+[0-9]+\")([^>]*\bs" + value + rb"[^>/]*)>"
        )


def _prefix(head: bytes) -> bytes:
    """Return the prefix of a sheet's elements with its colon, mostly empty."""
    found = _ROOT.search(head)
    return (found.group(1) or b"") if found else b""


def _blocks(archive: zipfile.ZipFile, part: str, end_of_row: bytes) -> Iterator[bytes]:
    """Yield the sheet's XML in pieces that end between two rows."""
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK_BYTES):
            rest += block
            end = rest.rfind(end_of_row)
            if end >= 0:
                end += len(end_of_row)
                yield rest[:end]
                rest = rest[end:]
    yield rest


def _is_true(value: str | None) -> bool:
    return value in ("1", "true")


def _hidden_rows(tags: Iterable[bytes]) -> Iterator[int]:
    for row in map(_attributes, tags):
        if _is_true(row.get("hidden")) and row.get("r", "").isdigit():
            yield int(row["r"])


def _hidden_columns(tags: Iterable[bytes]) -> Iterator[int]:
    for column in map(_attributes, tags):
        if _is_true(column.get("hidden")):
            yield from range(int(column["min"]) - 1, int(column["max"]))


def _cell(cell: dict[str, str]) -> tuple[int, int] | None:
    reference = _REFERENCE.fullmatch(cell.get("r", ""))
    if reference is None:
        return None
    return int(reference.group(2)), column_number(reference.group(1))


def _add_formats(
    runs: dict[int, list[_Run]], tags: _Tags, block: bytes, styles: dict[str, str]
) -> None:
    for letters, row, before, style, after in tags.usual_cell.findall(block):
        if not (before or after) or _is_numeric(_attributes(before + after)):
            _add_format(runs, _column(letters), int(row), styles[style.decode()])
    for raw, style in tags.unusual_cell.findall(block):
        cell = _attributes(raw)
        place = _cell(cell)
        if place and _is_numeric(cell):
            row, column = place
            _add_format(runs, column, row, styles[style.decode()])


def _is_numeric(cell: dict[str, str]) -> bool:
    return cell.get("t", "n") == "n"


@lru_cache(maxsize=16_384)
def _column(letters: bytes) -> int:
    return column_number(letters.decode())


def _add_format(
    runs: dict[int, list[_Run]], column: int, row: int, pattern: str
) -> None:
    its = runs.setdefault(column, [])
    if its and its[-1][1] == row - 1 and its[-1][2] == pattern:
        its[-1][1] = row
    else:
        its.append([row, row, pattern])
