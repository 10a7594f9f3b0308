"""What a scanner and an office do to paper: skew, shift, blur, noise, tint, loss."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Scan:
    """How one page was scanned."""

    dpi: int = 300
    mode: str = "grey"
    """colour, grey or bilevel."""
    skew_deg: float = 0.0
    shift_mm: tuple[float, float] = (0.0, 0.0)
    zoom: float = 1.0
    blur_px: float = 0.5
    noise: float = 3.0
    """Standard deviation in grey levels."""
    tint: tuple[int, int, int] = (252, 252, 250)
    """Colour of the paper."""
    shade: float = 0.0
    """How much darker one side is, in grey levels."""
    white: int = 244
    """Levels above this become white, as scanners clean the background; 256 never."""
    quarter_turns: int = 0
    """Counter-clockwise quarter turns of the sheet in the feeder."""
    quality: int = 60
    """JPEG quality where the file holds JPEG."""


def scan(
    page: Image.Image, source_dpi: int, how: Scan, rng: np.random.Generator
) -> Image.Image:
    """Return the picture that the scanner makes of a page.

    Args:
        page: The filled page, RGB.
        source_dpi: Dots per inch of `page`.
        how: What happens to it.
        rng: Source of chance.
    """
    pixels = np.asarray(page, dtype=np.float32)
    high, wide = (round(n * how.dpi / source_dpi) for n in pixels.shape[:2])
    ratio = how.dpi / source_dpi
    if ratio < 1:
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.35 / ratio)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), how.skew_deg, how.zoom)
    turn = turn @ np.array([[ratio, 0, 0], [0, ratio, 0], [0, 0, 1]])
    turn[:, 2] += np.array(how.shift_mm) * how.dpi / 25.4
    white = (255.0, 255.0, 255.0)
    pixels = cv2.warpAffine(
        pixels,
        turn,
        (wide, high),
        flags=cv2.INTER_LINEAR if ratio < 1 else cv2.INTER_CUBIC,
        borderValue=white,
    )
    pixels = pixels * (np.array(how.tint, dtype=np.float32) / 255)
    if how.shade:
        pixels -= np.linspace(0, how.shade, wide, dtype=np.float32)[None, :, None]
    if how.blur_px:
        pixels = cv2.GaussianBlur(pixels, (0, 0), how.blur_px)
    pixels += rng.normal(0, how.noise, (high, wide, 1)).astype(np.float32)
    done = np.clip(pixels, 0, 255).astype(np.uint8)
    return _reduce(np.rot90(done, how.quarter_turns), how)


def _reduce(pixels: Pixels, how: Scan) -> Image.Image:
    """Return the picture in the scan's mode, its background cleaned."""
    image = Image.fromarray(np.ascontiguousarray(pixels))
    if how.mode != "colour":
        image = image.convert("L")
    if how.mode == "bilevel":
        return image.point(lambda level: 255 if level > 168 else 0).convert("1")
    limit = how.white
    return image.point(lambda level: 255 if level >= limit else level)


def add_specks(image: Image.Image, count: int, rng: np.random.Generator) -> Image.Image:
    """Return a bilevel picture with dust on it."""
    pixels = np.asarray(image.convert("L")).copy()
    for _ in range(count):
        y, x = (
            rng.integers(0, pixels.shape[0] - 3),
            rng.integers(0, pixels.shape[1] - 3),
        )
        pixels[y : y + rng.integers(1, 3), x : x + rng.integers(1, 3)] = 0
    return Image.fromarray(pixels).convert("1")
