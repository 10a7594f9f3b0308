"""The ledgers of a run: loaded once, searched and read without writing anything."""

from __future__ import annotations

import datetime as dt
import functools
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from tasks.domain.errors import NeedsPersonError, TryAgainError
from tasks.domain.identity.person_keys import ApplicantKeys, ResidentKeys
from tasks.domain.lists_and_ledgers.sources import (
    ColumnUse,
    InputNote,
    LedgerTotal,
    Role,
    SourceFile,
)
from tasks.domain.normal_forms.addresses import Home
from tasks.domain.office.settings import ColumnNames
from tasks.domain.records import Resident, TaxLine, TaxStatus
from tasks.domain.taxes.as_of import proven_until
from tasks.edges.city_ledgers.ledger_cache import (
    Build,
    cached,
    kept_column_uses,
    kept_summary,
    remove_stale_parts,
)
from tasks.edges.city_ledgers.ledger_database import connect, within_limits
from tasks.edges.city_ledgers.ledger_households import rows_of_households
from tasks.edges.city_ledgers.ledger_persons import load_persons
from tasks.edges.city_ledgers.ledger_postals import postals_among
from tasks.edges.city_ledgers.ledger_repeats import refuse_lines_in_two_files
from tasks.edges.city_ledgers.ledger_rows import (
    load_columns,
    mark_rows,
    rows_of_numbers,
    rows_of_persons,
    union_all,
)
from tasks.edges.city_ledgers.ledger_search import search
from tasks.edges.city_ledgers.ledger_tax_checks import ledger_totals
from tasks.edges.city_ledgers.ledger_taxes import load_taxes

_LOG = logging.getLogger(__name__)
_MOST_FAULTS = 200


class Ledgers:
    """Residents and tax lines of one run; a context manager, read-only.

    Every method works on a connection of its own, so threads may share the object;
    any number of processes may open the same cache.
    """

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        persons: Sequence[str],
        taxes: Sequence[str],
        *,
        sources: tuple[SourceFile, ...],
        notes: tuple[InputNote, ...],
        home: Home | None = None,
    ) -> None:
        self._database = database
        self._persons = tuple(persons)
        self._taxes = tuple(taxes)
        self.sources = sources
        self.notes = notes
        self.home = home
        """Municipality that addresses without one were read in."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the cache files."""
        self._database.close()

    @property
    def yen(self) -> int:
        """Assessed minus paid over all tax lines, for conservation."""
        return sum(source.yen for source in self.sources)

    @property
    def column_uses(self) -> tuple[ColumnUse, ...]:
        """What the columns of every file were taken for."""
        schemas = (*self._persons, *self._taxes)
        with self._cursor() as cursor:
            return tuple(
                use
                for schema, source in zip(schemas, self.sources, strict=True)
                for use in kept_column_uses(cursor, schema, source.file)
            )

    def candidates(
        self, applicants: Sequence[ApplicantKeys]
    ) -> dict[str, tuple[ResidentKeys, ...]]:
        """Return the residents who could be each applicant, by row_id."""
        with self._cursor() as cursor:
            return search(cursor, applicants, self._persons)

    def expand(self, residents: Iterable[Resident]) -> dict[str, tuple[Resident, ...]]:
        """Return all rows of each resident's person, by the 宛名番号 given.

        One person: as `same_person` of tasks.domain.identity.rivals says, and nobody else.
        """
        with self._cursor() as cursor:
            return rows_of_persons(cursor, residents, self._persons)

    def by_number(self, addressee_nos: Iterable[str]) -> dict[str, Resident]:
        """Return the resident of each 宛名番号, as it was given; zeros do not part them."""
        with self._cursor() as cursor:
            return rows_of_numbers(cursor, addressee_nos, self._persons)

    def under_household(
        self, household_nos: Iterable[str]
    ) -> dict[str, tuple[Resident, ...]]:
        """Return the residents under each 世帯番号, by its key without zeros before it."""
        with self._cursor() as cursor:
            return rows_of_households(cursor, household_nos, self._persons)

    def postals_among(self, codes: Iterable[str]) -> frozenset[str]:
        """Return those of the postal codes (123-4567) that some resident has."""
        with self._cursor() as cursor:
            return postals_among(cursor, codes, self._persons)

    def tax_lines(self, addressee_nos: Iterable[str]) -> dict[str, tuple[TaxLine, ...]]:
        """Return the tax lines of each 宛名番号 given; empty where there are none.

        Leading zeros do not part numbers: one ledger may have lost them.
        """
        found: dict[str, list[TaxLine]] = {number: [] for number in addressee_nos}
        lines = union_all("SELECT * FROM {schema}.tax_lines", self._taxes)
        posted = proven_until(self.sources)
        with self._cursor() as cursor:
            load_columns(
                cursor,
                "wanted",
                {"asked_no": "VARCHAR", "number_key": "VARCHAR"},
                [(number, number.lstrip("0")) for number in found],
            )
            rows = cursor.execute(
                f"""
                SELECT asked_no, tax, fiscal_year, instalment, due_date,
                       assessed_yen, paid_yen, status, status_from, status_until,
                       notice_no
                FROM ({lines}) JOIN wanted USING (number_key)
                ORDER BY ALL
                """  # noqa: S608
            ).fetchall()
        for row in rows:
            values: tuple[Any, ...] = (*row[:7], TaxStatus(row[7]), *row[8:])
            line = TaxLine(*values)
            found[row[0]].append(replace(line, posted_until=posted) if posted else line)
        return {number: tuple(its) for number, its in found.items()}

    def totals(self, addressee_nos: Iterable[str]) -> dict[str, LedgerTotal]:
        """Return what the tax ledgers hold of each 宛名番号, counted by themselves."""
        with self._cursor() as cursor:
            return ledger_totals(cursor, self._taxes, addressee_nos)

    @contextmanager
    def _cursor(self) -> Iterator[duckdb.DuckDBPyConnection]:
        with within_limits("search"), self._database.cursor() as cursor:
            yield cursor


