"""The page behind a one-time link: choose a password, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from flows.review_app.access import cookies
from flows.review_app.access.entering import Entered, start_session
from flows.review_app.access.gate import form_of, office_of, page
from flows.review_app.access.open_pages import open_page
from flows.review_app.access.sign_in import with_session
from flows.review_app.office import Office
from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.accounts import (
    AccountChange,
    Role,
    change_problem,
    login_problem,
    normal_login,
    normal_name,
)
from tasks.domain.review.password_rule import normal_password, password_problem
from tasks.edges.access.account_links import AccountLinks, Link
from tasks.edges.access.passwords import hash_password

_MOVED, _FORBIDDEN, _GONE, _UNPROCESSABLE = 303, 403, 410, 422


def opened(request: Request) -> Response:
    """Show the form; the link is not used up by looking."""
    link = _link(request)
    return _gone(request) if link is None else _page(request, link)


async def used(request: Request) -> Response:
    """Set the password, use the link up, sign in."""
    link = await run_in_threadpool(_link, request)
    if link is None:
        return _gone(request)
    try:
        form = await form_of(request)
    except HTTPException as error:
        if error.status_code != _FORBIDDEN:
            raise
        problem = "画面が古くなっていました。もう一度入れてください。"
        return _page(request, link, problem=problem, status=_FORBIDDEN)
    chosen = Chosen(
        login=normal_login(form.get("login")),
        name=normal_name(form.get("name")),
        password=form.get("password"),
        again=form.get("again"),
    )
    office = office_of(request)
    problem = chosen.problem(link, office)
    if problem:
        fields = {"login": chosen.login, "name": chosen.name, "focus": chosen.focus}
        return _page(
            request, link, problem=problem, status=_UNPROCESSABLE, fields=fields
        )
    try:
        result = await to_thread.run_sync(
            _use, request, chosen, limiter=request.app.state.hashing
        )
    except NeedsPersonError:  # used meanwhile, by a second press of the key perhaps
        return _gone(request)
    return with_session(office, RedirectResponse("/", _MOVED), result)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What somebody chose behind a link."""

    login: str = field(repr=False)
    name: str = field(repr=False)
    password: str = field(repr=False)
    again: str = field(repr=False)

    @property
    def focus(self) -> str:
        """The first field to be put right."""
        return "login" if self._own_problem() else "password"

    def problem(self, link: Link, office: Office) -> str:
        """Return in Japanese what must be put right; empty when nothing must."""
        login = link.account.login if link.account else self.login
        own = "" if link.account else self._own_problem()
        if own:
            return own
        if self.password != self.again:
            return "二つのパスワードが違います。"
        return password_problem(
            self.password, login=login, shortest=office.sign_in.password_characters
        )

    def _own_problem(self) -> str:
        keeper = AccountChange(self.name, frozenset({Role.KEEPER}), None)
        return login_problem(self.login) or change_problem(keeper)


def _use(request: Request, chosen: Chosen) -> Entered:
    office = office_of(request)
    account = AccountLinks(office.database).use(
        request.path_params["token"],
        password_hash=hash_password(normal_password(chosen.password)),
        now=office.clock(),
        login=chosen.login,
        name=chosen.name,
    )
    ending = cookies.sent(office, request, cookies.SESSION)
    return start_session(office, account, ending)


def _link(request: Request) -> Link | None:
    office = office_of(request)
    token = request.path_params["token"]
    return AccountLinks(office.database).find(token, now=office.clock())


def _page(
    request: Request,
    link: Link,
    *,
    problem: str = "",
    status: int = 200,
    fields: Mapping[str, str] | None = None,
) -> Response:
    office = office_of(request)
    return open_page(
        request,
        "access/link.html",
        status=status,
        problem=problem,
        account=link.account,
        shortest=office.sign_in.password_characters,
        fields={"login": "", "name": "", "focus": "login", **(fields or {})},
    )


def _gone(request: Request) -> Response:
    return page(request, None, "access/link_gone.html", status=_GONE)
