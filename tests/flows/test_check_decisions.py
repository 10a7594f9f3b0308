"""`yakuba check --decisions`: what a clerk filled in on the copy, from the command line."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable
from pathlib import Path

import openpyxl  # noqa: TID251 - fills in what staff fill in with Excel
import pytest

from flows import cli

ROOT = Path(__file__).resolve().parents[2]
PERSONS = """宛名番号,氏名,氏名カナ,生年月日,住所
0000000011,検査　一郎,ケンサ イチロウ,昭和55年3月1日,みなと市検査町1番2号
"""
TAXES = """宛名番号,税目,賦課年度,期別,納期限,調定額,収納額
0000000011,軽自動車税,令和8年度,0,R8.6.1,10800,0
"""
REQUEST = """番号,氏名,フリガナ,生年月日,住所,同意
A-1,検査　一郎,ケンサ イチロウ,昭和55年3月1日,よその市遠い町9番9号,有
"""

Check = Callable[..., tuple[int, str, dict[str, str]]]


@pytest.fixture
def check(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
) -> Check:
    monkeypatch.setenv("YAKUBA_HOME", str(ROOT))
    monkeypatch.setenv("YAKUBA_WORK", str(tmp_path / "work"))
    for name, content in (
        ("台帳.csv", PERSONS),
        ("税.csv", TAXES),
        ("名簿.csv", REQUEST),
    ):
        (tmp_path / name).write_text(content, encoding="utf-8-sig")

    def run(out: str, *more: str) -> tuple[int, str, dict[str, str]]:
        words = [
            *("yakuba", "check", "--request", str(tmp_path / "名簿.csv")),
            *("--persons", str(tmp_path / "台帳.csv")),
            *("--taxes", str(tmp_path / "税.csv"), "--as-of", "2026-10-31"),
            *("--out", str(tmp_path / out), *more),
        ]
        monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        answers = tmp_path / out / "answers.csv"
        row: dict[str, str] = {}
        if answers.exists():
            with answers.open(encoding="utf-8-sig") as stream:
                row = next(csv.DictReader(stream))
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out + shown.err, row

    return run


def fill_in(folder: Path, name: str, entries: dict[int, str]) -> str:
    """Fill in columns of the first candidate's row of 要確認."""
    book = openpyxl.load_workbook(folder / "税務課控え.xlsx")
    for column, text in entries.items():
        book["要確認"].cell(4, column).value = text
    book.save(folder.parent / name)
    return str(folder.parent / name)


def test_a_filled_in_copy_decides_this_run_and_the_next(
    check: Check, tmp_path: Path
) -> None:
    _, _, row = check("一")
    assert row["回答"] == "複数候補 (要確認)"
    filled = fill_in(
        tmp_path / "一", "記入.xlsx", {11: "同一", 12: "免許証で確認", 13: "収納係"}
    )
    _, _, row = check("二", "--decisions", filled)
    assert (row["回答"], row["宛名番号"]) == ("未納あり", "0000000011")
    _, _, row = check("三")
    assert row["回答"] == "未納あり"


def test_an_unfinished_copy_is_refused_with_its_cells_and_changes_nothing(
    check: Check, tmp_path: Path
) -> None:
    check("一")
    filled = fill_in(tmp_path / "一", "記入.xlsx", {11: "同一"})
    code, shown, row = check("二", "--decisions", filled)
    assert (code, row) == (1, {})
    assert "要確認!L4" in shown
    assert "要確認!M4" in shown
    assert "検査" not in shown.replace("記入.xlsx", "")
    assert check("三")[2]["回答"] == "複数候補 (要確認)"
