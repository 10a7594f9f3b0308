"""Where the pages about doubtful fields are."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from flows.review_app.fields.cards import store_of
from flows.review_app.fields.counts import Counts
from flows.review_app.fields.desk import Desks
from flows.review_app.fields.grid import Grid
from flows.review_app.fields.pages import Pages
from flows.review_app.office import Office


def routes(office: Office) -> list[BaseRoute]:
    """Return this room's routes."""
    counts = Counts(store_of(office), office.clock)
    pages, desks = Pages(office, counts), Desks(office, counts)
    grid = Grid(office, counts)
    item = "/items/{item_id:str}"
    return [
        Route("/", pages.overview),
        Route("/next", pages.next),
        Route(item, pages.question),
        Route(item, pages.answered, methods=["POST"]),
        Route(f"{item}/back", pages.back),
        Route(f"{item}/hold", pages.held, methods=["POST"]),
        Route(f"{item}/crop.png", pages.crop),
        Route(f"{item}/page.png", pages.whole),
        Route("/grid", grid.shown),
        Route("/grid", grid.confirmed, methods=["POST"]),
        Route("/desk", desks.state),
        Route("/desk/batch", desks.batch, methods=["POST"]),
        Route("/desk/answers", desks.answers, methods=["POST"]),
        Route("/desk/check", desks.check, methods=["POST"]),
        Route("/desk/leave", desks.leave, methods=["POST"]),
    ]
