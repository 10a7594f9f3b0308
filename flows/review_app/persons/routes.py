"""Where the pages about persons are."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from flows.review_app.office import Office
from flows.review_app.persons.pages import Pages


def routes(office: Office) -> list[BaseRoute]:
    """Return this room's routes."""
    pages = Pages(office)
    one = "/persons/{question_id:str}"
    return [
        Route("/persons", pages.overview),
        Route("/persons/next", pages.next),
        Route(one, pages.question),
        Route(one, pages.decided, methods=["POST"]),
        Route(f"{one}/back", pages.back),
        Route(f"{one}/undo", pages.undone, methods=["POST"]),
        Route(f"{one}/keep", pages.kept, methods=["POST"]),
        Route(f"{one}/leave", pages.left, methods=["POST"]),
    ]
