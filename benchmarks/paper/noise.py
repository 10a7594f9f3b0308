"""What scanners, copiers and FAX machines do to a sheet, and where the sheet ends up."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from sample_docs.sheet import MM_PER_INCH

Matrix = npt.NDArray[np.float64]
Grey = npt.NDArray[np.float32]
Colours = npt.NDArray[np.float32]
Dots = tuple[float, float]
"""Per inch, across and down."""

LEVELS = ("clean", "office", "copy", "fax")
"""clean: 300 dpi colour; office: 300 dpi grey JPEG, skewed, tinted; copy: copied twice,
200 dpi; fax: bilevel 204 x 196 or 200 dpi, stretched, with lost and doubled lines."""


@dataclass(frozen=True, slots=True)
class Scanned:
    """A picture as stored in the file, and where the form lies in it."""

    picture: Image.Image = field(repr=False)
    dpi: tuple[float, float]
    quality: int
    """Of JPEG."""
    mm_to_px: Matrix = field(repr=False)
    """3 x 3: millimetres of the form to pixels as stored."""


def scan(
    pixels: Colours,
    source_dpi: int,
    level: str,
    rng: np.random.Generator,
    *,
    dpi: tuple[float, float],
    quarter_turns: int = 0,
) -> Scanned:
    """Return a sheet as a scanner of this level stores it.

    Args:
        pixels: The filled sheet, RGB 0 to 255.
        source_dpi: Of `pixels`.
        level: One of `LEVELS`.
        rng: Source of chance.
        dpi: Of the machine, across and down.
        quarter_turns: Counter-clockwise, of the sheet in the feeder.
    """
    machine = {"clean": _clean, "office": _office, "copy": _copy, "fax": _fax}[level]
    done = machine(pixels, source_dpi, dpi, rng)
    return _turned(done, quarter_turns)


def _laid(  # noqa: PLR0913 - how far a sheet strays, one by one
    pixels: Colours,
    dpi: tuple[float, float],
    source_dpi: int,
    rng: np.random.Generator,
    *,
    skew_deg: float,
    shift_mm: float,
    stretch: float,
) -> tuple[Colours, Matrix]:
    """Return the sheet as it lies on the glass, and millimetres to pixels."""
    high, wide = pixels.shape[:2]
    across, down = dpi[0] / source_dpi, dpi[1] / source_dpi
    size = (round(wide * across), round(high * down))
    turn = np.radians(rng.normal(0, skew_deg))
    cos, sin = np.cos(turn), np.sin(turn)
    pull = 1 + rng.normal(0, stretch, 2)
    shear = rng.normal(0, stretch / 3)
    middle = np.array([wide / 2, high / 2])
    rotate = np.array([[cos * pull[0], -sin + shear], [sin, cos * pull[1]]])
    place = np.eye(3)
    place[:2, :2] = rotate
    place[:2, 2] = middle - rotate @ middle
    place[:2, 2] += rng.normal(0, shift_mm, 2) * source_dpi / MM_PER_INCH
    to_px = np.diag([across, down, 1.0]) @ place
    if min(across, down) < 1:
        pixels = cv2.GaussianBlur(pixels, (0, 0), 0.32 / min(across, down))
    laid = cv2.warpAffine(
        pixels, to_px[:2], size, flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255)
    )
    scale = source_dpi / MM_PER_INCH
    return laid, to_px @ np.diag([scale, scale, 1.0])


def _noisy(pixels: Colours, spread: float, rng: np.random.Generator) -> Colours:
    high, wide = pixels.shape[:2]
    grain = rng.standard_normal((high, wide), np.float32) * np.float32(spread)
    return pixels + (grain[:, :, None] if pixels.ndim == 3 else grain)


def _shade(shape: tuple[int, int], depth: float, rng: np.random.Generator) -> Grey:
    """Return a soft shadow, 0 to `depth` grey levels."""
    rough = rng.random((4, 3)).astype(np.float32) * depth
    return cv2.resize(rough, (shape[1], shape[0]), interpolation=cv2.INTER_CUBIC)


def _picture(pixels: npt.NDArray[np.float32]) -> Image.Image:
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


def _clean(
    pixels: Colours, source_dpi: int, dpi: Dots, rng: np.random.Generator
) -> Scanned:
    laid, matrix = _laid(
        pixels, dpi, source_dpi, rng, skew_deg=0.3, shift_mm=1.2, stretch=0.0008
    )
    paper = np.array(
        [rng.uniform(248, 255), rng.uniform(248, 254), rng.uniform(243, 252)]
    )
    laid = cv2.GaussianBlur(laid * (paper / 255).astype(np.float32), (0, 0), 0.55)
    done = _noisy(laid, 2.0, rng)
    return Scanned(_picture(done), dpi, int(rng.integers(80, 93)), matrix)


def _grey(pixels: Colours) -> Grey:
    return cv2.cvtColor(np.ascontiguousarray(pixels), cv2.COLOR_RGB2GRAY)


def _office(
    pixels: Colours, source_dpi: int, dpi: Dots, rng: np.random.Generator
) -> Scanned:
    laid, matrix = _laid(
        pixels, dpi, source_dpi, rng, skew_deg=0.9, shift_mm=2.2, stretch=0.0015
    )
    grey = cv2.GaussianBlur(_grey(laid), (0, 0), rng.uniform(0.5, 0.95))
    grey = grey * np.float32(rng.uniform(225, 250) / 255)
    grey -= _shade(grey.shape, rng.uniform(0, 14), rng)
    done = _noisy(grey, rng.uniform(2, 5), rng)
    return Scanned(_picture(done), dpi, int(rng.integers(45, 70)), matrix)


def _copied(grey: Grey, rng: np.random.Generator) -> Grey:
    """Return a sheet after one pass of a copier: contrast, toner, dirt."""
    soft = cv2.GaussianBlur(grey, (0, 0), rng.uniform(0.8, 1.3))
    knee = rng.uniform(150, 190)
    steep = rng.uniform(0.028, 0.05)
    toned = 250 / (1 + np.exp(-(soft - knee) * steep)) + 6
    toned = _noisy(toned.astype(np.float32), rng.uniform(2, 5), rng)
    return _specks(toned, int(rng.integers(20, 90)), 60, rng)


def _specks(grey: Grey, count: int, dark: float, rng: np.random.Generator) -> Grey:
    high, wide = grey.shape
    for _ in range(count):
        x, y = int(rng.integers(wide - 4)), int(rng.integers(high - 4))
        size = int(rng.integers(1, 4))
        grey[y : y + size, x : x + int(rng.integers(1, 4))] = dark
    return grey


def _copy(
    pixels: Colours, source_dpi: int, dpi: Dots, rng: np.random.Generator
) -> Scanned:
    laid, matrix = _laid(
        pixels, dpi, source_dpi, rng, skew_deg=1.1, shift_mm=3.0, stretch=0.004
    )
    grey = _grey(laid)
    for _ in range(2):
        grey = _copied(grey, rng)
    grey -= _shade(grey.shape, rng.uniform(10, 45), rng)
    if rng.random() < 0.4:  # the black edge of an open lid
        edge = int(rng.integers(3, 22))
        grey[:, :edge] = rng.uniform(30, 90)
    done = _noisy(grey, 3.0, rng)
    return Scanned(_picture(done), dpi, int(rng.integers(40, 62)), matrix)


def _fax(
    pixels: Colours, source_dpi: int, dpi: Dots, rng: np.random.Generator
) -> Scanned:
    laid, matrix = _laid(
        pixels, dpi, source_dpi, rng, skew_deg=0.6, shift_mm=2.0, stretch=0.008
    )
    grey = cv2.GaussianBlur(_grey(laid), (0, 0), rng.uniform(0.5, 0.9))
    grey = _noisy(grey, rng.uniform(6, 16), rng)
    local = cv2.GaussianBlur(grey, (0, 0), 12)
    limit = np.minimum(local - 22, rng.uniform(150, 186))
    black = grey < limit
    black, matrix = _lost_lines(black, matrix, rng)
    grey = _specks(np.where(black, 0.0, 255.0).astype(np.float32), 120, 0, rng)
    image = _picture(grey).point(lambda level: 255 if level > 127 else 0).convert("1")
    return Scanned(image, dpi, 0, matrix)


def _lost_lines(
    black: npt.NDArray[np.bool_], matrix: Matrix, rng: np.random.Generator
) -> tuple[npt.NDArray[np.bool_], Matrix]:
    """Lose parts of some lines, as a bad telephone line does; none moves the others."""
    black = black.copy()
    for _ in range(int(rng.integers(0, 7))):
        y = int(rng.integers(black.shape[0]))
        x = int(rng.integers(black.shape[1]))
        black[y : y + int(rng.integers(1, 3)), x : x + int(rng.integers(60, 900))] = (
            False
        )
    return black, matrix


def _turned(done: Scanned, quarter_turns: int) -> Scanned:
    """Return the picture turned counter-clockwise, its matrix too."""
    if not quarter_turns:
        return done
    wide, high = done.picture.size
    turn = {
        1: np.array([[0, 1, 0], [-1, 0, wide - 1], [0, 0, 1.0]]),
        2: np.array([[-1, 0, wide - 1], [0, -1, high - 1], [0, 0, 1.0]]),
        3: np.array([[0, -1, high - 1], [1, 0, 0], [0, 0, 1.0]]),
    }[quarter_turns]
    across, down = done.dpi if quarter_turns == 2 else done.dpi[::-1]
    picture = done.picture.rotate(90 * quarter_turns, expand=True)
    return Scanned(picture, (across, down), done.quality, turn @ done.mm_to_px)
