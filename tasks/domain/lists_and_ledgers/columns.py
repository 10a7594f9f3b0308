"""Where the header of a table is, what each column means, and which rows are data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tasks.domain.lists_and_ledgers.header_words import (
    HEADER_RANKS,
    MY_NUMBER_HEADERS,
    OTHER_PERSONS,
    OWN_PERSON,
    PLAIN_REMARK_ENDS,
    PLAIN_REMARKS,
    columns_of,
)
from tasks.domain.lists_and_ledgers.tables import MergedCells, Row, column_letters

SEARCHED_ROWS = 40
"""A header lies within the first rows of a sheet."""
_HEADER_SPAN = 3
_FEWEST_FIELDS = 2
_NEVER_IN_TOTALS = ("birth_date", "addressee_no", "due_date")
_Entry = tuple[str, tuple[int, int]]
"""A header text and the cell it was written in, from where merging spread it."""
_NEVER_A_PERSON = ("request_id", *columns_of("consent"))
_LONGEST_GROUP_TITLE = 12
_MERIT_OF_A_RANK = 10
_REMARK = re.compile(r"\(([^()]*)\)$")
_ORNAMENTS = re.compile(r"[\s【】\[\]「」『』※*:.●◎○◆■▼]+")
_HONORIFICS = ("ご", "お", "御")
_TOTAL = re.compile(r"(合|小|総|累)?計|(合|小|総|累)計[((].*|合計.*|.*の合計|件数.*")
_NOTE = re.compile(r"[※(*＊]?(注|備考|記入|以上|以下|※)|^※")


class RowKind(StrEnum):
    """What a row below the header is; the value is what staff read."""

    DATA = "データ行"
    BLANK = "空行"
    TOTAL = "合計行"
    NOTE = "注記行"
    HEADER = "見出しの繰り返し"
    UNUSED = "番号だけで記入のない行"


@dataclass(frozen=True, slots=True)
class Header:
    """The header of one table."""

    first_row: int
    """1-based."""
    last_row: int
    """1-based; data begins below."""
    labels: tuple[str, ...]
    """Header of each column as staff read it, rows joined by a blank."""
    columns: dict[str, int]
    """Our field: 0-based column."""
    ambiguous: tuple[tuple[str, tuple[int, ...]], ...] = ()
    """Fields that several columns claim with equal right."""
    my_number_columns: frozenset[int] = frozenset()
    doubts: tuple[tuple[int, str], ...] = ()
    """Columns whose reading staff should look at: 0-based column, reason in Japanese."""

    def text(self, row: Row, name: str) -> str:
        """Return the text of a field in a row; empty when there is no such column."""
        column = self.columns.get(name)
        if column is None or column >= len(row.cells):
            return ""
        return row.cells[column].strip()


@dataclass(frozen=True, slots=True)
class _Known:
    """A header dictionary ready for look-up."""

    whole: Mapping[str, tuple[str, int]]
    """Whole header: our field, and the header's rank among others for it."""
    within: Mapping[str, str]
    """Part of a header: our field."""
    several: frozenset[str]
    """Fields that more than one column may belong to."""

    @classmethod
    def of(cls, words: Mapping[str, tuple[str, ...]]) -> _Known:
        pairs = [(word, name) for name, found in words.items() for word in found]
        parts = {
            header_key(word): name for word, name in pairs if _is_part_of_a_header(word)
        }
        whole = {
            header_key(word): (name, HEADER_RANKS.get(word, 0))
            for word, name in pairs
            if not _is_part_of_a_header(word)
        }
        return cls(whole, parts, frozenset(parts.values()))


def _is_part_of_a_header(word: str) -> bool:
    return word.startswith("*") and word.endswith("*")


def header_key(text: str) -> str:
    r"""Return a header without widths, blanks, line breaks and ornaments.

    Examples:
        >>> header_key("氏　名\n（漢字）"), header_key("【住所】※"), header_key("Ｎｏ．")
        ('氏名(漢字)', '住所', 'no')
    """
    before = None
    while text != before:  # taking out a blank may let two letters join
        before = text
        folded = unicodedata.normalize("NFKC", text).casefold()
        text = _ORNAMENTS.sub("", folded)
    return text


