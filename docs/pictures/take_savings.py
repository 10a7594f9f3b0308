"""Takes the pictures of hours: `make pictures` (needs chromium, LibreOffice Calc and poppler).

The demo year from its seed as page, slide, workbook and charts; the job inventory; and the
timing page of the review app with a study in it.
"""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import tempfile
from pathlib import Path

from PIL import Image, ImageChops
from playwright.sync_api import Browser, sync_playwright

from sample_docs.savings_year import CITY, SEED, fill, report
from tasks.domain.hours_saved.baseline_study import BaselineSample
from tasks.domain.review.accounts import Role
from tasks.edges.hours_saved.baseline_store import BaselineStore
from tasks.edges.hours_saved.time_watches import METHOD
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.procedures.inventory import report_inventory
from tests.flows.review_helpers import (
    Clock,
    office_for,
    running,
    sample_home,
    session_of,
    signed_in_page,
)

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CHROMIUM = "/usr/bin/chromium"
WIDTH = 1240
DPI = 96
TOKYO = dt.timezone(dt.timedelta(hours=9))
NOON = dt.datetime(2026, 11, 20, 14, 12, tzinfo=TOKYO)


def main() -> None:
    with tempfile.TemporaryDirectory() as temporary, sync_playwright() as program:
        folder = Path(temporary)
        browser = program.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        take_year(folder, browser)
        take_inventory(folder, browser)
        take_timing(folder, browser)
        browser.close()


def take_year(folder: Path, browser: Browser) -> None:
    database = open_database(sqlite_url(folder / "year.sqlite3"))
    fill(database, SEED)
    made = report(database, folder)
    database.close()
    photograph(browser, made.page, "savings-page.png")
    if made.picture is not None:
        keep(Image.open(made.picture), "savings-slide.png")
    table, charts = print_pages(made.workbook, folder)[:2]
    keep(table, "savings-workbook.png")
    keep(charts, "savings-charts.png")


def take_inventory(folder: Path, browser: Browser) -> None:
    made = report_inventory(
        ROOT / "configs" / "inventory.yaml",
        folder=folder,
        margin=0.1,
        today=NOON.date(),
        city=CITY,
    )
    page = next(path for path in made.files if path.suffix == ".html")
    photograph(browser, page, "inventory-page.png")


def take_timing(folder: Path, browser: Browser) -> None:
    database = open_database(sqlite_url(folder / "timing.sqlite3"))
    dice = random.Random(SEED)  # noqa: S311 - no secret
    store = BaselineStore(database)
    for number in range(12):
        at = NOON - dt.timedelta(minutes=8 * (12 - number))
        time_ms = round(dice.gauss(352, 60) * 1000)
        note = "2枚組" if number % 5 == 3 else ""
        store.add(
            BaselineSample(0, "tax_delinquency", time_ms, 1, "yamada", at, METHOD, note)
        )
    store.cancel(5, by_whom="yamada", at=NOON, note="電話に出た")
    clock = Clock(NOON - dt.timedelta(seconds=134))
    office = office_for(database, clock=clock, home=sample_home(folder / "home", ROOT))
    token = session_of(office, roles=[Role.KEEPER])
    with running(office) as address:
        page = signed_in_page(
            browser, address, token, viewport={"width": WIDTH, "height": 900}
        )
        page.goto(f"{address}/timing/tax_delinquency")
        page.click("#primary")
        page.wait_for_selector('#watch[data-running="1"]')
        clock.now = NOON
        page.reload()
        page.wait_for_timeout(300)
        page.screenshot(path=folder / "timing.png")
    keep(Image.open(folder / "timing.png"), "timing.png")
    database.close()


def photograph(browser: Browser, file: Path, name: str) -> None:
    page = browser.new_page(viewport={"width": WIDTH, "height": 900})
    page.goto(file.as_uri())
    page.screenshot(path=file.with_suffix(".shot.png"), full_page=True)
    page.close()
    keep(Image.open(file.with_suffix(".shot.png")), name)


def print_pages(workbook: Path, folder: Path) -> list[Image.Image]:
    """Return the sheets as LibreOffice prints them, without their margins."""
    profile = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    subprocess.run(  # noqa: S603
        [
            *("soffice", profile, "--headless", "--convert-to", "pdf"),
            *("--outdir", str(folder), str(workbook)),
        ],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    pdf = folder / f"{workbook.stem}.pdf"
    subprocess.run(  # noqa: S603
        ["pdftoppm", "-r", str(DPI), "-png", str(pdf), str(folder / "sheet")],  # noqa: S607
        check=True,
    )
    return [trimmed(Image.open(path)) for path in sorted(folder.glob("sheet-*.png"))]


def trimmed(image: Image.Image) -> Image.Image:
    flat = image.convert("RGB")
    # The page number at the foot is left out: only the sheet itself counts.
    body = flat.crop((0, 0, flat.width, round(flat.height * 0.93)))
    box = ImageChops.difference(body, Image.new("RGB", body.size, "white")).getbbox()
    if box is None:
        return body
    left, top, right, bottom = box
    return body.crop(
        (max(0, left - 12), max(0, top - 12), right + 12, min(body.height, bottom + 12))
    )


def keep(image: Image.Image, name: str) -> None:
    """Save a picture with few colours: they are flat, and a clone should stay small."""
    image.convert("RGB").quantize(64).save(HERE / name, optimize=True)
    print(name)


if __name__ == "__main__":
    main()
