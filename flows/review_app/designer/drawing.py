"""A definition as the page draws it: values in and out, and faults at their places."""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from ocr.design.definition_faults import Finding
from ocr.design.naming import UNKNOWN_LABEL, DraftField
from ocr.design.yaml_merge import NOTES, WAS, notes_above
from ocr.design.yaml_text import field_values, plain_line

_DEEPEST = 8
_MOST_MEMBERS = 600
_LONGEST = 500
_ROW = re.compile(r"(.+)_([0-9]+)_(.+)")


class NotADrawingError(ValueError):
    """What came in is no definition, not even one with faults."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A definition as values."""

    values: dict[str, Any] = field(repr=False)
    """With `was` and `notes` beside the keys of fields, tables and columns."""


def drawn_from(text: str) -> Drawn | None:
    """Return a definition as values, None when the YAML cannot be drawn.

    Args:
        text: YAML as it lies in the folder.
    """
    try:
        values = drawn_of(yaml.safe_load(text)).values
        notes = notes_above(text)
    except (yaml.YAMLError, NotADrawingError):
        return None
    for key in ("fields", "tables"):
        for one in values.get(key, ()):
            _annotate(one, (key, str(one.get("id", ""))), notes)
    return Drawn(values)


def _annotate(
    one: dict[str, Any],
    place: tuple[str, ...],
    notes: Mapping[tuple[str, ...], tuple[str, ...]],
) -> None:
    one[WAS] = str(one.get("id", ""))
    one[NOTES] = list(notes.get(place, ()))
    for column in one.get("columns", ()):
        _annotate(column, (*place, "columns", str(column.get("id", ""))), notes)


def drawn_of(raw: object) -> Drawn:
    """Return what came in as JSON or YAML, tidied; faults of content are left in.

    Raises:
        NotADrawingError: It is no mapping with lists of fields and tables, or too much.
    """
    values = _tidy(raw, 0)
    if not isinstance(values, dict):
        raise NotADrawingError
    for key in ("fields", "tables"):
        if key in values and not _is_list_of_mappings(values[key]):
            raise NotADrawingError
    for table in values.get("tables", ()):
        if not _is_list_of_mappings(table.get("columns", [])):
            raise NotADrawingError
    return Drawn(values)


def _is_list_of_mappings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, dict) for one in value)


def _tidy(value: object, depth: int) -> Any:
    if depth > _DEEPEST:
        raise NotADrawingError
    if isinstance(value, Mapping):
        return {
            plain_line(str(key)): _tidy(one, depth + 1)
            for key, one in value.items()
            if one is not None
        }
    if isinstance(value, list):
        if len(value) > _MOST_MEMBERS:
            raise NotADrawingError
        return [_tidy(one, depth + 1) for one in value]
    return _tidy_scalar(value)


def _tidy_scalar(value: object) -> str | bool | float:
    if isinstance(value, str):
        if len(value) > _LONGEST:
            raise NotADrawingError
        return plain_line(value)
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return int(value) if value.is_integer() else round(value, 4)
    if isinstance(value, dt.date):
        return value.isoformat()
    raise NotADrawingError


def as_shown(findings: Sequence[Finding], drawn: Drawn) -> list[dict[str, Any]]:
    """Return faults and remarks as the page shows them, each at its field.

    `at` is ["fields", 2], ["tables", 0] or ["tables", 0, "columns", 1]; empty for the
    form as a whole.
    """
    places = _places(drawn)
    return [
        {
            "fault": one.fault,
            "at": at,
            "place": one.place,
            "what": one.what,
            "remedy": one.remedy,
        }
        for one in findings
        for at in _at(one.place, places)
    ]


Where = list[str | int]


def _places(drawn: Drawn) -> dict[str, list[Where]]:
    """Return where each name of a place stands; a name given twice stands twice."""
    found: dict[str, list[Where]] = {}

    def add(at: Where, *names: str) -> None:
        for name in names:
            found.setdefault(name, []).append(at)

    for number, one in enumerate(drawn.values.get("fields", ())):
        add(["fields", number], f"{number + 1}番目", str(one.get("id", "")))
    for number, one in enumerate(drawn.values.get("tables", ())):
        name = str(one.get("id", ""))
        add(["tables", number], f"tables {name}", f"tables {number + 1}番目")
        for place, column in enumerate(one.get("columns", ())):
            own = str(column.get("id", ""))
            at: Where = ["tables", number, "columns", place]
            add(at, f"{name} {own}", f"tables {name} › columns {own}")
    return found


def _at(place: str, places: Mapping[str, list[Where]]) -> list[Where]:
    """Return where a fault is shown; the form as a whole when it is of no field."""
    parts = place.split(" › ")
    for count in (2, 1):
        known = places.get(" › ".join(parts[:count]))
        if known and place:
            return known
    row = _ROW.fullmatch(parts[0])
    return places.get(f"{row[1]} {row[3]}", [[]]) if row else [[]]


def suggestion(one: DraftField) -> dict[str, Any]:
    """Return what a drawn box seems to be, as the page takes it."""
    values = {**field_values(one), NOTES: list(one.notes), WAS: ""}
    return values if one.label != UNKNOWN_LABEL else values | {"label": ""}
