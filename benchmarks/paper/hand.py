"""Writers and their letters: type, handwriting-like faces, and hands drawn by strokes.

No letter comes out twice alike: faces are bent, slanted, thickened, broken and
starved of ink; a careless hand draws digits and katakana from strokes of its own.
"""

from __future__ import annotations

import functools
import random
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from benchmarks.paper.strokes import DIGITS, is_drawn, kana_strokes, smooth, strokes_of
from sample_docs.fonts import font_files

Alpha = npt.NDArray[np.float32]
"""Ink, 0 to 1."""
Colour = tuple[int, int, int]

TYPE = ("gothic", "mincho", "sans", "serif", "pgothic", "pmincho")
SCRIPT = (
    *("seto", "kiloji", "kiloji_b", "kiloji_p", "yoz_rc", "yoz_re", "yoz_rn"),
    *("yoz_rs", "yoz_ra", "yoz_bc"),
)
_BESIDE: dict[str, tuple[str, str]] = {
    "serif": ("sans", "NotoSerifCJK-Regular.ttc"),
    "pgothic": ("gothic", "ipagp.ttf"),
    "pmincho": ("mincho", "ipamp.ttf"),
    "kiloji_b": ("kiloji", "kiloji_b.ttf"),
    "kiloji_p": ("kiloji", "kiloji_p.ttf"),
    "yoz_rc": ("yoz", "YOzRC_90.ttf"),
    "yoz_re": ("yoz", "YOzRE_90.ttf"),
    "yoz_rn": ("yoz", "YOzRN_90.ttf"),
    "yoz_rs": ("yoz", "YOzRS_90.ttf"),
    "yoz_ra": ("yoz", "YOzRA_90.ttf"),
    "yoz_bc": ("yoz", "YOzBC_90.ttf"),
}
"""Our name: a face of sample_docs.fonts in whose folder the file lies, and the file."""

BLACK, GREY, BLUE, PENCIL = (24, 24, 28), (52, 50, 52), (30, 44, 126), (96, 96, 100)


@functools.cache
def face_file(face: str) -> Path:
    """Return the file of a face of `TYPE` or `SCRIPT`."""
    near, name = _BESIDE.get(face, (face, ""))
    known = font_files()[near]
    if not name:
        return known
    beside = known.with_name(name)
    return beside if beside.is_file() else next(known.parents[1].rglob(name))


@functools.lru_cache(maxsize=256)
def face(name: str, size_px: int) -> ImageFont.FreeTypeFont:
    """Return a face at a size in pixels."""
    return ImageFont.truetype(face_file(name), size_px)


@functools.lru_cache(maxsize=8192)
def has_letter(name: str, letter: str) -> bool:
    """Tell whether a face draws this letter itself."""
    unknown = bytes(face(name, 40).getmask("\U0010fffe"))
    mask = face(name, 40).getmask(letter)
    return mask.size[0] > 0 and bytes(mask) != unknown


@dataclass(frozen=True, slots=True)
class Writer:
    """How one person (or one printer) writes."""

    style: str
    """printed, hand, careless or people."""
    face: str
    ink: Colour
    size: float = 1.0
    """Against the usual size."""
    slant: float = 0.0
    turn_deg: float = 0.0
    """Spread of the turn of single letters."""
    bend: float = 0.0
    """Elastic distortion in shares of the letter."""
    weight: float = 0.5
    """Edge that is cut at: lower is bolder."""
    shake: float = 0.0
    """Spread of places in shares of the letter."""
    drift: float = 0.0
    """Spread of a line's slope."""
    spacing: float = 1.0
    broken: float = 0.0
    """Share of letters with a broken stroke."""
    starved: float = 0.0
    """How much the pen's pressure changes along strokes, 0 to 1."""
    pen_mm: float = 0.4
    astray: float = 0.0
    """Of ツ シ ソ ン, see kana_strokes."""
    ways: dict[str, int] = field(default_factory=dict)
    """The way in which this person draws each digit."""
    crowded: float = 0.0
    """Share of values written too large or over the frame."""
    dots: tuple[npt.NDArray[np.uint8], ...] = field(default=(), repr=False)
    """Pictures of a people's writer: 10 sets of digits, see `people_digits`."""


