"""Which readings a person need not look at: proof, never confidence alone.

Each field collects proofs; its error class says how many it needs
(configs/acceptance.yaml). What a proof is worth, and why agreement of two readers
is not enough for an amount or an identity, is argued in docs/decisions/0004.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from ocr.model import FieldKind, FieldReading
from tasks.domain.field_values import FieldValue, value_of
from tasks.domain.settings import AcceptanceRules


class Proof(StrEnum):
    """A reason to trust a value, beyond an engine's own confidence."""

    BORN_DIGITAL = "born_digital"
    """The text was never an image."""
    MASTER_PERSON = "master_person"
    """Name, birth date and address, each as read, meet in one resident, no rival."""
    TOTAL = "total"
    """The amounts of the form add up."""
    TWO_READERS = "two_readers"
    """Two independent readers give the same value."""
    MARK_CLEAR = "mark_clear"
    """A tick box or seal whose ink is far from the threshold."""
    STAFF = "staff"
    """A person settled it."""


WORTH: Mapping[Proof, int] = {
    Proof.BORN_DIGITAL: 2,
    Proof.MASTER_PERSON: 2,
    Proof.TOTAL: 1,
    Proof.TWO_READERS: 1,
    Proof.MARK_CLEAR: 2,
    Proof.STAFF: 9,
}
"""How many of the proofs needed each one counts for (docs/decisions/0004)."""

PROOF_LABELS: Mapping[Proof, str] = {
    Proof.BORN_DIGITAL: "文字データ",
    Proof.MASTER_PERSON: "台帳の本人と一致",
    Proof.TOTAL: "内訳と合計が一致",
    Proof.TWO_READERS: "二つの読取が一致",
    Proof.MARK_CLEAR: "印の有無が明らか",
    Proof.STAFF: "職員が確認",
}
"""As staff read them."""


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
    """Normal form as text: ISO date, integer yen, 'yes' or 'no' for marks."""
    text: str = field(repr=False)
    """As the first reader saw it."""
    confidence: float
    """Of the first reader, 0.0-1.0; information, never a proof."""
    proofs: tuple[Proof, ...] = ()
    reason: str = ""
    """Why it is asked: one Japanese sentence without personal data."""
    choices: tuple[str, ...] = field(default=(), repr=False)
    """Distinct readings, best first."""


@dataclass(frozen=True, slots=True)
class _Considered:
    """A field with its readings turned into values, before proofs are counted."""

    reading: FieldReading
    values: tuple[FieldValue, ...]
    """One per reader, in the order of the readings."""

    @property
    def first(self) -> FieldValue | None:
        return self.values[0] if self.values else None


AMOUNTS = ("base_yen", "extra_yen", "amount_yen")
"""Parts and their sum, by field identifier."""

STRUCK_OUT = "取り消し線で訂正された跡があります。"
"""A corrected field is asked, never guessed, whatever the readers agree on."""

PERSON_FIELDS = ("name", "birth_date", "address")
"""The fields that together prove each other through the residents' ledger."""


def judge_page(
    fields: Sequence[FieldReading],
    *,
    rules: AcceptanceRules,
    today: dt.date,
    proved_by_master: Mapping[str, str] | None = None,
    born_digital: bool = False,
) -> tuple[Judgement, ...]:
    """Return a judgement for every field of one page, in the page's order.

    Args:
        fields: The readings of one page.
        rules: How many proofs each error class needs, oldest plausible birth year.
        today: For the plausibility of dates.
        proved_by_master: Field identifier to comparison key, for the fields whose
            reading met one person of the ledger (see procedures/prove_person).
        born_digital: The page's text was never an image.
    """
    considered = [
        _Considered(entry, tuple(_values(entry, rules, today))) for entry in fields
    ]
    adds_up = _amounts_add_up(considered)
    master = proved_by_master or {}
    return tuple(
        _judge(
            entry,
            rules=rules,
            by_total=adds_up and entry.reading.field_id in AMOUNTS,
            master_key=master.get(entry.reading.field_id),
            born_digital=born_digital,
        )
        for entry in considered
    )


def _values(
    reading: FieldReading, rules: AcceptanceRules, today: dt.date
) -> list[FieldValue]:
    return [
        value_of(
            reading.kind,
            item.text,
            today=today,
            oldest_birth_year=rules.oldest_birth_year
            if reading.field_id == "birth_date"
            else None,
        )
        for item in reading.readings
    ]


def _amounts_add_up(considered: Sequence[_Considered]) -> bool:
    by_id = {entry.reading.field_id: entry for entry in considered}
    if not all(name in by_id for name in AMOUNTS):
        return False
    yen: list[int] = []
    for name in AMOUNTS:
        entry = by_id[name]
        if entry.reading.blank:
            if name == AMOUNTS[-1]:
                return False
            yen.append(0)
            continue
        if entry.first is None or not entry.first.usable:
            return False
        yen.append(int(entry.first.value))
    return sum(yen[:-1]) == yen[-1]


