"""`yakuba read`: a line of JSON per field of scanned forms."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.commands import terminal
from ocr.errors import SENTENCES as READING_SENTENCES
from ocr.errors import FormDefinitionError, ReadingError
from ocr.forms import FormDefinition, load_form, load_forms
from ocr.model import PageReading
from ocr.pages import count_pages, sha256_of
from ocr.read import (
    Engines,
    Resume,
    default_engines,
    read_pages,
    reading_rule_version,
)
from tasks.domain.errors import SENTENCES, NeedsPersonError, SettingsError
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.acceptance import FieldStatus, judge_page
from tasks.edges.reading.line_files import (
    PageLines,
    open_page_lines,
    partial_path,
    write_whole,
)
from tasks.procedures.measure_accuracy import known_of

DONE, FAILED, NEEDS_PERSON = 0, 1, 3


def read_files(
    files: Sequence[Path],
    *,
    forms: Sequence[Path],
    out: Path | None,
    today: dt.date,
) -> int:
    """Read files and write a line per field; return the exit code.

    One file that cannot be read does not stop the others; it is told on standard
    error, and none of its lines are in the result. The result file appears whole or
    not at all. Lines are kept beside it page by page: when the command was stopped,
    the same command goes on where it was.

    Args:
        files: Scans.
        forms: Form definitions, or folders of them.
        out: JSON Lines file; None prints, and cannot be gone on with.
        today: For plausible dates.

    Raises:
        SettingsError: When a form definition is wrong.
        NeedsPersonError: FILE-003 when `out` cannot be written.
        ReadingError: ENGINE-001 when a reader does not work on this PC.
    """
    definitions = _load(forms)
    engines = default_engines()
    hashes = [sha256_of(path) if path.is_file() else "" for path in files]
    with tempfile.TemporaryDirectory() as folder:
        partial = partial_path(out or Path(folder) / "lines.jsonl")
        asked = _asked(files, hashes, definitions, today)
        with open_page_lines(partial, asked) as kept:
            job = _Job(definitions, engines, today, kept)
            failed = job.read_all(files, hashes)
            if out is None:
                for line in kept.lines():
                    text = json.dumps(line, ensure_ascii=False)
                    terminal.out.out(text, highlight=False)
            else:
                write_whole(kept.lines(), out)
            waiting = any(
                line["status"] == FieldStatus.ASK.value for line in kept.lines()
            )
        partial.unlink(missing_ok=True)
    if failed == len(files):
        return FAILED
    return NEEDS_PERSON if failed or waiting else DONE


def _asked(
    files: Sequence[Path],
    hashes: Sequence[str],
    forms: Sequence[FormDefinition],
    today: dt.date,
) -> str:
    """Return what the lines depend on: files, readers, forms and day."""
    digest = hashlib.sha256(reading_rule_version(forms).encode())
    digest.update(today.isoformat().encode())
    for path, sha256 in zip(files, hashes, strict=True):
        digest.update(f"{path.name}\n{sha256}\n".encode())
    return digest.hexdigest()


@dataclass(slots=True)
class _Job:
    """Reads files in order; counts pages for the progress bar."""

    forms: Sequence[FormDefinition]
    engines: Engines
    today: dt.date
    kept: PageLines
    pages_done: int = 0

    def read_all(self, files: Sequence[Path], hashes: Sequence[str]) -> int:
        """Return how many files could not be read."""
        pages = [_page_count(path) for path in files]
        with terminal.progress(
            "読み取り（ページ）", sum(pages), lambda: self.pages_done
        ):
            for place, (path, sha256) in enumerate(zip(files, hashes, strict=True)):
                if place not in self.kept.whole:
                    self._read_or_tell(place, path, sha256)
                self.pages_done = sum(pages[: place + 1])
        return len(self.kept.given_up)

    def _read_or_tell(self, place: int, path: Path, sha256: str) -> None:
        if place not in self.kept.given_up:
            try:
                self._read(place, path, sha256)
            except (ReadingError, NeedsPersonError) as error:
                if error.code == "ENGINE-001":
                    raise
                self.kept.give_up(place, error.code)
        code = self.kept.given_up.get(place)
        if code is not None:
            sentence = READING_SENTENCES.get(code) or SENTENCES[code]
            terminal.warn(f"{path.name}: {sentence}（{code}）")

    def _read(self, place: int, path: Path, sha256: str) -> None:
        if not path.is_file():
            raise NeedsPersonError("FILE-001", path.name)
        before = self.kept.pages_kept.get(place, 0)
        self.pages_done += before
        if before:
            terminal.warn(
                f"{path.name}: 前回の続き（{before + 1}ページ目）から読みます。"
            )
        resume = Resume(sha256, before)
        for page in read_pages(path, self.forms, self.engines, resume=resume):
            self.kept.add(place, page.page, tuple(_lines_of(path, page, self.today)))
            self.pages_done += 1
        self.kept.settle(place)


def _page_count(path: Path) -> int:
    """Return how many pages the progress bar counts for a file: 1 for a bad one."""
    try:
        return count_pages(path)
    except (ReadingError, OSError):
        return 1


def _load(paths: Sequence[Path]) -> list[FormDefinition]:
    found: list[FormDefinition] = []
    faults: list[str] = []
    for path in paths:
        try:
            found.extend(load_forms(path) if path.is_dir() else [load_form(path)])
        except FormDefinitionError as error:
            faults.extend(error.faults)
    if faults:
        raise SettingsError(tuple(faults))
    return found


def _lines_of(
    path: Path, page: PageReading, today: dt.date
) -> Iterator[dict[str, Any]]:
    if page.blank_page:
        return
    if page.trouble is not None:
        yield _page_line(path, page, page.trouble)
        return
    yield from _field_lines(path, page, today)


def _page_line(path: Path, page: PageReading, code: str) -> dict[str, Any]:
    return {
        "file": path.name,
        "page": page.page,
        "form": page.form,
        "field": None,
        "value": "",
        "text": "",
        "status": FieldStatus.ASK.value,
        "confidence": 0.0,
        "proofs": [],
        "box": None,
        "code": code,
        "reason": READING_SENTENCES[code],
    }


def _field_lines(
    path: Path, page: PageReading, today: dt.date
) -> Iterator[dict[str, Any]]:
    judged = judge_page(
        page, rules=AcceptanceRules(), today=today, known=known_of(page)
    )
    for reading, item in zip(page.fields, judged, strict=True):
        box = reading.box_px
        yield {
            "file": path.name,
            "page": page.page,
            "form": page.form,
            "field": item.field_id,
            "value": item.value,
            "text": item.text,
            "status": item.status.value,
            "confidence": round(item.confidence, 4),
            "proofs": [proof.value for proof in item.proofs],
            "box": [box.left, box.top, box.right, box.bottom],
            "reason": item.reason,
        }
