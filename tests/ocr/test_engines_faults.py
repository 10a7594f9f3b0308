"""What becomes of a page when a reading program fails: one fake program per fault."""

from __future__ import annotations

import logging
import os
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ocr.engines.rapid import RapidEngine
from ocr.engines.tesseract import TesseractEngine
from ocr.errors import ReadingError
from ocr.model import FieldKind
from ocr.preprocess import Snippet
from ocr.read import Engines, read_document

FAKE = """#!{python} -S
import os, signal, struct, sys, time

def tiff_pages(data):
    count, at = 0, struct.unpack_from("<I", data, 4)[0]
    while at:
        entries = struct.unpack_from("<H", data, at)[0]
        at = struct.unpack_from("<I", data, at + 2 + 12 * entries)[0]
        count += 1
    return count

def table(count, word="7"):
    rows = ["level\\tpage_num\\tblock_num\\tpar_num\\tline_num\\tword_num\\tleft\\ttop\\twidth\\theight\\tconf\\ttext"]
    for page in range(1, count + 1):
        rows.append(f"1\\t{{page}}\\t0\\t0\\t0\\t0\\t0\\t0\\t9\\t9\\t-1\\t")
        rows.append(f"5\\t{{page}}\\t1\\t1\\t1\\t1\\t0\\t0\\t9\\t9\\t90.0\\t{{word}}")
    return "\\n".join(rows) + "\\n"

if "--version" in sys.argv:
    print("tesseract 5.3.0")
elif "--list-langs" in sys.argv:
    print("List of available languages (2):\\neng\\njpn")
else:
    data = open(sys.argv[1], "rb").read()
    poisoned = b"\\x11" * 64 in data
    with open({starts!r}, "a") as log:
        log.write("x")
    out = table(tiff_pages(data))
    {fault}
    open(sys.argv[2] + ".tsv", "w").write(out)
"""
DIES = "os.kill(os.getpid(), signal.SIGSEGV)"
HANGS = "time.sleep(60)"
FAULTS = {
    "dies": DIES,
    "hangs": HANGS,
    "stops with an error": "sys.exit(3)",
    "writes nothing": "sys.exit(0)",
    "writes garbage": 'out = "\\x00\\x01 no table at all"',
    "writes half a table": "out = out[: len(out) // 2]",
    "loses a page": "out = table(max(0, tiff_pages(data) - 1))",
    "invents a page": "out = table(tiff_pages(data) + 1)",
    "writes no UTF-8": 'open(sys.argv[2] + ".tsv", "wb").write(b"\\xff\\xfe"); sys.exit(0)',
}
EACH_FAULT = pytest.mark.parametrize(
    "fault",
    [
        pytest.param(fault, id=name, marks=[pytest.mark.slow] * (fault == HANGS))
        for name, fault in FAULTS.items()
    ],
)


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Put a fake Tesseract with a fault on the PATH; gives the file of its starts."""

    def put(fault: str) -> Path:
        starts = tmp_path / "starts"
        path = tmp_path / "bin" / "tesseract"
        path.parent.mkdir()
        text = FAKE.format(python=sys.executable, starts=str(starts), fault=fault)
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}{os.pathsep}{os.environ['PATH']}")
        return starts

    return put


def snippet(number: int, *, bad: bool = False) -> Snippet:
    line = np.full((32, 200), 0x11 if bad else 200, np.uint8)
    return Snippet("0" * 64, 1, f"f{number}", FieldKind.DIGITS, (0, 0, 9, 9), (line,))


def page_with_one_bad_field() -> list[Snippet]:
    return [snippet(number, bad=number == 4) for number in range(6)]


@EACH_FAULT
def test_bad_line_loses_its_own_reading_and_no_other(program, fault, caplog):
    starts = program(f"if poisoned: {fault}")
    reader = TesseractEngine(timeout_seconds=0.5, timeout_seconds_a_line=0.0)
    with caplog.at_level(logging.WARNING):
        found = reader.read(page_with_one_bad_field())
    assert [reading.text if reading else None for reading in found] == [
        *["7"] * 4,
        None,
        "7",
    ]
    assert len(starts.read_text()) < 12
    assert "one line left unread" in caplog.text
    assert "7" not in caplog.messages[-1]


@EACH_FAULT
def test_program_that_always_fails_is_engine_001_at_once(program, fault):
    program(fault)
    reader = TesseractEngine(timeout_seconds=0.5, timeout_seconds_a_line=0.0)
    started = time.monotonic()
    with pytest.raises(ReadingError, match="ENGINE-001"):
        reader.read(page_with_one_bad_field())
    assert time.monotonic() - started < 10


def test_program_taken_away_while_reading_is_engine_001(program, tmp_path, monkeypatch):
    program("pass")
    reader = TesseractEngine()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ReadingError, match="ENGINE-001"):
        reader.read([snippet(1)])


@pytest.mark.parametrize(
    ("said", "why"),
    [
        pytest.param('print("List (1):\\neng")', "jpn", id="without Japanese"),
        pytest.param("sys.exit(1)", "", id="cannot list its languages"),
    ],
)
def test_program_without_its_languages_is_engine_001(program, tmp_path, said, why):
    program("pass")
    path = tmp_path / "bin" / "tesseract"
    listed = 'print("List of available languages (2):\\neng\\njpn")'
    text = path.read_text(encoding="utf-8")
    replaced = text.replace(listed.replace("\n", "\\n"), said.replace("\n", "\\n"))
    assert replaced != text
    path.write_text(replaced, encoding="utf-8")
    with pytest.raises(ReadingError, match=f"ENGINE-001.*{why}"):
        TesseractEngine()


def test_page_on_which_the_second_reader_dies_keeps_the_first_readers_fields(
    program, tmp_path, blank, pen, shapes, recording
):
    page = pen.scan_of(blank)
    for left in (64, 70, 76):
        pen.line(page, left, 62, left + 3, 67, (20, 20, 20), 6)
    path = tmp_path / "form.png"
    Image.fromarray(cv2.cvtColor(page, cv2.COLOR_BGR2RGB)).save(path, dpi=(300, 300))
    # A line with writing has dark pixels, the empty one that is tried then has none.
    program(f"if len(set(data[8:4000])) > 40: {DIES}")
    document = read_document(path, [shapes], Engines((recording, TesseractEngine())))
    fields = {one.field_id: one for one in document.pages[0].fields}
    assert document.pages[0].trouble is None
    assert [one.engine for one in fields["amount_yen"].readings] == ["recording"]


def test_line_that_the_recogniser_refuses_loses_its_own_reading_and_no_other():
    class Refusing:
        """A session that breaks on one width."""

        def __init__(self, real):
            self.real = real

        def run(self, outputs, given):
            if next(iter(given.values())).shape[3] == 800:
                raise RuntimeError("near 314159")
            return self.real.run(outputs, given)

    reader = RapidEngine()
    reader._session = Refusing(reader._session)
    line = np.full((48, 160), 255, np.uint8)
    cv2.putText(line, "123", (20, 38), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 0, 3)
    wide = np.full((48, 800), 255, np.uint8)
    page = [
        Snippet("0" * 64, 1, "x", FieldKind.DIGITS, (0, 0, 9, 9), (picture,))
        for picture in (line, wide, line)
    ]
    first, refused, last = reader.read(page)
    assert (first and first.text, refused, last and last.text) == ("123", None, "123")


def test_recogniser_that_refuses_everything_is_engine_001_without_its_words():
    class Broken:
        """A session of a damaged installation."""

        def run(self, *_):
            raise RuntimeError("near 314159")

    reader = RapidEngine()
    reader._session = Broken()
    with pytest.raises(ReadingError, match="ENGINE-001") as caught:
        reader.read([snippet(1), snippet(2)])
    assert "314159" not in str(caught.value)
