"""A draft as YAML that a designer goes on with: commented, in the order of the paper."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

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

_PLAIN_SCALAR = re.compile(r"^[^\W\d_][^:#\[\]{},&*!|>'\"%@`?\\-]*$")
_YAML_WORDS = frozenset(
    ("yes", "no", "on", "off", "true", "false", "null", "y", "n", "~")
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
        "# 単位はミリメートル。box_mm は［左, 上, 幅, 高さ］で、用紙の左上の角から測ります。",
        "# 印刷された文字や罫線を含まない「書き込む場所」だけを囲みます。",
        "# 「要確認」と書いた所を直し、yakuba form check で図にして見比べてください。",
        "# 使わない欄は消し、id は英小文字で付け直してかまいません。",
        f"form: {heading.form}",
        f"title: {_scalar(heading.title)}",
        f"version: {json.dumps(heading.version, ensure_ascii=False)}",
        f"page_mm: [{width:g}, {height:g}]",
        f"blank: {_scalar(heading.blank)}",
        f"blank_dpi: {BLANK_DPI:g}",
    ]
    if draft.fields:
        lines.append("fields:")
        for one in draft.fields:
            lines += _field_lines(one, "  ")
    if draft.tables:
        lines.append("tables:")
        for table in draft.tables:
            lines += _table_lines(table)
    lines += _totals_hint(draft)
    return "\n".join(lines) + "\n"


def _field_lines(one: DraftField, indent: str) -> list[str]:
    lines = [f"{indent}# 要確認: {note}" for note in one.notes]
    inner = f"{indent}  "
    lines += [
        f"{indent}- id: {one.id}",
        f"{inner}label: {_scalar(one.label)}",
        f"{inner}kind: {one.kind.value}",
        f"{inner}box_mm: {_box(one.box)}",
        f"{inner}required: {str(one.required).lower()}",
        f"{inner}error_class: {one.error_class.value}",
    ]
    if one.cells:
        lines.append(f"{inner}cells: {one.cells}")
    if one.lines > 1:
        lines.append(f"{inner}lines: {one.lines}")
    if one.check_digit:
        lines.append(f"{inner}check_digit: {one.check_digit}")
    if one.options:
        lines += _option_lines(one, inner)
    return lines


def _option_lines(one: DraftField, indent: str) -> list[str]:
    lines = []
    if one.marked_by != "circle":
        lines.append(f"{indent}marked_by: {one.marked_by}")
    if one.several:
        lines.append(f"{indent}several: true")
    lines.append(f"{indent}options:")
    for value, box in one.options:
        lines.append(f"{indent}  - {{value: {_scalar(value)}, box_mm: {_box(box)}}}")
    return lines


def _table_lines(table: DraftTable) -> list[str]:
    lines = [
        "  # 要確認: 同じ形の行が並ぶ表。box_mm は1行目の場所です。",
        f"  - id: {table.id}",
        f"    label: {_scalar(table.label)}",
        f"    rows: {table.rows}",
        f"    row_height_mm: {table.row_height_mm:g}",
        "    columns:",
    ]
    for column in table.columns:
        lines += _field_lines(column, "      ")
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


def _box(box: Box) -> str:
    return "[" + ", ".join(f"{side:g}" for side in box.as_mm()) + "]"


def _scalar(text: str) -> str:
    """Return a text as YAML writes it, quoted where it must be.

    Examples:
        >>> _scalar("氏名"), _scalar("1: x"), _scalar("no")
        ('氏名', '"1: x"', '"no"')
    """
    plain = _PLAIN_SCALAR.match(text) and text.strip() == text
    if plain and text.lower() not in _YAML_WORDS:
        return text
    return json.dumps(text, ensure_ascii=False)


def notes_of(fields: Sequence[DraftField]) -> int:
    """Return how many remarks for the designer the fields carry."""
    return sum(len(one.notes) for one in fields)
