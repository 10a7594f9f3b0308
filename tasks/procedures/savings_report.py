"""From the account of minutes to the report managers know, in every form of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path

from ocr.design.picture import japanese_font
from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.known_baselines import KnownBaselines
from tasks.domain.hours_saved.savings import baseline_in_force
from tasks.domain.hours_saved.savings_statement import (
    SavingsStatement,
    savings_statement,
)
from tasks.domain.office.periods import Period, next_month
from tasks.domain.office.settings import SavingsRules
from tasks.edges.finished_files import write_together
from tasks.edges.hours_saved.chart_shapes import png
from tasks.edges.hours_saved.counted_items import former_baselines
from tasks.edges.hours_saved.savings_cells import HEADINGS, table_lines
from tasks.edges.hours_saved.savings_files import report_csv, report_markdown
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.hours_saved.savings_page import report_page
from tasks.edges.hours_saved.savings_slide import slide
from tasks.edges.hours_saved.savings_sums import SavingsSums
from tasks.edges.hours_saved.savings_workbook import report_workbook
from tasks.edges.office_database.database import Database
from tasks.procedures.measured_rules import measured_rules


@dataclass(frozen=True, slots=True)
class SavingsReport:
    """One period's report."""

    statement: SavingsStatement
    table: tuple[dict[str, str], ...]
    """The rows as texts by heading, total last: a Prefect table artifact."""
    markdown: str
    workbook: Path
    page: Path
    csv: Path
    picture: Path | None
    """None on a PC without a Japanese font."""


def make_statement(
    period: Period, *, database: Database, rules: SavingsRules, now: dt.datetime
) -> SavingsStatement:
    """Return the statement of a period, the fixed upkeep of its months posted first.

    Args:
        period: Days of the report, both ends included.
        database: Where the account is.
        rules: As configured; measured baselines are added here.
        now: In office time.

    Raises:
        NeedsPersonError: BALANCE-001 when the report does not come to what the account
            itself adds up to.
        TryAgainError: STORE-002.
    """
    rules = measured_rules(rules, database)
    today = now.date()
    _post_standing(rules, database, min(period.last, today))
    sums = SavingsSums(database)
    account = sums.until(period)
    statement = savings_statement(
        account.within,
        account.ever,
        known=KnownBaselines(rules, former_baselines(database)),
        period=period,
        quality=sums.quality(period, zone=now.tzinfo or dt.UTC),
        today=today,
    )
    if statement.table.total != account.whole:
        raise NeedsPersonError(
            "BALANCE-001", f"{period.first}: the report and the account differ"
        )
    return replace(
        statement,
        account=account.whole,
        late=sums.late(period, zone=now.tzinfo or dt.UTC),
    )


def make_report(
    period: Period,
    *,
    database: Database,
    rules: SavingsRules,
    folder: Path,
    now: dt.datetime,
    city: str = "",
) -> SavingsReport:
    """Write the report of a period in all its forms and return it.

    Args:
        period: Days of the report, both ends included.
        database: Where the account is.
        rules: Baselines, yen per hour and its basis, costs.
        folder: Gets `削減時間_YYYYMMDD-YYYYMMDD` as .xlsx, .html, .csv and .png; older
            ones are replaced.
        now: In office time.
        city: Printed in the headings.

    Raises:
        NeedsPersonError: FILE-003 when a file cannot be written.
        TryAgainError: STORE-002.
    """
    statement = make_statement(period, database=database, rules=rules, now=now)
    name = f"削減時間_{period.first:%Y%m%d}-{period.last:%Y%m%d}"
    contents = {
        f"{name}.xlsx": report_workbook(statement, city),
        f"{name}.html": report_page(statement, city).encode(),
        f"{name}.csv": report_csv(statement),
    }
    font = japanese_font()
    if font is not None:
        contents[f"{name}.png"] = png(slide(statement, city), font)
    write_together(folder, contents)
    return SavingsReport(
        statement=statement,
        table=tuple(
            {heading: line.texts[heading] for heading in HEADINGS}
            for line in table_lines(statement.table)
        )
        if statement.table.jobs
        else (),
        markdown=report_markdown(statement),
        workbook=folder / f"{name}.xlsx",
        page=folder / f"{name}.html",
        csv=folder / f"{name}.csv",
        picture=folder / f"{name}.png" if font is not None else None,
    )


def _post_standing(rules: SavingsRules, database: Database, until: dt.date) -> None:
    """Post the fixed upkeep of every month in which a job was in force, once."""
    ledger = SavingsLedger(database)
    for job in dict.fromkeys(one.job for one in rules.baselines):
        own = [one for one in rules.baselines if one.job == job]
        if not any(one.upkeep_minutes_per_month for one in own):
            continue
        month = min(one.valid_from for one in own).replace(day=1)
        while month <= until:
            last_day = next_month(month) - dt.timedelta(days=1)
            baseline = baseline_in_force(own, job, last_day)
            if baseline is not None and baseline.upkeep_minutes_per_month:
                ledger.post_standing(job, month, baseline.upkeep_minutes_per_month)
            month = next_month(month)
