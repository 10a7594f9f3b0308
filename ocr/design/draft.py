"""A form definition drafted from a blank: where to write, what, and under which name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ocr.design.layout import (
    Layout,
    Zone,
    above,
    below,
    layout_of,
    left_of,
    right_of,
)
from ocr.design.naming import DraftField, DraftTable, Names, field_of, numbered
from ocr.design.open_page import places_outside
from ocr.design.places import Place, is_aside, main_place, places_in
from ocr.design.reading import (
    drawn_letters,
    scanned_letters,
    tightened,
    words_of,
)
from ocr.design.rules import Frames, frames_of
from ocr.design.shapes import Box, Letter, Word, overlap
from ocr.design.sheet import Sheet
from ocr.design.tables import Column, Rows, tables_of
from ocr.design.vocabulary import OFFICE_USE, meaning_of, plain
from ocr.engines.rapid import RapidEngine
from ocr.model import FieldKind

_SQUARE_SIGNS = frozenset("□☐▢◻❏❑")
_LIKE_SQUARES = frozenset("□☐▢◻口ロ回")
_NOT_A_SQUARE = re.compile(r"^(座|数|頭|径|述|径|に|の|を|は|へ|内|欄|が|と)")
_LEAST_TITLE = 4
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


def draft_of(sheet: Sheet) -> Draft:
    """Return the fields that a blank seems to have.

    Raises:
        ReadingError: ENGINE-001 when the reader of scanned print does not run;
            PAGE-001 when a PDF's text cannot be taken out.
    """
    frames, letters = _print_of(sheet)
    squares = _to_tick(frames, letters)
    words = words_of([one for one in letters if not _is_square(one, squares)], frames)
    layout = layout_of(frames, words, squares)
    cells = _Cells(layout)
    names = Names()
    rows = tables_of(cells.slots, layout.cells, cells.is_label)
    in_tables = [
        zone for table in rows for column in table.columns for zone in column.zones
    ]
    fields: list[DraftField] = []
    for zone in cells.slots:
        if zone not in in_tables:
            fields += cells.fields_of(zone)
    for found in places_outside(layout, sheet.page_mm):
        fields.append(field_of(found.place, found.label, found.context))
    fields = _sensible(fields, sheet.page_mm)
    fields.sort(key=lambda one: (round(one.box.top / 3), one.box.left))
    return Draft(
        sheet,
        _title(words, sheet.page_mm),
        tuple(numbered(fields, names)),
        tuple(_table(table, cells, names) for table in rows),
        words,
    )


def _print_of(sheet: Sheet) -> tuple[Frames, tuple[Letter, ...]]:
    ink = sheet.ink
    if sheet.born_digital:
        drawn = drawn_letters(sheet)
        signs = [one for one in drawn if one.text in _SQUARE_SIGNS]
        frames = frames_of(ink, tuple(one.box for one in drawn if one not in signs))
        return frames, tightened(drawn, ink)
    frames = frames_of(ink)
    return frames, scanned_letters(sheet, frames, RapidEngine())


# --- squares: boxes to tick, or the letter 口 -------------------------------------


def _to_tick(frames: Frames, letters: Sequence[Letter]) -> list[Box]:
    return [box for box in frames.squares if _is_to_tick(box, letters)]


def _is_to_tick(square: Box, letters: Sequence[Letter]) -> bool:
    grown = square.grown(0.7)
    over = [one for one in letters if overlap(one.box, grown) > 0.5 * one.box.area]
    if any(one.text in _SQUARE_SIGNS for one in over):
        return not _in_sentence(square, letters)
    if over and not all(one.text in _LIKE_SQUARES for one in over):
        return False
    return square.width > 4.2 or not _in_sentence(square, letters)


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
    return any(
        overlap(letter.box, box.grown(0.7)) > 0.5 * letter.box.area for box in squares
    )


# --- cells ------------------------------------------------------------------------


class _Cells:
    """The page's cells, each with what it is: a label or something to fill in."""

    def __init__(self, layout: Layout) -> None:
        self._zones = layout.cells
        self._places = {zone.box: places_in(zone) for zone in layout.cells}
        self._labels = {zone.box for zone in layout.cells if self._names_others(zone)}
        self.slots = [zone for zone in layout.cells if self._is_slot(zone)]

    def is_label(self, zone: Zone) -> bool:
        """Tell whether a cell only names others."""
        return zone.box in self._labels

    def _names_others(self, zone: Zone) -> bool:
        if not zone.words or zone.squares or zone.digits:
            return False
        places = self._places[zone.box]
        if any(place.hint is not None for place in places):
            return self._is_header_with_print(zone, places)
        if places and self._has_room(zone):
            return False
        return not self._is_titled(zone) and not self._is_hardly_printed(zone)

    def _is_hardly_printed(self, zone: Zone) -> bool:
        """Tell whether a wide cell beside a label has little print: 様, A, (  )."""
        left = left_of(zone, self._zones)
        if left is None or not left.words or meaning_of(left.text) is None:
            return False
        printed = sum(word.box.width for word in zone.words)
        under = below(zone, self._zones)
        header = under is not None and not under.words and left_of(under, self._zones)
        few = all(len(word.text) <= 2 or is_aside(word) for word in zone.words)
        return (
            zone.box.width > 35
            and printed < 0.2 * zone.box.width
            and few
            and not header
        )

    def _is_header_with_print(self, zone: Zone, places: Sequence[Place]) -> bool:
        """Tell whether what looks like print to fill in is a label: 印, 円, 有無."""
        only = all(
            place.hint in (FieldKind.SEAL, FieldKind.AMOUNT, FieldKind.DIGITS)
            for place in places
        )
        return only and zone.box.width < 22 and self._is_over_empty(zone)

    def _is_over_empty(self, zone: Zone) -> bool:
        under = below(zone, self._zones)
        return under is not None and not under.words

    def _has_room(self, zone: Zone) -> bool:
        """Tell whether a word at the left of a cell leaves the rest to be filled in."""
        under = below(zone, self._zones)
        beside = right_of(zone, self._zones)
        if any(
            other is not None and not other.words and not other.squares
            for other in (under, beside)
        ):
            return False
        first = min(word.box.left for word in zone.words)
        last = max(word.box.right for word in zone.words)
        return first - zone.box.left < 8.0 and zone.box.right - last > 25.0

    def _is_titled(self, zone: Zone) -> bool:
        """Tell whether a tall cell has its label at the top and room beneath."""
        low = max(word.box.bottom for word in zone.words)
        first = min(word.box.left for word in zone.words)
        beside = right_of(zone, self._zones)
        return (
            zone.box.height > 14.0
            and zone.box.width > 40.0
            and low - zone.box.top < 0.4 * zone.box.height
            and first - zone.box.left < 10.0
            and (beside is None or bool(beside.words))
        )

    def _is_slot(self, zone: Zone) -> bool:
        if self.is_label(zone) or OFFICE_USE.search(zone.text):
            return False
        if min(zone.box.width, zone.box.height) < 4.0 and not zone.squares:
            return False
        label, context = self.label_of(zone)
        if OFFICE_USE.search(label + context):
            return False
        has_print = bool(zone.words or zone.squares or zone.digits)
        return has_print or bool(label) or (zone.regular and zone.box.width > 20)

    def label_of(self, zone: Zone) -> tuple[str, str]:
        """Return the label of a cell, and the label of that."""
        left = self._through(zone, left_of)
        if left is not None:
            before = left_of(left, self._zones)
            context = _label_text(before) if before and self.is_label(before) else ""
            over = self._through(zone, above)
            numbering = not meaning_of(left.text) and over is not None
            if numbering and over is not None and len(plain(over.text)) > 1:
                return _label_text(over), _label_text(left)
            return _label_text(left), context
        over = self._through(zone, above)
        if over is None:
            return "", ""
        before = above(over, self._zones)
        context = _label_text(before) if before and self.is_label(before) else ""
        return _label_text(over), context

    def _through(self, zone: Zone, step: object) -> Zone | None:
        """Return the next label in one direction, over cells to fill in."""
        assert callable(step)  # noqa: S101 - narrows the type only
        for _ in range(40):
            other: Zone | None = step(zone, self._zones)
            if other is None or self.is_label(other):
                return other
            zone = other
        return None

    def fields_of(self, zone: Zone) -> list[DraftField]:
        """Return the fields of a cell that is filled in."""
        label, context = self.label_of(zone)
        if self._is_titled_slot(zone):
            context, label = label, _label_text(zone)
        return [
            field_of(place, label, context) for place in self.places_of(zone, label)
        ]

    def _is_titled_slot(self, zone: Zone) -> bool:
        hints = [place for place in self._places[zone.box] if place.hint is not None]
        return bool(zone.words) and not hints and self._is_titled(zone)

    def places_of(self, zone: Zone, label: str) -> list[Place]:
        """Return the places of a cell: what print shows, and the free rest."""
        places = self._places[zone.box]
        if self._is_titled_slot(zone):
            places = []
        whole = [
            place
            for place in places
            if place.hint not in (FieldKind.SEAL, FieldKind.POSTAL)
            and not (place.hint is FieldKind.CHECK and not label)
            and not _only_qualifies(place, label)
        ]
        if whole:
            return places
        main = main_place(zone, places)
        if main is None or (places and not self._is_worth(main, label)):
            return places
        return [*places, main]

    def _is_worth(self, main: Place, label: str) -> bool:
        return bool(label) and main.box.width > 14.0


def _only_qualifies(place: Place, label: str) -> bool:
    """Tell whether printed words belong to a name that is written before them."""
    first = place.options[0][0] if place.options else ""
    family = ("銀行", "信用金庫", "本店", "支店", "本所", "支所")
    meaning = meaning_of(label)
    return first in family and meaning is not None and meaning.kind is FieldKind.TEXT


def _label_text(zone: Zone) -> str:
    words = [word for word in zone.words if not is_aside(word)]
    if not words:
        words = list(zone.words)
    text = replace(zone, words=tuple(words)).text
    return plain(text)[:30]


# --- tables, title ----------------------------------------------------------------


def _table(rows: Rows, cells: _Cells, names: Names) -> DraftTable:
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


def _column_fields(column: Column, cells: _Cells) -> list[DraftField]:
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
