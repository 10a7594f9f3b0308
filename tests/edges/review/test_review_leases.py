"""Several people at one queue: leases, two entries, answers that arrive twice."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tasks.domain.office.entry_rules import DoubleEntry, EntryRules
from tasks.domain.review.double_entry import Stage
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.access.draft_keys import DraftKeys
from tasks.edges.office_database.database import Database, open_database
from tasks.edges.office_database.database_tables import REVIEW_ANSWERS
from tasks.edges.review.review_alike import Alike
from tasks.edges.review.review_leases import Desk, Leases, Wanted
from tasks.edges.review.review_settling import Outcome
from tasks.edges.review.review_store import ReviewStore

NOON = dt.datetime(2026, 11, 20, 3, 0, tzinfo=dt.UTC)
ALONE = EntryRules(double_entry=DoubleEntry(enabled=False))
ANNA, BEN, CHIE = (Desk(name, f"tab-{name}") for name in ("anna", "ben", "chie"))


def after(minutes: float) -> dt.datetime:
    return NOON + dt.timedelta(minutes=minutes)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


@pytest.fixture
def store(database: Database) -> ReviewStore:
    return ReviewStore(database)


@pytest.fixture
def leases(database: Database) -> Leases:
    return Leases(database)


def question(
    number: int, kind: str = "name", error_class: str = "strict"
) -> ReviewItem:
    return ReviewItem(
        item_id=item_id("job", "ab" * 32, number, kind, QuestionKind.FIELD),
        job="job",
        kind=QuestionKind.FIELD,
        document_sha256="ab" * 32,
        file="scan.pdf",
        page=number,
        field_id=kind,
        label=kind,
        field_kind=kind,
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read="12,000",
        choices=("12,000", "17,000"),
        error_class=error_class,
    )


def said(
    item: ReviewItem,
    value: str = "12000",
    *,
    by: Desk = ANNA,
    at: dt.datetime = NOON,
    answer_id: str = "",
    decision: Decision = Decision.VALUE,
    seconds: float = 2.0,
) -> ReviewAnswer:
    shown = value if decision is Decision.VALUE else ""
    return ReviewAnswer(
        item.item_id,
        decision,
        shown,
        by.person,
        at,
        seconds,
        account=by.person,
        answer_id=answer_id,
    )


def pages(found: tuple[object, ...]) -> list[int]:
    return [one.item.page for one in found]  # type: ignore[attr-defined]


def test_two_desks_are_never_given_the_same_question(
    store: ReviewStore, leases: Leases
) -> None:
    store.ask(question(n) for n in range(1, 8))
    first = leases.take(ANNA, Wanted(3), NOON)
    second = leases.take(BEN, Wanted(3), NOON)
    rest = leases.take(CHIE, Wanted(3), NOON)
    assert [pages(one) for one in (first, second, rest)] == [[1, 2, 3], [4, 5, 6], [7]]
    again = leases.take(replace(ANNA, tab="another window"), Wanted(9), NOON)
    assert again == (), "nor are two windows of one person"


def test_a_lease_ends_by_silence_lasts_while_renewed_and_can_be_given_back(
    store: ReviewStore, leases: Leases
) -> None:
    store.ask([question(1), question(2)])
    held = leases.take(ANNA, Wanted(2), NOON)
    ids = [one.item.item_id for one in held]
    leases.renew(ANNA, ids[:1], after(2.5))
    assert pages(leases.take(BEN, Wanted(2), after(3.5))) == [2]
    assert leases.take(CHIE, Wanted(2), after(3.5)) == ()
    leases.renew(ANNA, ids, after(4))
    assert not leases.is_held(ANNA, ids[1], after(4)), "another has it by now"
    leases.give_back(ANNA, ids)
    assert pages(leases.take(CHIE, Wanted(2), after(4))) == [1]


def test_what_a_window_has_is_renewed_and_not_given_again(
    store: ReviewStore, leases: Leases
) -> None:
    store.ask(question(n) for n in range(1, 5))
    held = leases.take(ANNA, Wanted(2), NOON)
    ids = tuple(one.item.item_id for one in held)
    more = leases.take(ANNA, Wanted(2, after=held[-1].place, have=ids), after(2))
    assert pages(more) == [3, 4]
    assert leases.is_held(ANNA, ids[0], after(4.5))


def test_the_queue_goes_round_and_keeps_to_jobs_and_groups(
    store: ReviewStore, leases: Leases
) -> None:
    store.ask([*(question(n) for n in (1, 2, 3)), question(4, "date")])
    left = leases.place_of(question(2).item_id)
    assert pages(leases.take(ANNA, Wanted(3, after=left), NOON)) == [3, 4, 1]
    leases.give_back(ANNA, [question(n).item_id for n in (1, 3)])
    group = (QuestionKind.FIELD, "name")
    assert pages(leases.take(BEN, Wanted(9, group=group), NOON)) == [1, 2, 3]
    for jobs, wanted in ((frozenset({"other"}), []), (frozenset({"job"}), [4])):
        desk = replace(CHIE, jobs=jobs)
        assert pages(leases.take(desk, Wanted(9), after(2.9))) == []
        assert (
            pages(
                leases.take(
                    desk, Wanted(9, group=(QuestionKind.FIELD, "date")), after(9)
                )
            )
            == wanted
        )


def test_an_answer_posted_twice_counts_once_with_its_seconds(
    store: ReviewStore,
) -> None:
    store.ask([question(1)])
    one = said(question(1), answer_id="11111111-1111-4111-8111-111111111111")
    assert store.settle(one, "").outcome is Outcome.STORED
    again = store.settle(replace(one, seconds=99.0, value="other"), "")
    assert again.outcome is Outcome.AGAIN
    assert store.seconds_total("job") == 2.0
    assert [each.value for each in store.history(question(1).item_id)] == ["12000"]


def test_the_slower_of_two_answers_is_refused_and_not_stored(
    store: ReviewStore, leases: Leases
) -> None:
    store.ask([question(1), question(2)])
    leases.take(ANNA, Wanted(1), NOON)
    late = leases.take(BEN, Wanted(1), after(5))
    assert pages(late) == [1]
    assert store.settle(said(question(1), by=ANNA, at=after(6)), "").outcome is (
        Outcome.TAKEN
    ), "it is another's by now"
    assert store.settle(said(question(1), by=BEN, at=after(6)), "").outcome is (
        Outcome.STORED
    )
    assert store.settle(said(question(1), by=ANNA, at=after(7)), "").outcome is (
        Outcome.TAKEN
    )
    assert len(store.history(question(1).item_id)) == 1
    unheld = said(question(2), by=ANNA, at=after(60))
    assert store.settle(unheld, "").outcome is Outcome.STORED, "nobody else wanted it"


def test_of_many_at_once_exactly_one_settles_each_question(store: ReviewStore) -> None:
    items = [question(n) for n in range(1, 6)]
    store.ask(items)
    outcomes: list[Outcome] = []

    def work(desk: Desk) -> None:
        outcomes.extend(store.settle(said(item, by=desk), "").outcome for item in items)

    threads = [threading.Thread(target=work, args=(one,)) for one in (ANNA, BEN, CHIE)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert outcomes.count(Outcome.STORED) == len(items)
    assert outcomes.count(Outcome.TAKEN) == 2 * len(items)


def test_undoing_appends_an_answer_and_the_newest_counts(store: ReviewStore) -> None:
    store.ask([question(1)])
    first = store.settle(said(question(1), "1"), "")
    second = store.settle(said(question(1), "2"), first.answer_id)
    assert second.outcome is Outcome.STORED
    assert store.settle(said(question(1), "3"), first.answer_id).outcome is (
        Outcome.TAKEN
    ), "made before the second one was known"
    assert [one.value for one in store.history(question(1).item_id)] == ["1", "2"]
    assert store.answers([question(1).item_id])[question(1).item_id].value == "2"


def test_two_who_agree_settle_an_amount_and_one_does_not(
    store: ReviewStore, leases: Leases
) -> None:
    amount = question(1, "amount")
    store.ask([amount])
    first = store.settle(said(amount, "12,000", by=ANNA), "")
    assert (first.outcome, first.stage) == (Outcome.STORED, Stage.SECOND)
    assert store.answers([amount.item_id]) == {}
    assert leases.take(ANNA, Wanted(1), NOON) == (), "never the same person twice"
    (shown,) = leases.take(BEN, Wanted(1), NOON)
    assert (shown.stage, shown.seen) == (Stage.SECOND, first.answer_id)
    again = store.settle(said(amount, "17000", by=ANNA), first.answer_id)
    assert again.outcome is Outcome.TAKEN, "while another looks at it"
    done = store.settle(said(amount, "１２０００円", by=BEN), shown.seen)
    assert done.stage is Stage.SETTLED
    assert store.answers([amount.item_id])[amount.item_id].by == "ben"
    assert store.open_items() == ()
    alone = store.settle(said(amount, "1", by=CHIE), done.answer_id)
    assert alone.outcome is Outcome.TAKEN, "nobody alone overrules two"


def test_two_who_differ_need_a_third_and_whatever_he_says_counts(
    store: ReviewStore, leases: Leases
) -> None:
    amount = question(1, "amount")
    store.ask([amount])
    first = store.settle(said(amount, "12000", by=ANNA), "")
    second = store.settle(said(amount, "17000", by=BEN), first.answer_id)
    assert second.stage is Stage.THIRD
    for desk in (ANNA, BEN):
        assert leases.take(desk, Wanted(1), NOON) == ()
        early = store.settle(said(amount, "12000", by=desk), second.answer_id)
        assert early.outcome is (Outcome.TAKEN if desk is ANNA else Outcome.STORED)
    # Ben thought better of it: his own newest entry may be replaced.
    assert store.answers([amount.item_id])[amount.item_id].value == "12000"
    newest = store.history(amount.item_id)[-1].answer_id
    back = store.settle(said(amount, "17000", by=BEN), newest)
    assert (back.stage, store.answers([amount.item_id])) == (Stage.THIRD, {})
    (shown,) = leases.take(CHIE, Wanted(1), NOON)
    assert [one.value for one in shown.given] == ["12000", "17000"]
    third = store.settle(said(amount, "12500", by=CHIE), shown.seen)
    assert third.stage is Stage.SETTLED
    assert store.answers([amount.item_id])[amount.item_id].value == "12500"


@pytest.mark.parametrize(
    ("item", "settles"),
    [
        pytest.param(question(1, "amount", "ordinary"), True, id="ordinary amount"),
        pytest.param(question(1, "name", "strict"), True, id="strict name"),
        pytest.param(question(1, "digits", "strict"), False, id="account number"),
        pytest.param(
            replace(question(1, "digits"), kind=QuestionKind.BLIND),
            True,
            id="blind sample",
        ),
    ],
)
def test_only_amounts_and_numbers_of_the_strict_class_are_entered_twice(
    store: ReviewStore, item: ReviewItem, settles: bool
) -> None:
    store.ask([item])
    stage = store.settle(said(item), "").stage
    assert (stage is Stage.SETTLED) == settles


def test_letting_no_value_through_needs_no_second_person(store: ReviewStore) -> None:
    for number, decision in enumerate((Decision.UNREADABLE, Decision.ASK_APPLICANT)):
        item = question(number, "amount")
        store.ask([item])
        assert store.settle(said(item, decision=decision), "").stage is Stage.SETTLED
    blank = question(9, "amount")
    store.ask([blank])
    done = store.settle(said(blank, decision=Decision.BLANK), "")
    assert done.stage is Stage.SECOND, "an empty field is a value too"


def test_an_office_of_one_switches_it_off_and_nothing_stays_stuck(
    database: Database, store: ReviewStore
) -> None:
    amount = question(1, "amount")
    store.ask([amount])
    first = store.settle(said(amount, "12000"), "")
    alone = Leases(database, ALONE)
    (shown,) = alone.take(ANNA, Wanted(1), NOON)
    assert shown.seen == first.answer_id
    done = ReviewStore(database, ALONE).settle(said(amount, "13000"), shown.seen)
    assert done.stage is Stage.SETTLED
    assert store.answers([amount.item_id])[amount.item_id].value == "13000"


def test_a_question_half_entered_survives_the_next_run(
    store: ReviewStore, leases: Leases
) -> None:
    amount = question(1, "amount")
    store.ask([amount])
    store.settle(said(amount, "12000"), "")
    store.withdraw([amount.item_id])
    assert leases.take(BEN, Wanted(1), NOON) == ()
    store.ask([replace(amount, value_read="99")])
    (shown,) = leases.take(BEN, Wanted(1), NOON)
    assert (shown.stage, shown.item.value_read) == (Stage.SECOND, "12,000")


def test_corrections_are_counted_once_whatever_was_undone(store: ReviewStore) -> None:
    item = question(1)
    store.ask([item])
    total = sa.select(
        sa.func.sum(REVIEW_ANSWERS.c.corrected_fields),
        sa.func.sum(REVIEW_ANSWERS.c.corrected_characters),
    )

    def corrected() -> tuple[int, ...]:
        with store.database.reading() as connection:
            return tuple(int(one) for one in connection.execute(total).one())

    seen = store.settle(said(item, "12,000"), "").answer_id
    assert corrected() == (0, 0)
    seen = store.settle(said(item, "17,500"), seen).answer_id
    assert corrected() == (1, 2)
    seen = store.settle(said(item, "17,000"), seen).answer_id
    assert corrected() == (1, 1)
    seen = store.settle(said(item, decision=Decision.BLANK), seen).answer_id
    assert corrected() == (1, 6)
    store.settle(said(item, "12,000"), seen)
    assert corrected() == (0, 0)


def test_a_held_question_is_shown_to_nobody_until_released(
    store: ReviewStore, leases: Leases
) -> None:
    store.ask([question(1)])
    leases.take(ANNA, Wanted(1), NOON)
    assert store.hold(question(1).item_id, reason="紙を探す", by="anna", at=NOON)
    assert leases.take(BEN, Wanted(1), NOON) == ()
    store.ask([question(1)])
    assert leases.take(BEN, Wanted(1), NOON) == (), "a new run does not release it"
    (count,) = store.count_questions()
    assert (count.open, count.answered, count.held) == (0, 0, 1)
    assert store.release(question(1).item_id, by="ben", at=NOON)
    assert pages(leases.take(BEN, Wanted(1), NOON)) == [1]


def test_only_like_fields_that_a_glance_can_judge_are_shown_side_by_side(
    store: ReviewStore, leases: Leases
) -> None:
    marks = [
        replace(question(n, "seal", "statistics"), value_read="yes" if n < 4 else "no")
        for n in range(1, 6)
    ]
    strict = replace(question(6, "seal"), value_read="yes")
    store.ask([*marks, strict, question(7, "name", "ordinary")])
    alike = Alike(leases)
    assert alike.kinds(None) == alike.kinds({"job"}) == {"seal"}
    assert alike.kinds({"other"}) == frozenset()
    assert pages(alike.take(ANNA, Wanted(40), NOON)) == [1, 2, 3]
    assert pages(alike.take(BEN, Wanted(40), NOON)) == [4, 5]
    assert alike.take(CHIE, Wanted(40), NOON) == ()


def test_the_key_of_an_accounts_drafts_stays_the_same_and_is_its_own(
    database: Database,
) -> None:
    keys = DraftKeys(database)
    anna = keys.key_of("anna", NOON)
    assert (len(anna), keys.key_of("anna", after(99))) == (32, anna)
    assert keys.key_of("ben", NOON) != anna


@pytest.mark.parametrize("jobs", [None, frozenset({"job"})])
def test_taking_and_counting_read_indexes_alone(
    tmp_path: object, jobs: frozenset[str] | None
) -> None:
    database = open_database(f"sqlite:///{tmp_path}/plan.sqlite3")
    ReviewStore(database).ask(question(n) for n in range(1, 50))
    plans: list[str] = []

    def explain(
        connection: sa.Connection,
        _cursor: object,
        statement: str,
        values: object,
        *_: object,
    ) -> None:
        if statement.lstrip().startswith("SELECT") and "review_items" in statement:
            rows = connection.connection.execute(
                f"EXPLAIN QUERY PLAN {statement}", values
            )
            plans.extend(str(row[3]) for row in rows)

    sa.event.listen(database.engine, "before_cursor_execute", explain)
    Leases(database).take(replace(ANNA, jobs=jobs), Wanted(4), NOON)
    ReviewStore(database).count_questions(jobs=jobs)
    sa.event.remove(database.engine, "before_cursor_execute", explain)
    assert plans
    for plan in plans:
        assert "SCAN review_items" not in plan, plan
        assert "USE TEMP B-TREE FOR ORDER BY" not in plan, plan
    counting = [plan for plan in plans if "review_items_counted" in plan]
    assert counting
    assert all("COVERING INDEX" in plan for plan in counting)
    database.close()
