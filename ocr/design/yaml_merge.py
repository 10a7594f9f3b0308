"""A definition's YAML with other values in it, and the designer's comments kept.

What did not change stays byte for byte. Where a value changed only its own line is
written anew; a comment belongs to what stands below it, and goes with it.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from ocr.design.yaml_text import (
    NOTE,
    PLACES,
    Values,
    item_lines,
    key_lines,
    note_lines,
    values_text,
)

WAS, NOTES = "was", "notes"
"""Beside a member's own keys: its id before, and the remarks that are not settled."""
_HINTS = ("# 要確認: 合計が", "# totals:", "#   - {parts:")
"""Comments of a draft that are done with once there are totals."""


def merged_text(before: str, values: Values) -> str:
    """Return the YAML of a definition that had another content before.

    Args:
        before: YAML that can be loaded; empty for a definition without a history.
        values: The definition. Fields, tables and columns may carry `was` (their id
            before, empty for a new one) and `notes` (remarks to keep above them).
    """
    wanted = plain_values(values)
    old = yaml.safe_load(before) if before.strip() else None
    node = yaml.compose(before, Loader=yaml.SafeLoader)
    if isinstance(node, yaml.MappingNode) and isinstance(old, dict):
        text = _Merge(tuple(before.splitlines())).document(node, old, values)
        # Blocks, anchors, tabs: what cannot be merged surely is written anew.
        if _loads_as(text, wanted):
            return text
    return values_text(wanted)


def plain_values(values: Values) -> dict[str, Any]:
    """Return a definition without what only the merge needs."""
    found = copy.deepcopy(dict(values))
    for key in ("fields", "tables"):
        if key in found:
            found[key] = [_plain(one) for one in found[key]]
    return found


