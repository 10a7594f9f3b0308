"""The audit log: append-only, sealed, without numbers of people."""

import datetime as dt
import threading
from collections.abc import Iterator

import pytest
import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.edges.office_database.audit_log import AuditFile, AuditHead, AuditLog
from tasks.edges.office_database.database import open_database
from tasks.edges.office_database.database_tables import AUDIT_ENTRIES

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.timezone(dt.timedelta(hours=9)))


@pytest.fixture
def log(database_url: str) -> Iterator[AuditLog]:
    database = open_database(database_url)
    yield AuditLog(database)
    database.close()


def fill(log: AuditLog, entries: int = 4) -> None:
    for number in range(entries):
        log.append(
            "run_started",
            who="山田 葵",
            at=NOON + dt.timedelta(minutes=number),
            subject=f"run-{number}",
            files=(AuditFile("申請者名簿.xlsx", "ab" * 32),),
            details={"documents": number},
        )


def test_an_entry_says_who_did_what_on_which_files(log: AuditLog) -> None:
    fill(log, 1)
    (entry,) = log.entries()
    assert (entry.seq, entry.who, entry.action) == (1, "山田 葵", "run_started")
    assert entry.at == NOON
    assert entry.files == (AuditFile("申請者名簿.xlsx", "ab" * 32),)
    assert entry.details == (("documents", "0"),)
    assert entry.previous == "0" * 64


def test_an_untouched_log_is_whole(log: AuditLog) -> None:
    assert log.verify() == 0
    fill(log)
    assert log.verify() == 4
    assert log.verify(anchor=log.head()) == 4


@pytest.mark.parametrize(
    "column", ["at", "who", "action", "subject", "files", "details", "previous", "hash"]
)
def test_a_changed_entry_is_found(log: AuditLog, column: str) -> None:
    fill(log)
    with log.database.writing() as connection:
        value = "2026-11-21T00:00:00.000000+00:00" if column == "at" else "{}"
        connection.execute(
            sa.text(f"UPDATE audit_entries SET {column} = :value WHERE seq = 2"),  # noqa: S608
            {"value": value},
        )
    with pytest.raises(NeedsPersonError, match=r"STORE-003.*entry 2"):
        log.verify()


def test_a_removed_entry_is_found(log: AuditLog) -> None:
    fill(log)
    with log.database.writing() as connection:
        connection.execute(sa.delete(AUDIT_ENTRIES).where(AUDIT_ENTRIES.c.seq == 2))
    with pytest.raises(NeedsPersonError, match=r"STORE-003.*entry 3"):
        log.verify()


def test_entries_that_changed_places_are_found(log: AuditLog) -> None:
    fill(log)
    with log.database.writing() as connection:
        for old, new in ((2, 99), (3, 2), (99, 3)):
            connection.execute(
                sa.update(AUDIT_ENTRIES)
                .where(AUDIT_ENTRIES.c.seq == old)
                .values(seq=new)
            )
    with pytest.raises(NeedsPersonError, match="STORE-003"):
        log.verify()


def test_a_log_cut_off_is_found_by_a_head_kept_outside(log: AuditLog) -> None:
    fill(log)
    kept = log.head()
    with log.database.writing() as connection:
        connection.execute(sa.delete(AUDIT_ENTRIES).where(AUDIT_ENTRIES.c.seq > 2))
    assert log.verify() == 2
    with pytest.raises(NeedsPersonError, match=r"STORE-003.*3 to 4 are gone"):
        log.verify(anchor=kept)


def test_a_log_written_anew_is_found_by_a_head_kept_outside(log: AuditLog) -> None:
    fill(log)
    kept = AuditHead(log.head().seq, "f" * 64)
    with pytest.raises(NeedsPersonError, match=r"STORE-003.*entry 4"):
        log.verify(anchor=kept)


def test_numbers_of_twelve_digits_are_struck_out_everywhere(log: AuditLog) -> None:
    number = "123456789018"
    log.append(
        "run_started",
        who=f"x{number}",
        at=NOON,
        subject=number,
        files=(AuditFile(f"scan_{number}.pdf", "12" * 32),),
        details={"note": "１２３４ ５６７８ ９０１８", "count": 123456789018},
    )
    (entry,) = log.entries()
    shown = repr(entry).replace("12" * 32, "")
    assert number not in shown
    assert "９０１８" not in shown
    assert entry.files[0].sha256 == "12" * 32
    assert log.verify() == 1


def test_two_writers_at_once_keep_one_chain(log: AuditLog) -> None:
    workers = [threading.Thread(target=fill, args=(log, 10)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert log.verify() == 40


def test_entries_are_read_page_by_page(log: AuditLog) -> None:
    fill(log, 5)
    assert [one.seq for one in log.entries(after=1, limit=2)] == [2, 3]
