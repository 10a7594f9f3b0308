"""Who enters a field how often, and for how long it is his (configs/review.yaml)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from ocr.model import FieldKind
from tasks.domain.review_item import QuestionKind, ReviewItem

ClassName = Literal["strict", "ordinary", "statistics"]
KindName = Literal[
    "name",
    "kana",
    "date",
    "address",
    "postal",
    "phone",
    "amount",
    "digits",
    "text",
    "check",
    "choice",
    "seal",
    "signature",
    "code",
]
"""As ocr.model.FieldKind."""

GLANCED = (FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE, FieldKind.CHOICE)
"""Kinds whose crops show at a glance which one is unlike the others."""
GLANCED_DIGITS = 2
"""Digits of one value up to this length are taken in at a glance, longer ones read."""


class _Rules(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class DoubleEntry(_Rules):
    """Which fields two people must enter, the second without seeing anything read."""

    enabled: bool = True
    """False in an office of one: nobody could ever give the second entry."""
    error_classes: tuple[ClassName, ...] = ("strict",)
    field_kinds: tuple[KindName, ...] = ("amount", "digits")
    """A field of one of these classes and of one of these kinds is entered twice."""
    fields: tuple[str, ...] = ()
    """Identifiers of further fields, whatever their class and kind."""


class EntryRules(_Rules):
    """The part `entry` of configs/review.yaml."""

    double_entry: DoubleEntry = DoubleEntry()
    idle_seconds: Annotated[int, Field(ge=5, le=600)] = 30
    """Without a key or a movement for this long, nobody is taken to be looking."""
    lease_minutes: Annotated[int, Field(ge=1, le=60)] = 3
    """A question shown to somebody returns to the others after this silence."""

    def needs_two(self, item: ReviewItem) -> bool:
        """Return whether two people must enter this field.

        A blind sample is none of these: a difference there is asked again anyway.

        Examples:
            >>> EntryRules().needs_two(_example("amount", "strict"))
            True
            >>> EntryRules().needs_two(_example("name", "strict"))
            False
        """
        double = self.double_entry
        if not double.enabled or item.kind is not QuestionKind.FIELD:
            return False
        return item.field_id in double.fields or (
            item.error_class in double.error_classes
            and item.field_kind in double.field_kinds
        )


def in_grid(item: ReviewItem, rules: EntryRules) -> str | None:
    """Return the reading that a field shares with its like, or None: never in a grid.

    Forty crops at once are looked at less closely than one. So nothing of the strict
    class is shown so, nothing entered twice, no blind sample (it would show what was
    read), and no writing that must be read to be judged: only marks, a choice, and up
    to `GLANCED_DIGITS` digits.

    Examples:
        >>> in_grid(_example("seal", "statistics", "yes"), EntryRules())
        'yes'
        >>> in_grid(_example("seal", "strict", "yes"), EntryRules()) is None
        True
        >>> in_grid(_example("name", "ordinary", "潮見 渚"), EntryRules()) is None
        True
    """
    if item.kind is not QuestionKind.FIELD or item.error_class in ("strict", ""):
        return None
    if rules.needs_two(item) or item.several or not item.value_read:
        return None
    if item.field_kind in GLANCED:
        return item.value_read
    short = item.value_read.isdecimal() and len(item.value_read) <= GLANCED_DIGITS
    return item.value_read if item.field_kind == FieldKind.DIGITS and short else None


def _example(field_kind: str, error_class: str, read: str = "") -> ReviewItem:
    return ReviewItem(
        item_id="0" * 32,
        job="j",
        kind=QuestionKind.FIELD,
        document_sha256="",
        file="",
        page=1,
        field_id="f",
        label="",
        field_kind=field_kind,
        form="",
        reason="",
        value_read=read,
        error_class=error_class,
    )
