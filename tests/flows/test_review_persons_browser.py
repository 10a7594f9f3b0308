"""The page about persons in a real Chromium: keys, input method, drafts, two clerks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from playwright.sync_api import Browser, Page, expect

from tasks.domain.records import (
    Answer,
    Applicant,
    Evidence,
    Identity,
    Level,
    Match,
    Resident,
    Verdict,
)
from tasks.domain.review.person_question import PersonQuestion
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.office_database.database_tables import IDENTITY_DECISIONS, PERSON_TIMES
from tasks.edges.review.person_review import PersonReview
from tests.flows.review_helpers import (
    chromium,
    complaints_of,
    focused,
    real_clock,
    real_office,
    running,
    session_of,
    signed_in_page,
)

pytestmark = pytest.mark.slow
PEOPLE = 6


def question(number: int) -> PersonQuestion:
    def candidate(rank: int) -> Evidence:
        resident = Resident(
            f"00000{number}{rank}",
            f"検査　一郎{number}",
            "ケンサ イチロウ",
            dt.date(1980, 3, 1),
            f"みなと市検査町{rank}番{number}号",
            former_address="みなと市旧町9番9号",
        )
        return Evidence(
            resident,
            Level.EQUAL,
            Level.EQUAL,
            Level.EQUAL,
            Level.DIFFERS,
            rule="氏名・生年月日は一致、住所は相違",
            other_numbers=(f"99999{number}{rank}",),
        )

    applicant = Applicant(
        f"list:{number}",
        f"名簿.xlsx!{number + 1}行",
        f"A-{number}",
        f"検査 一郎{number}",
        birth_date="S55.3.1",
        address="みなと市遠い町1番1号",
    )
    match = Match(
        applicant.row_id,
        Identity.ASK,
        "氏名・生年月日は一致、住所は相違",
        candidates=(candidate(1), candidate(2)),
    )
    return PersonQuestion(
        question_id=f"{number:032x}",
        job="tax_delinquency",
        run_id="r1",
        asked_at=real_clock(),
        verdict=Verdict(applicant, match, Answer.SEVERAL),
    )


@dataclass
class Page0:
    """A running office with a browser."""

    database: Database
    address: str
    browser: Browser
    office: object

    def clerk(self, login: str, name: str, **context: object) -> Page:
        token = session_of(self.office, login=login, name=name)
        return signed_in_page(self.browser, self.address, token, **context)

    def decided(self) -> dict[str, tuple[str, str, str]]:
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(IDENTITY_DECISIONS))
            return {
                row.addressee_no or row.reason: (row.choice, row.reason, row.by_whom)
                for row in rows
            }


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def office(tmp_path: Path, browser: Browser) -> Iterator[Page0]:
    database = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    PersonReview(database).leave([question(n) for n in range(1, PEOPLE + 1)])
    place = real_office(database)
    with running(place) as address:
        yield Page0(database, address, browser, place)
    database.close()


def at(page: Page, number: int) -> None:
    expect(page.locator(".reason")).to_contain_text(f"A-{number}")
    page.wait_for_load_state("networkidle")


def test_a_clerk_settles_everybody_by_keys_alone(office: Page0) -> None:
    page = office.clerk("yamada", "山田 葵", viewport={"width": 1366, "height": 768})
    troubles = complaints_of(page)
    page.goto(f"{office.address}/persons")
    focused(page)
    page.keyboard.press("Enter")
    at(page, 1)
    assert page.locator("mark").count() >= 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 1366
    page.keyboard.press("1")  # this one
    page.keyboard.press("a")  # because of a paper
    page.keyboard.press("Enter")
    at(page, 2)
    page.keyboard.press("Numpad2")
    page.keyboard.press("Enter")  # no reason yet
    expect(page.locator("[role=alert]")).to_contain_text("理由")
    expect(page.locator("input[name=who][value='2']")).to_be_checked()
    page.keyboard.press("F2")
    expect(page.locator("input:focus, textarea:focus")).to_have_count(1)
    page.keyboard.type("1 h 0 s")  # letters in the text are no commands
    expect(page.locator("input:focus, textarea:focus")).to_have_value("1 h 0 s")
    cdp = page.context.new_cdp_session(page)
    cdp.send(
        "Input.imeSetComposition",
        {"selectionStart": 2, "selectionEnd": 2, "text": "かく"},
    )
    cdp.send(
        "Input.dispatchKeyEvent",
        {
            "type": "rawKeyDown",
            "windowsVirtualKeyCode": 229,
            "key": "Enter",
            "code": "Enter",
        },
    )
    at(page, 2)  # the Enter that ends a conversion records nothing
    cdp.send("Input.insertText", {"text": "確認"})
    page.keyboard.press("Enter")
    at(page, 3)
    page.keyboard.press("0")  # none of these
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    at(page, 4)
    hold_skip_and_undo(page)
    decided = office.decided()
    assert decided["0000011"] == ("同一", "本人確認書類で確認", "山田 葵")
    assert decided["0000022"] == ("同一", "1 h 0 s確認", "山田 葵")
    assert decided["住民票・除票で確認"][0] == "該当なし"
    assert decided["call back"][0] == "保留"
    with office.database.reading() as connection:
        spent = list(connection.scalars(sa.select(PERSON_TIMES.c.seconds)))
    assert len(spent) == 6
    assert all(0 < seconds < 60 for seconds in spent)
    assert [one for one in troubles if "422" not in one] == []


def hold_skip_and_undo(page: Page) -> None:
    """Settle the fourth, leave the fifth, settle the sixth and take it back."""
    page.keyboard.press("h")  # held, with its reason
    page.keyboard.press("F2")
    page.keyboard.type("call back")
    page.keyboard.press("Enter")
    at(page, 5)
    page.keyboard.press("PageDown")  # later
    at(page, 6)
    page.keyboard.press("1")
    page.keyboard.press("Shift+2")  # another number of the same person
    page.keyboard.press("c")
    page.keyboard.press("Enter")
    at(page, 5)
    page.keyboard.press("PageUp")  # back to the one before
    at(page, 6)
    page.keyboard.press("z")  # and take it back
    expect(page.locator(".said")).to_contain_text("取り消し")


def test_what_was_typed_survives_a_reload_and_nobody_else_reads_it(
    office: Page0,
) -> None:
    page = office.clerk("yamada", "山田 葵")
    page.goto(f"{office.address}/persons/next")
    at(page, 1)
    page.keyboard.press("2")
    page.keyboard.press("F2")
    page.keyboard.type("hitotsu no riyuu")
    page.wait_for_timeout(500)
    kept = page.evaluate("JSON.stringify(localStorage)")
    assert "yakuba:" in kept
    assert "riyuu" not in kept
    page.reload()
    at(page, 1)
    expect(page.locator("#reason")).to_have_value("hitotsu no riyuu")
    expect(page.locator("input[name=who][value='2']")).to_be_checked()
    page.locator("#reason").focus()
    page.keyboard.press("Enter")
    at(page, 2)
    assert ":p:" not in page.evaluate("JSON.stringify(localStorage)")
    assert office.decided()["0000012"][1] == "hitotsu no riyuu"


def test_two_clerks_have_two_persons_and_leaving_gives_one_back(
    office: Page0,
) -> None:
    one, two = office.clerk("yamada", "山田 葵"), office.clerk("suzuki", "鈴木 茜")
    one.goto(f"{office.address}/persons/next")
    at(one, 1)
    two.goto(f"{office.address}/persons/next")
    at(two, 2)
    one.goto(f"{office.address}/persons")
    one.wait_for_load_state("networkidle")
    two.goto(f"{office.address}/persons/next?after={6:032x}")
    at(two, 1)


def test_without_script_and_at_twice_the_size(office: Page0) -> None:
    page = office.clerk(
        "yamada",
        "山田 葵",
        java_script_enabled=False,
        viewport={"width": 683, "height": 384},
    )
    page.goto(f"{office.address}/persons")
    page.click("a.primary")
    expect(page.locator(".reason")).to_contain_text("A-1")
    page.check("input[name=who][value='1']")
    page.fill("#reason", "免許証で確認")
    page.click("#record")
    expect(page.locator(".reason")).to_contain_text("A-2")
    assert office.decided()["0000011"][0] == "同一"
    with_script = office.clerk(
        "yamada", "山田 葵", viewport={"width": 683, "height": 384}
    )
    with_script.goto(f"{office.address}/persons/next")
    with_script.wait_for_load_state("networkidle")
    assert with_script.evaluate("document.documentElement.scrollWidth") <= 683
