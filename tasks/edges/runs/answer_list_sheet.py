"""判定一覧: the request as its section wrote it, and beside each row what was found."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from tasks.domain.identity.side_by_side import MARKS_EXPLAINED
from tasks.domain.lists_and_ledgers.request_columns import (
    ColumnName,
    own_cells,
    own_columns,
)
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.records import Verdict, WrittenCell
from tasks.domain.runs.check_report import CheckReport, addressee_numbers
from tasks.edges.runs.cell_looks import Cell
from tasks.edges.runs.comparison_sheets import best_evidence, marks_of
from tasks.edges.runs.conclusion_sheet import ANSWER_STYLES
from tasks.edges.runs.sheet_tables import Column, TableRow, TableSheet, write_table
from tasks.edges.runs.sheets import Book

_RESULTS = (
    Column("回答", 13, centred=True, head="head_result"),
    Column("根拠", 36, head="head_result"),
    Column("宛名番号\n（判明）", 12, head="head_result"),
    *(
        Column(title, 6, centred=True, head="head_result")
        for title in ("氏名\n一致", "カナ\n一致", "生年\n一致", "住所\n一致")
    ),
    Column("決めた税目", 16, head="head_result"),
    Column("未納額", 11, head="head_result"),
    Column("延滞金\n（見込み）", 10, head="head_result"),
    Column("出典", 20, head="head_result"),
)
_FURTHEST_NAME = 4
"""Columns before the name that may stay in sight with it."""
_EXACT_DIGITS = 15
_WIDEST_ASKED = 16
"""Of the request's columns; what is longer goes on in a second line."""
_WIDEST_ADDRESS = 26
_ADDRESSES = ("住所", "所在地")
_NAMES = ("氏名", "名前", "名称")


def answer_list_page(book: Book, report: CheckReport) -> None:
    """Draw 判定一覧: order and columns of the request untouched, then the results."""
    names = own_columns(verdict.applicant for verdict in report.verdicts)
    asked = tuple(Column(header, widest=_widest(header)) for header, _ in names)
    columns = (Column("順", 5, centred=True), *asked, *_RESULTS)
    answer_column = 1 + len(asked)
    styles = {answer: {answer_column: s} for answer, s in ANSWER_STYLES.items()}

    def rows() -> Iterator[TableRow]:
        for order, verdict in enumerate(report.verdicts, start=1):
            cells = (order, *_asked(verdict, names), *_found(verdict))
            yield TableRow(cells, styles=styles.get(verdict.answer, {}))

    page = TableSheet(
        "判定一覧",
        "判定一覧　依頼のまま、依頼の順",
        columns,
        frozen_columns=_frozen(names),
        parted_at=answer_column,
        part_title=f"判定（収納反映日 {letter_date(report.as_of)}）　一致の印 {MARKS_EXPLAINED}",
    )
    write_table(book, page, rows())


def _widest(header: str) -> float:
    is_address = any(word in header for word in _ADDRESSES)
    return _WIDEST_ADDRESS if is_address else _WIDEST_ASKED


def _asked(verdict: Verdict, names: tuple[ColumnName, ...]) -> Iterator[Cell]:
    cells = own_cells(verdict.applicant)
    for name in names:
        cell = cells.get(name)
        if cell is None:
            yield None
        elif cell.is_date:
            yield dt.date.fromisoformat(cell.text)
        else:
            yield _as_written(cell) if cell.is_number else cell.text


def _as_written(cell: WrittenCell) -> Cell:
    """Return a number of the request as a number, where Excel holds all its digits."""
    text = cell.text
    if not text.isascii() or len(text) > _EXACT_DIGITS:
        return text
    whole, point, rest = text.removeprefix("-").partition(".")
    if not whole.isdigit() or (point and not rest.isdigit()):
        return text
    return float(text)


def _found(verdict: Verdict) -> tuple[Cell, ...]:
    return (
        verdict.answer.value,
        verdict.reason,
        "\n".join(addressee_numbers(verdict)),
        *marks_of(best_evidence(verdict.match)),
        "、".join(verdict.taxes),
        verdict.arrears_yen or None,
        verdict.arrears_charge_yen or None,
        verdict.applicant.source,
    )


def _frozen(names: tuple[ColumnName, ...]) -> int:
    """Return how many columns stay in sight: up to the name where that is not far."""
    headers = [header for header, _ in names]
    name = next(
        (n for n, header in enumerate(headers) if any(w in header for w in _NAMES)),
        _FURTHEST_NAME,
    )
    return name + 2 if name < _FURTHEST_NAME else 1
