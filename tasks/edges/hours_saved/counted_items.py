"""Which items of a job were counted, under what keys, and at what baselines."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tasks.domain.hours_saved.baseline_study import MeasuredBaseline
from tasks.domain.hours_saved.savings import RunEffort
from tasks.domain.hours_saved.sent_again import SENT_AGAIN_DAYS, ItemPrints, sent_again
from tasks.domain.office.settings import Baseline
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    SAVINGS_BASELINES,
    SAVINGS_ITEMS,
    SAVINGS_PRINTS,
)

_BATCH = 500


@dataclass(frozen=True, slots=True)
class NewItems:
    """What a run brought that no line has counted."""

    items: tuple[str, ...]
    by_hand: tuple[str, ...]
    again: dict[str, str]
    """Key of an item that came in again, by another key: the key it was counted by."""


def new_items(connection: sa.Connection, effort: RunEffort) -> NewItems:
    """Return what is new in a run; what came in again in a corrected file is not."""
    items = _uncounted(connection, effort.job, effort.items)
    by_hand = _uncounted(connection, effort.job, effort.by_hand)
    fresh = {*items, *by_hand}
    again: dict[str, str] = {}
    if fresh:
        again = sent_again(
            effort.prints,
            _counted_lately(connection, effort),
            known={one.key for one in effort.prints} - fresh,
        )
    return NewItems(
        tuple(key for key in items if key not in again),
        tuple(key for key in by_hand if key not in again),
        again,
    )


def mark_items(
    connection: sa.Connection, effort: RunEffort, found: NewItems, line_id: int | None
) -> None:
    """Mark a run's new items as counted in a line, and those that came in again."""
    lines: dict[str, int | None] = dict.fromkeys(
        (*found.items, *found.by_hand), line_id
    )
    for key, earlier in found.again.items():
        lines[key] = lines.get(earlier) or _line_of(connection, effort.job, earlier)
    if not lines:
        return
    connection.execute(
        sa.insert(SAVINGS_ITEMS),
        [
            {"job": effort.job, "item_key": key, "line_id": line}
            for key, line in lines.items()
        ],
    )
    prints = [
        {
            "job": effort.job,
            "print": text,
            "item_key": one.key,
            "file_key": one.file_key,
            "day": effort.at.date().isoformat(),
        }
        for one in effort.prints
        if one.key in lines
        for text in dict.fromkeys(one.prints)
    ]
    if prints:
        connection.execute(sa.insert(SAVINGS_PRINTS), prints)


def keep_baseline(
    connection: sa.Connection, baseline: Baseline, at: dt.datetime
) -> None:
    """Keep a baseline that a line is counted at, as it is now, once."""
    body = baseline.model_dump_json()
    digest = hashlib.sha256(body.encode()).hexdigest()
    table = SAVINGS_BASELINES
    known = connection.scalar(
        sa.select(table.c.seq).where(
            table.c.job == baseline.job, table.c.digest == digest
        )
    )
    if known is None:
        connection.execute(
            sa.insert(table).values(
                job=baseline.job,
                digest=digest,
                body=body,
                measured=int(isinstance(baseline, MeasuredBaseline)),
                at=at,
            )
        )


def former_baselines(database: Database) -> tuple[Baseline, ...]:
    """Return every baseline that lines were counted at, as it was then, oldest first."""
    query = sa.select(SAVINGS_BASELINES).order_by(SAVINGS_BASELINES.c.seq)
    with database.reading() as connection:
        return tuple(
            (MeasuredBaseline if row.measured else Baseline).model_validate(
                {
                    name: value
                    for name, value in json.loads(row.body).items()
                    if name in Baseline.model_fields
                }
            )
            for row in connection.execute(query)
        )


def _uncounted(connection: sa.Connection, job: str, keys: Sequence[str]) -> list[str]:
    """Return the keys that no line has counted, each once, in their order."""
    unique = list(dict.fromkeys(keys))
    counted: set[str] = set()
    for batch in _batches(unique):
        counted.update(
            connection.scalars(
                sa.select(SAVINGS_ITEMS.c.item_key).where(
                    SAVINGS_ITEMS.c.job == job, SAVINGS_ITEMS.c.item_key.in_(batch)
                )
            )
        )
    return [key for key in unique if key not in counted]


def _counted_lately(connection: sa.Connection, effort: RunEffort) -> list[ItemPrints]:
    """Return what was counted in the last weeks, of every file with a print of these."""
    table = SAVINGS_PRINTS.c
    since = effort.at.date() - dt.timedelta(days=SENT_AGAIN_DAYS)
    lately = (table.job == effort.job, table.day >= since.isoformat())
    files: set[str] = set()
    every = {text for one in effort.prints for text in one.prints}
    for batch in _batches(sorted(every)):
        query = sa.select(table.file_key).where(*lately, table.print.in_(batch))
        files.update(connection.scalars(query.distinct()))
    prints: dict[str, list[str]] = {}
    for batch in _batches(sorted(files)):
        query = sa.select(table.item_key, table.print).where(
            *lately, table.file_key.in_(batch)
        )
        for row in connection.execute(query):
            prints.setdefault(row.item_key, []).append(row.print)
    return [ItemPrints(key, tuple(found)) for key, found in prints.items()]


def _line_of(connection: sa.Connection, job: str, key: str) -> int | None:
    return connection.scalar(
        sa.select(SAVINGS_ITEMS.c.line_id).where(
            SAVINGS_ITEMS.c.job == job, SAVINGS_ITEMS.c.item_key == key
        )
    )


def _batches(values: Sequence[str]) -> Iterable[Sequence[str]]:
    for start in range(0, len(values), _BATCH):
        yield values[start : start + _BATCH]
