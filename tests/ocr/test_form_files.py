from __future__ import annotations

import cv2
import pytest

from ocr.errors import FormDefinitionError
from ocr.forms import load_form, load_forms


@pytest.fixture
def folder(tmp_path, blank):
    cv2.imwrite(str(tmp_path / "shapes.png"), blank)
    return tmp_path


def write(folder, file, form, box="[60, 60, 80, 10]"):
    (folder / file).write_text(
        f"""
form: {form}
title: 図形だけの様式
version: "1"
page_mm: [210, 297]
blank: shapes.png
blank_dpi: 300
fields:
  - {{id: amount_yen, label: 金額, kind: amount, box_mm: {box}}}
""",
        encoding="utf-8",
    )


def test_forms_come_in_the_order_of_their_files(folder):
    write(folder, "b.yaml", "first")
    write(folder, "a.yaml", "second")
    assert [form.form for form in load_forms(folder)] == ["second", "first"]


def test_two_definitions_of_one_form_are_refused_with_both_files_named(folder):
    write(folder, "subsidy.yaml", "subsidy")
    write(folder, "subsidy_copy.yaml", "subsidy")
    write(folder, "other.yaml", "other")
    with pytest.raises(FormDefinitionError) as caught:
        load_forms(folder)
    assert caught.value.code == "FORM-003"
    (fault,) = caught.value.faults
    assert "subsidy_copy.yaml" in fault
    assert fault.endswith("subsidy.yaml")


def test_faults_of_all_files_are_told_at_once(folder):
    write(folder, "a.yaml", "one")
    write(folder, "b.yaml", "one")
    write(folder, "c.yaml", "three", box="[200, 60, 80, 10]")
    (folder / "d.yaml").write_text("form: [", encoding="utf-8")
    with pytest.raises(FormDefinitionError) as caught:
        load_forms(folder)
    assert [fault.split(":")[0] for fault in caught.value.faults] == [
        "b.yaml",
        "c.yaml",
        "d.yaml",
    ]


def test_folder_without_definitions_is_refused(tmp_path):
    with pytest.raises(FormDefinitionError, match="no form definition"):
        load_forms(tmp_path)


def test_blank_that_is_no_file_is_refused(tmp_path):
    write(tmp_path, "a.yaml", "one")
    with pytest.raises(FormDefinitionError, match=r"no such file shapes\.png"):
        load_form(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("says", "fault"),
    [
        pytest.param("A-{amount_yen}", "", id="a field of the form"),
        pytest.param("A-{amount}", "amount", id="no field of the form"),
        pytest.param("A-{Amount Yen}", "Amount Yen", id="no name at all"),
    ],
)
def test_a_code_may_only_say_fields_of_the_form(folder, says, fault):
    write(folder, "a.yaml", "one")
    with (folder / "a.yaml").open("a", encoding="utf-8") as file:
        file.write(
            f'  - {{id: code, label: コード, kind: code, box_mm: [10, 10, 20, 20], says: "{says}"}}\n'
        )
    if not fault:
        assert load_form(folder / "a.yaml").fields[1].says == says
        return
    with pytest.raises(FormDefinitionError) as caught:
        load_form(folder / "a.yaml")
    assert fault in caught.value.faults[0]
