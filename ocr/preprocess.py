"""Cleaning of pictures: even paper, red seal out, rules out, tight crop. Pure functions.

Grey pictures are dark ink on white paper, 0-255. Masks are boolean. Lengths in
millimetres become pixels through `to_px` at the dpi of the picture.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from typing import Any, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.forms import FormDefinition
from ocr.model import FieldKind

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]
Matrix = NDArray[np.float64]

MM_PER_INCH = 25.4
SPECK_MM2 = 0.06
"""Ink smaller than this is dust."""
_BRIDGE_MM = 1.6
"""A stroke is followed over a rule of at most this width, tolerance included."""
_FEW_ROWS = 32
"""Every so manieth row is enough to tell most pages that have colours."""
_RED_FROM = np.maximum(24, np.arange(256) // 6).astype(np.uint8)
"""By the red of a dot: from here on it is redder than other colours by enough."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """One field, cleaned and cut, ready for an engine."""

    sha256: str
    """Of the file the field comes from."""
    page: int
    field_id: str
    kind: FieldKind
    box_mm: tuple[float, float, float, float]
    """Left, top, width, height on the form."""
    lines: tuple[Picture, ...] = field(repr=False)
    """Grey lines of writing, top to bottom; the cells of a field put side by side."""
    cells: tuple[Picture, ...] = field(default=(), repr=False)
    """Grey pictures of the filled boxes, left to right, when one character is in each."""
    words: str = ""
    """Name of the list of words that such a field usually holds."""


def as_bytes(mask: Mask) -> Picture:
    """Return a mask as OpenCV takes it, 0 and 1; the same memory."""
    return mask.view(np.uint8)


def as_mask(zeros_and_ones: object) -> Mask:
    """Return as a mask what OpenCV made of one, 0 and 1 alone; the same memory."""
    return cast("Picture", zeros_and_ones).view(np.bool_)


def to_px(mm: float, dpi: float) -> int:
    """Return a length in whole pixels.

    Examples:
        >>> to_px(25.4, 300)
        300
    """
    return round(mm / MM_PER_INCH * dpi)


def scaled(picture: Picture, factor: float) -> Picture:
    """Return the picture enlarged or made smaller by a factor."""
    if abs(factor - 1.0) < 1e-6:
        return picture
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return cast(
        "Picture", cv2.resize(picture, None, fx=factor, fy=factor, interpolation=how)
    )


def small_to_look_at(picture: Picture, factor: float) -> Picture:
    """Return the picture made smaller for a person, not for measuring.

    It is halved as long as that leaves enough: halves cost a tenth of other parts.
    """
    while factor <= 0.5:
        picture, factor = scaled(picture, 0.5), 2 * factor
    return scaled(picture, factor)


def grey_of(picture: Picture) -> Picture:
    """Return a colour picture in grey, seen through its ink (not the red dropout)."""
    if picture.ndim == 2:
        return picture
    return cast("Picture", cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY))


def without_colour(picture: Picture, grey: Picture) -> Picture:
    """Return a picture as its grey when it has no colours at all, else as it is.

    Args:
        picture: Height x width x 3.
        grey: The same, see `grey_of`.
    """
    for step in (_FEW_ROWS, 1):
        again = cv2.cvtColor(grey[::step], cv2.COLOR_GRAY2BGR)
        if cv2.norm(again, picture[::step], cv2.NORM_INF) > 0:
            return picture
    return grey


def red_mask(picture: Picture) -> Mask:
    """Return where a red or vermilion seal or stamp is; on a grey picture nowhere."""
    if picture.ndim == 2:
        return np.zeros(picture.shape, np.bool_)
    blue, green, red = cv2.split(picture)
    # The difference stops at 0, which is below every limit.
    stronger: Any = cv2.subtract(red, cv2.max(blue, green))
    return np.asarray(stronger > cv2.LUT(red, _RED_FROM), np.bool_)


def without_red(picture: Picture) -> Picture:
    """Return grey in which red ink is as white as paper and black under it stays."""
    grey = grey_of(picture)
    red = red_mask(picture)
    if picture.ndim == 2 or not red.any():
        return grey
    near = as_mask(cv2.dilate(as_bytes(red), _disk(7)))
    seen_through_red = np.ascontiguousarray(picture[:, :, 2])
    # A seal is rarely pure red: lift what is left of it to the paper's white.
    ink_white = max(int(np.percentile(seen_through_red[red], 60)), 128)
    levels = np.minimum(np.arange(256) * 255 // ink_white, 255).astype(np.uint8)
    lifted: Any = cv2.max(cv2.LUT(seen_through_red, levels), grey)
    return cast("Picture", cv2.copyTo(lifted, as_bytes(near), grey))


def evened(grey: Picture, dpi: float) -> Picture:
    """Return the picture with its paper made evenly white (shade, tint, yellowing)."""
    small = cv2.resize(grey, None, fx=0.125, fy=0.125, interpolation=cv2.INTER_AREA)
    reach = max(3, to_px(6.0, dpi / 8) | 1)
    paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((reach, reach), np.uint8))
    paper = cv2.GaussianBlur(paper, (0, 0), reach / 2)
    height, width = grey.shape
    ground = cv2.resize(paper, (width, height), interpolation=cv2.INTER_LINEAR)
    darkest: Any = 64  # NumPy takes seven times as long to compare with a number
    ground = cv2.max(ground, darkest)
    return cast("Picture", cv2.divide(grey, ground, scale=250))


def ink_mask(evened_grey: Picture, darker_than: int = 175) -> Mask:
    """Return where there is ink on evened paper."""
    return evened_grey < darker_than


def blank_picture(form: FormDefinition, dpi: float) -> Picture:
    """Return the form's blank in grey at the given resolution.

    Raises:
        ValueError: The blank's file is not a picture.
    """
    stored = cv2.imdecode(
        np.frombuffer(form.blank.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE
    )
    if stored is None:
        raise ValueError(f"{form.form}: blank is not a picture")
    width, height = (to_px(side, dpi) for side in form.page_mm)
    how = cv2.INTER_AREA if form.blank_dpi > dpi else cv2.INTER_CUBIC
    return cast("Picture", cv2.resize(stored, (width, height), interpolation=how))


def rules_of(print_mask: Mask, dpi: float) -> Mask:
    """Return the straight rules and frames among the print of a blank."""
    print_bytes = as_bytes(print_mask)
    length = to_px(5.5, dpi)
    across = cv2.morphologyEx(
        print_bytes, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)
    )
    down = cv2.morphologyEx(print_bytes, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return as_mask(across) | as_mask(down)


def without_print(grey: Picture, ink: Mask, printed: Mask, dpi: float) -> Picture:
    """Return the picture with the form's own print made white, strokes over it mended.

    Args:
        grey: Evened picture, aligned to the blank.
        ink: Ink of that picture.
        printed: What to take out, already widened by the alignment's tolerance.
        dpi: Resolution.
    """
    written = as_bytes(ink & ~printed)
    mended = np.zeros(ink.shape, np.bool_)
    for bridge in _bridges(to_px(_BRIDGE_MM, dpi) | 1):
        mended |= as_mask(cv2.morphologyEx(written, cv2.MORPH_CLOSE, bridge))
    mended &= ink
    return whitened(grey, printed & ~mended)


def whitened(picture: Picture, where: Mask) -> Picture:
    """Return a grey picture with white paper where the mask says.

    Examples:
        >>> whitened(np.array([[7, 8]], np.uint8), np.array([[True, False]])).tolist()
        [[255, 8]]
    """
    # A twentieth of the time of choosing between the two.
    return picture | np.negative(as_bytes(where))


def widened(mask: Mask, mm: float, dpi: float) -> Mask:
    """Return the mask grown on all sides."""
    reach = 2 * max(1, to_px(mm, dpi)) + 1
    return as_mask(cv2.dilate(as_bytes(mask), _disk(reach)))


def components(ink: Mask) -> tuple[NDArray[np.int32], NDArray[np.int32], Matrix]:
    """Return labels, statistics (left, top, width, height, area) and centres.

    The first row is the paper's: its area, and the place of the whole picture.
    """
    height, width = ink.shape
    left, top, wide, high = cv2.boundingRect(as_bytes(ink))
    if wide == 0:
        wide, high = width, height
    # Labels are given by squares of 2 x 2: an even corner leaves their order as it is.
    left, wide, top, high = left & ~1, wide + (left & 1), top & ~1, high + (top & 1)
    place = (slice(top, top + high), slice(left, left + wide))
    found: Any = cv2.connectedComponentsWithStats(as_bytes(ink[place]), connectivity=8)
    _, inner, stats, centres = found
    labels = np.zeros(ink.shape, np.int32)
    labels[place] = inner
    stats[1:, :2] += (left, top)
    centres[1:] += (left, top)
    stats[0] = (0, 0, width, height, ink.size - stats[1:, cv2.CC_STAT_AREA].sum())
    centres[0] = ((width - 1) / 2, (height - 1) / 2)
    return labels, stats, centres


def without_specks(ink: Mask, dpi: float, area_mm2: float = SPECK_MM2) -> Mask:
    """Return the ink without dots smaller than the given area."""
    labels, stats, _ = components(ink)
    least = area_mm2 * (dpi / MM_PER_INCH) ** 2
    keep = stats[:, cv2.CC_STAT_AREA] >= least
    keep[0] = False
    return chosen_pieces(keep, labels)


def chosen_pieces(keep: NDArray[np.bool_], labels: NDArray[np.int32]) -> Mask:
    """Return where the pieces are that are kept.

    Args:
        keep: One truth for each label.
        labels: See `components`.
    """
    # Half the time of keep[labels].
    return cast("Mask", np.take(keep, labels))


def touching(pieces: Mask, seeds: Mask) -> Mask:
    """Return the connected pieces that touch a seed, and the seeds."""
    labels, stats, _ = components(pieces)
    keep = np.zeros(len(stats), np.bool_)
    keep[labels[seeds]] = True
    keep[0] = False
    return chosen_pieces(keep, labels) | seeds


def ink_bounds(ink: Mask) -> tuple[int, int, int, int] | None:
    """Return left, top, right, bottom of the ink, or None when there is none.

    Examples:
        >>> mask = np.zeros((4, 6), np.bool_)
        >>> mask[1:3, 2:5] = True
        >>> ink_bounds(mask)
        (2, 1, 5, 3)
    """
    rows = np.flatnonzero(ink.any(axis=1))
    columns = np.flatnonzero(ink.any(axis=0))
    if rows.size == 0:
        return None
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def without_wide_gaps(picture: Picture, widest_px: int) -> Picture:
    """Return a line of writing with its gaps cut down to the given width.

    Examples:
        >>> line = np.full((3, 30), 255, np.uint8)
        >>> line[:, [2, 25]] = 0
        >>> without_wide_gaps(line, 6).shape
        (3, 14)
    """
    empty = ~ink_mask(picture, 200).any(axis=0)
    keep = np.ones(empty.size, np.bool_)
    edges = np.flatnonzero(np.diff(np.concatenate(([0], empty.view(np.int8), [0]))))
    for start, end in edges.reshape(-1, 2):
        if end - start > widest_px and start > 0 and end < empty.size:
            keep[start + widest_px // 2 : end - (widest_px - widest_px // 2)] = False
    return picture[:, keep]


def padded(picture: Picture, across: int, down: int) -> Picture:
    """Return the picture with white paper around it."""
    return cast(
        "Picture",
        cv2.copyMakeBorder(
            picture, down, down, across, across, cv2.BORDER_CONSTANT, value=(255,)
        ),
    )


def png_of(picture: Picture) -> bytes:
    """Return a grey or colour picture as PNG bytes."""
    # With few colours no filter helps: as small in a third of the time. Of few greys
    # runs alone make as small a file, in half of that; dots of colour make no runs.
    _, encoded = cv2.imencode(".png", picture, _PNG if picture.ndim == 3 else _GREY_PNG)
    return encoded.tobytes()


_PNG = (
    *(cv2.IMWRITE_PNG_COMPRESSION, 4),
    *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE),
)
_GREY_PNG = (
    *(cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_RLE),
    *(cv2.IMWRITE_PNG_FILTER, cv2.IMWRITE_PNG_FILTER_NONE),
)


@functools.lru_cache(maxsize=8)
def _bridges(length: int) -> tuple[Picture, ...]:
    """Return lines in four directions, along which a stroke may cross a rule."""
    upright = np.ones((length, 1), np.uint8)
    slanting = np.eye(length, dtype=np.uint8)
    return upright, upright.T.copy(), slanting, np.fliplr(slanting).copy()


@functools.lru_cache(maxsize=64)
def _disk(size: int) -> Picture:
    return cast("Picture", cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
