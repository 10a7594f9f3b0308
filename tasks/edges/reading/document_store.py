"""What was read on paper, kept so that no page is read twice under one rule.

A page is kept as soon as it is read, so that a run that is started again goes on
where it was killed. A document counts as read only when it is whole, and the file is
still the one that was hashed: until then `find` knows nothing of it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import pydantic
import sqlalchemy as sa

from ocr.model import DocumentReading, PageReading
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    DOCUMENT_PAGES,
    DOCUMENTS,
    PICTURES,
    REFUSED_FILES,
)

logger = logging.getLogger(__name__)

WHOLE_PAGE = -1
"""Place of the picture of a whole page among those of its fields."""
_READING = pydantic.TypeAdapter(PageReading)
_ROWS_AT_ONCE = 200

Pictures = dict[int, bytes]
"""Field index, or WHOLE_PAGE: PNG."""


@dataclass(frozen=True, slots=True)
class RefusedFile:
    """A file that could not be read and waits for a person."""

    sha256: str
    file: str
    """Name without folders."""
    code: str
    """A key of ocr.errors.SENTENCES or tasks.domain.errors.SENTENCES."""
    detail: str
    at: dt.datetime


@dataclass(frozen=True, slots=True)
class DocumentCounts:
    """How far a reading rule has come."""

    read: int
    """Documents read whole under the rule."""
    pages: int
    refused: int
    """Files refused, whatever the rule."""


@dataclass(frozen=True, slots=True)
class DocumentStore:
    """Readings by content and rule, and the files that were refused."""

    database: Database

    def find(
        self, sha256: str, reading_rule: str, *, with_pictures: bool = False
    ) -> DocumentReading | None:
        """Return what was read in a whole document; None if it is not yet read.

        A stored reading that the program no longer understands counts as not read.

        Args:
            sha256: Of the file's bytes.
            reading_rule: Under which it was read.
            with_pictures: Load every picture, too; `picture` loads one.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.reading() as connection:
            head = connection.execute(
                sa.select(DOCUMENTS.c.file, DOCUMENTS.c.pages).where(
                    *_of(DOCUMENTS, sha256, reading_rule)
                )
            ).first()
            if head is None:
                return None
            pictures = (
                _pictures(connection, sha256, reading_rule) if with_pictures else {}
            )
            rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(
                sa.select(DOCUMENT_PAGES.c.page_index, DOCUMENT_PAGES.c.body)
                .where(*_of(DOCUMENT_PAGES, sha256, reading_rule))
                .order_by(DOCUMENT_PAGES.c.page_index)
            )
            try:
                pages = tuple(
                    unpack(row.body, pictures.get(row.page_index, {})) for row in rows
                )
            except (pydantic.ValidationError, ValueError, KeyError, IndexError):
                # Without the exception: it would quote what was read on the paper.
                logger.warning("stored reading of %s is not understood", sha256[:12])
                return None
        if len(pages) != head.pages:
            logger.warning("stored reading of %s is not understood", sha256[:12])
            return None
        return DocumentReading(head.file, sha256, pages)

    def is_read(self, sha256: str, reading_rule: str) -> bool:
        """Return whether a whole document is stored, without loading it."""
        with self.database.reading() as connection:
            return bool(
                connection.scalar(
                    sa.select(sa.exists().where(*_of(DOCUMENTS, sha256, reading_rule)))
                )
            )

    def picture(
        self, sha256: str, reading_rule: str, page_index: int, place: int
    ) -> bytes:
        """Return one picture of a page; empty when there is none.

        Args:
            sha256: Of the document.
            reading_rule: Under which it was read.
            page_index: 0-based place among the document's pages.
            place: Index of the field in its page, or WHOLE_PAGE.
        """
        with self.database.reading() as connection:
            found = connection.scalar(
                sa.select(PICTURES.c.png).where(
                    *_of(PICTURES, sha256, reading_rule),
                    PICTURES.c.page_index == page_index,
                    PICTURES.c.field_index == place,
                )
            )
            return bytes(found or b"")

    def kept_pages(self, sha256: str, reading_rule: str) -> int:
        """Return how many pages of a document are kept, from its first on."""
        with self.database.reading() as connection:
            indices = connection.scalars(
                sa.select(DOCUMENT_PAGES.c.page_index)
                .where(*_of(DOCUMENT_PAGES, sha256, reading_rule))
                .order_by(DOCUMENT_PAGES.c.page_index)
            )
            count = 0
            for index in indices:
                if index != count:
                    break
                count += 1
            return count

    def keep_page(
        self, sha256: str, reading_rule: str, page_index: int, page: PageReading
    ) -> None:
        """Store one page with its pictures, in place of an earlier reading of it.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            _put_page(connection, (sha256, reading_rule), page_index, page)

    def finish(self, sha256: str, reading_rule: str, file: str) -> int:
        """Let a document count as read, with the pages kept; return how many.

        A refusal of the same content is taken back.

        Args:
            sha256: Of the file's bytes, looked at again after its last page.
            reading_rule: Under which it was read.
            file: Name without folders.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            return _finish(connection, (sha256, reading_rule), file)

    def forget(self, sha256: str, reading_rule: str) -> None:
        """Remove whatever is kept of a document under a rule.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            _forget(connection, (sha256, reading_rule))

    def save(self, reading: DocumentReading, reading_rule: str) -> None:
        """Store a document whole, in place of an earlier reading under the same rule.

        Raises:
            TryAgainError: STORE-002.
        """
        key = (reading.sha256, reading_rule)
        with self.database.writing() as connection:
            _forget(connection, key)
            for index, page in enumerate(reading.pages):
                _put_page(connection, key, index, page)
            _finish(connection, key, reading.file)

    def refuse(
        self, sha256: str, file: str, code: str, detail: str, at: dt.datetime
    ) -> None:
        """Remember that a file could not be read; the newest reason is kept.

        Args:
            sha256: Of the file's bytes.
            file: Name without folders.
            code: Key of the sentence for staff.
            detail: English, without anything read from the paper.
            at: With time zone.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            connection.execute(
                sa.delete(REFUSED_FILES).where(REFUSED_FILES.c.sha256 == sha256)
            )
            connection.execute(
                sa.insert(REFUSED_FILES).values(
                    sha256=sha256, file=file, code=code, detail=detail, at=at
                )
            )

    def refused_files(self) -> tuple[RefusedFile, ...]:
        """Return the files refused, oldest first."""
        with self.database.reading() as connection:
            rows = connection.execute(
                sa.select(REFUSED_FILES).order_by(
                    REFUSED_FILES.c.at, REFUSED_FILES.c.sha256
                )
            ).mappings()
            return tuple(RefusedFile(**row) for row in rows)

    def find_refusal(self, sha256: str) -> RefusedFile | None:
        """Return why a file was refused, or None."""
        with self.database.reading() as connection:
            row = (
                connection.execute(
                    sa.select(REFUSED_FILES).where(REFUSED_FILES.c.sha256 == sha256)
                )
                .mappings()
                .first()
            )
            return None if row is None else RefusedFile(**row)

    def count_documents(self, reading_rule: str) -> DocumentCounts:
        """Return how much was read under a rule and how much was refused."""
        with self.database.reading() as connection:
            read, pages = connection.execute(
                sa.select(
                    sa.func.count(), sa.func.coalesce(sa.func.sum(DOCUMENTS.c.pages), 0)
                ).where(DOCUMENTS.c.reading_rule == reading_rule)
            ).one()
            refused = connection.scalar(
                sa.select(sa.func.count()).select_from(REFUSED_FILES)
            )
            return DocumentCounts(read=read, pages=int(pages), refused=refused or 0)


