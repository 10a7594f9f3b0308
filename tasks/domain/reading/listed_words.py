"""Words that a form's field usually holds, as a list says: banks, taxes, nurseries."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Set

from rapidfuzz.distance import OSA

from ocr.model import FieldKind
from tasks.domain.reading.considered import Considered
from tasks.domain.reading.field_values import value_of

_KINDS = (FieldKind.TEXT, FieldKind.NAME, FieldKind.KANA)
_READS_BY_LIST = "rapid"
"""The reader that is told the list: where a picture leaves it open it takes a listed
word, so its word for one proves nothing."""


def is_listed(
    entry: Considered, lists: Mapping[str, Set[str]], *, today: dt.date
) -> bool:
    """Return whether a value, read without the list, is one word of it and near no other.

    Args:
        entry: A field and the value chosen for it.
        lists: Words by the list's name.
        today: For values.
    """
    words = lists.get(entry.reading.words, frozenset())
    chosen = entry.usable
    if not words or chosen is None or entry.reading.kind not in _KINDS:
        return False
    alone = any(
        value.usable and value.key == chosen.key and one.engine != _READS_BY_LIST
        for one, value in zip(entry.reading.readings, entry.values, strict=True)
    )
    if not alone:
        return False
    keys = {value_of(entry.reading.kind, word, today=today).key for word in words}
    return chosen.key in keys and not any(
        key != chosen.key and OSA.distance(key, chosen.key, score_cutoff=1) <= 1
        for key in keys
    )
