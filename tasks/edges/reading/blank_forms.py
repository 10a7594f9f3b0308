"""The words printed on blank forms: PDF, scans, Word files and workbooks."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

from ocr.design.draft import draft_of
from ocr.design.sheet import open_sheet
from ocr.pages import count_pages
from tasks.domain.errors import NeedsPersonError
from tasks.domain.reading.form_demands import PrintedLine
from tasks.edges.tables.workbooks import read_workbook

PAPER = (".pdf", ".tif", ".tiff", ".png", ".jpg", ".jpeg")
BOOKS = (".xlsx", ".xlsm", ".xls")
WORD = (".docx", ".docm")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_LEFT_OUT = (
    f"{_W}txbxContent",
    f"{_W}del",
    f"{_W}moveFrom",
    f"{_W}pPr",
    f"{_MC}Fallback",
)
"""Not a paragraph's own text, or taken out by somebody who tracked the change."""
_S = "{http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_PARTS = ("word/document", "word/header", "word/footer")
_LARGEST_PART = 64 * 1024 * 1024
"""Bytes of one part of a zip that are unpacked: a blank form has far fewer."""


def forms_in(folder: Path) -> tuple[Path, ...]:
    """Return every file below a folder that may be a form, by name.

    Raises:
        NeedsPersonError: FILE-001 when there is no such folder, FILE-007 when nothing
            in it is of a kind that can be read.
    """
    if not folder.is_dir():
        raise NeedsPersonError("FILE-001", f"{folder.name}: no such folder")
    found = tuple(
        path
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and path.suffix.lower() in (*PAPER, *BOOKS, *WORD)
        and not path.name.startswith((".", "~$"))
    )
    if not found:
        raise NeedsPersonError("FILE-007", f"{folder.name}: no form")
    return found


def printed_lines(path: Path) -> tuple[PrintedLine, ...]:
    """Return what is printed on a form, with the place of each.

    Raises:
        ReadingError: PAGE- or ENGINE-001 for papers that cannot be read.
        NeedsPersonError: TABLE-004, TABLE-008, or FILE-006 for a broken Word file.
    """
    kind = path.suffix.lower()
    if kind in PAPER:
        return tuple(_on_paper(path))
    if kind in BOOKS:
        return tuple(_in_workbook(path))
    return tuple(_in_word(path))


def _on_paper(path: Path) -> Iterator[PrintedLine]:
    for number in range(1, count_pages(path) + 1):
        for word in draft_of(open_sheet(path, number)).words:
            place = f"{number}ページ 左{word.box.left:.0f}mm 上{word.box.top:.0f}mm"
            yield PrintedLine(word.text, place)


def _in_workbook(path: Path) -> Iterator[PrintedLine]:
    for table in read_workbook(path):
        for row in table.rows():
            for column, cell in enumerate(row.cells):
                if cell.strip():
                    place = f"{table.sheet}!{_letters(column)}{row.number}"
                    yield PrintedLine(cell, place)
    if path.suffix.lower() != ".xls":
        yield from _shapes(path)


def _shapes(path: Path) -> Iterator[PrintedLine]:
    """Yield the text of shapes: a seal is often drawn as a circle with 印 in it."""
    with zipfile.ZipFile(path) as whole:
        for name in sorted(whole.namelist()):
            if name.startswith("xl/drawings/drawing") and name.endswith(".xml"):
                for anchor in _xml(whole, name):
                    for body in anchor.iter(f"{_A}p"):
                        text = "".join(one.text or "" for one in body.iter(f"{_A}t"))
                        if text.strip():
                            yield PrintedLine(text, _near(anchor))


def _near(anchor: ET.Element) -> str:
    """Return where a shape begins, e.g. 図形（F3付近）."""
    column, row = (anchor.findtext(f"{_S}from/{_S}{part}") for part in ("col", "row"))
    if column is None or row is None or not (column + row).isdecimal():
        return "図形"
    return f"図形（{_letters(int(column))}{int(row) + 1}付近）"


def _in_word(path: Path) -> Iterator[PrintedLine]:
    try:
        with zipfile.ZipFile(path) as whole:
            names = [
                name
                for name in sorted(whole.namelist())
                if name.startswith(_PARTS) and name.endswith(".xml")
            ]
            for name in names:
                where = "本文" if "document" in name else "欄外"
                paragraphs = _own(_xml(whole, name))
                for number, one in enumerate(paragraphs, start=1):
                    text = _paragraph(one)
                    if text.strip():
                        yield PrintedLine(text, f"{where} {number}段落目")
    except (zipfile.BadZipFile, ET.ParseError, KeyError, OSError) as error:
        raise NeedsPersonError(
            "FILE-006", f"{path.name}: not a whole Word file"
        ) from error


def _paragraph(one: ET.Element) -> str:
    """Return a paragraph's own text, tabs as spaces; text boxes come by themselves."""
    parts: list[str] = []
    for child in one:
        if child.tag in _LEFT_OUT:
            continue
        if child.tag == f"{_W}t":
            parts.append(child.text or "")
        elif child.tag in (f"{_W}tab", f"{_W}br"):
            parts.append("　")
        else:
            parts.append(_paragraph(child))
    return "".join(parts)


def _own(one: ET.Element) -> Iterator[ET.Element]:
    """Yield the paragraphs of a part, text boxes once.

    Word writes a text box twice, the second time (Fallback) for its older versions.
    """
    for child in one:
        if child.tag == f"{_MC}Fallback":
            continue
        if child.tag == f"{_W}p":
            yield child
        yield from _own(child)


def _xml(whole: zipfile.ZipFile, name: str) -> ET.Element:
    if whole.getinfo(name).file_size > _LARGEST_PART:
        raise zipfile.BadZipFile(name)
    data = whole.read(name)
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise zipfile.BadZipFile(name)
    return ET.fromstring(data)  # noqa: S314 - entities are refused above


def _letters(column: int) -> str:
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text
