"""Agreement is worth what was measured: looked at surest first, pooled nearest first."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.model import FieldKind
from tasks.domain.reading.calibration import (
    BLANK,
    MARK,
    OWN,
    RUNGS,
    Agreement,
    Calibration,
    Rung,
    Witness,
    agreement_on,
    fit,
)

STRICT, ORDINARY = 1 / 2000, 1 / 300
ALL = "mobile+rapid+shapes+tesseract"
THREE = "mobile+rapid+other"
ENGINES = ("rapid", "mobile", "shapes", "tesseract")


def agreed(pattern: str, confidence: float = 0.9) -> Agreement:
    return Agreement(pattern, pattern.count("+") + 1, confidence)


def rungs(*found: tuple[float, int, int]) -> tuple[Rung, ...]:
    return tuple(Rung(sure, wrong, samples) for sure, wrong, samples in found)


def test_agreement_that_was_never_seen_proves_nothing():
    assert Calibration().bound("kana", agreed(ALL), STRICT) == 1.0


@pytest.mark.parametrize(
    ("wrong", "samples", "shown"),
    [
        pytest.param(0, 6000, True, id="none in six thousand"),
        pytest.param(0, 5900, False, id="none in a hundred fewer"),
        pytest.param(1, 10_000, True, id="one in ten thousand"),
        pytest.param(5, 10_000, False, id="five in ten thousand"),
    ],
)
def test_one_in_two_thousand_must_be_shown(wrong: int, samples: int, shown: bool):
    seen = {("kana", ALL): rungs((0.0, wrong, samples))}
    found = Calibration(seen).bound("kana", agreed(ALL), STRICT)
    assert (found <= STRICT) is shown


def test_a_sure_look_that_fails_ends_the_search_below_it():
    seen = {("kana", ALL): rungs((0.0, 1, 90_000), (0.7, 9, 900))}
    calibration = Calibration(seen)
    assert calibration.bound("kana", agreed(ALL, 0.5), ORDINARY) == 1.0
    assert calibration.bound("kana", agreed(ALL, 0.9), ORDINARY) > ORDINARY


def test_each_look_has_the_whole_certainty():
    """0 of 909 shows 1 in 300 in one look, and would not if two had to be paid for."""
    seen = {("kana", ALL): rungs((0.0, 0, 950), (0.4, 0, 930), (0.7, 0, 909))}
    calibration = Calibration(seen)
    for confidence in (0.1, 0.5, 0.9):
        assert calibration.bound("kana", agreed(ALL, confidence), ORDINARY) <= ORDINARY


def test_a_kind_of_writing_shown_to_be_worse_is_not_bought_through_by_print():
    rung = Rung(0.0, 12, 20_000, worst=(12, 300))
    found = Calibration({("kana", ALL): (rung,)})
    assert found.bound("kana", agreed(ALL), ORDINARY) == 1.0


def family(own: tuple[int, int], line: tuple[int, int]) -> Calibration:
    return Calibration(
        {
            ("phone", THREE): rungs((0.7, *own)),
            ("figures on a line", THREE): rungs((0.7, *line)),
        }
    )


@pytest.mark.parametrize(
    ("own", "shown"),
    [
        pytest.param((0, OWN), True, id="own samples enough, none wrong"),
        pytest.param((0, OWN - 1), False, id="too few of its own"),
        pytest.param((9, 300), False, id="its own speak against"),
    ],
)
def test_a_kind_takes_part_in_its_family_only_with_samples_that_do_not_object(
    own: tuple[int, int], shown: bool
):
    found = family(own, (0, 2500)).bound("phone", agreed(THREE), ORDINARY)
    assert (found <= ORDINARY) is shown


def test_a_look_that_the_family_shows_lets_the_kind_go_on_with_its_next():
    calibration = Calibration(
        {
            ("date", THREE): rungs((0.4, 2, 2111), (0.7, 1, 1410)),
            ("figures on a line", THREE): rungs((0.4, 9, 4191), (0.7, 3, 3053)),
        }
    )
    assert calibration.bound("date", agreed(THREE, 0.8), ORDINARY) <= ORDINARY
    assert calibration.bound("date", agreed(THREE, 0.5), ORDINARY) <= ORDINARY


def test_figures_in_boxes_that_are_worse_keep_the_whole_family_out():
    calibration = Calibration(
        {
            ("digits", THREE): rungs((0.7, 0, OWN)),
            ("figures in boxes", THREE): rungs((0.7, 20, 800)),
            ("figures", THREE): rungs((0.7, 1, 90_000)),
        }
    )
    assert calibration.bound("digits", agreed(THREE), ORDINARY) > ORDINARY


def test_names_and_addresses_do_not_lend_each_other():
    calibration = Calibration({("words", THREE): rungs((0.7, 0, 90_000))})
    assert calibration.bound("address", agreed(THREE), ORDINARY) == 1.0


def test_marks_stay_accepted_until_they_are_shown_to_be_bad():
    assert Calibration().ink_bound("check", MARK, STRICT) == STRICT
    bad = Calibration({("check", MARK): rungs((0.0, 30, 1000))})
    assert bad.ink_bound("check", MARK, STRICT) > STRICT


Seen = st.lists(
    st.tuples(
        st.sampled_from(["digits", "phone", "name", "kana"]),
        st.sampled_from([ALL, THREE, BLANK]),
        st.floats(0, 1),
        st.sampled_from(["printed", "hand"]),
        st.booleans(),
    ),
    max_size=60,
)


@given(Seen)
def test_no_sample_is_lost_or_counted_twice_in_its_kind(
    seen: list[tuple[str, str, float, str, bool]],
):
    found = fit(
        (kind, agreed(pattern, sure), writing, right)
        for kind, pattern, sure, writing, right in seen
    )
    for (kind, pattern), steps in found.items():
        own = [one for one in seen if one[0] == kind and one[1] == pattern]
        if kind in {one[0] for one in seen}:
            assert steps[0].samples == len(own)
            assert steps[0].wrong == sum(not one[4] for one in own)
        counts = [step.samples for step in steps]
        assert counts == sorted(counts, reverse=True)


@given(
    st.sampled_from(list(FieldKind)),
    st.integers(0, 40),
    st.integers(40, 9000),
    st.floats(0, 1),
)
def test_more_samples_without_error_never_make_a_bound_worse(
    kind: FieldKind, wrong: int, samples: int, confidence: float
):
    few = Calibration({(kind.value, ALL): rungs((0.0, wrong, samples))})
    many = Calibration({(kind.value, ALL): rungs((0.0, wrong, samples * 2))})
    found = agreed(ALL, confidence)
    assert many.bound(kind.value, found, ORDINARY) <= few.bound(
        kind.value, found, ORDINARY
    )


@given(st.lists(st.tuples(st.sampled_from(ENGINES), st.sampled_from("178"))))
def test_who_agrees_does_not_hang_on_the_order_of_readers(
    seen: list[tuple[str, str]],
):
    witnesses = [Witness(engine, key, 0.5) for engine, key in seen]
    forward = agreement_on("1", witnesses)
    assert forward == agreement_on("1", witnesses[::-1])
    assert forward.readers == len({engine for engine, key in seen if key == "1"})
    assert forward.makes <= forward.readers


def test_the_looks_are_fixed_beforehand():
    assert tuple(sorted(RUNGS)) == RUNGS
    assert all(0.0 <= sure < 1.0 for sure in RUNGS)
