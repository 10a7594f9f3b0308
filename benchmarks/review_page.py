"""How fast the review page is: one clerk's keys in Chromium beside twenty others.

A real server over a database with many open questions; simulated clerks ask and answer
as the page's script does; a real Chromium is driven by keys through a thousand
questions. From each key to the next question painted is measured in the page itself.

`make score-review`, or `python -m benchmarks.review_page --open 100000 --items 1000 --write`
"""

from __future__ import annotations

import argparse
import asyncio
import html
import json
import os
import platform
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import httpx
import numpy as np
from playwright.sync_api import Page, sync_playwright

from flows.clock import now
from tasks.domain.review.accounts import AccountChange, Role, SessionLimits
from tasks.domain.review_item import QuestionKind, ReviewItem, item_id
from tasks.edges.access.account_store import AccountStore, By
from tasks.edges.access.sign_in_sessions import SignInSessions
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tasks.edges.review.review_store import ReviewStore

ROOT = Path(__file__).resolve().parents[1]
RESULTS = Path(__file__).parent / "results" / "review_page.json"
SECONDS_AN_ANSWER = 2.0
"""How long a simulated clerk looks at a question, on average."""
AHEAD, REFILL_BELOW = 16, 10
"""As static/fields/queue.js."""
KINDS = (
    # kind, field, label, class, share, reading, runners-up
    (
        "address",
        "address",
        "住所",
        "strict",
        0.18,
        "みなと市本町{n}番地",
        ("みなと市木町{n}番地",),
    ),
    ("amount", "amount_yen", "申請額", "strict", 0.10, "{n},000", ("{m},000",)),
    (
        "date",
        "birth_date",
        "生年月日",
        "strict",
        0.22,
        "昭和{y}年3月{d}日",
        ("昭和{y}年8月{d}日",),
    ),
    ("kana", "kana", "フリガナ", "ordinary", 0.15, "シオミ ナギサ", ("シオミ ナキサ",)),
    ("name", "name", "氏名", "strict", 0.20, "潮見 渚", ("汐見 渚", "潮見 諸")),
    ("phone", "phone", "電話", "ordinary", 0.10, "03-1234-{n:04}", ()),
    ("seal", "seal", "押印", "statistics", 0.05, "yes", ("no",)),
)
"""What is asked about, as forms have it."""
_READING = re.compile(r'name="choice" value="([^"]*)"')
MEASURE = """
  window.keyed = 0;
  window.took = [];
  document.addEventListener("keydown", (event) => { window.keyed = event.timeStamp; }, true);
  document.addEventListener("yakuba:shown", () => {
    const from = window.keyed;
    window.keyed = 0;
    if (!from) return;
    // A frame, and a task after it: what was changed is painted by then.
    requestAnimationFrame(() => {
      const wire = new MessageChannel();
      wire.port1.onmessage = () => window.took.push(performance.now() - from);
      wire.port2.postMessage(0);
    });
  });
"""


def crops(generator: np.random.Generator) -> list[bytes]:
    """Return pictures as heavy as those of scanned fields."""
    found = []
    for number in range(64):
        canvas = np.full((110, 760), 244, np.uint8)
        canvas -= generator.integers(0, 6, canvas.shape, dtype=np.uint8) // 5 * 8
        cv2.rectangle(canvas, (3, 3), (756, 106), 120, 2)
        text = f"{number:02} 1234 5678"
        cv2.putText(canvas, text, (30, 75), cv2.FONT_HERSHEY_SIMPLEX, 1.8, 40, 3)
        found.append(cv2.imencode(".png", canvas)[1].tobytes())
    return found


def questions(count: int, seed: int) -> Iterator[ReviewItem]:
    """Yield so many questions of the usual kinds."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    pictures = crops(np.random.default_rng(seed))
    shares = [one[4] for one in KINDS]
    for number in range(count):
        kind, name, label, error_class, _, read, others = dice.choices(KINDS, shares)[0]
        parts = {
            "n": dice.randrange(1, 999),
            "m": dice.randrange(1, 999),
            "y": dice.randrange(1, 60),
            "d": dice.randrange(1, 28),
        }
        readings = tuple(one.format(**parts) for one in (read, *others))
        sha256 = f"{number // 12:064x}"
        yield ReviewItem(
            item_id=item_id(
                "tax_delinquency", sha256, 1 + number % 12, name, QuestionKind.FIELD
            ),
            job="tax_delinquency",
            kind=QuestionKind.FIELD,
            document_sha256=sha256,
            file=f"scan_{number // 12:06}.tif",
            page=1 + number % 12,
            field_id=name,
            label=label,
            field_kind=kind,
            form="hojokin",
            reason="二つの読取結果が一致しません。",
            value_read=readings[0],
            choices=readings,
            crop_png=dice.choice(pictures),
            error_class=error_class,
        )


def fill(database: Database, count: int, seed: int) -> float:
    """Store the questions; return seconds."""
    store = ReviewStore(database)
    begun = time.perf_counter()
    some: list[ReviewItem] = []
    for item in questions(count, seed):
        some.append(item)
        if len(some) == 2000:
            store.ask(some)
            some.clear()
    store.ask(some)
    return time.perf_counter() - begun


def session(database: Database, login: str) -> str:
    """Return the token of a new clerk's session."""
    change = AccountChange(login, frozenset({Role.CLERK}), None)
    account = AccountStore(database).add(login, change, By("benchmark", now()))
    return SignInSessions(database, SessionLimits()).start(account, now())


