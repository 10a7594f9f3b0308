"""What was read on paper, kept so that no document is read twice under one rule.

A document is written in one transaction: after a crash it is wholly there or not at
all, and a run that is started again goes on with the next one.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pydantic
import sqlalchemy as sa

from ocr.model import DocumentReading
from tasks.edges.database import Database
from tasks.edges.database_tables import DOCUMENTS, PICTURES, REFUSED_FILES

logger = logging.getLogger(__name__)

_WHOLE_PAGE = -1
_READING = pydantic.TypeAdapter(DocumentReading)

Pictures = dict[tuple[int, int], bytes]
"""(page index, field index or -1): PNG."""


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
    """Documents read under the rule."""
    pages: int
    refused: int
    """Files refused, whatever the rule."""


@dataclass(frozen=True, slots=True)
class DocumentStore:
    """Readings by content and rule, and the files that were refused."""

    database: Database

    def find(self, sha256: str, reading_rule: str) -> DocumentReading | None:
        """Return what was read in a document, pictures included; None if not yet.

        A stored reading that the program no longer understands counts as not read.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.reading() as connection:
            body = connection.scalar(
                sa.select(DOCUMENTS.c.body).where(
                    DOCUMENTS.c.sha256 == sha256,
                    DOCUMENTS.c.reading_rule == reading_rule,
                )
            )
            if body is None:
                return None
            rows = connection.execute(
                sa.select(
                    PICTURES.c.page_index, PICTURES.c.field_index, PICTURES.c.png
                ).where(
                    PICTURES.c.sha256 == sha256,
                    PICTURES.c.reading_rule == reading_rule,
                )
            )
            pictures: Pictures = {(row[0], row[1]): row[2] for row in rows}
        try:
            return unpack(body, pictures)
        except (pydantic.ValidationError, KeyError, IndexError):
            # Without the exception: it would quote what was read on the paper.
            logger.warning("stored reading of %s is not understood", sha256[:12])
            return None

    def is_read(self, sha256: str, reading_rule: str) -> bool:
        """Return whether a document is stored, without loading it."""
        with self.database.reading() as connection:
            return bool(
                connection.scalar(
                    sa.select(
                        sa.exists().where(
                            DOCUMENTS.c.sha256 == sha256,
                            DOCUMENTS.c.reading_rule == reading_rule,
                        )
                    )
                )
            )

    def save(self, reading: DocumentReading, reading_rule: str) -> None:
        """Store a document whole, in place of an earlier reading under the same rule.

        A refusal of the same content is taken back.

        Raises:
            TryAgainError: STORE-002.
        """
        body, pictures = pack(reading)
        key = {"sha256": reading.sha256, "reading_rule": reading_rule}
        with self.database.writing() as connection:
            for table in (PICTURES, DOCUMENTS):
                connection.execute(
                    sa.delete(table).where(
                        table.c.sha256 == reading.sha256,
                        table.c.reading_rule == reading_rule,
                    )
                )
            if pictures:
                connection.execute(
                    sa.insert(PICTURES),
                    [
                        {**key, "page_index": page, "field_index": place, "png": png}
                        for (page, place), png in pictures.items()
                    ],
                )
            connection.execute(
                sa.insert(DOCUMENTS).values(
                    **key, file=reading.file, pages=len(reading.pages), body=body
                )
            )
            connection.execute(
                sa.delete(REFUSED_FILES).where(REFUSED_FILES.c.sha256 == reading.sha256)
            )

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


def pack(reading: DocumentReading) -> tuple[str, Pictures]:
    """Return a document as JSON without pictures, and its pictures."""
    tree = dataclasses.asdict(reading)
    pictures = {place: png for place, png in _take_pictures(tree) if png}
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":")), pictures


def unpack(body: str, pictures: Pictures) -> DocumentReading:
    """Return the document that `pack` took apart.

    Raises:
        pydantic.ValidationError: The JSON is not a document of this version.
        KeyError: As above.
        IndexError: A picture belongs to a field that is not there.
    """
    tree = json.loads(body)
    for (page, place), png in pictures.items():
        owner = tree["pages"][page]
        if place == _WHOLE_PAGE:
            owner["page_png"] = png
        else:
            owner["fields"][place]["crop_png"] = png
    return _READING.validate_python(tree)


def _take_pictures(tree: dict[str, Any]) -> Iterator[tuple[tuple[int, int], bytes]]:
    for number, page in enumerate(tree["pages"]):
        yield (number, _WHOLE_PAGE), page.pop("page_png")
        for place, one in enumerate(page["fields"]):
            yield (number, place), one.pop("crop_png")
