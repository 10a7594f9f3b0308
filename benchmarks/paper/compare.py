"""A reading held against what stands on the page, field by field and page by page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from benchmarks.paper.cast import TODAY
from benchmarks.paper.deck import DESIGNS
from benchmarks.paper.truth import FieldTruth, PageTruth
from benchmarks.paper_lines import ScoredField, ScoredReader
from ocr.forms import BoxMm
from ocr.model import BoxPx, FieldKind, FieldReading, PageReading, Reading
from tasks.domain.acceptance import FieldStatus, Judgement
from tasks.domain.field_values import FieldValue, value_of

MARKS = (FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE)
OLDEST_BIRTH = 1896
ALIGNED_MM = 1.0
"""A field further off than this is aligned wrongly."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """One field: what stood there, what was read, what acceptance did."""

    page: int
    """Number of the page in its run."""
    form: str
    field_id: str
    kind: FieldKind
    level: str
    writing: str
    sealed: bool
    corrected: bool
    odd: str
    written: bool
    blank: bool
    """The reading says that nothing stands there."""
    readers: Mapping[str, bool]
    """Engine: its value is the true one."""
    agree: bool
    """Two readers have the same usable value."""
    agree_right: bool
    exact: bool
    """The value proposed (or the marks) is the true one."""
    settled: bool
    """No person is asked: accepted, or taken as empty."""
    wrong: bool
    """Settled, and not what stands there."""
    saw: str = field(default="", repr=False)
    """True and read text; of invented people."""
    line: ScoredField | None = field(default=None, repr=False)


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


def plain(kind: FieldKind, text: str) -> str:
    """Return a text with what normal forms ignore taken out.

    Examples:
        >>> plain(FieldKind.AMOUNT, "￥12,000")
        '12000'
    """
    folded = "".join(unicodedata.normalize("NFKC", text).split())
    if kind in (FieldKind.DIGITS, FieldKind.POSTAL, FieldKind.PHONE, FieldKind.AMOUNT):
        return re.sub(r"\D", "", folded)
    if kind is FieldKind.TEXT:
        # ヶ and ケ are one letter to who writes; so is what punctuation there is.
        return re.sub(r"[、。，．・･.,]", "", folded).replace("ヶ", "ケ")
    return folded


def value(kind: FieldKind, text: str, field_id: str = "") -> FieldValue:
    """Return the value of a text on the day of the benchmark."""
    oldest = OLDEST_BIRTH if field_id == "birth_date" else None
    return value_of(kind, text, today=TODAY, oldest_birth_year=oldest)


def is_same(kind: FieldKind, got: FieldValue, truth: FieldTruth) -> bool:
    """Tell whether a value read is the true one."""
    if not got.usable:
        return False
    if kind is FieldKind.DATE:
        return got.value == truth.value
    if kind is FieldKind.ADDRESS:
        true = value(kind, truth.text)
        return got.key == true.key or plain(kind, got.shown) == plain(kind, truth.text)
    return plain(kind, got.value) == plain(kind, truth.value or truth.text)


def _marks_right(read: FieldReading, truth: FieldTruth) -> bool:
    if read.kind is FieldKind.CHOICE:
        return read.chosen is not None and set(read.chosen) == set(truth.chosen)
    return read.checked is truth.marked


def field_outcome(
    truth: FieldTruth,
    read: FieldReading,
    judged: Judgement | None,
    page: PageTruth,
    *,
    seed: int,
) -> Outcome:
    """Return what happened with one field of a page that was sorted right."""
    marks = read.kind in MARKS or read.kind is FieldKind.CHOICE
    values = [value(read.kind, one.text, read.field_id) for one in read.readings]
    right = [is_same(read.kind, one, truth) for one in values]
    keys = [one.key for one in values if one.usable]
    agreed = next((key for key in keys if keys.count(key) > 1), None)
    agree_right = any(
        good for good, one in zip(right, values, strict=True) if one.key == agreed
    )
    status = judged.status if judged else FieldStatus.ASK
    exact = _marks_right(read, truth) if marks else _exact(truth, read, judged)
    settled = status is not FieldStatus.ASK
    # Empty and taken as empty is no reading: it is counted apart.
    if truth.empty and read.blank:
        exact = True
    return Outcome(
        page=page.number,
        form=page.form or "",
        field_id=read.field_id,
        kind=read.kind,
        level=page.level,
        writing=page.writing,
        sealed=truth.sealed,
        corrected=truth.corrected,
        odd=page.odd or truth.odd,
        written=not truth.empty,
        blank=read.blank,
        readers={
            one.engine: good for one, good in zip(read.readings, right, strict=True)
        },
        agree=agreed is not None,
        agree_right=agree_right and agreed is not None,
        exact=exact,
        settled=settled,
        wrong=settled and not exact,
        saw=_saw(truth, read, judged),
        line=_line(truth, read, values, right, page, status, exact=exact, seed=seed),
    )


def _exact(truth: FieldTruth, read: FieldReading, judged: Judgement | None) -> bool:
    if truth.empty or read.blank:
        return truth.empty and read.blank
    if judged is None or not judged.value:
        return False
    return is_same(
        read.kind,
        FieldValue(judged.value, _key(read, judged), judged.value, usable=True),
        truth,
    )


def _key(read: FieldReading, judged: Judgement) -> str:
    return value(read.kind, judged.value).key


def _saw(truth: FieldTruth, read: FieldReading, judged: Judgement | None) -> str:
    if read.kind in MARKS:
        return f"{truth.marked} read {read.checked}"
    if read.kind is FieldKind.CHOICE:
        return f"{'/'.join(truth.chosen)} read {read.chosen}"
    readings = " | ".join(f"{one.engine[:5]} {one.text}" for one in read.readings)
    struck = " struck" if read.struck_out else ""
    taken = f" took {judged.value}" if judged else ""
    return f"{truth.era}{truth.text} read {readings or '(blank)'}{struck}{taken}"


def _line(  # noqa: PLR0913 - one line of the file has that many parts
    truth: FieldTruth,
    read: FieldReading,
    values: list[FieldValue],
    right: list[bool],
    page: PageTruth,
    status: FieldStatus,
    *,
    exact: bool,
    seed: int,
) -> ScoredField:
    return ScoredField(
        form=page.form or "",
        field=read.field_id,
        kind=read.kind.value,
        error_class=read.error_class.value,
        writing=page.writing,
        level=page.level,
        sealed=truth.sealed,
        seed=seed,
        page=f"{seed}-{page.number}",
        written=not truth.empty,
        blank=read.blank,
        readers=tuple(
            ScoredReader(
                engine=one.engine,
                value=found.key if found.usable else "",
                confidence=round(one.confidence, 5),
                margin=round(_margin(one), 5),
                right=good,
            )
            for one, found, good in zip(read.readings, values, right, strict=True)
        ),
        status=status.value,
        right=exact,
    )


def _margin(one: Reading) -> float:
    others = [o.confidence for o in one.runners_up if o.text != one.text]
    return one.confidence - max(others, default=0.0)


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
