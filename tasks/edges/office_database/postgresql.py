"""PostgreSQL, reached by pg8000 over the network or a Unix socket.

What this driver tells differently from others is put right here, so that the rest of
the program knows one kind of database with two addresses.
"""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event, exc
from sqlalchemy.engine import ExceptionContext

from tasks.domain.errors import NeedsPersonError, TryAgainError

DRIVERS = ("postgresql", "postgresql+pg8000")
"""What a URL may begin with; both mean the same."""
_PORT = 5432
_CONNECT_SECONDS = 10.0
_QUIET_SECONDS = 30
"""After so long without a sign of life the other PC is asked whether it is there."""
_GONE_MS = 60_000
"""Sent and not acknowledged for so long: the connection is lost."""
_GONE_STATES = ("57P", "08", "25P03")
"""Beginnings of states after which a connection is of no use any more."""
_OUR_FAULT = ("22", "23", "42")
_NOT_ALLOWED = "42501"
_SSL_MODES = ("disable", "prefer", "require", "verify-full")
_KNOWN = {"host", "port", "unix_sock", "sslmode", "sslrootcert", "application_name"}


@dataclass(frozen=True, slots=True)
class Server:
    """Where a database is and how to get in."""

    user: str
    password: str = field(repr=False)
    database: str
    host: str
    port: int
    socket_file: str
    """Of a server on this PC; empty for one reached by host and port."""
    ssl_mode: str
    ssl_root: str
    """File with the certificates that may sign the server's; empty: the system's."""
    application: str


def server_of(url: sa.URL) -> Server:
    """Return the server behind a URL.

    A socket is named as libpq does (`?host=/run/postgresql`) or as pg8000 does
    (`?unix_sock=/run/postgresql/.s.PGSQL.5432`).

    Raises:
        NeedsPersonError: STORE-001 for another driver, a word that is not known or
            one that is missing.

    Examples:
        >>> server_of(sa.make_url("postgresql://yakuba@db.example/yakuba")).port
        5432
        >>> server_of(sa.make_url("postgresql://y@/y?host=/run/pg")).socket_file
        '/run/pg/.s.PGSQL.5432'
    """
    query = {key: str(value) for key, value in url.query.items()}
    problem = _problem(url, query)
    if problem:
        raise NeedsPersonError("STORE-001", f"database_url: {problem}")
    port = url.port or int(query.get("port", _PORT))
    folder = query.get("host", "")
    in_folder = f"{folder}/.s.PGSQL.{port}" if folder.startswith("/") else ""
    return Server(
        user=url.username or "",
        # Without one the server says what it wants; None would end in a crash.
        password=url.password or "",
        database=url.database or "",
        host=url.host or ("" if in_folder else folder) or "127.0.0.1",
        port=port,
        socket_file=query.get("unix_sock", in_folder),
        ssl_mode=query.get("sslmode", "prefer"),
        ssl_root=query.get("sslrootcert", ""),
        application=query.get("application_name", "yakuba"),
    )


def engine_of(
    url: sa.URL, busy_seconds: float, *, pool_size: int, max_overflow: int
) -> sa.Engine:
    """Return an engine that waits at most `busy_seconds` for another writer.

    Raises:
        NeedsPersonError: See `server_of`.
        ImportError: pg8000 is not installed (extra `postgresql`).
    """
    engine = sa.create_engine(
        # Nothing of the URL is needed any more, least of all its password.
        "postgresql+pg8000://",
        creator=connector(server_of(url), busy_seconds),
        hide_parameters=True,
        pool_pre_ping=True,
        pool_size=pool_size,
        max_overflow=max_overflow,
        pool_timeout=busy_seconds,
    )
    # One statement for many rows; pg8000 would send them one by one.
    engine.dialect.use_insertmanyvalues_wo_returning = True
    event.listen(engine, "handle_error", _mark_lost)
    return engine


