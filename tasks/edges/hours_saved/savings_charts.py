"""The three charts of the report of hours saved, as drawings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from tasks.domain.hours_saved.savings import MS_PER_HOUR
from tasks.domain.hours_saved.savings_statement import hours_words, title_words
from tasks.domain.hours_saved.savings_table import Effort, JobSavings, MonthSavings
from tasks.edges.hours_saved.chart_shapes import (
    Drawing,
    Rect,
    Shape,
    Stroke,
    Words,
    axis_steps,
    joined,
    round_step,
    shortened,
)

BEFORE, AFTER, SAVED, LOST, SPENT = (
    "#9AA5B1",
    "#1F6FB2",
    "#2E7D4F",
    "#C0392B",
    "#D98E04",
)
"""Colours: 導入前, 導入後, 削減, time lost, what is taken off."""
_GRID, _AXIS, _QUIET = "#E3E8EE", "#8794A1", "#5A6673"

WATERFALL_PARTS = (
    ("導入前", "before_ms"),
    ("立会い", "attended_ms"),
    ("確認", "review_ms"),
    ("手作業", "by_hand_ms"),
    ("例外対応", "exception_ms"),
    ("維持", "upkeep_ms"),
    ("削減", "saved_ms"),
)
"""From gross to net: what is printed, and the part of an Effort."""


def job_bars(rows: Sequence[JobSavings], *, width: float = 880) -> Drawing:
    """Return 導入前 and 導入後 of each job side by side, the most saved first."""
    ordered = sorted(rows, key=lambda row: -row.effort.saved_ms)
    label_px, end_px, row_px, top = 210.0, 120.0, 40.0, 44.0
    room = width - label_px - end_px
    most = max((_hours(_longest(row)) for row in ordered), default=1.0)
    steps = [step for step in axis_steps(0, most) if step >= 0]
    scale = room / steps[-1]
    height = top + row_px * len(ordered) + 30
    shapes: list[Shape] = [
        Rect(label_px, 12, 14, 14, BEFORE),
        Words(label_px + 20, 24, "導入前"),
        Rect(label_px + 84, 12, 14, 14, AFTER),
        Words(label_px + 104, 24, "導入後"),
        Words(width - 6, 24, "削減（時間）", colour=_QUIET, anchor="end"),
    ]
    for step in steps:
        x = label_px + step * scale
        shapes.append(Stroke(((x, top - 6), (x, height - 24)), _GRID))
        shapes.append(Words(x, height - 8, f"{step:,g}", 11, _QUIET, "middle"))
    for number, row in enumerate(ordered):
        y = top + number * row_px
        shapes += _job_bar(row, y, label_px, scale, width)
    return Drawing(width, height, tuple(shapes), "業務ごとの導入前と導入後の時間")


def _job_bar(
    row: JobSavings, y: float, label_px: float, scale: float, width: float
) -> list[Shape]:
    before, after = _hours(row.effort.before_ms), _hours(row.effort.after_ms)
    lost = row.effort.saved_ms < 0
    name = title_words(row)
    return [
        Words(label_px - 8, y + 20, shortened(name, 13, label_px - 14), anchor="end"),
        Rect(label_px, y + 3, before * scale, 13, BEFORE, f"導入前 {before:,.1f} 時間"),
        Rect(
            label_px,
            y + 17,
            after * scale,
            13,
            LOST if lost else AFTER,
            f"導入後 {after:,.1f} 時間",
        ),
        Words(
            width - 6,
            y + 22,
            hours_words(row.effort.saved_ms),
            14,
            LOST if lost else SAVED,
            "end",
            bold=True,
        ),
    ]


def trend(
    months: Sequence[MonthSavings], *, width: float = 880, height: float = 300
) -> Drawing:
    """Return the hours saved in each month, and added up over the period as a line."""
    saved = [_hours(one.effort.saved_ms) for one in months]
    running = list(accumulate(saved))
    left, right, top, bottom = 64.0, 70.0, 36.0, 40.0
    axes = trend_axes(months)
    steps, low, high = axes.steps, axes.steps[0], axes.steps[-1]
    zero = top + (height - top - bottom) * high / (high - low)
    scale = (height - top - bottom) / (high - low)
    right_scale = axes.step * scale / axes.right_step
    column = (width - left - right) / max(1, len(months))
    shapes: list[Shape] = [
        Words(left - 8, 20, "月の削減（時間）", 12, _QUIET),
        Words(width - 6, 20, "累計（時間）", 12, SPENT, "end"),
    ]
    for step in steps:
        y = zero - step * scale
        shapes.append(Stroke(((left, y), (width - right, y)), _GRID))
        shapes.append(Words(left - 8, y + 4, f"{step:,g}", 11, _QUIET, "end"))
        words = f"{round(step / axes.step) * axes.right_step:,g}"
        shapes.append(Words(width - right + 8, y + 4, words, 11, SPENT))
    points = []
    for number, (one, hours) in enumerate(zip(months, saved, strict=True)):
        x = left + column * (number + 0.5)
        tall = abs(hours) * scale
        shapes.append(
            Rect(
                x - column * 0.3,
                zero - max(0.0, hours * scale),
                column * 0.6,
                tall,
                SAVED if hours >= 0 else LOST,
                f"{one.month.month}月 {hours:,.1f} 時間",
            )
        )
        shapes.append(
            Words(x, height - 14, f"{one.month.month}月", 12, _QUIET, "middle")
        )
        points.append((x, zero - running[number] * right_scale))
    shapes.append(Stroke(((left, zero), (width - right, zero)), _AXIS, 1.2))
    if len(points) > 1:
        shapes.append(Stroke(tuple(points), SPENT, 2.5))
    return Drawing(width, height, tuple(shapes), "月ごとの削減時間と累計")


@dataclass(frozen=True, slots=True)
class TrendAxes:
    """Both scales of the trend: one zero, one grid, round steps on either side."""

    steps: tuple[float, ...]
    """Left: hours of a month."""
    right_step: float
    """Hours added up that one step of the left side is worth on the right."""

    @property
    def step(self) -> float:
        """Return one step of the left side."""
        return self.steps[1] - self.steps[0]

    @property
    def right(self) -> tuple[float, float]:
        """Return the ends of the right scale."""
        low, high = self.steps[0] / self.step, self.steps[-1] / self.step
        return low * self.right_step, high * self.right_step


def trend_axes(months: Sequence[MonthSavings]) -> TrendAxes:
    """Return scales that hold every month, and all of them added up."""
    saved = [_hours(one.effort.saved_ms) for one in months]
    running = list(accumulate(saved))
    steps = axis_steps(min(saved, default=0), max(saved, default=0))
    size = steps[1] - steps[0]
    above, below = steps[-1] / size, -steps[0] / size
    most, least = max(running, default=0.0), min(running, default=0.0)
    if least < 0 and not below:
        steps, below = (-size, *steps), 1.0
    if most > 0 and not above:
        steps, above = (*steps, size), 1.0
    needed = max(most / above if above else 0.0, -least / below if below else 0.0)
    return TrendAxes(steps, round_step(needed) if needed > 0 else size)


def waterfall(total: Effort, *, width: float = 880, height: float = 320) -> Drawing:
    """Return the way from gross to net: 導入前, what is taken off, 削減."""
    values = [_hours(getattr(total, part)) for _, part in WATERFALL_PARTS]
    spans = _spans(values)
    left, top, bottom = 64.0, 30.0, 40.0
    steps = axis_steps(
        min(min(span) for span in spans), max(max(span) for span in spans)
    )
    scale = (height - top - bottom) / (steps[-1] - steps[0])
    zero = top + steps[-1] * scale
    column = (width - left - 10) / len(values)
    shapes: list[Shape] = [Words(left - 8, 18, "時間", 12, _QUIET)]
    for step in steps:
        y = zero - step * scale
        shapes.append(Stroke(((left, y), (width - 10, y)), _GRID))
        shapes.append(Words(left - 8, y + 4, f"{step:,g}", 11, _QUIET, "end"))
    columns = [
        _fall(number, values, spans, (left, zero, column, scale))
        for number in range(len(values))
    ]
    shapes += joined(columns)
    for number, (name, _) in enumerate(WATERFALL_PARTS):
        x = left + column * (number + 0.5)
        shapes.append(Words(x, height - 14, name, 13, "#222222", "middle"))
    shapes.append(Stroke(((left, zero), (width - 10, zero)), _AXIS, 1.2))
    return Drawing(
        width, height, tuple(shapes), "導入前の時間から差し引いて残る削減時間"
    )


def _spans(values: Sequence[float]) -> list[tuple[float, float]]:
    """Return from where to where each column reaches."""
    spans = [(0.0, values[0])]
    level = values[0]
    for value in values[1:-1]:
        spans.append((level, level - value))
        level -= value
    return [*spans, (0.0, values[-1])]


def _fall(
    number: int,
    values: Sequence[float],
    spans: Sequence[tuple[float, float]],
    place: tuple[float, float, float, float],
) -> list[Shape]:
    left, zero, column, scale = place
    name, value = WATERFALL_PARTS[number][0], values[number]
    begin, end = spans[number]
    last = number == len(values) - 1
    x = left + column * number + column * 0.18
    colour = BEFORE if number == 0 else SPENT
    if last:
        colour = SAVED if value >= 0 else LOST
    sign = "" if number in (0, len(values) - 1) or not value else "-"
    top = zero - max(begin, end) * scale
    shapes: list[Shape] = [
        Rect(
            x,
            top,
            column * 0.64,
            abs(end - begin) * scale,
            colour,
            f"{name} {sign}{value:,.1f} 時間",
        ),
        Words(
            x + column * 0.32,
            top - 6,
            f"{sign}{abs(value) if sign else value:,.1f}",
            13,
            colour if last else "#222222",
            "middle",
            bold=last,
        ),
    ]
    if not last:
        y = zero - end * scale
        shapes.append(Stroke(((x + column * 0.64, y), (x + column, y)), _AXIS))
    return shapes


def _longest(row: JobSavings) -> int:
    return max(row.effort.before_ms, row.effort.after_ms)


def _hours(duration_ms: int) -> float:
    return duration_ms / MS_PER_HOUR
