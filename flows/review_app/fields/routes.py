"""Where the pages about doubtful fields are."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from flows.review_app.fields.pages import Pages
from flows.review_app.office import Office


def routes(office: Office) -> list[BaseRoute]:
    """Return this room's routes."""
    pages = Pages(office)
    item = "/items/{item_id:str}"
    return [
        Route("/", pages.overview),
        Route("/next", pages.next),
        Route(item, pages.question),
        Route(item, pages.answered, methods=["POST"]),
        Route(f"{item}/back", pages.back),
        Route(f"{item}/check", pages.checked, methods=["POST"]),
        Route(f"{item}/crop.png", pages.crop),
    ]
