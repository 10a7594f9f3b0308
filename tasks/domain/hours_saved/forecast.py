"""Before a run: will checking cost more than typing by hand?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from tasks.domain.hours_saved.baseline_study import MS_PER_MINUTE
from tasks.domain.hours_saved.savings import item_ms
from tasks.domain.office.settings import Baseline

ENOUGH_ITEMS = 30
"""Items done before the past tells more than the configured expectation."""
WARNING = "手作業の方が早い見込みです"


class ForecastOutcome(StrEnum):
    """What became of a run that was forecast."""

    RAN = "実行"
    CONFIRMED = "承知のうえ実行"
    STOPPED = "確認待ちで中止"
    NIGHT = "夜間に実行"


@dataclass(frozen=True, slots=True)
class PastWork:
    """What a job's runs and its blind sample showed so far."""

    items: int = 0
    """Done by machine."""
    by_hand_items: int = 0
    questions: int = 0
    """Answered by staff, and in the account."""
    review_ms: int = 0
    attended_ms: int = 0
    exception_ms: int = 0
    documents: int = 0
    fields_accepted: int = 0
    fields_asked: int = 0
    blind_checked: int = 0
    blind_fallen: int = 0
    """Those of kinds that the sample shows to be worse than allowed."""


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a run is expected to cost, against typing by hand."""

    items: int
    by_hand_ms: int
    """All items at the baseline."""
    review_ms: int
    other_ms: int
    """Attending, exceptions, and items that will have to be done by hand."""
    margin: float
    """Share of the time by hand that must be saved for a run to pay."""
    from_past: bool
    """False: from the configured expectation alone."""

    @property
    def expected_ms(self) -> int:
        """Return the staff time expected."""
        return self.review_ms + self.other_ms

    @property
    def pays(self) -> bool:
        """Return whether the run is expected to save at least the margin."""
        return self.expected_ms <= self.by_hand_ms * (1 - self.margin)

    @property
    def words(self) -> str:
        """Return the forecast in Japanese, the warning first when it does not pay."""
        basis = "これまでの実績" if self.from_past else "設定の見込み"
        text = (
            f"{self.items:,}件: 機械を使うと職員の手間 {self.expected_ms / MS_PER_MINUTE:,.0f}分"
            f"（うち確認 {self.review_ms / MS_PER_MINUTE:,.0f}分）、手作業なら "
            f"{self.by_hand_ms / MS_PER_MINUTE:,.0f}分の見込み（{basis}から）"
        )
        return text if self.pays else f"{WARNING}。{text}"


def forecast(
    baseline: Baseline, past: PastWork, *, items: int, margin: float
) -> Forecast | None:
    """Return what a run is expected to cost, or None when nothing can be said.

    Questions of an item are those of the past, and, where the blind sample shows kinds
    of fields to be worse than allowed, as many accepted fields as belong to such kinds:
    these fall back to being asked. A question takes as long as it took so far. Attending
    is shared out over items as it was: request lists come with the papers, and a clerk
    who starts a run for one paper does not scan a stack.

    Args:
        baseline: In force today.
        past: Of the job.
        items: New in this run.
        margin: As configured.

    Examples:
        >>> import datetime as dt
        >>> timed = Baseline(
        ...     job="slips", title="納付書", section="収納課", minutes_per_item=1.0,
        ...     samples=40, measured_by="収納課", measured_on=dt.date(2026, 4, 10),
        ...     valid_from=dt.date(2026, 4, 1), questions_expected_per_item=10.0,
        ...     review_minutes_expected_per_question=0.25,
        ... )
        >>> found = forecast(timed, PastWork(), items=96, margin=0.1)
        >>> found.pays, found.words[:13]
        (False, '手作業の方が早い見込みです')
    """
    if items <= 0:
        return None
    by_hand_ms = item_ms(baseline.minutes_per_item) * items
    done = past.items + past.by_hand_items
    if done < ENOUGH_ITEMS:
        questions = baseline.questions_expected_per_item
        if questions is None:
            return None
        each_ms = item_ms(baseline.review_minutes_expected_per_question)
        review_ms = round(items * questions * each_ms)
        return Forecast(items, by_hand_ms, review_ms, 0, margin, from_past=False)
    review_ms = round(items * _review_ms_per_item(baseline, past))
    by_hand_share = past.by_hand_items / done
    other_ms = round(
        items * (past.exception_ms + past.attended_ms) / done
        + by_hand_ms * by_hand_share
    )
    return Forecast(items, by_hand_ms, review_ms, other_ms, margin, from_past=True)


def _review_ms_per_item(baseline: Baseline, past: PastWork) -> float:
    """Return checking time of an item, fields that fell back to being asked included."""
    usual = past.review_ms / (past.items + past.by_hand_items)
    if not past.blind_checked or not past.documents:
        return usual
    each_ms: float = item_ms(baseline.review_minutes_expected_per_question)
    if past.questions:
        each_ms = past.review_ms / past.questions
    accepted = past.fields_accepted / past.documents
    return usual + accepted * past.blind_fallen / past.blind_checked * each_ms
