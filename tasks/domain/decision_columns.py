"""要確認 of 税務課控え: the columns that a clerk fills in, and how a row tells whom it is about.

The sheet is written by one program run and read back by a later one. Both take its name,
its headers, its choices and its keys from here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

SHEET = "要確認"
"""Name of the sheet."""
HEADER_ROW = 2
"""1-based; the title stands above it."""

DECISION = "判断"
REASON = "判断の理由"
DECIDED_BY = "判断者"
KEY = "照合キー"
TO_FILL_IN = (DECISION, REASON, DECIDED_BY)
"""What the clerk writes, in the order of the columns."""

_BETWEEN = "|"


class Decision(StrEnum):
    """What a clerk can choose beside a candidate, or beside a request without one."""

    SAME = "同一"
    """The candidate is the person asked about."""
    OTHER = "該当なし"
    """The candidate is somebody else; beside the request: nobody in the ledger."""
    LATER = "保留"
    """Not decided yet: nothing is applied."""


CHOICES = tuple(choice.value for choice in Decision)
"""Offered as a drop-down list."""


@dataclass(frozen=True, slots=True)
class DecisionKey:
    """Whom a row of the sheet is about."""

    row_id: str
    """Of the applicant."""
    addressee_no: str = field(default="", repr=False)
    """宛名番号 of the candidate; empty on the row of the request itself."""


def key_text(key: DecisionKey) -> str:
    """Return what stands in the column 照合キー.

    Examples:
        >>> key_text(DecisionKey("list:1a2b3c4d:14", "0000000777"))
        'list:1a2b3c4d:14|0000000777'
        >>> key_text(DecisionKey("list:1a2b3c4d:14"))
        'list:1a2b3c4d:14'
    """
    return _BETWEEN.join(filter(None, (key.row_id, key.addressee_no)))


def read_key(text: str) -> DecisionKey | None:
    """Return whom a row is about; None when the cell is empty or was written over.

    Examples:
        >>> read_key("list:1a2b3c4d:14|0000000777").row_id
        'list:1a2b3c4d:14'
        >>> read_key("不明") is None
        True
    """
    row_id, _, number = text.strip().partition(_BETWEEN)
    return DecisionKey(row_id, number) if ":" in row_id else None
