"""The pages: what is open, one question at a time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    RedirectResponse,
    Response,
)

from flows.review_app.access.gate import (
    Form,
    Role,
    Visitor,
    demand,
    form_of,
    page,
    record_view,
)
from flows.review_app.fields.answering import (
    seconds_attended,
    sent_from,
    settle_from,
)
from flows.review_app.fields.wording import group_of, parse_group, question_of
from flows.review_app.office import Office
from tasks.domain.field_values import BETWEEN_CHOICES
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem
from tasks.edges.review_store import ReviewStore

READERS = (Role.CLERK, Role.AUDITOR)
TICKED = "ticked"
"""Sent once for each word ticked where several may be."""
_PNG = b"\x89PNG\r\n\x1a\n"
_SHOWN = "shown"
_MOVED = 303
_UNPROCESSABLE = 422


class Pages:
    """One method per page."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._store = ReviewStore(office.database)

    def overview(self, request: Request) -> Response:
        """Show what is open, by kind."""
        visitor = demand(request, *READERS)
        counts = self._store.count_questions()
        groups = tuple(group_of(count) for count in counts)
        return page(
            request,
            visitor,
            "fields/overview.html",
            groups=groups,
            open=sum(group.open for group in groups),
            total=sum(group.total for group in groups),
        )

    def next(self, request: Request) -> Response:
        """Go to the next open question; to the overview when the group is done."""
        demand(request, *READERS)
        after = request.query_params.get("after", "")
        key = request.query_params.get("group", "")
        found = self._store.next_open(after=after, group=parse_group(key))
        if found is None:
            return RedirectResponse("/", _MOVED)
        return RedirectResponse(_address(found, key), _MOVED)

    def back(self, request: Request) -> Response:
        """Go to the question this clerk answered before."""
        visitor = demand(request, *READERS)
        item_id = request.path_params["item_id"]
        key = request.query_params.get("group", "")
        found = self._store.previous(visitor.login, item_id)
        return RedirectResponse(_address(found or item_id, key), _MOVED)

    def question(self, request: Request) -> Response:
        """Show one question."""
        visitor = demand(request, *READERS)
        item = self._item(request, visitor)
        return self._question_page(request, visitor, item)

    async def answered(self, request: Request) -> Response:
        """Store an answer and go to the next question."""
        visitor = demand(request, Role.CLERK)
        form = _fields(await form_of(request))
        return await run_in_threadpool(self._settle, request, visitor, form)

    async def checked(self, request: Request) -> Response:
        """Say what a typed text means; nothing is stored."""
        visitor = demand(request, Role.CLERK)
        form = _fields(await form_of(request))
        return await run_in_threadpool(self._check, request, visitor, form)

    def crop(self, request: Request) -> Response:
        """Return the picture of a question."""
        visitor = demand(request, *READERS)
        png = self._item(request, visitor).crop_png
        if not png.startswith(_PNG):
            raise HTTPException(404)
        return Response(png, media_type="image/png")

    def _settle(
        self, request: Request, visitor: Visitor, form: Mapping[str, str]
    ) -> Response:
        item = self._item(request, visitor)
        shown = self._shown_at(form, item)
        if shown is None:
            # Not a form of this page: show it once more.
            return RedirectResponse(_address(item.item_id, _group(request)), _MOVED)
        sent = sent_from(form, shown)
        now = self._office.clock()
        settled = settle_from(item, sent, self._office.check, now.date())
        if settled.problem:
            again = self._question_page(
                request,
                visitor,
                item,
                typed=settled.value,
                problem=settled.problem,
                shown=form.get(_SHOWN, ""),
            )
            again.status_code = _UNPROCESSABLE
            return again
        self._store.settle(
            ReviewAnswer(
                item_id=item.item_id,
                decision=settled.decision,
                value=settled.value,
                by=visitor.login,
                at=now,
                seconds=seconds_attended(sent, now),
            )
        )
        query = urlencode({"after": item.item_id, "group": _group(request)})
        return RedirectResponse(f"/next?{query}", _MOVED)

    def _check(
        self, request: Request, visitor: Visitor, form: Mapping[str, str]
    ) -> Response:
        item = self._item(request, visitor)
        text = form.get("value", "").strip()
        if not text or item.kind is QuestionKind.PAGE:
            return JSONResponse({"problem": "", "meaning": ""})
        found = self._office.check(item, text, self._office.clock().date())
        return JSONResponse({"problem": found.problem, "meaning": found.meaning})

    def _question_page(
        self,
        request: Request,
        visitor: Visitor,
        item: ReviewItem,
        **words: str,
    ) -> HTMLResponse:
        now = self._office.clock()
        record_view(self._office, visitor, "field", (item.item_id,))
        question = question_of(item, self._office.check, now.date())
        groups = {one.key: one for one in map(group_of, self._store.count_questions())}
        given = self._store.answers([item.item_id]).get(item.item_id)
        typed = words.get("typed")
        if typed is None and given is not None and given.decision is Decision.VALUE:
            typed = given.value
        return page(
            request,
            visitor,
            "fields/question.html",
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

    def _item(self, request: Request, visitor: Visitor) -> ReviewItem:
        item = self._store.item(request.path_params["item_id"])
        if item is None or not visitor.may_see(item.job):
            raise HTTPException(404)
        return item


def _fields(form: Form) -> dict[str, str]:
    fields = {name: form.get(name) for name in form.data}
    ticked = form.all(TICKED)
    return fields | ({"value": BETWEEN_CHOICES.join(ticked)} if ticked else {})


def _group(request: Request) -> str:
    key = request.query_params.get("group", "")
    return key if parse_group(key) else ""


def _address(item_id: str, group: str) -> str:
    query = f"?{urlencode({'group': group})}" if parse_group(group) else ""
    return f"/items/{item_id}{query}"
