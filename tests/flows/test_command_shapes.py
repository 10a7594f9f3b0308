"""The `yakuba` command keeps its shapes: checks and staff alike rely on them."""

from __future__ import annotations

import csv
import io
import json
import sys
from pathlib import Path

import pytest

from flows import cli

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_docs"


@pytest.fixture
def yakuba(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
):
    monkeypatch.setenv("YAKUBA_HOME", str(ROOT))
    monkeypatch.setenv("YAKUBA_WORK", str(tmp_path / "work"))

    def run(*words: str, stdin: str = "") -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["yakuba", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out, shown.err

    return run


@pytest.mark.parametrize(
    ("kind", "text", "value"),
    [
        pytest.param("date", "令和5年4月1日", "2023-04-01", id="date"),
        pytest.param(
            "name",
            "髙橋　一郎",
            {
                "display": "髙橋　一郎",
                "key": "高橋一郎",
                "family": "髙橋",
                "given": "一郎",
            },
            id="name",
        ),
        pytest.param("amount", "￥12,345円", 12345, id="amount"),
        pytest.param("postal", "〒７４８－０００１", "748-0001", id="postal"),
    ],
)
def test_normalize_prints_input_value_status_and_notes(
    yakuba, kind: str, text: str, value: object
):
    code, out, _ = yakuba("normalize", kind, stdin=f"{text}\n")
    line = json.loads(out)
    assert code == 0
    assert set(line) == {"input", "value", "status", "notes"}
    assert (line["input"], line["value"], line["status"]) == (text, value, "ok")


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        pytest.param("kana", {"display", "strict", "search"}, id="kana"),
        pytest.param(
            "address",
            {"prefecture", "city", "town", "number", "building", "key"},
            id="address",
        ),
    ],
)
def test_normalize_names_the_parts_of_a_value(yakuba, kind: str, keys: set[str]):
    text = "ミナト" if kind == "kana" else "汐見県みなと市本町1-2-3"
    _, out, _ = yakuba("normalize", kind, stdin=f"{text}\n")
    assert set(json.loads(out)["value"]) == keys


def test_normalize_gives_the_candidates_of_an_ambiguous_date(yakuba):
    _, out, _ = yakuba("normalize", "date", stdin="5.4.1\n")
    line = json.loads(out)
    assert line["status"] == "ambiguous"
    assert "2023-04-01" in line["value"]


def test_normalize_fills_in_the_city_of_the_office_when_asked(yakuba):
    _, out, _ = yakuba("normalize", "address", "--home", stdin="本町1-2-3\n")
    assert json.loads(out)["value"]["city"] == "みなと市"


def test_normalize_keeps_one_line_out_for_each_line_in(yakuba):
    _, out, _ = yakuba("normalize", "date", stdin="R5.4.1\n\nきのう\n")
    assert [json.loads(line)["input"] for line in out.splitlines()] == [
        "R5.4.1",
        "",
        "きのう",
    ]


def test_an_unknown_kind_is_wrong_usage_and_names_the_kinds(yakuba):
    code, _, err = yakuba("normalize", "foo")
    assert code == 2
    assert "corporate_number" in err


def test_charge_prints_yen_and_spans_of_the_published_example(yakuba):
    words = ("--tax-yen", "56400", "--due", "令和8年2月2日", "--paid", "2026-05-29")
    code, out, _ = yakuba("charge", *words)
    assert code == 0
    assert "延滞金 1,300 円" in out
    assert "1,228" in out
    _, out, _ = yakuba("charge", *words, "--json")
    charge = json.loads(out)
    assert charge["charge_yen"] == 1300
    assert [(s["days"], s["yen"]) for s in charge["spans"]] == [(28, 120), (88, 1228)]


def test_charge_of_a_year_without_a_rate_says_which(yakuba):
    code, _, err = yakuba(
        "charge", "--tax-yen", "56400", "--due", "2099-02-02", "--paid", "2099-05-29"
    )
    assert code == 1
    assert "2099" in err
    assert "RATE-001" in err


