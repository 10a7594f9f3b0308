"""差分.xlsx, and 前回との違い in 税務課控え.xlsx: who changed between two runs, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.records import Verdict
from tasks.domain.runs.check_report import number_shown
from tasks.domain.runs.line_changes import Cause
from tasks.domain.runs.run_changes import ChangeKind, RowChange, RunDifference
from tasks.domain.runs.run_records import RunHead
from tasks.domain.taxes.delinquency import rules_version
from tasks.edges.runs.cell_looks import Cell, Style
from tasks.edges.runs.conclusion_sheet import ANSWER_STYLES
from tasks.edges.runs.sheet_tables import Column, TableRow, TableSheet, write_table
from tasks.edges.runs.sheets import Book, draw

DIFFERENCE_FILE = "差分.xlsx"
SINCE_LAST_TIME = "前回との違い"

_FONT = "游ゴシック"
_FOOTER = "取扱注意　税務課の外に出さないこと（地方税法第22条）"
_KIND_STYLES: dict[ChangeKind, Style] = {
    ChangeKind.ANSWER: "wait",
    ChangeKind.ADDED: "good",
    ChangeKind.GONE: "pale",
}


def difference_workbook(found: RunDifference, *, now: dt.datetime) -> bytes:
    """Return 差分.xlsx: 結論 in counts, then everybody who changed with the reasons.

    Raises:
        NeedsPersonError: FILE-003 when there is no room for the file.
    """
    book = Book(font=_FONT, footer=_FOOTER, created=now)
    return draw(
        book,
        [
            lambda book: _summary_page(book, found),
            lambda book: changes_page(book, found, name="変わった人"),
        ],
    )


def changes_page(book: Book, found: RunDifference, *, name: str) -> None:
    """Draw everybody who changed: before and after side by side, and why."""
    columns = (
        Column("番号", 9, centred=True),
        Column("氏名", 17),
        Column("違い", 16, centred=True),
        Column("前回の回答", 14, centred=True),
        Column("今回の回答", 14, centred=True),
        Column("前回の\n未納額", 11),
        Column("今回の\n未納額", 11),
        Column("理由", 26, head="head_result"),
        Column("理由の中身", 66, head="head_result"),
        Column("出典", 20),
    )
    rows = (_row(change) for change in found.changes)
    title = f"{name}　前回 {_when(found.before)} → 今回 {_when(found.after)}　変わらない人 {found.unchanged:,}件"
    page = TableSheet(name, title, columns, frozen_columns=2)
    write_table(book, page, rows)


def _row(change: RowChange) -> TableRow:
    verdict = change.verdict
    before, after = change.answers
    details = "\n".join(filter(None, (reason.detail for reason in change.reasons)))
    cells: tuple[Cell, ...] = (
        number_shown(verdict),
        verdict.applicant.name,
        change.kind.value,
        before,
        after,
        _arrears(change.before),
        _arrears(change.after),
        "\n".join(cause.value for cause in change.causes),
        details,
        verdict.applicant.source,
    )
    styles: dict[int, Style] = {2: _KIND_STYLES.get(change.kind, "plain")}
    for column, side in ((3, change.before), (4, change.after)):
        if side is not None:
            styles[column] = ANSWER_STYLES.get(side.answer, "plain")
    if Cause.UNKNOWN in change.causes:
        styles[7] = "bad"
    return TableRow(cells, styles=styles)


def _arrears(verdict: Verdict | None) -> int | None:
    return verdict.arrears_yen or None if verdict else None


def _summary_page(book: Book, found: RunDifference) -> None:
    columns = (
        Column("区分", 18),
        Column("前回", 34),
        Column("今回", 34),
        Column("件数", 9),
    )
    page = TableSheet("結論", "差分　二つの実行の違い", columns)
    write_table(book, page, _summary_rows(found))


def _summary_rows(found: RunDifference) -> Iterator[TableRow]:
    before, after = found.before, found.after
    for title, was, now in (
        ("実行の番号", before.run_id, after.run_id),
        ("実行日時", _when(before), _when(after)),
        ("実行者", before.who, after.who),
        ("収納反映日", letter_date(before.as_of), letter_date(after.as_of)),
        ("依頼", before.request_words, after.request_words),
        ("台帳", _ledgers(before), _ledgers(after)),
        ("規則の版", _versions(before), _versions(after)),
    ):
        style: Style = "plain" if was == now else "wait"
        yield TableRow((title, was, now, None), styles={1: style, 2: style})
    for kind, count in found.kinds.items():
        yield TableRow(("違い", kind.value, "", count), "request")
    yield TableRow(("違い", "変わらない", "", found.unchanged), "request")
    for (was, now), count in found.moves.items():
        yield TableRow(("回答の動き", was or "（なし）", now or "（なし）", count))
    for cause, count in found.causes.items():
        style = "bad" if cause is Cause.UNKNOWN else "plain"
        yield TableRow(("理由", cause.value, "", count), style)


def _ledgers(head: RunHead) -> str:
    asked = set(head.asked_in)
    return "\n".join(
        f"{one.file}（{one.sha256[:12]}）" for one in head.sources if one not in asked
    )


def _versions(head: RunHead) -> str:
    return (
        f"{rules_version(head.rules)} ／ {head.program} ／ 照合 {head.matching_rules}"
    )


def _when(head: RunHead) -> str:
    return f"{letter_date(head.at.date())} {head.at:%H:%M}"
