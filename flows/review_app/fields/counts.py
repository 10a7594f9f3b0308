"""How much is open: counted seldom, read often."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from flows.review_app.fields.wording import Group, group_of
from tasks.edges.review.review_store import ReviewStore

FRESH_SECONDS = 4.0
"""A hundred thousand questions are counted in tens of milliseconds: not for every key."""

Jobs = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Counts:
    """Groups of questions as they stood a moment ago."""

    store: ReviewStore
    clock: Callable[[], dt.datetime]
    _kept: dict[Jobs, tuple[dt.datetime, tuple[Group, ...]]] = field(
        default_factory=dict, init=False
    )
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def settled(self, keys: Iterable[str]) -> None:
        """Take questions just settled off what was counted, until it is counted anew."""
        done = Counter(keys)
        with self._lock:
            for jobs, (at, groups) in self._kept.items():
                self._kept[jobs] = (at, tuple(_less(one, done) for one in groups))

    def groups(self, jobs: Jobs, *, fresh: bool = False) -> tuple[Group, ...]:
        """Return the groups of some jobs.

        Args:
            jobs: None for all.
            fresh: Count now.
        """
        now = self.clock()
        with self._lock:
            kept = self._kept.get(jobs)
            if not fresh and kept is not None and _is_fresh(now - kept[0]):
                return kept[1]
            found = tuple(map(group_of, self.store.count_questions(jobs=jobs)))
            self._kept[jobs] = (now, found)
            return found


def _less(group: Group, done: Mapping[str, int]) -> Group:
    count = min(done.get(group.key, 0), group.open)
    return replace(group, open=group.open - count, answered=group.answered + count)


def _is_fresh(age: dt.timedelta) -> bool:
    return dt.timedelta() <= age < dt.timedelta(seconds=FRESH_SECONDS)
