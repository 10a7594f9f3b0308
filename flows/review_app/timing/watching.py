"""The stopwatch page of a job: press, undo, write in, adopt."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from flows.review_app.access.gate import (
    Form,
    Role,
    Visitor,
    demand,
    form_of,
    page,
    templates,
)
from flows.review_app.office import Office
from flows.review_app.timing.desk import (
    READERS,
    WORKERS,
    TimingDesk,
    clock_of,
    months_to_begin,
)
from flows.review_app.timing.typed import (
    MAX_NOTE,
    Problem,
    day_of,
    number_of,
    text_of,
    whole_of,
)
from tasks.domain.errors import NeedsPersonError
from tasks.domain.hours_saved.baseline_study import MS_PER_MINUTE, BaselineSample
from tasks.domain.hours_saved.savings_statement import baseline_words
from tasks.domain.hours_saved.time_watch import Turn, Watch, WatchKey
from tasks.domain.office.periods import month_title, next_month
from tasks.edges.hours_saved.time_watches import Press, TimeWatches
from tasks.edges.office_database.audit_log import AuditLog

_MOVED = 303
_UNPROCESSABLE = 422
_OLDEST_PRESS = dt.timedelta(hours=24)
"""A press that waited longer for a connection counts from then."""
_PAPER = "時計と記録紙"


class Watching:
    """One method per page or press."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._desk = TimingDesk(office)
        self._watches = TimeWatches(office.database)

    def jobs(self, request: Request) -> Response:
        """Show every job with what is known of it."""
        visitor = demand(request, *READERS)
        watch = self._watches.watch(visitor.account_id)
        return page(
            request,
            visitor,
            "timing/jobs.html",
            jobs=self._desk.jobs(visitor),
            timed=self._desk.titles(visitor).get(watch.job, "") if watch else "",
            timed_job=watch.job if watch else "",
            works=visitor.may(*WORKERS),
        )

    def watch(self, request: Request) -> Response:
        """Show the stopwatch of a job."""
        visitor, job = self._desk.job_of(request, *READERS)
        return self._page(request, visitor, job)

    async def press(self, request: Request) -> Response:
        """Take a press of the stopwatch."""
        visitor, job = self._desk.job_of(request, *WORKERS)
        form = await form_of(request)
        return await run_in_threadpool(self._pressed, request, visitor, job, form)

    async def add(self, request: Request) -> Response:
        """Take a sample that was timed on paper."""
        visitor, job = self._desk.job_of(request, *WORKERS)
        form = await form_of(request)
        return await run_in_threadpool(self._added, request, visitor, job, form)

    async def cancel(self, request: Request) -> Response:
        """Take back a sample; both lines stay."""
        visitor, job = self._desk.job_of(request, *WORKERS)
        form = await form_of(request)
        return await run_in_threadpool(self._cancelled, request, visitor, job, form)

    async def adopt(self, request: Request) -> Response:
        """Make the mean the baseline from a month on."""
        visitor, job = self._desk.job_of(request, Role.KEEPER)
        form = await form_of(request)
        return await run_in_threadpool(self._adopted, request, visitor, job, form)

    def _pressed(
        self, request: Request, visitor: Visitor, job: str, form: Form
    ) -> Response:
        try:
            press = self._press_of(visitor, job, form)
        except Problem as problem:
            return self._answer(request, visitor, job, Turn(None), str(problem))
        found = self._watches.press(visitor.account_id, press)
        return self._answer(request, visitor, job, found, found.problem)

    def _press_of(self, visitor: Visitor, job: str, form: Form) -> Press:
        key = form.get("key")
        if key not in set(WatchKey):
            raise HTTPException(400)
        waited = dt.timedelta(
            milliseconds=min(
                number_of(form.get("waited_ms") or "0", "待ち時間", least=0),
                _OLDEST_PRESS / dt.timedelta(milliseconds=1),
            )
        )
        return Press(
            press_id=form.get("press_id")[:64] or uuid.uuid4().hex,
            key=WatchKey(key),
            job=job,
            at=self._office.clock() - waited,
            by_whom=visitor.login,
            items=whole_of(form.get("items") or "1", "件数", most=10_000),
            note=text_of(form.get("note"), "備考", most=MAX_NOTE),
        )

    def _added(
        self, request: Request, visitor: Visitor, job: str, form: Form
    ) -> Response:
        now = self._office.clock()
        try:
            minutes = number_of(
                form.get("minutes"), "かかった分", least=0.01, most=6000
            )
            day = day_of(form.get("day"), today=now.date())
            sample = BaselineSample(
                0,
                job,
                round(minutes * MS_PER_MINUTE),
                whole_of(form.get("items") or "1", "件数", most=10_000),
                visitor.login,
                now.replace(year=day.year, month=day.month, day=day.day),
                _PAPER,
                text_of(form.get("note"), "備考", most=MAX_NOTE),
            )
        except Problem as problem:
            return self._page(request, visitor, job, problem=str(problem))
        self._watches.write_in(form.get("press_id")[:64], visitor.account_id, sample)
        return RedirectResponse(f"/timing/{job}", _MOVED)

    def _cancelled(
        self, request: Request, visitor: Visitor, job: str, form: Form
    ) -> Response:
        wanted = form.get("seq")
        lines = {str(one.seq): one for one in self._desk.study(job, visitor).lines}
        line = lines.get(wanted)
        if line is None or not (line.mine or visitor.may(Role.KEEPER)):
            raise HTTPException(403)
        if not line.state:
            self._desk.store.cancel(
                line.seq,
                by_whom=visitor.login,
                at=self._office.clock(),
                note=form.get("note")[:MAX_NOTE],
            )
        watch = self._watches.watch(visitor.account_id)
        return self._answer(request, visitor, job, Turn(watch), "")

    def _adopted(
        self, request: Request, visitor: Visitor, job: str, form: Form
    ) -> Response:
        now = self._office.clock()
        try:
            since = form.get("since")
            version = self._desk.store.adopt(
                job,
                valid_from=day_of(form.get("from"), today=None),
                measured_since=day_of(since, today=now.date()) if since else None,
                by_whom=visitor.login,
                at=now,
            )
        except Problem as problem:
            return self._page(request, visitor, job, problem=str(problem))
        except NeedsPersonError as error:
            return self._page(request, visitor, job, problem=error.sentence)
        AuditLog(self._office.database).append(
            "baseline_adopted",
            who=visitor.login,
            at=now,
            subject=job,
            details={
                "from": version.valid_from.isoformat(),
                "samples": version.samples,
                "minutes": f"{version.minutes_per_item:.4f}",
            },
        )
        return RedirectResponse(f"/timing/{job}#adopted", _MOVED)

    def _answer(
        self, request: Request, visitor: Visitor, job: str, found: Turn, problem: str
    ) -> Response:
        """Return the new state to a script, or the page again without one."""
        if "application/json" not in request.headers.get("accept", ""):
            if problem:
                return self._page(request, visitor, job, problem=problem)
            return RedirectResponse(f"/timing/{job}", _MOVED)
        watch = self._watches.watch(visitor.account_id)
        study = (
            templates()
            .get_template("timing/study.html")
            .render(**self._study(visitor, job))
        )
        says = f"{clock_of(found.timed_ms)} を記録しました。" if found.timed_ms else ""
        return JSONResponse(
            {
                **self._state(watch, job),
                "problem": problem,
                "says": says,
                "study": study,
            }
        )

    def _state(self, watch: Watch | None, job: str) -> dict[str, Any]:
        here = watch is not None and watch.job == job
        return {
            "timing": here,
            "running": here and watch is not None and watch.running,
            "elapsed_ms": watch.elapsed_ms(self._office.clock())
            if here and watch is not None
            else 0,
            "elsewhere": "" if watch is None or here else watch.job,
        }

    def _study(self, visitor: Visitor, job: str) -> dict[str, Any]:
        return {
            "job": job,
            "study": self._desk.study(job, visitor),
            "visitor": visitor,
            "works": visitor.may(*WORKERS),
            "keeper": visitor.may(Role.KEEPER),
        }

    def _page(
        self, request: Request, visitor: Visitor, job: str, *, problem: str = ""
    ) -> Response:
        watch = self._watches.watch(visitor.account_id)
        titles = self._desk.titles(visitor)
        baselines = [one for one in self._desk.baselines() if one.job == job]
        today = self._office.clock().date()
        state = self._state(watch, job)
        values = self._study(visitor, job)
        del values["visitor"]
        return page(
            request,
            visitor,
            "timing/watch.html",
            status=_UNPROCESSABLE if problem else 200,
            title=titles[job],
            state=state,
            clock=clock_of(state["elapsed_ms"]),
            elsewhere=titles.get(state["elsewhere"], ""),
            press_id=uuid.uuid4().hex,
            problem=problem,
            today=today.isoformat(),
            baselines=[
                (month_title(one.valid_from), baseline_words(one))
                for one in sorted(baselines, key=lambda one: one.valid_from)
            ],
            next_month=next_month(today).isoformat(),
            months=[
                (month.isoformat(), month_title(month))
                for month in months_to_begin(today, self._desk.store.counted_until(job))
            ],
            **values,
        )
