"""A page held against where it was planted: sorted, laid, dropped or refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from benchmarks.paper.deck import DESIGNS
from benchmarks.paper.truth import PageTruth
from ocr.forms import BoxMm
from ocr.model import BoxPx, PageReading

ALIGNED_MM = 1.0
"""A field further off than this is aligned wrongly."""


@dataclass(frozen=True, slots=True)
class PageOutcome:
    """One page: sorted, laid, dropped or refused."""

    number: int
    level: str
    writing: str
    other: str
    odd: str
    happened: str
    """read, other_form, refused, dropped."""
    trouble: str
    right: bool
    off_mm: float | None
    """Worst corner of a field against its planted place."""
    form: str = ""
    quarter_turns: int = 0


def page_outcome(truth: PageTruth, read: PageReading, suffix: str) -> PageOutcome:
    """Return what happened with one page."""
    happened, right = _happened(truth, read)
    off = None
    if happened == "read" and truth.form is not None:
        off = worst_corner_mm(truth, read, suffix)
    return PageOutcome(
        number=truth.number,
        level=truth.level,
        writing=truth.writing,
        other=truth.other,
        odd=truth.odd,
        happened=happened,
        trouble=read.trouble or "",
        right=right,
        off_mm=off,
        form=truth.form or "",
        quarter_turns=truth.quarter_turns,
    )


def _happened(truth: PageTruth, read: PageReading) -> tuple[str, bool]:
    if read.blank_page:
        return "dropped", truth.other == "back"
    if read.trouble is not None:
        return "refused", truth.form is None and truth.other != "back"
    if (read.form, read.form_version) == (truth.form, truth.version):
        return "read", True
    return "other_form", False


def worst_corner_mm(truth: PageTruth, read: PageReading, suffix: str) -> float:
    """Return how far the worst corner of a field lies from where it was planted.

    Args:
        truth: With the planted place of the form in the stored picture.
        read: With the boxes of the fields on the upright page.
        suffix: Of the file: PDF pages are drawn at 300 dpi before they are read.
    """
    assert truth.mm_to_px is not None
    key = truth.form, truth.version
    design = next(one for one in DESIGNS if (one.form, one.version) == key)
    boxes = {name: place.field.box_mm for name, place in design.places().items()}
    # How the picture was resized before it was read is the reader's own affair.
    finest = max(truth.dpi)
    ways = [truth.dpi, (finest, finest)]
    if suffix == ".pdf":
        ways.append((300.0, 300.0))
    return min(_off_mm(truth, read, boxes, dpi) for dpi in ways)


def _off_mm(
    truth: PageTruth,
    read: PageReading,
    boxes: Mapping[str, BoxMm],
    dpi: tuple[float, float],
) -> float:
    scale = [dpi[0] / truth.dpi[0], dpi[1] / truth.dpi[1]]
    size = (truth.size_px[0] * scale[0], truth.size_px[1] * scale[1])
    turn = _upright(size, read.rotation_deg)
    upright = turn @ np.diag([*scale, 1.0]) @ truth.mm_to_px
    worst = max(
        _off_px(boxes[entry.field_id], entry.box_px, upright) for entry in read.fields
    )
    return worst / max(dpi) * 25.4


def _off_px(box: BoxMm, seen: BoxPx, upright: np.ndarray) -> float:
    left, top, wide, high = box
    corners = np.array(
        [
            [left, top, 1],
            [left + wide, top, 1],
            [left + wide, top + high, 1],
            [left, top + high, 1],
        ]
    )
    placed = corners @ upright.T
    low, far = placed[:, :2].min(axis=0), placed[:, :2].max(axis=0)
    found = np.array(
        [seen.left + 0.5, seen.top + 0.5, seen.right - 0.5, seen.bottom - 0.5]
    )
    return float(np.abs(found - np.concatenate([low, far])).max())


def _upright(size: tuple[float, float], clockwise_deg: int) -> np.ndarray:
    """Return what a clockwise turn of the picture does to its pixels."""
    wide, high = size
    return {
        0: np.eye(3),
        90: np.array([[0, -1, high - 1], [1, 0, 0], [0, 0, 1.0]]),
        180: np.array([[-1, 0, wide - 1], [0, -1, high - 1], [0, 0, 1.0]]),
        270: np.array([[0, 1, 0], [-1, 0, wide - 1], [0, 0, 1.0]]),
    }[clockwise_deg]
