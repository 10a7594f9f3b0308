"""税額明細 and 延滞金内訳: the evidence line by line; it stays in the tax section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from tasks.domain.normal_forms.letter_dates import letter_fiscal_year
from tasks.domain.records import TaxLine, Verdict, Whose
from tasks.domain.runs.check_report import CheckReport, number_shown
from tasks.domain.taxes.delinquency import JudgedLine, judge_line
from tasks.edges.runs.cell_looks import Cell
from tasks.edges.runs.conclusion_sheet import ANSWER_STYLES
from tasks.edges.runs.sheet_tables import Column, TableRow, TableSheet, write_table
from tasks.edges.runs.sheets import Book

PAID_PART_LEFT_OUT = "納付済みの分にかかる延滞金は含まない"
_STATE = 11
"""Column of 判定."""
_STATE_STYLES = {state: {_STATE: style} for state, style in ANSWER_STYLES.items()}
_PLAIN: dict[int, str] = {}

ChargedLine: TypeAlias = tuple[Verdict, JudgedLine]
"""A tax line that was judged, and whose it is."""


def _judged_lines(report: CheckReport) -> Iterator[ChargedLine]:
    for verdict in report.verdicts:
        for line in verdict.lines:
            yield verdict, judge_line(line, rules=report.rules, as_of=report.as_of)


_LINE_COLUMNS = (
    Column("番号", 8, centred=True),
    Column("宛名番号", 12),
    Column("税目", 22),
    Column("年度", 12, centred=True),
    Column("期別", 11, centred=True),
    Column("納期限", 12),
)


def _line_cells(verdict: Verdict, line: TaxLine) -> tuple[Cell, ...]:
    return (
        number_shown(verdict),
        line.addressee_no,
        line.tax,
        letter_fiscal_year(line.fiscal_year),
        line.instalment or "全期・随時",
        line.due_date,
    )


def tax_page(book: Book, report: CheckReport) -> tuple[ChargedLine, ...]:
    """Draw 税額明細: every tax line looked at, and what it means.

    Returns:
        The lines with 延滞金, for `charge_page`.
    """
    charged: list[ChargedLine] = []
    columns = (
        *_LINE_COLUMNS,
        Column("調定額", 12),
        Column("収納額", 12),
        Column("未納額", 12),
        Column("過納額", 10),
        Column("台帳の状態", 12, centred=True),
        Column("判定", 15, centred=True),
        Column("延滞金\n（見込み）", 11),
        Column("備考", 20),
    )

    def rows() -> Iterator[TableRow]:
        for verdict, item in _judged_lines(report):
            if item.charge:
                charged.append((verdict, item))
            cells = (
                *_line_cells(verdict, item.line),
                item.line.assessed_yen,
                item.line.paid_yen,
                item.unpaid_yen or None,
                item.overpaid_yen or None,
                item.line.status.value,
                item.state.value,
                item.charge.yen if item.charge else None,
                _remark(verdict, item),
            )
            yield TableRow(cells, styles=_STATE_STYLES.get(item.state, _PLAIN))

    page = TableSheet("税額明細", "税額明細", columns, frozen_columns=3)
    write_table(book, page, rows())
    return tuple(charged)


def _remark(verdict: Verdict, item: JudgedLine) -> str:
    """Return whose the tax is when not the applicant's own, and what is odd about it."""
    match = verdict.match
    numbers = match.addressee_nos if match and match.related else {}
    whose = numbers.get(item.line.addressee_no, Whose.APPLICANT)
    owner = "" if whose is Whose.APPLICANT else f"{whose}の税"
    part = item.charge and (item.line.paid_yen or item.line.receipt_yen)
    left_out = PAID_PART_LEFT_OUT if part else ""
    receipt = f"（{item.line.receipt_yen:,}円）" if item.remark else ""
    told = (owner, item.remark + receipt, item.charge_note, left_out)
    return "、".join(filter(None, told))


def charge_page(book: Book, charged: Sequence[ChargedLine]) -> None:
    """Draw 延滞金内訳: each span of days with its rate."""
    columns = (
        *_LINE_COLUMNS,
        Column("から", 12),
        Column("まで", 12),
        Column("日数", 7),
        Column("計算の基礎\nとなる税額", 13),
        Column("割合（年）", 10),
        Column("延滞金\n（円未満切捨）", 14),
        Column("猶予・停止", 12, centred=True),
        Column("この期の延滞金\n（切捨て後）", 14),
    )

    def rows() -> Iterator[TableRow]:
        for verdict, item in charged:
            spans = item.charge.spans if item.charge else ()
            for number, span in enumerate(spans, start=1):
                whole = item.charge if number == len(spans) else None
                yield TableRow(
                    (
                        *_line_cells(verdict, item.line),
                        span.first_day,
                        span.last_day,
                        span.days,
                        span.base_yen,
                        span.percent,
                        span.yen,
                        span.relief,
                        whole.yen if whole else None,
                    )
                )

    title = (
        "延滞金内訳　今の未納額に収納反映日までかかる見込み"
        "（納付日で変わります。1,000円未満は0円、100円未満は切捨て）"
    )
    page = TableSheet("延滞金内訳", title, columns, frozen_columns=3)
    write_table(book, page, rows())
