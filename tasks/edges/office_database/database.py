"""The one database of an office: an SQLite file (WAL) or PostgreSQL by URL.

Every change runs in `Database.writing()`: one transaction, taken for writing at once
(`BEGIN IMMEDIATE`, an advisory lock in PostgreSQL), so two processes never read the same state and both write on it,
and a process killed at any moment leaves either the whole change or nothing.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from tasks.domain.errors import NeedsPersonError, TryAgainError, YakubaError
from tasks.edges.office_database import postgresql
from tasks.edges.office_database.migrations import MIGRATIONS, Migration

logger = logging.getLogger(__name__)

_BUSY = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_FULL = {sqlite3.SQLITE_FULL}
_TRY_AGAIN_STATES = ("08", "25P03", "40", "53", "55P03", "57P")
"""Beginnings of PostgreSQL states that pass: lost connection, conflict, lack, lock."""
_DISK_FULL_STATE = "53100"
POOL_SIZE, POOL_OVERFLOW = 10, 30
"""Connections of one process: kept open, and opened beyond those when many ask."""
_WRITE_OPTION = "yakuba_write"
_WRITER_LOCK = 9_819_841
"""Number of the advisory lock in PostgreSQL; any, but always the same."""


@dataclass(frozen=True, slots=True)
class Database:
    """An open database with all migrations applied. Safe to share between threads."""

    engine: sa.Engine
    busy_seconds: float = 20.0
    """How long to wait for another writer before STORE-002."""
    _turn: threading.Lock = field(
        default_factory=threading.Lock, repr=False, compare=False
    )
    """Writers of this process wait for each other here, woken one after the other: who
    waits inside SQLite looks again now and then, and may be unlucky for seconds.
    """

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """Yield a connection that sees one moment of the database.

        Raises:
            TryAgainError: STORE-002 when it is busy.
            NeedsPersonError: STORE-001 when it cannot be read.
        """
        with _translated(), self.engine.connect() as connection, connection.begin():
            if connection.dialect.name == "postgresql":
                # By itself it would see another moment with every statement.
                connection.exec_driver_sql(
                    "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
                )
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """Yield a connection for one transaction, committed when the block ends.

        Raises:
            TryAgainError: STORE-002 when another process held it for too long.
            NeedsPersonError: STORE-001 when it cannot be written, FILE-003 when the
                disk is full.
        """
        with (
            self._in_turn(),
            _translated(),
            self.engine.connect() as connection,
            connection.execution_options(**{_WRITE_OPTION: True}).begin(),
        ):
            if connection.dialect.name == "postgresql":
                # One writer at a time, as SQLite has it: the same promise everywhere.
                connection.execute(
                    sa.select(sa.func.pg_advisory_xact_lock(_WRITER_LOCK))
                )
            yield connection

    @contextmanager
    def _in_turn(self) -> Iterator[None]:
        if not self._turn.acquire(timeout=self.busy_seconds):
            raise TryAgainError("STORE-002", "another writer of this process")
        try:
            yield
        finally:
            self._turn.release()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def sqlite_url(file: Path) -> str:
    """Return the URL of an SQLite file.

    Examples:
        >>> sqlite_url(Path("work/yakuba.sqlite3"))
        'sqlite:///work/yakuba.sqlite3'
    """
    return f"sqlite:///{file.as_posix()}"


def open_database(url: str, *, busy_seconds: float = 20.0) -> Database:
    """Return the database behind a URL, made and migrated when needed.

    Args:
        url: `sqlite:///folder/file.sqlite3` or `postgresql://user@host/database`
            (see `postgresql.server_of`). The folder of an SQLite file is made.
        busy_seconds: How long to wait for another process before STORE-002.

    Raises:
        TryAgainError: STORE-002 when another process held it for too long.
        NeedsPersonError: STORE-001 when it cannot be opened, is no database, or was
            made by a newer version of the program.
    """
    try:
        parsed = sa.make_url(url)
        backend = parsed.get_backend_name()
        if backend == "sqlite":
            _make_folder(parsed)
        engine = _engine(parsed, busy_seconds)
    except (exc.ArgumentError, ImportError, OSError) as error:
        # The URL may hold a password: only the kind of failure is told.
        raise NeedsPersonError("STORE-001", type(error).__name__) from error
    database = Database(engine, busy_seconds)
    try:
        migrate(database, MIGRATIONS)
    except YakubaError:
        engine.dispose()
        raise
    return database


def migrate(database: Database, migrations: tuple[Migration, ...]) -> tuple[str, ...]:
    """Apply what is missing, one transaction each; return the names applied.

    Raises:
        TryAgainError: STORE-002.
        NeedsPersonError: STORE-001, also when the database knows a migration that
            this program does not.
    """
    known = [step.name for step in migrations]
    applied: list[str] = []
    if _names_done(database) == set(known):
        return ()
    for step in migrations:
        with database.writing() as connection:
            done = _prepare(connection)
            unknown = sorted(done - set(known))
            if unknown:
                detail = f"made by a newer version: {', '.join(unknown)}"
                raise NeedsPersonError("STORE-001", detail)
            if step.name in done:
                continue
            for statement in step.for_dialect(connection.dialect.name):
                connection.execute(sa.text(statement))
            connection.execute(
                sa.text("INSERT INTO migrations (name) VALUES (:name)"),
                {"name": step.name},
            )
        logger.info("migration %s applied", step.name)
        applied.append(step.name)
    return tuple(applied)


def _names_done(database: Database) -> set[str]:
    """Return the migrations recorded, without taking the database for writing."""
    with database.reading() as connection:
        if not sa.inspect(connection).has_table("migrations"):
            return set()
        return set(connection.scalars(sa.text("SELECT name FROM migrations")))


def _prepare(connection: sa.Connection) -> set[str]:
    connection.execute(
        sa.text(
            "CREATE TABLE IF NOT EXISTS migrations (name TEXT NOT NULL PRIMARY KEY)"
        )
    )
    return set(connection.scalars(sa.text("SELECT name FROM migrations")))


def _make_folder(url: sa.URL) -> None:
    if not url.database or url.database == ":memory:":
        msg = "the database must be a file"
        raise exc.ArgumentError(msg)
    Path(url.database).parent.mkdir(parents=True, exist_ok=True)


def _engine(url: sa.URL, busy_seconds: float) -> sa.Engine:
    if url.get_backend_name() == "postgresql":
        return postgresql.engine_of(
            url,
            busy_seconds,
            pool_size=POOL_SIZE,
            max_overflow=POOL_OVERFLOW,
        )
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        # isolation_level None: sqlite3 begins nothing by itself, see _begin.
        connect_args={"timeout": busy_seconds, "isolation_level": None},
        pool_size=POOL_SIZE,
        max_overflow=POOL_OVERFLOW,
        pool_timeout=busy_seconds,
    )
    event.listen(engine, "connect", _on_connect)
    event.listen(engine, "begin", _begin)
    return engine


def _on_connect(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    # FULL: a committed answer also survives the mains failing.
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: sa.Connection) -> None:
    writes = connection.get_execution_options().get(_WRITE_OPTION)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what a database raises into the two errors. Values never enter messages."""
    try:
        yield
    except exc.DBAPIError as error:
        if isinstance(error.orig, sqlite3.Error):
            raise _translate_sqlite(error, error.orig) from error
        # Not chained: the server quotes rows, and a traceback reaches logs.
        raise _translate_postgresql(error) from None
    except exc.TimeoutError as error:
        raise TryAgainError("STORE-002", "every connection is in use") from error
    except ConnectionError as error:
        raise TryAgainError("STORE-002", "the server went away") from error


