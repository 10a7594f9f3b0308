"""How the mean of a time study settles: after each sample, with its 95 % interval."""

from __future__ import annotations

from collections.abc import Sequence

from tasks.domain.hours_saved.baseline_study import (
    MS_PER_MINUTE,
    BaselineSample,
    StudyResult,
    study_result,
)
from tasks.edges.hours_saved.chart_shapes import (
    Drawing,
    Rect,
    Shape,
    Stroke,
    Words,
    axis_steps,
)

_BAND, _MEAN, _DOT = "#DCE6F1", "#1F6FB2", "#5A6673"
_GRID, _QUIET = "#E3E8EE", "#5A6673"
_MOST_SHOWN = 60
"""Samples on the chart; the newest ones."""


def study_chart(
    samples: Sequence[BaselineSample], *, width: float = 720, height: float = 220
) -> Drawing:
    """Return the chart of the samples that stand, oldest first.

    Dots are samples, the line is the mean of all up to there, the band its interval.
    """
    grown = [study_result(samples[: number + 1]) for number in range(len(samples))]
    known = [one for one in grown if one is not None][-_MOST_SHOWN:]
    dots = [one.duration_ms / one.items / MS_PER_MINUTE for one in samples]
    dots = dots[-_MOST_SHOWN:]
    left, right, top, bottom = 56.0, 16.0, 26.0, 34.0
    steps = axis_steps(0, _highest(known, dots))
    scale = (height - top - bottom) / steps[-1]
    base = height - bottom
    column = (width - left - right) / max(len(known), 1)
    shapes: list[Shape] = [Words(left - 8, 14, "分／件", 12, _QUIET)]
    for step in steps:
        y = base - step * scale
        shapes.append(Stroke(((left, y), (width - right, y)), _GRID))
        shapes.append(Words(left - 8, y + 4, f"{step:g}", 11, _QUIET, "end"))
    points = []
    for number, (one, dot) in enumerate(zip(known, dots, strict=True)):
        x = left + column * (number + 0.5)
        if one.interval is not None:
            low, high = one.interval[0], min(one.interval[1], steps[-1])
            shapes.append(
                Rect(
                    left + column * number,
                    base - high * scale,
                    column,
                    (high - low) * scale,
                    _BAND,
                    f"{one.samples}回目まで: 平均 {one.minutes_per_item:.2f}分、{one.interval[0]:.2f}～{one.interval[1]:.2f}分",
                )
            )
        shapes.append(Rect(x - 3, base - dot * scale - 3, 6, 6, _DOT, f"{dot:.2f}分"))
        points.append((x, base - one.minutes_per_item * scale))
    if len(points) > 1:
        shapes.append(Stroke(tuple(points), _MEAN, 2.5))
    shapes.append(Stroke(((left, base), (width - right, base)), _QUIET, 1.2))
    shapes += _feet(known, left, column, height)
    return Drawing(width, height, tuple(shapes), "計測のたびの平均と95％信頼区間")


def _highest(known: Sequence[StudyResult], dots: Sequence[float]) -> float:
    """Return what the axis must hold; the wild first intervals are cut off."""
    means = [one.minutes_per_item for one in known]
    last = known[-1].interval if known else None
    return max([*dots, *means, last[1] if last else 0.0, 0.1]) * 1.15


def _feet(
    known: Sequence[StudyResult], left: float, column: float, height: float
) -> list[Shape]:
    every = max(1, -(-len(known) // 12))
    found: list[Shape] = []
    for number, one in enumerate(known):
        if number % every == 0 or number == len(known) - 1:
            x = left + column * (number + 0.5)
            text = f"{one.samples}回"
            found.append(Words(x, height - 12, text, 11, _QUIET, "middle"))
    return found
