"""The review page in a real Chromium: keys, input method, two people, lost lines."""

import base64
import contextlib
import dataclasses
import itertools
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Error as PlaywrightError
from playwright.sync_api import Page, expect

from flows.review_app.office import Office
from tasks.domain.review_item import Decision, QuestionKind, ReviewItem, item_id
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.office_database.database_tables import SIGN_IN_SESSIONS
from tasks.edges.review.review_store import ReviewStore
from tests.flows.review_helpers import (
    chromium,
    complaints_of,
    real_office,
    running,
    session_of,
    signed_in_page,
)

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
BLINK_MS = 100
"""No key answers a question that was not on the screen for so long."""
NOTE_WHAT_IS_SHOWN = """
  window.shown = [];
  document.addEventListener("yakuba:shown", (event) => window.shown.push(event.detail));
"""


ENTER = (("Enter",), "潮見 渚{}", Decision.VALUE)
WITH_KEYS = {
    3: (("2",), "汐見 渚{}", Decision.VALUE),
    7: (("Delete",), "", Decision.BLANK),
    11: (("F8",), "", Decision.UNREADABLE),
    15: (("F9",), "", Decision.ASK_APPLICANT),
    17: (("ArrowDown", "Enter"), "汐見 渚{}", Decision.VALUE),
}
"""Of twenty questions: which are not settled by Enter alone."""


def picture(text: str) -> bytes:
    canvas = np.full((90, 420, 3), 250, np.uint8)
    cv2.putText(canvas, text, (20, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.4, (40, 40, 40), 3)
    return cv2.imencode(".png", canvas)[1].tobytes()


def question(number: int, kind: str = "name", **changes: Any) -> ReviewItem:
    made = ReviewItem(
        item_id=item_id("job", "ab" * 32, number, kind, QuestionKind.FIELD),
        job="job",
        kind=QuestionKind.FIELD,
        document_sha256="ab" * 32,
        file="scan_001.pdf",
        page=number,
        field_id=kind,
        label="氏名",
        field_kind=kind,
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read=f"潮見 渚{number}",
        choices=(f"潮見 渚{number}", f"汐見 渚{number}"),
        crop_png=picture(str(number)),
        error_class="ordinary",
    )
    return dataclasses.replace(made, **changes)


@dataclass
class Desk:
    """An office with its server, and the browser that everybody here shares."""

    store: ReviewStore
    office: Office
    address: str
    browser: Chromium

    def sit_down(self, login: str = "yamada", path: str = "/next", **how: Any) -> Page:
        """Return a page of somebody who is signed in, ready for keys."""
        token = session_of(self.office, login=login, name=login)
        page = signed_in_page(self.browser, self.address, token, **how)
        page.add_init_script(NOTE_WHAT_IS_SHOWN)
        page.goto(self.address + path)
        if how.get("java_script_enabled", True):
            ready(page)
        return page

    def values(self, kind: str = "name", many: int = 200) -> dict[int, str]:
        ids = {question(n, kind).item_id: n for n in range(1, many + 1)}
        return {ids[key]: one.value for key, one in self.store.answers(ids).items()}


def ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready=yes]", state="attached")
    page.wait_for_timeout(BLINK_MS)


def past(page: Page, count: int) -> None:
    """Wait until more than so many questions were shown, or none is left."""
    deadline = time.monotonic() + 10
    # Not wait_for_function: the page's policy forbids it to evaluate a text.
    while "waits" not in page.url:
        with contextlib.suppress(PlaywrightError):  # in the middle of a navigation
            if page.evaluate("window.shown?.length ?? 0") > count:
                page.wait_for_timeout(BLINK_MS)
                return
        assert time.monotonic() < deadline, "the next question was not shown"
        page.wait_for_timeout(5)


def saved(page: Page) -> None:
    expect(page.locator("#saving")).to_have_text("保存しました", timeout=20_000)


def asked(page: Page) -> int:
    """Return the page number of the question shown, once one is."""
    text = page.locator("#work figcaption").inner_text(timeout=10_000)
    return int(re.findall(r"(\d+)ページ", text)[0])


