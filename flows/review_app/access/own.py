"""What everybody may do about the own account: change the password."""

from __future__ import annotations

from anyio import to_thread
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from flows.review_app.access import cookies
from flows.review_app.access.entering import Attempt, Entered, enter
from flows.review_app.access.gate import (
    Visitor,
    form_of,
    office_of,
    page,
    visitor_of,
)
from flows.review_app.access.sign_in import wait_sentence, with_session
from flows.review_app.office import Office
from tasks.domain.review.accounts import jobs_title, roles_title
from tasks.domain.review.password_rule import normal_password, password_problem
from tasks.edges.access.account_store import AccountStore, By
from tasks.edges.access.passwords import hash_password
from tasks.edges.access.sign_in_sessions import SignInSessions

_MOVED, _UNPROCESSABLE = 303, 422


def shown(request: Request) -> Response:
    """Show the own account and the form for a new password."""
    return _page(request, visitor_of(request))


async def changed(request: Request) -> Response:
    """Change the password; every other session ends, this one is renewed."""
    visitor = visitor_of(request)
    form = await form_of(request)
    office = office_of(request)
    new, again = form.get("new"), form.get("again")
    problem = "二つの新しいパスワードが違います。" if new != again else ""
    problem = problem or password_problem(
        new, login=visitor.login, shortest=office.sign_in.password_characters
    )
    if not problem and normal_password(new) == normal_password(form.get("password")):
        problem = "今と同じパスワードです。"
    if problem:
        return _page(request, visitor, problem=problem, status=_UNPROCESSABLE)
    attempt = Attempt(
        login=visitor.login,
        password=form.get("password"),
        address=request.client.host if request.client else "",
        device=cookies.sent(office, request, cookies.DEVICE),
        session=cookies.sent(office, request, cookies.SESSION),
    )
    result = await to_thread.run_sync(
        _change, office, attempt, new, limiter=request.app.state.hashing
    )
    if not result.session:
        wait = wait_sentence(result.wait)
        problem = wait or "今のパスワードが違います。"
        return _page(request, visitor, problem=problem, status=_UNPROCESSABLE)
    return with_session(office, RedirectResponse("/", _MOVED), result)


def _change(office: Office, attempt: Attempt, new: str) -> Entered:
    """Enter once more, with the same delays for guessers, then change the password."""
    result = enter(office, attempt)
    if not result.session:
        return result
    store = AccountStore(office.database)
    known = store.by_login(attempt.login)
    if known is None:
        return Entered()
    store.set_password(
        known.account.account_id,
        hash_password(normal_password(new)),
        By(attempt.login, office.clock()),
        keep_sessions=False,
    )
    sessions = SignInSessions(office.database, office.limits)
    return Entered(
        session=sessions.start(known.account, office.clock()), device=result.device
    )


def _page(
    request: Request, visitor: Visitor, *, problem: str = "", status: int = 200
) -> Response:
    office = office_of(request)
    store = AccountStore(office.database)
    account = store.account(visitor.account_id)
    return page(
        request,
        visitor,
        "access/own.html",
        status=status,
        problem=problem,
        shortest=office.sign_in.password_characters,
        must_change=bool(account and account.must_change),
        roles=roles_title(visitor.roles),
        jobs=jobs_title(visitor.jobs, office.jobs),
        sessions=SignInSessions(office.database, office.limits).count(
            visitor.account_id, office.clock()
        ),
    )
