"""What the ledger has where a reading comes near it: offered to staff, never a proof.

Whoever is asked for a name presses one key for the registered spelling and need not type
it. The reading stays first: what stands on the paper is for the person to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from rapidfuzz.distance import OSA

from ocr.model import FieldKind, FieldReading
from tasks.domain.reading.field_values import FieldValue, value_of
from tasks.domain.reading.people_met import values_read
from tasks.domain.records import Resident

_NAMES = (FieldKind.NAME, FieldKind.KANA)
_OF_A_PERSON = (*_NAMES, FieldKind.DATE)
_FURTHEST = {
    FieldKind.NAME: 2,
    FieldKind.KANA: 3,
    FieldKind.DATE: 1,
    FieldKind.POSTAL: 2,
    FieldKind.ADDRESS: 6,
}
"""Letters of its comparison key that a reading may be off, by kind of field."""
_SHARE = 0.5
"""Of the letters, that may be off at most: half a name is no name."""


def registered_near(
    fields: Sequence[FieldReading],
    persons: Sequence[Resident],
    members: Sequence[Resident],
    *,
    own: Collection[str],
    met: Collection[str],
    today: dt.date,
) -> dict[str, str]:
    """Return what the ledger has for fields that nearly say it.

    Args:
        fields: Of the page.
        persons: All rows of the person whom the page met.
        members: All rows of everybody else of the household; none when any is protected.
        own: Fields that hold the person's own data.
        met: Fields that say what the ledger says; nothing is offered there.
        today: For dates.

    Returns:
        Field identifier to the text as the ledger has it. Nothing where two people come
        as near.
    """
    everybody = (*persons, *members)
    found: dict[str, str] = {}
    for one in fields:
        if one.field_id in met or one.kind not in _FURTHEST:
            continue
        likely: Sequence[Resident] = ()
        if one.field_id in own:
            likely = persons
        elif one.table and one.kind in _OF_A_PERSON:
            row = [
                who for who in fields if (who.table, who.row) == (one.table, one.row)
            ]
            likely = [who for who in everybody if _is_of(row, who, today)]
        elif one.kind in _NAMES:
            likely = everybody
        text = _nearest(one, likely, today)
        if text:
            found[one.field_id] = text
    return found


def _is_of(row: Sequence[FieldReading], who: Resident, today: dt.date) -> bool:
    """Tell whether something in a row of a table is this person's to the letter."""
    return any(
        read.usable and read.key == known.key
        for entry in row
        if entry.kind in _OF_A_PERSON
        for read in values_read(entry, today=today)
        for known in _registered(who, entry.kind, today)
    )


def _nearest(one: FieldReading, likely: Sequence[Resident], today: dt.date) -> str:
    """Return what one of these people has nearest to a reading; empty without one."""
    read = {value.key for value in values_read(one, today=today) if value.key}
    known = {
        value.key: value.shown
        for who in likely
        for value in _registered(who, one.kind, today)
    }
    off = sorted(
        (min((OSA.distance(key, text) for text in read), default=len(key)), key)
        for key in known
    )
    if not off or (len(off) > 1 and off[0][0] == off[1][0]):
        return ""
    letters, key = off[0]
    near = letters <= min(_FURTHEST[one.kind], _SHARE * len(key))
    return known[key] if near else ""


def _registered(who: Resident, kind: FieldKind, today: dt.date) -> Iterator[FieldValue]:
    born = who.birth_date.isoformat() if who.birth_date else ""
    texts = {
        FieldKind.NAME: (who.name, who.common_name),
        FieldKind.KANA: (who.kana,),
        FieldKind.DATE: (born,),
        FieldKind.POSTAL: (who.postal,),
        FieldKind.ADDRESS: (who.address,),
    }
    for text in texts.get(kind, ()):
        value = value_of(kind, text, today=today) if text else None
        if value is not None and value.usable:
            yield value
