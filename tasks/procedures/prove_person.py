"""Proof by the ledger's own people: what was read meets in exactly one resident."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ocr.model import DocumentReading, FieldReading, PageReading
from tasks.domain.acceptance import PERSON_FIELDS
from tasks.domain.evidence import AGREES
from tasks.domain.field_values import value_of
from tasks.domain.people_met import (
    Met,
    Proved,
    doubts_beside,
    met_beside,
    met_in,
    values_read,
)
from tasks.domain.proofs import Proof
from tasks.domain.records import (
    Applicant,
    Consent,
    Evidence,
    Identity,
    Level,
    Match,
    Resident,
)
from tasks.domain.settings import AcceptanceRules
from tasks.edges.ledgers import Ledgers
from tasks.procedures.find_households import find_households
from tasks.procedures.identify import identify

_NAME, _ADDRESS = "name", "address"
_HALF = (_NAME, _ADDRESS)
"""Enough to prove each other as readings, though not to say who it is."""
_CLOSE = AGREES | {Level.NEAR}


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


@dataclass(frozen=True, slots=True)
class _Found:
    """The person whom a page's own fields met."""

    match: Match
    """With the persons in it, whether the evidence table settled them or not."""
    met: Mapping[str, Met]
    """Of the fields that met."""


def prove_by_person(
    pages: Sequence[ScannedPage],
    *,
    ledgers: Ledgers,
    rules: AcceptanceRules,
    today: dt.date,
) -> dict[str, Proved]:
    """Return what each page's readings meet in the ledger.

    Args:
        pages: Pages of forms; others prove nothing.
        ledgers: Residents.
        rules: Oldest plausible birth year.
        today: For plausible dates.

    Returns:
        By row id. Nothing for a page whose name and address do not meet in exactly one
        person; with the birth date the person is proved, and without one only the
        readings of name and address.
    """
    tried = _Tried(pages, rules=rules, today=today)
    matches = identify(tried.trials, ledgers, today=today) if tried.trials else {}
    found = {
        entry.row_id: person
        for entry in pages
        if (person := tried.person(entry, matches)) is not None
    }
    households = find_households(
        {row_id: person.match for row_id, person in found.items()}, ledgers
    )
    proved: dict[str, Proved] = {}
    for entry in pages:
        person = found.get(entry.row_id)
        if person is None:
            proved[entry.row_id] = Proved()
            continue
        household = households[entry.row_id]
        members = () if household.doubt else household.members
        proved[entry.row_id] = _proved(entry.page, person, members, today=today)
    return proved


def _proved(
    page: PageReading, found: _Found, members: Sequence[Resident], *, today: dt.date
) -> Proved:
    persons = found.match.persons
    met = {**found.met, **_own(page, found, today=today)}
    beside = met_beside(page.fields, persons, members, own=met, today=today)
    met = {**beside, **met}
    doubts = doubts_beside(page.fields, met, persons, members, today=today)
    return Proved(met, doubts)


def _own(page: PageReading, found: _Found, *, today: dt.date) -> dict[str, Met]:
    """Return kana and postal code where they are those of the person met."""
    (proof,) = {one.proof for one in found.met.values()}
    own: dict[str, Met] = {}
    for one in page.fields:
        if one.field_id not in ("kana", "postal"):
            continue
        for person in found.match.persons:
            for met in met_in(person, one.kind, proof, today=today):
                if any(met.is_met_by(v) for v in values_read(one, today=today)):
                    own.setdefault(one.field_id, met)
    return own


