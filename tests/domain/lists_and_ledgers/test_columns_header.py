from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.errors import SettingsError
from tasks.domain.lists_and_ledgers.columns import (
    RowKind,
    find_header,
    header_key,
    row_kind,
)
from tasks.domain.lists_and_ledgers.header_words import (
    PERSON_HEADERS,
    REQUEST_HEADERS,
    dictionary,
)
from tasks.domain.lists_and_ledgers.tables import (
    MergedCells,
    Row,
    cell_place,
    column_letters,
    column_number,
)


def rows(*lines: str) -> list[Row]:
    return [
        Row(number, tuple(line.split("|")))
        for number, line in enumerate(lines, start=1)
    ]


PLAIN = "番号|氏名|フリガナ|生年月日|住所|同意"


def test_header_is_found_below_titles_and_notes() -> None:
    table = rows(
        "令和8年度 納税状況確認依頼表|||||",
        "※太枠の中を記入してください|||||",
        "|||||",
        PLAIN,
        "1|甲野 一|コウノ ハジメ|S60.1.1|本町1-2-3|○",
    )
    header = find_header(table, REQUEST_HEADERS)
    assert header is not None
    assert (header.first_row, header.last_row) == (4, 4)
    assert header.columns == {
        "request_id": 0,
        "name": 1,
        "kana": 2,
        "birth_date": 3,
        "address": 4,
        "consent": 5,
    }


def test_two_row_header_is_joined_through_merged_cells() -> None:
    table = rows("番号|申請者||||同意", "|氏名|フリガナ|生年月日|住所|")
    merged = [
        MergedCells(1, 0, 2, 0),
        MergedCells(1, 1, 1, 4),
        MergedCells(1, 5, 2, 5),
    ]
    header = find_header(table, REQUEST_HEADERS, merged=merged)
    assert header is not None
    assert header.last_row == 2
    assert set(header.columns) == {
        "request_id",
        "name",
        "kana",
        "birth_date",
        "address",
        "consent",
    }


def test_name_of_somebody_else_is_not_the_applicants() -> None:
    table = rows("世帯主|申請者||", "氏名|氏名|生年月日|住所")
    merged = [MergedCells(1, 1, 1, 3)]
    header = find_header(table, REQUEST_HEADERS, merged=merged)
    assert header is not None
    assert header.columns["name"] == 1
    assert header.ambiguous == ()


def test_birth_date_of_the_householder_is_nobodys_birth_date_here() -> None:
    table = rows("番号|申請者||世帯主|", "番号|氏名|住所|氏名|生年月日")
    merged = [MergedCells(1, 1, 1, 2), MergedCells(1, 3, 1, 4)]
    header = find_header(table, REQUEST_HEADERS, merged=merged)
    assert header is not None
    assert header.columns == {"request_id": 0, "name": 1, "address": 2}


def test_two_row_header_without_merged_cells_is_joined() -> None:
    table = rows("番号|氏名||生年月日|住所", "|姓|名||")
    header = find_header(table, REQUEST_HEADERS)
    assert header is not None
    assert {"family_name", "given_name", "birth_date", "address"} <= set(header.columns)


def test_two_columns_with_equal_right_are_ambiguous() -> None:
    header = find_header(rows("氏名|氏名|生年月日|住所"), REQUEST_HEADERS)
    assert header is not None
    assert header.ambiguous == (("name", (0, 1)),)
    assert "name" not in header.columns


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        pytest.param("氏　名", "name", id="blank_inside"),
        pytest.param("氏名\n（漢字）", "name", id="line_break_and_remark"),
        pytest.param("ご住所", "address", id="honorific"),
        pytest.param("ＤＯＢ", None, id="unknown"),
        pytest.param("ﾌﾘｶﾞﾅ", "kana", id="half_width"),
        pytest.param("氏名（カナ）", "kana", id="remark_that_means_kana"),
        pytest.param("氏名（ローマ字）", None, id="remark_that_changes_meaning"),
        pytest.param("宛名番号（分かる場合）", "addressee_no", id="remark_of_a_case"),
        pytest.param("世帯主氏名", None, id="householder"),
    ],
)
def test_label_means_field(label: str, expected: str | None) -> None:
    table = [Row(1, (label, "生年月日", "電話番号"))]
    header = find_header(table, REQUEST_HEADERS)
    assert header is not None
    names = {column: name for name, column in header.columns.items()}
    assert names.get(0) == expected


