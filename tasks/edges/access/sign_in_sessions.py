"""Who is signed in: sessions in the database, so that a restart signs nobody out."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from tasks.domain.review.accounts import Account, SessionLimits
from tasks.edges.access.account_rows import (
    ACCOUNT_COLUMNS,
    account_from,
    new_token,
    token_hash,
)
from tasks.edges.access.account_store import end_sessions
from tasks.edges.office_database.audit_log import AuditEvent, append_entry
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import ACCOUNTS, SIGN_IN_SESSIONS

_SEEN_EVERY = dt.timedelta(seconds=30)
"""How exactly the last request of a session is known: spares a write per request."""


@dataclass(frozen=True, slots=True)
class SignInSessions:
    """Sessions by token; only the SHA-256 of a token is kept."""

    database: Database
    limits: SessionLimits

    def start(self, account: Account, now: dt.datetime, *, ending: str = "") -> str:
        """Return the token of a new session; it is kept nowhere else.

        Args:
            account: Whose.
            now: With time zone.
            ending: Token of a session that this one replaces in the same browser.

        Raises:
            TryAgainError: STORE-002.
        """
        token = new_token()
        with self.database.writing() as connection:
            self._prune(connection, now)
            _end(connection, ending)
            connection.execute(
                sa.insert(SIGN_IN_SESSIONS).values(
                    token_hash=token_hash(token),
                    account_id=account.account_id,
                    started_at=now,
                    seen_at=now,
                )
            )
            _append(connection, "signed_in", account, now)
        return token

    def account(self, token: str, now: dt.datetime) -> Account | None:
        """Return who is signed in with a token; None when nobody is any more."""
        query = (
            sa.select(*ACCOUNT_COLUMNS, SIGN_IN_SESSIONS.c.seen_at)
            .join_from(
                SIGN_IN_SESSIONS,
                ACCOUNTS,
                SIGN_IN_SESSIONS.c.account_id == ACCOUNTS.c.account_id,
            )
            .where(
                SIGN_IN_SESSIONS.c.token_hash == token_hash(token),
                ACCOUNTS.c.locked == 0,
                SIGN_IN_SESSIONS.c.started_at > now - self.limits.absolute,
                SIGN_IN_SESSIONS.c.seen_at > now - self.limits.idle,
            )
        )
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
        if row is None:
            return None
        if now - row["seen_at"] > _SEEN_EVERY:
            self._touch(token, now)
        return account_from(row)

    def end(self, token: str, account: Account | None, now: dt.datetime) -> None:
        """End one session.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            _end(connection, token)
            if account is not None:
                _append(connection, "signed_out", account, now)

    def end_all(self, account: Account, now: dt.datetime, *, who: str) -> int:
        """End every session of an account; return how many there were.

        Raises:
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            ended = end_sessions(connection, account.account_id)
            _append(connection, "signed_out_everywhere", account, now, who=who)
        return ended

    def count(self, account_id: str, now: dt.datetime) -> int:
        """Return how many sessions an account has open."""
        with self.database.reading() as connection:
            found = connection.scalar(
                sa.select(sa.func.count()).where(
                    SIGN_IN_SESSIONS.c.account_id == account_id,
                    SIGN_IN_SESSIONS.c.started_at > now - self.limits.absolute,
                    SIGN_IN_SESSIONS.c.seen_at > now - self.limits.idle,
                )
            )
        return int(found or 0)

    def _touch(self, token: str, now: dt.datetime) -> None:
        with self.database.writing() as connection:
            connection.execute(
                sa.update(SIGN_IN_SESSIONS)
                .where(SIGN_IN_SESSIONS.c.token_hash == token_hash(token))
                .values(seen_at=now)
            )

    def _prune(self, connection: sa.Connection, now: dt.datetime) -> None:
        connection.execute(
            sa.delete(SIGN_IN_SESSIONS).where(
                sa.or_(
                    SIGN_IN_SESSIONS.c.started_at <= now - self.limits.absolute,
                    SIGN_IN_SESSIONS.c.seen_at <= now - self.limits.idle,
                )
            )
        )


def _end(connection: sa.Connection, token: str) -> None:
    connection.execute(
        sa.delete(SIGN_IN_SESSIONS).where(
            SIGN_IN_SESSIONS.c.token_hash == token_hash(token)
        )
    )


def _append(
    connection: sa.Connection,
    action: str,
    account: Account,
    now: dt.datetime,
    *,
    who: str = "",
) -> None:
    append_entry(
        connection,
        AuditEvent(
            action, who=who or account.login, at=now, subject=account.account_id
        ),
    )
