"""A workbook that came back is looked at before it is opened."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.question_sheet import (
    AskedBook,
    AskedRow,
    AskedSheet,
    Option,
)
from tasks.domain.review_item import Decision
from tasks.edges.review.filled_workbook import read_filled
from tasks.edges.review.question_workbook import question_workbook

NOW = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
SHEET = "xl/worksheets/sheet2.xml"


def asked(rows: int = 2) -> AskedBook:
    return AskedBook(
        export_id="a" * 32,
        city="みなと市",
        section="福祉課",
        sheets=tuple(
            AskedSheet(
                title,
                tuple(
                    AskedRow(
                        item_id=f"{number:032x}",
                        seal="b" * 64,
                        label="申請者",
                        place="申請_001.pdf　1ページ",
                        reason="二つの読取結果が一致しません。",
                        options=(Option("①", "潮見 渚", Decision.VALUE, "潮見 渚"),),
                        typed=True,
                        several=False,
                        hint="",
                        crop_png=b"",
                    )
                    for number in range(rows)
                ),
                whole_page=False,
            )
            for title in ("氏名", "氏名", "抜き取り確認（住所）[a]*?:/\\'")
        ),
    )


def workbook(tmp_path: Path) -> Path:
    path = tmp_path / "returned.xlsx"
    path.write_bytes(question_workbook(asked(), now=NOW, footer="みなと市"))
    return path


def changed(path: Path, change: Callable[[str, bytes], bytes | None], **more: bytes):
    """Write a workbook's parts anew, changed, some left out, some added."""
    file = io.BytesIO()
    with (
        zipfile.ZipFile(path) as old,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)
        for name, content in more.items():
            new.writestr(name.replace("__", "/"), content)
    path.write_bytes(file.getvalue())
    return path


def same(_name: str, content: bytes) -> bytes:
    return content


def test_an_empty_workbook_comes_back_as_it_left(tmp_path: Path) -> None:
    book = read_filled(workbook(tmp_path))
    assert book.export_id == "a" * 32
    assert (book.filled_by, book.section, book.minutes) == ("", "福祉課", "")
    assert [place.cell for place in (book.filled_by_at, book.minutes_at)] == [
        "B4",
        "B6",
    ]
    assert [row.item_id for row in book.rows] == [f"{n:032x}" for n in (0, 1)] * 3
    assert all(row.empty for row in book.rows)
    sheets = list(dict.fromkeys(row.answer_at.sheet for row in book.rows))
    assert sheets == ["氏名", "氏名 2", "抜き取り確認（住所）a"]
    assert book.rows[0].typed_at.cell == "H4"
    assert book.formulas == ()
    assert "福祉課" not in repr(book.filled_by_at)


def test_a_formula_anywhere_is_found_with_its_cell(tmp_path: Path) -> None:
    path = changed(
        workbook(tmp_path),
        lambda name, xml: (
            xml.replace(b'<c r="H4"', b'<c r="Z9"><f>1+1</f><v>2</v></c><c r="H4"')
            if name == SHEET
            else xml
        ),
    )
    found = read_filled(path).formulas
    assert [(one.sheet, one.cell) for one in found] == [("氏名", "Z9")]


@pytest.mark.parametrize(
    ("more", "code"),
    [
        pytest.param({"xl__vbaProject.bin": b"x"}, "SHEET-003", id="macros"),
        pytest.param(
            {"xl__macrosheets__sheet1.xml": b"x"}, "SHEET-003", id="old macros"
        ),
        pytest.param({"xl__embeddings__a.bin": b"x"}, "SHEET-003", id="object"),
        pytest.param({"xl__externalLinks__a.xml": b"x"}, "SHEET-003", id="link"),
        pytest.param({"..__up.xml": b"x"}, "SHEET-004", id="a way out"),
        pytest.param({"__abs.xml": b"x"}, "SHEET-004", id="absolute"),
        pytest.param({"xl__bomb.xml": b"0" * (1 << 25)}, "SHEET-002", id="bomb"),
    ],
)
def test_what_is_no_plain_workbook_is_refused(
    tmp_path: Path, more: dict[str, bytes], code: str
) -> None:
    path = changed(workbook(tmp_path), same, **more)
    with pytest.raises(NeedsPersonError, match=code):
        read_filled(path)


def test_a_macro_enabled_type_is_refused(tmp_path: Path) -> None:
    path = changed(
        workbook(tmp_path),
        lambda name, xml: (
            xml.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")
            if name == "[Content_Types].xml"
            else xml
        ),
    )
    with pytest.raises(NeedsPersonError, match="SHEET-003"):
        read_filled(path)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "SHEET-004", id="nothing"),
        pytest.param(b"%PDF-1.7", "SHEET-004", id="pdf"),
        pytest.param(b"PK\x03\x04" + b"x" * 99, "TABLE-008", id="no archive"),
        pytest.param(b"\xd0\xcf\x11\xe0" + b"x" * 600, "TABLE-008", id="broken xls"),
    ],
)
def test_a_file_of_another_kind_is_refused(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "returned.xlsx"
    path.write_bytes(content)
    with pytest.raises(NeedsPersonError, match=code):
        read_filled(path)


def test_an_archive_cut_off_or_without_its_parts_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(NeedsPersonError, match="TABLE-008"):
        read_filled(path)
    path.write_bytes(whole)
    changed(path, lambda name, xml: None if name == "xl/workbook.xml" else xml)
    with pytest.raises(NeedsPersonError, match="SHEET-004"):
        read_filled(path)


def test_a_part_that_lies_about_its_size_is_cut_and_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        size = archive.getinfo(SHEET).file_size
    # In the central directory, and before the part itself.
    true, lie = size.to_bytes(4, "little"), (size // 2).to_bytes(4, "little")
    assert true in content
    path.write_bytes(bytes(content).replace(true, lie))
    with pytest.raises(NeedsPersonError, match="TABLE-008"):
        read_filled(path)


@pytest.mark.parametrize("missing", ["はじめに", "このシートの番号", "質問の番号"])
def test_a_workbook_of_something_else_is_refused(tmp_path: Path, missing: str) -> None:
    path = changed(
        workbook(tmp_path),
        lambda _name, xml: xml.replace(missing.encode(), "別の言葉".encode()),
    )
    with pytest.raises(NeedsPersonError, match="SHEET-001"):
        read_filled(path)
