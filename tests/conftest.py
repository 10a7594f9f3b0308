"""Databases for tests: a file, and a real PostgreSQL server started for the session."""

from __future__ import annotations

import datetime as dt
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tasks.edges.office_database.database import open_database, sqlite_url

PROGRAMS = sorted(
    Path("/usr/lib/postgresql").glob("*/bin"), key=lambda one: int(one.parent.name)
)
"""Debian's and Ubuntu's package; the newest is last."""
STARTS_WITHIN_S = 60.0
LOCKED_USER, LOCKED_PASSWORD = "locked", "shio-no-hana-1"
EMPTY, MIGRATED = "template0", "yakuba_migrated"


@dataclass
class PostgresqlServer:
    """A server of our own: its data in a temporary folder, on a socket and a port."""

    folder: Path
    port: int
    made: int = 0
    databases: list[str] = field(default_factory=list)
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self.folder / "server.log").open("ab")
        self.process = subprocess.Popen(
            [
                PROGRAMS[-1] / "postgres",
                *("-D", self.folder / "data", "-p", str(self.port)),
                *("-k", self.folder, "-c", "listen_addresses=127.0.0.1"),
                # Nothing has to outlive the machine; a kill is survived all the same.
                *("-c", "fsync=off", "-c", "shared_buffers=32MB"),
                *("-c", "ssl=on", "-c", f"ssl_cert_file={self.folder}/server.crt"),
                *("-c", f"ssl_key_file={self.folder}/server.key"),
            ],
            stdout=log,
            stderr=log,
            start_new_session=True,
            **_as_ordinary_user(),
        )
        log.close()
        deadline = time.monotonic() + STARTS_WITHIN_S
        while not self.answers():
            assert self.process.poll() is None, "the PostgreSQL server ended"
            assert time.monotonic() < deadline, "the PostgreSQL server did not start"
            time.sleep(0.05)

    def stop(self, how: signal.Signals = signal.SIGINT) -> None:
        """Stop it; SIGINT is what PostgreSQL calls a fast shutdown, SIGQUIT a crash."""
        if self.process is not None:
            self.process.send_signal(how)
            self.process.wait(60)
            self.process = None

    def answers(self) -> bool:
        ready = [PROGRAMS[-1] / "pg_isready", "-q", "-h", self.folder]
        done = subprocess.run([*ready, "-p", str(self.port)], check=False)
        return done.returncode == 0

    def url(self, database: str) -> str:
        return f"postgresql://yakuba@127.0.0.1:{self.port}/{database}?sslmode=disable"

    def socket_url(self, database: str) -> str:
        return f"postgresql://yakuba@/{database}?host={self.folder}&port={self.port}"

    def execute(self, statement: str) -> None:
        """Run one statement outside a transaction."""
        engine = sa.create_engine(
            f"postgresql+pg8000://yakuba@127.0.0.1:{self.port}/postgres",
            isolation_level="AUTOCOMMIT",
            poolclass=sa.NullPool,
        )
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)

    def new(self, template: str = MIGRATED) -> str:
        """Make a database and return its URL."""
        self.made += 1
        name = f"test_{self.made}"
        self.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        self.databases.append(name)
        return self.url(name)

    def drop_all(self) -> None:
        while self.databases:
            self.execute(f"DROP DATABASE {self.databases.pop()} WITH (FORCE)")


def _as_ordinary_user() -> dict[str, object]:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    return {"user": _ordinary().pw_uid, "group": _ordinary().pw_gid, "extra_groups": []}


def _ordinary() -> pwd.struct_passwd:
    names = {one.pw_name for one in pwd.getpwall()}
    return pwd.getpwnam("postgres" if "postgres" in names else "nobody")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def make_certificate(folder: Path) -> None:
    """Put a key and a certificate for localhost, signed by itself, into a folder."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    start = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(start)
        .not_valid_after(start + dt.timedelta(days=36500))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    (folder / "server.crt").write_bytes(certificate.public_bytes(encoding))
    (folder / "server.key").write_bytes(
        key.private_bytes(
            encoding,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (folder / "server.key").chmod(0o600)
    if os.geteuid() == 0:
        for file in ("server.crt", "server.key"):
            os.chown(folder / file, _ordinary().pw_uid, _ordinary().pw_gid)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresqlServer]:
    """One server for the whole session; each test gets a database of its own."""
    if not PROGRAMS:
        pytest.skip("PostgreSQL is not installed: ./install.sh dev")
    # Not below pytest's own folder: only its owner may enter that.
    folder = Path(tempfile.mkdtemp(prefix="yakuba_pg_"))
    if os.geteuid() == 0:
        os.chown(folder, _ordinary().pw_uid, _ordinary().pw_gid)
    server = PostgresqlServer(folder, _free_port())
    try:
        subprocess.run(
            [
                PROGRAMS[-1] / "initdb",
                *("-D", folder / "data", "-U", "yakuba", "--auth=trust", "-N"),
                # As a city's server would be: not bytewise, and not English.
                *("-E", "UTF8", "--locale-provider=icu", "--icu-locale=ja-JP"),
                *("--locale=C.UTF-8",),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **_as_ordinary_user(),
        )
        make_certificate(folder)
        hba = folder / "data" / "pg_hba.conf"
        rule = f"host all {LOCKED_USER} 127.0.0.1/32 scram-sha-256\n"
        hba.write_text(rule + hba.read_text())
        server.start()
        server.execute(f"CREATE ROLE {LOCKED_USER} LOGIN PASSWORD '{LOCKED_PASSWORD}'")
        server.execute(f"CREATE DATABASE {MIGRATED}")
        open_database(server.url(MIGRATED)).close()
        yield server
    finally:
        server.stop()
        shutil.rmtree(folder)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a new database with every table: a file, then PostgreSQL."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "yakuba.sqlite3")
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    yield server.new()
    server.drop_all()


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The URL of a database without tables."""
    if request.param == "sqlite":
        yield sqlite_url(tmp_path / "yakuba.sqlite3")
        return
    server: PostgresqlServer = request.getfixturevalue("postgresql")
    yield server.new(EMPTY)
    server.drop_all()
