"""The demo year: its report is what its lines say, added up here by other means."""

import csv
import io
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest

from sample_docs.savings_year import JOBS, SEED, fill, lines_of_year, report, rules
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.procedures.savings_report import SavingsReport

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    folder = tmp_path_factory.mktemp("year")
    found = open_database(sqlite_url(folder / "year.sqlite3"))
    fill(found, SEED)
    yield found
    found.close()


@pytest.fixture(scope="module")
def made(database: Database, tmp_path_factory: pytest.TempPathFactory) -> SavingsReport:
    return report(database, tmp_path_factory.mktemp("report"))


LINES = list(lines_of_year(SEED))
SPENT = ("attended_ms", "review_ms", "upkeep_ms", "exception_ms")


def saved_by_job() -> Counter[str]:
    found: Counter[str] = Counter()
    for line in LINES:
        gain = (
            Fraction(str(line["minutes_per_item"])) * 60_000 * int(str(line["items"]))
        )
        assert gain.denominator == 1
        found[str(line["job"])] += int(gain) - sum(int(str(line[x])) for x in SPENT)
    return found


def test_twelve_jobs_of_which_two_lose_time(made: SavingsReport) -> None:
    table = made.statement.table
    assert len(table.jobs) == 12
    assert [row.job for row in table.losing] == ["slips", "light_vehicle"]
    assert [row.job for row in table.estimates] == ["fire"]


def test_every_job_s_hours_are_those_of_its_lines(made: SavingsReport) -> None:
    assert {
        row.job: row.effort.saved_ms for row in made.statement.table.jobs
    } == saved_by_job()


def test_the_report_s_total_is_the_one_reckoned_apart(made: SavingsReport) -> None:
    total = made.statement.table.total.saved_ms
    assert total == sum(saved_by_job().values())
    assert total // 1000 == 3288 * 3600 + 48 * 60 + 18
    assert "3,288時間48分18秒" in made.markdown


def test_yen_are_hours_at_each_job_s_own_rate(made: SavingsReport) -> None:
    by_rate = {"": 2643, "会計年度任用職員": 1420, "時間外単価": 3120}
    saved = saved_by_job()
    for row in made.statement.table.jobs:
        rate = by_rate[next(one.rate for one in JOBS if one.job == row.job)]
        if row.yen is None:
            assert row.job == "fire"
            continue
        exact = Fraction(saved[row.job] * rate, 3_600_000)
        # Each of twelve months is rounded to the yen.
        assert abs(exact - row.yen) <= 6


def test_net_yen_are_worth_less_costs(made: SavingsReport) -> None:
    (year,) = made.statement.years
    assert year.cost_yen == 2_600_000 + 960_000
    assert made.statement.net_yen == (made.statement.table.yen or 0) - year.cost_yen
    assert year.worth_yen == made.statement.table.yen


def test_the_csv_adds_up_to_the_table(made: SavingsReport) -> None:
    rows = csv.DictReader(io.StringIO(made.csv.read_text("utf-8-sig")))
    total = sum(Fraction(row["削減（秒）"]) for row in rows)
    assert total * 1000 == made.statement.table.total.saved_ms


def test_the_same_seed_makes_the_same_year() -> None:
    assert list(lines_of_year(SEED)) == LINES
    assert list(lines_of_year(SEED + 1)) != LINES


def test_no_rate_is_left_without_its_basis(made: SavingsReport, tmp_path: Path) -> None:
    page = made.page.read_text(encoding="utf-8")
    for rate in rules().rates:
        assert rate.yen_basis in page
