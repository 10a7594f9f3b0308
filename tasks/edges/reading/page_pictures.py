"""The whole page around a field, with the field framed."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import sqlalchemy as sa

from ocr.preprocess import png_of
from tasks.domain.review_item import ReviewItem
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import DOCUMENT_PAGES, PICTURES
from tasks.edges.reading.document_store import WHOLE_PAGE

_RED_BGR = (40, 40, 210)
_AROUND_PX = 6
_LINE_PX = 3


@dataclass(frozen=True, slots=True)
class PagePictures:
    """Pictures of pages as they were kept when they were read."""

    database: Database

    def around(self, item: ReviewItem) -> bytes:
        """Return a PNG of the item's page, its field framed; empty when none is kept.

        Args:
            item: A question about a field or about a page.
        """
        of_page = (
            DOCUMENT_PAGES.c.sha256 == item.document_sha256,
            DOCUMENT_PAGES.c.page_index == item.page - 1,
        )
        query = (
            sa.select(DOCUMENT_PAGES.c.body, PICTURES.c.png)
            .join_from(
                DOCUMENT_PAGES,
                PICTURES,
                sa.and_(
                    PICTURES.c.sha256 == DOCUMENT_PAGES.c.sha256,
                    PICTURES.c.reading_rule == DOCUMENT_PAGES.c.reading_rule,
                    PICTURES.c.page_index == DOCUMENT_PAGES.c.page_index,
                    PICTURES.c.field_index == WHOLE_PAGE,
                ),
            )
            .where(*of_page)
            .order_by(DOCUMENT_PAGES.c.reading_rule)
        )
        with self.database.reading() as connection:
            rows = connection.execute(query).all()
        for row in rows:
            page = json.loads(row.body)
            box = _box(page, item.field_id)
            if box is not None or not item.field_id:
                return _framed(bytes(row.png), box, page.get("size_px"))
        return bytes(rows[0].png) if rows else b""


def _box(page: dict[str, Any], field_id: str) -> list[int] | None:
    for entry in page["fields"]:
        if entry["field_id"] == field_id:
            box = entry["box_px"]
            return [box["left"], box["top"], box["right"], box["bottom"]]
    return None


def _framed(png: bytes, box: list[int] | None, size: list[int] | None) -> bytes:
    """Return the picture with a frame around a box given in pixels of the full size."""
    if box is None or not size or not size[0]:
        return png
    picture = cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)
    if picture is None:
        return png
    scale = picture.shape[1] / size[0]
    left, top, right, bottom = (round(one * scale) for one in box)
    cv2.rectangle(
        picture,
        (left - _AROUND_PX, top - _AROUND_PX),
        (right + _AROUND_PX, bottom + _AROUND_PX),
        _RED_BGR,
        _LINE_PX,
    )
    return png_of(np.asarray(picture, dtype=np.uint8))