def find_header(
    rows: Sequence[Row],
    words: Mapping[str, tuple[str, ...]],
    *,
    merged: Sequence[MergedCells] = (),
) -> Header | None:
    """Return the header that explains most columns, or None when there is none.

    One to three rows may form it; titles and notes above it are passed over. With
    equal merit the lower and shorter one wins.

    Args:
        rows: The first rows of the table (`SEARCHED_ROWS` are enough).
        words: Our field: the headers it goes by; `*word*` is any header with the word.
        merged: Merged blocks; their text stands in each of their cells.
    """
    known = _Known.of(words)
    rows = rows[:SEARCHED_ROWS]
    filled = _filled(rows, merged)
    best: tuple[tuple[bool, int], Header] | None = None
    for span in range(1, _HEADER_SPAN + 1):
        for start in range(len(rows) - span + 1):
            block = filled[start : start + span]
            if not _could_be_header(block):
                continue
            above = filled[start - 1] if start else {}
            header = _read_header(rows[start : start + span], block, known, above)
            found = len(header.columns) + len(header.ambiguous)
            whole = not _cuts_through(header, merged)
            merit = whole, found + len(header.columns)
            if found >= _FEWEST_FIELDS and (best is None or merit > best[0]):
                best = merit, header
    return best[1] if best else None


def _cuts_through(header: Header, merged: Sequence[MergedCells]) -> bool:
    """Return True where a cell of the header reaches beyond it: the header goes on there."""
    first, last = header.first_row, header.last_row
    return any(
        block.bottom - block.top < _HEADER_SPAN
        and (block.top <= last < block.bottom or block.top < first <= block.bottom)
        and block.bottom >= first
        for block in merged
    )


def row_kind(row: Row, header: Header) -> RowKind:
    """Return what a row below the header is.

    A row with a name, birth date or number of a person is data whatever else it says,
    unless the name itself is the word for a total.
    """
    texts = [cell.strip() for cell in row.cells]
    filled = [text for text in texts if text]
    if not filled:
        return RowKind.BLANK
    if _repeats(texts, header):
        return RowKind.HEADER
    first = "".join(filled[0].split())
    if _TOTAL.fullmatch(unicodedata.normalize("NFKC", first)) and all(
        header.text(row, name) in ("", filled[0]) for name in _NEVER_IN_TOTALS
    ):
        return RowKind.TOTAL
    if len(filled) == 1 and _NOTE.match(unicodedata.normalize("NFKC", first)):
        return RowKind.NOTE
    identifying = [
        name
        for name in header.columns
        if name not in _NEVER_A_PERSON and header.text(row, name)
    ]
    if identifying:
        return RowKind.DATA
    if all(_is_counter(text) for text in filled) or header.text(row, "request_id"):
        return RowKind.UNUSED
    return RowKind.NOTE if len(filled) <= 2 else RowKind.DATA


def _is_counter(text: str) -> bool:
    return len(text) <= 6 and not text.isalpha()


def _repeats(texts: Sequence[str], header: Header) -> bool:
    labels = [header_key(label) for label in header.labels]
    pairs = [
        (header_key(text), label)
        for text, label in zip(texts, labels, strict=False)
        if text
    ]
    return len(pairs) >= 2 and all(
        text and label.endswith(text) for text, label in pairs
    )


def _filled(
    rows: Sequence[Row], merged: Sequence[MergedCells]
) -> list[dict[int, _Entry]]:
    """Return per row {column: (text, origin)} with merged texts spread."""
    filled = [
        {
            column: (text.strip(), (row.number, column))
            for column, text in enumerate(row.cells)
            if text.strip()
        }
        for row in rows
    ]
    places = {row.number: place for place, row in enumerate(rows)}
    for block in merged:
        origin = places.get(block.top)
        if origin is None or block.left not in filled[origin]:
            continue
        for number in range(block.top, block.bottom + 1):
            if number in places:
                for column in range(block.left, block.right + 1):
                    filled[places[number]][column] = filled[origin][block.left]
    return filled


def _could_be_header(block: Sequence[Mapping[int, _Entry]]) -> bool:
    """A header row has words in it, hardly any digits."""
    return all(
        row and sum(_looks_like_data(text) for text, _ in row.values()) * 4 <= len(row)
        for row in block
    )


def _looks_like_data(text: str) -> bool:
    digits = sum(letter.isdecimal() for letter in text)
    return digits * 2 >= len(text)


def _read_header(
    rows: Sequence[Row],
    block: Sequence[Mapping[int, _Entry]],
    known: _Known,
    above: Mapping[int, _Entry],
) -> Header:
    width = max((max(row, default=-1) for row in block), default=-1) + 1
    labels: list[str] = []
    claims: dict[str, list[tuple[int, int]]] = {}
    my_numbers: set[int] = set()
    doubts: dict[int, str] = {}
    titles = _titles(block)
    for column in range(width):
        parts = _parts(block, column)
        labels.append(" ".join(parts))
        if any(header_key(part) in MY_NUMBER_HEADERS for part in parts):
            my_numbers.add(column)
            continue
        found = _field_of(parts, known)
        if found is None and not _same_cells(block, column):
            found = _field_within(parts, known, titles)
            if found:
                doubts[column] = "見出しに含まれる言葉から読みました。"
        elif found and _group_above(parts, found[0], known):
            doubts[column] = "上の段の見出しを除いて読みました。"
        if found and not _about_somebody_else(above.get(column)):
            claims.setdefault(found[0], []).append((found[1], column))
    columns, ambiguous = _settle(claims, known)
    doubts |= _outranked(claims, columns)
    read = {*columns.values(), *(c for found in claims.values() for _, c in found)}
    return Header(
        first_row=rows[0].number,
        last_row=rows[-1].number,
        labels=tuple(labels),
        columns=columns,
        ambiguous=ambiguous,
        my_number_columns=frozenset(my_numbers),
        doubts=tuple((c, why) for c, why in sorted(doubts.items()) if c in read),
    )


