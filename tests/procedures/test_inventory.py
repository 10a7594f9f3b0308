"""業務一覧: what to automate next, the KGI, and the skeleton of a manual."""

import datetime as dt
import io
import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import python_calamine
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.errors import NeedsPersonError, SettingsError
from tasks.domain.hours_saved.inventory import (
    InventoryJob,
    covering,
    expected,
    goal_by_month,
    prospects,
)
from tasks.domain.hours_saved.work_manual import work_manual
from tasks.edges.hours_saved.inventory_file import COLUMNS, load_inventory
from tasks.edges.hours_saved.manual_files import manual_docx
from tasks.procedures.inventory import report_inventory, write_manual

ROOT = Path(__file__).resolve().parents[2]
SAMPLE = ROOT / "configs" / "inventory.yaml"
TODAY = dt.date(2026, 11, 21)
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def job(title: str = "a", volume: int = 1000, **more: object) -> InventoryJob:
    return InventoryJob.model_validate(
        {
            "section": "課",
            "title": title,
            "volume_per_year": volume,
            "minutes_per_item": 6.0,
            "medium": "紙",
            "judgement": "不要",
            "error_class": "ordinary",
            **more,
        }
    )


def test_a_year_is_reckoned_as_the_forecast_before_a_run() -> None:
    # 1,000 x 6 minutes by hand; 1,000 x 2 questions x 0.25 minutes with the machine.
    found = expected(job(), 0.1)
    assert (found.by_hand_ms, found.expected_ms) == (6_000 * 60_000, 500 * 60_000)


def test_items_that_need_judgement_stay_with_people() -> None:
    # 15 % of 1,000 at 6 minutes, and 850 x 2 questions x 0.25 minutes.
    found = expected(job(judgement="一部"), 0.1)
    assert found.by_hand_ms == 6_000 * 60_000
    assert found.expected_ms == (900 + 425) * 60_000


def test_a_heavy_error_and_little_typing_do_not_pay() -> None:
    # 久慈市's tax slips: a minute to type, every field looked at.
    slips = job(minutes_per_item=1.0, error_class="strict", feasible=True)
    (row,) = prospects([slips], margin=0.1, by="items")
    assert row.state == "手作業の方が早い見込み"
    assert row.saved_hours < 0


def test_few_jobs_are_most_of_the_volume() -> None:
    rows = prospects(
        [job("a", 70), job("b", 24), job("c", 4), job("d", 2)], margin=0.1, by="items"
    )
    assert [row.job.title for row in rows] == ["a", "b", "c", "d"]
    assert covering(rows, 0.94) == 2
    assert covering(rows, 1.0) == 4


@given(st.lists(st.integers(0, 10_000), max_size=30))
def test_shares_grow_to_the_whole(volumes: list[int]) -> None:
    jobs = [job(str(n), volume) for n, volume in enumerate(volumes)]
    shares = [row.items_share for row in prospects(jobs, margin=0.1, by="items")]
    assert shares == sorted(shares)
    if sum(volumes):
        assert shares[-1] == 1.0


def test_the_goal_is_what_is_done_of_what_is_feasible() -> None:
    jobs = [
        job("a", feasible=True, done_on=dt.date(2026, 5, 31)),
        job("b", feasible=True, feasible_on=dt.date(2026, 6, 1)),
        job("c", feasible=False),
        job("d"),
    ]
    april, may, june = goal_by_month(
        jobs, first=dt.date(2026, 4, 9), last=dt.date(2026, 6, 30)
    )
    assert (april.done, april.feasible) == (0, 1)
    assert (may.done, may.feasible, may.share) == (1, 1, 1.0)
    assert (june.done, june.feasible, june.share) == (1, 2, 0.5)


def test_a_job_done_without_a_word_on_feasibility_counts_as_feasible() -> None:
    (month,) = goal_by_month([job(done_on=TODAY)], first=TODAY, last=TODAY)
    assert (month.done, month.feasible) == (1, 1)


def test_a_job_cannot_be_done_and_not_feasible(tmp_path: Path) -> None:
    file = tmp_path / "i.yaml"
    text = SAMPLE.read_text(encoding="utf-8")
    file.write_text(text.replace("feasible: true", "feasible: false", 1), "utf-8")
    with pytest.raises(SettingsError) as caught:
        load_inventory(file)
    assert "滞納確認: 導入日があるのに" in str(caught.value.faults)


def test_the_sample_list_is_reported_in_every_form(tmp_path: Path) -> None:
    made = report_inventory(
        SAMPLE, folder=tmp_path, margin=0.1, today=TODAY, city="みなと市"
    )
    assert "上位 8業務で年間件数の94%" in made.words[0]
    assert "9業務のうち 2業務を導入済み" in made.words[1]
    page = (tmp_path / "業務一覧報告.html").read_text(encoding="utf-8")
    assert page.count("<svg") == 2
    assert not re.search(r"(?:src|href|url\(|@import|<script|<link)", page)
    book = python_calamine.CalamineWorkbook.from_path(tmp_path / "業務一覧報告.xlsx")
    rows = book.get_sheet_by_name("業務一覧").to_python()
    assert [row[2] for row in rows if row[0] == 1] == ["ふるさと納税ワンストップ特例"]
    with zipfile.ZipFile(tmp_path / "業務一覧報告.xlsx") as whole:
        charts = [name for name in whole.namelist() if "charts/chart" in name]
    assert len(charts) == 2


