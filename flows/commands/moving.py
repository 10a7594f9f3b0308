"""`yakuba move`: from the file of one PC to the database of several."""

from __future__ import annotations

from pathlib import Path

from tasks.domain.errors import NeedsPersonError
from tasks.edges.config_files import load_settings
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.office_database.database_copy import copy_database


def move_database(file: Path, *, home: Path) -> int:
    """Copy a file's database to the configured one; return how many rows there were.

    Args:
        file: The SQLite file used until now.
        home: Folder that holds configs/.

    Raises:
        NeedsPersonError: FILE-001 when the file is not there, STORE-001 when
            `database_url` is empty, STORE-003 and STORE-004 of `copy_database`.
        TryAgainError: STORE-002.
    """
    if not file.is_file():
        raise NeedsPersonError("FILE-001", file.name)
    url = load_settings(home / "configs").municipality.database_url
    if not url:
        raise NeedsPersonError("STORE-001", "database_url is empty: write where to")
    source, target = open_database(sqlite_url(file.resolve())), open_database(url)
    try:
        return copy_database(source, target)
    finally:
        source.close()
        target.close()
