"""Runs the review page on this PC until it is told to stop."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable

import uvicorn

from flows.review_app.app import create_app
from flows.review_app.wording import Checker
from tasks.edges.database import Database

HOST = "127.0.0.1"


def server(
    database: Database,
    *,
    clock: Callable[[], dt.datetime],
    port: int = 8765,
    city: str = "",
    check: Checker | None = None,
) -> uvicorn.Server:
    """Return a server on the loopback address, not yet running.

    Set its `should_exit` to stop it. No access log: addresses of questions are nobody's
    business, and values never travel in addresses.

    Args:
        database: Holds the questions.
        clock: Gives the present moment in office time, with zone.
        port: TCP port on 127.0.0.1; 0 takes a free one.
        city: Printed in the heading.
        check: See `create_app`.
    """
    app = create_app(database, clock=clock, city=city, check=check)
    config = uvicorn.Config(
        app,
        host=HOST,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="off",
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)


def serve(
    database: Database,
    *,
    clock: Callable[[], dt.datetime],
    port: int = 8765,
    city: str = "",
    check: Checker | None = None,
) -> None:
    """Run the review page until SIGINT or SIGTERM.

    Args:
        database: See `server`.
        clock: See `server`.
        port: See `server`.
        city: See `server`.
        check: See `server`.
    """
    running = server(database, clock=clock, port=port, city=city, check=check)
    asyncio.run(running.serve())
