"""`yakuba up`: a real server, real deployments, a run started as the page starts it."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
STARTS_WITHIN_S = 120
RUNS_WITHIN_S = 180
DEPLOYMENTS = (
    (ROOT / "configs" / "schedules.yaml").read_text("utf-8").count("- deployment:")
)
JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass(frozen=True, slots=True)
class Running:
    process: subprocess.Popen[bytes]
    api: str
    review: str
    work: Path

    def post(self, path: str, body: dict[str, Any]) -> Any:
        request = urllib.request.Request(
            f"{self.api}{path}",
            data=json.dumps(body).encode(),
            headers={"content-type": "application/json"},
        )
        with urllib.request.urlopen(request, timeout=20) as answer:
            return json.load(answer)

    def deployments(self) -> dict[str, Any]:
        found = self.post("/deployments/filter", {})
        return {entry["name"]: entry for entry in found}


def wait_for(what: str, within_s: float, look: Any) -> Any:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            found = look()
        except OSError:
            found = None
        if found:
            return found
        time.sleep(0.5)
    return pytest.fail(f"{what} did not come within {within_s} s")


@pytest.fixture(scope="module")
def up(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    work = tmp_path_factory.mktemp("up")
    port, review_port = free_port(), free_port()
    with (work / "said.txt").open("wb") as said:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "flows.cli", "up", "--port", str(port)),
                *("--review-port", str(review_port), "--work", str(work)),
            ],
            cwd=ROOT,
            env={**os.environ, "YAKUBA_HOME": str(ROOT), "PYTHONIOENCODING": "utf-8"},
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    running = Running(
        process=process,
        api=f"http://127.0.0.1:{port}/api",
        review=f"http://127.0.0.1:{review_port}/",
        work=work,
    )
    try:
        wait_for(
            "the deployments",
            STARTS_WITHIN_S,
            lambda: len(running.deployments()) == DEPLOYMENTS,
        )
        yield running
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            process.wait(60)


def test_the_nightly_run_is_due_at_two_on_weekdays_in_office_time(up: Running):
    nightly = up.deployments()["滞納確認（夜間）"]
    (schedule,) = nightly["schedules"]
    assert schedule["active"]
    assert schedule["schedule"]["cron"] == "0 2 * * 1-5"
    assert schedule["schedule"]["timezone"] == "Asia/Tokyo"
    assert nightly["parameters"]["条件"]["office_days_only"] is True


def test_the_run_that_staff_start_has_no_schedule(up: Running):
    assert up.deployments()["滞納確認（手動）"]["schedules"] == []


def test_every_word_of_the_run_forms_is_japanese_with_title_help_and_default(
    up: Running,
):
    for name, deployment in up.deployments().items():
        schema = deployment["parameter_openapi_schema"]
        assert list(schema["properties"]) == ["条件"], name
        assert JAPANESE.search(schema["properties"]["条件"]["description"])
        (model,) = schema["definitions"].values()
        for field, entry in model["properties"].items():
            assert JAPANESE.search(entry["title"]), field
            assert JAPANESE.search(entry["description"]), field
            assert "default" in entry, field
            # anyOf is what Prefect 3.9 draws with English words.
            assert "anyOf" not in entry, field


def test_a_run_started_as_the_page_starts_it_ends_well_and_shows_its_tables(
    up: Running,
):
    inbox = up.work / "inbox"
    shutil.copy(ROOT / "sample_docs/inbox/電子申請_20261112.pdf", inbox)
    shutil.copy(ROOT / "sample_docs/request/申請者名簿.xlsx", up.work / "requests")
    ledgers = ROOT / "sample_docs" / "ledgers"
    conditions = {
        "inbox": str(inbox),
        "request_folder": str(up.work / "requests"),
        "persons_folder": str(ledgers / "住民台帳.csv"),
        "taxes_folder": str(ledgers),
        "as_of": "令和8年10月31日",
        "out": str(up.work / "results"),
        "requesting_section": "子育て支援課",
        "started_by": "試験",
    }
    deployment = up.deployments()["滞納確認（手動）"]["id"]
    run = up.post(
        f"/deployments/{deployment}/create_flow_run",
        {"parameters": {"条件": conditions}, "state": {"type": "SCHEDULED"}},
    )

    def ended() -> Any:
        query = {"flow_runs": {"id": {"any_": [run["id"]]}}}
        (state,) = up.post("/flow_runs/filter", query)
        return (
            state
            if state["state_type"] not in {"SCHEDULED", "PENDING", "RUNNING"}
            else None
        )

    state = wait_for("the end of the run", RUNS_WITHIN_S, ended)
    assert state["state_type"] == "COMPLETED", state["state"]["message"]
    assert list((up.work / "results").glob("*/answers.csv"))
    query = {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}}
    artifacts = {entry["key"]: entry for entry in up.post("/artifacts/filter", query)}
    assert set(artifacts) == {
        "kaito-kensu",
        "kakunin-machi",
        "sakugen-fun",
        "kekka-basho",
        "mikomi",
    }
    counts = json.loads(artifacts["kaito-kensu"]["data"])
    assert sum(row["件数"] for row in counts) == 54


def test_the_link_for_the_first_account_is_said_once_and_stands_in_no_log(up: Running):
    said = (up.work / "said.txt").read_text(encoding="utf-8")
    (link,) = re.findall(r"http\S+/link/\S+", said)
    assert link.startswith(up.review)
    with urllib.request.urlopen(link, timeout=20) as answer:
        assert "最初の利用者を作ります" in answer.read().decode()
    for log in (up.work / "logs").iterdir():
        assert "/link/" not in log.read_text(encoding="utf-8", errors="replace"), log


def processes_of(session: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        fields = stat.rpartition(")")[2].split()
        if int(fields[3]) == session and fields[0] != "Z":
            found.append(int(entry.name))
    return found


def children_of(parent: int) -> list[int]:
    return [
        int(child)
        for task in Path(f"/proc/{parent}/task").iterdir()
        for child in (task / "children").read_text().split()
    ]


def test_one_signal_stops_the_whole_tree_and_leaves_no_process(up: Running):
    leaders = children_of(up.process.pid)
    assert len(leaders) == 3
    up.process.send_signal(signal.SIGTERM)
    assert up.process.wait(60) == 0
    # Each child led a session of its own, so whatever it started is found by it.
    assert [pid for leader in leaders for pid in processes_of(leader)] == []