def open_ledgers(
    persons: Sequence[Path],
    taxes: Sequence[Path],
    *,
    cache_folder: Path,
    columns: ColumnNames,
    today: dt.date,
    home: Home | None = None,
) -> Ledgers:
    """Return the ledgers of a run, each file loaded once into the cache folder.

    Args:
        persons: 住民台帳 files.
        taxes: 税台帳 files.
        cache_folder: For DuckDB files named by content and rule version.
        columns: Header names and encodings of the configuration.
        today: For dates.
        home: Municipality of addresses without one; None leaves them without.

    Raises:
        NeedsPersonError: FILE-001, FILE-002, FILE-003, FILE-006, FILE-008, TABLE-001
            to TABLE-008 for a file; TABLE-007 when two files share a 宛名番号.
        TryAgainError: A file changed while it was read, or the cache is in use.
    """
    remove_stale_parts(cache_folder, today=today)
    database = connect(cache_folder)
    sources: list[SourceFile] = []
    notes: list[InputNote] = []
    schemas: dict[Role, list[str]] = {Role.PERSONS: [], Role.TAXES: []}
    try:
        for role, path in _roles(persons, taxes):
            schema = f"ledger{len(sources)}"
            get = functools.partial(
                cached,
                path,
                role,
                folder=cache_folder,
                columns=columns,
                build=_build(role, columns=columns, today=today, home=home),
                home=home,
            )
            _attach(database, schema, get)
            source, found = kept_summary(database, schema, path.name)
            if any((role, source.sha256) == (s.role, s.sha256) for s in sources):
                database.execute(f"DETACH {schema}")
                message = "同じ内容のファイルが二つあるため、後のものは数えません。"
                notes.append(InputNote(path.name, "", "FILE-005", message))
                continue
            schemas[role].append(schema)
            sources.append(source)
            notes.extend(found)
        with within_limits("search"):
            _check_numbers(database, schemas[Role.PERSONS], sources)
            refuse_lines_in_two_files(database, schemas[Role.TAXES], sources)
            notes.extend(_strangers(database, schemas, sources))
            notes.extend(_marked(database, schemas[Role.PERSONS]))
    except BaseException:
        database.close()
        raise
    return Ledgers(
        database,
        schemas[Role.PERSONS],
        schemas[Role.TAXES],
        sources=tuple(sources),
        notes=tuple(notes),
        home=home,
    )


