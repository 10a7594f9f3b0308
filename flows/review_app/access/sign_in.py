"""Signing in and out."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from flows.review_app.access.cookies import (
    begin_visit,
    forget,
    form_token,
    new_visit,
    remember,
    session_token,
)
from flows.review_app.access.gate import form_of, office_of, page, visitor_of
from tasks.edges.account_store import AccountStore
from tasks.edges.passwords import fits

_MOVED = 303
_UNPROCESSABLE = 422


def ask(request: Request) -> Response:
    """Show the sign-in form."""
    return sign_in_page(request, problem="", status=200)


def sign_in_page(request: Request, *, problem: str, status: int) -> Response:
    """Return the sign-in form with a fresh token."""
    visit = new_visit()
    answer = page(
        request,
        None,
        "access/sign_in.html",
        status=status,
        csrf=form_token(visit),
        problem=problem,
    )
    begin_visit(office_of(request), answer, visit)
    return answer


async def enter(request: Request) -> Response:
    """Take login and password; start a session."""
    form = await form_of(request)
    office = office_of(request)
    token = await run_in_threadpool(
        _enter, request, form.get("login"), form.get("password")
    )
    if token is None:
        problem = "利用者名かパスワードが違います。"
        return sign_in_page(request, problem=problem, status=_UNPROCESSABLE)
    answer = RedirectResponse("/", _MOVED)
    remember(office, answer, token)
    return answer


def _enter(request: Request, login: str, password: str) -> str | None:
    office = office_of(request)
    store = AccountStore(office.database)
    found = store.by_login(login.strip().lower())
    if not fits(password, found.password_hash if found else "") or found is None:
        return None
    return store.start_session(found.account.account_id, office.clock())


async def leave(request: Request) -> Response:
    """End this session."""
    visitor_of(request)
    await form_of(request)
    office = office_of(request)
    await run_in_threadpool(
        AccountStore(office.database).end_session, session_token(office, request)
    )
    answer = RedirectResponse("/sign-in", _MOVED)
    forget(office, answer)
    return answer
