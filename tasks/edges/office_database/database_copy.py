"""The whole database into another one: from the file of one PC to a server."""

from __future__ import annotations

import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import AUDIT_ENTRIES, METADATA

_AT_ONCE = 500
_OWN = "migrations"
"""Says how a database was made; the target has its own."""


def copy_database(source: Database, target: Database) -> int:
    """Copy every row into an empty database; return how many rows there were.

    One transaction: a copy that does not end leaves the target empty. The source is
    read at one moment; nothing in it changes.

    Args:
        source: To be copied, with all migrations.
        target: With all migrations, and without a row.

    Raises:
        NeedsPersonError: STORE-004 when the target holds rows already or came out
            different, STORE-003 when the source's audit log was touched.
        TryAgainError: STORE-002.
    """
    AuditLog(source).verify()
    copied = 0
    with source.reading() as old, target.writing() as new:
        for table in _tables(old):
            if new.scalar(sa.select(sa.func.count()).select_from(table)):
                raise NeedsPersonError("STORE-004", f"{table.name} holds rows")
        for table in _tables(old):
            copied += _copy(old, new, table)
        entries = new.scalar(sa.select(sa.func.max(AUDIT_ENTRIES.c.seq))) or 0
        if AuditLog(source).head().seq != entries:
            raise NeedsPersonError("STORE-004", "somebody worked on during the copy")
    return copied


def _tables(connection: sa.Connection) -> list[sa.Table]:
    """Return the tables, each after those that its rows refer to."""
    order = sa.inspect(connection).get_sorted_table_and_fkc_names()
    names = [name for name, _ in order if name is not None and name != _OWN]
    return [METADATA.tables[name] for name in names]


def _copy(old: sa.Connection, new: sa.Connection, table: sa.Table) -> int:
    order = list(table.primary_key.columns)
    rows = old.execution_options(yield_per=_AT_ONCE).execute(
        sa.select(table).order_by(*order)
    )
    count = 0
    for some in rows.mappings().partitions(_AT_ONCE):
        new.execute(sa.insert(table), [dict(row) for row in some])
        count += len(some)
    if count and new.dialect.name == "postgresql":
        _count_on(new, table)
    return count


def _count_on(new: sa.Connection, table: sa.Table) -> None:
    """Let the server number new rows after the copied ones."""
    for column in table.primary_key.columns:
        named = new.scalar(
            sa.select(sa.func.pg_get_serial_sequence(table.name, column.name))
        )
        if named:
            last = sa.select(sa.func.max(column)).scalar_subquery()
            new.execute(sa.select(sa.func.setval(named, last)))
