"""What stands on a page: the key that a reading is held against."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from ocr.model import FieldKind


@dataclass(frozen=True, slots=True)
class FieldTruth:
    """One field of one page."""

    kind: FieldKind
    text: str = field(default="", repr=False)
    """As written; empty when nothing is."""
    value: str = field(default="", repr=False)
    """What it means, see entries.Entry."""
    chosen: tuple[str, ...] = ()
    marked: bool = False
    era: str = ""
    """DATE: the era circled among the printed ones."""
    sealed: bool = False
    """A seal or stamp crosses the writing."""
    corrected: bool = False
    """Struck out, overwritten or written above: to be asked."""
    odd: str = ""
    """A kind of bad input, e.g. latin."""

    @property
    def empty(self) -> bool:
        """Nothing is written or marked."""
        return not (self.text or self.chosen or self.marked)


@dataclass(frozen=True, slots=True)
class PageTruth:
    """One page of one file."""

    number: int
    """Of the page in its run; its own source of chance."""
    file: str
    page: int
    """1-based within the file."""
    form: str | None
    """None: no registered form."""
    version: str | None
    other: str
    """back, letter, foreign or old_version; empty for a form."""
    level: str
    writing: str
    sealed: bool
    odd: str
    """What is wrong with the page: cut_off, hand_over, two_forms, empty, latin; else empty."""
    quarter_turns: int
    fields: dict[str, FieldTruth] = field(default_factory=dict, repr=False)
    mm_to_px: npt.NDArray[np.float64] | None = field(default=None, repr=False)
    """Of the picture as stored."""
    size_px: tuple[int, int] = (0, 0)
    """Width, height as stored."""
    dpi: tuple[float, float] = (300.0, 300.0)
