"""Takes the pictures of the pages about accounts: `make pictures`.

An office in a temporary folder, invented staff, the real server, Debian's chromium.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

from tasks.domain.review.accounts import AccountChange, Role
from tasks.edges.access.account_links import AccountLinks
from tasks.edges.access.account_store import AccountStore, By
from tasks.edges.access.passwords import hash_password
from tasks.edges.office_database.database import open_database, sqlite_url
from tests.flows.review_helpers import (
    chromium,
    real_office,
    running,
    session_of,
    signed_in_page,
)

HERE = Path(__file__).resolve().parent
JOB = frozenset({"tax_delinquency"})
STAFF = (
    ("minami", "南 楓", {Role.CLERK}, JOB, True),
    ("shiomi", "汐見 渚", {Role.CLERK, Role.DESIGNER}, JOB, True),
    ("hayashi", "林 樹", {Role.CLERK}, JOB, False),
    ("kanda", "神田 蓮", {Role.AUDITOR}, None, True),
    ("mori", "森 結衣", {Role.CLERK}, JOB, True),
)
"""Login, name, roles, jobs, whether the invitation was used."""


def keep(page: Page, name: str) -> None:
    """Photograph the whole page in few colours: a clone should stay small."""
    page.screenshot(path=HERE / name, full_page=True)
    small = Image.open(HERE / name).convert("RGB").quantize(64)
    small.save(HERE / name, optimize=True)
    print(name)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(sqlite_url(Path(folder) / "yakuba.sqlite3"))
        office = real_office(database)
        now = office.clock()
        first = AccountLinks(database).make_first(at=now, lasts=dt.timedelta(hours=1))
        with running(office) as address, chromium() as browser:
            size = {"width": 1100, "height": 640}
            page = signed_in_page(browser, address, "", viewport=size)
            page.goto(f"{address}/link/{first}")
            page.fill("#login", "yamada.a")
            page.fill("#name", "山田 葵")
            keep(page, "review-first-account.png")
            page.context.clear_cookies()
            page.goto(f"{address}/sign-in")
            keep(page, "review-sign-in.png")
            keeper = session_of(office, roles=(Role.KEEPER,), login="yamada.a")
            hire(AccountStore(database), By("yamada.a", now))
            page = signed_in_page(browser, address, keeper, viewport=size)
            page.goto(f"{address}/staff")
            keep(page, "review-staff.png")
        database.close()


def hire(store: AccountStore, by: By) -> None:
    """Make the invented staff; the last one has left."""
    hashed = hash_password("only for a picture")
    for login, name, roles, jobs, signed_in in STAFF:
        change = AccountChange(name, frozenset(roles), jobs)
        account = store.add(login, change, by)
        if signed_in:
            store.set_password(account.account_id, hashed, by, keep_sessions=False)
    keeper = store.by_login("yamada.a")
    if keeper is not None:
        store.set_password(keeper.account.account_id, hashed, by, keep_sessions=True)
    left = AccountChange(name, frozenset(roles), jobs, locked=True)
    store.change(account.account_id, left, by)


if __name__ == "__main__":
    main()
