"""Accounts, links, sessions and failures in both databases: what holds whatever runs on top."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from tasks.domain.errors import NeedsPersonError
from tasks.domain.review.accounts import AccountChange, LinkPurpose, Role, SessionLimits
from tasks.domain.review.sign_in_delays import FORGOTTEN_AFTER, DelayRule
from tasks.edges.access.account_links import AccountLinks
from tasks.edges.access.account_store import AccountStore, By
from tasks.edges.access.office_secrets import office_secret
from tasks.edges.access.sign_in_failures import SignInFailures
from tasks.edges.access.sign_in_sessions import SignInSessions
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import Database, open_database

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)
BY = By("keeper", NOON)
CLERK = AccountChange(
    "南 楓", frozenset({Role.CLERK}), frozenset({"滞納", "childcare"})
)
KEEPER = AccountChange("鍵 守", frozenset({Role.KEEPER}), None)
LIMITS = SessionLimits(idle=HOUR, absolute=12 * HOUR)
KEPT = "what argon2 made of it"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    found = open_database(database_url)
    yield found
    found.close()


def test_an_account_reads_back_as_it_was_stored(database: Database) -> None:
    store = AccountStore(database)
    made = store.add("minami", CLERK, BY)
    assert store.accounts() == (made,)
    assert store.account(made.account_id) == made
    known = store.by_login("minami")
    assert known is not None
    assert (known.account, known.password_hash) == (made, "")
    assert store.by_login("Minami") is None
    assert store.account("0" * 32) is None


def test_a_login_is_given_once(database: Database) -> None:
    store = AccountStore(database)
    store.add("minami", CLERK, BY)
    with pytest.raises(NeedsPersonError, match="ACCESS-002"):
        store.add("minami", KEEPER, BY)
    assert len(store.accounts()) == 1


def test_nothing_is_left_of_a_change_that_would_lock_everybody_out(
    database: Database,
) -> None:
    store = AccountStore(database)
    keeper = store.add("keeper", KEEPER, BY)
    store.set_password(keeper.account_id, "hash", BY, keep_sessions=False)
    entries = len(AuditLog(database).entries())
    with pytest.raises(NeedsPersonError, match="ACCESS-003"):
        store.change(keeper.account_id, CLERK, BY)
    (kept,) = store.accounts()
    assert kept.roles == {Role.KEEPER}
    assert len(AuditLog(database).entries()) == entries
    second = store.add("second", KEEPER, BY)
    with pytest.raises(NeedsPersonError, match="ACCESS-003"):
        store.change(keeper.account_id, CLERK, BY)
    store.set_password(second.account_id, "hash", BY, keep_sessions=False)
    store.change(keeper.account_id, CLERK, BY)


def test_what_is_unknown_cannot_be_changed(database: Database) -> None:
    with pytest.raises(NeedsPersonError, match="ACCESS-001"):
        AccountStore(database).change("0" * 32, CLERK, BY)
    with pytest.raises(NeedsPersonError, match="ACCESS-001"):
        AccountStore(database).set_password("0" * 32, "x", BY, keep_sessions=True)
    with pytest.raises(NeedsPersonError, match="ACCESS-001"):
        AccountLinks(database).make("0" * 32, by=BY, lasts=HOUR, forget_password=True)


def test_a_session_ends_idle_or_at_the_latest_and_is_forgotten(
    database: Database,
) -> None:
    account = AccountStore(database).add("minami", CLERK, BY)
    sessions = SignInSessions(database, LIMITS)
    token, other = sessions.start(account, NOON), sessions.start(account, NOON)
    assert sessions.account(token, NOON) == account
    assert sessions.count(account.account_id, NOON) == 2
    now = NOON
    while now < NOON + LIMITS.absolute:
        assert sessions.account(token, now) == account
        now += HOUR / 2
    assert sessions.account(token, now) is None
    assert sessions.account(other, NOON + HOUR) is None, "was idle"
    assert sessions.count(account.account_id, now) == 0
    third = sessions.start(account, now)
    sessions.end(third, account, now)
    assert sessions.account(third, now) is None


def test_ending_all_sessions_of_one_leaves_those_of_others(database: Database) -> None:
    store = AccountStore(database)
    one, other = store.add("minami", CLERK, BY), store.add("keeper", KEEPER, BY)
    sessions = SignInSessions(database, LIMITS)
    mine = [sessions.start(one, NOON) for _ in range(3)]
    theirs = sessions.start(other, NOON)
    assert sessions.end_all(one, NOON, who="keeper") == 3
    assert [sessions.account(token, NOON) for token in mine] == [None] * 3
    assert sessions.account(theirs, NOON) == other


def test_a_newer_link_replaces_the_older_and_tells_what_it_is_for(
    database: Database,
) -> None:
    store, links = AccountStore(database), AccountLinks(database)
    account = store.add("minami", CLERK, BY)

    def make() -> str:
        return links.make(account.account_id, by=BY, lasts=HOUR, forget_password=True)

    older, newer = make(), make()
    assert links.find(older, now=NOON) is None
    found = links.find(newer, now=NOON)
    assert found is not None
    assert (found.purpose, found.account) == (LinkPurpose.INVITATION, account)
    assert links.use(newer, password_hash=KEPT, now=NOON) == account
    assert links.find(newer, now=NOON) is None
    reset = links.find(make(), now=NOON)
    assert reset is not None
    assert reset.purpose is LinkPurpose.RESET


def test_the_first_link_is_worthless_once_anybody_has_a_password(
    database: Database,
) -> None:
    store, links = AccountStore(database), AccountLinks(database)
    first = links.make_first(at=NOON, lasts=HOUR)
    assert first is not None
    account = store.add("minami", CLERK, BY)
    assert links.find(first, now=NOON) is not None
    store.set_password(account.account_id, "hash", BY, keep_sessions=False)
    assert links.find(first, now=NOON) is None
    assert links.make_first(at=NOON, lasts=HOUR) is None
    with pytest.raises(NeedsPersonError, match="ACCESS-004"):
        links.use(first, password_hash=KEPT, now=NOON, login="evil", name="x")
    assert len(store.accounts()) == 1


def test_failures_are_counted_forgiven_and_forgotten(database: Database) -> None:
    failures = SignInFailures(database)
    rule = DelayRule(free=2, longest=HOUR)
    subjects = {"account:a": rule, "address:b": DelayRule(8, HOUR)}

    def wait(now: dt.datetime) -> float:
        return failures.begin(subjects, now=now).total_seconds()

    assert [wait(NOON) for _ in range(3)] == [0, 0, 1]
    assert wait(NOON) == 1, "waiting does not make it longer"
    failures.succeed({"account:a": True, "address:b": False})
    assert [wait(NOON) for _ in range(3)] == [0, 0, 1]
    assert failures.begin({"account:c": rule}, now=NOON) == dt.timedelta(0)
    assert [wait(NOON + FORGOTTEN_AFTER) for _ in range(3)] == [0, 0, 1]


def test_a_secret_stays_the_same_and_differs_by_name(database: Database) -> None:
    forms = office_secret(database, "forms")
    assert len(forms) == 32
    assert office_secret(database, "forms") == forms
    assert office_secret(database, "others") != forms


def test_every_act_is_in_the_log_without_a_name(database: Database) -> None:
    store, links = AccountStore(database), AccountLinks(database)
    account = store.add("minami", CLERK, BY)
    token = links.make(account.account_id, by=BY, lasts=HOUR, forget_password=True)
    links.use(token, password_hash=KEPT, now=NOON)
    locked = AccountChange(CLERK.name, CLERK.roles, CLERK.jobs, locked=True)
    store.change(account.account_id, locked, BY)
    log = AuditLog(database)
    entries = log.entries()
    assert [one.action for one in entries] == [
        "account_made",
        "link_made",
        "password_set",
        "account_changed",
    ]
    assert [one.who for one in entries] == ["keeper", "keeper", "minami", "keeper"]
    assert {one.subject for one in entries} == {account.account_id}
    assert dict(entries[-1].details)["before_locked"] == "no"
    assert dict(entries[-1].details)["locked"] == "yes"
    assert "楓" not in str(entries)
    assert token not in str(entries)
    assert log.verify() == 4
