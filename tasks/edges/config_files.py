"""Loads configs/*.yaml into settings; every fault of every file at once."""

from __future__ import annotations

import difflib
import typing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pydantic
import yaml
from pydantic import BaseModel

from tasks.domain.errors import SettingsError
from tasks.domain.office.review_settings import ReviewRules
from tasks.domain.office.settings import (
    AcceptanceRules,
    ColumnNames,
    DelinquencyRules,
    Municipality,
    SavingsRules,
    Schedules,
    Settings,
    WordLists,
)

MODELS: dict[str, type[BaseModel]] = {
    "municipality.yaml": Municipality,
    "acceptance.yaml": AcceptanceRules,
    "delinquency.yaml": DelinquencyRules,
    "columns.yaml": ColumnNames,
    "baselines.yaml": SavingsRules,
    "schedules.yaml": Schedules,
    "review.yaml": ReviewRules,
    "words.yaml": WordLists,
}
"""Each file of configs/ and what it must look like."""

_OPTIONAL = {"columns.yaml", "review.yaml", "words.yaml"}

_MESSAGES: dict[str, str] = {
    "missing": "必要な項目がありません",
    "string_type": "文字で書きます",
    "int_type": "整数で書きます",
    "int_parsing": "整数で書きます",
    "int_from_float": "整数で書きます",
    "float_type": "数で書きます",
    "float_parsing": "数で書きます",
    "decimal_type": "数で書きます",
    "decimal_parsing": "数で書きます",
    "bool_type": "true か false で書きます",
    "bool_parsing": "true か false で書きます",
    "tuple_type": "一覧（行頭に - ）で書きます",
    "dict_type": "「名前: 値」の形で書きます",
    "model_type": "「名前: 値」の形で書きます",
    "date_type": "日付を 2026-04-01 の形で書きます",
    "date_parsing": "日付を 2026-04-01 の形で書きます",
    "date_from_datetime_parsing": "日付を 2026-04-01 の形で書きます",
    "date_from_datetime_inexact": "日付を 2026-04-01 の形で書きます",
    "too_long": "数が多すぎます",
    "too_short": "数が足りません",
}
"""What pydantic calls a fault: what staff read."""

_LIMITS = {
    "greater_than": "{}より大きい数で書きます",
    "greater_than_equal": "{}以上の数で書きます",
    "less_than": "{}より小さい数で書きます",
    "less_than_equal": "{}以下の数で書きます",
}

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class _Document:
    """A YAML file as values, with the line of each key."""

    values: Any
    lines: dict[Place, int]
    faults: tuple[str, ...]


def load_settings(folder: Path) -> Settings:
    """Return everything a city configures.

    Args:
        folder: Holds the YAML files of `MODELS`; those of `_OPTIONAL` may be absent.

    Raises:
        SettingsError: SETTINGS-001 with every fault of every file: file, line, key.
    """
    faults: list[str] = []
    loaded: dict[type[BaseModel], BaseModel] = {}
    for name, model in MODELS.items():
        value, own = _load(folder / name, model)
        faults.extend(own)
        if value is not None:
            loaded[model] = value
    if faults:
        raise SettingsError(tuple(faults))
    return Settings(
        municipality=_of(Municipality, loaded),
        acceptance=_of(AcceptanceRules, loaded),
        delinquency=_of(DelinquencyRules, loaded),
        columns=_of(ColumnNames, loaded),
        savings=_of(SavingsRules, loaded),
        schedules=_of(Schedules, loaded).deployments,
        review=_of(ReviewRules, loaded),
        words=_of(WordLists, loaded),
    )


M = typing.TypeVar("M", bound=BaseModel)


def load_file(file: Path, model: type[M]) -> M:
    """Return one YAML file as a model.

    Raises:
        SettingsError: SETTINGS-001 with every fault: file, line, key.
    """
    value, faults = _load(file, model)
    if value is None:
        raise SettingsError(faults)
    return _of(model, {model: value})


def _of(model: type[M], loaded: dict[type[BaseModel], BaseModel]) -> M:
    value = loaded[model]
    assert isinstance(value, model)  # noqa: S101 - narrows the type only
    return value


