"""The review page under attack, after OWASP's testing guide: each attempt is refused."""

from __future__ import annotations

import asyncio
import logging
import re
import sqlite3
import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from flows.review_app.access.cookies import form_token
from flows.review_app.access.entering import Attempt, enter
from flows.review_app.access.sign_in import own_path
from flows.review_app.office import Office
from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.accounts import AccountChange, Role
from tasks.edges.access.account_links import AccountLinks
from tasks.edges.access.account_rows import token_hash
from tasks.edges.access.account_store import AccountStore, By
from tasks.edges.access.passwords import fits, hash_password
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tests.flows.review_helpers import (
    NOON,
    Clock,
    ReviewClient,
    hidden,
    office_for,
    review_client,
    session_of,
)

GOOD = "うみと やまの あいだに まち"
WRONG = "さかみちを のぼると みえる"
COOKIE = "yakuba_session"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(sqlite_url(tmp_path / "yakuba.sqlite3"))
    yield found
    found.close()


@pytest.fixture
def office(database: Database) -> Office:
    return office_for(database)


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(GOOD)


def add(office: Office, login: str, hashed: str) -> str:
    store = AccountStore(office.database)
    change = AccountChange("山田 葵", frozenset({Role.CLERK}), None)
    by = By("test", NOON)
    account = store.add(login, change, by)
    store.set_password(account.account_id, hashed, by, keep_sessions=False)
    return account.account_id


def sign_in(client: ReviewClient, login: str, password: str, **more: str):
    csrf = hidden(client.get("/sign-in").text, "csrf")
    fields = {"csrf": csrf, "login": login, "password": password, **more}
    return client.post("/sign-in", data=fields, follow_redirects=False)


def at_the_door(client: ReviewClient) -> bool:
    return client.get("/").url.path == "/sign-in"


# --- sessions


@pytest.mark.parametrize(
    "forge",
    [
        pytest.param(lambda _token: "A" * 43, id="guessed"),
        pytest.param(token_hash, id="read in the database"),
        pytest.param(lambda token: token[:-1], id="cut"),
        pytest.param(lambda token: token + "\x00", id="longer"),
        pytest.param(lambda token: token.swapcase(), id="other case"),
        pytest.param(lambda _token: "' OR '1'='1", id="SQL"),
        pytest.param(form_token, id="token of its forms"),
    ],
)
def test_a_forged_session_is_none(office: Office, forge: Callable[[str], str]) -> None:
    token = session_of(office)
    assert not at_the_door(ReviewClient(office, token))
    cookie = {"cookie": f"{COOKIE}={forge(token)}".encode("latin-1")}
    assert ReviewClient(office).get("/", headers=cookie).url.path == "/sign-in"


def test_a_session_of_another_installation_is_none(
    tmp_path: Path, office: Office
) -> None:
    other = open_database(sqlite_url(tmp_path / "other.sqlite3"))
    foreign = session_of(office_for(other))
    other.close()
    assert at_the_door(ReviewClient(office, foreign))


def test_a_session_known_before_the_sign_in_is_worth_nothing_after_it(
    office: Office, hashed: str
) -> None:
    add(office, "yamada", hashed)
    planted = "planted-by-somebody-else"
    victim = ReviewClient(office)
    for name in (COOKIE, "yakuba_visit"):
        victim.cookies.set(name, planted, domain="127.0.0.1")
    sign_in(victim, "yamada", GOOD)
    assert not at_the_door(victim)
    assert planted not in dict(victim.cookies).values()
    assert at_the_door(ReviewClient(office, planted))


@pytest.mark.parametrize(
    ("change", "ends"),
    [
        pytest.param({"locked": True}, True, id="locked"),
        pytest.param({"roles": {Role.AUDITOR}}, True, id="other role"),
        pytest.param({"jobs": {"tax_delinquency"}}, True, id="fewer jobs"),
        pytest.param({"must_change": True}, True, id="password to be changed"),
        pytest.param({"name": "山田 茜"}, False, id="name alone"),
    ],
)
def test_a_session_ends_the_moment_its_rights_change(
    office: Office, change: dict, ends: bool
) -> None:
    client = ReviewClient(office, session_of(office))
    (account,) = AccountStore(office.database).accounts()
    whole = {"name": account.name, "roles": account.roles, "jobs": None, **change}
    AccountStore(office.database).change(
        account.account_id,
        AccountChange(
            **{
                key: frozenset(value) if isinstance(value, set) else value
                for key, value in whole.items()
            }
        ),
        By("keeper", NOON),
    )
    assert at_the_door(client) == ends


