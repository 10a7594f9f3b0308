"""docs/matching.md shows what was measured, and what was measured is good enough."""

from __future__ import annotations

import json
import statistics
from typing import Any

import pytest

from benchmarks import matching_page as page
from benchmarks.figures import RESULTS

CITIES = [f"matching-1000000x10000-{seed}" for seed in page.SEEDS]
LARGE = f"matching-4000000x10000-{page.LARGE_SEED}"
HARD = f"matching-hard-200000-{page.HARD_SEED}"


def reported(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((RESULTS / f"{name}.json").read_text("utf-8"))
    return found


@pytest.mark.parametrize("section", ["cities", "splink", "hard", "febrl4"])
def test_the_page_shows_the_committed_results(section: str) -> None:
    text = page.PAGE.read_text(encoding="utf-8")
    assert page.replaced(text, section, page.sections()[section]) == text


@pytest.mark.parametrize("name", [*CITIES, LARGE])
def test_no_city_has_a_wrong_link(name: str) -> None:
    found = reported(name)["quality"]
    assert found["wrong_person"] == found["wrong_numbers"] == 0
    assert found["wrong_nobody"] <= 5


@pytest.mark.parametrize("name", CITIES)
def test_a_clerk_is_asked_seldom_and_sees_the_person_first(name: str) -> None:
    found = reported(name)["quality"]
    assert found["asked_share"] <= 0.15
    assert found["true_person_first"] >= 0.98
    assert found["true_person_within_three"] >= 0.995


def test_deciding_is_fast() -> None:
    """Of a million the middle one of five, since others were on the machine."""
    seconds = [reported(name)["match"]["identify_seconds"] for name in CITIES]
    assert statistics.median(seconds) <= 3
    assert reported(LARGE)["match"]["identify_seconds"] <= 10


@pytest.mark.parametrize(
    ("name", "megabytes"), [*((name, 500) for name in CITIES), (LARGE, 1200)]
)
def test_deciding_is_small(name: str, megabytes: int) -> None:
    assert reported(name)["match"]["peak_mb"] <= megabytes


def test_no_hard_case_was_answered_wrongly() -> None:
    found = reported(HARD)["quality"]
    wrong = ("wrong_person", "wrong_numbers", "wrong_nobody")
    assert [found[kind] for kind in wrong] == [0, 0, 0]


def test_seeds_that_are_reported_were_not_tuned_on() -> None:
    assert min(*page.SEEDS, page.LARGE_SEED, page.HARD_SEED) > 3000
