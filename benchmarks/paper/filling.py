"""A form filled by a hand: every entry in its place, seals, corrections."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from benchmarks.paper.design import Design
from benchmarks.paper.draft import Box, Place
from benchmarks.paper.entries import NOTHING, Entry
from benchmarks.paper.hand import Writer
from benchmarks.paper.ink import Paper
from benchmarks.paper.truth import FieldTruth
from ocr.model import FieldKind

DPI = 300
_TEXT = (
    *(FieldKind.NAME, FieldKind.KANA, FieldKind.DATE, FieldKind.ADDRESS),
    *(FieldKind.POSTAL, FieldKind.PHONE, FieldKind.AMOUNT, FieldKind.DIGITS),
    FieldKind.TEXT,
)


@dataclass(frozen=True, slots=True)
class Troubles:
    """What goes wrong on one page."""

    seal_over: bool = False
    """A seal over the name and a stamp over another field."""
    correct: bool = False
    """One field is struck out or overwritten."""
    receipt_stamp: bool = False


def fill_page(
    design: Design,
    entries: Mapping[str, Entry],
    who: Writer,
    troubles: Troubles,
    rng: np.random.Generator,
) -> tuple[Paper, dict[str, FieldTruth]]:
    """Return the filled sheet and what stands on it."""
    page = Paper(design.blank(DPI), DPI, rng)
    places = design.places()
    wrong = _to_correct(places, entries, rng) if troubles.correct else ""
    where: dict[str, Box] = {}
    truths: dict[str, FieldTruth] = {}
    for name, place in places.items():
        entry = entries.get(name, NOTHING)
        truths[name] = _truth(place, entry)
        if name == wrong:
            where[name] = _corrected(page, place, entry, who)
            truths[name] = replace(truths[name], corrected=True)
            continue
        box = _put(page, place, entry, who, _surname(entries))
        if box is not None:
            where[name] = box
    if troubles.seal_over:
        for name in _seal_over(page, places, where, _surname(entries)):
            truths[name] = replace(truths[name], sealed=True)
        _seal_places(places, truths, where)
    return page, truths


def _surname(entries: Mapping[str, Entry]) -> str:
    written = entries.get("name", NOTHING).text or "山田"
    return written.split("　")[0][:3]


def _truth(place: Place, entry: Entry) -> FieldTruth:
    kind = place.field.kind
    return FieldTruth(
        kind=kind,
        text="" if kind is FieldKind.SIGNATURE else entry.text,
        value=entry.value,
        chosen=entry.chosen if kind is FieldKind.CHOICE else (),
        marked=entry.marked,
        era=entry.chosen[0] if kind is FieldKind.DATE and entry.chosen else "",
    )


def _put(
    page: Paper, place: Place, entry: Entry, who: Writer, surname: str
) -> Box | None:
    """Write one entry; return where its writing stands, when there is any."""
    entry_box = place.field.box_mm
    kind = place.field.kind
    _choose(page, place, entry, who)
    if kind is FieldKind.CHECK and entry.marked:
        page.mark(entry_box, who)
    elif kind is FieldKind.SEAL and entry.marked:
        _seal_at(page, entry_box, surname)
    elif kind is FieldKind.SIGNATURE and entry.marked:
        page.sign(entry.text or surname, entry_box, who)
    elif kind is FieldKind.CODE and entry.text:
        page.print_code(entry.text, entry_box)
    elif entry.text and kind in _TEXT:
        return _written(page, place, entry, who)
    return None


def _choose(page: Paper, place: Place, entry: Entry, who: Writer) -> None:
    """Mark the printed words that the entry chooses."""
    mark = page.mark if place.field.marked_by == "tick" else page.ring
    for option in place.field.options:
        if option.value in entry.chosen:
            mark(option.box_mm, who)


def _written(page: Paper, place: Place, entry: Entry, who: Writer) -> Box:
    box = place.field.box_mm
    if place.field.cells:
        return page.write_cells(
            entry.text, box, place.field.cells, who, right=place.right
        )
    if place.slots and entry.parts:
        found = [
            page.write(part, slot, who, right=True, margin=0.4)
            for part, slot in zip(entry.parts, place.slots, strict=True)
        ]
        left, top = min(f[0] for f in found), min(f[1] for f in found)
        right, low = max(f[0] + f[2] for f in found), max(f[1] + f[3] for f in found)
        return left, top, right - left, low - top
    return page.write(entry.text, box, who, lines=place.field.lines, right=place.right)


def _seal_at(page: Paper, box: Box, surname: str) -> None:
    left, top, wide, high = box
    x, y = page.rng.normal(0, 0.6, 2)
    if min(wide, high) > 25:  # a cashier's date stamp
        day = f"8.11.{page.rng.integers(2, 19)}"
        page.stamp(
            ("みなと信金", day, "領収済"), (left + wide / 2 + x, top + high / 2 + y)
        )
        return
    size = min(11.0, max(8.5, min(wide, high) * 0.85))
    strength = float(page.rng.uniform(0.75, 1.0))
    page.seal(surname, (left + wide / 2 + x, top + high / 2 + y), size, strength)


def _to_correct(
    places: Mapping[str, Place], entries: Mapping[str, Entry], rng: np.random.Generator
) -> str:
    """Return the field that its writer got wrong at first."""
    able = [
        name
        for name, place in places.items()
        if place.field.kind in _TEXT
        and not place.slots
        and not place.field.cells
        and len(entries.get(name, NOTHING).text) > 2
    ]
    return str(rng.choice(able)) if able else ""


def _corrected(page: Paper, place: Place, entry: Entry, who: Writer) -> Box:
    """Write something wrong, take it back, and write what was meant."""
    box = place.field.box_mm
    left, top, wide, high = box
    if page.rng.random() < 0.35 and who.shake:
        wrong = _one_changed(entry.text, page.rng)
        page.write(wrong, box, replace(who, crowded=0.0), right=place.right)
        return page.write(entry.text, box, replace(who, crowded=0.0), right=place.right)
    half = (left, top, wide * 0.5, high)
    wrong = _one_changed(entry.text, page.rng)
    struck = page.write(wrong, half, who)
    page.cross_out(struck, who)
    if page.rng.random() < 0.7:
        end = struck[0] + struck[2]
        page.seal("訂正", (end, top + high / 2), 7.0, float(page.rng.uniform(0.7, 1)))
    return page.write(entry.text, (left + wide * 0.52, top, wide * 0.48, high), who)


def _one_changed(text: str, rng: np.random.Generator) -> str:
    place = int(rng.integers(len(text)))
    letter = text[place]
    pool = "0123456789" if letter.isdigit() else "山川田中本木大小上下"
    if "ァ" <= letter <= "ヶ":
        pool = "アカサタナハマヤラワ"
    other = str(rng.choice([one for one in pool if one != letter]))
    return text[:place] + other + text[place + 1 :]


def _seal_over(
    page: Paper, places: Mapping[str, Place], where: Mapping[str, Box], surname: str
) -> list[str]:
    """Stamp over the end of the name, and over one field away from it."""
    crossed: list[str] = []
    name_box = where.get("name")
    if name_box is not None:
        left, top, wide, high = name_box
        x = left + wide - min(4.0, wide / 4) + page.rng.normal(0, 0.8)
        y = top + high / 2 + page.rng.normal(0, 0.8)
        page.seal(surname, (x, y), 10.5, float(page.rng.uniform(0.75, 1.0)))
        crossed.append("name")
    far = [
        name
        for name, box in where.items()
        if name != "name"
        and (name_box is None or abs(box[1] - name_box[1]) > 24)
        and _no_seal_near(places, box)
    ]
    if far:
        name = str(page.rng.choice(far))
        left, top, wide, high = where[name]
        centre = (left + wide * page.rng.uniform(0.2, 0.9), top + high / 2)
        if page.rng.random() < 0.3:
            words = ("みなと市", f"8.11.{page.rng.integers(2, 19)}", "市民課受付")
            page.stamp(words, centre)
            crossed += _under(where, centre, 11.5)
        else:
            page.seal(surname, centre, 10.5, float(page.rng.uniform(0.75, 1.0)))
            crossed += _under(where, centre, 5.6)
    return crossed


def _no_seal_near(places: Mapping[str, Place], box: Box) -> bool:
    """Tell whether a stamp on this box keeps away from every place for a seal."""
    for place in places.values():
        if place.field.kind in (FieldKind.SEAL, FieldKind.SIGNATURE, FieldKind.CODE):
            _, top, _, high = place.field.box_mm
            if top - 14 < box[1] + box[3] / 2 < top + high + 14:
                return False
    return True


def _under(
    where: Mapping[str, Box], centre: tuple[float, float], radius: float
) -> list[str]:
    """Return the fields whose writing a stamp touches."""
    found = []
    for name, (left, top, wide, high) in where.items():
        x = min(max(centre[0], left), left + wide)
        y = min(max(centre[1], top), top + high)
        if (x - centre[0]) ** 2 + (y - centre[1]) ** 2 < radius**2:
            found.append(name)
    return found


def _seal_places(
    places: Mapping[str, Place], truths: dict[str, FieldTruth], where: Mapping[str, Box]
) -> None:
    """A seal over the name is that person's seal, in whatever place it was meant for."""
    if "name" in where and "seal" in places:
        truths["seal"] = replace(truths["seal"], marked=True)
