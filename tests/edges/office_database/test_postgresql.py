"""PostgreSQL: a real server, its addresses, its faults, and what is lost with it."""

from __future__ import annotations

import datetime as dt
import multiprocessing
import os
import signal
import subprocess
import sys
import textwrap
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError, TryAgainError
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import open_database
from tasks.edges.office_database.postgresql import server_of
from tasks.edges.review.review_leases import Desk, Leases, Wanted
from tasks.edges.review.review_store import ReviewStore

NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
COUNT = sa.text("SELECT count(*) FROM migrations")
PASSWORD = "shio-no-hana-1"  # noqa: S105 - of the test's own server


def question(number: int) -> ReviewItem:
    return ReviewItem(
        item_id=item_id("job", "ab" * 32, number, "name", QuestionKind.FIELD),
        job="job",
        kind=QuestionKind.FIELD,
        document_sha256="ab" * 32,
        file="scan.pdf",
        page=number,
        field_id="name",
        label="氏名",
        field_kind="name",
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read="潮見 渚",
        choices=("潮見 渚", "汐見 渚"),
        crop_png=b"\x89PNG\r\n\x1a\n\x00\xff",
    )


def asked(url: str) -> int:
    database = open_database(url)
    with database.reading() as connection:
        found = int(connection.scalar(COUNT) or 0)
    database.close()
    return found


@pytest.mark.parametrize(
    ("url", "told"),
    [
        pytest.param("postgresql://db/y", "user and database", id="no user"),
        pytest.param("postgresql://u:secret@db", "user and database", id="no database"),
        pytest.param("postgresql+psycopg://u@db/y", "begin with", id="driver"),
        pytest.param("postgresql://u@db/y?password=secret", "unknown", id="word"),
        pytest.param("postgresql://u@db/y?sslmode=maybe", "sslmode", id="ssl"),
        pytest.param("postgresql://u@/y?host=/run&port=x", "port", id="port"),
    ],
)
def test_an_address_that_cannot_be_used_says_what_to_put_right(
    url: str, told: str
) -> None:
    with pytest.raises(NeedsPersonError, match="STORE-001") as caught:
        open_database(url)
    assert told in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_address_does_not_show_its_password() -> None:
    server = server_of(sa.make_url("postgresql://y:secret@db/y?sslmode=require"))
    assert server.password == "secret"  # noqa: S105 - invented
    assert "secret" not in repr(server)


def test_the_server_is_reached_by_port_and_by_socket_and_by_either_name(
    postgresql: Any,
) -> None:
    name = postgresql.new().rpartition("/")[2].partition("?")[0]
    urls = [
        postgresql.url(name),
        postgresql.url(name).replace("postgresql://", "postgresql+pg8000://"),
        postgresql.socket_url(name),
    ]
    assert len({asked(url) for url in urls}) == 1
    postgresql.drop_all()


@pytest.mark.parametrize(
    ("password", "code"),
    [
        pytest.param("", "28P01", id="none"),
        pytest.param(":wrong-word", "28P01", id="wrong"),
        pytest.param(f":{PASSWORD}", "42501", id="right, but may not read"),
    ],
)
def test_a_password_is_asked_for_and_never_told(
    postgresql: Any, password: str, code: str
) -> None:
    url = postgresql.new().replace("yakuba@", f"locked{password}@")
    with pytest.raises(NeedsPersonError, match=f"STORE-001.*{code}") as caught:
        open_database(url)
    told = "".join(traceback.format_exception(caught.value))
    assert "wrong-word" not in told
    assert PASSWORD not in told
    postgresql.drop_all()


