from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from PIL import Image

from ocr.engines import tesseract
from ocr.engines.rapid import RapidEngine
from ocr.engines.replay import ReplayEngine
from ocr.engines.tesseract import TesseractEngine
from ocr.errors import ReadingError
from ocr.model import FieldKind, Reading
from ocr.pages import sha256_of
from ocr.preprocess import Snippet
from ocr.read import Engines, read_document, read_pages, reading_rule_version


class MissingEngine:
    """A reader whose program is not there."""

    name = "missing"
    version = "1"

    def read(self, snippets):
        del snippets
        raise ReadingError("ENGINE-001", "not installed")


class ScannerEngine:
    """A reader during whose work the scanner writes the file anew."""

    name = "scanner"
    version = "1"

    def __init__(self, overwrite):
        self.overwrite = overwrite

    def read(self, snippets):
        self.overwrite()
        return tuple(Reading("scanner", "1", 0.9) for _ in snippets)


@pytest.fixture(scope="module")
def filled(blank, pen) -> np.ndarray:
    page = pen.scan_of(blank)
    for left in (64, 70, 76):
        pen.line(page, left, 62, left + 3, 67, (20, 20, 20), 6)
    return page


def save(path, *pages) -> None:
    sheets = [Image.fromarray(cv2.cvtColor(page, cv2.COLOR_BGR2RGB)) for page in pages]
    sheets[0].save(
        path, save_all=True, append_images=sheets[1:], dpi=(300, 300)
    ) if len(sheets) > 1 else sheets[0].save(path, dpi=(300, 300))


def nothing_like_a_form() -> np.ndarray:
    page = np.full((3508, 2480, 3), 255, np.uint8)
    cv2.circle(page, (1200, 1700), 700, (0, 0, 0), 30)
    cv2.circle(page, (700, 900), 300, (0, 0, 0), 30)
    return page


def test_readings_of_all_readers_come_in_order_and_none_for_blank_fields(
    tmp_path, filled, shapes
):
    path = tmp_path / "form.png"
    save(path, filled)
    where = (sha256_of(path), 1, "amount_yen")
    first = ReplayEngine({where: Reading("first", "1,000", 0.9)}, "first")
    second = ReplayEngine({where: Reading("second", "1,000", 0.4)}, "second")
    document = read_document(path, [shapes], Engines((first, second)))
    page = document.pages[0]
    assert (page.form, page.form_version, page.trouble) == ("shapes", "1", None)
    assert page.residual_mm is not None
    assert page.residual_mm < 0.1
    fields = {one.field_id: one for one in page.fields}
    assert [one.engine for one in fields["amount_yen"].readings] == ["first", "second"]
    assert fields["account"].blank
    assert fields["account"].readings == ()
    assert document.sha256 == sha256_of(path)


