"""What the blind sample showed, question by question; no value of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ocr.model import ErrorClass
from tasks.domain.reading.accuracy import BlindResult
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import BLIND_RESULTS

_BATCH = 500


@dataclass(frozen=True, slots=True)
class AccuracyStore:
    """Results of blind questions, one per question."""

    database: Database

    def record(self, results: Sequence[BlindResult]) -> None:
        """Keep results; one of a question known before takes the place of the old.

        Raises:
            TryAgainError: STORE-002.
        """
        rows = {one.item_id: _row(one) for one in results}
        keys = list(rows)
        if not keys:
            return
        with self.database.writing() as connection:
            for start in range(0, len(keys), _BATCH):
                batch = keys[start : start + _BATCH]
                connection.execute(
                    sa.delete(BLIND_RESULTS).where(BLIND_RESULTS.c.item_id.in_(batch))
                )
                connection.execute(
                    sa.insert(BLIND_RESULTS), [rows[key] for key in batch]
                )

    def results(self) -> tuple[BlindResult, ...]:
        """Return everything that staff ever settled, oldest first."""
        query = sa.select(BLIND_RESULTS).order_by(
            BLIND_RESULTS.c.at, BLIND_RESULTS.c.item_id
        )
        with self.database.reading() as connection:
            return tuple(
                BlindResult(
                    item_id=row.item_id,
                    form=row.form,
                    kind=row.field_kind,
                    error_class=ErrorClass(row.error_class),
                    wrong=bool(row.wrong),
                    at=row.at,
                )
                for row in connection.execute(query)
            )


def _row(one: BlindResult) -> dict[str, object]:
    return {
        "item_id": one.item_id,
        "form": one.form,
        "field_kind": one.kind,
        "error_class": one.error_class.value,
        "wrong": int(one.wrong),
        "at": one.at,
    }
