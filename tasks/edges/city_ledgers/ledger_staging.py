"""A ledger file's rows into DuckDB as text: only columns that are known, row by row checked."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tasks.domain.errors import NeedsPersonError
from tasks.domain.lists_and_ledgers.column_uses import column_uses
from tasks.domain.lists_and_ledgers.columns import (
    SEARCHED_ROWS,
    Header,
    RowKind,
    find_header,
    row_kind,
)
from tasks.domain.lists_and_ledgers.sources import ColumnUse, InputNote
from tasks.domain.lists_and_ledgers.tables import Row, Table, cell_place, serial_date
from tasks.edges.tables.delimited_blocks import (
    BLANKS,
    Block,
    NotPlainError,
    read_blocks,
)
from tasks.edges.tables.table_files import TableFile

BATCH_ROWS = 100_000
MOST_FAULTS = 200
_EXACT_DIGITS = 15
_DATES = ("birth_date", "due_date", "posted_on", "status_from", "status_until")


@dataclass(slots=True)
class Faults:
    """Faults of a file: all counted, the first ones kept with their places."""

    file: str
    count: int = 0
    shown: list[str] = field(default_factory=list)

    def add(self, fault: str) -> None:
        """Count a fault; keep it while there are few."""
        self.count += 1
        if len(self.shown) < MOST_FAULTS:
            self.shown.append(fault)

    def take(self, others: Faults) -> None:
        """Count the faults of others too."""
        self.count += others.count
        self.shown += others.shown[: MOST_FAULTS - len(self.shown)]

    def stop(self, code: str, what: str) -> None:
        """Raise with every fault kept when there is any.

        Raises:
            NeedsPersonError: `code`, with the number of faults and the first place.
        """
        if self.count:
            raise NeedsPersonError(
                code,
                f"{self.file}: {self.count} {what}, first: {self.shown[0]}",
                tuple(self.shown),
            )


@dataclass(frozen=True, slots=True)
class LedgerSheet:
    """A table of a ledger and its header."""

    table: Table
    header: Header
    uses: tuple[ColumnUse, ...] = ()


def ledger_sheets(
    file: TableFile,
    words: Mapping[str, tuple[str, ...]],
    needs: Sequence[tuple[str, ...]],
) -> tuple[tuple[LedgerSheet, ...], list[InputNote]]:
    """Return the sheets of a ledger that bear a header, and notes on the others.

    Args:
        file: The ledger.
        words: Header dictionary of its kind.
        needs: For each column needed, the fields of which one must be there.

    Raises:
        NeedsPersonError: TABLE-001 no header; TABLE-002 columns missing or ambiguous,
            with every fault.
    """
    sheets = []
    notes = list(file.notes)
    for table in file.tables:
        rows = list(itertools.islice(table.rows(), SEARCHED_ROWS))
        header = find_header(rows, words, merged=table.merged)
        if header and not table.hidden:
            uses = column_uses(table, header, words)
            sheets.append(LedgerSheet(table, header, uses))
            notes.extend(_header_notes(table, header))
        elif any(row.cells for row in rows):
            message = "見出し行のないシート又は非表示のシートのため読んでいません。"
            notes.append(InputNote(table.file, table.sheet, "sheet_skipped", message))
    if not sheets:
        raise NeedsPersonError(
            "TABLE-001",
            f"{file.path.name}: no header row in the first {SEARCHED_ROWS} rows; "
            f"expected columns such as {', '.join(words[need[0]][0] for need in needs)}",
        )
    faults = [
        fault for sheet in sheets for fault in _column_faults(sheet, words, needs)
    ]
    if faults:
        raise NeedsPersonError(
            "TABLE-002", f"{file.path.name}: {'; '.join(faults)}", tuple(faults)
        )
    return tuple(sheets), notes


def _header_notes(table: Table, header: Header) -> Iterator[InputNote]:
    if header.my_number_columns:
        yield InputNote(
            table.file,
            table.sheet,
            "my_number_dropped",
            "個人番号の列は読み捨て、保存していません。",
            len(header.my_number_columns),
        )
    if table.hidden_columns:
        yield InputNote(
            table.file,
            table.sheet,
            "hidden_column",
            "非表示の列も読みました。",
            len(table.hidden_columns),
        )


def _column_faults(
    sheet: LedgerSheet,
    words: Mapping[str, tuple[str, ...]],
    needs: Sequence[tuple[str, ...]],
) -> Iterator[str]:
    header = sheet.header
    found = "、".join(label for label in header.labels if label)
    where = f"{sheet.table.sheet}!{header.last_row}行".lstrip("!")
    for name, columns in header.ambiguous:
        places = ", ".join(cell_place(header.last_row, column) for column in columns)
        yield f"{where}: {words[name][0]} is claimed by {places}"
    claimed = {name for name, _ in header.ambiguous}
    for need in needs:
        if not any(name in header.columns or name in claimed for name in need):
            wanted = " or ".join(words[name][0] for name in need)
            yield f"{where}: expected a column for {wanted}; headers: {found}"


def stage(
    database: duckdb.DuckDBPyConnection,
    file: TableFile,
    sheets: Sequence[LedgerSheet],
    names: Sequence[str],
    *,
    stored: Sequence[str] = (),
) -> list[InputNote]:
    """Load every data row, to be read as `raw`: all columns as trimmed text.

    Columns of `raw`: sheet, row, and one per name (empty when the file has none). Only
    what the file has is stored, in the temporary table `staged`: a city's ledger has
    millions of rows, and sixteen bytes for each empty cell are too many.

    Args:
        database: Open for writing.
        file: For messages.
        sheets: From `ledger_sheets`.
        names: Fields to load; nothing else is read into the database.
        stored: Fields to store even if the file has no column for them.

    Returns:
        Notes: rows left out (totals, blanks), hidden rows taken.

    Raises:
        NeedsPersonError: TABLE-005 rows without 宛名番号 or with cells beyond the
            header, numbers damaged by Excel; TABLE-006 formulas without result.
    """
    kept = [
        name
        for name in names
        if name in stored or any(name in sheet.header.columns for sheet in sheets)
    ]
    types = ", ".join(f"{name} VARCHAR" for name in kept)
    database.execute(f"CREATE TEMP TABLE staged (sheet VARCHAR, row INTEGER, {types})")
    columns = ", ".join(name if name in kept else f"'' AS {name}" for name in names)
    database.execute(
        f"CREATE TEMP VIEW raw AS SELECT sheet, row, {columns} FROM staged"  # noqa: S608
    )
    _keep_uses(database, sheets)
    faults = Faults(file.path.name)
    notes: list[InputNote] = []
    for sheet in sheets:
        notes.extend(_stage_sheet(database, file, sheet, kept, faults))
    faults.stop("TABLE-005", "rows or cells that cannot be read")
    return notes


def _keep_uses(
    database: duckdb.DuckDBPyConnection, sheets: Sequence[LedgerSheet]
) -> None:
    """Keep what the columns were taken for: the cache outlives the reading."""
    database.execute(
        "CREATE TABLE column_uses (sheet VARCHAR, letters VARCHAR, header VARCHAR, "
        "used_as VARCHAR, sure BOOLEAN, reason VARCHAR)"
    )
    for use in (use for sheet in sheets for use in sheet.uses):
        place = (use.sheet, use.column, use.header)
        values = (*place, use.used_as, use.sure, use.reason)
        database.execute("INSERT INTO column_uses VALUES (?, ?, ?, ?, ?, ?)", values)


def drop_staged(database: duckdb.DuckDBPyConnection) -> None:
    """Let go of what `stage` loaded."""
    database.execute("DROP VIEW raw")
    database.execute("DROP TABLE staged")


def _stage_sheet(
    database: duckdb.DuckDBPyConnection,
    file: TableFile,
    sheet: LedgerSheet,
    names: Sequence[str],
    faults: Faults,
) -> list[InputNote]:
    if file.delimiter:
        found = Faults(faults.file)
        reader = _SheetReader(sheet, names, found)
        blocks = read_blocks(
            file.path,
            file.encoding,
            file.delimiter,
            after=sheet.header.last_row,
            width=reader.width,
        )
        try:
            for block in blocks:
                _insert_block(database, sheet, reader, block)
        except NotPlainError:
            database.execute("DELETE FROM staged")
        else:
            faults.take(found)
            return list(reader.notes())
    reader = _SheetReader(sheet, names, faults)
    _insert_rows(database, sheet, names, reader.rows())
    return list(reader.notes())


def _insert_block(
    database: duckdb.DuckDBPyConnection,
    sheet: LedgerSheet,
    reader: _SheetReader,
    block: Block,
) -> None:
    """Insert a block: rows with a plain 宛名番号 as they are, the others looked at."""
    if block.columns is None:
        _insert_rows(database, sheet, reader.names, reader.data_of(block.rows))
        return
    cells = block.columns
    places = pa.array(range(block.first, block.first + cells.num_rows), pa.int32())
    numbers = cells[str(reader.number_column)]
    plain = pc.match_substring_regex(numbers, "^[0-9]+$")
    columns = sheet.header.columns
    texts = {
        name: cells[str(columns[name])]
        if name in columns
        else pa.array([""] * cells.num_rows)
        for name in reader.names
    }
    _insert(database, sheet, pa.table({"row": places, **texts}).filter(plain))
    others = cells.append_column("row", places).filter(pc.invert(plain))
    if others.num_rows:
        *written, numbers_of_rows = (column.to_pylist() for column in others.columns)
        rows = map(Row, numbers_of_rows, zip(*written, strict=True))
        _insert_rows(database, sheet, reader.names, reader.data_of(rows))


def _insert_rows(
    database: duckdb.DuckDBPyConnection,
    sheet: LedgerSheet,
    names: Sequence[str],
    rows: Iterator[tuple[object, ...]],
) -> None:
    for part in _batches(rows):
        columns = zip(("row", *names), zip(*part, strict=True), strict=True)
        _insert(database, sheet, pa.table({name: list(its) for name, its in columns}))


def _insert(
    database: duckdb.DuckDBPyConnection, sheet: LedgerSheet, rows: pa.Table
) -> None:
    """Insert rows with their texts trimmed: Arrow does it twenty times as fast."""
    texts = {
        name: pc.utf8_trim(pc.cast(rows[name], pa.string()), BLANKS)
        for name in rows.column_names
        if name != "row"
    }
    # A reader, not the table: DuckDB would start threads of Arrow's to scan that.
    batch = pa.table({"row": rows["row"], **texts}).to_reader()
    database.execute("INSERT INTO staged SELECT ?, * FROM batch", [sheet.table.sheet])
    del batch


def refuse_empty(database: duckdb.DuckDBPyConnection, file: TableFile) -> None:
    """Refuse a ledger that bears a header and nothing else: an export that broke off.

    Raises:
        NeedsPersonError: TABLE-009 when no row was staged.
    """
    rows = database.execute("SELECT count(*) FROM raw").fetchall()[0][0]
    if not rows:
        raise NeedsPersonError("TABLE-009", f"{file.path.name}: a header and no row")


def _batches(rows: Iterator[tuple[object, ...]]) -> Iterator[list[tuple[object, ...]]]:
    while batch := list(itertools.islice(rows, BATCH_ROWS)):
        yield batch


class _SheetReader:
    """Yields (row number, text per field) of one sheet and counts what it leaves out."""

    def __init__(self, sheet: LedgerSheet, names: Sequence[str], faults: Faults):
        self.names = names
        self.width = len(sheet.header.labels)
        self.number_column = sheet.header.columns["addressee_no"]
        self._sheet = sheet
        self._header = sheet.header
        self._faults = faults
        # One empty cell is added behind every row for fields that have no column.
        self._take = itemgetter(
            *(sheet.header.columns.get(name, self.width) for name in names)
        )
        self._dates = [
            (place, sheet.header.columns[name])
            for place, name in enumerate(names)
            if name in _DATES and name in sheet.header.columns
        ]
        self._used = sorted(set(sheet.header.columns.values()))
        self._left_out: dict[RowKind, int] = {}
        self._hidden = 0

    def rows(self) -> Iterator[tuple[object, ...]]:
        """Yield (row number, text per field) of the sheet's rows that are data."""
        table = self._sheet.table
        self._check_formulas(table)
        below = (row for row in table.rows() if row.number > self._header.last_row)
        return self.data_of(below)

    def data_of(self, rows: Iterable[Row]) -> Iterator[tuple[object, ...]]:
        """Yield (row number, text per field) of the rows that are data."""
        for row in rows:
            if self._is_data(row):
                texts = self._take(self._padded(row))
                if row.numeric:
                    texts = self._numbers_checked(row, texts)
                self._hidden += row.hidden
                yield (row.number, *texts)

    def notes(self) -> Iterator[InputNote]:
        table = self._sheet.table
        for kind, count in self._left_out.items():
            if kind is not RowKind.BLANK:
                message = f"{kind.value}を除きました。"
                yield InputNote(table.file, table.sheet, "row_excluded", message, count)
        if self._hidden:
            message = "非表示の行も読みました。"
            yield InputNote(
                table.file, table.sheet, "hidden_row", message, self._hidden
            )

    def _is_data(self, row: Row) -> bool:
        number = (
            row.cells[self.number_column] if len(row.cells) > self.number_column else ""
        )
        if number.isdecimal():
            return True
        kind = row_kind(row, self._header)
        if kind is not RowKind.DATA:
            self._left_out[kind] = self._left_out.get(kind, 0) + 1
            return False
        if number.strip():
            return True
        self._fault(row.number, self.number_column, "expected 宛名番号, found nothing")
        return False

    def _padded(self, row: Row) -> tuple[str, ...]:
        cells = row.cells
        if len(cells) > self.width:
            if any(cell.strip() for cell in cells[self.width :]):
                self._fault(row.number, self.width, "a cell beyond the last header")
            cells = cells[: self.width]
        return cells + ("",) * (self.width + 1 - len(cells))

    def _numbers_checked(self, row: Row, texts: tuple[str, ...]) -> tuple[str, ...]:
        """Return texts with Excel serials in date columns as ISO dates."""
        for column in self._used:
            if row.is_number(column) and len(row.cells[column]) > _EXACT_DIGITS + 1:
                self._fault(row.number, column, "a number of more than 15 digits")
        changed = list(texts)
        for place, column in self._dates:
            text = texts[place]
            if row.is_number(column) and text.isdecimal() and len(text) <= 5:
                since_1904 = self._sheet.table.date_1904
                changed[place] = serial_date(int(text), date_1904=since_1904) or text
        return tuple(changed)

    def _check_formulas(self, table: Table) -> None:
        places = [
            cell_place(row, column, table.sheet)
            for row, column in sorted(table.unsaved_formulas)
            if row > self._header.last_row and column in self._used
        ]
        if places:
            raise NeedsPersonError(
                "TABLE-006",
                f"{table.file}: {len(places)} formulas without a saved result, first "
                f"at {places[0]}",
                tuple(places[:MOST_FAULTS]),
            )

    def _fault(self, row: int, column: int, what: str) -> None:
        self._faults.add(f"{cell_place(row, column, self._sheet.table.sheet)}: {what}")


