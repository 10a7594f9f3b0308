"""The one way to a DuckDB connection: bounded memory and disk, spilling beside the cache.

What spills is rows about people: it lies in the cache folder, never in the folder the
program was started from, and a crash leaves only what `remove_stale_parts` finds.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from tasks.domain.errors import NeedsPersonError

MEMORY_LIMIT = "1GB"
"""A first load of a million residents is hardly slower than with twice as much; the PC
has other work too."""
SPILL_LIMIT = "16GB"
"""Beyond memory DuckDB writes to disk; of a full disk nobody has anything."""
_MOST_THREADS = 4
"""Each needs memory of its own."""


def part_name(stem: str) -> str:
    """Return a name that nobody else uses, found again by `*.part*` after a crash."""
    return f"{stem}.{os.getpid()}-{uuid.uuid4().hex[:8]}.part"


def connect(folder: Path, part: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection within limits.

    Args:
        folder: Of the cache; what does not fit into memory spills here.
        part: Database file to write; None for one in memory.
    """
    spill = folder / f"{part.name if part else part_name('search')}.tmp"
    database = duckdb.connect(
        str(part or ":memory:"),
        config={
            "memory_limit": MEMORY_LIMIT,
            "max_temp_directory_size": SPILL_LIMIT,
            "temp_directory": str(spill),
            "threads": min(_MOST_THREADS, os.cpu_count() or 1),
        },
    )
    database.execute("SET enable_progress_bar = false")
    return database


@contextmanager
def within_limits(what: str) -> Iterator[None]:
    """Say plainly that a ledger does not fit into the limits.

    Args:
        what: English, for the message: what was being done, of which file.

    Raises:
        NeedsPersonError: FILE-008.
    """
    try:
        yield
    except duckdb.OutOfMemoryException as error:
        raise NeedsPersonError(
            "FILE-008",
            f"{what}: more than {MEMORY_LIMIT} of memory and {SPILL_LIMIT} of disk",
        ) from error
