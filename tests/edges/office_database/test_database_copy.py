"""A database moves to another place whole, or not at all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.office_database.database_copy import copy_database
from tasks.edges.office_database.database_tables import AUDIT_ENTRIES, METADATA
from tasks.edges.review.review_store import ReviewStore

NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)


def question(number: int) -> ReviewItem:
    return ReviewItem(
        item_id=item_id("job", "ab" * 32, number, "n", QuestionKind.FIELD),
        job="job",
        kind=QuestionKind.FIELD,
        document_sha256="ab" * 32,
        file="scan.pdf",
        page=number,
        field_id="n",
        label="氏名",
        field_kind="name",
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read="髙橋 𠮷",
        choices=("髙橋 𠮷", "高橋 吉"),
        crop_png=b"\x89PNG\r\n\x1a\n\x00\xff",
    )


def answer(number: int) -> ReviewAnswer:
    return ReviewAnswer(
        question(number).item_id, Decision.VALUE, "髙橋 𠮷", "yamada", NOON, 2.5
    )


@pytest.fixture
def old(tmp_path: Path) -> Database:
    database = open_database(sqlite_url(tmp_path / "old.sqlite3"))
    store = ReviewStore(database)
    store.ask([question(number) for number in range(1200)], at=NOON)
    for number in range(3):
        store.settle(answer(number))
    store.hold(question(9).item_id, reason="紙を確かめます", by="yamada", at=NOON)
    return database


def rows_of(database: Database) -> dict[str, list[tuple[object, ...]]]:
    with database.reading() as connection:
        return {
            table.name: sorted(
                (tuple(row) for row in connection.execute(sa.select(table))), key=repr
            )
            for table in METADATA.sorted_tables
        }


def test_everything_arrives_and_work_goes_on_there(
    old: Database, database_url: str
) -> None:
    new = open_database(database_url)
    assert copy_database(old, new) > 2400
    before, after = rows_of(old), rows_of(new)
    assert before.keys() == after.keys()
    for name, rows in before.items():
        assert after[name] == rows, name
    store = ReviewStore(new)
    store.settle(answer(5))
    assert len(store.history(question(5).item_id)) == 1
    assert AuditLog(new).verify() == AuditLog(old).verify() + 1
    old.close()
    new.close()


def test_nothing_is_laid_over_what_is_there(old: Database, database_url: str) -> None:
    new = open_database(database_url)
    ReviewStore(new).ask([question(1)])
    with pytest.raises(NeedsPersonError, match="STORE-004"):
        copy_database(old, new)
    assert len(ReviewStore(new).open_items()) == 1
    old.close()
    new.close()


def test_a_log_that_was_touched_is_not_carried_on(
    old: Database, database_url: str
) -> None:
    with old.writing() as connection:
        connection.execute(sa.update(AUDIT_ENTRIES).values(who="somebody"))
    new = open_database(database_url)
    with pytest.raises(NeedsPersonError, match="STORE-003"):
        copy_database(old, new)
    assert ReviewStore(new).open_items() == ()
    old.close()
    new.close()
