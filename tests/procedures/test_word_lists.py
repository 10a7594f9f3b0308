"""Lists of words that forms name: loaded with the settings, missing ones told at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tasks.domain.errors import SettingsError
from tasks.procedures.workplace import open_workplace

ROOT = Path(__file__).resolve().parents[2]
FORM = "subsidy_2026.yaml"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    form = tmp_path / "configs" / "forms" / FORM
    text = form.read_text(encoding="utf-8")
    assert "id: phone\n" in text
    named = text.replace("id: phone\n", "id: phone\n    words: callers\n", 1)
    form.write_text(named, encoding="utf-8")
    return tmp_path


def test_a_form_that_names_an_unknown_list_is_a_fault(home: Path):
    with pytest.raises(SettingsError) as caught:
        open_workplace(home)
    (fault,) = caught.value.faults
    assert "phone" in fault
    assert "callers" in fault
    assert "words.yaml" in fault


def test_a_list_of_the_city_is_read_with_beside_its_towns(home: Path):
    lists = "# 一覧\nlists:\n  callers: [汐見銀行, 北汐銀行]\n"
    (home / "configs" / "words.yaml").write_text(lists, encoding="utf-8")
    place = open_workplace(home, work=home / "work")
    try:
        assert place.words["callers"] == frozenset({"汐見銀行", "北汐銀行"})
        assert place.words["towns"]
    finally:
        place.database.close()


def test_towns_are_no_list_of_words(home: Path):
    (home / "configs" / "words.yaml").write_text(
        "lists:\n  towns: [本町]\n  callers: [局]\n", encoding="utf-8"
    )
    with pytest.raises(SettingsError) as caught:
        open_workplace(home)
    assert any("municipality.yaml" in fault for fault in caught.value.faults)
