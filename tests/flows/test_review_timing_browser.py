"""The stopwatch in a real Chromium: keys, a reload, a lost connection, a new server."""

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from flows.review_app.office import Office
from tasks.domain.hours_saved.baseline_study import BaselineSample, standing_samples
from tasks.edges.hours_saved.baseline_store import BaselineStore
from tasks.edges.office_database.database import open_database, sqlite_url
from tests.flows.review_helpers import (
    chromium,
    complaints_of,
    focused,
    real_office,
    running,
    sample_home,
    session_of,
    signed_in_page,
)

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
JOB = "tax_delinquency"
LOST = "計測は続いています"


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as found:
        yield found


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    database = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield real_office(database, home=sample_home(tmp_path / "home", ROOT))
    database.close()


@pytest.fixture
def page(browser: Browser, office: Office) -> Iterator[Page]:
    with running(office) as address:
        found = signed_in_page(browser, address, session_of(office))
        found.goto(f"{address}/timing")
        yield found
        found.context.close()


def samples(office: Office) -> tuple[BaselineSample, ...]:
    return standing_samples(BaselineStore(office.database).samples(JOB))


def until(page: Page, look: Callable[[], bool], within_s: float = 10.0) -> None:
    deadline = time.monotonic() + within_s
    while not look():
        assert time.monotonic() < deadline
        page.wait_for_timeout(100)  # a sleep would hold back what the routes do


def shows(page: Page, state: str) -> None:
    expect(page.locator("#state")).to_have_text(state)


def begin(page: Page) -> None:
    focused(page)
    page.keyboard.press("Enter")  # the first job of the list
    shows(page, "止まっています")
    focused(page)
    page.keyboard.press("Enter")  # the first button has the focus
    shows(page, "計測中")


def test_items_are_timed_by_keys_alone(page: Page, office: Office) -> None:
    asked: list[str] = []
    said = complaints_of(page)
    page.on("request", lambda request: asked.append(request.url))
    begin(page)
    page.wait_for_timeout(1300)
    page.keyboard.press("Enter")  # one done, the next begins
    expect(page.locator("#says")).to_contain_text("を記録しました")
    expect(page.locator(".samples tbody tr")).to_have_count(1)
    page.keyboard.press("p")
    shows(page, "中断中")
    frozen = page.locator("#clock").inner_text()
    page.wait_for_timeout(1300)
    assert page.locator("#clock").inner_text() == frozen
    page.keyboard.press("p")
    page.wait_for_timeout(1300)
    page.keyboard.press("4")  # four at once
    page.keyboard.press("s")
    expect(page.locator(".samples tbody tr")).to_have_count(2)
    shows(page, "止まっています")
    first, second = samples(office)
    assert (first.items, second.items) == (1, 4)
    assert 1.0 < second.duration_ms / 1000 < 2.6  # no pause in it
    page.keyboard.press("u")
    expect(page.locator(".samples tr.done")).to_have_count(1)
    page.locator("#note").fill("")
    page.locator("#note").press_sequentially("s x p")  # letters typed are no keys
    shows(page, "止まっています")
    assert samples(office) == (first,)
    assert all(url.startswith("http://127.0.0.1:") for url in asked)
    assert said == []


def test_a_reload_and_a_lost_connection_lose_no_second(
    page: Page, office: Office
) -> None:
    cut = threading.Event()
    lost: list[Route] = []

    def line(route: Route) -> None:
        if cut.is_set():
            lost.append(route)
            route.abort()
        else:
            route.continue_()

    # In place before the first press: a route set between two presses can miss one.
    page.route("**/press", line)
    begin(page)
    page.wait_for_timeout(1300)
    page.reload()
    shows(page, "計測中")
    focused(page)
    assert page.locator("#clock").inner_text() != "0分00秒"
    cut.set()
    page.keyboard.press("Enter")
    expect(page.locator("#problem")).to_contain_text(LOST)
    page.wait_for_timeout(1300)
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    assert samples(office) == ()
    page.reload()  # what waits, waits on
    expect(page.locator("#problem")).to_contain_text(LOST)
    cut.clear()
    until(page, lambda: len(samples(office)) == 2)
    for one in samples(office):
        assert 1.0 < one.duration_ms / 1000 < 3.0  # as pressed, not as received
    assert lost
    expect(page.locator("#problem")).to_have_text("")


def test_the_watch_runs_on_while_the_server_is_started_again(
    page: Page, browser: Browser, office: Office
) -> None:
    begin(page)
    with running(office) as address:
        again = signed_in_page(browser, address, session_of(office))
        again.goto(f"{address}/timing/{JOB}")
        shows(again, "計測中")
        focused(again)
        again.keyboard.press("x")
        shows(again, "止まっています")
        again.context.close()
    assert samples(office) == ()
