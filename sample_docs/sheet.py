"""A sheet to draw on in millimetres: the picture backend."""

from __future__ import annotations

from typing import Literal, Protocol

from PIL import Image, ImageDraw

from sample_docs.fonts import font

MM_PER_INCH = 25.4
Anchor = Literal["l", "c", "r"]


class Sheet(Protocol):
    """What a form design needs of paper. All lengths in millimetres."""

    def text(  # noqa: PLR0913 - a place, a text and how it looks
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        face: str = "gothic",
        anchor: Anchor = "l",
        grey: int = 0,
    ) -> None:
        """Write text whose vertical middle is at y."""

    def line(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.2
    ) -> None:
        """Draw a line."""

    def rect(
        self,
        box: tuple[float, float, float, float],
        width: float = 0.2,
        fill: int | None = None,
    ) -> None:
        """Draw a rectangle (left, top, width, height), perhaps filled with a grey."""


class PictureSheet:
    """A sheet that becomes a grey picture.

    Args:
        page_mm: Width and height.
        dpi: Dots per inch of the picture.
    """

    def __init__(self, page_mm: tuple[float, float], dpi: int) -> None:
        self.scale = dpi / MM_PER_INCH
        size = (round(page_mm[0] * self.scale), round(page_mm[1] * self.scale))
        self.image = Image.new("L", size, 255)
        self._draw = ImageDraw.Draw(self.image)

    def _px(self, *lengths: float) -> list[float]:
        return [length * self.scale for length in lengths]

    def text(  # noqa: PLR0913 - see Sheet
        self,
        x: float,
        y: float,
        text: str,
        size: float,
        face: str = "gothic",
        anchor: Anchor = "l",
        grey: int = 0,
    ) -> None:
        """Write text whose vertical middle is at y."""
        letters = font(face, round(size * self.scale))
        where = {"l": "lm", "c": "mm", "r": "rm"}[anchor]
        self._draw.text(self._px(x, y), text, fill=grey, font=letters, anchor=where)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.2
    ) -> None:
        """Draw a line."""
        stroke = max(1, round(width * self.scale))
        self._draw.line(self._px(x1, y1, x2, y2), fill=0, width=stroke)

    def rect(
        self,
        box: tuple[float, float, float, float],
        width: float = 0.2,
        fill: int | None = None,
    ) -> None:
        """Draw a rectangle (left, top, width, height), perhaps filled with a grey."""
        left, top, wide, high = box
        corners = self._px(left, top, left + wide, top + high)
        stroke = max(1, round(width * self.scale)) if width else 0
        self._draw.rectangle(
            corners, fill=fill, outline=0 if stroke else None, width=stroke
        )