def test_the_database_holds_nothing_that_lets_anybody_in(
    tmp_path: Path, office: Office, hashed: str
) -> None:
    account_id = add(office, "yamada", hashed)
    client = ReviewClient(office)
    sign_in(client, "yamada", GOOD)
    sign_in(client, "somebody", "typed-into-the-wrong-field")
    link = AccountLinks(office.database).make(
        account_id, by=By("k", NOON), lasts=NOON - NOON, forget_password=False
    )
    kept = "\n".join(sqlite3.connect(tmp_path / "yakuba.sqlite3").iterdump())
    device = client.cookies["yakuba_device"]
    for secret in (GOOD, client.cookies[COOKIE], link, device, "typed-into"):
        assert secret not in kept
    assert "somebody" not in kept


# --- forms


def test_a_token_of_another_session_is_refused(office: Office) -> None:
    mine = ReviewClient(office, session_of(office))
    theirs = session_of(office, login="minami")
    for csrf in (form_token(theirs), form_token(""), mine.token, ""):
        answer = mine.post("/sign-out", data={"csrf": csrf})
        assert answer.status_code == 403
    assert not at_the_door(mine)


def test_nobody_is_signed_in_unawares_by_a_form_of_another_site(
    office: Office, hashed: str
) -> None:
    add(office, "attacker", hashed)
    attacker = ReviewClient(office)
    csrf = hidden(attacker.get("/sign-in").text, "csrf")
    fields = {"csrf": csrf, "login": "attacker", "password": GOOD}
    victim = ReviewClient(office)
    assert victim.post("/sign-in", data=fields).status_code == 403
    assert COOKIE not in victim.cookies


@pytest.mark.parametrize(
    "headers",
    [
        pytest.param({"origin": "https://evil.example"}, id="origin"),
        pytest.param({"origin": "null"}, id="null origin"),
        pytest.param({"origin": "http://127.0.0.1.evil.example"}, id="longer name"),
        pytest.param({"origin": "http://127.0.0.1:9999"}, id="another port"),
        pytest.param({"sec-fetch-site": "cross-site"}, id="cross-site"),
        pytest.param({"sec-fetch-site": "same-site"}, id="same-site"),
    ],
)
def test_what_another_site_sends_is_refused_even_with_the_token(
    office: Office, headers: dict[str, str]
) -> None:
    client = ReviewClient(office, session_of(office))
    form = {"csrf": client.csrf}
    assert client.post("/sign-out", data=form, headers=headers).status_code == 403
    assert not at_the_door(client)


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "", "localhost.evil", "[::2]"]
)
def test_another_host_name_is_refused(office: Office, host: str) -> None:
    client = ReviewClient(office, session_of(office))
    assert client.get("/", headers={"host": host}).status_code == 421


# --- addresses


@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "\\\\evil.example",
        "http:evil.example",
        "javascript:alert(1)",
        "/\t/evil.example",
        " //evil.example",
        "/items\r\nSet-Cookie: a=b",
        "///evil.example",
        "/" + "a" * 600,
        "/山田",
        "http://[",
        "",
    ],
)
def test_signing_in_never_leads_away(office: Office, hashed: str, to: str) -> None:
    assert own_path(to) == "/"
    add(office, "yamada", hashed)
    answer = sign_in(ReviewClient(office), "yamada", GOOD, to=to)
    assert answer.headers["location"] == "/"
    assert "a" not in answer.headers.get("set-cookie", "").partition("a=b")[2]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2f..%2fapp.py",
        "/static/%2e%2e/%2e%2e/office.py",
        "/static//etc/passwd",
        "/static/access",
        "/forms/..%2f..%2fmunicipality",
        "/forms/..%2f..%2fmunicipality/data",
        "/forms/%2e%2e/blank.png",
        "/items/..%2f..%2fetc%2fpasswd",
        "/items/%00",
        "/link/..%2f..",
        "/persons/%0d%0aset-cookie:a=b",
        "/lists/documents/..%2f..%2fyakuba.sqlite3",
    ],
)
def test_a_path_in_a_name_finds_nothing(
    tmp_path: Path, database: Database, path: str
) -> None:
    client = review_client(
        database, roles=(Role.KEEPER,), home=_home(tmp_path), login="keeper"
    )
    answer = client.get(path, follow_redirects=False)
    assert answer.status_code in (303, 403, 404, 409, 410)
    assert answer.headers.get("location", "/").startswith("/")
    assert "set-cookie" not in answer.headers.get("location", "")
    assert "prefecture" not in answer.text
    assert "import " not in answer.text


