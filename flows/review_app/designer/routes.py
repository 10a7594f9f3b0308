"""Where the pages of the form designer are."""

from __future__ import annotations

from starlette.routing import BaseRoute, Route

from flows.review_app.designer.desk import Desk
from flows.review_app.designer.pages import Pages
from flows.review_app.designer.plain import Plain
from flows.review_app.designer.uploads import Uploads
from flows.review_app.office import Office


def routes(office: Office) -> list[BaseRoute]:
    """Return this room's routes."""
    desk = Desk(office)
    if office.home is not None:
        desk.sweep()
    pages = Pages(desk)
    uploads, plain = Uploads(desk, pages), Plain(pages)
    form = "/forms/{name:str}"
    trial = f"{form}/try/{{token:str}}/{{page:int}}"
    return [
        Route("/forms", pages.index),
        Route("/forms", uploads.created, methods=["POST"]),
        Route(form, pages.board),
        Route(f"{form}/data", pages.data),
        Route(f"{form}/blank.png", pages.blank),
        Route(f"{form}/check", pages.checked, methods=["POST"]),
        Route(f"{form}/suggest", pages.suggested, methods=["POST"]),
        Route(f"{form}/save", pages.saved, methods=["POST"]),
        Route(f"{form}/try", uploads.trial_page),
        Route(f"{form}/try", uploads.tried, methods=["POST"]),
        Route(f"{trial}/page.png", uploads.picture),
        Route(f"{trial}/{{place:int}}.png", uploads.picture),
        Route(f"{form}/history", pages.history),
        Route(f"{form}/restore", pages.restored, methods=["POST"]),
        Route(f"{form}/discard", pages.discarded, methods=["POST"]),
        Route(f"{form}/table", plain.table),
        Route(f"{form}/table", plain.headed, methods=["POST"]),
        Route(f"{form}/table/{{place:str}}", plain.field),
        Route(f"{form}/table/{{place:str}}", plain.changed, methods=["POST"]),
    ]
