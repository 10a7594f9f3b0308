"""業務一覧 with what each job would save: as one page and as a workbook."""

from __future__ import annotations

import io
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

import jinja2
import xlsxwriter

from tasks.domain.hours_saved.inventory import GoalMonth, Prospect, covering
from tasks.domain.office.periods import month_title
from tasks.edges.hours_saved.chart_shapes import FONTS, svg
from tasks.edges.hours_saved.inventory_charts import STATE_COLOURS, goal, pareto

HEADINGS = (
    "順",
    "担当課",
    "業務名",
    "年間件数",
    "累計",
    "1件の分",
    "手作業 h／年",
    "媒体",
    "判断",
    "見込みの削減 h／年",
    "状態",
)
_NUMBERS = frozenset(
    ("順", "年間件数", "累計", "1件の分", "手作業 h／年", "見込みの削減 h／年")
)
_FONT = "游ゴシック"
_MOST = 0.94


@dataclass(frozen=True, slots=True)
class InventoryStatement:
    """What the report of the list shows."""

    rows: tuple[Prospect, ...]
    """By volume."""
    months: tuple[GoalMonth, ...]
    day: str
    """Of the report, in Japanese."""
    city: str


def summary(statement: InventoryStatement) -> tuple[str, ...]:
    """Return what a manager must know, in Japanese."""
    rows = statement.rows
    next_ones = sorted(
        (row for row in rows if row.state == "候補"), key=lambda row: -row.saved_hours
    )[:3]
    last = statement.months[-1] if statement.months else None
    found = [
        f"{len(rows)}業務のうち上位 {covering(rows, _MOST)}業務で年間件数の{_MOST:.0%}を占めます。"
    ]
    if last is not None and last.share is not None:
        found.append(
            f"実現可能な {last.feasible}業務のうち {last.done}業務を導入済みです（KGI {last.share:.0%}、目標 100%）。"
        )
    if next_ones:
        names = "、".join(
            f"{row.job.title}（{row.saved_hours:,.0f} h／年）" for row in next_ones
        )
        found.append(f"次の候補（見込みの削減が大きい順）: {names}")
    waiting = sum(row.state == "未検討" for row in rows)
    if waiting:
        found.append(f"実現可能かをまだ検討していない業務が {waiting}件あります。")
    return tuple(found)


def cells(number: int, row: Prospect) -> tuple[str, ...]:
    """Return a row of the table as texts, in the order of HEADINGS."""
    job = row.job
    return (
        str(number),
        job.section,
        job.title,
        f"{job.volume_per_year:,}",
        f"{row.items_share:.0%}",
        f"{job.minutes_per_item:g}",
        f"{job.hours_by_hand:,.0f}",
        job.medium,
        job.judgement,
        f"{row.saved_hours:,.0f}",
        row.state,
    )


def inventory_page(statement: InventoryStatement) -> str:
    """Return the page; it needs no script and nothing from outside."""
    template = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    ).from_string(
        (files("tasks.edges.hours_saved") / "inventory_page.html").read_text("utf-8")
    )
    return template.render(
        city=statement.city,
        day=statement.day,
        fonts=FONTS,
        summary=summary(statement),
        pareto=svg(pareto(statement.rows)),
        goal=svg(goal(statement.months)),
        headings=HEADINGS,
        rows=[
            [
                {"text": text, "number": heading in _NUMBERS}
                for heading, text in zip(HEADINGS, cells(number, row), strict=True)
            ]
            for number, row in enumerate(statement.rows, start=1)
        ],
    )


def inventory_workbook(statement: InventoryStatement) -> bytes:
    """Return the workbook: 業務一覧, パレート図, KGI, with native charts."""
    stream = io.BytesIO()
    book = xlsxwriter.Workbook(
        stream,
        {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False},
    )
    base = {"font_name": _FONT, "border": 1, "border_color": "#9AA5B1"}
    looks = {
        "title": book.add_format({"font_name": _FONT, "bold": True, "font_size": 16}),
        "plain": book.add_format({"font_name": _FONT}),
        "head": book.add_format(base | {"bold": True, "bg_color": "#DCE6F1"}),
        "text": book.add_format(base),
        "count": book.add_format(base | {"num_format": "#,##0;[Red]-#,##0"}),
        "minutes": book.add_format(base | {"num_format": "0.0#"}),
        "share": book.add_format(base | {"num_format": "0%"}),
    }
    first = _table(book, statement, looks)
    if statement.rows:
        _pareto(book, len(statement.rows), first)
    _goal(book, statement, looks)
    book.close()
    return stream.getvalue()


