"""Each ledger file once into its own DuckDB file, named by content and rule version.

A cache file is written under a temporary name and renamed when it is whole: after a
crash there is either all of it or nothing, and many processes may read it at once.
個人番号 columns are never written to it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import duckdb

from tasks.domain.errors import NeedsPersonError, TryAgainError
from tasks.domain.lists_and_ledgers.sources import (
    ColumnUse,
    InputNote,
    Role,
    SourceFile,
)
from tasks.domain.lists_and_ledgers.tax_kinds import tax_named_in
from tasks.domain.normal_forms.addresses import Home
from tasks.domain.normal_forms.normalize import RULE_VERSION as NORMAL_FORMS
from tasks.domain.office.settings import ColumnNames
from tasks.edges.city_ledgers.ledger_database import connect, part_name, within_limits
from tasks.edges.tables.table_files import (
    TableFile,
    check_type,
    declared_encoding,
    declared_layout,
    file_sha256,
    open_tables,
)

_LOG = logging.getLogger(__name__)

RULE_VERSION = "10"
"""Raise it whenever the layout of the cache or its reading changes."""

_STALE_DAYS = 2

Build = Callable[
    [duckdb.DuckDBPyConnection, TableFile], tuple[SourceFile, list[InputNote]]
]


def cached(
    ledger: Path,
    role: Role,
    *,
    folder: Path,
    columns: ColumnNames,
    build: Build,
    home: Home | None = None,
) -> Path:
    """Return the cache file of a ledger, building it when there is none yet.

    Args:
        ledger: The file as it came.
        role: PERSONS or TAXES.
        folder: Where cache files lie; made when missing.
        columns: Header names and encodings, part of the key.
        build: Fills an empty database from the file; what it returns is kept inside.
        home: Municipality of addresses without one, part of the key.

    Raises:
        NeedsPersonError: What opening and `build` raise; FILE-003 when the folder is
            not writable or the disk is full; FILE-008 when the ledger is too large.
        TryAgainError: The file changed while it was read.
    """
    check_type(ledger, columns=columns)
    sha256 = file_sha256(ledger)
    path = folder / f"{sha256[:32]}-{_version(ledger, role, columns, home)}.duckdb"
    if path.is_file():
        return path
    file = open_tables(ledger, columns=columns)
    if file.sha256 != sha256:
        raise TryAgainError("FILE-004", f"{ledger.name}: changed while it was read")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = folder / part_name(path.stem)
        part.touch(mode=0o600)
        part.unlink()
    except OSError as error:
        raise NeedsPersonError(
            "FILE-003", f"{folder.name}: cannot write the ledger cache"
        ) from error
    try:
        with within_limits(ledger.name), _new_database(part, folder) as database:
            source, notes = build(database, file)
            _keep(database, source, notes)
        part.chmod(0o600)
        _publish(part, path)
    except duckdb.IOException as error:
        raise NeedsPersonError(
            "FILE-003",
            f"{folder.name}: the ledger cache cannot be written (disk full?)",
        ) from error
    finally:
        for rest in (part, part.with_name(f"{part.name}.wal")):
            rest.unlink(missing_ok=True)
        shutil.rmtree(part.with_name(f"{part.name}.tmp"), ignore_errors=True)
    _LOG.info("ledger cached: %s rows=%d", path.name, source.rows)
    return path


def remove_stale_parts(folder: Path, *, today: dt.date) -> None:
    """Remove unfinished cache files and spilled rows that a crash left days ago."""
    for part in folder.glob("*.part*"):
        changed = dt.datetime.fromtimestamp(part.stat().st_mtime, tz=dt.UTC).date()
        if (today - changed).days < _STALE_DAYS:
            continue
        if part.is_dir():
            shutil.rmtree(part, ignore_errors=True)
        else:
            part.unlink(missing_ok=True)


def kept_summary(
    database: duckdb.DuckDBPyConnection, schema: str, file: str
) -> tuple[SourceFile, list[InputNote]]:
    """Return what was kept about a ledger when its cache was built.

    Args:
        database: With the cache attached.
        schema: Name it is attached under.
        file: The ledger's name today; the same content may have had another.
    """
    found = database.execute(f"SELECT source, notes FROM {schema}.summary").fetchone()  # noqa: S608
    if found is None:
        raise ValueError(f"{schema}: a cache without its summary")
    source = json.loads(found[0])
    notes = [InputNote(**{**note, "file": file}) for note in json.loads(found[1])]
    values = {
        **source,
        "role": Role(source["role"]),
        "file": file,
        "taxes": tuple(source["taxes"]),
        "posted_until": _day(source["posted_until"]),
        "newest_due": _day(source["newest_due"]),
    }
    return SourceFile(**values), notes


def kept_column_uses(
    database: duckdb.DuckDBPyConnection, schema: str, file: str
) -> tuple[ColumnUse, ...]:
    """Return what a ledger's columns were taken for when its cache was built.

    Args:
        database: With the cache attached.
        schema: Name it is attached under.
        file: The ledger's name today.
    """
    rows = database.execute(
        "SELECT sheet, letters, header, used_as, sure, reason "  # noqa: S608
        f"FROM {schema}.column_uses"
    ).fetchall()
    return tuple(ColumnUse(file, *row) for row in rows)


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def _version(ledger: Path, role: Role, columns: ColumnNames, home: Home | None) -> str:
    """Return 12 hex digits over everything but the content that decides the result."""
    names = columns.persons if role is Role.PERSONS else columns.taxes
    by_name = [ledger.suffix.lower(), declared_encoding(ledger, columns)]
    layout = declared_layout(ledger, columns)
    by_name.append(layout.model_dump_json() if layout else "")
    if role is Role.TAXES:
        by_name.append(tax_named_in(ledger.stem))
    elif home:
        by_name += [home.prefecture, home.city, *sorted(home.towns)]
    text = json.dumps(
        [RULE_VERSION, NORMAL_FORMS, role.name, names, by_name, duckdb.__version__],
        sort_keys=True,
        ensure_ascii=False,
    )
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@contextmanager
def _new_database(part: Path, folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    database = connect(folder, part)
    try:
        yield database
        database.execute("CHECKPOINT")
    finally:
        database.close()


def _keep(
    database: duckdb.DuckDBPyConnection, source: SourceFile, notes: Sequence[InputNote]
) -> None:
    database.execute("CREATE TABLE summary (source VARCHAR, notes VARCHAR)")
    database.execute(
        "INSERT INTO summary VALUES (?, ?)",
        [
            json.dumps(asdict(source), ensure_ascii=False, default=dt.date.isoformat),
            json.dumps([asdict(note) for note in notes], ensure_ascii=False),
        ],
    )


def _publish(part: Path, path: Path) -> None:
    """Give a whole cache file its name; another process may have been first."""
    try:
        part.replace(path)
    except PermissionError:  # Windows, when a reader has the file open
        if not path.is_file():
            raise
