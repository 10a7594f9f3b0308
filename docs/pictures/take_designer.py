"""Takes the pictures of the form designer: `python docs/pictures/take_designer.py`.

A copy of configs/ in a temporary folder, the real server, Debian's chromium.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, expect

from benchmarks.blank_designs import drawn_pdf
from tasks.domain.review.accounts import Role
from tasks.edges.office_database.database import open_database, sqlite_url
from tests.flows.review_helpers import (
    chromium,
    real_office,
    running,
    sample_home,
    session_of,
    signed_in_page,
)

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SCAN = ROOT / "sample_docs/inbox/scan_20261106_001.jpg"
WITHIN_MS = 120_000
SETTLES_MS = 800


def keep(page: Page, name: str, *, full_page: bool = False) -> None:
    """Photograph the page in few colours: a clone should stay small."""
    page.wait_for_timeout(SETTLES_MS)
    page.screenshot(path=HERE / name, full_page=full_page)
    small = Image.open(HERE / name).convert("RGB").quantize(64)
    small.save(HERE / name, optimize=True)
    print(name)


def draft(page: Page, address: str, blank: Path) -> None:
    page.goto(f"{address}/forms")
    page.set_input_files("#blank", blank)
    page.get_by_role("button", name="下書きを作る").click(timeout=WITHIN_MS)
    page.wait_for_url("**/forms/childcare", timeout=WITHIN_MS)
    page.locator("#fields button", has_text="生年月日").first.click()
    keep(page, "designer.png")


def try_and_save(page: Page, address: str) -> None:
    page.goto(f"{address}/forms/subsidy_2026")
    page.locator("#fields button").first.wait_for()
    page.set_input_files("#scan", SCAN)
    page.locator(".readings li").first.wait_for(timeout=WITHIN_MS)
    keep(page, "designer-trial.png")
    page.locator("#fields button", has_text="電話番号").click()
    page.keyboard.press("Shift+ArrowLeft")
    page.fill("#why", "電話番号の欄を実物の幅に合わせた")
    page.locator("#use").click()
    expect(page.locator("#said")).to_contain_text("次の実行から")
    page.goto(f"{address}/forms/subsidy_2026/history?version=1")
    keep(page, "designer-history.png", full_page=True)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        home = sample_home(folder, ROOT)
        database = open_database(sqlite_url(folder / "work/yakuba.sqlite3"))
        office = real_office(database, home=home)
        token = session_of(
            office, roles=(Role.DESIGNER,), login="shiomi", name="汐見 渚"
        )
        with running(office) as address, chromium() as browser:
            size = {"width": 1366, "height": 768}
            page = signed_in_page(browser, address, token, viewport=size)
            draft(page, address, drawn_pdf("childcare", folder))
            try_and_save(page, address)
        database.close()


if __name__ == "__main__":
    main()
