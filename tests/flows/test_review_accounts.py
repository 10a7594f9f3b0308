"""Accounts on the review page: first link, sign-in, delays, invitations, staff pages."""

import datetime as dt
import re
from collections.abc import Iterator

import httpx
import pytest

from flows.review_app.office import Office
from tasks.domain.office.review_settings import SignInRules
from tasks.domain.review.accounts import AccountChange, Role
from tasks.edges.access.account_links import AccountLinks
from tasks.edges.access.account_store import AccountStore, By
from tasks.edges.access.passwords import hash_password
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database
from tests.flows.review_helpers import (
    NOON,
    Clock,
    ReviewClient,
    hidden,
    office_for,
    review_client,
)

GOOD = "うみと やまの あいだに まち"
OTHER = "さかみちを のぼると みえる"
HOUR = dt.timedelta(hours=1)
RULES = SignInRules(free_failures=3)


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def office(database: Database, clock: Clock) -> Office:
    return office_for(database, clock=clock, sign_in=RULES)


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(GOOD)


def add(office: Office, login: str, hashed: str, *roles: Role) -> str:
    store = AccountStore(office.database)
    change = AccountChange(f"{login} 葵", frozenset(roles or (Role.CLERK,)), None)
    account = store.add(login, change, By("test", NOON))
    store.set_password(
        account.account_id, hashed, By("test", NOON), keep_sessions=False
    )
    return account.account_id


def sign_in(
    client: ReviewClient, login: str, password: str = GOOD, to: str = ""
) -> httpx.Response:
    csrf = hidden(client.get("/sign-in").text, "csrf")
    fields = {"csrf": csrf, "login": login, "password": password, "to": to}
    return client.post("/sign-in", data=fields)


def choose(
    client: ReviewClient, path: str, password: str = GOOD, **fields: str
) -> httpx.Response:
    csrf = hidden(client.get(path).text, "csrf")
    both = {"password": password, "again": password}
    return client.post(path, data={"csrf": csrf, **both, **fields})


def actions(office: Office) -> list[str]:
    return [one.action for one in AuditLog(office.database).entries()]


def test_the_first_link_makes_a_keeper_who_is_signed_in(office: Office) -> None:
    token = AccountLinks(office.database).make_first(at=NOON, lasts=HOUR)
    client = ReviewClient(office)
    assert "最初の利用者を作るリンク" in client.get("/sign-in").text
    answer = choose(client, f"/link/{token}", login="Yamada.A", name=" 山田　葵 ")
    assert (answer.status_code, answer.url.path) == (200, "/")
    (account,) = AccountStore(office.database).accounts()
    assert (account.login, account.name) == ("yamada.a", "山田 葵")
    assert (account.roles, account.jobs) == (frozenset({Role.KEEPER}), None)
    assert actions(office) == ["link_made", "account_made", "password_set", "signed_in"]
    assert AccountLinks(office.database).make_first(at=NOON, lasts=HOUR) is None
    assert client.get(f"/link/{token}").status_code == 410


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        pytest.param({"password": "みじかい"}, "12文字以上", id="short"),
        pytest.param({"again": OTHER}, "二つのパスワードが違います", id="differ"),
        pytest.param({"login": "山田"}, "利用者名は英字で", id="login"),
        pytest.param({"name": "　"}, "名前を40字まで", id="name"),
    ],
)
def test_a_choice_that_will_not_do_comes_back_and_the_link_stays(
    office: Office, fields: dict[str, str], says: str
) -> None:
    token = AccountLinks(office.database).make_first(at=NOON, lasts=HOUR)
    client = ReviewClient(office)
    fields = {"login": "yamada", "name": "山田 葵", **fields}
    answer = choose(client, f"/link/{token}", **fields)
    assert answer.status_code == 422
    assert says in answer.text
    assert AccountStore(office.database).accounts() == ()
    assert client.get(f"/link/{token}").status_code == 200


def test_login_and_password_open_the_page_asked_for(
    office: Office, hashed: str
) -> None:
    add(office, "yamada", hashed)
    client = ReviewClient(office)
    asked = client.get("/next?group=field-date")
    assert asked.url.path == "/sign-in"
    to = hidden(asked.text, "to").replace("&amp;", "&")
    answer = sign_in(client, " ＹＡＭＡＤＡ ", to=to)
    assert [one.url.path for one in answer.history][-1] == "/next"
    assert "yamada 葵" in answer.text


