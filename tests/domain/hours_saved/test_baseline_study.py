"""The time study: means, intervals, versions."""

import datetime as dt
import math
import random
import statistics

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.hours_saved.baseline_study import (
    BaselineSample,
    BaselineVersion,
    standing_samples,
    student_t,
    study_result,
    with_versions,
)
from tasks.domain.hours_saved.savings import baseline_in_force
from tasks.domain.office.settings import Baseline

AT = dt.datetime(2026, 4, 10, 10, 0, tzinfo=dt.UTC)


def sample(
    minutes: float, *, items: int = 1, seq: int = 1, cancels: int | None = None
) -> BaselineSample:
    return BaselineSample(
        seq, "job", round(minutes * 60_000), items, "課", AT, "時計", "", cancels
    )


@pytest.mark.parametrize(
    ("freedom", "point"),
    [
        # Table of the t distribution, 0.975, as printed in statistics books.
        pytest.param(freedom, point, id=str(freedom))
        for freedom, point in (
            (1, 12.706),
            (2, 4.303),
            (3, 3.182),
            (4, 2.776),
            (7, 2.365),
            (10, 2.228),
            (20, 2.086),
            (39, 2.023),
            (120, 1.980),
        )
    ],
)
def test_student_s_t_is_the_printed_table(freedom: int, point: float) -> None:
    assert student_t(freedom) == pytest.approx(point, abs=6e-4)


def test_single_items_give_the_ordinary_mean_and_interval() -> None:
    times = [5.0, 6.5, 7.0, 4.5, 6.0, 5.5]
    found = study_result([sample(one) for one in times])
    assert found is not None
    assert found.minutes_per_item == pytest.approx(statistics.mean(times))
    usual = student_t(5) * statistics.stdev(times) / math.sqrt(6)
    assert found.error_minutes == pytest.approx(usual)


def test_one_sample_has_no_interval_and_none_has_no_mean() -> None:
    found = study_result([sample(5.0)])
    assert found is not None
    assert (found.minutes_per_item, found.interval) == (5.0, None)
    assert study_result([]) is None


@given(st.lists(st.tuples(st.integers(1, 40), st.integers(1, 9)), min_size=2))
def test_the_mean_is_all_time_over_all_items(stretches: list[tuple[int, int]]) -> None:
    found = study_result([sample(time, items=items) for time, items in stretches])
    assert found is not None
    times, items = (sum(column) for column in zip(*stretches, strict=True))
    assert found.minutes_per_item == pytest.approx(times / items)
    assert found.interval is not None
    assert found.interval[0] >= 0


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    # Planted: items take 6 minutes on average, 1.5 apart, timed in batches of 1 to 4.
    dice = random.Random(20261)  # noqa: S311 - no secret
    hits = 0
    for _ in range(600):
        samples = []
        for _ in range(12):
            items = dice.randint(1, 4)
            time = sum(max(0.5, dice.gauss(6, 1.5)) for _ in range(items))
            samples.append(sample(time, items=items))
        found = study_result(samples)
        assert found is not None
        assert found.interval is not None
        hits += found.interval[0] <= 6.0 <= found.interval[1]
    assert 0.92 <= hits / 600 <= 0.98


def test_a_sample_taken_back_no_longer_counts() -> None:
    samples = [sample(5, seq=1), sample(50, seq=2), sample(50, seq=3, cancels=2)]
    assert [one.seq for one in standing_samples(samples)] == [1]


def configured(valid_from: dt.date, *, section: str = "税務課") -> Baseline:
    return Baseline(
        job="job",
        title="滞納確認",
        section=section,
        minutes_per_item=8.0,
        samples=0,
        measured_by="見込み",
        measured_on=AT.date(),
        valid_from=valid_from,
    )


def version(
    valid_from: dt.date, minutes: float = 6.0, hour: int = 0
) -> BaselineVersion:
    return BaselineVersion(
        job="job",
        valid_from=valid_from,
        minutes_per_item=minutes,
        samples=30,
        error_minutes=0.4,
        measured_by="税務課（ストップウォッチ）",
        measured_on=AT.date(),
        adopted_by="課長",
        adopted_at=AT + dt.timedelta(hours=hour),
    )


def test_a_measured_version_counts_from_its_month_and_old_months_keep_theirs() -> None:
    april, october = dt.date(2026, 4, 1), dt.date(2026, 10, 1)
    merged = with_versions([configured(april)], [version(october)])
    old = baseline_in_force(merged, "job", dt.date(2026, 9, 30))
    new = baseline_in_force(merged, "job", october)
    assert old is not None
    assert new is not None
    assert (old.minutes_per_item, old.samples) == (8.0, 0)
    assert (new.minutes_per_item, new.samples, new.error_minutes) == (6.0, 30, 0.4)
    assert (new.title, new.section) == ("滞納確認", "税務課")


def test_of_two_versions_of_one_month_the_later_counts() -> None:
    day = dt.date(2026, 4, 1)
    versions = [version(day, 5.0, hour=2), version(day, 6.0, hour=1)]
    (merged,) = with_versions([configured(day)], versions)
    assert merged.minutes_per_item == 5.0


def test_a_version_takes_its_section_from_the_baseline_in_force_then() -> None:
    april, october = dt.date(2026, 4, 1), dt.date(2026, 10, 1)
    merged = with_versions(
        [configured(april), configured(october, section="収納課")],
        [version(dt.date(2026, 11, 1))],
    )
    assert merged[-1].section == "収納課"


def test_a_version_of_a_job_no_longer_configured_is_left_out() -> None:
    assert with_versions([], [version(dt.date(2026, 4, 1))]) == ()
