"""Runs the review page until it is told to stop: on this PC alone unless made safe."""

from __future__ import annotations

import asyncio
import ipaddress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uvicorn
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from flows.review_app.app import create_app
from flows.review_app.office import Office
from tasks.domain.errors import NeedsPersonError

HOST = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class Listening:
    """Where the page is served, and how it is protected on the way."""

    host: str = HOST
    port: int = 8321
    """0 takes a free one."""
    cert: Path | None = None
    """Certificate chain, PEM: this program serves TLS itself."""
    key: Path | None = None
    proxies: tuple[str, ...] = ()
    """Addresses of reverse proxies that serve TLS (configs/review.yaml)."""


def server(
    office: Office, *, port: int = 8321, listening: Listening | None = None
) -> uvicorn.Server:
    """Return a server, not yet running.

    Set its `should_exit` to stop it. No access log: addresses of questions are nobody's
    business, and values never travel in addresses.

    Args:
        office: What the rooms work with.
        port: TCP port on 127.0.0.1, when nothing else is said; 0 takes a free one.
        listening: Anything else.

    Raises:
        NeedsPersonError: ACCESS-005 when passwords and crops would travel unprotected.
    """
    place = listening or Listening(port=port)
    refuse_unsafe(office, place)
    app: Any = create_app(office)  # uvicorn has its own words for the types of ASGI
    if place.proxies:
        inner: Any = ProxyHeadersMiddleware(app, trusted_hosts=list(place.proxies))
        app = OnlyFrom(inner, place.proxies)
    config = uvicorn.Config(
        app,
        host=place.host,
        port=place.port,
        ssl_certfile=place.cert,
        ssl_keyfile=place.key,
        log_level="warning",
        access_log=False,
        server_header=False,
        # Whose headers count is said above; the default would look at the environment.
        proxy_headers=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)


def serve(office: Office, listening: Listening) -> None:
    """Run the review page until SIGINT or SIGTERM.

    Raises:
        NeedsPersonError: ACCESS-005, as `server`.
    """
    asyncio.run(server(office, listening=listening).serve())


def refuse_unsafe(office: Office, place: Listening) -> None:
    """Raise when other PCs could reach the page without TLS.

    Raises:
        NeedsPersonError: ACCESS-005 and what is missing.
    """
    if (place.cert is None) != (place.key is None):
        raise NeedsPersonError("ACCESS-005", "--cert and --key go together")
    for file in (place.cert, place.key):
        if file is not None and not file.is_file():
            raise NeedsPersonError("ACCESS-005", f"{file.name}: no such file")
    if is_loopback(place.host):
        return
    if place.cert is None and not place.proxies:
        detail = f"host {place.host}: neither --cert and --key nor proxies"
        raise NeedsPersonError("ACCESS-005", detail)
    if not office.address:
        detail = f"host {place.host}: address is empty in configs/review.yaml"
        raise NeedsPersonError("ACCESS-005", detail)


def is_loopback(host: str) -> bool:
    """Return whether only this PC reaches a host.

    Examples:
        >>> [is_loopback(one) for one in ("127.0.0.1", "localhost", "::1", "0.0.0.0")]
        [True, True, True, False]
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class OnlyFrom:
    """Answers the named proxies alone: nobody goes around the one that brings TLS."""

    def __init__(self, app: ASGIApp, proxies: tuple[str, ...]) -> None:
        self._app = app
        self._proxies = frozenset(ipaddress.ip_address(one) for one in proxies)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] == "http" and not self._is_proxy(scope):
            answer = PlainTextResponse("決められた入口から開いてください。", 403)
            await answer(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _is_proxy(self, scope: Scope) -> bool:
        client = scope.get("client")
        if client is None:
            return False
        return ipaddress.ip_address(client[0]) in self._proxies
