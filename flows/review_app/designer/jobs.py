"""What the helper process does: slow, on files that somebody brought."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

from ocr.design.suggest import BlankPrint, print_of, print_on
from ocr.design.yaml_text import Heading
from ocr.forms import FormDefinition
from ocr.pages import Limits
from ocr.read import Engines, default_engines
from tasks.procedures.form_designs import TrialRules, TriedSheet, drafted, tried


@dataclass(frozen=True, slots=True)
class NewForm:
    """A blank that was looked at."""

    text: str = field(repr=False)
    blank_png: bytes = field(repr=False)
    places: int
    """Fields and columns found."""
    printed: BlankPrint = field(repr=False)


def draft_blank(path: Path, page: int, heading: Heading, limits: Limits) -> NewForm:
    """Return a definition drafted from a blank.

    Raises:
        ReadingError: PAGE- or ENGINE-001.
    """
    made = drafted(path, page, heading, limits)
    places = len(made.draft.fields) + sum(
        len(table.columns) for table in made.draft.tables
    )
    return NewForm(made.text, made.blank_png, places, print_of(made.draft))


def look_at_blank(form: FormDefinition) -> BlankPrint:
    """Return what is printed on the blank of a form that was drawn before.

    Raises:
        ReadingError: ENGINE-001.
    """
    return print_on(form)


def try_scan(
    path: Path, form: FormDefinition, rules: TrialRules
) -> tuple[TriedSheet, ...]:
    """Return what a run would make of a filled scan.

    Raises:
        ReadingError: PAGE-001 to PAGE-006, ENGINE-001.
    """
    lists = tuple(sorted(rules.words.items()))
    return tried(path, form, _engines(lists).readers, rules)


@functools.lru_cache(maxsize=1)
def _engines(lists: tuple[tuple[str, frozenset[str]], ...]) -> Engines:
    return default_engines(dict(lists))
