"""結論, the first sheet of 税務課控え.xlsx: who ran what, what came out, and its balance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tasks.domain.normal_forms.letter_dates import letter_date
from tasks.domain.records import Answer
from tasks.domain.runs.check_report import CheckReport, answer_counts
from tasks.edges.runs.cell_looks import Cell, Look, Style, cell_text, lines_of
from tasks.edges.runs.sheets import Book, Page

ANSWER_STYLES: dict[Answer, Style] = {
    Answer.OWING: "bad",
    Answer.SEVERAL: "wait",
    Answer.QUESTION_OPEN: "wait",
    Answer.WAITING_FOR_POSTING: "wait",
}
_MEANINGS = {
    Answer.PAID: "納期限の過ぎた税も、これからの税も、すべて納付済み",
    Answer.OWING: "納期限を過ぎ、反映待ちの期間も過ぎた未納がある",
    Answer.NOT_YET_DUE: "納期限前の期別だけが残っている",
    Answer.WAITING_FOR_POSTING: "納期限から間もなく、納付済みでも台帳に載っていない可能性がある",
    Answer.GRACE: "未納は徴収猶予・換価の猶予のものだけ",
    Answer.INSTALMENTS: "未納は分納誓約のもの（猶予中を含む）だけ",
    Answer.SUSPENDED: "未納は執行停止のもの（分納中・猶予中を含む）だけ",
    Answer.NO_TAX: "本人は台帳にいるが、対象の税目の課税がない",
    Answer.NOT_FOUND: "宛名台帳に該当する人がいない",
    Answer.SEVERAL: "職員の判断が必要（シート「要確認」）",
    Answer.OUT_OF_SCOPE: "同意がないため調べていない",
    Answer.QUESTION_OPEN: "申請書の読み取りの確認を待っている（確認画面で回答）",
}


_MISSING_TAXES = "台帳のない税目"
_WIDTHS = (22, 22, 9, 15, 10, 44)


def conclusion_page(book: Book, report: CheckReport) -> None:
    """Draw 結論: who ran what on which files, what came out, and that it balances."""
    page = book.page("結論", landscape=False)
    for column, width in enumerate(_WIDTHS):
        page.sheet.set_column(column, column, width)
    page.sheet.hide_gridlines(2)
    title = book.look("bold", font_size=16, text_wrap=False)
    page.row(0, ["滞納確認　税務課控え"], [title], points=26)
    row = _fact_rows(book, page, _facts(report), first=2)
    row = _block(
        (book, page),
        row + 1,
        "回答の件数",
        ("回答", "件数", "意味"),
        (0, 2, 3),
        [
            *(
                ((answer.value, count, _MEANINGS[answer]), _count_style(answer, count))
                for answer, count in answer_counts(report.verdicts).items()
            ),
            (("合計", len(report.verdicts), ""), "bold"),
        ],
    )
    row = _block(
        (book, page),
        row + 1,
        "突合（入力と結果が一致したときだけ、この控えと回答書が作られます）",
        ("工程", "単位", "入力", "内訳"),
        (0, 2, 3, 4),
        [
            (
                (
                    balance.step,
                    balance.unit,
                    balance.came_in,
                    "、".join(f"{k} {v:,}" for k, v in balance.went_out if v) or "なし",
                ),
                "plain",
            )
            for balance in report.balances
        ],
    )
    row = _block(
        (book, page),
        row + 1,
        "入力ファイル",
        ("種別", "ファイル", "行数", "差引未納額", "文字コード", "SHA-256"),
        (0, 1, 2, 3, 4, 5),
        [
            (
                (
                    source.role.value,
                    source.file,
                    source.rows,
                    source.yen or None,
                    source.encoding,
                    source.sha256,
                ),
                "plain",
            )
            for source in report.sources
        ],
    )
    page.sheet.print_area(0, 0, row, 5)


def _facts(report: CheckReport) -> Iterator[tuple[str, str]]:
    rules = report.rules
    counted = [
        word
        for word, counts in (
            ("徴収猶予・換価の猶予", rules.grace_counts_as_owing),
            ("分納誓約", rules.instalments_count_as_owing),
            ("執行停止", rules.suspension_counts_as_owing),
        )
        if counts
    ]
    yield (
        "収納反映日",
        f"{letter_date(report.as_of)}（この日までに台帳に載った収納で判定）",
    )
    yield "実行日時", f"{letter_date(report.now.date())} {report.now:%H時%M分}"
    yield "実行者", report.who
    if report.run_id:
        yield "実行の番号", report.run_id
    yield "前回との違い", _since(report)
    yield "確認した税目", "、".join(report.held_taxes) or "なし"
    if report.missing_taxes:
        yield (
            _MISSING_TAXES,
            f"{'、'.join(report.missing_taxes)}（どの台帳にも明細がなく、見ていません）",
        )
    yield "反映待ちの日数", f"納期限から{rules.lag_days}日間"
    yield (
        "未納に数える状態",
        "、".join(counted) or "なし（猶予・分納・執行停止は別の回答）",
    )
    yield "回答の有効期限", letter_date(report.valid_until)
    yield (
        "読み込みの注意",
        f"{len(report.notes)}件（シート「入力品質」）" if report.notes else "なし",
    )
    yield (
        "規則の版",
        " ／ ".join(filter(None, (report.rules_version, report.program))),
    )


def _since(report: CheckReport) -> str:
    found = report.since_earlier
    if found is None:
        return "この依頼の前の実行は記録にありません"
    before = found.before
    when = f"{letter_date(before.at.date())} {before.at:%H時%M分}（{before.run_id}）"
    if not found.changes:
        return f"{when}から変わった人はいません"
    return f"{when}から {len(found.changes):,}件（シート「前回との違い」）"


def _count_style(answer: Answer, count: int) -> Style:
    return ANSWER_STYLES.get(answer, "plain") if count else "pale"


def _fact_rows(
    book: Book, page: Page, facts: Iterator[tuple[str, str]], *, first: int
) -> int:
    """Draw what is said once; return the row below."""
    row = first
    label_look = book.look("request", border=1)
    for label, value in facts:
        style: Style = "bad" if label == _MISSING_TAXES else "plain"
        look = book.look(style, border=1, align="left", indent=1)
        lines = lines_of(value, sum(_WIDTHS[1:]) - 2)
        cells = [label, value, "", "", "", ""]
        page.row(row, cells, [label_look, *[look] * 5], points=14 * lines + 2)
        page.merge(row, 1, 5)
        row += 1
    return row


def _block(
    drawn: tuple[Book, Page],
    row: int,
    title: str,
    heads: Sequence[str],
    places: Sequence[int],
    rows: Sequence[tuple[Sequence[Cell], Style]],
) -> int:
    """Draw a small table on 結論 whose cells begin in the columns `places`."""
    book, page = drawn
    page.row(
        row, [title], [book.look("bold", font_size=12, text_wrap=False)], points=20
    )
    ends = [place - 1 for place in places[1:]] + [5]
    for line, (values, style) in enumerate([(heads, "head"), *rows], start=row + 1):
        lines = 1
        cells: list[Cell] = []
        looks: list[Look] = []
        for value, first, last in zip(values, places, ends, strict=True):
            width = sum(_WIDTHS[first : last + 1])
            lines = max(lines, lines_of(cell_text(value), width))
            centred = style == "head" or isinstance(value, int)
            look = book.look(
                style,
                border=1,
                **({} if centred else {"align": "left", "indent": 1}),
            )
            cells += [value, *[""] * (last - first)]
            looks += [look] * (last - first + 1)
            page.merge(line, first, last)
        page.row(line, cells, looks, points=14 * lines + 2)
    return row + len(rows) + 2
