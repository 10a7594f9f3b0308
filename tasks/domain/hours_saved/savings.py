"""Minutes of staff saved: the lines of the account, and sums of them.

Times are whole milliseconds, so sums are exact in whatever order they are made and
every report equals the account to the second.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from tasks.domain.hours_saved.baseline_study import MS_PER_MINUTE
from tasks.domain.hours_saved.sent_again import ItemPrints
from tasks.domain.office.settings import Baseline

MS_PER_HOUR = 60 * MS_PER_MINUTE


class EntryKind(StrEnum):
    """What a line of the account is about."""

    RUN = "実行"
    BY_HAND = "手作業"
    ATTENDED = "立会い"
    EXCEPTION = "例外対応"
    FORM_DEFINITION = "様式定義"
    SCREEN_SCRIPT = "画面操作の手順"
    MEETING = "打合せ"
    TRAINING = "研修"
    OTHER_UPKEEP = "その他の維持"
    STANDING_UPKEEP = "毎月の維持"
    CANCELLED = "取消"


UPKEEP_KINDS = (
    EntryKind.FORM_DEFINITION,
    EntryKind.SCREEN_SCRIPT,
    EntryKind.MEETING,
    EntryKind.TRAINING,
    EntryKind.OTHER_UPKEEP,
)
"""What the keeper of a job may enter as upkeep."""


def item_ms(minutes_per_item: float) -> int:
    """Return the effort of one item in whole milliseconds.

    Examples:
        >>> item_ms(4.35)
        261000
    """
    return round(minutes_per_item * MS_PER_MINUTE)


def minutes_saved(
    baseline: Baseline,
    *,
    items: int,
    review_minutes: float,
    attended_minutes: float = 0.0,
    upkeep_minutes: float = 0.0,
    exception_minutes: float = 0.0,
) -> float:
    """Return staff minutes saved by one run; negative if it cost time.

    Items done by hand are left out: they cost after what they cost before.

    Args:
        baseline: Manual effort for one item, as measured.
        items: Items finished without being redone by hand.
        review_minutes: Staff minutes spent checking this run.
        attended_minutes: Staff minutes spent starting and watching this run.
        upkeep_minutes: Staff minutes spent on keeping the job going.
        exception_minutes: Staff minutes spent on what the run could not do.

    Examples:
        >>> timed = Baseline(
        ...     job="tax_delinquency",
        ...     title="滞納確認",
        ...     section="税務課",
        ...     minutes_per_item=6.0,
        ...     samples=40,
        ...     measured_by="税務課",
        ...     measured_on=dt.date(2026, 4, 10),
        ...     valid_from=dt.date(2026, 4, 1),
        ... )
        >>> minutes_saved(timed, items=10, review_minutes=12.0)
        48.0
    """
    spent = review_minutes + attended_minutes + upkeep_minutes + exception_minutes
    return baseline.minutes_per_item * items - spent


def baseline_in_force(
    baselines: Iterable[Baseline], job: str, day: dt.date
) -> Baseline | None:
    """Return the newest baseline of a job that was valid on a day, or None.

    An old month so keeps the measurement that was in force then.
    """
    valid = [one for one in baselines if one.job == job and one.valid_from <= day]
    return max(valid, key=lambda one: one.valid_from, default=None)


@dataclass(frozen=True, slots=True)
class FieldCount:
    """How many fields of one document were accepted unseen, and how many asked."""

    key: str
    """Of the document, free of personal data."""
    accepted: int
    asked: int


@dataclass(frozen=True, slots=True)
class RunEffort:
    """What one run did and what it cost, as the flow saw it."""

    job: str
    run_id: str
    at: dt.datetime
    """With the office's time zone: its date is the day of the line."""
    items: tuple[str, ...] = ()
    """Keys of all items finished by machine, free of personal data."""
    by_hand: tuple[str, ...] = ()
    """Keys of items that had to be done by hand."""
    machine_minutes: float = 0.0
    """The machine's own time; nobody waits for it, so it costs nothing."""
    attended_minutes: float = 0.0
    """Staff time spent on starting and watching the run."""
    upkeep_minutes: float = 0.0
    """Staff time on form definitions, scripts, meetings."""
    note: str = ""
    """Japanese, what the upkeep was; no personal data."""
    fields: tuple[FieldCount, ...] = ()
    """Of every document read, counted before or not."""
    prints: tuple[ItemPrints, ...] = field(default=(), repr=False)
    """By what items are known when their file comes in again; in the files' order."""


