"""The page of one field's trail, and what may be done to a question from there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from flows.review_app.access.gate import (
    Form,
    Visitor,
    demand,
    form_of,
    office_of,
    page,
    record_view,
)
from flows.review_app.lists.pages import READERS, rows_of
from flows.review_app.lists.people import people_of
from flows.review_app.lists.trail import (
    Step,
    hides_values,
    in_order,
    steps_of_answers,
    steps_of_marks,
    steps_of_views,
    value_shown,
)
from flows.review_app.lists.wording import moment
from ocr.model import FieldKind
from tasks.domain.review.accounts import Role
from tasks.domain.review.question_list import Listed, State
from tasks.domain.review_item import QuestionKind, ReviewItem
from tasks.edges.office_database.audit_search import AuditSearch
from tasks.edges.review.question_lists import QuestionLists
from tasks.edges.review.question_marks import QuestionMarks
from tasks.edges.review.question_returns import QuestionReturns
from tasks.edges.review.review_store import ReviewStore

MAX_REASON = 200
_MOVED, _UNPROCESSABLE = 303, 422
_MOST_VIEWS = 500
DOINGS = ("hold", "release", "reopen")
_LATE = {
    "hold": "ほかの人が先に回答したか、保留にしています。",
    "release": "もう保留ではありません。",
    "reopen": "回答済みではありません。",
}


def shown(request: Request) -> Response:
    """Show what happened to a field."""
    return _trail(request, demand(request, *READERS))


def changing(what: str) -> Callable[[Request], Awaitable[Response]]:
    """Return what handles the form by which a question is held, given back or asked again.

    Args:
        what: One of `DOINGS`.
    """

    async def changed(request: Request) -> Response:
        visitor = demand(request, Role.CLERK)
        form = await form_of(request)
        return await run_in_threadpool(_change, request, visitor, form, what)

    return changed


def _change(request: Request, visitor: Visitor, form: Form, what: str) -> Response:
    office = office_of(request)
    item, _ = _question(request, visitor)
    reason = " ".join(form.get("reason").split())
    problem = _reason_problem(reason) if what != "release" else ""
    if not problem:
        by, now = visitor.login, office.clock()
        store = ReviewStore(office.database, office.rules)
        marks = QuestionMarks(office.database)
        done = {
            "hold": lambda: store.hold(item.item_id, reason=reason, by=by, at=now),
            "release": lambda: store.release(item.item_id, by=by, at=now),
            "reopen": lambda: marks.reopen(item.item_id, reason=reason, by=by, at=now),
        }[what]()
        problem = "" if done else _LATE[what]
    if problem:
        return _trail(request, visitor, problem=problem, reason=reason)
    return RedirectResponse(f"/lists/items/{item.item_id}", _MOVED)


def _reason_problem(reason: str) -> str:
    if not reason:
        return "理由を入れてください。"
    return f"理由は{MAX_REASON}字までです。" if len(reason) > MAX_REASON else ""


def _trail(
    request: Request, visitor: Visitor, *, problem: str = "", reason: str = ""
) -> Response:
    office = office_of(request)
    item, one = _question(request, visitor)
    people = people_of(office.database)
    record_view(office, visitor, "trail", (item.item_id,))
    hidden = hides_values(item, one, office.rules) and visitor.may(Role.CLERK)
    history = ReviewStore(office.database).history(item.item_id)
    marks = QuestionMarks(office.database).of(item.item_id)
    entries = AuditSearch(office.database).about(item.item_id, most=_MOST_VIEWS)
    two = office.rules.needs_two(item)
    returns = QuestionReturns(office.database, office.rules)
    ids = [answer.answer_id for answer in history]
    asked = [Step(one.asked_at, "尋ねた", note=item.reason)] if one.asked_at else []
    steps = in_order(
        asked,
        steps_of_views(entries, people),
        steps_of_answers(
            item, history, people, two=two, hidden=hidden, sheets=returns.readers(ids)
        ),
        steps_of_marks(marks, people),
    )
    zone = office.clock().tzinfo
    return page(
        request,
        visitor,
        "lists/trail.html",
        status=_UNPROCESSABLE if problem else 200,
        item=item,
        row=rows_of((one,), office, people)[0],
        heading="この紙は何ですか" if item.kind is QuestionKind.PAGE else item.label,
        read=value_shown(item, item.value_read),
        choices=_others(item),
        hidden=hidden,
        two=two,
        steps=[(moment(step.at, zone), step) for step in steps],
        may=_doings(one, visitor),
        problem=problem,
        reason=reason,
        most=MAX_REASON,
    )


def _others(item: ReviewItem) -> list[str]:
    """Return the readings beside the likeliest, or all that may be chosen."""
    own = "" if item.field_kind == FieldKind.CHOICE else item.value_read
    return [value_shown(item, one) for one in dict.fromkeys(item.choices) if one != own]


def _doings(one: Listed, visitor: Visitor) -> frozenset[str]:
    """Return what the visitor may do to a question that stands so."""
    if not visitor.may(Role.CLERK):
        return frozenset()
    if one.state is State.OPEN:
        return frozenset({"answer", "hold"})
    if one.state is State.HELD:
        return frozenset({"release"})
    may_ask_again = one.state is State.DONE and one.kind is not QuestionKind.BLIND
    return frozenset({"reopen"}) if may_ask_again else frozenset()


def _question(request: Request, visitor: Visitor) -> tuple[ReviewItem, Listed]:
    office = office_of(request)
    item_id = request.path_params["item_id"]
    item = ReviewStore(office.database).item(item_id)
    one = QuestionLists(office.database).listed(item_id, office.clock())
    if item is None or one is None or not visitor.may_see(item.job):
        raise HTTPException(404)
    return item, one
