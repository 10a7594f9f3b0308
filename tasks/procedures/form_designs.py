"""Drawing a form definition: drafted from a blank, looked through, tried on a scan."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ocr.design.definition_faults import Finding, definition_in
from ocr.design.draft import Draft, draft_of
from ocr.design.faults import findings_of
from ocr.design.sheet import blank_png, open_sheet
from ocr.design.trial import TriedPage, tried_pages
from ocr.design.yaml_text import Heading, definition_text
from ocr.engines.base import Engine
from ocr.errors import SENTENCES, FormDefinitionError
from ocr.forms import FormDefinition, load_form
from ocr.model import FieldKind, FieldReading
from ocr.pages import Limits, count_pages
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.acceptance import FieldStatus, Judgement, judge_page
from tasks.procedures.measure_accuracy import known_of

STATUS_NAMES = {
    FieldStatus.ACCEPTED: "採用",
    FieldStatus.ASK: "要確認",
    FieldStatus.BLANK: "空欄",
}
"""What staff call what comes of a field."""
_MARKS = (FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE)


@dataclass(frozen=True, slots=True)
class Drafted:
    """A blank, looked at."""

    draft: Draft
    title: str
    """As given, or as printed on it."""
    text: str = field(repr=False)
    """The definition as YAML."""
    blank_png: bytes = field(repr=False)


def drafted(
    blank: Path, page: int, heading: Heading, limits: Limits | None = None
) -> Drafted:
    """Return what a definition of a blank could look like.

    Args:
        blank: PDF, TIFF, PNG or JPEG of the empty form.
        page: 1-based.
        heading: An empty title takes the one that is printed on the blank.
        limits: Bounds on pixels and pages.

    Raises:
        ReadingError: PAGE- or ENGINE-001 when the blank cannot be read.
    """
    if limits is not None:
        count_pages(blank, limits)
    draft = draft_of(open_sheet(blank, page))
    title = heading.title or draft.title or heading.form
    text = definition_text(
        draft,
        Heading(heading.form, title, heading.version, heading.blank, heading.source),
    )
    return Drafted(draft, title, text, blank_png(draft.sheet))


@dataclass(frozen=True, slots=True)
class LookedThrough:
    """A definition and everything a designer should know of it."""

    form: FormDefinition | None
    """None when the YAML itself has faults."""
    findings: tuple[Finding, ...]

    @property
    def usable(self) -> bool:
        """Whether runs may read with it."""
        return self.form is not None and not any(one.fault for one in self.findings)


def look_through(
    text: str,
    folder: Path,
    others: Iterable[Path],
    lists: Collection[str] | None = None,
) -> LookedThrough:
    """Return the faults of a definition, of its boxes on the blank, and beside others.

    Args:
        text: YAML.
        folder: From which relative paths in it count.
        others: Definitions that pages of this one must not be taken for.
        lists: Names of the lists of words that the city has; None when not known.
    """
    form, found = definition_in(text, folder)
    if form is None:
        return LookedThrough(None, found)
    unknown = [] if lists is None else _unknown_lists(form, lists)
    return LookedThrough(form, (*unknown, *look_at(form, others)))


def _unknown_lists(form: FormDefinition, lists: Collection[str]) -> list[Finding]:
    # No run would start with such a form, see workplace.open_workplace.
    columns = [column for table in form.tables for column in table.columns]
    return [
        Finding(
            fault=True,
            place=one.id,
            what=f"一覧 {one.words} が words.yaml にありません",
            remedy="ある一覧を選ぶか、words.yaml に加えます",
        )
        for one in (*form.fields, *columns)
        if one.words and one.words not in lists
    ]


def look_at(form: FormDefinition, others: Iterable[Path]) -> tuple[Finding, ...]:
    """Return what a definition's boxes and the other definitions make one doubt."""
    known, unread = _others(form, others)
    return (*findings_of(form, known), *unread)


@functools.lru_cache(maxsize=256)
def _loaded(path: Path, _mtime_ns: int, _size: int) -> FormDefinition:
    return load_form(path)


