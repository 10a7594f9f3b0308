from __future__ import annotations

import csv
import datetime as dt
import multiprocessing
import sys
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.sources import InputNote, Role, SourceFile
from tasks.domain.office.settings import ColumnNames
from tasks.edges.city_ledgers.ledger_cache import cached, remove_stale_parts
from tasks.edges.city_ledgers.ledgers import Ledgers, open_ledgers
from tasks.edges.tables.table_files import TableFile

resource = pytest.importorskip("resource", reason="no such limits on this system")

TODAY = dt.date(2026, 11, 4)
MB = 1024 * 1024
ROWS = 2_000
ADDRESS_SPACE = 1536 * MB
"""Of the child process; threads and libraries take about a third of it unused."""
NOTHING_RESERVED = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "ARROW_IO_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_ARENA_MAX": "2",
}
"""Allocators reserve gigabytes of addresses that they never use; then the bound would
say nothing about what is used."""
LARGEST_FILE = 24 * MB
"""A cache of so many rows has about 2 MB."""
MOST_GROWTH = 250 * MB
"""Of the memory really used; about 70 MB are."""

PERSON_HEADER = ["宛名番号", "名寄せ番号", "氏名", "カナ", "生年月日", "住所", "方書", "前住所", "通称", "支援措置", "法人番号"]  # fmt: skip
TAX_HEADER = ["宛名番号", "税目", "賦課年度", "期別", "納期限", "調定額", "収納額", "状態"]  # fmt: skip
FAMILIES = "青赤白黒緑金銀銅鉄木"
GIVEN = "一二三四五六七八九十百千万"


