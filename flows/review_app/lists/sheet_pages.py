"""The page from which workbooks leave and on which they come back."""

from __future__ import annotations

import datetime as dt
import shutil
import tempfile
from pathlib import Path
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile
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
from flows.review_app.lists.choosing import choice_of
from flows.review_app.lists.pages import choices_of, told
from flows.review_app.lists.people import people_of
from flows.review_app.lists.sheet_export import export_open
from flows.review_app.lists.sheet_return import MAX_NAME, ReadBack, read_back
from flows.review_app.lists.wording import moment
from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.accounts import Role
from tasks.domain.review.question_sheet import FATE_TITLES, MOST_QUESTIONS, Fate
from tasks.edges.review.filled_workbook import MAX_BYTES
from tasks.edges.review.question_exports import Hand, QuestionExports
from tasks.edges.review.question_lists import QuestionLists

LONGEST_BODY = MAX_BYTES + (1 << 20)
"""Bytes of a request that brings a workbook."""
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_USUAL = 100
_MOST_LISTED = 30
_UNPROCESSABLE = 422


def shown(request: Request) -> Response:
    """Show the forms for both ways and the newest workbooks."""
    return _page(request, demand(request, Role.CLERK))


async def exported(request: Request) -> Response:
    """Hand out a workbook of open questions."""
    visitor = demand(request, Role.CLERK)
    form = await form_of(request)
    return await run_in_threadpool(_export, request, visitor, form)


async def returned(request: Request) -> Response:
    """Take a workbook back."""
    visitor = demand(request, Role.CLERK)
    form = await form_of(request, max_files=1)
    try:
        return await run_in_threadpool(_return, request, visitor, form)
    finally:
        await form.data.close()


def hand_of(visitor: Visitor) -> Hand:
    """Return whose hands a workbook goes through."""
    return Hand(visitor.login, visitor.account_id)


def _export(request: Request, visitor: Visitor, form: Form) -> Response:
    office = office_of(request)
    typed = {key: form.get(key).strip() for key in ("job", "group", "form", "section")}
    most = form.get("most").strip() or f"{_USUAL}"
    if not (most.isascii() and most.isdigit() and 0 < int(most) <= MOST_QUESTIONS):
        problem = f"件数は1から{MOST_QUESTIONS}までの数で入れてください。"
        return _page(request, visitor, problem=problem, typed=typed)
    if len(typed["section"]) > MAX_NAME:
        problem = f"渡す課は{MAX_NAME}字までで入れてください。"
        return _page(request, visitor, problem=problem, typed=typed)
    people, zone = people_of(office.database), office.clock().tzinfo
    choice = choice_of(typed, visitor=visitor, people=people, zone=zone)
    made = export_open(
        office,
        choice.wanted,
        hand_of(visitor),
        section=typed["section"],
        most=int(most),
    )
    if made is None:
        problem = (
            "書き出せる質問がありません。ほかの職員が確認中のものは書き出しません。"
        )
        return _page(request, visitor, problem=problem, typed=typed)
    disposition = f"attachment; filename*=UTF-8''{quote(made.name)}"
    headers = {"Content-Disposition": disposition}
    return Response(made.content, media_type=_XLSX, headers=headers)


def _return(request: Request, visitor: Visitor, form: Form) -> Response:
    upload = form.file("workbook")
    if upload is None:
        return _page(request, visitor, refused="ファイルを選んでください。")
    office = office_of(request)
    with tempfile.TemporaryDirectory(prefix="yakuba-") as folder:
        # Never under the name it came with: that may be anything.
        path = Path(folder) / "returned.xlsx"
        _keep(upload, path)
        try:
            found = read_back(office, path, hand_of(visitor), jobs=visitor.jobs)
        except NeedsPersonError as error:
            return _page(request, visitor, refused=error.sentence)
    return page(
        request,
        visitor,
        "lists/returned.html",
        status=_UNPROCESSABLE if found.faults else 200,
        found=found,
        minutes=f"{found.minutes:g}",
        summary=_summary(found),
        fates=FATE_TITLES,
        stored=Fate.STORED,
    )


def _keep(upload: UploadFile, path: Path) -> None:
    with path.open("wb") as file:
        upload.file.seek(0)
        shutil.copyfileobj(upload.file, file)


def _summary(found: ReadBack) -> list[tuple[str, int]]:
    counts = [(title, found.count(fate)) for fate, title in FATE_TITLES.items()]
    return [(title, count) for title, count in counts if count]


def _page(
    request: Request,
    visitor: Visitor,
    *,
    problem: str = "",
    refused: str = "",
    typed: dict[str, str] | None = None,
) -> Response:
    office = office_of(request)
    people = people_of(office.database)
    now = office.clock()
    lists = QuestionLists(office.database)
    zone: dt.tzinfo | None = now.tzinfo
    everything = choice_of({}, visitor=visitor, people=people, zone=zone)
    store = QuestionExports(office.database)
    own = "" if visitor.may(Role.KEEPER) else visitor.login
    return page(
        request,
        visitor,
        "lists/workbooks.html",
        status=_UNPROCESSABLE if problem or refused else 200,
        problem=problem,
        refused=refused,
        typed=dict.fromkeys(("job", "group", "form", "section"), "") | (typed or {}),
        usual=_USUAL,
        most=MOST_QUESTIONS,
        longest=MAX_NAME,
        megabytes=MAX_BYTES >> 20,
        open=told(lists.count(everything.wanted, now)),
        choices=choices_of(office, visitor, people, lists.progress(visitor.jobs)),
        exports=[
            (moment(one.at, zone), people.name(one.by), one)
            for one in store.newest(_MOST_LISTED, by=own)
        ],
    )
