"""Words that a form's field usually holds, as a list says: banks, taxes, nurseries."""

from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ocr.model import FieldKind, FieldReading
from tasks.domain.reading.considered import Considered
from tasks.domain.reading.field_values import value_of

_KINDS = (FieldKind.TEXT, FieldKind.NAME, FieldKind.KANA)
_READS_BY_LIST = "rapid"
"""The reader that is told the list: where a picture leaves it open it takes a listed
word, so its word for one proves nothing."""


def listed_keys(
    reading: FieldReading, lists: Mapping[str, frozenset[str]], *, today: dt.date
) -> frozenset[str]:
    """Return the comparison keys of the words that a field usually holds.

    Args:
        reading: As read.
        lists: Words by the list's name.
        today: For values.
    """
    words = lists.get(reading.words, frozenset())
    return _keys(reading.kind, words, today) if reading.kind in _KINDS else frozenset()


@functools.lru_cache(maxsize=64)
def _keys(kind: FieldKind, words: frozenset[str], today: dt.date) -> frozenset[str]:
    # Once for a list, not for each field: a list may have a hundred thousand words.
    return frozenset(value_of(kind, word, today=today).key for word in words)


def is_listed(entry: Considered, keys: frozenset[str]) -> bool:
    """Return whether a value, read without the list, is one word of it and near no other.

    Args:
        entry: A field and the value chosen for it.
        keys: See `listed_keys`.
    """
    chosen = entry.usable
    if chosen is None or chosen.key not in keys:
        return False
    alone = any(
        value.usable and value.key == chosen.key and one.engine != _READS_BY_LIST
        for one, value in zip(entry.reading.readings, entry.values, strict=True)
    )
    near = process.extract(
        chosen.key, keys, scorer=OSA.distance, score_cutoff=1, limit=2
    )
    return alone and len(near) == 1
