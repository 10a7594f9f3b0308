"""Questions to staff: asked once, answered append-only, never lost."""

import dataclasses
import datetime as dt
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.domain.errors import NeedsPersonError
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.review.review_store import ReviewStore

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
PNG = b"\x89PNG\r\n\x1a\n" + b"crop"


@pytest.fixture
def store(database_url: str) -> Iterator[ReviewStore]:
    database = open_database(database_url)
    yield ReviewStore(database)
    database.close()


def question(
    number: int = 1,
    *,
    field_kind: str = "name",
    kind: QuestionKind = QuestionKind.FIELD,
    job: str = "tax_delinquency",
    read: str = "潮見 渚",
) -> ReviewItem:
    return ReviewItem(
        item_id=item_id(job, "ab" * 32, number, field_kind, kind),
        job=job,
        kind=kind,
        document_sha256="ab" * 32,
        file="scan_001.pdf",
        page=number,
        field_id=field_kind,
        label="氏名",
        field_kind=field_kind,
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read=read,
        choices=(read, "汐見 渚"),
        crop_png=PNG,
    )


def answer(
    item: ReviewItem,
    value: str = "汐見 渚",
    *,
    decision: Decision = Decision.VALUE,
    by: str = "山田",
    seconds: float = 2.5,
) -> ReviewAnswer:
    return ReviewAnswer(item.item_id, decision, value, by, NOON, seconds)


def test_a_question_comes_back_as_it_was_asked(store: ReviewStore) -> None:
    asked = question()
    assert store.ask([asked]) == 1
    assert store.item(asked.item_id) == asked
    assert store.crop(asked.item_id) == PNG
    assert store.open_items() == (dataclasses.replace(asked, crop_png=b""),)


def test_asking_twice_asks_once(store: ReviewStore) -> None:
    assert store.ask([question(1), question(2), question(1)]) == 2
    assert store.ask([question(2), question(3)]) == 1
    assert len(store.open_items()) == 3


def test_asking_again_takes_the_new_reading_while_nobody_has_answered(
    store: ReviewStore,
) -> None:
    store.ask([question(read="old")])
    store.ask([dataclasses.replace(question(read="new"), crop_png=b"")])
    found = store.item(question().item_id)
    assert found is not None
    assert (found.value_read, found.crop_png) == ("new", b"")


def test_asking_again_leaves_an_answered_question_as_it_was_seen(
    store: ReviewStore,
) -> None:
    store.ask([question(read="old")])
    store.settle(answer(question()))
    store.ask([question(read="new")])
    found = store.item(question().item_id)
    assert found is not None
    assert found.value_read == "old"
    assert store.open_items() == ()


def test_the_newest_answer_counts_and_the_older_one_is_kept(store: ReviewStore) -> None:
    store.ask([question()])
    store.settle(answer(question(), "一回目"))
    store.settle(answer(question(), "", decision=Decision.UNREADABLE))

    assert store.answers([question().item_id, "nobody"]) == {
        question().item_id: answer(question(), "", decision=Decision.UNREADABLE)
    }
    assert [one.value for one in store.history(question().item_id)] == ["一回目", ""]


def test_answers_of_more_questions_than_one_query_takes(store: ReviewStore) -> None:
    items = [question(number) for number in range(1, 1204)]
    store.ask(items)
    for item in items[::400]:
        store.settle(answer(item))
    assert set(store.answers(item.item_id for item in items)) == {
        item.item_id for item in items[::400]
    }


def test_an_answer_to_nothing_needs_a_person(store: ReviewStore) -> None:
    with pytest.raises(NeedsPersonError, match="REVIEW-001"):
        store.settle(answer(question()))


def test_an_answer_enters_the_audit_log_without_its_value(store: ReviewStore) -> None:
    store.ask([question()])
    store.settle(answer(question(), "潮見 渚"))
    store.settle(answer(question(), "汐見 渚"))

    log = AuditLog(store.database)
    assert log.verify() == 2
    assert [dict(one.details) for one in log.entries()] == [
        {"changed": "no", "decision": "value"},
        {"changed": "yes", "decision": "value"},
    ]
    assert "渚" not in repr(log.entries())
    assert {one.who for one in log.entries()} == {"山田"}