class _Tried:
    """What is looked for: every combination of readings that may prove each other."""

    def __init__(
        self, pages: Iterable[ScannedPage], *, rules: AcceptanceRules, today: dt.date
    ) -> None:
        self._today = today
        self._oldest = rules.oldest_birth_year
        self._by_page: dict[str, list[Applicant]] = {}
        for entry in pages:
            self._by_page[entry.row_id] = [
                *self._combined(entry, PERSON_FIELDS, "#"),
                *self._combined(entry, _HALF, "#h"),
            ]

    @property
    def trials(self) -> list[Applicant]:
        """Return everybody looked for."""
        return [one for trials in self._by_page.values() for one in trials]

    def person(self, entry: ScannedPage, matches: Mapping[str, Match]) -> _Found | None:
        """Return the one person a page met, by three fields or else by two."""
        trials = self._by_page[entry.row_id]
        whole = [one for one in trials if one.birth_date]
        met = [
            (trial, matches[trial.row_id])
            for trial in whole
            if matches[trial.row_id].identity is Identity.SAME
        ]
        if met:
            return self._found(entry, met, PERSON_FIELDS, Proof.MASTER_PERSON)
        half = [
            (trial, with_person)
            for trial in trials
            if not trial.birth_date
            and (with_person := _by_name_and_address(matches[trial.row_id]))
        ]
        return self._found(entry, half, _HALF, Proof.NAME_AND_ADDRESS)

    def _found(
        self,
        entry: ScannedPage,
        met: Sequence[tuple[Applicant, Match]],
        names: Sequence[str],
        proof: Proof,
    ) -> _Found | None:
        persons = {
            frozenset(one.addressee_no for one in match.persons) for _, match in met
        }
        if len(persons) != 1:
            return None
        match = replace(met[0][1], row_id=entry.row_id)
        by_id = {item.field_id: item for item in entry.page.fields}
        spelled = {
            one.key: one
            for person in match.persons
            for one in met_in(person, by_id[_NAME].kind, proof, today=self._today)
        }
        trials = [trial for trial, _ in met]
        keys = [self._keys(trial, by_id, names) for trial in trials]
        # Met by a variant, the person is the same, but which letter stands on the
        # paper is not proved: then the name is left out.
        chosen = next((one for one in keys if one[_NAME] in spelled), keys[0])
        found = {name: Met(proof, key) for name, key in chosen.items()}
        found[_NAME] = spelled.get(chosen[_NAME], found[_NAME])
        if chosen[_NAME] not in spelled:
            del found[_NAME]
        return _Found(match, found)

    def _keys(
        self,
        trial: Applicant,
        by_id: Mapping[str, FieldReading],
        names: Sequence[str],
    ) -> dict[str, str]:
        texts = {
            _NAME: trial.name,
            "birth_date": trial.birth_date,
            _ADDRESS: trial.address,
        }
        return {
            name: value_of(by_id[name].kind, texts[name], today=self._today).key
            for name in names
        }

    def _combined(
        self, entry: ScannedPage, names: Sequence[str], mark: str
    ) -> Iterator[Applicant]:
        kana = _first_kana(entry, self._today)
        for number, texts in enumerate(self._combinations(entry, names)):
            said = dict(zip(names, texts, strict=True))
            yield Applicant(
                row_id=f"{entry.row_id}{mark}{number}",
                source=entry.source,
                request_id="",
                name=said[_NAME],
                kana=kana,
                birth_date=said.get("birth_date", ""),
                address=said[_ADDRESS],
                consent=Consent.YES,
            )

    def _combinations(
        self, entry: ScannedPage, names: Sequence[str]
    ) -> Iterator[tuple[str, ...]]:
        """Yield the named fields' texts as the readers saw them.

        All from one reader, or one of them from another than the first: the more is
        mixed, the less the readings prove each other. Only what an engine actually
        read is tried; nothing is corrected towards the ledger, because that would let
        the ledger confirm itself. Without consent nobody is looked for.
        """
        by_id = {item.field_id: item for item in entry.page.fields}
        consent = by_id.get("consent")
        if not all(name in by_id for name in names) or (
            consent is not None and consent.checked is False
        ):
            return
        options = [self._usable_texts(by_id[name]) for name in names]
        first = next((one.engine for one in by_id[_NAME].readings), "")
        for chosen in itertools.product(*(one.items() for one in options)):
            engines = [those for _, those in chosen]
            from_first = sum(first in those for those in engines)
            if from_first >= len(engines) - 1 or frozenset.intersection(*engines):
                yield tuple(text for text, _ in chosen)

    def _usable_texts(self, reading: FieldReading) -> dict[str, frozenset[str]]:
        """Return the texts that make sense, each with the readers that gave it."""
        found: dict[str, frozenset[str]] = {}
        if reading.struck_out:
            return found
        oldest = self._oldest if reading.field_id == "birth_date" else None
        for item in reading.readings:
            value = value_of(
                reading.kind, item.text, today=self._today, oldest_birth_year=oldest
            )
            if value.usable and not value.doubt:
                found[item.text] = found.get(item.text, frozenset()) | {item.engine}
        return found


def _by_name_and_address(match: Match) -> Match | None:
    """Return the match settled on the one candidate of that name at that address.

    Not when a protected person is concerned, nor when somebody with a name like it
    lives there: a father and a son may differ in one letter.
    """
    if match.protected:
        return None
    there = [one for one in match.candidates if _lives_there(one)]
    near = [one for one in there if one.name in _CLOSE]
    if len(near) != 1 or near[0].name not in AGREES:
        return None
    if near[0].address_is_former or near[0].kana is Level.DIFFERS:
        return None
    return replace(match, identity=Identity.SAME, persons=(near[0].resident,))


def _lives_there(one: Evidence) -> bool:
    return one.address in _CLOSE if one.name not in AGREES else one.address in AGREES


def _first_kana(entry: ScannedPage, today: dt.date) -> str:
    """Return the reading as the first reader saw it: a contradiction asks a person."""
    for item in entry.page.fields:
        if item.field_id == "kana" and item.readings and not item.struck_out:
            text = item.readings[0].text
            return text if value_of(item.kind, text, today=today).usable else ""
    return ""
