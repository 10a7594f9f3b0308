"""The report of hours saved, in each of its forms."""

import csv
import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
import python_calamine
from PIL import Image

from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.savings import EntryKind, RunEffort, TypedEntry
from tasks.domain.office.periods import Period
from tasks.domain.office.settings import Baseline, SavingsRules
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.hours_saved.savings_sums import AccountSums, SavingsSums
from tasks.edges.office_database.database import Database, open_database
from tasks.procedures.savings_report import SavingsReport, make_report

TOKYO = dt.timezone(dt.timedelta(hours=9))
NIGHT = dt.datetime(2026, 4, 15, 2, 0, tzinfo=TOKYO)
JOB = "tax_delinquency"
CHART = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


def baseline(
    job: str = JOB, *, samples: int = 40, upkeep: float = 0.0, title: str = ""
) -> Baseline:
    return Baseline(
        job=job,
        title=title or ("滞納確認" if job == JOB else job),
        section="税務課",
        contents="照合",
        minutes_per_item=6.0,
        samples=samples,
        measured_by="税務課",
        measured_on=NIGHT.date(),
        valid_from=dt.date(2026, 4, 1),
        upkeep_minutes_per_month=upkeep,
    )


def rules(*baselines: Baseline) -> SavingsRules:
    return SavingsRules(
        yen_per_hour=2643,
        yen_basis="令和7年度の平均人件費",
        baselines=baselines or (baseline(), baseline("losing")),
    )


def record(database: Database, *items: str, job: str = JOB, samples: int = 40) -> None:
    SavingsLedger(database).record(
        RunEffort(job, "run", NIGHT, items=items, attended_minutes=1.5),
        baseline(job, samples=samples),
    )


def lose(database: Database, minutes: float) -> None:
    SavingsLedger(database).enter(
        TypedEntry("losing", EntryKind.MEETING, NIGHT, NIGHT.date(), "課", minutes),
        None,
    )


def report(
    database: Database,
    folder: Path,
    by: SavingsRules | None = None,
    period: Period | None = None,
) -> SavingsReport:
    return make_report(
        period or Period.month(NIGHT.date()),
        database=database,
        rules=by or rules(),
        folder=folder,
        now=NIGHT,
        city="みなと市",
    )


def cells(file: Path, sheet: str) -> list[list[object]]:
    book = python_calamine.CalamineWorkbook.from_path(file)
    return book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def test_the_workbook_holds_the_ledger_s_hours_as_numbers(
    database: Database, tmp_path: Path
) -> None:
    record(database, *(f"i{n}" for n in range(100)))
    found = cells(report(database, tmp_path).workbook, "削減時間")
    assert found[0][0] == "削減時間　令和8年4月1日～令和8年4月30日"
    assert found[2][:8] == [
        "担当課",
        "業務名",
        "内容",
        "件数",
        "導入前 h",
        "導入後 h",
        "削減 h",
        "削減率",
    ]
    assert found[3][:4] == ["税務課", "滞納確認", "照合", "100件"]
    assert found[3][4:7] == pytest.approx([10.0, 0.025, 9.975])
    assert found[3][8] == round(9.975 * 2643)
    assert found[4][4:7] == pytest.approx([10.0, 0.025, 9.975])
    assert "2,643円" in str(found)
    assert "令和7年度の平均人件費" in str(found)


def test_every_form_of_the_report_says_the_same_total(
    database: Database, tmp_path: Path
) -> None:
    record(database, *(f"i{n}" for n in range(100)))
    lose(database, 30)
    made = report(database, tmp_path)
    # 600 minutes before; 1.5 watching and 30 of meetings after.
    words = "9時間28分30秒"
    assert words in made.markdown
    assert words in made.page.read_text(encoding="utf-8")
    assert words in str(cells(made.workbook, "台帳との突合"))
    rows = list(csv.DictReader(io.StringIO(made.csv.read_text("utf-8-sig"))))
    seconds = sum(float(row["削減（秒）"]) for row in rows)
    assert seconds == 9 * 3600 + 28 * 60 + 30
    months = cells(made.workbook, "月別")
    assert months[4][9] == pytest.approx(seconds / 3600)
    proof = cells(made.workbook, "台帳との突合")[3:]
    assert [row[0] for row in proof] == [
        "導入前",
        "立会い",
        "確認",
        "手作業",
        "例外対応",
        "維持",
        "導入後",
        "削減",
    ]
    assert all(row[4] == 0 for row in proof)
    assert proof[-1][1:4] == [words] * 3


