"""税務課控え and 回答書: what they show, in what order, and what never leaves."""

import datetime as dt
import io
import zipfile
from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

import openpyxl  # noqa: TID251 - the reader that did not write the file
import pytest

from tasks.domain.clerks.decision_columns import read_key
from tasks.domain.lists_and_ledgers.sources import (
    ColumnUse,
    InputNote,
    Role,
    SourceFile,
)
from tasks.domain.office.settings import DelinquencyRules, Municipality
from tasks.domain.records import (
    Answer,
    Applicant,
    Consent,
    Evidence,
    Identity,
    Level,
    Match,
    Resident,
    TaxLine,
    TaxStatus,
    Verdict,
    WrittenCell,
)
from tasks.domain.runs.check_report import CheckReport, Letter
from tasks.domain.runs.conservation import Balance
from tasks.domain.taxes.verdicts import judge
from tasks.edges.runs.office_copy import office_copy
from tasks.edges.runs.reply_workbooks import reply_letter, reply_letters

AS_OF = dt.date(2026, 10, 31)
JAPAN = dt.timezone(dt.timedelta(hours=9))
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=JAPAN)
RULES = DelinquencyRules(
    taxes=("個人市県民税", "軽自動車税"),
    charge_rates={
        2025: (Decimal("2.4"), Decimal("8.7")),
        2026: (Decimal("2.8"), Decimal("9.1")),
    },
)
TOWN = Municipality(
    prefecture="汐見県",
    city="みなと市",
    name_for_letters="みなと市長",
    tax_section="総務部税務課",
)
LEDGER = SourceFile(
    Role.TAXES, "税.csv", "cd" * 32, 8, taxes=("市県民税", "軽自動車税", "入湯税")
)
LEDGER_ADDRESS = "みなと市検査町一丁目２番８号"
OTHER_NUMBER = "0000000777"


def resident(number: str, name: str = "検査　一郎") -> Resident:
    born = dt.date(1980, 3, 1)
    return Resident(number, name, "ケンサ　イチロウ", born, LEDGER_ADDRESS, "旧町9-9")


def applicant(row: int, name: str = "検査 一郎", **changes: object) -> Applicant:
    asked = Applicant(
        row_id=f"list:{row}",
        source=f"名簿.xlsx!{row}行",
        request_id=f"00{row}",
        name=name,
        kana="ケンサ イチロウ",
        birth_date="昭和55年3月1日",
        address="検査町1-2-3",
        consent=Consent.YES,
        written=(
            WrittenCell("No.", str(row), is_number=True),
            WrittenCell("備考", "=HYPERLINK(1)"),
            WrittenCell("氏名", name),
            WrittenCell("申請額", "030000"),
            WrittenCell("備考", "-"),
        ),
    )
    return replace(asked, **changes)  # type: ignore[arg-type]


def near(number: str, name: str = "検査　一朗") -> Evidence:
    return Evidence(
        resident(number, name),
        Level.NEAR,
        Level.EQUAL,
        Level.EQUAL,
        Level.DIFFERS,
        rule="住所が相違",
    )


def line(
    number: str,
    paid: int = 0,
    due: str = "2025-06-30",
    status: TaxStatus = TaxStatus.NORMAL,
) -> TaxLine:
    day = dt.date.fromisoformat(due)
    return TaxLine(number, "軽自動車税", day.year, 0, day, 112_233, paid, status)


def same(row: int, lines: Sequence[TaxLine], name: str = "検査 一郎") -> Verdict:
    number = f"00000000{row:02}"
    evidence = Evidence(
        resident(number), Level.EQUAL, Level.VARIANT, Level.EQUAL, Level.EQUAL
    )
    match = Match(
        f"list:{row}",
        Identity.SAME,
        "氏名・生年月日・住所が一致",
        persons=(resident(number),),
        candidates=(evidence,),
    )
    lines = [replace(item, addressee_no=number) for item in lines]
    return judge(applicant(row, name), match, lines, rules=RULES, as_of=AS_OF)