def _group_above(parts: tuple[str, ...], name: str, known: _Known) -> bool:
    """Return True when a field was read without a title above it that is not known."""
    whole = _lookup("".join(parts), known.whole)
    above = parts[:-1]
    return bool(above) and not (
        (whole and whole[0] == name)
        or any(word in text for text in above for word in OWN_PERSON)
    )


def _outranked(
    claims: Mapping[str, Sequence[tuple[int, int]]], columns: Mapping[str, int]
) -> dict[int, str]:
    """Return columns that could have been meant where another one was taken."""
    taken = set(columns.values())
    return {
        column: f"{column_letters(columns[name])}列を読み、この列は使いません。"
        for name, found in claims.items()
        if name in columns
        for _, column in found
        if column not in taken
    }


def _about_somebody_else(group: _Entry | None) -> bool:
    """Return True when the title over a group of columns names another person."""
    if group is None or len(group[0]) > _LONGEST_GROUP_TITLE:
        return False
    return any(word in group[0] for word in OTHER_PERSONS)


def _parts(block: Sequence[Mapping[int, _Entry]], column: int) -> tuple[str, ...]:
    """Return the texts above a column from top to bottom, a merged one once."""
    parts: list[_Entry] = []
    for row in block:
        entry = row.get(column)
        if entry and entry not in parts:
            parts.append(entry)
    return tuple(" ".join(text.split()) for text, _ in parts)


def _titles(block: Sequence[Mapping[int, _Entry]]) -> frozenset[str]:
    """Return long texts that stand alone in a row of the block: titles, no headers."""
    if len(block) == 1:
        return frozenset()
    alone = [{text for text, _ in row.values()} for row in block]
    return frozenset(
        " ".join(text.split())
        for texts in alone
        for text in texts
        if len(texts) == 1 and len(text) > _LONGEST_GROUP_TITLE
    )


def _same_cells(block: Sequence[Mapping[int, _Entry]], column: int) -> bool:
    """Return True when merging alone gave a column the header of the one before it."""
    return column > 0 and all(row.get(column) == row.get(column - 1) for row in block)


def _field_within(
    parts: tuple[str, ...], known: _Known, titles: frozenset[str]
) -> tuple[str, int] | None:
    """Return the field a part of the header's words means, when no whole word does."""
    key = header_key("".join(part for part in parts if part not in titles))
    name = next((name for word, name in known.within.items() if word in key), None)
    return (name, 1) if name else None


def _field_of(parts: tuple[str, ...], known: _Known) -> tuple[str, int] | None:
    """Return the field a column's header means and the merit of that reading."""
    if not parts:
        return None
    for start in range(len(parts)):
        found = _lookup("".join(parts[start:]), known.whole)
        above = "".join(parts[:start])
        if found and not any(word in above for word in OTHER_PERSONS):
            own = any(word in above for word in OWN_PERSON)
            name, rank = found
            return name, _MERIT_OF_A_RANK * rank + (2 if own or start == 0 else 1)
    return None


def _lookup(text: str, known: Mapping[str, tuple[str, int]]) -> tuple[str, int] | None:
    key = header_key(text)
    for word in (key, key[1:] if key.startswith(_HONORIFICS) else ""):
        if word in known:
            return known[word]
        remark = _REMARK.search(word)
        if remark and _is_plain(remark.group(1)):
            return known.get(word[: remark.start()])
    return None


def _is_plain(remark: str) -> bool:
    return remark in PLAIN_REMARKS or remark.endswith(PLAIN_REMARK_ENDS)


def _settle(
    claims: Mapping[str, list[tuple[int, int]]], known: _Known
) -> tuple[dict[str, int], tuple[tuple[str, tuple[int, ...]], ...]]:
    columns: dict[str, int] = {}
    ambiguous: list[tuple[str, tuple[int, ...]]] = []
    for name, found in claims.items():
        merit = max(entry[0] for entry in found)
        best = tuple(column for rank, column in found if rank == merit)
        places = columns_of(name)
        if name in known.several and len(found) <= len(places):
            columns.update(zip(places, sorted(c for _, c in found), strict=False))
        elif len(best) == 1:
            columns[name] = best[0]
        else:
            ambiguous.append((name, best))
    return columns, tuple(ambiguous)