def _differing(number: int) -> list[str]:
    family = FAMILIES[number % 10] + FAMILIES[number // 10 % 10]
    given = GIVEN[number % 13] + GIVEN[number // 13 % 13]
    town = f"みなと市本町{number % 9 + 1}丁目{number // 9 + 1}番{number % 20 + 1}号"
    born = f"S{number % 60 + 1}.{number % 12 + 1}.{number % 28 + 1}"
    return [f"{number:07}", "", f"{family}　{given}", "ｱｵｷ", born, town, "", "", "", "", ""]  # fmt: skip


def _alike(number: int) -> list[str]:
    return [f"{number:07}", "", "青木　一", "ｱｵｷ ﾊｼﾞﾒ", "S60.4.1", "みなと市本町1-2-3", "", "", "", "", ""]  # fmt: skip


def _every_column_filled(number: int) -> list[str]:
    row = _differing(number)
    row[6:10] = [f"棟{number % 7}", f"みなと市港町{number}番地", row[2], ""]
    return row


def _write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return path


def _open(persons: list[Path], taxes: list[Path], folder: Path) -> Ledgers:
    return open_ledgers(
        persons,
        taxes,
        cache_folder=folder / "cache",
        columns=ColumnNames(),
        today=TODAY,
    )


def _used() -> int:
    """Return the largest memory this process ever held, in bytes."""
    most = int(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
    return most if sys.platform == "darwin" else most * 1024


def _load_within_limits(persons: Path, taxes: Path, folder: Path) -> None:
    """Exit with 0 when the load stayed small; limits end the process otherwise."""
    before = _used()
    resource.setrlimit(resource.RLIMIT_AS, (ADDRESS_SPACE, ADDRESS_SPACE))
    resource.setrlimit(resource.RLIMIT_FSIZE, (LARGEST_FILE, LARGEST_FILE))
    with _open([persons], [taxes], folder) as opened:
        assert sum(source.rows for source in opened.sources) == 2 * ROWS
    grown = _used() - before
    sys.exit(0 if grown < MOST_GROWTH else f"grew by {grown // MB} MB")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits as Linux counts them")
@pytest.mark.parametrize(
    "row",
    [
        pytest.param(_differing, id="all rows differ"),
        pytest.param(_alike, id="all rows alike"),
        pytest.param(_every_column_filled, id="every column filled"),
    ],
)
def test_two_thousand_rows_load_in_little_memory_and_disk(
    tmp_path: Path,
    row: Callable[[int], list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, value in NOTHING_RESERVED.items():
        monkeypatch.setenv(name, value)
    rows = [row(number) for number in range(ROWS)]
    persons = _write(tmp_path / "住民台帳.csv", [PERSON_HEADER, *rows])
    lines = [[each[0], "軽自動車税", "R8", "全期", "R8.6.1", "10,800", "0", ""] for each in rows]  # fmt: skip
    taxes = _write(tmp_path / "税.csv", [TAX_HEADER, *lines])
    child = multiprocessing.get_context("spawn").Process(
        target=_load_within_limits, args=(persons, taxes, tmp_path)
    )
    child.start()
    child.join(timeout=60)
    if child.is_alive():
        child.kill()
        child.join()
    assert child.exitcode == 0


def _settings(database: duckdb.DuckDBPyConnection) -> dict[str, str]:
    names = ("memory_limit", "max_temp_directory_size")
    wanted = ", ".join(f"current_setting('{name}')" for name in names)
    found = database.execute(f"SELECT {wanted}").fetchall()[0]
    return dict(zip(names, map(str, found), strict=True))


@pytest.fixture
def unlimited() -> dict[str, str]:
    """What DuckDB allows itself when nobody says anything."""
    with duckdb.connect() as database:
        return _settings(database)


@pytest.mark.parametrize("name", ["memory_limit", "max_temp_directory_size"])
def test_building_a_cache_is_limited(
    tmp_path: Path, unlimited: dict[str, str], name: str
) -> None:
    seen: list[dict[str, str]] = []

    def look(
        database: duckdb.DuckDBPyConnection, file: TableFile
    ) -> tuple[SourceFile, list[InputNote]]:
        seen.append(_settings(database))
        return SourceFile(Role.PERSONS, file.path.name, file.sha256, 0), []

    persons = _write(tmp_path / "住民台帳.csv", [PERSON_HEADER, _differing(1)])
    folder = tmp_path / "cache"
    cached(persons, Role.PERSONS, folder=folder, columns=ColumnNames(), build=look)
    assert seen[0][name] != unlimited[name]


@pytest.mark.parametrize("name", ["memory_limit", "max_temp_directory_size"])
def test_searching_the_ledgers_is_limited(
    tmp_path: Path, unlimited: dict[str, str], name: str
) -> None:
    persons = _write(tmp_path / "住民台帳.csv", [PERSON_HEADER, _differing(1)])
    with _open([persons], [], tmp_path) as opened:
        assert _settings(opened._database)[name] != unlimited[name]


def test_what_spills_lies_in_the_cache_folder_and_not_where_the_program_started(
    tmp_path: Path,
) -> None:
    persons = _write(tmp_path / "住民台帳.csv", [PERSON_HEADER, _differing(1)])
    with _open([persons], [], tmp_path) as opened:
        found = opened._database.execute(
            "SELECT current_setting('temp_directory')"
        ).fetchall()
    spill = Path(found[0][0])
    assert spill.parent == tmp_path / "cache"
    assert spill.match("*.part*")


def test_ledger_beyond_the_limits_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    def fill(
        database: duckdb.DuckDBPyConnection, file: TableFile
    ) -> tuple[SourceFile, list[InputNote]]:
        database.execute("SET memory_limit = '30MB'")
        database.execute("SET max_temp_directory_size = '1MB'")
        database.execute(
            "CREATE TABLE big AS SELECT repeat('x', 100) || range AS text "
            "FROM range(3000000) ORDER BY text DESC"
        )
        return SourceFile(Role.PERSONS, file.path.name, file.sha256, 0), []

    persons = _write(tmp_path / "住民台帳.csv", [PERSON_HEADER, _differing(1)])
    folder = tmp_path / "cache"
    with pytest.raises(NeedsPersonError, match=r"FILE-008: 住民台帳\.csv"):
        cached(persons, Role.PERSONS, folder=folder, columns=ColumnNames(), build=fill)
    assert list(folder.iterdir()) == []


def test_search_beyond_the_limits_says_so(tmp_path: Path) -> None:
    persons = _write(tmp_path / "住民台帳.csv", [PERSON_HEADER, _differing(1)])
    with _open([persons], [], tmp_path) as opened:
        opened._database.execute("SET memory_limit = '1MB'")
        opened._database.execute("SET max_temp_directory_size = '1MB'")
        with pytest.raises(NeedsPersonError, match="FILE-008: search"):
            opened.tax_lines(str(number) for number in range(200_000))


def test_spill_folder_of_a_crashed_load_is_removed_after_some_days(
    tmp_path: Path,
) -> None:
    spill = tmp_path / "cache" / "0123.1-abcd.part.tmp"
    spill.mkdir(parents=True)
    (spill / "duckdb_temp_storage-0.tmp").write_bytes(b"rows of people")
    made = dt.datetime.fromtimestamp(spill.stat().st_mtime, tz=dt.UTC).date()
    remove_stale_parts(tmp_path / "cache", today=made + dt.timedelta(days=9))
    assert not spill.exists()
