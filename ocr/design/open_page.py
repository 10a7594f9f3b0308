"""Places to write in outside cells: on underlines, beside labels, at small squares."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ocr.design.layout import Layout, Zone, word_lines
from ocr.design.places import Place, digit_place, free_choice, main_place, places_in
from ocr.design.shapes import Box, Word, overlap, shared_across, shared_down
from ocr.design.vocabulary import (
    ASIDE,
    OFFICE_USE,
    POSTAL_MARKS,
    PREFIXES,
    SEAL_MARKS,
    meaning_of,
    plain,
)
from ocr.model import FieldKind

_LINE_MM = 9.0
_LEAST_LINE_MM = 4.5
_LABEL_WITHIN_MM = 80.0
_HEADING_MM = 9.0
_FREE_MM = 30.0
_DECORATION = 0.72
"""Of the page's width: a longer line parts the page, nobody writes on it."""
_TO_CIRCLE = re.compile(r"[○◯〇丸]|囲|選")
_WRITTEN = (
    FieldKind.NAME,
    FieldKind.KANA,
    FieldKind.ADDRESS,
    FieldKind.PHONE,
    FieldKind.POSTAL,
    FieldKind.DATE,
    FieldKind.SIGNATURE,
)


@dataclass(frozen=True, slots=True)
class Found:
    """A place with its label and what stands before that."""

    place: Place
    label: str = ""
    context: str = ""


@dataclass(slots=True)
class _Open:
    """What is still to be explained of the page outside cells."""

    page: Box
    words: list[Word]
    taken: list[Box] = field(default_factory=list)
    labels: list[Word] = field(default_factory=list)
    named: list[Box] = field(default_factory=list)
    """Boxes of digits that a cell beside them names."""

    def drop(self, words: Sequence[Word]) -> None:
        self.words = [word for word in self.words if word not in words]


def places_outside(
    layout: Layout, page_mm: tuple[float, float], named: Sequence[Box] = ()
) -> list[Found]:
    """Return the places outside cells.

    Args:
        layout: The page.
        page_mm: Its size.
        named: Boxes of digits that are already known by a cell beside them.
    """
    words = [word for word in layout.open_words if not OFFICE_USE.search(word.text)]
    rest = _Open(
        Box(0, 0, *page_mm),
        words,
        [zone.box for zone in layout.cells],
        named=list(named),
    )
    found = _on_underlines(layout, rest)
    found += _in_digits(layout, rest)
    found += _at_squares(layout, rest)
    found += _to_circle(rest)
    found += _by_print(rest)
    found += _beside_labels(layout, rest)
    return found


# --- underlines -------------------------------------------------------------------


def _on_underlines(layout: Layout, rest: _Open) -> list[Found]:
    found: list[Found] = []
    bands: list[tuple[Box, list[Word]]] = []
    for rule in layout.underlines:
        across_page = rule.box.width > _DECORATION * rest.page.width
        if across_page or _underlines_print(rule.box, rest.words):
            continue
        bands.append(_band(rule.box, layout, rest.words))
    previous: Box | None = None
    for line, inside in bands:
        band = line
        label, context = _label_left(band, inside, rest)
        goes_on = previous is not None and _is_next_line(previous, band)
        if not label and not goes_on:
            label, context = _label_left(_higher(band), inside, rest)
            band = _up_to_label(band, label, rest)
        if not label and not inside and goes_on and found:
            found[-1] = _longer(found[-1], band)
        else:
            found += _in_band(band, inside, rest, (label, context))
        previous = band
        rest.taken.append(band)
        rest.drop(inside)
    return found


def _underlines_print(rule: Box, words: Sequence[Word]) -> bool:
    """Tell whether a line only stresses what is printed on it, or is decoration."""
    on_it = [
        word.box
        for word in words
        if -0.8 < rule.top - word.box.bottom < 3.0
        and shared_across(rule, word.box) > 0.5
    ]
    return sum(box.width for box in on_it) > 0.55 * rule.width


def _band(rule: Box, layout: Layout, words: Sequence[Word]) -> tuple[Box, list[Word]]:
    """Return the place over a rule, and what is printed in it."""
    top = rule.top - _LINE_MM
    inside = []
    others = [one.box for one in layout.underlines if one.box.bottom < rule.top - 1.0]
    for box in (*others, *layout.frames, *(zone.box for zone in layout.cells)):
        if box.bottom < rule.top and shared_across(box, rule) > 0.05:
            top = max(top, box.bottom + 0.4)
    for word in words:
        box = word.box
        if not rule.left - 0.5 <= box.across <= rule.right + 0.5:
            continue
        if rule.top - 6.5 < box.down < rule.top + 0.5:
            inside.append(word)
        elif box.bottom < rule.top - 3.0:
            top = max(top, box.bottom + 0.4)
    top = min(top, rule.top - _LEAST_LINE_MM)
    return Box(rule.left, top, rule.right, rule.top - 0.3), inside