def test_a_certificate_is_checked_when_it_is_asked_for(
    postgresql: Any,
) -> None:
    url = postgresql.new().replace("127.0.0.1", "localhost").partition("?")[0]
    root = postgresql.folder / "server.crt"
    encrypted = sa.text(
        "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()"  # of this connection
    )
    for words, expected in (
        ("sslmode=disable", False),
        ("sslmode=prefer", True),
        ("sslmode=require", True),
        (f"sslmode=verify-full&sslrootcert={root}", True),
    ):
        database = open_database(f"{url}?{words}")
        with database.reading() as connection:
            assert connection.scalar(encrypted) is expected, words
        database.close()

    with pytest.raises(NeedsPersonError, match=r"STORE-001.*certificate"):
        open_database(f"{url}?sslmode=verify-full")
    postgresql.drop_all()


def test_another_writer_is_waited_for_no_longer_than_told(postgresql: Any) -> None:
    url = postgresql.new()
    holder = open_database(url)
    waiting = open_database(url, busy_seconds=0.05)
    with holder.writing():
        with pytest.raises(TryAgainError, match=r"STORE-002.*55P03"), waiting.writing():
            pass
        with waiting.reading() as connection:
            assert connection.scalar(COUNT)
    with waiting.writing() as connection:
        assert connection.scalar(COUNT)
    holder.close()
    waiting.close()
    postgresql.drop_all()


def test_a_database_that_is_not_there_needs_a_person(postgresql: Any) -> None:
    with pytest.raises(NeedsPersonError, match=r"STORE-001.*3D000"):
        open_database(postgresql.url("nowhere"))


def test_a_server_that_does_not_answer_is_tried_again(postgresql: Any) -> None:
    url = postgresql.url("x").replace(str(postgresql.port), "9")
    with pytest.raises(TryAgainError, match="STORE-002") as caught:
        open_database(url)
    assert "127.0.0.1" not in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    "how",
    [
        pytest.param(signal.SIGINT, id="stopped by its keeper"),
        pytest.param(signal.SIGQUIT, id="crashed"),
    ],
)
def test_a_lost_server_is_tried_again_and_works_when_it_is_back(
    postgresql: Any, how: signal.Signals
) -> None:
    database = open_database(postgresql.new())
    store = ReviewStore(database)
    store.ask([question(1), question(2)])

    def lose_it_half_way() -> None:
        with database.writing() as connection:
            connection.execute(sa.text("DELETE FROM review_crops"))
            postgresql.stop(how)
            connection.execute(sa.text("DELETE FROM review_items"))

    with pytest.raises(TryAgainError, match="STORE-002"):
        lose_it_half_way()
    with pytest.raises(TryAgainError, match="STORE-002"):
        store.open_items()

    postgresql.start()
    assert len(store.open_items()) == 2
    assert store.crop(question(1).item_id) == question(1).crop_png
    assert store.ask([question(3)]) == 1
    database.close()
    postgresql.drop_all()


def _settle_all(url: str, by: str) -> None:
    store = ReviewStore(open_database(url))
    for item in store.open_items():
        store.settle(ReviewAnswer(item.item_id, Decision.BLANK, "", by, NOON, 1.0))
    store.database.close()


@pytest.mark.slow
def test_two_processes_that_settle_and_ask_at_once_lose_nothing(
    postgresql: Any,
) -> None:
    url = postgresql.new()
    database = open_database(url)
    store = ReviewStore(database)
    store.ask(question(number) for number in range(60))
    context = multiprocessing.get_context("spawn")
    workers = [
        context.Process(target=_settle_all, args=(url, by)) for by in ("山田", "鈴木")
    ]
    for worker in workers:
        worker.start()
    for number in range(60, 90):
        store.ask([question(number)])
    for worker in workers:
        worker.join(60)

    assert [worker.exitcode for worker in workers] == [0, 0]
    given = sum(len(store.history(question(one).item_id)) for one in range(90))
    assert AuditLog(database).verify() == given
    settled = set(store.answers(question(one).item_id for one in range(90)))
    left = {item.item_id for item in store.open_items()}
    assert settled | left == {question(one).item_id for one in range(90)}
    assert not settled & left
    database.close()
    postgresql.drop_all()


