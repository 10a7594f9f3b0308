"""The pages about persons: what waits, one question at a time, undo."""

from __future__ import annotations

import datetime as dt
import json
import secrets
from dataclasses import dataclass
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
    json_of,
    page,
    record_view,
)
from flows.review_app.fields.answering import seconds_attended
from flows.review_app.office import Office
from flows.review_app.persons.sending import (
    Typed,
    choice_of,
    found_of,
    reason_of,
    typed_from,
)
from flows.review_app.persons.wording import FOUND_REASONS, STAGE_NOTES, card_of
from tasks.domain.clerks.clerk_view import Clerk
from tasks.domain.clerks.decision_columns import Decision
from tasks.domain.review.finding_question import FoundChoice, findings_for, problem_in
from tasks.domain.review.person_choice import Choice, problem_of
from tasks.domain.review.person_question import WAITING, Stage
from tasks.edges.review.person_review import PersonReview
from tasks.edges.review.person_settling import Given, Shown
from tasks.edges.review.review_settling import Outcome

_PURPOSE = "person"
_MOVED = 303
_UNPROCESSABLE = 422
_CONFLICT = 409
_TAKEN = (
    "この人には、ほかの職員の判断か新しい実行の結果が先に記録されました。"
    "何も記録していません。今の内容を見て、もう一度決めてください。"
)
_NOT_MINE = "取り消せる自分の判断はありません。"
_LISTED = (Stage.DISPUTED, Stage.SECOND, Stage.OPEN, Stage.HELD, Stage.DECIDED)


@dataclass(frozen=True, slots=True)
class _Ticket:
    """What was shown and when, sealed into the form."""

    question_id: str
    body_print: str
    seen: tuple[int, ...]
    answer_id: str
    shown_at: dt.datetime


