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
_NO_DATES = dt.date.min
"""Words are no dates; which day it is means nothing to them."""
_READS_BY_LIST = "rapid"
"""The reader that is told the list: where a picture leaves it open it takes a listed
word, so its word for one proves nothing."""


def listed_keys(
    reading: FieldReading, lists: Mapping[str, frozenset[str]]
) -> frozenset[str]:
    """Return the comparison keys of the words that a field usually holds.

    Args:
        reading: As read.
        lists: Words by the list's name.
    """
    words = lists.get(reading.words, frozenset())
    return _keys(reading.kind, words) if reading.kind in _KINDS else frozenset()


@functools.lru_cache(maxsize=16)
def _keys(kind: FieldKind, words: frozenset[str]) -> frozenset[str]:
    # Once for a list, not for each field: a list may have a hundred thousand words.
    return frozenset(value_of(kind, word, today=_NO_DATES).key for word in words)


def is_listed(entry: Considered, keys: frozenset[str]) -> bool:
    """Return whether a value, read without the list, is one word of it and near no other.

    Args:
        entry: A field and the value chosen for it.
        keys: See `listed_keys`.
    """
    chosen = entry.usable
    if chosen is None or chosen.key not in keys:
        return False
    read = [
        (one.engine, value.key == chosen.key)
        for one, value in zip(entry.reading.readings, entry.values, strict=True)
        if value.usable
    ]
    alone = any(same for engine, same in read if engine != _READS_BY_LIST)
    # Drawn to the list and seeing no word of it, or another: then it is none.
    if not alone or not all(same for engine, same in read if engine == _READS_BY_LIST):
        return False
    near = process.extract(
        chosen.key, keys, scorer=OSA.distance, score_cutoff=1, limit=2
    )
    return len(near) == 1
