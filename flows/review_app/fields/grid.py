"""Forty like fields at once: the odd ones are picked out, the rest confirmed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from flows.review_app.access.gate import (
    Form,
    Role,
    Visitor,
    demand,
    form_of,
    page,
    record_view,
)
from flows.review_app.fields.answering import seconds_attended
from flows.review_app.fields.cards import PNG, desk_of, leases_of, store_of
from flows.review_app.fields.counts import Counts
from flows.review_app.fields.tickets import Ticket, opened
from flows.review_app.fields.wording import MARKS, group_title, parse_group
from flows.review_app.office import Office
from tasks.domain.office.entry_rules import in_grid
from tasks.domain.review_item import Decision, ReviewAnswer
from tasks.edges.review.review_alike import Alike
from tasks.edges.review.review_leases import Leased, Wanted

MOST = 40
"""Fields side by side: what an office screen shows without scrolling."""
_MOVED = 303


@dataclass(frozen=True, slots=True)
class Tile:
    """One field of the grid."""

    item_id: str
    ticket: str
    place: str
    """File and page, as staff find the paper."""


class Grid:
    """One method per page."""

    def __init__(self, office: Office, counts: Counts) -> None:
        self._office = office
        self._store = store_of(office)
        self._leases = leases_of(office)
        self._counts = counts

    def shown(self, request: Request) -> Response:
        """Show the next like fields of a group; one by one when there are none."""
        visitor = demand(request, Role.CLERK)
        key = request.query_params.get("group", "")
        group = parse_group(key)
        if group is None:
            return RedirectResponse("/", _MOVED)
        left = request.query_params.get("after", "")
        wanted = Wanted(MOST, self._leases.place_of(left) if left else "", group)
        now = self._office.clock()
        found = Alike(self._leases).take(desk_of(visitor), wanted, now)
        like = [one for one in found if one.item.crop_png.startswith(PNG)]
        if not like:
            return RedirectResponse(f"/next?{urlencode({'group': key})}", _MOVED)
        record_view(self._office, visitor, "grid", [one.item.item_id for one in like])
        first = like[0].item
        reading = in_grid(first, self._office.rules) or ""
        groups = {one.key: one for one in self._counts.groups(visitor.jobs)}
        return page(
            request,
            visitor,
            "fields/grid.html",
            tiles=tuple(self._tile(one) for one in like),
            label=first.label,
            title=group_title(*group),
            value=reading,
            reading=MARKS.get(first.field_kind, {}).get(reading, reading),
            key=key,
            after=like[-1].item.item_id,
            group=groups.get(key),
            csrf=visitor.csrf,
        )

    async def confirmed(self, request: Request) -> Response:
        """Confirm what was not picked out; the odd ones are asked one by one."""
        visitor = demand(request, Role.CLERK)
        form = await form_of(request)
        return await run_in_threadpool(self._confirm, visitor, form)

    def _confirm(self, visitor: Visitor, form: Form) -> Response:
        odd = set(form.all("odd"))
        tickets = [one.partition(":")[::2] for one in form.all("tile")]
        kept = [(one, ticket) for one, ticket in tickets if one not in odd]
        answers = self._answers(visitor, kept, form.get("attended"))
        if answers:
            self._store.settle_all(answers)
        left = [one for one, _ in tickets if one in odd]
        self._leases.give_back(desk_of(visitor), left)
        query = urlencode({"group": form.get("group"), "after": form.get("after")})
        return RedirectResponse(f"/grid?{query}", _MOVED)

    def _answers(
        self, visitor: Visitor, kept: Sequence[tuple[str, str]], attended: str
    ) -> list[tuple[ReviewAnswer, str | None]]:
        now = self._office.clock()
        items = self._store.items(item_id for item_id, _ in kept)
        fit = [
            (ticket, value)
            for item_id, sealed in kept
            if (item := items.get(item_id)) and visitor.may_see(item.job)
            if (ticket := opened(sealed, item_id, self._office.signer))
            if (value := in_grid(item, self._office.rules))
        ]
        return [
            (
                ReviewAnswer(
                    item_id=ticket.item_id,
                    decision=Decision.VALUE,
                    value=value,
                    by=visitor.login,
                    at=now,
                    # Each its share: the sheet was looked at as one.
                    seconds=seconds_attended(attended, ticket.at, now) / len(fit),
                    account=visitor.account_id,
                    answer_id=ticket.answer_id(self._office.signer),
                ),
                ticket.seen,
            )
            for ticket, value in fit
        ]

    def _tile(self, leased: Leased) -> Tile:
        item = leased.item
        ticket = Ticket(item.item_id, leased.seen, self._office.clock())
        return Tile(
            item.item_id,
            ticket.sealed(self._office.signer),
            f"{item.file}　{item.page}ページ",
        )
