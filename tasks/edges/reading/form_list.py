"""様式の見直し.xlsx: what every form demands, with a column for the decision."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from tasks.domain.reading.form_demands import DemandKind, FormSheet, counts_by_section
from tasks.edges.tables.workbooks import read_workbook

NAME = "様式の見直し.xlsx"
HEADINGS = ("課", "様式", "求めるもの", "文言", "場所", "何番目", "判断", "備考")
DECISIONS = ("存続", "廃止", "見直し中")
_SHEET, _GONE, _COUNTS, _TROUBLE = (
    "一覧",
    "前回だけの判断",
    "課ごとの数",
    "読めない様式",
)
_WIDTHS = (14, 40, 14, 40, 26, 8, 12, 30)
_FONT = "游ゴシック"

Key = tuple[str, str, str, int]
"""File, kind, words, which of several such."""
Ticks = Mapping[Key, tuple[str, str]]
"""判断 and 備考 as staff wrote them."""


def read_ticks(file: Path) -> dict[Key, tuple[str, str]]:
    """Return what staff decided in the workbook of an earlier run; {} without one.

    Raises:
        NeedsPersonError: TABLE-004 or TABLE-008 when it cannot be read: it is then
            not written over either.
    """
    if not file.is_file():
        return {}
    found: dict[Key, tuple[str, str]] = {}
    for table in read_workbook(file):
        if table.sheet not in (_SHEET, _GONE):
            continue
        for row in table.rows():
            cells = [*row.cells, *("",) * len(HEADINGS)][: len(HEADINGS)]
            if not cells[5].isdecimal() or not (cells[6].strip() or cells[7].strip()):
                continue
            key = (cells[1], cells[2], cells[3], int(cells[5]))
            found[key] = (cells[6].strip(), cells[7].strip())
    return found


def form_list(forms: Sequence[FormSheet], ticks: Ticks) -> bytes:
    """Return the workbook; what staff decided stands beside the same demands again.

    Decisions on what is no longer found are kept on a sheet of their own.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    base = {"font_name": _FONT, "border": 1, "border_color": "#9AA5B1"}
    base |= {"valign": "top", "text_wrap": True}
    looks = {
        "text": book.add_format(base),
        "tick": book.add_format(base | {"bg_color": "#FFF8E1"}),
        "head": book.add_format(base | {"bold": True, "bg_color": "#DCE6F1"}),
    }
    rows = [
        (key, demand.place, form.section)
        for form in forms
        for key, demand in zip(form.keys, form.demands, strict=True)
    ]
    page = _page(book, looks, _SHEET, HEADINGS, _WIDTHS)
    for number, (key, place, section) in enumerate(rows, start=1):
        _row(page, looks, number, (section, key, place), ticks.get(key, ("", "")))
    if rows:
        page.data_validation(
            1, 6, len(rows), 6, {"validate": "list", "source": list(DECISIONS)}
        )
        page.autofilter(0, 0, len(rows), len(HEADINGS) - 1)
    _counts(book, looks, forms, ticks)
    here = {key for key, _, _ in rows}
    gone = [key for key in ticks if key not in here]
    if gone:
        page = _page(book, looks, _GONE, HEADINGS, _WIDTHS)
        for number, key in enumerate(gone, start=1):
            _row(page, looks, number, ("", key, ""), ticks[key])
    troubled = [form for form in forms if form.trouble]
    if troubled:
        page = _page(book, looks, _TROUBLE, ("課", "様式", "理由"), (14, 44, 70))
        for number, form in enumerate(troubled, start=1):
            for column, text in enumerate((form.section, form.file, form.trouble)):
                page.write_string(number, column, text, looks["text"])
    book.close()
    return stream.getvalue()


def _page(
    book: Any,
    looks: dict[str, Any],
    name: str,
    headings: Sequence[str],
    widths: Sequence[float],
) -> Any:
    page = book.add_worksheet(name)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.freeze_panes(1, 0)
    page.repeat_rows(0)
    for column, (heading, width) in enumerate(zip(headings, widths, strict=True)):
        page.write_string(0, column, heading, looks["head"])
        page.set_column(column, column, width)
    return page


def _row(
    page: Any,
    looks: dict[str, Any],
    number: int,
    what: tuple[str, Key, str],
    tick: tuple[str, str],
) -> None:
    section, (file, kind, words, nth), place = what
    for column, text in enumerate((section, file, kind, words, place)):
        page.write_string(number, column, text, looks["text"])
    page.write_number(number, 5, nth, looks["text"])
    page.write_string(number, 6, tick[0], looks["tick"])
    page.write_string(number, 7, tick[1], looks["tick"])


def _counts(
    book: Any, looks: dict[str, Any], forms: Sequence[FormSheet], ticks: Ticks
) -> None:
    kinds = list(DemandKind)
    headings = ("課", "様式", *(kind.value for kind in kinds), "判断済み")
    page = _page(book, looks, _COUNTS, headings, (20, 10, *(14,) * len(kinds), 12))
    decided: dict[str, int] = {}
    for form in forms:
        done = sum(bool(ticks.get(key, ("", ""))[0]) for key in form.keys)
        decided[form.section] = decided.get(form.section, 0) + done
    rows = counts_by_section(forms)
    for number, (section, count, by_kind) in enumerate(rows, start=1):
        page.write_string(number, 0, section or "（課なし）", looks["text"])
        values = (count, *(by_kind[kind] for kind in kinds), decided.get(section, 0))
        for column, value in enumerate(values, start=1):
            page.write_number(number, column, value, looks["text"])
    last = len(rows) + 1
    page.write_string(last, 0, "合計", looks["head"])
    for column in range(1, len(headings)):
        letter = "ABCDEFGHIJ"[column]
        values_of = [
            (count, *(by[kind] for kind in kinds), decided.get(section, 0))[column - 1]
            for section, count, by in rows
        ]
        page.write_formula(
            last,
            column,
            f"=SUM({letter}2:{letter}{last})",
            looks["head"],
            sum(values_of),
        )