@pytest.fixture(scope="module")
def browser() -> Iterator[Chromium]:
    with chromium() as found:
        yield found


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield found
    found.close()


@pytest.fixture
def desk(database: Database, browser: Chromium) -> Iterator[Desk]:
    office = real_office(database)
    with running(office) as address:
        yield Desk(ReviewStore(database), office, address, browser)
    for context in browser.contexts:
        context.close()


def test_two_hundred_questions_are_settled_by_keys_alone(desk: Desk) -> None:
    desk.store.ask(question(number) for number in range(1, 201))
    page = desk.sit_down()
    outside: list[str] = []
    said = complaints_of(page)
    page.on("request", lambda request: outside.append(request.url))
    began = time.monotonic()
    keys = 0
    wanted: dict[int, str] = {}
    decided: Counter[Decision] = Counter()
    for turn in range(200):
        number = asked(page)
        pressed, value, decision = WITH_KEYS.get(turn % 20, ENTER)
        for key in pressed:
            page.keyboard.press(key)
        keys += len(pressed)
        wanted[number] = value.format(number)
        decided[decision] += 1
        past(page, turn + 1)
    expect(page.locator("h1")).to_contain_text("確認していただくものはありません")

    assert desk.values() == wanted
    assert len(wanted) == 200
    ids = [question(number).item_id for number in range(1, 201)]
    answers = desk.store.answers(ids).values()
    assert Counter(one.decision for one in answers) == decided
    assert all(len(desk.store.history(one)) == 1 for one in ids)
    assert 0 < sum(one.seconds for one in answers) <= time.monotonic() - began
    assert keys == 210
    assert all(url.startswith(("http://127.0.0.1:", "blob:")) for url in outside)
    assert not any("%" in url for url in outside)
    assert said == []
    log = AuditLog(desk.office.database)
    assert log.verify() > 200


def test_two_people_at_once_settle_everything_and_nothing_twice(desk: Desk) -> None:
    desk.store.ask(question(number) for number in range(1, 61))
    pages = [desk.sit_down("first"), desk.sit_down("second")]
    shown_at_once = set()
    for page in itertools.cycle(pages):
        if all("waits" in one.url for one in pages):
            break
        if "waits" in page.url:
            continue
        numbers = [asked(one) for one in pages if "waits" not in one.url]
        shown_at_once.add(len(set(numbers)) == len(numbers))
        seen = page.evaluate("window.shown.length")
        page.keyboard.press("Enter")
        past(page, seen)
    assert shown_at_once == {True}
    assert desk.values(many=60) == {n: f"潮見 渚{n}" for n in range(1, 61)}
    histories = [desk.store.history(question(n).item_id) for n in range(1, 61)]
    assert [one for one in histories if len(one) != 1] == []
    assert set(Counter(one[0].by for one in histories)) == {"first", "second"}


def test_enter_that_ends_a_conversion_does_not_answer(desk: Desk) -> None:
    desk.store.ask(question(number) for number in range(1, 6))
    page = desk.sit_down()
    wire = page.context.new_cdp_session(page)
    wire.send(
        "Input.imeSetComposition",
        {"text": "しおみ", "selectionStart": 3, "selectionEnd": 3},
    )
    expect(page.locator("#value")).to_have_value("しおみ")
    for code in ("Enter", "Delete", "F8", "PageDown", "Digit2"):
        # As Chromium sends keys that an input method takes for itself.
        page.evaluate(
            """(code) => {
              for (const how of [{isComposing: true}, {keyCode: 229}]) {
                document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
                  {key: code, code, bubbles: true, cancelable: true, ...how}));
              }
            }""",
            code,
        )
    wire.send("Input.insertText", {"text": "汐見 凪"})
    page.wait_for_timeout(300)
    assert asked(page) == 1
    expect(page.locator("#value")).to_have_value("汐見 凪")
    assert desk.values() == {}
    page.keyboard.press("Enter")
    past(page, 1)
    page.keyboard.down("Enter")
    past(page, 2)
    for _ in range(4):
        page.keyboard.down("Enter")  # the keyboard's own repeat settles nothing
    page.keyboard.up("Enter")
    page.wait_for_timeout(BLINK_MS)
    page.evaluate(
        """() => {
          for (let turn = 0; turn < 2; turn += 1) {  // a key that bounces
            document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
              {key: "Enter", code: "Enter", bubbles: true, cancelable: true}));
          }
        }"""
    )
    saved(page)
    assert desk.values() == {1: "汐見 凪", 2: "潮見 渚2", 3: "潮見 渚3"}


