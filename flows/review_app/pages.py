"""The pages: who is there, what is open, one question at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)

from flows.review_app.answering import seconds_attended, sent_from, settle_from
from flows.review_app.session import (
    COOKIE,
    Session,
    Signer,
    new_session,
    open_session,
    same_token,
    seal_session,
)
from flows.review_app.wording import (
    Checker,
    group_of,
    parse_group,
    question_of,
)
from tasks.domain.field_values import BETWEEN_CHOICES
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem
from tasks.edges.review_store import ReviewStore

MAX_NAME_LENGTH = 40
MAX_FIELDS = 60
"""Of a form as sent: its own, and a choice's words."""
TICKED = "ticked"
"""Sent once for each word ticked where several may be."""
_PNG = b"\x89PNG\r\n\x1a\n"
_SHOWN = "shown"
_MOVED = 303
_UNPROCESSABLE = 422


@dataclass(frozen=True, slots=True)
class Office:
    """What the pages work with."""

    store: ReviewStore
    signer: Signer
    clock: Callable[[], dt.datetime]
    check: Checker
    city: str


def templates() -> Environment:
    """Return the page templates; every value is escaped."""
    return Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


class Pages:
    """One method per page."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = office.store
        self._templates = templates()

    def start(self, request: Request) -> Response:
        """Ask who is there."""
        session = self._session(request) or new_session()
        response = self._page("start.html", session, problem="")
        self._remember(response, session)
        return response

    async def started(self, request: Request) -> Response:
        """Take the name and go to the overview."""
        form = await _form(request)
        session = self._session(request)
        if session is None or not same_token(form.get("csrf"), session):
            return RedirectResponse("/start", _MOVED)
        name = " ".join(form.get("name", "").split())
        if not name or len(name) > MAX_NAME_LENGTH:
            problem = f"名前を{MAX_NAME_LENGTH}字までで入れてください。"
            page = self._page("start.html", session, problem=problem)
            page.status_code = _UNPROCESSABLE
            return page
        response = RedirectResponse("/", _MOVED)
        self._remember(response, new_session(name))
        return response

    def overview(self, request: Request) -> Response:
        """Show what is open, by kind."""
        session = self._named(request)
        if session is None:
            return RedirectResponse("/start", _MOVED)
        counts = self._store.count_questions()
        groups = tuple(group_of(count) for count in counts)
        return self._page(
            "overview.html",
            session,
            groups=groups,
            open=sum(group.open for group in groups),
            total=sum(group.total for group in groups),
        )

    def next(self, request: Request) -> Response:
        """Go to the next open question; to the overview when the group is done."""
        if self._named(request) is None:
            return RedirectResponse("/start", _MOVED)
        after = request.query_params.get("after", "")
        key = request.query_params.get("group", "")
        found = self._store.next_open(after=after, group=parse_group(key))
        if found is None:
            return RedirectResponse("/", _MOVED)
        return RedirectResponse(_address(found, key), _MOVED)

    def back(self, request: Request) -> Response:
        """Go to the question this clerk answered before."""
        session = self._named(request)
        if session is None:
            return RedirectResponse("/start", _MOVED)
        item_id = request.path_params["item_id"]
        key = request.query_params.get("group", "")
        found = self._store.previous(session.name, item_id)
        return RedirectResponse(_address(found or item_id, key), _MOVED)

    def question(self, request: Request) -> Response:
        """Show one question."""
        session = self._named(request)
        if session is None:
            return RedirectResponse("/start", _MOVED)
        item = self._item(request)
        return self._question_page(request, session, item)

    async def answered(self, request: Request) -> Response:
        """Store an answer and go to the next question."""
        form = await _form(request)
        session = self._named(request)
        if session is None:
            return RedirectResponse("/start", _MOVED)
        if not same_token(form.get("csrf"), session):
            raise HTTPException(403)
        return await run_in_threadpool(self._settle, request, session, form)

    async def checked(self, request: Request) -> Response:
        """Say what a typed text means; nothing is stored."""
        form = await _form(request)
        session = self._named(request)
        if session is None or not same_token(form.get("csrf"), session):
            raise HTTPException(403)
        return await run_in_threadpool(self._check, request, form)

    def crop(self, request: Request) -> Response:
        """Return the picture of a question."""
        if self._named(request) is None:
            raise HTTPException(403)
        png = self._store.crop(request.path_params["item_id"])
        if not png.startswith(_PNG):
            raise HTTPException(404)
        return Response(png, media_type="image/png")

    def _settle(
        self, request: Request, session: Session, form: Mapping[str, str]
    ) -> Response:
        item = self._item(request)
        shown = self._shown_at(form, item)
        if shown is None:
            # Not a form of this page: show it once more.
            return RedirectResponse(_address(item.item_id, _group(request)), _MOVED)
        sent = sent_from(form, shown)
        now = self._office.clock()
        settled = settle_from(item, sent, self._office.check, now.date())
        if settled.problem:
            page = self._question_page(
                request,
                session,
                item,
                typed=settled.value,
                problem=settled.problem,
                shown=form.get(_SHOWN, ""),
            )
            page.status_code = _UNPROCESSABLE
            return page
        self._store.settle(
            ReviewAnswer(
                item_id=item.item_id,
                decision=settled.decision,
                value=settled.value,
                by=session.name,
                at=now,
                seconds=seconds_attended(sent, now),
            )
        )
        query = urlencode({"after": item.item_id, "group": _group(request)})
        return RedirectResponse(f"/next?{query}", _MOVED)

    def _check(self, request: Request, form: Mapping[str, str]) -> Response:
        item = self._item(request)
        text = form.get("value", "").strip()
        if not text or item.kind is QuestionKind.PAGE:
            return JSONResponse({"problem": "", "meaning": ""})
        found = self._office.check(item, text, self._office.clock().date())
        return JSONResponse({"problem": found.problem, "meaning": found.meaning})

    def _question_page(
        self,
        request: Request,
        session: Session,
        item: ReviewItem,
        **words: str,
    ) -> HTMLResponse:
        now = self._office.clock()
        question = question_of(item, self._office.check, now.date())
        groups = {one.key: one for one in map(group_of, self._store.count_questions())}
        given = self._store.answers([item.item_id]).get(item.item_id)
        typed = words.get("typed")
        if typed is None and given is not None and given.decision is Decision.VALUE:
            typed = given.value
        return self._page(
            "question.html",
            session,
            question=question,
            chosen_group=_group(request),
            group=groups.get(question.group),
            open=sum(group.open for group in groups.values()),
            given=given,
            typed=typed or "",
            problem=words.get("problem", ""),
            shown=words.get("shown")
            or self._office.signer.sign(f"{item.item_id} {now.isoformat()}", _SHOWN),
        )

    def _shown_at(
        self, form: Mapping[str, str], item: ReviewItem
    ) -> dt.datetime | None:
        text = self._office.signer.open(form.get(_SHOWN, ""), _SHOWN)
        item_id, _, moment = (text or "").partition(" ")
        return dt.datetime.fromisoformat(moment) if item_id == item.item_id else None

    def _item(self, request: Request) -> ReviewItem:
        item = self._store.item(request.path_params["item_id"])
        if item is None:
            raise HTTPException(404)
        return item

    def _session(self, request: Request) -> Session | None:
        return open_session(request.cookies.get(COOKIE), self._office.signer)

    def _named(self, request: Request) -> Session | None:
        session = self._session(request)
        return session if session is not None and session.name else None

    def _page(self, name: str, session: Session, **values: Any) -> HTMLResponse:
        text = self._templates.get_template(name).render(
            session=session, city=self._office.city, **values
        )
        return HTMLResponse(text)

    def _remember(self, response: Response, session: Session) -> None:
        response.set_cookie(
            COOKIE,
            seal_session(session, self._office.signer),
            httponly=True,
            samesite="strict",
            path="/",
        )


async def _form(request: Request) -> dict[str, str]:
    async with request.form(max_files=0, max_fields=MAX_FIELDS) as form:
        fields = {key: value for key, value in form.items() if isinstance(value, str)}
        ticked = [value for value in form.getlist(TICKED) if isinstance(value, str)]
        return fields | ({"value": BETWEEN_CHOICES.join(ticked)} if ticked else {})


def _group(request: Request) -> str:
    key = request.query_params.get("group", "")
    return key if parse_group(key) else ""


def _address(item_id: str, group: str) -> str:
    query = f"?{urlencode({'group': group})}" if parse_group(group) else ""
    return f"/items/{item_id}{query}"
