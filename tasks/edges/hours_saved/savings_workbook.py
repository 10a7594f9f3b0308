"""The report of hours saved as a workbook with native charts; hours are numbers."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import xlsxwriter

from tasks.domain.hours_saved.savings import MS_PER_HOUR
from tasks.domain.hours_saved.savings_statement import (
    SavingsStatement,
    baseline_words,
    clock_words,
    notes,
    pay_back_words,
    title_words,
    total_yen_words,
)
from tasks.domain.hours_saved.savings_table import Effort, JobSavings, SavingsTable
from tasks.domain.normal_forms.letter_dates import letter_fiscal_year
from tasks.domain.office.periods import month_title
from tasks.edges.hours_saved.savings_cells import (
    HEADINGS,
    NUMBERS,
    section_effort,
    table_lines,
)
from tasks.edges.hours_saved.savings_charts import (
    AFTER,
    BEFORE,
    LOST,
    SAVED,
    SPENT,
    WATERFALL_PARTS,
    trend_axes,
)

_FONT = "游ゴシック"
_WIDTHS = (14, 28, 24, 17, 10, 10, 10, 9, 21, 19, 20, 21)
_MONTH_COLUMN = 10
_FIRST = 3
"""Row of the first job on the sheet, from 0."""
_PARTS = (
    ("導入前", "before_ms"),
    ("立会い", "attended_ms"),
    ("確認", "review_ms"),
    ("手作業", "by_hand_ms"),
    ("例外対応", "exception_ms"),
    ("維持", "upkeep_ms"),
    ("導入後", "after_ms"),
    ("削減", "saved_ms"),
)


@dataclass(slots=True)
class _Book:
    """The workbook while it is written."""

    book: Any
    statement: SavingsStatement
    looks: dict[str, Any]

    def sheet(self, name: str, title: str, widths: Sequence[float]) -> Any:
        page = self.book.add_worksheet(name)
        page.hide_gridlines(2)
        page.write_string(0, 0, title, self.looks["title"])
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.set_landscape()
        page.set_paper(9)
        page.fit_to_pages(1, 0)
        page.set_footer("&C&P / &N")
        return page

    def heads(self, page: Any, row: int, words: Sequence[str]) -> None:
        for column, heading in enumerate(words):
            page.write_string(row, column, heading, self.looks["head"])


def report_workbook(statement: SavingsStatement, city: str) -> bytes:
    """Return the workbook of a period.

    Sheets: 削減時間 (the table), グラフ, 月別, 経費と効果, 測り方, 台帳との突合.
    """
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream, {"in_memory": True, "strings_to_formulas": False}
    )
    book.formats[0].set_font_name(_FONT)
    made = _Book(book, statement, _looks(book))
    _table_sheet(made, city)
    charts = made.sheet("グラフ", f"削減時間　{statement.period.title}", [12] * 11)
    charts.set_portrait()
    charts.fit_to_pages(1, 1)
    _months_sheet(made)
    _money_sheet(made)
    _studies_sheet(made)
    _proof_sheet(made)
    _charts(made, charts)
    book.close()
    return stream.getvalue()


def _looks(book: Any) -> dict[str, Any]:
    base = {"font_name": _FONT, "font_size": 11, "border": 1, "border_color": "#9AA5B1"}
    base |= {"valign": "vcenter"}
    hours = {"num_format": "#,##0.0;[Red]-#,##0.0"}
    yen = {"num_format": "#,##0円;[Red]-#,##0円"}
    share = {"num_format": "0.0%;[Red]-0.0%"}
    partly = '#,##0円"（仮の月を除く）";[Red]-#,##0円"（仮の月を除く）"'
    kinds: dict[str, dict[str, Any]] = {
        "text": {"text_wrap": True},
        "right": {"align": "right", "text_wrap": True},
        "hours": hours,
        "share": share,
        "yen": yen,
        "yen partly": {"num_format": partly},
        "count": {"num_format": "#,##0"},
    }
    looks = {
        name + shade: book.add_format(base | look | more)
        for name, look in kinds.items()
        for shade, more in (
            ("", {}),
            (" sum", {"bg_color": "#F2F5F8", "bold": True}),
            (" all", {"bg_color": "#DCE6F1", "bold": True}),
        )
    }
    looks["title"] = book.add_format(
        {"font_name": _FONT, "bold": True, "font_size": 16}
    )
    looks["head"] = book.add_format(
        base | {"bold": True, "bg_color": "#DCE6F1", "align": "center"}
    )
    looks["plain"] = book.add_format({"font_name": _FONT, "font_size": 11})
    looks["note"] = book.add_format(
        {"font_name": _FONT, "font_size": 10, "text_wrap": True, "valign": "top"}
    )
    return looks


def _table_sheet(made: _Book, city: str) -> None:
    statement = made.statement
    page = made.sheet("削減時間", f"削減時間　{statement.period.title}", _WIDTHS)
    page.write_string(1, 0, city, made.looks["plain"])
    made.heads(page, _FIRST - 1, HEADINGS)
    rows = iter(statement.table.jobs)
    sections = iter(own for _, own in statement.table.sections if len(own) > 1)
    last = _FIRST
    for number, line in enumerate(table_lines(statement.table)):
        last = _FIRST + number
        page.set_row(last, 36)
        if line.look == "job":
            _row(made, page, last, line.texts, next(rows))
        elif line.look == "sum":
            _sum_row(made, page, last, line.texts, "sum", next(sections))
        else:
            _sum_row(made, page, last, line.texts, "all", statement.table.jobs)
    for number, note in enumerate(notes(statement)):
        page.merge_range(
            last + 2 + number, 0, last + 2 + number, 11, f"・{note}", made.looks["note"]
        )
        page.set_row(last + 2 + number, 15 * (1 + len(note) // 88))
    page.freeze_panes(_FIRST, 2)
    page.repeat_rows(_FIRST - 1)


def _row(
    made: _Book, page: Any, number: int, texts: dict[str, str], row: JobSavings
) -> None:
    _texts(made, page, number, texts, "")
    _numbers(made, page, number, row.effort, "")
    if row.yen is not None:
        look = "yen partly" if row.partly else "yen"
        page.write_number(number, 8, row.yen, made.looks[look])


def _sum_row(
    made: _Book,
    page: Any,
    number: int,
    texts: dict[str, str],
    look: str,
    rows: Sequence[JobSavings],
) -> None:
    _texts(made, page, number, texts, f" {look}")
    effort = (
        made.statement.table.total if look == "all" else section_effort(tuple(rows))
    )
    _numbers(made, page, number, effort, f" {look}")
    if rows and not any(row.estimate or row.partly for row in rows):
        yen = sum(row.yen or 0 for row in rows)
        page.write_number(number, 8, yen, made.looks[f"yen {look}"])


def _texts(
    made: _Book, page: Any, number: int, texts: dict[str, str], shade: str
) -> None:
    for column, heading in enumerate(HEADINGS):
        if column < 4 or column > 7:
            look = "right" if heading in NUMBERS else "text"
            page.write_string(number, column, texts[heading], made.looks[look + shade])


def _numbers(made: _Book, page: Any, number: int, effort: Effort, shade: str) -> None:
    """Write the hours; 削減 and 削減率 are formulas that staff can follow."""
    line, hours = number + 1, made.looks["hours" + shade]
    page.write_number(number, 4, effort.before_ms / MS_PER_HOUR, hours)
    page.write_number(number, 5, effort.after_ms / MS_PER_HOUR, hours)
    saved = effort.saved_ms / MS_PER_HOUR
    page.write_formula(number, 6, f"=E{line}-F{line}", hours, saved)
    if effort.share_permyriad is None:
        page.write_string(number, 7, "－", made.looks["right" + shade])
    else:
        page.write_formula(
            number,
            7,
            f"=INT(ROUND(G{line}/E{line}*1000,6))/1000",
            made.looks["share" + shade],
            effort.share_permyriad // 10 / 1000,
        )


def _months_sheet(made: _Book) -> None:
    page = made.sheet("月別", "月ごとの時間", [14, *[12] * 10])
    made.heads(page, 2, ("月", "件数", *(f"{name} h" for name, _ in _PARTS), "累計 h"))
    running = 0
    months = made.statement.table.months
    hours = made.looks["hours"]
    for number, one in enumerate(months, start=3):
        running += one.effort.saved_ms
        page.write_string(number, 0, month_title(one.month), made.looks["text"])
        items = one.effort.items + one.effort.by_hand_items
        page.write_number(number, 1, items, made.looks["count"])
        for column, (_, part) in enumerate(_PARTS, start=2):
            spent = getattr(one.effort, part) / MS_PER_HOUR
            page.write_number(number, column, spent, hours)
        page.write_number(number, 10, running / MS_PER_HOUR, hours)
    last = 3 + len(months)
    page.write_string(last, 0, "合計", made.looks["text all"])
    total = made.statement.table.total
    values = [total.items + total.by_hand_items]
    for column in range(1, 10):
        letter = "ABCDEFGHIJK"[column]
        value: float = values[0]
        if column > 1:
            value = getattr(total, _PARTS[column - 2][1]) / MS_PER_HOUR
        look = "count all" if column == 1 else "hours all"
        page.write_formula(
            last,
            column,
            f"=SUM({letter}4:{letter}{last})",
            made.looks[look],
            value,
        )
    page.write_number(last, 10, running / MS_PER_HOUR, made.looks["hours all"])
    page.freeze_panes(3, 1)


def _money_sheet(made: _Book) -> None:
    statement = made.statement
    page = made.sheet("経費と効果", "経費と効果", [18, 18, 18, 18, 18])
    made.heads(page, 2, ("年度", "削減の金額", "導入の経費", "運用の経費", "差引"))
    line = 3
    for year in statement.years:
        page.write_string(line, 0, letter_fiscal_year(year.year), made.looks["text"])
        amounts = (year.worth_yen, year.introduction_yen, year.running_yen)
        for column, yen in enumerate(amounts, start=1):
            page.write_number(line, column, yen, made.looks["yen"])
        row = line + 1
        page.write_formula(
            line, 4, f"=B{row}-C{row}-D{row}", made.looks["yen"], year.net_yen
        )
        line += 1
    found: list[tuple[str, str]] = [
        ("投資の回収", pay_back_words(statement.pay_back)),
        ("この期間の削減の金額", total_yen_words(statement.table)),
    ]
    if statement.per_item is not None:
        one = statement.per_item
        found.append(
            (
                "1件あたり",
                f"導入前 {one.before_yen:,}円 → 導入後 {one.after_yen:,}円"
                f"（職員 {one.staff_yen:,}円、経費 {one.money_yen:,}円）",
            )
        )
    for cost in statement.rules.costs:
        found.append(
            (
                f"{letter_fiscal_year(cost.year)}の経費",
                f"{cost.what}: 導入 {cost.introduction_yen:,}円、運用 {cost.running_yen:,}円",
            )
        )
    for number, (name, words) in enumerate(found, start=line + 1):
        page.write_string(number, 0, name, made.looks["plain"])
        page.write_string(number, 1, words, made.looks["plain"])


def _studies_sheet(made: _Book) -> None:
    page = made.sheet("測り方", "導入前の測り方", [24, 80, 18])
    made.heads(page, 2, ("業務名", "1件の手作業（測り方）", "導入前の誤差 ± h"))
    for number, row in enumerate(made.statement.table.jobs, start=3):
        words = "\n".join(baseline_words(one) for one in row.baselines) or "－"
        page.write_string(number, 0, title_words(row), made.looks["text"])
        page.write_string(number, 1, words, made.looks["text"])
        page.set_row(number, 18 * sum(1 + len(x) // 62 for x in words.split("\n")))
        if row.error_ms is None:
            page.write_string(number, 2, "－", made.looks["right"])
        else:
            error = row.error_ms / MS_PER_HOUR
            page.write_number(number, 2, error, made.looks["hours"])


def _proof_sheet(made: _Book) -> None:
    """Write every part to the second beside the account's own sum."""
    statement = made.statement
    page = made.sheet("台帳との突合", "台帳との突合", [14, 26, 26, 26, 10])
    page.write_string(
        1,
        0,
        f"台帳 {statement.table.lines:,} 行をミリ秒の整数で、業務や月に分けずに足した値と比べています。合わなければ報告は出ません。",
        made.looks["plain"],
    )
    made.heads(page, 2, ("区分", "台帳", "業務の合計", "月の合計", "差（秒）"))
    for number, (name, part) in enumerate(_PARTS, start=3):
        jobs = sum(getattr(row.effort, part) for row in statement.table.jobs)
        months = sum(getattr(one.effort, part) for one in statement.table.months)
        account = getattr(statement.account, part)
        page.write_string(number, 0, name, made.looks["text"])
        for column, total in enumerate((account, jobs, months), start=1):
            page.write_string(number, column, clock_words(total), made.looks["right"])
        off = max(abs(jobs - account), abs(months - account))
        page.write_number(number, 4, off / 1000, made.looks["count"])


