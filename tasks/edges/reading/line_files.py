"""A file of JSON lines that grows page by page and appears whole or not at all.

While it is written it is a partial file beside the result, a row per page. A program
that was killed finds it again and goes on behind the last whole row, provided that it
is asked the same thing about the same files.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from tasks.domain.errors import NeedsPersonError

Line = Mapping[str, Any]


def partial_path(out: Path) -> Path:
    """Return where the rows are until the result is whole.

    Examples:
        >>> partial_path(Path("out/fields.jsonl")).name
        '.fields.jsonl.part'
    """
    return out.with_name(f".{out.name}.part")


class PageLines:
    """The lines of pages, by place of their file; made by `open_page_lines`."""

    def __init__(self, rows: IO[str], path: Path) -> None:
        """Take over an open partial file, at its end."""
        self._rows = rows
        self._path = path
        self.pages_kept: dict[int, int] = {}
        """Place of a file: number of its last page."""
        self.whole: set[int] = set()
        """Files that are read to their end."""
        self.given_up: dict[int, str] = {}
        """Files that cannot be read, and why: a code."""
        for row in self._all():
            self._note(row)

    def add(self, place: int, page: int, lines: Sequence[Line]) -> None:
        """Keep the lines of one page of a file."""
        self._put({"file": place, "page": page, "lines": lines})

    def settle(self, place: int) -> None:
        """Say that a file was read to its end and did not change."""
        self._put({"file": place, "whole": True})

    def give_up(self, place: int, code: str) -> None:
        """Drop whatever was read of a file, for a reason."""
        self._put({"file": place, "code": code})

    def lines(self) -> Iterator[Line]:
        """Yield the lines of every file that was not given up, in order."""
        for row in self._all():
            if "lines" in row and row["file"] not in self.given_up:
                yield from row["lines"]

    def _put(self, row: dict[str, Any]) -> None:
        self._rows.write(json.dumps(row, ensure_ascii=False) + "\n")
        self._rows.flush()
        self._note(row)

    def _note(self, row: Mapping[str, Any]) -> None:
        if "page" in row:
            self.pages_kept[row["file"]] = row["page"]
        elif "code" in row:
            self.given_up[row["file"]] = row["code"]
        else:
            self.whole.add(row["file"])

    def _all(self) -> Iterator[dict[str, Any]]:
        with self._path.open(encoding="utf-8") as rows:
            next(rows, None)  # what was asked
            for row in rows:
                yield json.loads(row)


@contextmanager
def open_page_lines(partial: Path, asked: str) -> Iterator[PageLines]:
    """Yield the rows kept so far, to go on with.

    Args:
        partial: See `partial_path`.
        asked: What the lines answer; rows that answer something else are dropped.

    Raises:
        NeedsPersonError: FILE-003 when it cannot be written.
    """
    head = json.dumps({"asked": asked}) + "\n"
    with _writing(partial):
        partial.parent.mkdir(parents=True, exist_ok=True)
        _keep_whole_rows(partial, head)
        with partial.open("a", encoding="utf-8") as rows:
            yield PageLines(rows, partial)


def write_whole(lines: Iterator[Line], out: Path) -> None:
    """Write lines to a file that appears whole or not at all.

    Raises:
        NeedsPersonError: FILE-003 when it cannot be written.
    """
    temporary = out.with_name(f".{out.name}.tmp")
    try:
        with _writing(out):
            with temporary.open("w", encoding="utf-8") as stream:
                for line in lines:
                    stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            os.replace(temporary, out)  # noqa: PTH105 - atomic on every system
    finally:
        temporary.unlink(missing_ok=True)


def _keep_whole_rows(partial: Path, head: str) -> None:
    """Cut off a row that a kill left half written, or all when other was asked."""
    size = len(head.encode())
    whole = 0
    if partial.exists():
        with partial.open("rb") as rows:
            for row in rows:
                if whole == 0 and row.decode("utf-8", "replace") != head:
                    break
                if not row.endswith(b"\n"):
                    break
                whole += len(row)
    if whole < size:
        partial.write_text(head, encoding="utf-8")
    else:
        os.truncate(partial, whole)


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise NeedsPersonError("FILE-003", f"{path.name}: {error.strerror}") from error
