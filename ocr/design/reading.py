"""The words printed on a blank, each letter with its place."""

from __future__ import annotations

import itertools
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pdfplumber
from numpy.typing import NDArray

from ocr.design.rules import Frames
from ocr.design.shapes import Box, Letter, Word, around, shared_down
from ocr.design.sheet import SHEET_DPI, Sheet
from ocr.design.vocabulary import JOINABLE
from ocr.engines.rapid import RapidEngine
from ocr.errors import ReadingError
from ocr.preprocess import (
    MM_PER_INCH,
    Mask,
    Picture,
    components,
    padded,
    to_px,
    widened,
)

_POINT_MM = MM_PER_INCH / 72
_WIDE_GAP = 0.75
"""Between letters, in their heights, from which a new word begins."""
_LETTER_MM = (0.9, 13.0)
_SMEAR_MM = 3.2
_SURELY_TO_TICK_MM = 4.2
"""Inner side of a square that no letter 口 of a label has."""
_APART_MM = 0.9
_LONGEST_LINE = 34.0
"""In its heights: what the recogniser reads at once."""
_KEPT_GAP = 0.9
"""Wider gaps are cut down to this many heights before reading."""

_CLOSING, _OPENING = frozenset("、。，．）)」』・:："), frozenset("（(「『・")
_JAPANESE = str.maketrans(
    "带户发县电话银图馆护儿实关类种额团续报亲书处务岁养对择规则证拂选产车转变动见录认请补验单营业",
    "帯戸発県電話銀図館護児実関類種額団続報親書処務歳養対択規則証払選産車転変動見録認請補験単営業",
)
"""The recogniser knows Chinese too and sometimes prefers its letters."""
_UNITS_OF_TIME = frozenset("年月日時分円男女有無")

Read = Callable[[Picture], list[tuple[str, float]]]
"""Reads a line: each character with its middle in pixels."""


def drawn_letters(sheet: Sheet) -> tuple[Letter, ...]:
    """Return the letters of a born-digital page with their exact places.

    Raises:
        ReadingError: PAGE-001 when the page's text cannot be taken out.
    """
    try:
        return tuple(_characters(sheet.path, sheet.page))
    except Exception as error:  # pdfminer raises untyped errors on odd files
        raise ReadingError(
            "PAGE-001",
            f"page {sheet.page}: text cannot be taken out ({type(error).__name__})",
        ) from error


def _characters(path: Path, number: int) -> Iterable[Letter]:
    with pdfplumber.open(path, pages=[number]) as document:
        page = document.pages[0]
        left, top = page.cropbox[0], page.cropbox[1]
        for one in page.chars:
            if one["text"].strip():
                x0, x1 = (float(one[side]) - left for side in ("x0", "x1"))
                y0, y1 = (float(one[side]) - top for side in ("top", "bottom"))
                yield Letter(
                    str(one["text"]),
                    Box(x0 * _POINT_MM, y0 * _POINT_MM, x1 * _POINT_MM, y1 * _POINT_MM),
                )


def tightened(letters: Sequence[Letter], ink: Mask) -> tuple[Letter, ...]:
    """Return letters with their boxes drawn closely around their ink."""
    found = []
    for letter in letters:
        box = _tight(letter.box, ink)
        if box is not None:
            found.append(Letter(letter.text, box))
    return tuple(found)


def _tight(box: Box, ink: Mask) -> Box | None:
    left, top, right, bottom = _around_px(box)
    part = ink[top:bottom, left:right]
    rows, columns = np.flatnonzero(part.any(axis=1)), np.flatnonzero(part.any(axis=0))
    if rows.size == 0:
        return None
    return _mm(
        left + columns[0], top + rows[0], left + columns[-1] + 1, top + rows[-1] + 1
    )


def _mm(left: float, top: float, right: float, bottom: float) -> Box:
    sides = (
        float(side) * MM_PER_INCH / SHEET_DPI for side in (left, top, right, bottom)
    )
    return Box(*sides)


# --- words ------------------------------------------------------------------------