def _home(folder: Path) -> Path:
    (folder / "home" / "configs" / "forms").mkdir(parents=True)
    (folder / "home" / "configs" / "municipality.yaml").write_text("prefecture: x")
    return folder / "home"


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        pytest.param("a.svg", SVG, "image/svg+xml", id="svg"),
        pytest.param("a.html", HTML, "text/html", id="html"),
        pytest.param("a.png", SVG, "image/png", id="svg named png"),
        pytest.param("a.pdf", HTML, "application/pdf", id="html named pdf"),
        pytest.param("../../evil.png", HTML, "image/png", id="path"),
        pytest.param(
            "a.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 64, "image/png", id="torn"
        ),
    ],
)
def test_a_drawing_or_page_sent_as_a_blank_is_refused(
    tmp_path: Path, database: Database, name: str, content: bytes, kind: str
) -> None:
    home = _home(tmp_path)
    client = review_client(
        database, roles=(Role.DESIGNER,), home=home, work_folder=tmp_path / "work"
    )
    answer = client.post(
        "/forms",
        data={"csrf": client.csrf, "name": "", "title": "", "version": "", "page": "1"},
        files={"blank": (name, content, kind)},
    )
    assert 400 <= answer.status_code < 500
    assert b"alert(1)" not in answer.content
    assert list((home / "configs" / "forms").iterdir()) == []
    assert not list(tmp_path.rglob("*evil*"))


# --- guessing


def attempt(login: str, password: str, address: str = "127.0.0.1") -> Attempt:
    return Attempt(login, password, address, device="", session="")


