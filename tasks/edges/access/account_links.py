"""One-time links: the first account, invitations, new passwords."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa

from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.accounts import Account, AccountChange, LinkPurpose, Role
from tasks.edges.access.account_rows import (
    ACCOUNT_COLUMNS,
    account_from,
    new_token,
    token_hash,
)
from tasks.edges.access.account_store import By, add_account, end_sessions, nobody_yet
from tasks.edges.office_database.audit_log import AuditEvent, append_entry
from tasks.edges.office_database.database import Database
from tasks.edges.office_database.database_tables import ACCOUNT_LINKS, ACCOUNTS


@dataclass(frozen=True, slots=True)
class Link:
    """A link that can still be used."""

    purpose: LinkPurpose
    account: Account | None
    """Whose password it sets; None for the first account, which does not exist yet."""


@dataclass(frozen=True, slots=True)
class AccountLinks:
    """Links by token; only the SHA-256 of a token is kept."""

    database: Database

    def make_first(self, *, at: dt.datetime, lasts: dt.timedelta) -> str | None:
        """Return the token that makes the first account; None when there is one.

        A token made before no longer counts.
        """
        with self.database.writing() as connection:
            if not nobody_yet(connection):
                return None
            return _make(connection, LinkPurpose.FIRST, "", By("start", at), lasts)

    def make(
        self, account_id: str, *, by: By, lasts: dt.timedelta, forget_password: bool
    ) -> str:
        """Return the token with which the owner of an account sets a password.

        A token made for the account before no longer counts.

        Args:
            account_id: Whose.
            by: Who asks for it.
            lasts: How long it can be used.
            forget_password: The present password and whatever is open end at once.

        Raises:
            NeedsPersonError: ACCESS-001 when there is no such account.
            TryAgainError: STORE-002.
        """
        is_account = ACCOUNTS.c.account_id == account_id
        with self.database.writing() as connection:
            kept = connection.scalar(
                sa.select(ACCOUNTS.c.password_hash).where(is_account)
            )
            if kept is None:
                raise NeedsPersonError("ACCESS-001", f"account {account_id}")
            if forget_password:
                connection.execute(
                    sa.update(ACCOUNTS).where(is_account).values(password_hash="")
                )
                end_sessions(connection, account_id)
            purpose = LinkPurpose.RESET if kept else LinkPurpose.INVITATION
            return _make(connection, purpose, account_id, by, lasts)

    def find(self, token: str, *, now: dt.datetime) -> Link | None:
        """Return what a token is good for; None when it is used, too old or unknown."""
        with self.database.reading() as connection:
            return _find(connection, token, now)

    def use(
        self,
        token: str,
        *,
        password_hash: str,
        now: dt.datetime,
        login: str = "",
        name: str = "",
    ) -> Account:
        """Set the password and use the link up; return whose it was.

        Args:
            token: Of the link.
            password_hash: Of the password chosen.
            now: With time zone.
            login: Chosen for the first account; else not looked at.
            name: As login.

        Raises:
            NeedsPersonError: ACCESS-004 when the link is used, too old or unknown.
            TryAgainError: STORE-002.
        """
        with self.database.writing() as connection:
            link = _find(connection, token, now)
            if link is None:
                raise NeedsPersonError("ACCESS-004", "link used, too old or unknown")
            account = link.account
            if account is None:
                keeper = AccountChange(name, frozenset({Role.KEEPER}), None)
                account = add_account(connection, login, keeper, By(login, now))
            _forget(connection, link.purpose, account.account_id)
            end_sessions(connection, account.account_id)
            connection.execute(
                sa.update(ACCOUNTS)
                .where(ACCOUNTS.c.account_id == account.account_id)
                .values(password_hash=password_hash, must_change=0)
            )
            append_entry(
                connection,
                AuditEvent(
                    "password_set",
                    who=account.login,
                    at=now,
                    subject=account.account_id,
                    details={"login": account.login, "link": link.purpose.value},
                ),
            )
            return account


def _make(
    connection: sa.Connection,
    purpose: LinkPurpose,
    account_id: str,
    by: By,
    lasts: dt.timedelta,
) -> str:
    _forget(connection, purpose, account_id)
    token = new_token()
    connection.execute(
        sa.insert(ACCOUNT_LINKS).values(
            token_hash=token_hash(token),
            purpose=purpose.value,
            account_id=account_id,
            made_at=by.at,
            expires_at=by.at + lasts,
        )
    )
    append_entry(
        connection,
        AuditEvent(
            "link_made",
            who=by.who,
            at=by.at,
            subject=account_id,
            details={"link": purpose.value},
        ),
    )
    return token


def _find(connection: sa.Connection, token: str, now: dt.datetime) -> Link | None:
    row = connection.execute(
        sa.select(ACCOUNT_LINKS.c.purpose, ACCOUNT_LINKS.c.account_id).where(
            ACCOUNT_LINKS.c.token_hash == token_hash(token),
            ACCOUNT_LINKS.c.expires_at > now,
        )
    ).first()
    if row is None:
        return None
    if row.purpose == LinkPurpose.FIRST:
        alone = nobody_yet(connection)
        return Link(LinkPurpose.FIRST, None) if alone else None
    query = sa.select(*ACCOUNT_COLUMNS).where(
        ACCOUNTS.c.account_id == row.account_id, ACCOUNTS.c.locked == 0
    )
    owner = connection.execute(query).mappings().first()
    return (
        None if owner is None else Link(LinkPurpose(row.purpose), account_from(owner))
    )


def _forget(connection: sa.Connection, purpose: LinkPurpose, account_id: str) -> None:
    """Take away the links of an account, or those for the first one."""
    mine = ACCOUNT_LINKS.c.account_id == account_id
    if purpose is LinkPurpose.FIRST:
        mine = ACCOUNT_LINKS.c.purpose == LinkPurpose.FIRST.value
    connection.execute(sa.delete(ACCOUNT_LINKS).where(mine))
