"""What each column of a list or ledger was taken for, in words staff can check (列の対応)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from tasks.domain.lists_and_ledgers.columns import Header, header_key
from tasks.domain.lists_and_ledgers.sources import ColumnUse
from tasks.domain.lists_and_ledgers.tables import Table, column_letters

_DROPPED = "番号法により読み捨てました。"
_HIDDEN = "非表示の列です。"
_SHORTEST_LIKENESS = 2


def column_uses(
    table: Table,
    header: Header,
    words: Mapping[str, tuple[str, ...]],
    *,
    further: Mapping[str, str] = MappingProxyType({}),
) -> tuple[ColumnUse, ...]:
    """Return every column that has a header, with the field it was read as.

    Not sure are columns read by a part of their header or without the title above it,
    columns that another one was preferred to, and columns left unread although their
    header holds a word for a field that no column was found for.

    Args:
        table: The columns' sheet.
        header: As found.
        words: The dictionary it was found by.
        further: What columns beside these fields are read as, by `header_key`.
    """
    fields = {column: name for name, column in header.columns.items()}
    doubts = dict(header.doubts)
    titles = {name: _title(words[name]) for name in words}
    return tuple(
        _use(
            table,
            (column, label),
            titles.get(_base(fields.get(column, "")), "")
            or further.get(header_key(label), ""),
            dropped=column in header.my_number_columns,
            doubt=doubts.get(column, "")
            or _likeness(label, column, header, words, titles, further),
        )
        for column, label in enumerate(header.labels)
        if label
    )


def _use(
    table: Table, place: tuple[int, str], title: str, *, dropped: bool, doubt: str
) -> ColumnUse:
    column, label = place
    hidden = _HIDDEN if title and column in table.hidden_columns else ""
    reason = _DROPPED if dropped else hidden + doubt
    return ColumnUse(
        file=table.file,
        sheet=table.sheet,
        column=column_letters(column),
        header=label,
        used_as=title,
        sure=dropped or not reason,
        reason=reason,
    )


def _base(name: str) -> str:
    """Return the field of `protected_2` and the like.

    Examples:
        >>> _base("protected_2"), _base("birth_date")
        ('protected', 'birth_date')
    """
    start, _, number = name.rpartition("_")
    return start if number.isdecimal() else name


def _title(words: tuple[str, ...]) -> str:
    """Return the word that staff know a field by."""
    whole = [word for word in words if not word.startswith("*")]
    return (whole or [words[0].strip("*")])[0]


def _likeness(
    label: str,
    column: int,
    header: Header,
    words: Mapping[str, tuple[str, ...]],
    titles: Mapping[str, str],
    further: Mapping[str, str],
) -> str:
    if column in header.columns.values() or header_key(label) in further:
        return ""
    found = next(_alike(header_key(label), header, words), None)
    if found is None:
        return ""
    return (
        f"「{titles[found]}」に似た見出しですが、読んでいません。"
        "同じ意味なら設定の列名辞書に加えてください。"
    )


def _alike(
    key: str, header: Header, words: Mapping[str, tuple[str, ...]]
) -> Iterator[str]:
    """Yield the fields without a column whose words stand in a header."""
    for name, known in words.items():
        if name not in header.columns and any(
            len(word) >= _SHORTEST_LIKENESS and word in key
            for word in map(header_key, known)
            if "*" not in word
        ):
            yield name
