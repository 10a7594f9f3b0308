"""Which readings a person need not look at: proof, never confidence alone.

Each field collects proofs. Its error class says how many it needs, and how often a
value with such proofs may be wrong at most (configs/acceptance.yaml). What a proof is
worth is argued in docs/decisions/0004 and 0011.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ocr.model import ErrorClass, FieldKind, FieldReading, PageReading
from tasks.domain.office.settings import AcceptanceRules
from tasks.domain.reading.calibration import BLANK, MARK, Calibration
from tasks.domain.reading.considered import Considered, consider
from tasks.domain.reading.field_values import BETWEEN_CHOICES, FieldValue
from tasks.domain.reading.judgement import (
    FieldStatus,
    Judgement,
    blank_judgement,
    in_blind_sample,
    settled,
)
from tasks.domain.reading.listed_words import is_listed, listed_keys
from tasks.domain.reading.page_checks import GAP, Relations, RowState, relate
from tasks.domain.reading.people_met import Proved
from tasks.domain.reading.printed_codes import met_in_codes
from tasks.domain.reading.proofs import PROOF_LABELS, SLIP, WORTH, Proof

__all__ = [
    "PERSON_FIELDS",
    "PROOF_LABELS",
    "STRUCK_OUT",
    "WORTH",
    "FieldStatus",
    "Judgement",
    "Known",
    "Proof",
    "in_blind_sample",
    "judge_page",
    "settled",
]

MARKS = (FieldKind.CHECK, FieldKind.SEAL, FieldKind.SIGNATURE)
"""Kinds that are there or not; nothing is read."""

_MOST_CHOICES = 5
PERSON_FIELDS = ("name", "birth_date", "address")
"""The fields that together prove each other through the residents' ledger."""

FROM_LEDGER = "候補の最後は台帳の表記です。"
STRUCK_OUT = "取り消し線で訂正された跡があります。"
"""A corrected field is asked, never guessed, whatever the readers agree on."""
COVERED = "印影が文字に重なっているか、文字を隠しているおそれがあります。"
FELL_BACK = "抜き取り検査で誤りが多かった種類の項目なので、確認します。"
NOT_SURE = "読取結果は一致していますが、この種類の項目ではまだ確かさが足りません。"
EMPTY = "必要な欄が空欄です。"
FAINT = "空欄に見えますが、薄く書かれていないか確かめてください。"
UNKNOWN_POSTAL = "郵便番号簿にも台帳にもない郵便番号です。"
NO_ERA = "元号がどれも選ばれていません。"
_MARK_UNCLEAR = "印があるかどうか判別できません。"
_SEVERAL_MARKS = "一つだけ選ぶ欄に、二つ以上の印があります。"
_CHOICE_UNCLEAR = "どれが選ばれているか判別できません。"
_ERA_UNCLEAR = "どの元号が選ばれているか判別できません。"


@dataclass(frozen=True, slots=True)
class Known:
    """What is known beside one page's own fields."""

    people: Proved = field(default_factory=Proved)
    """What the page's readings met in the ledger (see procedures/prove_person)."""
    calibration: Calibration = field(default_factory=Calibration)
    """What agreement is worth. Without it agreement proves nothing."""
    fallen_back: frozenset[tuple[str, str]] = frozenset()
    """(kind, error class) that the blind sample of this form showed to be bad."""
    postal_towns: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    """Postal code as 123-4567 to the joined names of towns it covers."""
    words: Mapping[str, frozenset[str]] = field(default_factory=dict, repr=False)
    """What fields usually hold, by the name of the list."""


def judge_page(
    page: PageReading,
    *,
    rules: AcceptanceRules,
    today: dt.date,
    known: Known | None = None,
) -> tuple[Judgement, ...]:
    """Return a judgement for every field of one page, in the page's order.

    Args:
        page: As read.
        rules: How much proof each error class needs; windows and limits of values.
        today: For the plausibility of dates.
        known: What is known beside the page.
    """
    known = known or Known()
    said = met_in_codes(page.fields, today=today)
    met = {**known.people.met, **said.met}
    keys = [listed_keys(entry, known.words) for entry in page.fields]
    considered = [
        consider(
            entry, rules=rules, today=today, met=met.get(entry.field_id), listed=words
        )
        for entry, words in zip(page.fields, keys, strict=True)
    ]
    listed = frozenset(
        entry.reading.field_id
        for entry, words in zip(considered, keys, strict=True)
        if is_listed(entry, words)
    )
    relations = relate(considered, page.totals, known.postal_towns)
    judge = _Judge(
        rules,
        known,
        relations,
        doubts={**known.people.doubts, **said.doubts},
        listed=listed,
        born_digital=page.born_digital,
    )
    return tuple(judge.field(entry) for entry in considered)


