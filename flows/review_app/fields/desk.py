"""What the page's script asks for: questions ahead, answers in the background."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import pydantic
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from flows.review_app.access.gate import Role, Visitor, demand, json_of
from flows.review_app.fields.answering import Sent, seconds_attended, settle_from
from flows.review_app.fields.cards import desk_of, leases_of, sent_cards, store_of
from flows.review_app.fields.counts import Counts
from flows.review_app.fields.tickets import opened
from flows.review_app.fields.wording import group_key, parse_group
from flows.review_app.office import Office
from tasks.domain.review.double_entry import Stage
from tasks.domain.review_item import QuestionKind, ReviewAnswer, ReviewItem
from tasks.edges.access.draft_keys import DraftKeys
from tasks.edges.review.review_leases import Wanted
from tasks.edges.review.review_settling import Outcome, Settlement

MOST_AHEAD = 16
"""Questions that a window may hold at once."""
MOST_ANSWERS = 50
"""In one request."""


class _Message(pydantic.BaseModel):
    model_config = pydantic.ConfigDict(extra="forbid", frozen=True, strict=True)


class _Batch(_Message):
    tab: str
    group: str = ""
    after: str = ""
    have: list[str] = pydantic.Field(default=[], max_length=200)
    count: int = pydantic.Field(ge=0, le=MOST_AHEAD)


class _Check(_Message):
    item: str
    value: str = pydantic.Field(max_length=2000)


class _Leave(_Message):
    tab: str
    items: list[str] = pydantic.Field(max_length=200)


class _Answer(_Message):
    answer: str = pydantic.Field(pattern="^[0-9a-f-]{36}$")
    item: str
    ticket: str
    follows: str = ""
    """The answer of one's own that this one replaces; empty for none."""
    decision: str
    value: str = pydantic.Field(default="", max_length=2000, repr=False)
    chosen: bool = False
    insisted: str = pydantic.Field(default="", max_length=2000, repr=False)
    seconds: float


class _Answers(_Message):
    answers: list[_Answer] = pydantic.Field(max_length=MOST_ANSWERS)


@dataclass(frozen=True, slots=True)
class _Ready:
    """An answer that makes sense, and what its giver knew."""

    answer: ReviewAnswer
    seen: str