def _charts(made: _Book, page: Any) -> None:
    table = made.statement.table
    if not table.jobs:
        page.write_string(2, 0, "この期間の記録はありません。", made.looks["plain"])
        return
    data = _chart_data(made, table)
    bars = made.book.add_chart({"type": "bar"})
    count = len(table.jobs)
    for column, name, colour in ((1, "導入前", BEFORE), (2, "導入後", AFTER)):
        bars.add_series(
            {
                "name": name,
                "categories": [data, 1, 0, count, 0],
                "values": [data, 1, column, count, column],
                "fill": {"color": colour},
                "points": _losing(table) if name == "導入後" else None,
                "gap": 60,
            }
        )
    bars.set_title(
        {"name": "業務ごとの導入前と導入後（時間）", "name_font": {"size": 14}}
    )
    bars.set_y_axis({"reverse": True, "num_font": {"size": 10}})
    bars.set_x_axis(
        {
            "num_format": "#,##0",
            "min": 0,
            "major_gridlines": {"visible": True, "line": {"color": "#E3E8EE"}},
        }
    )
    bars.set_legend({"position": "top"})
    bars.set_size({"width": 900, "height": 120 + 38 * count})
    page.insert_chart(2, 0, bars)
    below = 2 + (120 + 38 * count) // 20 + 2
    page.insert_chart(below, 0, _waterfall(made, data))
    page.insert_chart(below + 18, 0, _trend(made, data))


