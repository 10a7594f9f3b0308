"""What is open, held, done or withdrawn: how staff pick questions out of many."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum

from tasks.domain.review.double_entry import Stage
from tasks.domain.review_item import QuestionKind


class State(StrEnum):
    """Where a question stands."""

    OPEN = "open"
    """Waits for somebody's entry, a second one or a third look."""
    HELD = "held"
    """Kept back by a clerk, with a reason."""
    DONE = "done"
    WITHDRAWN = "withdrawn"
    """Obsolete: the field was read better, or its form was taken out."""


STATE_TITLES: dict[State, str] = {
    State.OPEN: "未回答",
    State.HELD: "保留",
    State.DONE: "回答済み",
    State.WITHDRAWN: "取り下げ",
}
"""As staff read them."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which questions of a state; what is empty or None does not matter."""

    state: State = State.OPEN
    jobs: frozenset[str] | None = None
    """Those the asker may see; None for all."""
    group: tuple[QuestionKind, str] | None = None
    """Kind of question and kind of field."""
    form: str = ""
    document: str = ""
    """SHA-256 of the scanned file: names of files may be names of people."""
    person: str = ""
    """Who answered, holds, or looks at it now."""
    since: dt.datetime | None = None
    """Answered at this moment or later; for DONE alone."""
    until: dt.datetime | None = None
    """Answered before this moment; for DONE alone."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A question in a list; neither what was read nor what was answered."""

    item_id: str
    job: str
    kind: QuestionKind
    field_kind: str
    label: str
    form: str
    file: str = field(repr=False)
    document: str
    page: int
    state: State
    stage: Stage
    reason: str
    """Why it is asked."""
    asked_at: dt.datetime | None
    person: str
    """Who answered, holds, or looks at it now; empty for nobody."""
    at: dt.datetime | None
    """When it was answered or held, or until when it is somebody's."""
    held_reason: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list."""

    rows: tuple[Listed, ...]
    earlier: bool
    """There is a page before this one."""
    later: bool
    """There is a page after this one."""


@dataclass(frozen=True, slots=True)
class JobProgress:
    """How far a job has come."""

    job: str
    open: int
    """Waiting for a first entry."""
    second: int
    """Of these entered once, waiting for another person's entry."""
    third: int
    """Of these entered differently by two, waiting for a third look."""
    held: int
    done: int

    @property
    def waiting(self) -> int:
        """Return how many wait for somebody."""
        return self.open + self.second + self.third

    @property
    def total(self) -> int:
        """Return how many were asked and not withdrawn."""
        return self.waiting + self.held + self.done


def state_of(*, is_open: bool, held: bool, withdrawn: bool) -> State:
    """Return the state that a question's marks mean.

    Examples:
        >>> state_of(is_open=False, held=False, withdrawn=False).value
        'done'
    """
    if withdrawn:
        return State.WITHDRAWN
    if held:
        return State.HELD
    return State.OPEN if is_open else State.DONE