def test_the_page_needs_no_script_and_nothing_from_outside(
    database: Database, tmp_path: Path
) -> None:
    record(database, "a")
    page = report(database, tmp_path).page.read_text(encoding="utf-8")
    outside = re.findall(r"(?:src|href|url\(|@import|<script|<link)", page)
    assert outside == []
    assert page.count("<svg") == 3
    assert set(re.findall(r"https?://[^\"\s]+", page)) == {"http://www.w3.org/2000/svg"}


def test_a_title_cannot_break_the_page_or_run_as_a_formula(
    database: Database, tmp_path: Path
) -> None:
    record(database, "a")
    odd = rules(baseline(title='=1+1<script>"&'), baseline("losing"))
    made = report(database, tmp_path, odd)
    page = made.page.read_text(encoding="utf-8")
    assert "<script>" not in page
    assert "=1+1&lt;script&gt;" in page
    assert cells(made.workbook, "削減時間")[3][1] == '=1+1<script>"&'
    assert "'=1+1" in made.csv.read_text("utf-8-sig")


def test_the_picture_is_a_slide(database: Database, tmp_path: Path) -> None:
    record(database, "a")
    made = report(database, tmp_path)
    if made.picture is None:
        pytest.skip("no Japanese font on this PC")
    with Image.open(made.picture) as image:
        assert image.size == (1600, 900)
        assert len(set(image.convert("L").resize((80, 45)).tobytes())) > 10


def test_no_samples_means_estimate_and_no_yen(
    database: Database, tmp_path: Path
) -> None:
    record(database, "a", samples=0)
    made = report(database, tmp_path, rules(baseline(samples=0)))
    assert made.table[0]["業務名"] == "滞納確認（仮）"
    assert made.table[0]["金額"] == made.table[-1]["金額"] == "仮"
    assert "測っていない業務" in made.markdown
    assert not re.search(r"[0-9]円", "".join(made.table[0].values()))


def test_a_job_that_lost_time_is_shown_as_such(
    database: Database, tmp_path: Path
) -> None:
    record(database, "a", job="losing")
    lose(database, 58.5)
    made = report(database, tmp_path)
    assert made.table[0]["削減 h"] == "-0.9"
    assert made.table[0]["金額"].startswith("-")
    assert "手作業より時間がかかった業務: losing" in made.markdown


def test_fixed_upkeep_is_in_the_account_once_however_often_it_is_reported(
    database: Database, tmp_path: Path
) -> None:
    by = rules(baseline(upkeep=30.0))
    year = Period.fiscal_year(2026)
    for _ in range(2):
        made = make_report(
            year,
            database=database,
            rules=by,
            folder=tmp_path,
            now=dt.datetime(2026, 9, 2, tzinfo=TOKYO),
        )
    # April to September: months that have not begun have cost nothing yet.
    assert made.statement.table.total.upkeep_ms == 6 * 30 * 60_000
    assert made.statement.table.yen == -6 * round(2643 / 2 + 0.1)


def test_an_empty_report_says_so(database: Database, tmp_path: Path) -> None:
    made = report(database, tmp_path)
    assert "この期間の記録はありません" in made.markdown
    assert "この期間の記録はありません" in made.page.read_text(encoding="utf-8")
    assert made.workbook.exists()
    assert made.table == ()


def test_a_report_that_cannot_be_written_needs_a_person(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "削減時間_20260401-20260430.xlsx").mkdir()
    with pytest.raises(NeedsPersonError, match="FILE-003"):
        report(database, tmp_path)


