"""The committed scans, read by the real engines, against their key."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ocr.errors import ReadingError
from ocr.forms import load_forms
from ocr.model import FieldKind
from ocr.read import Engines, default_engines, read_document

ROOT = Path(__file__).resolve().parents[2]
INBOX = ROOT / "sample_docs/inbox"
BAD = ROOT / "sample_docs/bad"
FORMS = load_forms(ROOT / "configs/forms")
KEYS: dict[str, dict[int, dict]] = {}
for _line in (
    (ROOT / "sample_docs/keys/forms.jsonl").read_text(encoding="utf-8").splitlines()
):
    _entry = json.loads(_line)
    KEYS.setdefault(_entry["file"], {})[_entry["page"]] = _entry

pytestmark = pytest.mark.slow


def bare(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("file", sorted(KEYS), ids=lambda file: file.split(".")[0])
def test_pages_are_sorted_turned_and_marks_and_empty_fields_told(file, recording):
    document = read_document(INBOX / file, FORMS, Engines((recording,)))
    assert len(document.pages) == len(KEYS[file])
    for page in document.pages:
        key = KEYS[file][page.page]
        assert page.form == key["form"]
        assert page.blank_page is (key["other"] == "back")
        if key["form"] is None:
            continue
        assert page.rotation_deg == key["rotation_deg"]
        assert page.residual_mm < 0.35
        for one in page.fields:
            want = key["fields"][one.field_id]
            if one.kind is FieldKind.CHECK:
                assert one.checked is want["value"]
            elif one.kind is FieldKind.SEAL:
                assert one.checked is key["sealed"]
            else:
                assert one.blank is (want["text"] == "")


def test_first_reader_is_right_on_the_bilevel_fax_and_the_sealed_scan():
    wrong = {"rapid": 0, "mobile": 0, "shapes": 0, "tesseract": 0}
    count = 0
    for file in ("scan_20261105_001.tif", "scan_20261104_002.pdf"):
        for page in read_document(INBOX / file, FORMS, default_engines()).pages:
            for one in page.fields:
                want = bare(KEYS[file][page.page]["fields"][one.field_id]["text"])
                if not want:
                    continue
                count += 1
                for reading in one.readings:
                    wrong[reading.engine] += bare(reading.text) != want
    assert count > 60
    assert wrong["rapid"] <= 3
    assert wrong["shapes"] <= 3
    assert wrong["tesseract"] <= 0.35 * count


def test_born_digital_form_is_read_from_its_own_text_alone():
    file = "電子申請_20261112.pdf"
    page = read_document(INBOX / file, FORMS, default_engines()).pages[0]
    assert page.born_digital
    for one in page.fields:
        want = bare(KEYS[file][1]["fields"][one.field_id]["text"])
        assert [bare(reading.text) for reading in one.readings] == (
            [want] if want else []
        )
        assert all(reading.engine == "pdf_text" for reading in one.readings)


def test_struck_out_name_is_reported():
    page = read_document(INBOX / "訂正あり_20261111.jpg", FORMS, Engines(())).pages[0]
    assert [one.field_id for one in page.fields if one.struck_out] == ["name"]


@pytest.mark.parametrize(
    ("file", "code"),
    [
        pytest.param("途中で切れた.pdf", "PAGE-001", id="pdf cut off"),
        pytest.param("途中で切れた.jpg", "PAGE-001", id="jpeg cut off"),
        pytest.param("パスワード付き.pdf", "PAGE-002", id="password"),
        pytest.param("巨大画像.png", "PAGE-003", id="20000 x 20000"),
        pytest.param("名前を変えたプログラム.pdf", "PAGE-004", id="renamed program"),
        pytest.param("空のファイル.pdf", "PAGE-005", id="empty"),
    ],
)
def test_bad_file_is_refused_with_its_code(file, code, recording):
    with pytest.raises(ReadingError, match=code):
        read_document(BAD / file, FORMS, Engines((recording,)))
