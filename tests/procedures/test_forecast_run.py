"""久慈市's two jobs replayed: the donation forms pay, the tax slips do not.

Published: ワンストップ特例の申請書 19.8 h by hand, 4.2 h with the machine; 納付書 1.6 h by
hand, 16.2 h with it, since every field was checked by eye. The number of items is not
published; 400 and 96 are ours, and only the hours decide.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocr.model import ErrorClass
from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.forecast import Forecast, ForecastOutcome
from tasks.domain.hours_saved.savings import FieldCount, RunEffort
from tasks.domain.office.settings import AcceptanceRules, Baseline, SavingsRules
from tasks.domain.reading.accuracy import BlindResult
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.hours_saved.forecast_store import ForecastStore
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.office_database.database import Database, open_database
from tasks.edges.reading.accuracy_store import AccuracyStore
from tasks.edges.review.review_store import ReviewStore
from tasks.procedures.forecast_run import Start, decide, forecast_job, new_items
from tasks.procedures.intake import InboxFile

TOKYO = dt.timezone(dt.timedelta(hours=9))
NOW = dt.datetime(2026, 6, 15, 10, 0, tzinfo=TOKYO)
HOUR_S = 3600.0


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


def baseline(job: str, hours: float, items: int) -> Baseline:
    return Baseline(
        job=job,
        title=job,
        section="税務課",
        minutes_per_item=hours * 60 / items,
        samples=30,
        measured_by="税務課",
        measured_on=dt.date(2026, 4, 10),
        valid_from=dt.date(2026, 4, 1),
    )


DONATION = baseline("donation", 19.8, 400)
SLIPS = baseline("slips", 1.6, 96)
RULES = SavingsRules(
    yen_per_hour=2643, yen_basis="平均人件費", baselines=(DONATION, SLIPS)
)


def question(job: str, number: int, kind: QuestionKind) -> ReviewItem:
    digest = f"{number:064x}"
    return ReviewItem(
        item_id=item_id(job, digest, 1, "amount", kind),
        job=job,
        kind=kind,
        document_sha256=digest,
        file=f"{number}.pdf",
        page=1,
        field_id="amount",
        label="金額",
        field_kind="amount",
        form=job,
        reason="",
    )


def trial(database: Database, one: Baseline, items: int, seconds: float) -> None:
    """Put a job's trial into the account: all its checking as one long answer."""
    store = ReviewStore(database)
    asked = question(one.job, 1, QuestionKind.FIELD)
    store.ask([asked])
    store.settle(ReviewAnswer(asked.item_id, Decision.BLANK, "", "課", NOW, seconds))
    SavingsLedger(database).record(
        RunEffort(
            job=one.job,
            run_id="trial",
            at=NOW - dt.timedelta(days=10),
            items=tuple(f"i{number}" for number in range(items)),
            fields=tuple(FieldCount(f"d{n}", 9, 1) for n in range(items)),
        ),
        one,
    )


def expect(database: Database, job: str, items: int) -> Forecast:
    found = forecast_job(
        job,
        items=items,
        database=database,
        rules=(RULES, AcceptanceRules()),
        today=NOW.date(),
    )
    assert found is not None
    return found


def test_the_donation_forms_pay(database: Database) -> None:
    trial(database, DONATION, 400, 4.2 * HOUR_S)
    found = expect(database, "donation", 400)
    assert found.pays
    assert found.by_hand_ms == pytest.approx(19.8 * HOUR_S * 1000, rel=1e-6)
    assert found.expected_ms == pytest.approx(4.2 * HOUR_S * 1000, rel=1e-6)


def test_the_tax_slips_do_not(database: Database) -> None:
    trial(database, SLIPS, 96, 16.2 * HOUR_S)
    found = expect(database, "slips", 96)
    assert not found.pays
    assert found.words.startswith("手作業の方が早い見込みです。96件")
    assert "972分" in found.words
    assert "96分" in found.words


def test_a_blind_sample_full_of_errors_turns_a_job_that_paid(
    database: Database,
) -> None:
    trial(database, DONATION, 400, 4.2 * HOUR_S)
    assert expect(database, "donation", 400).pays
    wrong = [question("donation", 100 + n, QuestionKind.BLIND) for n in range(40)]
    ReviewStore(database).ask(wrong)
    AccuracyStore(database).record(
        [
            BlindResult(
                one.item_id, "donation", "amount", ErrorClass.STRICT, number < 8, NOW
            )
            for number, one in enumerate(wrong)
        ]
    )
    found = expect(database, "donation", 400)
    assert not found.pays


def start(*, by_schedule: bool = False, confirmed: bool = False) -> Start:
    return Start("slips", "run-1", NOW, "収納課", by_schedule, confirmed)


def test_a_run_by_hand_stops_until_it_is_confirmed(database: Database) -> None:
    trial(database, SLIPS, 96, 16.2 * HOUR_S)
    found = expect(database, "slips", 96)
    with pytest.raises(NeedsPersonError, match="FORECAST-001"):
        decide(found, start(), database=database)
    assert decide(found, start(confirmed=True), database=database) is (
        ForecastOutcome.CONFIRMED
    )
    kept = ForecastStore(database).forecasts("slips")
    assert [one.outcome for one in kept] == [
        ForecastOutcome.STOPPED,
        ForecastOutcome.CONFIRMED,
    ]
    assert not kept[0].pays


def test_a_nightly_run_goes_on_and_is_recorded(database: Database) -> None:
    trial(database, SLIPS, 96, 16.2 * HOUR_S)
    outcome = decide(
        expect(database, "slips", 96), start(by_schedule=True), database=database
    )
    assert outcome is ForecastOutcome.NIGHT
    (kept,) = ForecastStore(database).forecasts("slips")
    assert (kept.by_whom, kept.items, kept.pays) == ("収納課", 96, False)


def test_a_run_that_pays_is_recorded_too(database: Database) -> None:
    trial(database, DONATION, 400, 4.2 * HOUR_S)
    found = expect(database, "donation", 10)
    assert decide(found, start(), database=database) is ForecastOutcome.RAN


def test_papers_judged_before_are_not_new(database: Database, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(b"no pages to count")
    files = [InboxFile(file, "ab" * 32), InboxFile(file, "cd" * 32)]
    assert new_items(files, job="slips", database=database) == 2
    SavingsLedger(database).record(
        RunEffort("slips", "r", NOW, fields=(FieldCount(f"form:{'ab' * 8}:p1", 3, 1),)),
        SLIPS,
    )
    assert new_items(files, job="slips", database=database) == 1
    # The other one was refused, and is done by hand: no run will find it new again.
    SavingsLedger(database).record(
        RunEffort("slips", "r2", NOW, by_hand=(f"file:{'cd' * 8}:1",)), SLIPS
    )
    assert new_items(files, job="slips", database=database) == 0