def test_what_is_entered_after_the_end_of_a_period_is_told(
    database: Database, tmp_path: Path
) -> None:
    record(database, "a")
    lose(database, 30)
    assert "期間の終わった後に" not in report(database, tmp_path).markdown
    june = NIGHT + dt.timedelta(days=50)
    SavingsLedger(database).enter(
        TypedEntry("losing", EntryKind.MEETING, june, NIGHT.date(), "課", 90), None
    )
    made = report(database, tmp_path)
    assert (
        "期間の終わった後に付けられた記入が 1件あります（削減 -1.5時間）"
        in made.markdown
    )


def test_a_report_that_is_not_what_the_account_says_is_not_written(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    record(database, "a", "b")
    honest = SavingsSums.until

    def with_a_line_lost(self: SavingsSums, period: Period) -> AccountSums:
        found = honest(self, period)
        return AccountSums((), (), found.whole)

    monkeypatch.setattr(SavingsSums, "until", with_a_line_lost)
    with pytest.raises(NeedsPersonError, match="BALANCE-001"):
        report(database, tmp_path)
    assert list(tmp_path.glob("削減時間*")) == []


def chart_axes(file: Path) -> list[list[tuple[str, str | None, str | None]]]:
    """Return the value axes of each chart: id, lower and upper end."""
    found = []
    with zipfile.ZipFile(file) as whole:
        for name in sorted(n for n in whole.namelist() if "charts/chart" in n):
            root = ET.fromstring(whole.read(name))  # noqa: S314 - our own
            axes = []
            for axis in root.iter(f"{CHART}valAx"):
                ends = {
                    end: axis.find(f"{CHART}scaling/{CHART}{end}")
                    for end in ("min", "max")
                }
                low, high = (
                    None if one is None else one.get("val") for one in ends.values()
                )
                axes.append((axis.find(f"{CHART}axId").get("val"), low, high))
            found.append(axes)
    return found


def test_no_axis_begins_above_zero_and_both_sides_share_one(
    database: Database, tmp_path: Path
) -> None:
    # Two jobs within a percent of each other: Excel would cut their axis off.
    record(database, *(f"i{n}" for n in range(1000)))
    record(database, *(f"i{n}" for n in range(1001)), job="losing")
    bars, fall, trend = chart_axes(report(database, tmp_path).workbook)
    assert [low for _, low, _ in (*bars, *fall)] == ["0", "0"]
    (_, left, left_end), (_, right, right_end) = trend
    assert float(left) == float(right) == 0
    assert float(left_end) >= 200 <= float(right_end)


def test_a_month_that_lost_time_pulls_both_axes_below_zero_alike(
    database: Database, tmp_path: Path
) -> None:
    record(database, *(f"i{n}" for n in range(100)))
    may = NIGHT + dt.timedelta(days=30)
    SavingsLedger(database).enter(
        TypedEntry(JOB, EntryKind.MEETING, may, may.date(), "課", 1500), None
    )
    period = Period(dt.date(2026, 4, 1), dt.date(2026, 5, 31))
    *_, trend = chart_axes(report(database, tmp_path, period=period).workbook)
    (_, low, high), (_, low_sum, high_sum) = (tuple(map(float, axis)) for axis in trend)
    assert low <= -25
    assert low_sum <= -15
    assert low / high == pytest.approx(low_sum / high_sum)


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠\t"))
def test_no_title_is_a_formula_in_a_spreadsheet(
    database: Database, tmp_path: Path, sign: str
) -> None:
    record(database, "a")
    title = f"{sign}HYPERLINK(1)"
    made = report(database, tmp_path, rules(baseline(title=title), baseline("losing")))
    (row,) = csv.DictReader(io.StringIO(made.csv.read_text("utf-8-sig")))
    assert row["業務名"] == f"'{title}"


def test_a_title_makes_no_link_or_picture_in_the_artifact(
    database: Database, tmp_path: Path
) -> None:
    record(database, "a")
    odd = rules(baseline(title="![x](http://a.b/c)<img src=x>"), baseline("losing"))
    made = report(database, tmp_path, odd)
    assert "](" not in made.markdown
    assert "<img" not in made.markdown
