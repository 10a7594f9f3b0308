"""The values that reading paper produces. Frozen; people's data never in repr."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum


class FieldKind(StrEnum):
    """What is written in a field; decides grammar and normal form."""

    NAME = "name"
    KANA = "kana"
    DATE = "date"
    ADDRESS = "address"
    POSTAL = "postal"
    PHONE = "phone"
    AMOUNT = "amount"
    DIGITS = "digits"
    TEXT = "text"
    CHECK = "check"
    CHOICE = "choice"
    """One or several of the words printed there, circled or ticked."""
    SEAL = "seal"
    SIGNATURE = "signature"
    """Signed by hand or not; who signed is not read."""
    CODE = "code"
    """A QR or bar code printed by a machine."""


class ErrorClass(StrEnum):
    """How bad a wrong value is; decides how much proof acceptance demands."""

    STRICT = "strict"
    """An amount or an identity: one wrong value is unacceptable."""
    ORDINARY = "ordinary"
    STATISTICS = "statistics"


@dataclass(frozen=True, slots=True)
class BoxPx:
    """A rectangle in pixels of the page as scanned (after turning it upright)."""

    left: int
    top: int
    right: int
    bottom: int


TOWNS, PLACES = "towns", "places"
"""Names of the lists of the city's towns, and of what may stand before one: みなと市."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """One possible text of a field."""

    text: str = field(repr=False)
    confidence: float
    """0.0-1.0, comparable within one engine only."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one engine read in one field."""

    engine: str
    """rapid, shapes, tesseract, pdf_text or replay."""
    text: str = field(repr=False)
    confidence: float
    runners_up: tuple[Candidate, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class FieldReading:
    """One field of one page as every engine saw it. No judgement yet."""

    field_id: str
    """Identifier in the form definition, e.g. birth_date."""
    label: str
    """Printed label, e.g. 生年月日."""
    kind: FieldKind
    error_class: ErrorClass
    required: bool
    box_px: BoxPx
    ink: float
    """Share of the box darker than the blank, 0.0-1.0."""
    blank: bool
    """True when the ink against the blank says that nothing was written."""
    checked: bool | None
    """CHECK, SEAL, SIGNATURE only: marked, not marked, or None when undecided."""
    readings: tuple[Reading, ...] = ()
    """First reader first. Empty for marks, choices and blank fields."""
    crop_png: bytes = field(default=b"", repr=False)
    """The field with some surroundings, for a person to look at."""
    struck_out: bool = False
    """A line is drawn through the writing (訂正): asked, never guessed."""
    faint: bool = False
    """Seems empty, but for traces as a FAX leaves them of faint writing: asked."""
    covered: bool = False
    """A seal stands over the writing, or on a field that seems empty: asked."""
    options: tuple[str, ...] = ()
    """CHOICE, and DATE with circled eras: the printed words, in the form's order."""
    chosen: tuple[str, ...] | None = None
    """Of `options`, those marked beyond doubt; empty when none is. None when undecided,
    and for fields without options."""
    several: bool = False
    """CHOICE: more than one may be marked."""
    check_digit: str = ""
    """my_number or corporate_number when the value carries a check digit."""
    table: str = ""
    """Identifier of the table that the field is in; empty outside tables."""
    row: int = 0
    """1-based row of that table."""
    words: str = ""
    """Name of the list of words that such a field usually holds; empty without one."""
    says: str = ""
    """CODE: what a machine printed into it, e.g. `MNT26-{notice_no}-{tax_yen}`."""


@dataclass(frozen=True, slots=True)
class Total:
    """Amounts of a form that add up to another one."""

    parts: tuple[str, ...]
    """Field identifiers; `table.column` stands for that column of all rows."""
    total: str
    """Field identifier of their sum."""


@dataclass(frozen=True, slots=True)
class PageReading:
    """One page: which form it is, how well it fits, and its fields."""

    page: int
    """1-based number within its file."""
    form: str | None
    """Identifier of the form definition, or None when the page could not be read."""
    form_version: str | None
    rotation_deg: int
    """0, 90, 180 or 270: how far the scan was turned to stand upright."""
    residual_mm: float | None
    """Median distance between blank and page after alignment, in millimetres."""
    born_digital: bool
    fields: tuple[FieldReading, ...]
    trouble: str | None = None
    """A code of ocr.errors when the page needs a person."""
    blank_page: bool = False
    """An empty sheet (back side); dropped, not asked."""
    page_png: bytes = field(default=b"", repr=False)
    """A small picture of the page: for questions about it, and around its fields."""
    size_px: tuple[int, int] = (0, 0)
    """Width and height of the page that the boxes lie on; zeros without fields."""
    totals: tuple[Total, ...] = ()
    """Of the form: amounts that prove each other."""
    continues: str | None = None
    """Identifier of the form whose page this one belongs to (back or second sheet)."""
    bound_by: str = field(default="", repr=False)
    """What its number or code says that joins the pages of one application."""
    worst_residual_mm: float | None = None
    """How far a field may lie off because the paper is not flat."""


@dataclass(frozen=True, slots=True)
class DocumentReading:
    """One file, page by page."""

    file: str
    """File name without folders."""
    sha256: str
    pages: tuple[PageReading, ...]
