"""Who a page's readings could be, tried in the ledger: all of them or two at a time."""

from __future__ import annotations

import datetime as dt
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from ocr.model import DocumentReading, FieldReading, PageReading
from tasks.domain.identity.evidence import AGREES
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.acceptance import PERSON_FIELDS
from tasks.domain.reading.field_values import value_of
from tasks.domain.reading.people_met import Met, is_home_of, met_in
from tasks.domain.reading.proofs import Proof
from tasks.domain.records import Applicant, Consent, Evidence, Identity, Level, Match

_NAME, _ADDRESS = "name", "address"
_BIRTH = "birth_date"
_WITHOUT_BIRTH = (_NAME, _ADDRESS)
"""Of forms that do not ask for a birth date."""
_PAIRS = ((_NAME, _BIRTH), (_NAME, _ADDRESS), (_BIRTH, _ADDRESS))
"""Two that meet in one resident prove each other as readings, though not who it is."""
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
class PersonFound:
    """The person whom a page's own fields met."""

    match: Match
    """With the persons in it, whether the evidence table settled them or not."""
    proof: Proof
    met: Mapping[str, Met]
    """Of the fields that met."""


class PersonTrials:
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
                *self._combined(entry, _WITHOUT_BIRTH, "#h"),
            ]

    @property
    def trials(self) -> list[Applicant]:
        """Return everybody looked for."""
        return [one for trials in self._by_page.values() for one in trials]

    def person(
        self, entry: ScannedPage, matches: Mapping[str, Match]
    ) -> PersonFound | None:
        """Return the one person a page met, by three fields or else by any two."""
        trials = self._by_page[entry.row_id]
        met = [
            (trial, match)
            for trial in trials
            if trial.birth_date
            and (match := matches[trial.row_id]).identity is Identity.SAME
        ]
        if met:
            return self._found(entry, met, PERSON_FIELDS, Proof.MASTER_PERSON)
        for names in _PAIRS:
            half = [
                (trial, two)
                for trial in trials
                if (trial.birth_date or _BIRTH not in names)
                and (two := _by_two(matches[trial.row_id], names))
            ]
            if half:
                return self._found(entry, half, names, Proof.TWO_OF_PERSON)
        return None

    def _found(
        self,
        entry: ScannedPage,
        met: Sequence[tuple[Applicant, Match]],
        names: Sequence[str],
        proof: Proof,
    ) -> PersonFound | None:
        persons = {
            frozenset(one.addressee_no for one in match.persons) for _, match in met
        }
        if len(persons) != 1:
            return None
        match = replace(met[0][1], row_id=entry.row_id)
        by_id = {item.field_id: item for item in entry.page.fields}
        registered = {
            one.key: one
            for person in match.persons
            for one in met_in(person, by_id[_NAME].kind, proof, today=self._today)
        }
        trials = [trial for trial, _ in met]
        keys = [self._keys(trial, by_id, names) for trial in trials]
        # Met by a variant, the person is the same, but which letter stands on the
        # paper is not proved: then the name is left out.
        chosen = next((one for one in keys if one.get(_NAME) in registered), keys[0])
        found = {name: Met(proof, key) for name, key in chosen.items()}
        name = found.pop(_NAME, None)
        if name is not None and name.key in registered:
            found[_NAME] = registered[name.key]
        written = trials[keys.index(chosen)].address
        if not any(is_home_of(written, person) for person in match.persons):
            found.pop(_ADDRESS, None)
        return PersonFound(match, proof, found)

    def _keys(
        self,
        trial: Applicant,
        by_id: Mapping[str, FieldReading],
        names: Sequence[str],
    ) -> dict[str, str]:
        texts = {
            _NAME: trial.name,
            _BIRTH: trial.birth_date,
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
                birth_date=said.get(_BIRTH, ""),
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
        oldest = self._oldest if reading.field_id == _BIRTH else None
        for item in reading.readings:
            value = value_of(
                reading.kind, item.text, today=self._today, oldest_birth_year=oldest
            )
            if value.usable and not value.doubt:
                found[item.text] = found.get(item.text, frozenset()) | {item.engine}
        return found


def _by_two(match: Match, names: Sequence[str]) -> Match | None:
    """Return the match settled on the one candidate in whom two fields meet.

    Not when a protected person is concerned, nor when another one nearly has both: a
    father and a son may differ in one letter, twins in nothing but the name.
    """
    if match.protected:
        return None
    near = [one for one in match.candidates if _all_in(one, names, _CLOSE)]
    if len(near) != 1 or not _all_in(near[0], names, AGREES):
        return None
    if near[0].address_is_former or near[0].kana is Level.DIFFERS:
        return None
    return replace(match, identity=Identity.SAME, persons=(near[0].resident,))


def _all_in(one: Evidence, names: Sequence[str], levels: Set[Level]) -> bool:
    found = {_NAME: one.name, _BIRTH: one.birth_date, _ADDRESS: one.address}
    return all(found[name] in levels for name in names)


def _first_kana(entry: ScannedPage, today: dt.date) -> str:
    """Return the reading as the first reader saw it: a contradiction asks a person."""
    for item in entry.page.fields:
        if item.field_id == "kana" and item.readings and not item.struck_out:
            text = item.readings[0].text
            return text if value_of(item.kind, text, today=today).usable else ""
    return ""
