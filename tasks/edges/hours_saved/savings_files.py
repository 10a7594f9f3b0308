"""The report of hours saved as CSV and as markdown for Prefect."""

from __future__ import annotations

import csv
import io
from dataclasses import astuple

from tasks.domain.hours_saved.savings_statement import (
    ESTIMATE,
    SavingsStatement,
    clock_words,
    net_words,
    notes,
    pay_back_words,
)
from tasks.domain.hours_saved.savings_table import Effort, JobSavings
from tasks.edges.hours_saved.savings_cells import HEADINGS, NUMBERS, table_lines

_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")
"""First letters that a spreadsheet may take for a formula, wide ones too."""
_CSV_HEADINGS = (
    "担当課",
    "業務名",
    "内容",
    "件数",
    "うち手作業",
    "導入前（秒）",
    "立会い（秒）",
    "確認（秒）",
    "手作業（秒）",
    "例外対応（秒）",
    "維持（秒）",
    "導入後（秒）",
    "削減（秒）",
    "削減率",
    "金額（円）",
    "単価の根拠",
    "仮",
    "抜取検査",
    "抜取検査の誤り",
    "人に見せずに採用した項目",
    "質問した項目",
    "訂正した項目",
    "訂正した文字",
)


def report_csv(statement: SavingsStatement) -> bytes:
    """Return the rows with whole seconds' thousandths, one job a line, no totals.

    UTF-8 with its mark, so that Excel opens it as it is.
    """
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(_CSV_HEADINGS)
    for row in statement.table.jobs:
        one = row.effort
        times = (
            one.before_ms,
            one.attended_ms,
            one.review_ms,
            one.by_hand_ms,
            one.exception_ms,
            one.upkeep_ms,
            one.after_ms,
            one.saved_ms,
        )
        writer.writerow(
            [
                _safe(row.section),
                _safe(row.title),
                _safe(row.contents),
                one.items + one.by_hand_items,
                one.by_hand_items,
                *(_seconds(time) for time in times),
                _share(one),
                ESTIMATE if row.yen is None else row.yen,
                ""
                if row.yen is None
                else _safe(
                    "、".join(
                        f"{rate.name} {rate.yen_per_hour}円 {rate.yen_basis}"
                        for rate in row.rates
                    )
                ),
                _guess(row),
                *astuple(row.quality),
            ]
        )
    return stream.getvalue().encode("utf-8-sig")


def report_markdown(statement: SavingsStatement) -> str:
    """Return the report as markdown in Japanese."""
    lines = [f"## 削減時間 {statement.period.title}", ""]
    if not statement.table.jobs:
        return "\n".join([*lines, "この期間の記録はありません。"])
    total = statement.table.total
    lines += [
        f"**削減 {clock_words(total.saved_ms)}**、差引 {net_words(statement)}、"
        f"投資の回収 {pay_back_words(statement.pay_back)}",
        "",
        "| " + " | ".join(HEADINGS) + " |",
        "|" + "|".join("---:" if one in NUMBERS else "---" for one in HEADINGS) + "|",
    ]
    lines += [
        "| " + " | ".join(_cell(line.texts[heading]) for heading in HEADINGS) + " |"
        for line in table_lines(statement.table)
    ]
    return "\n".join([*lines, "", *(f"- {_cell(note)}" for note in notes(statement))])


def _share(effort: Effort) -> str:
    """Return 削減率 cut off after four decimals: never more than was saved."""
    share = effort.share_permyriad
    return "" if share is None else f"{share / 10_000:.4f}"


def _guess(row: JobSavings) -> str:
    if row.estimate:
        return ESTIMATE
    return f"一部{ESTIMATE}" if row.partly else ""


def _seconds(duration_ms: int) -> str:
    """Return seconds with exactly three decimals, from whole milliseconds."""
    sign = "-" if duration_ms < 0 else ""
    return f"{sign}{abs(duration_ms) // 1000}.{abs(duration_ms) % 1000:03d}"


def _safe(text: str) -> str:
    """Return a text that no spreadsheet takes for a formula."""
    return "'" + text if text[:1] in _FORMULA else text


def _cell(text: str) -> str:
    """Return a text that stays one cell and makes no link, picture or tag."""
    for sign, wide in zip("|<>[]`", "｜＜＞［］｀", strict=True):
        text = text.replace(sign, wide)
    return " ".join(text.split())
