"""Readings kept per document: whole or not at all."""

import datetime as dt
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ocr.model import (
    BoxPx,
    Candidate,
    DocumentReading,
    ErrorClass,
    FieldKind,
    FieldReading,
    PageReading,
    Reading,
)
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.office_database.database_tables import (
    DOCUMENT_PAGES,
    DOCUMENTS,
    PICTURES,
)
from tasks.edges.reading.document_store import DocumentStore, pack, unpack

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
PNG = b"\x89PNG\r\n\x1a\n\x00\xff"


@pytest.fixture
def store(database_url: str) -> Iterator[DocumentStore]:
    database = open_database(database_url)
    yield DocumentStore(database)
    database.close()


def a_field(number: int = 1) -> FieldReading:
    return FieldReading(
        field_id=f"name_{number}",
        label="氏名",
        kind=FieldKind.NAME,
        error_class=ErrorClass.STRICT,
        required=True,
        box_px=BoxPx(1, 2, 3, 4),
        ink=0.125,
        blank=False,
        checked=None,
        readings=(
            Reading("rapid", "𠮷田 渚", 0.91, (Candidate("吉田 渚", 0.07),)),
            Reading("tesseract", "吉田 渚", 0.5),
        ),
        crop_png=PNG + bytes([number]),
    )


def a_document(sha256: str = "ab" * 32, pages: int = 2) -> DocumentReading:
    return DocumentReading(
        file="scan_001.pdf",
        sha256=sha256,
        pages=tuple(
            PageReading(
                page=number,
                form="hojokin",
                form_version="1",
                rotation_deg=180,
                residual_mm=0.21,
                born_digital=False,
                fields=(a_field(1), a_field(2)),
                page_png=PNG,
            )
            for number in range(1, pages + 1)
        ),
    )


def test_a_document_comes_back_as_it_was_read_pictures_included(
    store: DocumentStore,
) -> None:
    store.save(a_document(), "rule-1")
    found = store.find("ab" * 32, "rule-1", with_pictures=True)
    assert found == a_document()
    assert store.is_read("ab" * 32, "rule-1")


def test_another_rule_or_document_is_not_found(store: DocumentStore) -> None:
    store.save(a_document(), "rule-1")
    assert store.find("ab" * 32, "rule-2") is None
    assert store.find("cd" * 32, "rule-1") is None
    assert not store.is_read("ab" * 32, "rule-2")


def test_saving_again_replaces_and_leaves_no_picture_behind(
    store: DocumentStore,
) -> None:
    store.save(a_document(pages=3), "rule-1")
    store.save(a_document(pages=1), "rule-1")
    found = store.find("ab" * 32, "rule-1", with_pictures=True)
    assert found == a_document(pages=1)
    with store.database.reading() as connection:
        count = connection.scalar(sa.select(sa.func.count()).select_from(PICTURES))
    assert count == 3


def test_pictures_are_kept_apart_from_the_text(store: DocumentStore) -> None:
    body, pictures = pack(a_document().pages[0])
    assert "png" not in body
    assert set(pictures) == {-1, 0, 1}
    store.save(a_document(), "rule-1")
    bare = store.find("ab" * 32, "rule-1")
    assert bare is not None
    assert bare.pages[1].fields[0].crop_png == bare.pages[1].page_png == b""
    crop = a_document().pages[1].fields[1].crop_png
    assert store.picture("ab" * 32, "rule-1", 1, 1) == crop
    assert store.picture("ab" * 32, "rule-1", 0, -1) == PNG
    assert store.picture("ab" * 32, "rule-1", 7, 0) == b""


def test_pages_kept_one_by_one_are_no_document_before_it_is_finished(
    store: DocumentStore,
) -> None:
    key = ("ab" * 32, "rule-1")
    for index, page in enumerate(a_document(pages=3).pages):
        assert store.kept_pages(*key) == index
        store.keep_page(*key, index, page)
        assert store.find(*key) is None
    assert not store.is_read(*key)
    assert store.finish(*key, "scan_001.pdf") == 3
    assert store.find(*key, with_pictures=True) == a_document(pages=3)


def test_a_page_kept_behind_a_missing_one_does_not_count(store: DocumentStore) -> None:
    page = a_document().pages[0]
    store.keep_page("ab" * 32, "rule-1", 0, page)
    store.keep_page("ab" * 32, "rule-1", 2, page)
    assert store.kept_pages("ab" * 32, "rule-1") == 1


def test_nothing_is_left_of_a_forgotten_document(store: DocumentStore) -> None:
    store.save(a_document(), "rule-1")
    store.save(a_document(), "rule-2")
    store.forget("ab" * 32, "rule-1")
    assert store.kept_pages("ab" * 32, "rule-1") == 0
    assert store.picture("ab" * 32, "rule-1", 0, 0) == b""
    assert store.find("ab" * 32, "rule-2") is not None


def test_a_stored_reading_of_another_shape_counts_as_not_read(
    store: DocumentStore, caplog: pytest.LogCaptureFixture
) -> None:
    store.save(a_document(), "rule-1")
    with store.database.writing() as connection:
        connection.execute(sa.update(DOCUMENT_PAGES).values(body='{"file": "吉田"}'))
    assert store.find("ab" * 32, "rule-1") is None
    assert "not understood" in caplog.text
    assert "吉田" not in caplog.text


