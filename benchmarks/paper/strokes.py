"""How people draw digits and katakana: strokes through points, no font.

A stroke is points "x,y" on a square of 100 x 100, y downwards; strokes are parted by
"/". A point written twice is a corner. Digits have several ways, as people have.
"""

from __future__ import annotations

import functools
import unicodedata

import numpy as np
import numpy.typing as npt

Stroke = npt.NDArray[np.float64]
"""N x 2."""

DIGITS: dict[str, tuple[str, ...]] = {
    "0": (
        "50,5 18,30 18,72 50,95 82,70 80,28 50,5",
        "52,6 18,34 20,74 50,95 80,68 76,24 62,9",  # not closed
        "60,4 22,28 22,74 52,95 80,64 70,22 44,10",  # begun inside, 6-like
        "46,8 20,40 24,80 54,94 78,66 74,24 46,6 34,16",  # ends beyond its start
    ),
    "1": (
        "52,4 50,96",
        "34,24 54,5 54,5 52,96",
        "24,34 58,6 58,6 54,96",  # a long flag, 7-like
        "58,4 42,96",
    ),
    "2": (
        "18,28 36,6 72,12 74,36 44,66 14,92 14,92 88,90",
        "20,26 42,6 74,16 68,46 34,84 20,90 28,74 50,84 90,92",  # with a loop
        "22,18 60,6 78,24 60,54 20,92 20,92 84,84",
    ),
    "3": (
        "20,14 56,6 76,24 56,44 40,47 40,47 70,54 82,72 56,95 14,86",
        "20,8 78,8 78,8 46,42 46,42 78,58 74,86 42,96 14,84",  # flat top
        "22,20 50,6 72,20 50,46 76,60 70,88 20,92",
    ),
    "4": (
        "60,5 12,66 12,66 92,66 / 66,36 66,98",
        "26,8 18,58 18,58 90,56 / 70,10 66,98",  # open
        "62,8 20,46 34,60 80,54 / 66,8 62,96",  # closed high, 9-like
        "22,10 14,60 14,60 84,60 / 60,30 58,96",
    ),
    "5": (
        "28,8 22,46 22,46 56,38 84,62 66,92 14,88 / 28,9 82,8",
        "82,8 28,10 28,10 22,46 22,46 60,40 80,68 54,95 14,86",
        "30,10 26,44 26,44 62,44 76,70 50,94 18,86 / 36,12 88,4",  # bar off the body
    ),
    "6": (
        "64,5 30,42 18,74 46,95 78,74 58,52 24,66",
        "58,4 24,50 28,90 66,92 76,64 46,54 24,72",
        "70,10 34,30 20,66 40,94 74,84 66,58 30,62",
        "54,5 22,52 30,92 62,92 72,70 50,60 32,76",  # a small bowl
    ),
    "7": (
        "16,12 84,12 84,12 52,95",
        "18,8 16,32 / 18,11 84,12 84,12 56,95",  # with the hook taught in Japan
        "16,14 82,10 82,10 48,95 / 28,54 76,50",  # crossed
        "27,15 68,9 68,9 48,96",  # hardly a top, 1-like
        "18,10 18,28 / 20,10 78,10 78,10 70,60 68,95",
    ),
    "8": (
        "76,18 44,5 24,22 50,46 80,72 50,95 20,74 46,48 78,20",
        "50,5 28,22 50,46 72,22 50,5 / 50,46 20,72 50,95 80,72 50,46",
        "70,14 36,8 30,30 66,58 70,84 34,92 28,68 60,42 80,22",  # not closed
    ),
    "9": (
        "78,28 48,5 20,30 44,54 78,30 78,30 72,66 60,97",
        "72,12 38,8 22,32 46,54 76,32 80,12 80,12 70,97",  # loop open above
        "66,14 34,14 26,40 60,50 72,20 72,20 70,96",
        "74,24 44,8 26,28 46,46 74,28 70,70 30,94",  # a bent tail
    ),
    "-": ("16,52 84,50", "22,50 76,54"),
    ",": ("52,84 46,100",),
}
"""A digit's ways; the first is the plainest."""

