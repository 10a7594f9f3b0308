"""Scans in: which files wait in the inbox, and each one read exactly once."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import logging
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ocr.errors import SENTENCES as READING_SENTENCES
from ocr.errors import ReadingError
from ocr.forms import FormDefinition
from ocr.model import DocumentReading
from ocr.read import Engines, Resume, read_pages
from tasks.domain.errors import SENTENCES, NeedsPersonError
from tasks.domain.review_item import ReviewItem
from tasks.edges.finished_files import write_together
from tasks.edges.reading.document_store import WHOLE_PAGE, DocumentStore

log = logging.getLogger(__name__)

TEMPORARY_SUFFIXES = (".part", ".partial", ".tmp", ".crdownload", ".filepart")
"""Names that copying programs use while a file is not yet whole."""

_PICTURES_AT_ONCE = 200

FRESH_SECONDS = 120.0
"""A file cut short and younger than this is taken to be still on its way."""


@dataclass(frozen=True, slots=True)
class InboxFile:
    """One whole file waiting in the inbox."""

    path: Path
    sha256: str


@dataclass(frozen=True, slots=True)
class Inbox:
    """What lies in an inbox at one moment."""

    files: tuple[InboxFile, ...]
    """To be read, by name."""
    duplicates: tuple[tuple[str, str], ...] = ()
    """(file, the earlier file with the same content): excluded, counted."""
    arriving: tuple[str, ...] = ()
    """Still being copied in: left for the next run."""
    folders: tuple[tuple[str, int], ...] = ()
    """Sub-folders and how many files are in them: not looked into, but told."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file that cannot be read; it lies in 要確認 with the reason beside it."""

    file: str
    sha256: str
    code: str
    """A key of ocr.errors.SENTENCES or of domain.errors.SENTENCES."""

    @property
    def sentence(self) -> str:
        """The sentence that staff read."""
        return READING_SENTENCES.get(self.code) or SENTENCES[self.code]


Outcome = DocumentReading | Refused
"""A file read, or refused for good."""


def survey(
    inbox: Path, *, may_be_empty: bool = False, look_again_after_s: float = 0.3
) -> Inbox:
    """Return what lies in the inbox; sub-folders and hidden files are left alone.

    A file is whole when two looks `look_again_after_s` seconds apart see the same size
    and time, and its name is none that copying programs use.

    Raises:
        NeedsPersonError: FILE-001 when the folder is missing; FILE-007 when it is
            empty and may not be.
    """
    if not inbox.is_dir():
        raise NeedsPersonError("FILE-001", f"inbox {inbox.name}: no such folder")
    folders = tuple(
        (path.name, sum(one.is_file() for one in path.rglob("*")))
        for path in sorted(inbox.iterdir())
        if path.is_dir()
    )
    paths = sorted(
        path
        for path in inbox.iterdir()
        if path.is_file() and not path.name.startswith((".", "~$"))
    )
    if not paths and not may_be_empty:
        inside = sum(count for _, count in folders)
        raise NeedsPersonError(
            "FILE-007",
            f"inbox {inbox.name}: no file; {inside} files lie in folders within it, "
            "which are not looked into",
        )
    before = {path: _look(path) for path in paths}
    time.sleep(look_again_after_s)
    files: list[InboxFile] = []
    duplicates: list[tuple[str, str]] = []
    arriving: list[str] = []
    first_with: dict[str, str] = {}
    for path in paths:
        seen = _look(path)
        if (
            seen is None
            or seen != before[path]
            or path.name.lower().endswith(TEMPORARY_SUFFIXES)
        ):
            arriving.append(path.name)
            continue
        try:
            sha256 = _sha256(path)
        except OSError:  # on Windows, while a copying program holds it
            arriving.append(path.name)
            continue
        if sha256 in first_with:
            duplicates.append((path.name, first_with[sha256]))
            continue
        first_with[sha256] = path.name
        files.append(InboxFile(path, sha256))
    return Inbox(tuple(files), tuple(duplicates), tuple(arriving), folders)


