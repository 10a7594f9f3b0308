"""Lists of questions: every one once, in order, by index, and nobody else's."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from tasks.domain.review.double_entry import Stage
from tasks.domain.review.question_list import Filter, JobProgress, Listed, State
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.review.question_lists import (
    MOST_COUNTED,
    SHOWN,
    QuestionLists,
    keys_of,
    query_of,
)
from tasks.edges.review.review_leases import Desk, Leases, Wanted
from tasks.edges.review.review_store import ReviewStore

NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
NEVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
JOBS = ("tax_delinquency", "subsidy", "nursery")
KINDS = ("date", "name", "amount")
PEOPLE = ("yamada", "suzuki")


def question(number: int) -> ReviewItem:
    kind = QuestionKind.BLIND if number % 7 == 0 else QuestionKind.FIELD
    job, field_kind = JOBS[number % 3], KINDS[number % 2]
    document = f"{number // 5:064x}"
    return ReviewItem(
        item_id=item_id(job, document, number, field_kind, kind),
        job=job,
        kind=kind,
        document_sha256=document,
        file=f"潮見 渚_{number // 5:03}.pdf",
        page=number,
        field_id=field_kind,
        label="氏名",
        field_kind=field_kind,
        form=f"form_{number % 4}",
        reason="二つの読取結果が一致しません。",
        value_read="潮見 渚",
    )


@dataclass
class Planted:
    """Questions in every state, and what is known of each."""

    lists: QuestionLists
    store: ReviewStore
    state: dict[str, State]
    person: dict[str, str]
    at: dict[str, dt.datetime]
    items: dict[str, ReviewItem]

    def expected(self, wanted: Filter) -> list[str]:
        """Return what a list must hold, without a database."""
        found = [key for key in self.items if self._fits(key, wanted)]
        if wanted.state is State.DONE:
            return sorted(found, key=lambda key: (self.at[key], key), reverse=True)
        order = [item.item_id for item in sorted(self.items.values(), key=_place)]
        return sorted(found, key=order.index)

    def _fits(self, key: str, wanted: Filter) -> bool:
        item = self.items[key]
        return all(
            (
                self.state[key] is wanted.state,
                wanted.jobs is None or item.job in wanted.jobs,
                wanted.group in (None, (item.kind, item.field_kind)),
                wanted.form in ("", item.form),
                wanted.document in ("", item.document_sha256),
                wanted.person in ("", self.person.get(key)),
                wanted.since is None or self.at.get(key, NEVER) >= wanted.since,
                wanted.until is None or self.at.get(key, NEVER) < wanted.until,
            )
        )

    def walk(self, wanted: Filter, size: int) -> list[Listed]:
        """Return the whole list, a page at a time, there and back."""
        pages = [self.lists.page(wanted, NOON, size=size)]
        while pages[-1].later:
            last = pages[-1].rows[-1].item_id
            pages.append(self.lists.page(wanted, NOON, size=size, after=last))
        assert not pages[0].earlier
        for before, page in itertools.pairwise(pages):
            assert page.earlier
            back = self.lists.page(wanted, NOON, size=size, before=page.rows[0].item_id)
            assert back.rows == before.rows
            assert back.earlier is before.earlier
            assert back.later
        return [row for page in pages for row in page.rows]


def _place(item: ReviewItem) -> tuple[object, ...]:
    order = {QuestionKind.PAGE: 0, QuestionKind.FIELD: 1, QuestionKind.BLIND: 2}
    texts = (item.field_kind, item.form, item.field_id, item.file)
    return (order[item.kind], *map(str.encode, texts), item.page, item.item_id)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


@pytest.fixture
def planted(database: Database) -> Planted:
    return plant(database)


def plant(database: Database, count: int = 120) -> Planted:
    chance = random.Random(20261120)  # noqa: S311 - planted, not secret
    store = ReviewStore(database)
    items = {one.item_id: one for one in map(question, range(count))}
    store.ask(items.values(), at=NOON - dt.timedelta(days=3))
    state, person, at = {}, {}, {}
    withdrawn = []
    for key in items:
        who = PEOPLE[chance.randrange(2)]
        when = NOON - dt.timedelta(hours=chance.randrange(48))
        drawn = chance.randrange(6)
        state[key] = State.OPEN
        if drawn in (0, 1):
            state[key], person[key], at[key] = State.DONE, who, when
            store.settle(answer(key, who, when))
        elif drawn == 2:
            state[key], person[key] = State.HELD, who
            store.hold(key, reason="紙を確かめます", by=who, at=NOON)
        elif drawn == 3:
            state[key] = State.WITHDRAWN
            withdrawn.append(key)
    store.withdraw(withdrawn)
    return Planted(QuestionLists(database), store, state, person, at, items)


def answer(key: str, who: str, when: dt.datetime) -> ReviewAnswer:
    return ReviewAnswer(key, Decision.VALUE, "R5.4.1", who, when, 2.0)


SOME = frozenset({"subsidy", "nursery"})
FILTERS = [
    pytest.param(Filter(), id="all"),
    pytest.param(Filter(jobs=SOME), id="some jobs"),
    pytest.param(Filter(jobs=frozenset()), id="no job"),
    pytest.param(Filter(group=(QuestionKind.FIELD, "date")), id="kind"),
    pytest.param(Filter(group=(QuestionKind.BLIND, "name"), jobs=SOME), id="blind"),
    pytest.param(Filter(form="form_2"), id="form"),
    pytest.param(Filter(document=f"{7:064x}"), id="document"),
    pytest.param(
        Filter(form="form_1", jobs=SOME, group=(QuestionKind.FIELD, "name")),
        id="all at once",
    ),
]


@pytest.mark.parametrize("state", list(State))
def test_a_list_holds_what_fits_and_nothing_else_page_by_page(
    planted: Planted, state: State
) -> None:
    for case in FILTERS:
        wanted = replace(case.values[0], state=state)
        found = [row.item_id for row in planted.walk(wanted, 7)]
        assert found == planted.expected(wanted), case.id
        assert planted.lists.count(wanted, NOON) == len(found), case.id


def test_done_questions_are_found_by_person_and_day(planted: Planted) -> None:
    for person in (*PEOPLE, "nobody"):
        for jobs in (None, SOME):
            wanted = Filter(
                state=State.DONE,
                person=person,
                jobs=jobs,
                since=NOON - dt.timedelta(hours=30),
                until=NOON - dt.timedelta(hours=3),
            )
            rows = planted.walk(wanted, 3)
            assert [row.item_id for row in rows] == planted.expected(wanted)
            assert {row.person for row in rows} <= {person}
    held = planted.walk(Filter(state=State.HELD, person="yamada"), 3)
    assert {row.held_reason for row in held} == {"紙を確かめます"}
    assert {row.person for row in held} == {"yamada"}


def test_an_open_question_shows_who_looks_at_it_until_he_is_gone(
    planted: Planted,
) -> None:
    leases = Leases(planted.lists.database, planted.store.rules)
    (leased,) = leases.take(Desk("account-1"), Wanted(1), NOON)
    (row,) = planted.walk(Filter(person="account-1"), 5)
    assert (row.item_id, row.person) == (leased.item.item_id, "account-1")
    later = NOON + dt.timedelta(hours=1)
    found = planted.lists.listed(leased.item.item_id, later)
    assert found is not None
    assert (found.person, found.at) == ("", None)
    assert found.asked_at == NOON - dt.timedelta(days=3)


def test_progress_adds_up_to_what_was_asked(planted: Planted) -> None:
    found = {one.job: one for one in planted.lists.progress(None)}
    for job in JOBS:
        mine = [
            planted.state[key] for key, one in planted.items.items() if one.job == job
        ]
        assert found[job].waiting == mine.count(State.OPEN)
        assert found[job].held == mine.count(State.HELD)
        assert found[job].done == mine.count(State.DONE)
        assert found[job].total == len(mine) - mine.count(State.WITHDRAWN)
    assert set(planted.lists.progress(SOME)) == {found[job] for job in SOME}
    assert planted.lists.progress(frozenset()) == ()


def test_progress_tells_second_entries_and_third_looks(database: Database) -> None:
    store = ReviewStore(database)
    items = [
        replace(question(number), error_class="strict", field_kind="amount")
        for number in (1, 4, 10)
    ]
    store.ask(items)
    for item in items[:2]:
        store.settle(replace(answer(item.item_id, "yamada", NOON), value="1"))
    store.settle(replace(answer(items[0].item_id, "suzuki", NOON), value="2"))
    assert QuestionLists(database).progress(None) == (
        JobProgress("subsidy", open=1, second=1, third=1, held=0, done=0),
    )
    rows = QuestionLists(database).page(Filter(), NOON, size=9).rows
    assert {row.stage for row in rows} == {Stage.FIRST, Stage.SECOND, Stage.THIRD}


def test_forms_and_documents_are_those_of_the_jobs_one_may_see(
    planted: Planted,
) -> None:
    lists = planted.lists
    assert lists.forms(None) == ("form_0", "form_1", "form_2", "form_3")
    assert lists.forms(frozenset()) == ()
    found = lists.documents("_00", SOME, most=20)
    assert len(found) == 10
    assert lists.documents("%", None, most=20) == ()
    assert lists.documents("潮見", None, most=3)[0][1] == "潮見 渚_000.pdf"
    rows = lists.of_document(f"{3:064x}", NOON, most=20)
    assert {row.file for row in rows} == {"潮見 渚_003.pdf"}
    assert len(rows) == 5
    assert "潮見" not in repr(rows)


def test_a_page_after_a_question_that_left_the_list_begins_at_the_front(
    planted: Planted,
) -> None:
    first = planted.lists.page(Filter(state=State.DONE), NOON, size=5)
    open_one = planted.expected(Filter())[0]
    again = planted.lists.page(Filter(state=State.DONE), NOON, size=5, after=open_one)
    assert again == first
    assert planted.lists.page(Filter(), NOON, size=5, after="nothing").rows


@pytest.mark.slow
def test_every_list_of_many_questions_is_read_by_index_without_a_sort(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    file = tmp_path_factory.mktemp("many") / "yakuba.sqlite3"
    database = open_database(sqlite_url(file))
    plant(database, 600)
    for state in State:
        for case in FILTERS:
            wanted = replace(case.values[0], state=state)
            if wanted.jobs is not None and len(wanted.jobs) != 1:
                wanted = replace(wanted, jobs=frozenset({"subsidy"}))
            order = [
                key.desc() if state is State.DONE else key for key in keys_of(state)
            ]
            query = query_of(wanted, NOON, SHOWN).order_by(*order).limit(50)
            with database.reading() as connection:
                text = query.compile(connection, compile_kwargs={"literal_binds": True})
                plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").all()
            words = " ".join(str(row[3]) for row in plan)
            # One document has few questions: sorting those costs nothing.
            assert "USING INDEX" in words, (state, case.id, words)
            if not wanted.document:
                assert "TEMP B-TREE" not in words, (state, case.id, words)
    database.close()


def test_more_than_can_be_told_is_said_to_be_more(database: Database) -> None:
    assert QuestionLists(database).count(Filter(), NOON) == 0
    assert MOST_COUNTED == 10_000