def words_of(letters: Sequence[Letter], frames: Frames) -> tuple[Word, ...]:
    """Return letters joined to words: on one line, in one cell, without wide gaps."""
    places: dict[int, list[Letter]] = {}
    for letter in letters:
        places.setdefault(_cell_number(letter.box, frames), []).append(letter)
    words = [
        Word(tuple(part))
        for inside in places.values()
        for line in lines_of(inside)
        for part in _without_gaps(line)
    ]
    return tuple(sorted(words, key=lambda word: (word.box.top, word.box.left)))


def _cell_number(box: Box, frames: Frames) -> int:
    for number, cell in enumerate(frames.cells):  # smallest first
        if cell.box.holds(box) and cell.box.width * 1.05 > box.width:
            return number
    return -1


def lines_of(letters: Sequence[Letter]) -> list[list[Letter]]:
    """Return letters line by line, top to bottom, each from left to right."""
    lines: list[list[Letter]] = []
    for letter in sorted(letters, key=lambda one: (-one.box.height, one.box.top)):
        for line in lines:
            if shared_down(letter.box, line[0].box) > 0.55:
                line.append(letter)
                break
        else:
            lines.append([letter])
    ordered = sorted(lines, key=lambda line: line[0].box.down)
    return [sorted(line, key=lambda one: one.box.left) for line in ordered]


def _without_gaps(line: list[Letter]) -> list[list[Letter]]:
    height = float(np.median([letter.box.height for letter in line]))
    parts = [[line[0]]]
    for before, letter in itertools.pairwise(line):
        size = max(height, 1.5, min(before.box.height, letter.box.height))
        widest = _WIDE_GAP * size
        if before.text in _CLOSING or letter.text in _OPENING:
            widest *= 1.7  # their ink fills half of their place
        if letter.box.left - before.box.right > widest:
            parts.append([])
        parts[-1].append(letter)
    return _rejoined(parts)


def _rejoined(parts: list[list[Letter]]) -> list[list[Letter]]:
    """Return words with those joined again whose letters are set far apart."""
    joined: list[list[Letter]] = []
    single: list[list[Letter]] = []
    for part in [*parts, []]:
        if len(part) == 1 and part[0].text not in _UNITS_OF_TIME:
            single.append(part)
            continue
        joined += _one_word(single)
        single = []
        if part:
            joined.append(part)
    return joined


def _one_word(single: list[list[Letter]]) -> list[list[Letter]]:
    """Return single letters as the labels that they spell."""
    for count in range(len(single), 1, -1):
        text = "".join(part[0].text for part in single[:count])
        if text in JOINABLE or (count >= 5 and _is_evenly_set(single[:count])):
            whole = [letter for part in single[:count] for letter in part]
            return [whole, *_one_word(single[count:])]
    return [*single[:1], *_one_word(single[1:])] if single else []


def _is_evenly_set(single: list[list[Letter]]) -> bool:
    middles = [part[0].box.across for part in single]
    steps = [after - before for before, after in itertools.pairwise(middles)]
    return max(steps) < 1.5 * min(steps)


# --- scanned blanks ---------------------------------------------------------------


def scanned_letters(
    sheet: Sheet, frames: Frames, engine: RapidEngine
) -> tuple[Letter, ...]:
    """Return the letters that the recogniser reads on a scanned blank."""
    ink = sheet.ink & ~widened(frames.barrier, 0.15, SHEET_DPI)
    for square in frames.squares:
        if square.width > _SURELY_TO_TICK_MM or _stands_apart(square, ink):
            left, top, right, bottom = _around_px(square.grown(0.8))
            ink[top:bottom, left:right] = False
    pieces = _pieces(ink)
    read = _reader(engine)
    letters: list[Letter] = []
    for line in _lines(pieces, frames):
        for part in _readable_parts(line):
            letters += _letters_of(part, sheet.grey, ink, read)
    return tuple(in_japanese(letters))


