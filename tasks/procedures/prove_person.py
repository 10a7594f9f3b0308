"""Proof by the ledger's own person: what was read meets in exactly one resident."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ocr.model import DocumentReading, FieldReading, PageReading
from tasks.domain.acceptance import PERSON_FIELDS
from tasks.domain.field_values import value_of
from tasks.domain.records import Applicant, Consent, Identity, Match, Resident
from tasks.domain.settings import AcceptanceRules
from tasks.edges.ledgers import Ledgers
from tasks.procedures.identify import identify


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page of one document."""

    document: DocumentReading
    page: PageReading

    @property
    def row_id(self) -> str:
        """`form:<first 16 of SHA-256>:p<page>`."""
        return f"form:{self.document.sha256[:16]}:p{self.page.page}"

    @property
    def source(self) -> str:
        """File and page for staff."""
        return f"{self.document.file} {self.page.page}ページ"


def prove_by_person(
    pages: Sequence[ScannedPage],
    *,
    ledgers: Ledgers,
    rules: AcceptanceRules,
    today: dt.date,
) -> dict[str, dict[str, str]]:
    """Return the comparison keys that meet one person of the ledger.

    Args:
        pages: Pages of forms; others prove nothing.
        ledgers: Residents.
        rules: Oldest plausible birth year.
        today: For plausible dates.

    Returns:
        Row id to {field identifier: comparison key}; empty for a page whose name,
        birth date and address do not meet in exactly one person.
    """
    trials: list[Applicant] = []
    texts: dict[str, tuple[str, ...]] = {}
    for entry in pages:
        for number, combination in enumerate(_combinations(entry, rules, today)):
            trial = Applicant(
                row_id=f"{entry.row_id}#{number}",
                source=entry.source,
                request_id="",
                name=combination[0],
                birth_date=combination[1],
                address=combination[2],
                kana=_first_kana(entry, today),
                consent=Consent.YES,
            )
            trials.append(trial)
            texts[trial.row_id] = combination
    matches = identify(trials, ledgers, today=today) if trials else {}
    return {
        entry.row_id: _keys_met(entry, matches, texts, today=today) for entry in pages
    }


def _combinations(
    entry: ScannedPage, rules: AcceptanceRules, today: dt.date
) -> Iterator[tuple[str, ...]]:
    """Yield (name, birth date, address) as the readers saw them.

    All three from one reader, or one of the three from another than the first: the
    more is mixed, the less three readings prove each other. Only what an engine actually read
    is tried; nothing is corrected towards the ledger, because that would let the
    ledger confirm itself. Without consent nobody is looked for.
    """
    by_id = {item.field_id: item for item in entry.page.fields}
    consent = by_id.get("consent")
    if not all(name in by_id for name in PERSON_FIELDS) or (
        consent is not None and consent.checked is False
    ):
        return
    options = [
        _usable_texts(
            by_id[name],
            today=today,
            oldest=rules.oldest_birth_year if name == "birth_date" else None,
        )
        for name in PERSON_FIELDS
    ]
    first = next((one.engine for one in by_id["name"].readings), "")
    for chosen in itertools.product(*(one.items() for one in options)):
        engines = [those for _, those in chosen]
        from_first = sum(first in those for those in engines)
        if from_first >= len(engines) - 1 or frozenset.intersection(*engines):
            yield tuple(text for text, _ in chosen)


def _usable_texts(
    reading: FieldReading, *, today: dt.date, oldest: int | None
) -> dict[str, frozenset[str]]:
    """Return the texts that make sense, each with the readers that gave it."""
    found: dict[str, frozenset[str]] = {}
    if reading.struck_out:
        return found
    for item in reading.readings:
        value = value_of(reading.kind, item.text, today=today, oldest_birth_year=oldest)
        if value.usable and not value.doubt:
            found[item.text] = found.get(item.text, frozenset()) | {item.engine}
    return found


def _first_kana(entry: ScannedPage, today: dt.date) -> str:
    """Return the reading as the first reader saw it: a contradiction asks a person."""
    for item in entry.page.fields:
        if item.field_id == "kana" and item.readings and not item.struck_out:
            text = item.readings[0].text
            return text if value_of(item.kind, text, today=today).usable else ""
    return ""


def _keys_met(
    entry: ScannedPage,
    matches: Mapping[str, Match],
    texts: Mapping[str, tuple[str, ...]],
    *,
    today: dt.date,
) -> dict[str, str]:
    met = [
        (row_id, match)
        for row_id, match in matches.items()
        if row_id.startswith(f"{entry.row_id}#") and match.identity is Identity.SAME
    ]
    persons = {
        frozenset(person.addressee_no for person in match.persons) for _, match in met
    }
    if len(persons) != 1:
        return {}
    row_id, match = met[0]
    by_id = {item.field_id: item for item in entry.page.fields}
    keys = {
        name: value_of(by_id[name].kind, text, today=today).key
        for name, text in zip(PERSON_FIELDS, texts[row_id], strict=True)
    }
    keys |= _beside(by_id, match.persons, today=today)
    return keys


def _beside(
    by_id: Mapping[str, FieldReading], persons: Sequence[Resident], *, today: dt.date
) -> dict[str, str]:
    """Return keys of kana and postal code that equal those of the person met."""
    keys: dict[str, str] = {}
    for name, truths in (
        ("kana", [person.kana for person in persons]),
        ("postal", [person.postal for person in persons]),
    ):
        reading = by_id.get(name)
        if reading is None:
            continue
        wanted = {
            value.key
            for truth in truths
            if truth and (value := value_of(reading.kind, truth, today=today)).usable
        }
        for item in reading.readings:
            value = value_of(reading.kind, item.text, today=today)
            if value.usable and value.key in wanted:
                keys.setdefault(name, value.key)
    return keys
