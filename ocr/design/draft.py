"""A form definition drafted from a blank: where to write, what, and under which name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ocr.design.cells import Cells
from ocr.design.layout import layout_of
from ocr.design.naming import DraftField, DraftTable, Names, field_of, numbered
from ocr.design.open_page import places_outside
from ocr.design.reading import (
    drawn_letters,
    scanned_letters,
    tightened,
    words_of,
)
from ocr.design.rules import Frames, frames_of
from ocr.design.shapes import Box, Letter, Word, overlap
from ocr.design.sheet import SHEET_DPI, Sheet
from ocr.design.tables import Column, Rows, tables_of
from ocr.design.vocabulary import plain
from ocr.engines.rapid import RapidEngine
from ocr.preprocess import Mask, to_px

_SQUARE_SIGNS = frozenset("□☐▢◻❏❑")
_LIKE_SQUARES = frozenset("□☐▢◻口ロ回")
_NOT_A_SQUARE = re.compile(r"^(座|数|頭|径|述|径|に|の|を|は|へ|内|欄|が|と)")
_LEAST_TITLE = 4
_WALL_MM = 0.5
"""Of a square to tick: its rule with what a scan adds to it."""
_TABLES = {"児童": "children", "子": "children", "世帯": "members", "続柄": "members"}
_TABLE_LABELS = {"children": "児童", "members": "世帯員"}


@dataclass(frozen=True, slots=True)
class Draft:
    """What was found on one page of a blank."""

    sheet: Sheet
    title: str
    """Printed largest in the upper half; empty when nothing is."""
    fields: tuple[DraftField, ...]
    tables: tuple[DraftTable, ...]
    words: tuple[Word, ...] = field(repr=False, default=())
    cells: tuple[Box, ...] = field(repr=False, default=())
    """Framed places of any use, without others in them."""


def draft_of(sheet: Sheet) -> Draft:
    """Return the fields that a blank seems to have.

    Raises:
        ReadingError: ENGINE-001 when the reader of scanned print does not run;
            PAGE-001 when a PDF's text cannot be taken out.
    """
    frames, letters = _printedof(sheet)
    squares = _to_tick(frames, letters, sheet.ink)
    printed = [_beside(one, squares) for one in letters if not _is_square(one, squares)]
    words = words_of(printed, frames)
    layout = layout_of(frames, words, squares)
    cells = Cells(layout)
    names = Names()
    rows = tables_of(cells.slots, cells.zones, cells.is_label)
    in_tables = [
        zone for table in rows for column in table.columns for zone in column.zones
    ]
    fields: list[DraftField] = []
    for zone in cells.slots:
        if zone not in in_tables:
            fields += cells.fields_of(zone)
    for found in places_outside(
        layout, sheet.page_mm, [zone.box for zone in cells.slots]
    ):
        fields.append(field_of(found.place, found.label, found.context))
    fields = _sensible(fields, sheet.page_mm)
    fields.sort(key=lambda one: (round(one.box.top / 3), one.box.left))
    return Draft(
        sheet,
        _title(words, sheet.page_mm),
        tuple(numbered(fields, names)),
        tuple(_table(table, cells, names) for table in rows),
        words,
        tuple(zone.box for zone in cells.zones),
    )


def _printedof(sheet: Sheet) -> tuple[Frames, tuple[Letter, ...]]:
    ink = sheet.ink
    if sheet.born_digital:
        drawn = drawn_letters(sheet)
        signs = [one for one in drawn if one.text in _SQUARE_SIGNS]
        frames = frames_of(ink, tuple(one.box for one in drawn if one not in signs))
        return frames, tightened(drawn, ink)
    frames = frames_of(ink)
    return frames, scanned_letters(sheet, frames, RapidEngine())


# --- squares: boxes to tick, or the letter 口 -------------------------------------


def _to_tick(frames: Frames, letters: Sequence[Letter], ink: Mask) -> list[Box]:
    return [box for box in frames.squares if _is_to_tick(box, letters, ink)]


def _is_to_tick(square: Box, letters: Sequence[Letter], ink: Mask) -> bool:
    grown = square.grown(0.7)
    over = [one for one in letters if overlap(one.box, grown) > 0.5 * one.box.area]
    if any(one.text in _SQUARE_SIGNS for one in over):
        return not _in_sentence(square, letters)
    if over and not all(one.text in _LIKE_SQUARES for one in over):
        # A reader puts letters only about where they are: an empty square has none.
        return _is_hollow(square, ink) and not _in_sentence(square, letters)
    return square.width > 4.2 or not _in_sentence(square, letters)


def _is_hollow(square: Box, ink: Mask) -> bool:
    """Tell whether nothing is printed inside a square."""
    left, top, right, bottom = (
        to_px(side, SHEET_DPI)
        for side in (
            square.left + _WALL_MM,
            square.top + _WALL_MM,
            square.right - _WALL_MM,
            square.bottom - _WALL_MM,
        )
    )
    return not ink[top:bottom, left:right].any()


def _in_sentence(square: Box, letters: Sequence[Letter]) -> bool:
    """Tell whether a square is a letter of a sentence, like 口 in 口座."""
    line = [one for one in letters if one.box.top < square.down < one.box.bottom]
    behind = sorted(
        (one for one in line if one.box.left >= square.right - 0.2),
        key=lambda one: one.box.left,
    )
    follows = behind and behind[0].box.left - square.right < 1.6
    if follows and _NOT_A_SQUARE.match(behind[0].text):
        return True
    before = [one for one in line if one.box.right <= square.left + 0.2]
    last = max(before, key=lambda one: one.box.right, default=None)
    if last is None or square.left - last.box.right > 1.2:
        return False
    return last.text not in "、・，（( 　" and not last.text.isdigit()


def _is_square(letter: Letter, squares: Sequence[Box]) -> bool:
    return letter.text in _LIKE_SQUARES and _square_under(letter, squares) is not None


def _beside(letter: Letter, squares: Sequence[Box]) -> Letter:
    """Return a letter that was placed over a square to tick behind it, where it is."""
    square = _square_under(letter, squares)
    if square is None:
        return letter
    left = square.right + 0.1
    box = letter.box
    return Letter(
        letter.text, Box(left, box.top, max(box.right, left + 0.5), box.bottom)
    )


def _square_under(letter: Letter, squares: Sequence[Box]) -> Box | None:
    half = 0.5 * letter.box.area
    over = (box for box in squares if overlap(letter.box, box.grown(0.7)) > half)
    return next(over, None)


# --- tables, title ----------------------------------------------------------------


def _table(rows: Rows, cells: Cells, names: Names) -> DraftTable:
    who = next(
        (
            name
            for word, name in _TABLES.items()
            if any(word in column.label for column in rows.columns)
        ),
        "rows",
    )
    columns = numbered(
        (one for column in rows.columns for one in _column_fields(column, cells)),
        Names(),
    )
    return DraftTable(
        names.new(who),
        _TABLE_LABELS.get(who, "明細"),
        rows.count,
        round(sum(column.pitch for column in rows.columns) / len(rows.columns), 3),
        tuple(replace(one, required=False) for one in columns),
    )


def _column_fields(column: Column, cells: Cells) -> list[DraftField]:
    label = plain(column.label)[:30]
    return [field_of(place, label) for place in cells.places_of(column.zones[0], label)]


def _sensible(
    fields: Sequence[DraftField], page_mm: tuple[float, float]
) -> list[DraftField]:
    """Return fields on the page, large enough, none twice at one place."""
    kept: list[DraftField] = []
    for one in fields:
        box = Box(
            max(0.0, one.box.left),
            max(0.0, one.box.top),
            min(page_mm[0] - 0.1, one.box.right),
            min(page_mm[1] - 0.1, one.box.bottom),
        )
        if min(box.width, box.height) < 1.5:
            continue
        twice = any(
            other.kind is one.kind
            and overlap(box, other.box) > 0.6 * min(box.area, other.box.area)
            for other in kept
        )
        if not twice:
            kept.append(replace(one, box=box))
    return kept


def _title(words: Sequence[Word], page_mm: tuple[float, float]) -> str:
    upper = [
        word
        for word in words
        if word.box.top < 0.5 * page_mm[1] and len(plain(word.text)) >= _LEAST_TITLE
    ]
    if not upper:
        return ""
    largest = max(
        upper,
        key=lambda word: sorted(one.box.height for one in word.letters)[
            len(word.letters) // 2
        ],
    )
    return "".join(largest.text.split())
