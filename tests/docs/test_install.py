"""The installer without administrator rights says exactly what to ask for."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ORDINARY = ("bash", "dirname", "grep", "sed", "cut", "cat", "sha256sum", "env")


def a_pc(folder: Path, *, python: bool) -> Path:
    """Return a PATH of a PC with nothing but ordinary programs and a plain user."""
    programs = folder / "bin"
    programs.mkdir()
    for name in ORDINARY:
        (programs / name).symlink_to(str(shutil.which(name)))
    user = programs / "id"
    user.write_text("#!/bin/bash\necho 1000\n")
    user.chmod(0o755)
    if python:
        (programs / "python3.11").symlink_to(sys.executable)
    return programs


def install(folder: Path, path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    for name in (
        "install.sh",
        "requirements.lock",
        "requirements-dev.lock",
        "pyproject.toml",
    ):
        shutil.copy(ROOT / name, folder)
    return subprocess.run(
        ["bash", "install.sh", *words],
        cwd=folder,
        env={**os.environ, "PATH": str(path)},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_without_root_the_missing_packages_are_named_in_one_line(tmp_path: Path):
    done = install(tmp_path, a_pc(tmp_path, python=True))
    assert done.returncode == 1
    assert (
        "apt-get install --no-install-recommends tesseract-ocr tesseract-ocr-jpn\n"
        in done.stderr
    )
    assert not (tmp_path / ".venv").exists()


def test_without_root_and_python_both_are_asked_for(tmp_path: Path):
    done = install(tmp_path, a_pc(tmp_path, python=False))
    assert done.returncode == 1
    assert "python3 python3-venv tesseract-ocr tesseract-ocr-jpn" in done.stderr


def test_developers_are_told_of_the_database_server_that_the_tests_start(
    tmp_path: Path,
):
    path = a_pc(tmp_path, python=True)
    nothing_there = path / "ls"
    nothing_there.write_text("#!/bin/bash\nexit 2\n")
    nothing_there.chmod(0o755)
    assert "postgresql" in install(tmp_path, path, "dev").stderr
    assert "postgresql" not in install(tmp_path, path).stderr
