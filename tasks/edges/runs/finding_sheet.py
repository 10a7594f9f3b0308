"""確認事項 of 税務課控え.xlsx: what a clerk found out where the ledger cannot tell."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator

from tasks.domain.clerks.decision_columns import (
    FINDING_BY,
    FINDING_KEY,
    FINDING_PERSONS,
    FINDING_REASON,
    FINDING_RESULT,
    FINDING_SHEET,
    FINDING_TO_FILL_IN,
    FINDING_UNTIL,
)
from tasks.domain.clerks.findings import (
    Finding,
    by_about,
    finding_key_text,
    read_finding_key,
    read_persons,
)
from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.normal_forms.masking import mask_my_numbers
from tasks.domain.review.to_find import (
    Thing,
    named_persons,
    problem_with,
    things_of,
    with_seen,
)
from tasks.domain.runs.check_report import CheckReport, number_shown
from tasks.edges.runs.cell_looks import Style
from tasks.edges.runs.sheet_entries import Entry, day_of
from tasks.edges.runs.sheet_tables import Column, TableRow, TableSheet, write_table
from tasks.edges.runs.sheets import Book

_SHOWN = (
    Column("番号", 8, centred=True),
    Column("申請者", 17),
    Column("確かめること", 12),
    Column("わけ", 30),
    Column("台帳の記載", 34),
    Column("これまでの確認", 26),
)
_WRITTEN = (
    Column(FINDING_RESULT, 13, head="head_result"),
    Column(FINDING_PERSONS, 22, head="head_result"),
    Column(FINDING_UNTIL, 12, head="head_result"),
    Column(FINDING_REASON, 22, head="head_result"),
    Column(FINDING_BY, 10, head="head_result"),
    Column(FINDING_KEY, 13),
)
_FILL_IN: dict[int, Style] = dict.fromkeys(
    range(len(_SHOWN), len(_SHOWN) + len(FINDING_TO_FILL_IN)), "fill_in"
)
_EXPECTED = {
    "reason": (FINDING_REASON, FINDING_REASON),
    "result": (FINDING_RESULT, "one of the choices of this row"),
    "persons": (FINDING_PERSONS, "numbers with names for この人たち, else nothing"),
    "until": (FINDING_UNTIL, "a last day for what passes, else nothing"),
}


def findings_page(book: Book, report: CheckReport) -> None:
    """Draw 確認事項: what is to be found out, and what was, each thing once."""
    about = by_about(report.said.findings)

    def rows() -> Iterator[TableRow]:
        shown: set[str] = set()
        for verdict in report.verdicts:
            for thing in things_of(
                verdict, rules=report.rules, as_of=report.as_of, settled=True
            ):
                if thing.key.about in shown:
                    continue  # a line that two requests look at stands here once
                shown.add(thing.key.about)
                said = [
                    one
                    for one in about.get(thing.key.about, ())
                    if one.key.kind == thing.key.kind
                ]
                named = (number_shown(verdict), verdict.applicant.name)
                yield _row(named, thing, said, report.now.tzinfo)

    page = TableSheet(
        FINDING_SHEET,
        "確認事項　台帳では決められないことを確かめたら、結果・理由・確かめた人を書いて保存してください"
        "（世帯・代表者は「宛名番号 氏名」、猶予などは「いつまで」も）",
        (*_SHOWN, *_WRITTEN),
        frozen_columns=2,
        unprinted=1,
    )
    write_table(book, page, rows())


def finding_from(entry: Entry, file: str, now: dt.datetime) -> Finding | None:
    """Return what a row says; None after a fault.

    Args:
        entry: A row in which something is written.
        file: Name of the workbook.
        now: With time zone.
    """
    key = read_finding_key(entry.text(FINDING_KEY))
    if key is None:
        entry.fault(FINDING_KEY, f"{FINDING_KEY} as it was written")
        return None
    if not entry.written(FINDING_RESULT, FINDING_BY):
        return None
    persons = read_persons(entry.text(FINDING_PERSONS))
    if persons is None:
        entry.fault(FINDING_PERSONS, "宛名番号 and 氏名, a space between them")
        return None
    until = day_of(entry, FINDING_UNTIL, now.date())
    if entry.text(FINDING_UNTIL) and until is None:
        entry.fault(FINDING_UNTIL, "a day")
        return None
    finding = Finding(
        key=key,
        result=entry.text(FINDING_RESULT),
        reason=mask_my_numbers(entry.text(FINDING_REASON)),
        by_whom=mask_my_numbers(entry.text(FINDING_BY)),
        at=now,
        persons=persons,
        until=until,
        file=file,
    )
    problem = problem_with(finding)
    if problem:
        entry.fault(*_EXPECTED[problem])
        return None
    return finding


def _row(
    named: tuple[str, str],
    thing: Thing,
    said: Iterable[Finding],
    zone: dt.tzinfo | None,
) -> TableRow:
    thing = with_seen(thing, said := list(said))
    return TableRow(
        (
            *named,
            thing.what,
            thing.why,
            "　".join(f"{label} {text}" for label, text in thing.ledger),
            "\n".join(told(one, zone) for one in said),
            *("",) * len(FINDING_TO_FILL_IN),
            finding_key_text(thing.key),
        ),
        styles=_FILL_IN,
        choices={len(_SHOWN): tuple(value for value, _ in thing.results)},
    )


def told(one: Finding, zone: dt.tzinfo | None) -> str:
    """Return one finding in words: what, whom, until when, who, when and why."""
    if one.takes_back:
        return (
            f"取り消し（{one.by_whom}　{letter_date(one.at.astimezone(zone).date())}）"
        )
    named = f" {named_persons(one.persons)}" if one.persons else ""
    until = f" {letter_date(one.until)}まで" if one.until else ""
    day = letter_date(one.at.astimezone(zone).date())
    return f"{one.result}{named}{until}（{one.by_whom}　{day}）{one.reason}"