def test_amount_in_thousands_is_not_taken_for_yen() -> None:
    from tasks.domain.lists_and_ledgers.header_words import TAX_HEADERS

    header = find_header(rows("宛名番号|納期限|調定額（千円）"), TAX_HEADERS)
    assert header is not None
    assert "assessed_yen" not in header.columns


def test_no_header_is_none() -> None:
    assert (
        find_header(rows("甲野 一|S60.1.1", "乙野 二|S61.1.1"), REQUEST_HEADERS) is None
    )


def test_my_number_column_is_known_and_never_mapped() -> None:
    header = find_header(rows("宛名番号|氏名|個人番号|生年月日"), PERSON_HEADERS)
    assert header is not None
    assert header.my_number_columns == frozenset({2})
    assert 2 not in header.columns.values()


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        pytest.param("1|甲野 一|コウノ|S60.1.1|本町1|○", RowKind.DATA, id="whole"),
        pytest.param("|||S60.1.1||", RowKind.DATA, id="birth_date_alone"),
        pytest.param("|合計 太郎||S60.1.1||", RowKind.DATA, id="odd_name"),
        pytest.param("|||||", RowKind.BLANK, id="blank"),
        pytest.param("　| |||||", RowKind.BLANK, id="blanks_only"),
        pytest.param("合計|||||50件", RowKind.TOTAL, id="total"),
        pytest.param("|合　計|||500000|", RowKind.TOTAL, id="total_in_name_column"),
        pytest.param("※欄外に記入しないこと|||||", RowKind.NOTE, id="note"),
        pytest.param("|（注）様式を変えないこと||||", RowKind.NOTE, id="bracket_note"),
        pytest.param("12|||||", RowKind.UNUSED, id="only_a_number"),
        pytest.param(PLAIN, RowKind.HEADER, id="header_again"),
    ],
)
def test_row_below_header_is(line: str, kind: RowKind) -> None:
    header = find_header(rows(PLAIN), REQUEST_HEADERS)
    assert header is not None
    assert row_kind(Row(9, tuple(line.split("|"))), header) is kind


def test_configured_header_is_taken_from_its_old_field() -> None:
    words = dictionary(PERSON_HEADERS, {"common_name": ("本名",)}, "persons")
    assert "本名" not in words["name"]
    assert "本名" in words["common_name"]


def test_unknown_field_in_configuration_is_refused_by_name() -> None:
    with pytest.raises(SettingsError, match=r"persons\.nam: no such field"):
        dictionary(PERSON_HEADERS, {"nam": ("氏名",)}, "persons")


@given(st.integers(min_value=0, max_value=16_383))
def test_column_letters_read_back(column: int) -> None:
    assert column_number(column_letters(column)) == column


def test_cell_place_names_the_sheet() -> None:
    assert cell_place(14, 27, "名簿") == "名簿!AB14"


@given(st.text(max_size=30))
def test_header_key_is_total_and_idempotent_on_any_text(text: str) -> None:
    once = header_key(text)
    assert header_key(once) == once


@given(st.lists(st.lists(st.text(max_size=6), max_size=6), max_size=6))
def test_header_finder_is_total(lines: list[list[str]]) -> None:
    table = [Row(n, tuple(cells)) for n, cells in enumerate(lines, start=1)]
    header = find_header(table, REQUEST_HEADERS)
    if header is not None:
        assert len(set(header.columns.values())) == len(header.columns)
        for row in table:
            row_kind(row, header)


def test_row_never_shows_its_cells() -> None:
    assert "甲野" not in repr(Row(3, ("甲野 一",)))
