"""`yakuba move`: everything of one PC's file into the configured database."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from flows.commands.moving import move_database
from tasks.domain.errors import NeedsPersonError
from tasks.edges.office_database.audit_log import AuditLog
from tasks.edges.office_database.database import open_database, sqlite_url
from tests.flows.review_helpers import NOON

ROOT = Path(__file__).resolve().parents[2]


def home_with(folder: Path, url: str) -> Path:
    shutil.copytree(ROOT / "configs", folder / "configs")
    file = folder / "configs" / "municipality.yaml"
    text = file.read_text(encoding="utf-8")
    assert 'database_url: ""' in text
    changed = text.replace('database_url: ""', f'database_url: "{url}"')
    file.write_text(changed, encoding="utf-8")
    return folder


def test_the_file_of_one_pc_goes_to_the_configured_server(
    tmp_path: Path, postgresql: Any
) -> None:
    url = postgresql.new()
    home = home_with(tmp_path, url)
    file = tmp_path / "yakuba.sqlite3"
    old = open_database(sqlite_url(file))
    AuditLog(old).append("run_started", who="yamada", at=NOON)
    old.close()

    assert move_database(file, home=home) >= 1
    new = open_database(url)
    assert AuditLog(new).verify() == 1
    new.close()
    with pytest.raises(NeedsPersonError, match="STORE-004"):
        move_database(file, home=home)
    postgresql.drop_all()


def test_without_a_file_or_a_place_to_go_nothing_is_done(tmp_path: Path) -> None:
    home = home_with(tmp_path, "")
    with pytest.raises(NeedsPersonError, match="FILE-001"):
        move_database(tmp_path / "nothing.sqlite3", home=home)
    file = tmp_path / "yakuba.sqlite3"
    open_database(sqlite_url(file)).close()
    with pytest.raises(NeedsPersonError, match=r"STORE-001.*database_url"):
        move_database(file, home=home)
