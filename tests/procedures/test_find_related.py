"""Whose taxes: household, representative, corporation; who cannot be told is asked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import openpyxl  # noqa: TID251 - writes what a section writes with Excel
import pytest

from tasks.domain.errors import SettingsError
from tasks.domain.office.settings import ColumnNames, DelinquencyRules, Municipality
from tasks.domain.records import Answer, Verdict, Whose
from tasks.domain.runs.conservation import Outcome
from tasks.domain.runs.reply import reply_taxes, reply_word
from tasks.procedures.check_request import CheckRequest, CheckResult
from tasks.procedures.delinquency_check import check

NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
RULES = DelinquencyRules(
    taxes=("軽自動車税", "法人市民税"), charge_rates={}, show_taxes_in_reply=True
)
HOUSEHOLD = RULES.model_copy(update={"household_counts": True})
COMPANY = RULES.model_copy(update={"representative_counts": True})

PERSONS = """宛名番号,氏名,氏名カナ,生年月日,住所,世帯番号,支援措置,法人番号,異動事由
0011,甲野　一,コウノ ハジメ,昭和55年3月1日,みなと市本町1番1号,0007,,
0012,甲野　花,コウノ ハナ,昭和57年4月2日,みなと市本町1番1号,7,,
0021,乙野　二,オツノ ジ,昭和60年1月1日,みなと市本町2番2号,0008,,
0022,乙野　正太,オツノ ショウタ,平成20年5月5日,みなと市本町2番2号,0008,,
0031,丙野　三,ヘイノ サン,昭和61年1月1日,みなと市本町3番3号,0009,,
0032,丙野　秘,ヘイノ ヒ,平成元年9月9日,みなと市本町3番3号,0009,有,
0041,丁野　四,チョウノ シ,昭和62年1月1日,みなと市本町4番4号,,,
0051,戊野　五,ボノ ゴ,昭和63年1月1日,みなと市本町5番5号,,,
0061,己野　六,キノ ロク,昭和64年1月1日,みなと市本町6番6号,0010,,
0090,株式会社みなと商会,カ）ミナトショウカイ,,みなと市港町9番9号,,,9000000000090
0091,庚野　社長,コウノ シャチョウ,昭和40年2月2日,みなと市港町8番8号,0011,,
"""
TAXES = """宛名番号,税目,賦課年度,期別,納期限,調定額,収納額,状態
0011,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常
0012,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
0021,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常
0031,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常
0041,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常
0051,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
0061,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常
0090,法人市民税,令和8年度,0,R8.6.1,50000,50000,通常
0091,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
"""
PEOPLE = {
    "甲": "甲野　一,昭和55年3月1日,みなと市本町1番1号",
    "乙": "乙野　二,昭和60年1月1日,みなと市本町2番2号",
    "丙": "丙野　三,昭和61年1月1日,みなと市本町3番3号",
    "丁": "丁野　四,昭和62年1月1日,みなと市本町4番4号",
    "戊": "戊野　五,昭和63年1月1日,みなと市本町5番5号",
    "己": "己野　六,昭和64年1月1日,みなと市本町6番6号",
}
FIRM = "株式会社みなと商会,9000000000090,みなと市港町9番9号"
FIRM_HEADER = "番号,商号,法人番号,所在地,代表者 氏名,代表者 生年月日,代表者住所"
BOSS = "代表取締役　庚野　社長,S40.2.2,みなと市港町8番8号"

Ask = Callable[..., CheckResult]


@pytest.fixture
def ask(tmp_path: Path) -> Ask:
    def run(
        rules: DelinquencyRules,
        *rows: str,
        columns: ColumnNames | None = None,
        list_file: str = "名簿.csv",
    ) -> CheckResult:
        for name, content in (
            ("台帳.csv", PERSONS),
            ("税.csv", TAXES),
            ("名簿.csv", "\n".join(rows)),
        ):
            (tmp_path / name).write_text(content, encoding="utf-8-sig")
        return check(
            CheckRequest(
                request_files=(tmp_path / list_file,),
                persons=(tmp_path / "台帳.csv",),
                taxes=(tmp_path / "税.csv",),
                as_of=dt.date(2026, 10, 31),
                out_folder=tmp_path / "結果",
                cache_folder=tmp_path / "cache",
                rules=rules,
                columns=columns or ColumnNames(),
                municipality=Municipality(
                    prefecture="汐見県",
                    city="みなと市",
                    name_for_letters="みなと市長",
                    tax_section="税務課",
                ),
                now=NOW,
                who="検査",
            )
        )

    return run


def of_person(ask: Ask, who: str, rules: DelinquencyRules, *more: str) -> Verdict:
    header, row = "番号,氏名,生年月日,住所,同意", f"1,{PEOPLE[who]},有"
    for title, text in zip(more[::2], more[1::2], strict=True):
        header, row = f"{header},{title}", f"{row},{text}"
    return ask(rules, header, row).verdicts[0]


def test_the_household_is_looked_at_only_where_the_ordinance_says_so(ask: Ask) -> None:
    assert of_person(ask, "甲", RULES).answer is Answer.PAID
    found = of_person(ask, "甲", HOUSEHOLD)
    assert found.answer is Answer.OWING
    assert found.owners == (Whose.HOUSEHOLD,)
    assert found.reason.startswith("同じ世帯の人について、納期限を過ぎた未納が1期分")
    assert {line.addressee_no for line in found.lines} == {"0011", "0012"}


@pytest.mark.parametrize(
    ("who", "answer", "told"),
    [
        pytest.param("乙", Answer.PAID, "本人・同じ世帯の人について、", id="all paid"),
        pytest.param("己", Answer.PAID, "本人について、", id="alone"),
        pytest.param("丁", Answer.SEVERAL, "世帯番号がない", id="no household known"),
        pytest.param("戊", Answer.OWING, "本人について、", id="owes anyway"),
        pytest.param("丙", Answer.SEVERAL, "担当者による個別確認", id="protected"),
    ],
)
def test_what_a_household_comes_to(
    ask: Ask, who: str, answer: Answer, told: str
) -> None:
    found = of_person(ask, who, HOUSEHOLD)
    assert found.answer is answer
    assert told in found.reason
    assert "0032" not in repr(found.match)


@pytest.mark.parametrize(
    ("state", "answer"),
    [
        pytest.param("転入", Answer.OWING, id="lives there"),
        pytest.param("転出予定", Answer.OWING, id="still lives there"),
        pytest.param("転出", Answer.PAID, id="moved out"),
        pytest.param("職権消除", Answer.PAID, id="struck off"),
        pytest.param("死亡", Answer.PAID, id="died"),
    ],
)
def test_who_has_left_the_household_is_not_looked_at(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, state: str, answer: Answer
) -> None:
    moved = PERSONS.replace("1番1号,7,,", f"1番1号,7,,,{state}")
    monkeypatch.setitem(globals(), "PERSONS", moved)
    assert of_person(ask, "甲", HOUSEHOLD).answer is answer


def test_of_somebody_who_moved_out_himself_the_household_is_not_known(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    moved = PERSONS.replace("1番1号,0007,,", "1番1号,0007,,,転出")
    monkeypatch.setitem(globals(), "PERSONS", moved)
    found = of_person(ask, "甲", HOUSEHOLD)
    assert found.answer is Answer.SEVERAL
    assert "転出している" in found.reason


def test_of_a_household_no_more_than_yes_or_no_leaves(ask: Ask) -> None:
    wordy = HOUSEHOLD.model_copy(update={"reply_wording": "answer"})
    theirs, own = of_person(ask, "甲", wordy), of_person(ask, "戊", wordy)
    assert (reply_word(theirs, wordy), reply_taxes(theirs, wordy)) == ("滞納あり", ())
    assert reply_word(own, wordy) == "未納あり"
    assert reply_taxes(own, wordy) == ("軽自動車税",)


@pytest.mark.parametrize(
    ("required", "column", "answer"),
    [
        pytest.param(False, (), Answer.OWING, id="covered by the applicant's form"),
        pytest.param(True, (), Answer.OUT_OF_SCOPE, id="required and not there"),
        pytest.param(True, ("世帯員の同意", "有"), Answer.OWING, id="given"),
        pytest.param(True, ("世帯員の同意", ""), Answer.OUT_OF_SCOPE, id="left empty"),
        pytest.param(False, ("世帯員同意", "無"), Answer.OUT_OF_SCOPE, id="refused"),
    ],
)
def test_the_others_must_agree_where_it_is_required_and_may_always_refuse(
    ask: Ask, required: bool, column: tuple[str, ...], answer: Answer
) -> None:
    rules = HOUSEHOLD.model_copy(update={"others_consent_required": required})
    found = of_person(ask, "甲", rules, *column)
    assert found.answer is answer
    read = {line.addressee_no for line in found.lines}
    assert read == ({"0011", "0012"} if answer is Answer.OWING else {"0011"})


def test_who_lives_alone_needs_nobody_elses_consent(ask: Ask) -> None:
    rules = HOUSEHOLD.model_copy(update={"others_consent_required": True})
    assert of_person(ask, "己", rules, "世帯員の同意", "").answer is Answer.PAID


def test_the_applicants_consent_stays_his_own(ask: Ask) -> None:
    header = "番号,氏名,生年月日,住所,同意,世帯員の同意"
    found = ask(HOUSEHOLD, header, f"1,{PEOPLE['甲']},無,有").verdicts[0]
    assert found.answer is Answer.OUT_OF_SCOPE
    assert found.lines == ()


@pytest.mark.parametrize(
    ("boss", "answer", "told"),
    [
        pytest.param(BOSS, Answer.OWING, "代表者について、", id="owes"),
        pytest.param(",,", Answer.SEVERAL, "代表者の記載がない", id="not named"),
        pytest.param(
            "庚野　社長,S40.2.2,よその市1-1",
            Answer.SEVERAL,
            "証拠がそろいません",
            id="moved",
        ),
        pytest.param(
            "遠方　太郎,H2.6.4,よその市遠い町9番9号",
            Answer.PAID,
            "代表者は宛名台帳に見つかりません",
            id="lives elsewhere",
        ),
    ],
)
def test_a_corporations_representative_is_looked_at(
    ask: Ask, boss: str, answer: Answer, told: str
) -> None:
    found = ask(COMPANY, FIRM_HEADER, f"1,{FIRM},{boss}").verdicts[0]
    assert found.answer is answer
    assert told in found.reason


def test_a_representative_under_a_merged_header_of_two_rows_is_found(
    ask: Ask, tmp_path: Path
) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ["番号", "商号又は名称", "法人番号", "所在地", "代表者", None, None, "同意"],
        [None, None, None, None, "職・氏名", "生年月日", "住所", None],
        ["1", *FIRM.split(","), *BOSS.split(","), "有"],
    ):
        sheet.append(row)
    for cells in ("A1:A2", "B1:B2", "C1:C2", "D1:D2", "E1:G1", "H1:H2"):
        sheet.merge_cells(cells)
    book.save(tmp_path / "名簿.xlsx")
    found = ask(COMPANY, "", list_file="名簿.xlsx").verdicts
    assert [v.answer for v in found] == [Answer.OWING]
    assert found[0].owners == (Whose.REPRESENTATIVE,)


def test_the_representative_is_left_alone_where_the_ordinance_is_silent(
    ask: Ask,
) -> None:
    found = ask(RULES, FIRM_HEADER, f"1,{FIRM},{BOSS}").verdicts[0]
    assert found.answer is Answer.PAID


def test_the_corporation_that_a_person_runs_is_looked_at_by_its_own_columns(
    ask: Ask,
) -> None:
    rules = RULES.model_copy(update={"corporation_counts": True})
    columns = ColumnNames(
        corporation={"name": ("経営する会社",), "address": ("会社の所在",)}
    )
    header = "番号,氏名,生年月日,住所,経営する会社,会社の所在"
    rows = (
        f"1,{PEOPLE['乙']},株式会社みなと商会,みなと市港町9番9号",
        f"2,{PEOPLE['乙']},,",
    )
    first, second = ask(rules, header, *rows, columns=columns).verdicts
    assert first.owners == (Whose.APPLICANT, Whose.CORPORATION)
    assert {line.addressee_no for line in first.lines} == {"0021", "0090"}
    assert second.owners == (Whose.APPLICANT,)


def test_a_header_of_an_unknown_field_is_refused(ask: Ask) -> None:
    columns = ColumnNames(representative={"nmae": ("社長",)})
    with pytest.raises(SettingsError, match=r"representative\.nmae"):
        ask(COMPANY, FIRM_HEADER, f"1,{FIRM},{BOSS}", columns=columns)


def test_lines_of_households_balance(ask: Ask) -> None:
    rows = (f"{n},{PEOPLE[who]},有" for n, who in enumerate("甲乙丙丁戊己"))
    result = ask(HOUSEHOLD, "番号,氏名,生年月日,住所,同意", *rows)
    assert result.outcomes[Outcome.ANSWERED] == 4
    lines = next(b for b in result.balances if b.unit == "行")
    assert lines.came_in == 6
