"""What the pages about persons say: a question as a clerk sees it."""

from __future__ import annotations

from dataclasses import dataclass, field

from tasks.domain.check_report import number_shown
from tasks.domain.decision_record import IdentityDecision
from tasks.domain.differences import Marked
from tasks.domain.letter_dates import letter_date
from tasks.domain.person_question import PersonQuestion, Situation, Stage
from tasks.domain.records import Applicant, Evidence, Level
from tasks.domain.second_clerk import SECOND_AWAITED
from tasks.domain.side_by_side import MARKS, side_of

REASONS = (
    ("a", "本人確認書類で確認"),
    ("b", "住民票・除票で確認"),
    ("c", "戸籍の附票で確認"),
    ("d", "電話で本人に確認"),
    ("e", "担当課に確認"),
    ("f", "過去の課税・収納の記録で確認"),
)
"""What is written most often, with one key each."""

STAGE_NOTES = {
    Stage.OPEN: "候補を見て決めます",
    Stage.SECOND: "一人目の判断を見ずに決めます",
    Stage.DISPUTED: "職員の判断が分かれました。三人目が両方を見て決めます",
    Stage.HELD: "理由があって止めてあるもの",
    Stage.DECIDED: "次の滞納確認で使われます",
}
"""What is done in each stage, for the overview."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One attribute of a candidate."""

    label: str
    pieces: Marked = field(repr=False)
    """True marks characters that differ from the request."""
    level: str = ""
    """How far it agrees: mark and word; empty where nothing is compared."""
    agrees: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """One candidate as drawn."""

    rank: int
    cells: tuple[Cell, ...] = field(repr=False)
    numbers: tuple[str, ...] = field(repr=False)
    """All 宛名番号 of the person, the compared one first."""
    rule: str
    remarks: tuple[str, ...]
    """What the ledger says of the person's life: 転出, 死亡."""
    also: bool
    """True when it may be the same person as another candidate, by the birth date."""


@dataclass(frozen=True, slots=True)
class Said:
    """One decision made before, as told."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Card:
    """One question as drawn."""

    place: str
    """The list and the section's own number of the row."""
    file: str
    request: tuple[Cell, ...] = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    why: str
    told: str
    said: tuple[Said, ...] = field(repr=False)
    blind: bool
    """True for a second clerk, who does not see the first one's choice."""


def card_of(question: PersonQuestion, situation: Situation) -> Card:
    """Return a question as one clerk sees it."""
    verdict, match = question.verdict, question.match
    blind = situation.stage is Stage.SECOND and situation.may_decide
    # What a clerk decided before has become the rule: that is not told to a second one.
    hidden = match.ruling is not None and match.ruling.told == SECOND_AWAITED
    file = verdict.applicant.source
    return Card(
        place=number_shown(verdict),
        file="" if file == number_shown(verdict) else file,
        request=_request(verdict.applicant),
        rows=tuple(
            _row(rank, verdict.applicant, entry, match.candidates)
            for rank, entry in enumerate(match.candidates, start=1)
        ),
        why="" if hidden else match.rule,
        told="" if blind else situation.told,
        said=tuple(map(_said, situation.shown)),
        blind=blind,
    )


def _request(applicant: Applicant) -> tuple[Cell, ...]:
    number = applicant.addressee_no or applicant.corporate_number
    return tuple(
        Cell(label, ((text, False),) if text else ())
        for label, text in (
            ("氏名", applicant.name),
            ("フリガナ", applicant.kana),
            ("生年月日", applicant.birth_date),
            ("住所", applicant.address),
            ("前住所", ""),
            ("宛名番号", number),
        )
    )


def _row(
    rank: int, applicant: Applicant, entry: Evidence, all_of: tuple[Evidence, ...]
) -> Row:
    person = entry.resident
    side = side_of(applicant, entry)
    former = entry.address_is_former
    name = _cell("氏名", side.name, entry.name)
    if person.common_name:
        named = (*side.name, (f"\n通称 {person.common_name}", False))
        name = _cell("氏名", named, entry.name)
    born = person.birth_date
    return Row(
        rank=rank,
        cells=(
            name,
            _cell("フリガナ", side.kana, entry.kana),
            _cell("生年月日", side.birth_date, entry.birth_date),
            _cell("住所", side.address, None if former else entry.address),
            _cell("前住所", side.former_address, entry.address if former else None),
        ),
        numbers=(person.addressee_no, *entry.other_numbers),
        rule=entry.rule,
        remarks=tuple(
            word
            for word, holds in (
                ("台帳では転出", person.moved_out),
                ("台帳では死亡", person.deceased),
                ("番号が一致", entry.by_number),
            )
            if holds
        ),
        also=born is not None
        and sum(other.resident.birth_date == born for other in all_of) > 1,
    )


def _cell(label: str, pieces: Marked, level: Level | None) -> Cell:
    if level is None:
        return Cell(label, pieces)
    word = "比べられない" if level is Level.MISSING else level.value
    agrees = level in (Level.EQUAL, Level.VARIANT)
    return Cell(label, pieces, f"{MARKS[level]} {word}", agrees)


def _said(one: IdentityDecision) -> Said:
    about = f"（宛名番号 {one.addressee_no}）" if one.addressee_no else ""
    what = "取り消し" if one.takes_back else f"{one.choice.value}{about}"
    reason = "" if one.takes_back else f"　{one.reason}"
    day = letter_date(one.at.date())
    return Said(f"{what}　{one.by_whom}　{day}　{one.file}{reason}")
