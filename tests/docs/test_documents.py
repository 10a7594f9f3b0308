"""What is documented is true: commands run, links lead somewhere, codes have sentences."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted(
    path
    for path in (
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        *(ROOT / room / "README.md" for room in ("configs", "ocr", "sample_docs")),
    )
    if path.is_file()
)
CONSOLE = re.compile(r"^```console\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
CODE = re.compile(r'"((?:[A-Z]+)-\d{3})"')


def commands() -> list[tuple[str, str]]:
    return [
        (path.name, line.removeprefix("$ "))
        for path in DOCUMENTS
        for block in CONSOLE.findall(path.read_text(encoding="utf-8"))
        for line in block.splitlines()
        if line.startswith("$ ")
    ]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("document", "command"),
    [pytest.param(*entry, id=f"{n}") for n, entry in enumerate(commands())],
)
def test_every_command_shown_runs(document: str, command: str, tmp_path: Path):
    for name in ("configs", "sample_docs"):
        (tmp_path / name).symlink_to(ROOT / name)
    environment = {
        **os.environ,
        "PATH": f"{ROOT / '.venv' / 'bin'}:{os.environ['PATH']}",
        "YAKUBA_HOME": str(tmp_path),
        "YAKUBA_WORK": str(tmp_path / "work"),
    }
    (tmp_path / "work").mkdir()
    done = subprocess.run(
        ["bash", "-c", command],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode in (0, 3), (
        f"{document}: {shlex.quote(command)} {done.stderr}"
    )
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT))
)
def test_every_link_leads_to_a_file(document: Path):
    missing = [
        target
        for target in LINK.findall(document.read_text(encoding="utf-8"))
        if "://" not in target and not (document.parent / target).exists()
    ]
    assert missing == []


def outside_the_table(source: str) -> str:
    """Leave out the table of sentences itself, or every code would count as used."""
    return re.sub(r"SENTENCES: dict.*?^}", "", source, flags=re.MULTILINE | re.DOTALL)


def test_every_error_code_used_has_a_sentence_for_staff():
    from ocr.errors import SENTENCES as READING
    from tasks.domain.errors import SENTENCES

    known = set(SENTENCES) | set(READING)
    used = {
        code
        for room in ("flows", "tasks", "ocr")
        for path in (ROOT / room).rglob("*.py")
        for code in CODE.findall(outside_the_table(path.read_text(encoding="utf-8")))
    } - {"SHA-256"}
    assert used - known == set()
    assert known - used == set()


def test_every_command_of_the_program_is_in_both_readmes():
    from flows.cli import app

    names = [entry.callback.__name__ for entry in app.registered_commands]
    for readme in ("README.md", "README.ja.md"):
        text = (ROOT / readme).read_text(encoding="utf-8")
        missing = [name for name in names if f"{name}" not in text]
        assert missing == [], readme


def test_no_document_or_code_names_an_address_to_fetch_from():
    for path in (ROOT / "requirements.lock", ROOT / "requirements-dev.lock"):
        assert "://" not in path.read_text(encoding="utf-8")
