"""Every route of the review page under every role: a route without a rule fails here."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.routing import Mount, Route

from flows.review_app.access.cookies import form_token
from flows.review_app.app import create_app
from tasks.domain.review.accounts import Role
from tasks.edges.office_database.database import open_database, sqlite_url
from tests.flows.review_helpers import ORIGIN, office_for, sample_home, session_of

ROOT = Path(__file__).resolve().parents[2]
C, D, K, A = Role.CLERK, Role.DESIGNER, Role.KEEPER, Role.AUDITOR
SIGNED_IN = frozenset(Role)
READERS = frozenset({C, K, A})
CLERKS = frozenset({C, K})
DESIGNERS = frozenset({D, K})
TIMERS = frozenset({C, D, K, A})
WORKERS = frozenset({C, D, K})
NO_SUCH_LINE: frozenset[Role] = frozenset()
"""Refused as somebody else's line is: what a stranger learns is nothing."""
KEEPERS = frozenset({K})
WATCHERS = frozenset({K, A})

OPEN = {
    ("GET", "/sign-in"),
    ("POST", "/sign-in"),
    ("GET", "/link/{token}"),
    ("POST", "/link/{token}"),
}
"""What needs no sign-in."""

RULES: dict[tuple[str, str], frozenset[Role]] = {
    # access
    ("POST", "/sign-out"): SIGNED_IN,
    ("POST", "/sign-out-everywhere"): SIGNED_IN,
    ("GET", "/password"): SIGNED_IN,
    ("POST", "/password"): SIGNED_IN,
    ("GET", "/staff"): WATCHERS,
    ("POST", "/staff"): KEEPERS,
    ("GET", "/staff/{account_id}"): WATCHERS,
    ("POST", "/staff/{account_id}"): KEEPERS,
    ("POST", "/staff/{account_id}/link"): KEEPERS,
    ("POST", "/staff/{account_id}/end"): KEEPERS,
    # fields
    ("GET", "/"): READERS,
    ("GET", "/next"): CLERKS,
    ("GET", "/items/{item_id}"): READERS,
    ("POST", "/items/{item_id}"): CLERKS,
    ("GET", "/items/{item_id}/back"): CLERKS,
    ("POST", "/items/{item_id}/hold"): CLERKS,
    ("GET", "/items/{item_id}/crop.png"): READERS,
    ("GET", "/items/{item_id}/page.png"): READERS,
    ("GET", "/grid"): CLERKS,
    ("POST", "/grid"): CLERKS,
    ("GET", "/desk"): CLERKS,
    ("POST", "/desk/batch"): CLERKS,
    ("POST", "/desk/answers"): CLERKS,
    ("POST", "/desk/check"): CLERKS,
    ("POST", "/desk/leave"): CLERKS,
    # persons
    ("GET", "/persons"): READERS,
    ("GET", "/persons/next"): CLERKS,
    ("GET", "/persons/{question_id}"): READERS,
    ("POST", "/persons/{question_id}"): CLERKS,
    ("GET", "/persons/{question_id}/back"): CLERKS,
    ("POST", "/persons/{question_id}/undo"): CLERKS,
    ("POST", "/persons/{question_id}/keep"): CLERKS,
    ("POST", "/persons/{question_id}/leave"): CLERKS,
    # designer
    ("GET", "/forms"): DESIGNERS,
    ("POST", "/forms"): DESIGNERS,
    ("GET", "/forms/{name}"): DESIGNERS,
    ("GET", "/forms/{name}/data"): DESIGNERS,
    ("GET", "/forms/{name}/blank.png"): DESIGNERS,
    ("POST", "/forms/{name}/check"): DESIGNERS,
    ("POST", "/forms/{name}/suggest"): DESIGNERS,
    ("POST", "/forms/{name}/save"): DESIGNERS,
    ("GET", "/forms/{name}/try"): DESIGNERS,
    ("POST", "/forms/{name}/try"): DESIGNERS,
    ("GET", "/forms/{name}/try/{token}/{page}/page.png"): DESIGNERS,
    ("GET", "/forms/{name}/try/{token}/{page}/{place}.png"): DESIGNERS,
    ("GET", "/forms/{name}/history"): DESIGNERS,
    ("POST", "/forms/{name}/restore"): DESIGNERS,
    ("POST", "/forms/{name}/discard"): DESIGNERS,
    ("GET", "/forms/{name}/table"): DESIGNERS,
    ("POST", "/forms/{name}/table"): DESIGNERS,
    ("GET", "/forms/{name}/table/{place}"): DESIGNERS,
    ("POST", "/forms/{name}/table/{place}"): DESIGNERS,
    # timing
    ("GET", "/timing"): TIMERS,
    ("GET", "/timing/entries"): TIMERS,
    ("POST", "/timing/entries"): WORKERS,
    ("POST", "/timing/entries/{line}/cancel"): NO_SUCH_LINE,
    ("GET", "/timing/{job}"): TIMERS,
    ("POST", "/timing/{job}/press"): WORKERS,
    ("POST", "/timing/{job}/samples"): WORKERS,
    ("POST", "/timing/{job}/cancel"): NO_SUCH_LINE,
    ("POST", "/timing/{job}/adopt"): KEEPERS,
    # lists
    ("GET", "/lists"): READERS,
    ("POST", "/lists/find"): READERS,
    ("GET", "/lists/documents/{sha256}"): READERS,
    ("GET", "/lists/items/{item_id}"): READERS,
    ("GET", "/lists/audit"): WATCHERS,
    ("POST", "/lists/audit"): WATCHERS,
    ("GET", "/lists/workbooks"): CLERKS,
    ("POST", "/lists/workbooks"): CLERKS,
    ("POST", "/lists/workbooks/return"): CLERKS,
    ("POST", "/lists/items/{item_id}/hold"): CLERKS,
    ("POST", "/lists/items/{item_id}/release"): CLERKS,
    ("POST", "/lists/items/{item_id}/reopen"): CLERKS,
}
"""Who may; every signed-in role that is not named gets 403."""

