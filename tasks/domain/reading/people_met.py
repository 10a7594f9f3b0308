"""What a page says of people whom the residents' ledger knows: each reading for itself.

The applicant is found by what was read (procedures/prove_person). Forms name others,
too: children, the head of the household, whoever moves along. A name alone is little,
but a name *and* a birth date that both are those of one member of the applicant's
household are no coincidence of two misreadings (docs/decisions/0016).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from ocr.model import FieldKind, FieldReading, PageReading
from tasks.domain.identity.address_agreement import AddressAgreement, compare_addresses
from tasks.domain.normal_forms.addresses import normalize_address
from tasks.domain.normal_forms.identifiers import normalize_postal
from tasks.domain.reading.field_values import FieldValue, value_of
from tasks.domain.reading.proofs import Proof
from tasks.domain.records import Resident

_NAMES = (FieldKind.NAME, FieldKind.KANA)
_OF_A_PERSON = (*_NAMES, FieldKind.DATE)
_NEEDED = 2
"""Of name, kana and birth date of one row."""
_SHORTEST = 3
"""Letters of a name or kana that stands alone: below, a stroke too few is another."""
ONE_LETTER_OFF = "申請者の世帯の人の名前と一字違いです。"
OTHER_POSTAL = "台帳の郵便番号と違います。"


@dataclass(frozen=True, slots=True)
class Proved:
    """What the ledger says of one page, by field identifier."""

    met: Mapping[str, Met] = field(default_factory=dict, repr=False)
    doubts: Mapping[str, str] = field(default_factory=dict)
    """Why a value must be asked although readers agree: Japanese, without the value."""
    near: Mapping[str, str] = field(default_factory=dict, repr=False)
    """What the ledger has where a reading comes near it: offered, no proof."""
    postals: frozenset[str] | None = None
    """Postal codes that some resident has, of those read; None without a ledger."""


@dataclass(frozen=True, slots=True)
class Met:
    """The value of a field as somebody in the ledger has it."""

    proof: Proof
    key: str = field(repr=False)
    """Comparison key that a reading must have."""
    registered: FieldValue | None = field(default=None, repr=False)
    """A name or kana as the ledger has it, variants (異体字) and all; None for other
    kinds. Of somebody who was met it is what is handed on: readers cannot be trusted
    to tell 凛 from 凜, and the office writes to people by their registered letters."""

    def is_met_by(self, value: FieldValue) -> bool:
        """Return whether a reading's value is this one."""
        return value.usable and value.key == self.key


def met_in(
    resident: Resident, kind: FieldKind, proof: Proof, *, today: dt.date
) -> tuple[Met, ...]:
    """Return what a field of this kind would hold of a resident: name and 通称名 are two.

    Args:
        resident: From the ledger.
        kind: NAME, KANA, DATE (of birth) or POSTAL; empty for others.
        proof: What meeting it would prove.
        today: For dates.
    """
    texts: Mapping[FieldKind, tuple[str, ...]] = {
        FieldKind.NAME: (resident.name, resident.common_name),
        FieldKind.KANA: (resident.kana,),
        FieldKind.DATE: (
            resident.birth_date.isoformat() if resident.birth_date else "",
        ),
        FieldKind.POSTAL: (resident.postal,),
    }
    found = []
    for text in texts.get(kind, ()):
        value = value_of(kind, text, today=today) if text else None
        if value is not None and value.usable:
            registered = value if kind in _NAMES else None
            found.append(Met(proof, value.key, registered))
    return tuple(found)


def is_home_of(text: str, resident: Resident) -> bool:
    """Return whether an address as read is all of what the ledger has, to the 号.

    Who lives at 2番1号 is found by 2番, too: that proves the person, not the reading.
    A building that the ledger does not name is not proved by it.

    Examples:
        >>> from dataclasses import replace
        >>> somebody = Resident("1", "", "", None, "汐見県みなと市本町2-2-1")
        >>> is_home_of("本町二丁目2番1号", somebody), is_home_of("本町2-2", somebody)
        (True, False)
        >>> is_home_of("本町2-2-1 港ハイツ301", somebody)
        False
    """
    written = normalize_address(text).value
    home = normalize_address(resident.address).value
    if written is None or home is None:
        return False
    equal = compare_addresses(written, home) is AddressAgreement.EQUAL
    return equal and (bool(home.building) or not written.building)


