"""Accounts of staff; every change is in the audit log."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.accounts import Account, AccountChange, Role, ends_sessions
from tasks.edges.access.account_rows import (
    ACCOUNT_COLUMNS,
    account_from,
    change_values,
    jobs_text,
)
from tasks.edges.office_database.audit_log import AuditEvent, append_entry
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import ACCOUNTS, SIGN_IN_SESSIONS


@dataclass(frozen=True, slots=True)
class Known:
    """An account with what is kept of its password."""

    account: Account
    password_hash: str = field(repr=False)
    """Empty before the first password."""


@dataclass(frozen=True, slots=True)
class By:
    """Who does something to an account, and when."""

    who: str
    """Login, or the account of the PC."""
    at: dt.datetime
    """With time zone."""


@dataclass(frozen=True, slots=True)
class AccountStore:
    """Accounts by login; none is ever deleted."""

    database: Database

    def accounts(self) -> tuple[Account, ...]:
        """Return all accounts by login."""
        query = sa.select(*ACCOUNT_COLUMNS).order_by(ACCOUNTS.c.login)
        with self.database.reading() as connection:
            rows = connection.execute(query).mappings()
            return tuple(account_from(row) for row in rows)

    def account(self, account_id: str) -> Account | None:
        """Return one account; None when there is none."""
        with self.database.reading() as connection:
            return _account(connection, account_id)

    def by_login(self, login: str) -> Known | None:
        """Return the account of a login, locked ones too; None when there is none."""
        query = sa.select(*ACCOUNT_COLUMNS).where(ACCOUNTS.c.login == login)
        with self.database.reading() as connection:
            row = connection.execute(query).mappings().first()
        return None if row is None else Known(account_from(row), row["password_hash"])

    def nobody_yet(self) -> bool:
        """Return whether no account ever got a password."""
        with self.database.reading() as connection:
            return nobody_yet(connection)

    def add(self, login: str, change: AccountChange, by: By) -> Account:
        """Store a new account without password and return it.

        Args:
            login: In the form of `Account.login`.
            change: What it is.
            by: Who makes it.

        Raises:
            NeedsPersonError: ACCESS-002 when the login is taken.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            return add_account(connection, login, change, by)

    def change(self, account_id: str, change: AccountChange, by: By) -> None:
        """Change an account; what it has open ends when its rights change.

        Raises:
            NeedsPersonError: ACCESS-001 when there is no such account, ACCESS-003 when
                no keeper would be left who can sign in.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            before = _account(connection, account_id)
            if before is None:
                raise NeedsPersonError("ACCESS-001", f"account {account_id}")
            connection.execute(
                sa.update(ACCOUNTS)
                .where(ACCOUNTS.c.account_id == account_id)
                .values(change_values(change))
            )
            if _is_keeper(before) and not _keepers(connection):
                raise NeedsPersonError("ACCESS-003", f"account {account_id}")
            if ends_sessions(before, change):
                end_sessions(connection, account_id)
            details = {
                **{f"before_{name}": text for name, text in _state(before).items()},
                **_state(change),
            }
            _append(connection, "account_changed", before, by, details)

    def set_password(
        self, account_id: str, password_hash: str, by: By, *, keep_sessions: bool
    ) -> None:
        """Replace a password; whatever is open ends unless it is only hashed anew.

        Raises:
            NeedsPersonError: ACCESS-001 when there is no such account.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            account = _account(connection, account_id)
            if account is None:
                raise NeedsPersonError("ACCESS-001", f"account {account_id}")
            values: dict[str, object] = {"password_hash": password_hash}
            if not keep_sessions:
                values["must_change"] = 0
                end_sessions(connection, account_id)
                _append(connection, "password_set", account, by, {})
            connection.execute(
                sa.update(ACCOUNTS)
                .where(ACCOUNTS.c.account_id == account_id)
                .values(values)
            )


def add_account(
    connection: sa.Connection, login: str, change: AccountChange, by: By
) -> Account:
    """Store a new account inside a transaction of `Database.writing`."""
    taken = connection.scalar(
        sa.select(ACCOUNTS.c.account_id).where(ACCOUNTS.c.login == login)
    )
    if taken is not None:
        raise NeedsPersonError("ACCESS-002", f"account {taken}")
    account = Account(
        secrets.token_hex(16), login, change.name, change.roles, change.jobs
    )
    connection.execute(
        sa.insert(ACCOUNTS).values(
            account_id=account.account_id,
            login=login,
            password_hash="",
            made_at=by.at,
            **change_values(change),
        )
    )
    _append(connection, "account_made", account, by, _state(change))
    return account


def nobody_yet(connection: sa.Connection) -> bool:
    """Return whether no account ever got a password."""
    query = sa.select(ACCOUNTS.c.login).where(ACCOUNTS.c.password_hash != "")
    return connection.execute(query.limit(1)).first() is None


def end_sessions(connection: sa.Connection, account_id: str) -> int:
    """End everything an account has open; return how many sessions that were."""
    return connection.execute(
        sa.delete(SIGN_IN_SESSIONS).where(SIGN_IN_SESSIONS.c.account_id == account_id)
    ).rowcount


def _account(connection: sa.Connection, account_id: str) -> Account | None:
    query = sa.select(*ACCOUNT_COLUMNS).where(ACCOUNTS.c.account_id == account_id)
    row = connection.execute(query).mappings().first()
    return None if row is None else account_from(row)


def _keepers(connection: sa.Connection) -> bool:
    rows = connection.execute(sa.select(*ACCOUNT_COLUMNS)).mappings()
    return any(_is_keeper(account_from(row)) for row in rows)


def _is_keeper(account: Account) -> bool:
    """Return whether an account can let others in."""
    return Role.KEEPER in account.roles and not account.locked and account.has_password


def _state(one: Account | AccountChange) -> Mapping[str, str]:
    return {
        "roles": " ".join(sorted(one.roles)),
        "jobs": jobs_text(one.jobs),
        "locked": "yes" if one.locked else "no",
    }


def _append(
    connection: sa.Connection,
    action: str,
    account: Account,
    by: By,
    details: Mapping[str, str],
) -> None:
    event = AuditEvent(
        action,
        who=by.who,
        at=by.at,
        subject=account.account_id,
        details={"login": account.login, **details},
    )
    append_entry(connection, event)
