"""税務課控え.xlsx: every answer with its evidence; it stays in the tax section."""

from __future__ import annotations

from tasks.domain.runs.check_report import CheckReport
from tasks.edges.runs.answer_list_sheet import answer_list_page
from tasks.edges.runs.clerk_pages import decisions_page, receipts_page
from tasks.edges.runs.comparison_sheets import not_found_page, question_page
from tasks.edges.runs.conclusion_sheet import conclusion_page
from tasks.edges.runs.difference_sheets import SINCE_LAST_TIME, changes_page
from tasks.edges.runs.finding_sheet import findings_page
from tasks.edges.runs.input_quality_sheets import columns_page, notes_page
from tasks.edges.runs.sheets import Book, draw
from tasks.edges.runs.tax_line_sheets import charge_page, tax_page

FONT = "游ゴシック"
FOOTER = "取扱注意　税務課の外に出さないこと（地方税法第22条）"
OFFICE_COPY_FILE = "税務課控え.xlsx"


def office_copy(report: CheckReport) -> bytes:
    """Return 税務課控え.xlsx.

    Sheets: 結論, 判定一覧 (in the request's order), 前回との違い (where the request was
    answered before), 要確認 (candidates under each request,
    differing characters in red, a 判断 column to fill in), 確認事項, 領収書 and 判断の記録
    (to fill in, too), 該当者なし, 入力品質, 列の対応, 税額明細, 延滞金内訳. A person under 支援措置 appears with what the request says and no more.

    Raises:
        NeedsPersonError: FILE-003 when there is no room for the file.
    """
    book = Book(font=FONT, footer=FOOTER, created=report.now)
    return draw(
        book,
        [
            lambda book: conclusion_page(book, report),
            lambda book: answer_list_page(book, report),
            lambda book: _since_page(book, report),
            lambda book: question_page(book, report.verdicts),
            lambda book: findings_page(book, report),
            lambda book: receipts_page(book, report),
            lambda book: decisions_page(book, report),
            lambda book: not_found_page(book, report.verdicts),
            lambda book: notes_page(book, report.notes),
            lambda book: columns_page(book, report.column_uses),
            lambda book: charge_page(book, tax_page(book, report)),
        ],
    )


def _since_page(book: Book, report: CheckReport) -> None:
    if report.since_earlier is not None:
        changes_page(book, report.since_earlier, name=SINCE_LAST_TIME)
