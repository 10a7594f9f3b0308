"""The review page as one Starlette application: joins the rooms, holds nothing itself."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from anyio import CapacityLimiter
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from flows.review_app.access import routes as access
from flows.review_app.access.arrival import Arrival, to_sign_in
from flows.review_app.access.gate import SignInNeededError, templates
from flows.review_app.access.guard import Guard
from flows.review_app.designer import routes as designer
from flows.review_app.designer.uploads import MAX_BYTES
from flows.review_app.fields import routes as fields
from flows.review_app.lists import routes as lists
from flows.review_app.office import Office
from flows.review_app.persons import routes as persons
from flows.review_app.timing import routes as timing
from tasks.domain.errors import TryAgainError, YakubaError
from tasks.domain.review.accounts import Role, may

logger = logging.getLogger(__name__)

_HASHING_AT_ONCE = 2
"""Passwords looked at in the same moment, each with 64 MiB."""
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
_SENTENCES = {
    400: "送信の形が正しくありません。開き直してください。",
    403: "この操作は受け付けられません。権限がないか、画面が古くなっています。一覧から開き直してください。",
    404: "見つかりません。一覧から選び直してください。",
    405: "この操作は受け付けられません。",
}


@dataclass(frozen=True, slots=True)
class Room:
    """A room in the navigation."""

    path: str
    title: str
    roles: tuple[Role, ...]
    """Who sees the link; whether the page opens is for the page to say."""
    under: str
    """How the paths of the room's other pages begin."""

    def is_here(self, path: str) -> bool:
        """Return whether a page belongs to this room."""
        return path == self.path or path.startswith(self.under)


ROOMS = (designer, fields, lists, persons, access, timing)
"""Each has `routes(office)`. A new room is one line here and one in NAVIGATION."""

NAVIGATION = (
    Room("/", "読み取りの確認", (Role.CLERK, Role.AUDITOR), "/items/"),
    Room("/persons", "本人の確認", (Role.CLERK, Role.AUDITOR), "/persons/"),
    Room("/lists", "一覧と経過", (Role.CLERK, Role.AUDITOR), "/lists/"),
    Room("/forms", "様式", (Role.DESIGNER,), "/forms/"),
    Room("/timing", "時間", (Role.CLERK, Role.DESIGNER, Role.AUDITOR), "/timing/"),
    Room("/staff", "職員", (Role.KEEPER, Role.AUDITOR), "/staff/"),
)

LONG_BODIES: dict[str, int] = {"/forms": MAX_BYTES, **lists.LONG_BODIES}
"""Bytes that a body may have, by the beginning of its path, where files come in."""


def create_app(office: Office, *, hosts: tuple[str, ...] = LOOPBACK) -> Starlette:
    """Return the application.

    Args:
        office: What the rooms work with.
        hosts: Names under which the page may be opened, beside that of its address.
    """
    static = StaticFiles(directory=Path(__file__).parent / "static")
    joined: list[BaseRoute] = [one for room in ROOMS for one in room.routes(office)]
    app = Starlette(
        routes=[*joined, Mount("/static", static)],
        middleware=[
            Middleware(
                Guard,
                hosts=(*hosts, *_names(office)),
                secure=office.secure,
                broken=_broken,
                long_bodies=LONG_BODIES,
            ),
            Middleware(Arrival, office=office, front=_front),
        ],
        exception_handlers={
            HTTPException: _refused,
            SignInNeededError: _unknown,
            YakubaError: _failed,
        },
    )
    app.state.office = office
    app.state.navigation = NAVIGATION
    app.state.hashing = CapacityLimiter(_HASHING_AT_ONCE)
    return app


def _names(office: Office) -> tuple[str, ...]:
    name = urlsplit(office.address).hostname
    return (name,) if name else ()


def _front(roles: frozenset[Role]) -> str:
    return next((one.path for one in NAVIGATION if may(roles, one.roles)), "/password")


def _unknown(request: Request, _error: Exception) -> Response:
    return to_sign_in(request.scope)


def _refused(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 400
    return _trouble(request, _SENTENCES.get(status, "受け付けられません。"), status)


def _failed(request: Request, error: Exception) -> Response:
    if not isinstance(error, YakubaError):
        raise error
    logger.warning("review page: %s", error)
    status = 503 if isinstance(error, TryAgainError) else 409
    return _trouble(request, error.sentence, status)


def _trouble(request: Request, sentence: str, status: int) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"problem": sentence}, status)
    return _page(sentence, status)


def _broken() -> Response:
    return _page("プログラムの誤りです。管理者に知らせてください。", 500)


def _page(sentence: str, status: int) -> Response:
    text = (
        templates()
        .get_template("trouble.html")
        .render(sentence=sentence, visitor=None, city="", rooms=(), here="")
    )
    return HTMLResponse(text, status)