class Desks:
    """One method per request of the script."""

    def __init__(self, office: Office, counts: Counts) -> None:
        self._office = office
        self._store = store_of(office)
        self._leases = leases_of(office)
        self._counts = counts

    def state(self, request: Request) -> Response:
        """Return what a window needs: its token, and the key of the clerk's drafts."""
        visitor = demand(request, Role.CLERK)
        key = DraftKeys(self._office.database).key_of(
            visitor.account_id, self._office.clock()
        )
        # Tells the drafts of one account from those of another, and nothing else.
        tag = hashlib.sha256(b"tag" + key).hexdigest()[:16]
        return JSONResponse(
            {
                "csrf": visitor.csrf,
                "key": base64.b64encode(key).decode(),
                "tag": tag,
                "idle": self._office.rules.idle_seconds,
                "lease": self._office.rules.lease_minutes * 60,
            }
        )

    async def batch(self, request: Request) -> Response:
        """Hand out questions ahead and renew those the window has."""
        visitor = demand(request, Role.CLERK)
        asked = _read(_Batch, await json_of(request))
        return await run_in_threadpool(self._batch, visitor, asked)

    async def answers(self, request: Request) -> Response:
        """Store answers; each is told what became of it."""
        visitor = demand(request, Role.CLERK)
        sent = _read(_Answers, await json_of(request))
        return await run_in_threadpool(self._answers, visitor, sent.answers)

    async def check(self, request: Request) -> Response:
        """Say what a typed text means; nothing is stored."""
        visitor = demand(request, Role.CLERK)
        asked = _read(_Check, await json_of(request))
        return await run_in_threadpool(self._check, visitor, asked)

    async def leave(self, request: Request) -> Response:
        """Let others have questions that this window will not answer."""
        visitor = demand(request, Role.CLERK)
        asked = _read(_Leave, await json_of(request))
        desk = desk_of(visitor, asked.tab)
        await run_in_threadpool(self._leases.give_back, desk, asked.items)
        return JSONResponse({})

    def _batch(self, visitor: Visitor, asked: _Batch) -> Response:
        wanted = Wanted(
            asked.count, asked.after, parse_group(asked.group), tuple(asked.have)
        )
        desk = desk_of(visitor, asked.tab)
        leased = self._leases.take(desk, wanted, self._office.clock())
        return JSONResponse(
            {
                "cards": sent_cards(self._office, visitor, leased, asked.group),
                "counts": self._counted(visitor),
            }
        )

    def _answers(self, visitor: Visitor, sent: Sequence[_Answer]) -> Response:
        items = self._store.items({one.item for one in sent})
        judged = [self._judge(visitor, one, items.get(one.item)) for one in sent]
        ready = [one for one in judged if isinstance(one, _Ready)]
        done = self._settle(ready, items) if ready else iter(())
        fates = [
            {"status": next(done).outcome.value} if isinstance(one, _Ready) else one
            for one in judged
        ]
        results = [
            {"answer": one.answer, "item": one.item} | fate
            for one, fate in zip(sent, fates, strict=True)
        ]
        return JSONResponse({"results": results, "counts": self._counted(visitor)})

    def _settle(
        self, ready: Sequence[_Ready], items: Mapping[str, ReviewItem]
    ) -> Iterator[Settlement]:
        done = self._store.settle_all([(one.answer, one.seen) for one in ready])
        closed = [
            items[one.answer.item_id]
            for one, fate in zip(ready, done, strict=True)
            if fate.outcome is Outcome.STORED and fate.stage is Stage.SETTLED
        ]
        self._counts.settled(group_key(one.kind, one.field_kind) for one in closed)
        return iter(done)

    def _judge(
        self, visitor: Visitor, sent: _Answer, item: ReviewItem | None
    ) -> _Ready | dict[str, str]:
        if item is None or not visitor.may_see(item.job):
            return {"status": "gone"}
        ticket = opened(sent.ticket, sent.item, self._office.signer)
        if ticket is None:
            return {"status": Outcome.TAKEN.value}
        now = self._office.clock()
        words = Sent(
            decision=sent.decision,
            value=sent.value.strip(),
            insisted=sent.insisted.strip(),
            chosen=sent.chosen,
        )
        settled = settle_from(item, words, self._office.check, now.date())
        if settled.problem or settled.doubt:
            said = {"problem": settled.problem, "doubt": settled.doubt}
            return {"status": "asked", "value": settled.value} | said
        seconds = seconds_attended(str(sent.seconds), ticket.at, now)
        return _Ready(
            ReviewAnswer(
                item_id=item.item_id,
                decision=settled.decision,
                value=settled.value,
                by=visitor.login,
                at=now,
                seconds=seconds,
                account=visitor.account_id,
                answer_id=sent.answer,
            ),
            sent.follows or ticket.seen,
        )

    def _check(self, visitor: Visitor, asked: _Check) -> Response:
        item = self._store.items({asked.item}).get(asked.item)
        if item is None or not visitor.may_see(item.job):
            raise HTTPException(404)
        text = asked.value.strip()
        if not text or item.kind is QuestionKind.PAGE:
            return JSONResponse({"problem": "", "meaning": "", "doubt": ""})
        found = self._office.check(item, text, self._office.clock().date())
        return JSONResponse(
            {"problem": found.problem, "meaning": found.meaning, "doubt": found.doubt}
        )

    def _counted(self, visitor: Visitor) -> dict[str, list[int]]:
        groups = self._counts.groups(visitor.jobs)
        return {one.key: [one.open, one.total] for one in groups}


M = TypeVar("M", bound=_Message)


def _read(model: type[M], value: Any) -> M:
    try:
        return model.model_validate(value)
    except pydantic.ValidationError:
        # Not chained: its message would quote what somebody typed.
        raise HTTPException(400) from None