VALUES = {
    "account_id": "ab" * 16,
    "item_id": "ab" * 16,
    "question_id": "ab" * 16,
    "sha256": "ab" * 32,
    "token": "unknown",
    "name": "nowhere",
    "job": "tax_delinquency",
    "page": "1",
    "place": "1",
    "line": "1",
    "number": "1",
}


class Everybody:
    """One application, one session for each role, requests without following."""

    def __init__(self, folder: Path) -> None:
        self.database = open_database(sqlite_url(folder / "yakuba.sqlite3"))
        self.office = office_for(
            self.database,
            home=sample_home(folder, ROOT),
            work_folder=folder / "work",
        )
        self.app = create_app(self.office)
        self.tokens = {
            role: session_of(
                self.office, roles=(role,), login=f"{role.value}.x", name="葵"
            )
            for role in Role
        }

    def ask(
        self, method: str, path: str, role: Role | None, **how: Any
    ) -> httpx.Response:
        """Send a request as somebody; a form brings the right token unless told."""
        token = self.tokens[role] if role else ""
        headers = {"accept": "text/html", **how.pop("headers", {})}
        if method == "POST" and not how:
            how["data"] = {"csrf": form_token(token)}
            headers = {"x-csrf-token": form_token(token), **headers}
        return asyncio.run(self._send(method, path, token, headers, how))

    async def _send(
        self,
        method: str,
        path: str,
        token: str,
        headers: dict[str, str],
        how: dict[str, Any],
    ) -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=self.app, raise_app_exceptions=False),
            base_url=ORIGIN,
            cookies={"yakuba_session": token} if token else None,
        ) as client:
            return await client.request(method, path, headers=headers, **how)


@pytest.fixture(scope="module")
def everybody(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Everybody]:
    found = Everybody(tmp_path_factory.mktemp("roles"))
    yield found
    found.database.close()


def routes_of(everybody: Everybody) -> set[tuple[str, str]]:
    return {
        (method, route.path.replace(":str", "").replace(":int", ""))
        for route in everybody.app.routes
        if isinstance(route, Route)
        for method in (route.methods or set()) - {"HEAD"}
    }


def concrete(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: VALUES[found.group(1)], path)


def test_every_route_has_a_rule_and_every_rule_a_route(everybody: Everybody) -> None:
    assert routes_of(everybody) == set(RULES) | OPEN
    mounts = [one.path for one in everybody.app.routes if isinstance(one, Mount)]
    assert mounts == ["/static"]


@pytest.mark.parametrize(
    ("method", "path"),
    [pytest.param(*rule, id=" ".join(rule)) for rule in sorted(RULES)],
)
def test_a_route_opens_for_its_roles_alone(
    everybody: Everybody, method: str, path: str
) -> None:
    where = concrete(path)
    stranger = everybody.ask(method, where, None)
    assert (stranger.status_code, stranger.headers["location"].split("?")[0]) == (
        303,
        "/sign-in",
    )
    script = {"accept": "application/json"}
    assert everybody.ask(method, where, None, headers=script).status_code == 401
    for role in Role:
        everybody.tokens[role] = session_of(everybody.office, login=f"{role.value}.x")
        status = everybody.ask(method, where, role).status_code
        if path == "/" and role is D:
            assert status == 303, "a designer's front page is another"
        elif role in RULES[method, path]:
            assert status not in (401, 403), f"{role} may"
            assert status < 500, f"{role} breaks it"
        else:
            assert status == 403, f"{role} may not"


