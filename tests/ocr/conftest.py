"""Forms to read, drawn with shapes or taken from configs/forms; no fonts needed."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest

from ocr.forms import FormDefinition, load_form
from ocr.model import Reading
from ocr.preprocess import Snippet, to_px

DPI = 300

YAML = """
form: shapes
title: 図形だけの様式
version: "1"
page_mm: [210, 297]
blank: shapes.png
blank_dpi: 300
fields:
  - {id: amount_yen, label: 金額, kind: amount, box_mm: [60, 60, 80, 10], required: true}
  - {id: account, label: 口座番号, kind: digits, box_mm: [60, 90, 70, 10], cells: 7}
  - {id: name, label: 氏名, kind: name, box_mm: [60, 120, 90, 12]}
  - {id: consent, label: 同意, kind: check, box_mm: [30, 150, 6, 6]}
  - {id: seal, label: 印, kind: seal, box_mm: [160, 118, 16, 16]}
"""


def draw_blank() -> np.ndarray:
    """Return a form of frames, marks and print-like blocks, the same every time."""
    page = np.full((to_px(297, DPI), to_px(210, DPI)), 255, np.uint8)
    random = np.random.default_rng(7)
    for left, top, width, height in (
        (60, 60, 80, 10),
        (60, 90, 70, 10),
        (60, 120, 120, 12),
        (30, 150, 6, 6),
        (25, 180, 160, 40),
    ):
        frame(page, left, top, width, height)
    for cell in range(1, 7):
        line(page, 60 + cell * 10, 90, 60 + cell * 10, 100)
    for top in (20, 30, 42, 62, 92, 122, 152, 185, 195, 205, 230, 245, 260):
        start = 40 if top == 152 else 25  # beside the check box, not in it
        for left in range(start, 58 if 55 < top < 140 else 180, 5):
            letter(page, left, top, random)
    return page


def frame(
    page: np.ndarray, left: float, top: float, width: float, height: float
) -> None:
    corner = (to_px(left, DPI), to_px(top, DPI))
    cv2.rectangle(
        page, corner, (to_px(left + width, DPI), to_px(top + height, DPI)), 0, 4
    )


def line(
    page: np.ndarray,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    colour: int | tuple[int, int, int] = 0,
    thick: int = 4,
) -> None:
    cv2.line(
        page,
        (to_px(x0, DPI), to_px(y0, DPI)),
        (to_px(x1, DPI), to_px(y1, DPI)),
        colour,
        thick,
    )


def letter(
    page: np.ndarray, left: float, top: float, random: np.random.Generator
) -> None:
    """Draw strokes in a square of 3.5 mm, as unlike the next one as print is."""
    for _ in range(int(random.integers(3, 6))):
        x0, y0, x1, y1 = random.uniform(0, 3.5, 4)
        line(page, left + x0, top + y0, left + x1, top + y1, thick=4)


def scan_of(blank: np.ndarray) -> np.ndarray:
    """Return the blank as a colour page to draw on."""
    return cv2.cvtColor(blank, cv2.COLOR_GRAY2BGR)


def stamp(
    page: np.ndarray, across_mm: float, down_mm: float, radius_mm: float = 5.2
) -> None:
    """Put a red seal on a colour page."""
    layer = np.full_like(page, 255)
    centre = (to_px(across_mm, DPI), to_px(down_mm, DPI))
    red = (50, 40, 205)
    cv2.circle(layer, centre, to_px(radius_mm, DPI), red, 6)
    for offset in (-2.0, 0.0, 2.0):
        line(layer, across_mm - 2.5, down_mm + offset, across_mm + 2.5, down_mm, red, 8)
    np.minimum(page, layer, out=page)


class Pen:
    """Draws on pages; lengths in millimetres at `dpi`."""

    dpi = DPI
    line = staticmethod(line)
    stamp = staticmethod(stamp)
    scan_of = staticmethod(scan_of)

    @staticmethod
    def write(
        page: np.ndarray,
        left: float,
        top: float,
        colour: tuple[int, int, int] = (30, 30, 30),
    ) -> None:
        """Write a sign like 太 of about 5 mm."""
        line(page, left, top + 2, left + 4.5, top + 2, colour, 6)
        line(page, left + 2.2, top, left, top + 5, colour, 6)
        line(page, left + 2.2, top + 2, left + 4.5, top + 5, colour, 6)


@pytest.fixture(scope="session")
def pen() -> Pen:
    return Pen()


@pytest.fixture(scope="session")
def blank() -> np.ndarray:
    return draw_blank()


@pytest.fixture(scope="session")
def shapes(
    tmp_path_factory: pytest.TempPathFactory, blank: np.ndarray
) -> FormDefinition:
    folder = tmp_path_factory.mktemp("forms")
    cv2.imwrite(str(folder / "shapes.png"), blank)
    (folder / "shapes.yaml").write_text(YAML, encoding="utf-8")
    return load_form(folder / "shapes.yaml")


class RecordingEngine:
    """Reads nothing sensible; keeps the snippets it was given."""

    name = "recording"
    version = "1"

    def __init__(self) -> None:
        self.seen: list[Snippet] = []

    def read(self, snippets: Sequence[Snippet]) -> tuple[Reading | None, ...]:
        self.seen.extend(snippets)
        return tuple(Reading(self.name, "1", 0.5) for _ in snippets)


@pytest.fixture
def recording() -> RecordingEngine:
    return RecordingEngine()
