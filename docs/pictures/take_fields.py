"""Takes the pictures of the pages about fields: `python docs/pictures/take_fields.py`.

Runs the demo over the sample city in a temporary folder, then answers as clerks would,
with the real server and Debian's chromium. Needs about three minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from flows.review_app.office import Office
from tasks.domain.reading.acceptance import STRUCK_OUT
from tasks.domain.review_item import Decision, QuestionKind, ReviewAnswer, ReviewItem
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.review.review_store import ReviewStore
from tests.flows.review_helpers import (
    chromium,
    real_office,
    running,
    session_of,
    signed_in_page,
)

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SCREEN = {"width": 1366, "height": 768}


def keep(page: Page, name: str) -> None:
    """Photograph the screen in few colours: a clone should stay small."""
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / name)
    small = Image.open(HERE / name).convert("RGB").quantize(64)
    small.save(HERE / name, optimize=True)
    print(name)


def read_samples(work: Path) -> None:
    """Let the program read the sample papers and ask what it cannot prove."""
    subprocess.run(  # noqa: S603
        [sys.executable, "-m", "flows.cli", "demo", "--work", str(work)],
        cwd=ROOT,
        env={**os.environ, "YAKUBA_HOME": str(ROOT)},
        check=False,
        stdout=subprocess.DEVNULL,
    )


def with_readings(items: tuple[ReviewItem, ...], kind: str) -> ReviewItem:
    """Return a question with runners-up to choose from, of a kind if there is one."""
    fit = [one for one in items if len(one.choices) > 1 and one.reason != STRUCK_OUT]
    return next((one for one in fit if one.field_kind == kind), fit[0])


def take(office: Office, address: str, browser: Browser) -> None:
    """Take each picture."""
    store = ReviewStore(office.database, office.rules)
    items = store.open_items()
    token = session_of(office, login="yamada.a", name="山田 葵")
    page = signed_in_page(browser, address, token, viewport=SCREEN)
    page.goto(f"{address}/")
    keep(page, "review-overview.png")
    page.goto(f"{address}/items/{with_readings(items, 'name').item_id}")
    keep(page, "review.png")
    page.keyboard.press("F4")
    page.wait_for_timeout(800)
    keep(page, "review-page.png")
    amount = next(
        one
        for one in items
        if office.rules.needs_two(one) and one.kind is QuestionKind.FIELD
    )
    second_entry(office, store, amount)
    page.goto(f"{address}/items/{amount.item_id}")
    keep(page, "review-second-entry.png")
    enlarged = signed_in_page(
        browser,
        address,
        token,
        viewport={"width": 683, "height": 384},
        device_scale_factor=2,
    )
    enlarged.goto(f"{address}/items/{with_readings(items, 'date').item_id}")
    keep(enlarged, "review-enlarged.png")


def second_entry(office: Office, store: ReviewStore, item: ReviewItem) -> None:
    """Let somebody else give the first entry."""
    store.settle(
        ReviewAnswer(
            item.item_id,
            Decision.VALUE,
            item.value_read or "1000",
            "minami",
            office.clock(),
            3.0,
            account="minami",
        )
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder) / "work"
        read_samples(work)
        database = open_database(sqlite_url(next(work.rglob("yakuba.sqlite3"))))
        office = real_office(database)
        with running(office) as address, chromium() as browser:
            take(office, address, browser)
        database.close()


if __name__ == "__main__":
    main()
