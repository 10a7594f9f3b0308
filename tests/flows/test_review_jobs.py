"""A clerk of one job walks through every page of the questions: another job stays unseen."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.domain.review.accounts import Role
from tasks.domain.review_item import QuestionKind, ReviewItem, item_id
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.review.review_store import ReviewStore
from tests.flows.review_helpers import ReviewClient, hidden, review_client, sample_home

ROOT = Path(__file__).resolve().parents[2]
CANARY = "潮見 渚カナリア"
PNG = b"\x89PNG\r\n\x1a\n" + CANARY.encode()
SHA = "ab" * 32


def question(job: str, page: int = 1) -> ReviewItem:
    return ReviewItem(
        item_id=item_id(job, SHA, page, "name", QuestionKind.FIELD),
        job=job,
        kind=QuestionKind.FIELD,
        document_sha256=SHA,
        file="潮見カナリア.pdf",
        page=page,
        field_id="name",
        label="氏名",
        field_kind="name",
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read=CANARY,
        choices=(CANARY, "汐見 渚カナリア"),
        crop_png=PNG,
    )


MINE, THEIRS = question("childcare"), question("tax_delinquency")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield found
    found.close()


@pytest.fixture
def stranger(database: Database, tmp_path: Path) -> ReviewClient:
    """A clerk of 保育, who has nothing to do with taxes."""
    ReviewStore(database).ask([THEIRS])
    home = sample_home(tmp_path, ROOT)
    return review_client(database, jobs=("childcare",), home=home)


def test_no_page_shows_anything_of_another_job(
    database: Database, stranger: ReviewClient
) -> None:
    one = THEIRS.item_id
    paths = [
        "/",
        "/next",
        f"/next?after={one}",
        "/next?group=field-name",
        "/grid",
        "/grid?group=field-name",
        f"/items/{one}",
        f"/items/{one}/back",
        f"/items/{one}/crop.png",
        f"/items/{one}/page.png",
        "/lists",
        "/lists?job=tax_delinquency",
        "/lists?state=open&form=hojokin",
        f"/lists?after={one}",
        f"/lists/items/{one}",
        f"/lists/documents/{SHA}",
        "/lists/workbooks",
        "/timing/tax_delinquency",
    ]
    answers = [stranger.get(path) for path in paths]
    answers.append(stranger.send("/lists/find", name="カナリア"))
    answers.append(
        stranger.send(
            "/lists/workbooks", job="tax_delinquency", group="", form="", section=""
        )
    )
    for have in ([], [one]):
        asked = {"tab": "t", "count": 16, "have": have}
        answers.append(stranger.send_json("/desk/batch", asked))
    answers.append(stranger.send_json("/desk/check", {"item": one, "value": "x"}))
    for answer in answers:
        assert answer.status_code < 500, answer.url
        body = answer.content.decode(errors="replace")
        # Only what the clerk typed comes back: the name of the file looked for.
        shown = body.replace('value="カナリア"', "").replace("「カナリア」", "")
        assert "カナリア" not in shown, answer.url
        assert "PNG" not in body, answer.url
        assert one not in body.replace(f"after={one}", ""), answer.url
    views = [one for one in AuditLog(database).entries() if one.action == "viewed"]
    assert views == []


def test_no_form_answers_or_holds_a_question_of_another_job(
    database: Database, stranger: ReviewClient
) -> None:
    one = THEIRS.item_id
    colleague = review_client(database, jobs=("tax_delinquency",), login="minami")
    card = colleague.get(f"/items/{one}").text
    colleague.send_json("/desk/leave", {"tab": "", "items": [one]})
    ticket = hidden(card, "ticket")
    for path, fields in {
        f"/items/{one}": {"ticket": ticket, "decision": "value", "value": "x"},
        f"/items/{one}/hold": {"reason": "x"},
        f"/lists/items/{one}/hold": {"reason": "x"},
        f"/lists/items/{one}/release": {},
        f"/lists/items/{one}/reopen": {"reason": "x"},
    }.items():
        assert stranger.send(path, **fields).status_code == 404, path
    sent = {
        "answer": str(uuid.uuid4()),
        "item": one,
        "ticket": ticket,
        "decision": "value",
        "value": "x",
        "seconds": 1.0,
    }
    answer = stranger.send_json("/desk/answers", {"answers": [sent]})
    assert answer.json()["results"][0]["status"] == "gone"
    store = ReviewStore(database)
    assert store.answers([one]) == {}
    assert [item.item_id for item in store.open_items()] == [one]


def test_the_own_job_opens_and_each_look_is_in_the_log(
    database: Database, stranger: ReviewClient
) -> None:
    ahead = question("childcare", page=2)
    ReviewStore(database).ask([MINE, ahead])
    assert CANARY in stranger.get(f"/items/{MINE.item_id}").text
    batch = stranger.send_json("/desk/batch", {"tab": "t", "count": 16})
    assert [card["id"] for card in batch.json()["cards"]] == [ahead.item_id]
    log = AuditLog(database)
    views = [one for one in log.entries() if one.action == "viewed"]
    assert {one.who for one in views} == {"yamada"}
    assert {one.subject for one in views} == {MINE.item_id, ahead.item_id}
    assert "カナリア" not in str(log.entries())
    assert log.verify() == len(log.entries())


def test_an_auditor_looks_at_everything_and_changes_nothing(
    database: Database,
) -> None:
    store = ReviewStore(database)
    store.ask([MINE, THEIRS])
    auditor = review_client(database, roles=(Role.AUDITOR,), login="kanda")
    for item in (MINE, THEIRS):
        page = auditor.get(f"/items/{item.item_id}")
        assert (page.status_code, CANARY in page.text) == (200, True)
        for path in (f"/items/{item.item_id}", f"/items/{item.item_id}/hold"):
            sent = auditor.send(path, choice=CANARY, reason="x")
            assert sent.status_code == 403
    for path in ("/next", "/desk", "/grid"):
        assert auditor.get(path).status_code == 403
    assert len(store.open_items()) == 2
    assert auditor.get("/lists/audit").status_code == 200
