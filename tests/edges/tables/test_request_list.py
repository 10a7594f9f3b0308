from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from tasks.domain.errors import NeedsPersonError
from tasks.domain.office.settings import ColumnNames
from tasks.domain.records import Consent, WrittenCell
from tasks.edges.tables.request_list import RequestList, read_request

TODAY = dt.date(2026, 11, 4)
SAMPLES = Path(__file__).parents[3] / "sample_docs"
HEADER = ["番号", "氏名", "フリガナ", "生年月日", "住所", "同意"]


def write_csv(
    path: Path, rows: Iterable[Sequence[str]], encoding: str = "utf-8"
) -> Path:
    with path.open("w", encoding=encoding, newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def read(path: Path, **columns: dict[str, tuple[str, ...]]) -> RequestList:
    return read_request(path, columns=ColumnNames(**columns), today=TODAY)


def test_every_row_is_an_applicant_or_excluded_with_a_reason(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "名簿.csv",
        [
            ["納税状況確認依頼表"],
            HEADER,
            ["1", "甲野　一", "コウノ　ハジメ", "S60.4.1", "本町1-2-3", "○"],
            [],
            ["2", "乙野　二", "オツノ　ツギ", "H2.5.6", "港町4-5", "×"],
            ["3", "", "", "", "", ""],
            ["合計", "2名", "", "", "", ""],
            ["※電話での照会はしないこと"],
            [],
        ],
    )
    found = read(path)
    assert [a.request_id for a in found.applicants] == ["1", "2"]
    assert [a.consent for a in found.applicants] == [Consent.YES, Consent.NO]
    assert found.applicants[0].name == "甲野　一"
    assert found.excluded == (
        ("4行", "空行"),
        ("6行", "番号だけで記入のない行"),
        ("7行", "合計行"),
        ("8行", "注記行"),
    )
    assert found.source.rows == 2
    assert found.source.encoding == "utf-8"


def test_row_ids_name_file_and_row_and_no_person(tmp_path: Path) -> None:
    line = ["1", "甲野　一", "", "S60.4.1", "本町1", ""]
    one = read(write_csv(tmp_path / "a.csv", [HEADER, line]))
    other = read(write_csv(tmp_path / "b.csv", [HEADER, line, line]))
    sha = one.source.sha256
    assert one.applicants[0].row_id == f"list:{sha[:8]}:2"
    ids = {a.row_id for found in (one, other) for a in found.applicants}
    assert len(ids) == 3
    assert one.applicants[0].source == "a.csv!2行"


def test_list_without_birth_dates_names_what_is_needed_and_what_is_there(
    tmp_path: Path,
) -> None:
    path = write_csv(
        tmp_path / "a.csv", [["番号", "氏名", "住所"], ["1", "甲野", "本町"]]
    )
    with pytest.raises(NeedsPersonError, match="TABLE-002") as raised:
        read(path)
    assert "生年月日" in raised.value.faults[0]
    assert "番号、氏名、住所" in raised.value.faults[0]
    assert "甲野" not in str(raised.value)


@pytest.mark.parametrize(
    ("header", "fault"),
    [
        pytest.param(["商号又は名称", "法人番号"], None, id="number"),
        pytest.param(["商号又は名称", "所在地"], None, id="address"),
        pytest.param(["商号又は名称", "電話番号"], "法人番号 or 所在地", id="neither"),
    ],
)
def test_list_of_corporations_needs_number_or_address(
    tmp_path: Path, header: list[str], fault: str | None
) -> None:
    path = write_csv(tmp_path / "a.csv", [header, ["株式会社みなと", "7000012050002"]])
    if fault:
        with pytest.raises(NeedsPersonError, match=fault):
            read(path)
    else:
        assert len(read(path).applicants) == 1


def test_a_list_with_a_header_and_no_applicant_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "名簿.csv"
    path.write_text("番号,氏名,生年月日,住所\n", encoding="utf-8")
    with pytest.raises(NeedsPersonError, match=r"TABLE-009: 名簿\.csv"):
        read(path)


def test_all_faults_of_a_header_come_at_once(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["氏名", "氏名", "住所", "電話"], ["a"] * 4])
    with pytest.raises(NeedsPersonError) as raised:
        read(path)
    assert len(raised.value.faults) == 2
    assert "A, B" in raised.value.faults[0]