def in_japanese(letters: Sequence[Letter]) -> list[Letter]:
    """Return letters with Chinese forms and 一 for ー put right.

    Examples:
        >>> box = Box(0, 0, 1, 1)
        >>> "".join(one.text for one in in_japanese([Letter(x, box) for x in "世带カ一ド"]))
        '世帯カード'
    """
    found = []
    for before, letter in zip([None, *letters], letters, strict=False):
        text = letter.text.translate(_JAPANESE)
        if text in "一—" and before is not None and "ァ" <= before.text[-1] <= "ヺ":
            text = "ー"
        found.append(Letter(text, letter.box))
    return found


def _stands_apart(square: Box, ink: Mask) -> bool:
    """Tell whether nothing is printed close beside a square: no 口 of a word."""
    outer = square.grown(0.75)
    for side in (
        Box(outer.left - _APART_MM, square.top, outer.left, square.bottom),
        Box(outer.right, square.top, outer.right + _APART_MM, square.bottom),
    ):
        left, top, right, bottom = _around_px(side)
        if ink[top:bottom, left:right].any():
            return False
    return True


def _around_px(box: Box) -> tuple[int, int, int, int]:
    left, top, right, bottom = (
        max(0, to_px(side, SHEET_DPI))
        for side in (box.left, box.top, box.right, box.bottom)
    )
    return left, top, right, bottom


def _pieces(ink: Mask) -> list[Box]:
    """Return the boxes of strokes that lie close together on a line."""
    labels, stats, _ = components(ink)
    least, most = (to_px(side, SHEET_DPI) for side in _LETTER_MM)
    keep = (stats[:, 3] <= most) & (stats[:, 2] <= most)
    keep[0] = False
    strokes = keep[labels].astype(np.uint8)
    reach = to_px(_SMEAR_MM, SHEET_DPI)
    smeared: Any = cv2.morphologyEx(
        strokes, cv2.MORPH_CLOSE, np.ones((3, reach), np.uint8)
    )
    _, stats, _ = components(smeared > 0)
    return [
        _mm(left, top, left + width, top + height)
        for left, top, width, height, _ in stats[1:].tolist()
        if max(width, height) >= least
    ]


def _lines(pieces: list[Box], frames: Frames) -> list[list[Box]]:
    """Return pieces by cell and line; one letter above the other is one line too."""
    places: dict[int, list[Letter]] = {}
    for piece in pieces:
        number = _cell_number(piece, frames)
        places.setdefault(number, []).append(Letter("", piece))
    found = []
    for inside in places.values():
        for line in lines_of(inside):
            found.append([letter.box for letter in line])
    return found


def _readable_parts(line: list[Box]) -> list[list[Box]]:
    """Return a line cut at its widest gaps until each part can be read at once."""
    height = max(box.height for box in line)
    width = sum(box.width + _KEPT_GAP * height for box in line)
    if width <= _LONGEST_LINE * height or len(line) == 1:
        return [line]
    gaps = [after.left - before.right for before, after in itertools.pairwise(line)]
    cut = int(np.argmax(gaps)) + 1
    return [*_readable_parts(line[:cut]), *_readable_parts(line[cut:])]


def _letters_of(line: list[Box], grey: Picture, ink: Mask, read: Read) -> list[Letter]:
    whole = around(line)
    top, bottom = to_px(whole.top, SHEET_DPI), to_px(whole.bottom, SHEET_DPI)
    height = bottom - top
    if height < to_px(_LETTER_MM[0], SHEET_DPI):
        return []
    columns = _columns(line, height)
    clean = np.where(widened(ink[top:bottom], 0.12, SHEET_DPI), grey[top:bottom], 255)
    picture = clean.astype(np.uint8)[:, np.maximum(columns, 0)]
    picture[:, columns < 0] = 255
    margin = max(4, round(0.15 * height))
    found: list[Letter] = []
    step = round(_LONGEST_LINE * height)
    for start in range(0, picture.shape[1], step):
        part = picture[:, start : start + step]
        characters = [
            (text, start + middle - margin)
            for text, middle in read(padded(part, margin, margin))
        ]
        inked = ink[top:bottom][:, np.maximum(columns, 0)] & (columns >= 0)
        found += _placed(characters, inked, columns, top, (start, start + step))
    return found


