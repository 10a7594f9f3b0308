"""The report of hours saved as one HTML page: no script, nothing from outside."""

from __future__ import annotations

from importlib.resources import files

import jinja2

from tasks.domain.hours_saved.savings_statement import (
    SavingsStatement,
    baseline_words,
    clock_words,
    hours_words,
    notes,
    pay_back_words,
    title_words,
)
from tasks.domain.normal_forms.letter_dates import letter_fiscal_year
from tasks.edges.hours_saved.chart_shapes import FONTS, svg
from tasks.edges.hours_saved.savings_cells import (
    HEADINGS,
    NUMBERS,
    figures,
    table_lines,
)
from tasks.edges.hours_saved.savings_charts import job_bars, trend, waterfall


def report_page(statement: SavingsStatement, city: str) -> str:
    """Return the page of a period.

    Args:
        statement: What is shown.
        city: Printed in the heading.
    """
    table = statement.table
    template = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    ).from_string(
        (files("tasks.edges.hours_saved") / "savings_page.html").read_text("utf-8")
    )
    return template.render(
        s=statement,
        city=city,
        fonts=FONTS,
        figures=figures(statement, pay_back_words(statement.pay_back)),
        headings=HEADINGS,
        rows=[
            {
                "look": line.look,
                "cells": [
                    {
                        "text": line.texts[heading],
                        "number": heading in NUMBERS,
                        "bad": line.saved_ms < 0
                        and heading in ("削減 h", "削減率", "金額"),
                    }
                    for heading in HEADINGS
                ],
            }
            for line in table_lines(table)
        ],
        clock=clock_words(table.total.saved_ms),
        bars=svg(job_bars(table.jobs)),
        waterfall=svg(waterfall(table.total)),
        trend=svg(trend(table.months)),
        years=[
            {
                "title": letter_fiscal_year(year.year),
                "yen": (
                    year.worth_yen,
                    year.introduction_yen,
                    year.running_yen,
                    year.net_yen,
                ),
            }
            for year in statement.years
        ],
        pay_back=pay_back_words(statement.pay_back),
        studies=[
            (
                title_words(row),
                "、".join(baseline_words(one) for one in row.baselines) or "－",
                "－" if row.error_ms is None else f"± {hours_words(row.error_ms)} 時間",
            )
            for row in table.jobs
        ],
        notes=notes(statement),
    )
