"""The page's cells, each with what it is: a label, or something to fill in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ocr.design.layout import (
    Layout,
    Zone,
    above,
    below,
    in_reading_order,
    left_of,
    right_of,
)
from ocr.design.naming import DraftField, field_of
from ocr.design.places import (
    Place,
    free_choice,
    is_aside,
    main_place,
    places_in,
)
from ocr.design.shapes import shared_across
from ocr.design.vocabulary import (
    HONORIFICS,
    JOINABLE,
    OFFICE_USE,
    ORDINAL,
    SEAL_MARKS,
    is_label_word,
    meaning_of,
    person_of,
    plain,
)
from ocr.model import FieldKind

_SAME_MM = 1.0
_LONGEST_PERSON = 6
_BESIDE_A_CHOICE = (
    FieldKind.PHONE,
    FieldKind.NAME,
    FieldKind.ADDRESS,
    FieldKind.AMOUNT,
    FieldKind.DIGITS,
)
"""Kinds of which a choice in the same cell only says more (自宅・携帯)."""


class Cells:
    """The page's cells, each with what it is: a label or something to fill in."""

    def __init__(self, layout: Layout) -> None:
        alone = tuple(
            Zone(one.box, digits=(one,), regular=False) for one in layout.open_digits
        )
        self._zones = (*layout.cells, *alone)
        self._places = {zone.box: places_in(zone) for zone in self._zones}
        for zone in layout.cells:
            self._places[zone.box] = self._free_choices(zone)
        self._labels = {zone.box for zone in layout.cells if self._names_others(zone)}
        named = [zone for zone in alone if self.label_of(zone)[0]]
        self.slots = [zone for zone in layout.cells if self._is_slot(zone)] + named
        self.zones = self._zones
        """Cells, and boxes of digits that stand outside cells."""

    def _free_choices(self, zone: Zone) -> list[Place]:
        """Return words of no known family that are to choose from, as 自宅・携帯."""
        places = self._places[zone.box]
        if any(place.hint is not None for place in places) or not zone.words:
            return places
        beside = right_of(zone, self._zones)
        left = left_of(zone, self._zones)
        if beside is not None and _is_empty(beside):
            return places
        under, over = below(zone, self._zones), above(zone, self._zones)
        named = left is not None and left.words and not ORDINAL.match(plain(left.text))
        repeated = under is not None and over is not None and under.text == zone.text
        last = over is not None and over.text == zone.text
        first = in_reading_order(zone.words)[0]
        labelled = len(zone.words) > 3 and is_label_word(first.text)
        if not (named or repeated or last or labelled):
            return places
        choice = free_choice(zone)
        return [choice] if choice is not None else places

    def is_label(self, zone: Zone) -> bool:
        """Tell whether a cell only names others."""
        return zone.box in self._labels

    def _names_others(self, zone: Zone) -> bool:
        if not zone.words or zone.squares or zone.digits:
            return False
        places = self._places[zone.box]
        if any(place.hint is not None for place in places):
            spelt = zone.text not in SEAL_MARKS and plain(zone.text) in JOINABLE
            heads = spelt or self._heads_a_column(zone)
            return heads or self._is_header_with_print(zone, places)
        if self._heads_a_column(zone):
            return True
        if places and self._has_room(zone):
            return False
        return not self._is_titled(zone) and not self._is_hardly_printed(zone)

    def _heads_a_column(self, zone: Zone) -> bool:
        """Tell whether a cell stands in the row of labels over a table."""
        under = below(zone, self._zones)
        if under is None or not _is_as_wide(zone, under):
            return False
        row = [
            other
            for other in self._zones
            if abs(other.box.top - zone.box.top) < _SAME_MM
            and abs(other.box.bottom - zone.box.bottom) < _SAME_MM
        ]
        named = [
            other
            for other in row
            if other.words and not self._places[other.box] and not other.squares
        ]
        other_height = abs(under.box.height - zone.box.height) > 1.0
        repeats = under.text == zone.text or not under.words
        taller = other_height or repeats
        return (
            len(row) >= 3
            and 2 * len(named) >= len(row)
            and taller
            and (self._is_repeated(under))
        )

    def _is_repeated(self, zone: Zone) -> bool:
        """Tell whether a cell has another like it beneath."""
        under = below(zone, self._zones)
        return (
            under is not None
            and _is_as_wide(zone, under)
            and abs(under.box.height - zone.box.height) < _SAME_MM
        )

    def _is_hardly_printed(self, zone: Zone) -> bool:
        """Tell whether a wide cell beside a label has little print: 様, A, (  )."""
        left = left_of(zone, self._zones)
        if left is None or not left.words or meaning_of(left.text) is None:
            return False
        printed = sum(word.box.width for word in zone.words)
        under = below(zone, self._zones)
        header = under is not None and not under.words and left_of(under, self._zones)
        few = all(len(word.text) <= 2 or is_aside(word) for word in zone.words)
        if zone.text in HONORIFICS:
            return True
        wide = zone.box.width > 35 and printed < 0.2 * zone.box.width
        return wide and few and not header

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
        if self._is_corner(zone):
            return False
        has_print = bool(zone.words or zone.squares or zone.digits)
        return has_print or bool(label) or (zone.regular and zone.box.width > 20)

    def _is_corner(self, zone: Zone) -> bool:
        """Tell whether an empty cell is where labels of rows and of columns meet."""
        under, beside = below(zone, self._zones), right_of(zone, self._zones)
        return (
            _is_empty(zone)
            and under is not None
            and beside is not None
            and self.is_label(under)
            and self.is_label(beside)
            and left_of(zone, self._zones) is None
            and above(zone, self._zones) is None
        )

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
            return _label_text(left), context or self._column_person(zone)
        over = self._through(zone, above)
        if over is None:
            return "", ""
        before = above(over, self._zones)
        context = _label_text(before) if before and self.is_label(before) else ""
        return _label_text(over), context

    def _column_person(self, zone: Zone) -> str:
        """Return who the column of a cell is about, as 父 over 勤務先; else nothing."""
        over = self._through(zone, above)
        if over is None or not _is_as_wide(zone, over):
            return ""
        text = _label_text(over)
        return text if len(text) <= _LONGEST_PERSON and person_of(text) else ""

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
            and not _says_more(place, label)
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


def _says_more(place: Place, label: str) -> bool:
    """Tell whether a choice only says more of what is written beside it."""
    meaning = meaning_of(label)
    if place.hint is not FieldKind.CHOICE or meaning is None:
        return False
    return meaning.kind in _BESIDE_A_CHOICE or meaning.id == "relation"


def _is_empty(zone: Zone) -> bool:
    return not (zone.words or zone.squares or zone.digits)


def _is_as_wide(one: Zone, other: Zone) -> bool:
    return (
        abs(one.box.left - other.box.left) < _SAME_MM
        and abs(one.box.right - other.box.right) < _SAME_MM
        and shared_across(one.box, other.box) > 0.9
    )


def _label_text(zone: Zone) -> str:
    words = [word for word in zone.words if not is_aside(word)]
    if not words:
        words = list(zone.words)
    text = replace(zone, words=tuple(words)).text
    return plain(text)[:30]
