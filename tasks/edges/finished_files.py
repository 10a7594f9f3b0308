"""Files that appear whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from tasks.domain.errors import NeedsPersonError

SET_ASIDE = "以前の回答書"
"""Folder for letters that another run left in the same place."""
UNFINISHED_SUFFIX = ".part"
"""Ending of a file still being written; what a kill leaves is written over."""


def write_together(folder: Path, files: Mapping[str, bytes]) -> tuple[Path, ...]:
    """Return the paths of files that were all written, or write none of them.

    Everything is written and flushed under temporary names first; only then do the
    names change. A full disk or a read-only folder therefore leaves earlier results
    as they were.

    Args:
        folder: Created when missing.
        files: Name: content.

    Raises:
        NeedsPersonError: FILE-003 naming the file and the system's reason.
    """
    renames: list[tuple[Path, Path]] = []
    name = folder.name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            unfinished = folder / f".{name}{UNFINISHED_SUFFIX}"
            renames.append((unfinished, folder / name))
            with unfinished.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
        for unfinished, finished in renames:
            name = finished.name
            unfinished.replace(finished)
    except OSError as error:
        raise NeedsPersonError("FILE-003", f"{name}: {error.strerror}") from error
    finally:
        for unfinished, _ in renames:
            with contextlib.suppress(OSError):
                unfinished.unlink(missing_ok=True)
    return tuple(finished for _, finished in renames)


def finished_before(folder: Path, names: Iterable[str]) -> tuple[Path, ...] | None:
    """Return the paths of files when all of them are already there, else None."""
    paths = tuple(folder / name for name in names)
    return paths if all(path.is_file() for path in paths) else None


def set_aside(folder: Path, pattern: str, *, keep: Collection[str]) -> None:
    """Move files of an earlier run into a folder below; nothing is deleted.

    Args:
        folder: Of the results.
        pattern: Of the names to look at, `回答書*.xlsx`.
        keep: Names that stay.

    Raises:
        NeedsPersonError: FILE-003 when a file cannot be moved, as while it is open.
    """
    for path in sorted(folder.glob(pattern)):
        if path.name in keep:
            continue
        aside = folder / SET_ASIDE
        try:
            aside.mkdir(exist_ok=True)
            path.replace(aside / path.name)
        except OSError as error:
            raise NeedsPersonError(
                "FILE-003", f"{path.name}: {error.strerror}"
            ) from error