@dataclass(frozen=True, slots=True)
class _Judge:
    """Judges the fields of one page one by one."""

    rules: AcceptanceRules
    known: Known
    relations: Relations
    doubts: Mapping[str, str]
    """Why what the ledger or a code says forbids a value."""
    listed: frozenset[str]
    """Fields that hold a word of their list."""
    born_digital: bool

    def field(self, entry: Considered) -> Judgement:
        reading = entry.reading
        state = self.relations.rows.get(reading.field_id)
        if state is not None:
            gap = state is RowState.GAP and reading.required
            return blank_judgement(reading, GAP if gap else "")
        judged = self._by_kind(entry)
        if judged.status is FieldStatus.ASK:
            return judged
        for spoilt, reason in (
            (reading.struck_out, STRUCK_OUT),
            (reading.covered, COVERED),
        ):
            if spoilt:
                return replace(judged, status=FieldStatus.ASK, reason=reason, proofs=())
        blank = judged.status is FieldStatus.BLANK
        sampled_as = BLANK if blank else reading.kind.value
        if (sampled_as, reading.error_class.value) in self.known.fallen_back:
            return replace(
                judged, status=FieldStatus.ASK, reason=FELL_BACK, fell_back=True
            )
        return judged

    def _by_kind(self, entry: Considered) -> Judgement:
        reading = entry.reading
        if reading.kind in MARKS:
            word = {True: "yes", False: "no", None: ""}[reading.checked]
            problem = _MARK_UNCLEAR if reading.checked is None else ""
            return self._mark(reading, word, ("yes", "no"), problem)
        if reading.kind is FieldKind.CHOICE:
            return self._choice(reading)
        if reading.blank and not reading.struck_out:
            return self._nothing(reading)
        return self._text(entry)

    def _nothing(self, reading: FieldReading) -> Judgement:
        if reading.required:
            return blank_judgement(reading, EMPTY)
        if reading.kind is FieldKind.DATE and reading.chosen:
            return blank_judgement(
                reading, "元号だけが選ばれ、日付が書かれていません。"
            )
        allowed = self.rules.allowed_error(reading.error_class.value)
        bound = self.known.calibration.ink_bound(reading.kind.value, BLANK, allowed)
        judged = blank_judgement(
            reading, FAINT if reading.faint or bound > allowed else ""
        )
        return replace(judged, error_bound=bound)

    def _choice(self, reading: FieldReading) -> Judgement:
        chosen = reading.chosen
        problem = ""
        if chosen is None:
            problem = _CHOICE_UNCLEAR
        elif len(chosen) > 1 and not reading.several:
            problem = _SEVERAL_MARKS
        elif not chosen:
            return blank_judgement(reading, EMPTY if reading.required else "")
        words = BETWEEN_CHOICES.join(chosen or ())
        judged = self._mark(reading, words, reading.options, problem)
        return replace(judged, several=reading.several)

    def _mark(
        self, reading: FieldReading, word: str, choices: tuple[str, ...], problem: str
    ) -> Judgement:
        allowed = self.rules.allowed_error(reading.error_class.value)
        bound = self.known.calibration.ink_bound(reading.kind.value, MARK, allowed)
        if not problem and bound > allowed:
            problem = NOT_SURE
        return Judgement(
            field_id=reading.field_id,
            label=reading.label,
            kind=reading.kind,
            status=FieldStatus.ASK if problem else FieldStatus.ACCEPTED,
            value=word,
            text=word,
            confidence=0.0 if problem else 1.0,
            proofs=() if problem else (Proof.MARK_CLEAR,),
            reason=problem,
            choices=choices,
            error_class=reading.error_class,
            error_bound=bound,
        )

    def _text(self, entry: Considered) -> Judgement:
        reading, chosen = entry.reading, entry.chosen
        proofs, bound = self._proofs(entry)
        registered = self.known.people.near.get(reading.field_id, "")
        judged = Judgement(
            field_id=reading.field_id,
            label=reading.label,
            kind=reading.kind,
            status=FieldStatus.ASK,
            value=chosen.value if chosen else "",
            text=entry.text,
            confidence=entry.confidence,
            proofs=proofs,
            choices=_choices(entry, registered),
            error_class=reading.error_class,
            error_bound=bound,
        )
        beside = FROM_LEDGER if registered in judged.choices else ""
        problem = self._problem(entry, proofs)
        if problem:
            return replace(judged, reason=problem + beside, proofs=())
        needed = self.rules.proofs_needed[reading.error_class.value]
        allowed = self.rules.allowed_error(reading.error_class.value)
        if sum(WORTH[proof] for proof in proofs) >= needed and bound <= allowed:
            return replace(judged, status=FieldStatus.ACCEPTED)
        return replace(judged, reason=_why_asked(entry, proofs, needed) + beside)

    def _proofs(self, entry: Considered) -> tuple[tuple[Proof, ...], float]:
        """Return the proofs of the chosen value and the bound of its error rate."""
        reading = entry.reading
        if entry.usable is None:
            return (), 1.0
        firm: list[Proof] = []
        if self.born_digital:
            firm.append(Proof.BORN_DIGITAL)
        if reading.kind is FieldKind.CODE:
            firm.append(Proof.CODE)
        if entry.met is not None:
            firm.append(entry.met.proof)
        if reading.field_id in self.listed:
            firm.append(Proof.LISTED)
        if reading.check_digit:
            firm.append(Proof.CHECK_DIGIT)
        firm.extend(self.relations.proofs.get(reading.field_id, ()))
        slip = math.prod(SLIP[proof] for proof in firm)
        agreed, bound = self._agreement(entry, slip)
        return (*firm, *agreed), bound * slip

    def _agreement(
        self, entry: Considered, slip: float
    ) -> tuple[tuple[Proof, ...], float]:
        """Return the proof that lies in readers agreeing, and the bound it gives."""
        reading, found = entry.reading, entry.agreement
        calibration, kind = self.known.calibration, reading.kind.value
        allowed = self.rules.allowed_error(reading.error_class.value)
        bound = calibration.bound(kind, found, min(1.0, allowed / slip))
        if found.readers < 2 or bound * slip > allowed:
            return (), bound
        of_one_make = found.makes == 1 and found.readers > 1
        if of_one_make and reading.error_class is not ErrorClass.STATISTICS:
            return (), bound
        strict = self.rules.allowed_error("strict")
        several_makes = found.readers > 2 and found.makes > 1
        if several_makes and calibration.bound(kind, found, strict) <= strict:
            return (Proof.THREE_READERS,), bound
        return (Proof.TWO_READERS,), bound

    def _problem(self, entry: Considered, proofs: tuple[Proof, ...]) -> str:
        """Return why no proof at all would be enough."""
        reading, chosen = entry.reading, entry.chosen
        if reading.struck_out:
            return STRUCK_OUT
        if chosen is None:
            return "文字を読み取れませんでした。"
        if not chosen.usable:
            return chosen.problem
        if Proof.MASTER_PERSON in proofs:
            return ""
        if chosen.doubt:
            return chosen.doubt
        if self.born_digital:
            return ""
        return (
            self.doubts.get(reading.field_id, "")
            or self.relations.vetoes.get(reading.field_id, "")
            or self._postal_problem(reading, chosen)
            or self._era_problem(reading)
        )

    def _postal_problem(self, reading: FieldReading, chosen: FieldValue) -> str:
        """Return what is wrong with a code that no place has: a figure misread alike."""
        local = self.known.people.postals
        if reading.kind is not FieldKind.POSTAL or local is None:
            return ""
        known = chosen.value in local or chosen.value in self.known.postal_towns
        return "" if known else UNKNOWN_POSTAL

    def _era_problem(self, reading: FieldReading) -> str:
        """Return what is wrong with the circled era: readers of the digits share it."""
        if reading.kind is not FieldKind.DATE or not reading.options:
            return ""
        if reading.chosen is None:
            return _ERA_UNCLEAR
        if len(reading.chosen) != 1:
            return _SEVERAL_MARKS if reading.chosen else NO_ERA
        allowed = self.rules.allowed_error(reading.error_class.value)
        bound = self.known.calibration.ink_bound(FieldKind.CHOICE, MARK, allowed)
        return NOT_SURE if bound > allowed else ""