def test_no_header_at_all_says_so(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["甲野", "S60.1.1"], ["乙野", "S61.1.1"]])
    with pytest.raises(NeedsPersonError, match="TABLE-001"):
        read(path)


def test_configured_header_is_understood(tmp_path: Path) -> None:
    path = write_csv(
        tmp_path / "a.csv", [["利用者さま", "生年月日"], ["甲野 一", "S60.4.1"]]
    )
    with pytest.raises(NeedsPersonError):
        read(path)
    assert read(path, request={"name": ("利用者さま",)}).applicants[0].name == "甲野 一"


def test_split_names_and_addresses_are_put_together(tmp_path: Path) -> None:
    header = ["姓", "名", "セイ", "メイ", "生年月日", "住所", "方書"]
    line = ["甲野", "一", "コウノ", "ハジメ", "S60.4.1", "本町1-2-3", "コーポ101"]
    applicant = read(write_csv(tmp_path / "a.csv", [header, line])).applicants[0]
    assert applicant.name == "甲野　一"
    assert applicant.kana == "コウノ　ハジメ"
    assert applicant.address == "本町1-2-3 コーポ101"


def test_my_number_is_dropped_and_other_columns_are_kept(tmp_path: Path) -> None:
    header = ["氏名", "生年月日", "個人番号", "申請額"]
    line = ["甲野 一", "S60.4.1", "123456789018", "50,000"]
    found = read(write_csv(tmp_path / "a.csv", [header, line]))
    written = found.applicants[0].written
    assert written == (
        WrittenCell("氏名", "甲野 一"),
        WrittenCell("生年月日", "S60.4.1"),
        WrittenCell("申請額", "50,000"),
    )
    assert found.headers == ("氏名", "生年月日", "申請額")
    assert "my_number_dropped" in {note.code for note in found.notes}
    assert "123456789018" not in str(
        [(a.name, tuple(map(tuple, a.written)), a.birth_date) for a in found.applicants]
    )


def test_unclear_consent_is_no_consent_and_noted(tmp_path: Path) -> None:
    line = ["1", "甲野　一", "", "S60.4.1", "本町1", "確認中"]
    found = read(write_csv(tmp_path / "a.csv", [HEADER, line]))
    assert found.applicants[0].consent is Consent.NO
    assert "consent_unclear" in {note.code for note in found.notes}


def test_list_without_consent_column_leaves_consent_unknown(tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [HEADER[:5], ["1", "甲", "", "S60.4.1", ""]])
    assert read(path).applicants[0].consent is Consent.UNKNOWN


@pytest.mark.parametrize(
    ("header", "cells", "consent"),
    [
        pytest.param(["本人同意"], ["×"], Consent.NO, id="own consent refused"),
        pytest.param(["納税状況調査への同意"], ["無"], Consent.NO, id="check refused"),
        pytest.param(["不同意"], ["○"], Consent.NO, id="a mark under 不同意"),
        pytest.param(["同意(有)", "同意(無)"], ["", "○"], Consent.NO, id="pair, no"),
        pytest.param(["同意(有)", "同意(無)"], ["○", ""], Consent.YES, id="pair, yes"),
        pytest.param(["同意", "同意日"], ["○", ""], Consent.YES, id="with its day"),
    ],
)
def test_every_header_about_consent_is_read(
    tmp_path: Path, header: list[str], cells: list[str], consent: Consent
) -> None:
    lines = [[*HEADER[:5], *header], ["1", "甲野", "", "S60.4.1", "本町1", *cells]]
    found = read(write_csv(tmp_path / "a.csv", lines))
    assert [a.consent for a in found.applicants] == [consent]


