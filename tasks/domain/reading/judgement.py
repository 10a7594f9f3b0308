"""What was decided about one field of one page."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ocr.model import ErrorClass, FieldKind, FieldReading
from tasks.domain.reading.field_values import FieldValue
from tasks.domain.reading.proofs import Proof


class FieldStatus(StrEnum):
    """What happens with the value next."""

    ACCEPTED = "accepted"
    ASK = "ask"
    BLANK = "blank"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One field with its value and the proofs for it."""

    field_id: str
    label: str
    kind: FieldKind
    status: FieldStatus
    value: str = field(repr=False)
    """Normal form as text: ISO date, integer yen, 'yes' or 'no' for marks, the words
    of a choice joined by ・."""
    text: str = field(repr=False)
    """As the reader of this value saw it."""
    confidence: float
    """Of that reader, 0.0-1.0; information, never a proof."""
    proofs: tuple[Proof, ...] = ()
    reason: str = ""
    """Why it is asked: one Japanese sentence without personal data."""
    choices: tuple[str, ...] = field(default=(), repr=False)
    """Distinct readings, best first, and last what the ledger has; the printed words of
    a choice."""
    error_class: ErrorClass = ErrorClass.ORDINARY
    error_bound: float = 1.0
    """Highest rate of errors that fitting leaves plausible for values so proved."""
    fell_back: bool = False
    """Would have been accepted, had the blind sample not shown this kind to be bad."""
    several: bool = False
    """More than one of the choices may be taken."""


def blank_judgement(reading: FieldReading, problem: str = "") -> Judgement:
    """Return the judgement of a field in which nothing is written.

    Args:
        reading: The field.
        problem: Why a person must look all the same: Japanese; empty when not.
    """
    return Judgement(
        field_id=reading.field_id,
        label=reading.label,
        kind=reading.kind,
        status=FieldStatus.ASK if problem else FieldStatus.BLANK,
        value="",
        text="",
        confidence=1.0,
        reason=problem,
        choices=reading.options if reading.kind is FieldKind.CHOICE else (),
        error_class=reading.error_class,
        several=reading.several,
    )


def in_blind_sample(question_id: str, share: float) -> bool:
    """Return whether a decision that nobody looked at is shown to staff blind.

    The choice hangs on the hash of the question alone: nobody can steer it, and a
    second run chooses the same.

    Args:
        question_id: 32 hex digits, see review_item.item_id.
        share: 0.0-1.0 of all such decisions.

    Examples:
        >>> in_blind_sample("00" * 16, 0.0), in_blind_sample("00" * 16, 1.0)
        (False, True)
    """
    digest = hashlib.sha256(f"blind:{question_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def settled(judgement: Judgement, value: FieldValue | None) -> Judgement:
    """Return the field as a person settled it; None means that it is empty."""
    return replace(
        judgement,
        status=FieldStatus.ACCEPTED if value else FieldStatus.BLANK,
        value=value.value if value else "",
        proofs=(Proof.STAFF,),
        reason="",
        error_bound=0.0,
        fell_back=False,
    )
