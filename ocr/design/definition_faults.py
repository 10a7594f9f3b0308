"""What is wrong with a form definition's YAML, in Japanese, all faults at once."""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from ocr.forms import (
    FieldDefinition,
    FormDefinition,
    OptionDefinition,
    TableDefinition,
)
from ocr.model import Total

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that a designer should know of a definition."""

    fault: bool
    """True: the form must not be used so. False: worth a look."""
    place: str
    """Field identifier, or the key of the YAML; empty for the form as a whole."""
    what: str
    """Japanese sentence: what is wrong."""
    remedy: str = ""
    """Japanese sentence: what to do."""
    line: int = 0
    """1-based line of the YAML, 0 when it has none."""


_MODELS: dict[str, type[BaseModel]] = {
    "fields": FieldDefinition,
    "columns": FieldDefinition,
    "tables": TableDefinition,
    "options": OptionDefinition,
}
_HIDDEN = frozenset(("table", "row"))
"""Keys of a field that the program sets itself."""

_TYPES = {
    "missing": "書かれていません",
    "string_type": '文字で書きます（数字だけのときは " " で囲みます）',
    "float_type": "数で書きます",
    "float_parsing": "数で書きます",
    "int_type": "整数で書きます",
    "int_parsing": "整数で書きます",
    "int_from_float": "整数で書きます",
    "bool_type": "true か false を書きます",
    "bool_parsing": "true か false を書きます",
    "greater_than": "0より大きい数を書きます",
    "greater_than_equal": "小さすぎます",
    "less_than_equal": "大きすぎます",
    "too_short": "数が足りません",
    "string_too_short": "空のままにはできません",
    "tuple_type": "［ ］で囲んで並べます",
    "model_type": "項目: 値 の形で書きます",
    "string_pattern_mismatch": "英小文字で始め、英小文字・数字・_ だけで書きます",
}
_SENTENCES: tuple[tuple[str, str], ...] = (
    (r"field (\S+): written twice", "id {0} が二度使われています"),
    (
        r"field (\S+): box_mm leaves the page (.+) mm",
        "{0} の box_mm が用紙（{1} mm）からはみ出しています",
    ),
    (
        r"field (\S+): a choice needs two options or more",
        "{0} は選択なので options を二つ以上書きます",
    ),
    (
        r"field (\S+): only choice and date have options",
        "{0} に options は書けません（choice と date だけ）",
    ),
    (
        r"field (\S+): two options have the same value",
        "{0} の options に同じ value が二つあります",
    ),
    (r"field (\S+): eras are (.+)", "{0} の options の value は {1} のどれかです"),
    (
        r"field (\S+): only a choice can be of several",
        "{0} に several は書けません（choice だけ）",
    ),
    (
        r"field (\S+): only digits have a check digit",
        "{0} に check_digit は書けません（digits だけ）",
    ),
    (
        r"field (\S+): only a code says other fields",
        "{0} に says は書けません（code だけ）",
    ),
    (r"a form needs a field", "欄が一つもありません"),
    (r"(\S+): no such field", "{0} という欄はありません"),
)


def read_definition(path: Path) -> tuple[FormDefinition | None, tuple[Finding, ...]]:
    """Return a form definition, or every fault of its YAML.

    Args:
        path: The YAML; relative paths in it count from there.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None, (_fault("", "ファイルがありません"),)
    except UnicodeDecodeError:
        return None, (_fault("", "文字コードを UTF-8 にして保存してください"),)
    except OSError as error:
        return None, (_fault("", f"開けません（{type(error).__name__}）"),)
    return definition_in(text, path.parent)


def definition_in(
    text: str, folder: Path
) -> tuple[FormDefinition | None, tuple[Finding, ...]]:
    """Return the form definition in a YAML text, or every fault of it.

    Args:
        text: The YAML.
        folder: From which relative paths in it count.
    """
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        raw = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark is not None else 0
        what = "YAMLの書き方が正しくありません（字下げ・引用符・コロンの後の空白）"
        return None, (Finding(fault=True, place="", what=what, line=line),)
    lines: dict[Place, int] = {}
    twice: list[Finding] = []
    if node is not None:
        _walk(node, (), lines, twice)
    return _validated(folder, raw, lines, twice)


