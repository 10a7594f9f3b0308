"""Takes the pictures of the pages about persons: `python docs/pictures/take_persons.py`.

Checks the sample city in a temporary folder, then looks at what is asked as clerks would,
with the real server and Debian's chromium. Needs about half a minute.
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
from tasks.edges.office_database.database import open_database, sqlite_url
from tests.flows.review_helpers import (
    chromium,
    real_office,
    running,
    session_of,
    signed_in_page,
)

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SAMPLES = ROOT / "sample_docs"
MOST_LOOKED_AT = 10
"""Questions, for one with two candidates or more."""
SCREEN = {"width": 1366, "height": 768}


def keep(page: Page, name: str) -> None:
    """Photograph the screen in few colours: a clone should stay small."""
    page.wait_for_timeout(500)
    page.screenshot(path=HERE / name)
    small = Image.open(HERE / name).convert("RGB").quantize(64)
    small.save(HERE / name, optimize=True)
    print(name)


def check_sample_city(work: Path) -> None:
    """Run the command over the sample list."""
    ledgers = SAMPLES / "ledgers"
    taxes = sorted(one for one in ledgers.iterdir() if "住民" not in one.name)
    command = [
        *(sys.executable, "-m", "flows.cli", "check"),
        *("--request", str(SAMPLES / "request" / "申請者名簿.xlsx")),
        *("--persons", str(ledgers / "住民台帳.csv")),
        *(word for one in taxes for word in ("--taxes", str(one))),
        *("--as-of", "2026-10-31", "--out", str(work / "out")),
    ]
    subprocess.run(  # noqa: S603
        command,
        cwd=ROOT,
        env={**os.environ, "YAKUBA_HOME": str(ROOT), "YAKUBA_WORK": str(work)},
        check=False,
        stdout=subprocess.DEVNULL,
    )


def take(office: Office, address: str, browser: Browser) -> None:
    """Take each picture."""
    token = session_of(office, login="yamada.a", name="山田 葵")
    page = signed_in_page(browser, address, token, viewport=SCREEN)
    page.goto(f"{address}/persons")
    keep(page, "persons-overview.png")
    page.goto(f"{address}/persons/next")
    page.wait_for_load_state("networkidle")
    for _ in range(MOST_LOOKED_AT):
        if page.locator("tr.candidate").count() > 1:
            break
        page.keyboard.press("PageDown")
        page.wait_for_load_state("networkidle")
    page.keyboard.press("1")
    page.keyboard.press("b")
    keep(page, "persons.png")
    enlarged = signed_in_page(
        browser,
        address,
        token,
        viewport={"width": 683, "height": 384},
        device_scale_factor=2,
    )
    enlarged.goto(page.url)
    keep(enlarged, "persons-enlarged.png")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        check_sample_city(work)
        database = open_database(sqlite_url(work / "yakuba.sqlite3"))
        office = real_office(database)
        with running(office) as address, chromium() as browser:
            take(office, address, browser)
        database.close()


if __name__ == "__main__":
    main()
