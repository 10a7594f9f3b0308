"""Finds out who asks before any page is asked; whatever is not open to all is closed."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.requests import HTTPConnection
from starlette.responses import (
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.types import ASGIApp, Receive, Scope, Send

from flows.review_app.access import cookies
from flows.review_app.access.gate import VISITOR, Visitor
from flows.review_app.office import Office
from tasks.domain.review.accounts import Account, Role
from tasks.edges.access.sign_in_sessions import SignInSessions

SIGN_IN = "/sign-in"
OPEN_TO_ALL = (SIGN_IN, "/link/", "/static/")
"""Beginnings of paths that need no sign-in."""
OWN = ("/sign-out", "/sign-out-everywhere", "/password")
"""What everybody signed in may do, auditors and those who must change a password too."""
LOOKING_UP = ("/lists/find", "/lists/audit")
"""What auditors send to be answered, not to change anything."""
_MOVED = 303
_READS = ("GET", "HEAD")


class Arrival:
    """Lays the visitor into the scope and turns away who may not go on."""

    def __init__(
        self, app: ASGIApp, office: Office, front: Callable[[frozenset[Role]], str]
    ) -> None:
        self._app = app
        self._front = front
        self._office = office
        self._sessions = SignInSessions(office.database, office.limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http" or scope["path"].startswith("/static/"):
            await self._app(scope, receive, send)
            return
        token = cookies.sent(self._office, HTTPConnection(scope), cookies.SESSION)
        account = await run_in_threadpool(self._account, token) if token else None
        if account is not None:
            scope[VISITOR] = _visitor(account, token)
        turned_away = self._turned_away(scope, account)
        await (turned_away or self._app)(scope, receive, send)

    def _account(self, token: str) -> Account | None:
        return self._sessions.account(token, self._office.clock())

    def _turned_away(self, scope: Scope, account: Account | None) -> ASGIApp | None:
        path = scope["path"]
        if path.startswith(OPEN_TO_ALL):
            return None
        if account is None:
            return to_sign_in(scope)
        if path in OWN:
            return None
        if account.must_change:
            return RedirectResponse("/password", _MOVED)
        if path == "/" and self._front(account.roles) != "/":
            return RedirectResponse(self._front(account.roles), _MOVED)
        reads = scope["method"] in _READS or path in LOOKING_UP
        if account.roles == {Role.AUDITOR} and not reads:
            return PlainTextResponse("監査の役割では変更できません。", 403)
        return None


def to_sign_in(scope: Scope) -> Response:
    """Return the answer to somebody who is not signed in."""
    if "text/html" not in Headers(scope=scope).get("accept", ""):
        return JSONResponse({"problem": "サインインしてください。"}, 401)
    path = scope["path"]
    if scope["method"] not in _READS or path == "/":
        return RedirectResponse(SIGN_IN, _MOVED)
    query = scope["query_string"].decode("ascii", errors="replace")
    to = urlencode({"to": f"{path}?{query}" if query else path})
    return RedirectResponse(f"{SIGN_IN}?{to}", _MOVED)


def _visitor(account: Account, token: str) -> Visitor:
    return Visitor(
        account_id=account.account_id,
        login=account.login,
        name=account.name,
        roles=account.roles,
        jobs=account.jobs,
        csrf=cookies.form_token(token),
    )