def _validated(
    folder: Path, raw: object, lines: dict[Place, int], twice: list[Finding]
) -> tuple[FormDefinition | None, tuple[Finding, ...]]:
    try:
        form = FormDefinition.model_validate(raw)
    except ValidationError as error:
        found = list(twice)
        for one in error.errors(include_url=False):
            found += _findings(one, raw, lines)
        return None, tuple(found)
    if twice:
        return None, tuple(twice)
    blank = form.blank
    blank = blank if blank.is_absolute() else (folder / blank).resolve()
    if not blank.is_file():
        return None, (
            _fault(
                "blank", f"{form.blank} がありません", line=lines.get(("blank",), 0)
            ),
        )
    return form.model_copy(update={"blank": blank}), ()


def _fault(place: str, what: str, remedy: str = "", line: int = 0) -> Finding:
    return Finding(fault=True, place=place, what=what, remedy=remedy, line=line)


def _walk(
    node: yaml.Node, place: Place, lines: dict[Place, int], twice: list[Finding]
) -> None:
    """Note the line of every key; YAML itself would let the last of two win."""
    if isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            lines[(*place, number)] = child.start_mark.line + 1
            _walk(child, (*place, number), lines, twice)
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            inner = (*place, str(key.value))
            line = key.start_mark.line + 1
            if inner in lines:
                twice.append(
                    _fault(str(key.value), "同じ項目が二度書かれています", line=line)
                )
            lines[inner] = line
            _walk(child, inner, lines, twice)


def _findings(one: Any, raw: object, lines: dict[Place, int]) -> list[Finding]:
    loc: Place = tuple(one["loc"])
    line = next(
        (lines[loc[:end]] for end in range(len(loc), 0, -1) if loc[:end] in lines), 0
    )
    if one["type"] == "value_error":
        said = str(one["msg"]).removeprefix("Value error, ")
        return [
            _fault(_named(loc, raw) or _field_in(part), _in_japanese(part), line=line)
            for part in said.split("; ")
        ]
    return [_fault(_named(loc, raw), _said(one, loc), line=line)]


def _named(loc: Place, raw: object) -> str:
    """Return a place in words: which field, which key."""
    value: Any = raw
    parts: list[str] = []
    for step in loc:
        try:
            value = value[step]
        except (KeyError, IndexError, TypeError):
            value = None
        if isinstance(step, int):
            known = (
                value.get("id") or value.get("value")
                if isinstance(value, dict)
                else None
            )
            parts[-1:] = [
                f"{parts[-1] if parts else ''} {known or f'{step + 1}番目'}".strip()
            ]
        else:
            parts.append(step)
    return " › ".join(part.removeprefix("fields ") for part in parts)


def _field_in(said: str) -> str:
    """Return the field that a fault of the whole form is about, empty when none is."""
    found = re.match(r"field (\S+):", said)
    return found[1] if found else ""


def _in_japanese(said: str) -> str:
    for pattern, sentence in _SENTENCES:
        found = re.fullmatch(pattern, said)
        if found:
            return sentence.format(*found.groups())
    return said


def _said(one: Any, loc: Place) -> str:
    kind = one["type"]
    if kind == "extra_forbidden":
        return "知らない項目です" + _suggestion(loc)
    if kind in ("enum", "literal_error"):
        expected = str(one.get("ctx", {}).get("expected", ""))
        return f"次のどれかを書きます: {expected.replace(' or ', ', ')}".replace(
            "'", ""
        )
    return _TYPES.get(kind, str(one["msg"]))


def _suggestion(loc: Place) -> str:
    named = [step for step in loc[:-1] if isinstance(step, str)]
    owner: type[BaseModel] = FormDefinition
    if named and named[-1] in _MODELS:
        owner = _MODELS[named[-1]]
    known = [key for key in owner.model_fields if key not in _HIDDEN]
    if named and named[-1] == "totals":
        known = list(Total.__dataclass_fields__)
    near = difflib.get_close_matches(str(loc[-1]), known, n=1)
    if near:
        return f"。{near[0]} の書き間違いではありませんか"
    return f"。使えるのは {', '.join(sorted(known))} です"
