"""The three cookies: who is signed in, which browser asked for a form, which one is known."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets

from starlette.requests import HTTPConnection
from starlette.responses import Response

from flows.review_app.office import Office

SESSION = "yakuba_session"
VISIT = "yakuba_visit"
"""Lets a browser that is not signed in send forms."""
DEVICE = "yakuba_device"
"""Tells that an account signed in here before; see `tasks.domain.review.sign_in_delays`."""
_DEVICE_LASTS = dt.timedelta(days=180)


def cookie_name(office: Office, name: str) -> str:
    """Return a cookie's full name.

    By TLS it has the prefix that makes browsers take it from this host alone, for all
    its paths, and send it by TLS alone (RFC 6265bis, section 4.1.3.2).
    """
    return f"__Host-{name}" if office.secure else name


def sent(office: Office, request: HTTPConnection, name: str) -> str:
    """Return a cookie that a browser sent; empty when it sent none."""
    return request.cookies.get(cookie_name(office, name), "")


def give(office: Office, response: Response, name: str, value: str) -> None:
    """Give a browser a cookie, in place of any earlier one."""
    response.set_cookie(
        cookie_name(office, name),
        value,
        max_age=int(_DEVICE_LASTS.total_seconds()) if name == DEVICE else None,
        path="/",
        secure=office.secure,
        httponly=True,
        samesite="strict",
    )


def take(office: Office, response: Response, name: str) -> None:
    """Take a cookie from a browser."""
    response.delete_cookie(
        cookie_name(office, name),
        path="/",
        secure=office.secure,
        httponly=True,
        samesite="strict",
    )


def new_visit() -> str:
    """Return a fresh token for a browser that is not signed in."""
    return secrets.token_urlsafe(32)


def form_token(token: str) -> str:
    """Return what must come back with every form of a session or visit.

    It is bound to the cookie's token and tells nothing about it.
    """
    return hmac.new(token.encode(errors="replace"), b"form", hashlib.sha256).hexdigest()