def test_two_different_consents_are_asked_and_the_city_may_name_one(
    tmp_path: Path,
) -> None:
    header = [*HEADER[:5], "調査への同意", "公表への同意"]
    line = ["1", "甲野", "", "S60.4.1", "本町1", "○", "×"]
    path = write_csv(tmp_path / "a.csv", [header, line])
    with pytest.raises(NeedsPersonError, match=r"TABLE-002.*columns F, G"):
        read(path)
    named = read(path, request={"consent": ("調査への同意",)})
    assert named.applicants[0].consent is Consent.YES


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """Serial date as a number, a hidden row, a sheet of examples, two tables."""
    path = tmp_path / "名簿.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name in ("記入例", "一組", "二組", "説明"):
            sheet = book.add_worksheet(name)
            if name == "説明":
                sheet.write(0, 0, "この表の使い方")
                continue
            sheet.write_row(0, 0, HEADER)
            sheet.write_row(1, 0, ["1", "甲野　一", "", "", "本町1", "○"])
            sheet.write_number(1, 3, 31138)
            sheet.write_row(2, 0, ["2", "乙野　二", "", "S60.4.1", "本町1", "○"])
            sheet.set_row(2, None, None, {"hidden": name == "一組"})
    return path


def test_sheets_serials_and_hidden_rows_are_read_and_noted(workbook: Path) -> None:
    found = read(workbook)
    assert [a.birth_date for a in found.applicants] == [
        "1985-04-01",
        "S60.4.1",
        "1985-04-01",
        "S60.4.1",
    ]
    assert len({a.row_id for a in found.applicants}) == 4
    codes = [note.code for note in found.notes]
    assert codes.count("sheet_skipped") == 2
    assert codes.count("hidden_row") == 1
    assert codes.count("serial_date") == 2


def test_formulas_without_result_are_listed_by_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名簿")
        sheet.write_row(0, 0, HEADER)
        sheet.write_row(1, 0, ["1", "甲野　一", "", "", "本町1", "○"])
        sheet.write_formula("D2", "=Sheet2!A1", None, "")
        sheet.write_formula("B3", "=Sheet2!A2", None, "")
        sheet.write_row(2, 2, ["コウノ", "S60.4.1"])
    with pytest.raises(NeedsPersonError, match="TABLE-006") as raised:
        read(path)
    assert raised.value.faults == ("名簿!D2", "名簿!B3")


def test_number_that_excel_has_damaged_is_refused_by_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名簿")
        sheet.write_row(0, 0, ["氏名", "生年月日", "宛名番号"])
        sheet.write_row(1, 0, ["甲野　一", "S60.4.1"])
        sheet.write_number(1, 2, 12345678901234567890)
    with pytest.raises(NeedsPersonError, match="TABLE-005") as raised:
        read(path)
    assert raised.value.faults == ("名簿!C2",)


def test_sample_list_gives_every_row_of_its_key(tmp_path: Path) -> None:
    found = read(SAMPLES / "request" / "申請者名簿.xlsx")
    with (SAMPLES / "keys" / "answers.csv").open(encoding="utf-8-sig") as stream:
        expected = [
            row["row"] for row in csv.DictReader(stream) if row["source"] == "list"
        ]
    assert [a.row_id.split(":")[-1] for a in found.applicants] == expected
    assert all(a.name for a in found.applicants)
    assert all(a.address for a in found.applicants)


def book_of(path: Path, *rows: Sequence[object], merged: str = "") -> Path:
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("名簿")
        day = book.add_format({"num_format": "yyyy/m/d"})
        for number, row in enumerate(rows):
            for column, value in enumerate(row):
                if isinstance(value, dt.datetime):
                    sheet.write_datetime(number, column, value, day)
                elif value is not None:
                    sheet.write(number, column, value)
        if merged:
            sheet.merge_range(merged, rows[1][-1])
    return path


FIRST = ["1", "甲野 一", "コウノ ハジメ", "S60.4.1", "本町1-2-3", "有"]
SECOND = ["2", "乙野 二", "オツノ ツギ", "H2.5.6", "港町4-5", None]


def test_a_cell_merged_over_rows_is_said_of_each_of_them(tmp_path: Path) -> None:
    path = book_of(tmp_path / "a.xlsx", HEADER, FIRST, SECOND, merged="F2:F3")
    found = read(path)
    assert [a.consent for a in found.applicants] == [Consent.YES, Consent.YES]
    assert found.applicants[1].written[5].text == ""
    assert [n.place for n in found.notes if n.code == "merged_cell"] == ["名簿!F3"]


def test_a_record_of_two_rows_merged_throughout_is_one_applicant(
    tmp_path: Path,
) -> None:
    path = book_of(tmp_path / "a.xlsx", HEADER, FIRST, [], merged="F2:F3")
    assert len(read(path).applicants) == 1