@pytest.mark.parametrize(
    "path", sorted(path for method, path in RULES if method == "POST")
)
def test_a_form_without_the_token_of_its_session_changes_nothing(
    everybody: Everybody, path: str
) -> None:
    where = concrete(path)
    other = form_token(everybody.tokens[A])
    for csrf in ("", "全角", other):
        answer = everybody.ask("POST", where, K, data={"csrf": csrf, "a": "b"})
        assert answer.status_code == 403
        json = {"content-type": "application/json", "x-csrf-token": csrf.encode()}
        answer = everybody.ask("POST", where, K, headers=json, content=b"{}")
        assert answer.status_code == 403
    answer = everybody.ask("POST", where, K, data={"a": "b"})
    assert answer.status_code == 403


NASTY = (
    "",
    "-1",
    "9" * 40,
    "1e999",
    "\x00",
    "'\"><script>",
    "全角①",
    "../../x",
    "ab" * 16,
    "2026-02-31",
    "a" * 700,
)
"""Never a reason to fail, whatever they are sent for."""
NAMES = (
    *("after", "before", "group", "left", "waits", "to", "number", "version"),
    *("job", "form", "person", "state", "first", "last", "who", "action", "subject"),
    *("name", "title", "page", "value", "choice", "decision", "ticket", "reason"),
    *("base", "why", "login", "role", "locked", "password", "new", "again", "kind"),
    *("section", "most", "minutes", "items", "note", "seq", "from", "since", "tile"),
    *("odd", "attended", "place", "entry_id", "anchor", "insisted", "chosen", "by"),
    *("press", "at", "seconds", "number", "date", "candidate", "found", "digit"),
)
"""What the pages read from addresses and forms."""


@pytest.mark.parametrize("nasty", NASTY, ids=range(len(NASTY)))
def test_nothing_in_an_address_or_form_breaks_a_page(
    everybody: Everybody, nasty: str
) -> None:
    sent = dict.fromkeys(NAMES, nasty)
    for method, path in sorted(RULES):
        if path in ("/sign-out", "/sign-out-everywhere"):
            continue
        where, csrf = concrete(path), form_token(everybody.tokens[K])
        if method == "GET":
            answer = everybody.ask(method, where, K, params=sent)
        else:
            answer = everybody.ask(method, where, K, data={**sent, "csrf": csrf})
        assert answer.status_code < 500, (path, nasty)
        assert "<script>" not in answer.text.replace("<script src", ""), path


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"null", id="null"),
        pytest.param(b"[]", id="list"),
        pytest.param(b"{}", id="object"),
        pytest.param(b'"x"', id="text"),
        pytest.param(b"1e999", id="endless number"),
        pytest.param(b"[" * 5000 + b"]" * 5000, id="deep"),
        pytest.param(b'{"values": {"fields": [1]}, "place": [1, "x"]}', id="wrong"),
        pytest.param(b'{"tab": 1, "count": -1, "items": {}, "answers": 7}', id="kinds"),
        pytest.param("\ud800".encode("utf-8", "surrogatepass"), id="no text"),
    ],
)
def test_no_json_breaks_a_page(everybody: Everybody, body: bytes) -> None:
    for method, path in sorted(RULES):
        if method == "POST" and not path.startswith("/sign-out"):
            headers = {
                "content-type": "application/json",
                "accept": "application/json",
                "x-csrf-token": form_token(everybody.tokens[K]),
            }
            answer = everybody.ask(
                method, concrete(path), K, headers=headers, content=body
            )
            assert answer.status_code < 500, path


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "OPTIONS"])
def test_no_route_knows_another_method(everybody: Everybody, method: str) -> None:
    for _, path in sorted(RULES):
        status = everybody.ask(
            method, concrete(path), K, headers={"content-length": "0"}
        )
        assert status.status_code in (403, 404, 405), path


def test_every_answer_of_every_route_has_the_headers(everybody: Everybody) -> None:
    for method, path in sorted(RULES):
        headers = everybody.ask(method, concrete(path), K).headers
        everybody.tokens[K] = session_of(everybody.office, login="keeper.x")
        assert headers["cache-control"] == "no-store", path
        assert "default-src 'none'" in headers["content-security-policy"], path
        assert "unsafe" not in headers["content-security-policy"], path
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["cross-origin-resource-policy"] == "same-origin", path


def test_a_body_too_long_is_refused_before_anybody_reads_it(
    everybody: Everybody,
) -> None:
    for method, path in sorted(RULES):
        if method == "POST":
            answer = everybody.ask(
                method, concrete(path), K, headers={"content-length": str(10**9)}
            )
            assert answer.status_code == 413, path
