"""The pages for signing in and out."""

from __future__ import annotations

import datetime as dt
import math
from urllib.parse import urlsplit

from anyio import to_thread
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from flows.review_app.access import cookies
from flows.review_app.access.entering import Attempt, Entered, enter
from flows.review_app.access.gate import (
    form_of,
    is_signed_in,
    office_of,
    visitor_of,
)
from flows.review_app.access.open_pages import open_page
from flows.review_app.office import Office
from tasks.domain.review.accounts import login_problem, normal_login
from tasks.edges.access.account_store import AccountStore
from tasks.edges.access.sign_in_sessions import SignInSessions

_MOVED, _FORBIDDEN, _UNPROCESSABLE, _TOO_MANY = 303, 403, 422, 429
_LONGEST_PATH = 500
_MINUTE = 60


def ask(request: Request) -> Response:
    """Show the sign-in form."""
    to = own_path(request.query_params.get("to", ""))
    if is_signed_in(request):
        return RedirectResponse(to, _MOVED)
    return _page(request, to=to)


async def entered(request: Request) -> Response:
    """Take login and password; start a session."""
    try:
        form = await form_of(request)
    except HTTPException as error:
        if error.status_code != _FORBIDDEN:
            raise
        problem = "画面が古くなっていました。もう一度入れてください。"
        return _page(request, to="/", problem=problem, status=_FORBIDDEN)
    office = office_of(request)
    attempt = Attempt(
        login=form.get("login"),
        password=form.get("password"),
        address=request.client.host if request.client else "",
        device=cookies.sent(office, request, cookies.DEVICE),
        session=cookies.sent(office, request, cookies.SESSION),
    )
    # A limiter of its own: hashing takes memory, and guessers must not keep others
    # from their pages.
    result = await to_thread.run_sync(
        enter, office, attempt, limiter=request.app.state.hashing
    )
    to = own_path(form.get("to"))
    if not result.session:
        return _refused(request, result, to, normal_login(form.get("login")))
    return with_session(office, RedirectResponse(to, _MOVED), result)


def with_session(office: Office, answer: Response, result: Entered) -> Response:
    """Return an answer that gives the browser its new session."""
    cookies.give(office, answer, cookies.SESSION, result.session)
    cookies.give(office, answer, cookies.DEVICE, result.device)
    cookies.take(office, answer, cookies.VISIT)
    return answer


def own_path(text: str) -> str:
    r"""Return a path of this page alone; the front page in place of anything else.

    Examples:
        >>> own_path("/items/0a?group=field-date")
        '/items/0a?group=field-date'
        >>> {own_path(one) for one in ("//evil.example", "https://evil.example", "/\\e")}
        {'/'}
    """
    try:
        parts = urlsplit(text)
    except ValueError:
        return "/"
    own = (
        text.isascii()
        and text.isprintable()
        and len(text) <= _LONGEST_PATH
        and not (parts.scheme or parts.netloc)
        and text.startswith("/")
        and not text.startswith("//")
        and "\\" not in text
    )
    return text if own else "/"


def _refused(request: Request, result: Entered, to: str, login: str) -> Response:
    # Only what can be a login comes back: people type passwords into the wrong field.
    login = "" if login_problem(login) else login
    if not result.wait:
        problem = "利用者名かパスワードが違います。"
        return _page(
            request, to=to, login=login, problem=problem, status=_UNPROCESSABLE
        )
    problem = wait_sentence(result.wait)
    answer = _page(request, to=to, login=login, problem=problem, status=_TOO_MANY)
    answer.headers["Retry-After"] = str(math.ceil(result.wait.total_seconds()))
    return answer


def wait_sentence(wait: dt.timedelta) -> str:
    """Return in Japanese how long to wait; empty when nothing is to be waited."""
    seconds = math.ceil(wait.total_seconds())
    if not seconds:
        return ""
    shown = f"{seconds}秒" if seconds < _MINUTE else f"{math.ceil(seconds / _MINUTE)}分"
    return (
        f"続けて間違えたため、あと{shown}待ってから入れてください。"
        "お急ぎのときは保守責任者に新しいリンクを頼んでください。"
    )


def _page(
    request: Request,
    *,
    to: str,
    login: str = "",
    problem: str = "",
    status: int = 200,
) -> Response:
    store = AccountStore(office_of(request).database)
    return open_page(
        request,
        "access/sign_in.html",
        status=status,
        problem=problem,
        to=to,
        login=login,
        first=store.nobody_yet(),
    )


async def left(request: Request) -> Response:
    """End this session."""
    return await _leave(request, everywhere=False)


async def left_everywhere(request: Request) -> Response:
    """End every session of this account."""
    return await _leave(request, everywhere=True)


async def _leave(request: Request, *, everywhere: bool) -> Response:
    visitor = visitor_of(request)
    await form_of(request)
    office = office_of(request)
    await run_in_threadpool(
        _end, office, visitor.account_id, _token(office, request), everywhere
    )
    answer = RedirectResponse("/sign-in", _MOVED)
    cookies.take(office, answer, cookies.SESSION)
    # What the browser kept of the pages goes too; not its storage, which holds sealed
    # drafts and answers that have not arrived yet.
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _token(office: Office, request: Request) -> str:
    return cookies.sent(office, request, cookies.SESSION)


def _end(office: Office, account_id: str, token: str, everywhere: bool) -> None:  # noqa: FBT001
    sessions = SignInSessions(office.database, office.limits)
    account = AccountStore(office.database).account(account_id)
    if everywhere and account is not None:
        sessions.end_all(account, office.clock(), who=account.login)
    else:
        sessions.end(token, account, office.clock())