def _translate_postgresql(error: exc.DBAPIError) -> Exception:
    state = postgresql.state_of(error.orig)
    what = f"PostgreSQL {state or type(error.orig).__name__}"
    if state == _DISK_FULL_STATE:
        return NeedsPersonError("FILE-003", what)
    lost = error.connection_invalidated or not state
    if lost or state.startswith(_TRY_AGAIN_STATES):
        return TryAgainError("STORE-002", what)
    if postgresql.is_our_fault(state):
        return postgresql.cleaned(error)
    return NeedsPersonError("STORE-001", what)


def _translate_sqlite(error: exc.DBAPIError, original: sqlite3.Error) -> Exception:
    name = getattr(original, "sqlite_errorname", type(original).__name__)
    # The low byte is the kind; the rest says which variant.
    kind = getattr(original, "sqlite_errorcode", 0) & 0xFF
    if kind in _BUSY:
        return TryAgainError("STORE-002", f"SQLite {name}")
    if kind in _FULL:
        return NeedsPersonError("FILE-003", f"SQLite {name}")
    return (
        error
        if _is_our_fault(error)
        else NeedsPersonError("STORE-001", f"SQLite {name}")
    )


def _is_our_fault(error: exc.DBAPIError) -> bool:
    """True for a broken constraint or wrong SQL: a fault of the program, not a place."""
    if isinstance(error, exc.IntegrityError | exc.ProgrammingError):
        return True
    original = error.orig
    code = getattr(original, "sqlite_errorcode", None)
    return code == sqlite3.SQLITE_ERROR
