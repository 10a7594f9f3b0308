"""Who may do what on the review page: accounts, roles and named jobs."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
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


def roles_title(roles: frozenset[Role]) -> str:
    """Return roles as staff read them, always in the same order.

    Examples:
        >>> roles_title(frozenset({Role.DESIGNER, Role.CLERK}))
        '担当者・様式の作成者'
    """
    return "・".join(ROLE_TITLES[role] for role in Role if role in roles)


def jobs_title(jobs: frozenset[str] | None, titles: Mapping[str, str]) -> str:
    """Return in Japanese which jobs somebody has.

    Examples:
        >>> jobs_title(frozenset({"tax_delinquency"}), {"tax_delinquency": "滞納確認"})
        '滞納確認'
    """
    if jobs is None:
        return "すべて"
    return "・".join(titles.get(job, job) for job in sorted(jobs)) or "なし"


def state_title(account: Account) -> str:
    """Return in Japanese whether an account can be used."""
    if account.locked:
        return "停止中"
    if not account.has_password:
        return "招待中"
    return "パスワードの変更待ち" if account.must_change else "利用中"


class LinkPurpose(StrEnum):
    """What a one-time link is good for."""

    FIRST = "first"
    """Makes the first account, a keeper's."""
    INVITATION = "invitation"
    """Sets the first password of an account."""
    RESET = "reset"
    """Sets a new password."""


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What a keeper wants an account to be."""

    name: str = field(repr=False)
    roles: frozenset[Role]
    jobs: frozenset[str] | None
    locked: bool = False
    must_change: bool = False


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


MAX_NAME_LENGTH = 40
_LOGIN = re.compile(r"[a-z][a-z0-9._-]{1,31}")


def normal_login(text: str) -> str:
    """Return a login as it is kept: half width, lower case, no spaces around.

    Examples:
        >>> normal_login(" Ｙａｍａｄａ ")
        'yamada'
    """
    return unicodedata.normalize("NFKC", text).strip().lower()


def login_problem(login: str) -> str:
    """Return in Japanese why a login cannot be used; empty when it can.

    Examples:
        >>> login_problem("yamada.a")
        ''
        >>> bool(login_problem("山田"))
        True
    """
    if _LOGIN.fullmatch(login):
        return ""
    return (
        "利用者名は英字で始まる2～32字の英小文字・数字・「.」「-」「_」にしてください。"
    )


def normal_name(text: str) -> str:
    """Return a name with single spaces."""
    return " ".join(text.split())


def change_problem(change: AccountChange) -> str:
    """Return in Japanese why an account cannot be like this; empty when it can.

    Examples:
        >>> nobody = AccountChange("山田 葵", frozenset(), None)
        >>> change_problem(nobody)
        '役割を一つ以上選んでください。'
    """
    if not change.name or len(change.name) > MAX_NAME_LENGTH:
        return f"名前を{MAX_NAME_LENGTH}字までで入れてください。"
    if not change.name.isprintable():
        return "名前に使えない文字があります。"
    if not change.roles:
        return "役割を一つ以上選んでください。"
    if Role.AUDITOR in change.roles and len(change.roles) > 1:
        return "監査は、ほかの役割と一緒に選べません。"
    if Role.KEEPER in change.roles and change.jobs is not None:
        return "保守責任者は、すべての業務を受け持ちます。"
    if Role.CLERK in change.roles and change.jobs is not None and not change.jobs:
        return "担当する業務を選んでください。"
    return ""


def ends_sessions(before: Account, after: AccountChange) -> bool:
    """Return whether a change must end what the account has open."""
    return (
        after.locked
        or after.must_change
        or before.roles != after.roles
        or before.jobs != after.jobs
    )
