"""Ink on a form: lines of writing, letters in cells, ticks, rings, signatures, seals."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from benchmarks.paper.draft import Box, paste_code
from benchmarks.paper.hand import BLACK, Writer, advance, letter_ink
from benchmarks.paper.strokes import is_drawn, smooth
from sample_docs.pen import Page

Points = Sequence[tuple[float, float]]


class Paper(Page):
    """A form while somebody fills it; lengths in millimetres."""

    def write(
        self,
        text: str,
        box: Box,
        who: Writer,
        *,
        lines: int = 1,
        right: bool = False,
        margin: float = 1.0,
    ) -> Box:
        """Write a text into a box and return where it stands (left, top, wide, high).

        Args:
            text: Broken into lines where the box holds more than one.
            box: Left, top, width, height.
            who: Writes.
            lines: That the box holds.
            right: Towards the right end.
            margin: Kept free at the ends.
        """
        left, top, wide, high = box
        usual = 4.3 if who.style == "printed" else 4.8
        size = min(high / lines * 0.74, usual) * who.size
        if self.rng.random() < who.crowded:
            size *= self.rng.choice([0.72, 1.3, 1.45])
        size = self._fitted(text, size, wide - 2 * margin, lines, who)
        size_px = max(8, round(size * self.scale))
        rows = self._broken(text, size_px, (wide - 2 * margin) * self.scale, lines, who)
        found: list[Box] = []
        for number, row in enumerate(rows):
            share = 0.5 if lines == 1 else (number + 0.5) / lines
            middle = (
                top + high * share + self.rng.normal(0, 0.035) * high * bool(who.shake)
            )
            length = sum(advance(who, letter, size_px) for letter in row) / self.scale
            begin = left + wide - length - margin if right else left + margin
            self._line(row, (begin * self.scale, middle * self.scale), size_px, who)
            found.append((begin, middle - size / 2, length, size))
        begin, low = min(f[0] for f in found), min(f[1] for f in found)
        end, deep = max(f[0] + f[2] for f in found), max(f[1] + f[3] for f in found)
        return begin, low, end - begin, deep - low

    def _fitted(
        self, text: str, size: float, room: float, lines: int, who: Writer
    ) -> float:
        need = sum(advance(who, letter, 100) for letter in text) / 100 * size
        have = room * lines * (0.9 if lines > 1 else 1)
        return size if need <= have else size * have / need

    def _broken(
        self, text: str, size_px: int, room_px: float, lines: int, who: Writer
    ) -> list[str]:
        rows, length = [""], 0.0
        for letter in text:
            step = advance(who, letter, size_px)
            if lines > 1 and length + step > room_px and len(rows) < lines:
                rows.append("")
                length = 0.0
            rows[-1] += letter
            length += step
        return rows

    def _line(
        self, text: str, start: tuple[float, float], size_px: int, who: Writer
    ) -> None:
        x, y = start
        slope = self.rng.normal(0, who.drift)
        before: tuple[float, float] | None = None
        for letter in text:
            step = advance(who, letter, size_px)
            if letter.isspace():
                before = None
            else:
                middle = (x + step / 2, y + slope * (x - start[0]))
                self._letter(letter, middle, size_px, who)
                self._join(before, middle, letter, size_px, who)
                before = None if letter in "-," else middle
            x += step

    def _join(
        self,
        before: tuple[float, float] | None,
        middle: tuple[float, float],
        letter: str,
        size_px: int,
        who: Writer,
    ) -> None:
        """Let a fast pen draw a thin line on from one letter to the next."""
        if before is None or not who.astray or not is_drawn(letter) or letter in "-,":
            return
        if self.rng.random() < 0.04:
            a = (before[0] + 0.2 * size_px, before[1] + 0.3 * size_px)
            b = (middle[0] - 0.22 * size_px, middle[1] + 0.05 * size_px)
            points = [(x / self.scale, y / self.scale) for x, y in (a, b)]
            self.stroke(points, 0.2, who.ink)

    def _letter(
        self, letter: str, middle: tuple[float, float], size_px: int, who: Writer
    ) -> None:
        size = max(8, round(size_px * (1 + self.rng.normal(0, 1.4 * who.shake))))
        alpha = letter_ink(who, letter, size, self.scale, self.rng)
        jitter = self.rng.normal(0, who.shake * size_px, 2)
        half = alpha.shape[0] / 2
        left, top = middle[0] - half + jitter[0], middle[1] - half + jitter[1]
        self._ink(alpha, round(left), round(top), who.ink)

    def write_cells(
        self, text: str, box: Box, cells: int, who: Writer, *, right: bool = False
    ) -> Box:
        """Write one letter into each cell; return where the writing stands."""
        left, top, wide, high = box
        step = wide / cells
        first = cells - len(text) if right else 0
        size = min(high * 0.74, step * 0.95) * min(who.size, 1.08)
        if self.rng.random() < who.crowded:
            size *= 1.3
        for place, letter in enumerate(text, start=first):
            middle = ((left + step * (place + 0.5)), top + high / 2)
            if who.shake:
                shift = self.rng.normal(0, 0.05, 2) * (step, high)
                middle = middle[0] + shift[0], middle[1] + shift[1]
            px = (middle[0] * self.scale, middle[1] * self.scale)
            self._letter(letter, px, round(size * self.scale), who)
        return left + step * first, top, step * len(text), high

    def stroke(
        self, points: Points, width_mm: float, colour: tuple[int, int, int]
    ) -> None:
        """Draw a smooth stroke through points."""
        path = smooth(np.array(points, dtype=np.float64), 14) * self.scale
        path = path + cv2.GaussianBlur(self.rng.normal(0, 1.6, path.shape), (1, 0), 3)
        edge = round(2 * width_mm * self.scale) + 3
        low = np.floor(path.min(axis=0)).astype(int) - edge
        span = np.ceil(path.max(axis=0)).astype(int) + edge - low
        canvas = np.zeros((span[1], span[0]), np.uint8)
        shifted = ((path - low) * 16).astype(np.int32)
        width = max(2, round(width_mm * self.scale * self.rng.uniform(0.8, 1.25)))
        cv2.polylines(canvas, [shifted], False, 255, width, cv2.LINE_AA, 4)  # noqa: FBT003
        ink: npt.NDArray[np.float32] = canvas.astype(np.float32) / 255 * 0.93
        self._ink(ink, int(low[0]), int(low[1]), colour)

    def mark(self, box: Box, who: Writer) -> None:
        """Tick a box: ✓ or レ by hand, a typed ✓ or ■ in print."""
        left, top, wide, high = box
        if who.style == "printed":
            self._typed_mark(box, who)
            return
        reach = self.rng.uniform(0.8, 1.35)
        shapes = (
            [(0.02, 0.5), (0.36, 0.98), (1.3, -0.3)],
            [(0.22, -0.05), (0.3, 0.95), (0.3, 0.95), (1.15, 0.1)],
            [(0.1, 0.35), (0.4, 0.8), (0.4, 0.8), (0.95, 0.1)],
        )
        shape = shapes[int(self.rng.integers(len(shapes)))]
        x, y = self.rng.normal(0, 0.25, 2)
        points = [
            (
                left + x + wide * (0.5 + (px - 0.5) * reach),
                top + y + high * (0.5 + (py - 0.5) * reach),
            )
            for px, py in shape
        ]
        self.stroke(points, who.pen_mm + 0.08, who.ink)

    def _typed_mark(self, box: Box, who: Writer) -> None:
        left, top, wide, high = box
        if self.rng.random() < 0.25:
            inner = [(left + 0.6 + wide * 0.0, top + high * y) for y in (0.3, 0.5, 0.7)]
            for x, y in inner:
                self.stroke([(x, y), (left + wide - 0.6, y)], 0.95, who.ink)
            return
        points = [(0.15, 0.5), (0.42, 0.85), (0.42, 0.85), (0.9, 0.12)]
        spots = [(left + px * wide, top + py * high) for px, py in points]
        self.stroke(spots, 0.42, who.ink)

    def ring(self, box: Box, who: Writer) -> None:
        """Draw a ring around a printed word; a hand leaves it open or overshoots."""
        left, top, wide, high = box
        rng = self.rng
        tidy = who.style == "printed"
        begin = rng.uniform(-2.6, -0.6)
        sweep = 2 * np.pi if tidy else rng.uniform(5.75, 7.1)
        angles = np.linspace(begin, begin + sweep, 16)
        grow = rng.normal(0, 0.0 if tidy else 0.05, 2) + 1
        rx = (wide / 2 + rng.uniform(0.5, 1.3)) * grow[0]
        ry = (high / 2 + rng.uniform(0.4, 1.0)) * grow[1]
        shift = rng.normal(0, 0.1 if tidy else 0.32, 2)
        wobble = 1 + rng.normal(0, 0.0 if tidy else 0.035, len(angles))
        spiral = 1 + np.linspace(0, rng.normal(0, 0.06), len(angles)) * (not tidy)
        x = left + wide / 2 + shift[0] + rx * np.cos(angles) * wobble * spiral
        y = top + high / 2 + shift[1] + ry * np.sin(angles) * wobble * spiral
        width = 0.3 if tidy else who.pen_mm
        self.stroke(list(zip(x.tolist(), y.tolist(), strict=True)), width, who.ink)

    def cross_out(self, box: Box, who: Writer) -> None:
        """Draw two lines through a text."""
        left, top, wide, high = box
        tilt = self.rng.normal(0, 0.06) * high
        for share in (0.4, 0.6):
            y = top + high * share
            points = [
                (left - 0.5, y),
                (left + wide / 2, y + tilt / 2),
                (left + wide + 0.5, y + tilt),
            ]
            self.stroke(points, 0.32, who.ink)

    def sign(self, name: str, box: Box, who: Writer) -> None:
        """Sign: the name in one go, its letters run together."""
        left, top, wide, high = box
        who_signs = min(high * 0.8, 7.5)
        size_px = round(who_signs * self.scale)
        x, y = left + 1.5, top + high / 2
        for letter in name.replace("　", ""):
            self._letter(
                letter, ((x + who_signs / 2) * self.scale, y * self.scale), size_px, who
            )
            x += who_signs * 0.86
        end = min(x, left + wide - 2)
        tail = [(end - 6, y + 2), (end - 2, y + 1), (end + 1, y + 2.4)]
        self.stroke(tail, who.pen_mm, who.ink)

    def print_code(self, text: str, box: Box) -> None:
        """Print a QR code, as the city's printer does for each sheet it sends out."""
        left, top, wide, high = (round(length * self.scale) for length in box)
        image = Image.new("L", (wide, high), 255)
        paste_code(image, text, (0.0, 0.0, box[2], box[3]), self.scale)
        black = 1 - np.asarray(image, dtype=np.float32) / 255
        self._ink(black, left, top, BLACK)
