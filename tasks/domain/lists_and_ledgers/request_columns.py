"""The columns of the request as its own section wrote them, for lists and forms alike."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TypeAlias

from tasks.domain.records import Applicant, WrittenCell

ColumnName: TypeAlias = tuple[str, int]
"""Header, and the how-manieth column of this header it is in its row, from 0."""


def own_columns(applicants: Iterable[Applicant]) -> tuple[ColumnName, ...]:
    """Return every column of the requests, the first request's in its own order.

    Columns that only a later list has come after, in that list's order.

    Examples:
        >>> row = (WrittenCell("備考", "a"), WrittenCell("氏名", "b"), WrittenCell("備考", "c"))
        >>> own_columns([Applicant("list:1", "", "", "", written=row)])
        (('備考', 0), ('氏名', 0), ('備考', 1))
    """
    found: dict[ColumnName, None] = {}
    seen: set[tuple[str, ...]] = set()
    for applicant in applicants:
        cells = written_cells(applicant)
        headers = tuple(cell.header for cell in cells)
        if headers not in seen:
            seen.add(headers)
            found.update(dict.fromkeys(_named(headers)))
    return tuple(found)


def own_cells(applicant: Applicant) -> Mapping[ColumnName, WrittenCell]:
    """Return an applicant's cells by the columns of `own_columns`."""
    cells = written_cells(applicant)
    names = _named(tuple(cell.header for cell in cells))
    return dict(zip(names, cells, strict=True))


def written_cells(applicant: Applicant) -> tuple[WrittenCell, ...]:
    """Return the request row as written; for a form what was read, under usual headers."""
    if applicant.written:
        return applicant.written
    cells = (
        (
            "番号",
            "" if applicant.request_id == applicant.row_id else applicant.request_id,
        ),
        ("氏名", applicant.name),
        ("フリガナ", applicant.kana),
        ("生年月日", applicant.birth_date),
        ("郵便番号", applicant.postal),
        ("住所", applicant.address),
        ("電話番号", applicant.phone),
        ("宛名番号", applicant.addressee_no),
        ("法人番号", applicant.corporate_number),
        ("同意", applicant.consent.value),
    )
    return tuple(WrittenCell(header, text) for header, text in cells if text)


@lru_cache(maxsize=64)
def _named(headers: tuple[str, ...]) -> tuple[ColumnName, ...]:
    times: Counter[str] = Counter()
    named: list[ColumnName] = []
    for header in headers:
        named.append((header, times[header]))
        times[header] += 1
    return tuple(named)