def test_rows_on_a_sheet_without_a_header_are_not_lost_in_silence(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        first, second = book.add_worksheet("名簿"), book.add_worksheet("追加分")
        for number, row in enumerate((HEADER, FIRST)):
            first.write_row(number, 0, row)
        second.write_row(0, 0, SECOND[:5])
    with pytest.raises(NeedsPersonError, match=r"TABLE-001.*追加分"):
        read(path)


def test_a_summary_on_a_further_sheet_is_passed_over_with_a_note(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        first, second = book.add_worksheet("名簿"), book.add_worksheet("集計")
        for number, row in enumerate((HEADER, FIRST)):
            first.write_row(number, 0, row)
        second.write_row(0, 0, ["課", "人数", "2026年度", "120人", "45,000円"])
    assert [n.place for n in read(path).notes if n.code == "sheet_skipped"] == ["集計"]


def test_a_row_that_a_comma_has_shifted_is_refused_by_cell(tmp_path: Path) -> None:
    shifted = ["2", "乙野 二", "オツノ ツギ", "H2.5.6", "港町4-5", "みなと荘", "有"]
    path = write_csv(tmp_path / "a.csv", [HEADER, FIRST, shifted])
    with pytest.raises(NeedsPersonError, match=r"TABLE-005.*G3"):
        read(path)


def test_remarks_beside_the_table_of_a_workbook_are_kept_and_noted(
    tmp_path: Path,
) -> None:
    path = book_of(tmp_path / "a.xlsx", HEADER, [*FIRST, None, "至急"])
    found = read(path)
    assert found.applicants[0].written[-1] == WrittenCell("H", "至急")
    assert [n.place for n in found.notes if n.code == "beyond_header"] == ["名簿!H2"]


def test_digits_lost_in_a_column_nobody_reads_are_noted_by_cell(
    tmp_path: Path,
) -> None:
    header = [*HEADER, "口座番号"]
    path = book_of(tmp_path / "a.xlsx", header, [*FIRST, 12345678901234567])
    assert [n.place for n in read(path).notes if n.code == "digits_lost"] == ["名簿!G2"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        pytest.param("123456789018", "************", id="fits"),
        pytest.param("番号は1234-5678-9018", "番号は************", id="within"),
        pytest.param("202611210001", "202611210001", id="another number"),
    ],
)
def test_an_individual_number_in_any_column_is_struck_out(
    tmp_path: Path, text: str, kept: str
) -> None:
    path = write_csv(tmp_path / "a.csv", [[*HEADER, "備考"], [*FIRST, text]])
    found = read(path)
    assert found.applicants[0].written[-1].text == kept
    assert any(n.code == "my_number_masked" for n in found.notes) is (text != kept)


def test_a_day_of_the_workbook_stays_a_day(tmp_path: Path) -> None:
    born = dt.datetime(1985, 4, 1)  # noqa: DTZ001
    row = [*FIRST[:3], born, *FIRST[4:]]
    cells = read(book_of(tmp_path / "a.xlsx", HEADER, row)).applicants[0].written
    assert [cell.is_date for cell in cells] == [False, False, False, True, False, False]
    assert cells[3].text == "1985-04-01"


def test_a_number_that_only_looks_like_a_day_stays_a_number(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet()
        era = book.add_format({"num_format": 31})
        sheet.write_row(0, 0, [*HEADER, "備考"])
        sheet.write_row(1, 0, FIRST)
        sheet.write_number(1, 6, 1_234_567_890, era)
    cell = read(path).applicants[0].written[-1]
    assert (cell.text, cell.is_date) == ("1234567890", False)


@pytest.mark.parametrize("delimiter", [";", "\t", ","])
def test_a_list_is_parted_by_what_parts_its_rows(
    tmp_path: Path, delimiter: str
) -> None:
    lines = ["納税状況確認依頼表", delimiter.join(HEADER)]
    cells = ["1", "甲野 一", "", "S60.4.1", '"本町1-2-3, みなと荘; 2"', "有"]
    lines += [delimiter.join(cells)] * 3
    path = tmp_path / "a.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    found = read(path).applicants
    assert [a.address for a in found] == ["本町1-2-3, みなと荘; 2"] * 3
