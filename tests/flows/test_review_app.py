"""The review page as a browser without JavaScript meets it."""

import logging
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from flows.review_app.access.guard import HEADERS
from tasks.domain.reading.acceptance import STRUCK_OUT
from tasks.domain.review_item import Decision, QuestionKind, ReviewItem, item_id
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.review.review_store import ReviewStore
from tests.flows.review_helpers import (
    Clock,
    ReviewClient,
    hidden,
    office_for,
    review_client,
)

PNG = b"\x89PNG\r\n\x1a\n" + b"crop"


class Browser:
    """A clerk's browser: keeps cookies, follows, fills in the form shown."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.client = review_client(database, clock=clock)
        self.html = ""
        self.status = 0

    def get(self, path: str) -> str:
        answer = self.client.get(path)
        self.html, self.status = answer.text, answer.status_code
        self.path = answer.url.raw_path.decode()
        return self.html

    def post(self, path: str, **fields: str) -> str:
        answer = self.client.post(path, data=fields)
        self.html, self.status = answer.text, answer.status_code
        self.path = answer.url.raw_path.decode()
        return self.html

    def hidden(self, name: str) -> str:
        return hidden(self.html, name)

    def open(self, item: ReviewItem) -> str:
        return self.get(f"/items/{item.item_id}")

    def answer(self, item: ReviewItem, **fields: str) -> str:
        return self.post(
            f"/items/{item.item_id}",
            csrf=self.hidden("csrf"),
            ticket=self.hidden("ticket"),
            **fields,
        )


def question(
    field_kind: str = "date",
    *,
    read: str = "昭和49年3月8日",
    choices: tuple[str, ...] = ("昭和49年3月8日", "昭和49年3月6日", "昭和49年13月8日"),
    kind: QuestionKind = QuestionKind.FIELD,
    page: int = 1,
    label: str = "生年月日",
) -> ReviewItem:
    paged = kind is QuestionKind.PAGE
    return ReviewItem(
        item_id=item_id("tax_delinquency", "ab" * 32, page, field_kind, kind),
        job="tax_delinquency",
        kind=kind,
        document_sha256="ab" * 32,
        file="scan_001.pdf",
        page=page,
        field_id="" if paged else "birth_date",
        label="" if paged else label,
        field_kind="" if paged else field_kind,
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read=read,
        choices=choices,
        crop_png=PNG,
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
def browser(store: ReviewStore, clock: Clock) -> Browser:
    return Browser(store.database, clock)


def test_nothing_is_shown_before_somebody_signed_in(store: ReviewStore) -> None:
    store.ask([question()])
    stranger = ReviewClient(office_for(store.database))
    for path in ("/", "/next", f"/items/{question().item_id}"):
        assert "<h1>サインイン</h1>" in stranger.get(path).text
    crop = f"/items/{question().item_id}/crop.png"
    assert stranger.get(crop, headers={"accept": "image/*"}).status_code == 401


def test_the_overview_counts_open_questions_by_kind(
    store: ReviewStore, browser: Browser
) -> None:
    store.ask([question(), question(page=2), question("name", label="氏名")])
    html = browser.get("/")
    assert '<b class="count">3</b>' in html
    assert re.findall(r'<th scope="row">(\S+?)<', html) == ["日付", "氏名"]
    assert "山田 葵" in html


def test_an_empty_overview_says_so(browser: Browser) -> None:
    assert "確認していただくものはありません" in browser.get("/")


def test_a_question_shows_picture_readings_and_reason(
    store: ReviewStore, browser: Browser
) -> None:
    store.ask([question()])
    html = browser.get("/next")
    assert "生年月日" in html
    assert "二つの読取結果が一致しません。" in html
    assert html.count('name="choice"') == 2, "a reading without meaning is left out"
    picture = browser.client.get(f"/items/{question().item_id}/crop.png")
    assert (picture.content, picture.headers["content-type"]) == (PNG, "image/png")


def test_enter_takes_no_reading_of_a_field_with_a_correction(
    store: ReviewStore, browser: Browser
) -> None:
    usual, struck = question(), replace(question(page=2), reason=STRUCK_OUT)
    store.ask([usual, struck])
    assert 'class="choice first"' in browser.open(usual)
    html = browser.open(struck)
    assert 'class="choice first"' not in html
    assert html.count('name="choice"') == 2, "they can still be chosen"


def test_when_no_reading_makes_sense_the_likeliest_is_shown_to_be_corrected(
    store: ReviewStore, browser: Browser
) -> None:
    store.ask([question(read="昭和49年13月8日", choices=("昭和49年13月8日", "13月"))])
    html = browser.get("/next")
    assert html.count('name="choice"') == 1
    assert "日付として正しくありません。" in html
    assert re.search(r'<input id="value"[^>]* autofocus', html)


@pytest.mark.parametrize(
    ("fields", "decision", "value"),
    [
        pytest.param(
            {"choice": "昭和49年3月6日", "value": "typed before"},
            Decision.VALUE,
            "昭和49年3月6日",
            id="a reading is chosen",
        ),
        pytest.param(
            {"decision": "value", "value": " S49.3.7 "},
            Decision.VALUE,
            "S49.3.7",
            id="another value is typed",
        ),
        pytest.param({"decision": "blank"}, Decision.BLANK, "", id="blank"),
        pytest.param(
            {"decision": "unreadable", "value": "left over"},
            Decision.UNREADABLE,
            "",
            id="cannot be read",
        ),
        pytest.param(
            {"decision": "ask_applicant"}, Decision.ASK_APPLICANT, "", id="applicant"
        ),
    ],
)
def test_an_answer_is_stored_with_who_when_and_seconds(
    store: ReviewStore,
    browser: Browser,
    clock: Clock,
    fields: dict[str, str],
    decision: Decision,
    value: str,
) -> None:
    store.ask([question()])
    browser.open(question())
    clock.wait(4.0)
    browser.answer(question(), **fields)

    found = store.answers([question().item_id])[question().item_id]
    assert (found.decision, found.value) == (decision, value)
    assert (found.by, found.at, found.seconds) == ("yamada", clock.now, 4.0)
    assert store.open_items() == ()
    log = AuditLog(store.database)
    assert log.verify() == len(log.entries())
    assert [entry.action for entry in log.entries()][-2:] == ["viewed", "answer_given"]


@pytest.mark.parametrize(
    ("attended", "passed", "counted"),
    [
        pytest.param("1.25", 4.0, 1.25, id="the browser's measure"),
        pytest.param("99", 4.0, 4.0, id="never more than passed"),
        pytest.param("", 4.0, 4.0, id="no measure"),
        pytest.param("", 3000.0, 120.0, id="no measure, gone for lunch"),
        pytest.param("-3", 4.0, 4.0, id="below zero"),
        pytest.param("nan", 4.0, 4.0, id="not a number"),
        pytest.param("x", 4.0, 4.0, id="no figure"),
    ],
)
def test_seconds_are_measured_and_kept_within_what_passed(
    store: ReviewStore,
    browser: Browser,
    clock: Clock,
    attended: str,
    passed: float,
    counted: float,
) -> None:
    store.ask([question()])
    browser.open(question())
    clock.wait(passed)
    browser.answer(question(), choice="昭和49年3月8日", attended=attended)
    assert store.seconds_total("tax_delinquency") == counted


def test_a_value_that_makes_no_sense_comes_back_and_keeps_its_time(
    store: ReviewStore, browser: Browser, clock: Clock
) -> None:
    store.ask([question()])
    browser.open(question())
    clock.wait(3)
    html = browser.answer(question(), decision="value", value="R8.13.1")
    assert browser.status == 422
    assert 'value="R8.13.1"' in html
    assert "日付として正しくありません。" in html
    assert len(store.open_items()) == 1
    clock.wait(2)
    browser.answer(question(), decision="value", value="S49.3.1")
    assert store.seconds_total("tax_delinquency") == 5.0


def test_an_empty_value_is_no_answer(store: ReviewStore, browser: Browser) -> None:
    store.ask([question()])
    browser.open(question())
    assert "入力がありません" in browser.answer(question(), decision="value", value="")
    assert len(store.open_items()) == 1


def test_enter_in_the_text_sends_the_text_and_not_the_first_reading(
    store: ReviewStore, browser: Browser
) -> None:
    store.ask([question()])
    form = browser.open(question()).partition('id="answer"')[2]
    buttons = re.findall(r"<button[^>]*>", form)
    assert 'name="decision" value="value"' in buttons[0]


def test_after_an_answer_comes_the_next_of_the_group_then_the_overview(
    store: ReviewStore, browser: Browser
) -> None:
    first, second = question(), question(page=2)
    store.ask([first, second, question("name", label="氏名")])
    browser.get("/next?group=field-date")
    for item in (first, second):
        assert item.item_id in browser.path
        browser.post(
            browser.path,
            csrf=browser.hidden("csrf"),
            ticket=browser.hidden("ticket"),
            choice="昭和49年3月8日",
        )
    assert browser.path == "/?waits"
    assert '<b class="count">1</b>' in browser.html


def test_going_back_shows_the_answer_and_a_new_one_counts(
    store: ReviewStore, browser: Browser
) -> None:
    first, second = question(), question(page=2)
    store.ask([first, second])
    browser.open(first)
    browser.answer(first, choice="昭和49年3月6日")
    assert second.item_id in browser.path
    html = browser.get(f"/items/{second.item_id}/back")
    assert first.item_id in browser.path
    assert "前に回答した質問です" in html
    assert 'value="昭和49年3月6日"' in html
    browser.answer(first, choice="昭和49年3月8日")
    assert store.answers([first.item_id])[first.item_id].value == "昭和49年3月8日"
    assert len(store.history(first.item_id)) == 2


def test_later_leaves_the_question_open(store: ReviewStore, browser: Browser) -> None:
    store.ask([question(), question(page=2)])
    browser.get(f"/next?after={question().item_id}")
    assert question(page=2).item_id in browser.path
    assert len(store.open_items()) == 2


def test_an_unknown_page_can_be_excluded_but_has_no_value(
    store: ReviewStore, browser: Browser
) -> None:
    page = question(kind=QuestionKind.PAGE, choices=(), read="")
    store.ask([page])
    html = browser.open(page)
    assert "対象外" in html
    assert 'id="value"' not in html
    browser.answer(page, decision="value", value="x")
    assert browser.status == 422
    browser.answer(page, decision="exclude")
    assert store.answers([page.item_id])[page.item_id].decision is Decision.EXCLUDE


def test_a_field_cannot_be_excluded(store: ReviewStore, browser: Browser) -> None:
    store.ask([question()])
    browser.open(question())
    browser.answer(question(), decision="exclude")
    assert browser.status == 422
    assert len(store.open_items()) == 1


def test_a_mark_is_answered_yes_or_no_and_nothing_is_suggested(
    store: ReviewStore, browser: Browser
) -> None:
    mark = question("check", choices=("yes", "no"), read="", label="同意")
    store.ask([mark])
    html = browser.open(mark)
    assert "チェックあり" in html
    assert "autofocus" not in html.partition("<dialog")[0]
    browser.answer(mark, choice="perhaps")
    assert browser.status == 422
    browser.answer(mark, choice="no")
    assert store.answers([mark.item_id])[mark.item_id].value == "no"


def test_a_blind_question_shows_nothing_of_what_was_read(
    store: ReviewStore, browser: Browser
) -> None:
    blind = question(kind=QuestionKind.BLIND)
    store.ask([blind])
    html = browser.open(blind)
    assert "49年" not in html.replace("例　令和5年4月1日", "")
    assert "見えるとおりに入力" in html


def test_html_in_values_is_escaped(store: ReviewStore, browser: Browser) -> None:
    nasty = '<script>alert(1)</script>"><img src=x onerror=alert(2)>'
    store.ask(
        [question("text", read=nasty, choices=(nasty, "備考"), label=f"備考{nasty}")]
    )
    html = browser.get("/next")
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;" in html


def test_a_picture_that_is_no_png_is_not_served(
    store: ReviewStore, browser: Browser
) -> None:
    item = question()
    svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'
    store.ask([ReviewItem(**{**_fields(item), "crop_png": svg})])
    assert browser.client.get(f"/items/{item.item_id}/crop.png").status_code == 404


def _fields(item: ReviewItem) -> dict[str, object]:
    return {name: getattr(item, name) for name in item.__dataclass_fields__}


def test_the_check_says_what_a_text_means(store: ReviewStore, browser: Browser) -> None:
    store.ask([question()])
    browser.open(question())

    def says(value: str) -> tuple[str, ...]:
        asked = {"item": question().item_id, "value": value}
        answer = browser.client.send_json("/desk/check", asked).json()
        return answer["problem"], answer["meaning"], answer["doubt"]

    assert says("S49.3.8") == ("", "1974-03-08", "")
    assert says("S49.13.8") == ("日付として正しくありません。", "", "")
    assert says("平成32年1月1日")[2] != "", "平成 ended in its 31st year"
    assert says("") == ("", "", "")
    assert store.answers([question().item_id]) == {}


@pytest.mark.parametrize("action", ["", "/hold"])
def test_a_forged_request_is_refused(
    store: ReviewStore, browser: Browser, action: str
) -> None:
    store.ask([question()])
    browser.open(question())
    fields = {"ticket": browser.hidden("ticket"), "choice": "昭和49年3月8日"}
    path = f"/items/{question().item_id}{action}"
    for token in ({}, {"csrf": "guessed"}, {"csrf": "全角"}):
        assert browser.client.post(path, data={**fields, **token}).status_code == 403
    assert len(store.open_items()) == 1


def test_another_origin_is_refused_even_with_the_token(
    store: ReviewStore, browser: Browser
) -> None:
    store.ask([question()])
    browser.open(question())
    fields = {
        "csrf": browser.hidden("csrf"),
        "ticket": browser.hidden("ticket"),
        "choice": "昭和49年3月8日",
    }
    for origin in ("https://evil.example", "null"):
        answer = browser.client.post(
            f"/items/{question().item_id}", data=fields, headers={"origin": origin}
        )
        assert answer.status_code == 403
    assert len(store.open_items()) == 1


def test_another_host_name_is_refused(browser: Browser) -> None:
    answer = browser.client.get("/", headers={"host": "evil.example"})
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "cookie",
    [
        pytest.param("WyJhZG1pbiIsICJ4Il0.0000", id="forged"),
        pytest.param("", id="empty"),
        pytest.param("é.é", id="no ascii"),
        pytest.param("a.b.c", id="garbage"),
    ],
)
def test_a_forged_session_is_no_session(
    store: ReviewStore, clock: Clock, cookie: str
) -> None:
    stranger = ReviewClient(office_for(store.database))
    answer = stranger.get(
        "/", headers={"cookie": f"yakuba_session={cookie}".encode("latin-1")}
    )
    assert answer.url.path == "/sign-in"


def test_the_shown_seal_of_another_question_stores_nothing(
    store: ReviewStore, browser: Browser
) -> None:
    store.ask([question(), question(page=2)])
    browser.open(question(page=2))
    shown = browser.hidden("ticket")
    for seal in (shown, "", "a.b"):
        browser.post(
            f"/items/{question().item_id}",
            csrf=browser.hidden("csrf"),
            ticket=seal,
            choice="昭和49年3月8日",
        )
        assert browser.status == 200
    assert len(store.open_items()) == 2


def test_long_bodies_are_refused(store: ReviewStore, browser: Browser) -> None:
    store.ask([question()])
    browser.open(question())
    browser.answer(question(), decision="value", value="9" * 70_000)
    assert browser.status == 413


@pytest.mark.parametrize(
    "path",
    ["/items/..%2f..%2fetc%2fpasswd", "/items/nothing", "/static/../app.py", "/x"],
)
def test_unknown_addresses_are_not_found(browser: Browser, path: str) -> None:
    browser.get(path)
    assert browser.status == 404


@pytest.mark.parametrize("path", ["/", "/sign-in", "/items/x"])
def test_every_answer_has_the_headers(browser: Browser, path: str) -> None:
    answer = browser.client.get(path)
    assert {name: answer.headers.get(name) for name in HEADERS} == HEADERS


def test_the_pages_hold_no_inline_script_or_style_and_nothing_from_outside(
    store: ReviewStore, browser: Browser
) -> None:
    store.ask([question()])
    for path in ("/", "/sign-in", "/next"):
        html = browser.get(path)
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)
        assert not re.search(r'(?:src|href|action)="(?!/|#)', html)


def test_addresses_and_logs_hold_no_values(
    store: ReviewStore, browser: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    store.ask([question("name", read="潮見 渚", choices=("潮見 渚",), label="氏名")])
    item = store.open_items()[0]
    browser.open(item)
    browser.answer(item, decision="value", value="汐見 渚")
    assert browser.path == "/?waits"
    assert "渚" not in caplog.text


def fail_with_a_value(*_arguments: object) -> ReviewItem:
    """Fail the way a fault of the program would, with a value in its message."""
    msg = "潮見 渚"
    raise RuntimeError(msg)


def test_a_fault_of_the_program_shows_and_logs_no_value(
    store: ReviewStore,
    browser: Browser,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(ReviewStore, "item", fail_with_a_value)
    html = browser.get("/items/x")
    assert browser.status == 500
    assert "管理者に知らせてください" in html
    assert "渚" not in html + caplog.text
    assert "RuntimeError" in caplog.text


def test_a_busy_database_says_to_try_again(
    tmp_path: Path, store: ReviewStore, clock: Clock
) -> None:
    store.ask([question()])
    quick = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"), busy_seconds=0.05)
    browser = Browser(quick, clock)
    browser.open(question())
    with store.database.writing():
        html = browser.answer(question(), choice="昭和49年3月8日")
    assert browser.status == 503
    assert "使用中" in html
    assert len(store.open_items()) == 1
    quick.close()