def _build(
    role: Role, *, columns: ColumnNames, today: dt.date, home: Home | None
) -> Build:
    if role is Role.TAXES:
        return functools.partial(load_taxes, columns=columns, today=today)
    return functools.partial(load_persons, columns=columns, today=today, home=home)


def _marked(
    database: duckdb.DuckDBPyConnection, schemas: Sequence[str]
) -> Iterator[InputNote]:
    """Note 名寄せ番号 that join nobody, because their birth dates differ."""
    parted = mark_rows(database, schemas)
    if parted:
        message = (
            "生年月日か法人番号の異なる人に同じ名寄せ番号があるため、"
            "その番号では同じ人とみなしません。"
        )
        yield InputNote("", "名寄せ番号", "group_parted", message, parted)


def _roles(
    persons: Sequence[Path], taxes: Sequence[Path]
) -> Iterator[tuple[Role, Path]]:
    for path in persons:
        yield Role.PERSONS, path
    for path in taxes:
        yield Role.TAXES, path


def _attach(
    database: duckdb.DuckDBPyConnection, schema: str, get: Callable[[], Path]
) -> None:
    """Attach a cache file; one that is damaged is thrown away and built again."""
    path = get()
    try:
        _attach_file(database, schema, path)
    except (duckdb.IOException, duckdb.SerializationException) as error:
        _LOG.warning("ledger cache %s is damaged (%s)", path.name, type(error).__name__)
        path.unlink(missing_ok=True)
        try:
            _attach_file(database, schema, get())
        except duckdb.IOException as again:
            raise TryAgainError(
                "STORE-002", f"{path.name}: cannot be opened"
            ) from again


def _attach_file(database: duckdb.DuckDBPyConnection, schema: str, path: Path) -> None:
    quoted = str(path).replace("'", "''")
    database.execute(f"ATTACH '{quoted}' AS {schema} (READ_ONLY)")


def _check_numbers(
    database: duckdb.DuckDBPyConnection,
    schemas: Sequence[str],
    sources: Sequence[SourceFile],
) -> None:
    """Check that no two residents' ledgers share a 宛名番号 (one file is checked on load)."""
    if len(schemas) < 2:
        return
    files = [source.file for source in sources if source.role is Role.PERSONS]
    parts = " UNION ALL ".join(
        f"SELECT number_key, {place} AS part, rowid FROM {schema}.residents"  # noqa: S608
        for place, schema in enumerate(schemas)
    )
    twice = database.execute(
        f"SELECT list(DISTINCT part ORDER BY part) FROM ({parts}) "  # noqa: S608
        "GROUP BY number_key HAVING count(*) > 1"
    ).fetchall()
    if twice:
        named = sorted({files[part] for (parts_of,) in twice for part in parts_of})
        fault = f"{' and '.join(named)}: {len(twice)} 宛名番号 are in both"
        raise NeedsPersonError("TABLE-007", fault, (fault,))


def _strangers(
    database: duckdb.DuckDBPyConnection,
    schemas: dict[Role, list[str]],
    sources: Sequence[SourceFile],
) -> Iterator[InputNote]:
    """Note tax lines whose 宛名番号 no residents' ledger knows."""
    taxes = [source for source in sources if source.role is Role.TAXES]
    for source, schema in zip(taxes, schemas[Role.TAXES], strict=True):
        unknown = f"SELECT number_key FROM {schema}.tax_lines"  # noqa: S608
        for persons in schemas[Role.PERSONS]:
            unknown += f" EXCEPT SELECT number_key FROM {persons}.residents"  # noqa: S608
        count = database.execute(f"SELECT count(*) FROM ({unknown})").fetchall()[0][0]  # noqa: S608
        if count:
            message = "住民台帳にない宛名番号の税の行があります。"
            yield InputNote(source.file, "宛名番号", "unknown_number", message, count)