@pytest.mark.parametrize(
    ("login", "password"),
    [
        pytest.param("yamada", OTHER, id="wrong password"),
        pytest.param("nobody", GOOD, id="unknown login"),
        pytest.param("gone", GOOD, id="locked account"),
        pytest.param("new", GOOD, id="not yet any password"),
    ],
)
def test_every_failure_looks_the_same(
    office: Office, hashed: str, login: str, password: str
) -> None:
    add(office, "yamada", hashed)
    store = AccountStore(office.database)
    locked = AccountChange("宮下", frozenset({Role.CLERK}), None, locked=True)
    store.change(add(office, "gone", hashed), locked, By("test", NOON))
    store.add(
        "new", AccountChange("新人", frozenset({Role.CLERK}), None), By("t", NOON)
    )
    client = ReviewClient(office)
    answer = sign_in(client, login, password)
    assert answer.status_code == 422
    assert "利用者名かパスワードが違います。" in answer.text
    assert client.get("/").url.path == "/sign-in"
    assert actions(office)[-1] == "sign_in_failed"


def test_failures_are_delayed_ever_longer_and_the_delay_ends(
    office: Office, clock: Clock, hashed: str
) -> None:
    add(office, "yamada", hashed)
    waits = []
    for _ in range(6):
        client = ReviewClient(office)
        while (answer := sign_in(client, "yamada", OTHER)).status_code == 429:
            waits.append(int(answer.headers["retry-after"]))
            assert sign_in(client, "yamada", GOOD).status_code == 429
            clock.wait(waits[-1])
    assert waits == [1, 2, 4]
    clock.wait(8)
    assert sign_in(ReviewClient(office), "yamada").status_code == 200
    assert sign_in(ReviewClient(office), "yamada", OTHER).status_code == 422


def test_a_browser_that_was_signed_in_before_is_not_delayed_by_a_guesser(
    office: Office, hashed: str
) -> None:
    add(office, "yamada", hashed)
    usual = ReviewClient(office)
    assert sign_in(usual, "yamada").status_code == 200
    usual.cookies.delete("yakuba_session")
    for _ in range(5):
        last = sign_in(ReviewClient(office), "yamada", OTHER)
    assert last.status_code == 429
    assert sign_in(ReviewClient(office), "yamada").status_code == 429
    assert sign_in(usual, "yamada").status_code == 200


def test_a_keeper_invites_a_clerk_who_then_sees_the_job_alone(
    database: Database, office: Office
) -> None:
    keeper = review_client(database, roles=(Role.KEEPER,), login="keeper")
    answer = keeper.send(
        "/staff",
        login="minami",
        name="南 楓",
        role=["clerk"],
        job=["tax_delinquency"],
    )
    found = re.search(r"http://127\.0\.0\.1(/link/[\w-]+)", answer.text)
    assert found, "no link on the page"
    clerk = ReviewClient(office)
    assert "南 楓" in clerk.get(found.group(1)).text
    assert choose(clerk, found.group(1)).url.path == "/"
    own = clerk.get("/password").text
    assert "担当者" in own
    assert "滞納確認" in own
    assert clerk.get("/staff").status_code == 403
    assert 'href="/staff"' not in clerk.get("/").text
    assert "利用中" in keeper.get("/staff").text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        pytest.param({"login": "keeper"}, "既に使われています", id="taken"),
        pytest.param({"login": "x"}, "2～32字", id="short login"),
        pytest.param({"role": []}, "役割を一つ以上", id="no role"),
        pytest.param({"role": ["auditor", "clerk"]}, "一緒に選べません", id="both"),
        pytest.param({"job": []}, "担当する業務を選んで", id="clerk of nothing"),
        pytest.param({"role": ["emperor"]}, "役割を一つ以上", id="no such role"),
    ],
)
def test_an_account_that_cannot_be_comes_back_with_what_was_typed(
    database: Database, fields: dict[str, str | list[str]], says: str
) -> None:
    keeper = review_client(database, roles=(Role.KEEPER,), login="keeper")
    whole = {"login": "minami", "name": "南 楓", "role": ["clerk"], "job": ["*"]}
    answer = keeper.send("/staff", **{**whole, **fields})
    assert answer.status_code == 422
    assert says in answer.text
    assert "南 楓" in answer.text
    assert len(AccountStore(database).accounts()) == 1


def test_a_new_link_ends_the_old_password_the_sessions_and_the_older_link(
    database: Database, office: Office, hashed: str
) -> None:
    account_id = add(office, "minami", hashed)
    clerk = ReviewClient(office)
    sign_in(clerk, "minami")
    keeper = review_client(database, roles=(Role.KEEPER,), login="keeper")
    paths = []
    for _ in range(2):
        answer = keeper.send(f"/staff/{account_id}/link")
        paths.append(re.search(r"/link/[\w-]+", answer.text).group())
    assert clerk.get("/").url.path == "/sign-in"
    assert sign_in(ReviewClient(office), "minami").status_code == 422
    assert clerk.get(paths[0]).status_code == 410
    assert choose(clerk, paths[1], OTHER).url.path == "/"
    assert sign_in(ReviewClient(office), "minami", OTHER).status_code == 200


