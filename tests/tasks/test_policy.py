"""Only a world that was not ready is tried again."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from flows.offline import prefect_environment

ROOT = Path(__file__).resolve().parents[2]

PROGRAM = """
import sys
from prefect import flow, task
from tasks.domain.errors import NeedsPersonError, TryAgainError
from tasks.policy import STEP

tries = {"busy": 0, "bad": 0, "bug": 0}
errors = {
    "busy": TryAgainError("STORE-002", "held"),
    "bad": NeedsPersonError("FILE-002", "list"),
    "bug": ZeroDivisionError(),
}

@task(**{**STEP, "retry_delay_seconds": [0.0, 0.0, 0.0]})
def step(kind):
    tries[kind] += 1
    if kind == "busy" and tries[kind] == 3:
        return "done"
    raise errors[kind]

@flow
def job():
    return [step(kind, return_state=True).type.value for kind in tries]

ended = job()
print(ended, tries)
"""


@pytest.mark.slow
def test_a_busy_store_is_tried_again_and_a_bad_item_and_a_bug_are_not(tmp_path: Path):
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env={**os.environ, **prefect_environment(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    (line,) = [line for line in done.stdout.splitlines() if line.startswith("[")]
    assert line == ("['COMPLETED', 'FAILED', 'FAILED'] {'busy': 3, 'bad': 1, 'bug': 1}")
