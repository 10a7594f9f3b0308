"""A definition as YAML that a designer goes on with: commented, in the order of the paper."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ocr.design.draft import Draft
from ocr.design.naming import DraftField, DraftTable
from ocr.design.shapes import Box
from ocr.design.sheet import BLANK_DPI
from ocr.model import FieldKind

KIND_NAMES: dict[FieldKind, str] = {
    FieldKind.NAME: "氏名",
    FieldKind.KANA: "カナ",
    FieldKind.DATE: "日付",
    FieldKind.ADDRESS: "住所",
    FieldKind.POSTAL: "郵便番号",
    FieldKind.PHONE: "電話番号",
    FieldKind.AMOUNT: "金額",
    FieldKind.DIGITS: "数字",
    FieldKind.TEXT: "自由記入",
    FieldKind.CHECK: "チェック",
    FieldKind.CHOICE: "選択",
    FieldKind.SEAL: "印影",
    FieldKind.SIGNATURE: "署名",
    FieldKind.CODE: "コード",
}
"""What staff call each kind."""

Values = Mapping[str, Any]
"""A mapping of a definition as YAML gives it: plain texts, numbers and lists."""

NOTE = "要確認: "
"""How a comment begins that the designer should settle."""
PLACES = ("fields", "tables", "columns")
"""Keys under which mappings with an id are listed, one key to a line."""

_ORDER = {
    key: place
    for place, key in enumerate(
        (
            *("form", "title", "version", "page_mm", "blank", "blank_dpi"),
            *("continues", "bound_by", "code_begins", "fields", "tables", "totals"),
            *("id", "label", "kind", "box_mm", "required", "error_class", "cells"),
            *(
                "lines",
                "words",
                "says",
                "check_digit",
                "marked_by",
                "several",
                "options",
            ),
            *("rows", "row_height_mm", "columns"),
        )
    )
}
_PLAIN_SCALAR = re.compile(r"[^\W\d_][^:#\[\]{},&*!|>'\"%@`?\\\n\r-]*")
_YAML_WORDS = frozenset(
    ("yes", "no", "on", "off", "true", "false", "null", "y", "n", "~")
)
_TABLE_NOTE = "同じ形の行が並ぶ表。box_mm は1行目の場所です。"
_HEAD = (
    "# 単位はミリメートル。box_mm は［左, 上, 幅, 高さ］で、用紙の左上の角から測ります。",
    "# 印刷された文字や罫線を含まない「書き込む場所」だけを囲みます。",
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a definition begins with."""

    form: str
    title: str
    version: str
    blank: str
    """File name of the blank's picture."""
    source: str = ""
    """File name of the paper it was drafted from."""


def definition_text(draft: Draft, heading: Heading) -> str:
    """Return the YAML of a draft, with comments on what to look at."""
    width, height = draft.sheet.page_mm
    lines = [
        f"# {heading.title}",
        *(
            [f"# {heading.source} から yakuba form new で下書きしました。"]
            if heading.source
            else []
        ),
        *_HEAD,
        "# 「要確認」と書いた所を直し、yakuba form check で図にして見比べてください。",
        "# 使わない欄は消し、id は英小文字で付け直してかまいません。",
    ]
    values = {
        "form": heading.form,
        "title": heading.title,
        "version": heading.version,
        "page_mm": [width, height],
        "blank": heading.blank,
        "blank_dpi": BLANK_DPI,
    }
    lines += mapping_lines(values, "")
    if draft.fields:
        lines.append("fields:")
        for one in draft.fields:
            lines += item_lines(field_values(one), "  ", one.notes)
    if draft.tables:
        lines.append("tables:")
        for table in draft.tables:
            lines += _table_lines(table)
    lines += _totals_hint(draft)
    return "\n".join(lines) + "\n"


def values_text(values: Values) -> str:
    """Return the YAML of a definition without a history of its own."""
    lines = [f"# {plain_line(str(values.get('title', '')))}", *_HEAD]
    return "\n".join([*lines, *mapping_lines(values, "")]) + "\n"


