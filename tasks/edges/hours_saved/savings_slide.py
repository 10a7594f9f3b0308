"""One picture of a period for a slide: the figures that count, and two charts."""

from __future__ import annotations

from tasks.domain.hours_saved.savings_statement import (
    SavingsStatement,
    pay_back_words,
    rate_notes,
)
from tasks.edges.hours_saved.chart_shapes import Drawing, Rect, Shape, Words, shortened
from tasks.edges.hours_saved.savings_cells import figures
from tasks.edges.hours_saved.savings_charts import LOST, SAVED, trend, waterfall

WIDTH, HEIGHT = 1600.0, 900.0
_INK, _QUIET, _PALE = "#1B2733", "#5A6673", "#F2F5F8"


def slide(statement: SavingsStatement, city: str) -> Drawing:
    """Return the slide of a period, 16:9.

    Args:
        statement: What is shown.
        city: Printed at the right of the heading.
    """
    shapes: list[Shape] = [
        Words(60, 84, f"削減時間　{statement.period.title}", 40, _INK, bold=True),
        Words(WIDTH - 60, 84, city, 26, _QUIET, "end"),
    ]
    shapes += _figures(statement)
    shapes.append(Words(60, 352, "導入前から削減まで", 22, _INK, bold=True))
    shapes += waterfall(statement.table.total, width=730, height=400).moved(50, 362)
    shapes.append(Words(830, 352, "月ごとの削減", 22, _INK, bold=True))
    shapes += trend(statement.table.months, width=730, height=400).moved(820, 362)
    lines = _small_print(statement)
    step = min(28.0, 116.0 / len(lines))
    size = min(17.0, step * 0.65)
    for number, note in enumerate(lines):
        y = 788 + step * number
        shapes.append(Words(60, y, shortened(note, size, WIDTH - 120), size, _QUIET))
    return Drawing(WIDTH, HEIGHT, tuple(shapes), f"削減時間 {statement.period.title}")


def _figures(statement: SavingsStatement) -> list[Shape]:
    cells = figures(statement, pay_back_words(statement.pay_back))
    shapes: list[Shape] = []
    gap, left = 20.0, 60.0
    width = (WIDTH - 2 * left - gap * (len(cells) - 1)) / len(cells)
    for number, (name, text, bad) in enumerate(cells):
        x = left + number * (width + gap)
        size = _fitting(text, 40, width - 36)
        shapes += [
            Rect(x, 130, width, 150, _PALE),
            Words(x + 18, 170, name, _fitting(name, 20, width - 30), _QUIET),
            Words(x + 18, 240, text, size, LOST if bad else SAVED, bold=True),
        ]
    return shapes


def _fitting(text: str, size: float, width: float) -> float:
    """Return the size at which a text has room, half of the wanted one at least."""
    least = size / 2
    while size > least and shortened(text, size, width) != text:
        size -= 1
    return size


def _small_print(statement: SavingsStatement) -> list[str]:
    lines = list(rate_notes(statement))
    table = statement.table
    if table.losing:
        names = "、".join(row.title for row in table.losing)
        lines.append(f"手作業より時間がかかった業務: {names}")
    if table.estimates:
        names = "、".join(row.title for row in table.estimates)
        lines.append(f"導入前を測っていない業務（金額なし）: {names}")
    return lines
