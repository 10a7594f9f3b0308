"""From the account of minutes to the table managers know."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tasks.domain.savings import JobSavings, Period, summarise
from tasks.domain.settings import SavingsRules
from tasks.edges.database import Database
from tasks.edges.savings_ledger import SavingsLedger
from tasks.edges.savings_report import report_markdown, report_rows, write_report


@dataclass(frozen=True, slots=True)
class SavingsReport:
    """One period's report."""

    period: Period
    rows: tuple[JobSavings, ...]
    table: tuple[dict[str, str], ...]
    """The rows as texts by heading, total last: a Prefect table artifact."""
    markdown: str
    workbook: Path


def make_report(
    period: Period, *, database: Database, rules: SavingsRules, folder: Path
) -> SavingsReport:
    """Write the report of a period and return it.

    Args:
        period: Days of the report, both ends included.
        database: Where the account is.
        rules: Baselines, yen per hour and its basis.
        folder: Gets `削減時間_YYYYMMDD-YYYYMMDD.xlsx`; an older one is replaced.

    Raises:
        NeedsPersonError: FILE-003 when the workbook cannot be written.
        TryAgainError: STORE-002.
    """
    lines = SavingsLedger(database).lines(period.first, period.last)
    rows = summarise(lines, rules, period)
    file = folder / f"削減時間_{period.first:%Y%m%d}-{period.last:%Y%m%d}.xlsx"
    return SavingsReport(
        period=period,
        rows=rows,
        table=report_rows(rows),
        markdown=report_markdown(rows, rules, period),
        workbook=write_report(rows, rules, period, file),
    )