_KANA = """
ア:12,18 85,18 62,45/52,35 48,65 25,92
イ:78,8 50,40 15,60/52,38 52,95
ウ:48,5 48,20/15,25 15,50/15,25 85,25 85,25 75,60 35,95
エ:18,18 82,18/50,18 50,85/8,85 92,85
オ:10,30 90,30/60,5 60,92 45,85/58,32 40,60 10,82
カ:12,30 80,30 80,30 72,88 58,80/45,5 42,45 12,92
キ:18,30 80,24/10,58 90,50/42,5 58,95
ク:40,5 30,30 10,52/38,22 80,22 80,22 65,60 25,95
ケ:32,5 25,30 8,52/28,30 92,30/62,30 58,65 32,95
コ:15,20 82,20 82,20 82,85/12,85 85,85
サ:8,32 92,32/30,8 30,60/70,6 68,60 38,95
シ:18,15 38,26/10,42 30,53/15,90 55,75 90,25
ス:18,18 78,18 78,18 55,60 10,92/52,60 90,92
セ:8,42 85,30 85,30 62,60/35,8 35,78 45,88 88,86
ソ:15,15 30,45/85,10 70,60 25,95
タ:40,5 30,30 10,52/36,22 82,22 82,22 62,65 22,96/30,42 65,64
チ:75,8 50,20 18,26/8,48 92,48/52,20 52,65 28,96
ツ:15,20 25,45/45,12 54,38/88,14 70,65 25,95
テ:22,12 78,12/8,40 92,40/52,40 50,70 28,95
ト:38,5 38,95/38,40 78,60
ナ:10,35 90,35/55,5 52,60 22,95
ニ:20,25 80,25/8,80 92,80
ヌ:15,18 80,18 80,18 60,60 12,94/28,42 82,82
ネ:50,3 50,15/15,25 80,25 80,25 50,55 8,72/52,50 52,97/62,58 88,75
ノ:78,8 60,60 18,95
ハ:35,25 25,60 8,85/62,22 78,50 92,85
ヒ:20,10 20,75 32,88 88,84/82,28 55,42 20,48
フ:14,18 85,18 85,18 70,65 25,95
ヘ:6,60 38,25 38,25 94,78
ホ:10,30 90,30/50,5 50,93 40,86/30,48 10,78/70,48 90,76
マ:10,20 90,20 90,20 50,65/32,50 62,88
ミ:25,12 78,25/25,42 74,55/18,72 82,90
ム:45,8 15,82 15,82 85,78/65,52 90,92
メ:75,8 55,60 12,94/25,35 82,80
モ:18,18 80,18/8,48 92,48/45,18 45,75 55,88 88,86
ヤ:8,38 88,26 88,26 68,52/32,10 50,96
ユ:20,22 70,22 70,22 65,80/8,82 92,82
ヨ:18,15 80,15 80,15 80,90/22,50 80,50/16,88 80,88
ラ:22,12 78,12/12,38 86,38 86,38 72,70 30,96
リ:25,12 25,58/72,8 72,58 38,96
ル:30,15 28,60 8,90/58,10 58,85 58,85 92,55
レ:28,8 28,88 28,88 85,52
ロ:16,18 16,85/16,18 84,18 84,18 84,85/16,82 84,82
ワ:15,15 15,48/15,16 86,16 86,16 72,65 30,95
ヲ:14,16 86,16 86,16 70,65 25,95/18,45 78,45
ン:14,18 38,36/15,90 60,75 90,28
ー:8,52 92,48
"""

TWINS = {"ツ": "シ", "シ": "ツ", "ソ": "ン", "ン": "ソ"}
"""Kana of the same strokes that careless hands draw towards each other."""

_SMALL = dict(zip("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ", strict=True))
_VOICED = "\u3099"
_HALF_VOICED = "\u309a"


def strokes_of(drawn: str) -> tuple[Stroke, ...]:
    """Return the strokes of one way of drawing.

    Examples:
        >>> [len(stroke) for stroke in strokes_of("16,52 84,50 / 0,0 1,1 2,2")]
        [2, 3]
    """
    return tuple(
        np.array([point.split(",") for point in stroke.split()], dtype=np.float64)
        for stroke in drawn.split("/")
    )


@functools.cache
def _kana() -> dict[str, tuple[Stroke, ...]]:
    table = {}
    for row in _KANA.split("\n"):
        letter, _, drawn = row.partition(":")
        if drawn:
            table[letter] = strokes_of(drawn)
    return table


def kana_strokes(letter: str, *, astray: float = 0.0) -> tuple[Stroke, ...] | None:
    """Return the strokes of a katakana, or None for other letters.

    Args:
        letter: One character, full width.
        astray: 0 to 0.45: how far ツ シ ソ ン lean towards their twins.
    """
    base, marks = letter, ""
    if letter not in _SMALL:
        base, *rest = unicodedata.normalize("NFD", letter)
        marks = "".join(rest)
    base = _SMALL.get(base, base)
    table = _kana()
    if base not in table:
        return None
    strokes = table[base]
    if base in TWINS and astray:
        other = table[TWINS[base]]
        strokes = tuple(
            one * (1 - astray) + two * astray
            for one, two in zip(strokes, other, strict=True)
        )
    if letter in _SMALL:
        return tuple(stroke * 0.62 + np.array([12.0, 36.0]) for stroke in strokes)
    if marks:
        strokes = tuple(stroke * 0.9 + np.array([0.0, 8.0]) for stroke in strokes)
    if _VOICED in marks:
        strokes = (*strokes, *strokes_of("78,2 87,15 / 90,-4 99,9"))
    if _HALF_VOICED in marks:
        strokes = (*strokes, *strokes_of("90,-4 82,4 90,12 98,4 90,-4"))
    return strokes


def is_drawn(letter: str) -> bool:
    """Tell whether there are strokes for a letter."""
    return letter in DIGITS or kana_strokes(letter) is not None


def smooth(points: Stroke, steps: int = 9) -> Stroke:
    """Return a curve through the points (Catmull-Rom), corners where one is doubled."""
    if len(points) < 3:
        return np.concatenate([np.linspace(a, b, steps) for a, b in _pairs(points)])
    corner = [
        i
        for i in range(1, len(points))
        if np.allclose(points[i], points[i - 1], atol=0.5)
    ]
    pieces, begin = [], 0
    for end in (*corner, len(points)):
        piece = points[begin:end]
        begin = end
        if len(piece) > 1:
            pieces.append(_curve(piece, steps))
    return np.concatenate(pieces)


def _pairs(points: Stroke) -> list[tuple[Stroke, Stroke]]:
    return [(points[i], points[i + 1]) for i in range(len(points) - 1)]


def _curve(points: Stroke, steps: int) -> Stroke:
    padded = np.concatenate(
        [2 * points[:1] - points[1:2], points, 2 * points[-1:] - points[-2:-1]]
    )
    t = np.linspace(0, 1, steps)[:, None]
    pieces = []
    for i in range(1, len(padded) - 2):
        a, b, c, d = padded[i - 1 : i + 3]
        pieces.append(
            0.5
            * (
                2 * b
                + (c - a) * t
                + (2 * a - 5 * b + 4 * c - d) * t**2
                + (3 * b - a - 3 * c + d) * t**3
            )
        )
    return np.concatenate(pieces)
