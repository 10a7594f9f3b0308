"""`yakuba read`: a line of JSON per field of scanned forms."""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from flows.commands import terminal
from ocr.errors import SENTENCES as READING_SENTENCES
from ocr.errors import FormDefinitionError, ReadingError
from ocr.forms import FormDefinition, load_form, load_forms
from ocr.model import PageReading
from ocr.read import Engines, default_engines, read_pages
from tasks.domain.acceptance import FieldStatus, judge_page
from tasks.domain.errors import NeedsPersonError, SettingsError
from tasks.domain.settings import AcceptanceRules
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
    error. The result file appears whole or not at all.

    Args:
        files: Scans.
        forms: Form definitions, or folders of them.
        out: JSON Lines file; None prints.
        today: For plausible dates.

    Raises:
        SettingsError: When a form definition is wrong.
        NeedsPersonError: FILE-003 when `out` cannot be written.
        ReadingError: ENGINE-001 when a reader does not work on this PC.
    """
    definitions = _load(forms)
    engines = default_engines()
    lines: list[dict[str, Any]] = []
    failed = 0
    waiting = 0
    done = 0
    with terminal.progress("読み取り", len(files), lambda: done):
        for path in files:
            try:
                for line in _lines_of(path, definitions, engines, today):
                    waiting += line["status"] == FieldStatus.ASK.value
                    lines.append(line)
            except (ReadingError, NeedsPersonError) as error:
                if error.code == "ENGINE-001":
                    raise
                failed += 1
                terminal.warn(f"{path.name}: {error.sentence}（{error.code}）")
            done += 1
    _write(lines, out)
    if failed == len(files):
        return FAILED
    return NEEDS_PERSON if failed or waiting else DONE


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
    path: Path, forms: Sequence[FormDefinition], engines: Engines, today: dt.date
) -> Iterator[dict[str, Any]]:
    if not path.is_file():
        raise NeedsPersonError("FILE-001", path.name)
    for page in read_pages(path, forms, engines):
        if page.blank_page:
            continue
        if page.trouble is not None:
            yield _page_line(path, page, page.trouble)
            continue
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


def _write(lines: Sequence[dict[str, Any]], out: Path | None) -> None:
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    if out is None:
        terminal.out.out(text, end="", highlight=False)
        return
    temporary = out.with_name(f".{out.name}.tmp")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, out)  # noqa: PTH105 - atomic on every system
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise NeedsPersonError("FILE-003", f"{out.name}: {error.strerror}") from error