def test_the_last_keeper_can_neither_be_locked_nor_lose_the_role(
    office: Office, hashed: str
) -> None:
    account_id = add(office, "keeper", hashed, Role.KEEPER)
    client = ReviewClient(office)
    sign_in(client, "keeper")
    csrf = hidden(client.get("/staff").text, "csrf")
    for change in ({"role": "keeper", "locked": "1"}, {"role": "clerk", "job": "*"}):
        answer = client.post(
            f"/staff/{account_id}", data={"csrf": csrf, "name": "鍵 守", **change}
        )
        assert answer.status_code == 422
        assert "保守責任者がいなくなる" in answer.text
    (account,) = AccountStore(office.database).accounts()
    assert account.roles == {Role.KEEPER}
    assert not account.locked


def test_who_must_change_the_password_can_do_nothing_else(
    office: Office, hashed: str
) -> None:
    account_id = add(office, "minami", hashed)
    change = AccountChange("南", frozenset({Role.CLERK}), None, must_change=True)
    AccountStore(office.database).change(account_id, change, By("keeper", NOON))
    client = ReviewClient(office)
    assert sign_in(client, "minami").url.path == "/password"
    assert client.get("/next").url.path == "/password"
    csrf = hidden(client.get("/password").text, "csrf")
    fields = {"csrf": csrf, "password": GOOD, "new": OTHER, "again": OTHER}
    assert client.post("/password", data=fields).url.path == "/"
    assert client.get("/next").url.path == "/"


def test_a_changed_password_ends_every_other_session_and_renews_this_one(
    office: Office, hashed: str
) -> None:
    add(office, "minami", hashed)
    here, there = ReviewClient(office), ReviewClient(office)
    sign_in(here, "minami")
    sign_in(there, "minami")
    before = here.cookies["yakuba_session"]
    csrf = hidden(here.get("/password").text, "csrf")
    fields = {"csrf": csrf, "new": OTHER, "again": OTHER}
    wrong = here.post("/password", data={**fields, "password": OTHER + "1"})
    assert wrong.status_code == 422
    assert "今のパスワードが違います" in wrong.text
    assert here.post("/password", data={**fields, "password": GOOD}).url.path == "/"
    assert here.cookies["yakuba_session"] != before
    assert there.get("/").url.path == "/sign-in"
    here.cookies.set("yakuba_session", before)
    assert here.get("/").url.path == "/sign-in"


@pytest.mark.parametrize("path", ["/sign-out", "/sign-out-everywhere"])
def test_signing_out_ends_the_session_on_the_server(
    office: Office, hashed: str, path: str
) -> None:
    add(office, "minami", hashed)
    here, there = ReviewClient(office), ReviewClient(office)
    for one in (here, there):
        sign_in(one, "minami")
    token = here.cookies["yakuba_session"]
    answer = here.post(
        path,
        data={"csrf": hidden(here.get("/").text, "csrf")},
        follow_redirects=False,
    )
    assert "yakuba_session" not in here.cookies
    assert answer.headers["clear-site-data"] == '"cache"'
    here.cookies.set("yakuba_session", token)
    assert here.get("/").url.path == "/sign-in"
    ended = there.get("/").url.path == "/sign-in"
    assert ended == (path == "/sign-out-everywhere")


def test_a_session_outlives_the_server_and_ends_idle_or_at_the_latest(
    database: Database, clock: Clock
) -> None:
    client = review_client(database, clock=clock)
    again = ReviewClient(office_for(database, clock=clock), client.token)
    assert again.get("/").url.path == "/"
    for _ in range(12):
        clock.wait(59 * 60)
        path = again.get("/").url.path
    assert path == "/"
    clock.wait(13 * 60)
    assert again.get("/").url.path == "/sign-in", "after twelve hours"
    client = review_client(database, clock=clock)
    clock.wait(60 * 60)
    assert client.get("/").url.path == "/sign-in", "after an idle hour"


def test_a_hash_with_old_parameters_is_renewed_at_the_next_sign_in(
    office: Office,
) -> None:
    from argon2 import PasswordHasher

    account_id = add(office, "minami", PasswordHasher(1, 8, 1).hash(GOOD))
    client = ReviewClient(office)
    assert sign_in(client, "minami").status_code == 200
    known = AccountStore(office.database).by_login("minami")
    assert known is not None
    assert known.account.account_id == account_id
    assert "m=65536,t=3,p=4" in known.password_hash
    assert client.get("/").url.path == "/"
