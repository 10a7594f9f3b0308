"""`yakuba history` as staff use it: runs listed, differences told without a name."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import openpyxl  # noqa: TID251 - the reader that did not write the file
import pytest

from flows import cli
from flows.clock import now

ROOT = Path(__file__).resolve().parents[2]
PERSONS = """宛名番号,氏名,氏名カナ,生年月日,住所
0000000011,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号
0000000012,検査　花子,ケンサ ハナコ,昭和57年4月2日,みなと市検査町1番2号
"""
TAXES = """宛名番号,税目,賦課年度,期別,納期限,調定額,収納額,状態
0000000011,軽自動車税,令和8年度,0,R8.6.1,10800,0,通常
0000000012,軽自動車税,令和8年度,0,R8.6.1,10800,10800,通常
"""
REQUEST = """番号,氏名,フリガナ,生年月日,住所,同意,依頼課
A-1,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号,有,福祉課
A-2,検査　花子,ケンサ ハナコ,昭和57年4月2日,みなと市検査町1番2号,有,契約検査課
"""


@pytest.fixture
def yakuba(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
):
    monkeypatch.setenv("YAKUBA_HOME", str(ROOT))
    monkeypatch.setenv("YAKUBA_WORK", str(tmp_path / "work"))
    monkeypatch.setenv("COLUMNS", "200")
    for name, content in (
        ("台帳.csv", PERSONS),
        ("税.csv", TAXES),
        ("名簿.csv", REQUEST),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8-sig")

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["yakuba", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO())
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return run


def check(yakuba, folder: Path, out: str) -> str:
    code, shown, _ = yakuba(
        *("check", "--request", str(folder / "名簿.csv")),
        *("--persons", str(folder / "台帳.csv"), "--taxes", str(folder / "税.csv")),
        *("--as-of", "2026-10-31", "--out", str(folder / out)),
        *(
            "--number",
            "みなと税第12号",
            "--requested-on",
            "R8.10.20",
            "--who",
            "検査係",
        ),
    )
    assert code == 3  # taxes without a ledger: a person must look
    return shown


def runs(shown: str) -> list[str]:
    return [
        line.split("│")[1].strip()
        for line in shown.splitlines()
        if line.startswith("│") and "検査係" in line
    ]


def test_history_of_an_empty_office_says_so(yakuba):
    code, shown, _ = yakuba("history")
    assert (code, "まだ実行の記録がありません" in shown) == (0, True)


def test_history_lists_runs_newest_first_without_a_name(yakuba, tmp_path: Path):
    check(yakuba, tmp_path, "結果1")
    check(yakuba, tmp_path, "結果2")
    code, shown, _ = yakuba("history")
    assert code == 0
    assert len(set(runs(shown))) == 2
    assert "名簿.csv" in shown
    assert "検査　一郎" not in shown


def test_a_difference_names_places_and_causes_and_keeps_people_in_the_workbook(
    yakuba, tmp_path: Path
):
    check(yakuba, tmp_path, "結果1")
    paid = TAXES.replace("10800,0,", "10800,10800,")
    (tmp_path / "税.csv").write_text(paid, encoding="utf-8-sig")
    check(yakuba, tmp_path, "結果2")
    _, shown, _ = yakuba("history")
    newer, older = runs(shown)
    code, told, _ = yakuba("history", "diff", older, newer)
    assert code == 0
    for words in ("名簿.csv!2行", "未納あり", "完納", "納付が台帳に載った"):
        assert words in told
    assert "検査" not in told.replace("検査係", "")
    book = openpyxl.load_workbook(tmp_path / "結果2" / "差分.xlsx")
    names = [row[1].value for row in book["変わった人"].iter_rows(min_row=3)]
    assert names == ["検査　一郎"]


def test_a_run_that_is_not_kept_is_told_as_such(yakuba):
    code, _, told = yakuba("history", "diff", "ffff", "eeee")
    assert (code, "RUN-001" in told) == (1, True)


def test_each_requesting_section_gets_a_letter_with_the_number_and_day_given(
    yakuba, tmp_path: Path
):
    shown = check(yakuba, tmp_path, "結果")
    letters = sorted(path.name for path in (tmp_path / "結果").glob("回答書*.xlsx"))
    assert letters == ["回答書_契約検査課.xlsx", "回答書_福祉課.xlsx"]
    assert all(name in shown for name in letters)
    book = openpyxl.load_workbook(tmp_path / "結果" / "回答書_福祉課.xlsx")
    cells = [str(c.value) for row in book["回答書"].iter_rows() for c in row if c.value]
    assert "みなと税第12号" in cells
    assert "1　照会日　　　　　　　　令和8年10月20日" in cells
    assert not any("花子" in text for text in cells)
    facts = openpyxl.load_workbook(tmp_path / "結果" / "税務課控え.xlsx")["結論"]
    rows = [[cell.value for cell in row] for row in facts.iter_rows()]
    (letter_row,) = [row for row in rows if row[0] == "回答書への記載"]
    assert letter_row[4] == "福祉課 1、契約検査課 1"


def test_letters_of_an_earlier_run_are_moved_aside_not_left_among_the_new(
    yakuba, tmp_path: Path
):
    one_section = REQUEST.replace("契約検査課", "福祉課")
    (tmp_path / "名簿.csv").write_text(one_section, encoding="utf-8-sig")
    check(yakuba, tmp_path, "結果")
    (tmp_path / "名簿.csv").write_text(REQUEST, encoding="utf-8-sig")
    check(yakuba, tmp_path, "結果")
    folder = tmp_path / "結果"
    assert not (folder / "回答書.xlsx").exists()
    assert (folder / "以前の回答書" / "回答書.xlsx").exists()


def test_runs_are_forgotten_only_past_their_years_and_when_told(
    yakuba, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    check(yakuba, tmp_path, "結果1")
    code, shown, _ = yakuba("history", "forget", "--delete")
    assert (code, "過ぎた記録はありません" in shown) == (0, True)
    late = now().replace(year=now().year + 6, month=4, day=1)
    monkeypatch.setattr("flows.commands.history.now", lambda: late)
    _, shown, _ = yakuba("history", "forget")
    assert "--delete を付けます" in shown
    assert len(runs(yakuba("history")[1])) == 1
    _, shown, _ = yakuba("history", "forget", "--delete")
    assert "監査記録に書きました" in shown
    assert "まだ実行の記録がありません" in yakuba("history")[1]
