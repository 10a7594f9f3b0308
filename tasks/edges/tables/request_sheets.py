"""One sheet of a request list: its header, its rows, and what must not be read over."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from tasks.domain.errors import NeedsPersonError
from tasks.domain.identity.person_keys import birth_form
from tasks.domain.lists_and_ledgers.column_uses import column_uses
from tasks.domain.lists_and_ledgers.columns import (
    Header,
    RowKind,
    find_header,
    header_key,
    row_kind,
)
from tasks.domain.lists_and_ledgers.consent_columns import (
    ConsentRead,
    consent_column,
    of_others,
    read_consent,
    telling_columns,
)
from tasks.domain.lists_and_ledgers.header_words import (
    CORPORATE_NAME_HEADERS,
    columns_of,
)
from tasks.domain.lists_and_ledgers.sources import ColumnUse
from tasks.domain.lists_and_ledgers.tables import Row, Table, cell_place, column_letters
from tasks.domain.normal_forms.identifiers import MY_NUMBER_IN_TEXT, mask_my_numbers
from tasks.domain.office.settings import ColumnNames
from tasks.domain.records import Consent
from tasks.domain.taxes.related_persons import party_titles
from tasks.edges.tables.table_files import TableFile

_EXACT_DIGITS = 15
_MY_NUMBER_DIGITS = 12
_MOST_FAULTS = 200


@dataclass(frozen=True, slots=True)
class RequestSheet:
    """A sheet that bears a header."""

    table: Table
    header: Header
    rows: tuple[Row, ...] = field(repr=False)
    """Below the header, trailing blank rows left out."""
    consent: tuple[int, ...] | None = ()
    """Columns that tell of consent; None when they cannot go together."""
    others_consent: tuple[int, ...] = ()
    """Columns that tell of the consent of others: 世帯員, 代表者."""
    uses: tuple[ColumnUse, ...] = ()
    merged: Mapping[tuple[int, int], str] = field(default_factory=dict, repr=False)
    """(row, column) of blank cells that a merged cell above reaches into, and its text;
    only in columns that are read and rows that say something themselves."""
    masked: frozenset[int] = frozenset()
    """Columns that nobody reads and in which 個人番号 are written."""
    width: int = field(init=False)
    """How many columns have a header or anything below it."""

    def __post_init__(self) -> None:
        # Looked at for every row: over all rows anew it made long lists quadratic.
        below = max((_last_filled(row) + 1 for row in self.rows), default=0)
        object.__setattr__(self, "width", max(len(self.header.labels), below))

    def kind(self, row: Row) -> RowKind:
        """Return what a row is."""
        return row_kind(row, self.header)

    def as_read(self, row: Row) -> Row:
        """Return a row with what merged cells above say about it too."""
        if not self.merged:
            return row
        cells = list(row.cells)
        for column, text in enumerate(cells):
            cells[column] = text or self.merged.get((row.number, column), "")
        return row._replace(cells=tuple(cells))


def read_sheet(
    table: Table, words: dict[str, tuple[str, ...]], columns: ColumnNames
) -> RequestSheet | None:
    """Return a sheet with its header; None when it has none."""
    rows = list(table.rows())
    header = find_header(rows, words, merged=table.merged)
    if header is None:
        return None
    below = [row for row in rows if row.number > header.last_row]
    while below and not any(cell.strip() for cell in below[-1].cells):
        below.pop()
    return RequestSheet(
        table,
        header,
        tuple(below),
        _telling(header, columns.request.get("consent", ())),
        tuple(c for c in _consent_columns(header) if of_others(header.labels[c])),
        column_uses(table, header, words, further=party_titles(columns)),
        _reached(table, header, below),
        _with_my_numbers(header, below),
    )


def _reached(
    table: Table, header: Header, rows: Sequence[Row]
) -> dict[tuple[int, int], str]:
    """Return what merged cells say of the rows below their first one."""
    read = set(header.columns.values())
    by_number = {row.number: row for row in rows}
    found = {}
    for block in table.merged:
        top = by_number.get(block.top)
        if top is None or block.left not in read or block.left >= len(top.cells):
            continue
        for number in range(block.top + 1, block.bottom + 1):
            row = by_number.get(number)
            if row and row_kind(row, header) is RowKind.DATA:
                found[number, block.left] = top.cells[block.left]
    return found


def _with_my_numbers(header: Header, rows: Sequence[Row]) -> frozenset[int]:
    """Return the columns besides those read of whose numbers of twelve digits most fit.

    One number of twelve digits in eleven fits by chance: a column of other numbers is
    left as it is.
    """
    read = {*header.columns.values(), *header.my_number_columns}
    fitting: Counter[int] = Counter()
    for row in rows:
        for column, text in enumerate(row.cells):
            if len(text) >= _MY_NUMBER_DIGITS and column not in read:
                found = bool(MY_NUMBER_IN_TEXT.search(text))
                fitting[column] += 2 * (mask_my_numbers(text) != text) - found
    return frozenset(column for column, balance in fitting.items() if balance > 0)


def looks_like_rows_of(table: Table, sheet: RequestSheet, *, today: dt.date) -> bool:
    """Tell whether a sheet without a header goes on where another one ends.

    Rows that have a name and a day where the other sheet has its names and birth dates
    are applicants, whom nobody would miss.
    """
    header = sheet.header
    return any(
        header.text(row, "name")
        and birth_form(header.text(row, "birth_date"), today=today) is not None
        for row in table.rows()
    )


def _last_filled(row: Row) -> int:
    filled = (n for n, cell in enumerate(row.cells) if cell.strip())
    return max(filled, default=-1)


def _telling(header: Header, configured: Sequence[str]) -> tuple[int, ...] | None:
    """Return the columns that tell of consent; one named by the city goes first.

    A column about others (世帯員同意) tells of the applicant only where no other does.
    """
    every = _consent_columns(header)
    found = [c for c in every if not of_others(header.labels[c])] or every
    keys = {header_key(word) for word in configured}
    named = [column for column in every if header_key(header.labels[column]) in keys]
    found = named or found
    telling = telling_columns([header.labels[column] for column in found])
    return None if telling is None else tuple(found[place] for place in telling)


def _consent_columns(header: Header) -> list[int]:
    names = columns_of("consent")
    return [header.columns[name] for name in names if name in header.columns]


def consent_said(
    sheet: RequestSheet, columns: Sequence[int] | None, row: Row
) -> ConsentRead:
    """Return what the consent columns of a row say; UNKNOWN where there are none."""
    if not columns:
        return ConsentRead(Consent.UNKNOWN)
    cells = sheet.as_read(row).cells
    return read_consent(
        [
            (
                consent_column(sheet.header.labels[column]),
                cells[column].strip() if column < len(cells) else "",
            )
            for column in columns
        ]
    )


def refuse_faults(file: TableFile, sheets: Sequence[RequestSheet]) -> None:
    """Refuse headers that cannot be understood and cells that are damaged, all at once.

    Raises:
        NeedsPersonError: TABLE-002, TABLE-005 or TABLE-006 as `read_request` says.
    """
    missing = [fault for sheet in sheets for fault in _column_faults(sheet)]
    if missing:
        raise NeedsPersonError(
            "TABLE-002",
            "; ".join(f"{file.path.name}: {fault}" for fault in missing),
            tuple(missing),
        )
    unsaved = [place for sheet in sheets for place in _unsaved_places(sheet)]
    if unsaved:
        raise NeedsPersonError(
            "TABLE-006",
            f"{file.path.name}: {len(unsaved)} formulas without a saved result, first "
            f"at {unsaved[0]}",
            tuple(unsaved[:_MOST_FAULTS]),
        )
    beyond = [place for sheet in sheets for place in _beyond_header(file, sheet)]
    if beyond:
        raise NeedsPersonError(
            "TABLE-005",
            f"{file.path.name}: {len(beyond)} cells beyond the last header (a comma too "
            f"many shifts a row), first at {beyond[0]}",
            tuple(beyond[:_MOST_FAULTS]),
        )
    damaged = [place for sheet in sheets for place in _damaged_numbers(sheet)]
    if damaged:
        raise NeedsPersonError(
            "TABLE-005",
            f"{file.path.name}: {len(damaged)} numbers of more than {_EXACT_DIGITS} "
            f"digits (Excel has dropped the rest; enter them as text), first at "
            f"{damaged[0]}",
            tuple(damaged[:_MOST_FAULTS]),
        )


def _column_faults(sheet: RequestSheet) -> Iterator[str]:
    header = sheet.header
    found = "、".join(label for label in header.labels if label)
    where = f"{sheet.table.sheet + '!' if sheet.table.sheet else ''}{header.last_row}行"
    for name, claimed in header.ambiguous:
        letters = ", ".join(column_letters(column) for column in claimed)
        yield f"{where}: {name} is claimed by columns {letters}; headers: {found}"
    if sheet.consent is None:
        letters = ", ".join(map(column_letters, _consent_columns(header)))
        yield (
            f"{where}: 同意 is claimed by columns {letters}; name the right one in "
            f"configs/columns.yaml (request: consent); headers: {found}"
        )
    claimed_twice = {name for name, _ in header.ambiguous}
    for name, wanted in _needs(header):
        if name not in claimed_twice:
            yield f"{where}: expected a column for {wanted}; headers: {found}"


def _needs(header: Header) -> Iterator[tuple[str, str]]:
    """Yield each field that a list needs and does not have, with words for it."""
    have = set(header.columns)
    if "name" not in have and not {"family_name", "given_name"} <= have:
        yield "name", "氏名"
    if "birth_date" in have:
        return
    label = header.labels[header.columns["name"]] if "name" in have else ""
    words = label.split(" ")
    if "corporate_number" in have or not CORPORATE_NAME_HEADERS.isdisjoint(words):
        if have.isdisjoint(("corporate_number", "address")):
            yield "corporate_number", "法人番号 or 所在地"
    else:
        yield "birth_date", "生年月日"


def _unsaved_places(sheet: RequestSheet) -> Iterator[str]:
    used = {sheet.header.columns[name] for name in sheet.header.columns}
    below = {row.number for row in sheet.rows}
    for row, column in sorted(sheet.table.unsaved_formulas):
        if row in below and column in used:
            yield cell_place(row, column, sheet.table.sheet)


def _beyond_header(file: TableFile, sheet: RequestSheet) -> Iterator[str]:
    """Yield cells that have no header in a delimited file; a workbook's are remarks."""
    width = len(sheet.header.labels)
    for row in sheet.rows if file.delimiter else ():
        if _last_filled(row) >= width and sheet.kind(row) is RowKind.DATA:
            yield cell_place(row.number, width)


def _damaged_numbers(sheet: RequestSheet) -> Iterator[str]:
    used = set(sheet.header.columns.values())
    for row, column in long_numbers(sheet):
        if column in used:
            yield cell_place(row, column, sheet.table.sheet)


def long_numbers(sheet: RequestSheet) -> Iterator[tuple[int, int]]:
    """Yield row and column of each number whose last digits Excel has dropped."""
    for row in sheet.rows:
        for column, text in enumerate(row.cells if row.numeric else ()):
            if len(text) > _EXACT_DIGITS and row.is_number(column):
                digits = text.lstrip("-").replace(".", "")
                if len(digits) > _EXACT_DIGITS:
                    yield row.number, column
