"""Takes the pictures of the Prefect pages: `make pictures` (needs Debian's chromium).

Starts `yakuba up` on free ports over the sample city in a work folder of its own, runs
滞納確認 as staff would, and photographs the run form and the result's artifacts. The pictures of the workbooks come from LibreOffice (see CONTRIBUTING).
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
CHROMIUM = "/usr/bin/chromium"
CONDITIONS = {
    "inbox": "sample_docs/inbox",
    "request_folder": "sample_docs/request",
    "persons_folder": "sample_docs/ledgers/住民台帳.csv",
    "taxes_folder": "sample_docs/ledgers",
    "as_of": "令和8年10月31日",
    "requesting_section": "子育て支援課",
    "started_by": "見本",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def post(url: str, body: dict[str, Any]) -> Any:
    request = urllib.request.Request(  # noqa: S310 - loopback
        url, json.dumps(body).encode(), {"content-type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=20) as answer:  # noqa: S310
        return json.load(answer)


def wait_for(look: Any, within_s: float = 180) -> Any:
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            if found := look():
                return found
        except OSError:
            pass
        time.sleep(0.5)
    raise TimeoutError


def photograph(page: Page, url: str, name: str, *, height: int) -> None:
    page.set_viewport_size({"width": 1200, "height": height})
    page.goto(url)
    page.wait_for_timeout(5000)
    page.screenshot(path=HERE / name)
    # Few colours: the pictures are flat, and a clone should stay small.
    small = Image.open(HERE / name).convert("RGB").quantize(64)
    small.save(HERE / name, optimize=True)
    print(name)


def main() -> None:
    port, review_port = free_port(), free_port()
    api = f"http://127.0.0.1:{port}/api"
    with tempfile.TemporaryDirectory() as work:
        tree = subprocess.Popen(  # noqa: S603
            [
                *(sys.executable, "-m", "flows.cli", "up", "--port", str(port)),
                *("--review-port", str(review_port), "--work", work),
            ],
            cwd=ROOT,
            env={**os.environ, "YAKUBA_HOME": str(ROOT)},
            stdout=subprocess.DEVNULL,
        )
        try:
            take(api, port, work)
        finally:
            tree.send_signal(signal.SIGTERM)
            tree.wait(60)


def take(api: str, port: int, work: str) -> None:
    def registered() -> Any:
        found = post(f"{api}/deployments/filter", {})
        return found if len(found) == 4 else None

    found = wait_for(registered)
    manual = next(entry for entry in found if "手動" in entry["name"])
    run = post(
        f"{api}/deployments/{manual['id']}/create_flow_run",
        {
            "parameters": {"条件": {**CONDITIONS, "out": f"{work}/results"}},
            "state": {"type": "SCHEDULED"},
        },
    )
    query = {"flow_runs": {"id": {"any_": [run["id"]]}}}
    wait_for(
        lambda: post(f"{api}/flow_runs/filter", query)[0]["state_type"] == "COMPLETED"
    )
    wanted = {"artifacts": {"flow_run_id": {"any_": [run["id"]]}}}
    artifacts = post(f"{api}/artifacts/filter", wanted)
    ui = f"http://127.0.0.1:{port}"
    with sync_playwright() as program:
        browser = program.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox"]
        )
        context = browser.new_context(locale="ja-JP", timezone_id="Asia/Tokyo")
        page = context.new_page()
        photograph(
            page,
            f"{ui}/deployments/deployment/{manual['id']}/run",
            "run-form.png",
            height=1500,
        )
        for entry in artifacts:
            photograph(
                page,
                f"{ui}/artifacts/artifact/{entry['id']}",
                f"artifact-{entry['key']}.png",
                height=900,
            )
        photograph(
            page, f"{ui}/flow-runs/flow-run/{run['id']}", "flow-run.png", height=1100
        )
        browser.close()


if __name__ == "__main__":
    main()
