"""A blank opened for drafting: one page, upright, straight and clean."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import cv2
import numpy as np

from ocr.errors import ReadingError
from ocr.pages import Page, open_pages
from ocr.preprocess import (
    MM_PER_INCH,
    Mask,
    Picture,
    components,
    evened,
    grey_of,
    ink_mask,
    scaled,
    to_px,
)

SHEET_DPI = 300.0
"""Of the picture that is looked at."""
BLANK_DPI = 200.0
"""Of the picture that is kept as the form's blank."""

_PAPER_MM = (
    (210.0, 297.0),  # A4
    (297.0, 420.0),  # A3
    (148.0, 210.0),  # A5
    (105.0, 148.0),  # A6
    (182.0, 257.0),  # B5
    (257.0, 364.0),  # B4
    (128.0, 182.0),  # B6
    (100.0, 148.0),  # postcard
)
_SAME_PAPER_MM = 4.0
_MOST_SKEW_DEG = 12.0
_STRAIGHT_DEG = 0.04
_SPECK_MM2 = 0.035
_PAPER_WHITE = 225
"""Grey of evened paper from which it is made white."""
_LEVELS = 17
"""Between the 16 greys that are kept."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a blank."""

    path: Path
    page: int
    grey: Picture = field(repr=False)
    """At SHEET_DPI, black on white."""
    page_mm: tuple[float, float]
    born_digital: bool
    skew_deg: float = 0.0
    """How far a scan had to be turned to stand straight, clockwise."""

    @property
    def ink(self) -> Mask:
        """Where something is printed."""
        return ink_mask(self.grey, 190)


def open_sheet(path: Path, page: int = 1) -> Sheet:
    """Return a page of a blank, straightened and cleaned when it is a scan.

    Args:
        path: PDF, TIFF, PNG or JPEG.
        page: 1-based.

    Raises:
        ReadingError: PAGE-001 to PAGE-006; PAGE-001 too when there is no such page.
    """
    if path.stat().st_size == 0:
        raise ReadingError("PAGE-005", "0 bytes")
    for opened in open_pages(path):
        if opened.number == page:
            break
    else:
        raise ReadingError("PAGE-001", f"no page {page}")
    if opened.error is not None:
        raise opened.error
    if opened.born_digital:
        return _as_drawn(path, opened)
    return _as_scanned(path, opened)


def blank_png(sheet: Sheet) -> bytes:
    """Return the page as a small grey PNG at BLANK_DPI, to be the form's blank."""
    width, height = (to_px(side, BLANK_DPI) for side in sheet.page_mm)
    small: Any = cv2.resize(sheet.grey, (width, height), interpolation=cv2.INTER_AREA)
    few = np.round(small / _LEVELS).astype(np.uint8) * _LEVELS
    return cv2.imencode(".png", few, [cv2.IMWRITE_PNG_COMPRESSION, 9])[1].tobytes()


def _as_drawn(path: Path, page: Page) -> Sheet:
    grey = scaled(grey_of(page.picture), SHEET_DPI / page.dpi)
    points = page.pdf_size or (
        grey.shape[1] * 72 / SHEET_DPI,
        grey.shape[0] * 72 / SHEET_DPI,
    )
    page_mm = (
        round(points[0] / 72 * MM_PER_INCH, 1),
        round(points[1] / 72 * MM_PER_INCH, 1),
    )
    size = (to_px(page_mm[0], SHEET_DPI), to_px(page_mm[1], SHEET_DPI))
    if size != (grey.shape[1], grey.shape[0]):
        grey = cast("Picture", cv2.resize(grey, size, interpolation=cv2.INTER_AREA))
    return Sheet(path, page.number, grey, page_mm, born_digital=True)


