"""Paper that no definition fits: an older version of a form, and another city's form."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from PIL import Image

from benchmarks.paper.bank_transfer import BANK_TRANSFER
from benchmarks.paper.cast import Case, address_of
from benchmarks.paper.child_allowance import CHILD_ALLOWANCE
from benchmarks.paper.design import Design
from benchmarks.paper.draft import Box, Draft, Place
from benchmarks.paper.entries import Entry, day, plain
from ocr.model import FieldKind


def _lowered(d: Draft, at_mm: float, by_mm: float) -> None:
    """Move everything below a height down, as a line added to a form does."""
    pixels = np.asarray(d.sheet.image)
    at, by = round(at_mm * d.sheet.scale), round(by_mm * d.sheet.scale)
    gap = np.full((by, pixels.shape[1]), 255, np.uint8)
    moved = np.concatenate([pixels[:at], gap, pixels[at:-by]])
    d.sheet.image = Image.fromarray(moved)
    d.places = {
        name: _place_lowered(place, at_mm, by_mm) for name, place in d.places.items()
    }
    d.fields = [d.places[entry.id].field for entry in d.fields]
    d.tables = [
        table.model_copy(
            update={
                "columns": tuple(
                    d.places[f"{table.id}_1_{column.id}"].field
                    for column in table.columns
                )
            }
        )
        for table in d.tables
    ]


def _place_lowered(place: Place, at_mm: float, by_mm: float) -> Place:
    def down(box: Box) -> Box:
        left, top, wide, high = box
        return (left, top + by_mm, wide, high) if top > at_mm else box

    options = tuple(
        option.model_copy(update={"box_mm": down(option.box_mm)})
        for option in place.field.options
    )
    entry = place.field.model_copy(
        update={"box_mm": down(place.field.box_mm), "options": options}
    )
    return Place(entry, tuple(down(slot) for slot in place.slots), place.right)


def _older(design: Design, at_mm: float, by_mm: float, version: str) -> Design:
    def draw(d: Draft) -> None:
        design.draw(d)
        _lowered(d, at_mm, by_mm)

    return replace(design, version=version, draw=draw, registered=False)


CHILD_ALLOWANCE_OLD = _older(CHILD_ALLOWANCE, 36.0, 7.0, "2022-06")
BANK_TRANSFER_OLD = _older(BANK_TRANSFER, 89.0, 9.0, "2018-04")


def _draw_other_city(d: Draft) -> None:
    d.text(105, 24, "児童手当・特例給付　額改定認定請求書", 5.6, "mincho", "c")
    d.text(20, 34, "うしお市長　あて", 4, "mincho")
    rows = (
        ("name", "氏　名", FieldKind.NAME, 16.0),
        ("kana", "フリガナ", FieldKind.KANA, 10.0),
        ("birth_date", "生年月日", FieldKind.DATE, 12.0),
        ("address", "住　所", FieldKind.ADDRESS, 16.0),
    )
    top = 44.0
    for name, label, kind, high in rows:
        d.label((20, top, 34, high), label, 3.6)
        d.rect((54, top, 136, high))
        d.field(name, label, kind, (56, top + 1.5, 130, high - 3))
        top += high
    d.text(20, top + 12, "増額又は減額の事由", 3.8, "mincho")
    for number, word in enumerate(("出生", "転入", "離婚", "児童の転出", "その他")):
        d.rect((24 + number * 33, top + 18, 4, 4), 0.3)
        d.text(30 + number * 33, top + 20, word, 3.4, "mincho")
    d.rect((20, top + 30, 170, 80), 0.4)
    for line in range(1, 5):
        d.line(20, top + 30 + line * 16, 190, top + 30 + line * 16)
    d.text(105, 270, "うしお市役所　子ども家庭課", 3.4, "mincho", "c")


def _fill_other_city(case: Case, rng: random.Random) -> Mapping[str, Entry]:
    head = case.head
    assert head.birth is not None
    return {
        "name": plain(head.name),
        "kana": plain(head.kana),
        "birth_date": day(head.birth),
        "address": plain(address_of(head, rng)),
    }


OTHER_CITY = Design(
    form="other_city",
    title="うしお市の額改定認定請求書",
    version="2026-01",
    page_mm=(210.0, 297.0),
    draw=_draw_other_city,
    fill=_fill_other_city,
    registered=False,
)
