"""A list as sections send it: all at once what single tests look at one by one."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from tasks.domain.office.settings import ColumnNames
from tasks.domain.records import Consent
from tasks.edges.tables.request_list import RequestList, read_request
from tasks.edges.tables.table_files import open_tables

TODAY = dt.date(2026, 11, 4)
DATA = Path(__file__).parent / "data"


def read(path: Path) -> RequestList:
    return read_request(path, columns=ColumnNames(), today=TODAY)


@pytest.fixture
def untidy(tmp_path: Path) -> RequestList:
    """Title, two-row merged header not in column A, hidden row and column, total, note,
    a filter, an example sheet, a hidden sheet, dates in three ways."""
    path = tmp_path / "名簿.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("申請者一覧")
    day = book.add_format({"num_format": "yyyy/m/d"})
    sheet.write("B2", "令和8年度 子育て支援補助金 納税状況確認依頼表")
    sheet.write("B3", "担当：こども課　内線123")
    for block, title in (
        ("B5:B6", "番号"),
        ("C5:E5", "申請者"),
        ("F5:F6", "住所"),
        ("G5:G6", "同意"),
        ("H5:I5", "世帯主"),
    ):
        sheet.merge_range(block, title)
    sheet.write_row("C6", ["氏名", "フリガナ", "生年月日"])
    sheet.write_row("H6", ["氏名", "生年月日"])
    people = (
        ("甲野　一", "コウノ ハジメ", "S60.1.1", "本町1-2-3"),
        ("乙山　花子", "オツヤマ ハナコ", dt.date(1990, 2, 3), "本町\n2-3-4"),
        ("丙川 三郎", "ヘイカワ サブロウ", "平成2年3月4日", "港町1-1"),
    )
    for row, (name, kana, born, address) in enumerate(people, start=6):
        sheet.write_row(row, 1, [row - 5, name, kana])
        if isinstance(born, dt.date):
            sheet.write_datetime(row, 4, dt.datetime.combine(born, dt.time()), day)
        else:
            sheet.write(row, 4, born)
        sheet.write_row(row, 5, [address, "○", "世帯 主", "S30.1.1"])
    sheet.set_row(7, None, None, {"hidden": True})
    sheet.set_column("D:D", None, None, {"hidden": True})
    sheet.autofilter("B6:G9")
    sheet.write_row(10, 1, ["合計", "3名"])
    sheet.write(11, 1, "※ 同意書は別添")
    book.add_worksheet("記入例").write_row(0, 0, ["氏名", "生年月日"])
    choices = book.add_worksheet("リスト")
    choices.write(0, 0, "○")
    choices.hide()
    book.close()
    return read(path)


def test_untidy_list_gives_everybody_and_nobody_else(untidy: RequestList) -> None:
    assert [
        (a.request_id, a.name, a.kana, a.birth_date, a.address)
        for a in untidy.applicants
    ] == [
        ("1", "甲野　一", "コウノ ハジメ", "S60.1.1", "本町1-2-3"),
        ("2", "乙山　花子", "オツヤマ ハナコ", "1990-02-03", "本町\n2-3-4"),
        ("3", "丙川 三郎", "ヘイカワ サブロウ", "平成2年3月4日", "港町1-1"),
    ]
    assert {a.consent for a in untidy.applicants} == {Consent.YES}


def test_untidy_list_accounts_for_what_is_no_applicant(untidy: RequestList) -> None:
    assert untidy.excluded == (
        ("申請者一覧!10行", "空行"),
        ("申請者一覧!11行", "合計行"),
        ("申請者一覧!12行", "注記行"),
    )
    assert {(note.code, note.place) for note in untidy.notes} == {
        ("sheet_skipped", "記入例"),
        ("sheet_skipped", "リスト"),
        ("hidden_row", "申請者一覧!8行"),
        ("hidden_column", "申請者一覧!D列"),
    }


def test_hidden_columns_are_marked_among_the_uses(untidy: RequestList) -> None:
    hidden = [use for use in untidy.column_uses if "非表示" in use.reason]
    assert [(use.column, use.used_as, use.sure) for use in hidden] == [
        ("D", "氏名カナ", False)
    ]


@pytest.mark.parametrize(
    ("name", "delimiter", "encoding"),
    [
        pytest.param("a.tsv", "\t", "utf-16", id="unicode_text_of_excel"),
        pytest.param("a.csv", ",", "utf-8-sig", id="csv_utf8_of_excel"),
        pytest.param("a.txt", "\t", "cp932", id="text_of_excel"),
    ],
)
def test_what_excel_saves_as_text_reads_alike(
    tmp_path: Path, name: str, delimiter: str, encoding: str
) -> None:
    lines = '番号,氏名,生年月日,住所\r\n1,甲野　一,S60.1.1,"本町\r\n1-2-3"\r\n合計,1名,,\r\n'
    path = tmp_path / name
    path.write_bytes(lines.replace(",", delimiter).encode(encoding))
    found = read(path)
    assert [(a.name, a.address) for a in found.applicants] == [
        ("甲野　一", "本町\r\n1-2-3")
    ]
    assert found.excluded == (("3行", "合計行"),)


def test_an_old_workbook_in_which_nothing_is_hidden_needs_no_note() -> None:
    file = open_tables(DATA / "legacy.xls", columns=ColumnNames())
    assert file.notes == ()


def test_formats_that_come_and_go_down_a_column_stay_with_their_cells(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    padded = book.add_format({"num_format": "0000"})
    day = book.add_format({"num_format": "[$-411]ge.m.d"})
    looks = [padded, padded, None, day, None, padded]
    for row, look in enumerate(looks):
        sheet.write_number(row, 0, 32874, look)
        sheet.write_number(row, 1, 7, padded if row % 2 else None)
    book.close()
    (table,) = open_tables(path, columns=ColumnNames()).tables
    for _ in range(2):  # a table is read again from its top
        assert [row.cells for row in table.rows()] == [
            ("32874", "7"),
            ("32874", "0007"),
            ("32874", "7"),
            ("1990-01-01", "0007"),
            ("32874", "7"),
            ("32874", "0007"),
        ]
