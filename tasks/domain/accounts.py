"""Who may do what on the review page: accounts, roles and named jobs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from enum import StrEnum


class Role(StrEnum):
    """What an account is for."""

    CLERK = "clerk"
    """Answers what is asked about the jobs named in the account."""
    DESIGNER = "designer"
    """Draws and changes form definitions."""
    KEEPER = "keeper"
    """保守責任者: keeps the accounts and may do everything that others may."""
    AUDITOR = "auditor"
    """Sees everything of the jobs named, changes nothing; never with another role."""


ROLE_TITLES: dict[Role, str] = {
    Role.CLERK: "担当者",
    Role.DESIGNER: "様式の作成者",
    Role.KEEPER: "保守責任者",
    Role.AUDITOR: "監査（見るだけ）",
}
"""As staff read them."""


@dataclass(frozen=True, slots=True)
class Account:
    """One member of staff who may sign in; never deleted, only locked."""

    account_id: str
    """32 hexadecimal digits."""
    login: str
    """Lower case letters, digits, `.`, `-`, `_`; stands in the audit log."""
    name: str = field(repr=False)
    """As colleagues read it."""
    roles: frozenset[Role]
    jobs: frozenset[str] | None
    """Job names; None for all jobs, those of later too."""
    locked: bool = False
    must_change: bool = False
    """The password must be changed before anything else."""
    has_password: bool = False
    """False until the link of the invitation was used."""


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a sign-in lasts (configs/review.yaml)."""

    idle: dt.timedelta = dt.timedelta(minutes=60)
    """Without a request."""
    absolute: dt.timedelta = dt.timedelta(hours=12)
    """From the sign-in on, whatever happens."""


def may(roles: frozenset[Role], asked: tuple[Role, ...]) -> bool:
    """Return whether somebody with these roles has one of those asked for.

    A keeper has the rights of every role.

    Examples:
        >>> may(frozenset({Role.CLERK}), (Role.CLERK, Role.AUDITOR))
        True
        >>> may(frozenset({Role.AUDITOR}), (Role.CLERK,))
        False
        >>> may(frozenset({Role.KEEPER}), (Role.DESIGNER,))
        True
    """
    return Role.KEEPER in roles or not roles.isdisjoint(asked)
