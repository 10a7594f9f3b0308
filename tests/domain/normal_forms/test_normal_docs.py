"""docs/normal-forms.md says what the functions do."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from tasks.domain.normal_forms.normalize import KINDS, normalize

PAGE = Path(__file__).parents[3] / "docs" / "normal-forms.md"
_KIND = re.compile(r"^## .* \(`(?P<kind>\w+)`\)$")
_CELL = re.compile(r"(?<!\\)\|")


def examples() -> list[tuple[str, str, str, str, str]]:
    kind, found = "", []
    for line in PAGE.read_text(encoding="utf-8").splitlines():
        heading = _KIND.match(line)
        if heading or line.startswith("## "):
            kind = heading["kind"] if heading else ""
        elif kind and line.startswith("| ") and not line.startswith("| written"):
            text, value, status, notes = (c.strip() for c in _CELL.split(line)[1:5])
            found.append(
                (kind, text, value.strip("`").replace("\\|", "|"), status, notes)
            )
    return found


def test_the_page_has_examples_of_every_kind_on_the_command_line() -> None:
    assert {kind for kind, *_ in examples()} == set(KINDS) - {
        "addressee_no",
        "account_number",
    }


@pytest.mark.parametrize(("kind", "text", "value", "status", "notes"), examples())
def test_every_example_of_the_page_is_true(
    kind: str, text: str, value: str, status: str, notes: str
) -> None:
    result = normalize(kind, text, today=dt.date(2026, 4, 1))
    assert result["value"] == json.loads(value)
    assert result["status"] == status
    assert ", ".join(result["notes"]) == notes
