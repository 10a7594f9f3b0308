"""税務課控え.xlsx: every answer with its evidence; it stays in the tax section."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from tasks.domain.check_report import (
    CheckReport,
    addressee_numbers,
    number_shown,
)
from tasks.domain.delinquency import JudgedLine, judge_line
from tasks.domain.letter_dates import letter_date, letter_fiscal_year
from tasks.domain.records import (
    Applicant,
    TaxLine,
    Verdict,
)
from tasks.edges.comparison_sheets import (
    MARKS_EXPLAINED,
    best_evidence,
    marks_of,
    not_found_page,
    question_page,
)
from tasks.edges.conclusion_sheet import ANSWER_STYLES, conclusion_page
from tasks.edges.sheet_tables import Column, TableRow, TableSheet, write_table
from tasks.edges.sheets import PAPER_A3, Book, Cell, draw

FONT = "游ゴシック"
FOOTER = "取扱注意　税務課の外に出さないこと（地方税法第22条）"
_LARGE = 20_000
_REQUEST_FIELDS: tuple[tuple[Column, Callable[[Applicant], str]], ...] = (
    (Column("氏名", 17), lambda a: a.name),
    (Column("フリガナ", 17), lambda a: a.kana),
    (Column("生年月日", 15), lambda a: a.birth_date),
    (Column("郵便番号", 11), lambda a: a.postal),
    (Column("住所", 28), lambda a: a.address),
    (Column("電話番号", 14), lambda a: a.phone),
    (Column("宛名番号\n（依頼）", 12), lambda a: a.addressee_no),
    (Column("法人番号", 15), lambda a: a.corporate_number),
    (Column("同意", 10, centred=True), lambda a: a.consent.value),
)


def office_copy(report: CheckReport) -> bytes:
    """Return 税務課控え.xlsx.

    Sheets: 結論, 判定一覧 (in the request's order), 要確認 (candidates under each request,
    differing characters in red, a 判断 column to fill in), 該当者なし, 入力品質, 税額明細,
    延滞金内訳. A person under 支援措置 appears with what the request says and no more.

    Raises:
        NeedsPersonError: FILE-003 when there is no room for the file.
    """
    size = len(report.verdicts) + sum(len(v.lines) for v in report.verdicts)
    book = Book(font=FONT, footer=FOOTER, created=report.now, large=size > _LARGE)
    return draw(
        book,
        [
            lambda book: conclusion_page(book, report),
            lambda book: _list_page(book, report),
            lambda book: question_page(book, report.verdicts),
            lambda book: not_found_page(book, report.verdicts),
            lambda book: _notes_page(book, report),
            lambda book: _tax_page(book, report),
            lambda book: _charge_page(book, report),
        ],
    )


def _list_page(book: Book, report: CheckReport) -> None:
    asked = [
        (column, read)
        for column, read in _REQUEST_FIELDS
        if any(read(verdict.applicant) for verdict in report.verdicts)
    ]
    others = list(
        dict.fromkeys(label for v in report.verdicts for label, _ in v.applicant.other)
    )
    columns = (
        Column("順", 5, centred=True),
        Column("番号", 8, centred=True),
        *(column for column, _ in asked),
        *(Column(label, 11) for label in others),
        Column("回答", 13, centred=True),
        Column("根拠", 36),
        Column("宛名番号", 12),
        *(Column(title, 6, centred=True) for title in ("氏名", "カナ", "生年", "住所")),
        Column("決めた税目", 16),
        Column("未納額", 11),
        Column("延滞金\n（見込み）", 10),
        Column("出典", 16),
    )
    answer_column = 2 + len(asked) + len(others)

    def rows() -> Iterator[TableRow]:
        for order, verdict in enumerate(report.verdicts, start=1):
            applicant = verdict.applicant
            other = dict(applicant.other)
            cells = (
                order,
                number_shown(verdict),
                *(read(applicant) for _, read in asked),
                *(other.get(label, "") for label in others),
                verdict.answer.value,
                verdict.reason,
                "\n".join(addressee_numbers(verdict)),
                *marks_of(best_evidence(verdict.match)),
                "、".join(verdict.taxes),
                verdict.arrears_yen or None,
                verdict.arrears_charge_yen or None,
                applicant.source,
            )
            style = ANSWER_STYLES.get(verdict.answer, "plain")
            yield TableRow(cells, styles={answer_column: style})

    title = (
        f"判定一覧（依頼の順）　収納反映日 {letter_date(report.as_of)}"
        f"　　一致の印　{MARKS_EXPLAINED}"
    )
    page = TableSheet("判定一覧", title, columns, frozen_columns=3, paper=PAPER_A3)
    write_table(book, page, rows())


def _notes_page(book: Book, report: CheckReport) -> None:
    columns = (
        Column("ファイル", 28),
        Column("場所", 28),
        Column("内容", 64),
        Column("件数", 8),
        Column("種別", 22),
    )
    rows = (
        TableRow((note.file, note.place, note.message, note.count, note.code))
        for note in report.notes
    )
    page = TableSheet("入力品質", "入力品質　読み込みで気づいたこと", columns)
    write_table(book, page, rows)


def _judged_lines(report: CheckReport) -> Iterator[tuple[Verdict, JudgedLine]]:
    for verdict in report.verdicts:
        for line in verdict.lines:
            yield verdict, judge_line(line, rules=report.rules, as_of=report.as_of)


_LINE_COLUMNS = (
    Column("番号", 8, centred=True),
    Column("宛名番号", 12),
    Column("税目", 22),
    Column("年度", 12, centred=True),
    Column("期別", 11, centred=True),
    Column("納期限", 12),
)


def _line_cells(verdict: Verdict, line: TaxLine) -> tuple[Cell, ...]:
    return (
        number_shown(verdict),
        line.addressee_no,
        line.tax,
        letter_fiscal_year(line.fiscal_year),
        line.instalment or "全期・随時",
        line.due_date,
    )


def _tax_page(book: Book, report: CheckReport) -> None:
    columns = (
        *_LINE_COLUMNS,
        Column("調定額", 12),
        Column("収納額", 12),
        Column("未納額", 12),
        Column("過納額", 10),
        Column("台帳の状態", 12, centred=True),
        Column("判定", 15, centred=True),
        Column("延滞金\n（見込み）", 11),
        Column("備考", 20),
    )

    def rows() -> Iterator[TableRow]:
        for verdict, item in _judged_lines(report):
            cells = (
                *_line_cells(verdict, item.line),
                item.line.assessed_yen,
                item.line.paid_yen,
                item.unpaid_yen or None,
                item.overpaid_yen or None,
                item.line.status.value,
                item.state.value,
                item.charge.yen if item.charge else None,
                item.charge_note,
            )
            yield TableRow(cells, styles={11: ANSWER_STYLES.get(item.state, "plain")})

    page = TableSheet("税額明細", "税額明細", columns, frozen_columns=3)
    write_table(book, page, rows())


def _charge_page(book: Book, report: CheckReport) -> None:
    columns = (
        *_LINE_COLUMNS,
        Column("から", 12),
        Column("まで", 12),
        Column("日数", 7),
        Column("計算の基礎\nとなる税額", 13),
        Column("割合（年）", 10),
        Column("延滞金\n（円未満切捨）", 14),
    )

    def rows() -> Iterator[TableRow]:
        for verdict, item in _judged_lines(report):
            for span in item.charge.spans if item.charge else ():
                yield TableRow(
                    (
                        *_line_cells(verdict, item.line),
                        span.first_day,
                        span.last_day,
                        span.days,
                        span.base_yen,
                        span.percent,
                        span.yen,
                    )
                )

    title = "延滞金内訳　今の未納額に収納反映日までかかる見込み（納付日で変わります）"
    page = TableSheet("延滞金内訳", title, columns, frozen_columns=3)
    write_table(book, page, rows())
