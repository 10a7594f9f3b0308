"""From login and password to a session, or to how long must be waited."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import ipaddress
import secrets
from dataclasses import dataclass, field

from flows.review_app.office import Office
from tasks.domain.review.accounts import Account, normal_login
from tasks.domain.review.password_rule import LONGEST, normal_password
from tasks.domain.review.sign_in_delays import DelayRule
from tasks.edges.access.account_store import AccountStore, By, Known
from tasks.edges.access.passwords import fits, hash_password, is_outdated
from tasks.edges.access.sign_in_failures import SignInFailures
from tasks.edges.access.sign_in_sessions import SignInSessions
from tasks.edges.office_database.audit_log import AuditLog

_DEVICE = "device"
_MORE_FOR_AN_ADDRESS = 4
"""A whole section may come from one address."""
_IPV6_NETWORK = 64
"""Bits that one subscriber has; the rest can be changed at will."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a browser sent to sign in."""

    login: str = field(repr=False)
    password: str = field(repr=False)
    address: str
    device: str = field(repr=False)
    """Its device cookie; empty when it has none."""
    session: str = field(repr=False)
    """A session that it still has; empty when it has none."""


@dataclass(frozen=True, slots=True)
class Entered:
    """How an attempt ended."""

    session: str = field(default="", repr=False)
    """Token of the new session; empty when there is none."""
    device: str = field(default="", repr=False)
    """New device cookie."""
    wait: dt.timedelta = dt.timedelta(0)
    """How long to wait before the next attempt; zero when it was tried."""


def enter(office: Office, attempt: Attempt) -> Entered:
    """Return the session of login and password, or an empty answer.

    The work is the same whether login, password, both or nothing is right, until it is
    known that both are.

    Raises:
        TryAgainError: STORE-002.
    """
    now = office.clock()
    login = normal_login(attempt.login)
    store = AccountStore(office.database)
    known = store.by_login(login)
    subjects = _subjects(office, attempt, login, known)
    failures = SignInFailures(office.database)
    wait = failures.begin(subjects, now=now)
    if wait:
        return Entered(wait=wait)
    password = normal_password(attempt.password)[: LONGEST + 1]
    right = fits(password, known.password_hash if known else "")
    if known is None or not right or known.account.locked:
        _record_failure(office, known, now)
        return Entered()
    failures.succeed(
        {subject: not subject.startswith("address") for subject in subjects}
    )
    if is_outdated(known.password_hash):
        store.set_password(
            known.account.account_id,
            hash_password(password),
            By(login, now),
            keep_sessions=True,
        )
    return start_session(office, known.account, attempt.session)


def start_session(office: Office, account: Account, ending: str) -> Entered:
    """Return a new session and device cookie for somebody who has shown who it is."""
    sessions = SignInSessions(office.database, office.limits)
    device = office.signer.sign(
        f"{account.account_id} {secrets.token_hex(16)}", _DEVICE
    )
    token = sessions.start(account, office.clock(), ending=ending)
    return Entered(session=token, device=device)


def _subjects(
    office: Office, attempt: Attempt, login: str, known: Known | None
) -> dict[str, DelayRule]:
    """Return against whom a failure counts."""
    rule = office.delay_rule
    device = office.signer.open(attempt.device, _DEVICE) or ""
    if known and device.startswith(f"{known.account.account_id} "):
        return {_subject(office, "device", device): rule}
    many = DelayRule(rule.free * _MORE_FOR_AN_ADDRESS, rule.longest)
    return {
        _subject(office, "account", login): rule,
        _subject(office, "address", _network(attempt.address)): many,
    }


def _subject(office: Office, kind: str, text: str) -> str:
    # A hash: people type passwords into the wrong field.
    sealed = hmac.new(office.secret, f"{kind}\x1f{text}".encode(), hashlib.sha256)
    return f"{kind}:{sealed.hexdigest()}"


def _network(address: str) -> str:
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/{_IPV6_NETWORK}", strict=False))


def _record_failure(office: Office, known: Known | None, now: dt.datetime) -> None:
    AuditLog(office.database).append(
        "sign_in_failed",
        who=known.account.login if known else "",
        at=now,
        subject=known.account.account_id if known else "",
    )
