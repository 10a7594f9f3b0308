"""Cells arrive in Excel as what they are, and tables as staff can use them."""

import datetime as dt
import io
import re
import zipfile
from decimal import Decimal

import openpyxl  # noqa: TID251 - the reader that did not write the file
import pytest
import xlsxwriter

from tasks.domain.errors import NeedsPersonError
from tasks.edges.runs import sheet_tables
from tasks.edges.runs.cell_looks import LONGEST_TEXT, Cell
from tasks.edges.runs.sheet_tables import Column, TableRow, TableSheet, write_table
from tasks.edges.runs.sheets import Book, draw

NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.UTC)


def book() -> Book:
    return Book(font="游ゴシック", footer="取扱注意", created=NOW)


def table(rows: list[TableRow], columns: tuple[Column, ...]) -> openpyxl.Workbook:
    page = TableSheet("表", "表の題", columns, frozen_columns=1)
    content = draw(book(), [lambda b: _write(b, page, rows)])
    return openpyxl.load_workbook(io.BytesIO(content), rich_text=True)


def _write(into: Book, page: TableSheet, rows: list[TableRow]) -> None:
    write_table(into, page, rows)


def cell(value: Cell) -> openpyxl.cell.Cell:
    return table([TableRow((value,))], (Column("値"),)).active["A3"]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("0012345", id="leading zeros"),
        pytest.param("83e2000", id="looks like a float"),
        pytest.param("1-2", id="looks like a date"),
        pytest.param("https://example.jp/", id="address of a page"),
        pytest.param("=1+1", id="formula"),
        pytest.param("{=1+1}", id="array formula"),
        pytest.param("+81", id="plus"),
        pytest.param("-5", id="minus"),
        pytest.param("@SUM(A1)", id="at"),
        pytest.param("＝１", id="full width"),
        pytest.param("𠮷野家\n二行", id="beyond the basic plane"),
    ],
)
def test_text_stays_text(text: str) -> None:
    found = cell(text)
    assert (found.data_type, found.value) == ("s", text)
    assert found.number_format == "@"
    assert found.hyperlink is None


@pytest.mark.parametrize("text", ["=1+1", "+81", "-5", "@SUM(A1)", "＝１"])
def test_text_that_could_start_a_formula_is_marked_as_text(text: str) -> None:
    assert cell(text).quotePrefix
    assert not cell("1-2").quotePrefix


def test_numbers_days_and_percentages_arrive_as_such() -> None:
    assert (cell(12_345).value, cell(12_345).number_format) == (12_345, "#,##0")
    day = cell(dt.date(2026, 10, 31))
    assert (day.is_date, day.value) == (True, dt.datetime(2026, 10, 31))  # noqa: DTZ001
    assert (cell(Decimal("2.8")).value, cell(Decimal("9.1")).value) == (2.8, 9.1)


def test_a_day_before_excels_calendar_is_text() -> None:
    assert cell(dt.date(1899, 12, 31)).value == "1899-12-31"


def test_differing_characters_are_red() -> None:
    found = cell((("髙", True), ("橋", False))).value
    assert str(found) == "髙橋"
    assert [(part.text, part.font.color.type) for part in found] == [
        ("髙", "rgb"),
        ("橋", "theme"),
    ]
    assert found[0].font.color.rgb == "FFC00000"


def test_text_that_differs_wholly_is_red() -> None:
    found = cell((("髙橋", True),))
    assert (found.value, found.font.color.rgb) == ("髙橋", "FFC00000")
    assert cell((("髙橋", False),)).font.color.type == "theme"


def test_text_longer_than_excel_allows_is_cut_and_says_so() -> None:
    found = cell("字" * (LONGEST_TEXT + 1_000)).value
    assert str(found).endswith("（長いため以下省略）")
    assert len(str(found)) < 32_767