class Pages:
    """One method per page."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._review = PersonReview(
            office.database, dt.timedelta(minutes=office.rules.lease_minutes)
        )

    def overview(self, request: Request) -> Response:
        """Show how much waits, and what is not simply open."""
        visitor = demand(request, Role.CLERK, Role.AUDITOR)
        counts = self._review.counts(visitor.jobs)
        lists = {
            stage: self._review.listed(visitor.jobs, stage)
            for stage in _LISTED
            if counts[stage]
        }
        return page(
            request,
            visitor,
            "persons/overview.html",
            counts=counts,
            waiting=sum(counts[stage] for stage in WAITING),
            decides=visitor.may(Role.CLERK),
            stages=[stage for stage in Stage if stage in STAGE_NOTES],
            notes=STAGE_NOTES,
            none_left="left" in request.query_params,
            lists=lists,
        )

    def next(self, request: Request) -> Response:
        """Go to the next question for this clerk; to the overview when none waits."""
        visitor = demand(request, Role.CLERK)
        found = self._review.take_next(
            _clerk(visitor),
            visitor.jobs,
            after=request.query_params.get("after", ""),
            now=self._office.clock(),
        )
        target = f"/persons/{found}" if found else "/persons?left=none"
        return RedirectResponse(target, _MOVED)

    def back(self, request: Request) -> Response:
        """Go to the question this clerk settled before."""
        visitor = demand(request, Role.CLERK)
        here = request.path_params["question_id"]
        found = self._review.previous(_clerk(visitor), here)
        return RedirectResponse(f"/persons/{found or here}", _MOVED)

    def question(self, request: Request) -> Response:
        """Show one question."""
        visitor = demand(request, Role.CLERK, Role.AUDITOR)
        return self._page(request, visitor, Typed())

    async def decided(self, request: Request) -> Response:
        """Record a decision and go to the next question."""
        visitor = demand(request, Role.CLERK)
        form = await form_of(request)
        return await run_in_threadpool(self._decide, request, visitor, form)

    async def undone(self, request: Request) -> Response:
        """Take back this clerk's own decision and show the question again."""
        visitor = demand(request, Role.CLERK)
        form = await form_of(request)
        return await run_in_threadpool(self._undo, request, visitor, form)

    async def kept(self, request: Request) -> Response:
        """Keep the question that is shown for this clerk a while longer."""
        visitor = demand(request, Role.CLERK)
        await json_of(request)
        await run_in_threadpool(self._shown, request, visitor, keep=True)
        return JSONResponse({})

    async def left(self, request: Request) -> Response:
        """Let others have the question that was shown."""
        visitor = demand(request, Role.CLERK)
        await json_of(request)
        await run_in_threadpool(
            self._review.release, request.path_params["question_id"], _clerk(visitor)
        )
        return JSONResponse({})

    def _decide(self, request: Request, visitor: Visitor, form: Form) -> Response:
        typed = typed_from(form)
        shown = self._shown(request, visitor)
        ticket = self._ticket(form, shown)
        if ticket is None:
            return self._page(request, visitor, typed, status=_CONFLICT, problem=_TAKEN)
        chosen, found, problem = self._read(shown, typed, _clerk(visitor))
        if problem:
            return self._page(
                request, visitor, typed, status=_UNPROCESSABLE, problem=problem
            )
        done = self._review.decide(self._given(visitor, form, ticket, chosen, found))
        if done is Outcome.TAKEN:
            return self._page(request, visitor, typed, status=_CONFLICT, problem=_TAKEN)
        query = urlencode({"after": ticket.question_id})
        return RedirectResponse(f"/persons/next?{query}", _MOVED)

    def _read(
        self, shown: Shown, typed: Typed, clerk: Clerk
    ) -> tuple[Choice, tuple[FoundChoice, ...], str]:
        """Return what a form says, and in Japanese what is wrong with it."""
        if shown.situation is not None:
            chosen = choice_of(typed)
            return chosen, (), problem_of(shown.question, chosen)
        now = self._office.clock()
        chosen = Choice(Decision.LATER, reason=reason_of(typed, FOUND_REASONS))
        found = found_of(typed, now.date())
        if isinstance(found, str):
            return chosen, (), found
        known = tuple(one for one in found if one.place < len(shown.parts))
        said = findings_for(shown.parts, known, clerk, reason=chosen.reason, now=now)
        return chosen, known, problem_in(said)

    def _undo(self, request: Request, visitor: Visitor, form: Form) -> Response:
        shown = self._shown(request, visitor)
        ticket = self._ticket(form, shown)
        if ticket is None:
            return self._page(
                request, visitor, Typed(), status=_CONFLICT, problem=_TAKEN
            )
        given = self._given(visitor, form, ticket, Choice(Decision.LATER), ())
        if self._review.take_back(given) is Outcome.TAKEN:
            return self._page(
                request, visitor, Typed(), status=_CONFLICT, problem=_NOT_MINE
            )
        return RedirectResponse(f"/persons/{ticket.question_id}", _MOVED)

    def _given(
        self,
        visitor: Visitor,
        form: Form,
        ticket: _Ticket,
        chosen: Choice,
        found: tuple[FoundChoice, ...],
    ) -> Given:
        now = self._office.clock()
        return Given(
            question_id=ticket.question_id,
            clerk=_clerk(visitor),
            chosen=chosen,
            found=found,
            body_print=ticket.body_print,
            seen=ticket.seen,
            answer_id=ticket.answer_id,
            seconds=seconds_attended(form.get("attended"), ticket.shown_at, now),
            now=now,
        )

    def _shown(
        self, request: Request, visitor: Visitor, *, keep: bool = False
    ) -> Shown:
        """Return the question of an address, if this visitor may see it."""
        found = self._review.open_one(
            request.path_params["question_id"],
            _clerk(visitor) if visitor.may(Role.CLERK) else None,
            visitor.jobs,
            now=self._office.clock() if keep else None,
        )
        if found is None:
            raise HTTPException(404)
        return found

    def _page(
        self,
        request: Request,
        visitor: Visitor,
        typed: Typed,
        *,
        status: int = 200,
        problem: str = "",
    ) -> HTMLResponse:
        clerk = visitor.may(Role.CLERK)
        shown = self._shown(request, visitor, keep=clerk)
        question = shown.question
        record_view(self._office, visitor, "candidates", [question.question_id])
        counts = self._review.counts(visitor.jobs)
        return page(
            request,
            visitor,
            "persons/question.html",
            status=status,
            question=question,
            card=card_of(shown, self._office.clock().tzinfo),
            leased_to=shown.leased_to,
            decides=clerk and shown.may_decide and not shown.leased_to,
            may_undo=clerk and shown.has_mine,
            typed=typed,
            problem=problem,
            idle=self._office.rules.idle_seconds,
            job=self._office.jobs.get(question.job, question.job),
            ticket=self._sealed(shown),
            waiting=sum(counts[stage] for stage in WAITING),
        )

    def _sealed(self, shown: Shown) -> str:
        values = [
            shown.question.question_id,
            shown.body_print,
            shown.seen,
            secrets.token_hex(16),
            self._office.clock().isoformat(),
        ]
        return self._office.signer.sign(json.dumps(values), _PURPOSE)

    def _ticket(self, form: Form, shown: Shown) -> _Ticket | None:
        """Return what the form was made for; None when it is not this question's."""
        text = self._office.signer.open(form.get("ticket"), _PURPOSE)
        if text is None:
            return None
        question_id, body_print, seen, answer_id, moment = json.loads(text)
        if question_id != shown.question.question_id:
            return None
        shown_at = dt.datetime.fromisoformat(moment)
        return _Ticket(question_id, body_print, tuple(seen), answer_id, shown_at)


def _clerk(visitor: Visitor) -> Clerk:
    return Clerk(visitor.name, visitor.login)
