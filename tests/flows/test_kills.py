"""A run killed at any moment and started again ends as if nothing had happened."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import random
import shutil
import signal
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import open_database, sqlite_url

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_docs"
PAPERS = (
    "scan_20261105_001.tif",
    "scan_20261105_002.tif",
    "scan_20261109_001.png",
    "scan_20261111_003.jpg",
    "電子申請_20261112.pdf",
)
"""Eight pages."""
REFUSED = "名前を変えたプログラム.pdf"
NEEDS_PERSON = 3
SEED = 20261120
READINGS = ("documents", "document_pictures", "refused_files", "migrations")
"""Tables that hold what was read; the rest is what a run makes of it."""


@dataclass(frozen=True)
class Life:
    """One work folder and the kills that its runs have to bear."""

    name: str
    kills: int
    knows_papers: bool
    """Start with everything read: then the kills fall into judging and writing."""


LIVES = (
    Life("reading-1", 4, knows_papers=False),
    Life("reading-2", 4, knows_papers=False),
    Life("judging-1", 5, knows_papers=True),
    Life("judging-2", 5, knows_papers=True),
    Life("judging-3", 4, knows_papers=True),
)


def tables(file: Path) -> dict[str, list[tuple]]:
    """Return what must be equal after kills, by table."""
    queries = {
        "documents": "SELECT sha256, file, pages, body FROM documents ORDER BY 1",
        "pictures": "SELECT sha256, page_index, field_index, length(png)"
        " FROM document_pictures ORDER BY 1, 2, 3",
        "refused": "SELECT sha256, file, code FROM refused_files ORDER BY 1",
        "questions": "SELECT item_id, field_id, value_read, is_open, withdrawn"
        " FROM review_items ORDER BY 1",
        "items": "SELECT job, item_key FROM savings_items ORDER BY 1, 2",
        "counted": "SELECT sum(items), sum(by_hand_items) FROM savings_lines",
    }
    with closing(sqlite3.connect(file)) as connection:
        return {name: list(connection.execute(sql)) for name, sql in queries.items()}


def outcome(work: Path) -> dict[str, object]:
    """Return everything a run leaves to staff and to the next run."""
    (folder,) = (work / "results").iterdir()
    text = (folder / "answers.csv").read_text(encoding="utf-8-sig")
    aside = work / "要確認"
    return {
        **tables(work / "yakuba.sqlite3"),
        "folder": folder.name,
        "papers": sorted(path.name for path in folder.iterdir()),
        "answers": sorted(map(tuple, csv.reader(io.StringIO(text)))),
        "aside": {path.name: path.read_bytes() for path in sorted(aside.iterdir())},
    }


def forget_all_but_readings(source: Path, target: Path) -> None:
    """Copy a database as it stands when everything is read and nothing judged."""
    target.parent.mkdir(parents=True)
    shutil.copyfile(source, target)
    with closing(sqlite3.connect(target)) as connection:
        found = connection.execute("SELECT name FROM sqlite_master WHERE type='table'")
        for (name,) in found.fetchall():
            if name not in READINGS and not name.startswith("sqlite_"):
                connection.execute(f"DELETE FROM {name}")  # noqa: S608
        connection.commit()


def kill_one(office, after_s: float) -> bool:
    """Start a run, kill its whole process group after a while; return if it still ran."""
    with Path(os.devnull).open("wb") as nowhere:
        process = office.start(office.command("demo"), nowhere.fileno())
        deadline = time.monotonic() + after_s
        while time.monotonic() < deadline and process.poll() is None:
            time.sleep(0.01)
        was_running = process.poll() is None
        if was_running:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            assert process.returncode == NEEDS_PERSON
        process.wait()
    return was_running and process.returncode == -signal.SIGKILL


def live(life: Life, office, spans_s: tuple[float, float], starts_s: float) -> int:
    """Kill runs of one life, then let one end; return how many kills met a run."""
    moments = random.Random(f"{SEED} {life.name}")  # noqa: S311
    longest = spans_s[1] if life.knows_papers else spans_s[0]
    met = 0
    while met < life.kills:
        # Until its imports are done a run touches nothing: one kill in ten there.
        early = moments.random() < 0.1
        low, high = (0.1, starts_s) if early else (starts_s, longest)
        met += kill_one(office, moments.uniform(low, high))
    ended = office.demo()
    assert ended.code == NEEDS_PERSON, ended.printed
    return met


def timed(office) -> float:
    """Run undisturbed; return the seconds it took."""
    began = time.monotonic()
    ended = office.demo()
    assert ended.code == NEEDS_PERSON, ended.printed
    return time.monotonic() - began


def fill(office) -> None:
    for name in PAPERS:
        office.put(SAMPLES / "inbox" / name)
    office.put(SAMPLES / "bad" / REFUSED)
    office.put(SAMPLES / "inbox" / PAPERS[2], "同じもの.png")


def test_runs_killed_at_random_moments_end_in_the_same_answers_counted_once(
    tmp_path: Path, new_office, prefect_api: str
) -> None:
    calm = new_office(tmp_path / "calm", api_url=prefect_api)
    fill(calm)
    whole_s, again_s = timed(calm), timed(calm)
    expected = outcome(calm.work)
    assert len(expected["documents"]) == len(PAPERS)
    assert len(expected["refused"]) == 1

    offices = {}
    for life in LIVES:
        office = new_office(tmp_path / life.name, api_url=prefect_api)
        fill(office)
        if life.knows_papers:
            forget_all_but_readings(
                calm.work / "yakuba.sqlite3", office.work / "yakuba.sqlite3"
            )
        offices[life.name] = office
    with ThreadPoolExecutor(max_workers=2) as side_by_side:
        met = side_by_side.map(
            lambda life: live(
                life, offices[life.name], (whole_s, again_s * 1.3), again_s * 0.5
            ),
            LIVES,
        )
        assert sum(met) >= 20

    for life in LIVES:
        work = offices[life.name].work
        found = outcome(work)
        for name, value in expected.items():
            assert found[name] == value, f"{life.name}: {name}"
        database = open_database(sqlite_url(work / "yakuba.sqlite3"))
        assert AuditLog(database).verify() >= 2
        database.close()
        unfinished = [
            path
            for folder in ("results", "要確認")
            for path in (work / folder).rglob("*")
            if path.name.endswith((".part", ".tmp"))
        ]
        assert unfinished == []


def test_nothing_lives_on_when_only_the_run_itself_is_killed(
    tmp_path: Path, new_office
) -> None:
    office = new_office(tmp_path / "alone")
    office.put(SAMPLES / "inbox" / PAPERS[2])
    with Path(os.devnull).open("wb") as nowhere:
        process = office.start(office.command("demo"), nowhere.fileno())
    group = process.pid
    try:
        wait_for((office.work / "prefect" / "prefect.db").exists)
        assert group_lives(group)
        process.kill()
        process.wait()
        wait_for(lambda: not group_lives(group))
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


def group_lives(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def wait_for(happened: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < deadline, "it did not happen within a minute"
        time.sleep(0.1)