def unmatched(row: int, identity: Identity, *, protected: bool = False) -> Verdict:
    match = Match(
        f"list:{row}",
        identity,
        "氏名と生年月日だけの一致",
        candidates=(near(OTHER_NUMBER), near("0000000778", "検査　二郎")),
        protected=protected,
    )
    return judge(applicant(row), match, [], rules=RULES, as_of=AS_OF)


def open_question() -> Verdict:
    form = Applicant("form:1a2b3c4d:p2", "scan_003.pdf 2ページ", "", "")
    return judge(form, None, [], rules=RULES, as_of=AS_OF, question_open=True)


VERDICTS = (
    same(9, [line("", paid=112_233)]),
    same(5, [line("")]),
    unmatched(6, Identity.ASK),
    unmatched(7, Identity.NONE),
    same(8, [line("", due="2026-10-20")]),
    same(10, [line("", status=TaxStatus.SUSPENDED)]),
    judge(applicant(11, consent=Consent.NO), None, [], rules=RULES, as_of=AS_OF),
    open_question(),
)


def report(
    verdicts: Sequence[Verdict] = VERDICTS, rules: DelinquencyRules = RULES
) -> CheckReport:
    return CheckReport(
        verdicts=tuple(verdicts),
        balances=(Balance("受付から回答まで", "件", 8, (("回答済み", 8),)),),
        sources=(SourceFile(Role.REQUEST, "名簿.xlsx", "ab" * 32, 8), LEDGER),
        notes=(InputNote("名簿.xlsx", "12行", "hidden_row", "非表示の行です。", 1),),
        rules=rules,
        municipality=TOWN,
        as_of=AS_OF,
        now=NOW,
        who="税務課検査係",
        program="yakuba 0.1.0",
        letter=Letter("子育て支援課", "みなと税第12号", dt.date(2026, 11, 13)),
    )


def opened(content: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(content), rich_text=True)


def texts(sheet: openpyxl.worksheet.worksheet.Worksheet) -> list[str]:
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]


def everything_in(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return "".join(file.read(name).decode() for name in file.namelist())


def column(sheet: openpyxl.worksheet.worksheet.Worksheet, title: str) -> list[object]:
    titles = [cell.value for cell in sheet[2]]
    place = titles.index(title) + 1
    return [sheet.cell(row, place).value for row in range(3, sheet.max_row + 1)]


def answers_in_letter(content: bytes) -> list[tuple[object, ...]]:
    sheet = opened(content)["回答書"]
    rows = [tuple(cell.value for cell in row) for row in sheet.iter_rows()]
    head = next(n for n, row in enumerate(rows) if row[:4] == HEADS)
    return [row for row in rows[head + 1 :] if isinstance(row[0], int)]


HEADS = ("順", "番号", "氏名", "回答")


def test_the_letter_answers_each_row_in_the_order_of_the_request() -> None:
    found = answers_in_letter(reply_letter(report()))
    assert [(row[0], row[1], row[3]) for row in found] == [
        (1, "009", "滞納なし"),
        (2, "005", "滞納あり"),
        (3, "006", "確認中"),
        (4, "007", "該当者なし"),
        (5, "008", "反映待ち"),
        (6, "0010", "滞納なし"),
        (7, "0011", "同意なし・対象外"),
        (8, "scan_003.pdf 2ページ", "確認中"),
    ]


def test_the_letter_is_addressed_dated_and_explained() -> None:
    found = texts(opened(reply_letter(report()))["回答書"])
    for expected in (
        "みなと税第12号",
        "令和8年11月20日",
        "子育て支援課　御中",
        "みなと市長",
        "（担当：総務部税務課）",
        "納税状況確認について（回答）",
        "1　照会日　　　　　　　　令和8年11月13日",
        "2　基準日（収納反映日）　令和8年10月31日",
        "3　回答の有効期限　　　　令和8年12月20日",
        "以下余白",
    ):
        assert expected in found
    assert any("令和8年11月13日付けで" in text for text in found)
    assert any(text.startswith("　・反映待ち　1件　納期限から21日") for text in found)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("", "依頼課　御中", id="nobody named"),
        pytest.param("福祉課長", "福祉課長　様", id="a head"),
        pytest.param("福祉課", "福祉課　御中", id="a section"),
    ],
)
def test_the_letter_bears_the_title_due(name: str, shown: str) -> None:
    (letter,) = reply_letters(replace(report(), letter=Letter(name))).values()
    assert shown in texts(opened(letter)["回答書"])


