"""The stopwatch: whatever is pressed, no second is made up and no pause counted."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.hours_saved.baseline_study import (
    FEW_SAMPLES,
    WANTED_SHARE,
    BaselineSample,
    samples_needed,
    study_result,
)
from tasks.domain.hours_saved.time_watch import (
    LONGEST_MS,
    NOT_RUNNING,
    RUNNING_ALREADY,
    TOO_LONG,
    TOO_SHORT,
    Watch,
    WatchKey,
    turn,
)

NOON = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
KEYS = st.lists(st.tuples(st.sampled_from(WatchKey), st.integers(0, 7_200_000)))


def after(ms: int) -> dt.datetime:
    return NOON + dt.timedelta(milliseconds=ms)


@given(KEYS)
def test_what_is_timed_is_never_more_than_what_has_passed(
    presses: list[tuple[WatchKey, int]],
) -> None:
    watch, passed, timed = None, 0, 0
    for key, wait in presses:
        passed += wait
        found = turn(watch, key, job="j", at=after(passed))
        watch, timed = found.watch, timed + found.timed_ms
        running = watch.elapsed_ms(after(passed)) if watch else 0
        assert 0 <= timed + running <= passed
        assert not (found.timed_ms and found.problem)


@given(st.lists(st.integers(1_000, 600_000), min_size=1, max_size=8))
def test_pauses_are_left_out_whatever_they_last(stretches: list[int]) -> None:
    at = 0
    watch = turn(None, WatchKey.START, job="j", at=after(at)).watch
    for stretch in stretches:
        at += stretch
        watch = turn(watch, WatchKey.PAUSE, job="j", at=after(at)).watch
        at += 3_600_000
        watch = turn(watch, WatchKey.RESUME, job="j", at=after(at)).watch
    found = turn(watch, WatchKey.STOP, job="j", at=after(at))
    assert (found.timed_ms, found.watch) == (sum(stretches), None)


@pytest.mark.parametrize(
    "key", [pytest.param(key, id=key.value) for key in WatchKey if key != "start"]
)
def test_a_key_without_a_watch_says_so(key: WatchKey) -> None:
    found = turn(None, key, job="j", at=NOON)
    assert (found.watch, found.problem) == (None, NOT_RUNNING)


def test_start_pressed_twice_goes_on_timing() -> None:
    watch = Watch("j", NOON)
    assert turn(watch, WatchKey.START, job="j", at=after(5000)).watch == watch


def test_pause_pressed_twice_loses_nothing() -> None:
    watch = turn(Watch("j", NOON), WatchKey.PAUSE, job="j", at=after(5000)).watch
    again = turn(watch, WatchKey.PAUSE, job="j", at=after(9000)).watch
    assert again is not None
    assert again.elapsed_ms(after(99_000)) == 5000


def test_another_job_s_page_does_not_touch_the_watch() -> None:
    watch = Watch("j", NOON)
    for key in WatchKey:
        found = turn(watch, key, job="other", at=after(60_000))
        assert (found.watch, found.problem) == (watch, RUNNING_ALREADY)


def test_a_slip_of_the_finger_is_told_and_a_forgotten_watch_asked_about() -> None:
    watch = Watch("j", NOON)
    assert turn(watch, WatchKey.LAP, job="j", at=after(999)).problem == TOO_SHORT
    held = turn(watch, WatchKey.LAP, job="j", at=after(LONGEST_MS + 1))
    assert (held.problem, held.timed_ms) == (TOO_LONG, 0)
    meant = turn(held.watch, WatchKey.STOP, job="j", at=after(LONGEST_MS + 90_000))
    assert meant.timed_ms == LONGEST_MS + 1


def test_a_clock_put_back_makes_no_time() -> None:
    assert Watch("j", NOON).elapsed_ms(after(-60_000)) == 0


def sample(minutes: float) -> BaselineSample:
    return BaselineSample(1, "j", round(minutes * 60_000), 1, "課", NOON, "時計")


@pytest.mark.parametrize("count", [pytest.param(n, id=str(n)) for n in (0, 1)])
def test_one_sample_does_not_tell_how_many_more(count: int) -> None:
    assert samples_needed([sample(5)] * count) is None


@given(st.lists(st.integers(60, 900), min_size=2, max_size=40))
def test_a_study_is_enough_when_it_is_narrow_and_not_of_few(seconds: list[int]) -> None:
    samples = [sample(one / 60) for one in seconds]
    needed = samples_needed(samples)
    found = study_result(samples)
    assert needed is not None
    assert found is not None
    assert found.error_minutes is not None
    enough = found.error_minutes <= WANTED_SHARE * found.minutes_per_item
    assert (needed == 0) == (enough and len(samples) >= FEW_SAMPLES)
