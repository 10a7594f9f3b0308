"""The review page in a real Chromium: keys, input method, attended time."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from flows.review_app.fields.wording import Checked
from tasks.domain.review_item import Decision, QuestionKind, ReviewItem, item_id
from tasks.edges.database import open_database, sqlite_url
from tasks.edges.review_store import ReviewStore
from tests.flows.review_helpers import (
    chromium,
    real_office,
    running,
    session_of,
    signed_in_page,
)

pytestmark = pytest.mark.slow


def question(number: int) -> ReviewItem:
    return ReviewItem(
        item_id=item_id("job", "ab" * 32, number, "name", QuestionKind.FIELD),
        job="job",
        kind=QuestionKind.FIELD,
        document_sha256="ab" * 32,
        file="scan_001.pdf",
        page=number,
        field_id="name",
        label="氏名",
        field_kind="name",
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read=f"潮見 渚{number}",
        choices=(f"潮見 渚{number}", f"汐見 渚{number}"),
    )


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ReviewStore]:
    database = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    found = ReviewStore(database)
    found.ask(question(number) for number in range(1, 6))
    yield found
    database.close()


@pytest.fixture
def page(store: ReviewStore) -> Iterator[Page]:
    office = real_office(store.database, check=lambda _item, _text, _today: Checked(""))
    with running(office) as address, chromium() as browser:
        found = signed_in_page(browser, address, session_of(office))
        found.goto(address)
        expect(found.locator("h1")).to_contain_text("5 件")
        ready(found)
        yield found


def values(store: ReviewStore) -> dict[int, str]:
    items = {question(number).item_id: number for number in range(1, 6)}
    return {items[key]: one.value for key, one in store.answers(items).items()}


def wait_for(page: Page, number: int) -> None:
    expect(page.locator("figcaption")).to_contain_text(f"{number}ページ")
    ready(page)


def ready(page: Page) -> None:
    """Wait until scripts have run and the first control has the focus, as eyes would."""
    page.wait_for_load_state()
    expect(page.locator(":focus")).not_to_have_count(0)


def test_five_questions_are_settled_with_seven_keys(
    page: Page, store: ReviewStore
) -> None:
    page.keyboard.press("Enter")  # the overview's first button
    wait_for(page, 1)
    page.keyboard.press("Enter")  # the likeliest reading
    wait_for(page, 2)
    page.keyboard.press("2")  # the runner-up
    wait_for(page, 3)
    page.keyboard.press("k")  # blank
    wait_for(page, 4)
    page.keyboard.press("y")  # cannot be read
    wait_for(page, 5)
    page.keyboard.press("s")  # later: the only one left comes again
    wait_for(page, 5)
    page.keyboard.press("Numpad1")
    expect(page.locator("h1")).to_contain_text("確認していただくものはありません")

    assert values(store) == {
        1: "潮見 渚1",
        2: "汐見 渚2",
        3: "",
        4: "",
        5: "潮見 渚5",
    }
    answers = store.answers(question(number).item_id for number in range(1, 6))
    assert answers[question(4).item_id].decision is Decision.UNREADABLE
    assert all(0 < one.seconds < 30 for one in answers.values())


def test_f2_corrects_the_likeliest_reading_and_z_goes_back(
    page: Page, store: ReviewStore
) -> None:
    page.keyboard.press("Enter")
    wait_for(page, 1)
    page.keyboard.press("F2")
    expect(page.locator("#value")).to_have_value("潮見 渚1")
    page.keyboard.press("End")
    page.keyboard.type("2")  # a digit in the text is no choice
    page.keyboard.press("Enter")
    wait_for(page, 2)
    page.keyboard.press("z")
    wait_for(page, 1)
    expect(page.locator("#value")).to_have_value("潮見 渚12")
    assert values(store) == {1: "潮見 渚12"}


def test_enter_that_ends_a_conversion_does_not_answer(
    page: Page, store: ReviewStore
) -> None:
    page.keyboard.press("Enter")
    wait_for(page, 1)
    page.keyboard.press("F2")
    page.evaluate(
        """() => {
          const input = document.getElementById("value");
          input.dispatchEvent(new CompositionEvent("compositionstart"));
          for (const init of [{isComposing: true}, {keyCode: 229}]) {
            input.dispatchEvent(new KeyboardEvent("keydown",
              {key: "Enter", code: "Enter", bubbles: true, cancelable: true, ...init}));
          }
          input.dispatchEvent(new CompositionEvent("compositionend"));
        }"""
    )
    page.wait_for_timeout(300)
    wait_for(page, 1)
    assert values(store) == {}
    page.keyboard.press("Enter")
    wait_for(page, 2)
    assert values(store) == {1: "潮見 渚1"}


def test_a_key_held_down_settles_one_question(page: Page, store: ReviewStore) -> None:
    page.keyboard.press("Enter")
    wait_for(page, 1)
    page.keyboard.down("Enter")
    wait_for(page, 2)
    for _ in range(5):
        page.keyboard.down("Enter")  # the keyboard's own repeat
        page.wait_for_timeout(40)
    page.keyboard.up("Enter")
    wait_for(page, 2)
    assert list(values(store)) == [1]


def test_nothing_outside_is_asked_for_and_nothing_breaks_the_policy(
    page: Page, store: ReviewStore
) -> None:
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.keyboard.press("Enter")
    wait_for(page, 1)
    page.keyboard.press("F2")
    page.keyboard.type("汐見")
    page.wait_for_timeout(300)
    assert asked
    assert all(url.startswith("http://127.0.0.1:") for url in asked)
    assert not any("汐見" in url or "%" in url for url in asked)
    assert said == []
