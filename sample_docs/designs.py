"""What a form design is, and how it becomes a definition (YAML) and a blank (PNG)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from sample_docs.sheet import MM_PER_INCH, PictureSheet, Sheet

PAGE_MM = (210.0, 297.0)
PRINT_DPI = 300
"""At which paper is drawn; letters are whole dots wide, so the blank must be, too."""
BLANK_DPI = 200


@dataclass(frozen=True, slots=True)
class Spot:
    """A field of a form: the place to write in, without any printed label."""

    id: str
    label: str
    kind: str
    box_mm: tuple[float, float, float, float]
    error_class: str = "strict"
    required: bool = True
    cells: int | None = None
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Design:
    """One form: what is printed and where people write."""

    form: str
    title: str
    version: str
    spots: tuple[Spot, ...]
    draw: Callable[[Sheet], None]
    comment: str
    totals: tuple[tuple[tuple[str, ...], str], ...] = ()
    """Amounts that add up: the parts, and their sum."""

    def spot(self, field_id: str) -> Spot:
        """Return the field of this identifier."""
        return next(spot for spot in self.spots if spot.id == field_id)

    def print_blank(self, dpi: int) -> PictureSheet:
        """Return the empty form as a picture."""
        sheet = PictureSheet(PAGE_MM, dpi)
        self.draw(sheet)
        return sheet


def definition_text(design: Design) -> str:
    """Return the form definition as YAML."""
    head = [
        f"# {design.comment}",
        "# 単位はミリメートル。box_mm は［左, 上, 幅, 高さ］で、用紙の左上の角から測ります。",
        "# 印刷された文字や罫線を含まない「書き込む場所」だけを囲みます。",
        f"form: {design.form}",
        f"title: {design.title}",
        f'version: "{design.version}"',
        f"page_mm: [{PAGE_MM[0]:g}, {PAGE_MM[1]:g}]",
        f"blank: {design.form}.png",
        f"blank_dpi: {BLANK_DPI}",
        "fields:",
    ]
    for spot in design.spots:
        box = ", ".join(f"{length:g}" for length in spot.box_mm)
        head += [
            f"  - id: {spot.id}",
            f"    label: {spot.label}",
            f"    kind: {spot.kind}",
            f"    box_mm: [{box}]",
            f"    required: {str(spot.required).lower()}",
            f"    error_class: {spot.error_class}",
        ]
        if spot.cells:
            head.append(f"    cells: {spot.cells}")
        if spot.lines > 1:
            head.append(f"    lines: {spot.lines}")
    if design.totals:
        head += [
            "# 足して合計になる金額。合えば証拠になり、合わなければ人に尋ねます。",
            "totals:",
        ]
    for parts, total in design.totals:
        head += [f"  - parts: [{', '.join(parts)}]", f"    total: {total}"]
    return "\n".join(head) + "\n"


def _reduced(printed: Image.Image) -> Image.Image:
    """Return the blank at BLANK_DPI with every letter where the paper has it."""
    size = tuple(round(side * BLANK_DPI / MM_PER_INCH) for side in PAGE_MM)
    return printed.resize((size[0], size[1]), Image.Resampling.BOX)


def write_design(design: Design, folder: Path) -> None:
    """Write the definition and, beside it, the blank."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{design.form}.yaml"
    path.write_bytes(definition_text(design).encode("utf-8"))
    blank = _reduced(design.print_blank(PRINT_DPI).image).quantize(16)
    blank.save(folder / f"{design.form}.png", dpi=(BLANK_DPI, BLANK_DPI), optimize=True)