@pytest.mark.parametrize("turned_deg", [0, 90, 180, 270])
def test_sheet_put_in_any_way_round_is_turned_upright(
    tmp_path, filled, shapes, recording, turned_deg
):
    path = tmp_path / "form.png"
    save(path, np.ascontiguousarray(np.rot90(filled, turned_deg // 90)))
    page = read_document(path, [shapes], Engines((recording,))).pages[0]
    assert page.rotation_deg == turned_deg
    box = next(one for one in page.fields if one.field_id == "amount_yen").box_px
    assert (box.left, box.top) == pytest.approx((709, 709), abs=3)
    assert [one.field_id for one in recording.seen] == ["amount_yen"]


def test_bad_pages_are_told_apart_and_lose_no_good_one(
    tmp_path, filled, shapes, recording
):
    path = tmp_path / "stack.tif"
    empty = np.full((3508, 2480, 3), 250, np.uint8)
    save(path, filled, empty, nothing_like_a_form(), filled)
    pages = read_document(path, [shapes], Engines((recording,))).pages
    assert [page.form for page in pages] == ["shapes", None, None, "shapes"]
    assert [page.blank_page for page in pages] == [False, True, False, False]
    assert [page.trouble for page in pages] == [None, None, "FORM-001", None]
    assert 0 < len(pages[2].page_png) <= 200_000


def test_pages_are_read_one_at_a_time(tmp_path, filled, shapes, recording):
    path = tmp_path / "stack.tif"
    save(path, filled, filled)
    pages = read_pages(path, [shapes], Engines((recording,)))
    next(pages)
    assert {one.page for one in recording.seen} == {1}


def test_missing_program_stops_the_reading_instead_of_troubling_each_page(
    tmp_path, filled, shapes
):
    path = tmp_path / "form.png"
    save(path, filled)
    with pytest.raises(ReadingError, match="ENGINE-001"):
        read_document(path, [shapes], Engines((MissingEngine(),)))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(
            lambda path: path.write_bytes(b"II*\x00 another"), id="overwritten"
        ),
        pytest.param(lambda path: path.unlink(), id="taken away"),
        pytest.param(
            lambda path: path.write_bytes(path.read_bytes()[:-9]), id="cut short"
        ),
    ],
)
@pytest.mark.parametrize("pages", [1, 2])
def test_file_changed_while_it_is_read_is_page_007_and_gives_no_document(
    tmp_path, filled, shapes, change, pages
):
    path = tmp_path / "form.tif"
    save(path, *[filled] * pages)
    changed = []

    def once():
        if not changed:
            changed.append(change(path))

    with pytest.raises(ReadingError, match="PAGE-007") as caught:
        read_document(path, [shapes], Engines((ScannerEngine(once),)))
    assert caught.value.sentence.endswith("次回の実行で読み取ります。")


def test_document_is_kept_under_the_bytes_that_were_read(tmp_path, filled, shapes):
    path = tmp_path / "form.png"
    save(path, filled)
    before = sha256_of(path)
    same = path.read_bytes()
    rewritten = Engines((ScannerEngine(lambda: path.write_bytes(same)),))
    assert read_document(path, [shapes], rewritten).sha256 == before


def test_picture_of_a_troubled_page_is_small_even_when_it_is_noise(
    tmp_path, shapes, recording
):
    path = tmp_path / "noise.png"
    noise = np.random.default_rng(2).integers(0, 255, (2000, 1500, 3), np.uint8)
    save(path, noise)
    page = read_document(path, [shapes], Engines((recording,))).pages[0]
    assert page.trouble == "FORM-001"
    assert 0 < len(page.page_png) <= 200_000


def test_nobodys_writing_is_in_the_repr_of_a_reading(tmp_path, filled, shapes):
    path = tmp_path / "form.png"
    save(path, filled)
    secret = ReplayEngine(
        {(sha256_of(path), 1, "amount_yen"): Reading("r", "314159", 1.0)}
    )
    assert "314159" not in repr(read_document(path, [shapes], Engines((secret,))))


def test_rule_version_is_stable_and_changes_with_a_form(shapes):
    assert reading_rule_version([shapes]) == reading_rule_version([shapes])
    moved = shapes.fields[0].model_copy(update={"box_mm": (61, 60, 80, 10)})
    other = shapes.model_copy(update={"fields": (moved, *shapes.fields[1:])})
    assert reading_rule_version([other]) != reading_rule_version([shapes])
    assert reading_rule_version() != reading_rule_version([shapes])


def test_missing_recogniser_is_engine_001(tmp_path):
    with pytest.raises(ReadingError, match="ENGINE-001"):
        RapidEngine(tmp_path / "none.onnx")


def test_missing_tesseract_is_engine_001(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadingError, match="ENGINE-001"):
        TesseractEngine()


def test_words_of_a_failing_reader_do_not_get_into_the_error(monkeypatch):
    def fails(*_, **__):
        raise tesseract.pytesseract.TesseractError(1, "near 314159")

    reader = TesseractEngine()
    monkeypatch.setattr(tesseract.pytesseract, "image_to_data", fails)
    line = np.full((40, 80), 255, np.uint8)
    snippet = Snippet("0" * 64, 1, "x", FieldKind.DIGITS, (0, 0, 9, 9), (line,))
    with pytest.raises(ReadingError, match="ENGINE-001") as caught:
        reader.read([snippet])
    assert "314159" not in str(caught.value) + caught.value.detail


@pytest.mark.slow
def test_one_engine_set_serves_two_threads_alike(tmp_path, filled, shapes):
    path = tmp_path / "form.png"
    save(path, filled)
    engines = Engines((RapidEngine(),))
    start = threading.Barrier(2)

    def read() -> object:
        start.wait()
        return [read_document(path, [shapes], engines) for _ in range(3)]

    with ThreadPoolExecutor(2) as pool:
        one, two = pool.submit(read), pool.submit(read)
        assert one.result() == two.result()
