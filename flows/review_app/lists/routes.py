"""Where the lists, the trails, the log and the workbooks are."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from flows.review_app.lists import audit_pages, pages, sheet_pages, trail_pages
from flows.review_app.office import Office

RETURN = "/lists/workbooks/return"
LONG_BODIES = {RETURN: sheet_pages.LONGEST_BODY}
"""Bytes that a body may have where files come in."""


def routes(_office: Office) -> list[BaseRoute]:
    """Return this room's routes."""
    item = "/lists/items/{item_id:str}"
    return [
        Route("/lists", pages.listed),
        Route("/lists/find", pages.found, methods=["POST"]),
        Route("/lists/documents/{sha256:str}", pages.document),
        Route(item, trail_pages.shown),
        *(
            Route(f"{item}/{what}", trail_pages.changing(what), methods=["POST"])
            for what in trail_pages.DOINGS
        ),
        Route("/lists/audit", audit_pages.listed),
        Route("/lists/audit", audit_pages.verified, methods=["POST"]),
        Route("/lists/workbooks", sheet_pages.shown),
        Route("/lists/workbooks", sheet_pages.exported, methods=["POST"]),
        Route(RETURN, sheet_pages.returned, methods=["POST"]),
    ]
