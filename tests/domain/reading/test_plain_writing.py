"""What the rest of a page says of how it is written, and what agreement is worth there."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.reading.calibration import (
    Agreement,
    Calibration,
    fit,
    on_plain_page,
)
from tasks.domain.reading.plain_writing import plain_for, read_alike

THREE = Agreement("mobile+rapid+other", 3, 0.95, 2)
ALLOWED = 1 / 300


def fitted(plain: tuple[int, int], other: tuple[int, int]) -> Calibration:
    """Return a calibration of dates: wrong and right on plain pages, and on others."""
    seen = [
        ("date", found, "hand", right)
        for (wrong, good), founds in (
            (plain, (THREE, on_plain_page(THREE))),
            (other, (THREE,)),
        )
        for found in founds
        for right in [False] * wrong + [True] * good
    ]
    return Calibration(fit(seen))


def test_a_field_never_speaks_for_itself():
    alike = [True] * 3 + [False] * 2
    assert plain_for(alike) == (False, False, False, True, True)


def test_empty_fields_marks_and_short_values_say_nothing():
    assert read_alike("check", {"rapid": "yes", "tesseract": "yes"}) is None
    assert read_alike("digits", {"rapid": "17", "tesseract": "17"}) is None
    assert read_alike("name", {"tesseract": "港太郎"}) is None


@given(st.lists(st.sampled_from([True, False, None]), max_size=30))
def test_more_fields_read_alike_never_make_a_page_less_plain(alike):
    before = plain_for(alike)
    after = plain_for([*alike, True])[: len(alike)]
    assert all(late or not early for early, late in zip(before, after, strict=True))


def test_agreement_on_a_plain_page_is_worth_what_was_measured_there():
    calibration = fitted(plain=(0, 1500), other=(8, 900))
    assert calibration.bound("date", THREE, ALLOWED) > ALLOWED
    assert calibration.bound("date", on_plain_page(THREE), ALLOWED) <= ALLOWED


def test_what_holds_on_all_pages_holds_on_plain_ones_of_which_few_were_seen():
    calibration = fitted(plain=(0, 150), other=(1, 3000))
    assert calibration.bound("date", THREE, ALLOWED) <= ALLOWED
    assert calibration.bound("date", on_plain_page(THREE), ALLOWED) <= ALLOWED


def test_plain_pages_that_are_shown_to_be_bad_are_not_saved_by_the_others():
    calibration = fitted(plain=(12, 300), other=(0, 20000))
    assert calibration.bound("date", THREE, ALLOWED) <= ALLOWED
    assert calibration.bound("date", on_plain_page(THREE), ALLOWED) > ALLOWED


def test_a_plain_page_of_a_kind_never_seen_plain_counts_as_any_page():
    calibration = fitted(plain=(0, 0), other=(0, 2000))
    assert calibration.bound("date", on_plain_page(THREE), ALLOWED) <= ALLOWED
    alone = replace(THREE, pattern="shapes")
    assert calibration.bound("date", on_plain_page(alone), ALLOWED) == 1.0
