"""A stopwatch in the terminal, for timing work by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

START = "Enter: 始める　q: 終わる"
RUNNING = "計測中　Enter: 1件終わり　数字: その件数をまとめて終わり　p: 一時停止　x: この計測を捨てる"
PAUSED = "一時停止中　Enter: 続ける　x: この計測を捨てる"


@dataclass(frozen=True, slots=True)
class Timed:
    """One stretch of work."""

    seconds: float
    """Without pauses."""
    items: int


def time_items(
    read: Callable[[str], str | None], clock: Callable[[], float]
) -> Iterator[Timed]:
    """Yield each stretch of work as soon as it ends.

    Args:
        read: Shows a prompt and returns the line typed; None when there is no more.
        clock: Seconds that only ever go on.
    """
    while True:
        line = read(START)
        if line is None or line.strip().lower() == "q":
            return
        timed, over = _one(read, clock)
        if timed is not None:
            yield timed
        if over:
            return


def _one(
    read: Callable[[str], str | None], clock: Callable[[], float]
) -> tuple[Timed | None, bool]:
    """Return one stretch, None when thrown away, and whether the input is over."""
    begun, seconds = clock(), 0.0
    while True:
        line = read(RUNNING)
        if line is None:
            return None, True
        word = line.strip().lower()
        if word == "x":
            return None, False
        if word == "p":
            seconds += clock() - begun
            line = read(PAUSED)
            if line is None or line.strip().lower() == "x":
                return None, line is None
            begun = clock()
        elif word == "" or (word.isdecimal() and int(word) > 0):
            seconds += clock() - begun
            return Timed(seconds, int(word or 1)), False
