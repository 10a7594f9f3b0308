"""What a bar or QR code on the page says of the page's other fields.

納付書 carry their number and amount in a code that a machine printed: whatever somebody
wrote beside it either says the same or must be looked at.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence

from ocr.model import FieldKind, FieldReading
from tasks.domain.reading.field_values import value_of
from tasks.domain.reading.people_met import Met, Proved, values_read
from tasks.domain.reading.proofs import Proof

OTHER_THAN_CODE = "用紙のコードの内容と違います。"

_NAMED = re.compile(r"\{([a-z][a-z0-9_]*)\}")
_READ = (FieldKind.CHECK, FieldKind.CHOICE, FieldKind.SEAL, FieldKind.SIGNATURE)


def fields_named(says: str) -> tuple[str, ...]:
    """Return the fields that a code's definition names.

    Examples:
        >>> fields_named("MNT26-{notice_no}-{tax_yen}")
        ('notice_no', 'tax_yen')
    """
    return tuple(_NAMED.findall(says))


def held_by(says: str, text: str) -> Mapping[str, str]:
    """Return the text of each field that a code holds; empty when it holds another.

    Examples:
        >>> held_by("MNT26-{notice_no}-{tax_yen}", "MNT26-0012-00010800")
        {'notice_no': '0012', 'tax_yen': '00010800'}
        >>> held_by("MNT26-{notice_no}-{tax_yen}", "ABC")
        {}
    """
    pattern, end = "", 0
    for named in _NAMED.finditer(says):
        pattern += re.escape(says[end : named.start()]) + f"(?P<{named[1]}>[^-/,;: ]+)"
        end = named.end()
    found = re.fullmatch(pattern + re.escape(says[end:]), text)
    return found.groupdict() if found else {}


def met_in_codes(fields: Sequence[FieldReading], *, today: dt.date) -> Proved:
    """Return the fields whose writing is what a code of the page says, and those not.

    Args:
        fields: Of one page.
        today: For dates.
    """
    met: dict[str, Met] = {}
    doubts: dict[str, str] = {}
    by_id = {one.field_id: one for one in fields}
    for name, text in _said(fields):
        one = by_id.get(name)
        if one is None or one.kind in _READ or not one.readings:
            continue
        value = value_of(one.kind, text, today=today)
        if not value.usable:
            continue
        entry = Met(Proof.CODE_SAYS, value.key)
        if any(entry.is_met_by(read) for read in values_read(one, today=today)):
            met[name] = entry
        else:
            doubts[name] = OTHER_THAN_CODE
    return Proved(met, doubts)


def _said(fields: Sequence[FieldReading]) -> Iterator[tuple[str, str]]:
    for one in fields:
        if one.kind is FieldKind.CODE and one.says:
            for reading in one.readings:
                yield from held_by(one.says, reading.text).items()
