"""The keeper's pages: who may sign in, with which roles and jobs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from flows.review_app.access.gate import (
    Form,
    Visitor,
    demand,
    form_of,
    office_of,
    page,
)
from flows.review_app.office import Office
from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.accounts import (
    ROLE_TITLES,
    Account,
    AccountChange,
    Role,
    change_problem,
    jobs_title,
    login_problem,
    normal_login,
    normal_name,
    roles_title,
    state_title,
)
from tasks.edges.access.account_links import AccountLinks
from tasks.edges.access.account_store import AccountStore, By
from tasks.edges.access.sign_in_sessions import SignInSessions

_MOVED, _UNPROCESSABLE = 303, 422
_ALL = "*"
"""Sent for a job: every job, those of later too."""


@dataclass(frozen=True, slots=True)
class Row:
    """One account as listed."""

    account: Account
    roles: str
    jobs: str
    state: str

    @property
    def mark(self) -> str:
        """How the state is drawn."""
        if self.account.locked:
            return "off"
        waits = self.account.must_change or not self.account.has_password
        return "waits" if waits else "on"


def listed(request: Request) -> Response:
    """List the accounts; the keeper gets a form to invite somebody."""
    return _list(request, demand(request, Role.KEEPER, Role.AUDITOR))


async def invited(request: Request) -> Response:
    """Make an account and show its link, once."""
    visitor = demand(request, Role.KEEPER)
    form = await form_of(request)
    return await run_in_threadpool(_invite, request, visitor, form)


def shown(request: Request) -> Response:
    """Show one account."""
    visitor = demand(request, Role.KEEPER, Role.AUDITOR)
    return _one(request, visitor, _account(request))


async def changed(request: Request) -> Response:
    """Change name, roles, jobs and lock of an account."""
    visitor = demand(request, Role.KEEPER)
    form = await form_of(request)
    return await run_in_threadpool(_change, request, visitor, form)


async def linked(request: Request) -> Response:
    """Show a link for a new password, once; the present password ends."""
    visitor = demand(request, Role.KEEPER)
    await form_of(request)
    return await run_in_threadpool(_link, request, visitor)


async def ended(request: Request) -> Response:
    """End every session of an account."""
    visitor = demand(request, Role.KEEPER)
    await form_of(request)
    return await run_in_threadpool(_end, request, visitor)


def _invite(request: Request, visitor: Visitor, form: Form) -> Response:
    office = office_of(request)
    login, change = normal_login(form.get("login")), _change_from(form)
    problem = login_problem(login) or change_problem(change)
    by = By(visitor.login, office.clock())
    account = None
    if not problem:
        try:
            account = AccountStore(office.database).add(login, change, by)
        except NeedsPersonError as error:
            problem = error.sentence
    if account is None:
        return _list(request, visitor, problem=problem, login=login, change=change)
    return _one(request, visitor, account, link=_new_link(request, account, by))


def _change(request: Request, visitor: Visitor, form: Form) -> Response:
    office = office_of(request)
    account, change = _account(request), _change_from(form)
    problem = change_problem(change)
    if not problem:
        try:
            AccountStore(office.database).change(
                account.account_id, change, By(visitor.login, office.clock())
            )
        except NeedsPersonError as error:
            problem = error.sentence
    if problem:
        return _one(request, visitor, account, change=change, problem=problem)
    return RedirectResponse("/staff", _MOVED)


def _link(request: Request, visitor: Visitor) -> Response:
    account = _account(request)
    if account.account_id == visitor.account_id:
        problem = "自分のパスワードは「アカウント」の画面で変えてください。"
        return _one(request, visitor, account, problem=problem)
    by = By(visitor.login, office_of(request).clock())
    return _one(request, visitor, account, link=_new_link(request, account, by))


def _end(request: Request, visitor: Visitor) -> Response:
    office = office_of(request)
    account = _account(request)
    sessions = SignInSessions(office.database, office.limits)
    sessions.end_all(account, office.clock(), who=visitor.login)
    return RedirectResponse(f"/staff/{account.account_id}", _MOVED)


def _new_link(request: Request, account: Account, by: By) -> str:
    office = office_of(request)
    token = AccountLinks(office.database).make(
        account.account_id,
        by=by,
        lasts=dt.timedelta(hours=office.sign_in.invitation_hours),
        forget_password=True,
    )
    # The host was checked by access.guard.
    return f"{office.address or str(request.base_url).rstrip('/')}/link/{token}"


def _account(request: Request) -> Account:
    store = AccountStore(office_of(request).database)
    account = store.account(request.path_params["account_id"])
    if account is None:
        raise HTTPException(404)
    return account


def _change_from(form: Form) -> AccountChange:
    chosen = form.all("role")
    roles = frozenset(role for role in Role if role in chosen)
    jobs = form.all("job")
    everything = _ALL in jobs or Role.KEEPER in roles
    return AccountChange(
        name=normal_name(form.get("name")),
        roles=roles,
        jobs=None if everything else frozenset(jobs),
        locked=form.get("locked") == "1",
        must_change=form.get("must_change") == "1",
    )


def _list(
    request: Request,
    visitor: Visitor,
    *,
    problem: str = "",
    login: str = "",
    change: AccountChange | None = None,
) -> Response:
    office = office_of(request)
    accounts = AccountStore(office.database).accounts()
    return page(
        request,
        visitor,
        "access/staff.html",
        status=_UNPROCESSABLE if problem else 200,
        rows=[_row(office, one) for one in accounts],
        keeper=visitor.may(Role.KEEPER),
        problem=problem,
        login=login,
        form=change or AccountChange("", frozenset({Role.CLERK}), frozenset()),
        **_choices(office),
    )


def _one(
    request: Request,
    visitor: Visitor,
    account: Account,
    *,
    change: AccountChange | None = None,
    problem: str = "",
    link: str = "",
) -> Response:
    office = office_of(request)
    sessions = SignInSessions(office.database, office.limits)
    return page(
        request,
        visitor,
        "access/account.html",
        status=_UNPROCESSABLE if problem else 200,
        row=_row(office, account),
        sessions=sessions.count(account.account_id, office.clock()),
        own=account.account_id == visitor.account_id,
        keeper=visitor.may(Role.KEEPER),
        form=change or account,
        problem=problem,
        link=link,
        hours=office.sign_in.invitation_hours,
        **_choices(office),
    )


def _choices(office: Office) -> Mapping[str, object]:
    return {"role_titles": ROLE_TITLES, "job_titles": office.jobs, "all_jobs": _ALL}


def _row(office: Office, account: Account) -> Row:
    return Row(
        account,
        roles=roles_title(account.roles),
        jobs=jobs_title(account.jobs, office.jobs),
        state=state_title(account),
    )