def _judge(
    entry: _Considered,
    *,
    rules: AcceptanceRules,
    by_total: bool,
    master_key: str | None,
    born_digital: bool,
) -> Judgement:
    reading = entry.reading
    if reading.kind in (FieldKind.CHECK, FieldKind.SEAL):
        return _judge_mark(reading)
    if reading.blank:
        return _judge_blank(reading)
    chosen, proofs = _choose(entry, master_key)
    if by_total:
        proofs = (*proofs, Proof.TOTAL)
    if born_digital:
        proofs = (Proof.BORN_DIGITAL, *proofs)
    judged = Judgement(
        field_id=reading.field_id,
        label=reading.label,
        kind=reading.kind,
        status=FieldStatus.ASK,
        value=chosen.value if chosen else "",
        text=reading.readings[0].text if reading.readings else "",
        confidence=reading.readings[0].confidence if reading.readings else 0.0,
        proofs=proofs,
        choices=_choices(entry),
    )
    problem = STRUCK_OUT if reading.struck_out else _problem(chosen)
    if problem:
        return replace(judged, reason=problem, proofs=())
    needed = rules.proofs_needed[reading.error_class.value]
    if sum(WORTH[proof] for proof in proofs) >= needed:
        return replace(judged, status=FieldStatus.ACCEPTED)
    return replace(judged, reason=_why_asked(entry))


def _choose(
    entry: _Considered, master_key: str | None
) -> tuple[FieldValue | None, tuple[Proof, ...]]:
    """Return the value to take and what the readings themselves prove."""
    proofs: list[Proof] = []
    chosen = entry.first
    if master_key is not None:
        hit = [v for v in entry.values if v.usable and v.key == master_key]
        if hit:
            chosen = hit[0]
            proofs.append(Proof.MASTER_PERSON)
    agreeing = {
        item.engine
        for item, value in zip(entry.reading.readings, entry.values, strict=True)
        if chosen and chosen.usable and value.usable and value.key == chosen.key
    }
    if len(agreeing) > 1:
        proofs.append(Proof.TWO_READERS)
    return chosen, tuple(proofs)


def _problem(chosen: FieldValue | None) -> str:
    if chosen is None:
        return "文字を読み取れませんでした。"
    return "" if chosen.usable else chosen.problem


def _why_asked(entry: _Considered) -> str:
    usable = {value.key for value in entry.values if value.usable}
    if len(usable) > 1:
        return "二つの読取結果が一致しません。"
    if len(entry.values) > 1 and len(usable) == len({v.key for v in entry.values}):
        return "誤りの許されない項目で、読取の一致のほかに裏付けがありません。"
    return "一つの読取しか成り立たず、裏付けがありません。"


def _choices(entry: _Considered) -> tuple[str, ...]:
    texts = [
        *(value.shown for value in entry.values if value.usable),
        *(item.text for item in entry.reading.readings),
        *(o.text for item in entry.reading.readings for o in item.runners_up[:3]),
    ]
    seen: dict[str, str] = {}
    for text in texts:
        # Two readings that differ in blanks alone are one choice.
        seen.setdefault("".join(text.split()), text)
    return tuple(text for key, text in seen.items() if key)[:5]


def _judge_mark(reading: FieldReading) -> Judgement:
    word = {True: "yes", False: "no", None: ""}[reading.checked]
    clear = reading.checked is not None
    return Judgement(
        field_id=reading.field_id,
        label=reading.label,
        kind=reading.kind,
        status=FieldStatus.ACCEPTED if clear else FieldStatus.ASK,
        value=word,
        text=word,
        confidence=1.0 if clear else 0.0,
        proofs=(Proof.MARK_CLEAR,) if clear else (),
        reason="" if clear else "印があるかどうか判別できません。",
        choices=("yes", "no"),
    )


def _judge_blank(reading: FieldReading) -> Judgement:
    return Judgement(
        field_id=reading.field_id,
        label=reading.label,
        kind=reading.kind,
        status=FieldStatus.ASK if reading.required else FieldStatus.BLANK,
        value="",
        text="",
        confidence=1.0,
        reason="必要な欄が空欄です。" if reading.required else "",
    )


def in_blind_sample(question_id: str, share: float) -> bool:
    """Return whether an accepted value is shown to staff blind.

    The choice hangs on the hash of the question alone: nobody can steer it, and a
    second run chooses the same.

    Args:
        question_id: 32 hex digits, see review_item.item_id.
        share: 0.0-1.0 of all accepted values.

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
    )
