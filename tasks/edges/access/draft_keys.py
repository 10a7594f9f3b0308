"""Keys that seal what a clerk has typed but not yet sent, in the browser."""

from __future__ import annotations

import datetime as dt
import secrets
from dataclasses import dataclass

import sqlalchemy as sa

from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import DRAFT_KEYS

KEY_BYTES = 32
"""AES-256."""


@dataclass(frozen=True, slots=True)
class DraftKeys:
    """One key per account: after a new sign-in its drafts can be opened again."""

    database: Database

    def key_of(self, account: str, now: dt.datetime) -> bytes:
        """Return the key of an account, made when it has none.

        Args:
            account: Identifier of the account.
            now: With time zone.

        Raises:
            TryAgainError: STORE-002.
        """
        query = sa.select(DRAFT_KEYS.c.key).where(DRAFT_KEYS.c.account == account)
        with self.database.reading() as connection:
            known = connection.scalar(query)
        if known is not None:
            return bytes(known)
        with self.database.writing() as connection:
            known = connection.scalar(query)
            if known is not None:
                return bytes(known)
            made = secrets.token_bytes(KEY_BYTES)
            connection.execute(
                sa.insert(DRAFT_KEYS).values(account=account, key=made, at=now)
            )
            return made