def test_refused_files_are_listed_with_the_newest_reason(store: DocumentStore) -> None:
    store.refuse("aa" * 32, "a.pdf", "PAGE-001", "cut off", NOON)
    store.refuse("bb" * 32, "b.pdf", "PAGE-002", "encrypted", NOON)
    store.refuse("aa" * 32, "a.pdf", "PAGE-005", "empty", NOON + dt.timedelta(days=1))
    assert [(one.file, one.code) for one in store.refused_files()] == [
        ("b.pdf", "PAGE-002"),
        ("a.pdf", "PAGE-005"),
    ]
    found = store.find_refusal("aa" * 32)
    assert found is not None
    assert (found.detail, found.at) == ("empty", NOON + dt.timedelta(days=1))
    assert store.find_refusal("cc" * 32) is None


def test_a_document_that_is_read_after_all_is_no_longer_refused(
    store: DocumentStore,
) -> None:
    store.refuse("ab" * 32, "scan_001.pdf", "PAGE-001", "cut off", NOON)
    store.save(a_document(), "rule-1")
    assert store.refused_files() == ()


def test_progress_counts_documents_pages_and_refusals(store: DocumentStore) -> None:
    store.save(a_document(), "rule-1")
    store.save(a_document("cd" * 32, pages=1), "rule-1")
    store.save(a_document(), "rule-0")
    store.refuse("ee" * 32, "e.exe", "PAGE-004", "MZ", NOON)
    counts = store.count_documents("rule-1")
    assert (counts.read, counts.pages, counts.refused) == (2, 3, 1)


TEXT = st.text(
    st.characters(exclude_categories=("Cs",), exclude_characters="\x00"), max_size=12
)
SHARE = st.floats(0, 1)
FIELDS = st.builds(
    FieldReading,
    field_id=TEXT,
    label=TEXT,
    kind=st.sampled_from(FieldKind),
    error_class=st.sampled_from(ErrorClass),
    required=st.booleans(),
    box_px=st.builds(BoxPx, *[st.integers(-9, 9999)] * 4),
    ink=SHARE,
    blank=st.booleans(),
    checked=st.none() | st.booleans(),
    readings=st.lists(
        st.builds(
            Reading,
            TEXT,
            TEXT,
            SHARE,
            st.lists(st.builds(Candidate, TEXT, SHARE), max_size=2).map(tuple),
        ),
        max_size=2,
    ).map(tuple),
    crop_png=st.binary(max_size=20),
)
DOCUMENTS_READ = st.builds(
    DocumentReading,
    file=TEXT,
    sha256=TEXT,
    pages=st.lists(
        st.builds(
            PageReading,
            page=st.integers(1, 999),
            form=st.none() | TEXT,
            form_version=st.none() | TEXT,
            rotation_deg=st.sampled_from((0, 90, 180, 270)),
            residual_mm=st.none() | SHARE,
            born_digital=st.booleans(),
            fields=st.lists(FIELDS, max_size=3).map(tuple),
            trouble=st.none() | TEXT,
            blank_page=st.booleans(),
            page_png=st.binary(max_size=20),
        ),
        max_size=3,
    ).map(tuple),
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(DOCUMENTS_READ)
def test_every_document_survives_being_taken_apart(document: DocumentReading) -> None:
    assert tuple(unpack(*pack(page)) for page in document.pages) == document.pages


CHILD = textwrap.dedent(
    """
    import sys
    sys.path.insert(0, sys.argv[2])
    from test_document_store import a_document
    from tasks.edges.office_database.database import open_database
    from tasks.edges.reading.document_store import DocumentStore
    store = DocumentStore(open_database(sys.argv[1]))
    print("ready", flush=True)
    for number in range(100_000):
        store.save(a_document(f"{number:064x}", pages=6), "rule-1")
    """
)


@pytest.mark.slow
def test_kill_9_leaves_a_document_wholly_read_or_not_at_all(tmp_path: Path) -> None:
    url = sqlite_url(tmp_path / "yakuba.sqlite3")
    database = open_database(url)
    store = DocumentStore(database)
    here = Path(__file__)
    read = 0
    for round_number in range(6):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, url, str(here.parent)],
            stdout=subprocess.PIPE,
            cwd=here.parents[3],
            env={**os.environ, "PYTHONPATH": str(here.parents[3])},
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"ready\n"
        time.sleep(0.05 + 0.043 * round_number)
        child.send_signal(signal.SIGKILL)
        child.wait()
        child.stdout.close()
        read = store.count_documents("rule-1").read
        for number in range(read):
            sha256 = f"{number:064x}"
            found = store.find(sha256, "rule-1", with_pictures=True)
            assert found == a_document(sha256, pages=6)
        with database.reading() as connection:
            orphans = connection.scalar(
                sa.select(sa.func.count()).where(
                    PICTURES.c.sha256.not_in(sa.select(DOCUMENTS.c.sha256))
                )
            )
        assert orphans == 0
    assert read > 0
    database.close()
