"""The account of minutes: every item and every second counted once."""

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import python_calamine
import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.domain.savings import Period, RunEffort
from tasks.domain.settings import Baseline, SavingsRules
from tasks.edges.database import Database, open_database, sqlite_url
from tasks.edges.database_tables import SAVINGS_ITEMS
from tasks.edges.review_store import ReviewStore
from tasks.edges.savings_ledger import SavingsLedger
from tasks.procedures.savings_report import make_report

TOKYO = dt.timezone(dt.timedelta(hours=9))
NIGHT = dt.datetime(2026, 4, 15, 2, 0, tzinfo=TOKYO)
DAY = dt.date(2026, 4, 15)
JOB = "tax_delinquency"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield found
    found.close()


@pytest.fixture
def ledger(database: Database) -> SavingsLedger:
    return SavingsLedger(database)


def baseline(job: str = JOB, *, samples: int = 40) -> Baseline:
    return Baseline(
        job=job,
        title="滞納確認" if job == JOB else job,
        section="税務課",
        minutes_per_item=6.0,
        samples=samples,
        measured_by="税務課",
        measured_on=DAY,
        valid_from=dt.date(2026, 4, 1),
    )


def effort(
    *items: str, by_hand: tuple[str, ...] = (), upkeep: float = 0.0, job: str = JOB
) -> RunEffort:
    return RunEffort(
        job=job,
        run_id="run-1",
        at=NIGHT,
        items=items,
        by_hand=by_hand,
        machine_minutes=12.0,
        attended_minutes=1.5,
        upkeep_minutes=upkeep,
    )


def answer_questions(database: Database, *seconds: float, job: str = JOB) -> None:
    store = ReviewStore(database)
    item = ReviewItem(
        item_id=item_id(job, "ab" * 32, 1, "name", QuestionKind.FIELD),
        job=job,
        kind=QuestionKind.FIELD,
        document_sha256="ab" * 32,
        file="scan_001.pdf",
        page=1,
        field_id="name",
        label="氏名",
        field_kind="name",
        form="hojokin",
        reason="",
    )
    store.ask([item])
    for one in seconds:
        store.settle(ReviewAnswer(item.item_id, Decision.BLANK, "", "山田", NIGHT, one))


def test_a_run_writes_one_line_with_what_it_did_and_cost(
    database: Database, ledger: SavingsLedger
) -> None:
    answer_questions(database, 30.0, 15.0)
    line = ledger.record(effort("a", "b", by_hand=("c",)), baseline())
    assert line is not None
    assert (line.items, line.by_hand_items, line.day) == (2, 1, DAY)
    assert (line.review_minutes, line.attended_minutes) == (0.75, 1.5)
    assert (line.before_minutes, line.after_minutes) == (18.0, 8.25)
    assert ledger.lines(DAY, DAY) == (line,)


def test_a_second_run_over_the_same_items_writes_nothing(
    database: Database, ledger: SavingsLedger
) -> None:
    answer_questions(database, 30.0)
    ledger.record(effort("a", "b"), baseline())
    assert ledger.record(effort("a", "b"), baseline()) is None
    assert len(ledger.lines(DAY, DAY)) == 1


def test_only_what_is_new_is_counted(ledger: SavingsLedger) -> None:
    ledger.record(effort("a", "b"), baseline())
    line = ledger.record(effort("a", "b", "c", "c"), baseline())
    assert line is not None
    assert line.items == 1
    assert ledger.counted_items(JOB) == 3


def test_an_item_once_counted_is_not_counted_by_hand_later(
    ledger: SavingsLedger,
) -> None:
    ledger.record(effort("a"), baseline())
    assert ledger.record(effort(by_hand=("a",)), baseline()) is None


def test_the_same_item_of_another_job_is_another_item(ledger: SavingsLedger) -> None:
    ledger.record(effort("a"), baseline())
    line = ledger.record(effort("a", job="other"), baseline("other"))
    assert line is not None
    assert line.items == 1


def test_seconds_of_every_answer_are_counted_once_and_for_their_own_job(
    database: Database, ledger: SavingsLedger
) -> None:
    answer_questions(database, 60.0)
    answer_questions(database, 600.0, job="other")
    ledger.record(effort("a"), baseline())
    answer_questions(database, 30.0)
    line = ledger.record(effort("a"), baseline())
    assert line is not None
    assert (line.items, line.review_minutes) == (0, 0.5)
    total = sum(one.review_minutes for one in ledger.lines(DAY, DAY, JOB))
    assert total * 60 == ReviewStore(database).seconds_total(JOB)


def test_checking_that_led_to_nothing_still_costs(
    database: Database, ledger: SavingsLedger
) -> None:
    answer_questions(database, 60.0)
    line = ledger.record(effort(), baseline())
    assert line is not None
    assert line.saved_minutes == -2.5


def test_upkeep_alone_is_a_line(ledger: SavingsLedger) -> None:
    line = ledger.record(effort(upkeep=45.0), baseline())
    assert line is not None
    assert line.upkeep_minutes == 45.0


def test_an_item_both_by_machine_and_by_hand_is_a_fault(ledger: SavingsLedger) -> None:
    with pytest.raises(ValueError, match="1 items both ways"):
        ledger.record(effort("a", by_hand=("a",)), baseline())
    with pytest.raises(ValueError, match="foreign baseline"):
        ledger.record(effort("a"), baseline("other"))


