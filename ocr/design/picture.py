"""A form definition drawn over its blank, for the designer to compare."""

from __future__ import annotations

import functools
import os
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from ocr.design.yaml_text import KIND_NAMES
from ocr.forms import FieldDefinition, FormDefinition, TableDefinition
from ocr.model import FieldKind
from ocr.preprocess import MM_PER_INCH, blank_picture

DRAWN_DPI = 150.0
_LEGEND_MM = 96.0
_ROW_MM = 5.6
_TOP_MM = 20.0
_FADED = 0.45
"""How much of the blank's darkness is left under the boxes."""

_COLOURS: dict[FieldKind, tuple[int, int, int]] = {
    FieldKind.NAME: (0, 90, 200),
    FieldKind.KANA: (0, 140, 190),
    FieldKind.DATE: (120, 60, 180),
    FieldKind.ADDRESS: (0, 120, 90),
    FieldKind.POSTAL: (60, 140, 60),
    FieldKind.PHONE: (90, 120, 0),
    FieldKind.AMOUNT: (200, 30, 40),
    FieldKind.DIGITS: (210, 90, 0),
    FieldKind.TEXT: (110, 110, 110),
    FieldKind.CHECK: (190, 0, 130),
    FieldKind.CHOICE: (160, 30, 160),
    FieldKind.SEAL: (220, 70, 90),
    FieldKind.SIGNATURE: (20, 60, 130),
    FieldKind.CODE: (60, 60, 60),
}

_FONT_NAMES = (
    "NotoSansCJK-Regular.ttc",
    "NotoSansJP-Regular.otf",
    "BIZ-UDGothicR.ttc",
    "meiryo.ttc",
    "YuGothM.ttc",
    "YuGothic-Medium.otf",
    "ヒラギノ角ゴシック W3.ttc",
    "ipaexg.ttf",
    "ipag.ttf",
    "ipagp.ttf",
    "TakaoGothic.ttf",
    "VL-Gothic-Regular.ttf",
    "msgothic.ttc",
)


@functools.cache
def japanese_font() -> Path | None:
    """Return a Japanese font of this PC, None when it has none that is known."""
    windows = os.environ.get("WINDIR", "C:/Windows")
    folders = (
        Path(windows) / "Fonts",
        Path("/usr/share/fonts"),
        Path("/usr/local/share/fonts"),
        Path("/System/Library/Fonts"),
        Path("/Library/Fonts"),
        Path.home() / ".fonts",
        Path.home() / ".local/share/fonts",
    )
    known: dict[str, Path] = {}
    for folder in folders:
        if folder.is_dir():
            for path in folder.rglob("*.[to]t[fc]"):
                known.setdefault(path.name, path)
    return next((known[name] for name in _FONT_NAMES if name in known), None)


def definition_picture(form: FormDefinition, font: Path | None) -> Image.Image:
    """Return the blank with every field on it, numbered, and a list beside it.

    Args:
        form: Whose blank is a picture.
        font: With Japanese letters; without one only identifiers are written.
    """
    drawing = _Drawing(form, font)
    for number, entry in enumerate(form.fields, start=1):
        drawing.field(entry, str(number))
    for number, table in enumerate(form.tables, start=len(form.fields) + 1):
        drawing.table(table, number)
    return drawing.finished()


def save_picture(image: Image.Image, path: Path) -> None:
    """Write the picture as PNG or PDF, by the name's ending."""
    if path.suffix.lower() == ".pdf":
        image.convert("RGB").save(path, "PDF", resolution=DRAWN_DPI)
        return
    few = image.convert("RGB").quantize(128, dither=Image.Dither.NONE)
    few.save(path, "PNG", optimize=True, dpi=(DRAWN_DPI, DRAWN_DPI))


