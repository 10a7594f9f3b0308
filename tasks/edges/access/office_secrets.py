"""Random keys of one installation that must outlive its server."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import OFFICE_SECRETS

SECRET_BYTES = 32


def office_secret(database: Database, name: str) -> bytes:
    """Return 32 random bytes, always the same for a name.

    Args:
        database: Of the installation.
        name: What the key is for.

    Raises:
        TryAgainError: STORE-002.
    """
    query = sa.select(OFFICE_SECRETS.c.secret).where(OFFICE_SECRETS.c.name == name)
    with database.reading() as connection:
        found = connection.scalar(query)
    if found is not None:
        return bytes(found)
    with database.writing() as connection:
        found = connection.scalar(query)  # another process may have been first
        if found is None:
            found = secrets.token_bytes(SECRET_BYTES)
            connection.execute(
                sa.insert(OFFICE_SECRETS).values(name=name, secret=found)
            )
    return bytes(found)
