"""Writes on a form: typed text, handwriting-like text, seals, ticks, corrections."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw

from sample_docs.fonts import font, has_glyph
from sample_docs.sheet import MM_PER_INCH

Pixels = npt.NDArray[np.float32]
Colour = tuple[int, int, int]
Box = tuple[float, float, float, float]

BLACK, BLUE, PENCIL = (28, 28, 32), (32, 48, 132), (88, 88, 92)
RED = (208, 44, 48)
FALLBACK = {"seto": "yoz", "kiloji": "seto", "yoz": "seto", "maru": "sans"}


@dataclass(frozen=True, slots=True)
class Hand:
    """How somebody writes."""

    face: str
    """A key of fonts.FACES."""
    ink: Colour = BLACK
    wild: float = 1.0
    """0 is typed; 1 an ordinary hand; 2 a careless one."""
    scale: float = 1.0
    """Size of letters against the usual one."""


class Page:
    """A filled form in colour.

    Args:
        blank: The empty form, grey.
        dpi: Dots per inch of the picture.
        rng: Source of chance.
    """

    def __init__(self, blank: Image.Image, dpi: int, rng: np.random.Generator) -> None:
        grey = np.asarray(blank, dtype=np.float32)
        self.pixels: Pixels = np.repeat(grey[:, :, None], 3, axis=2)
        self.scale = dpi / MM_PER_INCH
        self.rng = rng

    def _ink(self, alpha: Pixels, left: int, top: int, colour: Colour) -> None:
        """Lay ink over the paper: darkens, never lightens, like real ink."""
        high, wide = alpha.shape
        y1, x1 = max(top, 0), max(left, 0)
        y2 = min(top + high, self.pixels.shape[0])
        x2 = min(left + wide, self.pixels.shape[1])
        if y2 <= y1 or x2 <= x1:
            return
        part = alpha[y1 - top : y2 - top, x1 - left : x2 - left, None]
        paper = self.pixels[y1:y2, x1:x2]
        tint = np.array(colour, dtype=np.float32) / 255
        self.pixels[y1:y2, x1:x2] = paper * (1 - part) + paper * tint * part

    def glyph(self, hand: Hand, letter: str, size_px: int) -> tuple[Pixels, float]:
        """Return the ink of one letter (0 to 1) and its advance in pixels."""
        face = (
            hand.face
            if has_glyph(hand.face, letter)
            else FALLBACK.get(hand.face, "sans")
        )
        if not has_glyph(face, letter):
            face = "sans"
        letters = font(face, size_px)
        side = size_px * 2
        image = Image.new("L", (side, side), 0)
        middle = (side / 2, side / 2)
        ImageDraw.Draw(image).text(middle, letter, fill=255, font=letters, anchor="mm")
        alpha = np.asarray(image, dtype=np.float32) / 255
        if hand.wild:
            alpha = self._shake(alpha, hand.wild)
        return alpha, letters.getlength(letter)

    def _shake(self, alpha: Pixels, wild: float) -> Pixels:
        """Turn, slant, stretch and thicken one letter a little."""
        rng, side = self.rng, alpha.shape[0]
        turn = math.radians(rng.normal(0, 2.2 * wild))
        slant = rng.normal(0.03, 0.06 * wild)
        wide, high = rng.normal(1, 0.05 * wild, 2)
        cos, sin = math.cos(turn), math.sin(turn)
        matrix = np.array(
            [[wide * cos, slant - sin, 0], [sin, high * cos, 0]], dtype=np.float64
        )
        matrix[:, 2] = side / 2 - matrix[:, :2] @ np.array([side / 2, side / 2])
        matrix[:, 2] += rng.normal(0, 0.025 * wild * side / 2, 2)
        turned = cv2.warpAffine(alpha, matrix, (side, side), flags=cv2.INTER_CUBIC)
        soft = cv2.GaussianBlur(turned, (0, 0), max(side / 110, 0.6))
        edge = rng.uniform(0.26, 0.48)
        return np.clip((soft - edge) * 3.2 + 0.5, 0, 1).astype(np.float32)

    def _size(self, hand: Hand, text: str, box: Box, lines: int) -> float:
        """Return a letter height in mm that fits the box."""
        _, _, wide, high = box
        usual = 4.4 if hand.wild == 0 else 5.0
        size = min(
            high / lines * 0.74, usual * (1.25 if high > 9 and lines == 1 else 1)
        )
        size *= hand.scale
        probe = font(hand.face, 100)
        need = probe.getlength(text) / 100 * size * (1.04 if hand.wild else 1.0)
        room = (wide - 3) * lines * (0.92 if lines > 1 else 1)
        return size if need <= room else size * room / need

    def write(
        self, text: str, box: Box, hand: Hand, *, align: str = "left", lines: int = 1
    ) -> None:
        """Write text into a box.

        Args:
            text: One value; broken into lines where the box is full.
            box: Left, top, width, height in mm.
            hand: Who writes.
            align: left or right.
            lines: Lines that the box holds.
        """
        size = self._size(hand, text, box, lines)
        size_px = round(size * self.scale)
        left, top, wide, high = (length * self.scale for length in box)
        rows = self._rows(hand, text, size_px, wide - 2 * self.scale, lines)
        row_high = high / lines
        for place, row in enumerate(rows):
            middle = top + row_high * (place + 0.5 if lines > 1 else 0.5)
            if lines > 1 and len(rows) == 1:
                middle = top + row_high * 0.5
            length = sum(self._advance(hand, letter, size_px) for letter in row)
            x = left + 1.2 * self.scale
            if align == "right":
                x = left + wide - length - 2 * self.scale
            self._row(row, (x, middle), hand, size_px)

    def _advance(self, hand: Hand, letter: str, size_px: int) -> float:
        return font(hand.face, size_px).getlength(letter) * (1.03 if hand.wild else 1.0)

    def _rows(
        self, hand: Hand, text: str, size_px: int, room: float, lines: int
    ) -> list[str]:
        if lines == 1:
            return [text]
        rows, length = [""], 0.0
        for letter in text:
            step = self._advance(hand, letter, size_px)
            if length + step > room and len(rows) < lines:
                rows.append("")
                length = 0.0
            rows[-1] += letter
            length += step
        return rows

    def _row(
        self, text: str, start: tuple[float, float], hand: Hand, size_px: int
    ) -> None:
        x, y = start
        rng = self.rng
        drift = rng.normal(0, 0.012 * hand.wild)
        for letter in text:
            step = self._advance(hand, letter, size_px)
            if not letter.isspace():
                alpha, _ = self.glyph(hand, letter, size_px)
                jitter = rng.normal(0, 0.03 * hand.wild * size_px, 2)
                half = alpha.shape[0] / 2
                left = round(x + step / 2 - half + jitter[0])
                top = round(y + drift * (x - start[0]) - half + jitter[1])
                self._ink(alpha * self._pressure(hand), left, top, hand.ink)
            x += step

    def _pressure(self, hand: Hand) -> float:
        return float(self.rng.uniform(0.86, 1.0)) if hand.wild else 1.0

    def write_cells(self, text: str, box: Box, cells: int, hand: Hand) -> None:
        """Write one letter into each of equally wide cells, from the left."""
        left, top, wide, high = box
        step = wide / cells
        size_px = round(min(high * 0.72, step * 0.9) * self.scale * hand.scale)
        for place, letter in enumerate(text):
            alpha, _ = self.glyph(hand, letter, size_px)
            jitter = self.rng.normal(0, 0.035 * hand.wild * size_px, 2)
            half = alpha.shape[0] / 2
            x = (left + step * (place + 0.5)) * self.scale - half + jitter[0]
            y = (top + high / 2) * self.scale - half + jitter[1]
            self._ink(alpha * self._pressure(hand), round(x), round(y), hand.ink)

    def stroke(
        self, points: list[tuple[float, float]], width_mm: float, colour: Colour
    ) -> None:
        """Draw a smooth stroke through points in mm."""
        canvas = np.zeros(self.pixels.shape[:2], dtype=np.uint8)
        path = np.array(points) * self.scale
        fine = np.concatenate([np.linspace(a, b, 20) for a, b in pairwise(path)])
        fine += cv2.GaussianBlur(self.rng.normal(0, 2, fine.shape), (0, 0), 4)
        width = max(2, round(width_mm * self.scale))
        shift = (fine * 16).astype(np.int32)
        cv2.polylines(
            canvas,
            [shift],
            isClosed=False,
            color=255,
            thickness=width,
            lineType=cv2.LINE_AA,
            shift=4,
        )
        self._ink(canvas.astype(np.float32) / 255 * 0.95, 0, 0, colour)

    def tick(self, box: Box, style: str, colour: Colour) -> None:
        """Put a ✓ or レ over a check box, larger than the box as people do."""
        left, top, wide, high = box
        x, y = self.rng.normal(0, 0.3, 2)
        if style == "check":
            points = [(0.05, 0.5), (0.4, 0.95), (1.25, -0.25)]
        else:
            points = [(0.25, -0.05), (0.3, 0.95), (1.1, 0.2)]
        spots = [(left + x + px * wide, top + y + py * high) for px, py in points]
        self.stroke(spots, 0.55, colour)

    def strike(self, box: Box, colour: Colour) -> None:
        """Cross out with two lines (left, top, width, height of the text in mm)."""
        left, top, wide, high = box
        for y in (0.42, 0.58):
            spots = [(left, top + high * y), (left + wide, top + high * (y + 0.03))]
            self.stroke(spots, 0.3, colour)

    def seal(
        self, text: str, centre: tuple[float, float], diameter: float, strength: float
    ) -> None:
        """Stamp a round red name seal; strength 0 to 1 says how much ink it had."""
        side = round(diameter * self.scale * 1.3)
        image = Image.new("L", (side, side), 0)
        draw = ImageDraw.Draw(image)
        edge = (side - diameter * self.scale) / 2
        ring = (edge, edge, side - edge, side - edge)
        draw.ellipse(ring, outline=255, width=max(2, round(0.45 * self.scale)))
        size = round(diameter * self.scale * 0.8 / max(len(text), 2))
        for place, letter in enumerate(text):
            y = side / 2 + (place - (len(text) - 1) / 2) * size
            draw.text(
                (side / 2, y),
                letter,
                fill=255,
                font=font("mincho", size),
                anchor="mm",
                stroke_width=1,
            )
        alpha = cv2.GaussianBlur(np.asarray(image, dtype=np.float32) / 255, (0, 0), 0.9)
        turn = cv2.getRotationMatrix2D((side / 2, side / 2), self.rng.normal(0, 7), 1.0)
        alpha = cv2.warpAffine(alpha, turn, (side, side))
        patchy = cv2.GaussianBlur(
            self.rng.random((side, side)).astype(np.float32), (0, 0), 3
        )
        patchy = np.clip(0.9 + (patchy - 0.5) * 4.0, 0.4, 1)
        x, y = (round(length * self.scale - side / 2) for length in centre)
        self._ink((alpha * patchy * strength).astype(np.float32), x, y, RED)

    def stamp(self, lines: tuple[str, str, str], centre: tuple[float, float]) -> None:
        """Stamp a round receipt stamp of the city: two words and a date between."""
        cx, cy = centre
        size = 22.0
        image = Image.new("L", (round(size * self.scale),) * 2, 0)
        draw = ImageDraw.Draw(image)
        side = image.width
        width = max(2, round(0.4 * self.scale))
        draw.ellipse((2, 2, side - 3, side - 3), outline=255, width=width)
        for part in (0.36, 0.64):
            half = math.sqrt(0.25 - (part - 0.5) ** 2) * side * 0.98
            draw.line(
                (side / 2 - half, side * part, side / 2 + half, side * part), 255, width
            )
        for text, y in zip(lines, (0.21, 0.5, 0.79), strict=True):
            letters = font("gothic", round(side * 0.125))
            draw.text((side / 2, side * y), text, fill=255, font=letters, anchor="mm")
        alpha = np.asarray(image, dtype=np.float32) / 255
        turn = cv2.getRotationMatrix2D((side / 2, side / 2), self.rng.normal(0, 5), 1.0)
        alpha = cv2.warpAffine(alpha, turn, (side, side)) * 0.8
        left, top = round(cx * self.scale - side / 2), round(cy * self.scale - side / 2)
        self._ink(alpha.astype(np.float32), left, top, (186, 60, 60))

    def picture(self) -> Image.Image:
        """Return the page as an RGB picture."""
        return Image.fromarray(np.clip(self.pixels, 0, 255).astype(np.uint8))
