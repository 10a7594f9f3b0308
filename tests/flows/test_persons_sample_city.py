"""`yakuba check` on the sample city, 要確認 settled on the page, and checked again."""

from __future__ import annotations

import csv
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from flows import cli
from tasks.domain.records import Answer
from tasks.edges.office_database.database import Database, open_database, sqlite_url
from tests.flows.review_helpers import ReviewClient, hidden, real_clock, review_client

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "sample_docs"
SEVERAL = Answer.SEVERAL.value


class City:
    """The sample city's list and ledgers, and a work folder of its own."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder = folder
        self.monkeypatch = monkeypatch
        monkeypatch.setenv("YAKUBA_HOME", str(ROOT))
        monkeypatch.setenv("YAKUBA_WORK", str(folder / "work"))

    def check(self, name: str) -> dict[str, str]:
        """Run the command; return 回答 by the section's number."""
        ledgers = SAMPLES / "ledgers"
        taxes = [
            str(one) for one in sorted(ledgers.iterdir()) if "住民" not in one.name
        ]
        words = [
            *("yakuba", "check"),
            *("--request", str(SAMPLES / "request" / "申請者名簿.xlsx")),
            *("--persons", str(ledgers / "住民台帳.csv")),
            *(word for tax in taxes for word in ("--taxes", tax)),
            *("--as-of", "2026-10-31", "--out", str(self.folder / name)),
        ]
        self.monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit) as ended:
            cli.main()
        assert ended.value.code == 3
        answers = self.folder / name / "answers.csv"
        with answers.open(encoding="utf-8-sig") as stream:
            rows = list(csv.reader(stream))
        at = rows[0].index("回答")
        return {row[0]: row[at] for row in rows[1:]}


@pytest.fixture
def city(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> City:
    return City(tmp_path, monkeypatch)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(sqlite_url(tmp_path / "work" / "yakuba.sqlite3"))
    yield opened
    opened.close()


def settle(client: ReviewClient, who: str) -> str:
    """Decide on whoever comes next; return the section's number of the row."""
    shown = client.get("/persons/next")
    number = re.search(r'class="reason">[^　]*　([^（<]+)', shown.text)
    assert number
    client.send(
        shown.url.path, ticket=hidden(shown.text, "ticket"), who=who, preset="b"
    )
    return number.group(1).strip()


def test_what_is_settled_on_the_page_is_answered_and_the_rest_is_asked_again(
    city: City, database: Database
) -> None:
    before = city.check("一")
    asked = [number for number, answer in before.items() if answer == SEVERAL]
    client = review_client(database, clock=real_clock)
    overview = client.get("/persons").text
    open_ones = int(re.search(r'class="count">(\d+)', overview).group(1))
    assert 3 <= open_ones <= len(asked)
    same = [settle(client, "1") for _ in range(2)]
    nobody = settle(client, "none")
    held = settle(client, "hold")
    assert len({*same, nobody, held}) == 4
    after = city.check("二")
    assert all(after[number] not in (SEVERAL, "該当者なし") for number in same)
    assert after[nobody] == "該当者なし"
    assert after[held] == SEVERAL
    settled = {*same, nobody}
    others = {
        number: answer for number, answer in before.items() if number not in settled
    }
    assert others == {n: answer for n, answer in after.items() if n not in settled}
    assert Counter(after.values())[SEVERAL] == len(asked) - 3
    overview = client.get("/persons").text
    assert int(re.search(r'class="count">(\d+)', overview).group(1)) == open_ones - 4
    assert city.check("三") == after
