"""The page around a field: its picture with the field framed, when one was kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.model import (
    BoxPx,
    DocumentReading,
    ErrorClass,
    FieldKind,
    FieldReading,
    PageReading,
)
from tasks.domain.review_item import QuestionKind, ReviewItem
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.reading.document_store import DocumentStore
from tasks.edges.reading.page_pictures import PagePictures

SHA256 = "ab" * 32
HALF = 2
"""The picture kept is half as large as the page."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield found
    found.close()


def page(png: bytes) -> PageReading:
    field = FieldReading(
        field_id="name",
        label="氏名",
        kind=FieldKind.NAME,
        error_class=ErrorClass.STRICT,
        required=True,
        box_px=BoxPx(100, 200, 300, 240),
        ink=0.1,
        blank=False,
        checked=None,
    )
    return PageReading(
        page=1,
        form="hojokin",
        form_version="1",
        rotation_deg=0,
        residual_mm=0.1,
        born_digital=False,
        fields=(field,),
        page_png=png,
        size_px=(800, 1000),
    )


def question(field_id: str = "name") -> ReviewItem:
    return ReviewItem(
        item_id="00" * 16,
        job="job",
        kind=QuestionKind.FIELD if field_id else QuestionKind.PAGE,
        document_sha256=SHA256,
        file="scan.pdf",
        page=1,
        field_id=field_id,
        label="",
        field_kind="name",
        form="hojokin",
        reason="",
    )


def grey() -> bytes:
    small = np.full((1000 // HALF, 800 // HALF), 230, np.uint8)
    return cv2.imencode(".png", small)[1].tobytes()


def keep(database: Database, reading: PageReading) -> None:
    DocumentStore(database).save(DocumentReading("scan.pdf", SHA256, (reading,)), "r")


def test_the_field_is_framed_where_it_lies(database: Database) -> None:
    keep(database, page(grey()))
    png = PagePictures(database).around(question())
    drawn = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    assert drawn is not None
    red = (drawn[:, :, 2].astype(int) - drawn[:, :, 0]) > 100
    rows, columns = np.nonzero(red)
    found = columns.min(), rows.min(), columns.max(), rows.max()
    wanted = (100 / HALF, 200 / HALF, 300 / HALF, 240 / HALF)
    assert found == pytest.approx(wanted, abs=9)
    assert not red[int(205 / HALF) : int(235 / HALF), int(110 / HALF) : 140].any()


def test_a_question_about_a_page_has_no_frame(database: Database) -> None:
    keep(database, page(grey()))
    assert PagePictures(database).around(question("")) == grey()


@pytest.mark.parametrize(
    "reading",
    [
        pytest.param(page(b""), id="no picture kept"),
        pytest.param(None, id="page not kept"),
    ],
)
def test_nothing_is_shown_where_nothing_was_kept(
    database: Database, reading: PageReading | None
) -> None:
    if reading is not None:
        keep(database, reading)
    assert PagePictures(database).around(question()) == b""


def test_pages_read_before_sizes_were_kept_are_shown_without_frame(
    database: Database,
) -> None:
    keep(database, replace(page(grey()), size_px=(0, 0)))
    assert PagePictures(database).around(question()) == grey()
