"""The database: migrations, two errors, two processes, kill -9."""

import multiprocessing
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
import traceback
from pathlib import Path

import pytest
import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError, TryAgainError
from tasks.edges.office_database.database import migrate, open_database, sqlite_url
from tasks.edges.office_database.database_tables import (
    METADATA,
    SAVINGS_ITEMS,
    SAVINGS_LINES,
)
from tasks.edges.office_database.migrations import MIGRATIONS, TYPES, Migration


def file_of(folder: Path) -> str:
    return sqlite_url(folder / "yakuba.sqlite3")


def test_open_database_makes_its_folder(tmp_path: Path) -> None:
    open_database(sqlite_url(tmp_path / "new" / "folder" / "y.sqlite3")).close()
    assert (tmp_path / "new" / "folder" / "y.sqlite3").is_file()


def test_open_database_makes_every_table(empty_url: str) -> None:
    database = open_database(empty_url)
    inspector = sa.inspect(database.engine)
    found = {
        name: [column["name"] for column in inspector.get_columns(name)]
        for name in inspector.get_table_names()
    }
    database.close()

    assert found == {
        table.name: [column.name for column in table.columns]
        for table in METADATA.sorted_tables
    }


def test_open_database_uses_write_ahead_log_and_foreign_keys(tmp_path: Path) -> None:
    database = open_database(file_of(tmp_path))
    with database.reading() as connection:
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
    database.close()


def test_opening_again_applies_nothing(empty_url: str) -> None:
    open_database(empty_url).close()
    database = open_database(empty_url)
    assert migrate(database, MIGRATIONS) == ()
    database.close()


@pytest.mark.parametrize("dialect", [pytest.param(one, id=one) for one in TYPES])
def test_every_migration_has_a_text_for_each_database(dialect: str) -> None:
    for step in MIGRATIONS:
        assert all("{" not in text for text in step.for_dialect(dialect))


def test_a_migration_that_fails_leaves_nothing_behind(database_url: str) -> None:
    database = open_database(database_url)
    broken = Migration("9999_broken", ("CREATE TABLE half (a TEXT)", "CREATE nonsense"))

    with pytest.raises(sa.exc.DBAPIError):
        migrate(database, (*MIGRATIONS, broken))

    assert "half" not in sa.inspect(database.engine).get_table_names()
    assert migrate(database, MIGRATIONS) == ()
    database.close()


def test_a_database_of_a_newer_version_is_left_alone(database_url: str) -> None:
    database = open_database(database_url)
    migrate(database, (*MIGRATIONS, Migration("9999_later", ())))
    database.close()

    with pytest.raises(NeedsPersonError, match=r"STORE-001.*9999_later"):
        open_database(database_url)


def test_a_file_that_is_no_database_needs_a_person(tmp_path: Path) -> None:
    (tmp_path / "yakuba.sqlite3").write_bytes(b"a scanned page, not a database" * 100)
    with pytest.raises(NeedsPersonError, match="STORE-001"):
        open_database(file_of(tmp_path))


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("sqlite://", id="in memory"),
        pytest.param("not a url", id="no url"),
        pytest.param("mysql://u:secret@localhost/x", id="another database"),
    ],
)
def test_a_url_that_cannot_be_used_needs_a_person_and_keeps_the_password(
    url: str,
) -> None:
    with pytest.raises(NeedsPersonError, match="STORE-001") as caught:
        open_database(url)
    assert "secret" not in str(caught.value)


def test_a_folder_that_is_a_file_needs_a_person(tmp_path: Path) -> None:
    (tmp_path / "work").write_text("")
    with pytest.raises(NeedsPersonError, match="STORE-001"):
        open_database(sqlite_url(tmp_path / "work" / "y.sqlite3"))


