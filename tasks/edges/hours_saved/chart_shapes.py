"""Drawings of a few plain shapes, written as SVG or as PNG without any browser."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from PIL import Image, ImageDraw, ImageFont

FONTS = (
    "'Noto Sans JP','Noto Sans CJK JP','BIZ UDPGothic','Yu Gothic',Meiryo,sans-serif"
)
_FINER = 2
"""The PNG is drawn so many times larger and made smaller, for smooth edges."""


@dataclass(frozen=True, slots=True)
class Rect:
    """A filled rectangle."""

    x: float
    y: float
    width: float
    height: float
    fill: str
    tip: str = ""
    """Shown when the mouse rests on it."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """A line through points."""

    points: tuple[tuple[float, float], ...]
    colour: str
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class Words:
    """A line of text."""

    x: float
    y: float
    """Of the baseline of the letters."""
    text: str
    size: float = 13.0
    colour: str = "#222222"
    anchor: str = "start"
    """start, middle or end."""
    bold: bool = False


Shape = Rect | Stroke | Words


@dataclass(frozen=True, slots=True)
class Drawing:
    """Shapes on white; everything in px."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    label: str
    """Said to who cannot see it."""

    def moved(self, x: float, y: float) -> tuple[Shape, ...]:
        """Return the shapes at another place, to put several drawings on one."""
        return tuple(_moved(shape, x, y) for shape in self.shapes)


def svg(drawing: Drawing) -> str:
    """Return the drawing as an SVG element; it needs nothing from outside."""
    body = "".join(_svg(shape) for shape in drawing.shapes)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" '
        f"aria-label={quoteattr(drawing.label)} "
        f'viewBox="0 0 {drawing.width:g} {drawing.height:g}" '
        f'width="{drawing.width:g}" height="{drawing.height:g}" '
        f"font-family={quoteattr(FONTS)}>{body}</svg>"
    )


def png(drawing: Drawing, font: Path) -> bytes:
    """Return the drawing as a PNG.

    Args:
        drawing: One px of it becomes one px.
        font: A Japanese font file.
    """
    size = (round(drawing.width * _FINER), round(drawing.height * _FINER))
    image = Image.new("RGB", size, "#FFFFFF")
    pen = ImageDraw.Draw(image)
    for shape in drawing.shapes:
        _draw(pen, shape, font)
    small = image.resize(
        (round(drawing.width), round(drawing.height)), Image.Resampling.LANCZOS
    )
    stream = io.BytesIO()
    small.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def axis_steps(lowest: float, highest: float, *, wanted: int = 5) -> tuple[float, ...]:
    """Return round values that span a range, zero among them.

    Examples:
        >>> axis_steps(-30, 420)
        (-100.0, 0.0, 100.0, 200.0, 300.0, 400.0, 500.0)
        >>> axis_steps(0, 0)
        (0.0, 1.0)
    """
    low, high = min(0.0, lowest), max(0.0, highest)
    if high == low:
        return (0.0, 1.0)
    step = round_step((high - low) / wanted)
    first = -int(-low // step) if low >= 0 else -int(-(low // step))
    last = -int(-high // step)
    return tuple(number * step for number in range(first, last + 1))


def round_step(least: float) -> float:
    """Return the smallest of 1, 2, 2.5 or 5 times a power of ten that is enough.

    Examples:
        >>> [round_step(one) for one in (0.3, 7, 12.5, 2500)]
        [0.5, 10.0, 20.0, 2500.0]
    """
    power: float = 1.0
    while power * 10 <= least:
        power *= 10
    while power > least:
        power /= 10
    return next(power * part for part in (1, 2, 2.5, 5, 10) if power * part >= least)


def text_px(text: str, size: float) -> float:
    """Return about how wide a text is: wide letters are square, others half."""
    return sum(size if ord(letter) > 0x2000 else size * 0.56 for letter in text)


def shortened(text: str, size: float, width: float) -> str:
    """Return a text cut with … where it is wider than there is room.

    Examples:
        >>> shortened("納税状況確認依頼", 10, 55)
        '納税状況…'
    """
    if text_px(text, size) <= width:
        return text
    kept = text
    while kept and text_px(kept + "…", size) > width:
        kept = kept[:-1]
    return kept + "…"


def joined(parts: Iterable[Sequence[Shape]]) -> tuple[Shape, ...]:
    """Return all shapes of several groups in order."""
    return tuple(shape for part in parts for shape in part)


def _moved(shape: Shape, x: float, y: float) -> Shape:
    if isinstance(shape, Stroke):
        return replace(shape, points=tuple((px + x, py + y) for px, py in shape.points))
    return replace(shape, x=shape.x + x, y=shape.y + y)


def _svg(shape: Shape) -> str:
    if isinstance(shape, Rect):
        tip = f"<title>{escape(shape.tip)}</title>" if shape.tip else ""
        place = f'x="{shape.x:.1f}" y="{shape.y:.1f}" width="{shape.width:.1f}" height="{shape.height:.1f}"'
        return f'<rect {place} fill="{shape.fill}">{tip}</rect>'
    if isinstance(shape, Stroke):
        points = " ".join(f"{x:.1f},{y:.1f}" for x, y in shape.points)
        return (
            f'<polyline points="{points}" fill="none" stroke="{shape.colour}" '
            f'stroke-width="{shape.width:g}"/>'
        )
    weight = ' font-weight="bold"' if shape.bold else ""
    return (
        f'<text x="{shape.x:.1f}" y="{shape.y:.1f}" font-size="{shape.size:g}" '
        f'fill="{shape.colour}" text-anchor="{shape.anchor}"{weight}>'
        f"{escape(shape.text)}</text>"
    )


_ANCHORS = {"start": "ls", "middle": "ms", "end": "rs"}


def _draw(pen: ImageDraw.ImageDraw, shape: Shape, font: Path) -> None:
    if isinstance(shape, Rect):
        left, top = shape.x * _FINER, shape.y * _FINER
        right = left + max(1.0, shape.width * _FINER) - 1
        bottom = top + max(1.0, shape.height * _FINER) - 1
        pen.rectangle((left, top, right, bottom), fill=shape.fill)
    elif isinstance(shape, Stroke):
        points = [(x * _FINER, y * _FINER) for x, y in shape.points]
        width = max(1, round(shape.width * _FINER))
        pen.line(points, fill=shape.colour, width=width, joint="curve")
    else:
        pen.text(
            (shape.x * _FINER, shape.y * _FINER),
            shape.text,
            fill=shape.colour,
            font=ImageFont.truetype(str(font), round(shape.size * _FINER)),
            anchor=_ANCHORS[shape.anchor],
            # Few Japanese fonts come with a bold face in the same file.
            stroke_width=1 if shape.bold else 0,
        )
