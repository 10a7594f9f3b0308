"""The next run over the same request tells who changed and why; personal data stays in workbooks."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import openpyxl  # noqa: TID251 - the reader that did not write the file
import pytest
import yaml

from tasks.domain.office.settings import ColumnNames, DelinquencyRules, Municipality
from tasks.edges.office_database.database import open_database
from tasks.edges.runs.run_history import RunHistory
from tasks.procedures.check_request import CheckRequest, CheckResult
from tasks.procedures.delinquency_check import check
from tasks.procedures.keep_runs import compare_runs

HOME = Path(__file__).parents[2]
NOW = dt.datetime(2026, 11, 20, 9, 30, tzinfo=dt.timezone(dt.timedelta(hours=9)))
PERSONS = """宛名番号,氏名,氏名カナ,生年月日,住所
0000000011,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号
0000000012,検査　花子,ケンサ ハナコ,昭和57年4月2日,みなと市検査町1番2号
0000000014,試験　次郎,シケン ジロウ,平成2年6月4日,みなと市試験町5番6号
"""
TAXES = """宛名番号,税目,賦課年度,期別,納期限,調定額,収納額,状態
0000000011,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
0000000012,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
0000000014,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常
"""
REQUEST = """番号,氏名,フリガナ,生年月日,住所,同意
A-1,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号,有
A-2,検査　花子,ケンサ ハナコ,昭和57年4月2日,みなと市検査町1番2号,有
A-3,試験　次郎,シケン ジロウ,平成2年6月4日,みなと市旧町9番9号,有
"""


@pytest.fixture
def history(database_url: str) -> Iterator[RunHistory]:
    database = open_database(database_url)
    yield RunHistory(database)
    database.close()


def request(folder: Path) -> CheckRequest:
    for name, content in (
        ("台帳.csv", PERSONS),
        ("税.csv", TAXES),
        ("名簿.csv", REQUEST),
    ):
        (folder / name).write_text(content, encoding="utf-8-sig")

    def read(name: str) -> object:
        return yaml.safe_load((HOME / "configs" / name).read_text(encoding="utf-8"))

    rules = DelinquencyRules.model_validate(read("delinquency.yaml"))
    return CheckRequest(
        request_files=(folder / "名簿.csv",),
        persons=(folder / "台帳.csv",),
        taxes=(folder / "税.csv",),
        as_of=dt.date(2026, 10, 31),
        out_folder=folder / "結果1",
        cache_folder=folder / "cache",
        rules=rules.model_copy(update={"taxes": ("軽自動車税",)}),
        columns=ColumnNames(),
        municipality=Municipality.model_validate(read("municipality.yaml")),
        now=NOW,
        who="税務課検査係",
        run_id="aaaa00000001",
    )


def again(first: CheckRequest) -> CheckRequest:
    folder = first.out_folder.parent
    return replace(
        first,
        run_id="bbbb00000002",
        now=NOW + dt.timedelta(days=3),
        out_folder=folder / "結果2",
    )


def since(result: CheckResult) -> list[dict[str, object]]:
    """The rows of 前回との違い."""
    book = openpyxl.load_workbook(result.office_copy)
    sheet = book["前回との違い"]
    titles = [str(cell.value) for cell in sheet[2]]
    return [
        dict(zip(titles, (cell.value for cell in row), strict=True))
        for row in sheet.iter_rows(min_row=3)
    ]


def test_the_first_run_has_no_sheet_of_differences(
    tmp_path: Path, history: RunHistory
) -> None:
    result = check(request(tmp_path), history)
    assert "前回との違い" not in openpyxl.load_workbook(result.office_copy).sheetnames
    (head,) = history.heads()
    assert (head.who, head.request_words) == ("税務課検査係", "名簿.csv")
    assert dict(head.counts) == {"未納あり": 2, "複数候補 (要確認)": 1}
    assert head.folder == str(tmp_path / "結果1")


def test_a_payment_and_a_corrected_address_are_told_with_their_causes(
    tmp_path: Path, history: RunHistory
) -> None:
    first = request(tmp_path)
    check(first, history)
    paid = TAXES.replace("R8.6.1,10800,0", "R8.6.1,10800,10800", 1)
    (tmp_path / "税.csv").write_text(paid, encoding="utf-8-sig")
    corrected = REQUEST.replace("旧町9番9号", "試験町5番6号")
    (tmp_path / "名簿.csv").write_text(corrected, encoding="utf-8-sig")
    rows = since(check(again(first), history))
    told = [(r["番号"], r["前回の回答"], r["今回の回答"], r["理由"]) for r in rows]
    assert told == [
        ("A-1", "未納あり", "完納", "納付が台帳に載った"),
        ("A-3", "複数候補 (要確認)", "完納", "依頼の記載が直された"),
    ]
    assert "収納額 0円 → 10,800円" in str(rows[0]["理由の中身"])
    assert "旧町9番9号 → みなと市試験町5番6号" in str(rows[1]["理由の中身"])


def test_an_address_corrected_in_the_ledger_is_told(
    tmp_path: Path, history: RunHistory
) -> None:
    first = request(tmp_path)
    check(first, history)
    moved = PERSONS.replace("試験町5番6号", "旧町9番9号")
    (tmp_path / "台帳.csv").write_text(moved, encoding="utf-8-sig")
    (row,) = since(check(again(first), history))
    assert row["理由"] == "住民台帳の記載が変わった"
    assert "住所 みなと市試験町5番6号 → みなと市旧町9番9号" in str(row["理由の中身"])


def test_nothing_changed_is_said_in_so_many_words(
    tmp_path: Path, history: RunHistory
) -> None:
    first = request(tmp_path)
    check(first, history)
    result = check(again(first), history)
    facts = openpyxl.load_workbook(result.office_copy)["結論"]
    told = [row[1].value for row in facts.iter_rows() if row[0].value == "前回との違い"]
    assert told == ["令和8年11月20日 09時30分（aaaa00000001）から変わった人はいません"]


def test_a_run_that_released_nothing_new_is_not_kept_twice(
    tmp_path: Path, history: RunHistory
) -> None:
    first = replace(request(tmp_path), keep_finished=True)
    check(first, history)
    check(replace(first, run_id="cccc00000003"), history)
    assert [head.run_id for head in history.heads()] == ["aaaa00000001"]


def test_two_runs_are_compared_earlier_first_whatever_order_they_are_named(
    tmp_path: Path, history: RunHistory
) -> None:
    first = request(tmp_path)
    check(first, history)
    check(replace(again(first), as_of=dt.date(2026, 11, 19)), history)
    for names in (("aaaa", "bbbb"), ("bbbb", "aaaa")):
        found, path = compare_runs(history, *names, folder=tmp_path / "差", now=NOW)
        assert (found.before.run_id, found.unchanged) == ("aaaa00000001", 3)
        assert path == tmp_path / "差" / "差分.xlsx"
        assert openpyxl.load_workbook(path).sheetnames == ["結論", "変わった人"]
