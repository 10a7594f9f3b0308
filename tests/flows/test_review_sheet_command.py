"""`yakuba review export` and `import`, as staff type them."""

from __future__ import annotations

import io
import shutil
import subprocess
import sys
from pathlib import Path

import openpyxl  # noqa: TID251 - fills in as a section does, with a program not ours
import pytest
from PIL import Image

from tasks.domain.review_item import QuestionKind, ReviewItem, item_id
from tasks.edges.office_database.database import open_database, sqlite_url
from tasks.edges.review.review_store import ReviewStore

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.slow


def question(number: int) -> ReviewItem:
    file = io.BytesIO()
    Image.new("L", (600, 80), 255).save(file, "PNG")
    return ReviewItem(
        item_id=item_id("subsidy", "ab" * 32, number, "n", QuestionKind.FIELD),
        job="subsidy",
        kind=QuestionKind.FIELD,
        document_sha256="ab" * 32,
        file="申請.pdf",
        page=number,
        field_id="n",
        label="申請者",
        field_kind="name",
        form="hojokin",
        reason="二つの読取結果が一致しません。",
        value_read="潮見 渚",
        choices=("潮見 渚", "汐見 渚"),
        crop_png=file.getvalue(),
        error_class="ordinary",
    )


@pytest.fixture
def home(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / "configs", tmp_path / "configs")
    (tmp_path / "work").mkdir()
    return tmp_path


def run(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "flows.cli", "review", *words],
        cwd=home,
        env={
            "PATH": "/usr/bin:/bin",
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "YAKUBA_HOME": str(home),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_sheet_goes_out_and_comes_back_from_the_command_line(home: Path) -> None:
    database = open_database(sqlite_url(home / "work" / "yakuba.sqlite3"))
    store = ReviewStore(database)
    nothing = run(home, "export", "--out", "none.xlsx")
    assert (nothing.returncode, (home / "none.xlsx").exists()) == (0, False)
    store.ask([question(1), question(2)])

    asked = ("export", "--out", "out.xlsx", "--section", "福祉課", "--job", "subsidy")
    done = run(home, *asked)
    assert done.returncode == 0, done.stderr
    assert "2件を書き出しました" in done.stdout
    assert run(home, *asked).returncode == 2  # never over an existing file

    book = openpyxl.load_workbook(home / "out.xlsx")
    book["はじめに"]["B4"] = "浜田 航"
    book["氏名"]["G4"], book["氏名"]["G5"] = "②", "どれか"
    book.save(home / "back.xlsx")
    faulty = run(home, "import", "back.xlsx")
    assert faulty.returncode == 3
    assert "氏名!G5" in faulty.stdout
    assert "はじめに!B6" in faulty.stdout
    assert len(store.open_items()) == 2

    book = openpyxl.load_workbook(home / "back.xlsx")
    book["はじめに"]["B6"], book["氏名"]["G5"] = 4, None
    book.save(home / "back.xlsx")
    good = run(home, "import", "back.xlsx")
    assert good.returncode == 0, good.stderr
    assert "1件　取り込みました" in good.stdout
    assert "1件　空のままでした" in good.stdout
    assert len(store.open_items()) == 1
    assert run(home, "import", "back.xlsx").returncode == 0
    (answer,) = store.answers([question(1).item_id, question(2).item_id]).values()
    assert (answer.value, answer.by) == ("汐見 渚", "浜田 航（福祉課）")
    assert "渚" not in good.stdout + good.stderr + faulty.stdout

    missing = run(home, "import", "nowhere.xlsx")
    assert missing.returncode == 1
    assert "FILE-001" in missing.stderr
    database.close()