def test_a_database_held_by_another_is_tried_again(tmp_path: Path) -> None:
    open_database(file_of(tmp_path)).close()
    holder = sqlite3.connect(tmp_path / "yakuba.sqlite3", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    database = open_database(file_of(tmp_path), busy_seconds=0.05)

    with pytest.raises(TryAgainError, match="STORE-002"), database.writing():
        pass
    with database.reading() as connection:
        assert connection.scalar(sa.text("SELECT count(*) FROM migrations")) == len(
            MIGRATIONS
        )

    database.close()
    holder.close()


def test_a_full_disk_needs_a_person(tmp_path: Path) -> None:
    database = open_database(file_of(tmp_path))

    def fill_the_disk() -> None:
        with database.writing() as connection:
            connection.exec_driver_sql("PRAGMA max_page_count=1")
            connection.execute(
                sa.text("INSERT INTO migrations VALUES (:name)"), {"name": "x" * 99_999}
            )

    with pytest.raises(NeedsPersonError, match="FILE-003"):
        fill_the_disk()
    database.close()


def test_messages_of_broken_constraints_hold_no_values(database_url: str) -> None:
    database = open_database(database_url)
    row = {"job": "j", "item_key": "山田太郎", "line_id": 99}
    with pytest.raises(sa.exc.IntegrityError) as caught, database.writing() as db:
        db.execute(sa.insert(SAVINGS_ITEMS), [row])
    told = "".join(traceback.format_exception(caught.value))
    assert "savings_items" in told
    assert "山田" not in told
    database.close()


def test_a_reader_sees_one_moment_whatever_is_written_meanwhile(
    database_url: str,
) -> None:
    database = open_database(database_url)
    count = sa.select(sa.func.count()).select_from(SAVINGS_LINES)
    with database.reading() as reader:
        before = reader.scalar(count)
        with database.writing() as writer:
            writer.execute(_line(1))
        assert reader.scalar(count) == before == 0
    with database.reading() as reader:
        assert reader.scalar(count) == 1
    database.close()


def test_more_readers_at_once_than_connections_are_told_to_try_again(
    database_url: str,
) -> None:
    database = open_database(database_url, busy_seconds=0.05)

    def ask_on(depth: int = 0) -> None:
        assert depth < 60
        with database.reading():
            ask_on(depth + 1)

    with pytest.raises(TryAgainError, match="STORE-002"):
        ask_on()
    with database.reading() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1
    database.close()


def test_a_block_that_raises_changes_nothing(database_url: str) -> None:
    database = open_database(database_url)

    def fail_half_way() -> None:
        with database.writing() as connection:
            connection.execute(sa.text("INSERT INTO migrations VALUES ('x')"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail_half_way()
    assert migrate(database, MIGRATIONS) == ()
    database.close()


def _count_up(url: str, times: int) -> None:
    database = open_database(url)
    for _ in range(times):
        with database.writing() as connection:
            seen = connection.scalar(
                sa.select(sa.func.count()).select_from(SAVINGS_LINES)
            )
            connection.execute(_line(int(seen or 0)))
    database.close()


def _line(number: int) -> sa.Insert:
    zeros = dict.fromkeys(
        (
            "items",
            "by_hand_items",
            "minutes_per_item",
            "samples",
            "machine_ms",
            "attended_ms",
            "review_ms",
            "upkeep_ms",
        ),
        0,
    )
    texts = dict.fromkeys(("job", "day", "note"), "")
    at = sa.literal("2026-04-01T00:00:00.000000+00:00", sa.Text)
    return sa.insert(SAVINGS_LINES).values(**zeros, **texts, at=at, run_id=str(number))


@pytest.mark.slow
def test_two_processes_at_once_migrate_once_and_never_write_on_the_same_state(
    empty_url: str,
) -> None:
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_count_up, args=(empty_url, 50)) for _ in range(3)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0, 0, 0]
    database = open_database(empty_url)
    with database.reading() as connection:
        numbers = list(connection.scalars(sa.select(SAVINGS_LINES.c.run_id)))
    assert sorted(map(int, numbers)) == list(range(150))
    database.close()


CHILD = textwrap.dedent(
    """
    import sys
    import sqlalchemy as sa
    from tasks.edges.office_database.database import open_database
    database = open_database(sys.argv[1])
    with database.writing() as c:
        c.execute(sa.text("CREATE TABLE IF NOT EXISTS letters (name TEXT)"))
        start = c.scalar(sa.text("SELECT count(*) FROM letters WHERE name LIKE 'a%'"))
    print("ready", flush=True)
    for number in range(start, 1_000_000):
        with database.writing() as c:
            for letter in "abc":
                c.execute(
                    sa.text("INSERT INTO letters VALUES (:n)"),
                    {"n": f"{letter}{number}"},
                )
    """
)


@pytest.mark.slow
def test_kill_9_between_statements_leaves_all_or_nothing(database_url: str) -> None:
    database = open_database(database_url)
    for round_number in range(8):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, database_url],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(0.02 + 0.037 * round_number)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()

    with database.reading() as connection:
        count = [
            connection.scalar(
                sa.text("SELECT count(*) FROM letters WHERE name LIKE :like"),
                {"like": f"{letter}%"},
            )
            for letter in "abc"
        ]
        if connection.dialect.name == "sqlite":
            whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
            assert whole == "ok"
    database.close()
    assert len(set(count)) == 1
    assert count[0] > 0


def test_writers_of_one_process_take_turns_and_none_waits_for_ever(
    database_url: str,
) -> None:
    database = open_database(database_url, busy_seconds=0.1)
    with (
        database.writing(),
        pytest.raises(TryAgainError, match="STORE-002"),
        database.writing(),
    ):
        pytest.fail("two writers at once")
    with database.writing() as connection:
        assert connection.scalar(sa.text("SELECT 1")) == 1, "the turn was given back"
    database.close()