def _higher(band: Box) -> Box:
    return replace(band, top=band.top - 7.0)


def _up_to_label(band: Box, label: str, rest: _Open) -> Box:
    """Return a place made taller when its label stands over its line."""
    own = [word.box for word in rest.labels[-2:] if label and word.text == label]
    if not own or own[0].top > band.top:
        return band
    return replace(band, top=own[0].top - 0.8)


def _is_next_line(before: Box, band: Box) -> bool:
    return (
        abs(before.left - band.left) < 4.0
        and abs(before.right - band.right) < 4.0
        and 0 < band.bottom - before.bottom < 13.0
    )


def _longer(found: Found, band: Box) -> Found:
    place = found.place
    box = replace(place.box, bottom=band.bottom)
    return replace(found, place=replace(place, box=box, lines=place.lines + 1))


def _in_band(
    band: Box, inside: list[Word], rest: _Open, named: tuple[str, str]
) -> list[Found]:
    zone = Zone(band, tuple(inside), framed=True)
    places = [
        replace(place, box=_within(place.box, band))
        if place.hint is not FieldKind.SEAL
        else place
        for place in places_in(zone)
    ]
    written = [place for place in places if place.hint is not FieldKind.SEAL]
    if not written and (main := main_place(zone, places)) is not None:
        unit = _unit_right(band, rest)
        places.append(replace(main, hint=unit) if unit else main)
    return [Found(place, *named) for place in places]


def _within(box: Box, band: Box) -> Box:
    return Box(
        box.left, max(box.top, band.top), box.right, min(box.bottom, band.bottom)
    )


def _unit_right(band: Box, rest: _Open) -> FieldKind | None:
    for word in rest.words:
        near = -0.5 < word.box.left - band.right < 6.0
        if near and plain(word.text) == "円" and shared_down(word.box, band) > 0.3:
            rest.drop([word])
            return FieldKind.AMOUNT
    return None


def _label_left(band: Box, inside: Sequence[Word], rest: _Open) -> tuple[str, str]:
    """Return the label on the left of a place, and what stands before that."""
    line = [
        word
        for word in rest.words
        if word not in inside
        and word.box.right <= band.left + 0.6
        and band.left - word.box.right < _LABEL_WITHIN_MM
        and band.top - 0.3 < word.box.down < band.bottom + 1.5
    ]
    line = [
        word
        for word in sorted(line, key=lambda word: -word.box.right)
        if word.text not in PREFIXES and plain(word.text) not in PREFIXES
    ]
    fenced = [
        box
        for box in rest.taken
        if box.right <= band.left and shared_down(box, band) > 0.4
    ]
    edge = max((box.right for box in fenced), default=0.0)
    line = [word for word in line if word.box.left >= edge - 0.5 and plain(word.text)]
    if not line:
        return "", ""
    label = line[0].text
    rest.labels.append(line[0])
    if len(line) > 1 and plain(label).startswith(("(", "（")):
        label, line = line[1].text + label, line[1:]
        rest.labels.append(line[0])
    context = line[1].text if len(line) > 1 else ""
    return label, context


# --- squares, digits, dates, choices, seals ---------------------------------------


def _in_digits(layout: Layout, rest: _Open) -> list[Found]:
    found = []
    for one in layout.open_digits:
        if any(overlap(one.box, box) > 0.5 * one.box.area for box in rest.named):
            continue
        label, context = _label_left(one.box, (), rest)
        if not label:
            label = _label_above(one.box, rest)
        found.append(Found(digit_place(one, label), label, context))
        rest.taken.append(one.box)
    return found


def _label_above(box: Box, rest: _Open) -> str:
    over = [
        word
        for word in rest.words
        if 0 <= box.top - word.box.bottom < 5.0
        and word.box.left < box.right
        and word.box.right > box.left - 2.0
    ]
    if not over:
        return ""
    nearest = max(over, key=lambda word: word.box.bottom)
    rest.labels.append(nearest)
    return nearest.text


def _at_squares(layout: Layout, rest: _Open) -> list[Found]:
    found = []
    for group in _groups(list(layout.open_squares)):
        words = [
            word
            for word in rest.words
            if any(
                word.box.top - 2.0 < box.down < word.box.bottom + 2.0 for box in group
            )
        ]
        zone = Zone(rest.page, tuple(words), tuple(group), framed=False)
        places = [
            place
            for place in places_in(zone)
            if place.marked_by == "tick" or place.hint is FieldKind.CHECK
        ]
        found += [Found(place, _label_above(group[0], rest)) for place in places]
        rest.taken += group
        first = min(box.left for box in group)
        rest.drop([word for word in words if word.box.left > first])
    return found


