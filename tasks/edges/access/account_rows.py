"""Accounts as rows of the database, there and back."""

from __future__ import annotations

import hashlib
import json
import secrets

import sqlalchemy as sa

from tasks.domain.review.accounts import Account, AccountChange, Role
from tasks.edges.office_database.database_tables import ACCOUNTS

_TOKEN_BYTES = 32
ACCOUNT_COLUMNS = [one for one in ACCOUNTS.c if one.name != "made_at"]


def new_token() -> str:
    """Return 256 random bits for a cookie or a link."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def token_hash(token: str) -> str:
    """Return what is kept of a token; 256 random bits need no salt."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def change_values(change: AccountChange) -> dict[str, object]:
    """Return the columns that a keeper sets."""
    return {
        "name": change.name,
        "roles": json.dumps(sorted(change.roles)),
        "jobs": jobs_text(change.jobs),
        "locked": int(change.locked),
        "must_change": int(change.must_change),
    }


def jobs_text(jobs: frozenset[str] | None) -> str:
    """Return job names as they are kept."""
    return json.dumps(None if jobs is None else sorted(jobs), ensure_ascii=False)


def account_from(values: sa.RowMapping) -> Account:
    """Return the account of a row with `ACCOUNT_COLUMNS`."""
    jobs = json.loads(values["jobs"])
    return Account(
        account_id=values["account_id"],
        login=values["login"],
        name=values["name"],
        roles=frozenset(Role(one) for one in json.loads(values["roles"])),
        jobs=None if jobs is None else frozenset(jobs),
        locked=bool(values["locked"]),
        must_change=bool(values["must_change"]),
        has_password=bool(values["password_hash"]),
    )