def test_what_was_typed_survives_a_reload_and_is_unreadable_in_the_browser(
    desk: Desk,
) -> None:
    desk.store.ask(question(number) for number in range(1, 4))
    page = desk.sit_down()
    page.keyboard.press("Enter")
    past(page, 1)
    page.keyboard.type("汐見")
    page.wait_for_timeout(600)
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert ":d:" in kept
    assert "汐" not in kept
    assert base64.b64encode("汐見".encode()).decode()[:7] not in kept
    page.reload()
    ready(page)
    assert asked(page) == 2
    expect(page.locator("#value")).to_have_value("汐見")
    page.keyboard.type(" 渚")
    page.keyboard.press("Enter")
    past(page, 1)
    page.keyboard.press("PageUp")
    expect(page.locator("#value")).to_have_value("汐見 渚")
    expect(page.locator(".given")).to_be_visible()
    page.keyboard.press("F2")
    page.keyboard.type("沙")
    page.keyboard.press("Enter")
    saved(page)
    assert desk.values() == {1: "潮見 渚1", 2: "汐見 渚沙"}
    assert len(desk.store.history(question(2).item_id)) == 2
    assert ":d:" not in page.evaluate("JSON.stringify({...localStorage})")


def test_a_text_is_checked_while_it_is_typed_and_never_holds_up(desk: Desk) -> None:
    dates = {"value_read": "昭和49年3月8日", "choices": ("昭和49年3月8日",)}
    desk.store.ask(question(number, "date", **dates) for number in range(1, 5))
    page = desk.sit_down()
    page.keyboard.type("S49.13.8")
    expect(page.locator("#says")).to_have_text("日付として正しくありません。")
    page.keyboard.press("Enter")
    assert asked(page) == 1, "what is known to make no sense stays"
    page.keyboard.press("Escape")
    page.keyboard.type("H32.1.1")
    expect(page.locator("#says")).to_contain_text("2020-01-01")
    page.keyboard.press("Enter")
    expect(page.locator("#says")).to_contain_text("もう一度 Enter")
    page.keyboard.press("Enter")
    past(page, 1)
    page.keyboard.type("S49.13.8")
    page.keyboard.press("Enter")  # before the server could say anything
    past(page, 2)
    expect(page.locator("#news")).to_contain_text("次に出ます")
    page.keyboard.press("Enter")
    past(page, 3)
    assert asked(page) == 2
    expect(page.locator("#value")).to_have_value("S49.13.8")
    page.keyboard.press("Escape")
    page.keyboard.press("Backspace")
    page.keyboard.type("1974/3/9")
    page.keyboard.press("Enter")
    saved(page)
    assert desk.values("date") == {1: "H32.1.1", 2: "1974/3/9", 3: "昭和49年3月8日"}


def test_answers_wait_for_a_lost_line_and_for_a_new_sign_in(desk: Desk) -> None:
    desk.store.ask(question(number) for number in range(1, 41))
    page = desk.sit_down()
    page.wait_for_timeout(300)
    page.context.set_offline(True)
    for turn in range(6):
        page.keyboard.press("Enter")
        past(page, turn + 1)
    expect(page.locator("#saving")).to_contain_text("未送信 6 件")
    assert desk.values() == {}
    page.context.set_offline(False)
    saved(page)
    assert desk.values() == {n: f"潮見 渚{n}" for n in range(1, 7)}

    with desk.office.database.writing() as connection:
        connection.execute(sa.delete(SIGN_IN_SESSIONS))
    page.keyboard.press("2")
    past(page, 7)
    page.keyboard.type("書きかけ")
    expect(page.locator("#saving")).to_contain_text("サインインし直す")
    token = session_of(desk.office, login="yamada")
    page.context.add_cookies(
        [{"name": "yakuba_session", "value": token, "url": desk.address}]
    )
    saved(page)
    expect(page.locator("#value")).to_have_value("書きかけ")
    page.keyboard.press("Enter")
    saved(page)
    assert desk.values()[7] == "汐見 渚7"
    assert desk.values()[8] == "書きかけ"