def pack(page: PageReading) -> tuple[str, Pictures]:
    """Return a page as JSON without pictures, and its pictures."""
    tree = dataclasses.asdict(page)
    pictures = {place: png for place, png in _take_pictures(tree) if png}
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")), pictures


def unpack(body: str, pictures: Pictures) -> PageReading:
    """Return the page that `pack` took apart.

    Raises:
        pydantic.ValidationError: The JSON is not a page of this version.
        ValueError: It is no JSON.
        KeyError: As above.
        IndexError: A picture belongs to a field that is not there.
    """
    tree = json.loads(body)
    for place, png in pictures.items():
        if place == WHOLE_PAGE:
            tree["page_png"] = png
        else:
            tree["fields"][place]["crop_png"] = png
    return _READING.validate_python(tree)


def _take_pictures(tree: dict[str, Any]) -> Iterator[tuple[int, bytes]]:
    yield WHOLE_PAGE, tree.pop("page_png")
    for place, one in enumerate(tree["fields"]):
        yield place, one.pop("crop_png")


def _of(
    table: sa.Table, sha256: str, reading_rule: str
) -> Iterable[sa.ColumnElement[bool]]:
    return table.c.sha256 == sha256, table.c.reading_rule == reading_rule


def _pictures(
    connection: sa.Connection, sha256: str, reading_rule: str
) -> dict[int, Pictures]:
    rows = connection.execute(
        sa.select(PICTURES.c.page_index, PICTURES.c.field_index, PICTURES.c.png).where(
            *_of(PICTURES, sha256, reading_rule)
        )
    )
    found: dict[int, Pictures] = {}
    for page_index, place, png in rows:
        found.setdefault(page_index, {})[place] = bytes(png)
    return found


def _put_page(
    connection: sa.Connection, key: tuple[str, str], index: int, page: PageReading
) -> None:
    body, pictures = pack(page)
    for table in (PICTURES, DOCUMENT_PAGES):
        connection.execute(
            sa.delete(table).where(*_of(table, *key), table.c.page_index == index)
        )
    owner = {"sha256": key[0], "reading_rule": key[1], "page_index": index}
    connection.execute(sa.insert(DOCUMENT_PAGES).values(**owner, body=body))
    if pictures:
        connection.execute(
            sa.insert(PICTURES),
            [
                {**owner, "field_index": place, "png": png}
                for place, png in pictures.items()
            ],
        )


def _finish(connection: sa.Connection, key: tuple[str, str], file: str) -> int:
    pages = connection.scalar(
        sa.select(sa.func.count())
        .select_from(DOCUMENT_PAGES)
        .where(*_of(DOCUMENT_PAGES, *key))
    )
    connection.execute(sa.delete(DOCUMENTS).where(*_of(DOCUMENTS, *key)))
    connection.execute(
        sa.insert(DOCUMENTS).values(
            sha256=key[0], reading_rule=key[1], file=file, pages=pages or 0, body=""
        )
    )
    connection.execute(sa.delete(REFUSED_FILES).where(REFUSED_FILES.c.sha256 == key[0]))
    return pages or 0


def _forget(connection: sa.Connection, key: tuple[str, str]) -> None:
    for table in (PICTURES, DOCUMENT_PAGES, DOCUMENTS):
        connection.execute(sa.delete(table).where(*_of(table, *key)))
