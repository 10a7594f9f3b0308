"""A form drawn and defined in one go: what is printed, and where people write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import cv2
import numpy as np
from PIL import Image

from ocr.forms import FieldDefinition, OptionDefinition, TableDefinition
from ocr.model import ErrorClass, FieldKind, Total
from sample_docs.fonts import font
from sample_docs.sheet import PictureSheet

Box = tuple[float, float, float, float]
"""Left, top, width, height in millimetres."""


@dataclass(frozen=True, slots=True)
class Place:
    """A field and how people write into it."""

    field: FieldDefinition
    slots: tuple[Box, ...] = ()
    """Gaps between printed words (年 月 日, hyphens) that the parts go into."""
    right: bool = False
    """Written towards the right end."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table while it is drawn."""

    number: int
    """1-based."""
    top: float


class Draft:
    """A form while it is drawn; prints like `sheet`, and keeps the fields.

    Args:
        page_mm: Width and height.
        dpi: Dots per inch of the picture.
    """

    def __init__(self, page_mm: tuple[float, float], dpi: int) -> None:
        self.page_mm = page_mm
        self.sheet = PictureSheet(page_mm, dpi)
        self.fields: list[FieldDefinition] = []
        self.tables: list[TableDefinition] = []
        self.totals: list[Total] = []
        self.places: dict[str, Place] = {}
        self._columns: list[FieldDefinition] | None = None
        self._prefix = ""

    # --- printing ---------------------------------------------------------------

    def text(  # noqa: PLR0913 - as PictureSheet.text
        self,
        x: float,
        y: float,
        text: str,
        size: float = 3.5,
        face: str = "gothic",
        anchor: str = "l",
        grey: int = 0,
    ) -> float:
        """Print text whose vertical middle is at y; return its width in mm."""
        self.sheet.text(x, y, text, size, face, anchor, grey)  # type: ignore[arg-type]
        return font(face, 200).getlength(text) / 200 * size

    def line(
        self, x1: float, y1: float, x2: float, y2: float, width: float = 0.2
    ) -> None:
        """Draw a rule."""
        self.sheet.line(x1, y1, x2, y2, width)

    def rect(self, box: Box, width: float = 0.2, fill: int | None = None) -> None:
        """Draw a frame."""
        self.sheet.rect(box, width, fill)

    def dotted(
        self, x1: float, y1: float, x2: float, y2: float, step: float = 0.9
    ) -> None:
        """Draw a dotted guide across or down."""
        count = max(2, round(max(abs(x2 - x1), abs(y2 - y1)) / step))
        for part in np.linspace(0, 1, count):
            x, y = x1 + (x2 - x1) * part, y1 + (y2 - y1) * part
            self.sheet.rect((x, y, 0.2, 0.2), width=0, fill=60)

    def ring(self, x: float, y: float, radius: float, text: str = "印") -> None:
        """Print the place for a seal: a dotted ring with a word in it."""
        for turn in np.linspace(0, 2 * np.pi, 36, endpoint=False):
            self.sheet.rect(
                (x + radius * np.cos(turn), y + radius * np.sin(turn), 0.25, 0.25),
                width=0,
                fill=110,
            )
        self.text(x, y, text, min(4.0, radius), "mincho", "c", 130)

    def code(self, text: str, box: Box) -> None:
        """Print a QR code into a square box."""
        paste_code(self.sheet.image, text, box, self.sheet.scale)

    def label(
        self, box: Box, text: str, size: float = 3.3, fill: int | None = None
    ) -> None:
        """Print a framed cell with a word in its middle, in lines at each newline."""
        self.rect(box, fill=fill)
        left, top, wide, high = box
        rows = text.split("\n")
        for number, row in enumerate(rows):
            y = top + high / 2 + (number - (len(rows) - 1) / 2) * size * 1.2
            self.text(left + wide / 2, y, row, size, anchor="c")

    # --- fields -----------------------------------------------------------------

    def field(
        self,
        name: str,
        label: str,
        kind: FieldKind,
        box: Box,
        *,
        slots: Sequence[Box] = (),
        right: bool = False,
        **more: object,
    ) -> None:
        """Keep a field; `more` are keys of FieldDefinition."""
        values: dict[str, object] = {"error_class": ErrorClass.ORDINARY, **more}
        entry = FieldDefinition.model_validate(
            {
                "id": name,
                "label": label,
                "kind": kind,
                "box_mm": tuple(round(length, 2) for length in box),
                **values,
            }
        )
        place = Place(entry, tuple(slots), right)
        if self._columns is None:
            self.fields.append(entry)
        elif self._prefix.endswith("_1_"):
            self._columns.append(entry)
        self.places[self._prefix + name] = place

    def cells(
        self,
        name: str,
        label: str,
        kind: FieldKind,
        box: Box,
        count: int,
        **more: object,
    ) -> None:
        """Print one frame per character and keep the field."""
        left, top, wide, high = box
        step = wide / count
        self.rect(box, 0.35)
        for cell in range(1, count):
            x = left + cell * step
            self.line(x, top, x, top + high, 0.15)
        self.field(name, label, kind, box, cells=count, **more)

    def words(  # noqa: PLR0913 - a place, words and how they look
        self,
        name: str,
        label: str,
        at: tuple[float, float],
        words: Sequence[str],
        *,
        size: float = 3.6,
        gap: float = 5.0,
        between: str = "・",
        face: str = "gothic",
        several: bool = False,
        **more: object,
    ) -> None:
        """Print words of which one (or several) is circled, and keep the choice."""
        x, y = at
        options: list[OptionDefinition] = []
        for number, word in enumerate(words):
            if number and between:
                self.text(x - gap / 2, y, between, size, face, "c")
            wide = self.text(x, y, word, size, face)
            box = (x - 0.3, y - size * 0.6, wide + 0.6, size * 1.2)
            options.append(_option(word, box))
            x += wide + gap
        box = (at[0] - 1, y - size * 0.9, x - gap - at[0] + 2, size * 1.8)
        self.field(
            name,
            label,
            FieldKind.CHOICE,
            box,
            options=options,
            several=several,
            **more,
        )

    def ticks(
        self,
        name: str,
        label: str,
        spots: Sequence[tuple[float, float, str]],
        *,
        size: float = 3.5,
        face: str = "gothic",
        several: bool = True,
        **more: object,
    ) -> None:
        """Print boxes to tick with a word behind each, and keep the choice."""
        side = 3.6
        options: list[OptionDefinition] = []
        for x, y, word in spots:
            self.rect((x, y - side / 2, side, side), 0.3)
            self.text(x + side + 1.2, y, word, size, face)
            options.append(_option(word, (x, y - side / 2, side, side)))
        left, top = min(s[0] for s in spots), min(s[1] for s in spots) - side
        right, low = max(s[0] for s in spots) + side, max(s[1] for s in spots) + side
        self.field(
            name,
            label,
            FieldKind.CHOICE,
            (left, top, right - left, low - top),
            options=options,
            marked_by="tick",
            several=several,
            **more,
        )

    def tick(
        self, name: str, label: str, at: tuple[float, float], **more: object
    ) -> None:
        """Print one box to tick, and keep the check box."""
        box = (at[0], at[1] - 2.2, 4.4, 4.4)
        self.rect(box, 0.35)
        self.field(name, label, FieldKind.CHECK, box, **more)

    def date(
        self,
        name: str,
        label: str,
        box: Box,
        *,
        eras: Sequence[str] = (),
        size: float = 3.4,
        face: str = "gothic",
        **more: object,
    ) -> None:
        """Print eras to circle (in two lines when many), 年 月 日, and keep the date."""
        left, top, wide, high = box
        options: list[OptionDefinition] = []
        x = left + 0.8
        if eras:
            half = (len(eras) + 1) // 2 if len(eras) > 2 else len(eras)
            right = x
            for number, word in enumerate(eras):
                row, column = divmod(number, half)
                rows = 1 if half == len(eras) else 2
                y = top + high * (row + 0.5) / rows
                at = x + column * size * 2.9
                span = self.text(at, y, word, size, face)
                if column + 1 < half and number + 1 < len(eras):
                    self.text(at + span + size * 0.45, y, "・", size, face, "c")
                options.append(
                    _option(word, (at - 0.2, y - size * 0.6, span + 0.4, size * 1.2))
                )
                right = max(right, at + span)
            x = right + 2.0
        step = (left + wide - x) / 3
        y = top + high / 2
        slots: list[Box] = []
        for number, word in enumerate("年月日"):
            end = x + step * (number + 1) - 0.5
            self.text(end, y, word, size, face, "r")
            begin = x + step * number
            slots.append((begin, top, end - size - 0.3 - begin, high))
        inside = (x, top, left + wide - x, high)
        self.field(
            name, label, FieldKind.DATE, inside, slots=slots, options=options, **more
        )

    @contextmanager
    def _row(self, prefix: str) -> Iterator[None]:
        self._prefix = prefix
        try:
            yield
        finally:
            self._prefix = ""

    def table(
        self,
        name: str,
        label: str,
        rows: tuple[int, float, float],
        draw: Callable[[Row], None],
    ) -> None:
        """Draw every row of a table and keep its columns.

        Args:
            name: Identifier.
            label: As staff read it.
            rows: Their number, the top of the first in mm, their height in mm.
            draw: Prints one row and its fields.
        """
        count, top, high = rows
        self._columns = []
        for number in range(1, count + 1):
            with self._row(f"{name}_{number}_"):
                draw(Row(number, top + (number - 1) * high))
        self.tables.append(
            TableDefinition(
                id=name,
                label=label,
                rows=count,
                row_height_mm=high,
                columns=tuple(self._columns),
            )
        )
        self._columns = None


def _option(word: str, box: Box) -> OptionDefinition:
    return OptionDefinition(value=word, box_mm=tuple(round(x, 2) for x in box))


def paste_code(image: Image.Image, text: str, box: Box, scale: float) -> None:
    """Print a QR code on a picture; `scale` is its pixels per millimetre."""
    encoder = cv2.QRCodeEncoder.create()
    code = encoder.encode(text)
    side = round(box[2] * scale)
    dots = cv2.resize(code, (side, side), interpolation=cv2.INTER_NEAREST)
    image.paste(Image.fromarray(dots), (round(box[0] * scale), round(box[1] * scale)))
