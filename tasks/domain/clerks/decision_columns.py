"""What a clerk fills in on 税務課控え, and how a row tells whom and what it is about.

The sheets are written by one program run and read back by a later one. Both take names,
headers, choices and keys from here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum

SHEET = "要確認"
"""Where candidates are decided on."""
RECORD_SHEET = "判断の記録"
"""Where a decision made before can be replaced by another."""
RECEIPT_SHEET = "領収書"
"""Where receipts shown by applicants are written down."""
HEADER_ROW = 2
"""1-based; the title stands above it."""

DECISION = "判断"
REASON = "判断の理由"
DECIDED_BY = "判断者"
ADDRESSEE_NO = "宛名番号"
KEY = "照合キー"
TO_FILL_IN = (DECISION, REASON, DECIDED_BY)
"""What the clerk writes, in the order of the columns."""

RECEIPT_LINE = (ADDRESSEE_NO, "税目", "年度", "期別", "納期限")
"""Columns that name the tax line of a receipt in words."""
RECEIPT_STATE = "区分"
RECORDED = "記録済み"
"""In the column 区分: this receipt counts already; it can only be taken back."""
RECEIVED_YEN = "領収額"
RECEIVED_ON = "領収日"
RECEIPT_REASON = "確認した書類・理由"
RECEIVED_BY = "確認者"
RECEIPT_WITHDRAWN = "取消"
"""Header, and what is chosen beneath it."""
RECEIPT_KEY = "明細キー"
RECEIPT_TO_FILL_IN = (RECEIVED_ON, RECEIVED_YEN, RECEIPT_REASON, RECEIVED_BY)
"""What the clerk writes of a receipt, in the order of the columns."""

FINDING_SHEET = "確認事項"
"""Where a clerk writes down what the ledger cannot tell."""
FINDING_RESULT = "確かめた結果"
FINDING_PERSONS = "見る人の宛名番号と氏名"
FINDING_UNTIL = "いつまで"
FINDING_REASON = "確かめた方法・理由"
FINDING_BY = "確かめた人"
FINDING_KEY = "確認キー"
FINDING_TO_FILL_IN = (
    FINDING_RESULT,
    FINDING_PERSONS,
    FINDING_UNTIL,
    FINDING_REASON,
    FINDING_BY,
)
"""What the clerk writes of a finding, in the order of the columns."""

_BETWEEN = "|"
_KEY = re.compile(
    r"([0-9a-f]{16})\|([0-9a-f]{16})\|([0-9]{1,3})\|([0-9a-f]{16})?\|([0-9]{1,9})"
)


class Decision(StrEnum):
    """What a clerk can choose beside a candidate, or beside the request itself."""

    SAME = "同一"
    """The candidate is the person asked about."""
    OTHER = "別人"
    """The candidate is somebody else."""
    NOBODY = "該当なし"
    """Beside the request: none of the candidates, and nobody else in the ledger."""
    LATER = "保留"
    """Not decided yet: nothing is applied."""


ON_CANDIDATE = (Decision.SAME, Decision.OTHER, Decision.LATER)
"""Offered beside a candidate."""
ON_REQUEST = (Decision.NOBODY, Decision.LATER)
"""Offered beside the request itself."""


@dataclass(frozen=True, slots=True)
class DecisionKey:
    """Whom a row of the sheet is about, and what was compared when it was written."""

    request: str
    """Print of the request row, see decisions.request_print."""
    place: str
    """Print of where the request stands, see decisions.place_print."""
    rank: int
    """1 for the first candidate; 0 on the row of the request itself."""
    candidate: str
    """Print of the candidate; empty on the row of the request itself."""
    seen_until: int = field(default=0)
    """Number of the newest decision that the sheet takes into account."""


def key_text(key: DecisionKey) -> str:
    """Return what stands in the column 照合キー.

    Examples:
        >>> key_text(DecisionKey("0" * 16, "1" * 16, 2, "a" * 16, 7))
        '0000000000000000|1111111111111111|2|aaaaaaaaaaaaaaaa|7'
    """
    parts = (key.request, key.place, key.rank, key.candidate, key.seen_until)
    return _BETWEEN.join(map(str, parts))


def read_key(text: str) -> DecisionKey | None:
    """Return whom a row is about; None when the cell is empty or was written over.

    Examples:
        >>> read_key(key_text(DecisionKey("0" * 16, "1" * 16, 0, ""))).rank
        0
        >>> read_key("不明") is None
        True
    """
    found = _KEY.fullmatch(text.strip())
    if found is None:
        return None
    request, place, rank, candidate, seen = found.groups()
    if (candidate is None) != (int(rank) == 0):
        return None
    return DecisionKey(request, place, int(rank), candidate or "", int(seen))
