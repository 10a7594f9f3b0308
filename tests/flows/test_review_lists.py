"""Lists, trails and the log of the review page: what each role sees, and never more."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa

from tasks.domain.review.accounts import Role
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database
from tasks.edges.office_database.database_tables import AUDIT_ENTRIES
from tasks.edges.review.review_store import ReviewStore
from tests.flows import review_helpers as helpers

NOON = helpers.NOON
PNG = b"\x89PNG\r\n\x1a\ncrop"


def question(
    number: int = 1,
    *,
    job: str = "tax_delinquency",
    kind: QuestionKind = QuestionKind.FIELD,
    field_kind: str = "name",
    error_class: str = "ordinary",
) -> ReviewItem:
    document = f"{number:064x}"
    return ReviewItem(
        item_id=item_id(job, document, 1, field_kind, kind),
        job=job,
        kind=kind,
        document_sha256=document,
        file=f"申請_{number:03}.pdf",
        page=1,
        field_id=field_kind,
        label="申請者",
        field_kind=field_kind,
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read="潮見 渚" if field_kind == "name" else "98765430120",
        choices=("潮見 渚", "汐見 渚")
        if field_kind == "name"
        else ("98765430120", "98765430129"),
        crop_png=PNG,
        error_class=error_class,
    )


def answer(item: ReviewItem, value: str, by: str = "yamada") -> ReviewAnswer:
    return ReviewAnswer(item.item_id, Decision.VALUE, value, by, NOON, 3.0, account=by)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


def client(database: Database, *roles: Role, **how: object) -> helpers.ReviewClient:
    login = how.pop("login", roles[0].value)
    return helpers.review_client(
        database,
        roles=roles,
        login=str(login),
        name=f"職員 {login}",
        **how,
    )


@pytest.fixture
def store(database: Database) -> ReviewStore:
    return ReviewStore(database)


def test_a_list_shows_no_value_and_narrows_by_what_is_chosen(
    database: Database, store: ReviewStore
) -> None:
    items = [question(1), question(2, field_kind="digits"), question(3, job="subsidy")]
    store.ask(items, at=NOON)
    store.settle(answer(items[2], "汐見 渚"))
    desk = client(database, Role.CLERK)
    page = desk.get("/lists").text
    assert "申請_001.pdf" in page
    assert "申請_003.pdf" not in page
    assert "未回答 <b>2</b> 件" in page
    assert "潮見" not in page
    assert "98765430120" not in page

    narrowed = desk.get("/lists?group=field-digits&form=hojokin").text
    assert "申請_002.pdf" in narrowed
    assert "申請_001.pdf" not in narrowed
    done = desk.get("/lists?state=done&person=yamada&first=2026-11-20").text
    assert "申請_003.pdf" in done
    assert "申請_003.pdf" not in desk.get("/lists?state=done&last=2026-11-19").text
    nothing = desk.get("/lists?state=done&person=suzuki")
    assert "当てはまるものはありません" in nothing.text


@pytest.mark.parametrize(
    "query",
    [
        "state=nonsense",
        "group=field-nothing&document=zz&first=2026-99-01&last=0001-01-01",
        "after=nothing&before='\"<>",
        "job=%3Cscript%3Ealert(1)%3C/script%3E",
        "person=%00&form=%ff",
    ],
)
def test_an_address_that_means_nothing_still_shows_a_list(
    database: Database, store: ReviewStore, query: str
) -> None:
    store.ask([question()])
    found = client(database, Role.CLERK).get(f"/lists?{query}")
    assert found.status_code == 200
    assert "<script>" not in found.text


def test_pages_follow_each_other_and_no_address_holds_a_name(
    database: Database, store: ReviewStore
) -> None:
    store.ask([question(number) for number in range(120)], at=NOON)
    desk = client(database, Role.CLERK)
    seen: list[str] = []
    page = desk.get("/lists").text
    for _ in range(3):
        seen += re.findall(r"申請_\d{3}\.pdf", page)
        addresses = re.findall(r'href="([^"]*)"', page)
        assert not [one for one in addresses if "%E7" in one or "申請" in one]
        following = re.search(r'rel="next" href="([^"]+)"', page)
        if following is None:
            break
        page = desk.get(following.group(1).replace("&amp;", "&")).text
    assert len(seen) == len(set(seen)) == 120
    before = re.search(r'rel="prev" href="([^"]+)"', page)
    assert before
    back = desk.get(before.group(1).replace("&amp;", "&")).text
    assert re.findall(r"申請_\d{3}\.pdf", back) == seen[50:100]


def test_a_file_is_found_by_part_of_its_name_sent_as_a_form(
    database: Database, store: ReviewStore
) -> None:
    store.ask([question(1), question(2), question(3, job="subsidy")])
    for role in (Role.CLERK, Role.AUDITOR):
        desk = client(database, role, jobs=["tax_delinquency"])
        page = desk.send("/lists/find", name="申請").text
        assert re.findall(r"申請_\d{3}\.pdf", page) == ["申請_001.pdf", "申請_002.pdf"]
        assert "含む書類はありません" in desk.send("/lists/find", name="%").text
        assert "名前を入れてください" in desk.send("/lists/find", name=" ").text


def test_the_trail_of_a_field_tells_everything_that_happened_in_order(
    database: Database, store: ReviewStore
) -> None:
    item = question()
    store.ask([item], at=NOON - dt.timedelta(hours=2))
    store.settle(answer(item, "汐見 渚"))
    later = replace(answer(item, "潮見 渚"), at=NOON + dt.timedelta(minutes=1))
    store.settle(later)
    clock = helpers.Clock(NOON + dt.timedelta(hours=1))
    desk = client(database, Role.CLERK, login="yamada", clock=clock)
    desk.get(f"/items/{item.item_id}/crop.png")
    page = desk.get(f"/lists/items/{item.item_id}").text
    trail = page[page.index('class="trail"') :]
    told = re.findall(r'class="what">([^<]+)<', trail)
    looked = ["見た（切り抜き）", "見た（経過の画面）"]
    assert told == ["尋ねた", "回答", "回答を直した", *looked]
    assert re.findall(r'class="said">([^<]+)<', trail) == ["汐見 渚", "潮見 渚"]
    assert "職員 yamada" in trail
    assert "読み取りと1字違う" in trail
    assert ">潮見 渚</dd>" in page


@pytest.mark.parametrize(
    ("item", "entered"),
    [
        pytest.param(
            question(field_kind="digits", error_class="strict"), [], id="before both"
        ),
        pytest.param(
            question(field_kind="digits", error_class="strict"),
            [("yamada", "98765430121")],
            id="before the second entry",
        ),
        pytest.param(
            question(field_kind="digits", error_class="strict"),
            [("yamada", "98765430121"), ("suzuki", "98765430122")],
            id="before the third look",
        ),
        pytest.param(question(kind=QuestionKind.BLIND), [], id="blind sample"),
    ],
)
def test_nobody_who_may_still_enter_a_field_sees_what_was_read_or_entered(
    database: Database,
    store: ReviewStore,
    item: ReviewItem,
    entered: list[tuple[str, str]],
) -> None:
    store.ask([item], at=NOON)
    for by, value in entered:
        store.settle(answer(item, value, by))
    values = [item.value_read, "98765430121", "98765430122"]
    for role in (Role.CLERK, Role.KEEPER):
        page = client(database, role).get(f"/lists/items/{item.item_id}").text
        assert not [value for value in values if value in page], role
        assert "見せません" in page
    page = client(database, Role.AUDITOR).get(f"/lists/items/{item.item_id}").text
    assert item.value_read in page


def test_a_question_is_held_given_back_and_asked_again_with_a_reason(
    database: Database, store: ReviewStore
) -> None:
    item = question()
    store.ask([item], at=NOON)
    desk = client(database, Role.CLERK)
    here = f"/lists/items/{item.item_id}"
    refused = desk.send(f"{here}/hold", reason="  ")
    assert refused.status_code == 422
    assert "理由を入れてください" in refused.text
    assert desk.send(f"{here}/hold", reason="あ" * 201).status_code == 422

    page = desk.send(f"{here}/hold", reason="裏面を確かめます").text
    assert "保留にした" in page
    assert "裏面を確かめます" in page
    assert "ほかの人が先に" in desk.send(f"{here}/hold", reason="また").text
    assert "裏面を確かめます" in desk.get("/lists?state=held").text
    assert "保留を解いた" in desk.send(f"{here}/release").text

    store.settle(answer(item, "汐見 渚"))
    page = desk.send(f"{here}/reopen", reason="別の紙の値でした").text
    assert "もう一度尋ねることにした" in page
    assert "別の紙の値でした" in page
    assert store.answers([item.item_id]) == {}
    assert "回答済みではありません" in desk.send(f"{here}/reopen", reason="また").text
    assert "裏面" not in repr(AuditLog(database).entries())


def test_jobs_of_others_and_ways_in_for_others_are_shut(
    database: Database, store: ReviewStore
) -> None:
    mine, other = question(1), question(2, job="subsidy")
    store.ask([mine, other])
    desk = client(database, Role.CLERK, jobs=["tax_delinquency"])
    assert "申請_002.pdf" not in desk.get("/lists").text
    assert "申請_002.pdf" not in desk.get("/lists?job=subsidy").text
    for path in (
        f"/lists/items/{other.item_id}",
        f"/lists/documents/{other.document_sha256}",
        "/lists/items/nothing",
        "/lists/documents/nothing",
    ):
        assert desk.get(path).status_code == 404, path
    assert desk.get("/lists/audit").status_code == 403
    assert desk.send("/lists/audit").status_code == 403
    there = f"/lists/items/{other.item_id}/hold"
    assert desk.send(there, reason="見たい").status_code == 404
    assert desk.post(f"/lists/items/{mine.item_id}/hold").status_code == 403
    auditor = client(database, Role.AUDITOR)
    here = f"/lists/items/{mine.item_id}"
    for what in ("hold", "release", "reopen"):
        assert auditor.send(f"{here}/{what}", reason="見る").status_code == 403
    assert "この質問をどうするか" not in auditor.get(here).text
    designer = client(database, Role.DESIGNER)
    assert designer.get("/lists").status_code == 403
    assert designer.get(here).status_code == 403
    stranger = helpers.ReviewClient(desk.office)
    assert "/sign-in" in str(stranger.get("/lists").url)


def test_every_look_at_data_is_in_the_log_and_found_by_its_document(
    database: Database, store: ReviewStore
) -> None:
    item = question()
    store.ask([item])
    desk = client(database, Role.CLERK, login="yamada")
    desk.get(f"/items/{item.item_id}/crop.png")
    desk.get(f"/lists/items/{item.item_id}")
    there = f"/lists/documents/{item.document_sha256}"
    assert "だれがこの書類の内容を見たか" not in desk.get(there).text
    page = client(database, Role.AUDITOR).get(there).text
    views = page[page.index("だれがこの書類の内容を見たか") :]
    assert re.findall(r"<td>(切り抜き|経過の画面|書類の一覧)</td>", views) == [
        *("書類の一覧", "書類の一覧", "経過の画面", "切り抜き")
    ]
    assert views.count("職員 yamada") == 3


def test_the_log_is_found_by_person_act_day_and_number_and_verified(
    database: Database, store: ReviewStore
) -> None:
    items = [question(number) for number in range(1, 4)]
    store.ask(items)
    log = AuditLog(database)
    for number in range(120):
        at = NOON - dt.timedelta(days=1, minutes=number)
        log.append("run_started", who="night", at=at, subject=f"run-{number}")
    for item in items:
        store.settle(answer(item, "汐見 渚"))
    desk = client(database, Role.AUDITOR)
    page = desk.get("/lists/audit").text
    assert "まだ検証していません" in page
    assert page.count(">実行の始まり</th>") > 40
    older = re.search(r'rel="next" href="([^"]+)"', page)
    assert older
    second = desk.get(older.group(1).replace("&amp;", "&")).text
    newer = re.search(r'rel="prev" href="([^"]+)"', second)
    assert newer
    assert "run-" in desk.get(newer.group(1).replace("&amp;", "&")).text

    one = desk.get(f"/lists/audit?subject={items[0].item_id}").text
    assert one.count(">回答</th>") == 1
    who = desk.get("/lists/audit?who=yamada&action=answer_given").text
    assert who.count(">回答</th>") == 3
    days = desk.get("/lists/audit?first=2026-11-20&last=2026-11-20").text
    assert ">回答</th>" in days
    assert ">実行の始まり</th>" not in days
    assert "ありません" in desk.get("/lists/audit?last=2020-01-01").text

    good = desk.send("/lists/audit").text
    assert "書き換えの跡はありません" in good
    anchor = re.search(r"控え: <code>(\d+ [0-9a-f]{64})</code>", good)
    assert anchor
    kept = desk.send("/lists/audit", anchor=anchor.group(1))
    assert "書き換えの跡はありません" in kept.text
    assert desk.send("/lists/audit", anchor="控え").status_code == 422
    forged = desk.send("/lists/audit", anchor=f"9999 {'0' * 64}")
    assert forged.status_code == 409
    assert "書き換えられた跡" in forged.text

    with database.writing() as connection:
        connection.execute(
            sa.update(AUDIT_ENTRIES)
            .where(AUDIT_ENTRIES.c.seq == 7)
            .values(who="somebody else")
        )
    broken = desk.send("/lists/audit")
    assert broken.status_code == 409
    assert "audit entry 7" in broken.text
    assert client(database, Role.KEEPER).get("/lists/audit").status_code == 200
