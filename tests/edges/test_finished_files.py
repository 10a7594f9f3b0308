"""Files appear whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from tasks.domain.errors import NeedsPersonError
from tasks.edges.finished_files import write_together


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_all_files_appear_under_their_names(tmp_path: Path) -> None:
    paths = write_together(tmp_path / "new" / "out", {"a.csv": b"1", "控え.xlsx": b"2"})
    assert [path.name for path in paths] == ["a.csv", "控え.xlsx"]
    assert [path.read_bytes() for path in paths] == [b"1", b"2"]
    assert names(tmp_path / "new" / "out") == ["a.csv", "控え.xlsx"]


def test_a_file_left_unfinished_by_a_kill_is_written_over(tmp_path: Path) -> None:
    (tmp_path / ".a.csv.part").write_bytes(b"half of an earl")
    write_together(tmp_path, {"a.csv": b"1"})
    assert names(tmp_path) == ["a.csv"]


def test_a_full_disk_leaves_the_earlier_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_together(tmp_path, {"a.csv": b"old", "b.csv": b"old"})
    synced: list[int] = []

    def full_at_the_second(descriptor: int) -> None:
        synced.append(descriptor)
        if len(synced) == 2:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full_at_the_second)
    with pytest.raises(NeedsPersonError, match=r"FILE-003: b\.csv: No space left"):
        write_together(tmp_path, {"a.csv": b"new", "b.csv": b"new"})
    assert names(tmp_path) == ["a.csv", "b.csv"]
    assert (tmp_path / "a.csv").read_bytes() == b"old"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"")
    with pytest.raises(NeedsPersonError, match="FILE-003: out: File exists"):
        write_together(tmp_path / "out", {"a.csv": b"1"})


def test_a_read_only_folder_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, mode: str) -> object:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))

    monkeypatch.setattr(Path, "open", refused)
    with pytest.raises(NeedsPersonError, match=r"FILE-003: a\.csv: Permission denied$"):
        write_together(tmp_path, {"a.csv": b"1"})
    assert names(tmp_path) == []


def test_a_file_that_cannot_be_renamed_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(NeedsPersonError, match=r"FILE-003: a\.csv"):
        write_together(tmp_path, {"a.csv": b"1"})
    assert names(tmp_path) == ["a.csv"]
