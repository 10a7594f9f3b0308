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
import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.savings import (
    EntryKind,
    FieldCount,
    RunEffort,
    TypedEntry,
    sums_of,
)
from tasks.domain.hours_saved.savings_table import added
from tasks.domain.office.periods import Period
from tasks.domain.office.settings import Baseline
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.hours_saved.savings_sums import SavingsSums
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.office_database.database_tables import SAVINGS_ITEMS
from tasks.edges.review.review_store import ReviewStore

TOKYO = dt.timezone(dt.timedelta(hours=9))
NIGHT = dt.datetime(2026, 4, 15, 2, 0, tzinfo=TOKYO)
DAY = dt.date(2026, 4, 15)
JOB = "tax_delinquency"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
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
    assert (line.review_ms, line.attended_ms) == (45_000, 90_000)
    assert line.saved_minutes == 18.0 - 8.25
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
    assert line.upkeep_ms == 45 * 60_000


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
    from tasks.edges.office_database.database import open_database
    from tasks.edges.hours_saved.savings_ledger import SavingsLedger
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
            cwd=here.parents[3],
            env={**os.environ, "PYTHONPATH": str(here.parents[3])},
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


def typed(
    kind: EntryKind, *, minutes: float = 0.0, items: int = 0, day: dt.date = DAY
) -> TypedEntry:
    return TypedEntry(
        job=JOB,
        kind=kind,
        at=NIGHT,
        day=day,
        by_whom="税務課",
        minutes=minutes,
        items=items,
        note="様式の欄を直した",
    )


def test_what_the_keeper_types_is_a_line_of_its_kind(ledger: SavingsLedger) -> None:
    upkeep = ledger.enter(typed(EntryKind.FORM_DEFINITION, minutes=45), None)
    trouble = ledger.enter(typed(EntryKind.EXCEPTION, minutes=20, items=3), None)
    by_hand = ledger.enter(typed(EntryKind.BY_HAND, items=12), baseline())
    assert (upkeep.upkeep_ms, upkeep.kind) == (
        45 * 60_000,
        EntryKind.FORM_DEFINITION,
    )
    assert (trouble.exception_ms, trouble.exception_items) == (20 * 60_000, 3)
    assert (by_hand.by_hand_items, by_hand.saved_minutes) == (12, 0.0)
    assert (upkeep.by_whom, upkeep.note) == ("税務課", "様式の欄を直した")


@pytest.mark.parametrize(
    ("entry", "known"),
    [
        pytest.param(typed(EntryKind.MEETING), True, id="no time"),
        pytest.param(typed(EntryKind.MEETING, minutes=-5), True, id="negative"),
        pytest.param(typed(EntryKind.BY_HAND), True, id="no items"),
        pytest.param(typed(EntryKind.BY_HAND, items=3), False, id="no baseline"),
    ],
)
def test_an_entry_that_holds_nothing_is_refused(
    ledger: SavingsLedger, entry: TypedEntry, *, known: bool
) -> None:
    with pytest.raises(NeedsPersonError, match="ACCOUNT-001"):
        ledger.enter(entry, baseline() if known else None)
    assert ledger.lines(DAY, DAY) == ()


def test_an_entry_taken_back_leaves_both_lines_and_no_minutes(
    ledger: SavingsLedger,
) -> None:
    entry = ledger.enter(typed(EntryKind.EXCEPTION, minutes=20, items=3), None)
    back = ledger.cancel(entry.line_id, by_whom="税務課", at=NIGHT, note="二重に記入")
    assert (back.cancels, back.day) == (entry.line_id, DAY)
    lines = ledger.lines(DAY, DAY)
    assert len(lines) == 2
    assert sum(line.saved_minutes for line in lines) == 0


def test_a_run_or_a_line_taken_back_cannot_be_taken_back(ledger: SavingsLedger) -> None:
    run = ledger.record(effort("a"), baseline())
    assert run is not None
    entry = ledger.enter(typed(EntryKind.MEETING, minutes=20), None)
    back = ledger.cancel(entry.line_id, by_whom="x", at=NIGHT, note="")
    for number in (run.line_id, entry.line_id, back.line_id, 999):
        with pytest.raises(NeedsPersonError, match="ACCOUNT-002"):
            ledger.cancel(number, by_whom="x", at=NIGHT, note="")


def test_fixed_upkeep_is_posted_once_a_month(ledger: SavingsLedger) -> None:
    for _ in range(3):
        ledger.post_standing(JOB, dt.date(2026, 4, 1), 30.0)
    ledger.post_standing(JOB, dt.date(2026, 5, 1), 30.0)
    lines = ledger.lines(dt.date(2026, 4, 1), dt.date(2026, 5, 31))
    assert [line.upkeep_ms for line in lines] == [30 * 60_000] * 2


def test_the_database_adds_up_as_the_rule_does(ledger: SavingsLedger) -> None:
    for number in range(30):
        night = NIGHT + dt.timedelta(days=5 * number)
        ledger.record(
            RunEffort(JOB, f"r{number}", night, items=(f"i{number}", f"j{number}")),
            baseline(samples=number % 3),
        )
        ledger.enter(
            typed(EntryKind.MEETING, minutes=1 / 3, day=night.date()), baseline()
        )
    period = Period(DAY + dt.timedelta(days=20), DAY + dt.timedelta(days=90))
    found = SavingsSums(ledger.database).until(period)
    assert found.within == sums_of(ledger.lines(period.first, period.last))
    assert found.ever == sums_of(ledger.lines(DAY, period.last))
    assert found.whole == added(found.within)


def test_fields_of_a_document_are_counted_when_first_judged(
    ledger: SavingsLedger,
) -> None:
    first = RunEffort(JOB, "r", NIGHT, fields=(FieldCount("d1", 8, 2),))
    later = RunEffort(
        JOB,
        "r",
        NIGHT,
        fields=(FieldCount("d1", 10, 0), FieldCount("d2", 9, 1)),
    )
    for one in (first, later, later):
        ledger.record(one, baseline())
    quality = SavingsSums(ledger.database).quality(Period.month(DAY), zone=TOKYO)
    assert (quality[JOB].fields_accepted, quality[JOB].fields_asked) == (17, 3)
    assert quality[JOB].asked_share == 0.15
    assert quality[JOB].accuracy is None


def test_a_report_is_added_up_from_the_index_alone_and_without_a_sort(
    tmp_path: Path,
) -> None:
    # Millions of lines in seconds: see benchmarks/savings_speed.py.
    columns = "items, by_hand_items, review_ms, upkeep_ms, exception_ms"
    database = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    with database.reading() as connection:
        plan = connection.exec_driver_sql(
            f"EXPLAIN QUERY PLAN SELECT job, day, minutes_per_item, samples, {columns}, "  # noqa: S608 - fixed words
            "count(*) FROM savings_lines WHERE day <= '2027-03-31' "
            "GROUP BY job, day, minutes_per_item, samples"
        ).all()
    database.close()
    words = str(plan)
    assert "COVERING INDEX savings_lines_summed" in words
    assert "TEMP B-TREE" not in words
