"""Form definitions: YAML drawn on a blank, fields in millimetres."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from ocr.errors import FormDefinitionError
from ocr.model import ErrorClass, FieldKind

Positive = Annotated[float, Field(gt=0)]


class FieldDefinition(BaseModel):
    """One field of a form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    label: str
    kind: FieldKind
    box_mm: tuple[
        Annotated[float, Field(ge=0)], Annotated[float, Field(ge=0)], Positive, Positive
    ]
    """Left, top, width, height of the place to write in, from the page's corner."""
    required: bool = False
    error_class: ErrorClass = ErrorClass.ORDINARY
    cells: Annotated[int, Field(ge=1)] | None = None
    """Number of equally wide boxes when one character goes into each."""
    lines: Annotated[int, Field(ge=1)] = 1
    """Lines of writing that the box holds."""


class FormDefinition(BaseModel):
    """One form: its blank and its fields."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    form: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
    title: str
    version: str
    page_mm: tuple[Positive, Positive]
    blank: Path
    """Picture of the empty form; relative paths count from the YAML file."""
    blank_dpi: Positive
    fields: Annotated[tuple[FieldDefinition, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _fields_fit(self) -> Self:
        seen: set[str] = set()
        width, height = self.page_mm
        for entry in self.fields:
            if entry.id in seen:
                raise ValueError(f"field {entry.id}: written twice")
            seen.add(entry.id)
            left, top, box_width, box_height = entry.box_mm
            if left + box_width > width or top + box_height > height:
                raise ValueError(
                    f"field {entry.id}: box_mm leaves the page {width} x {height} mm"
                )
        return self


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
            with the same `form` are a fault too, since pages are kept under it.
    """
    forms: dict[str, FormDefinition] = {}
    file_of: dict[str, str] = {}
    faults: list[str] = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            form = load_form(path)
        except FormDefinitionError as error:
            faults.extend(error.faults)
            continue
        first = file_of.setdefault(form.form, path.name)
        if first != path.name:
            faults.append(f"{path.name}: form: {form.form} is also defined in {first}")
        forms[form.form] = form
    if not forms and not faults:
        faults.append(f"{folder.name}: no form definition (*.yaml) in this folder")
    if faults:
        raise FormDefinitionError(tuple(faults))
    return tuple(forms.values())
