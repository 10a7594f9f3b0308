"""Everything needed to work, as one process tree: server, deployments, review page.

`yakuba up` runs `up`; `python -m flows.serve` is the child that serves deployments.
"""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any

from tasks.domain.office.settings import Schedule

if TYPE_CHECKING:
    from prefect import Flow

log = logging.getLogger(__name__)

SERVER_STARTS_WITHIN_S = 90.0
CHILD_STOPS_WITHIN_S = 15.0


@dataclass(frozen=True, slots=True)
class Child:
    """One process of the tree."""

    title: str
    """Japanese, for the terminal."""
    log: str
    """Name of its log file, without ending."""
    command: Sequence[str]


class ServerDidNotStartError(Exception):
    """The Prefect server did not answer in time, or ended."""


def up(
    *,
    home: Path,
    work: Path,
    environment: Mapping[str, str],
    port: int,
    review_port: int | None,
    say: Callable[[str], None],
) -> int:
    """Run server, deployments and review page until a signal or the end of one.

    Args:
        home: Folder that holds configs/; the children work there.
        work: Work folder; what the children print is appended to files in its logs/.
        environment: From `offline.prefect_environment`, with the server's URL.
        port: Loopback port of the Prefect server.
        review_port: Loopback port of the review page; None leaves it out.
        say: Prints one line for staff.

    Returns:
        Exit code: 0 after a signal, 1 when a child ended by itself.

    Raises:
        ServerDidNotStartError: When the server did not answer in time.
    """
    logs = work / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    own = {"YAKUBA_HOME": str(home), "YAKUBA_WORK": str(work.resolve())}
    tree = _Tree(home=home, logs=logs, environment={**environment, **own}, say=say)
    stop = threading.Event()

    def on_signal(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, on_signal)
    try:
        tree.start(_server(port))
        _wait_until_healthy(environment["PREFECT_API_URL"], tree, stop)
        if not stop.is_set():
            tree.start(
                Child(
                    "業務の登録", "deployments", (sys.executable, "-m", "flows.serve")
                )
            )
            if review_port is not None:
                tree.start(_review(review_port))
            say(f"画面  http://127.0.0.1:{port}/deployments")
            if review_port is not None:
                say(f"確認  http://127.0.0.1:{review_port}/")
            say("終わるときは Ctrl+C を押してください。")
        while not stop.wait(0.5):
            ended = tree.ended()
            if ended is not None:
                say(f"{ended} が止まったため、全体を終わります。記録: {logs}")
                return 1
        return 0
    finally:
        tree.stop()


def _server(port: int) -> Child:
    return Child(
        "Prefect サーバー",
        "server",
        (
            *(sys.executable, "-m", "prefect", "server", "start"),
            *("--host", "127.0.0.1", "--port", str(port)),
        ),
    )


def _review(port: int) -> Child:
    return Child(
        "確認ページ",
        "review",
        (
            *(sys.executable, "-m", "flows.cli", "review"),
            *("--port", str(port), "--no-link"),
        ),
    )


class _Tree:
    """The children; each leads a process group, so that none survives."""

    def __init__(
        self,
        *,
        home: Path,
        logs: Path,
        environment: Mapping[str, str],
        say: Callable[[str], None],
    ) -> None:
        self._home = home
        self._logs = logs
        self._environment = {**os.environ, **environment}
        self._say = say
        self._running: list[tuple[Child, subprocess.Popen[bytes]]] = []

    def start(self, child: Child) -> None:
        self._say(f"{child.title} を始めます")
        with (self._logs / f"{child.log}.log").open("ab") as log_file:
            process = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
                list(child.command),
                cwd=self._home,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log_file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        self._running.append((child, process))

    def ended(self) -> str | None:
        for child, process in self._running:
            if process.poll() is not None:
                return child.title
        return None

    def stop(self) -> None:
        for child, process in reversed(self._running):
            if process.poll() is None:
                self._say(f"{child.title} を終わります")
                process.terminate()
                try:
                    process.wait(CHILD_STOPS_WITHIN_S)
                except subprocess.TimeoutExpired:
                    log.warning("a child did not stop in time and is killed")
            _kill_group(process.pid)
            process.wait()


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return


def _wait_until_healthy(api_url: str, tree: _Tree, stop: threading.Event) -> None:
    deadline = time.monotonic() + SERVER_STARTS_WITHIN_S
    while time.monotonic() < deadline and not stop.is_set():
        if tree.ended() is not None:
            msg = "the Prefect server ended while starting"
            raise ServerDidNotStartError(msg)
        try:
            with urllib.request.urlopen(f"{api_url}/health", timeout=2) as answer:  # noqa: S310 - loopback URL of our own
                if answer.status == 200:
                    return
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            pass
        stop.wait(0.3)
    if not stop.is_set():
        msg = f"no answer from {api_url} within {SERVER_STARTS_WITHIN_S:.0f} s"
        raise ServerDidNotStartError(msg)


def serve_deployments(schedules: Sequence[Schedule], *, time_zone: str) -> None:
    """Register the configured deployments and run what is due, until terminated.

    Args:
        schedules: configs/schedules.yaml.
        time_zone: In which cron times are meant.
    """
    # Imported here: Prefect reads its environment on import, which `up` sets first.
    import prefect
    from prefect.client.schemas.objects import ConcurrencyLimitConfig
    from prefect.deployments.runner import RunnerDeployment
    from prefect.schedules import Cron
    from prefect.types.entrypoint import EntrypointType

    from flows.expired_records import expired_records
    from flows.parameters import BY_SCHEDULE
    from flows.savings_report import savings_report
    from flows.tax_delinquency import tax_delinquency

    known: dict[str, Flow[..., Any]] = {
        "tax_delinquency": tax_delinquency,
        "savings_report": savings_report,
        "expired_records": expired_records,
    }
    deployments = []
    for entry in schedules:
        conditions = dict(entry.parameters)
        if entry.flow == "tax_delinquency":
            conditions["office_days_only"] = entry.office_days_only
        if entry.cron and entry.flow != "savings_report":
            conditions.setdefault("started_by", BY_SCHEDULE)
        deployments.append(
            RunnerDeployment.from_flow(
                known[entry.flow],
                name=entry.title or entry.deployment,
                schedule=Cron(entry.cron, timezone=time_zone) if entry.cron else None,
                parameters={"条件": conditions},
                tags=[entry.flow, entry.deployment],
                concurrency_limit=ConcurrencyLimitConfig(limit=1),
                entrypoint_type=EntrypointType.MODULE_PATH,
            )
        )
    # Schedules stay on when the PC is switched off for the night and on again.
    prefect.serve(*deployments, pause_on_shutdown=False, print_starting_message=False)


def main() -> None:
    """Serve the deployments of the installation in YAKUBA_HOME."""
    from tasks.edges.config_files import load_settings
    from tasks.procedures.workplace import find_home

    settings = load_settings(find_home(os.environ, Path.cwd()) / "configs")
    serve_deployments(settings.schedules, time_zone=settings.municipality.time_zone)


if __name__ == "__main__":
    main()