def notes_above(text: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Return the remarks above fields, tables and columns, by their place.

    A place is ("fields", id), ("tables", id) or ("tables", id, "columns", id).
    """
    node = yaml.compose(text, Loader=yaml.SafeLoader) if text.strip() else None
    lines = tuple(text.splitlines())
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    if isinstance(node, yaml.MappingNode):
        _notes(node, lines, (), found)
    return found


def _plain(one: Values) -> dict[str, Any]:
    kept = {key: value for key, value in one.items() if key not in (WAS, NOTES)}
    if "columns" in kept:
        kept["columns"] = [_plain(column) for column in kept["columns"]]
    return kept


def _loads_as(text: str, wanted: Values) -> bool:
    try:
        return bool(yaml.safe_load(text) == wanted)
    except yaml.YAMLError:
        return False


def _notes(
    node: yaml.MappingNode,
    lines: Sequence[str],
    place: tuple[str, ...],
    found: dict[tuple[str, ...], tuple[str, ...]],
) -> None:
    for key, value in node.value:
        if key.value not in PLACES or not isinstance(value, yaml.SequenceNode):
            continue
        for item in value.value:
            if isinstance(item, yaml.MappingNode):
                inner = (*place, key.value, _id_of(item))
                lead = lines[
                    _lead_start(lines, item.start_mark.line) : item.start_mark.line
                ]
                found[inner] = _remarks(lead)
                _notes(item, lines, inner, found)


def _remarks(lead: Sequence[str]) -> tuple[str, ...]:
    begin = f"# {NOTE}"
    stripped = [line.strip() for line in lead]
    return tuple(
        line.removeprefix(begin) for line in stripped if line.startswith(begin)
    )


def _id_of(item: yaml.MappingNode) -> str:
    return next(
        (str(value.value) for key, value in item.value if key.value == "id"), ""
    )


def _is_aside(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _lead_start(lines: Sequence[str], line: int) -> int:
    """Return where the comments above a line begin."""
    while line > 0 and _is_aside(lines[line - 1]):
        line -= 1
    return line


def _last_of(lines: Sequence[str], first: int, stop: int) -> int:
    """Return the line behind the last one between two that is not a comment."""
    while stop > first + 1 and _is_aside(lines[stop - 1]):
        stop -= 1
    return stop


@dataclass(frozen=True, slots=True)
class _Merge:
    """Writes new values into the lines of an old text."""

    lines: tuple[str, ...]

    def document(self, node: yaml.MappingNode, old: Values, values: Values) -> str:
        end = _last_of(self.lines, node.start_mark.line, len(self.lines))
        written = self._mapping(node, old, values, end)
        tail = self.lines[end:]
        if values.get("totals") and not old.get("totals"):
            tail = tuple(line for line in tail if not line.startswith(_HINTS))
        head = self.lines[: node.start_mark.line]
        return "\n".join([*head, *written, *tail]) + "\n"

    def _mapping(
        self, node: yaml.MappingNode, old: Values, new: Values, stop: int
    ) -> list[str]:
        """Return the lines of a block mapping, comments above its keys included."""
        indent = " " * node.start_mark.column
        written: list[str] = []
        starts = [key.start_mark.line for key, _ in node.value]
        for place, (key, value) in enumerate(node.value):
            start = starts[place]
            end = starts[place + 1] if place + 1 < len(starts) else stop
            last = _last_of(self.lines, start, end)
            lead = self.lines[_lead_start(self.lines, start) : start] if place else ()
            name = str(key.value)
            if name not in new:
                continue
            written += lead
            if new[name] == old.get(name):
                written += self.lines[start:last]
            else:
                written += self._key(
                    name, value, (old.get(name), new[name]), (start, last), indent
                )
        added = {
            name: one
            for name, one in new.items()
            if name not in old and name not in (WAS, NOTES)
        }
        for name, one in added.items():
            written += key_lines(name, _plain_list(one), indent)
        return written

    def _key(
        self,
        name: str,
        node: yaml.Node,
        change: tuple[Any, Any],
        span: tuple[int, int],
        indent: str,
    ) -> list[str]:
        old, new = change
        first, last = span
        listed = name in PLACES and new and old
        if listed and isinstance(node, yaml.SequenceNode) and not node.flow_style:
            return [self.lines[first], *self._members(node, old, new, last)]
        fresh = key_lines(name, _plain_list(new), indent)
        # The dash of a member stands where its first key's indentation is.
        fresh[0] = self.lines[first][: len(indent)] + fresh[0].lstrip()
        if len(fresh) == 1 and node.end_mark.line == first:
            aside = self.lines[first][node.end_mark.column :]
            fresh[0] += aside if aside.lstrip().startswith("#") else ""
        return fresh

    def _members(
        self,
        node: yaml.SequenceNode,
        old: Sequence[Values],
        new: Sequence[Values],
        stop: int,
    ) -> list[str]:
        known = {
            str(one.get("id", "")): (item, one, place)
            for place, (item, one) in enumerate(zip(node.value, old, strict=True))
            if isinstance(item, yaml.MappingNode) and not item.flow_style
        }
        starts = [item.start_mark.line for item in node.value]
        dash = " " * node.start_mark.column
        written: list[str] = []
        for one in new:
            found = known.pop(str(one.get(WAS, one.get("id", ""))), None)
            if found is None:
                written += item_lines(_plain(one), dash, one.get(NOTES, ()))
                continue
            item, before, place = found
            end = starts[place + 1] if place + 1 < len(starts) else stop
            last = _last_of(self.lines, starts[place], end)
            lead = list(
                self.lines[_lead_start(self.lines, starts[place]) : starts[place]]
            )
            written += _settled(lead, one, dash)
            if _plain(one) == before:
                written += self._as_before(item, before, one, (starts[place], last))
            else:
                written += self._mapping(item, before, one, last)
        return written

    def _as_before(
        self, item: yaml.MappingNode, before: Values, one: Values, span: tuple[int, int]
    ) -> list[str]:
        """Return an unchanged member; remarks on a table's columns may be settled."""
        if any(NOTES in column for column in one.get("columns", ())):
            return self._mapping(item, before, one, span[1])
        return list(self.lines[span[0] : span[1]])


def _settled(lead: list[str], one: Values, indent: str) -> list[str]:
    """Return the comments above a member without the remarks that were settled."""
    if NOTES not in one:
        return lead
    others = [line for line in lead if not line.strip().startswith(f"# {NOTE}")]
    return [*others, *note_lines(one[NOTES], indent)]


def _plain_list(value: Any) -> Any:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return [_plain(one) for one in value]
    return value
