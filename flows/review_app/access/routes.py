"""Where the pages about signing in and accounts are."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from flows.review_app.access import sign_in
from flows.review_app.office import Office


def routes(_office: Office) -> list[BaseRoute]:
    """Return this room's routes."""
    return [
        Route("/sign-in", sign_in.ask),
        Route("/sign-in", sign_in.enter, methods=["POST"]),
        Route("/sign-out", sign_in.leave, methods=["POST"]),
    ]
