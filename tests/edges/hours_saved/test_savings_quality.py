"""What stands beside the hours: errors of the sample, questions, corrections."""

import datetime as dt
from collections.abc import Iterator

import pytest

from tasks.domain.office.periods import Period
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.hours_saved.savings_sums import SavingsSums
from tasks.edges.office_database.database import Database, open_database
from tasks.edges.review.review_store import ReviewStore

TOKYO = dt.timezone(dt.timedelta(hours=9))
NOON = dt.datetime(2026, 4, 15, 12, 0, tzinfo=TOKYO)
JOB = "tax_delinquency"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


def answered(database: Database, read: str, said: str, *, at: dt.datetime) -> None:
    digest = f"{read}{said}".encode().hex().ljust(64, "0")[:64]
    item = ReviewItem(
        item_id=item_id(JOB, digest, 1, "name", QuestionKind.FIELD),
        job=JOB,
        kind=QuestionKind.FIELD,
        document_sha256=digest,
        file="scan.pdf",
        page=1,
        field_id="name",
        label="氏名",
        field_kind="name",
        form="f",
        reason="",
        value_read=read,
    )
    store = ReviewStore(database)
    store.ask([item])
    store.settle(ReviewAnswer(item.item_id, Decision.VALUE, said, "課", at, 3.0))


def test_what_clerks_corrected_is_counted_in_the_days_of_the_report(
    database: Database,
) -> None:
    answered(database, "潮見 渚", "潮見 渚", at=NOON)
    answered(database, "汐見 渚", "潮見 渚", at=NOON)
    answered(database, "山本 葵", "川田 葵", at=NOON)
    answered(database, "浜 一", "濱 一", at=NOON + dt.timedelta(days=40))
    period = Period.month(NOON.date())
    found = SavingsSums(database).quality(period, zone=TOKYO)[JOB]
    assert (found.corrected_fields, found.corrected_characters) == (2, 3)


def test_the_first_moment_of_a_month_is_the_office_s_own(database: Database) -> None:
    midnight = dt.datetime(2026, 4, 1, 0, 0, tzinfo=TOKYO)
    answered(database, "汐見 渚", "潮見 渚", at=midnight)
    sums = SavingsSums(database)
    april, march = (Period.month(dt.date(2026, n, 5)) for n in (4, 3))
    assert sums.quality(april, zone=TOKYO)[JOB].corrected_fields == 1
    assert sums.quality(march, zone=TOKYO) == {}