def test_open_items_are_of_one_job_and_sorted_by_kind(store: ReviewStore) -> None:
    shuffled = [
        question(2, field_kind="date"),
        question(9, field_kind="", kind=QuestionKind.PAGE),
        question(1, field_kind="amount"),
        question(1, field_kind="date", kind=QuestionKind.BLIND),
        question(1, field_kind="date"),
        question(1, job="other"),
    ]
    store.ask(shuffled)
    assert [
        (one.kind.value, one.field_kind, one.page)
        for one in store.open_items("tax_delinquency")
    ] == [
        ("page", "", 9),
        ("field", "amount", 1),
        ("field", "date", 1),
        ("field", "date", 2),
        ("blind", "date", 1),
    ]
    assert len(store.open_items()) == 6


def test_withdrawn_questions_are_gone_until_asked_again(store: ReviewStore) -> None:
    store.ask([question(1), question(2)])
    assert store.withdraw([question(1).item_id, "nobody"]) == 1
    assert [one.page for one in store.open_items()] == [2]
    assert store.withdraw([question(1).item_id]) == 0
    assert store.ask([question(1)]) == 0
    assert [one.page for one in store.open_items()] == [1, 2]


def test_a_withdrawn_question_keeps_its_answer(store: ReviewStore) -> None:
    store.ask([question()])
    store.settle(answer(question()))
    store.withdraw([question().item_id])
    store.ask([question()])
    assert store.open_items() == ()
    assert len(store.answers([question().item_id])) == 1


def test_counts_by_kind_tell_open_from_answered(store: ReviewStore) -> None:
    store.ask([question(1), question(2), question(1, field_kind="date")])
    store.settle(answer(question(1)))
    assert [
        (one.kind.value, one.field_kind, one.open, one.answered)
        for one in store.count_questions()
    ] == [("field", "date", 1, 0), ("field", "name", 1, 1)]


def test_going_back_walks_through_the_answers_of_one_person(store: ReviewStore) -> None:
    items = [question(number) for number in (1, 2, 3, 4)]
    store.ask(items)
    store.settle(answer(items[0]))
    store.settle(answer(items[3], by="鈴木"))
    store.settle(answer(items[1]))

    assert store.previous("山田", items[2].item_id) == items[1].item_id
    assert store.previous("山田", items[1].item_id) == items[0].item_id
    assert store.previous("山田", items[0].item_id) is None
    assert store.previous("佐藤", items[2].item_id) is None


def test_seconds_add_up_per_job_and_never_below_zero(store: ReviewStore) -> None:
    store.ask([question(1), question(1, job="other")])
    store.settle(answer(question(1), seconds=2.5))
    store.settle(answer(question(1), seconds=-5.0))
    store.settle(answer(question(1, job="other"), seconds=100.0))
    assert store.seconds_total("tax_delinquency") == 2.5
    assert store.seconds_total("nothing") == 0.0


def test_values_about_people_do_not_show_in_repr() -> None:
    assert "渚" not in repr(question())
    assert "渚" not in repr(answer(question()))


CHILD = textwrap.dedent(
    """
    import datetime as dt, sys
    from tasks.domain.review_item import *
    from tasks.edges.office_database.database import open_database
    from tasks.edges.review.review_store import ReviewStore
    store = ReviewStore(open_database(sys.argv[1]))
    now = dt.datetime(2026, 11, 20, tzinfo=dt.UTC)
    print("ready", flush=True)
    for item in store.open_items():
        store.settle(ReviewAnswer(item.item_id, Decision.BLANK, "", "山田", now, 1.0))
    """
)


@pytest.mark.slow
def test_kill_9_leaves_each_answer_with_its_audit_entry_or_neither(
    tmp_path: Path,
) -> None:
    file = tmp_path / "yakuba.sqlite3"
    database = open_database(sqlite_url(file))
    store = ReviewStore(database)
    store.ask(question(number) for number in range(1, 4000))
    for round_number in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, sqlite_url(file)],
            stdout=subprocess.PIPE,
            cwd=Path(__file__).parents[3],
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(0.05 + 0.037 * round_number)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        audited = AuditLog(database).verify()
        with sqlite3.connect(file) as raw:
            answered = raw.execute("SELECT count(*) FROM review_answers").fetchone()[0]
        raw.close()
        assert audited == answered
        assert len(store.open_items()) == 3999 - answered
    assert answered > 0
    database.close()
