"""Pareto chart of the jobs, and the KGI over time, as drawings."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.domain.hours_saved.inventory import GoalMonth, Prospect
from tasks.edges.hours_saved.chart_shapes import (
    Drawing,
    Rect,
    Shape,
    Stroke,
    Words,
    axis_steps,
    shortened,
)

STATE_COLOURS = {
    "導入済み": "#2E7D4F",
    "候補": "#1F6FB2",
    "手作業の方が早い見込み": "#C0392B",
    "未検討": "#9AA5B1",
    "対象外": "#D5DBE1",
}
_GRID, _AXIS, _QUIET, _LINE = "#E3E8EE", "#8794A1", "#5A6673", "#D98E04"
_SHOWN = 20
"""Jobs drawn; the rest is in the table."""


def pareto(rows: Sequence[Prospect], *, width: float = 1000) -> Drawing:
    """Return the volume of each job, the largest first, and its share added up."""
    shown = rows[:_SHOWN]
    label_px, right, top, row_px = 240.0, 150.0, 50.0, 28.0
    most = max((row.job.volume_per_year for row in shown), default=1)
    steps = axis_steps(0, most)
    room = width - label_px - right
    scale = room / steps[-1]
    height = top + row_px * len(shown) + 34
    shapes: list[Shape] = _legend(label_px)
    shapes.append(Words(width - 6, 20, "累計の割合", 12, _LINE, "end"))
    for step in steps:
        x = label_px + step * scale
        shapes.append(Stroke(((x, top - 8), (x, height - 26)), _GRID))
        shapes.append(Words(x, height - 8, f"{step:,g}", 11, _QUIET, "middle"))
    points = []
    for number, row in enumerate(shown):
        y = top + number * row_px
        volume = row.job.volume_per_year
        shapes += [
            Words(
                label_px - 8,
                y + 16,
                shortened(row.job.title, 13, label_px - 14),
                anchor="end",
            ),
            Rect(
                label_px,
                y + 2,
                volume * scale,
                row_px - 9,
                STATE_COLOURS[row.state],
                f"{row.job.title} {volume:,}件 {row.state}",
            ),
            Words(label_px + volume * scale + 6, y + 16, f"{volume:,}", 11, _QUIET),
            Words(width - 6, y + 16, f"{row.items_share:.0%}", 13, _LINE, "end"),
        ]
        points.append((label_px + row.items_share * room, y + row_px / 2))
    if len(points) > 1:
        shapes.append(Stroke(tuple(points), _LINE, 2.0))
    return Drawing(width, height, tuple(shapes), "年間件数の多い順の業務と累計の割合")


def _legend(left: float) -> list[Shape]:
    shapes: list[Shape] = []
    x = left
    for name, colour in STATE_COLOURS.items():
        shapes += [Rect(x, 9, 13, 13, colour), Words(x + 18, 20, name, 12)]
        x += 36 + 12.5 * len(name)
    return shapes


def goal(months: Sequence[GoalMonth], *, width: float = 1000) -> Drawing:
    """Return the KGI, implemented ÷ feasible, at the end of each month."""
    left, right, top, height = 60.0, 20.0, 34.0, 260.0
    bottom = 40.0
    room = height - top - bottom
    column = (width - left - right) / max(1, len(months))
    shapes: list[Shape] = []
    for percent in range(0, 101, 25):
        y = top + room * (1 - percent / 100)
        shapes.append(Stroke(((left, y), (width - right, y)), _GRID))
        shapes.append(Words(left - 8, y + 4, f"{percent}%", 11, _QUIET, "end"))
    for number, one in enumerate(months):
        x = left + column * (number + 0.5)
        share = one.share or 0.0
        y = top + room * (1 - share)
        shapes += [
            Rect(
                x - column * 0.3,
                y,
                column * 0.6,
                room * share,
                STATE_COLOURS["導入済み"],
                f"導入 {one.done} ÷ 実現可能 {one.feasible}",
            ),
            Words(x, y - 6, f"{one.done}/{one.feasible}", 12, anchor="middle"),
            Words(x, height - 16, f"{one.month.month}月", 12, _QUIET, "middle"),
        ]
    shapes.append(Stroke(((left, top + room), (width - right, top + room)), _AXIS, 1.2))
    return Drawing(
        width, height, tuple(shapes), "実現可能な業務のうち導入したものの割合"
    )
