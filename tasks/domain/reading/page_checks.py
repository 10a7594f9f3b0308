"""What the fields of one page say about each other: sums, towns, rows of tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ocr.model import FieldKind, FieldReading, Total
from tasks.domain.normal_forms.addresses import normalize_address
from tasks.domain.normal_forms.identifiers import postal_agrees
from tasks.domain.reading.considered import Considered, place_of
from tasks.domain.reading.proofs import Proof

DOES_NOT_ADD_UP = "内訳と合計が一致しません。"
OTHER_TOWN = "郵便番号と住所の町名が合いません。"
GAP = "途中の行が空いています。書かれていないか確かめてください。"


class RowState(StrEnum):
    """What becomes of a row of a table."""

    EMPTY = "empty"
    """Nobody wrote there: nothing is asked, required or not."""
    GAP = "gap"
    """Nothing was seen there, but a later row is filled."""


@dataclass(frozen=True, slots=True)
class Relations:
    """What a page's fields prove and deny of each other, by field identifier."""

    proofs: Mapping[str, tuple[Proof, ...]] = field(default_factory=dict)
    vetoes: Mapping[str, str] = field(default_factory=dict)
    """Why a value cannot be taken although readers agree: Japanese."""
    rows: Mapping[str, RowState] = field(default_factory=dict)
    """Fields in rows of tables that are not filled."""


def relate(
    considered: Sequence[Considered],
    totals: Sequence[Total],
    postal_towns: Mapping[str, frozenset[str]],
) -> Relations:
    """Return what the fields of a page say about each other.

    Args:
        considered: All fields of the page.
        totals: Amounts of the form that add up.
        postal_towns: Postal code as 123-4567 to the joined names it covers.
    """
    proofs: dict[str, list[Proof]] = {}
    vetoes: dict[str, str] = {}
    for total in totals:
        proof, members = _sum(considered, total)
        for name in members:
            if proof is None:
                vetoes[name] = DOES_NOT_ADD_UP
            else:
                proofs.setdefault(name, []).append(proof)
    for name, agrees in _towns(considered, postal_towns):
        if agrees:
            proofs.setdefault(name, []).append(Proof.POSTAL_TOWN)
        else:
            vetoes[name] = OTHER_TOWN
    return Relations(
        proofs={name: tuple(dict.fromkeys(found)) for name, found in proofs.items()},
        vetoes=vetoes,
        rows=_rows([entry.reading for entry in considered]),
    )


def _sum(
    considered: Sequence[Considered], total: Total
) -> tuple[Proof | None, tuple[str, ...]]:
    """Return the proof and whose it is; no proof but names when the sum is wrong.

    No names at all when the sum cannot be told.
    """
    parts = [entry for name in total.parts for entry in _named(considered, name)]
    wholes = list(_named(considered, total.total))
    if len(wholes) != 1 or wholes[0].reading.blank or not parts:
        return None, ()
    written = [entry for entry in parts if not entry.reading.blank]
    members = [*written, wholes[0]]
    if not written or any(entry.usable is None for entry in members):
        return None, ()
    yen = [int(entry.usable.value) for entry in members if entry.usable is not None]
    names = tuple(entry.reading.field_id for entry in members)
    if sum(yen[:-1]) != yen[-1]:
        return None, names
    several = sum(one != 0 for one in yen[:-1]) > 1
    return Proof.TOTAL if several else Proof.TOTAL_REPEATED, names


def _named(considered: Sequence[Considered], name: str) -> Iterator[Considered]:
    for entry in considered:
        reading = entry.reading
        if reading.kind is FieldKind.AMOUNT and name in (
            reading.field_id,
            place_of(reading),
        ):
            yield entry


def _towns(
    considered: Sequence[Considered], towns: Mapping[str, frozenset[str]]
) -> Iterator[tuple[str, bool]]:
    """Yield the postal code's field and whether the address names a town of it.

    Only where the page has one address and one postal code: which belongs to which
    is not known otherwise.
    """
    codes = [e for e in considered if e.reading.kind is FieldKind.POSTAL]
    addresses = [e for e in considered if e.reading.kind is FieldKind.ADDRESS]
    if len(codes) != 1 or len(addresses) != 1:
        return
    code, written = codes[0].usable, addresses[0].usable
    if code is None or written is None:
        return
    address = normalize_address(written.shown).value
    if address is None or not address.city or not address.town:
        return
    agrees = postal_agrees(
        code.value, address.prefecture, address.city, address.town, towns
    )
    if agrees is not None:
        yield codes[0].reading.field_id, agrees


def _rows(fields: Sequence[FieldReading]) -> dict[str, RowState]:
    filled: dict[str, set[int]] = {}
    for one in fields:
        if one.table and _has_something(one):
            filled.setdefault(one.table, set()).add(one.row)
    return {
        one.field_id: RowState.GAP
        if one.row < max(filled.get(one.table, {0}))
        else RowState.EMPTY
        for one in fields
        if one.table and one.row not in filled.get(one.table, set())
    }


def _has_something(one: FieldReading) -> bool:
    """Return whether anything, or something undecided, stands in a field."""
    if one.kind in (FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE):
        return one.checked is not False
    if one.kind is FieldKind.CHOICE:
        return one.chosen is None or bool(one.chosen)
    return not one.blank or bool(one.chosen) or one.struck_out