def test_the_day_of_a_line_is_the_office_s_own(ledger: SavingsLedger) -> None:
    # 02:00 in Tokyo is the day before in UTC.
    line = ledger.record(effort("a"), baseline())
    assert line is not None
    assert line.day == DAY
    assert line.at == NIGHT


def test_more_items_than_one_query_takes(ledger: SavingsLedger) -> None:
    many = tuple(f"item-{number}" for number in range(1300))
    ledger.record(effort(*many[:700]), baseline())
    line = ledger.record(effort(*many), baseline())
    assert line is not None
    assert line.items == 600


def test_two_runs_at_once_count_each_item_once(ledger: SavingsLedger) -> None:
    items = tuple(f"item-{number}" for number in range(50))
    workers = [
        threading.Thread(target=ledger.record, args=(effort(*items), baseline()))
        for _ in range(4)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [one.items for one in ledger.lines(DAY, DAY)] == [50]


CHILD = textwrap.dedent(
    """
    import sys
    sys.path.insert(0, sys.argv[2])
    from test_savings_ledger import baseline, effort
    from tasks.edges.database import open_database
    from tasks.edges.savings_ledger import SavingsLedger
    ledger = SavingsLedger(open_database(sys.argv[1]))
    print("ready", flush=True)
    for number in range(0, 100_000, 20):
        ledger.record(effort(*(f"i{n}" for n in range(number, number + 30))), baseline())
    """
)


@pytest.mark.slow
def test_kill_9_never_counts_an_item_without_its_line_or_twice(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "yakuba.sqlite3")
    database = open_database(url)
    ledger = SavingsLedger(database)
    here = Path(__file__)
    for round_number in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, url, str(here.parent)],
            stdout=subprocess.PIPE,
            cwd=here.parents[2],
            env={**os.environ, "PYTHONPATH": str(here.parents[2])},
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(0.05 + 0.043 * round_number)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        counted = sum(line.items for line in ledger.lines(DAY, DAY))
        assert counted == ledger.counted_items(JOB)
        with database.reading() as connection:
            lines = connection.scalar(
                sa.select(sa.func.count(sa.distinct(SAVINGS_ITEMS.c.line_id)))
            )
        assert lines == len(ledger.lines(DAY, DAY))
    assert counted > 0
    database.close()


def report_rules(*, samples: int = 40) -> SavingsRules:
    return SavingsRules(
        yen_per_hour=2643,
        yen_basis="令和7年度の平均人件費",
        baselines=(baseline(samples=samples), baseline("losing")),
    )


def test_the_report_holds_the_ledger_s_hours_as_numbers(
    database: Database, ledger: SavingsLedger, tmp_path: Path
) -> None:
    ledger.record(effort(*(f"i{n}" for n in range(100))), baseline())
    report = make_report(
        Period.month(DAY), database=database, rules=report_rules(), folder=tmp_path
    )
    rows = python_calamine.CalamineWorkbook.from_path(report.workbook)
    cells = rows.get_sheet_by_name("削減時間").to_python(skip_empty_area=False)
    assert cells[0][0] == "削減時間　令和8年4月1日～令和8年4月30日"
    assert cells[2][:7] == [
        "担当課",
        "業務名",
        "内容",
        "導入前 h",
        "導入後 h",
        "削減 h",
        "削減率",
    ]
    assert cells[3][:3] == ["税務課", "滞納確認", "100件"]
    assert cells[3][3:6] == pytest.approx([10.0, 0.025, 9.975])
    assert cells[3][7] == round(9.975 * 2643)
    assert cells[4][3:6] == pytest.approx([10.0, 0.025, 9.975])
    assert "2,643円" in str(cells)
    assert "令和7年度の平均人件費" in str(cells)


def test_the_report_says_estimate_and_no_yen_without_samples(
    database: Database, ledger: SavingsLedger, tmp_path: Path
) -> None:
    ledger.record(effort("a"), baseline(samples=0))
    report = make_report(
        Period.month(DAY),
        database=database,
        rules=report_rules(samples=0),
        folder=tmp_path,
    )
    assert report.table[0]["業務名"] == "滞納確認（仮）"
    assert report.table[0]["金額"] == "仮"
    assert report.table[-1]["金額"] == "仮"
    assert "測っていない業務" in report.markdown


def test_the_report_shows_a_job_that_lost_time(
    database: Database, ledger: SavingsLedger, tmp_path: Path
) -> None:
    answer_questions(database, 3600.0, job="losing")
    ledger.record(effort("a", job="losing"), baseline("losing"))
    report = make_report(
        Period.month(DAY), database=database, rules=report_rules(), folder=tmp_path
    )
    assert report.table[0]["削減 h"] == "-0.9"
    assert report.table[0]["金額"].startswith("-")
    assert "手作業より時間がかかった業務: losing" in report.markdown


def test_an_empty_report_says_so(database: Database, tmp_path: Path) -> None:
    report = make_report(
        Period.month(DAY), database=database, rules=report_rules(), folder=tmp_path
    )
    assert "この期間の記録はありません" in report.markdown
    assert report.workbook.exists()


def test_a_report_that_cannot_be_written_needs_a_person(
    database: Database, tmp_path: Path
) -> None:
    (tmp_path / "削減時間_20260401-20260430.xlsx").mkdir()
    with pytest.raises(NeedsPersonError, match="FILE-003"):
        make_report(
            Period.month(DAY), database=database, rules=report_rules(), folder=tmp_path
        )
