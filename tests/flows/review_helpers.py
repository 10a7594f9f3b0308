"""An office with signed-in clerks, for the tests of every room of the review page."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Page, sync_playwright

from flows.review_app.access.cookies import form_token
from flows.review_app.app import create_app
from flows.review_app.office import Office
from flows.review_app.serving import server
from tasks.domain.review.accounts import AccountChange, Role
from tasks.edges.access.account_store import AccountStore, By
from tasks.edges.access.sign_in_sessions import SignInSessions
from tasks.edges.office_database.database import Database

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
ORIGIN = "http://127.0.0.1"
SECRET = b"s" * 32
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
STARTS_WITHIN_S = 20.0


class Clock:
    """A clock that a test sets."""

    def __init__(self, now: dt.datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += dt.timedelta(seconds=seconds)


def real_clock() -> dt.datetime:
    return dt.datetime.now(tz=dt.UTC)  # noqa: TID251 - real seconds


def office_for(database: Database, **changes: Any) -> Office:
    """Return an office on a database; any part of it can be given."""
    parts: dict[str, Any] = {
        "clock": Clock(),
        "secret": SECRET,
        "city": "みなと市",
        "jobs": {"tax_delinquency": "滞納確認"},
    }
    return Office(database=database, **{**parts, **changes})


def session_of(
    office: Office,
    *,
    roles: Iterable[Role] = (Role.CLERK,),
    jobs: Iterable[str] | None = None,
    login: str = "yamada",
    name: str = "山田 葵",
) -> str:
    """Return the token of a new session; the account is made when it is not there."""
    store = AccountStore(office.database)
    known = store.by_login(login)
    change = AccountChange(
        name, frozenset(roles), None if jobs is None else frozenset(jobs)
    )
    account = (
        known.account if known else store.add(login, change, By("test", office.clock()))
    )
    sessions = SignInSessions(office.database, office.limits)
    return sessions.start(account, office.clock())


class ReviewClient:
    """A browser without JavaScript: keeps cookies, follows redirects."""

    def __init__(self, office: Office, token: str = "") -> None:
        self.office = office
        self.app = create_app(office)
        self.token = token
        self.cookies = httpx.Cookies({"yakuba_session": token} if token else {})

    @property
    def csrf(self) -> str:
        """What must come with every POST of this session."""
        return form_token(self.token)

    def get(self, path: str, **how: Any) -> httpx.Response:
        return self.request("GET", path, **how)

    def post(self, path: str, **how: Any) -> httpx.Response:
        return self.request("POST", path, **how)

    def send(self, path: str, **fields: str | list[str]) -> httpx.Response:
        """POST a form with its token."""
        return self.post(path, data={"csrf": self.csrf, **fields})

    def send_json(self, path: str, value: object) -> httpx.Response:
        """POST JSON as our scripts do."""
        headers = {"x-csrf-token": self.csrf, "accept": "application/json"}
        return self.post(path, json=value, headers=headers)

    def request(self, method: str, path: str, **how: Any) -> httpx.Response:
        """Send anything, as httpx takes it: data, json, files, headers, params."""
        headers = {"accept": "text/html", **how.pop("headers", {})}
        return asyncio.run(self._send(method, path, headers=headers, **how))

    async def _send(self, method: str, path: str, **how: Any) -> httpx.Response:
        follow = how.pop("follow_redirects", True)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app),
            base_url=ORIGIN,
            cookies=self.cookies,
            follow_redirects=follow,
        ) as client:
            answer = await client.request(method, path, **how)
            self.cookies = client.cookies
            return answer


def review_client(
    database: Database,
    *,
    roles: Iterable[Role] = (Role.CLERK,),
    jobs: Iterable[str] | None = None,
    login: str = "yamada",
    name: str = "山田 葵",
    **office: Any,
) -> ReviewClient:
    """Return a client that is signed in.

    Args:
        database: Of the office.
        roles: Of the account.
        jobs: Of the account; None for all.
        login: Of the account.
        name: Of the account.
        office: Parts of the office: clock, check, home, jobs ...
    """
    place = office_for(database, **office)
    token = session_of(place, roles=roles, jobs=jobs, login=login, name=name)
    return ReviewClient(place, token)


def hidden(html: str, name: str) -> str:
    """Return the value of a hidden field of a page."""
    found = re.search(rf'name="{name}" value="([^"]*)"', html)
    assert found, f"no {name} on the page"
    return found.group(1)


@contextmanager
def running(office: Office) -> Iterator[str]:
    """Run the real server on a free port and yield its address."""
    process = server(office, port=0)
    thread = threading.Thread(target=process.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + STARTS_WITHIN_S
    while not process.started:
        assert time.monotonic() < deadline, "the server did not start"
        time.sleep(0.02)
    try:
        port = process.servers[0].sockets[0].getsockname()[1]
        yield f"http://127.0.0.1:{port}"
    finally:
        process.should_exit = True
        thread.join(10)


@contextmanager
def chromium() -> Iterator[Chromium]:
    """Yield a real browser, or skip where there is none."""
    if CHROMIUM is None:
        pytest.skip("needs chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        try:
            yield browser
        finally:
            browser.close()


def signed_in_page(browser: Chromium, address: str, token: str, **context: Any) -> Page:
    """Return a page of a browser that is signed in; `context` as Playwright takes it."""
    opened = browser.new_context(locale="ja-JP", **context)
    opened.add_cookies([{"name": "yakuba_session", "value": token, "url": address}])
    return opened.new_page()


def complaints_of(page: Page) -> list[str]:
    """Return what the browser will complain of: errors, warnings, what a policy forbids.

    Its remarks are no faults, as when keys come sooner than a page sets the focus.
    """
    found: list[str] = []
    page.on("pageerror", lambda error: found.append(str(error)))
    page.on(
        "console",
        lambda said: (
            found.append(f"{said.type}: {said.text}")
            if said.type in ("error", "warning")
            else None
        ),
    )
    return found


def focused(page: Page, within_s: float = 10.0) -> None:
    """Wait until the page has loaded and a control has the focus, as eyes would.

    Not `wait_for_function`: from its second look on it evaluates a text inside the
    page, which the page's own policy forbids.
    """
    deadline = time.monotonic() + within_s
    while not page.evaluate(
        "document.readyState === 'complete' && document.activeElement !== document.body"
    ):
        assert time.monotonic() < deadline, "no control has the focus"
        page.wait_for_timeout(20)


def real_office(database: Database, **changes: Any) -> Office:
    """Return an office whose clock is the real one, for servers and browsers."""
    return office_for(database, **{"clock": real_clock, **changes})


def sample_home(folder: Path, root: Path) -> Path:
    """Return a new home with a copy of configs/."""
    shutil.copytree(root / "configs", folder / "configs")
    return folder
