"""Whole runs in processes of their own, as staff start them: `yakuba …` in a copy of the office."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_docs"
ENDS_WITHIN_S = 300.0
SERVER_STARTS_WITHIN_S = 120.0
HOURS_AGO_S = 7200.0
"""Older than any file that could still be on its way."""


@dataclass(frozen=True)
class Ended:
    """What a command came to."""

    code: int
    out: str = field(repr=False)
    err: str = field(repr=False)

    @property
    def printed(self) -> str:
        return self.out + self.err


@dataclass(frozen=True)
class Office:
    """An installation with the sample city's ledgers and an inbox of its own."""

    home: Path
    environment: Mapping[str, str]

    @property
    def inbox(self) -> Path:
        return self.home / "sample_docs" / "inbox"

    @property
    def requests(self) -> Path:
        return self.home / "sample_docs" / "request"

    @property
    def configs(self) -> Path:
        return self.home / "configs"

    @property
    def work(self) -> Path:
        return self.home / "work" / "demo"

    @property
    def aside(self) -> Path:
        return self.work / "要確認"

    def put(self, source: Path, name: str = "", *, age_s: float = HOURS_AGO_S) -> Path:
        """Lay a copy of a file into the inbox."""
        copy = self.inbox / (name or source.name)
        shutil.copyfile(source, copy)
        then = time.time() - age_s
        os.utime(copy, (then, then))
        return copy

    def command(self, *arguments: str | Path) -> list[str]:
        return [sys.executable, "-m", "flows.cli", *map(str, arguments)]

    def start(self, command: Sequence[str], out: int | None = None) -> subprocess.Popen:
        """Start a command as leader of a process group of its own."""
        return subprocess.Popen(
            command,
            cwd=self.home,
            env=dict(self.environment),
            stdout=out,
            stderr=out,
            start_new_session=True,
        )

    def run(self, *arguments: str | Path) -> Ended:
        """Run a `yakuba` command to its end."""
        return self.run_command(self.command(*arguments))

    def run_command(self, command: Sequence[str]) -> Ended:
        process = self.start(command, subprocess.PIPE)
        try:
            out, err = process.communicate(timeout=ENDS_WITHIN_S)
        finally:
            kill_group(process)
        return Ended(process.returncode, out.decode(), err.decode())

    def demo(self) -> Ended:
        return self.run("demo")

    def with_environment(self, **more: str) -> Office:
        return Office(self.home, {**self.environment, **more})


def kill_group(process: subprocess.Popen) -> None:
    """Kill what a test started, with its children."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def office_at(home: Path, *, api_url: str = "") -> Office:
    """Return a new office; without `api_url` its runs start Prefect themselves."""
    (home / "sample_docs" / "inbox").mkdir(parents=True)
    (home / "sample_docs" / "request").mkdir()
    (home / "sample_docs" / "ledgers").symlink_to(SAMPLES / "ledgers")
    for list_file in (SAMPLES / "request").iterdir():
        shutil.copyfile(list_file, home / "sample_docs" / "request" / list_file.name)
    shutil.copytree(ROOT / "configs", home / "configs")
    kept = {
        name: value
        for name, value in os.environ.items()
        # On a build machine ONNX Runtime is silent of itself: take that away.
        if not name.startswith(("PREFECT_", "YAKUBA_", "ORT_", "CI", "GITHUB_"))
    }
    environment = {
        **kept,
        "YAKUBA_HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "PYTHONIOENCODING": "utf-8",
        "OMP_NUM_THREADS": "1",
        "COLUMNS": "120",
    }
    if api_url:
        environment["PREFECT_API_URL"] = api_url
    return Office(home, environment)


@pytest.fixture(scope="session")
def prefect_api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Prefect server for many runs; starting one for each costs seconds."""
    folder = tmp_path_factory.mktemp("prefect")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}/api"
    environment = {
        **{k: v for k, v in os.environ.items() if not k.startswith("PREFECT_")},
        "PREFECT_HOME": str(folder),
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [sys.executable, "-m", "prefect", "server", "start", "--no-ui"]
    with (folder / "server.log").open("wb") as log:
        server = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)],
            env=environment,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            _wait_until_healthy(url, server)
            yield url
        finally:
            kill_group(server)


def _wait_until_healthy(url: str, server: subprocess.Popen) -> None:
    deadline = time.monotonic() + SERVER_STARTS_WITHIN_S
    while time.monotonic() < deadline:
        assert server.poll() is None, "the Prefect server ended while starting"
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            time.sleep(0.2)
    pytest.fail("the Prefect server did not start")


@pytest.fixture
def office(tmp_path: Path, prefect_api: str) -> Office:
    """An office with an empty inbox, connected to the shared Prefect server."""
    return office_at(tmp_path / "office", api_url=prefect_api)


@pytest.fixture(scope="session")
def new_office():
    """Makes offices for fixtures of a wider scope."""
    return office_at
