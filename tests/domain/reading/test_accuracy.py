"""What the blind sample shows, and when a kind of field is asked about again."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.model import ErrorClass
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.accuracy import (
    BlindResult,
    Trust,
    accuracies,
    fallen_back,
    trust_in,
)
from tasks.domain.reading.error_bounds import upper_bound

RULES = AcceptanceRules()
START = dt.datetime(2026, 11, 1, 9, tzinfo=dt.UTC)


def results(wrongs, kind="name", form="subsidy", of=ErrorClass.ORDINARY):
    return [
        BlindResult(f"{form}{kind}{n}", form, kind, of, wrong, START + dt.timedelta(n))
        for n, wrong in enumerate(wrongs)
    ]


@given(st.integers(1, 400), st.data())
def test_the_bound_leaves_no_more_than_one_chance_in_twenty(samples, data):
    wrong = data.draw(st.integers(0, samples - 1))
    bound = upper_bound(wrong, samples)
    at_most = sum(
        math.comb(samples, k) * bound**k * (1 - bound) ** (samples - k)
        for k in range(wrong + 1)
    )
    assert at_most == pytest.approx(0.05, abs=1e-6)


@given(st.integers(0, 50), st.integers(1, 400))
def test_the_bound_is_above_the_rate_seen_and_falls_with_more_samples(wrong, more):
    samples = wrong + more
    assert upper_bound(wrong, samples) >= wrong / samples
    assert upper_bound(wrong, samples + 1) <= upper_bound(wrong, samples)


def test_a_kind_that_is_planted_bad_falls_back_and_a_good_one_does_not():
    bad = results([n % 20 == 7 for n in range(200)], kind="kana")
    good = results([False] * 2000, kind="name")
    fallen = fallen_back([*bad, *good], RULES)
    assert ("subsidy", "kana", "ordinary") in fallen
    assert not any(kind == "name" for _, kind, name in fallen if name == "ordinary")


def test_a_bad_kind_of_one_form_leaves_the_same_kind_of_another_alone():
    bad = results([True] * 30, form="old")
    good = results([False] * 1500, form="new")
    assert {form for form, _, _ in fallen_back([*bad, *good], RULES)} == {"old"}


def test_one_slip_at_the_start_proves_nothing():
    assert trust_in([True] + [False] * 5, 1 / 300) is Trust.PROVISIONAL


def test_a_fallen_kind_comes_back_only_when_it_is_shown_to_be_better():
    wrongs = [True, True] + [False] * 40
    assert trust_in(wrongs, 1 / 300) is Trust.FALLEN
    assert trust_in(wrongs + [False] * 200, 1 / 300) is Trust.FALLEN
    assert trust_in(wrongs + [False] * 4000, 1 / 300) is Trust.SHOWN


def test_samples_before_the_day_from_which_they_count_are_left_out():
    rules = AcceptanceRules(blind_counted_from=dt.date(2027, 1, 1))
    assert accuracies(results([True] * 30), rules) == ()


def test_the_order_in_which_results_are_given_changes_nothing():
    found = results([n % 9 == 0 for n in range(120)])
    assert accuracies(found, RULES) == accuracies(found[::-1], RULES)


def test_a_result_shows_nothing_of_a_person():
    (row,) = accuracies(results([False] * 3), RULES)
    assert (row.title, row.samples, row.wrong) == ("氏名", 3, 0)
    assert row.trust is Trust.PROVISIONAL
