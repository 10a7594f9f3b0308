"""What the pages about persons say: a question as a clerk sees it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from tasks.domain.clerks.decision_record import IdentityDecision
from tasks.domain.clerks.decisions import one_person
from tasks.domain.clerks.second_clerk import SECOND_AWAITED
from tasks.domain.identity.differences import Marked
from tasks.domain.identity.side_by_side import MARKS, side_of
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.records import Applicant, Evidence, Level
from tasks.domain.review.finding_question import Part
from tasks.domain.review.person_question import Stage
from tasks.domain.runs.check_report import number_shown
from tasks.edges.review.person_settling import Shown
from tasks.edges.runs.finding_sheet import told

REASONS = (
    ("a", "本人確認書類で確認"),
    ("b", "住民票・除票で確認"),
    ("c", "戸籍の附票で確認"),
    ("d", "電話で本人に確認"),
    ("e", "担当課に確認"),
    ("f", "過去の記録で確認"),
)
"""What is written most often, with one key each."""

FOUND_REASONS = (
    ("a", "住民票で確認"),
    ("b", "窓口・電話で本人に確認"),
    ("c", "税務システムの画面で確認"),
    ("d", "通知書・許可書で確認"),
)
"""The same, of what is found out."""

STAGE_NOTES = {
    Stage.OPEN: "候補を見て決めるか、台帳で決められないことを確かめます",
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
    look: str = ""
    """agrees, differs or missing."""


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
    """True when it may be the same person as another candidate, though the ledger does
    not say so."""


@dataclass(frozen=True, slots=True)
class Answer:
    """One result that can be chosen of a thing to find out."""

    value: str
    text: str
    key: str
    """Its key; empty but for the first thing."""


@dataclass(frozen=True, slots=True)
class ThingCard:
    """One thing to find out, as drawn."""

    place: int
    what: str
    why: str
    ledger: tuple[tuple[str, str], ...] = field(repr=False)
    answers: tuple[Answer, ...]
    asks_persons: bool
    told: str
    note: str
    said: tuple[str, ...] = field(repr=False)
    may_decide: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One question as drawn."""

    heading: str
    place: str
    """The list and the section's own number of the row."""
    file: str
    request: tuple[Cell, ...] = field(repr=False)
    rows: tuple[Row, ...] = field(repr=False)
    things: tuple[ThingCard, ...] = field(repr=False)
    why: str
    told: str
    note: str
    """What the stage means for who looks."""
    said: tuple[str, ...] = field(repr=False)
    reasons: tuple[tuple[str, str], ...]


def card_of(shown: Shown, zone: dt.tzinfo | None) -> Card:
    """Return a question as one clerk sees it.

    Args:
        shown: With what this clerk may see.
        zone: Of the office, for days.
    """
    question = shown.question
    verdict, match, situation = question.verdict, question.match, shown.situation
    blind = _is_blind(shown.stage, may_decide=shown.may_decide)
    # What a clerk decided before has become the rule: that is not told to a second one.
    hidden = match.ruling is not None and match.ruling.told == SECOND_AWAITED
    file = verdict.applicant.source
    who = situation is not None
    told = situation.told if situation and not blind else ""
    return Card(
        heading="この人はだれですか" if who else "確かめてください",
        place=number_shown(verdict),
        file="" if file == number_shown(verdict) else file,
        request=_request(verdict.applicant),
        rows=tuple(
            _row(rank, verdict.applicant, entry, match.candidates)
            for rank, entry in enumerate(match.candidates, start=1)
        ),
        things=tuple(_thing(n, part, zone) for n, part in enumerate(shown.parts)),
        why=match.rule if who and not hidden else "",
        told=told,
        note=_note(shown.stage, may_decide=shown.may_decide) if who else "",
        said=tuple(_said(one, zone) for one in situation.shown) if situation else (),
        reasons=REASONS if who else FOUND_REASONS,
    )


def _is_blind(stage: Stage, *, may_decide: bool) -> bool:
    return stage is Stage.SECOND and may_decide


def _note(stage: Stage, *, may_decide: bool) -> str:
    if stage is Stage.SECOND:
        return (
            "二人目の確認です。一人目の判断は見せません。ご自分で決めてください。"
            if may_decide
            else "あなたの判断は記録しました。もう一人の職員の判断を待っています。"
        )
    if stage is Stage.DISPUTED:
        return (
            "職員の判断が分かれています。下の「これまでの判断」を見て決めてください。"
            if may_decide
            else "職員の判断が分かれています。三人目の職員が決めます。"
        )
    if stage is Stage.DECIDED:
        return "決定済みです。次の滞納確認で使われます。決め直すと、新しい判断が使われます。"
    return "保留にしてあります。" if stage is Stage.HELD else ""


def _thing(place: int, part: Part, zone: dt.tzinfo | None) -> ThingCard:
    blind = _is_blind(part.stage, may_decide=part.may_decide)
    return ThingCard(
        place=place,
        what=part.thing.what,
        why="" if part.thing.awaits_second and blind else part.thing.why,
        ledger=part.thing.ledger,
        answers=tuple(
            Answer(value, text, str(number) if place == 0 else "")
            for number, (value, text) in enumerate(part.thing.results, start=1)
        ),
        asks_persons=not part.thing.of_line,
        told="" if blind else part.told,
        note=_note(part.stage, may_decide=part.may_decide),
        said=tuple(told(one, zone) for one in part.shown),
        may_decide=part.may_decide,
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
    mine = {person.addressee_no, *entry.other_numbers}
    before = [
        place
        for place, other in enumerate(all_of[: rank - 1], start=1)
        if other.resident.addressee_no in mine
    ]
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
                (f"候補{min(before, default=0)}と同じ人の番号", bool(before)),
                ("台帳では転出", person.moved_out),
                ("台帳では死亡", person.deceased),
                ("番号が一致", entry.by_number),
            )
            if holds
        ),
        also=any(
            one_person([person, other.resident])
            for other in all_of
            if other.resident.addressee_no not in mine
        ),
    )


def _cell(label: str, pieces: Marked, level: Level | None) -> Cell:
    if level is None:
        return Cell(label, pieces)
    if level is Level.MISSING:
        return Cell(label, pieces, f"{MARKS[level]} 比べられない", "missing")
    look = "agrees" if level in (Level.EQUAL, Level.VARIANT) else "differs"
    return Cell(label, pieces, f"{MARKS[level]} {level.value}", look)


def _said(one: IdentityDecision, zone: dt.tzinfo | None) -> str:
    about = f"（宛名番号 {one.addressee_no}）" if one.addressee_no else ""
    what = "取り消し" if one.takes_back else f"{one.choice.value}{about}"
    reason = "" if one.takes_back else f"　{one.reason}"
    day = letter_date(one.at.astimezone(zone).date())
    return f"{what}　{one.by_whom}　{day}　{one.file}{reason}"
