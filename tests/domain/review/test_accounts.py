"""Roles, jobs, and how long guessers wait: laws."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.domain.review.accounts import (
    Account,
    AccountChange,
    Role,
    change_problem,
    ends_sessions,
    login_problem,
    may,
    normal_login,
)
from tasks.domain.review.sign_in_delays import DelayRule, delay, wait_left

NOON = dt.datetime(2026, 11, 20, 12, 0, tzinfo=dt.UTC)
roles = st.frozensets(st.sampled_from(Role))
jobs = st.none() | st.frozensets(st.sampled_from(["a", "b", "c"]))
changes = st.builds(
    AccountChange,
    name=st.sampled_from(["山田 葵", "南 楓"]),
    roles=roles,
    jobs=jobs,
    locked=st.booleans(),
    must_change=st.booleans(),
)
rules = st.builds(
    DelayRule,
    free=st.integers(2, 10),
    longest=st.timedeltas(dt.timedelta(minutes=1), dt.timedelta(hours=1)),
)


@given(roles, roles)
def test_a_right_comes_from_a_role_or_from_keeping(
    own: frozenset[Role], asked: frozenset[Role]
) -> None:
    allowed = may(own, tuple(asked))
    assert allowed == (Role.KEEPER in own or bool(own & asked))
    assert not may(frozenset(), tuple(asked))


@given(roles, roles, roles)
def test_more_roles_never_take_a_right_away(
    own: frozenset[Role], more: frozenset[Role], asked: frozenset[Role]
) -> None:
    assert may(own | more, tuple(asked)) >= may(own, tuple(asked))


@given(changes)
def test_an_account_that_can_be_is_never_both_watched_and_watching(
    change: AccountChange,
) -> None:
    if change_problem(change):
        return
    assert change.roles
    assert change.roles == {Role.AUDITOR} or Role.AUDITOR not in change.roles
    assert change.jobs is None or Role.KEEPER not in change.roles
    assert change.jobs is None or change.jobs or Role.CLERK not in change.roles


@given(changes, changes)
def test_every_change_of_rights_ends_what_is_open(
    before: AccountChange, after: AccountChange
) -> None:
    account = Account("0" * 32, "minami", before.name, before.roles, before.jobs)
    if not ends_sessions(account, after):
        assert (before.roles, before.jobs) == (after.roles, after.jobs)
        assert not after.locked
        assert not after.must_change


@given(st.text(max_size=60))
def test_a_login_is_plain_and_stays_what_it_is(text: str) -> None:
    login = normal_login(text)
    assert normal_login(login) == login
    if not login_problem(login):
        assert login.isascii()
        assert login == login.lower()
        assert 2 <= len(login) <= 32
        assert not set(login) & set("/\\ \"'<>&%\r\n")


@pytest.mark.parametrize("name", ["", "x" * 41, "山田\n葵", "山田\u202e葵"])
def test_a_name_that_would_mislead_is_refused(name: str) -> None:
    assert change_problem(AccountChange(name, frozenset({Role.CLERK}), None))


@given(st.integers(0, 10_000), rules)
def test_a_delay_grows_and_has_a_bound(failures: int, rule: DelayRule) -> None:
    here, following = delay(failures, rule), delay(failures + 1, rule)
    assert dt.timedelta(0) <= here <= following <= rule.longest
    assert (here == dt.timedelta(0)) == (failures < rule.free)


@given(st.integers(0, 100), rules, st.timedeltas(dt.timedelta(0), dt.timedelta(days=2)))
def test_a_delay_is_over_when_it_has_passed(
    failures: int, rule: DelayRule, passed: dt.timedelta
) -> None:
    left = wait_left(failures, NOON, now=NOON + passed, rule=rule)
    assert left == max(delay(failures, rule) - passed, dt.timedelta(0))
    assert not wait_left(failures, NOON, now=NOON + rule.longest, rule=rule)