class _Drawing:
    def __init__(self, form: FormDefinition, font: Path | None) -> None:
        self._form = form
        self._font = font
        self._scale = DRAWN_DPI / MM_PER_INCH
        blank = blank_picture(form, DRAWN_DPI)
        faded = 255 - ((255 - blank.astype(np.int32)) * _FADED).astype(np.int32)
        rows = len(form.fields) + sum(1 + len(one.columns) for one in form.tables)
        high = max(blank.shape[0], self._px(_TOP_MM + (rows + 4) * _ROW_MM))
        wide = blank.shape[1] + self._px(_LEGEND_MM)
        self._paper = Image.new("RGB", (wide, high), "white")
        self._paper.paste(
            Image.fromarray(faded.astype(np.uint8)).convert("RGB"), (0, 0)
        )
        self._boxes = Image.new("RGBA", (wide, high), (255, 255, 255, 0))
        self._draw = ImageDraw.Draw(self._boxes)
        self._left = blank.shape[1] + self._px(3.0)
        self._row = 0
        self._head()

    def _px(self, mm: float) -> int:
        return round(mm * self._scale)

    def _face(self, mm: float) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
        if self._font is None:
            return ImageFont.load_default(size=self._px(mm))
        return ImageFont.truetype(str(self._font), self._px(mm))

    def _words(self, text: str, instead: str = "") -> str:
        """Return a text, or what can be written without a Japanese font."""
        if self._font is not None:
            return text
        return instead or text.encode("ascii", "ignore").decode()

    def _head(self) -> None:
        self._draw.line(
            [
                (self._left - self._px(3.0), 0),
                (self._left - self._px(3.0), self._paper.height),
            ],
            fill=(180, 180, 180, 255),
        )
        self._text(self._left, 5.0, self._words(self._form.title), 4.2)
        line = f"{self._form.form}　{self._form.version}　{self._form.page_mm[0]:g}×{self._form.page_mm[1]:g} mm"
        plain = f"{self._form.form}  {self._form.version}"
        self._text(self._left, 11.5, self._words(line, plain), 3.0)

    def _text(self, left_px: int, top_mm: float, text: str, size_mm: float) -> None:
        self._draw.text(
            (left_px, self._px(top_mm)),
            text,
            fill=(0, 0, 0, 255),
            font=self._face(size_mm),
        )

    def field(self, entry: FieldDefinition, number: str) -> None:
        """Draw one field and its line in the list."""
        self._box(entry, number)
        self._listed(entry, number)

    def table(self, table: TableDefinition, number: int) -> None:
        """Draw the rows of a table; the list names its columns once."""
        self._heading(table, number)
        for place, column in enumerate(table.columns):
            self._listed(column, f"{number}{_letter(place)}")
        for entry in table.fields():
            place = next(
                place
                for place, column in enumerate(table.columns)
                if entry.id.endswith(f"_{entry.row}_{column.id}")
            )
            self._box(
                entry, f"{number}{_letter(place)}" if entry.row == 1 else f"{entry.row}"
            )

    def _heading(self, table: TableDefinition, number: int) -> None:
        top = _TOP_MM + self._row * _ROW_MM
        text = self._words(
            f"{number}　表 {table.label}（{table.id}）{table.rows}行",
            f"{number} {table.id} x {table.rows}",
        )
        self._text(self._left, top, text, 3.2)
        self._row += 1

    def _box(self, entry: FieldDefinition, number: str) -> None:
        colour = _COLOURS[entry.kind]
        left, top, right, bottom = self._corners(entry.box_mm)
        self._draw.rectangle(
            (left, top, right, bottom),
            fill=(*colour, 38),
            outline=(*colour, 255),
            width=2,
        )
        for cell in range(1, entry.cells or 1):
            across = round(left + (right - left) * cell / (entry.cells or 1))
            self._draw.line(
                [(across, top), (across, bottom)], fill=(*colour, 200), width=1
            )
        for option in entry.options:
            self._draw.rectangle(
                self._corners(option.box_mm), outline=(*colour, 255), width=2
            )
        self._tag(left, top, number, colour)

    def _corners(
        self, box_mm: tuple[float, float, float, float]
    ) -> tuple[int, int, int, int]:
        left, top, width, height = box_mm
        return (
            self._px(left),
            self._px(top),
            self._px(left + width),
            self._px(top + height),
        )

    def _tag(
        self, left: int, top: int, number: str, colour: tuple[int, int, int]
    ) -> None:
        face = self._face(2.3)
        box = self._draw.textbbox((0, 0), number, font=face)
        width = int(box[2] - box[0]) + 6
        height = self._px(2.9)
        above = max(0, top - height)
        self._draw.rectangle(
            (left, above, left + width, above + height), fill=(*colour, 235)
        )
        self._draw.text(
            (left + 3, above + height / 2), number, fill="white", font=face, anchor="lm"
        )

    def _listed(self, entry: FieldDefinition, number: str) -> None:
        colour = _COLOURS[entry.kind]
        top = _TOP_MM + self._row * _ROW_MM
        self._row += 1
        face = self._face(2.6)
        down = self._px(top + 1.9)
        right = self._left + self._px(8.5)
        self._draw.rectangle(
            (self._left, self._px(top), right, self._px(top + 3.8)), fill=(*colour, 235)
        )
        self._draw.text(
            ((self._left + right) / 2, down),
            number,
            fill="white",
            font=face,
            anchor="mm",
        )
        limit = self._paper.width - right - self._px(3.0)
        text = _fitting(self._line(entry), face, limit)
        self._draw.text(
            (right + self._px(1.5), down),
            text,
            fill=(0, 0, 0, 255),
            font=face,
            anchor="lm",
        )

    def _line(self, entry: FieldDefinition) -> str:
        if self._font is None:
            return f"{entry.id}  {entry.kind.value}"
        parts = [
            entry.label,
            f"{entry.id}",
            f"{KIND_NAMES[entry.kind]} {entry.kind.value}",
        ]
        if entry.cells:
            parts.append(f"{entry.cells}枠")
        if entry.lines > 1:
            parts.append(f"{entry.lines}行")
        if entry.options:
            parts.append("・".join(option.value for option in entry.options))
        if entry.required:
            parts.append("必須")
        return "　".join(parts)

    def finished(self) -> Image.Image:
        """Return paper and boxes as one picture."""
        whole = Image.alpha_composite(self._paper.convert("RGBA"), self._boxes)
        return whole.convert("RGB")


def _letter(place: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[place % 26]


def _fitting(
    text: str, face: ImageFont.FreeTypeFont | ImageFont.ImageFont, width_px: int
) -> str:
    if face.getlength(text) <= width_px:
        return text
    while text and face.getlength(text + "…") > width_px:
        text = text[:-1]
    return text + "…"
