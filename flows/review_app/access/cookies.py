"""The two cookies: who is signed in, and which browser asked for a sign-in form."""

from __future__ import annotations

import hashlib
import hmac
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

from flows.review_app.office import Office

_SESSION = "yakuba_session"
_VISIT = "yakuba_visit"


def _name(office: Office, name: str) -> str:
    # The prefix makes browsers refuse the cookie from anybody but this host by TLS.
    return f"__Host-{name}" if office.secure else name


def session_token(office: Office, request: HTTPConnection) -> str:
    """Return the token that a browser sent; empty when it sent none."""
    return request.cookies.get(_name(office, _SESSION), "")


def remember(office: Office, response: Response, token: str) -> None:
    """Give the browser its session, in place of any earlier one."""
    _set(office, response, _SESSION, token)
    forget(office, response, _VISIT)


def forget(office: Office, response: Response, name: str = _SESSION) -> None:
    """Take a cookie from the browser."""
    response.delete_cookie(
        _name(office, name),
        path="/",
        secure=office.secure,
        httponly=True,
        samesite="strict",
    )


def visit_token(office: Office, request: HTTPConnection) -> str:
    """Return what tells browsers apart before they sign in; empty when new."""
    return request.cookies.get(_name(office, _VISIT), "")


def begin_visit(office: Office, response: Response, token: str) -> None:
    """Let a browser that is not signed in send forms."""
    _set(office, response, _VISIT, token)


def new_visit() -> str:
    """Return a fresh token for a browser that is not signed in."""
    return secrets.token_urlsafe(32)


def form_token(token: str) -> str:
    """Return what must come back with every form of a session or visit.

    It is bound to the cookie's token and tells nothing about it.
    """
    return hmac.new(token.encode(), b"form", hashlib.sha256).hexdigest()


def _set(office: Office, response: Response, name: str, token: str) -> None:
    response.set_cookie(
        _name(office, name),
        token,
        path="/",
        secure=office.secure,
        httponly=True,
        samesite="strict",
    )
