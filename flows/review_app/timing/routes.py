"""Where the pages about timing work by hand, and about the account of minutes, are."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from flows.review_app.office import Office
from flows.review_app.timing.entries import Entries
from flows.review_app.timing.watching import Watching


def routes(office: Office) -> list[BaseRoute]:
    """Return this room's routes."""
    watching, entries = Watching(office), Entries(office)
    post = ["POST"]
    return [
        Route("/timing", watching.jobs),
        Route("/timing/entries", entries.show),
        Route("/timing/entries", entries.enter, methods=post),
        Route("/timing/entries/{line:int}/cancel", entries.cancel, methods=post),
        Route("/timing/{job:str}", watching.watch),
        Route("/timing/{job:str}/press", watching.press, methods=post),
        Route("/timing/{job:str}/samples", watching.add, methods=post),
        Route("/timing/{job:str}/cancel", watching.cancel, methods=post),
        Route("/timing/{job:str}/adopt", watching.adopt, methods=post),
    ]
