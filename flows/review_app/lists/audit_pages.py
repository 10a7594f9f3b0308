"""The audit log for those who keep and those who audit: found, read, and verified."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from flows.review_app.access.gate import (
    Form,
    Visitor,
    demand,
    form_of,
    office_of,
    page,
)
from flows.review_app.lists.choosing import days_of
from flows.review_app.lists.people import People, people_of
from flows.review_app.lists.wording import ACTION_TITLES, details_shown, moment
from flows.review_app.office import Office
from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.accounts import Role
from tasks.edges.office_database.audit_log import AuditEntry, AuditHead, AuditLog
from tasks.edges.office_database.audit_search import (
    LAST_NUMBER,
    AuditFilter,
    AuditSearch,
)

READERS = (Role.KEEPER, Role.AUDITOR)
PAGE_ROWS = 50
_WORDS = ("who", "action", "subject", "first", "last")
_VERIFIED = "audit_verified"
_ID = re.compile(r"[0-9A-Za-z_.:-]{1,80}")
_ANCHOR = re.compile(r"\s*([0-9]{1,12})\D+([0-9a-f]{64})\s*")


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as the page draws it."""

    entry: AuditEntry
    at: str
    who: str
    what: str
    details: tuple[tuple[str, str], ...]
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of looking at every entry."""

    problem: str = ""
    """Empty when none was touched."""
    at: str = ""
    who: str = ""
    entries: str = ""
    head: str = ""


def listed(request: Request) -> Response:
    """Show a page of the log."""
    visitor = demand(request, *READERS)
    return _page(request, visitor, _last(office_of(request)))


async def verified(request: Request) -> Response:
    """Look at every entry's seal and note down what was found."""
    visitor = demand(request, *READERS)
    form = await form_of(request)
    return await run_in_threadpool(_verify, request, visitor, form)


def _verify(request: Request, visitor: Visitor, form: Form) -> Response:
    office = office_of(request)
    log = AuditLog(office.database)
    text = form.get("anchor")
    found = _ANCHOR.fullmatch(text)
    if text.strip() and found is None:
        wrong = (
            "控えの印は「番号 印」の形で入れてください（例　1234 3f0a…、印は64字）。"
        )
        return _page(request, visitor, Verification(problem=wrong), status=422)
    anchor = AuditHead(int(found[1]), found[2]) if found else None
    try:
        head = log.verified_head(anchor)
    except NeedsPersonError as error:
        problem = f"{error.sentence}（{error.detail}）"
        return _page(request, visitor, Verification(problem=problem), status=409)
    details: Mapping[str, str | int] = {"entries": head.seq, "head": head.hash}
    log.append(_VERIFIED, who=visitor.login, at=office.clock(), details=details)
    return _page(request, visitor, _last(office))


def _last(office: Office) -> Verification | None:
    """Return the newest verification that found nothing; None when there was none."""
    search = AuditSearch(office.database)
    entries = search.page(AuditFilter(action=_VERIFIED), size=1).entries
    if not entries:
        return None
    entry = entries[0]
    details = dict(entry.details)
    return Verification(
        at=moment(entry.at, office.clock().tzinfo),
        who=people_of(office.database).name(entry.who),
        entries=details.get("entries", ""),
        head=details.get("head", ""),
    )


def _page(
    request: Request,
    visitor: Visitor,
    verification: Verification | None,
    *,
    status: int = 200,
) -> Response:
    office = office_of(request)
    people = people_of(office.database)
    zone = office.clock().tzinfo
    query = request.query_params
    words = {key: query[key].strip() for key in _WORDS if query.get(key, "").strip()}
    if not _ID.fullmatch(words.get("subject", "")):
        words.pop("subject", None)
    since, until = days_of(words, zone)
    wanted = AuditFilter(
        who=words.get("who", ""),
        action=words.get("action", ""),
        subject=words.get("subject", ""),
        since=since,
        until=until,
    )
    search = AuditSearch(office.database)
    found = search.page(
        wanted,
        size=PAGE_ROWS,
        before=_number(query.get("before", "")),
        after=_number(query.get("after", "")),
    )
    lines = [_line(entry, people, office) for entry in found.entries]
    return page(
        request,
        visitor,
        "lists/audit.html",
        status=status,
        lines=lines,
        words={key: words.get(key, "") for key in _WORDS},
        narrowed=bool(words),
        verification=verification,
        newer=_address(words, after=lines[0].entry.seq)
        if found.later and lines
        else "",
        older=_address(words, before=lines[-1].entry.seq)
        if found.earlier and lines
        else "",
        actions=[(one, ACTION_TITLES.get(one, one)) for one in search.actions()],
        people=[(one, people.name(one)) for one in search.people()],
    )


def _line(entry: AuditEntry, people: People, office: Office) -> Line:
    named = dict(entry.details).get("subjects", "").split()
    return Line(
        entry=entry,
        at=moment(entry.at, office.clock().tzinfo),
        who=people.name(entry.who),
        what=ACTION_TITLES.get(entry.action, entry.action),
        details=details_shown(entry.details),
        subjects=tuple(dict.fromkeys(one for one in (entry.subject, *named) if one)),
    )


def _number(text: str) -> int:
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 12 else 0
    return min(number, LAST_NUMBER)


def _address(words: Mapping[str, str], **place: int) -> str:
    return f"/lists/audit?{urlencode({**words, **place})}"
