"""`yakuba staff` and the first start of `yakuba review`, as a keeper types them."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from flows import cli
from tasks.domain.review.accounts import Role
from tasks.edges.access.account_store import AccountStore
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import open_database, sqlite_url

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 60.0


@pytest.fixture
def work(tmp_path: Path) -> Path:
    return tmp_path / "work"


@pytest.fixture
def yakuba(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], work: Path
):
    monkeypatch.setenv("YAKUBA_HOME", str(ROOT))
    monkeypatch.setenv("YAKUBA_WORK", str(work))

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["yakuba", "staff", *words])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        shown = capsys.readouterr()
        return int(ended.value.code or 0), shown.out + shown.err

    return run


def store(work: Path) -> AccountStore:
    return AccountStore(open_database(sqlite_url(work / "yakuba.sqlite3")))


def test_an_invitation_prints_a_link_and_makes_the_account(yakuba, work: Path):
    code, shown = yakuba(
        "invite", "Minami", "--name", "南 楓", "--job", "tax_delinquency"
    )
    assert code == 0
    assert re.search(r"http://127\.0\.0\.1:8321/link/[\w-]{43}\n", shown)
    (account,) = store(work).accounts()
    assert (account.login, account.roles) == ("minami", {Role.CLERK})
    assert account.jobs == {"tax_delinquency"}
    code, shown = yakuba("list")
    assert "南 楓" in shown
    assert "招待中" in shown


def test_roles_lock_and_reset_change_the_account(yakuba, work: Path):
    yakuba("invite", "minami", "--name", "南 楓")
    assert yakuba("lock", "minami")[0] == 0
    code, shown = yakuba("reset", "minami")
    assert (code, "停止中" in shown) == (2, True)
    assert yakuba("unlock", "minami")[0] == 0
    assert yakuba("roles", "minami", "--role", "auditor")[0] == 0
    assert "/link/" in yakuba("reset", "minami")[1]
    (account,) = store(work).accounts()
    assert (account.roles, account.jobs, account.locked) == (
        {Role.AUDITOR},
        None,
        False,
    )
    log = AuditLog(store(work).database)
    assert log.verify() == 6
    assert "南" not in str(log.entries())


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        pytest.param(("lock", "nobody"), 1, "この利用者は見つかりません", id="unknown"),
        pytest.param(("invite", "x", "--name", "南"), 2, "2～32字", id="login"),
        pytest.param(
            ("invite", "xx", "--name", "南", "--job", "moon"), 2, "moon", id="job"
        ),
        pytest.param(
            ("invite", "xx", "--name", "南", "--role", "keeper", "--role", "auditor"),
            2,
            "一緒に選べません",
            id="roles",
        ),
        pytest.param(
            ("invite", "xx", "--name", "南", "--role", "king"), 2, "--role", id="role"
        ),
    ],
)
def test_what_cannot_be_is_refused_in_japanese(
    yakuba, work: Path, words: tuple[str, ...], code: int, says: str
):
    found, shown = yakuba(*words)
    assert found == code
    assert says in shown
    assert store(work).accounts() == ()


def test_no_command_takes_a_password(yakuba):
    for command in ("invite", "reset", "roles", "lock", "unlock", "list"):
        code, shown = yakuba(command, "--help")
        assert code == 0
        assert not re.search(r"--[a-z-]*pass", shown)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        pytest.param(("--host", "192.0.2.1"), "neither --cert", id="open"),
        pytest.param(("--cert", "a.pem"), "go together", id="no key"),
        pytest.param(
            ("--cert", "a.pem", "--key", "b.key"), "a.pem: no such", id="files"
        ),
    ],
)
def test_the_page_does_not_start_where_it_would_be_open(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    work: Path,
    options: tuple[str, ...],
    says: str,
):
    monkeypatch.setenv("YAKUBA_HOME", str(ROOT))
    monkeypatch.setenv("YAKUBA_WORK", str(work))
    monkeypatch.setattr(sys, "argv", ["yakuba", "review", *options])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    shown = capsys.readouterr()
    assert ended.value.code == 1
    assert "ACCESS-005" in shown.err
    assert says in shown.err
    assert "/link/" not in shown.out


@pytest.mark.slow
def test_the_first_start_prints_a_link_that_opens(
    work: Path,
):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        *(sys.executable, "-m", "flows.cli", "review"),
        *("--port", str(port), "--work", str(work)),
    ]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        try:
            shown = [process.stdout.readline() for _ in range(4)]
            link = next(line.strip() for line in shown if "/link/" in line)
            assert link.startswith(f"http://127.0.0.1:{port}/link/")
            assert "最初の利用者を作ります" in opened(link)
        finally:
            process.terminate()


def opened(address: str) -> str:
    """Return the page of an address once its server answers."""
    deadline = time.monotonic() + STARTS_WITHIN_S
    while True:
        try:
            with urllib.request.urlopen(address, timeout=20) as answer:
                return answer.read().decode()
        except urllib.error.URLError:
            assert time.monotonic() < deadline, "the page did not open"
            time.sleep(0.1)