def from_section(row: int, section: str, name: str) -> Verdict:
    cells = (WrittenCell("依頼課", section), WrittenCell("氏名", name))
    asked = applicant(row, name, written=cells, consent=Consent.NO)
    return judge(asked, None, [], rules=RULES, as_of=AS_OF)


def test_each_section_gets_a_letter_with_its_own_people_only() -> None:
    verdicts = [
        from_section(1, "福祉課", "検査 甲"),
        from_section(2, "契約検査課", "検査 乙"),
        from_section(3, "福祉課", "検査 丙"),
    ]
    letters = reply_letters(report(verdicts))
    assert list(letters) == ["回答書_福祉課.xlsx", "回答書_契約検査課.xlsx"]
    names = {
        file: [row[2] for row in answers_in_letter(content)]
        for file, content in letters.items()
    }
    assert names["回答書_福祉課.xlsx"] == ["検査 甲", "検査 丙"]
    assert names["回答書_契約検査課.xlsx"] == ["検査 乙"]
    assert "検査 甲" not in everything_in(letters["回答書_契約検査課.xlsx"])
    shown = [texts(opened(content)["回答書"]) for content in letters.values()]
    assert "福祉課　御中" in shown[0]
    assert "みなと税第12号の2" in shown[1]


def test_one_section_needs_no_name_in_its_file() -> None:
    assert list(reply_letters(report())) == ["回答書.xlsx"]


@pytest.mark.parametrize("wording", ["yes_no", "answer"])
def test_neither_amounts_nor_numbers_nor_evidence_leave(wording: str) -> None:
    rules = RULES.model_copy(
        update={"reply_wording": wording, "show_taxes_in_reply": True}
    )
    found = everything_in(reply_letter(report(rules=rules)))
    hidden = ("112233", "112,233", "0000000005", OTHER_NUMBER, LEDGER_ADDRESS)
    assert [text for text in hidden if text in found] == []
    assert "氏名・生年月日" not in found
    assert "検査　一朗" not in found


def test_no_state_that_counts_for_nothing_leaves_with_yes_or_no() -> None:
    found = everything_in(reply_letter(report()))
    assert "執行停止" not in found
    assert "課税なし" not in found


def test_tax_kinds_leave_only_where_the_ordinance_lets_them() -> None:
    rules = RULES.model_copy(update={"show_taxes_in_reply": True})
    shown = answers_in_letter(reply_letter(report(rules=rules)))
    assert [row[4] for row in shown if row[4]] == ["軽自動車税", "軽自動車税"]
    assert all(len(row) == 4 for row in answers_in_letter(reply_letter(report())))


def test_the_letter_prints_on_a4_upright_with_its_head_repeated() -> None:
    sheet = opened(reply_letter(report()))["回答書"]
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.orientation != "landscape"
    assert sheet.print_title_rows
    assert sheet.print_area.startswith("'回答書'!$A$1:$D$")


@pytest.mark.parametrize("identity", [pytest.param(i, id=i.value) for i in Identity])
def test_of_a_protected_person_no_paper_says_anything(identity: Identity) -> None:
    match = Match(
        "list:6",
        identity,
        "宛名番号が一致",
        persons=(resident(OTHER_NUMBER),) if identity is Identity.SAME else (),
        candidates=(near(OTHER_NUMBER),),
        protected=True,
    )
    found = judge(applicant(6), match, [], rules=RULES, as_of=AS_OF)
    papers = report([found])
    for content in (office_copy(papers), reply_letter(papers)):
        written = everything_in(content)
        assert OTHER_NUMBER not in written
        assert LEDGER_ADDRESS not in written
        assert "検査　一朗" not in written
    assert answers_in_letter(reply_letter(papers))[0][3] == "確認中"
    assert "担当者による個別確認" in texts(opened(office_copy(papers))["要確認"])


