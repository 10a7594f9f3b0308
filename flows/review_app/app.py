"""The review page as one Starlette application: loopback, no outside asset, no Prefect."""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from flows.review_app.checking import checker
from flows.review_app.guard import Guard
from flows.review_app.pages import Office, Pages, templates
from flows.review_app.session import Signer
from flows.review_app.wording import Checker
from tasks.domain.errors import TryAgainError, YakubaError
from tasks.edges.database import Database
from tasks.edges.review_store import ReviewStore

logger = logging.getLogger(__name__)

LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_SENTENCES = {
    403: "この操作は受け付けられません。一覧から開き直してください。",
    404: "この質問は見つかりません。一覧から選び直してください。",
    405: "この操作は受け付けられません。",
}


def create_app(
    database: Database,
    *,
    clock: Callable[[], dt.datetime],
    city: str = "",
    check: Checker | None = None,
    secret: bytes | None = None,
    hosts: tuple[str, ...] = LOOPBACK,
) -> Starlette:
    """Return the application.

    Args:
        database: Holds the questions; shared with the flows.
        clock: Gives the present moment in office time, with zone.
        city: Printed in the heading, e.g. みなと市.
        check: Tells what a typed text means; by default the normal forms.
        secret: 32 bytes or more that seal sessions; random by default, so that a
            restart ends them.
        hosts: Names under which the page may be opened.
    """
    office = Office(
        store=ReviewStore(database),
        signer=Signer(secret or secrets.token_bytes(32)),
        clock=clock,
        check=check or checker(),
        city=city,
    )
    pages = Pages(office)
    item = "/items/{item_id:str}"
    static = StaticFiles(directory=Path(__file__).parent / "static")
    return Starlette(
        routes=[
            Route("/", pages.overview),
            Route("/start", pages.start),
            Route("/start", pages.started, methods=["POST"]),
            Route("/next", pages.next),
            Route(item, pages.question),
            Route(item, pages.answered, methods=["POST"]),
            Route(f"{item}/back", pages.back),
            Route(f"{item}/check", pages.checked, methods=["POST"]),
            Route(f"{item}/crop.png", pages.crop),
            Mount("/static", static),
        ],
        middleware=[Middleware(Guard, hosts=hosts, broken=_broken)],
        exception_handlers={
            HTTPException: _refused,
            YakubaError: _failed,
        },
    )


def _refused(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    return _trouble(_SENTENCES.get(status, "受け付けられません。"), status)


def _failed(_request: Request, error: Exception) -> Response:
    if not isinstance(error, YakubaError):
        raise error
    logger.warning("review page: %s", error)
    return _trouble(error.sentence, 503 if isinstance(error, TryAgainError) else 409)


def _broken() -> Response:
    return _trouble("プログラムの誤りです。管理者に知らせてください。", 500)


def _trouble(sentence: str, status: int) -> Response:
    text = templates().get_template("trouble.html").render(sentence=sentence)
    return HTMLResponse(text, status)
