"""The example of docs/how-to/count-hours.md: its lines give the table printed there."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.domain.hours_saved.savings import EntryKind, RunEffort, TypedEntry
from tasks.domain.hours_saved.savings_statement import clock_words
from tasks.domain.office.periods import Period
from tasks.domain.office.settings import Baseline, HourRate, SavingsRules, YearCost
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.review.review_store import ReviewStore
from tasks.procedures.savings_report import SavingsReport, make_report

DOCS = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "count-hours.md"
SHOWN = ("業務名", "件数", "導入前 h", "導入後 h", "削減 h", "削減率", "金額")
TOKYO = dt.timezone(dt.timedelta(hours=9))
NIGHT = dt.datetime(2026, 4, 15, 2, 0, tzinfo=TOKYO)
APRIL = dt.date(2026, 4, 1)


def baseline(job: str, title: str, minutes: float, samples: int, rate: str = ""):
    return Baseline(
        job=job,
        title=title,
        section="税務課",
        minutes_per_item=minutes,
        samples=samples,
        measured_by="税務課",
        measured_on=APRIL,
        valid_from=APRIL,
        rate=rate,
    )


JOBS = {
    "check": baseline("check", "滞納確認", 6, 40),
    "slips": baseline("slips", "納付書の読取", 1, 30, "会計年度任用職員"),
    "fire": baseline("fire", "防火管理者の届", 8, 0),
}
RULES = SavingsRules(
    yen_per_hour=3000,
    yen_basis="例",
    rates=(HourRate(name="会計年度任用職員", yen_per_hour=1200, yen_basis="例"),),
    costs=(YearCost(year=2026, what="運用", running_yen=120_000),),
    baselines=tuple(JOBS.values()),
)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield found
    found.close()


def run(
    database: Database,
    job: str,
    number: int,
    *,
    items: int,
    by_hand: int = 0,
    attended: float = 0,
    checking: float = 0,
) -> None:
    key = item_id(job, f"{number:064x}", 1, "name", QuestionKind.FIELD)
    store = ReviewStore(database)
    store.ask(
        [
            ReviewItem(
                key,
                job,
                QuestionKind.FIELD,
                f"{number:064x}",
                "scan.pdf",
                1,
                "name",
                "氏名",
                "name",
                "f",
                "",
            )
        ]
    )
    store.settle(ReviewAnswer(key, Decision.BLANK, "", "課", NIGHT, checking * 60))
    SavingsLedger(database).record(
        RunEffort(
            job,
            f"run-{number}",
            NIGHT,
            items=tuple(f"{number}:{n}" for n in range(items)),
            by_hand=tuple(f"{number}:h{n}" for n in range(by_hand)),
            attended_minutes=attended,
        ),
        JOBS[job],
    )


def typed(database: Database, kind: EntryKind, minutes: float, items: int = 0) -> None:
    entry = TypedEntry("check", kind, NIGHT, NIGHT.date(), "課", minutes, items)
    SavingsLedger(database).enter(entry, JOBS["check"])


def april(database: Database, folder: Path) -> SavingsReport:
    run(database, "check", 1, items=100, attended=5, checking=45)
    run(database, "check", 2, items=20, by_hand=5, attended=5, checking=20)
    typed(database, EntryKind.EXCEPTION, 15, items=2)
    typed(database, EntryKind.FORM_DEFINITION, 30)
    typed(database, EntryKind.MEETING, 60)
    run(database, "slips", 3, items=60, attended=10, checking=150)
    run(database, "fire", 4, items=30, checking=40)
    return make_report(
        Period.month(APRIL),
        database=database,
        rules=RULES,
        folder=folder,
        now=dt.datetime(2026, 5, 1, 6, tzinfo=TOKYO),
    )


def printed() -> list[tuple[str, ...]]:
    """Return the rows of the report's table in the docs."""
    lines = DOCS.read_text("utf-8").splitlines()
    start = lines.index("| " + " | ".join(SHOWN) + " |")
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append(tuple(cell.strip() for cell in line.strip("|").split("|")))
    return rows


def test_the_report_says_what_the_docs_reckon_by_hand(
    database: Database, tmp_path: Path
) -> None:
    made = april(database, tmp_path)
    found = [tuple(row[name] for name in SHOWN) for row in made.table]
    # One section: its sum stands above the total and says the same.
    assert [row for row in found if "小計" not in row[0]] == printed()
    total = made.statement.table.total
    assert clock_words(total.saved_ms) == "10時間40分00秒"
    assert (total.before_ms, total.after_ms) == (1050 * 60_000, 410 * 60_000)
    assert made.statement.net_yen == 15_000