def _groups(squares: list[Box]) -> list[list[Box]]:
    """Return squares by line; lines with squares under each other are one group."""
    lines: list[list[Box]] = []
    for box in sorted(squares, key=lambda box: box.down):
        if lines and abs(box.down - lines[-1][0].down) < 2.5:
            lines[-1].append(box)
        else:
            lines.append([box])
    groups: list[list[Box]] = []
    for line in lines:
        last = groups[-1] if groups else None
        if last is not None and _is_under(last, line):
            last.extend(line)
        else:
            groups.append(line)
    return groups


def _is_under(group: Sequence[Box], line: Sequence[Box]) -> bool:
    """Tell whether a line goes on with a grid of squares of several columns."""
    columns = [box.left for box in group]
    aligned = all(min(abs(box.left - left) for left in columns) < 1.5 for box in line)
    near = line[0].down - max(box.down for box in group) < 10.0
    many = len({round(left / 3) for left in columns}) > 1
    return aligned and near and many


def _by_print(rest: _Open) -> list[Found]:
    """Return dates, choices, amounts and seals that print alone shows."""
    found = []
    for line in word_lines(rest.words):
        if sum(len(word.text) for word in line) > 40:
            continue  # a sentence
        zone = Zone(_row(line, rest.page), tuple(line), framed=False)
        for place in places_in(zone):
            if place.hint in (
                FieldKind.DATE,
                FieldKind.CHOICE,
                FieldKind.AMOUNT,
                FieldKind.SEAL,
            ):
                label, context = _label_left(place.box, (), rest)
                is_application = place.hint is FieldKind.DATE and not label
                found.append(
                    Found(place, "記入日" if is_application else label, context)
                )
                rest.taken.append(place.box)
    return found


def _to_circle(rest: _Open) -> list[Found]:
    """Return words to circle of no known family, under a line that says so."""
    found = []
    lines = word_lines(rest.words)
    for before, line in itertools.pairwise(lines):
        asked = any(_TO_CIRCLE.search(word.text) for word in before)
        if not asked or line[0].box.top - before[0].box.bottom > 9.0:
            continue
        choice = free_choice(Zone(_row(line, rest.page), tuple(line), framed=False))
        if choice is not None:
            found.append(Found(choice, before[-1].text))
            rest.taken.append(choice.box)
            rest.drop(line)
    return found


def _row(line: Sequence[Word], page: Box) -> Box:
    return Box(
        page.left,
        min(word.box.top for word in line) - 2.5,
        page.right,
        max(word.box.bottom for word in line) + 2.5,
    )


# --- labels with nothing but room beside them -------------------------------------


def _beside_labels(layout: Layout, rest: _Open) -> list[Found]:
    found = []
    right = max((word.box.right for word in layout.open_words), default=0.0)
    right = max([right, *(box.right for box in layout.frames)])
    for word in list(rest.words):
        meaning = meaning_of(word.text)
        if word in rest.labels or meaning is None or meaning.kind not in _WRITTEN:
            continue
        if (
            len(plain(word.text)) > 12
            or ASIDE.search(plain(word.text))
            or _is_heading(word, layout)
        ):
            continue
        box = _room_right(word, layout, right)
        if box is None or any(overlap(box, taken) > 0.5 for taken in rest.taken):
            continue
        _, context = _label_left(
            Box(word.box.left, box.top, box.left, box.bottom), [word], rest
        )
        found.append(Found(Place(box), word.text, context))
        rest.taken.append(box)
    return found


def _is_heading(word: Word, layout: Layout) -> bool:
    boxes = (*layout.frames, *(zone.box for zone in layout.cells))
    return any(
        -0.5 < box.top - word.box.bottom < _HEADING_MM
        and shared_across(box, word.box) > 0.2
        for box in boxes
    )


def _room_right(word: Word, layout: Layout, right: float) -> Box | None:
    """Return the free part of a label's line behind it, as tall as a line."""
    line = Box(word.box.right, word.box.top, right, word.box.bottom)
    ends = [
        one.box.left
        for one in layout.open_words
        if one.box.left >= word.box.right and shared_down(one.box, line) > 0.3
    ]
    behind = [
        one.text for one in layout.open_words if one.box.left == min(ends, default=-1.0)
    ]
    end = min([right, *ends])
    sealed = bool(behind) and behind[0] in SEAL_MARKS
    if end - word.box.right < (_FREE_MM if not sealed else 15.0):
        return None
    if (
        behind
        and not sealed
        and behind[0] not in POSTAL_MARKS
        and end - word.box.right < 45.0
    ):
        return None
    half = min(_LINE_MM / 2, _pitch(word, layout) / 2)
    down = word.box.down
    return Box(word.box.right + 1.5, down - half, end - 0.6, down + half)


def _pitch(word: Word, layout: Layout) -> float:
    """Return the distance to the next line above or below, in millimetres."""
    away = [
        abs(one.box.down - word.box.down)
        for one in layout.open_words
        if shared_down(one.box, word.box) < 0.2
        and abs(one.box.left - word.box.left) < 25.0
    ]
    return max(5.0, min(away, default=_LINE_MM))