def _load(
    file: Path, model: type[BaseModel]
) -> tuple[BaseModel | None, tuple[str, ...]]:
    if not file.exists() and file.name in _OPTIONAL:
        return model(), ()
    try:
        text = file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None, (f"{file.name}: ファイルがありません",)
    except UnicodeDecodeError:
        return None, (f"{file.name}: 文字コードを UTF-8 にして保存してください",)
    except OSError as error:
        return None, (f"{file.name}: 開けません（{type(error).__name__}）",)
    try:
        document = _parse(text, file.name)
    except yaml.YAMLError as error:
        return None, (_syntax_fault(file.name, error),)
    if document.faults:
        return None, document.faults
    try:
        return model.model_validate(document.values), ()
    except pydantic.ValidationError as error:
        return None, tuple(
            _fault(file.name, one["loc"], one["type"], one["msg"], document, model)
            for one in error.errors(include_url=False, include_input=False)
        )


def _parse(text: str, name: str) -> _Document:
    lines: dict[Place, int] = {}
    faults: list[str] = []
    node = yaml.compose(text, Loader=yaml.SafeLoader)
    if node is not None:
        _walk(node, (), lines, faults)
    values = yaml.safe_load(text)
    named = tuple(f"{name} {fault}" for fault in faults)
    return _Document({} if values is None else values, lines, named)


def _walk(
    node: yaml.Node, place: Place, lines: dict[Place, int], faults: list[str]
) -> None:
    """Note the line of every key; YAML itself would let the last of two win."""
    if isinstance(node, yaml.SequenceNode):
        for number, child in enumerate(node.value):
            lines[(*place, number)] = child.start_mark.line + 1
            _walk(child, (*place, number), lines, faults)
    if isinstance(node, yaml.MappingNode):
        for key, child in node.value:
            inner = (*place, str(key.value))
            line = key.start_mark.line + 1
            if inner in lines:
                faults.append(
                    f"{line}行 {_dotted(inner)}: 同じ項目が二度書かれています"
                )
            lines[inner] = line
            _walk(child, inner, lines, faults)


def _syntax_fault(name: str, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    line = f" {mark.line + 1}行" if mark is not None else ""
    return f"{name}{line}: YAMLの書き方が正しくありません（字下げ・引用符・コロンの後の空白）"


def _fault(
    name: str,
    loc: Place,
    kind: str,
    message: str,
    document: _Document,
    model: type[BaseModel],
) -> str:
    place, line = _where(loc, document.lines)
    at = f" {line}行" if line else ""
    return f"{name}{at} {_dotted(place) or '全体'}: {_say(loc, kind, message, model)}"


def _where(loc: Place, lines: dict[Place, int]) -> tuple[Place, int | None]:
    """Return the key as written and the line of the nearest key that exists."""
    place: Place = ()
    for step in loc:
        if step == "[key]":  # so ends a fault of a mapping's key
            continue
        # A year as a key is a number for pydantic and text in the lines.
        named = (*place, str(step))
        place = named if named in lines else (*place, step)
    for length in range(len(place), 0, -1):
        if place[:length] in lines:
            return place, lines[place[:length]]
    return place, None


def _say(loc: Place, kind: str, message: str, model: type[BaseModel]) -> str:
    if kind == "extra_forbidden":
        return "知らない項目です" + _suggestion(str(loc[-1]), loc[:-1], model)
    if kind == "value_error":
        return message.removeprefix("Value error, ")
    if kind == "literal_error":
        return f"決められた値のどれかを書きます（{message.removeprefix('Input should be ').replace(' or ', ' か ')}）"
    if kind in _LIMITS:
        return _LIMITS[kind].format(message.rpartition(" ")[2])
    return _MESSAGES.get(kind, message)


def _suggestion(key: str, place: Place, model: type[BaseModel]) -> str:
    owner = _model_at(place, model)
    known = sorted(owner.model_fields) if owner else []
    near = difflib.get_close_matches(key, known, n=1)
    if near:
        return f"。{near[0]} の書き間違いではありませんか"
    return f"。使えるのは {', '.join(known)} です" if known else ""


def _model_at(place: Place, model: type[BaseModel]) -> type[BaseModel] | None:
    """Return the model that owns the keys at a place, e.g. Baseline in baselines.0."""
    owner: Any = model
    for step in place:
        if isinstance(owner, type) and issubclass(owner, BaseModel):
            info = owner.model_fields.get(str(step))
            owner = info.annotation if info else None
        else:
            inner = [one for one in typing.get_args(owner) if isinstance(one, type)]
            owner = inner[-1] if inner else None
    return owner if isinstance(owner, type) and issubclass(owner, BaseModel) else None


def _dotted(place: Place) -> str:
    return ".".join(
        str(step + 1) + "番目" if isinstance(step, int) else step for step in place
    )