@contextmanager
def serving(work: Path) -> Iterator[str]:
    """Run the real server as staff do, and yield its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = (sys.executable, "-m", "flows.cli", "review", "--port", str(port))
    process = subprocess.Popen(
        [*command, "--work", str(work)],
        cwd=ROOT,
        env={**os.environ, "YAKUBA_HOME": str(ROOT)},
        stdout=subprocess.DEVNULL,
    )
    try:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(30)


class Clerk:
    """Asks and answers as the page's script does, without a browser."""

    def __init__(self, address: str, token: str, seed: int) -> None:
        self._dice = random.Random(seed)  # noqa: S311 - no secret
        self._client = httpx.AsyncClient(
            base_url=address, cookies={"yakuba_session": token}, timeout=60
        )
        self._ready: list[dict[str, Any]] = []
        self._place = ""
        self._tab = str(uuid.uuid4())
        self.answered = 0
        self.refused = 0
        self.waits: dict[str, list[float]] = {"batch": [], "answer": []}

    async def work(self, until: float) -> None:
        """Answer questions until a moment of `time.monotonic`."""
        async with self._client:
            state = (await self._client.get("/desk")).raise_for_status().json()
            self._client.headers["x-csrf-token"] = state["csrf"]
            await asyncio.sleep(self._dice.uniform(0, SECONDS_AN_ANSWER))
            while time.monotonic() < until:
                if len(self._ready) < REFILL_BELOW:
                    await self._fill()
                looks = self._dice.uniform(0.5, 1.5) * SECONDS_AN_ANSWER
                await asyncio.sleep(looks)
                await self._answer(self._ready.pop(0), looks)

    async def _fill(self) -> None:
        asked = {
            "tab": self._tab,
            "group": "",
            "after": self._place,
            "have": [one["id"] for one in self._ready],
            "count": AHEAD - len(self._ready),
        }
        cards = (await self._post("batch", "/desk/batch", asked))["cards"]
        self._ready += cards
        self._place = cards[-1]["place"] if cards else self._place

    async def _answer(self, card: dict[str, Any], seconds: float) -> None:
        reading = _READING.search(card["html"])  # none where another's entry is hidden
        answer = {
            "answer": str(uuid.uuid4()),
            "item": card["id"],
            "ticket": card["ticket"],
            "follows": "",
            "decision": "value" if reading else "unreadable",
            "value": html.unescape(reading[1]) if reading else "",
            "chosen": bool(reading),
            "insisted": "",
            "seconds": seconds,
        }
        told = await self._post("answer", "/desk/answers", {"answers": [answer]})
        stored = told["results"][0]["status"] == "stored"
        self.answered += stored
        self.refused += not stored

    async def _post(self, name: str, path: str, body: dict[str, Any]) -> Any:
        begun = time.perf_counter()
        answer = await self._client.post(path, json=body)
        self.waits[name].append(time.perf_counter() - begun)
        return answer.raise_for_status().json()


async def simulate(
    address: str, tokens: Sequence[str], seed: int, seconds: float
) -> dict[str, Any]:
    """Let clerks work at once; return what they did and how long they waited."""
    clerks = [Clerk(address, token, seed + n) for n, token in enumerate(tokens)]
    until = time.monotonic() + seconds
    await asyncio.gather(*(one.work(until) for one in clerks))
    return {
        "clerks": len(clerks),
        "answered": sum(one.answered for one in clerks),
        "refused": sum(one.refused for one in clerks),
        **{
            f"{name}_ms": spread([1000 * w for one in clerks for w in one.waits[name]])
            for name in ("batch", "answer")
        },
    }


