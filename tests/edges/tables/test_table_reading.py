from __future__ import annotations

import codecs
import datetime as dt
import re
import zipfile
from pathlib import Path

import msoffcrypto
import msoffcrypto.format.ooxml
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.tables import Row, Table
from tasks.domain.office.settings import ColumnNames
from tasks.edges.tables.delimited import read_delimited
from tasks.edges.tables.table_files import TableFile, open_tables
from tasks.edges.tables.workbooks import cell_text, read_workbook
from tasks.edges.tables.xlsx_marks import read_marks

DATA = Path(__file__).parent / "data"
PLAIN = ColumnNames()


def write(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def texts(table: Table) -> list[tuple[str, ...]]:
    return [row.cells for row in table.rows()]


def opened(path: Path, columns: ColumnNames = PLAIN) -> TableFile:
    return open_tables(path, columns=columns)


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        pytest.param("氏名,髙橋\r\n".encode("cp932"), "cp932", id="cp932"),
        pytest.param("氏名,𠮷田\n".encode(), "utf-8", id="utf8"),
        pytest.param("氏名,𠮷田\n".encode("utf-8-sig"), "utf-8-sig", id="utf8_bom"),
        pytest.param(
            codecs.BOM_UTF16_LE + "氏名,𠮷田\n".encode("utf-16-le"),
            "utf-16",
            id="utf16",
        ),
    ],
)
def test_encoding_is_proven(tmp_path: Path, content: bytes, encoding: str) -> None:
    file = read_delimited(write(tmp_path / "a.csv", content))
    assert file.encoding == encoding
    assert texts(file.table)[0][0] == "氏名"


def test_utf16_without_mark_must_be_declared(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "氏名,𠮷田\n".encode("utf-16-le"))
    with pytest.raises(NeedsPersonError, match="TABLE-003"):
        opened(path)
    declared = ColumnNames(encodings={"a.*": "utf-16-le"})
    assert texts(opened(path, declared).tables[0]) == [("氏名", "𠮷田")]


def test_file_that_does_not_fit_its_declared_encoding_names_line_and_byte(
    tmp_path: Path,
) -> None:
    path = write(tmp_path / "a.csv", "氏名\n".encode() + "髙橋\n".encode("cp932"))
    with pytest.raises(NeedsPersonError, match=r"TABLE-003.*line 2, byte 7"):
        opened(path, ColumnNames(encodings={"*.csv": "utf-8"}))


def test_file_in_no_provable_encoding_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "氏名\n".encode("cp932") + b"\x81\x00,\xff\n")
    with pytest.raises(NeedsPersonError, match=r"TABLE-003.*line 2"):
        opened(path)


def test_unknown_declared_encoding_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"a,b\n")
    with pytest.raises(NeedsPersonError, match="unknown encoding"):
        opened(path, ColumnNames(encodings={"*": "sjis-of-ours"}))


def test_vendor_letters_are_counted_and_kept(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b"\xf0\x40\xf0\x40,1\n")
    file = opened(path)
    assert [(note.code, note.count) for note in file.notes] == [("gaiji", 2)]
    assert texts(file.tables[0])[0][0] == "\ue000\ue000"


def test_leading_zeros_quotes_and_line_breaks_in_cells_survive(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", b'001,"a,b","c\r\nd"\r\n0002,,\r\n')
    assert texts(opened(path).tables[0]) == [
        ("001", "a,b", "c\r\nd"),
        ("0002", "", ""),
    ]


def test_open_quote_is_a_broken_file(tmp_path: Path) -> None:
    table = opened(write(tmp_path / "a.csv", b'a,"b\nc,d\n')).tables[0]
    with pytest.raises(NeedsPersonError, match="TABLE-008"):
        texts(table)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        pytest.param("a.csv", b"", "FILE-002", id="empty"),
        pytest.param("a.xlsx", b"", "FILE-002", id="empty_workbook"),
        pytest.param("a.xlsx", b"MZ\x90\x00", "FILE-006", id="renamed_program"),
        pytest.param("a.csv", b"MZ\x90\x00", "FILE-006", id="program_as_csv"),
        pytest.param("a.csv", b"PK\x03\x04zip", "FILE-006", id="workbook_as_csv"),
        pytest.param("a.xls", b"<html><table>", "FILE-006", id="html_as_xls"),
        pytest.param("a.pdf", b"%PDF-1.7", "FILE-006", id="pdf"),
        pytest.param("a.xlsx", b"PK\x03\x04rest", "TABLE-008", id="broken_zip"),
        pytest.param(
            "a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 99, "TABLE-008", id="broken"
        ),
    ],
)
def test_bad_file_says_what_is_wrong(
    tmp_path: Path, name: str, content: bytes, code: str
) -> None:
    with pytest.raises(NeedsPersonError, match=code):
        opened(write(tmp_path / name, content))