def test_many_guesses_at_once_get_no_more_tries_than_in_a_row(
    office: Office, hashed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(office, "yamada", hashed)
    looked = []
    lock = threading.Lock()

    def count(password: str, kept: str) -> bool:
        with lock:
            looked.append(password)
        return False

    monkeypatch.setattr("flows.review_app.access.entering.fits", count)
    with ThreadPoolExecutor(16) as pool:
        guesses = [attempt("yamada", f"guess {n}", f"10.0.0.{n}") for n in range(40)]
        results = list(pool.map(lambda one: enter(office, one), guesses))
    assert len(looked) == office.delay_rule.free
    assert sum(not one.wait for one in results) == office.delay_rule.free


def test_one_address_cannot_try_many_logins(office: Office, monkeypatch) -> None:
    monkeypatch.setattr("flows.review_app.access.entering.fits", lambda *_: False)
    tried = 0
    for number in range(60):
        result = enter(office, attempt(f"user{number}", WRONG, "2001:db8::1"))
        other = enter(office, attempt(f"more{number}", WRONG, f"2001:db8::{number}f"))
        tried += (not result.wait) + (not other.wait)
    assert tried == office.delay_rule.free * 4
    assert not enter(office, attempt("elsewhere", WRONG, "2001:db8:1::1")).wait


def test_an_own_account_does_not_buy_more_guesses_from_an_address(
    office: Office, hashed: str, monkeypatch
) -> None:
    add(office, "attacker", hashed)
    monkeypatch.setattr(
        "flows.review_app.access.entering.fits", lambda password, _: password == GOOD
    )
    tried = 0
    for number in range(60):
        tried += not enter(office, attempt(f"user{number}", WRONG)).wait
        enter(office, attempt("attacker", GOOD))
    assert tried == office.delay_rule.free * 4


def test_a_delay_never_grows_over_its_bound_however_long_somebody_guesses(
    database: Database, hashed: str, monkeypatch
) -> None:
    clock = Clock()
    office = office_for(database, clock=clock)
    add(office, "yamada", hashed)
    monkeypatch.setattr("flows.review_app.access.entering.fits", lambda *_: False)
    longest = 0.0
    for _ in range(200):
        wait = enter(office, attempt("yamada", WRONG)).wait.total_seconds()
        longest = max(longest, wait)
        clock.wait(wait)
    monkeypatch.undo()
    assert longest == office.delay_rule.longest.total_seconds()
    assert enter(office, attempt("yamada", GOOD)).session


def test_an_unknown_login_costs_the_same_work_as_a_wrong_password(
    hashed: str,
) -> None:
    def work(kept: str) -> float:
        before = time.process_time()
        assert not fits(WRONG, kept)
        return time.process_time() - before

    work("")  # makes the hash of nobody
    unknown = statistics.median(work("") for _ in range(5))
    wrong = statistics.median(work(hashed) for _ in range(5))
    assert 0.5 < unknown / wrong < 2.0


# --- links


def test_a_link_is_used_once_even_by_two_at_the_same_moment(
    office: Office, hashed: str
) -> None:
    account_id = add(office, "yamada", hashed)
    links = AccountLinks(office.database)
    by = By("keeper", NOON)
    token = links.make(
        account_id, by=by, lasts=office.limits.idle, forget_password=True
    )

    def use(number: int) -> str:
        try:
            links.use(token, password_hash=f"hash {number}", now=NOON)
        except NeedsPersonError as error:
            return error.code
        return "used"

    with ThreadPoolExecutor(8) as pool:
        found = sorted(pool.map(use, range(8)))
    assert found == ["ACCESS-004"] * 7 + ["used"]


def test_a_link_too_old_is_refused_and_looking_does_not_use_it(
    database: Database, hashed: str
) -> None:
    clock = Clock()
    office = office_for(database, clock=clock)
    links = AccountLinks(database)
    token = links.make_first(at=clock(), lasts=office.limits.idle)
    client = ReviewClient(office)
    for _ in range(3):
        assert client.get(f"/link/{token}").status_code == 200
    clock.wait(office.limits.idle.total_seconds())
    assert client.get(f"/link/{token}").status_code == 410
    both = {"password": GOOD, "again": GOOD, "login": "yamada", "name": "葵"}
    assert client.post(f"/link/{token}", data=both).status_code == 410
    assert AccountStore(database).accounts() == ()


def test_a_link_of_a_locked_account_opens_nothing(office: Office, hashed: str) -> None:
    account_id = add(office, "yamada", hashed)
    token = AccountLinks(office.database).make(
        account_id, by=By("k", NOON), lasts=office.limits.idle, forget_password=False
    )
    locked = AccountChange("山田", frozenset({Role.CLERK}), None, locked=True)
    AccountStore(office.database).change(account_id, locked, By("k", NOON))
    assert ReviewClient(office).get(f"/link/{token}").status_code == 410


# --- what leaves the page


def test_cookies_are_for_this_host_and_no_script(office: Office, hashed: str) -> None:
    add(office, "yamada", hashed)
    given = sign_in(ReviewClient(office), "yamada", GOOD).headers.get_list("set-cookie")
    assert len(given) == 3
    for cookie in given:
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert "Path=/" in cookie
        assert "Domain" not in cookie


def test_by_tls_cookies_are_bound_to_the_host_and_plain_requests_are_refused(
    database: Database,
) -> None:
    office = office_for(database, secure=True, address="https://kakunin.example.lg.jp")
    client = ReviewClient(office)
    assert client.get("/sign-in").status_code == 403
    answer = client.get("https://kakunin.example.lg.jp/sign-in")
    assert answer.status_code == 200
    assert answer.headers["set-cookie"].startswith("__Host-yakuba_visit=")
    assert "; Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"
    assert client.get("https://127.0.0.2/sign-in").status_code == 421


def test_logs_and_addresses_hold_no_name_and_no_password(
    office: Office, hashed: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    account_id = add(office, "yamada", hashed)
    client = ReviewClient(office, session_of(office, roles=(Role.KEEPER,), login="k"))
    sign_in(ReviewClient(office), "yamada", WRONG)
    answer = client.send("/staff", login="minami", name="南 楓", role="clerk", job="*")
    link = re.search(r"/link/([\w-]+)", answer.text)
    assert link
    client.send(f"/staff/{account_id}", name="汐見 渚", role="clerk", job="*")
    urls = [str(one.url) for one in (answer, *answer.history)]
    for text in (caplog.text, " ".join(urls)):
        for secret in ("楓", "渚", "さかみち", GOOD, link.group(1), client.token):
            assert secret not in text
    entries = str(AuditLog(office.database).entries())
    assert "楓" not in entries
    assert "渚" not in entries


def test_every_page_of_the_accounts_is_free_of_inline_code(
    office: Office, hashed: str
) -> None:
    account_id = add(office, "yamada", hashed)
    nasty = '"><script>alert(1)</script><img src=x onerror=alert(2)>'[:40]
    change = AccountChange(nasty, frozenset({Role.CLERK}), None)
    AccountStore(office.database).change(account_id, change, By("k", NOON))
    keeper = ReviewClient(office, session_of(office, roles=(Role.KEEPER,), login="k"))
    for path in ("/sign-in", "/staff", f"/staff/{account_id}", "/password"):
        html = keeper.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=", html)
        assert not re.search(r'(?:src|href|action)="(?!/|#)', html)


def test_concurrent_requests_of_one_session_all_see_it_end(office: Office) -> None:
    client = ReviewClient(office, session_of(office))

    async def burst() -> list[int]:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=client.app),
            base_url="http://127.0.0.1",
            cookies={COOKIE: client.token},
            headers={"accept": "text/html"},
        ) as browser:
            form = {"csrf": client.csrf}
            await browser.post("/sign-out", data=form)
            browser.cookies.set(COOKIE, client.token)
            later = (browser.get("/next") for _ in range(10))
            return [one.status_code for one in await asyncio.gather(*later)]

    assert asyncio.run(burst()) == [303] * 10