def test_a_table_has_its_head_frozen_filtered_and_repeated() -> None:
    columns = (Column("番号"), Column("判断", 9))
    rows = [TableRow((str(n), ""), choices={1: ("同一", "保留")}) for n in range(600)]
    sheet = table(rows, columns).active
    assert [c.value for c in sheet[2]] == ["番号", "判断"]
    assert sheet.freeze_panes == "B3"
    assert sheet.auto_filter.ref == "A2:B602"
    assert sheet.print_title_rows == "$2:$2"
    assert sheet.print_area == "'表'!$A$1:$B$602"
    assert (sheet.page_setup.paperSize, sheet.page_setup.fitToHeight) == (9, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    (choice,) = sheet.data_validations.dataValidation
    assert choice.formula1 == '"同一,保留"'
    assert {"B3", "B602"} <= {str(r) for r in choice.sqref.ranges} or (
        "B3:B602" in str(choice.sqref)
    )
    assert sheet["A602"].value == "599"


def test_columns_are_as_wide_as_their_content_up_to_a_limit() -> None:
    columns = (Column("短"), Column("長"), Column("決"), Column("題が長い列"))
    sheet = table([TableRow(("税目", "字" * 90, "字" * 90, ""))], columns).active
    widths = [sheet.column_dimensions[letter].width for letter in "ABD"]
    assert [round(width) for width in widths] == [7, 41, 13]
    assert sheet.row_dimensions[3].height > 60


def test_an_empty_table_says_so() -> None:
    sheet = table([], (Column("番号"), Column("氏名"))).active
    assert sheet["A3"].value == "該当はありません。"


def test_a_table_longer_than_a_sheet_goes_on_in_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheet_tables, "ROWS_OF_A_SHEET", 2)
    rows = [TableRow((n,)) for n in range(5)]
    found = table(rows, (Column("順"),))
    assert found.sheetnames == ["表", "表 (2)", "表 (3)"]
    values = [s.cell(row, 1).value for s in found for row in (3, 4)]
    assert values == [0, 1, 2, 3, 4, None]


def test_a_full_disk_while_closing_goes_to_a_person(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(workbook: xlsxwriter.Workbook) -> None:
        raise xlsxwriter.exceptions.FileCreateError("No space left on device")

    written = book()
    monkeypatch.setattr(xlsxwriter.Workbook, "close", full)
    with pytest.raises(NeedsPersonError, match="FILE-003: workbook: No space left"):
        written.close()
    written.workbook.fileclosed = True


def test_a_full_disk_while_drawing_goes_to_a_person() -> None:
    def full(into: Book) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(NeedsPersonError, match="FILE-003: workbook: No space left"):
        draw(book(), [full])


def test_a_fault_of_the_program_is_not_hidden() -> None:
    def wrong(into: Book) -> None:
        raise KeyError("no such style")

    with pytest.raises(KeyError):
        draw(book(), [wrong])


def test_a_table_too_wide_for_one_page_is_cut_where_its_parts_meet() -> None:
    columns = tuple(Column(f"列{n}", 20) for n in range(16))
    page = TableSheet(
        "表", "題", columns, frozen_columns=2, parted_at=9, part_title="後半"
    )
    content = draw(book(), [lambda b: write_table(b, page, [TableRow(["値"] * 16)])])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet["J1"].value == "後半"
    assert [brk.id for brk in sheet.col_breaks.brk] == [9]
    assert sheet.print_title_cols == "$A:$B"
    assert 56 <= sheet.page_setup.scale <= 100
    assert not sheet.sheet_properties.pageSetUpPr.fitToPage


def test_columns_for_the_program_alone_are_not_printed_and_make_no_row_tall() -> None:
    columns = (Column("番号", 8), Column("照合キー", 8))
    page = TableSheet("表", "題", columns, unprinted=1)
    rows = [TableRow(("1", "0123456789abcdef" * 4))]
    content = draw(book(), [lambda b: write_table(b, page, rows)])
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    assert sheet.print_area == "'表'!$A$1:$A$3"
    assert sheet.row_dimensions[3].height == 17


def test_every_sheet_prints_on_a4() -> None:
    sheet = table([TableRow(("値",))], (Column("番号"),)).active
    assert (sheet.page_setup.paperSize, sheet.page_setup.orientation) == (
        9,
        "landscape",
    )


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("a\tb", id="tab within"),
        pytest.param("\t=1+1", id="tab before a formula"),
        pytest.param("\r=cmd|'/c calc'!A0", id="DDE after a carriage return"),
        pytest.param("&<>\"'", id="marks of the file's own language"),
        pytest.param("\x0b垂直", id="control character"),
        pytest.param(" 前後 ", id="blanks at the ends"),
    ],
)
def test_awkward_text_comes_back_as_it_was(text: str) -> None:
    found = cell(text)
    assert found.data_type == "s"
    # As the file format has it (ECMA-376, ST_Xstring): _xHHHH_ is one character.
    shown = re.sub("_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)), found.value)
    assert shown == text


def test_text_that_looks_like_an_escape_is_escaped_itself() -> None:
    page = TableSheet("表", "題", (Column("値"),))
    rows = [TableRow(("_x000D_",))]
    content = draw(book(), [lambda b: write_table(b, page, rows)])
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        assert b"_x005F_x000D_" in file.read("xl/worksheets/sheet1.xml")
