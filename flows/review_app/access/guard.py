"""What every request and every answer must keep to, whatever the page."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

logger = logging.getLogger(__name__)

MAX_BODY_BYTES = 65_536
"""A clerk's answers are short; where files come in, `app.LONG_BODIES` says how long."""

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; img-src 'self' blob:; style-src 'self'; script-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    # Not no-referrer: that would turn the Origin of our own forms into null.
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Sent with every answer; our own scripts and styles, which tell nothing about
anybody, may be kept by a browser that asks each time whether they are still good.
"""

_OWN_SITES = ("same-origin", "none")
"""What browsers say of a request that no other site caused."""
BY_TLS = {"Strict-Transport-Security": "max-age=31536000"}


class Guard:
    """Refuses foreign hosts and origins and long bodies; adds the headers."""

    def __init__(
        self,
        app: ASGIApp,
        hosts: tuple[str, ...],
        broken: Callable[[], ASGIApp],
        *,
        secure: bool,
        long_bodies: Mapping[str, int],
    ) -> None:
        self._app = app
        self._long_bodies = long_bodies
        self._headers = {**HEADERS, **(BY_TLS if secure else {})}
        self._secure = secure
        self._hosts = hosts
        self._broken = broken

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        is_static = scope["path"].startswith("/static/")

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers[name] = value
                if is_static:
                    headers["Cache-Control"] = "no-cache"
            await send(message)

        refusal = self._refusal(scope, Headers(scope=scope))
        app = self._app if refusal is None else refusal
        try:
            await app(scope, receive, send_with_headers)
        except Exception as error:  # noqa: BLE001 - the last door, see below
            # The kind only: a message or a traceback could quote what somebody typed.
            logger.error("review page: %s", type(error).__name__)
            await self._broken()(scope, receive, send_with_headers)

    def _refusal(self, scope: Scope, headers: Headers) -> PlainTextResponse | None:
        # A foreign name that resolves to this PC (DNS rebinding) is refused here.
        if _host_name(headers.get("host", "")) not in self._hosts:
            return PlainTextResponse("この名前では開けません。", 421)
        if self._secure and scope["scheme"] != "https":
            # A proxy that does not say how it was reached is not trusted with it.
            return PlainTextResponse("https で開いてください。", 403)
        if scope["method"] in ("GET", "HEAD"):
            return None
        origin = headers.get("origin")
        foreign = origin is not None and (
            origin.partition("://")[2] != headers.get("host")
        )
        if foreign or headers.get("sec-fetch-site", "none") not in _OWN_SITES:
            return PlainTextResponse("別の画面からの操作は受け付けません。", 403)
        length = headers.get("content-length", "")
        # With both kinds of length two servers may see two requests (RFC 9112, 6.3).
        if "transfer-encoding" in headers or not _is_number(length):
            return PlainTextResponse("長さのわからない送信は受け付けません。", 411)
        if int(length) > self._longest(scope["path"]):
            return PlainTextResponse("送信が長すぎます。", 413)
        return None

    def _longest(self, path: str) -> int:
        found = (
            size for start, size in self._long_bodies.items() if path.startswith(start)
        )
        return next(found, MAX_BODY_BYTES)


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _host_name(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