def writer(style: str, rng: random.Random) -> Writer:
    """Return somebody who writes in a style."""
    if style == "printed":
        return Writer(
            style,
            rng.choice(TYPE),
            rng.choice((BLACK, BLACK, GREY)),
            size=rng.uniform(0.86, 1.1),
            weight=rng.uniform(0.36, 0.54),
            drift=abs(rng.gauss(0, 0.002)),
            spacing=rng.choice((1.0, 1.0, 1.0, 1.06, 1.12)),
        )
    careless = style != "hand"
    wild = rng.uniform(1.2, 1.9) if careless else rng.uniform(0.7, 1.3)
    return Writer(
        style,
        rng.choice(SCRIPT),
        rng.choice((BLACK, BLACK, BLUE, PENCIL, GREY)),
        size=rng.uniform(0.82, 1.2),
        slant=rng.gauss(0.03, 0.07 * wild),
        turn_deg=1.8 * wild,
        bend=0.0155 * wild,
        weight=rng.uniform(0.3, 0.52),
        shake=0.028 * wild,
        drift=0.011 * wild,
        spacing=rng.uniform(0.94, 1.1) - 0.03 * careless,
        broken=rng.uniform(0, 0.08 * wild),
        starved=rng.uniform(0.05, 0.3),
        pen_mm=rng.uniform(0.3, 0.55),
        astray=rng.uniform(0.0, 0.36) if careless else 0.0,
        ways={digit: _way(digit, rng) for digit in DIGITS} if careless else {},
        crowded=0.12 if careless else 0.03,
    )


def _way(digit: str, rng: random.Random) -> int:
    """Return a way of drawing a digit: the plain one for about a third of people."""
    count = len(DIGITS[digit])
    return 0 if rng.random() < 0.33 else rng.randrange(count)


def advance(who: Writer, letter: str, size_px: int) -> float:
    """Return how far the pen moves on, in pixels."""
    if who.style != "printed" and is_drawn(letter):
        wide = 0.58 if letter in DIGITS else 0.92
        return size_px * wide * who.spacing
    return face(_face_for(who, letter), size_px).getlength(letter) * who.spacing


def _face_for(who: Writer, letter: str) -> str:
    for name in (who.face, "yoz_rc" if who.style != "printed" else "gothic", "sans"):
        if has_letter(name, letter):
            return name
    return "sans"


def letter_ink(
    who: Writer, letter: str, size_px: int, scale: float, rng: np.random.Generator
) -> Alpha:
    """Return the ink of one letter on a square of twice its size.

    Args:
        who: Writes it.
        letter: One character.
        size_px: Of the letter.
        scale: Pixels per millimetre, for the pen's width.
        rng: Source of chance.
    """
    if who.style == "printed":
        return _typed(who, letter, size_px)
    if who.style == "people" and letter.isdigit() and who.dots:
        ink = _peoples_digit(who, letter, size_px, rng)
    elif who.style != "hand" and is_drawn(letter):
        ink = _drawn(who, letter, size_px, scale, rng)
    else:
        ink = _bent(_face_ink(who, letter, size_px), who, rng)
    return _penned(ink, who, rng)


def _face_ink(who: Writer, letter: str, size_px: int) -> Alpha:
    side = size_px * 2
    image = Image.new("L", (side, side), 0)
    letters = face(_face_for(who, letter), size_px)
    ImageDraw.Draw(image).text((side / 2, side / 2), letter, 255, letters, "mm")
    return np.asarray(image, dtype=np.float32) / 255


def _edge(ink: Alpha, who: Writer, size_px: int) -> Alpha:
    """Return the ink bolder or thinner, as the writer's weight says."""
    soft = cv2.GaussianBlur(ink, (0, 0), max(size_px / 58, 0.6))
    return np.clip((soft - who.weight) * 3.0 + 0.5, 0, 1).astype(np.float32)


def _typed(who: Writer, letter: str, size_px: int) -> Alpha:
    return _edge(_face_ink(who, letter, size_px), who, size_px)