def spread(values: Sequence[float]) -> dict[str, float]:
    """Return median, p99 and the longest."""
    ordered = sorted(values)
    if not ordered:
        return {}
    return {
        "median": round(statistics.median(ordered), 1),
        "p99": round(ordered[min(len(ordered) - 1, int(0.99 * len(ordered)))], 1),
        "longest": round(ordered[-1], 1),
    }


def drive(page: Page, items: int, seed: int, pace: float) -> dict[str, Any]:
    """Settle questions by keys; return key-to-next times and keystrokes.

    Of a hundred questions 90 are settled by Enter, 6 by a runner-up, 2 by correcting
    three characters, 1 is blank, and after one the clerk goes back and answers anew.
    """
    dice = random.Random(seed)  # noqa: S311 - no secret
    ways = ("Enter", "2", "correct", "Delete", "back")
    keys: dict[str, list[int]] = {way: [] for way in ways}
    for _ in range(items):
        page.locator("#work article").wait_for(timeout=30_000)
        way = dice.choices(ways, (90, 6, 2, 1, 1))[0]
        keys[way].append(answer(page, way))
        page.wait_for_timeout(1000 * dice.uniform(0.5, 1.5) * pace)
    took = page.evaluate("window.took")
    return {
        "items": items,
        "key_to_next_ms": spread(took),
        "keystrokes_per_item_when_read_right": round(statistics.mean(keys["Enter"]), 3),
        "keystrokes_per_item": round(sum(map(sum, keys.values())) / items, 3),
        "seconds_between_keys": pace,
    }


def answer(page: Page, way: str) -> int:
    """Press the keys of one answer and wait for what follows; return how many."""
    if page.locator("#value").count() == 0:  # a mark: one of two
        return pressed(page, ["1"])
    if way == "back":
        return pressed(page, ["PageUp"]) + pressed(page, ["Enter"])
    if way == "2" and page.locator("button.choice").count() < 2:
        way = "Enter"
    if way != "correct":
        return pressed(page, [way])
    page.keyboard.press("F2")
    text = page.locator("#value").input_value()
    tail = min(3, len(text))
    for _ in range(tail):
        page.keyboard.press("Backspace")
    for one in text[-tail:]:
        page.keyboard.type(one)
    return 1 + 2 * tail + pressed(page, ["Enter"])


def pressed(page: Page, keys: Sequence[str]) -> int:
    before = page.evaluate("window.took.length")
    for key in keys:
        page.keyboard.press(key)
    deadline = time.monotonic() + 30
    while page.evaluate("window.took.length") <= before:
        if time.monotonic() > deadline:
            raise TimeoutError
        page.wait_for_timeout(4)
    return len(keys)


def measure(folder: Path, given: argparse.Namespace) -> dict[str, Any]:
    """Return every figure of one run."""
    database = open_database(sqlite_url(folder / "yakuba.sqlite3"))
    filled = fill(database, given.open, given.seed)
    token = session(database, "driven")
    tokens = [session(database, f"clerk{n:02}") for n in range(given.clerks)]
    database.close()
    with serving(folder) as address, ThreadPoolExecutor(1) as beside:
        done = beside.submit(
            lambda: asyncio.run(
                simulate(address, tokens, given.seed, given.items * given.pace * 1.3)
            )
        )
        with sync_playwright() as program:
            browser = program.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            context = browser.new_context(locale="ja-JP")
            context.add_cookies(
                [{"name": "yakuba_session", "value": token, "url": address}]
            )
            page = context.new_page()
            page.add_init_script(MEASURE)
            page.goto(f"{address}/next")
            page.locator("html[data-ready=yes]").wait_for(state="attached")
            driven = drive(page, given.items, given.seed, given.pace)
            browser.close()
        beside_it = done.result()
    return {
        "open_questions": given.open,
        "seed": given.seed,
        "fill_s": round(filled, 1),
        "driven": driven,
        "beside": beside_it,
        "load_average": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Print the figures; --write keeps them."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--open", type=int, default=100_000)
    arguments.add_argument("--items", type=int, default=1000)
    arguments.add_argument("--clerks", type=int, default=20)
    arguments.add_argument("--pace", type=float, default=0.25)
    arguments.add_argument("--seed", type=int, default=6100)
    arguments.add_argument("--write", action="store_true")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = measure(Path(folder), given)
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    found |= {
        "machine": f"{platform.machine()}, {os.cpu_count()} cores",
        "python": platform.python_version(),
        "commit": commit,
    }
    print(json.dumps(found, ensure_ascii=False, indent=2))
    if given.write:
        RESULTS.write_text(json.dumps(found, ensure_ascii=False, indent=2) + "\n")


if __name__ == "__main__":
    main()
