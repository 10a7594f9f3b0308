"""The stopwatch of the time study: what a key does to it, and how long it says."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from enum import StrEnum

from tasks.domain.hours_saved.baseline_study import SHORTEST_MS

LONGEST_MS = 3 * 3_600_000
"""A longer stretch is asked about: somebody went home without stopping it."""
TOO_SHORT = "1秒に満たないため、記録しませんでした。"
TOO_LONG = "3時間を超えています。止め忘れでなければ、もう一度押すと記録します。"
NOT_RUNNING = "計測していません。"
RUNNING_ALREADY = "ほかの業務を計測しています。先に終えてください。"


class WatchKey(StrEnum):
    """What can be pressed."""

    START = "start"
    LAP = "lap"
    """An item is done and the next one begins."""
    STOP = "stop"
    """An item is done, and that is all for now."""
    PAUSE = "pause"
    """Interrupted: what passes from here on is not counted."""
    RESUME = "resume"
    DISCARD = "discard"
    """This stretch is thrown away."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A stopwatch that runs or is paused."""

    job: str
    since: dt.datetime
    """Begin of the present stretch of work or of the pause."""
    counted_ms: int = 0
    """Of this item, before `since`."""
    running: bool = True
    asked: bool = False
    """It was told to be too long: the next press means it."""

    def elapsed_ms(self, at: dt.datetime) -> int:
        """Return the time of this item so far, without pauses."""
        if not self.running:
            return self.counted_ms
        passed = max(at - self.since, dt.timedelta())
        return self.counted_ms + passed // dt.timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a press led to."""

    watch: Watch | None
    """Afterwards; None when nothing is timed."""
    timed_ms: int = 0
    """Time of the item that is done; 0 when none is."""
    problem: str = ""
    """Japanese; empty when all is well."""


def turn(watch: Watch | None, key: WatchKey, *, job: str, at: dt.datetime) -> Turn:
    """Return what a press does.

    Args:
        watch: Before; None when nothing is timed.
        key: What was pressed.
        job: On whose page.
        at: When it was pressed.

    Examples:
        >>> noon = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
        >>> begun = turn(None, WatchKey.START, job="j", at=noon).watch
        >>> later = noon + dt.timedelta(minutes=5)
        >>> turn(begun, WatchKey.STOP, job="j", at=later).timed_ms
        300000
    """
    if watch is not None and watch.job != job:
        return Turn(watch, problem=RUNNING_ALREADY)
    if key is WatchKey.START:
        return Turn(watch or Watch(job, at))
    if watch is None:
        return Turn(None, problem=NOT_RUNNING)
    if key is WatchKey.DISCARD:
        return Turn(None)
    counted_ms = watch.elapsed_ms(at)
    if key is WatchKey.PAUSE:
        return Turn(replace(watch, since=at, counted_ms=counted_ms, running=False))
    if key is WatchKey.RESUME:
        return Turn(
            replace(watch, since=at, counted_ms=counted_ms, running=True, asked=False)
        )
    return _done(watch, key, counted_ms, at)


def _done(watch: Watch, key: WatchKey, timed_ms: int, at: dt.datetime) -> Turn:
    following = Watch(watch.job, at) if key is WatchKey.LAP else None
    if timed_ms < SHORTEST_MS:
        return Turn(watch if key is WatchKey.LAP else None, problem=TOO_SHORT)
    if timed_ms > LONGEST_MS and not watch.asked:
        held = Watch(watch.job, at, timed_ms, running=False, asked=True)
        return Turn(held, problem=TOO_LONG)
    return Turn(following, timed_ms)