def _losing(table: SavingsTable) -> list[dict[str, Any] | None]:
    """Return the colours of the bars of 導入後: red where a job lost time."""
    ordered = sorted(table.jobs, key=lambda row: -row.effort.saved_ms)
    return [
        {"fill": {"color": LOST}} if row.effort.saved_ms < 0 else None
        for row in ordered
    ]


def _chart_data(made: _Book, table: SavingsTable) -> str:
    """Write what the charts draw on a sheet of its own; return its name."""
    name = "グラフの数値"
    page = made.sheet(name, "", [24, 12, 12, 4, 12, 14, 14, 14, 14])
    made.heads(page, 0, ("業務名", "導入前 h", "導入後 h"))
    ordered = sorted(table.jobs, key=lambda row: -row.effort.saved_ms)
    for number, row in enumerate(ordered, start=1):
        page.write_string(number, 0, title_words(row), made.looks["text"])
        for column, part in ((1, row.effort.before_ms), (2, row.effort.after_ms)):
            page.write_number(number, column, part / MS_PER_HOUR, made.looks["hours"])
    _short_months(made, page)
    heads = ("区分", "土台（正）", "正", "土台（負）", "負")
    for column, heading in enumerate(heads, start=4):
        page.write_string(0, column, heading, made.looks["head"])
    level = 0.0
    for number, (words, name_of_part) in enumerate(WATERFALL_PARTS, start=1):
        value = getattr(table.total, name_of_part) / MS_PER_HOUR
        whole = number in (1, len(WATERFALL_PARTS))
        begin, end = (0.0, value) if whole else (level, level - value)
        level = end
        page.write_string(number, 4, words, made.looks["text"])
        for column, piece in enumerate(_pieces(begin, end), start=5):
            page.write_number(number, column, piece, made.looks["hours"])
    return name


