"""Lists of questions: by state, narrowed, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from flows.review_app.access.gate import (
    Form,
    Visitor,
    demand,
    form_of,
    office_of,
    page,
    record_view,
)
from flows.review_app.fields.wording import group_key, group_title
from flows.review_app.lists.choosing import WORDS, Choice, choice_of
from flows.review_app.lists.people import People, people_of
from flows.review_app.lists.wording import (
    ACTION_TITLES,
    VIEW_TITLES,
    moment,
    standing,
)
from flows.review_app.office import Office
from ocr.model import FieldKind
from tasks.domain.review.accounts import Role
from tasks.domain.review.question_list import STATE_TITLES, JobProgress, Listed, State
from tasks.domain.review_item import QuestionKind
from tasks.edges.office_database.audit_search import AuditFilter, AuditSearch
from tasks.edges.review.question_lists import MOST_COUNTED, QuestionLists

READERS = (Role.CLERK, Role.AUDITOR)
PAGE_ROWS = 50
_MOST_FOUND = 100
_MOST_OF_DOCUMENT = 300
_MOST_VIEWS = 200


@dataclass(frozen=True, slots=True)
class Row:
    """A question as a list draws it."""

    one: Listed
    kind: str
    job: str
    standing: str
    person: str
    at: str
    asked: str


@dataclass(frozen=True, slots=True)
class Tab:
    """A state with the number of its questions."""

    title: str
    address: str
    count: str
    here: bool


def listed(request: Request) -> Response:
    """Show a page of a list."""
    visitor = demand(request, *READERS)
    office = office_of(request)
    now = office.clock()
    people = people_of(office.database)
    choice = choice_of(
        request.query_params, visitor=visitor, people=people, zone=now.tzinfo
    )
    lists = QuestionLists(office.database)
    after = request.query_params.get("after", "")
    before = request.query_params.get("before", "")
    found = lists.page(choice.wanted, now, size=PAGE_ROWS, after=after, before=before)
    rows = rows_of(found.rows, office, people)
    progress = lists.progress(visitor.jobs)
    if rows:
        record_view(office, visitor, "list", [row.one.item_id for row in rows])
    return page(
        request,
        visitor,
        "lists/list.html",
        choice=choice,
        words={key: choice.words.get(key, "") for key in WORDS},
        rows=rows,
        state=choice.wanted.state,
        states=State,
        count=told(lists.count(choice.wanted, now)),
        tabs=_tabs(choice),
        progress=_progress(progress, office),
        earlier=choice.address(before=rows[0].one.item_id)
        if found.earlier and rows
        else "",
        later=choice.address(after=rows[-1].one.item_id)
        if found.later and rows
        else "",
        choices=choices_of(office, visitor, people, progress),
        may_change=visitor.may(Role.CLERK),
        sees_log=visitor.may(Role.AUDITOR),
    )


async def found(request: Request) -> Response:
    """Show the files whose name holds a text; names of files stand in no address."""
    visitor = demand(request, *READERS)
    form = await form_of(request)
    return await run_in_threadpool(_found, request, visitor, form)


def document(request: Request) -> Response:
    """Show every question about one file, and to whom its data was shown."""
    visitor = demand(request, *READERS)
    office = office_of(request)
    now = office.clock()
    sha256 = request.path_params["sha256"]
    lists = QuestionLists(office.database)
    ones = lists.of_document(sha256, now, most=_MOST_OF_DOCUMENT)
    ones = tuple(one for one in ones if visitor.may_see(one.job))
    if not ones:
        raise HTTPException(404)
    people = people_of(office.database)
    record_view(office, visitor, "document", [one.item_id for one in ones])
    views = _views(office, ones, people) if visitor.may(Role.AUDITOR) else ()
    return page(
        request,
        visitor,
        "lists/document.html",
        file=ones[0].file,
        rows=rows_of(ones, office, people),
        more=len(ones) == _MOST_OF_DOCUMENT,
        views=views,
        shows_views=visitor.may(Role.AUDITOR),
    )


def rows_of(ones: tuple[Listed, ...], office: Office, people: People) -> list[Row]:
    """Return questions as a list draws them."""
    zone = office.clock().tzinfo
    return [
        Row(
            one=one,
            kind=group_title(one.kind, one.field_kind),
            job=office.jobs.get(one.job, one.job),
            standing=standing(one),
            person=people.name(one.person),
            at=moment(one.at, zone),
            asked=moment(one.asked_at, zone),
        )
        for one in ones
    ]


def told(count: int) -> str:
    """Return a number as told: exact up to a limit.

    Examples:
        >>> told(1234), told(10_001)
        ('1,234', '10,000以上')
    """
    return f"{count:,}" if count <= MOST_COUNTED else f"{MOST_COUNTED:,}以上"


def _found(request: Request, visitor: Visitor, form: Form) -> Response:
    office = office_of(request)
    name = form.get("name").strip()
    lists = QuestionLists(office.database)
    documents = lists.documents(name, visitor.jobs, most=_MOST_FOUND) if name else ()
    return page(
        request,
        visitor,
        "lists/found.html",
        name=name,
        documents=documents,
        more=len(documents) == _MOST_FOUND,
    )


def _tabs(choice: Choice) -> list[Tab]:
    return [
        Tab(
            title=title,
            address=choice.address(state=state.value),
            count="",
            here=state is choice.wanted.state,
        )
        for state, title in STATE_TITLES.items()
    ]


def _progress(
    found: tuple[JobProgress, ...], office: Office
) -> list[tuple[str, JobProgress]]:
    return [(office.jobs.get(one.job, one.job), one) for one in found]


def choices_of(
    office: Office,
    visitor: Visitor,
    people: People,
    progress: Sequence[JobProgress],
) -> dict[str, list[tuple[str, str]]]:
    """Return what may be chosen in each select of the filter: value and title."""
    lists = QuestionLists(office.database)
    jobs = {one.job: one.job for one in progress} | dict(office.jobs)
    kinds = [(QuestionKind.PAGE, "")] + [
        (kind, field.value)
        for kind in (QuestionKind.FIELD, QuestionKind.BLIND)
        for field in FieldKind
    ]
    return {
        "job": sorted(
            (job, title) for job, title in jobs.items() if visitor.may_see(job)
        ),
        "group": [(group_key(*one), group_title(*one)) for one in kinds],
        "form": [(form, form) for form in lists.forms(visitor.jobs)],
        "person": sorted((one.login, one.name) for one in people.accounts),
    }


def _views(
    office: Office, ones: tuple[Listed, ...], people: People
) -> list[tuple[str, str, str]]:
    """Return when, who and what, for everything shown about some questions."""
    search = AuditSearch(office.database)
    zone = office.clock().tzinfo
    entries = {
        entry.seq: entry
        for one in ones
        for entry in search.page(
            AuditFilter(subject=one.item_id), size=_MOST_VIEWS
        ).entries
    }
    newest = sorted(entries.values(), key=lambda entry: entry.seq, reverse=True)
    return [
        (
            moment(entry.at, zone),
            people.name(entry.who),
            VIEW_TITLES.get(
                dict(entry.details).get("what", ""),
                ACTION_TITLES.get(entry.action, entry.action),
            ),
        )
        for entry in newest[:_MOST_VIEWS]
    ]
