"""The pages that work without JavaScript: what is open, one question at a time."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

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
from flows.review_app.fields.cards import (
    PNG,
    Words,
    card_of,
    desk_of,
    leases_of,
    store_of,
)
from flows.review_app.fields.counts import Counts
from flows.review_app.fields.tickets import opened
from flows.review_app.fields.wording import parse_group
from flows.review_app.office import Office
from tasks.domain.reading.field_values import BETWEEN_CHOICES
from tasks.domain.review_item import ReviewAnswer, ReviewItem
from tasks.edges.reading.page_pictures import PagePictures
from tasks.edges.review.review_alike import Alike
from tasks.edges.review.review_leases import Leased, Wanted
from tasks.edges.review.review_settling import Outcome

READERS = (Role.CLERK, Role.AUDITOR)
TICKED = "ticked"
"""Sent once for each word ticked where several may be."""
_MOVED = 303
_CONFLICT = 409
_UNPROCESSABLE = 422


class Pages:
    """One method per page."""

    def __init__(self, office: Office, counts: Counts) -> None:
        self._office = office
        self._store = store_of(office)
        self._leases = leases_of(office)
        self._counts = counts

    def overview(self, request: Request) -> Response:
        """Show what is open, by kind."""
        visitor = demand(request, *READERS)
        groups = self._counts.groups(visitor.jobs, fresh=True)
        return page(
            request,
            visitor,
            "fields/overview.html",
            groups=groups,
            open=sum(group.open for group in groups),
            total=sum(group.total for group in groups),
            held=sum(group.held for group in groups),
            works=visitor.may(Role.CLERK),
            alike=Alike(self._leases).kinds(visitor.jobs),
            waits="waits" in request.query_params,
        )

    def next(self, request: Request) -> Response:
        """Go to the next open question; to the overview when none is left."""
        visitor = demand(request, Role.CLERK)
        key = _group(request)
        left = request.query_params.get("after", "")
        wanted = Wanted(
            1, after=self._leases.place_of(left) if left else "", group=parse_group(key)
        )
        desk, now = desk_of(visitor), self._office.clock()
        if left:
            self._leases.give_back(desk, [left])
        found = self._leases.take(desk, wanted, now)
        if not found:
            return RedirectResponse("/?waits", _MOVED)
        return RedirectResponse(_address(found[0].item.item_id, key), _MOVED)

    def back(self, request: Request) -> Response:
        """Go to the question this clerk answered before."""
        visitor = demand(request, Role.CLERK)
        item = self._item(request, visitor)
        found = self._store.previous(visitor.login, item.item_id)
        return RedirectResponse(
            _address(found or item.item_id, _group(request)), _MOVED
        )

    def question(self, request: Request) -> Response:
        """Show one question; it is this clerk's from now on."""
        visitor = demand(request, *READERS)
        return self._question_page(request, visitor, Words())

    async def answered(self, request: Request) -> Response:
        """Store an answer and go to the next question."""
        visitor = demand(request, Role.CLERK)
        form = _fields(await form_of(request))
        return await run_in_threadpool(self._settle, request, visitor, form)

    async def held(self, request: Request) -> Response:
        """Keep a question back until somebody releases it."""
        visitor = demand(request, Role.CLERK)
        form = await form_of(request)
        return await run_in_threadpool(self._hold, request, visitor, form)

    def crop(self, request: Request) -> Response:
        """Return the picture of a question."""
        visitor = demand(request, *READERS)
        item = self._item(request, visitor)
        desk, now = desk_of(visitor), self._office.clock()
        if not self._leases.is_held(desk, item.item_id, now):
            # Whoever holds the question was noted down when it was given to him.
            record_view(self._office, visitor, "crop", (item.item_id,))
        return _picture(item.crop_png)

    def whole(self, request: Request) -> Response:
        """Return the picture of the whole page around a field."""
        visitor = demand(request, *READERS)
        item = self._item(request, visitor)
        record_view(self._office, visitor, "page", (item.item_id,))
        return _picture(PagePictures(self._office.database).around(item))

    def _settle(
        self, request: Request, visitor: Visitor, form: Mapping[str, str]
    ) -> Response:
        item = self._item(request, visitor)
        ticket = opened(form.get("ticket", ""), item.item_id, self._office.signer)
        if ticket is None:
            # Not a form of this page: show it once more.
            return RedirectResponse(_address(item.item_id, _group(request)), _MOVED)
        now = self._office.clock()
        sent = sent_from(form)
        settled = settle_from(item, sent, self._office.check, now.date())
        if settled.problem or settled.doubt:
            words = Words(settled.value, settled.problem, settled.doubt, form["ticket"])
            return self._question_page(request, visitor, words)
        done = self._store.settle(
            ReviewAnswer(
                item_id=item.item_id,
                decision=settled.decision,
                value=settled.value,
                by=visitor.login,
                at=now,
                seconds=seconds_attended(sent.attended, ticket.at, now),
                account=visitor.account_id,
                answer_id=ticket.answer_id(self._office.signer),
            ),
            ticket.seen,
        )
        if done.outcome is Outcome.TAKEN:
            return self._taken_page(request, visitor, item)
        query = urlencode({"after": item.item_id, "group": _group(request)})
        return RedirectResponse(f"/next?{query}", _MOVED)

    def _hold(self, request: Request, visitor: Visitor, form: Form) -> Response:
        item = self._item(request, visitor)
        reason = form.get("reason").strip()[:200]
        now = self._office.clock()
        self._store.hold(item.item_id, reason=reason, by=visitor.login, at=now)
        query = urlencode({"after": item.item_id, "group": _group(request)})
        return RedirectResponse(f"/next?{query}", _MOVED)

    def _question_page(
        self, request: Request, visitor: Visitor, words: Words
    ) -> HTMLResponse:
        item = self._item(request, visitor)
        leased = self._opened(visitor, item)
        if leased is None:
            return self._taken_page(request, visitor, item)
        record_view(self._office, visitor, "field", (item.item_id,))
        said = words.problem or words.doubt
        card = card_of(self._office, visitor, leased, words if said else None)
        groups = {one.key: one for one in self._counts.groups(visitor.jobs)}
        return page(
            request,
            visitor,
            "fields/question.html",
            status=_UNPROCESSABLE if said else 200,
            card=card,
            question=card.question,
            place=leased.place,
            chosen_group=_group(request),
            group=groups.get(card.question.group),
            open=sum(group.open for group in groups.values()),
            csrf=visitor.csrf,
            works=visitor.may(Role.CLERK),
        )

    def _opened(self, visitor: Visitor, item: ReviewItem) -> Leased | None:
        now = self._office.clock()
        if visitor.may(Role.CLERK):
            return self._leases.open_one(desk_of(visitor), item.item_id, now)
        return self._leases.look(item.item_id, now)

    def _taken_page(
        self, request: Request, visitor: Visitor, item: ReviewItem
    ) -> HTMLResponse:
        return page(
            request,
            visitor,
            "fields/taken.html",
            status=_CONFLICT,
            after=item.item_id,
            chosen_group=_group(request),
        )

    def _item(self, request: Request, visitor: Visitor) -> ReviewItem:
        item = self._store.item(request.path_params["item_id"])
        if item is None or not visitor.may_see(item.job):
            raise HTTPException(404)
        return item


def _picture(png: bytes) -> Response:
    if not png.startswith(PNG):
        raise HTTPException(404)
    return Response(png, media_type="image/png")


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
