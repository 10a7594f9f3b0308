"""A definition edited by mouse keeps what a designer wrote by hand."""

from __future__ import annotations

import copy
import difflib
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from ocr.design.yaml_merge import merged_text, notes_above, plain_values

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "configs/forms/subsidy_2026.yaml").read_text(encoding="utf-8")
NOTED = """\
# 転入届
form: moving
title: 転入届  # 令和8年
version: "1"
page_mm: [210, 297]
blank: moving.png
blank_dpi: 200
fields:
  # --- 届出人 ---
  # 要確認: 種類を推測できませんでした。kind を確かめます
  - id: text
    label: 備考
    kind: text   # 自由
    box_mm: [20, 20, 50, 8]
  - id: name
    label: 氏名
    kind: name
    box_mm: [20, 40, 50, 8]
tables:
  # 要確認: 行数を確かめます
  - id: rows
    label: 明細
    rows: 3
    row_height_mm: 8
    columns:
      # 要確認: 列の名前
      - id: yen
        label: 金額
        kind: amount
        box_mm: [20, 60, 50, 8]
# 要確認: 合計が合うことを証拠に使えます。
# totals:
#   - {parts: [rows.yen], total: sum}
"""


def changes(before, after):
    return [
        line
        for line in difflib.unified_diff(
            before.splitlines(), after.splitlines(), lineterm="", n=0
        )
        if not line.startswith(("---", "+++", "@@"))
    ]


@pytest.mark.parametrize("text", [TEXT, NOTED], ids=["in use", "a draft"])
def test_saving_without_a_change_changes_no_byte(text):
    assert merged_text(text, yaml.safe_load(text)) == text


def test_moving_one_box_touches_one_line():
    values = yaml.safe_load(TEXT)
    values["fields"][2]["box_mm"][0] = 54.5
    assert changes(TEXT, merged_text(TEXT, values)) == [
        "-    box_mm: [53.5, 91.5, 62, 8]",
        "+    box_mm: [54.5, 91.5, 62, 8]",
    ]


def test_a_comment_behind_a_value_stays_when_the_value_changes():
    values = yaml.safe_load(NOTED)
    values["title"] = "転入届: 新"
    values["fields"][0]["kind"] = "name"
    assert changes(NOTED, merged_text(NOTED, values)) == [
        "-title: 転入届  # 令和8年",
        '+title: "転入届: 新"  # 令和8年',
        "-    kind: text   # 自由",
        "+    kind: name   # 自由",
    ]


def test_a_renamed_field_keeps_its_comments_and_place():
    values = yaml.safe_load(NOTED)
    values["fields"][0] |= {"was": "text", "id": "note"}
    assert changes(NOTED, merged_text(NOTED, values)) == [
        "-  - id: text",
        "+  - id: note",
    ]


def test_settled_remarks_go_and_other_comments_stay():
    values = yaml.safe_load(NOTED)
    values["fields"][0]["notes"] = []
    values["tables"][0]["notes"] = ["行数を確かめます"]
    values["tables"][0]["columns"][0]["notes"] = []
    assert changes(NOTED, merged_text(NOTED, values)) == [
        "-  # 要確認: 種類を推測できませんでした。kind を確かめます",
        "-      # 要確認: 列の名前",
    ]


def test_remarks_are_found_at_their_places():
    assert notes_above(NOTED) == {
        ("fields", "text"): ("種類を推測できませんでした。kind を確かめます",),
        ("fields", "name"): (),
        ("tables", "rows"): ("行数を確かめます",),
        ("tables", "rows", "columns", "yen"): ("列の名前",),
    }


def test_a_removed_field_takes_its_comments_along():
    values = yaml.safe_load(NOTED)
    del values["fields"][0]
    after = merged_text(NOTED, values)
    assert "届出人" not in after
    assert yaml.safe_load(after) == values


def test_totals_take_the_place_of_the_hint_about_them():
    values = yaml.safe_load(NOTED)
    values["totals"] = [{"parts": ["rows.yen"], "total": "name"}]
    after = merged_text(NOTED, values)
    assert "# totals:" not in after
    assert "  - {parts: [rows.yen], total: name}" in after


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("", id="nothing"),
        pytest.param("{form: a, fields: [{id: b}]}", id="on one line"),
        pytest.param("&a form: x\nfields: &f\n  - id: b\n", id="with anchors"),
        pytest.param("- a\n- b\n", id="a list"),
    ],
)
def test_what_cannot_be_merged_surely_is_written_anew(before):
    values = yaml.safe_load(NOTED)
    assert yaml.safe_load(merged_text(before, values)) == values


LABELS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn", "Zl", "Zp")), max_size=12
)
FIELDS = st.lists(
    st.fixed_dictionaries(
        {
            "id": st.sampled_from(["name", "kana", "yen", "new", "text", "a1"]),
            "label": LABELS,
            "kind": st.sampled_from(["name", "text", "digits"]),
            "box_mm": st.lists(
                st.integers(1, 2000).map(lambda tenth: tenth / 10),
                min_size=4,
                max_size=4,
            ),
        },
        optional={"required": st.booleans(), "cells": st.integers(1, 12)},
    ),
    max_size=5,
    unique_by=lambda one: one["id"],
)


@given(FIELDS)
def test_whatever_is_drawn_loads_as_it_was_drawn(fields):
    values = yaml.safe_load(NOTED)
    values["fields"] = copy.deepcopy(fields)
    assert yaml.safe_load(merged_text(NOTED, values)) == plain_values(values)
