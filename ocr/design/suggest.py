"""What a place is that a designer points at or draws: from the print around it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from ocr.design.draft import Draft, draft_of
from ocr.design.naming import DraftField, field_of
from ocr.design.places import Place, inner
from ocr.design.shapes import Box, Word, overlap, shared_across, shared_down
from ocr.design.sheet import SHEET_DPI, Sheet
from ocr.forms import FormDefinition
from ocr.preprocess import blank_picture

_SAME_PLACE = 0.5
"""Intersection over union from which a drawn box is a drafted one."""
_LEFT_MM, _ABOVE_MM = 60.0, 12.0
"""How far a label may stand from its box."""
_TOUCH_MM = 1.5


@dataclass(frozen=True, slots=True)
class BlankPrint:
    """What is printed on a blank, and which fields were found on it."""

    fields: tuple[DraftField, ...]
    words: tuple[Word, ...] = field(repr=False)
    cells: tuple[Box, ...] = field(repr=False)


def print_of(draft: Draft) -> BlankPrint:
    """Return what a draft knows of its blank."""
    columns = [column for table in draft.tables for column in table.columns]
    return BlankPrint((*draft.fields, *columns), draft.words, draft.cells)


def print_on(form: FormDefinition) -> BlankPrint:
    """Return what is printed on a form's blank; takes seconds.

    Raises:
        ReadingError: ENGINE-001 when the reader of scanned print does not run.
        ValueError: The blank is not a picture.
    """
    grey = blank_picture(form, SHEET_DPI)
    sheet = Sheet(form.blank, 1, grey, form.page_mm, born_digital=False)
    return print_of(draft_of(sheet))


def suggested(printed: BlankPrint, box: Box) -> DraftField:
    """Return what a drawn box seems to be; its place stays as drawn."""
    same = max(printed.fields, key=lambda one: _iou(one.box, box), default=None)
    if same is not None and _iou(same.box, box) > _SAME_PLACE:
        return replace(same, box=box)
    return field_of(Place(box), _label(printed.words, box))


def suggested_at(printed: BlankPrint, across: float, down: float) -> DraftField | None:
    """Return the field around a point in millimetres, None where nothing is framed."""
    point = Box(across, down, across, down)
    drafted = _smallest([one.box for one in printed.fields], point)
    if drafted is not None:
        return next(one for one in printed.fields if one.box == drafted)
    cell = _smallest(printed.cells, point)
    return None if cell is None else suggested(printed, inner(cell))


def _smallest(boxes: Iterable[Box], point: Box) -> Box | None:
    around = [box for box in boxes if box.holds(point)]
    return min(around, key=lambda box: box.area, default=None)


def _label(words: Iterable[Word], box: Box) -> str:
    """Return the print nearest to the left of a box, or else above it."""
    near: list[tuple[float, str]] = []
    for word in words:
        left = box.left - word.box.right
        above = box.top - word.box.bottom
        if shared_down(word.box, box) > 0.5 and -_TOUCH_MM < left < _LEFT_MM:
            near.append((max(0.0, left), word.text))
        elif shared_across(word.box, box) > 0.3 and -_TOUCH_MM < above < _ABOVE_MM:
            near.append((10.0 + max(0.0, above), word.text))
    return min(near, default=(0.0, ""))[1]


def _iou(one: Box, other: Box) -> float:
    both = overlap(one, other)
    return both / max(0.01, one.area + other.area - both)
