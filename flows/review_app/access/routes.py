"""Where the pages about signing in and accounts are."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from flows.review_app.access import links, own, sign_in, staff
from flows.review_app.office import Office


def routes(_office: Office) -> list[BaseRoute]:
    """Return this room's routes."""
    account = "/staff/{account_id:str}"
    return [
        Route("/sign-in", sign_in.ask),
        Route("/sign-in", sign_in.entered, methods=["POST"]),
        Route("/sign-out", sign_in.left, methods=["POST"]),
        Route("/sign-out-everywhere", sign_in.left_everywhere, methods=["POST"]),
        Route("/link/{token:str}", links.opened),
        Route("/link/{token:str}", links.used, methods=["POST"]),
        Route("/password", own.shown),
        Route("/password", own.changed, methods=["POST"]),
        Route("/staff", staff.listed),
        Route("/staff", staff.invited, methods=["POST"]),
        Route(account, staff.shown),
        Route(account, staff.changed, methods=["POST"]),
        Route(f"{account}/link", staff.linked, methods=["POST"]),
        Route(f"{account}/end", staff.ended, methods=["POST"]),
    ]