def test_an_answer_that_the_server_never_takes_holds_up_no_other(desk: Desk) -> None:
    desk.store.ask(question(number) for number in range(1, 9))
    page = desk.sit_down()
    page.wait_for_timeout(300)
    page.context.set_offline(True)
    for turn in range(3):
        if turn == 1:
            page.locator("#value").evaluate(
                "(one) => { one.maxLength = 9000; one.value = '長'.repeat(3000); }"
            )
        page.keyboard.press("Enter")
        past(page, turn + 1)
    page.context.set_offline(False)
    expect(page.locator("#saving")).to_contain_text("1 件を送れません")
    assert desk.values() == {1: "潮見 渚1", 3: "潮見 渚3"}


def start_server(home: Path, work: Path, port: int) -> subprocess.Popen[bytes]:
    command = (sys.executable, "-m", "flows.cli", "review", "--port", str(port))
    process = subprocess.Popen(
        [*command, "--work", str(work)],
        cwd=ROOT,
        env={**os.environ, "YAKUBA_HOME": str(home)},
        stdout=subprocess.DEVNULL,
    )
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return process
        time.sleep(0.1)
    raise TimeoutError


def test_a_server_killed_while_saving_loses_nothing_and_stores_nothing_twice(
    tmp_path: Path, browser: Chromium
) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    database = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    store, office = ReviewStore(database), real_office(database)
    store.ask(question(number) for number in range(1, 61))
    token = session_of(office)
    process = start_server(ROOT, tmp_path, port)
    try:
        page = signed_in_page(browser, f"http://127.0.0.1:{port}", token)
        page.add_init_script(NOTE_WHAT_IS_SHOWN)
        page.goto(f"http://127.0.0.1:{port}/next")
        ready(page)
        turn = 0
        for _ in range(2):
            for _ in range(8):
                page.keyboard.press("Enter")
                turn += 1
                past(page, turn)
            process.send_signal(signal.SIGKILL)  # answers are on their way
            process.wait()
            for _ in range(4):
                page.keyboard.press("Enter")
                turn += 1
                past(page, turn)
            expect(page.locator("#saving")).to_contain_text("未送信", timeout=20_000)
            process = start_server(ROOT, tmp_path, port)
            saved(page)
        answered = store.answers(question(n).item_id for n in range(1, 61))
        assert len(answered) == turn == 24
        assert all(len(store.history(key)) == 1 for key in answered)
        assert all(one.seconds < 30 for one in answered.values())
        page.context.close()
    finally:
        process.kill()
        process.wait()
        database.close()


