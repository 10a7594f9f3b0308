"""Takes the pictures of the lists: `PYTHONPATH=. python docs/pictures/take_lists.py`.

Runs the demo over the sample city in a temporary folder, lets invented clerks answer,
hold and take a sheet out, and photographs the pages with the real server and Debian's
chromium; the sheet comes from LibreOffice. Needs about three minutes.
"""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page

from flows.clock import now
from flows.review_app.lists.sheet_export import export_open
from flows.review_app.office import Office
from tasks.domain.review.accounts import Role
from tasks.domain.review.question_list import Filter
from tasks.domain.review_item import Decision, ReviewAnswer, ReviewItem
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.review.question_exports import Hand
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


def after_noon() -> dt.datetime:
    """Return when the pictures are taken: the work of a morning later."""
    return now() + dt.timedelta(hours=3)


def keep(page: Page, name: str) -> None:
    """Photograph the screen in few colours: a clone should stay small."""
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / name)
    shrink(HERE / name)


def shrink(file: Path) -> None:
    small = Image.open(file).convert("RGB").quantize(64)
    small.save(file, optimize=True)
    print(file.name)


def work_on(store: ReviewStore, items: list[ReviewItem]) -> ReviewItem:
    """Let clerks work for a morning; return a field with a long story."""
    start = now()
    for number, item in enumerate(items[: len(items) // 2]):
        at = start + dt.timedelta(minutes=number)
        if number % 9 == 4:
            store.hold(item.item_id, reason="裏面を窓口で確かめる", by="yamada", at=at)
            continue
        value = ReviewAnswer(
            item.item_id, Decision.VALUE, item.value_read, "yamada", at, 2.4
        )
        if not item.value_read:
            value = replace(value, decision=Decision.UNREADABLE)
        store.settle(value)
    told = next(one for one in items if one.field_kind == "name" and one.value_read)
    other = next((one for one in told.choices if one != told.value_read), "汐見 渚")
    for by, text, minute in (("yamada", other, 100), ("sato", told.value_read, 110)):
        at = start + dt.timedelta(minutes=minute)
        store.settle(ReviewAnswer(told.item_id, Decision.VALUE, text, by, at, 3.1))
    return told


def take(office: Office, address: str, browser: Browser, told: ReviewItem) -> None:
    """Take each picture."""
    token = session_of(office, roles=(Role.KEEPER,), login="sato", name="佐藤 灯")
    session_of(office, login="yamada", name="山田 葵")
    page = signed_in_page(browser, address, token, viewport=SCREEN)
    page.goto(f"{address}/lists")
    keep(page, "lists.png")
    page.set_viewport_size({"width": 683, "height": 900})
    keep(page, "lists-enlarged.png")
    page.set_viewport_size(SCREEN)
    page.goto(f"{address}/lists/items/{told.item_id}")
    keep(page, "lists-trail.png")
    page.goto(f"{address}/lists/audit")
    page.get_by_role("button", name="すべての記録を検証する").click()
    keep(page, "lists-audit.png")


def take_sheet(office: Office, folder: Path) -> None:
    """Photograph a page of the workbook as LibreOffice prints it."""
    made = export_open(
        office, Filter(), Hand("sato", "sato"), section="福祉課", most=60
    )
    (folder / "sheet.xlsx").write_bytes(made.content if made else b"")
    for command in (
        ["soffice", "--headless", "--convert-to", "pdf", "--outdir", ".", "sheet.xlsx"],
        ["pdftoppm", "-r", "90", "-png", "sheet.pdf", "sheet"],
    ):
        subprocess.run(  # noqa: S603
            command, cwd=folder, check=True, stdout=subprocess.DEVNULL
        )
    pages = sorted(folder.glob("sheet-*.png"))
    widest = [one for one in pages if Image.open(one).width > Image.open(one).height]
    Image.open(widest[len(widest) // 2]).save(HERE / "lists-sheet.png")
    shrink(HERE / "lists-sheet.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        subprocess.run(  # noqa: S603
            [sys.executable, "-m", "flows.cli", "demo", "--work", str(work)],
            cwd=ROOT,
            env={**os.environ, "YAKUBA_HOME": str(ROOT)},
            check=False,
            stdout=subprocess.DEVNULL,
        )
        database = open_database(sqlite_url(work / "yakuba.sqlite3"))
        store = ReviewStore(database)
        told = work_on(store, list(store.open_items()))
        office = real_office(database, clock=after_noon)
        with chromium() as browser, running(office) as address:
            take(office, address, browser, told)
        take_sheet(office, work)
        database.close()


if __name__ == "__main__":
    main()
