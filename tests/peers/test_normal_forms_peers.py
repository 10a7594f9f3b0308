"""The comparison with other tools in docs/normal-forms.md says what they do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import normal_forms_peers as peers
from benchmarks import peer_cases as cases
from tasks.domain.normal_forms.identifiers import (
    corporate_check_digit,
    my_number_check_digit,
)

PAGE = Path(__file__).parents[2] / "docs" / "normal-forms.md"
KNOWN_WRONG = {("phone", "03-1234-5678")}
"""Planted to show what is not known."""


@pytest.fixture(scope="module")
def fresh() -> dict[str, object]:
    return peers.compare()


def test_what_the_tools_do_today_is_what_was_committed(
    fresh: dict[str, object],
) -> None:
    assert json.loads(peers.PLACE.read_text(encoding="utf-8")) == fresh


def test_the_page_shows_the_committed_result(fresh: dict[str, object]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert peers.table(fresh) in page
    assert peers.telling(fresh) in page
    versions = fresh["versions"]
    assert isinstance(versions, dict)
    assert all(f"{name} {number}" in page for name, number in versions.items())


def test_our_column_is_right_but_for_what_the_page_admits() -> None:
    wrong = {
        (kind, row["written"])
        for kind, rows in peers.answers().items()
        for row in rows
        if row["yakuba"] != row["right"]
    }
    assert wrong == KNOWN_WRONG


def test_the_planted_check_digits_come_from_other_arithmetic_than_ours() -> None:
    assert peers.numbers()["my_number"][1][1] == "sound"
    eleven, twelve = "12345678901", "000012050002"
    assert cases.weighted_digit(eleven) == my_number_check_digit(eleven) == 8
    assert cases.doubled_digit(twelve) == corporate_check_digit(twelve) == 7


def test_every_case_the_page_tells_of_is_among_the_planted_ones() -> None:
    written = {str(row["written"]) for rows in peers.answers().values() for row in rows}
    assert written >= cases.TELLING


def test_half_of_the_planted_numbers_have_a_fault() -> None:
    for rows in peers.numbers().values():
        faulty = sum(not right for _, right in rows)
        assert 0.4 * len(rows) < faulty <= 0.5 * len(rows)