def test_an_amount_is_entered_by_two_who_do_not_see_each_other_and_a_third(
    desk: Desk,
) -> None:
    amount = {
        "value_read": "12,000",
        "choices": ("12,000", "17,000"),
        "label": "申請額",
    }
    items = [question(n, "amount", error_class="strict", **amount) for n in range(1, 3)]
    desk.store.ask(items)
    ids = [item.item_id for item in items]

    first = desk.sit_down("first")
    first.keyboard.press("Enter")
    past(first, 1)
    first.keyboard.press("Enter")
    first.wait_for_url("**/?waits")
    assert desk.store.answers(ids) == {}, "one entry settles nothing"
    first.goto(desk.address + "/next")
    expect(first.locator("[role=status].news")).to_contain_text("2回目の入力")

    second = desk.sit_down("second")
    assert "12,000" not in second.locator("#work").inner_html()
    assert "17,000" not in second.locator("#work").inner_html()
    second.keyboard.type("12000")
    second.keyboard.press("Enter")
    past(second, 1)
    second.keyboard.type("13000")
    second.keyboard.press("Enter")
    second.wait_for_url("**/?waits")
    assert [one.value for one in desk.store.answers(ids).values()] == ["12000"]

    third = desk.sit_down("third")
    expect(third.locator("#reason")).to_contain_text("二人の入力が違いました")
    assert third.locator(".choice .value").all_inner_texts() == ["12,000", "13000"]
    assert "first" not in third.locator("#work").inner_text()
    third.keyboard.press("Enter")  # nobody's entry is taken by itself
    assert asked(third) == 2
    third.keyboard.press("1")
    third.wait_for_url("**/?waits")
    assert {key: one.value for key, one in desk.store.answers(ids).items()} == {
        ids[0]: "12000",
        ids[1]: "12,000",
    }
    who = [[one.by for one in desk.store.history(key)] for key in ids]
    assert who == [["first", "second"], ["first", "second", "third"]]


def test_like_fields_are_confirmed_together_but_for_the_odd_ones(desk: Desk) -> None:
    seals = {"value_read": "yes", "choices": ("yes", "no"), "label": "押印"}
    strict = dataclasses.replace(question(99, "seal", **seals), error_class="strict")
    desk.store.ask([*(question(n, "seal", **seals) for n in range(1, 31)), strict])
    page = desk.sit_down(path="/grid?group=field-seal")
    assert page.locator(".tile").count() == 30, "nothing of the strict class"
    page.keyboard.press("Enter")
    assert desk.values("seal", 30) == {}, "nobody has looked yet"
    page.wait_for_timeout(900)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.locator(".tile").nth(9).click()
    expect(page.locator("#picked")).to_have_text("2 件を選びました")
    page.keyboard.press("Enter")
    page.wait_for_url("**/items/**")
    assert len(desk.values("seal", 30)) == 28
    assert not {2, 10} & set(desk.values("seal", 30))
    seconds = {
        one.seconds
        for one in desk.store.answers(
            question(n, "seal").item_id for n in range(1, 31)
        ).values()
    }
    assert len(seconds) == 1
    assert 0 < seconds.pop() < 1


def test_enlarged_twice_the_crop_stays_in_sight_and_nothing_runs_off(
    desk: Desk,
) -> None:
    desk.store.ask(question(number) for number in range(1, 4))
    page = desk.sit_down(viewport={"width": 683, "height": 384}, device_scale_factor=2)
    box = page.locator(".crop img").bounding_box()
    assert box is not None
    assert box["y"] >= 0
    assert box["y"] + box["height"] <= 384
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= 683
    page.locator(".decisions").scroll_into_view_if_needed()
    box = page.locator(".crop img").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] > 60, "the crop stays while the rest scrolls"
    expect(page.locator("#value")).to_be_focused()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="キーの使い方")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    saved(page)
    assert desk.values() == {1: "潮見 渚1"}


def test_without_javascript_the_same_questions_are_answered(desk: Desk) -> None:
    desk.store.ask(question(number) for number in range(1, 5))
    page = desk.sit_down(java_script_enabled=False)
    page.get_by_role("button", name="汐見").click()
    page.locator("#value").fill("汐見 凪")
    page.keyboard.press("Enter")
    page.get_by_text("保留にする").click()
    page.locator("#why").fill("紙が見当たらない")
    page.get_by_role("button", name="保留", exact=True).click()
    page.get_by_role("link", name="戻って直す").click()
    assert asked(page) == 2
    expect(page.locator("#value")).to_have_value("汐見 凪")
    page.get_by_role("button", name="空欄").click()
    page.get_by_role("button", name="潮見").click()
    expect(page.locator("h1")).to_contain_text("確認していただくものはありません")
    expect(page.locator(".card")).to_contain_text("1件が保留")
    assert desk.values() == {1: "汐見 渚1", 2: "", 4: "潮見 渚4"}
