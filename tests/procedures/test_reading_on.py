"""Long files: read page by page, gone on with after a kill, nothing kept of a changed one."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.errors import ReadingError
from ocr.read import Engines, Resume, read_pages
from tasks.domain.review_item import QuestionKind, ReviewItem
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.reading.document_store import DocumentStore
from tasks.procedures import intake
from tasks.procedures.intake import InboxFile, read_once, survey, with_pictures

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
NO_READERS = Engines(())


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    database = open_database(sqlite_url(tmp_path / "work" / "y.sqlite3"))
    yield DocumentStore(database)
    database.close()


def stack(path: Path, pages: int) -> Path:
    """Write small sheets, each with its own few strokes, as one TIFF."""
    random = np.random.default_rng(3)

    def sheets() -> Iterator[Image.Image]:
        for _ in range(pages):
            sheet = np.full((140, 100), 255, np.uint8)
            for left, top in random.integers(20, 80, (5, 2)):
                sheet[top : top + 3, left : left + 12] = 0
            yield Image.fromarray(sheet).convert("1")

    first, *others = sheets()
    first.save(path, save_all=True, append_images=others, compression="group4")
    return path


def the_file(path: Path) -> InboxFile:
    (file,) = survey(path.parent, look_again_after_s=0).files
    return file


def read(file: InboxFile, store: DocumentStore) -> intake.Outcome | None:
    return read_once(file, forms=(), engines=NO_READERS, store=store, rule="r", now=NOW)


def inbox_with(tmp_path: Path, pages: int) -> Path:
    (tmp_path / "inbox").mkdir()
    return stack(tmp_path / "inbox" / "scan.tif", pages)


def test_a_run_goes_on_behind_the_last_page_that_was_kept(tmp_path, store):
    file = the_file(inbox_with(tmp_path, 6))
    pages = list(read_pages(file.path, (), NO_READERS))
    for index in range(4):
        store.keep_page(file.sha256, "r", index, pages[index])
    asked_from = []
    original = intake.read_pages

    def watched(*args, resume, **kwargs):
        asked_from.append(resume.pages_kept)
        return original(*args, resume=resume, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(intake, "read_pages", watched)
        outcome = read(file, store)
    assert asked_from == [4]
    assert [page.page for page in outcome.pages] == [1, 2, 3, 4, 5, 6]
    whole = store.find(file.sha256, "r", with_pictures=True)
    assert whole.pages == tuple(pages)


def test_a_run_killed_before_the_last_word_only_says_it(tmp_path, store):
    file = the_file(inbox_with(tmp_path, 2))
    for index, page in enumerate(read_pages(file.path, (), NO_READERS)):
        store.keep_page(file.sha256, "r", index, page)
    assert len(read(file, store).pages) == 2
    assert store.is_read(file.sha256, "r")


def test_nothing_is_kept_of_a_file_that_changes_while_it_is_read(tmp_path, store):
    path = inbox_with(tmp_path, 4)
    file = the_file(path)
    kept = store.keep_page

    class Meddling(DocumentStore):
        def keep_page(self, sha256, reading_rule, page_index, page):
            kept(sha256, reading_rule, page_index, page)
            if page_index == 1:
                stack(path, 5)

    assert read(file, Meddling(store.database)) is None
    assert store.kept_pages(file.sha256, "r") == 0
    assert not store.is_read(file.sha256, "r")
    assert store.refused_files() == ()


def test_a_changed_file_yields_no_page_of_its_new_content(tmp_path):
    path = stack(tmp_path / "scan.tif", 4)
    pages = read_pages(path, (), NO_READERS)
    next(pages)
    then = path.stat()
    path.write_bytes(path.read_bytes()[:-1] + b"\x01")
    os.utime(path, ns=(then.st_atime_ns, then.st_mtime_ns))
    with pytest.raises(ReadingError, match="PAGE-007"):
        next(pages)


def test_a_file_that_was_only_touched_is_read_to_its_end(tmp_path):
    path = stack(tmp_path / "scan.tif", 3)
    pages = read_pages(path, (), NO_READERS)
    next(pages)
    os.utime(path)
    assert len(list(pages)) == 2


def test_pages_kept_of_another_content_are_not_gone_on_with(tmp_path):
    path = stack(tmp_path / "scan.tif", 3)
    with pytest.raises(ReadingError, match="PAGE-007"):
        next(read_pages(path, (), NO_READERS, resume=Resume("0" * 64, 1)))


def test_pages_of_a_file_that_breaks_off_are_not_kept(tmp_path, store):
    path = inbox_with(tmp_path, 3)
    path.write_bytes(path.read_bytes()[:60])
    then = NOW.timestamp() - 3600
    os.utime(path, (then, then))
    file = the_file(path)
    outcome = read(file, store)
    assert isinstance(outcome, intake.Refused)
    assert store.kept_pages(file.sha256, "r") == 0


def test_a_question_gets_its_picture_only_when_it_is_put(tmp_path, store):
    file = the_file(inbox_with(tmp_path, 3))
    document = read(file, store)
    assert all(page.page_png == b"" for page in document.pages)
    item = ReviewItem(
        item_id="q",
        job="j",
        kind=QuestionKind.PAGE,
        document_sha256=file.sha256,
        file="scan.tif",
        page=2,
        field_id="",
        label="",
        field_kind="",
        form="",
        reason="",
    )
    ((question,),) = with_pictures([item], documents=[document], store=store, rule="r")
    assert question.crop_png.startswith(b"\x89PNG")
    assert question.crop_png == store.picture(file.sha256, "r", 1, -1)


CHILD = textwrap.dedent(
    """
    import datetime as dt, json, resource, sys
    from pathlib import Path
    from ocr.read import Engines
    from tasks.edges.office_database.database import open_database
    from tasks.edges.reading.document_store import DocumentStore
    from tasks.procedures.intake import InboxFile, read_once
    url, path, sha256 = sys.argv[1:]
    store = DocumentStore(open_database(url))
    before = store.kept_pages(sha256, "r")
    print(json.dumps({"before": before}), flush=True)
    now = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)
    outcome = read_once(InboxFile(Path(path), sha256), forms=(), engines=Engines(()),
                        store=store, rule="r", now=now)
    print(json.dumps({"pages": len(outcome.pages)}), flush=True)
    """
)


@pytest.mark.slow
def test_kill_9_at_any_moment_loses_no_page_and_reads_none_twice(tmp_path, store):
    path = inbox_with(tmp_path, 300)
    file = the_file(path)
    url = sqlite_url(tmp_path / "work" / "y.sqlite3")
    root = Path(__file__).resolve().parents[2]
    seen = []
    for number in range(4):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, url, str(path), file.sha256],
            stdout=subprocess.PIPE,
            text=True,
            cwd=root,
        )
        assert child.stdout is not None
        seen.append(json.loads(child.stdout.readline())["before"])
        if number < 3:
            time.sleep(0.2 + 0.13 * number)
            child.send_signal(signal.SIGKILL)
            child.wait()
            child.stdout.close()
            continue
        assert json.loads(child.stdout.read()) == {"pages": 300}
        child.stdout.close()
        assert child.wait() == 0
        break
    assert seen == sorted(seen)
    assert 0 < seen[-1] < 300
    whole = store.find(file.sha256, "r")
    assert [page.page for page in whole.pages] == list(range(1, 301))
