"""Seconds and peak memory of a command and all its children together."""

from __future__ import annotations

import resource
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY_SECONDS = 0.05
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Cost:
    """What a command took."""

    seconds: float
    """On the clock."""
    cpu_seconds: float
    """Of the processor, all processes together: what others on the machine take
    lengthens the seconds and not these."""
    peak_mb: int
    """Most resident memory of the whole process tree at one time; pages that processes
    share are counted once for each, so it is never too low by them."""
    code: int
    """Exit code."""
    said: str
    """Last lines of what it printed."""


def run(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end and return what it took.

    Args:
        command: Program and arguments.
        environment: Variables; None: those of this process.
    """
    before = _cpu_seconds()
    started = time.perf_counter()
    with (
        tempfile.TemporaryFile("w+", encoding="utf-8") as printed,
        subprocess.Popen(
            command,
            env=dict(environment) if environment is not None else None,
            stdout=printed,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        peak_kb = 0
        while process.poll() is None:
            peak_kb = max(peak_kb, tree_kb(process.pid))
            time.sleep(_EVERY_SECONDS)
        seconds = time.perf_counter() - started
        printed.seek(0)
        said = printed.read()[-2000:]
    cpu_seconds = round(_cpu_seconds() - before, 2)
    return Cost(
        round(seconds, 2), cpu_seconds, peak_kb // 1024, process.returncode, said
    )


def _cpu_seconds() -> float:
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return children.ru_utime + children.ru_stime


def tree_kb(root: int) -> int:
    """Return the resident memory of a process and all below it, in kB."""
    return sum(_rss_kb(pid) for pid in _tree(root))


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:
        for children in _PROC.glob(f"{pid}/task/*/children"):
            try:
                found.extend(map(int, children.read_text(encoding="ascii").split()))
            except OSError:
                continue
    return found


def _rss_kb(pid: int) -> int:
    try:
        lines = (_PROC / str(pid) / "status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    line = next((line for line in lines if line.startswith("VmRSS")), "VmRSS: 0 kB")
    return int(line.split()[1])