def met_beside(
    fields: Sequence[FieldReading],
    persons: Sequence[Resident],
    members: Sequence[Resident],
    *,
    own: Iterable[str],
    today: dt.date,
) -> dict[str, Met]:
    """Return what else on the page is said of the applicant's household.

    Args:
        fields: Of the page.
        persons: All rows of the applicant.
        members: All rows of everybody else of the household; none when any is
            protected or the household is in doubt.
        own: Fields that hold the applicant's own data and are proved elsewhere.
        today: For dates.

    Returns:
        Field identifier to what it meets: HOUSEHOLD for rows of tables of which two
        fields or more are those of one person, HOUSEHOLD_NAME for a lone name.
    """
    taken = frozenset(own)
    everybody = (*persons, *members)
    others = [one for one in fields if one.field_id not in taken]
    found: dict[str, Met] = {}
    rows: dict[tuple[str, int], list[FieldReading]] = {}
    for one in others:
        if one.table and one.kind in _OF_A_PERSON:
            rows.setdefault((one.table, one.row), []).append(one)
    for row in rows.values():
        found |= _row(row, everybody, today)
    for one in others:
        if not one.table and one.kind in _NAMES:
            found |= _lone(one, everybody, today)
    return found


def _row(
    row: Sequence[FieldReading], everybody: Sequence[Resident], today: dt.date
) -> dict[str, Met]:
    """Return what a row meets in the one person who has most of it, no other as much."""
    by_person = [
        {
            one.field_id: met
            for one in row
            for met in met_in(person, one.kind, Proof.HOUSEHOLD, today=today)
            if _reads(one, met, today)
        }
        for person in everybody
    ]
    best = max((len(met) for met in by_person), default=0)
    if best < _NEEDED:
        return {}
    first, *rest = [met for met in by_person if len(met) == best]
    # Twins of one kana share two of three; then nothing says whose row it is.
    return first if all(other == first for other in rest) else {}


def _lone(
    one: FieldReading, everybody: Sequence[Resident], today: dt.date
) -> dict[str, Met]:
    known = [
        met
        for person in everybody
        for met in met_in(person, one.kind, Proof.HOUSEHOLD_NAME, today=today)
    ]
    keys = _keys(one.kind, everybody, today)
    for met in known:
        alone = all(key == met.key or OSA.distance(key, met.key) > 1 for key in keys)
        if len(met.key) >= _SHORTEST and alone and _reads(one, met, today):
            return {one.field_id: met}
    return {}


def doubts_beside(
    fields: Sequence[FieldReading],
    met: Mapping[str, Met],
    persons: Sequence[Resident],
    members: Sequence[Resident],
    *,
    today: dt.date,
) -> dict[str, str]:
    """Return the fields that nearly say what the ledger says, and do not.

    ナカムライッキ above ナカムライツキ is one person whose small letter nobody can tell;
    another postal code than that of the address that was met is a figure misread.

    Args:
        fields: Of the page.
        met: What was met; those fields are not doubted.
        persons: All rows of the applicant, met by name and address.
        members: Everybody else of the household.
        today: For dates.
    """
    found: dict[str, str] = {}
    for one in fields:
        if one.field_id in met or one.table:
            continue
        read = {value.key for value in values_read(one, today=today) if value.usable}
        if one.kind in _NAMES and _nearly(one, read, (*persons, *members), today):
            found[one.field_id] = ONE_LETTER_OFF
        at_home = "address" in met and one.field_id == "postal"
        if at_home and one.kind is FieldKind.POSTAL:
            known = _keys(one.kind, persons, today)
            if known and read and not read & known:
                found[one.field_id] = OTHER_POSTAL
    return found


def _nearly(
    one: FieldReading, read: set[str], everybody: Sequence[Resident], today: dt.date
) -> bool:
    known = _keys(one.kind, everybody, today)
    return not read & known and any(
        OSA.distance(key, other, score_cutoff=1) <= 1
        for key in read
        for other in known
        if min(len(key), len(other)) >= _SHORTEST
    )


def _keys(
    kind: FieldKind, everybody: Sequence[Resident], today: dt.date
) -> frozenset[str]:
    return frozenset(
        met.key
        for person in everybody
        for met in met_in(person, kind, Proof.HOUSEHOLD_NAME, today=today)
    )


def _reads(one: FieldReading, met: Met, today: dt.date) -> bool:
    return any(met.is_met_by(value) for value in values_read(one, today=today))


def values_read(one: FieldReading, *, today: dt.date) -> Iterator[FieldValue]:
    """Yield the values of what each reader put first; none of what was struck out."""
    if one.struck_out:
        return
    for reading in one.readings:
        yield value_of(one.kind, reading.text, today=today)


def postal_codes(pages: Iterable[PageReading]) -> set[str]:
    """Return every postal code that any reader saw, as 123-4567."""
    values = (
        normalize_postal(reading.text).value
        for page in pages
        for one in page.fields
        if one.kind is FieldKind.POSTAL
        for reading in one.readings
    )
    return {value for value in values if value is not None}