def _others(
    form: FormDefinition, paths: Iterable[Path]
) -> tuple[list[FormDefinition], list[Finding]]:
    """Return the other forms, and which of them cannot be read or are the same."""
    found: list[FormDefinition] = []
    unread: list[Finding] = []
    for path in paths:
        try:
            looks = path.stat()
            other = _loaded(path, looks.st_mtime_ns, looks.st_size)
        except (FormDefinitionError, FileNotFoundError):
            what = f"同じフォルダーの {path.name} に誤りがあるため、見比べていません"
            unread.append(Finding(fault=False, place="", what=what))
            continue
        if (other.form, other.version) == (form.form, form.version):
            what = f"form と version が {path.name} と同じです"
            remedy = "version を変えます"
            unread.append(Finding(fault=True, place="form", what=what, remedy=remedy))
            continue
        found.append(other)
    return found, unread


@dataclass(frozen=True, slots=True)
class TriedField:
    """One field of a page that was tried."""

    id: str
    label: str
    kind: FieldKind
    texts: tuple[str, ...] = field(repr=False)
    """What each reader saw, first reader first; marks in words."""
    value: str = field(repr=False)
    """Its normal form."""
    status: FieldStatus
    reason: str
    """Japanese: why it would be asked."""
    crop_png: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class TriedSheet:
    """One page of a scan that was tried."""

    page: int
    """1-based."""
    trouble: str
    """Japanese: why it is none of this form; empty when it is."""
    residual_mm: float | None
    laid_png: bytes = field(repr=False)
    """The page laid onto the form."""
    fields: tuple[TriedField, ...]


@dataclass(frozen=True, slots=True)
class TrialRules:
    """What a trial rests on: the same as a run."""

    acceptance: AcceptanceRules
    words: Mapping[str, frozenset[str]]
    """What fields usually hold, by the name of the list."""
    today: dt.date
    limits: Limits


def tried(
    scan: Path,
    form: FormDefinition,
    readers: Sequence[Engine],
    rules: TrialRules,
) -> tuple[TriedSheet, ...]:
    """Return what a run would make of a filled scan; empty sheets are left out.

    Raises:
        ReadingError: PAGE-001 to PAGE-006, ENGINE-001.
    """
    return tuple(
        _tried_sheet(page, rules)
        for page in tried_pages(scan, form, readers, rules.limits)
        if not page.reading.blank_page
    )


def _tried_sheet(page: TriedPage, rules: TrialRules) -> TriedSheet:
    reading = page.reading
    if reading.trouble is not None:
        return TriedSheet(reading.page, SENTENCES[reading.trouble], None, b"", ())
    known = replace(known_of(reading), words=rules.words)
    judged = judge_page(reading, rules=rules.acceptance, today=rules.today, known=known)
    return TriedSheet(
        page=reading.page,
        trouble="",
        residual_mm=reading.residual_mm,
        laid_png=page.laid_png,
        fields=tuple(_tried_fields(reading.fields, judged)),
    )


def _tried_fields(
    readings: Sequence[FieldReading], judged: Sequence[Judgement]
) -> Iterator[TriedField]:
    for reading, judgement in zip(readings, judged, strict=True):
        asked = judgement.status is FieldStatus.ASK
        yield TriedField(
            id=reading.field_id,
            label=reading.label,
            kind=reading.kind,
            texts=tuple(one.text for one in reading.readings) or (marks_said(reading),),
            value=judgement.value,
            status=judgement.status,
            reason=judgement.reason if asked else "",
            crop_png=reading.crop_png,
        )


def marks_said(reading: FieldReading) -> str:
    """Return what marks and choices say in words, and why there is no text."""
    if reading.kind in _MARKS:
        return {True: "あり", False: "なし", None: "判別できません"}[reading.checked]
    if reading.kind is FieldKind.CHOICE:
        if reading.chosen is None:
            return "判別できません"
        return "・".join(reading.chosen) or "選択なし"
    return "（空欄）" if reading.blank else "読めません"
