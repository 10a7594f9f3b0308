"""How long the report of a year takes over an account of millions of lines.

    python -m benchmarks.savings_speed --lines 5000000

Prints the figures and writes benchmarks/results/savings_speed.json. CPU seconds stand beside
the clock's, for a machine that does other work.
"""

from __future__ import annotations

import argparse
import datetime as dt
import tempfile
import time
from pathlib import Path

from benchmarks.figures import machine, publish
from sample_docs.savings_year import JOBS, TOKYO, report, rules
from tasks.domain.office.periods import Period
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.procedures.savings_report import make_statement

_FILL = """
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < :lines)
INSERT INTO savings_lines (job, run_id, at, day, items, by_hand_items,
    minutes_per_item, samples, machine_ms, attended_ms, review_ms, upkeep_ms, note)
SELECT j.job, 'run-' || i, date('2026-04-01', '+' || (i * 365 / :lines) || ' days')
        || 'T02:00:00.000000+00:00',
    date('2026-04-01', '+' || (i * 365 / :lines) || ' days'),
    1 + (i * 7919 + :seed) % 40, (i * 104729 + :seed) % 37 = 0, j.minutes, j.samples,
    2500, 1000 + (i * 31 + :seed) % 90000, (i * 271 + :seed) % 240000, 0, ''
FROM n JOIN bench_jobs j ON j.number = (i * 6007 + :seed) % :jobs
ORDER BY i
"""


def fill(database: Database, lines: int, seed: int) -> None:
    """Put so many lines of twelve jobs over a year into the account."""
    with database.writing() as connection:
        connection.exec_driver_sql(
            "CREATE TEMP TABLE bench_jobs (number, job, minutes, samples)"
        )
        for number, one in enumerate(JOBS):
            connection.exec_driver_sql(
                "INSERT INTO bench_jobs VALUES (?, ?, ?, ?)",
                (number, one.job, one.minutes, one.samples),
            )
        connection.exec_driver_sql(
            _FILL, {"lines": lines, "seed": seed, "jobs": len(JOBS)}
        )


def measure(lines: int, seed: int, folder: Path) -> dict[str, object]:
    """Return the seconds of the statement alone and of all forms of the report."""
    database = open_database(sqlite_url(folder / "account.sqlite3"))
    begun = time.perf_counter()
    fill(database, lines, seed)
    filled = time.perf_counter() - begun
    begun, used = time.perf_counter(), time.process_time()
    statement = make_statement(
        Period.fiscal_year(2026),
        database=database,
        rules=rules(),
        now=dt.datetime(2027, 4, 1, 6, tzinfo=TOKYO),
    )
    summed, summed_cpu = time.perf_counter() - begun, time.process_time() - used
    begun, used = time.perf_counter(), time.process_time()
    made = report(database, folder)
    reported, reported_cpu = time.perf_counter() - begun, time.process_time() - used
    with database.reading() as connection:
        exact = connection.exec_driver_sql(
            """SELECT sum(CAST(round(minutes_per_item * 60000) AS INTEGER) * items
                - attended_ms - review_ms - upkeep_ms - exception_ms) FROM savings_lines"""
        ).scalar()
    assert made.statement.table.total.saved_ms == exact
    assert statement.table.lines == lines
    database.close()
    return {
        "lines": lines,
        "seed": seed,
        "fill_s": round(filled, 2),
        "statement_s": round(summed, 2),
        "statement_cpu_s": round(summed_cpu, 2),
        "whole_report_s": round(reported, 2),
        "whole_report_cpu_s": round(reported_cpu, 2),
        "saved_ms": exact,
        "equals_the_account": True,
    }


def main() -> None:
    """Print the figures and write them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--lines", type=int, default=5_000_000)
    arguments.add_argument("--seed", type=int, default=77)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(given.lines, given.seed, Path(folder))
    publish("savings_speed", found | machine())


if __name__ == "__main__":
    main()
