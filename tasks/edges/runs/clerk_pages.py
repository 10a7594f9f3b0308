"""領収書 and 判断の記録 of 税務課控え.xlsx: what clerks fill in beside 要確認."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from tasks.domain.clerks import decision_columns
from tasks.domain.clerks.decision_prints import candidate_print
from tasks.domain.clerks.decision_record import IdentityDecision
from tasks.domain.clerks.decisions import key_of
from tasks.domain.clerks.receipts import (
    Receipt,
    astray_receipts,
    line_key,
    place_of,
    receipt_key_text,
    receipts_in_force,
)
from tasks.domain.normal_forms.letter_dates import letter_date, letter_fiscal_year
from tasks.domain.records import Evidence, Identity, TaxLine, Verdict
from tasks.domain.runs.check_report import CheckReport, number_shown
from tasks.domain.taxes.delinquency import OVERDUE, judge_line
from tasks.edges.runs.cell_looks import Cell, Style
from tasks.edges.runs.comparison_sheets import TO_DECIDE, to_fill_in
from tasks.edges.runs.sheet_tables import Column, TableRow, TableSheet, write_table
from tasks.edges.runs.sheets import Book

_LINE = (
    Column("番号", 8, centred=True),
    Column("申請者", 17),
    *(
        Column(title, width)
        for title, width in zip(
            decision_columns.RECEIPT_LINE, (12, 22, 12, 10, 12), strict=True
        )
    ),
    Column("未納額", 11),
    Column(decision_columns.RECEIPT_STATE, 10, centred=True),
)
_RECEIVED = (
    Column(decision_columns.RECEIVED_ON, 12, head="head_result"),
    Column(decision_columns.RECEIVED_YEN, 11, head="head_result"),
    Column(decision_columns.RECEIPT_REASON, 24, head="head_result"),
    Column(decision_columns.RECEIVED_BY, 10, head="head_result"),
    Column(decision_columns.RECEIPT_WITHDRAWN, 7, centred=True, head="head_result"),
    Column(decision_columns.RECEIPT_KEY, 13),
)
_NEW: dict[int, Style] = dict.fromkeys(range(len(_LINE), len(_LINE) + 4), "fill_in")
_TAKE_BACK = len(_LINE) + 4
_OLD: dict[int, Style] = dict.fromkeys(range(len(_LINE) + 2, _TAKE_BACK + 1), "fill_in")

_DECIDED = (
    Column("番号", 8, centred=True),
    Column("区分", 7, centred=True),
    Column("氏名", 17),
    Column("生年月日", 15),
    Column("住所", 30),
    Column(decision_columns.ADDRESSEE_NO, 12),
    Column("これまでの判断", 30),
    Column("今の扱い", 30),
)
_ANEW_FILL = to_fill_in(len(_DECIDED))


def receipts_page(book: Book, report: CheckReport) -> None:
    """Draw 領収書: every overdue line, and the receipts recorded that count.

    A line of a person who stands in two requests stands here once.
    """
    receipts: dict[str, list[Receipt]] = defaultdict(list)
    for receipt in report.said.receipts:
        receipts[receipt.key.line].append(receipt)
    lines = (line for verdict in report.verdicts for line in verdict.lines)
    prints = {line_key(line).line for line in lines} if receipts else set()
    astray = astray_receipts(report.said.receipts, prints)

    def rows() -> Iterator[TableRow]:
        shown: set[str] = set()
        for verdict in report.verdicts:
            for line in verdict.lines:
                if line.paid_yen >= line.assessed_yen and not receipts:
                    continue  # most lines of a city: nothing to write down of them
                key = line_key(line)
                if key.line not in shown:
                    shown.add(key.line)
                    recorded = receipts.get(key.line, [])
                    if line.receipt_unclear and not recorded:
                        recorded = list(astray.get(place_of(line), ()))
                    yield from _receipt_rows(report, verdict, line, recorded)

    page = TableSheet(
        decision_columns.RECEIPT_SHEET,
        "領収書　提示された領収書の日付・額・確認した書類・確認者を、その期別の行に書いて保存してください",
        (*_LINE, *_RECEIVED),
        frozen_columns=2,
        unprinted=1,
    )
    write_table(book, page, rows())


def _receipt_rows(
    report: CheckReport, verdict: Verdict, line: TaxLine, receipts: Sequence[Receipt]
) -> Iterator[TableRow]:
    judged = judge_line(line, rules=report.rules, as_of=report.as_of)
    newest = max((receipt.seq for receipt in receipts), default=0)
    key = line_key(line, seen_until=newest)
    named: tuple[Cell, ...] = (
        number_shown(verdict),
        verdict.applicant.name,
        line.addressee_no,
        line.tax,
        letter_fiscal_year(line.fiscal_year),
        line.instalment or "全期・随時",
        line.due_date,
    )
    if judged.state in OVERDUE or line.receipt_unclear:
        unpaid_yen = line.assessed_yen - line.paid_yen - line.receipt_yen
        cells = (*named, unpaid_yen, "", *("",) * 5, receipt_key_text(key))
        yield TableRow(cells, styles=_NEW)
    for receipt in receipts_in_force(receipts):
        if line.receipt_unclear or receipt.key.ledger == key.ledger:
            cells = (
                *named,
                None,
                decision_columns.RECORDED,
                receipt.received_on,
                receipt.received_yen,
                *("",) * 3,
                receipt_key_text(key),
            )
            choices = {_TAKE_BACK: (decision_columns.RECEIPT_WITHDRAWN,)}
            yield TableRow(cells, "pale", _OLD, choices)


def decisions_page(book: Book, report: CheckReport) -> None:
    """Draw 判断の記録: what clerks decided before, and a place to decide anew.

    Who stands in 要確認 is decided there; here stand those whom a decision settled.
    """
    about = report.said.about([verdict.applicant for verdict in report.verdicts])

    def rows() -> Iterator[TableRow]:
        for verdict in report.verdicts:
            decisions = about.get(verdict.applicant.row_id, ())
            if decisions and verdict.match and verdict.match.ruling:
                local = [
                    replace(one, at=one.at.astimezone(report.now.tzinfo))
                    for one in decisions
                ]
                yield from _decided_rows(verdict, local)

    page = TableSheet(
        decision_columns.RECORD_SHEET,
        "判断の記録　前の判断を改めるときは「判断」を選び、理由と判断者を書いて保存してください",
        (*_DECIDED, *TO_DECIDE),
        frozen_columns=3,
        unprinted=1,
    )
    write_table(book, page, rows())


def _decided_rows(
    verdict: Verdict, decisions: Sequence[IdentityDecision]
) -> Iterator[TableRow]:
    match = verdict.match
    if match is None:
        return
    applicant = verdict.applicant
    anew = match.identity is not Identity.ASK
    blank = ("",) * len(decision_columns.TO_FILL_IN)
    listed = {candidate_print(evidence) for evidence in match.candidates}
    styles = _ANEW_FILL if anew else {}
    yield TableRow(
        (
            number_shown(verdict),
            "依頼",
            applicant.name,
            applicant.birth_date,
            applicant.address,
            "",
            _told(d for d in decisions if d.key.candidate not in listed),
            verdict.reason,
            *((*blank, key_of(verdict)) if anew else ()),
        ),
        "request",
        styles,
        {len(_DECIDED): decision_columns.ON_REQUEST} if anew else {},
    )
    for rank, evidence in enumerate(match.candidates, start=1):
        yield TableRow(
            (
                number_shown(verdict),
                f"候補{rank}",
                *_person(evidence),
                _told(
                    d for d in decisions if d.key.candidate == candidate_print(evidence)
                ),
                "",
                *((*blank, key_of(verdict, rank)) if anew else ()),
            ),
            "plain",
            styles,
            {len(_DECIDED): decision_columns.ON_CANDIDATE} if anew else {},
        )


def _person(evidence: Evidence) -> tuple[Cell, ...]:
    person = evidence.resident
    born = letter_date(person.birth_date) if person.birth_date else ""
    return person.name, born, person.address, person.addressee_no


def _told(decisions: Iterable[IdentityDecision]) -> str:
    """Return every decision, oldest first: what, who, when and why."""
    return "\n".join(
        f"{one.choice.value}（{one.by_whom}　{letter_date(one.at.date())}）{one.reason}"
        for one in decisions
    )
