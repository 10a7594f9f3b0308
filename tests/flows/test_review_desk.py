"""What the page's script asks for, asked by hand: honest, clumsy and forged."""

from __future__ import annotations

import base64
import dataclasses
import logging
import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from flows.review_app.fields.desk import MOST_AHEAD
from tasks.domain.office.entry_rules import DoubleEntry, EntryRules
from tasks.domain.review.accounts import Role
from tasks.domain.review_item import Decision, QuestionKind, ReviewItem, item_id
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.review.review_store import ReviewStore
from tests.flows.review_helpers import Clock, ReviewClient, hidden, review_client

PNG = b"\x89PNG\r\n\x1a\n" + b"crop"


def question(number: int, kind: str = "text", job: str = "job") -> ReviewItem:
    return ReviewItem(
        item_id=item_id(job, "ab" * 32, number, kind, QuestionKind.FIELD),
        job=job,
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
        crop_png=PNG,
        error_class="strict",
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReviewStore]:
    database = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield ReviewStore(database)
    database.close()


@pytest.fixture
def anna(store: ReviewStore, clock: Clock) -> ReviewClient:
    return review_client(store.database, clock=clock, login="anna", jobs=["job"])


def batch(client: ReviewClient, **changes: Any) -> list[dict[str, Any]]:
    asked = {"tab": "t", "group": "", "after": "", "have": [], "count": 8, **changes}
    found = client.send_json("/desk/batch", asked)
    assert found.status_code == 200
    return list(found.json()["cards"])


def answer(card: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {
        "answer": str(uuid.uuid4()),
        "item": card["id"],
        "ticket": card["ticket"],
        "follows": "",
        "decision": "value",
        "value": "12,000",
        "chosen": True,
        "insisted": "",
        "seconds": 1.5,
        **changes,
    }


def post(client: ReviewClient, *answers: dict[str, Any]) -> list[str]:
    found = client.send_json("/desk/answers", {"answers": list(answers)})
    assert found.status_code == 200
    return [one["status"] for one in found.json()["results"]]


def test_a_batch_brings_cards_with_pictures_and_the_log_says_who_saw_them(
    store: ReviewStore, anna: ReviewClient
) -> None:
    store.ask([question(1), question(2), question(3, job="another")])
    cards = batch(anna)
    assert [card["id"] for card in cards] == [question(n).item_id for n in (1, 2)]
    assert base64.b64decode(cards[0]["crop"]) == PNG
    seen = AuditLog(store.database).entries()[-1]
    assert (seen.action, seen.who) == ("viewed", "anna")
    assert dict(seen.details)["subjects"].split() == [card["id"] for card in cards]


def test_the_same_answer_posted_twice_is_stored_once(
    store: ReviewStore, anna: ReviewClient, clock: Clock
) -> None:
    store.ask([question(1)])
    (card,) = batch(anna)
    clock.wait(3)
    one = answer(card)
    assert post(anna, one) == ["stored"]
    assert post(anna, one, one) == ["again", "again"]
    assert store.seconds_total("job") == 1.5
    (given,) = store.history(card["id"])
    assert (given.by, given.account != "") == ("anna", True)


def test_going_back_names_the_answer_that_is_replaced(
    store: ReviewStore, anna: ReviewClient
) -> None:
    store.ask([question(1)])
    (card,) = batch(anna)
    first = answer(card)
    newer = answer(card, value="17,000", follows=first["answer"])
    stray = answer(card, value="1", follows=first["answer"])
    assert post(anna, first, newer, stray) == ["stored", "stored", "taken"]
    assert store.answers([card["id"]])[card["id"]].value == "17,000"


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        pytest.param({"value": ""}, "asked", id="empty"),
        pytest.param({"decision": "exclude"}, "asked", id="a field is not excluded"),
        pytest.param({"decision": "settled"}, "asked", id="no such decision"),
        pytest.param({"value": "9" * 600}, "asked", id="too long"),
        pytest.param({"ticket": "a.b"}, "taken", id="forged ticket"),
        pytest.param({"item": "0" * 32}, "gone", id="no such question"),
        pytest.param(
            {"item": question(2, job="another").item_id}, "gone", id="not his"
        ),
        pytest.param({"follows": str(uuid.uuid4())}, "taken", id="follows nothing"),
    ],
)
def test_an_answer_that_is_none_is_not_stored(
    store: ReviewStore, anna: ReviewClient, changes: dict[str, Any], status: str
) -> None:
    store.ask([question(1), question(2, job="another")])
    (card,) = batch(anna)
    assert post(anna, answer(card, **changes)) == [status]
    assert len(store.open_items()) == 2


