"""Form definitions: YAML drawn on a blank, fields in millimetres."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ocr.errors import FormDefinitionError
from ocr.model import ErrorClass, FieldKind, Total

Positive = Annotated[float, Field(gt=0)]
BoxMm = tuple[
    Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)], Positive, Positive
]
"""Left, top, width, height in millimetres from the page's corner."""
Identifier = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]

ERAS = ("明治", "大正", "昭和", "平成", "令和", "西暦")
_SAID = re.compile(r"\{([^{}]*)\}")
"""A field named in what a code says."""
_WITH_OPTIONS = (FieldKind.CHOICE, FieldKind.DATE)


class OptionDefinition(BaseModel):
    """One printed word that is circled, or whose box is ticked, to choose it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    value: Annotated[str, Field(min_length=1)]
    """As staff read it, e.g. 普通; for a date one of `ERAS`."""
    box_mm: BoxMm
    """Closely around the printed word, or inside its tick box."""


class FieldDefinition(BaseModel):
    """One field of a form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    label: str
    kind: FieldKind
    box_mm: BoxMm
    """Of the place to write in."""
    required: bool = False
    error_class: ErrorClass = ErrorClass.ORDINARY
    cells: Annotated[int, Field(ge=1)] | None = None
    """Number of equally wide boxes when one character goes into each."""
    lines: Annotated[int, Field(ge=1)] = 1
    """Lines of writing that the box holds."""
    options: tuple[OptionDefinition, ...] = ()
    """CHOICE: the words to choose from. DATE: the printed eras, one to be circled."""
    marked_by: Literal["circle", "tick"] = "circle"
    """How an option is chosen: circled or struck around, or its box ticked."""
    several: bool = False
    """CHOICE: more than one may be chosen."""
    words: Identifier | None = None
    """Name of a word list (towns, banks, ...) that such a field usually holds."""
    says: str = ""
    """CODE: what is printed into it, fields of the form in braces:
    `MNT26-{notice_no}-{tax_yen}`."""
    check_digit: Literal["my_number", "corporate_number"] | None = None
    table: str = Field(default="", exclude=True)
    """Set by `FormDefinition.every_field`, never in YAML."""
    row: int = Field(default=0, exclude=True)

    @model_validator(mode="after")
    def _options_fit(self) -> Self:
        if self.kind is FieldKind.CHOICE and len(self.options) < 2:
            raise ValueError(f"field {self.id}: a choice needs two options or more")
        if self.options and self.kind not in _WITH_OPTIONS:
            raise ValueError(f"field {self.id}: only choice and date have options")
        values = [option.value for option in self.options]
        if len(set(values)) < len(values):
            raise ValueError(f"field {self.id}: two options have the same value")
        if self.kind is FieldKind.DATE and not set(values) <= set(ERAS):
            raise ValueError(f"field {self.id}: eras are {', '.join(ERAS)}")
        if self.several and self.kind is not FieldKind.CHOICE:
            raise ValueError(f"field {self.id}: only a choice can be of several")
        if self.says and self.kind is not FieldKind.CODE:
            raise ValueError(f"field {self.id}: only a code says other fields")
        if self.check_digit and self.kind is not FieldKind.DIGITS:
            raise ValueError(f"field {self.id}: only digits have a check digit")
        return self


