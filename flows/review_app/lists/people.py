"""What colleagues call somebody who stands in an answer, a lease or the log."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.domain.review.accounts import Account
from tasks.edges.access.account_store import AccountStore
from tasks.edges.office_database.database import Database


@dataclass(frozen=True, slots=True)
class People:
    """Every account, as the lists need it."""

    accounts: tuple[Account, ...]
    _names: dict[str, str] = field(repr=False)

    def name(self, who: str) -> str:
        """Return the name of a login or an account; what is no account stays itself."""
        return self._names.get(who, who)

    def account_id(self, login: str) -> str:
        """Return the account of a login; what is none stays itself."""
        found = (one.account_id for one in self.accounts if one.login == login)
        return next(found, login)


def people_of(database: Database) -> People:
    """Return who there is.

    Raises:
        TryAgainError: STORE-002.
    """
    accounts = AccountStore(database).accounts()
    names = {one.login: one.name for one in accounts}
    names |= {one.account_id: one.name for one in accounts}
    return People(accounts, names)