def connector(server: Server, busy_seconds: float) -> Callable[[], Any]:
    """Return a function that opens a connection of pg8000.

    Args:
        server: Where.
        busy_seconds: Longest wait for a lock.

    Raises:
        ImportError: pg8000 is not installed.
    """
    from pg8000 import dbapi

    def connect() -> Any:
        sock = _socket(server)
        try:
            connection = dbapi.connect(
                server.user,
                host=server.host,
                database=server.database,
                password=server.password,
                application_name=server.application,
                ssl_context=_ssl(server),
                startup_params={"lock_timeout": f"{max(int(busy_seconds * 1000), 1)}"},
                sock=sock,
            )
        except ssl.SSLError as error:
            sock.close()
            what = "the certificate of the server cannot be trusted"
            raise NeedsPersonError("STORE-001", what) from error
        except OSError as error:
            sock.close()
            raise TryAgainError("STORE-002", "PostgreSQL went away") from error
        except dbapi.InterfaceError as error:
            sock.close()
            if "network error" in str(error):
                raise TryAgainError("STORE-002", "PostgreSQL went away") from error
            raise NeedsPersonError("STORE-001", f"PostgreSQL: {error}") from error
        connection.register_out_adapter(str, _without_nul)
        return connection

    return connect


def state_of(error: BaseException | None) -> str:
    """Return the five characters by which PostgreSQL names a fault; empty if none."""
    fields = _fields(error)
    return fields.get("C", "")


def cleaned(error: exc.DBAPIError) -> exc.DBAPIError:
    """Return a fault of the program in SQLAlchemy's own kind, without any value.

    The server quotes rows in its message ("Key (name)=(...) already exists"), and
    pg8000 gives every fault the same class.
    """
    fields = _fields(error.orig)
    state = fields.get("C", "")
    told = " ".join(fields[key] for key in "tcn" if fields.get(key))
    kind = exc.IntegrityError if state.startswith("23") else exc.ProgrammingError
    what = RuntimeError(f"PostgreSQL {state} {told}".rstrip())
    return kind(error.statement, None, what, hide_parameters=True)


def is_our_fault(state: str) -> bool:
    """Return whether a state tells of a broken constraint, wrong SQL or wrong data."""
    return state.startswith(_OUR_FAULT) and state != _NOT_ALLOWED


def _problem(url: sa.URL, query: Mapping[str, str]) -> str:
    """Return what is wrong with a URL, without quoting a value."""
    if url.drivername not in DRIVERS:
        return f"begin with one of {', '.join(f'{one}://' for one in DRIVERS)}"
    unknown = sorted(set(query) - _KNOWN)
    if unknown:
        return f"unknown {', '.join(unknown)}"
    if not url.username or not url.database:
        return "user and database are needed: postgresql://user@host/database"
    if query.get("sslmode", "prefer") not in _SSL_MODES:
        return f"sslmode is one of {', '.join(_SSL_MODES)}"
    if not query.get("port", "0").isascii() or not query.get("port", "0").isdigit():
        return "port is a number"
    return ""


def _socket(server: Server) -> socket.socket:
    """Return an open socket that notices when the other end is gone."""
    try:
        if server.socket_file:
            found = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            found.settimeout(_CONNECT_SECONDS)
            found.connect(server.socket_file)
        else:
            found = socket.create_connection(
                (server.host, server.port), _CONNECT_SECONDS
            )
            _keep_alive(found)
    except OSError as error:
        # No address in the message: only the kind of failure is told.
        what = f"PostgreSQL does not answer: {type(error).__name__}"
        raise TryAgainError("STORE-002", what) from error
    # A report may take minutes: only connecting is limited by time.
    found.settimeout(None)
    return found


def _keep_alive(sock: socket.socket) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for name, value in (
        ("TCP_KEEPIDLE", _QUIET_SECONDS),
        ("TCP_KEEPINTVL", _QUIET_SECONDS // 3),
        ("TCP_KEEPCNT", 3),
        ("TCP_USER_TIMEOUT", _GONE_MS),
    ):
        if hasattr(socket, name):
            sock.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


def _ssl(server: Server) -> ssl.SSLContext | bool | None:
    """Return what pg8000 takes: None tries TLS and does without, False never tries."""
    if server.socket_file or server.ssl_mode == "disable":
        return False
    if server.ssl_mode == "verify-full":
        return ssl.create_default_context(cafile=server.ssl_root or None)
    return True if server.ssl_mode == "require" else None


def _mark_lost(context: ExceptionContext) -> None:
    """Let the pool throw away a connection that the server has ended."""
    if state_of(context.original_exception).startswith(_GONE_STATES):
        context.is_disconnect = True


def _without_nul(text: str) -> str:
    """Return a text as the server takes it; nothing that people write holds U+0000."""
    return text.replace("\x00", "")


def _fields(error: BaseException | None) -> dict[str, str]:
    told = error.args[0] if error is not None and error.args else None
    return told if isinstance(told, dict) else {}
