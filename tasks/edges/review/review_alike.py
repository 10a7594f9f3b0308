"""Fields that were read alike, to be looked at side by side."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from ocr.model import FieldKind
from tasks.domain.office.entry_rules import GLANCED, GLANCED_DIGITS, EntryRules, in_grid
from tasks.domain.review.double_entry import Stage
from tasks.domain.review_item import QuestionKind
from tasks.edges.office_database.database_tables import REVIEW_ITEMS
from tasks.edges.review.review_leases import Desk, Leased, Leases, Wanted
from tasks.edges.review.review_rows import group_place, item_from

_ITEMS = REVIEW_ITEMS.c
_LOOKED_THROUGH = 10
"""Times the wanted number of rows are looked through for those read alike."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Questions that `entry_rules.in_grid` lets be shown together."""

    leases: Leases

    def take(self, desk: Desk, wanted: Wanted, now: dt.datetime) -> tuple[Leased, ...]:
        """Return open questions that were read alike; they are this desk's from now on.

        Empty when fewer than two follow the place left.

        Raises:
            TryAgainError: STORE-002.
        """
        rules, most = self.leases.rules, wanted.count

        def most_alike(rows: Sequence[sa.RowMapping]) -> list[sa.RowMapping]:
            return _most_alike(rows, rules)[:most]

        return self.leases.take_some(
            desk, wanted, now, look=most * _LOOKED_THROUGH, choose=most_alike
        )

    def kinds(self, jobs: Collection[str] | None) -> frozenset[str]:
        """Return the kinds of field of which some may be shown together now.

        Args:
            jobs: Only these jobs'; None for all.
        """
        with self.leases.database.reading() as connection:
            return frozenset(
                kind.value
                for kind in (*GLANCED, FieldKind.DIGITS)
                if connection.scalar(_any_of(kind, jobs))
            )


def _any_of(kind: FieldKind, jobs: Collection[str] | None) -> sa.Select[tuple[bool]]:
    low = group_place(QuestionKind.FIELD, kind)
    found = sa.exists().where(
        _ITEMS.is_open == 1,
        _ITEMS.place >= low,
        _ITEMS.place < low + "\uffff",
        _ITEMS.error_class.in_(("ordinary", "statistics")),
        _ITEMS.value_read != "",
        _ITEMS.several == 0,
    )
    if kind is FieldKind.DIGITS:
        found = found.where(sa.func.length(_ITEMS.value_read) <= GLANCED_DIGITS)
    if jobs is not None:
        found = found.where(_ITEMS.job.in_(sorted(jobs)))
    return sa.select(found)


def _most_alike(
    rows: Sequence[sa.RowMapping], rules: EntryRules
) -> list[sa.RowMapping]:
    """Return the rows of the first field and reading that at least two share."""
    alike: dict[tuple[str, ...], list[sa.RowMapping]] = {}
    for row in rows:
        reading = in_grid(item_from(row, b""), rules)
        if reading is not None and row["stage"] == Stage.FIRST:
            key = (row["job"], row["form"], row["field_id"], reading)
            alike.setdefault(key, []).append(row)
    return next((found for found in alike.values() if len(found) > 1), [])
