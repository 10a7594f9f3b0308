"""Bad input: one sentence, the file and the place, the right exit code, nothing lost."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from flows.cli import main
from ocr.errors import SENTENCES as READING_SENTENCES
from tasks.domain.errors import SENTENCES
from tasks.procedures.workplace import open_workplace

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_docs"
BAD = SAMPLES / "bad"
LEDGERS = SAMPLES / "ledgers"
TAXES = [path for path in sorted(LEDGERS.iterdir()) if path.stem != "住民台帳"]
PERSONS = LEDGERS / "住民台帳.csv"
LIST = SAMPLES / "request" / "申請者名簿.xlsx"
DONE, FAILED, WRONG_USE, NEEDS_PERSON = 0, 1, 2, 3
GOOD = "scan_20261109_001.png"
DUPLICATE = "scan_20261109_001のコピー.png"

CODES = {
    row["file"]: row["code"]
    for row in csv.DictReader(
        io.StringIO((SAMPLES / "keys/bad.csv").read_text(encoding="utf-8-sig"))
    )
}
UNREADABLE = {name: code for name, code in CODES.items() if code.startswith("PAGE-")}


@pytest.fixture
def yakuba(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Runs a command in this process; returns its exit code and what it printed."""

    def run(*arguments: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["yakuba", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        shown = capsys.readouterr()
        assert isinstance(ended.value.code, int)
        return ended.value.code, shown.out, shown.err

    return run


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose configuration may be spoilt."""
    shutil.copytree(ROOT / "configs", tmp_path / "home" / "configs")
    monkeypatch.setenv("YAKUBA_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def check_command(
    out: Path,
    *,
    requests: tuple[Path, ...] = (LIST,),
    persons: Path = PERSONS,
    as_of: str = "2026-10-31",
) -> list[str | Path]:
    return [
        *("check", "--request", *requests, "--persons", persons),
        *("--taxes", *TAXES, "--as-of", as_of, "--out", out),
    ]


def assert_one_sentence(err: str, code: str, *places: str) -> None:
    """The sentence of the code stands on a line of its own, every place below it."""
    sentence = SENTENCES.get(code) or READING_SENTENCES[code]
    assert err.lstrip().startswith(f"エラー: {sentence}（{code}）\n")
    assert err.count("エラー:") == 1
    for place in places:
        assert place in err
    assert "Traceback" not in err
    assert 'File "' not in err


# --- the flow, as staff start it ---------------------------------------------------


@pytest.mark.slow
def test_unreadable_files_go_to_the_aside_folder_and_the_others_are_read(
    office,
) -> None:
    for name in UNREADABLE:
        office.put(BAD / name)
    office.put(SAMPLES / "inbox" / GOOD)
    office.put(BAD / DUPLICATE)
    office.put(BAD / "途中で切れた.pdf", "まだ届く.pdf", age_s=1.0)
    # The same bytes as one that was cut short long ago would be its duplicate.
    with (office.inbox / "まだ届く.pdf").open("ab") as stream:
        stream.write(b"%")
    office.put(SAMPLES / "inbox" / GOOD, "コピー中.png.part")
    (office.inbox / "名簿の控え").mkdir()
    before = {path.name: path.stat().st_size for path in office.inbox.iterdir()}

    ended = office.demo()

    assert ended.code == NEEDS_PERSON, ended.printed
    assert "Traceback" not in ended.printed
    assert {path.name: path.stat().st_size for path in office.inbox.iterdir()} == before
    aside = {path.name for path in office.aside.iterdir()}
    assert aside == {*UNREADABLE, *(f"{name}.理由.txt" for name in UNREADABLE)}
    for name, code in UNREADABLE.items():
        reason = (office.aside / f"{name}.理由.txt").read_text(encoding="utf-8-sig")
        assert (
            reason == f"ファイル: {name}\n理由: {READING_SENTENCES[code]}（{code}）\n"
        )
        assert _sha256(office.aside / name) == _sha256(BAD / name)
    assert str(office.aside) in ended.out
    answers = next(office.work.glob("results/*/answers.csv"))
    rows = list(csv.DictReader(io.StringIO(answers.read_text(encoding="utf-8-sig"))))
    # 'のコピー' sorts before '.png' or after: one of the two is read, once.
    forms = [row for row in rows if row["番号"].endswith("ページ")]
    assert [row["回答"] for row in forms] == ["未納あり"]
    (balance,) = re.findall(r"^入力 .* = .*$", ended.out, re.MULTILINE)
    assert f"エラー {len(UNREADABLE)} " in balance
    came_in, outcomes = balance.removeprefix("入力 ").split(" = ")
    assert int(came_in) == sum(map(int, re.findall(r" (\d+)(?: |$)", f" {outcomes}")))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spoil", "code", "places"),
    [
        pytest.param("nothing", "FILE-007", ["inbox"], id="nothing to do"),
        pytest.param("list", "TABLE-002", ["生年月日"], id="list without birth dates"),
        pytest.param(
            "results", "FILE-003", ["Not a directory"], id="no results folder"
        ),
    ],
)
def test_a_run_that_cannot_go_on_says_so_once_and_loses_nothing(
    office, spoil: str, code: str, places: list[str]
) -> None:
    if spoil == "nothing":
        (office.requests / LIST.name).unlink()
    else:
        office.put(SAMPLES / "inbox" / GOOD)
    if spoil == "list":
        shutil.copyfile(
            BAD / "生年月日のない名簿.xlsx", office.requests / "追加の名簿.xlsx"
        )
        places = [*places, "追加の名簿.xlsx"]
    if spoil == "results":
        office.work.mkdir(parents=True)
        (office.work / "results").write_bytes(b"")

    ended = office.demo()

    assert ended.code == FAILED, ended.printed
    assert_one_sentence(ended.err, code, *places)
    assert "prefect" not in ended.err.lower()
    if spoil == "results":
        place = open_workplace(office.home, work=office.work)
        assert place.audit.verify() == 1
        assert place.savings.counted_items("tax_delinquency") == 0
        place.database.close()
        (office.work / "results").unlink()
        mended = office.demo()
        assert mended.code == NEEDS_PERSON, mended.printed
        assert "削減時間: 前回から" not in mended.out


@pytest.mark.slow
def test_a_full_disk_leaves_no_half_results_and_the_next_run_makes_them(office) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk")
    office.put(SAMPLES / "inbox" / GOOD)
    results = office.work / "results"
    results.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(results)]
    if subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("mounting is not allowed here")
    try:
        ended = office.demo()
        left = [path for path in results.rglob("*") if path.is_file()]
    finally:
        subprocess.run(["umount", str(results)], check=True)
    assert ended.code == FAILED
    assert_one_sentence(ended.err, "FILE-003", "No space left")
    assert left == []
    mended = office.demo()
    assert mended.code == NEEDS_PERSON, mended.printed
    assert len(list(results.glob("*/*"))) == 3


def test_all_faults_of_all_configuration_files_are_told_at_once(home: Path, yakuba):
    configs = home / "configs"
    for name, line in (
        ("municipality.yaml", "unbekannt: 1\n"),
        ("acceptance.yaml", "oldest_birth_year: いつか\n"),
        ("forms/subsidy_2019.yaml", "colour: red\n"),
    ):
        path = configs / name
        text = path.read_text(encoding="utf-8")
        key = line.split(":")[0]
        text = re.sub(rf"^{key}:.*\n", "", text, flags=re.MULTILINE)
        path.write_text(text + line, encoding="utf-8")
    (configs / "baselines.yaml").write_text("baselines: [\n", encoding="utf-8")
    code, _, err = yakuba("demo", "--work", home / "work")
    assert code == WRONG_USE
    assert_one_sentence(
        err,
        "SETTINGS-001",
        *("municipality.yaml", "unbekannt", "acceptance.yaml", "oldest_birth_year"),
        *("subsidy_2019.yaml", "colour", "baselines.yaml"),
    )
    assert not (home / "work" / "results").exists()


# --- yakuba check ------------------------------------------------------------------


def test_check_names_file_and_row_of_a_list_without_birth_dates(
    home: Path, yakuba, tmp_path: Path
):
    out = tmp_path / "out"
    bad_list = BAD / "生年月日のない名簿.xlsx"
    code, _, err = yakuba(*check_command(out, requests=(bad_list,)))
    assert code == FAILED
    assert_one_sentence(err, "TABLE-002", bad_list.name, "名簿!3行", "生年月日")
    assert not out.exists()


def test_check_tells_the_faults_of_all_lists_at_once(
    home: Path, yakuba, tmp_path: Path
):
    lists = {
        "列なし.csv": "番号,氏名,メモ\n1,,x\n".encode(),
        "見出しなし.csv": "あ,い\n1,2\n".encode(),
        "表ではない.xlsx": b"MZ\x90\x00",
        "空.csv": b"",
    }
    for name, content in lists.items():
        (tmp_path / name).write_bytes(content)
    paths = tuple(tmp_path / name for name in lists)
    code, _, err = yakuba(*check_command(tmp_path / "out", requests=(LIST, *paths)))
    assert code == FAILED
    assert_one_sentence(err, "TABLE-002", *lists)


def test_check_names_every_missing_file(home: Path, yakuba, tmp_path: Path):
    missing = (tmp_path / "名簿.xlsx", tmp_path / "名簿2.csv")
    code, _, err = yakuba(
        *check_command(
            tmp_path / "out", requests=missing, persons=tmp_path / "台帳.csv"
        )
    )
    assert code == FAILED
    assert_one_sentence(err, "FILE-001", "名簿.xlsx", "名簿2.csv", "台帳.csv")


@pytest.mark.parametrize(
    ("declared", "content"),
    [
        pytest.param("cp932", None, id="declared otherwise"),
        pytest.param("", "住民,宛名番号\n".encode("euc_jp"), id="not declared"),
    ],
)
def test_check_stops_at_a_ledger_whose_encoding_is_not_proved(
    home: Path, yakuba, tmp_path: Path, declared: str, content: bytes | None
):
    ledger = tmp_path / "台帳.csv"
    wrong = (BAD / "文字コード違いの住民台帳.csv").read_bytes()
    ledger.write_bytes(wrong if content is None else content)
    if declared:
        (home / "configs" / "columns.yaml").write_text(
            f'request: {{}}\npersons: {{}}\ntaxes: {{}}\nencodings: {{"*.csv": {declared}}}\n',
            encoding="utf-8",
        )
    code, _, err = yakuba(*check_command(tmp_path / "out", persons=ledger))
    assert code == FAILED
    assert_one_sentence(err, "TABLE-003", "台帳.csv")
    assert not (tmp_path / "out").exists()


def test_check_says_that_the_day_is_none_before_it_reads_anything(
    home: Path, yakuba, tmp_path: Path
):
    code, _, err = yakuba(*check_command(tmp_path / "out", as_of="2026-13-41"))
    assert code == FAILED
    assert_one_sentence(err, "DATE-001", "--as-of")


def test_check_says_that_it_cannot_write_and_leaves_earlier_results(
    home: Path, yakuba, tmp_path: Path
):
    (tmp_path / "file").write_text("kept")
    code, _, err = yakuba(*check_command(tmp_path / "file" / "out"))
    assert code == FAILED
    assert_one_sentence(err, "FILE-003", "Not a directory")
    assert (tmp_path / "file").read_text() == "kept"


# --- yakuba read -------------------------------------------------------------------


@pytest.mark.slow
def test_read_tells_each_bad_file_and_reads_the_others(
    home: Path, yakuba, tmp_path: Path
):
    files = [BAD / name for name in UNREADABLE]
    out = tmp_path / "out.jsonl"
    command = ("read", "--form", ROOT / "configs/forms", "--out", out)
    code, _, err = yakuba(*command, *files, SAMPLES / "inbox" / GOOD)
    assert code == NEEDS_PERSON
    for name, fault in UNREADABLE.items():
        assert f"{name}: {READING_SENTENCES[fault]}（{fault}）" in err
    assert "Traceback" not in err
    assert out.read_text(encoding="utf-8").count(f'"file": "{GOOD}"') > 10
    code, _, _ = yakuba(*command, *files)
    assert code == FAILED


def test_read_tells_all_faults_of_form_definitions_with_exit_code_2(
    home: Path, yakuba, tmp_path: Path
):
    broken = tmp_path / "broken.yaml"
    broken.write_text("form: a\ncolour: red\nfields: 3\n", encoding="utf-8")
    no_yaml = tmp_path / "no.yaml"
    no_yaml.write_text("form: [\n", encoding="utf-8")
    code, _, err = yakuba(
        *("read", "--form", broken, "--form", no_yaml, BAD / "空のファイル.pdf")
    )
    assert code == WRONG_USE
    assert_one_sentence(err, "SETTINGS-001", "broken.yaml", "colour", "no.yaml")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        pytest.param(["read", "a.pdf"], "必要な指定がありません: --form", id="missing"),
        pytest.param(
            ["check", "--bogus"], "そのような指定はありません: --bogus", id="no"
        ),
        pytest.param(["demo", "--work"], "指定に値がありません: --work", id="no value"),
        pytest.param(["demo", "a"], "使い方が正しくありません", id="too many"),
        pytest.param(["pay"], "そのようなコマンドはありません", id="command"),
        pytest.param(
            ["charge", "--tax-yen", "十円", "--due", "R8.1.1", "--paid", "R8.2.1"],
            "指定の値が正しくありません: --tax-yen",
            id="value",
        ),
    ],
)
def test_wrong_use_is_told_in_japanese_with_exit_code_2(
    yakuba, arguments: list[str], told: str
):
    code, _, err = yakuba(*arguments)
    assert code == WRONG_USE
    assert err.startswith(f"エラー: {told}\n")
    assert "--help" in err
    assert "Error" not in err


def test_a_fault_of_the_program_is_told_by_its_place_and_never_by_its_value(
    home: Path, yakuba, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    def broken(*_: object, **__: object) -> int:
        raise ValueError("日野　佳奈")

    monkeypatch.setattr("flows.commands.checking.check_lists", broken)
    code, out, err = yakuba(*check_command(tmp_path / "out"))
    assert code == FAILED
    assert "日野" not in out + err
    assert "ValueError @ test_bad_input.py:" in err
    assert "Traceback" not in err


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
