"""Before a run: what checking will cost, against typing by hand."""

import dataclasses
import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.hours_saved.forecast import WARNING, Forecast, PastWork, forecast
from tasks.domain.office.settings import Baseline

MINUTE = 60_000


def baseline(minutes: float = 1.0, expected: float | None = None) -> Baseline:
    return Baseline(
        job="slips",
        title="納付書",
        section="収納課",
        minutes_per_item=minutes,
        samples=40,
        measured_by="収納課",
        measured_on=dt.date(2026, 4, 10),
        valid_from=dt.date(2026, 4, 1),
        questions_expected_per_item=expected,
    )


PAST = PastWork(
    items=100,
    questions=50,
    review_ms=25 * MINUTE,
    attended_ms=8 * MINUTE,
    exception_ms=10 * MINUTE,
    documents=100,
    fields_accepted=950,
    fields_asked=50,
    blind_checked=19,
)


def expected(past: PastWork, items: int = 100, minutes: float = 1.0) -> Forecast:
    found = forecast(baseline(minutes), past, items=items, margin=0.1)
    assert found is not None
    return found


def test_a_run_like_the_past_ones_costs_what_they_cost() -> None:
    found = expected(PAST)
    # 0.25 minutes of questions, 0.1 of exceptions and 0.08 of attending an item.
    assert found.review_ms == 25 * MINUTE
    assert found.other_ms == 10 * MINUTE + 8 * MINUTE
    assert (found.by_hand_ms, found.pays) == (100 * MINUTE, True)


def test_kinds_that_fell_back_to_being_asked_are_reckoned_with() -> None:
    # Half of the accepted fields belong to kinds that must be asked again:
    # 4.75 more questions an item, half a minute each.
    past = dataclasses.replace(PAST, blind_checked=20, blind_fallen=10)
    found = expected(past)
    assert found.review_ms == round((0.25 + 4.75 * 0.5) * 100 * MINUTE)
    assert not found.pays
    assert found.words.startswith(WARNING)


def test_items_that_end_up_by_hand_cost_what_they_cost_before() -> None:
    past = dataclasses.replace(PAST, items=50, by_hand_items=50)
    assert expected(past).other_ms == (50 + 10 + 8) * MINUTE


def test_one_paper_does_not_bear_the_attending_of_a_whole_stack() -> None:
    past = dataclasses.replace(PAST, attended_ms=40 * MINUTE)
    assert expected(past, items=1, minutes=6.0).pays


def test_the_margin_must_be_saved() -> None:
    past = PastWork(items=100, review_ms=90 * MINUTE)
    assert expected(past).pays
    assert not expected(dataclasses.replace(past, review_ms=91 * MINUTE)).pays


def test_without_a_past_the_configured_expectation_counts() -> None:
    found = forecast(baseline(6.0, 3.0), PastWork(items=29), items=10, margin=0.1)
    assert found is not None
    assert (found.review_ms, found.from_past) == (round(7.5 * MINUTE), False)
    assert "設定の見込みから" in found.words


def test_without_past_and_expectation_nothing_is_said() -> None:
    assert forecast(baseline(), PastWork(), items=10, margin=0.1) is None


def test_nothing_new_needs_no_forecast() -> None:
    assert forecast(baseline(), PAST, items=0, margin=0.1) is None


@given(st.integers(1, 5000), st.integers(1, 50))
def test_more_fallen_fields_never_make_a_run_cheaper(items: int, fallen: int) -> None:
    past = dataclasses.replace(PAST, blind_checked=50, blind_fallen=fallen - 1)
    worse = dataclasses.replace(past, blind_fallen=fallen)
    assert expected(worse, items).expected_ms >= expected(past, items).expected_ms
