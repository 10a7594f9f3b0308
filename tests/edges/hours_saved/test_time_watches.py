"""Running stopwatches in both databases: a press counts once, an entry too."""

import datetime as dt
import threading
from collections.abc import Iterator

import pytest

from tasks.domain.hours_saved.baseline_study import BaselineSample
from tasks.domain.hours_saved.savings import EntryKind, TypedEntry
from tasks.domain.hours_saved.time_watch import WatchKey
from tasks.edges.hours_saved.baseline_store import BaselineStore
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.hours_saved.time_watches import Press, TimeWatches
from tasks.edges.office_database.database import Database, open_database

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


def press(number: str, key: WatchKey, seconds: float, job: str = "j") -> Press:
    return Press(number, key, job, NOON + dt.timedelta(seconds=seconds), "課")


def test_a_watch_belongs_to_one_account(database: Database) -> None:
    watches = TimeWatches(database)
    watches.press("a", press("1", WatchKey.START, 0))
    watches.press("b", press("2", WatchKey.START, 30, "other"))
    assert watches.watch("a") is not None
    watches.press("b", press("3", WatchKey.DISCARD, 40, "other"))
    assert watches.watch("b") is None
    assert watches.press("a", press("4", WatchKey.STOP, 60)).timed_ms == 60_000


def test_a_press_that_arrives_in_many_threads_makes_one_sample(
    database: Database,
) -> None:
    watches = TimeWatches(database)
    watches.press("a", press("1", WatchKey.START, 0))
    lap = press("2", WatchKey.LAP, 60)
    workers = [threading.Thread(target=watches.press, args=("a", lap)) for _ in "123"]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    (sample,) = BaselineStore(database).samples()
    assert (sample.duration_ms, sample.by_whom) == (60_000, "課")


def test_what_is_written_in_twice_is_kept_once(database: Database) -> None:
    sample = BaselineSample(0, "j", 60_000, 1, "課", NOON, "時計")
    for _ in range(2):
        TimeWatches(database).write_in("w", "a", sample)
    assert len(BaselineStore(database).samples()) == 1
    entry = TypedEntry("j", EntryKind.MEETING, NOON, NOON.date(), "課", 30)
    ledger = SavingsLedger(database)
    first = ledger.enter(entry, None, entry_id="e")
    assert ledger.enter(entry, None, entry_id="e") == first
    assert ledger.enter(entry, None).line_id != first.line_id