def test_the_office_copy_has_its_sheets() -> None:
    assert opened(office_copy(report())).sheetnames == [
        "結論",
        "判定一覧",
        "要確認",
        "確認事項",
        "領収書",
        "判断の記録",
        "該当者なし",
        "入力品質",
        "列の対応",
        "税額明細",
        "延滞金内訳",
    ]


def test_the_conclusion_says_who_ran_what_and_what_came_out() -> None:
    found = texts(opened(office_copy(report()))["結論"])
    for expected in ("税務課検査係", "令和8年11月20日 09時30分", "ab" * 32):
        assert expected in found
    assert any(text.endswith("yakuba 0.1.0") for text in found)
    sheet = opened(office_copy(report()))["結論"]
    counts = {
        sheet.cell(row, 1).value: sheet.cell(row, 3).value
        for row in range(1, sheet.max_row + 1)
    }
    assert {answer.value: counts[answer.value] for answer in Answer} == {
        **dict.fromkeys((answer.value for answer in Answer), 1),
        "納期未到来のみ": 0,
        "猶予中": 0,
        "分納中": 0,
        "課税なし": 0,
    }
    assert counts["合計"] == 8


def test_the_list_keeps_order_and_columns_of_the_request() -> None:
    sheet = opened(office_copy(report(VERDICTS[:3])))["判定一覧"]
    titles = [cell.value for cell in sheet[2]]
    assert titles[:7] == ["順", "No.", "備考", "氏名", "申請額", "備考", "回答"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    assert [row[:7] for row in rows] == [
        [1, 9, "=HYPERLINK(1)", "検査 一郎", "030000", "-", "完納"],
        [2, 5, "=HYPERLINK(1)", "検査 一郎", "030000", "-", "未納あり"],
        [3, 6, "=HYPERLINK(1)", "検査 一郎", "030000", "-", "複数候補 (要確認)"],
    ]
    assert sheet["B3"].number_format == "General"
    assert column(sheet, "未納額")[:3] == [None, 112_233, None]
    assert column(sheet, "カナ\n一致")[0] == "○"
    assert sheet.freeze_panes == "E3"


def test_a_form_stands_in_the_list_under_the_usual_headers() -> None:
    form = Applicant("form:1a2b3c4d:p2", "scan_003.pdf 2ページ", "", "検査 花子")
    asked = judge(form, None, [], rules=RULES, as_of=AS_OF, question_open=True)
    sheet = opened(office_copy(report([VERDICTS[0], asked])))["判定一覧"]
    assert column(sheet, "氏名") == ["検査 一郎", "検査 花子"]
    assert column(sheet, "同意") == [None, "不明"]


def test_no_cell_of_any_sheet_is_a_formula() -> None:
    for content in (office_copy(report()), reply_letter(report())):
        cells = [
            cell
            for sheet in opened(content)
            for row in sheet.iter_rows()
            for cell in row
        ]
        assert not [cell.coordinate for cell in cells if cell.data_type == "f"]
        risky = [cell for cell in cells if str(cell.value or "").startswith("=")]
        assert all(cell.quotePrefix for cell in risky)


def test_questions_show_each_candidate_under_its_request() -> None:
    sheet = opened(office_copy(report()))["要確認"]
    assert column(sheet, "区分") == ["依頼", "候補1", "候補2", "依頼"]
    keys = [read_key(str(text or "")) for text in column(sheet, "照合キー")]
    assert [key and key.rank for key in keys] == [0, 1, 2, None]
    name = column(sheet, "氏名")[1]
    assert [(str(part), part.font.b) for part in name] == [  # type: ignore[attr-defined]
        ("検査　一", False),
        ("朗", True),
    ]
    address = column(sheet, "住所")[1]
    assert str(address) == LEDGER_ADDRESS
    choices = {
        choice.formula1: str(choice.sqref)
        for choice in sheet.data_validations.dataValidation
    }
    assert choices == {
        '"該当なし,保留"': "K3",
        '"同一,別人,保留"': choices['"同一,別人,保留"'],
    }
    assert choices['"同一,別人,保留"'] in ("K4 K5", "K4:K5")


def test_not_found_shows_the_nearest_person_and_why_not() -> None:
    sheet = opened(office_copy(report()))["該当者なし"]
    assert column(sheet, "区分") == ["依頼", "近い人"]
    assert column(sheet, "宛名番号") == [None, OTHER_NUMBER]
    assert column(sheet, "規則・理由")[1] == "住所が相違"


def test_tax_lines_show_amounts_as_numbers_and_due_dates_as_days() -> None:
    sheet = opened(office_copy(report()))["税額明細"]
    assert column(sheet, "調定額") == [112_233] * 4
    assert column(sheet, "納期限")[0] == dt.datetime(2025, 6, 30)  # noqa: DTZ001
    assert column(sheet, "判定") == ["完納", "未納あり", "反映待ち", "執行停止中"]
    assert column(sheet, "年度")[0] == "令和7年度"
    spans = opened(office_copy(report()))["延滞金内訳"]
    assert column(spans, "日数") == [31, 153, 304]
    assert column(spans, "割合（年）") == [2.4, 8.7, 9.1]
    by_span = column(spans, "延滞金\n（円未満切捨）")
    whole = column(spans, "この期の延滞金\n（切捨て後）")
    assert whole == [None, None, sum(by_span) // 100 * 100]


def test_a_run_without_anybody_still_has_its_papers() -> None:
    nobody = replace(report(), verdicts=())
    assert "該当はありません。" in texts(opened(office_copy(nobody))["要確認"])
    assert answers_in_letter(reply_letter(nobody)) == []


def test_taxes_that_no_ledger_holds_are_not_said_to_be_looked_at() -> None:
    car_only = replace(
        report(), sources=(replace(LEDGER, taxes=("軽自動車税(種別割)",)),)
    )
    assert "4　確認した税目　　　　　個人市県民税、軽自動車税" in texts(
        opened(reply_letter(report()))["回答書"]
    )
    assert "4　確認した税目　　　　　軽自動車税" in texts(
        opened(reply_letter(car_only))["回答書"]
    )
    assert "台帳のない税目" not in texts(opened(office_copy(report()))["結論"])
    sheet = opened(office_copy(car_only))["結論"]
    (told,) = [row for row in sheet.iter_rows() if row[0].value == "台帳のない税目"]
    assert "個人市県民税" in told[1].value
    assert told[1].font.color.rgb == "FFC00000"


def test_columns_taken_for_something_unsure_are_marked() -> None:
    uses = (
        ColumnUse("名簿.xlsx", "申請者", "C", "お名前", "氏名"),
        ColumnUse(
            "名簿.xlsx", "申請者", "D", "日付", "生年月日", False, "二つの読み方"
        ),
        ColumnUse("名簿.xlsx", "申請者", "E", "備考", "", True, "使わない見出し"),
    )
    sheet = opened(office_copy(replace(report(), column_uses=uses)))["列の対応"]
    assert column(sheet, "読んだ意味") == ["氏名", "生年月日", "使いません"]
    assert column(sheet, "確かさ") == ["確か", "要確認", None]
    assert column(sheet, "列") == ["C", "D", "E"]


def test_headers_of_a_request_cannot_start_a_formula_either() -> None:
    cells = (WrittenCell("=cmd|'/c calc'!A0", "x"), WrittenCell("氏名", "検査 甲"))
    asked = applicant(1, written=cells, consent=Consent.NO)
    verdict = judge(asked, None, [], rules=RULES, as_of=AS_OF)
    sheet = opened(office_copy(report([verdict])))["判定一覧"]
    head = sheet["B2"]
    assert (head.value, head.data_type, head.quotePrefix) == (
        "=cmd|'/c calc'!A0",
        "s",
        True,
    )


def test_a_number_of_the_request_stays_a_number_and_its_text_stays_text() -> None:
    cells = (
        WrittenCell("申請額", "30000", is_number=True),
        WrittenCell("割合", "0.5", is_number=True),
        WrittenCell("口座番号", "0012345"),
        WrittenCell("氏名", "検査 甲"),
    )
    asked = applicant(1, written=cells, consent=Consent.NO)
    verdict = judge(asked, None, [], rules=RULES, as_of=AS_OF)
    sheet = opened(office_copy(report([verdict])))["判定一覧"]
    assert [sheet.cell(3, n).value for n in (2, 3, 4)] == [30000, 0.5, "0012345"]
