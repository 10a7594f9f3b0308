"""A field's readings turned into values, and which of them is the one to take."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set
from dataclasses import dataclass, field

from ocr.model import FieldKind, FieldReading, Reading
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.calibration import Agreement, Witness, agreement_on
from tasks.domain.reading.field_values import FieldValue, is_birth_date, value_of
from tasks.domain.reading.people_met import Met

OUT_OF_WINDOW = "この欄の日付としては早すぎるか遅すぎます。"
OVER_LIMIT = "この欄の金額としては大きすぎます。"
FURTHEST_DAYS_AHEAD = 3653
"""Ten years: a date further on is doubted where configuration says nothing."""


@dataclass(frozen=True, slots=True)
class Considered:
    """A field with its readings turned into values, before proofs are counted."""

    reading: FieldReading
    values: tuple[FieldValue, ...]
    """One per reader, in the order of the readings."""
    chosen: FieldValue | None
    """The one to take if anything proves it; None when nothing was read. Of a name that
    met the ledger, as the ledger has it."""
    text: str = field(repr=False)
    """As the reader of the chosen value saw it."""
    confidence: float
    """Of that reader."""
    agreement: Agreement
    """Who stands behind the chosen value."""
    met: Met | None
    """What the chosen value met in the ledger; None when it met nothing."""

    @property
    def usable(self) -> FieldValue | None:
        """The chosen value when it makes sense and was not struck out."""
        if self.chosen is None or not self.chosen.usable or self.reading.struck_out:
            return None
        return self.chosen


def consider(
    reading: FieldReading,
    *,
    rules: AcceptanceRules,
    today: dt.date,
    met: Met | None = None,
    listed: frozenset[str] = frozenset(),
) -> Considered:
    """Return the values of a field's readings and the one to take.

    That is the value which met the ledger, else the one that most readers have; among
    equals a word of the field's list, when only one was read, else the first reader's.
    Only what a reader put first counts.

    Args:
        reading: As read.
        rules: Windows and limits of values.
        today: For dates.
        met: The value as a person of the ledger has it whom the page met.
        listed: Comparison keys of the words that such a field usually holds.
    """
    values = tuple(
        _value(reading, one, rules=rules, today=today) for one in reading.readings
    )
    witnesses = [
        Witness(one.engine, value.key, one.confidence)
        for one, value in zip(reading.readings, values, strict=True)
        if value.usable
    ]
    known = {value.key for value in values if value.usable} & listed
    place = _best(values, witnesses, met, known if len(known) == 1 else frozenset())
    chosen = None if place is None else values[place]
    source = None if place is None else reading.readings[place]
    usable = chosen is not None and chosen.usable
    is_met = chosen is not None and met is not None and met.is_met_by(chosen)
    return Considered(
        reading=reading,
        values=values,
        chosen=met.registered if met and is_met and met.registered else chosen,
        text=source.text if source else "",
        confidence=source.confidence if source else 0.0,
        agreement=agreement_on(chosen.key if chosen and usable else "", witnesses)
        if usable
        else Agreement("", 0, 0.0),
        met=met if is_met else None,
    )


def place_of(reading: FieldReading) -> str:
    """Return what configuration calls a field: its identifier, or `table.column`.

    Examples:
        >>> from ocr.model import BoxPx, ErrorClass
        >>> row = FieldReading("kids_2_name", "", FieldKind.NAME, ErrorClass.STRICT,
        ...     False, BoxPx(0, 0, 1, 1), 0.0, True, None, table="kids", row=2)
        >>> place_of(row)
        'kids.name'
    """
    if not reading.table:
        return reading.field_id
    column = reading.field_id.removeprefix(f"{reading.table}_{reading.row}_")
    return f"{reading.table}.{column}"


def _value(
    reading: FieldReading, one: Reading, *, rules: AcceptanceRules, today: dt.date
) -> FieldValue:
    value = value_of(
        reading.kind,
        one.text,
        today=today,
        oldest_birth_year=rules.oldest_birth_year
        if is_birth_date(reading.field_id)
        else None,
        check_digit=reading.check_digit,
    )
    problem = _implausible(reading, value, rules, today) if value.usable else ""
    if not problem:
        return value
    return FieldValue("", value.key, value.shown, usable=False, problem=problem)


def _implausible(
    reading: FieldReading, value: FieldValue, rules: AcceptanceRules, today: dt.date
) -> str:
    """Return why a value cannot stand in this field; calendar and range are vetoes."""
    place = place_of(reading)
    if reading.kind is FieldKind.DATE:
        window = rules.date_windows.get(place)
        day = dt.date.fromisoformat(value.value)
        ahead = FURTHEST_DAYS_AHEAD
        if window is not None and window.days_ahead is not None:
            ahead = window.days_ahead
        oldest = window.oldest if window is not None else None
        too_old = oldest is not None and day < oldest
        return OUT_OF_WINDOW if too_old or (day - today).days > ahead else ""
    limit = rules.amount_limits.get(place)
    if reading.kind is FieldKind.AMOUNT and limit is not None:
        return OVER_LIMIT if int(value.value) > limit else ""
    return ""


def _best(
    values: tuple[FieldValue, ...],
    witnesses: list[Witness],
    met: Met | None,
    listed: Set[str],
) -> int | None:
    usable = [place for place, value in enumerate(values) if value.usable]
    if not usable:
        return 0 if values else None
    those = [place for place in usable if met and met.is_met_by(values[place])]
    return max(
        those or usable,
        key=lambda place: (
            len({one.engine for one in witnesses if one.key == values[place].key}),
            values[place].key in listed,
            _spelled_so(values, values[place]),
            -_rare(values[place].shown),
            -place,
        ),
    )


def _spelled_so(values: tuple[FieldValue, ...], one: FieldValue) -> int:
    """Return how many readers spell a value just so: 恵 and 惠 are one name."""
    return sum(other.key == one.key and other.shown == one.shown for other in values)


def _rare(text: str) -> int:
    """Return how many kanji are outside JIS level 1, as most old forms are."""
    return sum(
        "\u4e00" <= letter <= "\u9fff" and not _in_level_1(letter) for letter in text
    )


def _in_level_1(letter: str) -> bool:
    found = letter.encode("euc_jp", errors="replace")
    return len(found) == 2 and found[0] - 0xA0 < 48
