"""Who asks, what they may, and how a page is given to them: every room goes through here."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import HTTPConnection, Request
from starlette.responses import HTMLResponse

from flows.review_app.access import cookies
from flows.review_app.office import Office
from tasks.domain.review.accounts import Role, may
from tasks.edges.office_database.audit_log import AuditLog

__all__ = [
    "Form",
    "Role",
    "Visitor",
    "demand",
    "form_of",
    "is_signed_in",
    "json_of",
    "office_of",
    "page",
    "record_view",
    "visitor_of",
]

VISITOR = "yakuba.visitor"
"""Where in the scope of a request `access.arrival` lays who asks."""
CSRF_HEADER = "x-csrf-token"
MAX_FIELDS = 200
"""Of a form as sent."""
_LISTED = 500
"""Ids in one entry of the audit log."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in."""

    account_id: str
    login: str
    """Stands in answers and in the audit log."""
    name: str = field(repr=False)
    roles: frozenset[Role]
    jobs: frozenset[str] | None
    """None for all jobs."""
    csrf: str = field(repr=False)
    """Must come back with everything that changes something."""

    def may_see(self, job: str) -> bool:
        """Return whether a job is among this visitor's."""
        return self.jobs is None or job in self.jobs

    def may(self, *roles: Role) -> bool:
        """Return whether the visitor has one of these roles; a keeper has all."""
        return may(self.roles, roles)


class SignInNeededError(Exception):
    """Nobody is signed in: a page goes to the sign-in, anything else is answered 401."""


def office_of(request: HTTPConnection) -> Office:
    """Return the office whose page is asked for."""
    office: Office = request.app.state.office
    return office


def is_signed_in(request: HTTPConnection) -> bool:
    """Return whether somebody is signed in."""
    return isinstance(request.scope.get(VISITOR), Visitor)


def visitor_of(request: HTTPConnection) -> Visitor:
    """Return who is signed in.

    Raises:
        SignInNeededError: Nobody is.
    """
    visitor = request.scope.get(VISITOR)
    if not isinstance(visitor, Visitor):
        raise SignInNeededError
    return visitor


def demand(request: HTTPConnection, *roles: Role) -> Visitor:
    """Return who is signed in and has one of these roles.

    Raises:
        SignInNeededError: Nobody is signed in.
        HTTPException: 403 without one of the roles.
    """
    visitor = visitor_of(request)
    if not visitor.may(*roles):
        raise HTTPException(403)
    return visitor


@dataclass(frozen=True, slots=True)
class Form:
    """What a form sent; it has shown that it came from a page of this session."""

    data: FormData = field(repr=False)

    def get(self, name: str, default: str = "") -> str:
        """Return the last text of a name."""
        value = self.data.get(name, default)
        return value if isinstance(value, str) else default

    def all(self, name: str) -> list[str]:
        """Return every text of a name, in order."""
        return [one for one in self.data.getlist(name) if isinstance(one, str)]

    def file(self, name: str) -> UploadFile | None:
        """Return the file of a name; None when none was chosen."""
        value = self.data.get(name)
        return value if isinstance(value, UploadFile) and value.filename else None

    def __contains__(self, name: str) -> bool:
        return name in self.data


async def form_of(request: Request, *, max_files: int = 0) -> Form:
    """Return what was sent, after its token was found to be this session's.

    The token comes in the field `csrf` or in the header X-CSRF-Token. Ask `demand`
    first: an upload of a stranger is not worth reading.

    Args:
        request: A POST. Its body is limited by `access.guard`.
        max_files: Files that this form may bring.

    Raises:
        HTTPException: 403 without the token, 400 when it is no form.
    """
    wanted = _wanted_token(request)
    in_header = request.headers.get(CSRF_HEADER)
    if in_header is not None and not _same(in_header, wanted):
        raise HTTPException(403)
    data = await request.form(max_files=max_files, max_fields=MAX_FIELDS)
    if in_header is None and not _same(data.get("csrf"), wanted):
        await data.close()
        raise HTTPException(403)
    return Form(data)


async def json_of(request: Request) -> Any:
    """Return the JSON that was sent, after the token in its header was checked.

    Raises:
        HTTPException: 403 without the token, 400 when it is no JSON.
    """
    if not _same(request.headers.get(CSRF_HEADER), _wanted_token(request)):
        raise HTTPException(403)
    try:
        return await request.json()
    except (ValueError, RecursionError):
        # Not chained: its message would quote what was sent.
        raise HTTPException(400) from None


def _wanted_token(request: Request) -> str:
    visitor = request.scope.get(VISITOR)
    if isinstance(visitor, Visitor):
        return visitor.csrf
    visit = cookies.sent(office_of(request), request, cookies.VISIT)
    return cookies.form_token(visit) if visit else ""


def _same(given: object, wanted: str) -> bool:
    return (
        bool(wanted)
        and isinstance(given, str)
        and hmac.compare_digest(given.encode(errors="replace"), wanted.encode())
    )


def record_view(
    office: Office, visitor: Visitor, what: str, subjects: Sequence[str]
) -> None:
    """Write into the audit log that somebody was shown data of people.

    Call it before the data is handed out: page, crop, candidate, export, prefetched
    data too. One entry holds a whole batch.

    Args:
        office: Whose log.
        visitor: Who was shown it.
        what: Stable English word: field, crop, candidates, export, trail ...
        subjects: Ids of questions, rows or runs; never a name or a value.

    Raises:
        TryAgainError: STORE-002; then nothing may be handed out.
    """
    log = AuditLog(office.database)
    now = office.clock()
    for start in range(0, len(subjects), _LISTED):
        batch = subjects[start : start + _LISTED]
        log.append(
            "viewed",
            who=visitor.login,
            at=now,
            subject=batch[0] if len(batch) == 1 else "",
            details={"what": what, "count": len(batch), "subjects": " ".join(batch)},
        )


@cache
def templates() -> Environment:
    """Return the templates of all rooms; every value is escaped."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parents[1] / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(
    request: HTTPConnection,
    visitor: Visitor | None,
    template: str,
    *,
    status: int = 200,
    **values: object,
) -> HTMLResponse:
    """Return a page drawn in the frame of base.html.

    Args:
        request: Tells the office and where in the navigation the page is.
        visitor: Who reads it; None before the sign-in.
        template: `room/name.html`.
        status: Of HTTP.
        values: For the template; `visitor`, `city`, `rooms` and `here` are given.
    """
    state = request.app.state
    rooms = [one for one in state.navigation if visitor and visitor.may(*one.roles)]
    text = templates().get_template(template)
    return HTMLResponse(
        text.render(
            visitor=visitor,
            city=state.office.city,
            rooms=rooms,
            here=request.url.path,
            **values,
        ),
        status,
    )