def _as_scanned(path: Path, page: Page) -> Sheet:
    grey = scaled(grey_of(page.picture), SHEET_DPI / page.dpi)
    even = evened(grey, SHEET_DPI)
    skew_deg = skew_of(even)
    if abs(skew_deg) > _STRAIGHT_DEG:
        even = _turned(even, skew_deg)
    else:
        skew_deg = 0.0
    clean = _cleaned(even)
    high, wide = clean.shape
    page_mm = _paper(wide / SHEET_DPI * MM_PER_INCH, high / SHEET_DPI * MM_PER_INCH)
    return Sheet(
        path,
        page.number,
        _on_paper(clean, page_mm),
        page_mm,
        born_digital=False,
        skew_deg=round(skew_deg, 2),
    )


def skew_of(even: Picture) -> float:
    """Return how far level rules run down to the right, in degrees; 0.0 without any."""
    small = scaled(even, 0.5)
    ink = ink_mask(small, 190).astype(np.uint8) * 255
    shortest = to_px(35.0, SHEET_DPI / 2)
    found: Any = cv2.HoughLinesP(
        ink,
        1,
        np.pi / 7200,
        threshold=shortest // 2,
        minLineLength=shortest,
        maxLineGap=6,
    )
    if found is None:
        return 0.0
    ends = found.reshape(-1, 4).astype(np.float64)
    across, down = ends[:, 2] - ends[:, 0], ends[:, 3] - ends[:, 1]
    upright = np.abs(down) > np.abs(across)
    degrees = np.where(
        upright,
        np.degrees(np.arctan2(-across * np.sign(down), np.abs(down))),
        np.degrees(np.arctan2(down * np.sign(across), np.abs(across))),
    )
    lengths = np.hypot(across, down)
    plain = np.abs(degrees) <= _MOST_SKEW_DEG
    if not plain.any():
        return 0.0
    order = np.argsort(degrees[plain])
    weight = np.cumsum(lengths[plain][order])
    middle = int(np.searchsorted(weight, weight[-1] / 2))
    near = np.abs(degrees - degrees[plain][order][middle]) < 0.4
    return float(np.average(degrees[near], weights=lengths[near] ** 2))


def _turned(grey: Picture, by_deg: float) -> Picture:
    high, wide = grey.shape
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), by_deg, 1.0)
    turned: Any = cv2.warpAffine(
        grey,
        turn,
        (wide, high),
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(255,),
    )
    return cast("Picture", turned)


def _cleaned(even: Picture) -> Picture:
    """Return the page without specks and dark edges, its paper white."""
    ink = ink_mask(even, 200)
    labels, stats, _ = components(ink)
    specks = stats[:, cv2.CC_STAT_AREA] < _SPECK_MM2 * (SHEET_DPI / MM_PER_INCH) ** 2
    edge = to_px(1.5, SHEET_DPI)
    border = np.ones(ink.shape, np.bool_)
    border[edge:-edge, edge:-edge] = False
    at_edge = np.zeros(len(stats), np.bool_)
    at_edge[labels[border & ink]] = True
    thick = to_px(12.0, SHEET_DPI)
    slim = np.minimum(stats[:, 2], stats[:, 3]) < thick
    unwanted = specks | (at_edge & slim)
    unwanted[0] = False
    grown: Any = cv2.dilate(
        unwanted[labels].astype(np.uint8), np.ones((3, 3), np.uint8)
    )
    lifted = np.clip(even.astype(np.int32) * 255 // _PAPER_WHITE, 0, 255)
    return np.where(grown > 0, 255, lifted).astype(np.uint8)


def _paper(width: float, height: float) -> tuple[float, float]:
    """Return the size of paper that is meant, or the size as measured."""
    for short, long in _PAPER_MM:
        for size in ((short, long), (long, short)):
            if (
                abs(size[0] - width) < _SAME_PAPER_MM
                and abs(size[1] - height) < _SAME_PAPER_MM
            ):
                return size
    return round(width, 1), round(height, 1)


def _on_paper(grey: Picture, page_mm: tuple[float, float]) -> Picture:
    """Return the picture cut or widened with white to the size of its paper."""
    width, height = (to_px(side, SHEET_DPI) for side in page_mm)
    paper = np.full((height, width), 255, np.uint8)
    high, wide = min(height, grey.shape[0]), min(width, grey.shape[1])
    paper[:high, :wide] = grey[:high, :wide]
    return paper