@dataclass(frozen=True, slots=True)
class TypedEntry:
    """What the keeper of a job enters: upkeep, exceptions, items done by hand."""

    job: str
    kind: EntryKind
    at: dt.datetime
    """When it was entered."""
    day: dt.date
    """When the work was done."""
    by_whom: str
    """Section or number of the clerk."""
    minutes: float = 0.0
    """Of upkeep or of exceptions."""
    items: int = 0
    """Done by hand, or exceptions."""
    note: str = ""
    """Japanese; no personal data."""


@dataclass(frozen=True, slots=True)
class SavingsLine:
    """One line of the account. Never changed once written."""

    line_id: int
    job: str
    run_id: str
    at: dt.datetime
    day: dt.date
    items: int
    """Items finished by machine that no earlier line counted."""
    by_hand_items: int
    minutes_per_item: float
    """Of the baseline in force on the day."""
    samples: int
    """Of that baseline; 0 means an estimate."""
    machine_ms: int = 0
    attended_ms: int = 0
    review_ms: int = 0
    upkeep_ms: int = 0
    exception_ms: int = 0
    exception_items: int = 0
    kind: EntryKind = EntryKind.RUN
    by_whom: str = ""
    note: str = ""
    cancels: int | None = None
    """Number of an earlier line that this one takes back."""

    @property
    def review_minutes(self) -> float:
        """Return the checking time in minutes."""
        return self.review_ms / MS_PER_MINUTE

    @property
    def saved_minutes(self) -> float:
        """Return 削減: negative when the run cost time."""
        return sum_of([self]).saved_ms / MS_PER_MINUTE


@dataclass(frozen=True, slots=True)
class SavingsSum:
    """Lines of one job, month and baseline added up; exact."""

    job: str
    month: dt.date
    """First day."""
    minutes_per_item: float
    samples: int
    lines: int
    items: int
    by_hand_items: int
    exception_items: int
    machine_ms: int
    attended_ms: int
    review_ms: int
    upkeep_ms: int
    exception_ms: int

    @property
    def by_hand_ms(self) -> int:
        """Return what items done by hand took, at the baseline."""
        return item_ms(self.minutes_per_item) * self.by_hand_items

    @property
    def before_ms(self) -> int:
        """Return 導入前: what all items would have taken by hand."""
        return item_ms(self.minutes_per_item) * (self.items + self.by_hand_items)

    @property
    def after_ms(self) -> int:
        """Return 導入後: what staff spent, items done by hand included."""
        spent = self.attended_ms + self.review_ms + self.upkeep_ms + self.exception_ms
        return spent + self.by_hand_ms

    @property
    def saved_ms(self) -> int:
        """Return 削減: negative when it cost time."""
        return self.before_ms - self.after_ms

    @property
    def estimated(self) -> bool:
        """Return whether items were counted at a baseline that nobody measured."""
        return self.samples == 0 and bool(self.items or self.by_hand_items)


def sums_of(lines: Iterable[SavingsLine]) -> tuple[SavingsSum, ...]:
    """Return lines added up by job, month and baseline, in that order."""
    groups: dict[tuple[str, dt.date, float, int], list[SavingsLine]] = {}
    for line in lines:
        key = (line.job, line.day.replace(day=1), line.minutes_per_item, line.samples)
        groups.setdefault(key, []).append(line)
    return tuple(sum_of(groups[key]) for key in sorted(groups))


def sum_of(lines: list[SavingsLine]) -> SavingsSum:
    """Return lines of one job, month and baseline added up; at least one."""
    first = lines[0]
    return SavingsSum(
        job=first.job,
        month=first.day.replace(day=1),
        minutes_per_item=first.minutes_per_item,
        samples=first.samples,
        lines=len(lines),
        items=sum(line.items for line in lines),
        by_hand_items=sum(line.by_hand_items for line in lines),
        exception_items=sum(line.exception_items for line in lines),
        machine_ms=sum(line.machine_ms for line in lines),
        attended_ms=sum(line.attended_ms for line in lines),
        review_ms=sum(line.review_ms for line in lines),
        upkeep_ms=sum(line.upkeep_ms for line in lines),
        exception_ms=sum(line.exception_ms for line in lines),
    )
