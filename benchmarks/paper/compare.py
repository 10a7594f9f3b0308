"""A reading held against what stands on the page, field by field and page by page."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein

from benchmarks.paper.cast import TODAY
from benchmarks.paper.truth import FieldTruth, PageTruth
from benchmarks.paper_lines import ScoredField, ScoredReader
from ocr.model import FieldKind, FieldReading, Reading
from tasks.domain.reading.acceptance import FieldStatus, Judgement
from tasks.domain.reading.field_values import FieldValue, value_of

MARKS = (FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE)
OLDEST_BIRTH = 1896


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
    offered: bool
    """The true value is proposed, or among what a person would choose from."""
    settled: bool
    """No person is asked: accepted, or taken as empty."""
    wrong: bool
    """Settled, and not what stands there."""
    saw: str = field(default="", repr=False)
    """True and read text; of invented people."""
    confused: tuple[str, ...] = field(default=(), repr=False)
    """What the first reader took for what, letter by letter, e.g. 1→7."""
    line: ScoredField | None = field(default=None, repr=False)


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
        offered=exact or _offered(truth, read, judged),
        settled=settled,
        wrong=settled and not exact,
        saw=_saw(truth, read, judged),
        confused=_confused(truth, read),
        line=_line(truth, read, values, right, page, judged, exact=exact, seed=seed),
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


def _offered(truth: FieldTruth, read: FieldReading, judged: Judgement | None) -> bool:
    return judged is not None and any(
        is_same(read.kind, value(read.kind, text, read.field_id), truth)
        for text in judged.choices
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


def _confused(truth: FieldTruth, read: FieldReading) -> tuple[str, ...]:
    if not read.readings or not truth.text:
        return ()
    wanted = plain(read.kind, truth.era + truth.text)
    got = plain(read.kind, read.readings[0].text)
    return tuple(
        f"{wanted[step.src_pos] if step.tag != 'insert' else ''}→"
        f"{got[step.dest_pos] if step.tag != 'delete' else ''}"
        for step in Levenshtein.editops(wanted, got)
    )


def _line(  # noqa: PLR0913 - one line of the file has that many parts
    truth: FieldTruth,
    read: FieldReading,
    values: list[FieldValue],
    right: list[bool],
    page: PageTruth,
    judged: Judgement | None,
    *,
    exact: bool,
    seed: int,
) -> ScoredField:
    status = judged.status if judged else FieldStatus.ASK
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
        spoilt=read.covered or read.struck_out,
        reason=judged.reason if judged and status is FieldStatus.ASK else "",
    )


def _margin(one: Reading) -> float:
    others = [o.confidence for o in one.runners_up if o.text != one.text]
    return one.confidence - max(others, default=0.0)
