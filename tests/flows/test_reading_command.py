"""`yakuba read` on long files: lines come page by page, whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from flows.commands import reading
from ocr.read import Engines
from tasks.edges.reading.line_files import open_page_lines, partial_path

TODAY = dt.date(2026, 11, 20)


@pytest.fixture(autouse=True)
def _no_readers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "default_engines", lambda: Engines(()))


def stack(path: Path, pages: int, seed: int = 1) -> Path:
    random = np.random.default_rng(seed)
    sheets = []
    for _ in range(pages):
        sheet = np.full((140, 100), 255, np.uint8)
        for left, top in random.integers(20, 80, (5, 2)):
            sheet[top : top + 3, left : left + 12] = 0
        sheets.append(Image.fromarray(sheet).convert("1"))
    sheets[0].save(path, save_all=True, append_images=sheets[1:])
    return path


def run(files: list[Path], out: Path | None) -> int:
    return reading.read_files(files, forms=(), out=out, today=TODAY)


def lines_in(out: Path) -> list[tuple[str, int]]:
    rows = [json.loads(row) for row in out.read_text(encoding="utf-8").splitlines()]
    return [(row["file"], row["page"]) for row in rows]


class PowerCut(BaseException):
    """Ends a run as nothing in it expects."""


@pytest.fixture
def cut_after(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Let runs die when so many pages are read; empty the list to let them live."""
    original = reading.read_pages
    left: list[int] = []

    def dying(*args, **kwargs):
        for page in original(*args, **kwargs):
            if left and left[0] == 0:
                raise PowerCut
            left[:] = [count - 1 for count in left]
            yield page

    monkeypatch.setattr(reading, "read_pages", dying)
    return left


def test_lines_of_several_files_come_in_order_and_nothing_partial_stays(tmp_path):
    files = [stack(tmp_path / "a.tif", 3), stack(tmp_path / "b.tif", 2, seed=2)]
    out = tmp_path / "out" / "lines.jsonl"
    assert run(files, out) == 3
    assert lines_in(out) == [
        ("a.tif", 1),
        ("a.tif", 2),
        ("a.tif", 3),
        ("b.tif", 1),
        ("b.tif", 2),
    ]
    assert [path.name for path in out.parent.iterdir()] == ["lines.jsonl"]


def test_a_stopped_command_goes_on_where_it_was(tmp_path, cut_after, capsys):
    files = [stack(tmp_path / "a.tif", 2), stack(tmp_path / "b.tif", 4, seed=2)]
    out = tmp_path / "lines.jsonl"
    cut_after.append(3)
    with pytest.raises(PowerCut):
        run(files, out)
    assert not out.exists()
    cut_after[:] = [3]  # three are left: a run from the start would die again
    assert run(files, out) == 3
    assert "前回の続き（2ページ目）" in capsys.readouterr().err
    assert lines_in(out) == [
        ("a.tif", 1),
        ("a.tif", 2),
        ("b.tif", 1),
        ("b.tif", 2),
        ("b.tif", 3),
        ("b.tif", 4),
    ]
    assert not partial_path(out).exists()


def test_another_question_does_not_go_on_with_old_lines(tmp_path, cut_after):
    path = stack(tmp_path / "a.tif", 3)
    out = tmp_path / "lines.jsonl"
    cut_after.append(2)
    with pytest.raises(PowerCut):
        run([path], out)
    cut_after.clear()
    stack(path, 2, seed=9)
    run([path], out)
    assert lines_in(out) == [("a.tif", 1), ("a.tif", 2)]


def test_no_line_of_a_file_that_changed_while_it_was_read_is_kept(
    tmp_path, monkeypatch, capsys
):
    changing = stack(tmp_path / "a.tif", 3)
    steady = stack(tmp_path / "b.tif", 1, seed=2)
    original = reading.read_pages

    def meddling(path, *args, **kwargs):
        for page in original(path, *args, **kwargs):
            yield page
            if path == changing and page.page == 2:
                stack(path, 5, seed=7)

    monkeypatch.setattr(reading, "read_pages", meddling)
    out = tmp_path / "lines.jsonl"
    assert run([changing, steady], out) == 3
    assert lines_in(out) == [("b.tif", 1)]
    assert "PAGE-007" in capsys.readouterr().err


def test_a_file_given_up_before_the_stop_is_told_and_counted_again(
    tmp_path, cut_after, capsys
):
    bad = tmp_path / "a.tif"
    bad.write_bytes(b"MZ")
    out = tmp_path / "lines.jsonl"
    cut_after.append(1)
    with pytest.raises(PowerCut):
        run([bad, stack(tmp_path / "b.tif", 2)], out)
    capsys.readouterr()
    cut_after.clear()
    assert run([bad, tmp_path / "b.tif"], out) == 3
    assert "a.tif: " in capsys.readouterr().err
    assert lines_in(out) == [("b.tif", 1), ("b.tif", 2)]


def test_lines_are_printed_when_no_file_is_named(tmp_path, capsys):
    assert run([stack(tmp_path / "a.tif", 2)], None) == 3
    printed = capsys.readouterr().out.splitlines()
    assert [json.loads(row)["page"] for row in printed] == [1, 2]


def test_a_half_written_row_is_cut_off(tmp_path):
    partial = tmp_path / ".x.part"
    with open_page_lines(partial, "q") as kept:
        kept.add(0, 1, [{"value": "一"}])
    with partial.open("ab") as rows:
        rows.write('{"file": 0, "page": 2, "lines": [{"value": "二'.encode()[:-2])
    with open_page_lines(partial, "q") as kept:
        assert kept.pages_kept == {0: 1}
        kept.add(0, 2, [{"value": "三"}])
        assert [line["value"] for line in kept.lines()] == ["一", "三"]
    with open_page_lines(partial, "another") as kept:
        assert list(kept.lines()) == []
