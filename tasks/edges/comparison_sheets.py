"""要確認 and 該当者なし of 税務課控え.xlsx: each request above its candidates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.domain.check_report import number_shown
from tasks.domain.decision_columns import (
    CHOICES,
    DECIDED_BY,
    DECISION,
    KEY,
    REASON,
    SHEET,
    TO_FILL_IN,
)
from tasks.domain.decisions import key_of
from tasks.domain.differences import differing
from tasks.domain.letter_dates import letter_date
from tasks.domain.records import (
    Answer,
    Applicant,
    Evidence,
    Level,
    Match,
    Verdict,
)
from tasks.edges.sheet_tables import Column, TableRow, TableSheet, write_table
from tasks.edges.sheets import PAPER_A3, Book, Cell, Style

_MARKS = {
    Level.EQUAL: "◎",
    Level.VARIANT: "○",
    Level.NEAR: "△",
    Level.DIFFERS: "×",
    Level.MISSING: "－",
}
MARKS_EXPLAINED = "　".join(f"{mark} {level.value}" for level, mark in _MARKS.items())
"""Legend for staff."""

EVIDENCE = (
    ("氏名", "name"),
    ("カナ", "kana"),
    ("生年月日", "birth_date"),
    ("住所", "address"),
)


_COMPARED = (
    Column("番号", 8),
    Column("区分", 7, centred=True),
    Column("氏名", 17),
    Column("フリガナ", 17),
    Column("生年月日", 17),
    Column("住所", 32),
    Column("前住所", 22),
    Column("宛名番号", 12),
    Column("一致の程度", 27),
    Column("規則・理由", 28),
)


def question_page(book: Book, verdicts: Sequence[Verdict]) -> None:
    """Draw 要確認: what a clerk must decide, then what waits on the review page."""
    columns = (
        *_COMPARED,
        Column(DECISION, 9, CHOICES, centred=True),
        Column(REASON, 18),
        Column(DECIDED_BY, 10),
        Column(KEY, 16),
    )

    def rows() -> Iterator[TableRow]:
        for verdict in verdicts:
            if verdict.answer is Answer.SEVERAL:
                yield from _compared(verdict, to_decide=True)
        for verdict in verdicts:
            if verdict.answer is Answer.QUESTION_OPEN:
                yield _request_row(
                    verdict, (None, None, None, verdict.applicant.row_id)
                )

    page = TableSheet(
        SHEET,
        "要確認　候補ごとに「判断」を選び、理由を書いてください（赤字は依頼と違う文字）",
        columns,
        frozen_columns=3,
        paper=PAPER_A3,
    )
    write_table(book, page, rows())


def not_found_page(book: Book, verdicts: Sequence[Verdict]) -> None:
    """Draw 該当者なし: the nearest person and why it is not the one asked about."""

    def rows() -> Iterator[TableRow]:
        for verdict in verdicts:
            if verdict.answer is Answer.NOT_FOUND:
                yield from _compared(verdict, to_decide=False)

    page = TableSheet(
        "該当者なし",
        "該当者なし　いちばん近い人と、本人としなかった理由（赤字は依頼と違う文字）",
        _COMPARED,
        frozen_columns=3,
    )
    write_table(book, page, rows())


def _compared(verdict: Verdict, *, to_decide: bool) -> Iterator[TableRow]:
    """Yield the request and, under it, its candidates."""
    match = verdict.match
    candidates = match.candidates if match else ()
    fill_in = {len(_COMPARED) + place: "fill_in" for place in range(len(TO_FILL_IN))}
    blank = ("",) * len(TO_FILL_IN)
    asks = to_decide and not (match and match.protected)
    yield _request_row(
        verdict,
        (*blank, key_of(verdict)) if asks else (),
        styles=fill_in if asks else {},
    )
    for number, evidence in enumerate(candidates if to_decide else candidates[:1]):
        yield TableRow(
            (
                number_shown(verdict),
                f"候補{number + 1}" if to_decide else "近い人",
                *_candidate_cells(verdict.applicant, evidence),
                *((*blank, key_of(verdict, number + 1)) if to_decide else ()),
            ),
            styles=fill_in if to_decide else {},
        )
    if not candidates and not to_decide:
        yield TableRow(
            (number_shown(verdict), "近い人", "なし", *([""] * 7)), style="pale"
        )


def _request_row(
    verdict: Verdict, rest: Sequence[Cell], styles: dict[int, Style] | None = None
) -> TableRow:
    applicant = verdict.applicant
    cells: tuple[Cell, ...] = (
        number_shown(verdict),
        "依頼",
        applicant.name,
        applicant.kana,
        applicant.birth_date,
        applicant.address,
        "",
        applicant.addressee_no,
        "",
        verdict.reason,
    )
    return TableRow((*cells, *rest), "request", styles or {})


def _candidate_cells(applicant: Applicant, evidence: Evidence) -> tuple[Cell, ...]:
    person = evidence.resident
    born = (
        f"{letter_date(person.birth_date)}\n{person.birth_date.isoformat()}"
        if person.birth_date
        else ""
    )
    name, kana, birth, address = levels_of(evidence)
    at_former = evidence.address_is_former
    return (
        _beside(person.name, applicant.name, evidence.name),
        _beside(person.kana, applicant.kana, evidence.kana),
        ((born, evidence.birth_date in (Level.DIFFERS, Level.NEAR)),),
        person.address
        if at_former
        else _beside(person.address, applicant.address, evidence.address),
        _beside(person.former_address, applicant.address, evidence.address)
        if at_former
        else person.former_address,
        person.addressee_no,
        f"氏名：{name}　カナ：{kana}\n生年月日：{birth}\n住所：{address}",
        evidence.rule,
    )


def _beside(ledger: str, requested: str, level: Level) -> Cell:
    if level in (Level.EQUAL, Level.MISSING):
        return ledger
    return differing(ledger, requested) or None


def best_evidence(match: Match | None) -> Evidence | None:
    """Return the evidence that decided, or the nearest there was."""
    return match.candidates[0] if match and match.candidates else None


def levels_of(evidence: Evidence | None) -> tuple[str, ...]:
    """Return how far each kind of EVIDENCE agrees, in words."""
    if evidence is None:
        return ("",) * len(EVIDENCE)
    levels = [getattr(evidence, attribute).value for _, attribute in EVIDENCE]
    if evidence.address_is_former:
        levels[-1] += "（前住所）"
    return tuple(levels)


def marks_of(evidence: Evidence | None) -> tuple[str, ...]:
    """Return how far each kind of EVIDENCE agrees, as one mark each."""
    if evidence is None:
        return ("",) * len(EVIDENCE)
    return tuple(_MARKS[getattr(evidence, attribute)] for _, attribute in EVIDENCE)
