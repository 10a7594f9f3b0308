"""Held back, given back, asked once more: each with its reason, none of it forgotten."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from tasks.domain.review.double_entry import Stage
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import open_database
from tasks.edges.review.question_marks import Action, QuestionMarks
from tasks.edges.review.review_leases import Desk, Leases, Wanted
from tasks.edges.review.review_store import ReviewStore

NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
REASON = "紙の裏面を確かめます"


@pytest.fixture
def store(database_url: str) -> Iterator[ReviewStore]:
    database = open_database(database_url)
    yield ReviewStore(database)
    database.close()


def question(
    kind: QuestionKind = QuestionKind.FIELD, field_kind: str = "amount"
) -> ReviewItem:
    return ReviewItem(
        item_id=item_id("job", "ab" * 32, 1, field_kind, kind),
        job="job",
        kind=kind,
        document_sha256="ab" * 32,
        file="scan.pdf",
        page=1,
        field_id=field_kind,
        label="申請額",
        field_kind=field_kind,
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read="12000",
        error_class="strict",
    )


def answer(item: ReviewItem, by: str, value: str = "12000") -> ReviewAnswer:
    return ReviewAnswer(item.item_id, Decision.VALUE, value, by, NOON, 2.0)


def test_holding_and_giving_back_are_kept_with_their_reason(
    store: ReviewStore,
) -> None:
    item = question()
    store.ask([item], at=NOON)
    assert store.hold(item.item_id, reason=REASON, by="山田", at=NOON)
    assert store.open_items() == ()
    assert not store.hold(item.item_id, reason=REASON, by="鈴木", at=NOON)
    assert store.release(item.item_id, by="鈴木", at=NOON)
    assert len(store.open_items()) == 1
    assert not store.release(item.item_id, by="鈴木", at=NOON)

    marks = QuestionMarks(store.database).of(item.item_id)
    assert [(one.action, one.by, one.reason) for one in marks] == [
        (Action.HELD, "山田", REASON),
        (Action.RELEASED, "鈴木", ""),
    ]
    entries = AuditLog(store.database).entries()
    assert [one.action for one in entries] == ["question_held", "question_released"]
    assert REASON not in repr(entries)
    assert REASON not in repr(marks)


def test_asked_once_more_the_old_entries_count_for_nothing(store: ReviewStore) -> None:
    item = question()
    store.ask([item], at=NOON)
    marks = QuestionMarks(store.database)
    assert not marks.reopen(item.item_id, reason=REASON, by="佐藤", at=NOON)
    store.settle(answer(item, "山田"))
    settled = store.settle(answer(item, "鈴木"))
    assert settled.stage is Stage.SETTLED
    assert store.answers([item.item_id])

    assert marks.reopen(item.item_id, reason=REASON, by="佐藤", at=NOON)
    assert store.answers([item.item_id]) == {}
    assert len(store.open_items()) == 1
    assert len(store.history(item.item_id)) == 2

    # Two people again, the first of whom may be one of the two before.
    leases = Leases(store.database, store.rules)
    (leased,) = leases.take(Desk("山田"), Wanted(1), NOON)
    assert (leased.stage, leased.seen, leased.given) == (Stage.FIRST, "", ())
    first = store.settle(answer(item, "山田", "13000"), leased.seen)
    assert first.stage is Stage.SECOND
    (leased,) = leases.take(Desk("鈴木"), Wanted(1), NOON)
    assert [one.value for one in leased.given] == ["13000"]
    second = store.settle(answer(item, "鈴木", "13000"), leased.seen)
    assert second.stage is Stage.SETTLED
    assert store.answers([item.item_id])[item.item_id].value == "13000"
    assert len(store.history(item.item_id)) == 4


@pytest.mark.parametrize(
    "how",
    [
        pytest.param("blind", id="a blind sample, whose result was counted"),
        pytest.param("withdrawn", id="withdrawn"),
        pytest.param("unknown", id="unknown"),
    ],
)
def test_what_cannot_be_asked_once_more_is_left_alone(
    store: ReviewStore, how: str
) -> None:
    kind = QuestionKind.BLIND if how == "blind" else QuestionKind.FIELD
    item = question(kind, "name")
    if how != "unknown":
        store.ask([item])
        store.settle(answer(item, "山田"))
    if how == "withdrawn":
        store.withdraw([item.item_id])
    marks = QuestionMarks(store.database)
    assert not marks.reopen(item.item_id, reason=REASON, by="佐藤", at=NOON)
    assert marks.of(item.item_id) == ()