def _look(path: Path) -> tuple[int, int] | None:
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_size, stat.st_mtime_ns


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_once(
    file: InboxFile,
    *,
    forms: Sequence[FormDefinition],
    engines: Engines,
    store: DocumentStore,
    rule: str,
    now: dt.datetime,
) -> Outcome | None:
    """Return the file's readings without pictures, from the store when read before.

    Pages are kept one by one: a run that is started again goes on behind the last.

    Args:
        file: A whole file of the inbox.
        forms: The known forms.
        engines: Shared by threads as ocr.read documents.
        store: Keeps readings and refusals by SHA-256 and rule.
        rule: See `ocr.read.reading_rule_version`.
        now: To tell a file cut short from one still on its way.

    Returns:
        The readings, or the refusal, or None for a file that is still arriving.
    """
    known = store.find(file.sha256, rule)
    if known is not None:
        return known
    try:
        _read_on(file, forms=forms, engines=engines, store=store, rule=rule)
    except FileNotFoundError:
        log.info("file %s was taken away before it was read", file.sha256[:8])
        return None
    except ReadingError as error:
        if error.code == "ENGINE-001":
            raise
        # Nothing of a changed or broken file is kept.
        store.forget(file.sha256, rule)
        if error.code == "PAGE-007" or (
            error.code == "PAGE-001" and _is_fresh(file.path, now)
        ):
            log.info("file %s is still arriving: next run", file.sha256[:8])
            return None
        store.refuse(file.sha256, file.path.name, error.code, error.detail, now)
        return Refused(file.path.name, file.sha256, error.code)
    return store.find(file.sha256, rule)


def _read_on(
    file: InboxFile,
    *,
    forms: Sequence[FormDefinition],
    engines: Engines,
    store: DocumentStore,
    rule: str,
) -> None:
    """Read what is not yet kept of a file, page by page, and let it count as read."""
    if store.is_read(file.sha256, rule):  # but not understood any more
        store.forget(file.sha256, rule)
    kept = store.kept_pages(file.sha256, rule)
    if kept:
        log.info("file %s: going on behind page %d", file.sha256[:8], kept)
    pages = read_pages(file.path, forms, engines, resume=Resume(file.sha256, kept))
    for index, page in enumerate(pages, start=kept):
        store.keep_page(file.sha256, rule, index, page)
    store.finish(file.sha256, rule, file.path.name)


def _is_fresh(path: Path, now: dt.datetime) -> bool:
    return now.timestamp() - path.stat().st_mtime < FRESH_SECONDS


def with_pictures(
    items: Sequence[ReviewItem],
    *,
    documents: Sequence[DocumentReading],
    store: DocumentStore,
    rule: str,
) -> Iterator[tuple[ReviewItem, ...]]:
    """Yield the questions in batches, each with its picture out of the store.

    So a run over many pages never holds more pictures than one batch has.

    Args:
        items: Questions about these documents.
        documents: As `read_once` returned them.
        store: That keeps the pictures.
        rule: Under which the documents were read.
    """
    known = {document.sha256: document for document in documents}
    for start in range(0, len(items), _PICTURES_AT_ONCE):
        yield tuple(
            item
            if item.crop_png or item.document_sha256 not in known
            else replace(
                item,
                crop_png=_picture(item, known[item.document_sha256], store, rule),
            )
            for item in items[start : start + _PICTURES_AT_ONCE]
        )


def _picture(
    item: ReviewItem, document: DocumentReading, store: DocumentStore, rule: str
) -> bytes:
    index = item.page - 1  # pages are kept in order, none left out
    if not item.field_id:
        return store.picture(document.sha256, rule, index, WHOLE_PAGE)
    for place, entry in enumerate(document.pages[index].fields):
        if entry.field_id == item.field_id:
            return store.picture(document.sha256, rule, index, place)
    return b""


def set_aside(refused: Refused, *, inbox: Path, folder: Path) -> Path:
    """Copy a refused file into the 要確認 folder and write the reason beside it.

    The original stays where the scanner put it, so that nothing is lost and the
    next run counts the same input. Doing it twice changes nothing.

    Returns:
        The path of the copy.

    Raises:
        NeedsPersonError: FILE-003 when the folder cannot be written.
    """
    copy = folder / refused.file
    if copy.exists() and _sha256(copy) != refused.sha256:
        copy = folder / f"{Path(refused.file).stem}_{refused.sha256[:8]}{copy.suffix}"
    files: dict[str, bytes] = {}
    if not copy.exists():
        # A file taken out of the inbox meanwhile leaves its reason alone.
        with contextlib.suppress(FileNotFoundError):
            files[copy.name] = (inbox / refused.file).read_bytes()
    reason = (
        f"ファイル: {refused.file}\r\n理由: {refused.sentence}（{refused.code}）\r\n"
    )
    files[f"{copy.name}.理由.txt"] = reason.encode("utf-8-sig")
    write_together(folder, files)
    return copy