def _short_months(made: _Book, page: Any) -> None:
    """Write the months as a chart has room for them."""
    page.write_string(0, _MONTH_COLUMN, "月", made.looks["head"])
    for number, one in enumerate(made.statement.table.months, start=1):
        words = f"{one.month.month}月"
        page.write_string(number, _MONTH_COLUMN, words, made.looks["text"])


def _pieces(begin: float, end: float) -> tuple[float, float, float, float]:
    """Return a column from begin to end as unseen and seen, above and below zero."""
    high, low = max(begin, end), min(begin, end)
    above = max(low, 0.0)
    below = min(high, 0.0)
    return above, max(high, 0.0) - above, below, min(low, 0.0) - below


def _waterfall(made: _Book, data: str) -> Any:
    chart = made.book.add_chart({"type": "column", "subtype": "stacked"})
    last = len(WATERFALL_PARTS)
    saved = made.statement.table.total.saved_ms
    points = [{"fill": {"color": BEFORE}}]
    points += [{"fill": {"color": SPENT}}] * (last - 2)
    points += [{"fill": {"color": SAVED if saved >= 0 else LOST}}]
    for column in range(5, 9):
        series: dict[str, Any] = {
            "categories": [data, 1, 4, last, 4],
            "values": [data, 1, column, last, column],
            "gap": 45,
        }
        if column in (5, 7):
            series |= {"fill": {"none": True}, "border": {"none": True}}
        else:
            labels = {"value": True, "num_format": "#,##0.0;-#,##0.0;"}
            series |= {"points": points, "data_labels": labels}
        chart.add_series(series)
    chart.set_title({"name": "導入前から削減まで（時間）", "name_font": {"size": 14}})
    chart.set_y_axis(
        {
            "num_format": "#,##0",
            **_from_zero(made.statement.table.total),
            "major_gridlines": {"visible": True, "line": {"color": "#E3E8EE"}},
        }
    )
    chart.set_x_axis({"label_position": "low"})
    chart.set_legend({"none": True})
    chart.set_size({"width": 900, "height": 340})
    return chart