@pytest.mark.slow
def test_check_answers_every_row_of_the_request_once(yakuba, tmp_path: Path):
    taxes = [p for p in (SAMPLES / "ledgers").iterdir() if p.stem != "住民台帳"]
    code, out, _ = yakuba(
        *("check", "--request", str(SAMPLES / "request" / "申請者名簿.xlsx")),
        *("--persons", str(SAMPLES / "ledgers" / "住民台帳.csv")),
        *("--taxes", *map(str, taxes)),
        *("--as-of", "2026-10-31", "--out", str(tmp_path / "out")),
    )
    assert code == 3
    assert "入力 58 = 回答済み" in out
    with (tmp_path / "out" / "answers.csv").open(encoding="utf-8-sig") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 53
    assert {"番号", "回答", "宛名番号", "根拠"} <= set(rows[0])
    for name in ("税務課控え.xlsx", "回答書.xlsx"):
        assert (tmp_path / "out" / name).read_bytes()[:2] == b"PK"


@pytest.mark.slow
def test_read_prints_a_line_per_field_and_one_bad_file_stops_no_other(
    yakuba, tmp_path: Path
):
    broken = tmp_path / "壊れた.pdf"
    broken.write_bytes(b"%PDF-1.7")
    out_file = tmp_path / "fields.jsonl"
    code, _, err = yakuba(
        *("read", "--form", str(ROOT / "configs" / "forms" / "subsidy_2026.yaml")),
        *(str(broken), str(SAMPLES / "inbox" / "電子申請_20261112.pdf")),
        *("--out", str(out_file)),
    )
    lines = [json.loads(line) for line in out_file.read_text("utf-8").splitlines()]
    assert code == 3
    assert "壊れた.pdf" in err
    assert len(lines) == 13
    for line in lines:
        assert {
            *("file", "page", "form", "field", "value", "text"),
            *("status", "confidence", "proofs", "box"),
        } <= set(line)
        assert line["status"] in {"accepted", "ask", "blank"}
        assert 0.0 <= line["confidence"] <= 1.0
        assert len(line["box"]) == 4


def test_savings_of_an_empty_account_says_so(yakuba, tmp_path: Path):
    code, out, _ = yakuba("savings", "--out", str(tmp_path / "reports"))
    assert code == 0
    assert list((tmp_path / "reports").glob("*.xlsx"))
    assert "報告" in out


def test_doctor_tells_what_is_good_and_ends_well_on_a_whole_installation(yakuba):
    code, out, _ = yakuba("doctor", "--port", "0", "--review-port", "0")
    assert code == 0
    assert "Tesseract の日本語データ" in out
    assert "×" not in out


def test_faults_of_the_configuration_come_all_at_once(
    yakuba, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    home = tmp_path / "home"
    (home / "configs" / "forms").mkdir(parents=True)
    for path in (ROOT / "configs").glob("*.yaml"):
        (home / "configs" / path.name).write_bytes(path.read_bytes())
    (home / "configs" / "municipality.yaml").write_text("city: 1\nfoo: 2\n", "utf-8")
    (home / "configs" / "schedules.yaml").write_text("deployments: 3\n", "utf-8")
    monkeypatch.setenv("YAKUBA_HOME", str(home))
    code, _, err = yakuba("savings")
    assert code == 2
    for place in ("municipality.yaml", "schedules.yaml", "forms"):
        assert place in err


def test_a_file_that_is_not_there_is_named(yakuba, tmp_path: Path):
    code, _, err = yakuba(
        *("check", "--request", str(tmp_path / "名簿.xlsx")),
        *("--persons", "p.csv", "--taxes", "t.csv"),
        *("--as-of", "2026-10-31", "--out", str(tmp_path)),
    )
    assert code == 1
    assert "名簿.xlsx" in err
    assert "見つかりません" in err


def test_wrong_usage_ends_with_two(yakuba):
    code, _, _ = yakuba("charge", "--tax-yen", "many")
    assert code == 2