class TableDefinition(BaseModel):
    """Rows that repeat: children, instalments, hours."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    label: str
    rows: Annotated[int, Field(ge=1, le=200)]
    row_height_mm: Positive
    """From the top of one row to the top of the next."""
    columns: Annotated[tuple[FieldDefinition, ...], Field(min_length=1)]
    """With the places of the first row; `required` counts for rows with writing."""

    def fields(self) -> tuple[FieldDefinition, ...]:
        """Return the fields of every row, named `table_row_column`."""
        return tuple(
            column.model_copy(
                update={
                    "id": f"{self.id}_{row}_{column.id}",
                    "label": f"{self.label} {row}行目 {column.label}",
                    "box_mm": _lower(column.box_mm, (row - 1) * self.row_height_mm),
                    "options": tuple(
                        option.model_copy(
                            update={
                                "box_mm": _lower(
                                    option.box_mm, (row - 1) * self.row_height_mm
                                )
                            }
                        )
                        for option in column.options
                    ),
                    "table": self.id,
                    "row": row,
                }
            )
            for row in range(1, self.rows + 1)
            for column in self.columns
        )


def _lower(box_mm: BoxMm, by_mm: float) -> BoxMm:
    left, top, width, height = box_mm
    return left, round(top + by_mm, 4), width, height


class FormDefinition(BaseModel):
    """One form: its blank and its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Identifier
    title: str
    version: str
    page_mm: tuple[Positive, Positive]
    blank: Path
    """Picture of the empty form; relative paths count from the YAML file."""
    blank_dpi: Positive
    fields: tuple[FieldDefinition, ...] = ()
    tables: tuple[TableDefinition, ...] = ()
    totals: tuple[Total, ...] = ()
    """Amounts that add up; see `ocr.model.Total`."""
    continues: Identifier | None = None
    """This is the back or a further sheet of that form."""
    bound_by: Identifier | None = None
    """Field (code or digits) that all pages of one application bear."""
    code_begins: str = ""
    """A printed QR or bar code whose text begins so names this form and version."""

    @property
    def every_field(self) -> tuple[FieldDefinition, ...]:
        """The fields outside tables, then those of every row of every table."""
        rows = [entry for table in self.tables for entry in table.fields()]
        return (*self.fields, *rows)

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        faults = [*_box_faults(self), *_reference_faults(self)]
        if faults:
            raise ValueError("; ".join(faults))
        return self


def _box_faults(form: FormDefinition) -> list[str]:
    faults: list[str] = []
    seen: set[str] = set()
    width, height = form.page_mm
    if not form.every_field:
        faults.append("a form needs a field")
    for entry in form.every_field:
        if entry.id in seen:
            faults.append(f"field {entry.id}: written twice")
        seen.add(entry.id)
        for box in (entry.box_mm, *(option.box_mm for option in entry.options)):
            left, top, box_width, box_height = box
            if left + box_width > width or top + box_height > height:
                faults.append(
                    f"field {entry.id}: box_mm leaves the page {width} x {height} mm"
                )
    return faults


def _reference_faults(form: FormDefinition) -> list[str]:
    known = {entry.id for entry in form.every_field}
    known |= {
        f"{table.id}.{column.id}" for table in form.tables for column in table.columns
    }
    named = [name for total in form.totals for name in (*total.parts, total.total)]
    if form.bound_by is not None:
        named.append(form.bound_by)
    for entry in form.every_field:
        named.extend(_SAID.findall(entry.says))
    return [f"{name}: no such field" for name in named if name not in known]


def load_form(path: Path) -> FormDefinition:
    """Return the form definition in a YAML file, its blank as an absolute path.

    Raises:
        FormDefinitionError: FORM-003 with every fault, as `file: key: what`.
    """
    try:
        raw = yaml.safe_load(path.read_text(encoding="utf-8"))
        form = FormDefinition.model_validate(raw)
    except ValidationError as error:
        faults = tuple(
            f"{path.name}: {'.'.join(map(str, item['loc'])) or '(form)'}: {item['msg']}"
            for item in error.errors()
        )
        raise FormDefinitionError(faults) from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise FormDefinitionError(
            (f"{path.name}: not a readable YAML file ({type(error).__name__})",)
        ) from error
    blank = (
        form.blank if form.blank.is_absolute() else (path.parent / form.blank).resolve()
    )
    if not blank.is_file():
        raise FormDefinitionError((f"{path.name}: blank: no such file {form.blank}",))
    return form.model_copy(update={"blank": blank})


def load_forms(folder: Path) -> tuple[FormDefinition, ...]:
    """Return every form definition (*.yaml) of a folder, sorted by file name.

    Raises:
        FormDefinitionError: FORM-003 with the faults of all files together; two files
            with the same `form` and `version` are a fault too.
    """
    forms: dict[tuple[str, str], FormDefinition] = {}
    file_of: dict[tuple[str, str], str] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            form = load_form(path)
        except FormDefinitionError as error:
            faults.extend(error.faults)
            continue
        key = (form.form, form.version)
        first = file_of.setdefault(key, path.name)
        if first != path.name:
            faults.append(
                f"{path.name}: form: {form.form} {form.version} is also in {first}"
            )
        forms[key] = form
    if not forms and not faults:
        faults.append(f"{folder.name}: no form definition (*.yaml) in this folder")
    if faults:
        raise FormDefinitionError(tuple(faults))
    return tuple(forms.values())
