"""From the first link to a colleague's first sign-in, in a real Chromium, by keyboard."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tasks.edges.access.account_links import AccountLinks
from tasks.edges.access.account_store import AccountStore
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tests.flows.review_helpers import (
    chromium,
    complaints_of,
    real_office,
    running,
)

pytestmark = pytest.mark.slow
GOOD = "うみと やまの あいだに まち"
ZOOMED = {"width": 640, "height": 480}
"""What 1280 × 960 leaves at 200 %."""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield found
    found.close()


def fits_in_width(page: Page) -> bool:
    """Return whether nothing has to be scrolled sideways."""
    script = "document.documentElement.scrollWidth <= window.innerWidth"
    return bool(page.evaluate(script))


def choose_password(page: Page) -> None:
    page.get_by_label("新しいパスワード").fill(GOOD)
    page.get_by_label("もう一度").fill(GOOD)
    page.keyboard.press("Enter")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_keeper_and_a_clerk_come_in_at_double_zoom(
    database: Database, script: bool
) -> None:
    office = real_office(database)
    lasts = dt.timedelta(hours=1)
    first = AccountLinks(database).make_first(at=office.clock(), lasts=lasts)
    with running(office) as address, chromium() as browser:
        keeper, clerk = (
            browser.new_context(
                locale="ja-JP", viewport=ZOOMED, java_script_enabled=script
            ).new_page()
            for _ in range(2)
        )
        complaints = [complaints_of(page) for page in (keeper, clerk)]
        keeper.goto(f"{address}/link/{first}")
        expect(keeper.get_by_label("利用者名")).to_be_focused()
        keeper.keyboard.type("yamada.a")
        keeper.keyboard.press("Tab")
        keeper.keyboard.type("山田 葵")
        choose_password(keeper)
        expect(keeper.get_by_role("button", name="サインアウト")).to_be_visible()

        keeper.get_by_role("link", name="職員", exact=True).click()
        assert not script or fits_in_width(keeper)
        keeper.get_by_label("利用者名").fill("minami")
        keeper.get_by_label("氏名").fill("南 楓")
        keeper.get_by_label("滞納確認").check()
        keeper.get_by_role("button", name="招待する").click()
        shown = keeper.get_by_label("リンク")
        expect(shown).to_be_visible()
        link = shown.input_value()
        assert link.startswith(f"{address}/link/")

        clerk.goto(link)
        expect(clerk.get_by_text("南 楓 さん")).to_be_visible()
        assert not script or fits_in_width(clerk)
        choose_password(clerk)
        clerk.get_by_role("button", name="サインアウト").click()
        clerk.get_by_label("利用者名").fill("minami")
        clerk.get_by_label("パスワード").fill(GOOD)
        clerk.keyboard.press("Enter")
        expect(clerk.get_by_role("link", name="南 楓")).to_be_visible()
        clerk.get_by_role("link", name="南 楓").click()
        expect(clerk.get_by_text("滞納確認")).to_be_visible()
        assert not script or fits_in_width(clerk)
        assert [*complaints[0], *complaints[1]] == []
    assert [one.login for one in AccountStore(database).accounts()] == [
        "minami",
        "yamada.a",
    ]