def field_values(one: DraftField) -> dict[str, Any]:
    """Return a drafted field as it is written; what is as usual is left out."""
    values: dict[str, Any] = {
        "id": one.id,
        "label": one.label,
        "kind": one.kind.value,
        "box_mm": _box(one.box),
        "required": one.required,
        "error_class": one.error_class.value,
    }
    extras: dict[str, Any] = {
        "cells": one.cells,
        "lines": one.lines if one.lines > 1 else None,
        "check_digit": one.check_digit,
    }
    if one.options:
        extras |= {
            "marked_by": one.marked_by if one.marked_by != "circle" else None,
            "several": one.several or None,
            "options": [
                {"value": value, "box_mm": _box(box)} for value, box in one.options
            ],
        }
    return values | {key: value for key, value in extras.items() if value}


def mapping_lines(values: Values, indent: str) -> list[str]:
    """Return a mapping's lines, its keys in the usual order."""
    lines: list[str] = []
    for key in sorted(values, key=lambda one: _ORDER.get(one, len(_ORDER))):
        lines += key_lines(key, values[key], indent)
    return lines


def key_lines(key: str, value: Any, indent: str) -> list[str]:
    """Return the lines of one key with its value."""
    listed = isinstance(value, Sequence) and not isinstance(value, str)
    if not (listed and value and isinstance(value[0], Mapping)):
        return [f"{indent}{key}: {flow(value)}"]
    lines = [f"{indent}{key}:"]
    for one in value:
        if key in PLACES:
            lines += item_lines(one, f"{indent}  ")
        else:
            lines.append(f"{indent}  - {flow(one)}")
    return lines


def item_lines(values: Values, indent: str, notes: Iterable[str] = ()) -> list[str]:
    """Return one member of a list of fields, columns or tables.

    Args:
        values: Of the member.
        indent: Before its dash.
        notes: Written above it as comments, for the designer.
    """
    lines = mapping_lines(values, f"{indent}  ")
    first = f"{indent}- {lines[0].lstrip()}"
    return [*note_lines(notes, indent), first, *lines[1:]]


def note_lines(notes: Iterable[str], indent: str) -> list[str]:
    """Return remarks for the designer as comments."""
    return [f"{indent}# {NOTE}{plain_line(note)}" for note in notes]


def plain_line(text: str) -> str:
    r"""Return a text without line breaks and other marks that are not print.

    Examples:
        >>> plain_line("氏　名\nx")
        '氏　名 x'
    """
    return "".join(
        one if one.isprintable() or one == "　" else " " for one in text
    ).strip()


def flow(value: Any) -> str:
    """Return a value as YAML writes it on one line.

    Examples:
        >>> flow([53.5, 77.0]), flow("氏名"), flow({"value": "no", "several": True})
        ('[53.5, 77]', '氏名', '{value: "no", several: true}')
    """
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{key}: {flow(one)}" for key, one in value.items()) + "}"
        )
    if isinstance(value, str):
        return _scalar(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    if isinstance(value, bool) or value is None:
        return json.dumps(value)
    return f"{value:.4f}".rstrip("0").rstrip(".")


def _table_lines(table: DraftTable) -> list[str]:
    values = {
        "id": table.id,
        "label": table.label,
        "rows": table.rows,
        "row_height_mm": table.row_height_mm,
    }
    lines = [*item_lines(values, "  ", [_TABLE_NOTE]), "    columns:"]
    for column in table.columns:
        lines += item_lines(field_values(column), "      ", column.notes)
    return lines


def _totals_hint(draft: Draft) -> list[str]:
    """Return, as a comment, which amounts may add up: only the designer knows."""
    amounts = [one for one in draft.fields if one.kind is FieldKind.AMOUNT]
    columns = [
        f"{table.id}.{column.id}"
        for table in draft.tables
        for column in table.columns
        if column.kind is FieldKind.AMOUNT
    ]
    totals = [one.id for one in amounts if "計" in one.label]
    parts = [*columns, *(one.id for one in amounts if one.id not in totals)]
    if not totals or not parts:
        return []
    return [
        "# 要確認: 合計が合うことを証拠に使えます。足して合う欄だけを残し、行頭の # を外してください。",
        "# totals:",
        f"#   - {{parts: [{', '.join(parts)}], total: {totals[-1]}}}",
    ]


def _box(box: Box) -> list[float]:
    return list(box.as_mm())


def _scalar(text: str) -> str:
    """Return a text as YAML writes it, quoted where it must be.

    Examples:
        >>> _scalar("氏名"), _scalar("1: x"), _scalar("no")
        ('氏名', '"1: x"', '"no"')
    """
    plain = _PLAIN_SCALAR.fullmatch(text) and text.strip() == text
    if plain and text.lower() not in _YAML_WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)