def _columns(line: list[Box], height: int) -> NDArray[np.int64]:
    """Return which columns of the page make the line; -1 is white between pieces."""
    parts: list[NDArray[np.int64]] = []
    end = None
    for box in line:
        left, right = to_px(box.left, SHEET_DPI), to_px(box.right, SHEET_DPI)
        if end is not None:
            gap = min(max(0, left - end), round(_KEPT_GAP * height))
            parts.append(np.full(gap, -1))
        parts.append(np.arange(left, right))
        end = right
    return np.concatenate(parts)


def _placed(
    characters: list[tuple[str, float]],
    inked: Mask,
    columns: NDArray[np.int64],
    top: int,
    within: tuple[int, int],
) -> list[Letter]:
    """Return characters with boxes: each run of ink goes to the nearest one."""
    if not characters:
        return []
    middles = np.array([middle for _, middle in characters])
    edges = (middles[1:] + middles[:-1]) / 2
    filled: NDArray[np.bool_] = np.asarray(inked.any(axis=0))
    filled[: within[0]] = False
    filled[within[1] :] = False
    runs = np.flatnonzero(np.diff(np.concatenate(([0], filled.view(np.int8), [0]))))
    own: dict[int, list[tuple[int, int]]] = {}
    for start, end in runs.reshape(-1, 2).tolist():
        first = int(np.searchsorted(edges, start))
        last = int(np.searchsorted(edges, end))
        nearest = int(np.searchsorted(edges, (start + end) / 2))
        if last - first >= 2 or (last > first and end - start > inked.shape[0] * 1.3):
            # Letters that touch: cut half-way between their middles.
            cuts = [start, *np.round(edges[first:last]).astype(int).tolist(), end]
            for number, (a, b) in enumerate(itertools.pairwise(cuts)):
                own.setdefault(first + number, []).append((a, b))
        else:
            own.setdefault(nearest, []).append((start, end))
    found = []
    for number, (text, _) in enumerate(characters):
        spans = [span for span in own.get(number, []) if span[1] > span[0]]
        if not spans or not text.strip():
            continue
        left, right = min(a for a, _ in spans), max(b for _, b in spans)
        rows = np.flatnonzero(inked[:, left:right].any(axis=1))
        if rows.size:
            found.append(
                Letter(
                    text,
                    _mm(
                        columns[left],
                        top + rows[0],
                        columns[right - 1] + 1,
                        top + rows[-1] + 1,
                    ),
                )
            )
    return found


def _reader(engine: RapidEngine) -> Read:
    characters = engine.characters

    def read(line: Picture) -> list[tuple[str, float]]:
        found = engine.probabilities(line)
        best = found.argmax(axis=1)
        per_step = _width_of_step(line, len(best))
        result: list[tuple[str, float]] = []
        start = 0
        for step in range(1, len(best) + 1):
            if step < len(best) and best[step] == best[start]:
                continue
            if best[start] != 0:
                sure = found[start:step, best[start]]
                middle = float(np.average(np.arange(start, step) + 0.5, weights=sure))
                place = middle * per_step
                text = characters[best[start]]
                if not _seen_twice(result, text, place, line.shape[0]):
                    result.append((text, place))
            start = step
        return result

    return read


def _width_of_step(line: Picture, steps: int) -> float:
    """Return how many pixels of the line one step is; narrow lines are widened."""
    height, width = line.shape
    wide = max(64, -(-max(1, round(width * 48 / height)) // 8) * 8)
    return float(wide / steps * height / 48)


def _seen_twice(
    result: list[tuple[str, float]], text: str, place: float, height: int
) -> bool:
    """Tell whether a wide letter was reported once at each of its sides."""
    if not result or result[-1][0] != text:
        return False
    wide = unicodedata.east_asian_width(text[0]) in "WF"
    return place - result[-1][1] < height * (0.62 if wide else 0.3)
