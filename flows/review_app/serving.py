"""Runs the review page on this PC until it is told to stop."""

from __future__ import annotations

import asyncio

import uvicorn

from flows.review_app.app import create_app
from flows.review_app.office import Office

HOST = "127.0.0.1"


def server(office: Office, *, port: int = 8321) -> uvicorn.Server:
    """Return a server on the loopback address, not yet running.

    Set its `should_exit` to stop it. No access log: addresses of questions are nobody's
    business, and values never travel in addresses.

    Args:
        office: What the rooms work with.
        port: TCP port on 127.0.0.1; 0 takes a free one.
    """
    config = uvicorn.Config(
        create_app(office),
        host=HOST,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)


def serve(office: Office, *, port: int = 8321) -> None:
    """Run the review page until SIGINT or SIGTERM.

    Args:
        office: See `server`.
        port: See `server`.
    """
    asyncio.run(server(office, port=port).serve())
