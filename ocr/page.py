"""One page as scanned, and how many of its dots make an inch."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import cast

import cv2
import numpy as np

from ocr.errors import ReadingError
from ocr.preprocess import MM_PER_INCH, Picture

FULL_DPI = 300.0
_A4_LONG_MM = 297.0
_SHEET_MM = (120.0, 600.0)
"""Longer side of the sheets that offices scan: from a postcard to A2."""
_LEAST_PX = 16
_FAX_WIDTHS = {1728: 204.0, 2048: 204.0, 2432: 204.0}
"""Dots across of an A4, B4 and A3 FAX, and per inch."""
_FAX_DOWN = (98.0, 196.0, 391.0)
"""Dots per inch down: standard, fine, superfine."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what is opened."""

    max_pixels: int = 80_000_000
    """Of one page as stored; A3 at 600 dpi has 70 million."""
    max_pages: int = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """One page as scanned, or the reason why there is none."""

    number: int
    """1-based."""
    picture: Picture = field(repr=False)
    """Height x width x 3, blue-green-red; at most about 300 dpi."""
    dpi: float
    """Pixels of `picture` per inch of paper, estimated when the file does not say."""
    scan_scale: float = 1.0
    """Pixels of the scan per pixel of `picture`."""
    born_digital: bool = False
    """PDF with its own text and without a scan under it."""
    pdf_size: tuple[float, float] | None = None
    """Width and height in PDF points, for born-digital pages."""
    error: ReadingError | None = None


def broken_page(number: int, error: ReadingError) -> Page:
    """Return a page without a picture, with the reason."""
    return Page(number, np.zeros((0, 0, 3), np.uint8), FULL_DPI, error=error)


def at_most_full_dpi(
    number: int,
    picture: Picture,
    stated: tuple[float, float] | None,
    *,
    bilevel: bool = False,
) -> Page:
    """Return a page with square dots and no more of them than reading needs.

    Args:
        number: Of the page, 1-based.
        picture: As stored.
        stated: Dots per inch across and down, as the file says; None when it does not.
        bilevel: It is black and white, as FAX is.

    Raises:
        ReadingError: PAGE-001 when the picture is too small to be a page.
    """
    height, width = picture.shape[:2]
    if min(height, width) < _LEAST_PX:
        raise ReadingError("PAGE-001", f"page {number}: {width} x {height} px")
    across, down = _plausible_dpi(width, height, stated, bilevel=bilevel)
    if not 0.99 < across / down < 1.01:  # FAX: 204 x 98 or 204 x 196 dots per inch
        finest = max(across, down)
        size = (round(width * finest / across), round(height * finest / down))
        picture = cast("Picture", cv2.resize(picture, size))
        across = down = finest
    dpi, scale = across, 1.0
    if dpi > FULL_DPI * 1.1:
        scale = dpi / FULL_DPI
        smaller = (round(picture.shape[1] / scale), round(picture.shape[0] / scale))
        picture = cast(
            "Picture", cv2.resize(picture, smaller, interpolation=cv2.INTER_AREA)
        )
        dpi = FULL_DPI
    return Page(number, picture, dpi, scan_scale=scale)


def is_a_sheet(long_mm: float) -> bool:
    """Tell whether offices have paper of this length.

    Examples:
        >>> is_a_sheet(297), is_a_sheet(875)
        (True, False)
    """
    return _SHEET_MM[0] <= long_mm <= _SHEET_MM[1]


def a4_dpi(long_px: float) -> float:
    """Return the resolution at which A4 is so many dots long.

    Examples:
        >>> round(a4_dpi(3508))
        300
    """
    return long_px / (_A4_LONG_MM / MM_PER_INCH)


def _plausible_dpi(
    width: int, height: int, stated: tuple[float, float] | None, *, bilevel: bool
) -> tuple[float, float]:
    """Return the stated resolution when a sheet of paper can have it, else a guess."""
    if stated is not None and min(stated) > 0 and all(map(math.isfinite, stated)):
        long_mm = max(width / stated[0], height / stated[1]) * MM_PER_INCH
        if min(stated) >= 90 and is_a_sheet(long_mm):
            return stated
    if bilevel and width in _FAX_WIDTHS:
        across = _FAX_WIDTHS[width]
        wide_mm = width / across * MM_PER_INCH
        high_mm = wide_mm * math.sqrt(2.0)
        down = min(_FAX_DOWN, key=lambda dpi: abs(height / dpi * MM_PER_INCH - high_mm))
        return across, down
    guess = a4_dpi(max(width, height))
    return guess, guess
