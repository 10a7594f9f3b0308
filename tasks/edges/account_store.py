"""Accounts of staff, and who is signed in."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from tasks.domain.accounts import Account, Role, SessionLimits
from tasks.edges.database import Database
from tasks.edges.database_tables import ACCOUNTS, OFFICE_SECRETS, SIGN_IN_SESSIONS

TOKEN_BYTES = 32
_SEEN_EVERY = dt.timedelta(seconds=30)
"""How exactly the last request of a session is known: spares a write per request."""


@dataclass(frozen=True, slots=True)
class Known:
    """An account with what is kept of its password."""

    account: Account
    password_hash: str = field(repr=False)


def token_hash(token: str) -> str:
    """Return what is kept of a token; 256 random bits need no salt."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class AccountStore:
    """Accounts by login, sessions by token."""

    database: Database

    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts by login."""
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(ACCOUNTS).order_by(ACCOUNTS.c.login))
            return tuple(_account(row) for row in rows)

    def by_login(self, login: str) -> Known | None:
        """Return the account of a login, locked ones too; None when there is none."""
        query = sa.select(ACCOUNTS).where(ACCOUNTS.c.login == login)
        with self.database.reading() as connection:
            row = connection.execute(query).first()
        return None if row is None else Known(_account(row), row.password_hash)

    def add(
        self,
        login: str,
        name: str,
        *,
        roles: Iterable[Role],
        jobs: Iterable[str] | None,
        now: dt.datetime,
        password_hash: str = "",
    ) -> Account:
        """Store a new account and return it.

        Args:
            login: In the form of `Account.login`.
            name: As colleagues read it.
            roles: What it is for.
            jobs: Job names; None for all.
            now: With time zone.
            password_hash: Empty until the first password is set.
        """
        account = Account(
            account_id=secrets.token_hex(16),
            login=login,
            name=name,
            roles=frozenset(roles),
            jobs=None if jobs is None else frozenset(jobs),
            has_password=bool(password_hash),
        )
        with self.database.writing() as connection:
            connection.execute(
                sa.insert(ACCOUNTS).values(
                    account_id=account.account_id,
                    login=login,
                    name=name,
                    password_hash=password_hash,
                    roles=json.dumps(sorted(account.roles)),
                    jobs=_jobs_text(account.jobs),
                    locked=0,
                    must_change=0,
                    made_at=now,
                )
            )
        return account

    def start_session(self, account_id: str, now: dt.datetime) -> str:
        """Return the token of a new session; it is kept nowhere else."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self.database.writing() as connection:
            connection.execute(
                sa.insert(SIGN_IN_SESSIONS).values(
                    token_hash=token_hash(token),
                    account_id=account_id,
                    started_at=now,
                    seen_at=now,
                )
            )
        return token

    def session(
        self, token: str, *, now: dt.datetime, limits: SessionLimits
    ) -> Account | None:
        """Return who is signed in with a token; None when nobody is any more."""
        is_token = SIGN_IN_SESSIONS.c.token_hash == token_hash(token)
        query = sa.select(
            ACCOUNTS, SIGN_IN_SESSIONS.c.started_at, SIGN_IN_SESSIONS.c.seen_at
        ).join_from(
            SIGN_IN_SESSIONS,
            ACCOUNTS,
            SIGN_IN_SESSIONS.c.account_id == ACCOUNTS.c.account_id,
        )
        with self.database.reading() as connection:
            row = connection.execute(
                query.where(
                    is_token,
                    ACCOUNTS.c.locked == 0,
                    SIGN_IN_SESSIONS.c.started_at > now - limits.absolute,
                    SIGN_IN_SESSIONS.c.seen_at > now - limits.idle,
                )
            ).first()
        if row is None:
            return None
        if now - row.seen_at > min(_SEEN_EVERY, limits.idle / 4):
            with self.database.writing() as connection:
                connection.execute(
                    sa.update(SIGN_IN_SESSIONS).where(is_token).values(seen_at=now)
                )
        return _account(row)

    def end_session(self, token: str) -> None:
        """End one session."""
        with self.database.writing() as connection:
            connection.execute(
                sa.delete(SIGN_IN_SESSIONS).where(
                    SIGN_IN_SESSIONS.c.token_hash == token_hash(token)
                )
            )

    def secret(self, name: str) -> bytes:
        """Return 32 random bytes of this installation, always the same for a name."""
        is_name = OFFICE_SECRETS.c.name == name
        query = sa.select(OFFICE_SECRETS.c.secret).where(is_name)
        with self.database.reading() as connection:
            found = connection.scalar(query)
        if found is not None:
            return bytes(found)
        with self.database.writing() as connection:
            found = connection.scalar(query)  # another process may have been first
            if found is None:
                found = secrets.token_bytes(TOKEN_BYTES)
                connection.execute(
                    sa.insert(OFFICE_SECRETS).values(name=name, secret=found)
                )
        return bytes(found)


def _jobs_text(jobs: frozenset[str] | None) -> str:
    return json.dumps(None if jobs is None else sorted(jobs), ensure_ascii=False)


def _account(row: sa.Row[Any]) -> Account:
    jobs = json.loads(row.jobs)
    return Account(
        account_id=row.account_id,
        login=row.login,
        name=row.name,
        roles=frozenset(Role(one) for one in json.loads(row.roles)),
        jobs=None if jobs is None else frozenset(jobs),
        locked=bool(row.locked),
        must_change=bool(row.must_change),
        has_password=bool(row.password_hash),
    )
