"""Plant the truth, then recover it: no wrong person over several seeds."""

from __future__ import annotations

import csv
import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.hard_cases import HardCases
from benchmarks.matching import quality
from benchmarks.planted_city import City
from tasks.domain.identity.person_keys import ApplicantKeys
from tasks.domain.office.settings import ColumnNames
from tasks.domain.records import Identity
from tasks.edges.city_ledgers.ledgers import open_ledgers
from tasks.edges.tables.request_list import read_request
from tasks.procedures.identify import identify

TODAY = dt.date(2026, 11, 4)
SAMPLES = Path(__file__).parents[2] / "sample_docs"


@pytest.mark.slow
@pytest.mark.parametrize("seed", [11, 12, 13])
def test_planted_truth_is_recovered_without_a_wrong_person(
    tmp_path: Path, seed: int
) -> None:
    city = City(random.Random(seed))  # noqa: S311 - reproducible, not secret
    city.grow(4_000)
    city.write(tmp_path / "住民台帳.csv")
    asked = city.ask(800)
    who_has = {person.number: person.who for person in city.people}
    numbers_of: dict[int, set[str]] = {}
    for person in city.people:
        numbers_of.setdefault(person.who, set()).add(person.number)
    with open_ledgers(
        [tmp_path / "住民台帳.csv"],
        [],
        cache_folder=tmp_path / "cache",
        columns=ColumnNames(),
        today=TODAY,
    ) as ledgers:
        matches = identify([entry.applicant for entry in asked], ledgers, today=TODAY)
    same = nobody = 0
    for entry in asked:
        match = matches[entry.applicant.row_id]
        if match.identity is Identity.SAME:
            same += 1
            found = {person.addressee_no for person in match.persons}
            assert {who_has[number] for number in found} == {entry.who}, entry.kind
            assert found == numbers_of[entry.who], entry.kind
        if match.identity is Identity.NONE:
            nobody += 1
            assert entry.who is None or entry.kind == "married_moved", entry.kind
    assert same > 0.7 * len(asked)
    assert nobody > 0.07 * len(asked)


CERTAIN = {"common_name", "father_and_son", "variant_and_another_room"}
"""Hard cases in which nothing is left to doubt but a rival by chance."""


@pytest.mark.slow
@pytest.mark.parametrize("seed", [14, 15])
def test_no_hard_case_gets_a_wrong_answer(tmp_path: Path, seed: int) -> None:
    city = City(random.Random(seed))  # noqa: S311 - reproducible, not secret
    city.grow(3_000)
    asked = HardCases(city).ask(40, first_number=0)
    city.write(tmp_path / "住民台帳.csv")
    who_has = {person.number: person.who for person in city.people}
    with open_ledgers(
        [tmp_path / "住民台帳.csv"],
        [],
        cache_folder=tmp_path / "cache",
        columns=ColumnNames(),
        today=TODAY,
    ) as ledgers:
        matches = identify([entry.applicant for entry in asked], ledgers, today=TODAY)
    found = quality(asked, matches, who_has)
    wrong = ("wrong_person", "wrong_numbers", "wrong_nobody")
    assert [found[outcome] for outcome in wrong] == [0, 0, 0]
    assert found["true_person_not_listed"] == 0
    for kind in CERTAIN:
        assert found["by_kind"][kind]["right_person"] >= 30, kind


def test_every_sample_applicant_is_identified_as_its_key_says(tmp_path: Path) -> None:
    ledger = SAMPLES / "ledgers" / "住民台帳.csv"
    request = read_request(
        SAMPLES / "request" / "申請者名簿.xlsx", columns=ColumnNames(), today=TODAY
    )
    with open_ledgers(
        [ledger], [], cache_folder=tmp_path, columns=ColumnNames(), today=TODAY
    ) as ledgers:
        matches = identify(request.applicants, ledgers, today=TODAY)
    with (SAMPLES / "keys" / "answers.csv").open(encoding="utf-8-sig") as stream:
        keys = {row["row"]: row for row in csv.DictReader(stream) if row["row"]}
    for applicant in request.applicants:
        key = keys[applicant.row_id.split(":")[-1]]
        match = matches[applicant.row_id]
        found = ";".join(person.addressee_no for person in match.persons)
        if key["answer"] == "該当者なし":
            assert match.identity is Identity.NONE, key["case"]
        elif key["answer"].startswith("複数候補"):
            assert match.identity is Identity.ASK, key["case"]
        elif key["addressee_nos"]:
            assert (match.identity, found) == (Identity.SAME, key["addressee_nos"]), (
                key["case"]
            )


def test_equal_applicants_are_searched_for_once_and_answered_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = SAMPLES / "ledgers" / "住民台帳.csv"
    request = read_request(
        SAMPLES / "request" / "申請者名簿.xlsx", columns=ColumnNames(), today=TODAY
    )
    one = request.applicants[7]
    asked = [replace(one, row_id=f"list:{number}") for number in range(1000)]
    other = replace(one, row_id="list:1000", addressee_no="ABC")
    searched: list[int] = []
    with open_ledgers(
        [ledger], [], cache_folder=tmp_path, columns=ColumnNames(), today=TODAY
    ) as ledgers:
        search = ledgers.candidates

        def counted(keys: Sequence[ApplicantKeys]) -> object:
            searched.append(len(keys))
            return search(keys)

        monkeypatch.setattr(ledgers, "candidates", counted)
        matches = identify([*asked, other], ledgers, today=TODAY)
    assert searched == [2]
    assert list(matches) == [entry.row_id for entry in (*asked, other)]
    assert all(matches[row_id].row_id == row_id for row_id in matches)
    assert {matches[entry.row_id].identity for entry in asked} == {Identity.SAME}
    assert matches["list:1000"].identity is Identity.ASK


def test_two_applicants_with_one_row_id_are_a_fault(tmp_path: Path) -> None:
    ledger = SAMPLES / "ledgers" / "住民台帳.csv"
    request = read_request(
        SAMPLES / "request" / "申請者名簿.xlsx", columns=ColumnNames(), today=TODAY
    )
    with (
        open_ledgers(
            [ledger], [], cache_folder=tmp_path, columns=ColumnNames(), today=TODAY
        ) as ledgers,
        pytest.raises(ValueError, match="share a row_id"),
    ):
        identify(request.applicants[:1] * 2, ledgers, today=TODAY)