def _table(book: Any, statement: InventoryStatement, looks: dict[str, Any]) -> int:
    page = book.add_worksheet("業務一覧")
    page.hide_gridlines(2)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)
    page.write_string(
        0, 0, f"業務一覧　{statement.city}　{statement.day}", looks["title"]
    )
    lines = summary(statement)
    for number, line in enumerate(lines, start=1):
        page.write_string(number, 0, line, looks["plain"])
    first = len(lines) + 3
    for column, (heading, width) in enumerate(
        zip(HEADINGS, (5, 16, 32, 11, 8, 9, 13, 11, 8, 18, 24), strict=True)
    ):
        page.write_string(first - 1, column, heading, looks["head"])
        page.set_column(column, column, width)
    kinds = ("count", "text", "text", "count", "share", "minutes", "count")
    for number, row in enumerate(statement.rows):
        job = row.job
        values: tuple[float | str, ...] = (
            number + 1,
            job.section,
            job.title,
            job.volume_per_year,
            row.items_share,
            job.minutes_per_item,
            job.hours_by_hand,
            job.medium,
            job.judgement,
            row.saved_hours,
            row.state,
        )
        looks_of = (*kinds, "text", "text", "count", "text")
        for column, (value, look) in enumerate(zip(values, looks_of, strict=True)):
            page.write(first + number, column, value, looks[look])
    page.freeze_panes(first, 3)
    page.autofilter(first - 1, 0, first - 1 + len(statement.rows), len(HEADINGS) - 1)
    page.repeat_rows(first - 1)
    return first


def _pareto(book: Any, count: int, first: int) -> None:
    page = book.add_worksheet("パレート図")
    page.set_landscape()
    page.fit_to_pages(1, 1)
    last = first + count - 1
    columns = book.add_chart({"type": "column"})
    columns.add_series(
        {
            "name": "年間件数",
            "categories": ["業務一覧", first, 2, last, 2],
            "values": ["業務一覧", first, 3, last, 3],
            "fill": {"color": STATE_COLOURS["候補"]},
            "gap": 40,
        }
    )
    line = book.add_chart({"type": "line"})
    line.add_series(
        {
            "name": "累計の割合（右）",
            "categories": ["業務一覧", first, 2, last, 2],
            "values": ["業務一覧", first, 4, last, 4],
            "line": {"color": "#D98E04", "width": 2.5},
            "marker": {"type": "circle", "size": 5},
            "y2_axis": True,
        }
    )
    columns.combine(line)
    columns.set_title({"name": "年間件数の多い順", "name_font": {"size": 14}})
    columns.set_y_axis({"num_format": "#,##0", "min": 0})
    columns.set_x_axis({"num_font": {"rotation": -45}})
    line.set_y2_axis({"num_format": "0%", "min": 0, "max": 1})
    columns.set_legend({"position": "top"})
    columns.set_size({"width": 1000, "height": 520})
    page.insert_chart(0, 0, columns)


def _goal(book: Any, statement: InventoryStatement, looks: dict[str, Any]) -> None:
    page = book.add_worksheet("KGI")
    page.set_landscape()
    page.fit_to_pages(1, 1)
    page.set_column(0, 0, 14)
    for column, heading in enumerate(("月末", "実現可能", "導入済み", "割合")):
        page.write_string(0, column, heading, looks["head"])
    for number, one in enumerate(statement.months, start=1):
        page.write_string(number, 0, month_title(one.month), looks["text"])
        page.write_number(number, 1, one.feasible, looks["count"])
        page.write_number(number, 2, one.done, looks["count"])
        page.write_formula(
            number,
            3,
            f'=IF(B{number + 1}=0,"－",C{number + 1}/B{number + 1})',
            looks["share"],
            "－" if one.share is None else one.share,
        )
    if not statement.months:
        return
    last = len(statement.months)
    chart = book.add_chart({"type": "column"})
    chart.add_series(
        {
            "name": "導入済み ÷ 実現可能",
            "categories": ["KGI", 1, 0, last, 0],
            "values": ["KGI", 1, 3, last, 3],
            "fill": {"color": STATE_COLOURS["導入済み"]},
            "data_labels": {"value": True},
        }
    )
    chart.set_y_axis({"num_format": "0%", "min": 0, "max": 1})
    chart.set_legend({"position": "top"})
    chart.set_size({"width": 760, "height": 340})
    page.insert_chart(0, 5, chart)
