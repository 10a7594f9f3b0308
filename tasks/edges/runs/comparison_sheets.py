"""要確認 and 該当者なし of 税務課控え.xlsx: each request above its candidates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.domain.clerks import decision_columns
from tasks.domain.clerks.decisions import key_of
from tasks.domain.identity.differences import Marked
from tasks.domain.identity.side_by_side import MARKS, MARKS_EXPLAINED, side_of
from tasks.domain.records import (
    Answer,
    Applicant,
    Evidence,
    Identity,
    Match,
    Verdict,
)
from tasks.domain.runs.check_report import number_shown
from tasks.edges.runs.cell_looks import Cell, Style
from tasks.edges.runs.sheet_tables import Column, TableRow, TableSheet, write_table
from tasks.edges.runs.sheets import Book

EVIDENCE = (
    ("氏名", "name"),
    ("カナ", "kana"),
    ("生年月日", "birth_date"),
    ("住所", "address"),
)


_COMPARED = (
    Column("番号", 8, centred=True),
    Column("区分", 7, centred=True),
    Column("氏名", 16),
    Column("フリガナ", 16),
    Column("生年月日", 15),
    Column("住所", 28),
    Column("前住所", 18),
    Column(decision_columns.ADDRESSEE_NO, 12),
    Column("一致の程度", 15),
    Column("規則・理由", 24),
)
TO_DECIDE = (
    Column(decision_columns.DECISION, 9, centred=True, head="head_result"),
    Column(decision_columns.REASON, 18, head="head_result"),
    Column(decision_columns.DECIDED_BY, 9, head="head_result"),
    Column(decision_columns.KEY, 13),
)
"""What a clerk writes about one row, on whatever sheet it stands."""


def to_fill_in(first: int) -> dict[int, Style]:
    """Return the looks of what is filled in of TO_DECIDE, which begins at a column."""
    return dict.fromkeys(
        range(first, first + len(decision_columns.TO_FILL_IN)), "fill_in"
    )


_FILL_IN = to_fill_in(len(_COMPARED))
_DECISION = len(_COMPARED)
_NOTHING_WRITTEN = ("",) * len(decision_columns.TO_FILL_IN)


def question_page(book: Book, verdicts: Sequence[Verdict]) -> None:
    """Draw 要確認: what a clerk must decide, then what waits on the review page."""

    def rows() -> Iterator[TableRow]:
        for verdict in verdicts:
            if verdict.answer is Answer.SEVERAL:
                yield from _to_decide(verdict)
        for verdict in verdicts:
            if verdict.answer is Answer.QUESTION_OPEN:
                yield TableRow(_request_cells(verdict), "request")

    page = TableSheet(
        decision_columns.SHEET,
        "要確認　候補ごとに「判断」を選び、理由と判断者を書いて保存してください"
        f"（赤字は依頼と違う文字　{MARKS_EXPLAINED}）",
        (*_COMPARED, *TO_DECIDE),
        frozen_columns=3,
        unprinted=1,
    )
    write_table(book, page, rows())


def not_found_page(book: Book, verdicts: Sequence[Verdict]) -> None:
    """Draw 該当者なし: the nearest person and why it is not the one asked about."""

    def rows() -> Iterator[TableRow]:
        for verdict in verdicts:
            if verdict.answer is Answer.NOT_FOUND:
                yield from _with_nearest(verdict)

    page = TableSheet(
        "該当者なし",
        "該当者なし　いちばん近い人と、本人としなかった理由"
        f"（赤字は依頼と違う文字　{MARKS_EXPLAINED}）",
        _COMPARED,
        frozen_columns=3,
    )
    write_table(book, page, rows())


def _to_decide(verdict: Verdict) -> Iterator[TableRow]:
    """Yield the request and, under it, its candidates, each with a place to decide.

    A person under 支援措置 is decided by the officer in charge, not in this sheet.
    """
    match = verdict.match
    if match is None or match.protected or match.identity is not Identity.ASK:
        yield TableRow(_request_cells(verdict), "request")
        return
    yield TableRow(
        (*_request_cells(verdict), *_NOTHING_WRITTEN, key_of(verdict)),
        "request",
        _FILL_IN,
        {_DECISION: decision_columns.ON_REQUEST},
    )
    for rank, evidence in enumerate(match.candidates, start=1):
        yield TableRow(
            (
                number_shown(verdict),
                f"候補{rank}",
                *_candidate_cells(verdict.applicant, evidence),
                *_NOTHING_WRITTEN,
                key_of(verdict, rank),
            ),
            styles=_FILL_IN,
            choices={_DECISION: decision_columns.ON_CANDIDATE},
        )


def _with_nearest(verdict: Verdict) -> Iterator[TableRow]:
    """Yield the request and, under it, the nearest person and why it is another."""
    yield TableRow(_request_cells(verdict), "request")
    nearest = best_evidence(verdict.match)
    if nearest is None:
        nobody = (number_shown(verdict), "近い人", "なし", *([""] * 7))
        yield TableRow(nobody, style="pale")
        return
    cells = _candidate_cells(verdict.applicant, nearest)
    yield TableRow((number_shown(verdict), "近い人", *cells))


def _request_cells(verdict: Verdict) -> tuple[Cell, ...]:
    applicant = verdict.applicant
    return (
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


def _candidate_cells(applicant: Applicant, evidence: Evidence) -> tuple[Cell, ...]:
    person = evidence.resident
    side = side_of(applicant, evidence)
    name, kana, birth, address = marks_of(evidence)
    former = "\n（前住所）" if evidence.address_is_former else ""
    others = "・".join(evidence.other_numbers)
    return (
        _cell(side.name),
        _cell(side.kana),
        _cell(side.birth_date),
        _cell(side.address),
        _cell(side.former_address),
        person.addressee_no,
        f"氏名{name}　カナ{kana}\n生年{birth}　住所{address}{former}",
        evidence.rule + (f"\n同じ人の宛名番号 {others}" if others else ""),
    )


def _cell(pieces: Marked) -> Cell:
    if any(differs for _, differs in pieces):
        return pieces
    return "".join(text for text, _ in pieces)


def best_evidence(match: Match | None) -> Evidence | None:
    """Return the evidence that decided, or the nearest there was."""
    return match.candidates[0] if match and match.candidates else None


def marks_of(evidence: Evidence | None) -> tuple[str, ...]:
    """Return how far each kind of EVIDENCE agrees, as one mark each."""
    if evidence is None:
        return ("",) * len(EVIDENCE)
    return tuple(MARKS[getattr(evidence, attribute)] for _, attribute in EVIDENCE)