def _why_asked(entry: Considered, proofs: tuple[Proof, ...], needed: int) -> str:
    usable = {value.key for value in entry.values if value.usable}
    if len(usable) > 1:
        return "読取結果が一致しません。"
    if entry.agreement.readers < 2:
        return "一つの読取しか成り立たず、裏付けがありません。"
    if needed > 1 and not set(proofs) - {Proof.TWO_READERS}:
        return "誤りの許されない項目で、読取の一致のほかに裏付けがありません。"
    return NOT_SURE


def _choices(entry: Considered, registered: str) -> tuple[str, ...]:
    """Return what a person chooses from: readings, best first, and the ledger's text."""
    first = () if entry.usable is None else (entry.usable.shown,)
    texts = [
        *first,
        *(value.shown for value in entry.values if value.usable),
        *(item.text for item in entry.reading.readings),
        *(o.text for item in entry.reading.readings for o in item.runners_up[:3]),
    ]
    seen: dict[str, str] = {}
    for text in texts:
        # Two readings that differ in blanks alone are one choice.
        seen.setdefault("".join(text.split()), text)
    read = [text for key, text in seen.items() if key]
    known = "".join(registered.split())
    if not known or known in seen or entry.usable is None:
        return tuple(read[:_MOST_CHOICES])
    # Behind what was read, never before it: a person must look, not nod.
    return (*read[: _MOST_CHOICES - 1], registered)
