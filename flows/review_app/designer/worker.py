"""One helper process that drafts and reads, so that the page answers meanwhile.

It is started when first needed, kept while it behaves, and ended when it takes longer
than allowed: a file that a decoder hangs on costs one request, not the page.
"""

from __future__ import annotations

import multiprocessing
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar, cast

from ocr.errors import ReadingError
from tasks.domain.errors import NeedsPersonError, TryAgainError

T = TypeVar("T")

MOST_JOBS = 40
"""After which a fresh process begins: blanks that were tried stay in its memory."""
WAIT_SECONDS = 20.0
"""How long a request waits for the one before it."""
_SPAWN = multiprocessing.get_context("spawn")


@dataclass(slots=True)
class Worker:
    """Runs one job at a time in another process."""

    _turn: threading.Lock = field(default_factory=threading.Lock)
    _process: SpawnProcess | None = None
    _pipe: Connection | None = None
    _jobs: int = 0

    def run(
        self,
        job: Callable[..., T],
        *args: object,
        seconds: float,
        wait: float = WAIT_SECONDS,
    ) -> T:
        """Return what a function returns in the other process.

        Args:
            job: A function of a module, so that the process can find it.
            args: Its arguments; they and its result are copied.
            seconds: Longest time it may take.
            wait: Longest time to wait for another's job.

        Raises:
            ReadingError: As the function raises it.
            NeedsPersonError: DESIGN-005 when it took too long or broke down.
            TryAgainError: DESIGN-004 when another job is being done.
        """
        if not self._turn.acquire(timeout=wait):
            raise TryAgainError("DESIGN-004", "another job is being done")
        try:
            said = self._ask((job, args), seconds)
        finally:
            self._turn.release()
        return cast("T", _opened(said))

    def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if self._pipe is not None:
            self._pipe.close()
            self._pipe = None
        if process is not None:
            process.kill()
            process.join()
            process.close()

    def _ask(self, order: tuple[Any, ...], seconds: float) -> tuple[Any, ...]:
        if self._jobs >= MOST_JOBS or self._process is None:
            self.close()
        pipe = self._pipe or self._start()
        self._jobs += 1
        try:
            pipe.send(order)
            if pipe.poll(seconds):
                answer: tuple[Any, ...] = pipe.recv()
                return answer
        except (EOFError, OSError):
            self.close()
            raise NeedsPersonError("DESIGN-005", "the helper broke down") from None
        self.close()
        raise NeedsPersonError("DESIGN-005", f"more than {seconds:g} s")

    def _start(self) -> Connection:
        ours, theirs = _SPAWN.Pipe()
        process = _SPAWN.Process(target=_serve, args=(theirs,), daemon=True)
        process.start()
        theirs.close()
        self._process, self._pipe, self._jobs = process, ours, 0
        return ours


def _opened(said: tuple[Any, ...]) -> Any:
    kind, *rest = said
    if kind == "done":
        return rest[0]
    if kind == "reading":
        raise ReadingError(*rest)
    raise NeedsPersonError("DESIGN-005", f"the job raised {rest[0]}")


def _serve(pipe: Connection) -> None:
    """Do one job after the other until the page ends."""
    # Ctrl+C goes to the whole group of processes; the page ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    while True:
        try:
            job, args = pipe.recv()
        except (EOFError, OSError):
            return
        pipe.send(_done(job, args))


def _done(job: Callable[..., object], args: tuple[object, ...]) -> tuple[Any, ...]:
    try:
        return "done", job(*args)
    except ReadingError as error:
        return "reading", error.code, error.detail
    except Exception as error:  # noqa: BLE001 - told to the page, kind only
        # Without its words: they could quote what was read on the paper.
        return "broken", type(error).__name__