def _take_all(url: str, person: str, taken: Any) -> None:
    database = open_database(url)
    leases = Leases(database)
    had: list[str] = []
    while found := leases.take(Desk(person, tab="t"), Wanted(3, have=tuple(had)), NOON):
        had += [one.item.item_id for one in found]
    taken.put((person, had))
    database.close()


@pytest.mark.slow
def test_two_processes_that_take_questions_at_once_never_take_the_same(
    database_url: str,
) -> None:
    database = open_database(database_url)
    ReviewStore(database).ask(question(number) for number in range(60))
    context = multiprocessing.get_context("spawn")
    taken = context.Queue()
    workers = [
        context.Process(target=_take_all, args=(database_url, who, taken))
        for who in ("account-1", "account-2")
    ]
    for worker in workers:
        worker.start()
    found = dict(taken.get(timeout=60) for _ in workers)
    for worker in workers:
        worker.join(60)
    taken.close()
    taken.join_thread()

    everything = [key for keys in found.values() for key in keys]
    assert len(everything) == len(set(everything)) == 60
    assert Leases(database).take(Desk("account-3"), Wanted(9), NOON) == ()
    database.close()


CHILD = textwrap.dedent(
    """
    import sys
    import sqlalchemy as sa
    from tasks.edges.office_database.database import open_database
    database = open_database(sys.argv[1])
    with database.writing() as c:
        c.execute(sa.text("DELETE FROM review_crops"))
        print("half way", flush=True)
        sys.stdin.readline()
    """
)


def test_a_writer_killed_half_way_leaves_nothing_and_lets_go_of_its_lock(
    postgresql: Any,
) -> None:
    url = postgresql.new()
    database = open_database(url, busy_seconds=10)
    store = ReviewStore(database)
    store.ask([question(1)])
    child = subprocess.Popen(
        [sys.executable, "-c", CHILD, url],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
    )
    assert child.stdout is not None
    assert child.stdin is not None
    assert child.stdout.readline() == b"half way\n"
    child.kill()
    child.wait()
    child.stdout.close()
    child.stdin.close()
    started = time.monotonic()
    assert store.ask([question(2)]) == 1
    assert time.monotonic() - started < 5
    assert store.crop(question(1).item_id) == question(1).crop_png
    database.close()
    postgresql.drop_all()


def test_texts_and_pictures_come_back_as_they_were(database_url: str) -> None:
    database = open_database(database_url)
    store = ReviewStore(database)
    item = question(1)
    store.ask([item])
    odd = "吉𠮷 100%（'\"\\:x :name %s\n髙\u200b﨑"
    store.settle(ReviewAnswer(item.item_id, Decision.VALUE, odd, "山田", NOON, 1.5))
    assert store.item(item.item_id) == item
    (given,) = store.history(item.item_id)
    assert (given.value, given.at, given.seconds) == (odd, NOON, 1.5)
    database.close()


def test_a_text_with_a_nul_harms_nobody(database_url: str) -> None:
    database = open_database(database_url)
    store = ReviewStore(database)
    item = question(1)
    store.ask([item])
    typed = "潮見\x00 渚"
    store.settle(ReviewAnswer(item.item_id, Decision.VALUE, typed, "山田", NOON, 1.5))
    (given,) = store.history(item.item_id)
    assert given.value.replace("\x00", "") == "潮見 渚"
    database.close()


def test_questions_sort_bytewise_whatever_language_the_server_speaks(
    database_url: str,
) -> None:
    database = open_database(database_url)
    store = ReviewStore(database)
    forms = ("あ", "a", "B", "ア", "-", "亜", "𠮷")
    store.ask(replace(question(number), form=form) for number, form in enumerate(forms))
    found = [item.form for item in store.open_items()]
    assert found == sorted(forms, key=str.encode)
    leases, ids = Leases(database), [item.item_id for item in store.open_items()]
    walked = [
        leases.take(Desk("anna"), Wanted(1, after=leases.place_of(one)), NOON)
        for one in ids
    ]
    assert [one.item.item_id for (one,) in walked] == [*ids[1:], ids[0]]
    database.close()