def load_forms(
    database: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    texts: str,
    read: Callable[[str], tuple[object, ...]],
    *,
    of_digits: str = "",
) -> None:
    """Create the temporary table `name` of normal forms, one row per distinct text.

    Args:
        database: Open for writing.
        name: Table to create.
        columns: Column of a form: DuckDB type; `text`, as written, stands before them.
        texts: SELECT that gives the distinct texts as `text`.
        read: Returns the forms of a text in the order of the columns.
        of_digits: SQL that gives what `read` gives for a text of ASCII digits only;
            empty: there is none. Numbers of millions of people need no Python then.
    """
    types = ", ".join(
        f"{column} {kind}" for column, kind in {"text": "VARCHAR", **columns}.items()
    )
    database.execute(f"CREATE TEMP TABLE {name} ({types})")
    wanted = f"SELECT text FROM ({texts})"  # noqa: S608
    if of_digits:
        only_digits = "regexp_full_match(text, '[0-9]+')"
        database.execute(
            f"INSERT INTO {name} SELECT text, {of_digits} "  # noqa: S608
            f"FROM ({texts}) WHERE {only_digits}"
        )
        wanted += f" WHERE NOT {only_digits}"
    found = (text for (text,) in database.execute(wanted).fetchall())
    for part in _batches((text, *read(text)) for text in found):
        values = zip(("text", *columns), zip(*part, strict=True), strict=True)
        batch = pa.table({column: list(its) for column, its in values}).to_reader()
        casts = ", ".join(f"CAST({one} AS {kind})" for one, kind in columns.items())
        database.execute(f"INSERT INTO {name} SELECT text, {casts} FROM batch")  # noqa: S608
        del batch
