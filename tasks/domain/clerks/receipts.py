"""Receipts (領収書) that applicants showed: set against the very tax lines they are for.

A payment takes days to reach the ledger. A receipt recorded with its reason stands until
the ledger itself has moved: once 収納額 of the line has grown by what was received, the
ledger has caught up and the receipt no longer counts, so that no payment counts twice. Where
調定額 or 収納額 has changed in another way, nobody can tell, and a person is asked.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from tasks.domain.lists_and_ledgers.sources import InputNote
from tasks.domain.lists_and_ledgers.tax_kinds import tax_and_part
from tasks.domain.records import TaxLine

_KEY = re.compile(r"([0-9a-f]{16})\|([0-9a-f]{16})\|([0-9]{1,9})")
_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class ReceiptKey:
    """Which tax line a receipt is for, and what the ledger said of it then."""

    line: str
    """Print of the line: 宛名番号, 税目, 年度, 期別, 納期限, notice."""
    ledger: str
    """Print of its 調定額 and 収納額."""
    seen_until: int = 0
    """Number of the newest receipt that the sheet takes into account."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """One receipt as a clerk wrote it down, or the withdrawal of one."""

    key: ReceiptKey
    line: str = field(repr=False)
    """The line in words, as the sheet named it: 宛名番号 税目 年度 期別 納期限."""
    received_yen: int = field(repr=False)
    received_on: dt.date
    """領収日."""
    reason: str = field(repr=False)
    by_whom: str
    at: dt.datetime
    """When it was read in, with time zone."""
    withdrawn: bool = False
    """It takes back the receipt of the same day and amount."""
    file: str = ""
    seq: int = 0
    """Number in the record; 0 before it is recorded."""

    @property
    def receipt_id(self) -> str:
        """32 hex digits, equal when the same row is read in twice."""
        return _digest(
            receipt_key_text(self.key),
            str(self.received_yen),
            self.received_on.isoformat(),
            str(self.withdrawn),
            length=32,
        )


def line_key(line: TaxLine, *, seen_until: int = 0) -> ReceiptKey:
    """Return how a receipt names a tax line as the ledger has it now."""
    whole = str(line.assessed_yen) if line.instalment == 0 else ""
    return ReceiptKey(
        line=_digest(
            line.addressee_no.lstrip("0"),
            *tax_and_part(line.tax),
            str(line.fiscal_year),
            str(line.instalment),
            line.due_date.isoformat(),
            line.notice_no,
            whole,
        ),
        ledger=_digest(str(line.assessed_yen), str(line.paid_yen)),
        seen_until=seen_until,
    )


def receipt_key_text(key: ReceiptKey) -> str:
    """Return what stands in the column 明細キー.

    Examples:
        >>> receipt_key_text(ReceiptKey("0" * 16, "1" * 16, 3))
        '0000000000000000|1111111111111111|3'
    """
    return _BETWEEN.join((key.line, key.ledger, str(key.seen_until)))


def read_receipt_key(text: str) -> ReceiptKey | None:
    """Return which line a row is about; None when the cell was written over.

    Examples:
        >>> read_receipt_key("0000000000000000|1111111111111111|3").seen_until
        3
        >>> read_receipt_key("") is None
        True
    """
    found = _KEY.fullmatch(text.strip())
    if found is None:
        return None
    return ReceiptKey(found.group(1), found.group(2), int(found.group(3)))


def receipts_in_force(receipts: Iterable[Receipt]) -> tuple[Receipt, ...]:
    """Return the receipts of one line that count: not taken back, each once.

    The same day and amount written down twice is one receipt: forgiving too little can
    be put right, forgiving too much cannot.

    Args:
        receipts: Of one line, in the order of their numbers.
    """
    left: dict[tuple[dt.date, int], Receipt] = {}
    for receipt in receipts:
        mark = (receipt.received_on, receipt.received_yen)
        if receipt.withdrawn:
            left.pop(mark, None)
        else:
            left.setdefault(mark, receipt)
    return tuple(left.values())


def with_receipts(
    lines: Mapping[str, Sequence[TaxLine]],
    receipts: Sequence[Receipt],
    *,
    as_of: dt.date,
    lag_days: int,
) -> tuple[dict[str, tuple[TaxLine, ...]], tuple[InputNote, ...]]:
    """Return the tax lines with what receipts show, and notes for staff.

    Args:
        lines: 宛名番号: its tax lines as the ledger has them.
        receipts: Everything ever recorded, in the order of its numbers.
        as_of: 収納反映日.
        lag_days: How long a payment may take to be posted.

    Returns:
        Lines with `receipt_yen`, or `receipt_unclear` where a receipt may or may not be
        posted, and notes: receipts overtaken by the ledger, receipts that the ledger
        should have by now, receipts that fit two lines (used for none).
    """
    by_line: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        by_line[receipt.key.line].append(receipt)
    found = {number: tuple(its) for number, its in lines.items()}
    if not by_line:
        return found, ()
    counts = _Counts()
    prints = {number: [line_key(line) for line in its] for number, its in found.items()}
    astray = astray_receipts(
        receipts, {key.line for keys in prints.values() for key in keys}
    )
    for number, its in found.items():
        named = [key.line for key in prints[number]]
        found[number] = tuple(
            _received(
                line,
                key,
                by_line.get(key.line, ()),
                counts,
                (named, place_of(line) in astray),
            )
            for line, key in zip(its, prints[number], strict=True)
        )
    numbers = {line.addressee_no.lstrip("0") for its in found.values() for line in its}
    counts.astray = sum(len(its) for key, its in astray.items() if key[0] in numbers)
    late = as_of - dt.timedelta(days=lag_days)
    counts.late = sum(receipt.received_on < late for receipt in counts.used)
    return found, counts.notes()


Place: TypeAlias = tuple[str, tuple[str, str], str]
"""宛名番号, 税目 and 納期限: what a line keeps whatever its amounts become."""


def place_of(line: TaxLine) -> Place:
    """Return by what a receipt that has lost its line is still known to belong to it."""
    return _place(line.addressee_no, line.tax, line.due_date.isoformat())


def _place(addressee_no: str, tax: str, due: str) -> Place:
    return addressee_no.lstrip("0"), tax_and_part(tax), due


def _place_in_words(receipt: Receipt) -> Place:
    number, _, rest = receipt.line.partition(" ")
    return _place(number, rest.partition(" ")[0], rest.rpartition(" ")[2])


def astray_receipts(
    receipts: Sequence[Receipt], lines: Collection[str]
) -> dict[Place, tuple[Receipt, ...]]:
    """Return the receipts in force whose line is in no ledger any more.

    The print of a 全期 or 随時 line holds its 調定額, so one that was changed is another
    line. A receipt is taken back on whatever line stands in its place now.

    Args:
        receipts: Everything ever recorded, in the order of its numbers.
        lines: Prints of the lines there are.
    """
    by_place: dict[Place, list[Receipt]] = defaultdict(list)
    for receipt in receipts:
        if receipt.withdrawn or receipt.key.line not in lines:
            by_place[_place_in_words(receipt)].append(receipt)
    in_force = {place: receipts_in_force(its) for place, its in by_place.items()}
    return {place: found for place, found in in_force.items() if found}


@dataclass(slots=True)
class _Counts:
    used: list[Receipt] = field(default_factory=list)
    overtaken: int = 0
    unclear: int = 0
    astray: int = 0
    several: int = 0
    misplaced: int = 0
    late: int = 0

    def notes(self) -> tuple[InputNote, ...]:
        told = (
            (
                len(self.used),
                "receipt_used",
                "領収書で納付を確かめた明細があります（シート「税額明細」）。",
            ),
            (
                self.overtaken,
                "receipt_overtaken",
                "領収書の金額が台帳の収納額に載ったため、その領収書は使っていません。",
            ),
            (
                self.unclear + self.astray,
                "receipt_unclear",
                "領収書を記録した後に台帳の調定額か収納額が変わり、納付が載ったか分からない"
                "ため、その領収書は使わず、未納の残る人を要確認にしました。領収書のシートに"
                "書き直すか、取り消してください。",
            ),
            (
                self.several,
                "receipt_ambiguous",
                "領収書に当たる明細が二つあるため、使っていません。",
            ),
            (
                self.misplaced,
                "receipt_misplaced",
                "領収書の行の宛名番号・税目が明細キーと合わないため、使っていません。",
            ),
            (
                self.late,
                "receipt_not_posted",
                "領収日から反映待ちの日数を過ぎても台帳に載っていない納付があります。"
                "収納の取込み漏れがないか確かめてください。",
            ),
        )
        return tuple(
            InputNote("", "領収書", code, message, count)
            for count, code, message in told
            if count
        )


def _received(
    line: TaxLine,
    key: ReceiptKey,
    receipts: Sequence[Receipt],
    counts: _Counts,
    others: tuple[Sequence[str], bool],
) -> TaxLine:
    """Return a line with what receipts show of it.

    Args:
        line: As the ledger has it.
        key: Of the line.
        receipts: Recorded of it.
        counts: For the notes.
        others: Prints of the person's lines, and whether a receipt of the same tax
            has lost its line.
    """
    named, astray = others
    unpaid_yen = max(line.assessed_yen - line.paid_yen, 0)
    standing = receipts_in_force(receipts)
    if not standing:
        return replace(line, receipt_unclear=True) if astray and unpaid_yen else line
    if named.count(key.line) > 1:
        counts.several += len(standing)
        return line
    fitting = [one for one in standing if _names(one, line)]
    counts.misplaced += len(standing) - len(fitting)
    current = [one for one in fitting if one.key.ledger == key.ledger]
    overtaken = [one for one in fitting if one not in current]
    posted = _posted(line, overtaken)
    counts.overtaken += len(overtaken) if posted else 0
    counts.unclear += 0 if posted else len(overtaken)
    shown_yen = min(sum(one.received_yen for one in current), unpaid_yen)
    if not shown_yen:
        unclear = bool(unpaid_yen) and not posted
        return replace(line, receipt_unclear=True) if unclear else line
    counts.used.extend(current)
    return replace(line, receipt_yen=shown_yen)


def _posted(line: TaxLine, overtaken: Sequence[Receipt]) -> bool:
    """Tell whether 収納額 has grown by what the receipts show, and nothing else changed."""
    received_yen = sum(one.received_yen for one in overtaken)
    before = replace(line, paid_yen=line.paid_yen - received_yen)
    return all(one.key.ledger == line_key(before).ledger for one in overtaken)


def _names(receipt: Receipt, line: TaxLine) -> bool:
    """Tell whether a receipt's row bore the number and tax of the line of its key.

    Columns of a sheet may have been sorted apart from each other.
    """
    number, _, rest = receipt.line.partition(" ")
    same_number = number.lstrip("0") == line.addressee_no.lstrip("0")
    tax = rest.partition(" ")[0]
    return same_number and tax_and_part(tax) == tax_and_part(line.tax)


def _digest(*texts: str, length: int = 16) -> str:
    return hashlib.sha256("\x1f".join(texts).encode()).hexdigest()[:length]
