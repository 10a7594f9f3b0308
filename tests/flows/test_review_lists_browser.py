"""Lists, trail, log and workbooks in a real Chromium, with and without JavaScript."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterator
from pathlib import Path

import openpyxl  # noqa: TID251 - fills in as a section does, with a program not ours
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page

from tasks.domain.review.accounts import Role
from tasks.domain.review_item import (
    Decision,
    QuestionKind,
    ReviewAnswer,
    ReviewItem,
    item_id,
)
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.review.review_store import ReviewStore
from tests.flows import review_helpers as helpers

pytestmark = pytest.mark.slow
SCREEN = {"width": 1366, "height": 768}
ZOOMED = {"width": 683, "height": 384}
"""The same screen at 200 %."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with helpers.chromium() as found:
        yield found


_LOOKS = 30


def picture() -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (700, 90), "white").save(file, "PNG")
    return file.getvalue()


def question(number: int) -> ReviewItem:
    document = f"{number // 3:064x}"
    return ReviewItem(
        item_id=item_id("tax_delinquency", document, number, "n", QuestionKind.FIELD),
        job="tax_delinquency",
        kind=QuestionKind.FIELD,
        document_sha256=document,
        file=f"給付金申請書_{number // 3:04}.pdf",
        page=number % 3 + 1,
        field_id="n",
        label="申請者の氏名",
        field_kind="name",
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read="潮見 渚",
        choices=("潮見 渚", "汐見 渚"),
        crop_png=picture(),
        error_class="ordinary",
    )


def is_calm(page: Page) -> None:
    """Nothing is wider than the screen, and every control has a name."""
    page.wait_for_load_state()
    for _ in range(_LOOKS):  # a busy machine lays a resized page out a little later
        wide = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
        if not wide:
            break
        page.wait_for_timeout(100)
    assert not wide, page.url
    nameless = page.evaluate(
        """[...document.querySelectorAll("input:not([type=hidden]), select, button, a")]
        .filter(one => !(one.labels?.length || one.textContent.trim()
            || one.getAttribute("aria-label"))).length"""
    )
    assert nameless == 0, page.url


def contrast(page: Page, selector: str) -> float:
    """Return the contrast of a text with what lies behind it (WCAG 2)."""
    return float(
        page.eval_on_selector(
            selector,
            """one => {
            const light = colour => {
              const parts = colour.match(/[0-9.]+/g).slice(0, 3).map(part => {
                const value = part / 255;
                return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
              });
              return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
            };
            let behind = one;
            while (getComputedStyle(behind).backgroundColor === "rgba(0, 0, 0, 0)")
              behind = behind.parentElement;
            const [a, b] = [light(getComputedStyle(one).color),
              light(getComputedStyle(behind).backgroundColor)].sort((x, y) => y - x);
            return (a + 0.05) / (b + 0.05);
            }""",
        )
    )


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_keeper_finds_holds_verifies_and_gets_a_sheet_back(
    browser: Browser, tmp_path: Path, scripts: bool
) -> None:
    database = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    store = ReviewStore(database)
    items = [question(number) for number in range(120)]
    asked = helpers.real_clock() - dt.timedelta(hours=3)
    store.ask(items, at=asked)
    for item in items[:30]:
        store.settle(
            ReviewAnswer(item.item_id, Decision.VALUE, "汐見 渚", "sato", asked, 2.0)
        )
    office = helpers.real_office(database)
    token = helpers.session_of(office, roles=(Role.KEEPER,), login="sato")
    with helpers.running(office) as address:
        page = helpers.signed_in_page(
            *(browser, address, token), viewport=SCREEN, java_script_enabled=scripts
        )
        faults = helpers.complaints_of(page)
        finds(page, address, scripts=scripts)
        holds(page)
        verifies(page, address)
        if scripts:
            is_calm(page)
        filled = gets_back(page, address, tmp_path / "sheet.xlsx")
        if scripts:
            is_calm(page)
    assert faults == []
    assert len(store.open_items()) == 90 - filled
    database.close()


def finds(page: Page, address: str, *, scripts: bool) -> None:
    page.goto(f"{address}/lists")
    for size in (ZOOMED, SCREEN) if scripts else ():
        page.set_viewport_size(size)
        is_calm(page)
        for selector in (
            *('.tabs [aria-current="page"]', ".tabs a:last-child"),
            *(".items th", ".items small", ".items .state", ".items a"),
        ):
            assert contrast(page, selector) >= 4.5, selector
    assert page.locator(".items tbody tr").count() == 50
    page.get_by_role("link", name="次のページ").click()
    assert page.locator(".items tbody tr").count() == 40
    page.get_by_role("link", name="回答済み", exact=True).click()
    page.get_by_label("回答した人").select_option("sato")
    page.get_by_role("button", name="絞り込む").click()
    assert "30 件" in page.locator(".tabs").inner_text()
    assert "渚" not in page.locator("main").inner_text()


def holds(page: Page) -> None:
    page.get_by_label("書類のファイル名（一部でよい）").fill("0011")
    page.get_by_role("button", name="書類を探す").click()
    page.get_by_role("link", name="給付金申請書_0011.pdf").click()
    page.locator(".items .doings a").first.click()
    here = page.url
    page.get_by_label("保留のわけ").fill("裏面を窓口で確かめます")
    page.get_by_label("保留のわけ").press("Enter")
    page.get_by_role("button", name="保留を解いて、また尋ねる").wait_for()
    assert page.url == here
    assert "裏面を窓口で確かめます" in page.locator(".trail").inner_text()
    page.get_by_role("button", name="保留を解いて、また尋ねる").click()
    page.get_by_label("保留のわけ").wait_for()
    assert "保留を解いた" in page.locator(".trail").inner_text()


def verifies(page: Page, address: str) -> None:
    page.goto(f"{address}/lists/audit")
    page.get_by_role("button", name="すべての記録を検証する").click()
    page.get_by_text("書き換えの跡はありません").wait_for()
    page.set_viewport_size(ZOOMED)


def gets_back(page: Page, address: str, sheet: Path) -> int:
    page.set_viewport_size(SCREEN)
    page.goto(f"{address}/lists/workbooks")
    page.get_by_label("渡す課").fill("福祉課")
    with page.expect_download() as download:
        page.get_by_role("button", name="書き出す").click()
    assert "申請" not in download.value.suggested_filename
    download.value.save_as(sheet)
    filled = fill(sheet)
    page.goto(f"{address}/lists/workbooks")
    page.get_by_label("書いてもらったシート").set_input_files(sheet)
    page.get_by_role("button", name="読み込む").click()
    page.get_by_text(f"{filled} 件を取り込みました").wait_for()
    return filled


def fill(sheet: Path) -> int:
    """Fill in the first reading everywhere; return how many rows there were."""
    book = openpyxl.load_workbook(sheet)
    first = book["はじめに"]
    first["B4"], first["B6"] = "浜田 航", 30
    rows = 0
    for row in range(4, book["氏名"].max_row + 1):
        book["氏名"].cell(row, 7).value = "①"
        rows += 1
    book.save(sheet)
    return rows