def _from_zero(total: Effort) -> dict[str, float]:
    """Return the axis' lower end where nothing is negative.

    Excel by itself cuts the axis off above zero when all columns are nearly as high.
    """
    return {"min": 0} if total.saved_ms >= 0 else {}


def _whole(step: float) -> str:
    return "#,##0" if step == int(step) else "#,##0.0##"


def _trend(made: _Book, data: str) -> Any:
    count = len(made.statement.table.months)
    last, names = 2 + count, [data, 1, _MONTH_COLUMN, count, _MONTH_COLUMN]
    columns = made.book.add_chart({"type": "column"})
    columns.add_series(
        {
            "name": "月の削減",
            "categories": names,
            "values": ["月別", 3, 9, last, 9],
            "fill": {"color": SAVED},
            "invert_if_negative": True,
            "invert_if_negative_color": LOST,
            "gap": 60,
        }
    )
    line = made.book.add_chart({"type": "line"})
    line.add_series(
        {
            "name": "累計（右）",
            "categories": names,
            "values": ["月別", 3, 10, last, 10],
            "line": {"color": SPENT, "width": 2.5},
            "y2_axis": True,
        }
    )
    columns.combine(line)
    columns.set_title({"name": "月ごとの削減（時間）", "name_font": {"size": 14}})
    axes = trend_axes(made.statement.table.months)
    low, high = axes.right
    columns.set_y_axis(
        {
            "num_format": _whole(axes.step),
            "min": axes.steps[0],
            "max": axes.steps[-1],
            "major_unit": axes.step,
            "major_gridlines": {"visible": True, "line": {"color": "#E3E8EE"}},
        }
    )
    # One zero for both sides, as in the page: Excel's own choice may part them.
    line.set_y2_axis(
        {
            "num_format": _whole(axes.right_step),
            "min": low,
            "max": high,
            "major_unit": axes.right_step,
        }
    )
    columns.set_x_axis({"label_position": "low"})
    columns.set_legend({"position": "top"})
    columns.set_size({"width": 900, "height": 340})
    return columns
