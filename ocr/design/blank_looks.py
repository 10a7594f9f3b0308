"""What a form's blank is like, looked at once: its print, its marks, its likeness to others."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field
from pathlib import Path

from ocr import align, sort
from ocr.design.rules import frames_of
from ocr.design.shapes import Box
from ocr.design.sheet import SHEET_DPI
from ocr.errors import ReadingError
from ocr.forms import FormDefinition
from ocr.preprocess import (
    Mask,
    blank_picture,
    evened,
    ink_mask,
    rules_of,
    to_px,
    widened,
    without_specks,
)

_ALIKE = 0.5
_ALIKE_FOUND = 0.9


@dataclass(frozen=True, slots=True)
class Print:
    """Where something is printed, at SHEET_DPI."""

    ink: Mask = field(repr=False)
    rules: Mask = field(repr=False)
    text: Mask = field(repr=False)
    squares: tuple[Box, ...]

    def part(self, mask: Mask, box: Box) -> Mask:
        """Return what of a mask is inside a box."""
        left, top, right, bottom = (
            max(0, to_px(side, SHEET_DPI))
            for side in (box.left, box.top, box.right, box.bottom)
        )
        return mask[top:bottom, left:right]


class Blank:
    """A form told by its blank alone: what is printed does not change with fields."""

    def __init__(self, form: FormDefinition) -> None:
        self.form = form
        self.key = (*_looks(form.blank), form.page_mm, form.blank_dpi)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Blank) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def _looks(path: Path) -> tuple[str, int, int]:
    stat = path.stat()
    return str(path), stat.st_mtime_ns, stat.st_size


@functools.lru_cache(maxsize=4)
def print_on_blank(blank: Blank) -> Print:
    """Return what is printed on a blank, rules and text apart."""
    grey = blank_picture(blank.form, SHEET_DPI)
    ink = ink_mask(evened(grey, SHEET_DPI), 190)
    rules = rules_of(ink, SHEET_DPI)
    text = without_specks(ink & ~widened(rules, 0.15, SHEET_DPI), SHEET_DPI, 0.05)
    return Print(ink, rules, text, frames_of(ink).squares)


@functools.lru_cache(maxsize=16)
def landmark_count(blank: Blank) -> int | None:
    """Return how many landmarks a blank has, None when too few to align to."""
    try:
        return len(align.landmarks(blank.form).centres_mm)
    except ValueError:
        return None


@functools.lru_cache(maxsize=256)
def _fingerprint_of(blank: Blank) -> sort.Fingerprint:
    return sort.fingerprint(blank.form)


@functools.lru_cache(maxsize=256)
def _features_of(blank: Blank) -> sort.Features:
    page = blank_picture(blank.form, align.ALIGN_DPI)
    return sort.features(page, align.ALIGN_DPI)


@functools.lru_cache(maxsize=4096)
def taken_for(own: Blank, other: Blank) -> bool:
    """Tell whether pages of one blank would be taken for another form."""
    try:
        mine, theirs = _fingerprint_of(own), _fingerprint_of(other)
    except ValueError:  # the other's blank is no picture: said where it is checked
        return False
    likely = sort.likely_forms(_features_of(own), [mine, theirs])
    found = {id(one.form): one for one in likely}
    own_likeness, likeness = found.get(id(mine.form)), found.get(id(theirs.form))
    if own_likeness is None or likeness is None:
        return False
    if likeness.inliers < _ALIKE * own_likeness.inliers:
        return False
    page = blank_picture(own.form, align.ALIGN_DPI)
    try:
        position = align.align(
            align.prepared(page, align.ALIGN_DPI),
            likeness.px_to_mm,
            align.landmarks(theirs.form),
        )
    except (ReadingError, ValueError):
        return False
    return position.found_share >= _ALIKE_FOUND
