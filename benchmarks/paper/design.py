"""A design of a form: its printing, its definition, and what a case fills in."""

from __future__ import annotations

import functools
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from PIL import Image

from benchmarks.paper.cast import Case
from benchmarks.paper.draft import Draft, Place
from benchmarks.paper.entries import Entry
from ocr.forms import FormDefinition
from sample_docs.sheet import MM_PER_INCH

PRINT_DPI = 300
"""At which paper is drawn, see filling.DPI."""
BLANK_DPI = 200


@dataclass(frozen=True, slots=True)
class Design:
    """One form."""

    form: str
    title: str
    version: str
    page_mm: tuple[float, float]
    draw: Callable[[Draft], None]
    fill: Callable[[Case, random.Random], Mapping[str, Entry]]
    """What the case writes, by field; fields left out stay empty."""
    continues: str | None = None
    bound_by: str | None = None
    code_begins: str = ""
    family: bool = False
    """Filed by households with children born in 平成 or 令和 only."""
    registered: bool = True
    """False: paper that comes in, but whose definition the city never made."""

    @property
    def key(self) -> str:
        """Form and version, as a file name."""
        return f"{self.form}_{self.version}".replace("-", "")

    def blank(self, dpi: int) -> Image.Image:
        """Return the empty form as a grey picture."""
        return _drafted(self, dpi).sheet.image

    def places(self) -> Mapping[str, Place]:
        """Return every field, rows of tables included, with where its parts go."""
        return _places(self)

    def definition(self, blank: Path) -> FormDefinition:
        """Return the form definition with its blank at this path."""
        draft = _drafted(self, BLANK_DPI)
        return FormDefinition(
            form=self.form,
            title=self.title,
            version=self.version,
            page_mm=self.page_mm,
            blank=blank,
            blank_dpi=BLANK_DPI,
            fields=tuple(draft.fields),
            tables=tuple(draft.tables),
            totals=tuple(draft.totals),
            continues=self.continues,
            bound_by=self.bound_by,
            code_begins=self.code_begins,
        )


@functools.lru_cache(maxsize=12)
def _drafted(design: Design, dpi: int) -> Draft:
    draft = Draft(design.page_mm, dpi)
    design.draw(draft)
    return draft


@functools.lru_cache(maxsize=32)
def _places(design: Design) -> Mapping[str, Place]:
    """Return the places with the fields as the definition's rows have them."""
    draft = _drafted(design, BLANK_DPI)
    known = {entry.id: entry for entry in design.definition(Path("x")).every_field}
    return {
        name: Place(known[name], place.slots, place.right)
        for name, place in draft.places.items()
    }


def write_design(design: Design, folder: Path) -> Path:
    """Write the definition and, beside it, the blank; return the definition's path."""
    folder.mkdir(parents=True, exist_ok=True)
    blank = Path(f"{design.key}.png")
    dpi = (BLANK_DPI, BLANK_DPI)
    # Drawn as the paper is: letters are whole dots wide, and dots differ by dpi.
    size = tuple(round(side * BLANK_DPI / MM_PER_INCH) for side in design.page_mm)
    printed = design.blank(PRINT_DPI).resize((size[0], size[1]), Image.Resampling.BOX)
    printed.quantize(16).save(folder / blank, dpi=dpi)
    path = folder / f"{design.key}.yaml"
    content = design.definition(blank).model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump(content, allow_unicode=True, sort_keys=False)
    path.write_text(text, encoding="utf-8")
    return path
