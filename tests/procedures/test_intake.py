"""The inbox: every file is read once, refused with a reason, or left for the next run."""

from __future__ import annotations

import datetime as dt
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ocr.model import DocumentReading
from tasks.domain.errors import NeedsPersonError
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.reading.document_store import DocumentStore
from tasks.procedures.intake import (
    InboxFile,
    Refused,
    read_once,
    set_aside,
    survey,
)

NOW = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    return folder


@pytest.fixture
def store(tmp_path: Path) -> Iterator[DocumentStore]:
    database = open_database(sqlite_url(tmp_path / "work" / "y.sqlite3"))
    yield DocumentStore(database)
    database.close()


def refuse(path: Path, store: DocumentStore, *, age_s: float = 3600.0):
    then = NOW.timestamp() - age_s
    os.utime(path, (then, then))
    (file,) = survey(path.parent, look_again_after_s=0).files
    return read_once(file, forms=(), engines=None, store=store, rule="r", now=NOW)


def test_a_missing_inbox_and_an_empty_one_are_told_apart(inbox: Path):
    with pytest.raises(NeedsPersonError, match="FILE-007"):
        survey(inbox)
    with pytest.raises(NeedsPersonError, match="FILE-001"):
        survey(inbox / "nowhere")


def test_folders_within_the_inbox_are_told_with_their_files(inbox: Path) -> None:
    (inbox / "済" / "10月").mkdir(parents=True)
    (inbox / "済" / "10月" / "a.pdf").write_bytes(b"x")
    with pytest.raises(NeedsPersonError, match=r"FILE-007.*1 files lie in folders"):
        survey(inbox)
    (inbox / "b.pdf").write_bytes(b"y")
    assert survey(inbox, look_again_after_s=0).folders == (("済", 1),)


def test_the_same_content_under_two_names_is_read_once_and_the_other_is_told(
    inbox: Path,
):
    (inbox / "b.pdf").write_bytes(b"same")
    (inbox / "a.pdf").write_bytes(b"same")
    seen = survey(inbox, look_again_after_s=0)
    assert [file.path.name for file in seen.files] == ["a.pdf"]
    assert seen.duplicates == (("b.pdf", "a.pdf"),)


def test_a_file_that_still_grows_is_left_for_the_next_run(inbox: Path):
    growing = inbox / "scan.pdf"
    growing.write_bytes(b"first")

    def copy_on() -> None:
        time.sleep(0.05)
        with growing.open("ab") as stream:
            stream.write(b"second")

    copier = threading.Thread(target=copy_on)
    copier.start()
    seen = survey(inbox, look_again_after_s=0.3)
    copier.join()
    assert seen.files == ()
    assert seen.arriving == ("scan.pdf",)


@pytest.mark.parametrize("name", ["scan.pdf.part", "scan.tmp", "SCAN.PDF.CRDOWNLOAD"])
def test_names_of_copying_programs_are_left_alone(inbox: Path, name: str):
    (inbox / name).write_bytes(b"half")
    assert survey(inbox, look_again_after_s=0).arriving == (name,)


def test_hidden_files_and_office_lock_files_are_no_input(inbox: Path):
    for name in (".DS_Store", "~$list.xlsx", "scan.pdf"):
        (inbox / name).write_bytes(name.encode())
    seen = survey(inbox, look_again_after_s=0)
    assert [file.path.name for file in seen.files] == ["scan.pdf"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "PAGE-005", id="empty"),
        pytest.param(b"MZ\x90\x00 not a picture", "PAGE-004", id="renamed program"),
        pytest.param(b"%PDF-1.7\n1 0 obj <<", "PAGE-001", id="cut short long ago"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_with_its_reason(
    inbox: Path, store: DocumentStore, content: bytes, code: str
):
    path = inbox / "scan.pdf"
    path.write_bytes(content)
    outcome = refuse(path, store)
    assert isinstance(outcome, Refused)
    assert outcome.code == code
    assert store.refused_files()[0].code == code


def test_a_file_cut_short_a_moment_ago_is_taken_to_be_still_arriving(
    inbox: Path, store: DocumentStore
):
    path = inbox / "scan.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj <<")
    assert refuse(path, store, age_s=5) is None
    assert store.refused_files() == ()


