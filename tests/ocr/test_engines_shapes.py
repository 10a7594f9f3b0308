from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr.engines.cutting import Style, segments_of
from ocr.engines.glyphs import stroke_features
from ocr.engines.shapes import ShapesEngine
from ocr.errors import ReadingError
from ocr.model import FieldKind
from ocr.preprocess import Snippet

NUMERALS = Style(cut_above=0.62, widest=1.05, numeric=True)


@pytest.fixture(scope="module")
def reader() -> ShapesEngine:
    return ShapesEngine()


def line_of(text: str, thick: int = 4) -> np.ndarray:
    """Return digits in OpenCV's own stroke letters, which no training face has."""
    face = cv2.FONT_HERSHEY_SIMPLEX
    (width, height), _ = cv2.getTextSize(text, face, 2.0, thick)
    line = np.full((height + 40, width + 40), 255, np.uint8)
    cv2.putText(line, text, (20, height + 20), face, 2.0, 0, thick, cv2.LINE_AA)
    return line


def snippet(kind: FieldKind, *lines: np.ndarray, cells=()) -> Snippet:
    return Snippet("0" * 64, 1, "x", kind, (0, 0, 9, 9), tuple(lines), tuple(cells))


def told(reader: ShapesEngine, one: Snippet) -> str | None:
    reading = reader.read([one])[0]
    return reading.text if reading else None


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        pytest.param(FieldKind.DIGITS, "0123456789", id="every digit"),
        pytest.param(FieldKind.POSTAL, "748-0012", id="postal code"),
        pytest.param(FieldKind.PHONE, "090-0061-0563", id="phone"),
        pytest.param(FieldKind.DATE, "1985/5/28", id="date"),
    ],
)
def test_numerals_in_strokes_it_never_saw_are_read(reader, kind, text):
    assert told(reader, snippet(kind, line_of(text))) == text


def test_digits_that_touch_are_parted(reader):
    apart = [line_of(digit)[:, 18:-18] for digit in "5093"]
    touching = np.hstack([np.hstack([one[:, 6:-4] for one in apart])])
    line = cv2.copyMakeBorder(touching, 0, 0, 20, 20, cv2.BORDER_CONSTANT, value=255)
    assert told(reader, snippet(FieldKind.DIGITS, line)) == "5093"


def test_each_box_is_one_character_however_wide_the_gaps(reader):
    cells = [line_of(digit) for digit in "7480004"]
    one = snippet(FieldKind.POSTAL, np.hstack(cells), cells=cells)
    assert told(reader, one) == "7480004"


@pytest.mark.parametrize(
    "kind", [FieldKind.NAME, FieldKind.ADDRESS, FieldKind.TEXT], ids=str
)
def test_words_are_left_to_the_other_readers(reader, kind):
    assert told(reader, snippet(kind, line_of("123"))) is None


def test_scrawl_is_not_called_a_number(reader):
    rng = np.random.default_rng(5)
    line = np.full((80, 400), 255, np.uint8)
    for _ in range(40):
        ends = rng.integers(0, 80, 4) * np.array([5, 1, 5, 1])
        cv2.line(line, tuple(map(int, ends[:2])), tuple(map(int, ends[2:])), 0, 4)
    assert told(reader, snippet(FieldKind.DIGITS, line)) is None


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(np.full((40, 90), 255, np.uint8), id="white"),
        pytest.param(np.zeros((40, 90), np.uint8), id="black"),
        pytest.param(np.full((1, 1), 255, np.uint8), id="one pixel"),
        pytest.param(np.full((40, 3), 90, np.uint8), id="narrow"),
    ],
)
def test_line_without_characters_gives_no_reading(reader, line):
    reading = reader.read([snippet(FieldKind.AMOUNT, line)])[0]
    assert reading is None or len(reading.text) == 1


@settings(max_examples=20, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=9), st.integers(2, 6))
def test_what_is_told_of_a_number_is_that_number_or_nothing(text, thick):
    told_text = told(ShapesEngine(), snippet(FieldKind.DIGITS, line_of(text, thick)))
    assert told_text in (text, None)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(4, 60), st.integers(4, 200))
def test_any_picture_is_cut_into_pieces_in_order(seed, height, width):
    noise = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    for one in segments_of(noise, NUMERALS):
        assert one.first < one.end
        assert one.ink.min() >= 0.0
        assert one.ink.max() <= 1.0


def test_features_do_not_depend_on_size_or_place():
    small = np.zeros((60, 60), np.float32)
    cv2.circle(small, (30, 30), 20, 1.0, 6)
    large = cv2.copyMakeBorder(
        cv2.resize(small, (180, 180), interpolation=cv2.INTER_CUBIC), 9, 40, 70, 5, 0
    )
    one, other = stroke_features(small), stroke_features(large)
    assert one is not None
    assert other is not None
    assert np.corrcoef(one, other)[0, 1] > 0.99


def test_threads_share_one_reader(reader):
    page = [snippet(FieldKind.DIGITS, line_of(str(n) * 4)) for n in range(10)]
    alone = reader.read(page)
    with ThreadPoolExecutor(4) as pool:
        assert all(found == alone for found in pool.map(reader.read, [page] * 8))


def test_no_text_in_the_repr_of_a_reading(reader):
    assert "7480004" not in repr(
        reader.read([snippet(FieldKind.DIGITS, line_of("7480004"))])
    )


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(None, id="missing"),
        pytest.param(b"", id="empty"),
        pytest.param(b"PK\x03\x04 not weights", id="garbage"),
    ],
)
def test_weights_that_cannot_be_used_are_engine_001(tmp_path, content):
    path = tmp_path / "weights.npz"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ReadingError, match="ENGINE-001"):
        ShapesEngine(path)
