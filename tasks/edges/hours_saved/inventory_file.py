"""業務一覧 as a file: YAML, or a workbook with Japanese headings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pydantic

from tasks.domain.errors import NeedsPersonError, SettingsError
from tasks.domain.hours_saved.inventory import Inventory, InventoryJob
from tasks.domain.lists_and_ledgers.tables import Row
from tasks.edges.config_files import load_file
from tasks.edges.tables.workbooks import read_workbook

COLUMNS = {
    "担当課": "section",
    "業務名": "title",
    "年間件数": "volume_per_year",
    "1件の分": "minutes_per_item",
    "媒体": "medium",
    "判断": "judgement",
    "誤りの重さ": "error_class",
    "実現可能": "feasible",
    "実現可能とした日": "feasible_on",
    "導入日": "done_on",
    "1件の質問": "questions_per_item",
    "質問1件の分": "minutes_per_question",
    "担当者": "who",
    "入力": "inputs",
    "手順": "steps",
    "止まったとき": "by_hand",
}
"""Heading of the workbook: our field. Lists are one entry a line in the cell."""
_LISTS = ("inputs", "steps", "by_hand")
_FEASIBLE = {"可": True, "○": True, "不可": False, "×": False}
_CLASSES = {"金額・本人特定": "strict", "普通": "ordinary", "統計": "statistics"}


def load_inventory(path: Path) -> Inventory:
    """Return the list.

    Args:
        path: .yaml, .yml or .xlsx.

    Raises:
        NeedsPersonError: FILE-001 no such file, FILE-006 of another kind, TABLE-001
            when a workbook has no such headings, TABLE-004 and TABLE-008.
        SettingsError: SETTINGS-001 with every fault, its line or row, and its key.
    """
    if not path.is_file():
        raise NeedsPersonError("FILE-001", path.name)
    kind = path.suffix.lower()
    if kind in (".yaml", ".yml"):
        return load_file(path, Inventory)
    if kind in (".xlsx", ".xlsm", ".xls"):
        return _from_workbook(path)
    raise NeedsPersonError("FILE-006", f"{path.name}: expected .yaml or .xlsx")


def _from_workbook(path: Path) -> Inventory:
    for table in read_workbook(path):
        heads: dict[int, str] = {}
        jobs: list[InventoryJob] = []
        faults: list[str] = []
        for row in table.rows():
            if not heads:
                heads = _headings(row)
            elif any(
                row.cells[column].strip() for column in heads if column < len(row.cells)
            ):
                _take(row, heads, f"{path.name}!{table.sheet}", jobs, faults)
        if faults:
            raise SettingsError(tuple(faults))
        if heads:
            try:
                return Inventory(jobs=tuple(jobs))
            except pydantic.ValidationError as error:
                raise SettingsError(_words(path.name, error)) from error
    raise NeedsPersonError("TABLE-001", f"{path.name}: no row with 業務名 and 年間件数")


def _headings(row: Row) -> dict[int, str]:
    found = {
        column: COLUMNS[cell.strip()]
        for column, cell in enumerate(row.cells)
        if cell.strip() in COLUMNS
    }
    known = set(found.values())
    return found if {"title", "volume_per_year"} <= known else {}


def _take(
    row: Row,
    heads: dict[int, str],
    place: str,
    jobs: list[InventoryJob],
    faults: list[str],
) -> None:
    values: dict[str, Any] = {}
    for column, name in heads.items():
        text = row.cells[column].strip() if column < len(row.cells) else ""
        if text:
            values[name] = _value(name, text)
    try:
        jobs.append(InventoryJob.model_validate(values))
    except pydantic.ValidationError as error:
        faults.extend(_words(f"{place} {row.number}行", error))


def _value(name: str, text: str) -> Any:
    if name in _LISTS:
        return tuple(line.strip() for line in text.splitlines() if line.strip())
    if name == "feasible":
        return _FEASIBLE.get(text, text)
    if name == "error_class":
        return _CLASSES.get(text, text)
    if name in ("volume_per_year", "minutes_per_item"):
        return text.replace(",", "")
    return text


def _words(place: str, error: pydantic.ValidationError) -> tuple[str, ...]:
    headings = {name: heading for heading, name in COLUMNS.items()}
    found = []
    for one in error.errors(include_url=False, include_input=False):
        name = str(one["loc"][-1]) if one["loc"] else ""
        what = (
            str(one["msg"]).removeprefix("Value error, ")
            if one["type"] == "value_error"
            else "値を確かめてください"
        )
        found.append(f"{place} {headings.get(name, name)}: {what}".rstrip())
    return tuple(found)