def workbook(file: Path, *rows: tuple[object, ...]) -> Path:
    book = xlsxwriter.Workbook(str(file))
    page = book.add_worksheet("一覧")
    page.write_row(0, 0, ["業務一覧（令和8年度）"])
    page.write_row(2, 0, list(COLUMNS))
    for number, row in enumerate(rows, start=3):
        page.write_row(number, 0, row)
    book.close()
    return file


def test_a_workbook_says_the_same_as_yaml(tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "一覧.xlsx",
        (
            *("税務課", "滞納確認", 9600, 6, "紙とデータ", "一部", "普通", "可"),
            *("2026-04-20", "", 1.6, "", "係員", "申請書\n台帳", "読む\n答える", ""),
        ),
        ("収納課", "納付書", "2,900", 1, "紙", "不要", "金額・本人特定", "×"),
        ("", "", "", ""),
    )
    first, second = load_inventory(file).jobs
    assert (first.volume_per_year, first.feasible) == (9600, True)
    assert (first.inputs, first.steps) == (("申請書", "台帳"), ("読む", "答える"))
    assert first.feasible_on == dt.date(2026, 4, 20)
    assert (second.volume_per_year, second.error_class) == (2900, "strict")
    assert (second.feasible, second.who) == (False, "")


def test_every_fault_of_a_workbook_is_told_with_its_row(tmp_path: Path) -> None:
    file = workbook(
        tmp_path / "一覧.xlsx",
        ("税務課", "a", "たくさん", 6, "紙", "不要", "普通"),
        ("税務課", "b", 10, 6, "石板", "不要", "普通"),
    )
    with pytest.raises(SettingsError) as caught:
        load_inventory(file)
    assert caught.value.faults == (
        "一覧.xlsx!一覧 4行 年間件数: 値を確かめてください",
        "一覧.xlsx!一覧 5行 媒体: 値を確かめてください",
    )


@pytest.mark.parametrize(
    ("name", "code"),
    [
        pytest.param("ない.yaml", "FILE-001", id="missing"),
        pytest.param("i.txt", "FILE-006", id="another kind"),
        pytest.param("i.xlsx", "TABLE-001", id="no headings"),
    ],
)
def test_a_file_that_is_no_list_is_refused(
    tmp_path: Path, name: str, code: str
) -> None:
    (tmp_path / "i.txt").write_text("x", encoding="utf-8")
    book = xlsxwriter.Workbook(str(tmp_path / "i.xlsx"))
    book.add_worksheet().write(0, 0, "業務名")
    book.close()
    with pytest.raises(NeedsPersonError, match=code):
        load_inventory(tmp_path / name)


def test_a_manual_has_steps_and_what_to_do_by_hand(tmp_path: Path) -> None:
    made = write_manual(
        SAMPLE, "滞納確認", folder=tmp_path, today=TODAY, city="みなと市"
    )
    word, text = made
    markdown = text.read_text(encoding="utf-8")
    assert "# 業務手順書　滞納確認" in markdown
    assert "3. 確認ページの質問に答える" in markdown
    assert "## 5 機械が止まったときの手作業" in markdown
    with zipfile.ZipFile(word) as whole:
        assert whole.testzip() is None
        root = ET.fromstring(whole.read("word/document.xml"))  # noqa: S314 - our own
        for name in whole.namelist():
            ET.fromstring(whole.read(name))  # noqa: S314 - our own
    words = ["".join(p.itertext()) for p in root.iter(f"{WORD}p")]
    assert "業務手順書　滞納確認" in words
    assert "3.確認ページの質問に答える" in words
    assert words.count("（記入してください）") == 3


def test_a_manual_that_staff_may_have_written_in_is_never_overwritten(
    tmp_path: Path,
) -> None:
    write_manual(SAMPLE, "滞納確認", folder=tmp_path, today=TODAY, city="市")
    (tmp_path / "業務手順書_税務課_滞納確認.md").write_text("職員が書いた")
    with pytest.raises(NeedsPersonError, match="INVENTORY-002"):
        write_manual(SAMPLE, "滞納確認", folder=tmp_path, today=TODAY, city="市")
    assert (tmp_path / "業務手順書_税務課_滞納確認.md").read_text() == "職員が書いた"


def test_a_title_that_fits_several_jobs_lists_them(tmp_path: Path) -> None:
    with pytest.raises(NeedsPersonError, match="INVENTORY-001") as caught:
        write_manual(SAMPLE, "届", folder=tmp_path, today=TODAY, city="市")
    assert "水道課 使用開始・中止の届" in caught.value.faults


def test_letters_that_a_workbook_may_hold_do_not_break_the_manual(
    tmp_path: Path,
) -> None:
    odd = job("届\x0b出", steps=("読む\x00", "=1+1"))
    body = manual_docx(work_manual(odd, today=TODAY, city="市"))
    with zipfile.ZipFile(io.BytesIO(body)) as whole:
        for name in whole.namelist():
            ET.fromstring(whole.read(name))  # noqa: S314 - our own