def test_a_document_known_under_the_rule_is_not_read_again(
    inbox: Path, store: DocumentStore
):
    path = inbox / "scan.pdf"
    path.write_bytes(b"nothing an engine could read")
    (file,) = survey(inbox, look_again_after_s=0).files
    known = DocumentReading("scan.pdf", file.sha256, ())
    store.save(known, "r")
    outcome = read_once(file, forms=(), engines=None, store=store, rule="r", now=NOW)
    assert outcome == known


def test_a_refused_file_is_copied_with_its_reason_and_the_original_stays(
    inbox: Path, tmp_path: Path
):
    original = inbox / "scan.pdf"
    original.write_bytes(b"MZ")
    (file,) = survey(inbox, look_again_after_s=0).files
    refused = Refused("scan.pdf", file.sha256, "PAGE-004")
    for _ in range(2):
        copy = set_aside(refused, inbox=inbox, folder=tmp_path / "要確認")
    assert original.exists()
    assert copy.read_bytes() == b"MZ"
    names = sorted(path.name for path in copy.parent.iterdir())
    assert names == ["scan.pdf", "scan.pdf.理由.txt"]
    reason = (copy.parent / "scan.pdf.理由.txt").read_text(encoding="utf-8-sig")
    assert "PDF・TIFF・PNG・JPEG" in reason


def test_another_file_of_the_same_name_does_not_overwrite_the_first(
    inbox: Path, tmp_path: Path
):
    folder = tmp_path / "要確認"
    copies = set()
    for content in (b"MZ one", b"MZ two"):
        (inbox / "scan.pdf").write_bytes(content)
        (file,) = survey(inbox, look_again_after_s=0).files
        refused = Refused("scan.pdf", file.sha256, "PAGE-004")
        copies.add(set_aside(refused, inbox=inbox, folder=folder))
    assert {path.read_bytes() for path in copies} == {b"MZ one", b"MZ two"}


def test_an_inbox_file_is_named_by_its_content(inbox: Path):
    (inbox / "scan.pdf").write_bytes(b"x")
    (file,) = survey(inbox, look_again_after_s=0).files
    assert isinstance(file, InboxFile)
    assert len(file.sha256) == 64


def test_a_file_that_another_program_still_holds_is_left_for_the_next_run(inbox: Path):
    # Windows refuses to open a file while it is copied in; reading this one fails too.
    (inbox / "scan.pdf").symlink_to("/proc/self/mem")
    seen = survey(inbox, look_again_after_s=0)
    assert seen.files == ()
    assert seen.arriving == ("scan.pdf",)


def test_a_file_taken_away_before_it_is_read_is_no_refusal(
    inbox: Path, store: DocumentStore
):
    (inbox / "scan.pdf").write_bytes(b"MZ")
    (file,) = survey(inbox, look_again_after_s=0).files
    file.path.unlink()
    outcome = read_once(file, forms=(), engines=None, store=store, rule="r", now=NOW)
    assert outcome is None
    assert store.refused_files() == ()


def test_the_reason_is_written_also_when_the_refused_file_is_gone(
    inbox: Path, tmp_path: Path
):
    set_aside(
        Refused("scan.pdf", "0" * 64, "PAGE-004"),
        inbox=inbox,
        folder=tmp_path / "aside",
    )
    assert [path.name for path in (tmp_path / "aside").iterdir()] == [
        "scan.pdf.理由.txt"
    ]


def test_two_refused_files_of_one_name_both_keep_their_copies(
    inbox: Path, tmp_path: Path
):
    for content in (b"MZ first", b"MZ second"):
        (inbox / "scan.pdf").write_bytes(content)
        (file,) = survey(inbox, look_again_after_s=0).files
        refused = Refused("scan.pdf", file.sha256, "PAGE-004")
        set_aside(refused, inbox=inbox, folder=tmp_path / "aside")
    kept = {path.read_bytes() for path in (tmp_path / "aside").glob("*.pdf")}
    assert kept == {b"MZ first", b"MZ second"}
    assert len(list((tmp_path / "aside").glob("*.理由.txt"))) == 2


def test_a_copy_that_cannot_be_written_is_an_error_with_its_code(
    inbox: Path, tmp_path: Path
):
    (inbox / "scan.pdf").write_bytes(b"MZ")
    (tmp_path / "aside").write_bytes(b"no folder")
    refused = Refused("scan.pdf", "0" * 64, "PAGE-004")
    with pytest.raises(NeedsPersonError, match="FILE-003"):
        set_aside(refused, inbox=inbox, folder=tmp_path / "aside" / "in")