def test_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(NeedsPersonError, match="FILE-001"):
        opened(tmp_path / "none.csv")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Dates, serials, padded numbers, hidden things, an unsaved formula."""
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名簿 A&B")
        day = book.add_format({"num_format": "yyyy/m/d"})
        era = book.add_format({"num_format": '[$-411]ggge"年"m"月"d"日"'})
        japanese = book.add_format({"num_format": 31})
        padded = book.add_format({"num_format": "0000000"})
        postal = book.add_format({"num_format": "000\\-0000"})
        yen = book.add_format({"num_format": "#,##0"})
        sheet.write_datetime("B3", dt.datetime(1985, 4, 1), day)  # noqa: DTZ001
        sheet.write_number("C3", 31138, era)
        sheet.write_number("D3", 31138, japanese)
        sheet.write_number("E3", 31138)
        sheet.write_number("F3", 123, padded)
        sheet.write_number("G3", 1230045, postal)
        sheet.write_number("H3", 1234567, yen)
        sheet.write_number("I3", 0.1 + 0.2)
        sheet.write_string("J3", "0012")
        sheet.write_number("K3", 1234567890123456789)
        sheet.write_boolean("L3", True)
        sheet.write_formula("M3", "=1+1", None, 2)
        sheet.write_formula("N3", '="x"', None, "")
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column("C:D", None, None, {"hidden": True})
        sheet.merge_range("B5:D5", "甲")
        book.add_worksheet("隠し").hide()
    return path


def test_cells_come_out_as_exact_text(workbook: Path) -> None:
    table = read_workbook(workbook)[0]
    row = next(row for row in table.rows() if row.number == 3)
    assert row.cells[1:13] == (
        "1985-04-01",
        "1985-04-01",
        "1985-04-01",
        "31138",
        "0000123",
        "123-0045",
        "1234567",
        "0.3",
        "0012",
        "1234567890123457024",
        "TRUE",
        "2",
    )


def test_only_bare_numbers_are_marked_as_numbers(workbook: Path) -> None:
    row = next(row for row in read_workbook(workbook)[0].rows() if row.number == 3)
    numbers = [column for column in range(14) if row.is_number(column)]
    assert numbers == [4, 7, 8, 10, 12]


def test_hidden_merged_and_unsaved_are_found(workbook: Path) -> None:
    shown, hidden = read_workbook(workbook)
    assert shown.sheet == "名簿 A&B"
    assert not shown.hidden
    assert hidden.hidden
    assert [row.number for row in shown.rows() if row.hidden] == [3]
    assert shown.hidden_columns == {2, 3}
    assert shown.unsaved_formulas == {(3, 13)}
    assert [(m.top, m.left, m.bottom, m.right) for m in shown.merged] == [(5, 1, 5, 3)]


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        pytest.param(rb'<c (r="[^"]*") (s="[^"]*")', rb"<c \2 \1", id="style_first"),
        pytest.param(
            rb'<c (r="[^"]*") (s="[^"]*")( t="[^"]*")?',
            rb"<c \1\3 \2",
            id="style_last",
        ),
        pytest.param(rb"<(/?)(?=[a-zA-Z])", rb"<\1x:", id="prefixed"),
        pytest.param(rb'="([^"]*)"', rb"='\1'", id="single_quotes"),
    ],
)
def test_marks_do_not_hang_on_how_a_program_writes_its_tags(
    workbook: Path, tmp_path: Path, was: bytes, becomes: bytes
) -> None:
    rewritten = tmp_path / "rewritten.xlsx"
    with zipfile.ZipFile(workbook) as before, zipfile.ZipFile(rewritten, "w") as after:
        for name in before.namelist():
            content = before.read(name)
            if name.startswith("xl/worksheets/sheet"):
                content = re.sub(was, becomes, content)
                content = content.replace(b" xmlns=", b" xmlns:x=")
            after.writestr(name, content)
    assert read_marks(rewritten) == read_marks(workbook)
    assert read_marks(workbook)["名簿 A&B"].formats.keys() == {3, 5, 6}


def test_workbook_can_be_read_twice(workbook: Path) -> None:
    table = read_workbook(workbook)[0]
    assert texts(table) == texts(table)


def test_legacy_workbook_is_read() -> None:
    table = opened(DATA / "legacy.xls").tables[0]
    assert texts(table) == [
        ("番号", "氏名", "生年月日", "住所"),
        ("1", "甲野　一", "1985-04-01", "本町1-2-3"),
    ]


def test_hidden_rows_and_columns_of_a_legacy_workbook_are_found() -> None:
    file = opened(DATA / "hidden.xls")
    table = file.tables[0]
    assert [row.number for row in table.rows() if row.hidden] == [3]
    assert table.hidden_columns == {3}
    assert table.unsaved_formulas == {(2, 4)}
    assert file.notes == ()


def test_a_legacy_workbook_that_does_not_show_its_marks_says_so(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(
        "tasks.edges.tables.xls_marks._STREAMS", ("Workbook", "Elsewhere")
    )
    monkeypatch.setattr("tasks.edges.tables.xls_marks._SHEET", 0xFFFF)
    (note,) = opened(DATA / "hidden.xls").notes
    assert note.code == "hidden_unknown"


def test_password_is_named_as_such(workbook: Path, tmp_path: Path) -> None:
    locked = tmp_path / "locked.xlsx"
    with workbook.open("rb") as plain, locked.open("w+b") as target:
        msoffcrypto.format.ooxml.OOXMLFile(plain).encrypt("hirake", target)
    with pytest.raises(NeedsPersonError, match="TABLE-004"):
        opened(locked)


def test_workbook_cut_short_is_broken(workbook: Path) -> None:
    workbook.write_bytes(workbook.read_bytes()[:-500])
    with pytest.raises(NeedsPersonError, match="TABLE-008"):
        opened(workbook)


@given(st.integers(min_value=-(10**15) + 1, max_value=10**15 - 1))
def test_whole_numbers_to_15_digits_are_exact(number: int) -> None:
    assert cell_text(float(number)) == str(number)


@given(st.lists(st.lists(st.text(alphabet='甲乙ｱ,"\n09　', max_size=8), min_size=2)))
def test_csv_reads_back_whatever_was_written(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]]
) -> None:
    import csv

    path = tmp_path_factory.mktemp("csv") / "a.csv"
    with path.open("w", encoding="cp932", newline="") as stream:
        csv.writer(stream).writerows(lines)
    if not lines:
        return
    rows: list[Row] = list(read_delimited(path, declared="cp932").table.rows())
    assert [list(row.cells) for row in rows] == lines
