"""The account of minutes added up by the database, and what stands beside the hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tasks.domain.hours_saved.savings import SavingsSum, item_ms
from tasks.domain.hours_saved.savings_table import Effort, Quality
from tasks.domain.office.periods import Period
from tasks.edges.hours_saved.savings_ledger import AMOUNTS
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import (
    BLIND_RESULTS,
    REVIEW_ANSWERS,
    REVIEW_ITEMS,
    SAVINGS_FIELDS,
    SAVINGS_LINES,
)


@dataclass(frozen=True, slots=True)
class AccountSums:
    """The account at one moment, added up in three ways."""

    within: tuple[SavingsSum, ...]
    """Of the period, by job, month and baseline."""
    ever: tuple[SavingsSum, ...]
    """Of all lines up to its last day."""
    whole: Effort
    """Of the period in one sum, whatever jobs and months there are: what every report
    must come to."""


@dataclass(frozen=True, slots=True)
class SavingsSums:
    """Sums of the account; nothing here writes."""

    database: Database

    def until(self, period: Period) -> AccountSums:
        """Return the sums of a period, and those of all lines up to its last day.

        The database adds up exactly, by day; one moment of the account serves all.
        """
        table = SAVINGS_LINES.c
        groups = (table.job, table.day, table.minutes_per_item, table.samples)
        query = (
            sa.select(
                *groups,
                sa.func.count().label("lines"),
                *(sa.func.sum(table[name]).label(name) for name in AMOUNTS),
            )
            .where(table.day <= period.last.isoformat())
            .group_by(*groups)
        )
        within: _Months = {}
        ever: _Months = {}
        first = period.first.isoformat()
        with self.database.reading() as connection:
            for row in connection.execute(query):
                amounts = [int(row.lines), *(int(getattr(row, n)) for n in AMOUNTS)]
                key = (row.job, row.day[:7], row.minutes_per_item, row.samples)
                _add(ever, key, amounts)
                if row.day >= first:
                    _add(within, key, amounts)
            whole = _whole(connection, period, {key[2] for key in ever})
        return AccountSums(_sums(within), _sums(ever), whole)

    def late(self, period: Period, *, zone: dt.tzinfo) -> tuple[int, int]:
        """Return how many entries of a period were typed in after it, and what they save.

        Args:
            period: Days of the work.
            zone: In which the days are meant.

        Returns:
            Lines, and milliseconds; mostly negative.
        """
        table = SAVINGS_LINES.c
        after = dt.datetime.combine(
            period.last + dt.timedelta(days=1), dt.time(), tzinfo=zone
        )
        spent = table.attended_ms + table.upkeep_ms + table.exception_ms
        query = sa.select(sa.func.count(), sa.func.sum(spent)).where(
            # As the index is written: a bound value would not find it.
            sa.text("kind <> '実行'"),
            table.day.between(period.first.isoformat(), period.last.isoformat()),
            table.at >= after,
        )
        with self.database.reading() as connection:
            lines, total = connection.execute(query).one()
        return int(lines), -int(total or 0)

    def quality(self, period: Period, *, zone: dt.tzinfo) -> dict[str, Quality]:
        """Return what the blind sample, questions and corrections showed, by job.

        Args:
            period: Days of the answers and of the first judgement of each document.
            zone: In which the days are meant.
        """
        first = dt.datetime.combine(period.first, dt.time(), tzinfo=zone)
        after = dt.datetime.combine(
            period.last + dt.timedelta(days=1), dt.time(), tzinfo=zone
        )
        blind = (
            sa.select(
                REVIEW_ITEMS.c.job,
                sa.func.count().label("blind_checked"),
                sa.func.sum(BLIND_RESULTS.c.wrong).label("blind_wrong"),
            )
            .join_from(
                BLIND_RESULTS,
                REVIEW_ITEMS,
                BLIND_RESULTS.c.item_id == REVIEW_ITEMS.c.item_id,
            )
            .where(BLIND_RESULTS.c.at >= first, BLIND_RESULTS.c.at < after)
            .group_by(REVIEW_ITEMS.c.job)
        )
        table = SAVINGS_FIELDS.c
        fields = (
            sa.select(
                table.job,
                sa.func.sum(table.accepted).label("fields_accepted"),
                sa.func.sum(table.asked).label("fields_asked"),
            )
            .where(table.day.between(period.first.isoformat(), period.last.isoformat()))
            .group_by(table.job)
        )
        given = REVIEW_ANSWERS.c
        corrections = (
            sa.select(
                REVIEW_ITEMS.c.job,
                sa.func.sum(given.corrected_fields).label("corrected_fields"),
                sa.func.sum(given.corrected_characters).label("corrected_characters"),
            )
            .join_from(
                REVIEW_ANSWERS, REVIEW_ITEMS, given.item_id == REVIEW_ITEMS.c.item_id
            )
            .where(given.at >= first, given.at < after)
            .group_by(REVIEW_ITEMS.c.job)
        )
        found: dict[str, dict[str, int]] = {}
        with self.database.reading() as connection:
            for query in (blind, fields, corrections):
                for row in connection.execute(query).mappings():
                    counts = found.setdefault(row["job"], {})
                    counts |= {
                        name: int(count) for name, count in row.items() if name != "job"
                    }
        return {job: Quality(**counts) for job, counts in found.items()}


def _whole(connection: sa.Connection, period: Period, each: set[float]) -> Effort:
    """Return all lines of some days in one sum, whatever their jobs and months are.

    Args:
        connection: At the moment of the other sums.
        period: Days of the lines.
        each: Every time of an item by hand that lines were counted at.
    """
    table = SAVINGS_LINES.c
    item = sa.case(
        {minutes: item_ms(minutes) for minutes in {0.0, *each}},
        value=table.minutes_per_item,
        else_=0,
    )
    parts: dict[str, sa.ColumnElement[Any]] = {name: table[name] for name in AMOUNTS}
    parts["by_hand_ms"] = item * table.by_hand_items
    parts["before_ms"] = item * (table["items"] + table.by_hand_items)
    query = sa.select(
        *(sa.func.sum(part).label(name) for name, part in parts.items())
    ).where(table.day.between(period.first.isoformat(), period.last.isoformat()))
    row = connection.execute(query).mappings().one()
    return Effort(**{name: int(row[name] or 0) for name in parts})


_Key = tuple[str, str, float, int]
_Months = dict[_Key, list[int]]


def _add(months: _Months, key: _Key, amounts: list[int]) -> None:
    before = months.get(key)
    months[key] = (
        [a + b for a, b in zip(before, amounts, strict=True)] if before else amounts
    )


def _sums(months: _Months) -> tuple[SavingsSum, ...]:
    return tuple(_sum(key, months[key]) for key in sorted(months))


def _sum(key: _Key, amounts: list[int]) -> SavingsSum:
    job, month, minutes_per_item, samples = key
    lines, *rest = amounts
    return SavingsSum(
        job=job,
        month=dt.date.fromisoformat(f"{month}-01"),
        minutes_per_item=minutes_per_item,
        samples=samples,
        lines=lines,
        **dict(zip(AMOUNTS, rest, strict=True)),
    )
