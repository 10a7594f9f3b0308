"""Questions about persons in the database: kept, leased, decided once, emptied."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tasks.domain.clerks.clerk_view import Clerk
from tasks.domain.clerks.decision_columns import Decision
from tasks.domain.errors import NeedsPersonError, TryAgainError
from tasks.domain.records import (
    Answer,
    Applicant,
    Evidence,
    Identity,
    Level,
    Match,
    Resident,
    Verdict,
)
from tasks.domain.review.person_choice import Choice
from tasks.domain.review.person_question import PersonQuestion, Stage
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import open_database
from tasks.edges.office_database.database_tables import (
    IDENTITY_DECISIONS,
    PERSON_QUESTIONS,
    PERSON_TIMES,
)
from tasks.edges.review import person_settling
from tasks.edges.review.person_review import PersonReview
from tasks.edges.review.person_settling import Given
from tasks.edges.review.review_settling import Outcome

NOW = dt.datetime(2026, 11, 20, 9, tzinfo=dt.UTC)
ONE, TWO = Clerk("山田 葵", "yamada"), Clerk("鈴木 茜", "suzuki")
JOBS = frozenset({"tax_delinquency"})


def question(number: int, run_id: str = "run1", **more: object) -> PersonQuestion:
    applicant = Applicant(
        f"list:{number}",
        f"名簿.xlsx!{number}行",
        f"A-{number}",
        f"検査 一郎{number}",
        birth_date="S55.3.1",
        address="みなと市遠い町1番1号",
    )
    person = Resident(f"00{number}", "検査 一郎", "", dt.date(1980, 3, 1), "検査町1-1")
    entry = Evidence(person, Level.EQUAL, Level.MISSING, Level.EQUAL, Level.DIFFERS)
    match = Match(applicant.row_id, Identity.ASK, "要確認", candidates=(entry,))
    return PersonQuestion(
        question_id=f"{number:032x}",
        job="tax_delinquency",
        run_id=run_id,
        asked_at=NOW,
        verdict=Verdict(applicant, match, Answer.SEVERAL),
        **more,  # type: ignore[arg-type]
    )


@pytest.fixture
def review(database_url: str) -> Iterator[PersonReview]:
    database = open_database(database_url)
    yield PersonReview(database)
    database.close()


def rows(review: PersonReview, table: sa.Table = PERSON_QUESTIONS) -> list[sa.Row]:
    with review.database.reading() as connection:
        return list(connection.execute(sa.select(table)))


def given_by(review: PersonReview, clerk: Clerk, number: int, answer: str) -> Given:
    shown = review.open_one(f"{number:032x}", clerk, None)
    assert shown
    return Given(
        question_id=f"{number:032x}",
        clerk=clerk,
        chosen=Choice(Decision.SAME, (1,), "免許証で確認"),
        found=(),
        body_print=shown.body_print,
        seen=shown.seen,
        answer_id=answer,
        seconds=2.5,
        now=NOW,
    )


def test_asking_again_keeps_one_and_what_is_not_asked_keeps_nothing(
    review: PersonReview,
) -> None:
    assert review.leave([question(1), question(2)]) == (2, 0)
    assert review.leave([question(1), question(2)]) == (2, 0)
    assert review.leave([question(3, "other")]) == (1, 0)
    asked = [question(1, "run2")]
    assert review.leave(asked, instead_of=("run1",)) == (1, 1)
    found = {row.question_id[-1]: row for row in rows(review)}
    assert found["2"].body is None
    assert found["2"].stage == Stage.WITHDRAWN.value
    assert found["3"].body is not None
    assert review.open_one(f"{2:032x}", ONE, None) is None
    assert review.leave([question(2, "run3")]) == (1, 0)
    assert review.open_one(f"{2:032x}", ONE, None)
    assert review.counts(JOBS)[Stage.OPEN] == 3


def test_what_nobody_asked_for_years_is_emptied(review: PersonReview) -> None:
    review.leave([question(1)])
    later = NOW + dt.timedelta(days=1)
    assert review.leave([], older_than=later) == (0, 1)
    assert rows(review)[0].body is None


def test_questions_come_in_the_order_of_the_list_and_go_round(
    review: PersonReview,
) -> None:
    review.leave([question(n) for n in (10, 2, 1)])
    order, after = [], ""
    for _ in range(4):
        found = review.take_next(ONE, None, after=after, now=NOW)
        assert found
        order.append(int(found, 16))
        after = found
    assert order == [1, 2, 10, 1]


def test_a_question_of_another_job_is_neither_given_nor_opened(
    review: PersonReview,
) -> None:
    review.leave([question(1)])
    other = frozenset({"childcare"})
    assert review.take_next(ONE, other, now=NOW) is None
    assert review.open_one(f"{1:032x}", ONE, other) is None
    assert review.counts(other)[Stage.OPEN] == 0
    assert review.listed(other, Stage.OPEN) == ()


def test_a_leased_question_is_nobody_elses_till_the_lease_ends(
    review: PersonReview,
) -> None:
    review.leave([question(1)])
    first = review.take_next(ONE, None, now=NOW)
    assert review.take_next(TWO, None, now=NOW) is None
    stale = given_by(review, ONE, 1, "a" * 32)
    later = NOW + review.leased_for
    assert review.take_next(TWO, None, now=later) == first
    assert review.decide(replace(stale, now=later)) is Outcome.TAKEN
    review.release(f"{1:032x}", TWO)
    assert review.decide(replace(stale, now=later)) is Outcome.STORED


def test_of_clerks_at_once_one_is_recorded_and_the_others_are_told(
    review: PersonReview,
) -> None:
    review.leave([question(1)])
    clerks = [Clerk(f"係 {n}", f"kakari{n}") for n in range(6)]
    sent = [given_by(review, one, 1, f"{n:032x}") for n, one in enumerate(clerks)]
    outcomes: list[Outcome] = []
    start = threading.Barrier(len(sent))

    def send(given: Given) -> None:
        start.wait()
        outcomes.append(review.decide(given))

    threads = [threading.Thread(target=send, args=(given,)) for given in sent]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == sorted([Outcome.STORED, *[Outcome.TAKEN] * 5])
    assert len(rows(review, IDENTITY_DECISIONS)) == 1
    assert len(rows(review, PERSON_TIMES)) == 1


def test_the_same_answer_sent_again_is_one_answer(review: PersonReview) -> None:
    review.leave([question(1)])
    sent = given_by(review, ONE, 1, "a" * 32)
    assert review.decide(sent) is Outcome.STORED
    assert review.decide(sent) is Outcome.AGAIN
    assert review.take_back(replace(sent, answer_id="b" * 32)) is Outcome.STORED
    assert review.decide(sent) is Outcome.AGAIN
    again = given_by(review, ONE, 1, "c" * 32)
    assert review.decide(again) is Outcome.STORED
    assert [row.choice for row in rows(review, IDENTITY_DECISIONS)] == [
        "同一",
        "保留",
        "同一",
    ]
    assert review.counts(None)[Stage.DECIDED] == 1


def test_nobody_takes_back_what_another_said(review: PersonReview) -> None:
    review.leave([question(1)])
    review.decide(given_by(review, ONE, 1, "a" * 32))
    other = given_by(review, TWO, 1, "b" * 32)
    assert review.take_back(other) is Outcome.TAKEN
    assert len(rows(review, IDENTITY_DECISIONS)) == 1


def test_a_disk_that_fails_in_the_middle_leaves_nothing_behind(
    review: PersonReview, monkeypatch: pytest.MonkeyPatch
) -> None:
    review.leave([question(1)])
    sent = given_by(review, ONE, 1, "a" * 32)

    def full(*_args: object) -> None:
        raise TryAgainError("STORE-002", "planted")

    monkeypatch.setattr(person_settling, "append_entry", full)
    with pytest.raises(TryAgainError):
        review.decide(sent)
    monkeypatch.undo()
    assert rows(review, IDENTITY_DECISIONS) == []
    assert rows(review, PERSON_TIMES) == []
    assert review.decide(sent) is Outcome.STORED
    assert AuditLog(review.database).verify() == 1


def test_an_answer_to_what_no_run_asks_needs_a_person(review: PersonReview) -> None:
    review.leave([question(1)])
    sent = given_by(review, ONE, 1, "a" * 32)
    review.leave([], instead_of=("run1",))
    with pytest.raises(NeedsPersonError, match="REVIEW-001"):
        review.decide(sent)
    assert rows(review, IDENTITY_DECISIONS) == []


def test_a_body_that_was_tampered_with_is_told_without_a_value(
    review: PersonReview,
) -> None:
    review.leave([question(1)])
    with review.database.writing() as connection:
        connection.execute(sa.update(PERSON_QUESTIONS).values(body=b"xx"))
    with pytest.raises(NeedsPersonError, match="STORE-003") as fault:
        review.open_one(f"{1:032x}", ONE, None)
    assert "検査" not in str(fault.value)


def test_going_back_finds_what_this_clerk_settled_and_is_still_asked(
    review: PersonReview,
) -> None:
    review.leave([question(n) for n in (1, 2, 3)])
    for number in (1, 2):
        later = given_by(review, ONE, number, f"{number:032x}")
        review.decide(later)
    assert review.previous(ONE, f"{3:032x}") == f"{2:032x}"
    assert review.previous(ONE, f"{2:032x}") == f"{1:032x}"
    assert review.previous(ONE, f"{1:032x}") is None
    assert review.previous(TWO, f"{3:032x}") is None
    review.leave([question(1, "run2")], instead_of=("run1",))
    assert review.previous(ONE, f"{3:032x}") == f"{1:032x}"


def test_nothing_about_anybody_shows_in_reprs(review: PersonReview) -> None:
    review.leave([question(1)])
    shown = review.open_one(f"{1:032x}", ONE, None)
    assert "検査" not in repr(shown)
    assert "免許証" not in repr(given_by(review, ONE, 1, "a" * 32))