@pytest.mark.parametrize(
    "body",
    [
        pytest.param({"answers": [{"answer": "潮見 渚"}]}, id="parts missing"),
        pytest.param({"answers": "潮見 渚"}, id="no list"),
        pytest.param(["潮見 渚"], id="no object"),
        pytest.param({"answers": [], "more": "潮見 渚"}, id="something more"),
    ],
)
def test_what_is_no_message_is_refused_and_quoted_nowhere(
    anna: ReviewClient, body: Any, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    found = anna.send_json("/desk/answers", body)
    assert found.status_code == 400
    assert "渚" not in found.text + caplog.text


def test_strangers_auditors_and_forgers_get_nothing(
    store: ReviewStore, anna: ReviewClient
) -> None:
    store.ask([question(1)])
    asked = {"tab": "t", "have": [], "count": 4}
    auditor = review_client(store.database, login="mori", roles=[Role.AUDITOR])
    stranger = ReviewClient(anna.office)
    paths = ("/desk/batch", "/desk/answers", "/desk/check", "/desk/leave")
    json_only = {"accept": "application/json"}
    for path in paths:
        assert auditor.send_json(path, asked).status_code == 403
        assert stranger.post(path, json=asked, headers=json_only).status_code == 401
        assert anna.post(path, json=asked).status_code == 403, "without the token"
    assert auditor.get("/desk", headers=json_only).status_code == 403
    too_many = anna.send_json("/desk/batch", {**asked, "count": MOST_AHEAD + 1})
    assert too_many.status_code == 400
    foreign = {"item": question(1, job="another").item_id, "value": "1"}
    assert anna.send_json("/desk/check", foreign).status_code == 404


def test_only_the_account_itself_is_given_the_key_of_its_drafts(
    store: ReviewStore, anna: ReviewClient
) -> None:
    ben = review_client(store.database, login="ben")
    first, second = (anna.get("/desk").json() for _ in range(2))
    assert first["key"] == second["key"] != ben.get("/desk").json()["key"]
    assert len(base64.b64decode(first["key"])) == 32
    assert (first["idle"], first["lease"]) == (30, 180)


def test_a_second_entry_shows_nothing_of_the_first_nor_of_the_reading(
    store: ReviewStore, anna: ReviewClient, clock: Clock
) -> None:
    store.ask([question(1, "amount")])
    (card,) = batch(anna)
    assert "17,000" in card["html"]
    assert post(anna, answer(card, value="13,333", chosen=False)) == ["stored"]
    assert batch(anna) == [], "never the same person twice"
    ben = review_client(store.database, clock=clock, login="ben")
    (blind,) = batch(ben)
    page = ben.get(f"/items/{blind['id']}").text
    for text in (blind["html"], page):
        assert not re.search("12,000|17,000|13,333", text)
        assert "二人で入力する項目" in text
    assert post(ben, answer(blind, value="13333", chosen=False)) == ["stored"]
    assert store.answers([blind["id"]])[blind["id"]].decision is Decision.VALUE


def test_nobody_confirms_side_by_side_what_must_be_looked_at_alone(
    store: ReviewStore, clock: Clock
) -> None:
    rules = EntryRules(double_entry=DoubleEntry(enabled=False))
    anna = review_client(store.database, clock=clock, login="anna", rules=rules)
    text = question(1)
    seals = [
        dataclasses.replace(
            question(n, "seal"), error_class="statistics", value_read="yes"
        )
        for n in (2, 3, 4)
    ]
    store.ask([text, *seals])
    assert anna.get("/grid?group=field-text").url.path.startswith("/items/")
    page = anna.get("/grid?group=field-seal").text
    tiles = re.findall(r'name="tile" value="([^"]+)"', page)
    assert len(tiles) == len(seals)
    ticket = hidden(anna.get(f"/items/{text.item_id}").text, "ticket")
    forged = f"{text.item_id}:{ticket}"
    form: dict[str, str | list[str]] = {
        "tile": [*tiles, forged],
        "odd": [seals[0].item_id],
        "group": "field-seal",
        "attended": "3",
    }
    clock.wait(6)
    for _ in range(2):  # the same form twice is the same answers
        anna.send("/grid", **form)
    given = {key for one in (text, *seals) for key in store.answers([one.item_id])}
    assert given == {one.item_id for one in seals[1:]}
    assert store.seconds_total("job") == 3.0
