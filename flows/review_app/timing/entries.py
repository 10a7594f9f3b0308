"""The page on which staff enter upkeep, attending, exceptions and items done by hand."""

from __future__ import annotations

import uuid
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from flows.review_app.access.gate import Form, Role, Visitor, demand, form_of, page
from flows.review_app.office import Office
from flows.review_app.timing.desk import READERS, WORKERS, TimingDesk
from flows.review_app.timing.typed import (
    MAX_NOTE,
    Problem,
    day_of,
    number_of,
    text_of,
    whole_of,
)
from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.baseline_study import MS_PER_MINUTE
from tasks.domain.hours_saved.savings import (
    UPKEEP_KINDS,
    EntryKind,
    SavingsLine,
    TypedEntry,
    baseline_in_force,
)
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.office.periods import Period, months_after
from tasks.edges.hours_saved.savings_ledger import SavingsLedger
from tasks.edges.office_database.audit_log import AuditLog

KINDS = (
    *UPKEEP_KINDS,
    EntryKind.ATTENDED,
    EntryKind.EXCEPTION,
    EntryKind.BY_HAND,
)
_HELP = {
    EntryKind.FORM_DEFINITION: "様式の欄を決める・直す",
    EntryKind.SCREEN_SCRIPT: "画面操作の手順を作る・直す",
    EntryKind.MEETING: "人数 × 時間",
    EntryKind.TRAINING: "説明会・研修",
    EntryKind.OTHER_UPKEEP: "そのほかの維持",
    EntryKind.ATTENDED: "スキャン・開始・見守り・結果の受け取り",
    EntryKind.EXCEPTION: "機械で済まずに人が対応",
    EntryKind.BY_HAND: "手作業で済ませた件数（時間は導入前と同じと数えます）",
}
_FIELDS = ("job", "kind", "amount", "items", "day", "note")
_MOVED = 303
_UNPROCESSABLE = 422
_MONTHS_SHOWN = 3


class Entries:
    """One method per page."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._desk = TimingDesk(office)
        self._ledger = SavingsLedger(office.database)

    def show(self, request: Request) -> Response:
        """Show the form, and what was entered lately."""
        visitor = demand(request, *READERS)
        return self._page(
            request, visitor, {"job": request.query_params.get("job", "")}
        )

    async def enter(self, request: Request) -> Response:
        """Take an entry."""
        visitor = demand(request, *WORKERS)
        form = await form_of(request)
        return await run_in_threadpool(self._entered, request, visitor, form)

    async def cancel(self, request: Request) -> Response:
        """Take an entry back; both lines stay."""
        visitor = demand(request, *WORKERS)
        form = await form_of(request)
        return await run_in_threadpool(self._cancelled, request, visitor, form)

    def _entered(self, request: Request, visitor: Visitor, form: Form) -> Response:
        typed = {name: form.get(name) for name in _FIELDS}
        try:
            entry = self._entry_of(visitor, typed)
            baseline = baseline_in_force(self._desk.baselines(), entry.job, entry.day)
            line = self._ledger.enter(
                entry, baseline, entry_id=form.get("entry_id")[:64]
            )
        except Problem as problem:
            return self._page(request, visitor, typed, problem=str(problem))
        except NeedsPersonError as error:
            return self._page(request, visitor, typed, problem=error.sentence)
        self._log(visitor, "account_entered", line)
        return RedirectResponse(f"/timing/entries?job={entry.job}", _MOVED)

    def _entry_of(self, visitor: Visitor, typed: dict[str, str]) -> TypedEntry:
        now = self._office.clock()
        job, kinds = typed["job"], {one.value: one for one in KINDS}
        if job not in self._desk.titles(visitor):
            raise Problem("業務を選んでください。")
        kind = kinds.get(typed["kind"])
        if kind is None:
            raise Problem("種類を選んでください。")
        by_hand = kind is EntryKind.BY_HAND
        return TypedEntry(
            job=job,
            kind=kind,
            at=now,
            day=day_of(typed["day"], today=now.date()),
            by_whom=visitor.login,
            minutes=0.0
            if by_hand
            else number_of(typed["amount"], "かかった分", least=0.1, most=100_000),
            items=whole_of(
                typed["items"] or "0", "件数", least=int(by_hand), most=1_000_000
            ),
            note=text_of(typed["note"], "内容", most=MAX_NOTE),
        )

    def _cancelled(self, request: Request, visitor: Visitor, form: Form) -> Response:
        number = request.path_params["line"]
        shown = {one.line_id: one for one in self._lines(visitor)}
        line = shown.get(number)
        if line is None or not (
            line.by_whom == visitor.login or visitor.may(Role.KEEPER)
        ):
            raise HTTPException(403)
        try:
            back = self._ledger.cancel(
                number,
                by_whom=visitor.login,
                at=self._office.clock(),
                note=form.get("note")[:MAX_NOTE],
            )
        except NeedsPersonError as error:
            return self._page(request, visitor, {}, problem=error.sentence)
        self._log(visitor, "account_cancelled", back)
        return RedirectResponse("/timing/entries", _MOVED)

    def _log(self, visitor: Visitor, action: str, line: SavingsLine) -> None:
        AuditLog(self._office.database).append(
            action,
            who=visitor.login,
            at=self._office.clock(),
            subject=f"savings-line-{line.line_id}",
            details={"job": line.job, "day": line.day.isoformat()},
        )

    def _lines(self, visitor: Visitor) -> list[SavingsLine]:
        """Return what was typed in for the last months, newest first."""
        today = self._office.clock().date()
        first = months_after(today.replace(day=1), -_MONTHS_SHOWN)
        typed = {*KINDS, EntryKind.CANCELLED}
        return [
            one
            for one in reversed(self._ledger.lines(first, Period.month(today).last))
            if one.kind in typed and visitor.may_see(one.job)
        ]

    def _page(
        self,
        request: Request,
        visitor: Visitor,
        typed: dict[str, str],
        *,
        problem: str = "",
    ) -> Response:
        titles = self._desk.titles(visitor)
        lines = self._lines(visitor)
        gone = {one.cancels for one in lines if one.cancels is not None}
        return page(
            request,
            visitor,
            "timing/entries.html",
            status=_UNPROCESSABLE if problem else 200,
            titles=titles,
            kinds=[(one.value, _HELP[one]) for one in KINDS],
            typed=dict.fromkeys(_FIELDS, "")
            | {"day": self._office.clock().date().isoformat()}
            | typed,
            lines=[self._row(one, titles, visitor, gone) for one in lines],
            entry_id=uuid.uuid4().hex,
            problem=problem,
            works=visitor.may(*WORKERS),
        )

    @staticmethod
    def _row(
        line: SavingsLine, titles: dict[str, str], visitor: Visitor, gone: set[int]
    ) -> dict[str, Any]:
        spent = line.attended_ms + line.upkeep_ms + line.exception_ms
        amount = f"{spent / MS_PER_MINUTE:,.1f}分" if spent else ""
        items = line.by_hand_items or line.exception_items
        standing = line.cancels is None and line.line_id not in gone
        return {
            "number": line.line_id,
            "day": letter_date(line.day),
            "title": titles.get(line.job, line.job),
            "kind": line.kind.value
            if line.cancels is None
            else f"{line.cancels} の取消",
            "amount": "　".join(
                word for word in (amount, f"{items:,}件" if items else "") if word
            ),
            "by_whom": line.by_whom,
            "note": line.note,
            "standing": standing,
            "may_cancel": standing
            and (line.by_whom == visitor.login or visitor.may(Role.KEEPER)),
        }