def _bent(ink: Alpha, who: Writer, rng: np.random.Generator) -> Alpha:
    """Return the letter turned, slanted, stretched, and bent like rubber."""
    side = ink.shape[0]
    turn = np.radians(rng.normal(0, who.turn_deg))
    wide, high = rng.normal(1, 0.06, 2)
    cos, sin = np.cos(turn), np.sin(turn)
    matrix = np.array([[wide * cos, who.slant - sin], [sin, high * cos]])
    y, x = np.mgrid[0:side, 0:side].astype(np.float32) - side / 2
    grid = 6
    push = rng.normal(0, who.bend * side, (2, grid, grid)).astype(np.float32)
    across, down = (
        cv2.resize(one, (side, side), interpolation=cv2.INTER_CUBIC) for one in push
    )
    map_x = (matrix[0, 0] * x + matrix[0, 1] * y + side / 2 + across).astype(np.float32)
    map_y = (matrix[1, 0] * x + matrix[1, 1] * y + side / 2 + down).astype(np.float32)
    return _edge(cv2.remap(ink, map_x, map_y, cv2.INTER_LINEAR), who, side // 2)


def _penned(ink: Alpha, who: Writer, rng: np.random.Generator) -> Alpha:
    """Return the ink with the pen's pressure, a broken stroke, or pencil's grain."""
    side = ink.shape[0]
    press = cv2.resize(rng.random((4, 4)).astype(np.float32), (side, side))
    ink = ink * (1 - who.starved * press)
    if rng.random() < who.broken:
        x, y = rng.uniform(0.3, 0.7, 2) * side
        radius = rng.uniform(0.02, 0.05) * side
        gap = np.ones((side, side), np.float32)
        cv2.circle(gap, (int(x), int(y)), max(2, int(radius)), 0.0, -1)
        ink = ink * cv2.GaussianBlur(gap, (0, 0), 1.0)
    if who.ink == PENCIL:
        grain = rng.normal(0.86, 0.22, (side, side)).astype(np.float32)
        ink = ink * np.clip(cv2.GaussianBlur(grain, (0, 0), 0.7), 0.35, 1)
    return np.clip(ink, 0, 1).astype(np.float32)


def _drawn(
    who: Writer, letter: str, size_px: int, scale: float, rng: np.random.Generator
) -> Alpha:
    """Return a digit or katakana drawn stroke by stroke."""
    if letter in DIGITS:
        way = who.ways.get(letter, 0)
        if rng.random() < 0.12:  # nobody draws a digit the same way every time
            way = int(rng.integers(len(DIGITS[letter])))
        strokes, wide = strokes_of(DIGITS[letter][way]), 0.56
    else:
        strokes, wide = kana_strokes(letter, astray=who.astray) or (), 0.86
    side = size_px * 2
    canvas = np.zeros((side, side), np.uint8)
    slant = np.tan(who.slant + rng.normal(0, 0.04))
    squeeze = rng.normal(1, 0.08)
    loose = 2.2 + 40 * who.bend
    pen = max(1.6, who.pen_mm * scale * rng.normal(1, 0.12))
    for points in strokes:
        moved = points + rng.normal(0, loose, points.shape)
        same = np.all(np.isclose(points[1:], points[:-1]), axis=1)
        for place in np.nonzero(same)[0]:
            moved[place + 1] = moved[place]
        x = (moved[:, 0] - 50) * wide * squeeze
        y = (moved[:, 1] - 50) * 0.82
        x = x - slant * y
        path = np.stack([x, y], axis=1) * size_px / 100 + side / 2
        _ink_path(canvas, smooth(path), pen, rng)
    return canvas.astype(np.float32) / 255


def _ink_path(
    canvas: npt.NDArray[np.uint8],
    path: npt.NDArray[np.float64],
    pen: float,
    rng: np.random.Generator,
) -> None:
    """Draw a path with a pen whose width swells and fades."""
    swell = cv2.resize(rng.normal(1, 0.16, (1, 4)), (len(path), 1))[0]
    fade = np.ones(len(path))
    tail = max(2, len(path) // 5)
    if rng.random() < 0.4:
        fade[-tail:] = np.linspace(1, 0.55, tail)
    shifted = (path * 16).astype(np.int32)
    for place in range(len(path) - 1):
        width = pen * swell[place] * fade[place]
        start, end = shifted[place], shifted[place + 1]
        thick = max(1, round(width))
        cv2.line(canvas, start.tolist(), end.tolist(), 255, thick, cv2.LINE_AA, 4)


def people_digits(path: Path) -> dict[str, npt.NDArray[np.uint8]]:
    """Return pictures of digits that people wrote: digit to N x 28 x 28, ink bright.

    Args:
        path: A NumPy archive with one array per digit under the keys "0" to "9".
    """
    with np.load(path) as archive:
        return {digit: archive[digit] for digit in "0123456789"}


def _peoples_digit(
    who: Writer, letter: str, size_px: int, rng: np.random.Generator
) -> Alpha:
    shown = who.dots[int(letter)]
    picture = shown[int(rng.integers(len(shown)))].astype(np.float32) / 255
    high = round(size_px * 1.02)
    large = cv2.resize(picture, (high, high), interpolation=cv2.INTER_CUBIC)
    side = size_px * 2
    canvas = np.zeros((side, side), np.float32)
    corner = (side - high) // 2
    canvas[corner : corner + high, corner : corner + high] = large
    return np.clip((canvas - 0.3) * 2.4, 0, 1).astype(np.float32)
