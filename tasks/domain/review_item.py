"""A question to staff and its answer."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from enum import StrEnum


class QuestionKind(StrEnum):
    """What is asked."""

    FIELD = "field"
    """What is written here?"""
    PAGE = "page"
    """What is this page? (no form fits, cannot be read)"""
    BLIND = "blind"
    """Blind sample of an accepted value: measures the true error rate."""


class Decision(StrEnum):
    """What the clerk said."""

    VALUE = "value"
    BLANK = "blank"
    UNREADABLE = "unreadable"
    """Cannot be read: the applicant is left out as an error until asked."""
    ASK_APPLICANT = "ask_applicant"
    EXCLUDE = "exclude"
    """PAGE only: no form of this job."""


@dataclass(frozen=True, slots=True)
class ReviewItem:
    """One question. The same field of the same file always has the same item_id."""

    item_id: str
    job: str
    kind: QuestionKind
    document_sha256: str
    file: str
    """File name without folders."""
    page: int
    field_id: str
    """Field identifier; empty for PAGE."""
    label: str
    """Printed label; empty for PAGE."""
    field_kind: str
    """Value of ocr.model.FieldKind; empty for PAGE."""
    form: str
    reason: str
    """Why it is asked, one Japanese sentence without personal data."""
    value_read: str = field(default="", repr=False)
    choices: tuple[str, ...] = field(default=(), repr=False)
    """Readings to choose from, best first; the first one is the likeliest."""
    crop_png: bytes = field(default=b"", repr=False)
    several: bool = False
    """More than one of the choices may be taken."""
    error_class: str = ""
    """Value of ocr.model.ErrorClass; empty for PAGE."""
    check_digit: str = ""
    """my_number or corporate_number when the value carries a check digit."""


@dataclass(frozen=True, slots=True)
class ReviewAnswer:
    """A clerk's answer; append-only, the newest counts."""

    item_id: str
    decision: Decision
    value: str = field(repr=False)
    by: str
    at: dt.datetime
    """With time zone."""
    seconds: float
    """Time the item was shown and attended, in seconds."""
    account: str = field(default="", compare=False)
    """Identifier of the account; empty for an answer given without one."""
    answer_id: str = field(default="", compare=False)
    """Made by whoever sends it, so that sending twice counts once; empty: made here."""

    @property
    def person(self) -> str:
        """Return what tells one person from another."""
        return self.account or self.by


def item_id(
    job: str,
    document_sha256: str,
    page: int,
    field_id: str,
    kind: QuestionKind,
    form_version: str = "",
) -> str:
    """Return the identifier of a question: 32 hex digits, the same on every run.

    The form's version is part of it: when a field moves on the form, an answer about
    its old place is no answer about the new one.

    Examples:
        >>> item_id("j", "00", 1, "name", QuestionKind.FIELD) == item_id(
        ...     "j", "00", 1, "name", QuestionKind.FIELD
        ... )
        True
    """
    joined = "\x1f".join(
        (job, document_sha256, str(page), field_id, kind.value, form_version)
    )
    return hashlib.sha256(joined.encode()).hexdigest()[:32]
